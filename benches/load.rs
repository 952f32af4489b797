//! What benches/README.md reports: `make bench`.
//!
//! The server runs as its own process, as it is released; clients run here, on the same machine.
//! Every loop is bounded in count, so the whole ends by itself.

#[path = "load/chat.rs"]
mod chat;
#[path = "load/soak.rs"]
mod soak;
#[path = "load/socketio.rs"]
mod socketio;
#[path = "load/timers.rs"]
mod timers;

use futures_util::StreamExt;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::task::JoinSet;
use tokio_tungstenite::connect_async;

const ROOMS: i64 = 20;
/// Ten years of twenty bookings a day.
const RESERVATIONS: i64 = 73_000;
const DAY_MS: i64 = 86_400_000;
const PASSWORD: &str = "a password for benches";

fn main() -> ExitCode {
    // `cargo test --all-targets` builds and runs benches too, with this word; it has no figures to give.
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    madang::server::tls::use_ring();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let missed = runtime.block_on(async {
        let mut missed = Vec::new();
        println!("| what | engine | clients | result |\n|---|---|---|---|");
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let bench = Bench::start(engine).await;
            if is_wanted("timers") {
                bench.timers().await;
            }
            if is_wanted("office") {
                bench.office().await;
            }
            if is_wanted("chat") {
                bench.chat().await;
            }
            if is_wanted("office") {
                for clients in [4, 64] {
                    bench.bookings(clients).await;
                }
            }
            missed.append(&mut bench.missed.lock().expect("not poisoned"));
        }
        missed
    });
    for aim in &missed {
        eprintln!("missed: {aim}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether a part is to be measured: `MADANG_BENCH_ONLY` names one, for a try.
fn is_wanted(part: &str) -> bool {
    std::env::var("MADANG_BENCH_ONLY").map_or(true, |only| only == part)
}

/// Whether a tenth of the load is enough, to see that it works.
fn is_small() -> bool {
    std::env::var_os("MADANG_BENCH_SMALL").is_some()
}

#[derive(Clone, Copy)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite, synchronous=FULL",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A server over a database of ten years.
struct Bench {
    engine: Engine,
    address: SocketAddr,
    cookie: String,
    token: String,
    server: Child,
    /// The aims that this machine has not reached.
    missed: Mutex<Vec<String>>,
    _folder: tempfile::TempDir,
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Bench {
    async fn start(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("bench.db").display()),
            Engine::Postgres => {
                std::env::var("MADANG_TEST_POSTGRES_URL").expect("MADANG_TEST_POSTGRES_URL: use `make bench`")
            }
        };
        let program = env!("CARGO_BIN_EXE_madang");
        let named = [("create-admin", "admin@example.com".into()), ("create-user", "user@example.com".into())];
        let people = (0..soak::PEOPLE).map(|person| ("create-user", format!("person{person}@example.com")));
        for (command, email) in named.into_iter().chain(people) {
            let mut child = Command::new(program)
                .args([command, "--email", &email, "--name", "Bench", "--database-url", &url])
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program");
            use std::io::Write;
            writeln!(child.stdin.take().expect("a pipe"), "{PASSWORD}").expect("a password");
            assert!(child.wait().expect("an end").success());
        }
        seed(engine, &url).await;

        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port");
        let server = Command::new(program)
            .args(["--listen", &port.to_string(), "--database-url", &url])
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .expect("the server");
        let http = reqwest::Client::new();
        let ready = format!("http://{port}/readyz");
        while http.get(&ready).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let login = http
            .post(format!("http://{port}/api/v1/auth/login"))
            .json(&json!({"email": "user@example.com", "password": PASSWORD}))
            .send()
            .await
            .expect("a login");
        let cookie = login.headers()["set-cookie"].to_str().expect("a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let answer: Value = login.json().await.expect("JSON");
        let token = answer["accessToken"].as_str().expect("a token").to_owned();
        Self { engine, address: port, cookie, token, server, missed: Mutex::default(), _folder: folder }
    }

    async fn office(&self) {
        for clients in [1, 4] {
            self.day_view(clients).await;
        }
        self.frame_latency().await;
        self.ghost_latency().await;
        self.soak().await;
    }

    async fn chat(&self) {
        for rooms in [10, 1] {
            self.stream_chat(rooms).await;
        }
        self.chat_posts().await;
        self.long_room().await;
        self.reconnect_storm().await;
    }

    /// So many, or a tenth of them.
    fn share(&self, of: usize) -> usize {
        if is_small() { (of / 10).max(1) } else { of }
    }

    /// A missed aim fails the bench at its end, when everything else has been measured too. A tenth of the
    /// load has no aims.
    fn aim(&self, is_met: bool, otherwise: &str) {
        if !is_met && !is_small() {
            self.missed.lock().expect("not poisoned").push(format!("{otherwise}, on {}", self.engine.name()));
        }
    }

    fn report(&self, what: &str, clients: usize, result: &str) {
        println!("| {what} | {} | {clients} | {result} |", self.engine.name());
    }

    /// The server-rendered timeline of a full day, as a browser asks for it.
    async fn day_view(&self, clients: usize) {
        const VIEWS: usize = 2_000;
        let url = format!("http://{}/timeline?date={}", self.address, today());
        let cookie = self.cookie.clone();
        let (times, elapsed) = load(clients, VIEWS, move |http, _| {
            let (url, cookie) = (url.clone(), cookie.clone());
            async move {
                let page = http.get(url).header("cookie", cookie).send().await.expect("a page");
                assert_eq!(page.status(), 200);
                let html = page.text().await.expect("HTML");
                assert!(html.contains("Bench 20-"), "the page has its bookings");
            }
        })
        .await;
        self.report("day view, 20 rooms of 73,000 reservations", clients, &rate(&times, elapsed, "views"));
        match clients {
            1 => self.aim(percentile(&times, 50) <= Duration::from_millis(5), "a day view takes too long"),
            _ => self.aim(per_second(&times, elapsed) >= 600.0, "too few day views"),
        }
    }

    /// From sending a POST to the frame on somebody's socket.
    async fn frame_latency(&self) {
        const BOOKINGS: usize = 500;
        let url = format!("ws://{}/ws?token={}", self.address, self.token);
        let (mut socket, _) = connect_async(url).await.expect("a socket");
        let http = reqwest::Client::new();
        let mut times = Vec::with_capacity(BOOKINGS);
        for n in 0..BOOKINGS {
            let body = booking(i64::try_from(n).unwrap_or(0), 40);
            let request = http.post(self.url("/reservations")).bearer_auth(&self.token).json(&body);
            let begin = Instant::now();
            let answer = tokio::spawn(request.send());
            loop {
                let message = socket.next().await.expect("open").expect("a message");
                if message.to_text().is_ok_and(|text| text.contains("reservation:created")) {
                    break;
                }
            }
            times.push(begin.elapsed());
            assert_eq!(answer.await.expect("sent").expect("an answer").status(), 201);
        }
        times.sort_unstable();
        let result = format!("p50 {}, p99 {}", ms(percentile(&times, 50)), ms(percentile(&times, 99)));
        self.report("POST to frame on another socket", 1, &result);
        let (p50, p99) = (percentile(&times, 50), percentile(&times, 99));
        self.aim(p50 <= Duration::from_millis(5) && p99 <= Duration::from_millis(20), "frames are late");
    }

    /// Different slots, so that every booking succeeds.
    async fn bookings(&self, clients: usize) {
        const BOOKINGS: usize = 4_000;
        let url = self.url("/reservations");
        let token = self.token.clone();
        let first_day = 80 + i64::try_from(clients).unwrap_or(0);
        let (times, elapsed) = load(clients, BOOKINGS, move |http, n| {
            let request = http.post(&url).bearer_auth(&token).json(&booking(i64::try_from(n).unwrap_or(0), first_day));
            async move {
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
            }
        })
        .await;
        self.report("bookings over REST", clients, &rate(&times, elapsed, "bookings"));
        self.aim(clients < 64 || per_second(&times, elapsed) >= 1_000.0, "too few bookings");
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1{path}", self.address)
    }
}

/// Runs `total` requests by so many clients at once; every one's time, and that of all.
async fn load<F, Fut>(clients: usize, total: usize, request: F) -> (Vec<Duration>, Duration)
where
    F: Fn(reqwest::Client, usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let mut tasks = JoinSet::new();
    let begin = Instant::now();
    for client in 0..clients {
        let request = request.clone();
        tasks.spawn(async move {
            let http = reqwest::Client::new();
            let mut times = Vec::new();
            for n in (client..total).step_by(clients) {
                let begin = Instant::now();
                request(http.clone(), n).await;
                times.push(begin.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let elapsed = begin.elapsed();
    times.sort_unstable();
    (times, elapsed)
}

fn rate(times: &[Duration], elapsed: Duration, what: &str) -> String {
    let per_second = per_second(times, elapsed);
    format!("p50 {}, p95 {}, {per_second:.0} {what}/s", ms(percentile(times, 50)), ms(percentile(times, 95)))
}

fn per_second(times: &[Duration], elapsed: Duration) -> f64 {
    f64::from(u32::try_from(times.len()).unwrap_or(0)) / elapsed.as_secs_f64()
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(0)
}

/// Midnight in Seoul, which has no clock changes, of the day `days` from today.
fn midnight(days: i64) -> i64 {
    const OFFSET_MS: i64 = 9 * 3_600_000;
    (now_ms() + OFFSET_MS).div_euclid(DAY_MS) * DAY_MS - OFFSET_MS + days * DAY_MS
}

fn today() -> String {
    let noon = jiff::Timestamp::from_millisecond(midnight(0) + DAY_MS / 2).expect("a date");
    noon.strftime("%Y-%m-%d").to_string()
}

fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).expect("an instant").to_string()
}

/// The n-th quarter of an hour of a day onwards, in any room.
fn booking(n: i64, first_day: i64) -> Value {
    let (room, slot) = (n % ROOMS + 1, n / ROOMS);
    let starts_at = midnight(first_day) + slot * 900_000;
    json!({"roomId": room.to_string(), "title": "Bench", "startsAt": rfc3339(starts_at), "endsAt": rfc3339(starts_at + 900_000)})
}

/// A room of a hundred thousand messages, whose member is the person of the cookie, and one of everybody else.
fn chat_rooms() -> [String; 5] {
    const ROOM: &str = "INSERT INTO chat_rooms (kind, slug, name, topic, last_seq, member_count, reader_count, version, created_at) VALUES ";
    const MEMBER: &str = "INSERT INTO chat_members (room_id, user_id, role, joined_at, last_read_seq, shows_reading) ";
    let (archive, everybody, messages) = (chat::ARCHIVE, chat::EVERYBODY, chat::ARCHIVED);
    let of = |slug: &str| format!("(SELECT id FROM chat_rooms WHERE slug = '{slug}')");
    [
        format!("{ROOM}('channel', '{archive}', 'Archive', '', {messages}, 1, 1, 1, 0)"),
        format!("{ROOM}('channel', '{everybody}', 'Everybody', '', 0, {0}, {0}, 1, 0)", soak::PEOPLE),
        format!("{MEMBER}VALUES ({}, 2, 'owner', 0, {messages}, TRUE)", of(archive)),
        format!("{MEMBER}SELECT {}, id, 'member', 0, 0, TRUE FROM users WHERE id > 2", of(everybody)),
        format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {messages})
             INSERT INTO chat_messages (room_id, seq, user_id, kind, text, html, mentions, sent_to, reply_count, created_at, updated_at)
             SELECT {}, n, 2, 'text', 'Message ' || n || ' of many, with some words in it', '<p>Message ' || n || ' of many, with some words in it</p>',
                 '{{\"user_ids\":[],\"everyone\":false}}', 0, 0, n, n FROM numbers",
            of(archive)
        ),
    ]
}

/// Twenty rooms with one booking each on every day of ten years up to today, and today full:
/// ten in each room.
async fn seed(engine: Engine, url: &str) {
    const ROOM: &str = "INSERT INTO rooms (name, location, floor, capacity, equipment, requires_approval, maintenance, version, created_at, updated_at) VALUES ";
    const CHANNEL: &str = "INSERT INTO chat_rooms (kind, slug, name, topic, last_seq, member_count, reader_count, version, created_at) VALUES ";
    const BOOKING: &str = "INSERT INTO reservations (room_id, organizer_id, title, starts_at, ends_at, status, head_count, private, version, created_at, updated_at) VALUES ";
    let rooms: Vec<String> = (1..=ROOMS)
        .map(|room| format!("('Room {room}', '', '{}', 8, '[\"video\"]', FALSE, FALSE, 1, 0, 0)", room % 3 + 1))
        .collect();
    let channels: Vec<String> =
        (0..10).map(|n| format!("('channel', 'bench-{n}', 'Bench {n}', '', 0, 0, 0, 1, 0)")).collect();
    let mut statements = vec![format!("{ROOM}{}", rooms.join(",")), format!("{CHANNEL}{}", channels.join(","))];
    statements.extend(chat_rooms());
    let row = |room: i64, n: i64, from: i64| {
        format!("({room}, 2, 'Bench {room}-{n}', {from}, {}, 'approved', 1, FALSE, 1, 0, 0)", from + 3_600_000)
    };
    let today: Vec<(i64, i64, i64)> =
        (1..=ROOMS).flat_map(|room| (0..10).map(move |n| (room, n, midnight(0) + (9 + n) * 3_600_000))).collect();
    let before = (0..RESERVATIONS - i64::try_from(today.len()).unwrap_or(0)).map(|n| {
        let (room, day) = (n % ROOMS + 1, n / ROOMS + 1);
        (room, n, midnight(-day) + 10 * 3_600_000)
    });
    let rows: Vec<String> = before.chain(today).map(|(room, n, from)| row(room, n, from)).collect();
    statements.extend(rows.chunks(1_000).map(|rows| format!("{BOOKING}{}", rows.join(","))));
    let script = format!("BEGIN; {}; COMMIT; ANALYZE", statements.join(";"));
    match engine {
        Engine::Sqlite => {
            let pool = sqlx::SqlitePool::connect(url).await.expect("the database");
            sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&pool).await.expect("seeded");
            pool.close().await;
        }
        Engine::Postgres => {
            let pool = sqlx::PgPool::connect(url).await.expect("the database");
            sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&pool).await.expect("seeded");
            pool.close().await;
        }
    }
}
