//! Timers that somebody must see to: forgotten ones, and those of meetings that end.

use super::helpers::{Client, Engine, START, TestApp, at, on_both_engines};
use crate::server::jobs;
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};

async fn started(client: &Client, new: Value) -> Value {
    let (status, timer) = client.post("/timers", new).await;
    assert_eq!(status, StatusCode::CREATED, "{timer}");
    timer
}

fn path(timer: &Value) -> String {
    format!("/timers/{}", timer["id"].as_str().expect("an id"))
}

/// The titles in somebody's bell, newest first.
async fn bell(client: &Client) -> Vec<String> {
    let (_, list) = client.get("/notifications").await;
    let entries = list["notifications"].as_array().unwrap_or_else(|| panic!("a list: {list}"));
    entries.iter().map(|entry| entry["data"]["kind"].as_str().expect("a kind").to_owned()).collect()
}

/// Whether somebody's page of timers asks whether the timer is still meant.
async fn asks(app: &TestApp, who: &str) -> bool {
    let (status, html) = app.browser(who, false).await.get("/timers").await;
    assert_eq!(status, StatusCode::OK);
    html.as_str().expect("a page").contains("아직 쓰고 있나요?")
}

/// Lets the clock come to an instant, with everybody still signed in, and does what is due.
async fn come_to(app: &mut TestApp, instant: Timestamp) {
    app.later(instant).await;
    jobs::step(&app.app).await.expect("the jobs' step");
    jobs::step(&app.app).await.expect("once more");
}

