//! `room:status_changed`: told exactly once per change, by the commands and by the clock.

use super::helpers::{Engine, START, TestApp, at, hour, on_both_engines, until};
use crate::accounts::model::Role;
use crate::reservations::server::{book_room, end_reservation};
use crate::rooms::server::status;
use crate::server::application::Application;
use crate::server::clock::Clock;
use crate::time::{MINUTE, SECOND, Timestamp};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// What was told of rooms' statuses after a point: before and after, who did it, and when.
async fn told(app: &TestApp, head: i64) -> Vec<(String, String, Value, Timestamp)> {
    let events = app.events_after(head).await.into_iter().filter(|event| event["type"] == "room:status_changed");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    events
        .map(|event| {
            let (room, before) = (&event["data"]["room"], &event["data"]["previousStatus"]);
            let at = serde_json::from_value(event["timestamp"].clone()).expect("an instant");
            (text(before), text(&room["status"]), event["userId"].clone(), at)
        })
        .collect()
}

fn change(before: &str, after: &str, who: Value, at: Timestamp) -> (String, String, Value, Timestamp) {
    (before.to_owned(), after.to_owned(), who, at)
}

async fn done(app: &TestApp, booking: &Value, command: &str) {
    let path = format!("/reservations/{}/{command}", booking["id"].as_str().expect("an id"));
    let (status, answer) = app.minji.post(&path, json!({})).await;
    assert_eq!(status, 200, "{answer}");
}

