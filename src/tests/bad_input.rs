//! What no well-behaved client sends: it is refused in good form, changes nothing, and harms nobody.

use super::helpers::{Answer, Client, TestApp};
use crate::rooms::model::Room;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

mod addresses;
mod answers;
mod bodies;
mod chat;
mod functions;
mod origins;
mod values;

/// Every route of the API and the methods that it offers.
const ROUTES: [(&str, &[&str]); 35] = [
    ("/auth/login", &["POST"]),
    ("/auth/refresh", &["POST"]),
    ("/auth/logout", &["POST"]),
    ("/me", &["GET"]),
    ("/me/sessions", &["GET", "DELETE"]),
    ("/me/sessions/{session}", &["DELETE"]),
    ("/users", &["GET"]),
    ("/ws/ticket", &["POST"]),
    ("/rooms", &["GET", "POST"]),
    ("/rooms/{room}", &["GET", "PATCH", "DELETE"]),
    ("/reservations", &["GET", "POST"]),
    ("/reservations/{booking}", &["GET", "PATCH", "DELETE"]),
    ("/reservations/{booking}/cancel", &["POST"]),
    ("/reservations/{booking}/end", &["POST"]),
    ("/reservations/{booking}/extend", &["POST"]),
    ("/reservations/{booking}/approve", &["POST"]),
    ("/reservations/{booking}/reject", &["POST"]),
    ("/timers", &["GET", "POST"]),
    ("/timers/{timer}", &["GET", "PATCH"]),
    ("/timers/{timer}/pause", &["POST"]),
    ("/timers/{timer}/resume", &["POST"]),
    ("/timers/{timer}/stop", &["POST"]),
    ("/timers/{timer}/cancel", &["POST"]),
    ("/timers/{timer}/extend", &["POST"]),
    ("/timers/{timer}/share", &["POST"]),
    ("/timers/{timer}/agenda", &["PUT"]),
    ("/timers/{timer}/agenda/point", &["POST"]),
    ("/timers/{timer}/people/{person}", &["DELETE"]),
    ("/timers/history", &["GET"]),
    ("/timers/history.csv", &["GET"]),
    ("/timers/goal", &["PUT"]),
    ("/todos", &["GET", "POST"]),
    ("/todos/{todo}", &["PATCH", "DELETE"]),
    ("/todos/order", &["PUT"]),
    ("/openapi.json", &["GET"]),
];

/// Those of chat, whose refusals have a shape of their own (contracts §5.2).
const CHAT_ROUTES: [(&str, &[&str]); 25] = [
    ("/chat/rooms", &["GET", "POST"]),
    ("/chat/rooms/{chat}", &["GET", "PATCH"]),
    ("/chat/channels", &["GET"]),
    ("/chat/rooms/{chat}/messages", &["GET", "POST"]),
    ("/chat/rooms/{chat}/messages/{message}", &["PATCH", "DELETE"]),
    ("/chat/messages/{message}", &["GET", "PATCH", "DELETE"]),
    ("/chat/messages/{message}/reactions", &["POST"]),
    ("/chat/messages/{message}/versions", &["GET"]),
    ("/chat/rooms/{chat}/read", &["POST"]),
    ("/chat/rooms/{chat}/unread", &["POST"]),
    ("/chat/reading", &["GET", "PUT"]),
    ("/chat/rooms/{chat}/mute", &["POST"]),
    ("/chat/rooms/{chat}/members", &["GET", "POST"]),
    ("/chat/rooms/{chat}/members/{person}", &["PATCH", "DELETE"]),
    ("/chat/rooms/{chat}/members/{person}/bar", &["POST"]),
    ("/chat/rooms/{chat}/files", &["POST"]),
    ("/chat/rooms/{chat}/export", &["GET"]),
    ("/chat/rooms/{chat}/audit", &["GET"]),
    ("/chat/files/1", &["GET"]),
    ("/chat/kept", &["GET"]),
    ("/chat/kept/{message}", &["PUT", "DELETE"]),
    ("/chat/search", &["GET"]),
    ("/chat/users", &["GET"]),
    ("/chat/overview", &["GET"]),
    ("/chat/audit", &["GET"]),
];

