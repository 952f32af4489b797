//! Members whose values are of no use.

use super::super::helpers::{Engine, START, TestApp, answer, assert_fields, assert_refused, at, hour, on_both_engines};
use super::{Office, refused, replaced};
use serde_json::{Value, json};

on_both_engines! {
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
        for (to, rule) in [(long_ago, "NOT_LATER"), (far_off, "TOO_LONG")] {
            let extension = office.request("POST", "/reservations/{booking}/extend").json(&json!({"endsAt": to}));
            assert_fields(&refused(to, extension).await, &[("endsAt", rule)]);
        }
        for (query, field, rule) in [
            (format!("/reservations?from={long_ago}&to={far_off}"), "to", "SPAN_TOO_WIDE"),
            (format!("/reservations?from={far_off}&to={long_ago}"), "to", "ENDS_BEFORE_START"),
            (format!("/reservations?to={far_off}"), "to", "SPAN_TOO_WIDE"),
            (format!("/rooms?freeFrom={far_off}&freeTo={long_ago}"), "freeTo", "ENDS_BEFORE_START"),
            (format!("/rooms?freeFrom={long_ago}&freeTo={far_off}"), "freeTo", "SPAN_TOO_WIDE"),
        ] {
            assert_fields(&refused(&query, office.request("GET", &query)).await, &[(field, rule)]);
        }
        // Absurd, but intervals: empty of bookings.
        for query in [format!("/reservations?from={far_off}"), format!("/reservations?from={long_ago}")] {
            assert_eq!(answer(office.request("GET", &query)).await.1["items"], json!([]), "{query}");
        }
        let free = answer(office.request("GET", &format!("/rooms?freeFrom={far_off}&freeTo={hour_later}"))).await.1;
        assert_eq!(free["items"][0]["id"], json!(office.room.id));
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
}
