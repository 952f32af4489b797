//! Each code of contracts §4.6.

use super::{NOBODY, Talk, request};
use crate::tests::helpers::{Engine, Socket, TestApp, on_both_engines};
use serde_json::json;

on_both_engines! {
    async fn each_documented_code_is_provoked(app: TestApp) {
        let [mut hers, mut his] = [Talk::open(&app, &app.minji).await, Talk::open(&app, &app.junho).await];
        let mut ids = Vec::new();
        for command in ["", "timer.pause", "timer.stop"] {
            hers.say("timer.create", json!({"allocatedDuration": 600})).await;
            let id = hers.timer("timer.created").await["id"].clone();
            if !command.is_empty() {
                hers.say(command, json!({"timerId": id})).await;
                hers.hear().await;
            }
            ids.push(id);
        }
        let [running, paused, ended] = ids.try_into().expect("three timers");
        let share = format!("/timers/{}/share", running.as_str().expect("an id"));
        assert_eq!(app.minji.post(&share, json!({"userIds": [app.junho.id]})).await.0, 200);
        hers.timer("timer.updated").await;
        his.timer("timer.created").await;

        let of = |kind: &str, id: &serde_json::Value| json!({"type": kind, "payload": {"timerId": id}}).to_string();
        let create = |secs: serde_json::Value| json!({"type": "timer.create", "payload": {"allocatedDuration": secs}}).to_string();
        let table = [
            (true, of("timer.pause", &json!(NOBODY)), "TIMER_NOT_FOUND"),
            (false, of("timer.resume", &paused), "TIMER_NOT_FOUND"),
            (true, of("timer.pause", &ended), "TIMER_ALREADY_COMPLETED"),
            (true, of("timer.resume", &ended), "TIMER_ALREADY_COMPLETED"),
            (true, of("timer.stop", &ended), "TIMER_ALREADY_COMPLETED"),
            (true, of("timer.pause", &paused), "TIMER_NOT_RUNNING"),
            (true, of("timer.resume", &running), "TIMER_NOT_PAUSED"),
            (false, of("timer.pause", &running), "FORBIDDEN"),
            (true, "{".into(), "INVALID_MESSAGE"),
            (true, create(json!(0)), "INVALID_MESSAGE"),
            (true, create(json!(-1)), "INVALID_MESSAGE"),
            (true, create(json!(86_401)), "INVALID_MESSAGE"),
            (true, create(json!("60")), "INVALID_MESSAGE"),
            (true, of("timer.explode", &running), "UNKNOWN_TYPE"),
        ];
        for (is_hers, text, code) in table {
            let talk = if is_hers { &mut hers } else { &mut his };
            talk.say_text(&text).await;
            assert_eq!(talk.refusal().await, code, "{text}");
        }
        // Whatever was refused, the sockets are of use, and nobody has heard of it.
        for talk in [&mut hers, &mut his] {
            assert!(talk.waiting().await.is_empty());
        }

        let mut stranger = Talk(Socket::open_with(request(&app, "", "authorization.bearer.x")).await.expect("an upgrade"));
        assert_eq!(stranger.refusal().await, "UNAUTHORIZED");
        assert_eq!(stranger.0.close_code().await, 1008);

        let mut hasty = Talk::open(&app, &app.seoyeon).await;
        for _ in 0..120 {
            assert_eq!(hasty.refused("nonsense", json!({})).await, "UNKNOWN_TYPE");
        }
        assert_eq!(hasty.refused("nonsense", json!({})).await, "RATE_LIMIT_EXCEEDED");

        // The server's own fault.
        app.execute("ALTER TABLE timers RENAME TO mislaid").await;
        assert_eq!(his.refused("timer.sync", json!({})).await, "INTERNAL_ERROR");
        app.execute("ALTER TABLE mislaid RENAME TO timers").await;
        his.say("timer.sync", json!({})).await;
        assert_eq!(his.hear().await["type"], "timer.synced", "the socket stays open");
    }
}
