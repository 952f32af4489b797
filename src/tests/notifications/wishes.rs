//! Preferences, and messages that admins send.

use crate::realtime::protocol::Event;
use crate::tests::helpers::{Engine, START, TestApp, answer, assert_fields, assert_refused, on_both_engines};
use crate::time::HOUR;
use http::StatusCode;
use serde_json::{Value, json};

on_both_engines! {
    async fn preferences_decide_and_every_decision_keeps_its_reason(app: TestApp) {
        let room = app.room("별당").await;
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        // START is a Monday, 09:00 in Seoul.
        let quiet = json!({"enabled": true, "from": "08:00", "to": "10:00", "weekdays": [1], "urgentOverride": true});
        let (status, set) = app.junho.patch("/me/settings", json!({"notifications": {"quietHours": quiet,
            "categories": {"new_bookings": {"inApp": false, "browser": false}, "messages": {"inApp": false, "browser": true}}}})).await;
        assert_eq!((status, &set["notifications"]["quietHours"]["from"]), (StatusCode::OK, &json!("08:00")), "{set}");
        app.minji.book(room.id, 1).await;
        app.message(&app.junho, "보통", json!({})).await;
        app.message(&app.junho, "긴급", json!({"priority": "urgent"})).await;
        assert!(app.told(&app.junho).await.is_empty() && app.unread(&app.junho).await == 0);
        // At the end of quiet hours, to the minute.
        let mut app = app;
        app.later(START + HOUR).await;
        app.message(&app.junho, "나중", json!({})).await;

        let (_, why) = app.junho.get("/notifications/decisions").await;
        let text = |value: &'_ Value| -> String { value.as_str().unwrap_or_default().into() };
        let mut found: Vec<_> = why["decisions"].as_array().unwrap().iter()
            .map(|d| (text(&d["title"]), text(&d["decision"]["inApp"]), text(&d["decision"]["browser"]))).collect();
        found.sort_unstable();
        let mut expected = [
            ("새 예약", "switched_off", "switched_off"),
            ("보통", "switched_off", "quiet_hours"),
            ("긴급", "switched_off", "urgent"),
            ("나중", "switched_off", "told"),
        ].map(|(title, in_app, browser)| (title.to_owned(), in_app.to_owned(), browser.to_owned()));
        expected.sort_unstable();
        assert_eq!(found, expected);
        // The screens hear of what the browser may tell, and only of that.
        let frames = socket.durable_until(app.head().await).await;
        let personal: Vec<(String, bool, bool)> = frames.into_iter().filter_map(|frame| match frame.event {
            Event::NotificationCreated(e) if e.actor_id.is_none() => Some((e.title, e.in_app, e.browser)),
            _ => None,
        }).collect();
        assert_eq!(personal, [("긴급".to_owned(), false, true), ("나중".to_owned(), false, true)]);
        // Own actions are in the reasons of whoever did them.
        let (_, own) = app.minji.get("/notifications/decisions").await;
        assert_eq!(own["decisions"][0]["decision"], json!({"inApp": "own_action", "browser": "own_action"}));
        // Switched on again, what is for everybody shows again.
        let on = json!({"notifications": {"categories": {"new_bookings": {"inApp": true, "browser": false}}}});
        app.junho.patch("/me/settings", on).await;
        assert_eq!(app.told(&app.junho).await, ["booking_created"]);
    }

    async fn admins_send_messages_and_their_texts_are_texts(app: TestApp) {
        let script = "<script>alert(1)</script> & '\"; DROP TABLE users; --";
        let told = app.message(&app.junho, script, json!({"message": "가".repeat(4_000), "priority": "high", "actionUrl": "/timeline"})).await;
        assert_eq!((&told["title"], &told["priority"], &told["type"]), (&json!(script), &json!("high"), &json!("custom")));
        assert_eq!(told["message"].as_str().unwrap().chars().count(), 4_000);
        let page = app.browser("junho", false).await.get("/notifications").await.1.to_string();
        assert!(!page.contains("<script>alert(1)"), "text, not markup");

        let good = json!({"userIds": [app.junho.id], "title": "제목", "message": "내용"});
        let with = |key: &str, value: Value| {
            let mut body = good.clone();
            body[key] = value;
            body
        };
        assert_refused(&app.minji.post("/notifications", good.clone()).await, 403, "FORBIDDEN");
        let head = app.head().await;
        for (body, field, rule) in [
            (with("message", json!("가".repeat(10_000))), "message", "MAX_LENGTH"),
            (with("title", json!("  ")), "title", "REQUIRED"),
            (with("userIds", json!([])), "userIds", "REQUIRED"),
            (with("userIds", json!(["999"])), "userIds", "UNKNOWN"),
            (with("expiresAt", json!(START)), "expiresAt", "IN_THE_PAST"),
            (with("actionUrl", json!("javascript:alert(1)")), "actionUrl", "UNKNOWN"),
        ] {
            assert_fields(&app.admin.post("/notifications", body).await, &[(field, rule)]);
        }
        assert_refused(&app.admin.post("/notifications", with("type", json!("x"))).await, 400, "MALFORMED_REQUEST");
        assert_eq!(app.head().await, head, "nothing was told");
        // A repeat sends nothing twice.
        for _ in 0..2 {
            let request = app.admin.request("POST", "/notifications").header("idempotency-key", "k1").json(&good);
            assert_eq!(answer(request).await, (StatusCode::CREATED, json!({"sent": 1})));
        }
        assert_eq!(app.told(&app.junho).await.len(), 2);
    }

    async fn settings_belong_to_the_account(app: TestApp) {
        let (_, fresh) = app.minji.get("/me/settings").await;
        assert_eq!((&fresh["language"], &fresh["theme"], &fresh["timeZone"]), (&Value::Null, &Value::Null, &json!("organisation")));
        let desktop = app.browser("minji", false).await;
        let form = desktop.request("POST", "/preferences").header("content-type", "application/x-www-form-urlencoded");
        let form = form.body("theme=dark&lang=en&back=/timeline");
        form.send().await.unwrap();
        let (_, chosen) = app.minji.get("/me/settings").await;
        assert_eq!((&chosen["language"], &chosen["theme"]), (&json!("en"), &json!("dark")));
        // Another device, without a cookie of either.
        let phone = app.browser("minji", false).await;
        let (_, page) = phone.get("/settings").await;
        let page = page.as_str().unwrap();
        assert!(page.contains(r#"lang="en""#) && page.contains(r#"data-theme="dark""#), "the account's look");
        let (_, other) = app.browser("junho", false).await.get("/settings").await;
        assert!(other.as_str().unwrap().contains(r#"lang="ko""#));
        for wrong in [json!({"theme": "sepia"}), json!({"timeZone": "mars"}), json!({"notifications": {"categories": {"x": {}}}}),
            json!({"notifications": {"quietHours": {"enabled": true, "from": "25:00", "to": "08:00", "weekdays": [], "urgentOverride": true}}})]
        {
            assert_refused(&app.minji.patch("/me/settings", wrong).await, 400, "MALFORMED_REQUEST");
        }
        assert_eq!(app.minji.get("/me/settings").await.1, chosen);
    }
}
