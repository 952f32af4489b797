//! The room of a booking follows the booking.

use super::{done, history, refused, room, say};
use crate::ids::ChatRoomId;
use crate::realtime::protocol::{Event, Topic};
use crate::tests::helpers::{Client, Engine, SocketIo, TestApp, at, hour, on_both_engines};
use serde_json::{Value, json};

/// Minji's booking with Junho, one hour from now, and its room.
async fn meeting(app: &TestApp) -> (Value, ChatRoomId) {
    let place = app.room(&format!("한라산 {}", app.head().await)).await;
    let mut body = hour(place.id, 1);
    body["attendeeIds"] = json!([app.junho.id]);
    let (_, booking) = app.minji.post("/reservations", body).await;
    let live = room(&app.minji, json!({"kind": "live", "reservationId": booking["id"]})).await;
    (booking, live)
}

fn path_of(booking: &Value) -> String {
    format!("/reservations/{}", booking["id"].as_str().expect("an id"))
}

async fn change(by: &Client, booking: &Value, mut patch: Value) -> Value {
    patch["version"] = booking["version"].clone();
    let (status, changed) = by.patch(&path_of(booking), patch).await;
    assert!(status.is_success(), "{changed}");
    changed
}

async fn members(by: &Client, room: ChatRoomId) -> Vec<Value> {
    let list = done(by.get(&format!("/chat/rooms/{room}/members")).await);
    list.as_array().expect("members").iter().map(|member| member["user_id"].clone()).collect()
}

async fn room_of(by: &Client, room: ChatRoomId) -> Value {
    done(by.get(&format!("/chat/rooms/{room}")).await)
}

