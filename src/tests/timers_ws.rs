//! `/v1/ws/timers` as the documented client (contracts §4) and its code know it.

use super::helpers::{Client, ENDLESS, Engine, START, Socket, TestApp, assert_refused, at, on_both_engines};
use crate::accounts::server::log_out;
use crate::ids::SessionId;
use crate::server::jobs;
use crate::time::{MINUTE, SECOND};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{connect_async, tungstenite::http::Request};

mod codes;

const NOBODY: &str = "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a";

fn request(app: &TestApp, query: &str, protocols: &str) -> Request<()> {
    let mut request = format!("ws://{}/v1/ws/timers{query}", app.address).into_client_request().expect("a request");
    if !protocols.is_empty() {
        request.headers_mut().insert("sec-websocket-protocol", protocols.parse().expect("a header"));
    }
    request
}

/// A conversation with the timer socket.
struct Talk(Socket);

impl Talk {
    /// A socket of somebody's, past its first word.
    async fn open(app: &TestApp, client: &Client) -> Self {
        let (talk, _) = Self::begin(app, client, "").await;
        talk
    }

    /// A socket of somebody's, and what it says first.
    async fn begin(app: &TestApp, client: &Client, query: &str) -> (Self, Value) {
        let request = request(app, query, &format!("authorization.bearer.{}", client.token));
        let mut talk = Self(Socket::open_with(request).await.expect("a socket"));
        let first = talk.hear().await;
        (talk, first)
    }

    async fn say(&mut self, kind: &str, payload: Value) {
        self.say_text(&json!({"type": kind, "payload": payload}).to_string()).await;
    }

