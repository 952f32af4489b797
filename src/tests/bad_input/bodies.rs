//! Bodies that are no JSON object, or too large.

use super::super::helpers::{Engine, TestApp, assert_fields, assert_refused, at, hour, on_both_engines};
use super::{BODIES, Office, check_problem, exchange, raw_head, refused};
use serde_json::{Value, json};

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

    async fn members_that_are_missing_are_missed(app: TestApp) {
        let office = Office::open(app).await;
        let whole = hour(office.room.id, 3);
        for (method, route, valid, required) in [
            ("POST", "/auth/login", &json!({"email": "x", "password": "x"}), &["email", "password"][..]),
            ("POST", "/rooms", &json!({"name": "백두산", "capacity": 1}), &["name", "capacity"]),
            ("POST", "/reservations", &whole, &["roomId", "title", "startsAt", "endsAt"]),
            ("POST", "/reservations/{booking}/extend", &json!({"endsAt": at(2)}), &["endsAt"]),
            ("POST", "/reservations/{booking}/respond", &json!({"response": "accepted"}), &["response"]),
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

    async fn bodies_over_64_kib_are_not_read(app: TestApp) {
        let office = Office::open(app).await;
        let ten_megabytes = vec![b' '; 10 * 1024 * 1024];
        for (method, route) in BODIES {
            let path = format!("/api/v1{}", office.path(route));
            let what = format!("{method} {route}");
            let head = raw_head(&office.app.admin, &office.app, method, path.as_bytes(), ten_megabytes.len());
            let (status, headers, body) = exchange(&office.app, &head, &ten_megabytes).await;
            assert_refused(&check_problem(&what, &path, status, &headers, &body), 413, "PAYLOAD_TOO_LARGE");

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
        assert_refused(&check_problem("chunked", "/api/v1/reservations", status, &headers, &body), 413, "PAYLOAD_TOO_LARGE");

        let head = raw_head(&office.app.admin, &office.app, "POST", b"/fn/book_room", ten_megabytes.len());
        let (status, headers, body) = exchange(&office.app, &head, &ten_megabytes).await;
        assert_refused(&check_problem("/fn/book_room", "/fn/book_room", status, &headers, &body), 413, "PAYLOAD_TOO_LARGE");
        office.close().await;
    }
}
