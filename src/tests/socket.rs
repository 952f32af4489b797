//! `/ws`: what the documented client (contracts §1) and our own (§7) rely on.

use super::helpers::{
    Client, ENDLESS, LogRow, PASSWORD, PATIENCE, Socket, TestApp, hour, is_volatile, without_activity,
};
use crate::ids::RoomId;
use crate::realtime::peer::Patience;
use crate::realtime::protocol::{Control, Nothing, Seq, ServerFrame, Topic};
use crate::time::Timestamp;
use futures_util::StreamExt;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, client_async};

mod entry;
mod frames;
mod patience;
mod resume;
mod sessions;

/// The largest frame that a client may send.
const MAX_FRAME: usize = 64 * 1024;
/// Beats that a test can wait for, and clients that need not be quick for it.
const BRISK: Patience = Patience { beat: Duration::from_millis(20), ..ENDLESS };

fn json_of(text: &str) -> Value {
    without_activity(serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn text(message: &Value) -> Message {
    Message::text(message.to_string())
}

/// The documented client's heartbeat.
fn ping() -> Message {
    text(&json!({"type": "ping", "data": {}, "timestamp": "2026-11-23T00:00:00.000Z"}))
}

fn own(client: &Client) -> Topic {
    Topic::User(client.id)
}

/// What a person receives of the log after a cursor.
fn seen_by<'a>(rows: &'a [LogRow], client: &Client, after: Seq) -> Vec<&'a str> {
    let topics: Vec<String> = Topic::of(client.user.viewer()).iter().map(ToString::to_string).collect();
    rows.iter().filter(|row| row.seq > after && topics.contains(&row.topic)).map(|row| row.frame.as_str()).collect()
}

impl Socket {
    async fn texts(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        for _ in 0..count {
            texts.push(self.text().await);
        }
        texts
    }

    async fn control(&mut self) -> Control {
        match self.frame().await {
            ServerFrame::Control(frame) => frame.control,
            other => panic!("{other:?}"),
        }
    }

    /// Nothing but the answer to a ping is on its way.
    async fn assert_quiet(&mut self) {
        self.send(ping()).await;
        assert_eq!(self.control().await, Control::Pong(Nothing {}));
    }

    /// Nothing but what the person is told of it, and the answer to a ping, is on its way.
    async fn assert_only_notified(&mut self) {
        self.send(ping()).await;
        loop {
            match self.frame().await {
                ServerFrame::Durable(frame) => assert!(frame.event.kind().starts_with("notification:"), "{frame:?}"),
                ServerFrame::Control(frame) => return assert_eq!(frame.control, Control::Pong(Nothing {})),
                ServerFrame::Volatile(_) => {}
            }
        }
    }

    /// The next message as the protocol has it, pings and pongs included, past volatile frames.
    async fn raw(&mut self) -> Option<Message> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a message in time");
            match next.map(|message| message.expect("the connection stands")) {
                Some(Message::Text(text)) if is_volatile(&text) => {}
                other => return other,
            }
        }
    }
}

impl TestApp {
    async fn open(&self, query: &str) -> Socket {
        Socket::open(self.address, &format!("/ws{query}"), None).await.expect("an upgrade")
    }

    /// A request for `/ws` with headers.
    fn upgrade(&self, query: &str, headers: &[(&'static str, &str)]) -> Request<()> {
        let mut request = format!("ws://{}/ws{query}", self.address).into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        request
    }

    /// Books a meeting of Minji's and Junho's that others may not know of.
    async fn book_private(&self, room: RoomId, hours_from_start: i64) -> Value {
        let mut body = hour(room, hours_from_start);
        body["title"] = json!("비밀 회의");
        body["private"] = json!(true);
        body["attendeeIds"] = json!([self.junho.id]);
        let (status, booking) = self.minji.post("/reservations", body).await;
        assert_eq!(status, StatusCode::CREATED, "{booking}");
        booking
    }
}

fn path_of(booking: &Value) -> String {
    format!("/reservations/{}", booking["id"].as_str().unwrap_or_else(|| panic!("{booking}")))
}

/// A client that reads next to nothing unless it wants to.
async fn slow_socket(client: &Client, address: SocketAddr, query: &str) -> Socket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let stream = MaybeTlsStream::Plain(socket.connect(address).await.expect("a connection"));
    let url = format!("ws://{address}/ws?token={}{query}", client.token);
    Socket(client_async(url, stream).await.expect("an upgrade").0)
}

/// A session cookie of a new sign-in, as a browser keeps it.
async fn cookie(app: &TestApp, name: &str) -> String {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    let answer =
        reqwest::Client::new().post(app.url("/api/v1/auth/login")).json(&body).send().await.expect("an answer");
    let cookie = answer.headers().get("set-cookie").expect("a cookie").to_str().expect("text");
    cookie.split(';').next().expect("a name and a value").to_owned()
}

/// Commits about eight megabytes that a person receives: more than the buffers of a connection hold.
async fn fill(app: &TestApp, client: &Client) {
    let location = "x".repeat(3_800);
    for topic in [Topic::Org, own(client), Topic::Org, own(client)] {
        app.emit(topic, 500, &location).await;
    }
}

/// Waits for a head of an instant; nothing else may come before it.
async fn head_at(socket: &mut Socket, at: Timestamp) {
    loop {
        match socket.control().await {
            Control::Head(head) if head.server_time == at.0 => return,
            Control::Head(_) => {}
            other => panic!("{other:?}"),
        }
    }
}
