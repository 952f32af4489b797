//! What sockets carry: a minute of an office's day, and how long a ghost takes.

use super::{Bench, PASSWORD, booking, midnight, ms, percentile, rfc3339};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Each person has this many tabs open, one of which shows who is here.
const TABS: usize = 4;
pub const PEOPLE: usize = 50;
const BOOKINGS: usize = 600;
const EVERY: Duration = Duration::from_millis(100);
/// The most that presence may be of all frames, in percent.
const PRESENCE_PERCENT: f64 = 5.0;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What one socket was sent.
#[derive(Default)]
struct Tally {
    all: u32,
    /// Who is here, who has come and gone.
    presence: u32,
    durable: u32,
    /// Whether it was open from the first booking to the last.
    stayed: bool,
}

impl Bench {
    /// 200 sockets for 60 seconds: ten bookings a second, every three seconds somebody goes away or
    /// is back, every six somebody closes all tabs, and opens them again after twelve.
    pub async fn soak(&self) {
        let mut tokens = Vec::new();
        for person in 0..PEOPLE {
            tokens.push(self.sign_in(&format!("person{person}@example.com")).await);
        }
        let mut sockets = JoinSet::new();
        let mut people: Vec<Vec<UnboundedSender<Value>>> = Vec::new();
        for token in &tokens {
            people.push(self.open_tabs(&mut sockets, token, true).await);
        }
        let http = reqwest::Client::new();
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let begin = Instant::now();
        for n in 0..BOOKINGS {
            ticks.tick().await;
            if n % 30 == 0 {
                let (person, away) = ((n / 60) % PEOPLE, (n / 30) % 2 == 0);
                for tab in &people[person] {
                    let _ = tab.send(json!({"type": "activity", "data": {"away": away}}));
                }
            }
            if n % 60 == 0 {
                let leaver = PEOPLE - 1 - n / 60;
                people[leaver].clear();
                if let Some(back) = (n / 60).checked_sub(2).map(|earlier| PEOPLE - 1 - earlier) {
                    people[back] = self.open_tabs(&mut sockets, &tokens[back], false).await;
                }
            }
            let body = booking(i64::try_from(n).unwrap_or(0), 100);
            let request = http.post(self.url("/reservations")).bearer_auth(&self.token).json(&body);
            assert_eq!(request.send().await.expect("an answer").status(), 201);
        }
        let elapsed = begin.elapsed();
        // The last frames are on their way.
        tokio::time::sleep(Duration::from_secs(1)).await;
        people.clear();
        let tallies: Vec<Tally> = sockets.join_all().await;
        let sum = |read: fn(&Tally) -> u32| f64::from(tallies.iter().map(read).sum::<u32>());
        let (all, presence) = (sum(|tally| tally.all), sum(|tally| tally.presence));
        let stayed: Vec<u32> = tallies.iter().filter(|tally| tally.stayed).map(|tally| tally.durable).collect();
        assert!(stayed.iter().all(|durable| *durable == stayed[0]), "everybody got every event: {stayed:?}");
        let percent = presence / all * 100.0;
        let per_second = all / elapsed.as_secs_f64();
        let result = format!("{per_second:.0} frames/s, of which presence {percent:.1} %, none missed");
        self.report("a minute of bookings, and of people who come and go", PEOPLE * TABS, &result);
        self.aim(percent <= PRESENCE_PERCENT, "presence is too much of all frames");
    }

    /// From one person's `draw` to the ghost on somebody else's socket.
    pub async fn ghost_latency(&self) {
        const DRAWINGS: i64 = 100;
        let date = jiff::Timestamp::from_millisecond(midnight(1) + 43_200_000).expect("a date");
        let day = format!("timeline:{}", date.strftime("%Y-%m-%d"));
        let mut hers = self.open(&self.token).await;
        let mut his = self.open(&self.sign_in("admin@example.com").await).await;
        say(&mut his, &json!({"type": "watch", "data": {"views": [day]}})).await;
        say(&mut his, &json!({"type": "ping", "data": {}})).await;
        until(&mut his, "\"pong\"").await;
        let mut ticks = tokio::time::interval(Duration::from_millis(120));
        let mut times = Vec::new();
        for n in 0..DRAWINGS {
            ticks.tick().await;
            let starts_at = midnight(1) + n % 40 * 900_000;
            let drawing =
                json!({"roomId": "1", "startsAt": rfc3339(starts_at), "endsAt": rfc3339(starts_at + 900_000)});
            let begin = Instant::now();
            say(&mut hers, &json!({"type": "draw", "data": drawing})).await;
            until(&mut his, "draw:update").await;
            times.push(begin.elapsed());
        }
        times.sort_unstable();
        let result = format!("p50 {}, p99 {}", ms(percentile(&times, 50)), ms(percentile(&times, 99)));
        self.report("drawing to ghost on another socket", 1, &result);
        self.aim(percentile(&times, 99) <= Duration::from_millis(100), "a ghost is late");
    }

    pub(super) async fn sign_in(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = reqwest::Client::new().post(self.url("/auth/login")).json(&body).send().await.expect("a login");
        let answer: Value = answer.json().await.expect("JSON");
        answer["accessToken"].as_str().expect("a token").to_owned()
    }

    async fn open(&self, token: &str) -> Socket {
        let url = format!("ws://{}/ws?token={token}", self.address);
        connect_async(url).await.expect("a socket").0
    }

    /// A person's tabs: what is sent into one goes to the server, and with its sender it closes.
    async fn open_tabs(
        &self,
        sockets: &mut JoinSet<Tally>,
        token: &str,
        from_the_beginning: bool,
    ) -> Vec<UnboundedSender<Value>> {
        let mut tabs = Vec::new();
        for tab in 0..TABS {
            let mut socket = self.open(token).await;
            if tab == 0 {
                say(&mut socket, &json!({"type": "watch", "data": {"views": ["presence"]}})).await;
            }
            let (sender, commands) = mpsc::unbounded_channel();
            sockets.spawn(listen(socket, commands, from_the_beginning));
            tabs.push(sender);
        }
        tabs
    }
}

/// Counts what comes until nobody holds the tab any more.
async fn listen(mut socket: Socket, mut commands: UnboundedReceiver<Value>, from_the_beginning: bool) -> Tally {
    let begin = Instant::now();
    let mut tally = Tally::default();
    loop {
        tokio::select! {
            message = socket.next() => {
                let message = message.expect("the server keeps it open").expect("a message");
                let Ok(text) = message.to_text() else { continue };
                if !text.starts_with('{') {
                    continue;
                }
                tally.all += 1;
                tally.durable += u32::from(text.contains("\"prev\":"));
                let kinds = ["\"presence:update\"", "\"user:connected\"", "\"user:disconnected\""];
                tally.presence += u32::from(kinds.iter().any(|kind| text.contains(kind)));
            }
            command = commands.recv() => match command {
                Some(command) => say(&mut socket, &command).await,
                None => {
                    let _ = socket.close(None).await;
                    tally.stayed = from_the_beginning && begin.elapsed() >= Duration::from_secs(60);
                    return tally;
                }
            },
        }
    }
}

async fn say(socket: &mut Socket, frame: &Value) {
    socket.send(Message::text(frame.to_string())).await.expect("sent");
}

async fn until(socket: &mut Socket, word: &str) {
    loop {
        let message = socket.next().await.expect("open").expect("a message");
        if message.to_text().is_ok_and(|text| text.contains(word)) {
            return;
        }
    }
}