on_both_engines! {
    async fn who_is_invited_later_comes_in_and_who_is_taken_off_is_out_at_once(app: TestApp) {
        let (booking, live) = meeting(&app).await;
        say(&app.minji, live, "자료입니다").await;
        let mut junho = SocketIo::of(&app.junho).await;
        junho.emit("joinChat", json!({"chatRoomId": live.to_string()})).await;
        junho.expect("chatHistory").await;
        let mut seoyeon = app.seoyeon.socket("").await;
        seoyeon.hello().await;
        let head = app.head().await;
        let booking = change(&app.minji, &booking, json!({"attendeeIds": [app.seoyeon.id]})).await;
        assert_eq!(members(&app.minji, live).await, [json!(app.minji.id.0), json!(app.seoyeon.id.0)]);
        assert_eq!(room_of(&app.minji, live).await["member_count"], 2);

        // One transaction with the booking's: nothing stands between the two in the log.
        let kinds: Vec<String> = app.events_after(head).await.iter().map(|event| event["type"].as_str().unwrap_or("").to_owned()).collect();
        let expected = ["reservation:updated", "chat:member_leave", "topic:revoked", "chat:member_join", "topic:granted", "chat:room_joined"];
        assert_eq!(kinds, expected);
        refused(&app.junho.get(&format!("/chat/rooms/{live}/messages")).await, 403, "FORBIDDEN");
        refused(&app.junho.post(&format!("/chat/rooms/{live}/messages"), json!({"message": "x"})).await, 403, "FORBIDDEN");
        loop {
            // Told of the booking first, as everybody is who was on it.
            let (event, data) = junho.event().await;
            if event == "error" {
                assert_eq!(data["code"], "FORBIDDEN", "a socket loses the room with the membership");
                break;
            }
        }
        // What is said from now on reaches her, on the socket that was open before.
        say(&app.minji, live, "어서 오세요").await;
        let frames = seoyeon.durable_until(app.head().await).await;
        assert!(frames.iter().any(|frame| matches!(&frame.event, Event::ChatMessage(m) if m.message == "어서 오세요")));
        junho.emit("sendMessage", json!({"chatRoomId": live.to_string(), "message": "x"})).await;
        assert_eq!(junho.expect("error").await["code"], "FORBIDDEN");

        // Whoever an admin of the room has brought along stays, whatever becomes of the booking's list.
        done(app.minji.post(&format!("/chat/rooms/{live}/members"), json!({"user_id": app.junho.id.0})).await);
        change(&app.minji, &booking, json!({"attendeeIds": []})).await;
        assert_eq!(members(&app.minji, live).await, [json!(app.minji.id.0), json!(app.junho.id.0)]);
    }

    async fn people_follow_the_booking_into_and_out_of_a_closed_room_too(app: TestApp) {
        let (booking, live) = meeting(&app).await;
        say(&app.minji, live, "자료입니다").await;
        done(app.minji.patch(&format!("/chat/rooms/{live}"), json!({"archived": true})).await);
        let head = app.head().await;
        let patch = json!({"title": "월간 회의", "startsAt": at(3), "endsAt": at(4), "attendeeIds": [app.seoyeon.id]});
        change(&app.minji, &booking, patch).await;
        assert_eq!(members(&app.seoyeon, live).await, [json!(app.minji.id.0), json!(app.seoyeon.id.0)]);
        refused(&app.junho.get(&format!("/chat/rooms/{live}/messages")).await, 403, "FORBIDDEN");

        // Nothing is said there any more, not even what has become of the booking.
        let closed = room_of(&app.seoyeon, live).await;
        assert_eq!((closed["archived_at"].is_string(), &closed["name"]), (true, &json!("회의")));
        let messages = history(&app.seoyeon, live).await;
        assert_eq!(messages.iter().map(|message| &message["message"]).collect::<Vec<_>>(), ["자료입니다"]);
        let events = app.events_after(head).await;
        let of_room: Vec<_> = events.iter().filter(|event| event["topic"] == json!(Topic::Chat(live).to_string())).collect();
        assert_eq!(of_room.iter().map(|event| &event["type"]).collect::<Vec<_>>(), ["chat:member_leave", "chat:member_join"]);
    }

    async fn it_is_called_as_the_booking_is_unless_somebody_named_it(app: TestApp) {
        let (booking, live) = meeting(&app).await;
        let booking = change(&app.minji, &booking, json!({"title": "월간 회의"})).await;
        assert_eq!(room_of(&app.junho, live).await["name"], "월간 회의");
        done(app.minji.patch(&format!("/chat/rooms/{live}"), json!({"name": "우리 방"})).await);
        let booking = change(&app.minji, &booking, json!({"title": "연간 회의", "attendeeIds": [app.seoyeon.id]})).await;
        assert_eq!(room_of(&app.seoyeon, live).await["name"], "우리 방");
        // What concerns neither people nor title does not touch it.
        let head = app.head().await;
        change(&app.minji, &booking, json!({"startsAt": at(3), "endsAt": at(4)})).await;
        assert!(app.events_after(head).await.iter().all(|event| !event["topic"].as_str().unwrap_or("").starts_with("chat:")));
    }

    async fn it_closes_with_the_booking(app: TestApp) {
        let mut app = app;
        for n in 0..3 {
            let (booking, live) = meeting(&app).await;
            let head = app.head().await;
            let status = match n {
                0 => app.minji.post(&format!("{}/cancel", path_of(&booking)), json!({})).await.0,
                1 => app.admin.delete(&path_of(&booking)).await.0,
                _ => {
                    // Under way, and ended early.
                    app.later(at(1)).await;
                    app.minji.post(&format!("{}/end", path_of(&booking)), json!({})).await.0
                }
            };
            assert!(status.is_success(), "{n}");
            let closed = room_of(&app.junho, live).await;
            assert!(closed["archived_at"].is_string(), "{n}");
            assert_eq!(closed["reservation_id"].is_null(), n == 1, "a deleted booking has no room");
            refused(&app.junho.post(&format!("/chat/rooms/{live}/messages"), json!({"message": "x"})).await, 409, "CHAT_ROOM_ARCHIVED");
            let of_room = app.events_after(head).await.into_iter().filter(|event| event["type"] == "chat:room_updated").count();
            assert_eq!(of_room, 1, "{n}: told once");
            assert!(app.events_after(head).await.iter().any(|event| event["topic"] == json!(Topic::Chat(live).to_string())));
        }
    }

    async fn it_closes_when_the_booking_is_rejected(app: TestApp) {
        let place = app.room_with(json!({"name": "백두산", "capacity": 4, "requiresApproval": true})).await;
        let (_, booking) = app.minji.post("/reservations", hour(place.id, 1)).await;
        let live = room(&app.minji, json!({"kind": "live", "reservationId": booking["id"]})).await;
        assert!(app.admin.post(&format!("{}/reject", path_of(&booking)), json!({})).await.0.is_success());
        assert!(room_of(&app.minji, live).await["archived_at"].is_string());
    }
}
