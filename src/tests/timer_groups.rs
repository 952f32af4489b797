//! Timers that follow a chat room or a booking: who comes into it comes onto them, who leaves it goes.

use super::helpers::{Client, Engine, START, TestApp, assert_fields, assert_refused, at, on_both_engines};
use crate::time::{HOUR, MINUTE};
use crate::timers::server::engine;
use http::StatusCode;
use serde_json::{Value, json};

impl Client {
    async fn chat_room(&self, members: &[&Client]) -> i64 {
        let ids: Vec<_> = members.iter().map(|member| member.id).collect();
        let new = json!({"name": "기획", "kind": "private", "memberIds": ids});
        let (status, made) = self.post("/chat/rooms", new).await;
        assert_eq!(status, StatusCode::OK, "{made}");
        made["data"]["id"].as_i64().unwrap_or_else(|| panic!("a room: {made}"))
    }

    async fn enters(&self, room: i64, who: &Client) {
        let (status, body) = self.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": who.id.0})).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    async fn leaves(&self, room: i64) {
        let (status, body) = self.delete(&format!("/chat/rooms/{room}/members/{}", self.id.0)).await;
        assert!(status.is_success(), "{body}");
    }
}

/// Who is on a timer, by its owner's view.
async fn people(owner: &Client, timer: &Value) -> Vec<String> {
    let (status, timer) = owner.get(&format!("/timers/{}", timer["id"].as_str().expect("an id"))).await;
    assert_eq!(status, StatusCode::OK, "{timer}");
    let name = |person: &Value| person["name"].as_str().expect("a name").to_owned();
    timer["people"].as_array().expect("people").iter().map(name).collect()
}

async fn started(client: &Client, new: Value) -> Value {
    let (status, timer) = client.post("/timers", new).await;
    assert_eq!(status, StatusCode::CREATED, "{timer}");
    timer
}

async fn shared(client: &Client, timer: &Value, share: Value) -> super::helpers::Answer {
    client.post(&format!("/timers/{}/share", timer["id"].as_str().expect("an id")), share).await
}

/// The timer events after a point: type, topic, and how many people the timer has in it.
async fn told(app: &TestApp, seq: i64) -> Vec<(String, String, usize)> {
    let of = |event: Value| {
        let text = |member: &str| event[member].as_str().unwrap_or_default().to_owned();
        text("type")
            .starts_with("timer:")
            .then(|| (text("type"), text("topic"), event["data"]["people"].as_array().map_or(0, Vec::len)))
    };
    app.events_after(seq).await.into_iter().filter_map(of).collect()
}

