//! `Idempotency-Key` on what changes something in a room: a repeat answers the first response and does nothing.

use super::{channel, done, refused, say};
use crate::tests::helpers::{Engine, TestApp, on_both_engines};
use crate::time::MINUTE;
use serde_json::json;

on_both_engines! {
    async fn what_is_asked_for_again_is_done_once(app: TestApp) {
        let room = channel(&app).await;
        let message = say(&app.junho, room, "공지").await["id"].clone();
        let (here, under) = (format!("/chat/rooms/{room}"), format!("/chat/messages/{message}"));
        let theirs = format!("{here}/members/{}", app.junho.id);
        for (n, (path, body, other)) in [
            ("/chat/rooms".to_owned(), json!({"name": "둘째", "kind": "channel"}), json!({"name": "셋째", "kind": "channel"})),
            (format!("{here}/members"), json!({"user_id": app.seoyeon.id.0}), json!({"user_id": app.admin.id.0})),
            (format!("{here}/read"), json!({}), json!({"last_read_seq": 1})),
            (format!("{here}/unread"), json!({"unread_from": 1}), json!({"unread_from": 2})),
            // An hour from the first time on.
            (format!("{here}/mute"), json!({"mute": "hour"}), json!({"mute": "off"})),
            (format!("{under}/reactions"), json!({"emoji": "👍"}), json!({"emoji": "👀"})),
            // What is so already is answered once too.
            (format!("{theirs}/bar"), json!({"bar": "off"}), json!({"bar": "forever"})),
            (format!("{theirs}/bar"), json!({"bar": "hour"}), json!({"bar": "off"})),
        ]
        .into_iter()
        .enumerate()
        {
            let key = format!("key {n}");
            let first = app.minji.post_once(&path, &key, &body).await;
            assert_eq!(first.0, 200, "{path}: {}", first.1);
            let head = app.head().await;
            app.set_clock(app.app.now() + MINUTE);
            for _ in 0..2 {
                assert_eq!(app.minji.post_once(&path, &key, &body).await, first, "{path}");
            }
            let request = app.minji.request("POST", &path).header("idempotency-key", &key).json(&other);
            refused(&app.minji.send(request).await, 422, "IDEMPOTENCY_MISMATCH");
            assert_eq!(app.head().await, head, "{path}");
        }
        let members = done(app.minji.get(&format!("{here}/members")).await);
        assert_eq!(members.as_array().map(Vec::len), Some(3));
    }

    async fn a_repeat_undoes_nothing_that_came_between(app: TestApp) {
        let room = channel(&app).await;
        let bar = format!("/chat/rooms/{room}/members/{}/bar", app.junho.id);
        let off = app.minji.post_once(&bar, "off", &json!({"bar": "off"})).await;
        done(app.minji.post(&bar, json!({"bar": "forever"})).await);
        assert_eq!(app.minji.post_once(&bar, "off", &json!({"bar": "off"})).await, off);
        refused(&app.junho.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "x"})).await, 403, "WRITING_BARRED");
    }
}
