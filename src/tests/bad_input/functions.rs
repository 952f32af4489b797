//! What the pages' own door is told and cannot use.

use super::super::helpers::{Engine, TestApp, answer, assert_refused, hour, on_both_engines};
use super::{INSIDE, Office, check_protection, contents, replaced};
use serde_json::{Value, json};

on_both_engines! {
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
            ("delete_room", json!({"id": "-1", "cancelled": []}).to_string()),
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
