//! What happens by the clock.

use super::counts_until;
use crate::accounts::model::Role;
use crate::notifications::server::{jobs, notification_center};
use crate::server::jobs::step;
use crate::tests::helpers::{Engine, START, TestApp, hour, on_both_engines};
use crate::time::{DAY, HOUR, MINUTE};
use http::StatusCode;
use serde_json::json;

on_both_engines! {
    async fn people_are_reminded_once_ten_minutes_before_the_start(app: TestApp) {
        let mut app = app;
        let room = app.room("별당").await;
        let mut body = hour(room.id, 2);
        body["attendeeIds"] = json!([app.junho.id]);
        app.minji.post("/reservations", body).await;
        app.clear(&[&app.junho]).await;
        let due = START + 2 * HOUR - 10 * MINUTE;
        app.later(due - 1).await;
        jobs::remind(&app.app).await.unwrap();
        assert!(app.told(&app.minji).await.is_empty(), "a millisecond early");
        app.set_clock(due);
        jobs::remind(&app.app).await.unwrap();
        jobs::remind(&app.app).await.unwrap();
        for client in [&app.minji, &app.junho] {
            assert_eq!(app.told(client).await, ["starts_soon"]);
        }
        // Neither deleting it nor a new process reminds again.
        app.clear(&[&app.minji]).await;
        app = app.restart().await;
        app.set_clock(due + MINUTE);
        jobs::remind(&app.app).await.unwrap();
        assert!(app.told(&app.minji).await.is_empty());
        assert_eq!(app.told(&app.junho).await, ["starts_soon"]);
        // It is of no use any more when the meeting is over.
        app.later(START + 3 * HOUR - 1).await;
        assert_eq!(app.unread(&app.junho).await, 1);
        app.set_clock(START + 3 * HOUR);
        assert_eq!((app.unread(&app.junho).await, app.told(&app.junho).await.len()), (0, 0));
    }

    async fn a_reminder_that_was_missed_comes_late_and_one_that_makes_no_sense_not_at_all(app: TestApp) {
        let mut app = app;
        let room = app.room("별당").await;
        let booking = app.minji.book(room.id, 2).await;
        app.minji.book(room.id, 4).await;
        // The process was down at that moment, and comes back four minutes before the start.
        app.set_clock(START + 2 * HOUR - 4 * MINUTE);
        app = app.restart().await;
        jobs::remind(&app.app).await.unwrap();
        app.later(app.app.now()).await;
        assert_eq!(app.told(&app.minji).await, ["starts_soon"]);
        // A booking that moves reminds again, of its new start.
        let patch = json!({"version": 1, "startsAt": START + 3 * HOUR, "endsAt": START + 3 * HOUR + 30 * MINUTE});
        app.minji.patch(&format!("/reservations/{}", booking["id"].as_str().unwrap()), patch).await;
        app.later(START + 3 * HOUR - 10 * MINUTE).await;
        jobs::remind(&app.app).await.unwrap();
        assert_eq!(app.told(&app.minji).await, ["starts_soon", "starts_soon"]);
        // Down until after the start: the moment has passed.
        app.later(START + 4 * HOUR).await;
        jobs::remind(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM reminders").await, 2);
        // Who books at the last minute knows.
        let body = json!({"roomId": room.id, "title": "급한 회의", "startsAt": app.app.now() + 61 * MINUTE, "endsAt": app.app.now() + 90 * MINUTE});
        app.later(START + 4 * HOUR + 52 * MINUTE).await;
        assert_eq!(app.minji.post("/reservations", body).await.0, StatusCode::CREATED);
        jobs::remind(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM reminders").await, 2);
    }

    async fn those_who_decide_hear_an_hour_before_it_is_too_late(app: TestApp) {
        let mut app = app;
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        app.minji.book(room.id, 5).await;
        app.clear(&[&app.admin]).await;
        app.later(START + 4 * HOUR - 1).await;
        step(&app.app).await.unwrap();
        assert!(app.told(&app.admin).await.is_empty());
        app.set_clock(START + 4 * HOUR);
        step(&app.app).await.unwrap();
        step(&app.app).await.unwrap();
        assert_eq!(app.told(&app.admin).await, ["approval_expiring"]);
        assert_eq!(app.told(&app.minji).await, ["approval_expiring"]);
        // A booking days ahead is to be decided within a day.
        app.minji.book(room.id, 4 + 72).await;
        app.later(START + 4 * HOUR + 23 * HOUR).await;
        step(&app.app).await.unwrap();
        assert_eq!(
            app.told(&app.minji).await,
            ["approval_decided", "approval_expiring"],
            "the first was given up, the second is due"
        );
    }

    async fn what_expires_is_gone_at_that_very_moment(app: TestApp) {
        let told = app.message(&app.junho, "잠깐", json!({"expiresAt": START + HOUR})).await;
        app.message(&app.junho, "계속", json!({})).await;
        let (mut socket, caller) = (app.junho.socket("").await, app.caller(&app.junho, Role::Employee));
        socket.hello().await;
        app.set_clock(START + HOUR - 1);
        let bell = notification_center(&app.app, &caller).await.unwrap().state;
        assert_eq!((bell.unread(START + HOUR - 1), bell.unread(START + HOUR)), (2, 1), "by the clock alone");
        assert_eq!((bell.newest(START + HOUR - 1).len(), bell.newest(START + HOUR).len()), (2, 1));
        app.set_clock(START + HOUR);
        assert_eq!(crate::notifications::server::count_unread(&app.app, &caller).await, Ok(1));
        let id = told["id"].as_str().unwrap().parse().unwrap();
        let mark = crate::notifications::model::Mark::Read;
        let refused = crate::notifications::server::mark_notification(&app.app, &caller, &id, mark).await;
        assert_eq!(refused.unwrap_err(), crate::error::AppError::NotFound);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 1);
        let head = app.head().await;
        assert_eq!(counts_until(&mut socket, head).await, [1]);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.head().await, head, "nothing is left to forget");
    }

    async fn what_was_read_is_forgotten_after_thirty_days(app: TestApp) {
        let room = app.room("별당").await;
        app.minji.book(room.id, 1).await;
        let read = app.message(&app.junho, "읽은 것", json!({})).await;
        app.message(&app.junho, "읽지 않은 것", json!({})).await;
        app.junho.patch(&format!("/notifications/{}/read", read["id"].as_str().unwrap()), json!({})).await;
        app.set_clock(START + 30 * DAY);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 2, "to the very day");
        assert_eq!(app.count("SELECT COUNT(*) FROM notices").await, 1);
        app.set_clock(START + 30 * DAY + 1);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM notices").await, 0);
        assert_eq!(app.center(&app.junho).await.unread(app.app.now()), 1);
    }
}
