//! Concentrating: what others see of it, which notifications wait and how they are given, and the
//! goal of a day.

use super::helpers::{Client, Engine, START, TestApp, at, on_both_engines};
use crate::server::jobs;
use crate::time::{DAY, MINUTE, SECOND};
use http::StatusCode;
use serde_json::{Value, json};

impl Client {
    async fn concentrate(&self, secs: i64) -> Value {
        let (status, timer) = self.post("/timers", json!({"allocatedDuration": secs, "kind": "focus"})).await;
        assert_eq!(status, StatusCode::CREATED, "{timer}");
        timer
    }

    /// The kinds of the entries in the list, in the order of the alphabet: what is told in the same
    /// millisecond has no other.
    async fn listed(&self) -> Vec<String> {
        let (_, list) = self.get("/notifications").await;
        let entries = list["notifications"].as_array();
        let kind = |entry: &Value| entry["data"]["kind"].as_str().expect("a kind").to_owned();
        let mut kinds: Vec<String> = entries.unwrap_or_else(|| panic!("a list: {list}")).iter().map(kind).collect();
        kinds.sort();
        kinds
    }
}

async fn message(app: &TestApp, to: &Client, title: &str, priority: &str) {
    let new = json!({"userIds": [to.id], "title": title, "message": "본문", "priority": priority});
    let (status, body) = app.admin.post("/notifications", new).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
}