on_both_engines! {
    async fn a_forgotten_timer_is_asked_about_and_stopped(app: TestApp) {
        let mut app = app;
        let timer = started(&app.minji, json!({"allocatedDuration": 80_000, "kind": "focus", "userIds": [app.junho.id]})).await;
        let long = started(&app.minji, json!({"allocatedDuration": 86_400})).await;
        come_to(&mut app, START + 4 * HOUR - 1).await;
        assert_eq!(app.minji.get(&path(&timer)).await.1["askedAt"], Value::Null);
        come_to(&mut app, START + 4 * HOUR).await;
        let (_, asked) = app.minji.get(&path(&timer)).await;
        assert_eq!((&asked["askedAt"], &asked["status"], &asked["version"]), (&json!(START + 4 * HOUR), &json!("RUNNING"), &json!(2)));
        // The question waits with the rest until she has stopped concentrating, but stands on the timer.
        assert_eq!(bell(&app.junho).await, Vec::<String>::new(), "its owner is asked");
        come_to(&mut app, START + 4 * HOUR + 30 * MINUTE).await;
        let (_, kept) = app.minji.patch(&path(&timer), json!({})).await;
        assert_eq!((&kept["askedAt"], &kept["endsAt"]), (&Value::Null, &timer["endsAt"]), "{kept}");
        // Asked again, the process is down when the answer is due.
        come_to(&mut app, START + 8 * HOUR + 30 * MINUTE).await;
        app.set_clock(START + 11 * HOUR);
        app = app.restart().await;
        come_to(&mut app, START + 11 * HOUR).await;
        let (_, stopped) = app.minji.get(&path(&timer)).await;
        assert_eq!((&stopped["status"], &stopped["endedAt"]), (&json!("COMPLETED"), &json!(START + 9 * HOUR + 30 * MINUTE)), "as was said");
        assert_eq!(stopped["elapsedTime"], 9 * 3600 + 1800);
        assert_eq!(app.count("SELECT COUNT(*) FROM log WHERE kind = 'timer:completed'").await, 2, "told to both, once");
        let (_, untouched) = app.minji.get(&path(&long)).await;
        assert_eq!((&untouched["status"], &untouched["askedAt"]), (&json!("RUNNING"), &Value::Null), "a day is what it was given");
    }

    async fn a_pause_may_last_a_night(app: TestApp) {
        let mut app = app;
        let timer = started(&app.minji, json!({"allocatedDuration": 600})).await;
        app.minji.post(&format!("{}/pause", path(&timer)), json!({})).await;
        come_to(&mut app, START + HOUR).await;
        assert_eq!(app.minji.get(&path(&timer)).await.1["askedAt"], json!(START + HOUR));
        assert_eq!(bell(&app.minji).await, ["timer_forgotten"]);
        assert!(asks(&app, "minji").await);
        app.minji.patch(&path(&timer), json!({})).await;
        assert!(!asks(&app, "minji").await, "somebody is there");
        come_to(&mut app, START + 2 * HOUR).await;
        assert_eq!(app.minji.get(&path(&timer)).await.1["askedAt"], json!(START + 2 * HOUR));
        come_to(&mut app, START + HOUR + DAY - 1).await;
        assert_eq!(app.minji.get(&path(&timer)).await.1["status"], "PAUSED");
        come_to(&mut app, START + HOUR + DAY).await;
        let (_, stopped) = app.minji.get(&path(&timer)).await;
        assert_eq!((&stopped["status"], &stopped["elapsedTime"]), (&json!("COMPLETED"), &json!(0)));
    }

    async fn a_meeting_that_ends_offers_more_time(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let (status, booking) = app.minji.post("/reservations", json!({"roomId": room.id, "title": "주간 회의", "startsAt": at(0),
            "endsAt": at(1), "attendeeIds": [app.junho.id]})).await;
        assert_eq!(status, StatusCode::CREATED, "{booking}");
        let timer = started(&app.minji, json!({"allocatedDuration": 3600, "scheduleId": booking["id"], "reservationId": booking["id"]})).await;
        come_to(&mut app, START + 55 * MINUTE - SECOND).await;
        assert_eq!(app.minji.get(&path(&timer)).await.1["offer"], Value::Null);
        come_to(&mut app, START + 55 * MINUTE).await;
        let (_, offered) = app.junho.get(&path(&timer)).await;
        assert_eq!(offered["offer"], json!({"endsAt": at(1)}), "nobody has the room then");
        assert_eq!(offered["version"], 2, "offered once");
        for client in [&app.minji, &app.junho] {
            assert_eq!(bell(client).await[0], "meeting_ending");
        }
        let extend = format!("/reservations/{}/extend", booking["id"].as_str().expect("an id"));
        let later = Timestamp(START.0 + 75 * MINUTE);
        let (status, body) = app.minji.post(&extend, json!({"endsAt": later})).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let (_, longer) = app.junho.get(&path(&timer)).await;
        assert_eq!((&longer["endsAt"], &longer["allocatedDuration"], &longer["offer"]), (&json!(later), &json!(4500), &Value::Null));

        // Now somebody else has the room afterwards.
        let (status, next) = app.seoyeon.post("/reservations", json!({"roomId": room.id, "title": "다음", "startsAt": later,
            "endsAt": at(2)})).await;
        assert_eq!(status, StatusCode::CREATED, "{next}");
        come_to(&mut app, START + 70 * MINUTE).await;
        let (_, offered) = app.minji.get(&path(&timer)).await;
        assert_eq!(offered["offer"], json!({"endsAt": later, "takenAt": later}));
        let end = format!("/reservations/{}/end", booking["id"].as_str().expect("an id"));
        assert_eq!(app.minji.post(&end, json!({})).await.0, StatusCode::OK);
        let (_, over) = app.junho.get(&path(&timer)).await;
        assert_eq!((&over["status"], &over["endedAt"]), (&json!("COMPLETED"), &json!(START + 70 * MINUTE)));
    }

    async fn a_timer_that_does_not_end_with_its_booking_stays_as_it_is(app: TestApp) {
        let room = app.room("한라산").await;
        let (_, booking) = app.minji.post("/reservations", json!({"roomId": room.id, "title": "회의", "startsAt": at(0), "endsAt": at(1)})).await;
        let timer = started(&app.minji, json!({"allocatedDuration": 1800, "scheduleId": booking["id"]})).await;
        let extend = format!("/reservations/{}/extend", booking["id"].as_str().expect("an id"));
        app.minji.post(&extend, json!({"endsAt": at(2)})).await;
        assert_eq!(app.minji.get(&path(&timer)).await.1["endsAt"], timer["endsAt"]);
    }
}
