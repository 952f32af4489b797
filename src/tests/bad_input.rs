//! What no well-behaved client sends: it is refused in good form, changes nothing, and harms nobody.

use super::helpers::{
    Answer, Client, Engine, START, TestApp, answer, assert_fields, assert_refused, at, hour, on_both_engines,
};
use crate::rooms::model::Room;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Every route of the API and the methods that it offers.
const ROUTES: [(&str, &[&str]); 16] = [
    ("/auth/login", &["POST"]),
    ("/auth/refresh", &["POST"]),
    ("/auth/logout", &["POST"]),
    ("/me", &["GET"]),
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
    ("/openapi.json", &["GET"]),
];

/// The routes that read a JSON body.
const BODIES: [(&str, &str); 10] = [
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

/// An office with a room and a booking, and everything in it counted.
struct Office {
    app: TestApp,
    room: Room,
    booking: Value,
    before: Vec<i64>,
}

impl Office {
    async fn open(app: TestApp) -> Self {
        let room =
            app.room_with(json!({"name": "한라산", "floor": "3층", "capacity": 6, "requiresApproval": true})).await;
        let booking = app.minji.book(room.id, 0).await;
        let before = contents(&app).await;
        Self { app, room, booking, before }
    }

    /// A route with the ids of what is there.
    fn path(&self, route: &str) -> String {
        let booking = self.booking["id"].as_str().expect("an id");
        route.replace("{room}", &self.room.id.to_string()).replace("{booking}", booking)
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
        "SELECT COUNT(*) FROM idempotency",
    ] {
        counts.push(app.count(sql).await);
    }
    counts
}

/// Sends a request and checks that its answer is a problem in good form.
async fn refused(what: &str, request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await.expect("a body");
    check_problem(what, status, &headers, &text)
}

fn check_problem(what: &str, status: StatusCode, headers: &http::HeaderMap, text: &str) -> Answer {
    assert!(status.is_client_error(), "{what}: {status} {text}");
    assert_eq!(
        headers.get("content-type").map(http::HeaderValue::as_bytes),
        Some(&b"application/problem+json"[..]),
        "{what}: {text}"
    );
    check_protection(what, headers);
    assert_eq!(headers["cache-control"], "no-store", "{what}");
    for inside in INSIDE {
        assert!(!text.contains(inside), "{what} tells {inside}: {text}");
    }
    let body: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{what}: {text}"));
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

on_both_engines! {
    async fn what_is_not_a_json_object_is_no_request(app: TestApp) {
        let office = Office::open(app).await;
        let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let deep = format!("{{\"title\":{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        for (method, route) in BODIES {
            for body in [
                &b"{"[..],
                b"}",
                b"{\"title\":}",
                b"{\"title\" \"x\"}",
                b"{'title': 'x'}",
                b"{} {}",
                b"{},",
                b"nope",
                b"null",
                b"true",
                b"42",
                b"\"text\"",
                b"[]",
                b"[{}]",
                b"[\"1\",\"x\",\"2026-11-23T01:00:00Z\",\"2026-11-23T02:00:00Z\"]",
                b" ",
                b"\0",
                b"{}\0",
                b"\xef\xbb\xbf{}",
                b"\xff\xfe",
                b"{\"title\":\"\xc3\x28\"",
                b"{\"name\":\"\xed\xa0\x80\"",
                b"title=x&version=1",
                b"<title>x</title>",
                b"{\"title\": NaN}",
                &utf16,
                deep.as_bytes(),
            ] {
                let what = format!("{method} {route} {}", String::from_utf8_lossy(&body[..body.len().min(60)]));
                let problem = refused(&what, office.request(method, route).body(body.to_vec())).await;
                assert_eq!((problem.0.as_u16(), &problem.1["code"]), (400, &json!("MALFORMED_REQUEST")), "{what}");
            }
        }
        office.close().await;
    }

    async fn members_of_the_wrong_type_are_refused(app: TestApp) {
        let office = Office::open(app).await;
        let room = office.room.id;
        let login = json!({"email": "minji@example.com", "password": "wrong"});
        let new_room = json!({"name": "백두산", "capacity": 6});
        let new_booking = hour(room, 3);
        let no_text = || vec![json!(42), json!(true), json!([]), json!({}), json!(["x"])];
        let no_number = || {
            vec![
                json!("6"),
                json!(true),
                json!([]),
                json!({}),
                json!(1.5),
                json!(-1),
                json!(1e30),
                json!(4_294_967_296_i64),
            ]
        };
        let no_flag = || vec![json!("true"), json!(1), json!([]), json!({})];
        let no_id = || {
            vec![
                json!(1),
                json!(true),
                json!([]),
                json!({}),
                json!(""),
                json!("x"),
                json!("1.0"),
                json!("1e1"),
                json!("0x1"),
                json!(" 1"),
                json!("１"),
                json!("99999999999999999999"),
                json!("-9223372036854775809"),
                json!("1\u{0}"),
                json!("😀"),
            ]
        };
        let no_instant = || {
            vec![
                json!(0),
                json!(START.0),
                json!(true),
                json!([]),
                json!({}),
                json!(""),
                json!("now"),
                json!("2026-11-23"),
                json!("2026-11-23T10:00:00"),
                json!("2026-13-01T00:00:00Z"),
                json!("2026-02-30T00:00:00Z"),
                json!("2026-11-23T25:00:00Z"),
                json!("+12026-11-23T10:00:00Z"),
                json!("99999-11-23T10:00:00Z"),
                json!("2026-11-23T10:00:00Z\u{0}"),
            ]
        };
        let no_ids = || {
            let mut wrong: Vec<Value> = no_id().into_iter().map(|id| json!([id])).collect();
            wrong.extend([json!("1"), json!(1), json!({}), json!([null])]);
            wrong
        };
        let no_texts = || vec![json!("video"), json!(1), json!({}), json!([1]), json!([null]), json!([["video"]])];
        let no_version =
            || vec![json!("1"), json!(true), json!(1.5), json!([]), json!(1e30), json!(9_223_372_036_854_775_808_u64)];
        for (method, route, valid, member, values) in [
            ("POST", "/auth/login", &login, "email", no_text()),
            ("POST", "/auth/login", &login, "password", no_text()),
            ("POST", "/auth/login", &login, "remember", no_flag()),
            ("POST", "/rooms", &new_room, "name", no_text()),
            ("POST", "/rooms", &new_room, "location", no_text()),
            ("POST", "/rooms", &new_room, "floor", no_text()),
            ("POST", "/rooms", &new_room, "capacity", no_number()),
            ("POST", "/rooms", &new_room, "equipment", no_texts()),
            ("POST", "/rooms", &new_room, "requiresApproval", no_flag()),
            ("PATCH", "/rooms/{room}", &json!({"version": 1}), "name", no_text()),
            ("PATCH", "/rooms/{room}", &json!({"version": 1}), "capacity", no_number()),
            ("PATCH", "/rooms/{room}", &json!({"version": 1}), "equipment", no_texts()),
            ("PATCH", "/rooms/{room}", &json!({"version": 1}), "maintenance", no_flag()),
            ("PATCH", "/rooms/{room}", &json!({"name": "x"}), "version", no_version()),
            ("POST", "/reservations", &new_booking, "roomId", no_id()),
            ("POST", "/reservations", &new_booking, "title", no_text()),
            ("POST", "/reservations", &new_booking, "startsAt", no_instant()),
            ("POST", "/reservations", &new_booking, "endsAt", no_instant()),
            ("POST", "/reservations", &new_booking, "attendeeIds", no_ids()),
            ("POST", "/reservations", &new_booking, "attendeeCount", no_number()),
            ("POST", "/reservations", &new_booking, "private", no_flag()),
            ("PATCH", "/reservations/{booking}", &json!({"version": 1}), "roomId", no_id()),
            ("PATCH", "/reservations/{booking}", &json!({"version": 1}), "title", no_text()),
            ("PATCH", "/reservations/{booking}", &json!({"version": 1}), "startsAt", no_instant()),
            ("PATCH", "/reservations/{booking}", &json!({"version": 1}), "attendeeIds", no_ids()),
            ("PATCH", "/reservations/{booking}", &json!({"version": 1}), "attendeeCount", no_number()),
            ("PATCH", "/reservations/{booking}", &json!({"version": 1}), "private", no_flag()),
            ("PATCH", "/reservations/{booking}", &json!({"title": "x"}), "version", no_version()),
            ("POST", "/reservations/{booking}/extend", &json!({}), "endsAt", no_instant()),
        ] {
            for value in values {
                let what = format!("{method} {route} {member}: {value}");
                let problem =
                    refused(&what, office.request(method, route).json(&replaced(valid, member, &value))).await;
                assert_eq!((problem.0.as_u16(), &problem.1["code"]), (400, &json!("MALFORMED_REQUEST")), "{what}");
            }
        }
        // Twice the same member is nobody's intention.
        let twice = format!(r#"{{"title":"x","title":"y","version":1,"roomId":"{room}"}}"#);
        assert_refused(
            &refused("twice", office.request("PATCH", "/reservations/{booking}").body(twice)).await,
            400,
            "MALFORMED_REQUEST",
        );
        office.close().await;
    }

    async fn members_that_are_missing_are_missed(app: TestApp) {
        let office = Office::open(app).await;
        let whole = hour(office.room.id, 3);
        for (method, route, valid, required) in [
            ("POST", "/auth/login", &json!({"email": "x", "password": "x"}), &["email", "password"][..]),
            ("POST", "/rooms", &json!({"name": "백두산", "capacity": 1}), &["name", "capacity"]),
            ("POST", "/reservations", &whole, &["roomId", "title", "startsAt", "endsAt"]),
            ("POST", "/reservations/{booking}/extend", &json!({"endsAt": at(2)}), &["endsAt"]),
        ] {
            for member in required {
                for value in [None, Some(Value::Null)] {
                    let what = format!("{method} {route} {member} {value:?}");
                    let mut body = valid.clone();
                    match value {
                        None => drop(body.as_object_mut().and_then(|body| body.remove(*member))),
                        Some(null) => body[*member] = null,
                    }
                    let problem = refused(&what, office.request(method, route).json(&body)).await;
                    assert_eq!((problem.0.as_u16(), &problem.1["code"]), (400, &json!("MALFORMED_REQUEST")), "{what}");
                }
            }
            let problem = refused("an empty body", office.request(method, route)).await;
            assert_refused(&problem, 400, "MALFORMED_REQUEST");
        }
        for route in ["/rooms/{room}", "/reservations/{booking}"] {
            assert_fields(&refused("no version", office.request("PATCH", route)).await, &[("version", "REQUIRED")]);
        }
        office.close().await;
    }

    async fn intervals_that_are_none_are_refused(app: TestApp) {
        let office = Office::open(app).await;
        let (long_ago, far_off) = ("-009999-01-03T00:00:00Z", "9999-12-30T00:00:00Z");
        let (hour_later, hour_before) = ("9999-12-30T01:00:00Z", "-009999-01-03T01:00:00Z");
        let (now, soon) = (at(3).to_string(), at(4).to_string());
        for (from, to, expected) in [
            (now.as_str(), now.as_str(), &[("endsAt", "ENDS_BEFORE_START")][..]),
            (&soon, &now, &[("endsAt", "ENDS_BEFORE_START")]),
            (&now, long_ago, &[("endsAt", "ENDS_BEFORE_START")]),
            (&now, far_off, &[("endsAt", "TOO_LONG")]),
            (long_ago, hour_before, &[("startsAt", "IN_THE_PAST")]),
            (far_off, hour_later, &[("startsAt", "TOO_FAR_AHEAD")]),
            (long_ago, far_off, &[("startsAt", "IN_THE_PAST"), ("endsAt", "TOO_LONG")]),
            (far_off, long_ago, &[("startsAt", "TOO_FAR_AHEAD"), ("endsAt", "ENDS_BEFORE_START")]),
            ("1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z", &[("startsAt", "IN_THE_PAST")]),
        ] {
            let what = format!("{from} {to}");
            let body = json!({"roomId": office.room.id, "title": "회의", "startsAt": from, "endsAt": to});
            assert_fields(&refused(&what, office.request("POST", "/reservations").json(&body)).await, expected);
            let body = json!({"startsAt": from, "endsAt": to, "version": 1});
            assert_fields(
                &refused(&what, office.request("PATCH", "/reservations/{booking}").json(&body)).await,
                expected,
            );
        }
        for (to, rule) in [(long_ago, "ENDS_BEFORE_START"), (far_off, "TOO_LONG")] {
            let extension = office.request("POST", "/reservations/{booking}/extend").json(&json!({"endsAt": to}));
            assert_fields(&refused(to, extension).await, &[("endsAt", rule)]);
        }
        for (query, field, rule) in [
            (format!("/reservations?from={long_ago}&to={far_off}"), "to", "SPAN_TOO_WIDE"),
            (format!("/reservations?from={far_off}&to={long_ago}"), "to", "ENDS_BEFORE_START"),
            (format!("/reservations?to={far_off}"), "to", "SPAN_TOO_WIDE"),
            (format!("/rooms?freeFrom={far_off}&freeTo={long_ago}"), "freeTo", "ENDS_BEFORE_START"),
        ] {
            assert_fields(&refused(&query, office.request("GET", &query)).await, &[(field, rule)]);
        }
        // Absurd, but intervals: empty of bookings.
        for query in [format!("/reservations?from={far_off}"), format!("/reservations?from={long_ago}")] {
            assert_eq!(answer(office.request("GET", &query)).await.1["items"], json!([]), "{query}");
        }
        let forever = format!("/rooms?freeFrom={long_ago}&freeTo={far_off}");
        assert_eq!(answer(office.request("GET", &forever)).await.1["items"], json!([]), "the room is booked once");
        office.close().await;
    }

    async fn ids_that_name_nothing_find_nothing(app: TestApp) {
        let office = Office::open(app).await;
        let long = "9".repeat(5_000);
        for id in [
            "0",
            "-1",
            "999999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            &long,
            "x",
            "1x",
            "1.0",
            "1e1",
            "0x1",
            "null",
            "%20",
            "1%20",
            "%00",
            "1%00",
            "%F0%9F%98%80",
            "%EF%BC%91",
            "%FF",
            "1%2F..",
            "'",
            "1'--",
            "1;DROP%20TABLE%20rooms",
            "%7B%7D",
            "*",
            "$1",
            "1,2",
        ] {
            for (method, route, body) in [
                ("GET", "/rooms/{}", Value::Null),
                ("PATCH", "/rooms/{}", json!({"name": "x", "version": 1})),
                ("DELETE", "/rooms/{}", Value::Null),
                ("GET", "/reservations/{}", Value::Null),
                ("PATCH", "/reservations/{}", json!({"title": "x", "version": 1})),
                ("DELETE", "/reservations/{}", Value::Null),
                ("POST", "/reservations/{}/cancel", json!({})),
                ("POST", "/reservations/{}/end", json!({})),
                ("POST", "/reservations/{}/extend", json!({"endsAt": at(2)})),
                ("POST", "/reservations/{}/approve", json!({})),
                ("POST", "/reservations/{}/reject", json!({})),
            ] {
                let path = route.replace("{}", id);
                let what = format!("{method} {}", &path[..path.len().min(60)]);
                let problem = refused(&what, office.request(method, &path).json(&body)).await;
                assert_eq!((problem.0.as_u16(), &problem.1["code"]), (404, &json!("NOT_FOUND")), "{what}");
            }
        }
        for id in ["0", "-1", "999999", "9223372036854775807", "-9223372036854775808"] {
            let body = replaced(&hour(office.room.id, 3), "roomId", &json!(id));
            assert_fields(
                &refused(id, office.request("POST", "/reservations").json(&body)).await,
                &[("roomId", "UNKNOWN")],
            );
            let body = json!({"roomId": id, "version": 1});
            assert_fields(
                &refused(id, office.request("PATCH", "/reservations/{booking}").json(&body)).await,
                &[("roomId", "UNKNOWN")],
            );
            let list = answer(office.request("GET", &format!("/reservations?roomId={id}"))).await;
            assert_eq!((list.0.as_u16(), &list.1["items"]), (200, &json!([])), "{id}");
        }
        office.close().await;
    }

    async fn queries_that_cannot_be_read_are_refused(app: TestApp) {
        let office = Office::open(app).await;
        for query in [
            "/rooms?capacity=",
            "/rooms?capacity=x",
            "/rooms?capacity=-1",
            "/rooms?capacity=1.5",
            "/rooms?capacity=4294967296",
            "/rooms?capacity=1&capacity=2",
            "/rooms?freeFrom=now&freeTo=later",
            "/rooms?freeFrom=1795392000000&freeTo=1795395600000",
            "/rooms?freeFrom=2026-11-23&freeTo=2026-11-24",
            "/reservations?from=yesterday",
            "/reservations?to=%00",
            "/reservations?from=",
            "/reservations?roomId=",
            "/reservations?roomId=x",
            "/reservations?roomId=99999999999999999999",
            "/reservations?roomId=%FF",
            "/reservations?mine=",
            "/reservations?mine=yes",
            "/reservations?mine=1",
            "/reservations?mine=true&mine=false",
        ] {
            let problem = refused(query, office.request("GET", query)).await;
            assert_eq!((problem.0.as_u16(), &problem.1["code"]), (400, &json!("MALFORMED_REQUEST")), "{query}");
        }
        for query in ["?cancelReservations=", "?cancelReservations=maybe", "?cancelReservations=1"] {
            let path = format!("/rooms/{{room}}{query}");
            assert_refused(&refused(query, office.request("DELETE", &path)).await, 400, "MALFORMED_REQUEST");
        }
        // What a filter cannot find is not found: that is no error.
        for query in [
            "/rooms?floor=%FF%FE",
            "/rooms?floor=%00",
            "/rooms?equipment=%F0%9F",
            "/rooms?capacity=4294967295",
            "/rooms?floor='--",
        ] {
            let list = answer(office.request("GET", query)).await;
            assert_eq!((list.0.as_u16(), &list.1["items"]), (200, &json!([])), "{query}");
        }
        let many = format!("/rooms?equipment={}", ",".repeat(7_000));
        assert_eq!(answer(office.request("GET", &many)).await.1["items"].as_array().map(Vec::len), Some(1));

        // Bytes that no URL has, as they are.
        for path in [
            &b"/api/v1/rooms/\xff"[..],
            b"/api/v1/reservations?from=\xff\xfe",
            b"/api/v1/rooms/1\x00",
            b"/api/v1/rooms?floor=\xc3",
        ] {
            let (status, ..) =
                exchange(&office.app, &raw_head(&office.app.admin, &office.app, "GET", path, 0), b"").await;
            let what = String::from_utf8_lossy(path).into_owned();
            assert!(status.is_client_error() || status == StatusCode::OK && what.contains("floor"), "{what}: {status}");
        }
        office.close().await;
    }

    async fn characters_that_no_database_keeps_are_refused(app: TestApp) {
        let office = Office::open(app).await;
        for nul in ["\0", "a\0", "\0a", "a\0b"] {
            for (method, route, valid, member) in [
                ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "name"),
                ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "location"),
                ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "floor"),
                ("PATCH", "/rooms/{room}", json!({"version": 1}), "name"),
                ("PATCH", "/rooms/{room}", json!({"version": 1}), "floor"),
                ("POST", "/reservations", hour(office.room.id, 3), "title"),
                ("PATCH", "/reservations/{booking}", json!({"version": 1}), "title"),
            ] {
                let what = format!("{method} {route} {member} {nul:?}");
                let problem =
                    refused(&what, office.request(method, route).json(&replaced(&valid, member, &json!(nul)))).await;
                assert_eq!((problem.0.as_u16(), &problem.1["code"]), (422, &json!("VALIDATION")), "{what}");
                assert!(problem.1["fields"][member].is_object(), "{what}: {}", problem.1);
            }
            let equipment = json!({"name": "백두산", "capacity": 2, "equipment": [nul]});
            let problem = refused("equipment", office.request("POST", "/rooms").json(&equipment)).await;
            assert!(problem.1["fields"]["equipment"].is_object(), "{}", problem.1);
            let login = json!({"email": format!("minji{nul}@example.com"), "password": nul});
            assert_refused(
                &refused("login", office.request("POST", "/auth/login").json(&login)).await,
                401,
                "INVALID_CREDENTIALS",
            );
        }
        office.close().await;
    }

    async fn huge_values_are_refused(app: TestApp) {
        let office = Office::open(app).await;
        let text = "가".repeat(20_000);
        let ids: Vec<String> = (1..6_000).map(|id: i32| id.to_string()).collect();
        for (method, route, valid, member, value) in [
            ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "name", json!(text)),
            ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "location", json!(text)),
            ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "floor", json!(text)),
            ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "equipment", json!([text])),
            ("POST", "/rooms", json!({"name": "백두산", "capacity": 2}), "equipment", json!(ids)),
            ("POST", "/rooms", json!({"name": "백두산"}), "capacity", json!(u32::MAX)),
            ("POST", "/reservations", hour(office.room.id, 3), "title", json!(text)),
            ("POST", "/reservations", hour(office.room.id, 3), "attendeeIds", json!(ids)),
            ("POST", "/reservations", hour(office.room.id, 3), "attendeeCount", json!(u32::MAX)),
            ("PATCH", "/reservations/{booking}", json!({"version": 1}), "attendeeIds", json!(ids)),
        ] {
            let what = format!("{method} {route} {member}");
            let problem = refused(&what, office.request(method, route).json(&replaced(&valid, member, &value))).await;
            assert_eq!((problem.0.as_u16(), &problem.1["code"]), (422, &json!("VALIDATION")), "{what}");
            assert!(problem.1["fields"][member].is_object(), "{what}: {}", problem.1);
        }
        let login = json!({"email": text, "password": "x"});
        assert_refused(
            &refused("login", office.request("POST", "/auth/login").json(&login)).await,
            401,
            "INVALID_CREDENTIALS",
        );
        let login = json!({"email": "minji@example.com", "password": text});
        assert_refused(
            &refused("login", office.request("POST", "/auth/login").json(&login)).await,
            401,
            "INVALID_CREDENTIALS",
        );
        office.close().await;
    }

    async fn bodies_over_64_kib_are_not_read(app: TestApp) {
        let office = Office::open(app).await;
        let ten_megabytes = vec![b' '; 10 * 1024 * 1024];
        for (method, route) in BODIES {
            let path = format!("/api/v1{}", office.path(route));
            let what = format!("{method} {route}");
            let head = raw_head(&office.app.admin, &office.app, method, path.as_bytes(), ten_megabytes.len());
            let (status, headers, body) = exchange(&office.app, &head, &ten_megabytes).await;
            assert_refused(&check_problem(&what, status, &headers, &body), 413, "PAYLOAD_TOO_LARGE");

            // One byte over, and exactly the most.
            let padded = |length: usize| [vec![b' '; length - 1], b"{".to_vec()].concat();
            let problem = refused(&what, office.request(method, route).body(padded(64 * 1024 + 1))).await;
            assert_refused(&problem, 413, "PAYLOAD_TOO_LARGE");
            let problem = refused(&what, office.request(method, route).body(padded(64 * 1024))).await;
            assert_refused(&problem, 400, "MALFORMED_REQUEST");
        }
        // Without a length given.
        let head = format!(
            "POST /api/v1/reservations HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
            office.app.address, office.app.admin.token
        );
        let chunks = [b"10000\r\n".to_vec(), vec![b' '; 65_536], b"\r\n".to_vec()].concat().repeat(160);
        let (status, headers, body) = exchange(&office.app, head.as_bytes(), &chunks).await;
        assert_refused(&check_problem("chunked", status, &headers, &body), 413, "PAYLOAD_TOO_LARGE");

        let head = raw_head(&office.app.admin, &office.app, "POST", b"/fn/book_room", ten_megabytes.len());
        let (status, headers, body) = exchange(&office.app, &head, &ten_megabytes).await;
        assert_refused(&check_problem("/fn/book_room", status, &headers, &body), 413, "PAYLOAD_TOO_LARGE");
        office.close().await;
    }

    async fn methods_that_are_not_offered_are_refused(app: TestApp) {
        let office = Office::open(app).await;
        for (route, offered) in ROUTES {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "PURGE", "TRACE"] {
                if offered.contains(&method) {
                    continue;
                }
                let what = format!("{method} {route}");
                let answer = office.request(method, route).send().await.expect("an answer");
                let (status, headers) = (answer.status(), answer.headers().clone());
                let problem = check_problem(&what, status, &headers, &answer.text().await.expect("a body"));
                assert_eq!((problem.0.as_u16(), &problem.1["code"]), (405, &json!("METHOD_NOT_ALLOWED")), "{what}");
                let allow = headers.get("allow").and_then(|value| value.to_str().ok()).unwrap_or_default();
                let mut allowed: Vec<&str> =
                    allow.split(',').map(str::trim).filter(|method| *method != "HEAD").collect();
                allowed.sort_unstable();
                let mut offered = offered.to_vec();
                offered.sort_unstable();
                assert_eq!(allowed, offered, "{what}");
            }
        }
        let head = office.request("HEAD", "/rooms/{room}").send().await.expect("an answer");
        assert_eq!(head.status(), 200, "HEAD is a GET without its body");
        office.close().await;
    }

    async fn addresses_that_lead_nowhere_are_not_found(app: TestApp) {
        let office = Office::open(app).await;
        for path in [
            "/nope",
            "/rooms/",
            "/rooms/{room}/nope",
            "/reservations/{booking}/",
            "/reservations/{booking}/cancel/now",
            "/ROOMS",
            "/auth",
            "/auth/login/",
            "/%F0%9F%98%80",
            "/%00",
            "//rooms",
            "/rooms%2F{room}",
            "/me;x=1",
        ] {
            for method in ["GET", "POST", "PATCH", "DELETE"] {
                let what = format!("{method} {path}");
                let problem = refused(&what, office.request(method, path)).await;
                assert_eq!((problem.0.as_u16(), &problem.1["code"]), (404, &json!("NOT_FOUND")), "{what}");
            }
        }
        for path in ["/api/v1/nope", "/api/v1", "/api/v1/"] {
            let request = reqwest::Client::new().get(office.app.url(path));
            assert_refused(&refused(path, request).await, 404, "NOT_FOUND");
        }
        office.close().await;
    }

    async fn pages_of_other_origins_may_change_nothing(app: TestApp) {
        let office = Office::open(app).await;
        let browser = office.app.browser("admin", false).await;
        let before = contents(&office.app).await;
        let (address, own) = (office.app.address, office.app.url(""));
        let unsafe_routes = [
            ("POST", "/api/v1/auth/login"),
            ("POST", "/api/v1/auth/refresh"),
            ("POST", "/api/v1/auth/logout"),
            ("POST", "/api/v1/ws/ticket"),
            ("POST", "/api/v1/rooms"),
            ("PATCH", "/api/v1/rooms/{room}"),
            ("DELETE", "/api/v1/rooms/{room}"),
            ("POST", "/api/v1/reservations"),
            ("PATCH", "/api/v1/reservations/{booking}"),
            ("DELETE", "/api/v1/reservations/{booking}"),
            ("POST", "/api/v1/reservations/{booking}/cancel"),
            ("POST", "/api/v1/reservations/{booking}/end"),
            ("POST", "/api/v1/reservations/{booking}/extend"),
            ("POST", "/api/v1/reservations/{booking}/approve"),
            ("POST", "/api/v1/reservations/{booking}/reject"),
            ("PUT", "/api/v1/nope"),
            ("POST", "/fn/book_room"),
            ("POST", "/fn/log_out"),
            ("POST", "/fn/delete_room"),
            ("POST", "/preferences"),
            ("POST", "/timeline"),
        ];
        let http = reqwest::Client::new();
        for (method, route) in unsafe_routes {
            let request = |headers: &[(&str, &str)]| {
                let mut request = http.request(method.parse().expect("a method"), office.app.url(&office.path(route)));
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                request.body(r#"{"name":"x","version":1}"#)
            };
            let (cookie, bearer) = (("cookie", browser.cookie.as_str()), format!("Bearer {}", office.app.admin.token));
            let bearer = ("authorization", bearer.as_str());
            let other_port = format!("http://{}:1", address.ip());
            let (suffixed, prefixed) = (format!("{own}.evil.example"), format!("http://evil.example/{own}"));
            let (user, path) = (format!("http://{address}@evil.example"), format!("{own}/"));
            for origin in [
                "https://evil.example",
                "null",
                "",
                "http://127.0.0.1",
                "http://localhost",
                "file://",
                "http://",
                &other_port,
                &suffixed,
                &prefixed,
                &user,
                &path,
                &address.to_string(),
                &format!("ftp://{address}"),
                "한국어",
            ] {
                for headers in [&[cookie, ("origin", origin)][..], &[bearer, ("origin", origin)], &[("origin", origin)]]
                {
                    let what = format!("{method} {route} from {origin:?}, {}", headers[0].0);
                    let answer = request(headers).send().await.expect("an answer");
                    let (status, protection) = (answer.status(), answer.headers().clone());
                    let body: Value = answer.json().await.unwrap_or_else(|_| panic!("{what}: {status}"));
                    assert_eq!((status.as_u16(), &body["code"]), (403, &json!("FORBIDDEN_ORIGIN")), "{what}");
                    check_protection(&what, &protection);
                }
            }
            for headers in [
                &[cookie][..],
                &[cookie, ("sec-fetch-site", "cross-site")],
                &[cookie, ("sec-fetch-site", "same-site")],
                &[cookie, ("sec-fetch-site", "")],
                &[cookie, ("sec-fetch-site", "Same-Origin")],
                &[bearer, ("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "cross-site")],
                &[cookie, ("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
                &[cookie, ("referer", &own)],
            ] {
                let (status, body) = answer(request(headers)).await;
                assert_eq!(
                    (status.as_u16(), &body["code"]),
                    (403, &json!("FORBIDDEN_ORIGIN")),
                    "{method} {route} {:?}",
                    &headers[1..]
                );
            }
        }
        assert_eq!(contents(&office.app).await, before);

        // Reading is no harm: the answer stays with the page that asked, and no other may see it.
        let read = http
            .get(office.app.url("/api/v1/me"))
            .header("cookie", &browser.cookie)
            .header("origin", "https://evil.example");
        let read = read.send().await.expect("an answer");
        assert_eq!((read.status().as_u16(), read.headers().get("access-control-allow-origin")), (200, None));

        // Our own pages, and clients that are no browsers.
        let ticket = || http.post(office.app.url("/api/v1/ws/ticket"));
        for request in [
            ticket().header("cookie", &browser.cookie).header("origin", &own),
            ticket().header("cookie", &browser.cookie).header("origin", own.to_uppercase().replace("HTTP", "http")),
            ticket().header("cookie", &browser.cookie).header("sec-fetch-site", "same-origin"),
            ticket().bearer_auth(&office.app.admin.token),
            ticket().bearer_auth(&office.app.admin.token).header("origin", &own),
        ] {
            let (status, body) = answer(request).await;
            assert_eq!(status, 200, "{body}");
        }
    }

    async fn refusals_speak_the_callers_language(app: TestApp) {
        let office = Office::open(app).await;
        let (korean, english) = (["로그인이 필요합니다.", "찾을 수 없습니다."], ["Please log in.", "Not found."]);
        for (accepts, expected) in [
            (None, korean),
            (Some("ko"), korean),
            (Some("ko-KR,ko;q=0.9,en;q=0.8"), korean),
            (Some(""), korean),
            (Some("*"), korean),
            (Some("fr"), korean),
            (Some("한국어"), korean),
            (Some(";;;,,,"), korean),
            (Some("en"), english),
            (Some("EN-us"), english),
            (Some("en-US,en;q=0.9,ko;q=0.8"), english),
            (Some("fr, en"), english),
        ] {
            let with = |request: reqwest::RequestBuilder| match accepts {
                Some(accepts) => request.header("accept-language", accepts),
                None => request,
            };
            let stranger = with(reqwest::Client::new().get(office.app.url("/api/v1/me")));
            assert_eq!(refused("me", stranger).await.1["detail"], expected[0], "{accepts:?}");
            assert_eq!(
                refused("room", with(office.request("GET", "/rooms/999"))).await.1["detail"],
                expected[1],
                "{accepts:?}"
            );
        }
        let invalid = http::HeaderValue::from_bytes(b"en\xff").expect("a value");
        assert_eq!(
            refused("bytes", office.request("GET", "/nope").header("accept-language", invalid)).await.1["detail"],
            korean[1]
        );

        // Wherever a refusal arises.
        let untitled = replaced(&hour(office.room.id, 3), "title", &json!(" "));
        for (request, ko, en) in [
            (office.request("GET", "/nope"), "찾을 수 없습니다.", "Not found."),
            (office.request("PUT", "/rooms"), "이 주소에서 쓸 수 없는 방식입니다.", "This method is not offered here."),
            (
                office.request("GET", "/rooms?capacity=x"),
                "요청의 형식이 올바르지 않습니다.",
                "The request is malformed.",
            ),
            (
                office.request("POST", "/rooms").body("{"),
                "요청 본문의 1행 1열이 올바르지 않습니다.",
                "The request body is malformed at line 1, column 1.",
            ),
            (
                office.request("POST", "/rooms").body(vec![b' '; 70_000]),
                "요청이 너무 큽니다.",
                "The request is too large.",
            ),
            (office.request("POST", "/reservations").json(&untitled), "꼭 입력해야 합니다.", "This is required."),
            (
                office.request("POST", "/reservations").json(&hour(office.room.id, 0)),
                "그 시간에는 이미 다른 예약이 있습니다.",
                "Another booking already has this time.",
            ),
            (
                office.request("POST", "/rooms").header("origin", "null"),
                "다른 사이트에서 온 요청이라 거절했습니다.",
                "The request came from another site and was refused.",
            ),
        ] {
            let again = request.try_clone().expect("a request");
            let problem = refused(ko, request.header("accept-language", "ko")).await;
            assert_eq!(problem.1["detail"], ko);
            let problem = refused(en, again.header("accept-language", "en")).await;
            assert_eq!(problem.1["detail"], en);
            if problem.1["code"] == "VALIDATION" {
                assert_eq!(problem.1["fields"]["title"], json!({"code": "REQUIRED", "message": en}));
            }
        }
        office.close().await;
    }

    async fn every_answer_carries_the_protecting_headers(app: TestApp) {
        let office = Office::open(app).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let browser = office.app.browser("minji", false).await;
        for (method, path, status) in [
            ("GET", "/api/v1/me", 401),
            ("GET", "/api/v1/openapi.json", 200),
            ("GET", "/healthz", 200),
            ("GET", "/readyz", 200),
            ("GET", "/", 303),
            ("GET", "/timeline", 303),
            ("GET", "/login", 200),
            ("GET", "/no/such/page", 404),
            ("GET", "/pkg/nope.js", 404),
            ("GET", "/ws", 400),
            ("POST", "/healthz", 405),
            ("OPTIONS", "/api/v1/rooms", 200),
            ("POST", "/fn/my_reservations", 400),
        ] {
            let request = http.request(method.parse().expect("a method"), office.app.url(path));
            let answer = request.send().await.expect("an answer");
            let what = format!("{method} {path}");
            assert_eq!(answer.status().as_u16(), status, "{what}");
            check_protection(&what, answer.headers());
            if path.starts_with("/api/") || path.starts_with("/fn/") {
                assert_eq!(answer.headers()["cache-control"], "no-store", "{what}");
            }
        }
        for path in ["/login", "/no/such/page"] {
            let answer = http.get(office.app.url(path)).send().await.expect("an answer");
            let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
            assert!(policy.starts_with("default-src 'none'; script-src 'self' 'nonce-"), "{path}: {policy}");
            assert!(!policy.contains("unsafe-eval'") || policy.contains("'wasm-unsafe-eval'"), "{path}: {policy}");
        }
        for path in ["/api/v1/me", "/api/v1/rooms", "/timeline"] {
            let answer = browser.request("GET", path).send().await.expect("an answer");
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["cache-control"]),
                (200, &"no-store".parse().expect("a value")),
                "{path}"
            );
            check_protection(path, answer.headers());
        }
    }

    async fn bad_arguments_of_server_functions_do_no_harm(app: TestApp) {
        let office = Office::open(app).await;
        let browser = office.app.browser("admin", false).await;
        let before = contents(&office.app).await;
        let nul = replaced(&hour(office.room.id, 3), "title", &json!("a\0b"));
        for (name, arguments) in [
            ("book_room", "{".to_owned()),
            ("book_room", "{}".to_owned()),
            ("book_room", "null".to_owned()),
            ("book_room", json!({"new": 1}).to_string()),
            ("book_room", json!({"new": nul}).to_string()),
            ("create_room", json!({"new": {"name": "a\0b", "capacity": 1}}).to_string()),
            ("edit_reservation", json!({"id": "x", "patch": {}}).to_string()),
            ("find_reservation", json!({"id": "99999999999999999999"}).to_string()),
            ("delete_room", json!({"id": "-1", "cancel_reservations": true}).to_string()),
            ("day_schedule", json!({"date": "tomorrow"}).to_string()),
            ("log_in", "email=minji%00%40example.com&password=%00".to_owned()),
            ("log_in", "email=%FF&password=%FF".to_owned()),
            ("log_in", "".to_owned()),
        ] {
            let kind = if name == "log_in" { "application/x-www-form-urlencoded" } else { "application/json" };
            let request =
                browser.request("POST", &format!("/fn/{name}")).header("content-type", kind).body(arguments.clone());
            let answer = request.send().await.expect("an answer");
            let what = format!("{name} {arguments}");
            assert!(!answer.status().is_success(), "{what}: {}", answer.status());
            check_protection(&what, answer.headers());
            let text = answer.text().await.expect("a body");
            for inside in INSIDE {
                assert!(!text.contains(inside), "{what} tells {inside}: {text}");
            }
            let refusal: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{what}: {text}"));
            if arguments.contains("\\u0000") {
                assert_eq!(refusal["code"], "VALIDATION", "{what}");
            }
            assert!(refusal["code"].is_string(), "{what}: {text}");
            assert_ne!(refusal["code"], "INTERNAL", "{what}: {text}");
        }
        let too_large = vec![b' '; 64 * 1024 + 1];
        for (body, status, code, korean, english) in [
            (b"{".to_vec(), 400, "MALFORMED_REQUEST", "요청의 형식이 올바르지 않습니다.", "The request is malformed."),
            (b"\xff".to_vec(), 400, "MALFORMED_REQUEST", "요청의 형식이 올바르지 않습니다.", "The request is malformed."),
            (too_large, 413, "PAYLOAD_TOO_LARGE", "요청이 너무 큽니다.", "The request is too large."),
        ] {
            for (headers, detail) in [
                ([("accept-language", "en;q=0.1,ko"), ("dnt", "1")], korean),
                ([("accept-language", "ko;q=0.1,en"), ("dnt", "1")], english),
                // What was chosen on the page counts for more.
                ([("accept-language", "ko"), ("cookie", "madang_lang=en")], english),
            ] {
                let mut request = browser.request("POST", "/fn/book_room").body(body.clone());
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let refusal = answer(request.header("content-type", "application/json")).await;
                assert_refused(&refusal, status, code);
                assert_eq!(refusal.1["detail"], detail);
                // Our own pages read it as they read every refusal.
                assert!(serde_json::from_value::<crate::error::AppError>(refusal.1.clone()).is_ok(), "{}", refusal.1);
            }
        }
        // Days at the ends of the calendar are days.
        for date in
            ["-009999-01-01", "-009999-01-02", "0000-01-01", "1969-12-31", "9999-12-29", "9999-12-30", "9999-12-31"]
        {
            let request = browser.request("POST", "/fn/day_schedule").json(&json!({"date": date}));
            let answer = request.send().await.expect("an answer");
            check_protection(date, answer.headers());
            let (status, body) = (answer.status(), answer.json::<Value>().await.expect("JSON"));
            assert_eq!((status.as_u16(), &body["state"]["date"]), (200, &json!(date)), "{body}");
        }
        assert_eq!(contents(&office.app).await, before);
    }
}