/// The routes that read a JSON body.
const BODIES: [(&str, &str); 38] = [
    ("POST", "/auth/login"),
    ("POST", "/rooms"),
    ("PATCH", "/rooms/{room}"),
    ("POST", "/reservations"),
    ("PATCH", "/reservations/{booking}"),
    ("POST", "/reservations/{booking}/cancel"),
    ("POST", "/reservations/{booking}/end"),
    ("POST", "/reservations/{booking}/extend"),
    ("POST", "/reservations/{booking}/approve"),
    ("POST", "/reservations/{booking}/reject"),
    ("POST", "/reservations/{booking}/respond"),
    ("POST", "/timers"),
    ("PATCH", "/timers/{timer}"),
    ("POST", "/timers/{timer}/pause"),
    ("POST", "/timers/{timer}/resume"),
    ("POST", "/timers/{timer}/stop"),
    ("POST", "/timers/{timer}/cancel"),
    ("POST", "/timers/{timer}/extend"),
    ("POST", "/timers/{timer}/share"),
    ("PUT", "/timers/{timer}/agenda"),
    ("POST", "/timers/{timer}/agenda/point"),
    ("PUT", "/timers/goal"),
    ("POST", "/todos"),
    ("PATCH", "/todos/{todo}"),
    ("PUT", "/todos/order"),
    ("POST", "/chat/rooms"),
    ("PATCH", "/chat/rooms/{chat}"),
    ("POST", "/chat/rooms/{chat}/messages"),
    ("PATCH", "/chat/rooms/{chat}/messages/{message}"),
    ("PATCH", "/chat/messages/{message}"),
    ("POST", "/chat/messages/{message}/reactions"),
    ("POST", "/chat/rooms/{chat}/read"),
    ("POST", "/chat/rooms/{chat}/unread"),
    ("PUT", "/chat/reading"),
    ("POST", "/chat/rooms/{chat}/mute"),
    ("POST", "/chat/rooms/{chat}/members"),
    ("PATCH", "/chat/rooms/{chat}/members/{person}"),
    ("POST", "/chat/rooms/{chat}/members/{person}/bar"),
];

/// What would tell of the inside of the server.
const INSIDE: [&str; 12] = [
    "sqlx",
    "sqlite",
    "postgres",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "constraint",
    "panicked",
    "backtrace",
    ".rs",
    "serde",
    "expected",
];

/// An office with a room, a booking, a timer and a plan of the admin's, and a chat of the admin's with
/// Minji; and everything in it counted.
struct Office {
    app: TestApp,
    room: Room,
    booking: Value,
    timer: Value,
    todo: Value,
    /// A message in the chat, which names its room.
    message: Value,
    before: Vec<i64>,
}

impl Office {
    async fn open(app: TestApp) -> Self {
        let room =
            app.room_with(json!({"name": "한라산", "floor": "3층", "capacity": 6, "requiresApproval": true})).await;
        let booking = app.minji.book(room.id, 0).await;
        let (_, timer) = app.admin.post("/timers", json!({"allocatedDuration": 600})).await;
        let (_, todo) = app.admin.post("/todos", json!({"title": "기획서 초안"})).await;
        let chat = json!({"name": "인사", "kind": "private", "memberIds": [app.minji.id]});
        let (_, chat) = app.admin.post("/chat/rooms", chat).await;
        let path = format!("/chat/rooms/{}/messages", chat["data"]["id"]);
        let message = app.admin.post(&path, json!({"message": "안녕하세요"})).await.1["data"].clone();
        let before = contents(&app).await;
        Self { app, room, booking, timer, todo, message, before }
    }

    /// A route with the ids of what is there.
    fn path(&self, route: &str) -> String {
        let booking = self.booking["id"].as_str().expect("an id");
        let (timer, todo) = (self.timer["id"].as_str().expect("an id"), self.todo["id"].as_str().expect("an id"));
        route
            .replace("{room}", &self.room.id.to_string())
            .replace("{booking}", booking)
            .replace("{timer}", timer)
            .replace("{person}", &self.app.junho.id.to_string())
            .replace("{todo}", todo)
            .replace("{chat}", &self.message["chat_room_id"].to_string())
            .replace("{message}", &self.message["id"].to_string())
    }

    /// The admin, who may do everything.
    fn request(&self, method: &str, route: &str) -> reqwest::RequestBuilder {
        self.app.admin.request(method, &self.path(route))
    }

    /// Nothing was written, and the server goes on.
    async fn close(self) {
        assert_eq!(contents(&self.app).await, self.before, "refusals leave no trace");
        assert_eq!(self.app.junho.get(&self.path("/reservations/{booking}")).await.1, self.booking);
        let (status, room) = self.app.admin.get(&self.path("/rooms/{room}")).await;
        assert_eq!((status.as_u16(), &room["version"]), (200, &json!(1)));
        self.app.junho.book(self.room.id, 20).await;
    }
}