on_both_engines! {
    async fn the_members_of_a_chat_room_are_on_its_timers(app: TestApp) {
        let room = app.minji.chat_room(&[&app.junho]).await;
        let timer = started(&app.minji, json!({"allocatedDuration": 1500})).await;
        let (status, answer) = shared(&app.minji, &timer, json!({"chatRoomId": room})).await;
        assert_eq!((status, answer["people"].as_array().map(Vec::len)), (StatusCode::OK, Some(2)), "{answer}");
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho"]);

        app.set_clock(START + MINUTE);
        let head = app.head().await;
        app.minji.enters(room, &app.seoyeon).await;
        let user = |client: &Client| format!("user:{}", client.id);
        let mut heard = told(&app, head).await;
        heard.sort();
        let mut expected = vec![("timer:created".to_owned(), user(&app.seoyeon), 3),
            ("timer:updated".into(), user(&app.minji), 3), ("timer:updated".into(), user(&app.junho), 3)];
        expected.sort();
        assert_eq!(heard, expected);
        let path = format!("/timers/{}", timer["id"].as_str().expect("an id"));
        let (_, theirs) = app.seoyeon.get(&path).await;
        assert_eq!((&theirs["endsAt"], &theirs["elapsedTime"]), (&timer["endsAt"], &json!(60)), "the right time at once");
        let refused = app.seoyeon.post(&format!("{path}/pause"), json!({})).await;
        assert_refused(&refused, 403, "FORBIDDEN");

        let head = app.head().await;
        app.seoyeon.leaves(room).await;
        let mut heard = told(&app, head).await;
        heard.sort();
        let mut expected = vec![("timer:updated".to_owned(), user(&app.minji), 2), ("timer:updated".into(), user(&app.junho), 2),
            ("timer:updated".into(), user(&app.seoyeon), 0)];
        expected.sort();
        assert_eq!(heard, expected, "nothing of the others");
        assert_refused(&app.seoyeon.get(&path).await, 404, "NOT_FOUND");
    }

    async fn who_is_named_stays_when_a_room_loses_them(app: TestApp) {
        let room = app.minji.chat_room(&[&app.junho, &app.seoyeon]).await;
        let other = app.minji.chat_room(&[&app.seoyeon]).await;
        let timer = started(&app.minji, json!({"allocatedDuration": 1500, "userIds": [app.junho.id], "chatRoomId": room})).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho", "seoyeon"]);
        shared(&app.minji, &timer, json!({"chatRoomId": other})).await;
        app.junho.leaves(room).await;
        app.seoyeon.leaves(room).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho", "seoyeon"], "one by name, one by the other room");
        app.seoyeon.leaves(other).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho"]);

        // Whoever was taken off it comes back with the room.
        app.minji.enters(room, &app.seoyeon).await;
        let path = format!("/timers/{}/people/{}", timer["id"].as_str().expect("an id"), app.seoyeon.id);
        assert_eq!(app.minji.delete(&path).await.0, StatusCode::NO_CONTENT);
        app.seoyeon.leaves(room).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho"]);
        app.minji.enters(room, &app.seoyeon).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho", "seoyeon"]);
    }

    async fn a_room_that_is_not_ones_own_cannot_be_chosen(app: TestApp) {
        let room = app.junho.chat_room(&[&app.seoyeon]).await;
        let timer = started(&app.minji, json!({"allocatedDuration": 60})).await;
        for room in [json!(room), json!(99_999)] {
            assert_fields(&shared(&app.minji, &timer, json!({"chatRoomId": room})).await, &[("chatRoomId", "UNKNOWN")]);
            let new = app.minji.post("/timers", json!({"allocatedDuration": 60, "chatRoomId": room})).await;
            assert_fields(&new, &[("chatRoomId", "UNKNOWN")]);
        }
        for wrong in [json!("x"), json!(1.5), json!([1])] {
            let (status, body) = shared(&app.minji, &timer, json!({"chatRoomId": wrong})).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        }
        assert_eq!(people(&app.minji, &timer).await, ["minji"]);
    }

    async fn what_has_ended_stays_with_those_who_were_there(app: TestApp) {
        let room = app.minji.chat_room(&[&app.junho]).await;
        let timer = started(&app.minji, json!({"allocatedDuration": 60, "chatRoomId": room})).await;
        app.set_clock(START + MINUTE);
        // Its deadline has come, whether or not that is written yet.
        app.minji.enters(room, &app.seoyeon).await;
        engine::complete_due(&app.app).await.expect("the deadline");
        let head = app.head().await;
        app.junho.leaves(room).await;
        assert_eq!(told(&app, head).await, []);
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho"]);
    }

    async fn a_series_goes_on_following_its_room(app: TestApp) {
        let room = app.minji.chat_room(&[&app.junho]).await;
        started(&app.minji, json!({"allocatedDuration": 60, "chatRoomId": room, "cycle": {"rest": 60, "rounds": 2}})).await;
        app.set_clock(START + MINUTE);
        engine::complete_due(&app.app).await.expect("the deadline");
        let (_, list) = app.minji.get("/timers").await;
        let rest = list["items"][0].clone();
        assert_eq!((&rest["kind"], people(&app.minji, &rest).await), (&json!("break"), vec!["minji".to_owned(), "junho".into()]));
        app.junho.leaves(room).await;
        app.minji.enters(room, &app.seoyeon).await;
        assert_eq!(people(&app.minji, &rest).await, ["minji", "seoyeon"]);
    }

    async fn the_people_of_a_booking_see_its_timer_for_as_long_as_they_are_in_it(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let booking = app.minji.post("/reservations", json!({"roomId": room.id, "title": "주간 회의", "startsAt": at(0),
            "endsAt": at(2), "attendeeIds": [app.junho.id]})).await.1;
        let timer = started(&app.minji, json!({"allocatedDuration": 3600, "reservationId": booking["id"]})).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho"]);
        let path = format!("/reservations/{}", booking["id"].as_str().expect("an id"));
        let attend = async |app: &TestApp, version: i64, ids: Value| {
            let (status, body) = app.minji.patch(&path, json!({"attendeeIds": ids, "version": version})).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            body["version"].as_i64().expect("a version")
        };
        let version = attend(&app, booking["version"].as_i64().expect("a version"), json!([app.junho.id, app.seoyeon.id])).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "junho", "seoyeon"]);
        let version = attend(&app, version, json!([app.seoyeon.id])).await;
        assert_eq!(people(&app.minji, &timer).await, ["minji", "seoyeon"]);
        app.later(START + HOUR).await;
        attend(&app, version, json!([app.junho.id, app.seoyeon.id])).await;
        engine::complete_due(&app.app).await.expect("the deadline");
        assert_eq!(people(&app.minji, &timer).await, ["minji", "seoyeon"], "it was over");
    }
}
