//! A server of its own for each test, and clients that speak to it.

use crate::accounts::model::{Role, User};
use crate::accounts::server::{Caller, create_user};
use crate::ids::{RoomId, SessionId, UserId};
use crate::realtime::peer::Patience;
use crate::realtime::protocol::{Event, RoomEvent, Seq, Topic};
use crate::rooms::model::{NewRoom, Room, RoomState, RoomStatus, RoomWithState};
use crate::server::application::Application;
use crate::server::clock::Clock;
use crate::server::config::{Cli, Config};
use crate::server::state::App;
use crate::time::{DAY, Timestamp};
use clap::Parser;
use http::StatusCode;
use serde_json::{Value, json};
use sqlx::Executor;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

mod bucket;
mod client;
mod log_lines;
mod proxy;
mod socket;
mod socketio;

pub use bucket::{BUCKET, Bucket};
pub use client::{Answer, Browser, Client, answer, assert_fields, assert_refused, at, hour};
pub use log_lines::LogLines;
pub use proxy::Proxy;
pub use socket::{Socket, is_volatile};
pub use socketio::{NotConnected, SocketIo};

/// The instant at which every test begins: a Monday, 09:00 in Seoul.
pub const START: Timestamp = Timestamp(1_795_392_000_000);
/// Nothing that a test waits for takes longer than this, however busy the machine.
pub const PATIENCE: Duration = Duration::from_secs(20);
pub const PASSWORD: &str = "correct horse battery";
/// For sockets in whose test time plays no part.
pub const ENDLESS: Patience =
    Patience { beat: Duration::from_secs(3_600), pings: u32::MAX, write: Duration::from_secs(3_600) };

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Runs each test on a server with SQLite and on one with Postgres.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn test($app: TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                test(TestApp::spawn(Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                test(TestApp::spawn(Engine::Postgres).await).await;
            }
        }
    )+};
}
pub(super) use on_both_engines;

/// A running server with an empty office: one admin, three employees, no rooms.
pub struct TestApp {
    pub app: App,
    pub address: SocketAddr,
    pub admin: Client,
    pub minji: Client,
    pub junho: Client,
    pub seoyeon: Client,
    pub database_url: String,
    process: Process,
    _folder: tempfile::TempDir,
}

/// An event as the log keeps it.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct LogRow {
    pub seq: Seq,
    pub topic: String,
    pub prev: Seq,
    pub kind: String,
    pub actor: Option<UserId>,
    pub at: Timestamp,
    /// The exact text that sockets send.
    pub frame: String,
}

