//! Methods, paths and queries that mean nothing.

use super::super::helpers::{Engine, TestApp, answer, assert_fields, assert_refused, at, hour, on_both_engines};
use super::{CHAT_ROUTES, Office, ROUTES, check_problem, exchange, raw_head, refused, replaced};
use http::StatusCode;
use serde_json::{Value, json};

on_both_engines! {
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

        // Sockets and the form of the pages are no part of the API, and refuse as it does.
        for path in ["/ws?after=abc", "/ws?after=", "/ws/chat/1?user_id=x", "/v1/ws/timers?timezone=a&timezone=b"] {
            let problem = answer(reqwest::Client::new().get(office.app.url(path))).await;
            assert_refused(&problem, 400, "MALFORMED_REQUEST");
        }
        let form = reqwest::Client::new().post(office.app.url("/preferences")).json(&json!({"lang": "en"}));
        assert_refused(&answer(form).await, 400, "MALFORMED_REQUEST");

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

    async fn methods_that_are_not_offered_are_refused(app: TestApp) {
        let office = Office::open(app).await;
        for (route, offered) in ROUTES.into_iter().chain(CHAT_ROUTES) {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "PURGE", "TRACE"] {
                if offered.contains(&method) {
                    continue;
                }
                let what = format!("{method} {route}");
                let answer = office.request(method, route).send().await.expect("an answer");
                let (status, headers, path) = (answer.status(), answer.headers().clone(), answer.url().path().to_owned());
                let text = answer.text().await.expect("a body");
                let problem = check_problem(&what, &path, status, &headers, &text);
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
}