on_both_engines! {
    async fn the_clock_changes_a_status_exactly_once_at_each_boundary(app: TestApp) {
        let room = app.room("한라산").await.id;
        // One right after the other: the room stays in use, and nothing is told in between.
        for hours in [1, 2] {
            app.minji.book(room, hours).await;
        }
        let head = app.head().await;
        app.strike(at(1) - 1).await;
        assert_eq!(told(&app, head).await, []);
        app.strike(at(1)).await;
        app.strike(at(1)).await;
        app.strike(at(2)).await;
        app.strike(at(3) - 1).await;
        let begun = change("available", "in_use", Value::Null, at(1));
        assert_eq!(told(&app, head).await, std::slice::from_ref(&begun));
        app.strike(at(3)).await;
        app.strike(at(3) + 1).await;
        assert_eq!(told(&app, head).await, [begun, change("in_use", "available", Value::Null, at(3))]);
    }

    async fn the_event_says_what_the_room_is_then(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let booking = app.minji.book(room.id, 1).await;
        let head = app.head().await;
        app.later(at(1)).await;
        app.strike(at(1)).await;
        let event = &app.events_after(head).await[0];
        let (_, seen) = app.seoyeon.get(&format!("/rooms/{}", room.id)).await;
        assert_eq!(event["data"], json!({"room": seen, "previousStatus": "available"}));
        assert_eq!((&seen["status"], &seen["currentReservation"]["id"]), (&json!("in_use"), &booking["id"]));
        assert_eq!((&event["topic"], &event["seq"], &event["prev"]), (&json!("org"), &json!(head + 1), &json!(head)));
        assert_eq!(event.get("userId"), None);
    }

    async fn what_changed_while_the_process_was_down_is_told_once_it_is_up(app: TestApp) {
        let mut app = app;
        let (first, second) = (app.room("한라산").await.id, app.room("백두산").await.id);
        app.minji.book(first, 1).await;
        // Begins and ends meanwhile: it is as it was.
        let mut short = hour(second, 1);
        short["endsAt"] = json!(at(1) + 10 * MINUTE);
        assert_eq!(app.minji.post("/reservations", short).await.0, 201);
        let head = app.head().await;
        app.set_clock(at(1) + 20 * MINUTE);
        app = app.restart().await;
        app.strike(at(1) + 20 * MINUTE).await;
        let caught_up = change("available", "in_use", Value::Null, at(1) + 20 * MINUTE);
        assert_eq!(told(&app, head).await, std::slice::from_ref(&caught_up));
        app = app.restart().await;
        app.strike(at(1) + 21 * MINUTE).await;
        assert_eq!(told(&app, head).await, [caught_up]);
    }

    async fn a_clock_that_is_set_back_a_little_takes_nothing_back(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await.id;
        app.minji.book(room, 1).await;
        let head = app.head().await;
        app.strike(at(1)).await;
        app.strike(at(1) - 30 * SECOND).await;
        app = app.restart().await;
        app.strike(at(1) - 20 * SECOND).await;
        app.strike(at(1) + SECOND).await;
        assert_eq!(told(&app, head).await.len(), 1);
        // By more it is a correction: what is true is told.
        app.strike(at(0) + 30 * MINUTE).await;
        assert_eq!(told(&app, head).await[1..], [change("in_use", "available", Value::Null, at(0) + 30 * MINUTE)]);
        app.strike(at(1)).await;
        assert_eq!(told(&app, head).await.len(), 3);
    }

    async fn two_who_notice_at_once_tell_it_once(app: TestApp) {
        let room = app.room("한라산").await.id;
        app.minji.book(room, 1).await;
        let head = app.head().await;
        join_all((0..8).map(|_| app.strike(at(1)))).await;
        assert_eq!(told(&app, head).await.len(), 1);
    }

    async fn a_command_tells_at_once_what_it_changes(app: TestApp) {
        let (room, other) = (app.room("한라산").await.id, app.room("백두산").await.id);
        let minji = json!(app.minji.id);
        let steps = async |head: i64, expected: &[(&str, &str)]| {
            let expected: Vec<_> = expected.iter().map(|(b, a)| change(b, a, minji.clone(), app.app.now())).collect();
            assert_eq!(told(&app, head).await, expected);
            // There is nothing left for the clock to tell.
            app.strike(app.app.now()).await;
            assert_eq!(told(&app, head).await, expected);
        };
        let head = app.head().await;
        let later = app.minji.book(room, 5).await;
        steps(head, &[]).await;
        let booking = app.minji.book(room, 0).await;
        steps(head, &[("available", "in_use")]).await;

        let head = app.head().await;
        done(&app, &booking, "cancel").await;
        done(&app, &later, "cancel").await;
        steps(head, &[("in_use", "available")]).await;

        let booking = app.minji.book(room, 0).await;
        let head = app.head().await;
        let path = format!("/reservations/{}", booking["id"].as_str().expect("an id"));
        assert_eq!(app.minji.patch(&path, json!({"roomId": other, "version": 1})).await.0, 200);
        steps(head, &[("in_use", "available"), ("available", "in_use")]).await;

        app.set_clock(START + MINUTE);
        let head = app.head().await;
        done(&app, &booking, "end").await;
        steps(head, &[("in_use", "available")]).await;

        let rest = json!({"roomId": other, "title": "회의", "startsAt": START + MINUTE, "endsAt": at(1)});
        let (_, booking) = app.minji.post("/reservations", rest).await;
        let head = app.head().await;
        assert_eq!(app.admin.delete(&format!("/reservations/{}", booking["id"].as_str().expect("an id"))).await.0, 204);
        assert_eq!(told(&app, head).await, [change("in_use", "available", json!(app.admin.id), START + MINUTE)]);
    }

    async fn what_a_private_meeting_makes_of_a_room_does_not_say_whose_it_is(app: TestApp) {
        let room = app.room("한라산").await.id;
        let head = app.head().await;
        let body = json!({"roomId": room, "title": "면담", "startsAt": at(0), "endsAt": at(1), "private": true});
        let (_, booking) = app.minji.post("/reservations", body).await;
        app.set_clock(START + MINUTE);
        done(&app, &booking, "end").await;
        let nobody = |before, after, at| change(before, after, Value::Null, at);
        let told = told(&app, head).await;
        assert_eq!(told, [nobody("available", "in_use", START), nobody("in_use", "available", START + MINUTE)]);
    }

    async fn a_pending_booking_uses_the_room_once_it_is_approved(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        let head = app.head().await;
        let booking = app.minji.book(room.id, 0).await;
        // Only this: nobody has decided at its start, so it would also be given up.
        status::step(&app.app).await.expect("a step");
        assert_eq!(told(&app, head).await, []);
        let path = format!("/reservations/{}/approve", booking["id"].as_str().expect("an id"));
        assert_eq!(app.admin.post(&path, json!({})).await.0, 200);
        assert_eq!(told(&app, head).await, [change("available", "in_use", json!(app.admin.id), START)]);
    }

    async fn a_deleted_room_is_not_told_of(app: TestApp) {
        let room = app.room("한라산").await;
        app.minji.book(room.id, 0).await;
        app.minji.book(room.id, 2).await;
        let head = app.head().await;
        assert_eq!(app.admin.delete(&format!("/rooms/{}?cancelReservations=true", room.id)).await.0, 204);
        app.strike(at(2)).await;
        assert_eq!(told(&app, head).await, []);
    }

    async fn a_process_whose_clock_runs_tells_by_itself_within_a_second(app: TestApp) {
        let room = app.room("한라산").await.id;
        let second = Application::build(app.app.config.clone(), Clock::System).await.expect("a server");
        let running = second.app.clone();
        let server = tokio::spawn(second.run());
        // The machine may stand still for a moment; it does not do so each time.
        let mut late = Vec::new();
        for tries in 1..=5 {
            let starts_at = running.now() + 300;
            let mut new = serde_json::from_value(hour(room, 0)).expect("a booking");
            let crate::reservations::model::NewReservation { starts_at: from, ends_at: to, .. } = &mut new;
            (*from, *to) = (starts_at, starts_at + 30 * MINUTE);
            let caller = app.caller(&app.minji, Role::Employee);
            let head = app.head().await;
            let booking = book_room(&running, &caller, new).await.expect("booked");
            until("the start is told", || async { !told(&app, head).await.is_empty() }).await;
            let told = told(&app, head).await;
            assert!(told.len() == 1 && told[0].3 >= starts_at, "{told:?} at {starts_at}");
            late.push(told[0].3 - starts_at);
            if late[tries - 1] <= SECOND {
                break;
            }
            end_reservation(&running, &caller, booking.id).await.expect("ended");
        }
        assert!(late.iter().any(|late| *late <= SECOND), "{late:?} ms late");
        running.stopping.cancel();
        server.await.expect("no panic").expect("it ends");
    }
}