impl TestApp {
    pub async fn spawn(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            Engine::Postgres => new_postgres_database().await,
        };
        let (app, address, process) = start(&database_url, Clock::manual(START), |_| ()).await;
        let mut clients = Vec::new();
        for (name, role) in
            [("admin", Role::Admin), ("minji", Role::Employee), ("junho", Role::Employee), ("seoyeon", Role::Employee)]
        {
            let email = format!("{name}@example.com");
            create_user(&app, &email, name, role, PASSWORD).await.expect("an account");
            clients.push(Client::log_in(address, &email).await);
        }
        let mut clients = clients.into_iter();
        let mut next = || clients.next().expect("four clients");
        let (admin, minji, junho, seoyeon) = (next(), next(), next(), next());
        Self { app, address, admin, minji, junho, seoyeon, database_url, process, _folder: folder }
    }

    /// The same database in a new process's clothes: nothing in memory survives.
    pub async fn restart(self) -> Self {
        self.restart_with(|_| ()).await
    }

    /// [`restart`](Self::restart) with other options.
    pub async fn restart_with(mut self, adjust: impl FnOnce(&mut Config)) -> Self {
        let clock = self.app.clock.clone();
        self.process.kill().await;
        // With a process go its connections, and what they had begun, whoever in it still knew them:
        // the sockets of Socket.IO know each other, and through each other everything.
        let gone = tokio::time::timeout(PATIENCE, self.app.close()).await;
        assert!(gone.is_ok(), "the killed server still holds a connection to its database");
        drop(self.app);
        let (app, address, process) = start(&self.database_url, clock, adjust).await;
        for client in [&mut self.admin, &mut self.minji, &mut self.junho, &mut self.seoyeon] {
            client.address = address;
        }
        Self { app, address, process, ..self }
    }

    /// Something that the server does, and that ends with it wherever it stands.
    pub fn spawn_inside(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.process.spawn(work);
    }

    pub fn set_clock(&self, at: Timestamp) {
        self.app.clock.set(at);
    }

    /// Moves the clock and does what that brings, as the jobs do.
    pub async fn strike(&self, at: Timestamp) {
        self.set_clock(at);
        crate::server::jobs::step(&self.app).await.expect("the clock strikes");
    }

    /// A room for six, on the third floor.
    pub async fn room(&self, name: &str) -> Room {
        self.room_with(json!({"name": name, "floor": "3층", "capacity": 6})).await
    }

    pub async fn room_with(&self, new: Value) -> Room {
        let (status, room) = self.admin.post("/rooms", new).await;
        assert_eq!(status, StatusCode::CREATED, "{room}");
        serde_json::from_value(room).expect("a room")
    }

    /// The commands' own view of a client, for tests that call them directly.
    pub fn caller(&self, client: &Client, role: Role) -> Caller {
        Caller {
            user: User { role, ..client.user.clone() },
            session: SessionId(0),
            expires_at: START + 365 * DAY,
            by_access_token: false,
            appearance: Default::default(),
            zone: None,
            once: None,
        }
    }

    /// The newest event that the database has.
    pub async fn head(&self) -> Seq {
        let mut read = self.app.read().await.expect("a reader");
        crate::realtime::log::head(&mut read).await.expect("a head")
    }

    /// Everything that was logged after a point, as it goes over the wire, without its lines of activity,
    /// and but for what people are told of it: that has tests of its own.
    pub async fn events_after(&self, seq: Seq) -> Vec<Value> {
        self.whole_events_after(seq).await.into_iter().map(without_activity).collect()
    }

    /// Everything that was logged after a point, as it goes over the wire.
    pub async fn whole_events_after(&self, seq: Seq) -> Vec<Value> {
        let mut read = self.app.read().await.expect("a reader");
        let sql = "SELECT frame FROM log WHERE seq > $1 AND kind NOT LIKE 'notification:%' ORDER BY seq";
        let frames: Vec<String> =
            crate::server::db::on!(&mut *read, c => sqlx::query_scalar(sql).bind(seq).fetch_all(c).await)
                .expect("frames");
        frames.iter().map(|frame| serde_json::from_str(frame).expect("a frame is JSON")).collect()
    }

    /// Changes the database behind the server's back, for what no command does yet.
    pub async fn execute(&self, sql: &'static str) {
        let mut tx = self.app.log.begin().await.expect("the write lane");
        crate::server::db::on!(&mut *tx, c => sqlx::query(sql).execute(c).await.map(|_| ())).expect(sql);
        tx.commit().await.expect("a commit");
    }

    /// Waits until a single number out of the database is the wanted one.
    pub async fn wait_for(&self, sql: &'static str, wanted: i64) {
        until(sql, || async { self.count(sql).await == wanted }).await;
    }

    /// Waits until the server has let go of every socket.
    pub async fn sockets_gone(&self) {
        let gone = tokio::time::timeout(PATIENCE, self.app.sockets.write()).await;
        assert!(gone.is_ok(), "the server still holds a socket");
    }

    /// Moves the clock and signs everybody in anew, since access tokens last for 15 minutes.
    pub async fn later(&mut self, at: Timestamp) {
        self.set_clock(at);
        for (client, name) in [
            (&mut self.admin, "admin"),
            (&mut self.minji, "minji"),
            (&mut self.junho, "junho"),
            (&mut self.seoyeon, "seoyeon"),
        ] {
            *client = Client::log_in(self.address, &format!("{name}@example.com")).await;
        }
    }

    /// The raw answer to a login.
    pub async fn log_in(&self, body: Value) -> reqwest::Response {
        let request = reqwest::Client::new().post(self.url("/api/v1/auth/login")).json(&body);
        request.send().await.expect("an answer")
    }

    /// Somebody's browser, signed in.
    pub async fn browser(&self, name: &str, remember: bool) -> Browser {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD, "remember": remember});
        let answer = self.log_in(body).await;
        assert_eq!(answer.status(), StatusCode::OK, "{name} signs in");
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()).expect("a cookie");
        let (cookie, _) = cookie.split_once(';').expect("a cookie with attributes");
        Browser { cookie: cookie.to_owned(), address: self.address, http: reqwest::Client::new() }
    }

    /// The whole log, oldest first.
    pub async fn log_rows(&self) -> Vec<LogRow> {
        let mut read = self.app.read().await.expect("a reader");
        let sql = "SELECT seq, topic, prev, kind, actor, at, frame FROM log ORDER BY seq";
        crate::server::db::on!(&mut *read, c => sqlx::query_as(sql).fetch_all(c).await).expect("the log")
    }

    /// Commits so many events of one topic at once. They tell of a room that no list has; `location`
    /// makes them as long as a test needs them.
    pub async fn emit(&self, topic: Topic, count: usize, location: &str) -> Seq {
        let room = Room {
            id: RoomId(0),
            name: "유령".into(),
            location: location.into(),
            floor: String::new(),
            capacity: 1,
            equipment: vec![],
            requires_approval: false,
            approver_ids: vec![],
            maintenance: false,
            version: 1,
        };
        let state = RoomState { status: RoomStatus::Available, current_reservation: None, next_reservation: None };
        let event = RoomEvent { room: RoomWithState { room, state }, previous_status: None, activity: None };
        let mut tx = self.app.log.begin().await.expect("the lane");
        for _ in 0..count {
            tx.emit(topic, None, Event::RoomUpdated(event.clone()));
        }
        tx.commit().await.expect("committed")
    }

    /// A single number out of the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut read = self.app.read().await.expect("a reader");
        crate::server::db::on!(&mut *read, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a count")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// What a server runs in, as far from the test as within one program it can be.
struct Process(Option<Runtime>);

impl Process {
    fn new() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        Self(Some(runtime))
    }

    fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.0.as_ref().expect("a process that lives").spawn(work)
    }

    /// Not asked to stop: requests, sockets, jobs and the write lane are cut off wherever they are.
    /// Nothing of them goes on once this has returned.
    async fn kill(&mut self) {
        let Some(runtime) = self.0.take() else { return };
        tokio::task::spawn_blocking(|| runtime.shutdown_timeout(PATIENCE)).await.expect("a killed process");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test may not wait where it ends.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

async fn start(database_url: &str, clock: Clock, adjust: impl FnOnce(&mut Config)) -> (App, SocketAddr, Process) {
    let options = ["madang", "--listen", "127.0.0.1:0", "--database-url", database_url, "--time-zone", "Asia/Seoul"];
    let mut config = Cli::try_parse_from(options).expect("options").config;
    adjust(&mut config);
    let process = Process::new();
    let application = process.spawn(Application::build(config, clock)).await.expect("a build").expect("a server");
    let (app, address) = (application.app.clone(), application.addresses()[0]);
    process.spawn(application.run());
    (app, address, process)
}

async fn new_postgres_database() -> String {
    let server = std::env::var("MADANG_TEST_POSTGRES_URL")
        .expect("MADANG_TEST_POSTGRES_URL names a Postgres server: `make test-rust` starts one");
    let name = format!("madang_{}", uuid::Uuid::new_v4().simple());
    let pool = sqlx::PgPool::connect(&server).await.expect("the Postgres server of MADANG_TEST_POSTGRES_URL");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    pool.execute(create).await.expect("a database of our own");
    pool.close().await;
    let (server, _) = server.rsplit_once('/').expect("a database in the URL");
    format!("{server}/{name}")
}

/// An event as it was documented before the list of activity came: what an old client reads of it.
pub fn without_activity(mut event: Value) -> Value {
    if let Some(data) = event["data"].as_object_mut() {
        data.remove("activity");
    }
    event
}

/// Waits until something holds, by looking again and again. What is waited for so is state that the
/// server tells nobody of: what it writes behind an answer, or keeps in memory only. What it does tell
/// is awaited on a socket. However slow the machine, the outcome is the same: there is no moment to miss.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{what}: not in time"));
}

pub fn new_room(name: &str) -> NewRoom {
    NewRoom { name: name.into(), capacity: 6, ..NewRoom::default() }
}