/// Why somebody was or was not told of each: category, bell, browser, in order.
async fn reasons(client: &Client) -> Vec<(String, String, String)> {
    let (_, why) = client.get("/notifications/decisions").await;
    let items = why["decisions"].as_array().unwrap_or_else(|| panic!("a list: {why}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reason =
        |one: &Value| (text(&one["category"]), text(&one["decision"]["inApp"]), text(&one["decision"]["browser"]));
    let mut reasons: Vec<_> = items.iter().map(reason).collect();
    reasons.sort();
    reasons
}

async fn state(app: &TestApp, of: &Client) -> String {
    let (_, here) = app.seoyeon.get("/presence").await;
    let people = here["items"].as_array().unwrap_or_else(|| panic!("people: {here}"));
    let id = json!(of.id);
    people
        .iter()
        .find(|person| person["id"] == id)
        .map_or_else(|| "absent".into(), |person| person["state"].as_str().expect("a state").to_owned())
}

/// What bells were told after a point.
async fn bells_after(app: &TestApp, seq: i64) -> Vec<Value> {
    let rows = app.log_rows().await.into_iter().filter(|row| row.seq > seq);
    let frames = rows.map(|row| serde_json::from_str::<Value>(&row.frame).expect("a frame is JSON"));
    frames.filter(|frame| frame["type"].as_str().is_some_and(|kind| kind.starts_with("notification:"))).collect()
}

async fn tick(app: &TestApp) {
    jobs::step(&app.app).await.expect("the jobs' step");
}

on_both_engines! {
    async fn who_concentrates_is_seen_to_until_the_end(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        assert_eq!(state(&app, &app.minji).await, "online");
        let timer = app.minji.concentrate(60).await;
        assert_eq!(state(&app, &app.minji).await, "focusing");
        let path = format!("/timers/{}", timer["id"].as_str().expect("an id"));
        app.minji.post(&format!("{path}/pause"), json!({})).await;
        assert_eq!(state(&app, &app.minji).await, "online");
        app.minji.post(&format!("{path}/resume"), json!({})).await;
        assert_eq!(state(&app, &app.minji).await, "focusing");
        app.set_clock(START + MINUTE);
        assert_eq!(state(&app, &app.minji).await, "online", "whether or not its end is written yet");
        // Somebody else's timer says nothing of who was put on it, and other kinds nothing of anybody.
        app.junho.post("/timers", json!({"allocatedDuration": 60, "kind": "focus", "userIds": [app.minji.id]})).await;
        app.minji.post("/timers", json!({"allocatedDuration": 60})).await;
        assert_eq!(state(&app, &app.minji).await, "online");
    }

    async fn notifications_wait_for_the_end_and_come_as_one(app: TestApp) {
        app.minji.concentrate(600).await;
        let head = app.head().await;
        message(&app, &app.minji, "하나", "normal").await;
        message(&app, &app.minji, "둘", "high").await;
        message(&app, &app.minji, "셋", "urgent").await;
        message(&app, &app.junho, "넷", "normal").await;
        assert_eq!(app.minji.listed().await, ["message"], "the urgent one comes through");
        assert_eq!(app.junho.listed().await, ["message"]);
        let kinds: Vec<_> = bells_after(&app, head).await.iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect();
        assert_eq!(kinds, ["notification:held", "notification:held", "notification:created", "notification:created"]);
        let held = ("messages".to_owned(), "held".to_owned(), "held".to_owned());
        let told = ("messages".to_owned(), "told".to_owned(), "told".to_owned());
        assert_eq!(reasons(&app.minji).await, [held.clone(), held, told.clone()]);
        let (_, unread) = app.minji.get("/notifications/unread-count").await;
        assert!(unread.to_string().contains('1'), "{unread}");

        let head = app.head().await;
        app.set_clock(START + 10 * MINUTE);
        tick(&app).await;
        tick(&app).await;
        assert_eq!(app.minji.listed().await, ["held_digest", "message", "message", "message", "timer_over"]);
        let digest = ("messages".to_owned(), "digest".to_owned(), "digest".to_owned());
        assert_eq!(reasons(&app.minji).await[..3], [digest.clone(), digest, told]);
        let events = bells_after(&app, head).await;
        let digests: Vec<_> = events.iter().filter(|event| event["data"]["notification"]["data"]["kind"] == "held_digest").collect();
        assert_eq!(digests.len(), 1, "exactly once");
        assert_eq!(digests[0]["data"]["notification"]["data"]["count"], 2);
        message(&app, &app.minji, "다섯", "normal").await;
        assert_eq!(app.minji.listed().await.len(), 6, "nothing waits any more");
    }

    async fn notices_for_everybody_wait_too(app: TestApp) {
        let room = app.room("한라산").await;
        app.minji.concentrate(600).await;
        app.junho.post("/reservations", json!({"roomId": room.id, "title": "회의", "startsAt": at(2),
            "endsAt": at(3)})).await;
        assert_eq!(app.minji.listed().await, Vec::<String>::new());
        assert_eq!(app.seoyeon.listed().await, ["booking_created"]);
        assert_eq!(reasons(&app.minji).await[0].1, "held");
        // What waits is not read, nor thrown away, with the rest.
        app.minji.patch("/notifications/read-all", json!({})).await;
        app.minji.delete("/notifications").await;
        app.set_clock(START + 10 * MINUTE);
        tick(&app).await;
        assert_eq!(app.minji.listed().await, ["booking_created", "held_digest", "timer_over"]);
    }

    async fn what_was_held_is_given_once_after_a_restart(app: TestApp) {
        let mut app = app;
        app.minji.concentrate(60).await;
        message(&app, &app.minji, "하나", "low").await;
        app.set_clock(START + MINUTE);
        app = app.restart().await;
        tick(&app).await;
        app = app.restart().await;
        tick(&app).await;
        let listed = app.minji.listed().await;
        assert_eq!(listed.iter().filter(|kind| *kind == "held_digest").count(), 1, "{listed:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM notification_holds").await, 0);
    }

    async fn nothing_waits_unless_it_is_wanted(app: TestApp) {
        let open = json!({"allocatedDuration": 600, "kind": "focus", "holdNotifications": false});
        let (_, timer) = app.minji.post("/timers", open).await;
        message(&app, &app.minji, "하나", "normal").await;
        assert_eq!(app.minji.listed().await.len(), 1);
        let path = format!("/timers/{}", timer["id"].as_str().expect("an id"));
        app.minji.patch(&path, json!({"holdNotifications": true})).await;
        message(&app, &app.minji, "둘", "normal").await;
        assert_eq!(app.minji.listed().await.len(), 1);
        // Another focus timer goes on when one ends.
        app.minji.concentrate(300).await;
        app.minji.post(&format!("{path}/stop"), json!({})).await;
        assert_eq!(app.minji.listed().await.len(), 1);
        app.set_clock(START + 5 * MINUTE);
        tick(&app).await;
        assert_eq!(app.minji.listed().await, ["held_digest", "message", "message", "timer_over"]);
    }

    async fn a_pause_gives_what_was_held(app: TestApp) {
        let timer = app.minji.concentrate(600).await;
        message(&app, &app.minji, "하나", "normal").await;
        let path = format!("/timers/{}", timer["id"].as_str().expect("an id"));
        app.minji.post(&format!("{path}/pause"), json!({})).await;
        assert_eq!(app.minji.listed().await, ["held_digest", "message"]);
        app.minji.post(&format!("{path}/resume"), json!({})).await;
        app.minji.post(&format!("{path}/stop"), json!({})).await;
        assert_eq!(app.minji.listed().await, ["held_digest", "message"], "nothing came: nothing is said");
    }

    async fn what_waits_can_be_seen_before_the_end(app: TestApp) {
        app.minji.concentrate(600).await;
        message(&app, &app.minji, "하나", "normal").await;
        assert_eq!(app.minji.post("/notifications/show-held", json!({})).await.0, StatusCode::NO_CONTENT);
        assert_eq!(app.minji.listed().await, ["message"], "without a word: she has asked");
        message(&app, &app.minji, "둘", "normal").await;
        assert_eq!(app.minji.listed().await.len(), 1, "and goes on concentrating");
        app.set_clock(START + 10 * MINUTE);
        tick(&app).await;
        assert_eq!(app.minji.listed().await, ["held_digest", "message", "message", "timer_over"]);
        let head = app.head().await;
        assert_eq!(app.junho.post("/notifications/show-held", json!({})).await.0, StatusCode::NO_CONTENT);
        assert_eq!(app.head().await, head, "nothing was held");
    }

    async fn a_meeting_that_starts_soon_does_not_wait(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        app.junho.post("/reservations", json!({"roomId": room.id, "title": "회의", "startsAt": at(1),
            "endsAt": at(2), "attendeeIds": [app.minji.id]})).await;
        app.minji.concentrate(7200).await;
        app.later(START + 51 * MINUTE).await;
        tick(&app).await;
        assert!(app.minji.listed().await.contains(&"starts_soon".to_owned()), "{:?}", app.minji.listed().await);
    }

    async fn the_end_of_a_timer_is_in_the_bell_of_all_its_people(app: TestApp) {
        app.minji.post("/timers", json!({"allocatedDuration": 60, "title": "초안", "userIds": [app.junho.id],
            "cycle": {"rest": 60, "rounds": 2}})).await;
        for minutes in 1..=4 {
            app.set_clock(START + minutes * MINUTE);
            tick(&app).await;
        }
        for client in [&app.minji, &app.junho] {
            assert_eq!(client.listed().await, ["timer_over", "timer_over"], "of work, not of rests");
        }
        let (_, timer) = app.minji.post("/timers", json!({"allocatedDuration": 60})).await;
        app.minji.post(&format!("/timers/{}/stop", timer["id"].as_str().expect("an id")), json!({})).await;
        assert_eq!(app.minji.listed().await.len(), 2, "who ends one by hand knows");
    }

    async fn a_goal_is_reached_once_a_day(app: TestApp) {
        let mut app = app;
        app.minji.put("/timers/goal", json!({"minutes": 2})).await;
        let goals = async |app: &TestApp| app.minji.listed().await.iter().filter(|kind| *kind == "goal_achieved").count();
        app.minji.concentrate(60).await;
        app.set_clock(START + MINUTE);
        tick(&app).await;
        assert_eq!(goals(&app).await, 0);
        let timer = app.minji.concentrate(600).await;
        app.set_clock(START + 2 * MINUTE - SECOND);
        let path = format!("/timers/{}", timer["id"].as_str().expect("an id"));
        app.minji.post(&format!("{path}/pause"), json!({})).await;
        assert_eq!(goals(&app).await, 0, "a second is missing");
        app.minji.post(&format!("{path}/resume"), json!({})).await;
        app.set_clock(START + 2 * MINUTE);
        app.minji.post(&format!("{path}/pause"), json!({})).await;
        assert_eq!(goals(&app).await, 1);
        // Neither more focus nor another goal nor a restart says so again on this day.
        app.minji.put("/timers/goal", json!({"minutes": null})).await;
        app.minji.put("/timers/goal", json!({"minutes": 1})).await;
        app = app.restart().await;
        app.minji.post(&format!("{path}/stop"), json!({})).await;
        app.minji.concentrate(60).await;
        app.set_clock(START + 3 * MINUTE);
        tick(&app).await;
        assert_eq!(goals(&app).await, 1);
        app.later(START + DAY).await;
        app.minji.concentrate(60).await;
        app.set_clock(START + DAY + MINUTE);
        tick(&app).await;
        assert_eq!(goals(&app).await, 2, "another day");
        let (_, list) = app.minji.get("/notifications").await;
        assert!(list.to_string().contains("goal_achieved"), "{list}");
    }
}