/// The head of the log, and how much there is of everything.
async fn contents(app: &TestApp) -> Vec<i64> {
    let mut counts = vec![app.head().await];
    for sql in [
        "SELECT COUNT(*) FROM log",
        "SELECT COUNT(*) FROM users",
        "SELECT COUNT(*) FROM sessions",
        "SELECT COUNT(*) FROM tickets",
        "SELECT COUNT(*) FROM rooms",
        "SELECT COUNT(*) FROM reservations",
        "SELECT COUNT(*) FROM attendees",
        "SELECT COUNT(*) FROM timers",
        "SELECT COUNT(*) FROM timer_people",
        "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM timers",
        "SELECT COUNT(*) FROM timer_goals",
        "SELECT COUNT(*) FROM todos",
        "SELECT COUNT(*) FROM idempotency",
        "SELECT COUNT(*) FROM notifications",
        "SELECT COUNT(*) FROM chat_rooms",
        "SELECT COUNT(*) FROM chat_members",
        "SELECT COUNT(*) FROM chat_messages",
        "SELECT COUNT(*) FROM chat_versions",
        "SELECT COUNT(*) FROM chat_reactions",
        "SELECT COUNT(*) FROM chat_files",
        "SELECT COUNT(*) FROM chat_audit",
        "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM chat_rooms",
        "SELECT CAST(COALESCE(SUM(last_read_seq), 0) AS BIGINT) FROM chat_members",
    ] {
        counts.push(app.count(sql).await);
    }
    counts
}

/// Sends a request and checks that its answer is a refusal in good form. Gives its members.
async fn refused(what: &str, request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let (status, headers, path) = (answer.status(), answer.headers().clone(), answer.url().path().to_owned());
    let text = answer.text().await.expect("a body");
    check_problem(what, &path, status, &headers, &text)
}

/// The refusal of an address: below `/api/v1/chat` in the chat contract's shape, elsewhere a problem.
fn check_problem(what: &str, path: &str, status: StatusCode, headers: &http::HeaderMap, text: &str) -> Answer {
    assert!(status.is_client_error(), "{what}: {status} {text}");
    let is_chat = path.starts_with("/api/v1/chat/");
    let kind = if is_chat { "application/json" } else { "application/problem+json" };
    assert_eq!(headers.get("content-type").and_then(|kind| kind.to_str().ok()), Some(kind), "{what}: {text}");
    check_protection(what, headers);
    assert_eq!(headers["cache-control"], "no-store", "{what}");
    for inside in INSIDE {
        assert!(!text.contains(inside), "{what} tells {inside}: {text}");
    }
    let body: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{what}: {text}"));
    if is_chat {
        assert_eq!(body["success"], json!(false), "{what}: {text}");
        for text in [&body["message"], &body["error"]["code"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{what}: {body}");
        }
        return (status, body["error"].clone());
    }
    assert_eq!(body["type"], "about:blank", "{what}");
    assert_eq!(body["title"], json!(status.canonical_reason()), "{what}");
    assert_eq!(body["status"], json!(status.as_u16()), "{what}");
    for member in ["detail", "code"] {
        assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{what}: {text}");
    }
    (status, body)
}

fn check_protection(what: &str, headers: &http::HeaderMap) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{what}: {name}");
    }
}

/// Sends bytes as they are and reads the answer up to its end: status, headers and body.
async fn exchange(app: &TestApp, head: &[u8], body: &[u8]) -> (StatusCode, http::HeaderMap, String) {
    let mut stream = TcpStream::connect(app.address).await.expect("a connection");
    stream.write_all(head).await.expect("sent");
    for chunk in body.chunks(64 * 1024) {
        // The server need not listen to the end.
        if stream.write_all(chunk).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    // Cut off when more was sent than it wanted to read: what it said before that counts.
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        answer.extend_from_slice(&chunk[..read]);
    }
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.split("\r\n");
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok()).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers =
        headers.map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect();
    (status, headers, body.to_owned())
}

fn raw_head(client: &Client, app: &TestApp, method: &str, path: &[u8], length: usize) -> Vec<u8> {
    let rest = format!(
        " HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n",
        app.address, client.token
    );
    [method.as_bytes(), b" ", path, rest.as_bytes()].concat()
}

/// A valid body with one member replaced.
fn replaced(valid: &Value, member: &str, value: &Value) -> Value {
    let mut body = valid.clone();
    body[member] = value.clone();
    body
}
