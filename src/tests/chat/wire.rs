//! The documented requests as their samples send them (contracts §5.2), and their shapes (§5.3).

use super::{channel, done, fields, history, refused, room, say};
use crate::tests::helpers::{Engine, TestApp, answer, on_both_engines};
use serde_json::{Value, json};

on_both_engines! {
    async fn the_samples_work_without_a_content_type(app: TestApp) {
        let room = channel(&app).await;
        let me = app.minji.id.0;
        let send = |path: String, body: Value| app.minji.request("POST", &path).body(body.to_string());
        let sent = answer(send(format!("/chat/rooms/{room}/messages"), json!({"user_id": me, "message": "안녕하세요!"})));
        let (status, body) = sent.await;
        assert_eq!((status.as_u16(), &body["success"], &body["message"]), (200, &json!(true), &json!("Message sent successfully")));
        let message = &body["data"];
        assert_eq!(message["chat_room_id"], json!(room.0));
        assert_eq!(message["user_id"], json!(me));
        assert_eq!(message["message"], json!("안녕하세요!"));
        assert_eq!(message["message_type"], json!("text"));
        assert_eq!(message["file_url"], Value::Null);
        assert_eq!(message["is_read"], json!(false));
        assert_eq!(message["seq"], json!(1));
        assert_eq!(message["user"], json!({"id": me, "email": "minji@example.com", "name": "minji"}));
        for member in ["id", "unread_by"] {
            assert!(message[member].is_i64(), "{message}");
        }
        for member in ["created_at", "updated_at"] {
            assert!(message[member].as_str().is_some_and(|at| at.ends_with('Z')), "{message}");
        }

        let read = answer(app.junho.request("POST", &format!("/chat/rooms/{room}/read")).body(json!({"user_id": app.junho.id.0}).to_string())).await;
        assert_eq!((read.0.as_u16(), read.1), (200, json!({"success": true, "message": "Messages marked as read"})));
        assert_eq!(history(&app.minji, room).await[0]["is_read"], json!(true));

        let added = answer(send(format!("/chat/rooms/{room}/members"), json!({"user_id": app.seoyeon.id.0}))).await;
        assert_eq!((added.0.as_u16(), &added.1["message"]), (200, &json!("Member added successfully")));
        let member = &added.1["data"];
        assert_eq!((&member["role"], &member["unread_count"], &member["last_read_at"]), (&json!("member"), &json!(0), &Value::Null));
        assert_eq!(member["user"]["email"], json!("seoyeon@example.com"));

        let removed = app.minji.delete(&format!("/chat/rooms/{room}/members/{}", app.seoyeon.id)).await;
        assert_eq!((removed.0.as_u16(), removed.1), (200, json!({"success": true, "message": "Member removed successfully"})));
    }

    async fn nobody_is_who_they_only_say_they_are(app: TestApp) {
        let room = channel(&app).await;
        let junho = app.junho.id.0;
        for (path, body) in [
            (format!("/chat/rooms/{room}/messages"), json!({"user_id": junho, "message": "x"})),
            (format!("/chat/rooms/{room}/read"), json!({"user_id": junho})),
        ] {
            refused(&app.minji.post(&path, body).await, 403, "FORBIDDEN");
        }
        // Nobody at all.
        let url = app.url(&format!("/api/v1/chat/rooms/{room}/messages"));
        let body = json!({"user_id": junho, "message": "x"}).to_string();
        refused(&answer(reqwest::Client::new().post(url).body(body)).await, 401, "UNAUTHENTICATED");
        assert!(history(&app.minji, room).await.is_empty());
    }

    async fn believed_clients_are_who_they_say(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.compat_trust_user_id = true).await;
        let room = channel(&app).await;
        let url = |path: &str| app.url(&format!("/api/v1/chat/rooms/{room}{path}"));
        let post = |path: &str, body: Value| answer(reqwest::Client::new().post(url(path)).body(body.to_string()));
        let sent = done(post("/messages", json!({"user_id": app.junho.id.0, "message": "안녕!"})).await);
        assert_eq!(sent["user"]["name"], json!("junho"));
        refused(&post("/messages", json!({"user_id": app.seoyeon.id.0, "message": "x"})).await, 403, "FORBIDDEN");
        refused(&post("/messages", json!({"user_id": 999, "message": "x"})).await, 401, "UNAUTHENTICATED");
        let left = answer(reqwest::Client::new().delete(url(&format!("/members/{}", app.junho.id)))).await;
        assert_eq!(left.0.as_u16(), 200, "{}", left.1);
        // The documented way to add names nobody but the one who is added.
        super::room(&app.minji, json!({"name": "비공개", "slug": "비공개", "kind": "private"})).await;
        let members = app.url("/api/v1/chat/rooms/비공개/members");
        let added = answer(reqwest::Client::new().post(members).body(json!({"user_id": app.junho.id.0}).to_string())).await;
        assert_eq!(done(added)["user_id"], json!(app.junho.id.0));
        refused(&post("/members", json!({"user_id": 999})).await, 422, "VALIDATION");
    }

    async fn refusals_have_the_contracts_shape(app: TestApp) {
        let room = channel(&app).await;
        let messages = format!("/chat/rooms/{room}/messages");
        refused(&app.seoyeon.post(&messages, json!({"message": "x"})).await, 403, "FORBIDDEN");
        refused(&app.seoyeon.get(&messages).await, 403, "FORBIDDEN");
        refused(&app.minji.post("/chat/rooms/99/messages", json!({"message": "x"})).await, 404, "NOT_FOUND");
        refused(&app.minji.get("/chat/nothing").await, 404, "NOT_FOUND");
        refused(&app.minji.put(&messages, json!({})).await, 405, "METHOD_NOT_ALLOWED");
        refused(&app.minji.send(app.minji.request("POST", &messages).body("{")).await, 400, "MALFORMED_REQUEST");
        refused(&app.minji.send(app.minji.request("POST", &messages).body("[]")).await, 400, "MALFORMED_REQUEST");
        refused(&app.minji.post(&messages, json!({"message": 1})).await, 400, "MALFORMED_REQUEST");
        let long = json!({"message": "x".repeat(70_000)});
        refused(&app.minji.post(&messages, long).await, 413, "PAYLOAD_TOO_LARGE");
        fields(&app.minji.post(&messages, json!({"message": "  "})).await, &[("message", "REQUIRED")]);
        fields(&app.minji.post(&messages, json!({})).await, &[("message", "REQUIRED")]);
        fields(&app.minji.post(&messages, json!({"message": "가".repeat(4_001)})).await, &[("message", "MAX_LENGTH")]);
        fields(&app.minji.post(&messages, json!({"message": "a\0"})).await, &[("message", "NUL_CHARACTER")]);
        fields(&app.minji.post(&messages, json!({"message": "x", "message_type": "system"})).await, &[("messageType", "UNKNOWN")]);
        fields(&app.minji.post(&messages, json!({"message": "x", "file_url": "javascript:x"})).await, &[("fileUrl", "UNKNOWN")]);
        fields(&app.minji.post(&messages, json!({"message": "x", "reply_to": 99})).await, &[("replyTo", "UNKNOWN")]);
        fields(&app.minji.post(&messages, json!({"message": "x", "thread_root": 99})).await, &[("threadRoot", "UNKNOWN")]);
        fields(&app.minji.get(&format!("{messages}?limit=101")).await, &[("limit", "RANGE")]);
        fields(&app.minji.get(&format!("{messages}?page=0")).await, &[("page", "RANGE")]);
        refused(&app.minji.get(&format!("{messages}?limit=x")).await, 400, "MALFORMED_REQUEST");
        refused(&app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": app.junho.id.0})).await, 409, "ALREADY_MEMBER");
        fields(&app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": 99})).await, &[("userId", "UNKNOWN")]);
        // A page of another origin, with somebody's cookie.
        let browser = app.browser("minji", false).await;
        let foreign = reqwest::Client::new().post(app.url(&format!("/api/v1{messages}")))
            .header("cookie", &browser.cookie).header("origin", "https://evil.example").body(r#"{"message":"x"}"#);
        refused(&answer(foreign).await, 403, "FORBIDDEN_ORIGIN");
        assert!(history(&app.minji, room).await.is_empty());
        assert_eq!(browser.post(&format!("/api/v1{messages}"), json!({"message": "쿠키로"})).await.0.as_u16(), 200);
    }

    async fn history_is_read_by_number_and_by_page(app: TestApp) {
        let room = channel(&app).await;
        for n in 1..=25 {
            say(&app.minji, room, &format!("글 {n}")).await;
        }
        let seqs = |answer: Value| -> Vec<i64> { answer.as_array().expect("a list").iter().filter_map(|m| m["seq"].as_i64()).collect() };
        let get = |query: &str| { let path = format!("/chat/rooms/{room}/messages?{query}"); let client = app.junho.clone(); async move { client.get(&path).await } };
        assert_eq!(seqs(done(get("limit=3").await)), [23, 24, 25]);
        assert_eq!(seqs(done(get("before_seq=4").await)), [1, 2, 3]);
        assert_eq!(seqs(done(get("after_seq=20&limit=2").await)), [21, 22]);
        assert_eq!(seqs(done(get("after_seq=25").await)), [0; 0]);
        assert_eq!(seqs(done(get(&format!("after_seq={}", i64::MAX)).await)), [0; 0]);
        let (status, page) = get("page=2&limit=10").await;
        assert_eq!((status.as_u16(), &page["totalCount"]), (200, &json!(25)));
        let messages = page["messages"].as_array().expect("messages");
        assert_eq!(messages.iter().map(|m| m["seq"].as_i64().unwrap_or(0)).collect::<Vec<_>>(), (6..=15).collect::<Vec<_>>());
        let first = &messages[0];
        assert!(first["_id"].is_string() && first["chatRoomId"].is_string() && first["senderId"].is_string(), "{first}");
        assert_eq!((&first["isDeleted"], &first["readBy"], &first["messageType"]), (&json!(false), &json!([]), &json!("text")));
        assert_eq!(get("page=3").await.1["messages"], json!([]));
        assert_eq!(get("page=1").await.1["messages"].as_array().map(Vec::len), Some(20));
    }

    async fn a_room_is_named_by_its_slug_too(app: TestApp) {
        let id = room(&app.minji, json!({"name": "방송", "slug": "stream-123", "kind": "live"})).await;
        let sent = done(app.minji.post("/chat/rooms/stream-123/messages", json!({"message": "시작"})).await);
        assert_eq!(sent["chat_room_id"], json!(id.0));
        assert_eq!(done(app.minji.get("/chat/rooms/stream-123").await)["id"], json!(id.0));
    }
}
