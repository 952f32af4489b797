//! Who wanted a slot that was taken: told once it is free, by whichever way it became so.

use super::helpers::{Client, Engine, TestApp, assert_refused, at, hour, on_both_engines};
use crate::ids::RoomId;
use crate::realtime::protocol::Event;
use crate::server::jobs;
use crate::time::{HOUR, MINUTE};
use serde_json::{Value, json};

fn path(booking: &Value, command: &str) -> String {
    format!("/reservations/{}{command}", booking["id"].as_str().expect("an id"))
}

#[track_caller]
fn done((status, body): super::helpers::Answer) -> Value {
    assert!(status.is_success(), "{status}: {body}");
    body
}

/// Somebody asks for a slot that is taken.
async fn want(client: &Client, body: Value) {
    assert_refused(&client.post("/reservations", body).await, 409, "RESERVATION_CONFLICT");
}

/// What somebody was told of free slots: room and times.
async fn told(client: &Client) -> Vec<(String, Value, Value)> {
    let list = done(client.get("/notifications?limit=100").await);
    let list = list["notifications"].as_array().expect("a list").clone();
    let free = list.into_iter().filter(|entry| entry["data"]["kind"] == "slot_free");
    free.map(|entry| {
        let data = &entry["data"];
        (data["room"].as_str().expect("a name").to_owned(), data["startsAt"].clone(), data["endsAt"].clone())
    })
    .collect()
}

on_both_engines! {
    async fn a_slot_that_becomes_free_is_told_of_whichever_way_it_does(app: TestApp) {
        let mut app = app;
        let (here, there) = (app.room("한라산").await.id, app.room("백두산").await.id);
        let asks = app.room_with(json!({"name": "설악산", "capacity": 6, "requiresApproval": true})).await.id;
        let ways: [(&str, RoomId); 7] = [
            ("cancel", here), ("delete", here), ("another room", here), ("another time", here), ("reject", asks),
            ("expire", asks), ("end early", here),
        ];
        for (day, (way, room)) in (1..).zip(ways) {
            // A day for each, so that none is in another's way.
            let first = 24 * day;
            app.later(at(first - 1)).await;
            let booking = app.minji.book(room, first).await;
            // Half of it, so that ending early leaves enough.
            let (from, to) = (at(first) + 30 * MINUTE, at(first + 1));
            let wanted = json!({"roomId": room, "title": "나도", "startsAt": from, "endsAt": to});
            want(&app.junho, wanted.clone()).await;
            want(&app.junho, wanted).await;
            let before = told(&app.junho).await.len();
            match way {
                "cancel" => drop(done(app.minji.post(&path(&booking, "/cancel"), json!({})).await)),
                "delete" => assert_eq!(app.admin.delete(&path(&booking, "")).await.0, 204),
                "another room" => {
                    drop(done(app.minji.patch(&path(&booking, ""), json!({"roomId": there, "version": 1})).await));
                }
                "another time" => {
                    let patch = json!({"startsAt": at(first + 2), "endsAt": at(first + 3), "version": 1});
                    drop(done(app.minji.patch(&path(&booking, ""), patch).await));
                }
                "reject" => drop(done(app.admin.post(&path(&booking, "/reject"), json!({})).await)),
                "expire" => {
                    // At its start, when half of it still lies ahead.
                    app.later(at(first)).await;
                    jobs::step(&app.app).await.expect("a step");
                }
                _ => {
                    app.later(at(first) + 10 * MINUTE).await;
                    drop(done(app.minji.post(&path(&booking, "/end"), json!({})).await));
                }
            }
            let list = told(&app.junho).await;
            assert_eq!(list.len(), before + 1, "{way}: once");
            assert!(list.iter().any(|(_, starts_at, ends_at)| (starts_at, ends_at) == (&json!(from), &json!(to))), "{way}");
            assert_eq!(told(&app.seoyeon).await, [], "{way}: nobody else");
        }
        assert_eq!(told(&app.minji).await, []);
        assert_eq!(app.count("SELECT COUNT(*) FROM slot_wishes").await, 0);
    }

    async fn it_comes_live_with_a_way_to_book(app: TestApp) {
        let room = app.room("한라산").await;
        let mut body = hour(room.id, 2);
        (body["private"], body["title"]) = (json!(true), json!("비밀"));
        let booking = done(app.minji.post("/reservations", body).await);
        want(&app.junho, hour(room.id, 2)).await;
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        done(app.minji.post(&path(&booking, "/cancel"), json!({})).await);
        let frame = loop {
            let frame = socket.durable().await;
            if matches!(frame.event, Event::NotificationCreated(_)) {
                break serde_json::to_value(frame).expect("JSON");
            }
        };
        let told = &frame["data"];
        let notification = &told["notification"];
        assert_eq!(frame["topic"], json!(format!("user:{}", app.junho.id)));
        assert_eq!((&notification["data"]["kind"], &notification["priority"]), (&json!("slot_free"), &json!("high")));
        assert_eq!(notification["actionUrl"], "/timeline?date=2026-11-23");
        assert_eq!(notification["expiresAt"], json!(at(3)));
        assert!(told["message"].as_str().expect("words").contains("한라산"), "{told}");
        assert!(!frame.to_string().contains("비밀") && !frame.to_string().contains("minji"), "whose it was is not told");
        done(app.junho.post("/reservations", hour(room.id, 2)).await);
    }

    async fn only_what_is_wholly_free_and_still_wanted_is_told_of(app: TestApp) {
        let mut app = app;
        let (room, other) = (app.room("한라산").await.id, app.room("백두산").await.id);
        let span = |from: i64, to: i64| json!({"roomId": room, "title": "x", "startsAt": at(from), "endsAt": at(to)});
        let (first, second) = (app.minji.book(room, 2).await, app.minji.book(room, 3).await);
        want(&app.junho, span(2, 4)).await;
        want(&app.seoyeon, span(2, 3)).await;
        // The one who gives it up wanted it too: that is no news.
        want(&app.minji, span(2, 4)).await;
        // Seoyeon has found something else at that time.
        app.seoyeon.book(other, 2).await;
        done(app.minji.post(&path(&first, "/cancel"), json!({})).await);
        assert_eq!((told(&app.junho).await, told(&app.seoyeon).await), (vec![], vec![]), "half of it, and found");
        done(app.minji.post(&path(&second, "/cancel"), json!({})).await);
        assert_eq!(told(&app.junho).await, [("한라산".to_owned(), json!(at(2)), json!(at(4)))]);
        assert_eq!(told(&app.minji).await, []);

        // In a room that has closed, or for a time that has passed, there is nothing to tell.
        let closed = app.minji.book(room, 5).await;
        want(&app.junho, span(5, 6)).await;
        let version = done(app.admin.get(&format!("/rooms/{room}")).await)["version"].clone();
        done(app.admin.patch(&format!("/rooms/{room}"), json!({"maintenance": true, "version": version})).await);
        done(app.minji.post(&path(&closed, "/cancel"), json!({})).await);
        assert_eq!(told(&app.junho).await.len(), 1);
        let long = done(app.minji.post("/reservations", json!({"roomId": other, "title": "x", "startsAt": at(7), "endsAt": at(9)})).await);
        want(&app.junho, json!({"roomId": other, "title": "x", "startsAt": at(7), "endsAt": at(8)})).await;
        app.later(at(7) + HOUR / 2).await;
        done(app.minji.post(&path(&long, "/end"), json!({})).await);
        assert_eq!(told(&app.junho).await.iter().filter(|(_, from, _)| *from == json!(at(7))).count(), 0);
    }
}
