//! `/ws`: what the documented client (contracts §1) and our own (§7) rely on.

use super::helpers::{
    Client, ENDLESS, Engine, LogRow, PASSWORD, PATIENCE, START, Socket, TestApp, hour, is_volatile, on_both_engines,
    without_activity,
};
use crate::accounts::server::log_out;
use crate::ids::{RoomId, SessionId};
use crate::realtime::protocol::{Control, Head, Nothing, Seq, ServerFrame, Topic};
use crate::realtime::socket::Patience;
use crate::reservations::model::PRIVATE_TITLE;
use crate::server::application::Application;
use crate::time::{HOUR, MINUTE, SECOND, Timestamp};
use futures_util::StreamExt;
use futures_util::future::join_all;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as RawFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::{MaybeTlsStream, client_async, connect_async};

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

on_both_engines! {
    async fn hello_comes_first_and_names_the_log_its_head_and_the_topics_of_the_role(app: TestApp) {
        let room = app.room("한라산").await;
        app.book_private(room.id, 1).await;
        // seq 1: the room. 2: everybody's view of the booking. 3, 4: its people's. 5: the admins'. 6: Junho's invitation.
        for (client, topics) in [
            (&app.minji, json!({"org": 2, own(&app.minji).to_string(): 3})),
            (&app.junho, json!({"org": 2, own(&app.junho).to_string(): 6})),
            (&app.seoyeon, json!({"org": 2, own(&app.seoyeon).to_string(): 0})),
            (&app.admin, json!({"org": 2, own(&app.admin).to_string(): 0, "admin": 5})),
        ] {
            let hello = json_of(&client.socket("").await.text().await);
            assert_eq!(
                hello,
                json!({
                    "type": "hello",
                    "data": {
                        "logId": app.app.log.id(), "build": app.app.build, "seq": 6, "serverTime": 1_795_392_000_000_i64,
                        "resumed": false, "topics": topics,
                    },
                    "timestamp": "2026-11-23T00:00:00.000Z",
                })
            );
        }
    }

    async fn everybody_hears_of_a_booking_in_the_documented_envelope(app: TestApp) {
        let room = app.room("한라산").await.id;
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.junho, &app.seoyeon, &app.admin] {
            let mut socket = client.socket("").await;
            socket.hello().await;
            sockets.push(socket);
        }
        app.set_clock(START + 1_234);
        let booking = app.minji.book(room, 1).await;
        let expected = json!({
            "type": "reservation:created",
            "data": {"reservation": booking, "roomId": room, "userId": app.minji.id},
            "timestamp": "2026-11-23T00:00:01.234Z",
            "userId": app.minji.id,
            "seq": 2, "topic": "org", "prev": 1,
        });
        for socket in &mut sockets {
            assert_eq!(json_of(&socket.text().await), expected);
            assert_eq!(json_of(&socket.text().await)["type"], "notification:created");
        }
        let (_, cancelled) = app.minji.post(&format!("{}/cancel", path_of(&booking)), json!({})).await;
        for socket in &mut sockets {
            let frame = json_of(&socket.text().await);
            assert_eq!((&frame["type"], &frame["data"]["reservation"]), (&json!("reservation:cancelled"), &cancelled));
            assert_eq!((&frame["seq"], &frame["prev"]), (&json!(4), &json!(3)));
            socket.assert_quiet().await;
        }
    }

    async fn a_cursor_brings_exactly_what_was_missed_in_order_then_a_head_then_what_happens(app: TestApp) {
        let room = app.room("한라산").await.id;
        for n in 1..=3 {
            app.junho.book(room, 2 * n).await;
            app.book_private(room, 2 * n + 1).await;
        }
        let (rows, head) = (app.log_rows().await, app.head().await);
        let log = app.app.log.id();
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.seoyeon, &app.admin] {
            for after in 0..=head {
                let mut socket = client.socket(&format!("&after={after}&log={log}")).await;
                let hello = socket.hello().await;
                assert_eq!((hello.resumed, hello.seq), (true, head), "after {after}");
                let missed = seen_by(&rows, client, after);
                assert_eq!(socket.texts(missed.len()).await, missed, "after {after}");
                if after < head {
                    assert_eq!(socket.control().await, Control::Head(Head { seq: head, server_time: START.0 }));
                }
                socket.assert_quiet().await;
                sockets.push(socket);
            }
        }
        app.junho.book(room, 20).await;
        for socket in &mut sockets {
            assert_eq!(socket.durable().await.seq, head + 1);
        }
    }

    async fn a_cursor_survives_a_restart_of_the_server(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await.id;
        let mut socket = app.junho.socket("").await;
        let hello = socket.hello().await;
        app.minji.book(room, 1).await;
        let cursor = socket.durable().await.seq;
        drop(socket);
        app.minji.book(room, 2).await;

        app.restart().await;
        app.minji.book(room, 3).await;
        let (rows, query) = (app.log_rows().await, format!("&after={cursor}&log={}", hello.log_id));
        let mut socket = app.junho.socket(&query).await;
        assert!(socket.hello().await.resumed);
        assert_eq!(socket.texts(5).await, seen_by(&rows, &app.junho, cursor));
        assert_eq!(socket.control().await, Control::Head(Head { seq: 7, server_time: START.0 }));
        app.minji.book(room, 4).await;
        assert_eq!(socket.durable().await.seq, 8);
    }

    async fn a_cursor_that_means_nothing_here_is_said_to_and_the_socket_is_live_from_now(app: TestApp) {
        let room = app.room("한라산").await.id;
        app.minji.book(room, 1).await;
        let log = app.app.log.id();
        for query in [
            String::new(),
            "&after=1".into(),
            format!("&log={log}"),
            "&after=1&log=2f1b0c1e-5f0e-4e1c-9d0a-0d3f5b1f8f11".into(),
            "&after=1&log=".into(),
            format!("&after=4&log={log}"),
            format!("&after={}&log={log}", i64::MAX),
            format!("&after=-1&log={log}"),
            format!("&after={}&log={log}", i64::MIN),
        ] {
            let mut socket = app.junho.socket(&query).await;
            let hello = socket.hello().await;
            assert_eq!((hello.resumed, hello.seq, hello.topics[&Topic::Org]), (false, 3, 3), "{query}");
            socket.assert_quiet().await;
        }
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        app.minji.book(room, 2).await;
        assert_eq!(socket.durable().await.seq, 4);
    }

    async fn whenever_a_socket_opens_its_hello_and_its_frames_together_miss_nothing(app: TestApp) {
        let room = app.room("한라산").await.id;
        let writing = async {
            for n in 0..40 {
                join_all((0..8).map(|k| {
                    let mut body = hour(room, 0);
                    let from = START + (n * 8 + k) * 5 * MINUTE;
                    (body["startsAt"], body["endsAt"]) = (json!(from), json!(from + 5 * MINUTE));
                    body["private"] = json!(k % 3 == 0);
                    app.minji.post("/reservations", body)
                }))
                .await;
            }
        };
        let opening = async {
            let mut opened = Vec::new();
            for n in 0..50 {
                let client = [&app.minji, &app.seoyeon, &app.admin][n % 3];
                let mut socket = client.socket("").await;
                opened.push((client, socket.hello().await, socket));
            }
            opened
        };
        let ((), opened) = tokio::join!(writing, opening);
        // Everybody sees the last one.
        app.room("백두산").await;

        let rows = app.log_rows().await;
        for (client, hello, mut socket) in opened {
            for row in rows.iter().filter(|row| row.seq <= hello.seq) {
                let topic: Topic = row.topic.parse().expect("a topic");
                let known = hello.topics.get(&topic).is_none_or(|newest| row.seq <= *newest);
                assert!(known, "{row:?} is neither in the hello nor sent after it: {hello:?}");
            }
            let after = seen_by(&rows, client, hello.seq);
            assert_eq!(socket.texts(after.len()).await, after);
        }
    }

    async fn a_ping_of_the_application_is_answered_as_documented(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        app.set_clock(START + 30 * SECOND);
        socket.send(ping()).await;
        assert_eq!(
            json_of(&socket.text().await),
            json!({"type": "pong", "data": {}, "timestamp": "2026-11-23T00:00:30.000Z"})
        );
    }

    async fn what_a_client_says_otherwise_is_ignored(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for other in ["", "null", "[]", "ping", "{}", "{\"type\":7}", "{\"type\":\"subscribe\",\"data\":{\"topic\":\"admin\"}}"] {
            socket.send(Message::text(other)).await;
            socket.assert_quiet().await;
        }
        app.admin.socket("").await.hello().await;
    }

    async fn whoever_debugs_is_told_what_is_ignored(app: TestApp) {
        let mut socket = app.minji.socket("&debug=1").await;
        socket.hello().await;
        for (said, message) in
            [("{\"type\":\"shout\",\"data\":{}}", "unknown type shout"), ("{\"type\":", "not a frame"), ("7", "not a frame")]
        {
            socket.send(Message::text(said)).await;
            assert_eq!(
                json_of(&socket.text().await),
                json!({"type": "error", "data": {"message": message}, "timestamp": "2026-11-23T00:00:00.000Z"})
            );
        }
        let mut socket = app.minji.socket("&debug=0").await;
        socket.hello().await;
        socket.send(Message::text("{\"type\":\"watch\"}")).await;
        socket.assert_quiet().await;
    }

    async fn more_frames_than_the_budget_are_dropped_until_it_is_refilled(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for _ in 0..25 {
            socket.send(ping()).await;
        }
        // Answered after everything before it has been read.
        socket.send(Message::Ping("end".into())).await;
        let mut pongs = 0;
        loop {
            match socket.raw().await.expect("open") {
                Message::Text(text) => {
                    assert_eq!(json_of(&text)["type"], "pong");
                    pongs += 1;
                }
                Message::Pong(_) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(pongs, 20);
        app.set_clock(START + 2 * SECOND);
        socket.assert_quiet().await;
    }

    async fn a_ping_of_the_protocol_is_answered_with_its_own_words(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        socket.send(Message::Ping("마당".into())).await;
        assert_eq!(socket.raw().await, Some(Message::Pong("마당".into())));
    }

    async fn binary_frames_are_not_understood(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        socket.send(Message::binary(b"{\"type\":\"ping\"}".to_vec())).await;
        assert_eq!(socket.close_code().await, 1003);
    }

    async fn frames_of_more_than_64_kib_are_too_big(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        socket.send(Message::text("x".repeat(MAX_FRAME))).await;
        socket.assert_quiet().await;
        socket.send(Message::text("x".repeat(MAX_FRAME + 1))).await;
        assert_eq!(socket.close_code().await, 1009);

        // In pieces, each of which is small.
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for n in 0..3 {
            let code = OpCode::Data(if n == 0 { Data::Text } else { Data::Continue });
            socket.send(Message::Frame(RawFrame::message("x".repeat(MAX_FRAME / 2), code, n == 2))).await;
        }
        assert_eq!(socket.close_code().await, 1009);
    }

    async fn a_client_that_says_goodbye_is_answered(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        let goodbye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        socket.send(Message::Close(Some(goodbye.clone()))).await;
        assert_eq!(socket.raw().await, Some(Message::Close(Some(goodbye))));
        assert_eq!(socket.raw().await, None);
        app.sockets_gone().await;
    }

    async fn nobody_gets_in_without_a_good_token_and_is_told_so_after_the_upgrade(app: TestApp) {
        let expired = app.minji.token.clone();
        let (head, _) = app.minji.token.rsplit_once('.').expect("a signature");
        let forged = format!("{head}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        for query in ["".to_owned(), "?token=".into(), "?token=nonsense".into(), "?token=a.b.c".into(), format!("?token={forged}")] {
            assert_eq!(app.open(&query).await.close_code().await, 1008, "{query}");
        }
        app.set_clock(START + 15 * MINUTE);
        assert_eq!(app.open(&format!("?token={expired}")).await.close_code().await, 1008);
        app.set_clock(START);
        app.open(&format!("?token={expired}")).await.hello().await;
        // Who a client claims to be is not looked at.
        assert_eq!(app.open(&format!("?user_id={}", app.admin.id)).await.close_code().await, 1008);
    }

    async fn a_token_may_come_as_a_subprotocol_which_is_echoed_good_or_bad(app: TestApp) {
        for (token, code) in [(app.minji.token.as_str(), None), ("nonsense", Some(1008))] {
            let protocol = format!("authorization.bearer.{token}");
            let request = app.upgrade("", &[("sec-websocket-protocol", &protocol)]);
            let (stream, response) = connect_async(request).await.expect("an upgrade");
            assert_eq!(response.headers().get("sec-websocket-protocol").and_then(|p| p.to_str().ok()), Some(&*protocol));
            let mut socket = Socket(stream);
            match code {
                None => drop(socket.hello().await),
                Some(code) => assert_eq!(socket.close_code().await, code),
            }
        }
    }

    async fn an_authorization_header_and_a_session_cookie_open_a_socket_too(app: TestApp) {
        let bearer = format!("Bearer {}", app.minji.token);
        let request = app.upgrade("", &[("authorization", &bearer)]);
        let hello = Socket::open_with(request).await.expect("an upgrade").hello().await;
        assert!(hello.topics.contains_key(&own(&app.minji)));

        let (cookie, origin) = (cookie(&app, "junho").await, format!("http://{}", app.address));
        let request = app.upgrade("", &[("cookie", &cookie), ("origin", &origin)]);
        let hello = Socket::open_with(request).await.expect("an upgrade").hello().await;
        assert!(hello.topics.contains_key(&own(&app.junho)));
    }

    async fn pages_of_other_origins_open_no_socket(app: TestApp) {
        let mut app = app;
        let cookie = cookie(&app, "minji").await;
        let query = format!("?token={}", app.minji.token);
        let own = &*format!("http://{}", app.address);
        for (query, headers, expected) in [
            ("", vec![("cookie", &*cookie), ("origin", own)], None),
            (&*query, vec![("origin", own)], None),
            (&*query, vec![], None),
            ("", vec![("cookie", &cookie), ("origin", "https://evil.example")], Some(StatusCode::FORBIDDEN)),
            (&*query, vec![("origin", "https://evil.example")], Some(StatusCode::FORBIDDEN)),
            (&*query, vec![("origin", "null")], Some(StatusCode::FORBIDDEN)),
            (&*query, vec![("origin", "http://127.0.0.1:1")], Some(StatusCode::FORBIDDEN)),
            // No page: browsers name one on every upgrade, so a cookie alone proves nothing.
            ("", vec![("cookie", &cookie)], Some(StatusCode::FORBIDDEN)),
        ] {
            let outcome = Socket::open_with(app.upgrade(query, &headers)).await;
            assert_eq!(outcome.as_ref().err(), expected.as_ref(), "{headers:?}");
        }

        app.restart_with(|config| config.allowed_origins = vec!["https://intranet.example".into()]).await;
        let request = app.upgrade(&query, &[("origin", "https://intranet.example")]);
        Socket::open_with(request).await.expect("an upgrade").hello().await;
    }

    async fn a_ticket_opens_one_socket_within_a_minute(app: TestApp) {
        let ticket = async || {
            let (status, answer) = app.minji.post("/ws/ticket", json!({})).await;
            assert_eq!((status, &answer["expiresIn"]), (StatusCode::OK, &json!(60)), "{answer}");
            format!("?token={}", answer["ticket"].as_str().expect("a ticket"))
        };
        let used = ticket().await;
        let hello = app.open(&used).await.hello().await;
        assert!(hello.topics.contains_key(&own(&app.minji)));
        assert_eq!(app.open(&used).await.close_code().await, 1008);

        let (fresh, expired) = (ticket().await, ticket().await);
        app.set_clock(START + MINUTE - 1);
        app.open(&fresh).await.hello().await;
        app.set_clock(START + MINUTE);
        assert_eq!(app.open(&expired).await.close_code().await, 1008);

        // Of many who have the same one at the same moment, one gets in.
        let shared = ticket().await;
        let first_frames = join_all((0..8).map(|_| async {
            match app.open(&shared).await.raw().await {
                Some(Message::Text(hello)) => json_of(&hello)["type"] == "hello",
                Some(Message::Close(Some(CloseFrame { code, .. }))) if u16::from(code) == 1008 => false,
                other => panic!("{other:?}"),
            }
        }))
        .await;
        assert_eq!(first_frames.iter().filter(|hello| **hello).count(), 1);
    }

    async fn the_61st_socket_within_a_minute_is_told_to_back_off(app: TestApp) {
        let mut open = Vec::new();
        for _ in 0..60 {
            let mut socket = app.minji.socket("").await;
            socket.hello().await;
            open.push(socket);
        }
        assert_eq!(app.minji.socket("").await.close_code().await, 4029);
        app.junho.socket("").await.hello().await;
        app.set_clock(START + MINUTE);
        app.minji.socket("").await.hello().await;
        for socket in &mut open {
            socket.assert_quiet().await;
        }
    }

    async fn signing_out_closes_the_sockets_of_that_session_and_no_others(app: TestApp) {
        let elsewhere = Client::log_in(app.address, "minji@example.com").await;
        let (mut stays, mut goes, mut goes_too) =
            (app.minji.socket("").await, elsewhere.socket("").await, elsewhere.socket("").await);
        for socket in [&mut stays, &mut goes, &mut goes_too] {
            socket.hello().await;
        }
        let (status, _) = elsewhere.post("/auth/logout", json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!((goes.close_code().await, goes_too.close_code().await), (4001, 4001));
        assert_eq!(elsewhere.socket("").await.close_code().await, 1008);
        app.room("한라산").await;
        assert_eq!(stays.durable().await.seq, 1);
    }

    async fn a_socket_that_was_busy_while_many_sessions_ended_learns_of_its_own(app: TestApp) {
        let mut app = app;
        app.restart_with(|config| config.patience = ENDLESS).await;
        let elsewhere = Client::log_in(app.address, "minji@example.com").await;
        let mut busy = slow_socket(&elsewhere, app.address, "").await;
        busy.hello().await;
        // More than its connection holds: the server is in the middle of writing.
        fill(&app, &elsewhere).await;
        let (status, _) = elsewhere.post("/auth/logout", json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        for n in 0..100 {
            log_out(&app.app, SessionId(1_000_000 + n)).await.expect("nobody's session");
        }
        assert_eq!(busy.close_code().await, 4001);
    }

    async fn a_token_that_ends_is_announced_once_and_then_closes_the_socket(app: TestApp) {
        let mut app = app;
        app.restart_with(|config| config.patience = BRISK).await;
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for (at, expected) in [(START, false), (START + 14 * MINUTE - 1, false), (START + 14 * MINUTE, true)] {
            app.set_clock(at);
            let mut announced = 0;
            let mut heads = 0;
            // The first head at the new instant, and one more round.
            while heads < 2 {
                match socket.control().await {
                    Control::Head(head) if head.server_time == at.0 => heads += 1,
                    Control::Head(_) => {}
                    Control::AuthExpiring(_) => announced += 1,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(announced, i32::from(expected), "at {at}");
        }
        app.set_clock(START + 15 * MINUTE);
        loop {
            match socket.raw().await.expect("a close frame") {
                Message::Text(text) => assert_eq!(json_of(&text)["type"], "head"),
                Message::Close(close) => {
                    assert_eq!(close.map(|close| u16::from(close.code)), Some(4001));
                    break;
                }
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn a_session_that_is_prolonged_meanwhile_keeps_its_socket(app: TestApp) {
        let mut app = app;
        app.restart_with(|config| config.patience = BRISK).await;
        let (cookie, origin) = (cookie(&app, "minji").await, format!("http://{}", app.address));
        let request = app.upgrade("", &[("cookie", &cookie), ("origin", &origin)]);
        let mut socket = Socket::open_with(request).await.expect("an upgrade");
        socket.hello().await;

        app.set_clock(START + 6 * HOUR);
        let me = reqwest::Client::new().get(app.url("/api/v1/me")).header("cookie", &cookie).send().await.expect("an answer");
        assert_eq!(me.status(), 200);
        app.wait_for("SELECT MAX(expires_at) FROM sessions", (START + 18 * HOUR).0).await;
        for at in [START + 12 * HOUR, START + 18 * HOUR - MINUTE - 1] {
            app.set_clock(at);
            head_at(&mut socket, at).await;
        }
        app.set_clock(START + 18 * HOUR - MINUTE);
        while matches!(socket.control().await, Control::Head(_)) {}
        head_at(&mut socket, START + 18 * HOUR - MINUTE).await;
        app.set_clock(START + 18 * HOUR);
        assert_eq!(socket.close_code().await, 4001);
    }

    async fn a_quiet_client_is_told_where_the_log_stands(app: TestApp) {
        let mut app = app;
        app.restart_with(|config| config.patience = BRISK).await;
        let mut socket = app.seoyeon.socket("").await;
        socket.hello().await;
        // Of no concern to her, but her cursor moves over it.
        app.emit(Topic::Admin, 7, "").await;
        let text = loop {
            let text = socket.text().await;
            if json_of(&text)["data"]["seq"] == 7 {
                break text;
            }
        };
        assert_eq!(
            json_of(&text),
            json!({
                "type": "head", "data": {"seq": 7, "serverTime": 1_795_392_000_000_i64},
                "timestamp": "2026-11-23T00:00:00.000Z",
            })
        );
    }

    async fn a_client_that_answers_no_pings_is_let_go(app: TestApp) {
        let mut app = app;
        app.restart_with(|config| config.patience = Patience { pings: 2, ..BRISK }).await;
        let mut stream = TcpStream::connect(app.address).await.expect("a connection");
        let request = format!(
            "GET /ws?token={} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            app.junho.token, app.address
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut received = Vec::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut received)).await;
        read.expect("let go in time").expect("read to its end");
        assert!(received.starts_with(b"HTTP/1.1 101"), "{:?}", String::from_utf8_lossy(&received));
        let pings = received.windows(2).filter(|bytes| bytes == b"\x89\x00").count();
        assert_eq!(pings, 2);
    }

    async fn a_client_that_answers_pings_stays(app: TestApp) {
        let mut app = app;
        // Not brisk: the client has 1.5 s to answer, and is watched for longer than that.
        let beat = Duration::from_millis(500);
        app.restart_with(|config| config.patience = Patience { beat, pings: 2, ..ENDLESS }).await;
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for _ in 0..5 {
            assert_eq!(socket.control().await, Control::Head(Head { seq: 0, server_time: START.0 }));
        }
    }

    async fn a_slow_client_gets_everything_in_order_and_holds_up_nobody(app: TestApp) {
        let mut app = app;
        app.restart_with(|config| config.patience = ENDLESS).await;
        let mut slow = slow_socket(&app.seoyeon, app.address, "").await;
        slow.hello().await;
        let mut quick = app.seoyeon.socket("").await;
        quick.hello().await;
        // Far more than the buffers of a connection hold, and more than the ring does: it keeps ten minutes.
        for minutes in [0, 6, 12] {
            app.set_clock(START + minutes * MINUTE);
            fill(&app, &app.seoyeon).await;
        }
        let rows = app.log_rows().await;
        let expected = seen_by(&rows, &app.seoyeon, 0);
        assert_eq!(quick.texts(expected.len()).await, expected);

        app.set_clock(START);
        assert_eq!(slow.texts(expected.len()).await, expected);
        slow.assert_quiet().await;
        app.room("한라산").await;
        assert_eq!(slow.durable().await.seq, app.head().await);
    }

    async fn a_client_that_takes_nothing_is_let_go_and_has_no_hole_in_what_it_got(app: TestApp) {
        let mut app = app;
        app.restart_with(|config| config.patience = Patience { write: Duration::from_millis(200), ..ENDLESS }).await;
        let mut slow = slow_socket(&app.seoyeon, app.address, "").await;
        let log = slow.hello().await.log_id;
        fill(&app, &app.seoyeon).await;
        app.sockets_gone().await;

        let rows = app.log_rows().await;
        let expected = seen_by(&rows, &app.seoyeon, 0);
        let mut received = Vec::new();
        loop {
            match tokio::time::timeout(PATIENCE, slow.0.next()).await.expect("an end in time") {
                Some(Ok(Message::Text(text))) if is_volatile(&text) => {}
                Some(Ok(Message::Text(text))) => received.push(text.to_string()),
                Some(Ok(Message::Close(close))) => {
                    assert_eq!(close.map(|close| u16::from(close.code)), Some(4008));
                    break;
                }
                Some(Ok(other)) => panic!("{other:?}"),
                // Cut off in the middle of a frame: nothing could be written any more.
                Some(Err(_)) | None => break,
            }
        }
        assert!(received.len() < expected.len(), "it was not slow");
        assert_eq!(received, expected[..received.len()]);

        // It comes again with its cursor and lacks nothing.
        let cursor = rows.iter().find(|row| Some(&row.frame) == received.last()).map_or(0, |row| row.seq);
        let mut again = app.seoyeon.socket(&format!("&after={cursor}&log={log}")).await;
        assert!(again.hello().await.resumed);
        assert_eq!(again.texts(expected.len() - received.len()).await, expected[received.len()..]);
    }

    async fn a_server_that_stops_says_goodbye_to_every_socket_before_it_is_gone(app: TestApp) {
        let room = app.room("한라산").await.id;
        app.minji.book(room, 1).await;
        // A second process, whose runtime ends as soon as it has run, as that of the program does.
        let (tell, told) = tokio::sync::oneshot::channel();
        let (config, clock) = (app.app.config.clone(), app.app.clock.clone());
        let process = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
            let outcome = runtime.block_on(async {
                let application = Application::build(config, clock).await.expect("a server");
                let _ = tell.send((application.app.clone(), application.addresses()[0]));
                application.run().await
            });
            runtime.shutdown_background();
            outcome
        });
        let (second, address) = told.await.expect("it has started");
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.junho, &app.seoyeon, &app.admin] {
            for _ in 0..25 {
                let mut socket =
                    Socket::open(address, &format!("/ws?token={}", client.token), None).await.expect("an upgrade");
                socket.hello().await;
                sockets.push(socket);
            }
        }
        // Its write lane has been used.
        Client::log_in(address, "minji@example.com").await;

        second.stopping.cancel();
        drop(second);
        let ended = tokio::task::spawn_blocking(move || process.join());
        let outcome = tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time").expect("joined");
        assert_eq!(outcome.expect("no panic"), Ok(()));
        for mut socket in sockets {
            assert_eq!(socket.close_code().await, 1001);
        }
    }

    async fn a_private_booking_is_reduced_for_everybody_and_whole_for_its_people(app: TestApp) {
        let room = app.room("한라산").await.id;
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.junho, &app.seoyeon, &app.admin] {
            let mut socket = client.socket("").await;
            socket.hello().await;
            sockets.push(socket);
        }
        let [minji, junho, seoyeon, admin] = &mut sockets[..] else { panic!("four sockets") };
        let (org, all) = ("org".to_owned(), "admin".to_owned());
        let (of_minji, of_junho) = (own(&app.minji).to_string(), own(&app.junho).to_string());

        let booking = app.book_private(room, 1).await;
        let path = path_of(&booking);
        let reduced = |booking: &Value| {
            let mut reduced = booking.clone();
            reduced["organizer"] = Value::Null;
            reduced["title"] = json!(PRIVATE_TITLE);
            reduced["attendees"] = json!([]);
            reduced["attendeeCount"] = json!(0);
            reduced
        };
        // What each has on the wire: the topics, and whether with everything.
        let check = async |socket: &mut Socket, kind: &str, booking: &Value, expected: &[(&String, bool)]| {
            for (topic, whole) in expected {
                let frame = json_of(&socket.text().await);
                assert_eq!((&frame["type"], &frame["topic"]), (&json!(kind), &json!(topic)));
                let (told, actor) = if *whole {
                    (booking.clone(), json!(app.minji.id))
                } else {
                    (reduced(booking), json!(""))
                };
                assert_eq!(frame["data"], json!({"reservation": told, "roomId": room, "userId": actor}));
                assert_eq!(frame.get("userId"), whole.then_some(&actor));
            }
            socket.assert_only_notified().await;
        };
        check(minji, "reservation:created", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:created", &booking, &[(&org, false), (&of_junho, true)]).await;
        check(admin, "reservation:created", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:created", &booking, &[(&org, false)]).await;

        // Junho is taken off: what he knew is taken back.
        let (_, booking) = app.minji.patch(&path, json!({"attendeeIds": [], "version": 1})).await;
        check(minji, "reservation:updated", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:updated", &booking, &[(&org, false), (&of_junho, false)]).await;
        check(admin, "reservation:updated", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:updated", &booking, &[(&org, false)]).await;

        // Everybody may know of it, and then no longer.
        let (_, booking) = app.minji.patch(&path, json!({"private": false, "title": "공개", "version": 2})).await;
        for socket in [&mut *minji, &mut *junho, &mut *admin, &mut *seoyeon] {
            check(socket, "reservation:updated", &booking, &[(&org, true)]).await;
        }
        let (_, booking) = app.minji.patch(&path, json!({"private": true, "title": "비밀 회의", "version": 3})).await;
        check(minji, "reservation:updated", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:updated", &booking, &[(&org, false)]).await;
        check(admin, "reservation:updated", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:updated", &booking, &[(&org, false)]).await;

        let (_, booking) = app.minji.post(&format!("{path}/cancel"), json!({})).await;
        check(minji, "reservation:cancelled", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:cancelled", &booking, &[(&org, false)]).await;
        check(admin, "reservation:cancelled", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:cancelled", &booking, &[(&org, false)]).await;

        // Nor does a cursor bring what was never meant for its owner.
        let mut socket = app.seoyeon.socket(&format!("&after=0&log={}", app.app.log.id())).await;
        assert!(socket.hello().await.resumed);
        loop {
            let text = socket.text().await;
            if json_of(&text)["type"] == "head" {
                break;
            }
            assert!(!text.contains("비밀"), "{text}");
        }
    }
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
