//! What people keep for themselves.

use super::{channel, done, fields, refused, say};
use crate::realtime::protocol::Topic;
use crate::tests::helpers::{Client, Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

/// What a person's list says, the one that was kept last first.
async fn kept(by: &Client) -> Vec<Value> {
    let list = done(by.get("/chat/kept").await);
    list.as_array().expect("a list").iter().map(|message| message["excerpt"].clone()).collect()
}

async fn keep(by: &Client, message: &Value) {
    let answer = by.put(&format!("/chat/kept/{}", message["id"]), json!({})).await;
    assert_eq!((answer.0.as_u16(), &answer.1["success"]), (200, &json!(true)), "{}", answer.1);
}

on_both_engines! {
    async fn what_is_kept_is_ones_own_and_follows_the_message(app: TestApp) {
        let room = channel(&app).await;
        let plan = say(&app.minji, room, "**계획** 보기").await;
        let minutes = say(&app.minji, room, "회의록").await;
        assert!(kept(&app.junho).await.is_empty());
        keep(&app.junho, &plan).await;
        keep(&app.junho, &minutes).await;
        assert_eq!(kept(&app.junho).await, ["회의록", "계획 보기"]);
        assert!(kept(&app.minji).await.is_empty(), "nobody else has it");
        let last = app.log_rows().await.pop().expect("an event");
        assert_eq!((last.topic, last.kind.as_str()), (Topic::User(app.junho.id).to_string(), "chat:kept"));

        // What is so already stays so, and nobody is told.
        let head = app.head().await;
        keep(&app.junho, &plan).await;
        assert_eq!((kept(&app.junho).await.len(), app.head().await), (2, head));

        done(app.minji.patch(&format!("/chat/messages/{}", plan["id"]), json!({"message": "다른 계획"})).await);
        assert_eq!(kept(&app.junho).await, ["회의록", "다른 계획"]);
        done(app.minji.delete(&format!("/chat/messages/{}", minutes["id"])).await);
        assert_eq!(kept(&app.junho).await, ["다른 계획"]);
        refused(&app.junho.put(&format!("/chat/kept/{}", minutes["id"]), json!({})).await, 404, "NOT_FOUND");
        let path = format!("/chat/kept/{}", plan["id"]);
        for _ in 0..2 {
            assert_eq!(app.junho.delete(&path).await.0.as_u16(), 200);
        }
        assert!(kept(&app.junho).await.is_empty());
    }

    async fn whoever_leaves_keeps_nothing_of_the_room(app: TestApp) {
        let room = channel(&app).await;
        let plan = say(&app.minji, room, "계획").await;
        keep(&app.junho, &plan).await;
        let place = format!("/chat/rooms/{room}/members/{}", app.junho.id);
        assert_eq!(app.junho.delete(&place).await.0.as_u16(), 200);
        assert!(kept(&app.junho).await.is_empty());
        refused(&app.junho.put(&format!("/chat/kept/{}", plan["id"]), json!({})).await, 403, "FORBIDDEN");
        done(app.junho.post(&format!("/chat/rooms/{room}/members"), json!({})).await);
        assert!(kept(&app.junho).await.is_empty(), "also when they come back");
    }

    async fn one_more_than_three_hundred_cannot_be_kept(app: TestApp) {
        let room = channel(&app).await;
        let first = say(&app.minji, room, "하나").await;
        app.execute(
            "INSERT INTO chat_messages (room_id, seq, user_id, kind, text, html, mentions, sent_to, reply_count,
                 created_at, updated_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
             SELECT room_id, seq + i, user_id, kind, text, html, mentions, sent_to, 0, created_at, updated_at
             FROM chat_messages, n",
        )
        .await;
        app.execute("UPDATE chat_rooms SET last_seq = 300").await;
        app.execute(
            "INSERT INTO chat_kept (user_id, message_id, room_id, at)
             SELECT p.user_id, m.id, m.room_id, 0 FROM chat_messages m JOIN chat_members p ON p.room_id = m.room_id",
        )
        .await;
        let more = say(&app.minji, room, "하나 더").await;
        let path = format!("/chat/kept/{}", more["id"]);
        assert_eq!(kept(&app.junho).await.len(), 300);
        fields(&app.junho.put(&path, json!({})).await, &[("message", "MAX_ITEMS")]);
        keep(&app.junho, &first).await;
        assert_eq!(app.junho.delete(&format!("/chat/kept/{}", first["id"])).await.0.as_u16(), 200);
        keep(&app.junho, &more).await;
    }
}