    async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await;
    }

    async fn hear(&mut self) -> Value {
        let text = self.0.any_text().await;
        let message: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(message["serverTime"].is_i64() && message["payload"].is_object(), "{message}");
        message
    }

    /// The next message, which is of this kind; its timer.
    async fn timer(&mut self, kind: &str) -> Value {
        let message = self.hear().await;
        assert_eq!(message["type"], kind, "{message}");
        message["payload"]["timer"].clone()
    }

    async fn refusal(&mut self) -> String {
        let message = self.hear().await;
        assert_eq!(message["type"], "error", "{message}");
        assert!(message["payload"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{message}");
        message["payload"]["code"].as_str().expect("a code").to_owned()
    }

    /// Says something and hears that it is refused.
    async fn refused(&mut self, kind: &str, payload: Value) -> String {
        self.say(kind, payload).await;
        self.refusal().await
    }

    /// Everything that waited for this socket: up to the answer to a `timer.sync`.
    async fn waiting(&mut self) -> Vec<Value> {
        let id = json!(rand::random::<u32>());
        self.say_text(&json!({"type": "timer.sync", "requestId": id}).to_string()).await;
        let mut messages = Vec::new();
        loop {
            let message = self.hear().await;
            if message["requestId"] == id {
                return messages;
            }
            messages.push(message);
        }
    }
}

on_both_engines! {
    async fn the_documented_conversation(app: TestApp) {
        let protocol = format!("authorization.bearer.{}", app.minji.token);
        let (stream, response) = connect_async(request(&app, "", &protocol)).await.expect("a socket");
        assert_eq!(response.headers()["sec-websocket-protocol"], protocol.as_str(), "the same is echoed");
        let mut talk = Talk(Socket(stream));
        assert_eq!(talk.hear().await, json!({"type": "timer.synced", "payload": {"timers": []}, "serverTime": START.0,
            "seq": app.head().await}));

        talk.say("timer.create", json!({"scheduleId": "a1b2", "todoId": "c3d4", "allocatedDuration": 3600})).await;
        let created = talk.hear().await;
        assert_eq!((&created["type"], &created["seq"]), (&json!("timer.created"), &json!(app.head().await)));
        let timer = created["payload"]["timer"].clone();
        assert_eq!((&timer["scheduleId"], &timer["todoId"], &timer["allocatedDuration"], &timer["status"]),
            (&json!("a1b2"), &json!("c3d4"), &json!(3600), &json!("RUNNING")));
        assert_eq!((&timer["ownerId"], &timer["endsAt"]), (&json!(app.minji.id), &json!(at(1))));
        let id = &timer["id"];

        app.set_clock(START + 90 * SECOND);
        talk.say("timer.pause", json!({"timerId": id})).await;
        let paused = talk.timer("timer.updated").await;
        assert_eq!((&paused["status"], &paused["elapsedTime"], &paused["pausedAt"]),
            (&json!("PAUSED"), &json!(90), &json!(START + 90 * SECOND)));
        talk.say("timer.resume", json!({"timer_id": id})).await;
        assert_eq!(talk.timer("timer.updated").await["status"], "RUNNING", "with the deployed clients' name");

        app.set_clock(START + 100 * SECOND);
        talk.say("timer.sync", json!({})).await;
        let synced = talk.hear().await;
        let timers = synced["payload"]["timers"].as_array().expect("timers");
        assert_eq!((&synced["type"], timers.len(), &timers[0]["elapsedTime"]), (&json!("timer.synced"), 1, &json!(100)),
            "as of now");
        talk.say("timer.stop", json!({"timerId": id})).await;
        let stopped = talk.timer("timer.completed").await;
        assert_eq!((&stopped["status"], &stopped["elapsedTime"]), (&json!("COMPLETED"), &json!(100)));
        let actions: Vec<_> = stopped["pauseHistory"].as_array().expect("steps").iter().map(|step| &step["action"]).collect();
        assert_eq!(actions, ["start", "pause", "resume", "stop"]);
        assert_eq!(talk.waiting().await, Vec::<Value>::new(), "each is told once");
    }

    async fn all_devices_and_all_people_hear_the_same(app: TestApp) {
        let mut one = Talk::open(&app, &app.minji).await;
        let mut other = Talk::open(&app, &app.minji).await;
        let mut theirs = Talk::open(&app, &app.junho).await;
        let mut stranger = Talk::open(&app, &app.seoyeon).await;
        one.say_text(&json!({"type": "timer.create", "payload": {"allocatedDuration": 600}, "requestId": "r-1"}).to_string()).await;
        let answer = one.hear().await;
        assert_eq!((&answer["type"], &answer["requestId"]), (&json!("timer.created"), &json!("r-1")));
        let told = other.hear().await;
        assert_eq!((&told["type"], &told["payload"], &told["requestId"]), (&json!("timer.created"), &answer["payload"], &Value::Null),
            "the answer is only the asker's");
        let id = answer["payload"]["timer"]["id"].clone();

        // By another door, and new to who joins late.
        let path = format!("/timers/{}/share", id.as_str().expect("an id"));
        assert_eq!(app.minji.post(&path, json!({"userIds": [app.junho.id]})).await.0, 200);
        assert_eq!(theirs.timer("timer.created").await["isShared"], true);
        assert_eq!(one.timer("timer.updated").await, other.timer("timer.updated").await);
        assert_eq!(theirs.refused("timer.pause", json!({"timerId": id})).await, "FORBIDDEN");
        assert_eq!(stranger.refused("timer.pause", json!({"timerId": id})).await, "TIMER_NOT_FOUND");
        other.say("timer.pause", json!({"timerId": id})).await;
        for talk in [&mut one, &mut other, &mut theirs] {
            assert_eq!(talk.timer("timer.updated").await["status"], "PAUSED");
        }
        one.say("timer.resume", json!({"timerId": id})).await;
        for talk in [&mut one, &mut other, &mut theirs] {
            talk.timer("timer.updated").await;
        }
        app.set_clock(START + 10 * MINUTE);
        jobs::step(&app.app).await.expect("the deadline");
        jobs::step(&app.app).await.expect("once more");
        for talk in [&mut one, &mut other, &mut theirs] {
            assert_eq!(talk.timer("timer.completed").await["endedAt"], json!(START + 10 * MINUTE));
            assert_eq!(talk.waiting().await, Vec::<Value>::new(), "exactly once");
        }
        assert_eq!(stranger.waiting().await, Vec::<Value>::new(), "nothing of other people's");
    }

    async fn an_agenda_is_one_member_more_that_documented_clients_can_ignore(app: TestApp) {
        let mut talk = Talk::open(&app, &app.minji).await;
        talk.say("timer.create", json!({"allocatedDuration": 600})).await;
        let mut plain = talk.timer("timer.created").await;
        let path = format!("/timers/{}/agenda", plain["id"].as_str().expect("an id"));
        let points = json!([{"title": "하나", "seconds": 60}, {"title": "둘", "seconds": 60}]);
        app.minji.put(&path, json!({"points": points})).await;
        let with = talk.timer("timer.updated").await;
        plain["version"] = json!(2);
        plain["agenda"] = json!({"current": 0, "since": 0, "points": [{"title": "하나", "seconds": 60, "spent": 0},
            {"title": "둘", "seconds": 60, "spent": 0}]});
        assert_eq!(with, plain);
        app.minji.post(&format!("{path}/point"), json!({"point": 1})).await;
        assert_eq!(talk.timer("timer.updated").await["agenda"]["current"], 1);
    }

    async fn a_restart_between_start_and_deadline_loses_nothing(app: TestApp) {
        let mut app = app;
        let mut talk = Talk::open(&app, &app.minji).await;
        talk.say("timer.create", json!({"allocatedDuration": 60})).await;
        let short = talk.timer("timer.created").await;
        talk.say("timer.create", json!({"allocatedDuration": 6000})).await;
        let long = talk.timer("timer.created").await;
        app.set_clock(START + 5 * MINUTE);
        app = app.restart().await;
        let (mut talk, synced) = Talk::begin(&app, &app.minji, "").await;
        let timers = synced["payload"]["timers"].as_array().expect("timers").clone();
        assert_eq!(timers.iter().map(|timer| &timer["id"]).collect::<Vec<_>>(), [&long["id"]]);
        assert_eq!((&timers[0]["elapsedTime"], &timers[0]["endsAt"]), (&json!(300), &long["endsAt"]));
        jobs::step(&app.app).await.expect("what came due meanwhile");
        // The jobs of the new process may have been faster; then it was told before this socket opened.
        talk.waiting().await;
        let (_, ended) = app.minji.get(&format!("/timers/{}", short["id"].as_str().expect("an id"))).await;
        assert_eq!((&ended["status"], &ended["endedAt"]), (&json!("COMPLETED"), &json!(START + MINUTE)));
        assert_eq!(app.count("SELECT COUNT(*) FROM log WHERE kind = 'timer:completed'").await, 1);
    }

    async fn every_refusal_has_its_code_and_leaves_the_socket_open(app: TestApp) {
        let mut talk = Talk::open(&app, &app.minji).await;
        let mut codes = BTreeSet::new();
        for text in ["", "nonsense", "{", "[]", "null", "42", "{}", r#"{"type":7}"#, r#"{"type":"timer.pause","payload":[]}"#,
            r#"{"type":"timer.pause","payload":{}}"#, r#"{"type":"timer.pause","payload":{"timerId":7}}"#,
            r#"{"type":"timer.create"}"#] {
            talk.say_text(text).await;
            assert_eq!(talk.refusal().await, "INVALID_MESSAGE", "{text}");
        }
        for secs in [json!(0), json!(-1), json!(86_401), json!("60"), json!(1.5), json!(null), json!(1e300), json!([60])] {
            let code = talk.refused("timer.create", json!({"allocatedDuration": secs})).await;
            assert_eq!(code, "INVALID_MESSAGE", "{secs}");
            codes.insert(code);
        }
        for payload in [json!({"allocatedDuration": 60, "scheduleId": "가".repeat(65)}),
            json!({"allocatedDuration": 60, "todoId": 5}), json!({"allocatedDuration": 60, "title": "\0"})] {
            assert_eq!(talk.refused("timer.create", payload).await, "INVALID_MESSAGE");
        }
        for kind in ["timer.explode", "", "TIMER.SYNC", "reservation:created"] {
            codes.insert(talk.refused(kind, json!({})).await);
        }
        for id in [NOBODY, "x", ""] {
            let message = json!({"type": "timer.stop", "payload": {"timerId": id}, "requestId": 5});
            talk.say_text(&message.to_string()).await;
            assert_eq!(talk.hear().await, json!({"type": "error", "requestId": 5, "serverTime": START.0,
                "payload": {"code": "TIMER_NOT_FOUND", "message": "타이머를 찾을 수 없습니다"}}));
        }
        talk.say("timer.create", json!({"allocatedDuration": 60})).await;
        let id = talk.timer("timer.created").await["id"].clone();
        codes.insert(talk.refused("timer.resume", json!({"timerId": id})).await);
        codes.insert(talk.refused("timer.pause", json!({"timerId": id, "version": 9})).await);
        talk.say("timer.pause", json!({"timerId": id})).await;
        talk.timer("timer.updated").await;
        codes.insert(talk.refused("timer.pause", json!({"timerId": id})).await);
        talk.say("timer.stop", json!({"timerId": id})).await;
        talk.timer("timer.completed").await;
        for command in ["timer.pause", "timer.resume", "timer.stop"] {
            codes.insert(talk.refused(command, json!({"timerId": id})).await);
        }
        let expected = ["INVALID_MESSAGE", "STALE_VERSION", "TIMER_ALREADY_COMPLETED", "TIMER_NOT_PAUSED", "TIMER_NOT_RUNNING",
            "UNKNOWN_TYPE"];
        assert_eq!(codes.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        assert_eq!(talk.waiting().await, Vec::<Value>::new(), "the socket is still of use");

        talk.say("timer.create", json!({"allocatedDuration": 60})).await;
        let id = talk.timer("timer.created").await["id"].clone();
        app.set_clock(START + MINUTE);
        talk.say("timer.pause", json!({"timerId": id})).await;
        assert_eq!(talk.timer("timer.completed").await["endedAt"], json!(START + MINUTE), "it ended first");
        assert_eq!(talk.refusal().await, "TIMER_ALREADY_COMPLETED");
    }

    async fn a_repeated_create_makes_one_timer(app: TestApp) {
        let mut ids = Vec::new();
        for _ in 0..2 {
            // As after a cut: another connection, the same key.
            let mut talk = Talk::open(&app, &app.minji).await;
            talk.say("timer.create", json!({"allocatedDuration": 60, "idempotencyKey": "k"})).await;
            ids.push(talk.timer("timer.created").await["id"].clone());
        }
        assert_eq!(ids[0], ids[1]);
        assert_eq!(app.count("SELECT COUNT(*) FROM timers").await, 1);
        let mut talk = Talk::open(&app, &app.minji).await;
        let other = json!({"allocatedDuration": 61, "idempotencyKey": "k"});
        assert_eq!(talk.refused("timer.create", other).await, "INVALID_MESSAGE");
    }

    async fn instants_are_in_the_zone_that_was_asked_for(app: TestApp) {
        let mut talk = Talk::open(&app, &app.minji).await;
        talk.say("timer.create", json!({"allocatedDuration": 60})).await;
        talk.timer("timer.created").await;
        for (query, written) in [("", "2026-11-23T00:00:00.000Z"), ("?timezone=Asia/Seoul", "2026-11-23T09:00:00.000+09:00"),
            ("?timezone=+09:00", "2026-11-23T09:00:00.000+09:00"), ("?timezone=%2B09:00", "2026-11-23T09:00:00.000+09:00"),
            ("?timezone=-03:30", "2026-11-22T20:30:00.000-03:30")] {
            let (_, first) = Talk::begin(&app, &app.minji, query).await;
            let timer = &first["payload"]["timers"][0];
            assert_eq!((&timer["startedAt"], &timer["pauseHistory"][0]["at"]), (&json!(written), &json!(written)), "{query}");
        }
        for wrong in ["?timezone=Mars/Base", "?timezone=", "?timezone=%2B99:00"] {
            let (mut talk, first) = Talk::begin(&app, &app.minji, wrong).await;
            assert_eq!(first["payload"]["code"], "INVALID_MESSAGE", "{wrong}");
            let synced = talk.hear().await;
            assert_eq!(synced["payload"]["timers"][0]["startedAt"], "2026-11-23T00:00:00.000Z", "then in UTC");
        }
    }

    async fn who_is_not_signed_in_is_told_so_and_sent_away(app: TestApp) {
        let ticket = app.minji.post("/ws/ticket", json!({})).await.1["ticket"].as_str().expect("a ticket").to_owned();
        let in_query = [format!("?token={}", app.minji.token), format!("?token={ticket}")];
        let bad = ["authorization.bearer.a.b.c".to_owned(), "authorization.bearer.".to_owned(), "timers.v1".to_owned()];
        let attempts = in_query.iter().map(|query| (query.as_str(), "")).chain(bad.iter().map(|protocol| ("", protocol.as_str())));
        for (query, protocols) in attempts {
            let request = request(&app, query, protocols);
            let (stream, response) = connect_async(request).await.expect("the upgrade is completed");
            let echoed = response.headers().get("sec-websocket-protocol").map(|value| value.to_str().expect("text"));
            assert_eq!(echoed.unwrap_or_default(), protocols, "a browser sees 1006 otherwise");
            let mut talk = Talk(Socket(stream));
            assert_eq!(talk.refusal().await, "UNAUTHORIZED", "{query} {protocols}");
            assert_eq!(talk.0.close_code().await, 1008);
        }
    }

    async fn the_token_is_not_reflected_when_another_protocol_is_offered(app: TestApp) {
        let protocols = format!("authorization.bearer.{}, timers.v1", app.minji.token);
        let (stream, response) = connect_async(request(&app, "", &protocols)).await.expect("a socket");
        assert_eq!(response.headers()["sec-websocket-protocol"], "timers.v1");
        assert_eq!(Talk(Socket(stream)).hear().await["type"], "timer.synced");
        // A browser that is signed in needs no token.
        let browser = app.browser("minji", false).await;
        let mut by_cookie = request(&app, "", "");
        by_cookie.headers_mut().insert("cookie", browser.cookie.parse().expect("a header"));
        by_cookie.headers_mut().insert("origin", format!("http://{}", app.address).parse().expect("an origin"));
        let mut talk = Talk(Socket::open_with(by_cookie).await.expect("a socket"));
        assert_eq!(talk.hear().await["type"], "timer.synced");
    }

    async fn pages_of_other_origins_get_no_socket(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.allowed_origins = vec!["http://127.0.0.1:2614".into()]).await;
        for (origin, opens) in [("http://evil.example", false), ("null", false), ("http://127.0.0.1:2614", true)] {
            let mut request = request(&app, "", &format!("authorization.bearer.{}", app.minji.token));
            request.headers_mut().insert("origin", origin.parse().expect("an origin"));
            assert_eq!(Socket::open_with(request).await.is_ok(), opens, "{origin}");
        }
    }

    async fn more_than_ten_connections_a_minute_are_sent_away(app: TestApp) {
        for _ in 0..10 {
            Talk::open(&app, &app.minji).await;
        }
        let one_more = || Socket::open_with(request(&app, "", &format!("authorization.bearer.{}", app.minji.token)));
        let mut socket = one_more().await.expect("the upgrade is completed");
        assert_eq!(socket.close_code().await, 4029);
        Talk::open(&app, &app.junho).await;
        app.set_clock(START + MINUTE);
        Talk(one_more().await.expect("a socket")).hear().await;
        // Whoever is nobody is counted by address.
        for _ in 0..10 {
            let mut talk = Talk(Socket::open_with(request(&app, "", "")).await.expect("a socket"));
            assert_eq!(talk.refusal().await, "UNAUTHORIZED");
        }
        let mut socket = Socket::open_with(request(&app, "", "")).await.expect("the upgrade is completed");
        assert_eq!(socket.close_code().await, 4029);
    }

    async fn more_than_120_messages_a_minute_are_refused(app: TestApp) {
        let mut one = Talk::open(&app, &app.minji).await;
        let mut other = Talk::open(&app, &app.minji).await;
        for n in 0..120 {
            let talk = if n % 2 == 0 { &mut one } else { &mut other };
            talk.say("timer.sync", json!({})).await;
            assert_eq!(talk.hear().await["type"], "timer.synced");
        }
        assert_eq!(one.refused("timer.sync", json!({})).await, "RATE_LIMIT_EXCEEDED");
        assert_eq!(other.refused("nonsense", json!({})).await, "RATE_LIMIT_EXCEEDED");
        Talk::open(&app, &app.junho).await.say("timer.sync", json!({})).await;
        app.set_clock(START + MINUTE);
        one.say("timer.sync", json!({})).await;
        assert_eq!(one.hear().await["type"], "timer.synced", "the socket stayed open");
    }

    async fn what_is_no_text_or_too_long_closes_the_socket(app: TestApp) {
        let mut binary = Talk::open(&app, &app.minji).await;
        binary.0.send(Message::binary(vec![1, 2, 3])).await;
        assert_eq!(binary.0.close_code().await, 1003);
        let mut long = Talk::open(&app, &app.minji).await;
        long.0.send(Message::text("x".repeat(64 * 1024 + 1))).await;
        assert_eq!(long.0.close_code().await, 1009);
    }

    async fn an_ended_session_and_a_stopping_server_close_the_socket(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = ENDLESS).await;
        let mut talk = Talk::open(&app, &app.minji).await;
        let session = app.count("SELECT MAX(id) FROM sessions WHERE user_id = (SELECT id FROM users WHERE name = 'minji')").await;
        log_out(&app.app, SessionId(session)).await.expect("logged out");
        assert_eq!(talk.0.close_code().await, 4001);
        let mut talk = Talk::open(&app, &app.junho).await;
        app.app.stopping.cancel();
        assert_eq!(talk.0.close_code().await, 1001);
    }

    async fn the_playground_is_for_development_only(app: TestApp) {
        let mut app = app;
        for path in ["/ws-playground", "/ws-playground/script.js", "/ws-playground/style.css"] {
            let answer = reqwest::get(app.url(path)).await.expect("an answer");
            assert_eq!(answer.status(), 404, "{path}");
        }
        app = app.restart_with(|config| config.dev = true).await;
        for (path, kind) in [("/ws-playground", "text/html; charset=utf-8"), ("/ws-playground/script.js", "text/javascript"),
            ("/ws-playground/style.css", "text/css")] {
            let answer = reqwest::get(app.url(path)).await.expect("an answer");
            assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().expect("text")), (200, kind));
            assert!(answer.headers().contains_key("content-security-policy"), "{path}");
        }
    }

    async fn a_socket_makes_its_person_present(app: TestApp) {
        let talk = Talk::open(&app, &app.minji).await;
        let (_, here) = app.junho.get("/presence").await;
        assert!(here.to_string().contains("minji"), "{here}");
        drop(talk);
        app.sockets_gone().await;
        assert_refused(&app.junho.get(&format!("/timers/{NOBODY}")).await, 404, "NOT_FOUND");
    }
}
