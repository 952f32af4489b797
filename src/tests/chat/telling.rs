//! What happens to a room is told among its messages.

use super::{channel, done, fields, history, refused, room, say};
use crate::ids::ChatRoomId;
use crate::tests::helpers::{Client, Engine, TestApp, hour, on_both_engines};
use serde_json::{Value, json};

/// A private room of Minji's in which Junho is too and has read everything.
async fn private(app: &TestApp) -> ChatRoomId {
    let room = room(&app.minji, json!({"name": "인사", "kind": "private", "memberIds": [app.junho.id]})).await;
    say(&app.minji, room, "시작").await;
    read(&app.junho, room).await;
    room
}

async fn read(by: &Client, room: ChatRoomId) {
    assert_eq!(by.post(&format!("/chat/rooms/{room}/read"), json!({})).await.0.as_u16(), 200);
}

async fn unread(by: &Client) -> Value {
    done(by.get("/chat/rooms").await)[0]["unread_count"].clone()
}

/// What stands in the room of type `system`.
async fn told(by: &Client, room: ChatRoomId) -> Vec<Value> {
    let mut list = history(by, room).await;
    list.retain(|message| message["message_type"] == json!("system"));
    list.iter_mut().map(|message| message["change"].take()).collect()
}

on_both_engines! {
    async fn what_is_done_to_a_room_is_told_and_is_news_to_nobody_who_has_read_the_rest(app: TestApp) {
        let room = private(&app).await;
        let path = format!("/chat/rooms/{room}");
        done(app.minji.patch(&path, json!({"name": "인사 **위원회**", "topic": "채용"})).await);
        done(app.minji.patch(&path, json!({"topic": ""})).await);
        done(app.minji.post(&format!("{path}/members"), json!({"user_id": app.seoyeon.id.0})).await);
        let changes = told(&app.junho, room).await;
        assert_eq!(changes, [
            json!({"renamed": {"name": "인사 **위원회**"}}),
            json!({"topic": {"topic": "채용"}}),
            json!({"topic": {"topic": ""}}),
            json!({"added": {"name": "seoyeon"}}),
        ]);
        let list = history(&app.junho, room).await;
        assert_eq!(list.iter().map(|m| m["seq"].clone()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(list[1]["message"], json!("minji 님이 방 이름을 ‘인사 **위원회**’(으)로 바꿨습니다."));
        assert_eq!(list[1]["html"], json!("<p>minji 님이 방 이름을 ‘인사 **위원회**’(으)로 바꿨습니다.</p>"));
        assert!(list.iter().all(|m| m["unread_by"] == json!(0) && m["is_read"] == json!(true)));
        for client in [&app.minji, &app.junho, &app.seoyeon] {
            assert_eq!(unread(client).await, json!(0));
        }
        // Whoever has something to read goes on from there, and over what follows upon it.
        say(&app.minji, room, "환영합니다").await;
        done(app.minji.patch(&path, json!({"topic": "면접"})).await);
        assert_eq!((unread(&app.junho).await, unread(&app.minji).await), (json!(2), json!(0)));
        assert_eq!(history(&app.minji, room).await[6]["unread_by"], json!(2));
        assert_eq!(app.junho.post(&format!("{path}/read"), json!({"last_read_seq": 6})).await.0.as_u16(), 200);
        assert_eq!(unread(&app.junho).await, json!(0), "nothing that anybody has said is left");
        let members = format!("{path}/members");
        assert_eq!(app.minji.delete(&format!("{members}/{}", app.seoyeon.id)).await.0.as_u16(), 200);
        assert_eq!(app.junho.delete(&format!("{members}/{}", app.junho.id)).await.0.as_u16(), 200);
        assert_eq!(told(&app.minji, room).await[5..], [json!({"removed": {"name": "seoyeon"}}), json!("left")]);
    }

    async fn it_is_told_where_somebody_has_written_and_somebody_can(app: TestApp) {
        let silent = room(&app.minji, json!({"name": "빈 방", "kind": "private"})).await;
        done(app.minji.patch(&format!("/chat/rooms/{silent}"), json!({"topic": "주제"})).await);
        assert!(history(&app.minji, silent).await.is_empty());
        // Who comes and goes in a channel is no news; what it is called is.
        let open = channel(&app).await;
        say(&app.minji, open, "하나").await;
        done(app.seoyeon.post(&format!("/chat/rooms/{open}/members"), json!({})).await);
        assert_eq!(app.seoyeon.delete(&format!("/chat/rooms/{open}/members/{}", app.seoyeon.id)).await.0.as_u16(), 200);
        done(app.minji.patch(&format!("/chat/rooms/{open}"), json!({"name": "기획"})).await);
        assert_eq!(told(&app.minji, open).await, [json!({"renamed": {"name": "기획"}})]);
        done(app.minji.patch(&format!("/chat/rooms/{open}"), json!({"name": "옛 기획", "archived": true})).await);
        assert_eq!(told(&app.minji, open).await.len(), 1, "nothing is written in a closed room");
    }

    async fn a_booking_that_is_moved_is_told_in_its_room(app: TestApp) {
        let place = app.room("한라산").await;
        let (_, booking) = app.minji.post("/reservations", hour(place.id, 1)).await;
        let live = room(&app.minji, json!({"kind": "live", "reservationId": booking["id"]})).await;
        say(&app.minji, live, "자료입니다").await;
        let mut patch = hour(place.id, 3);
        patch["title"] = json!("주간 점검");
        patch["version"] = booking["version"].clone();
        let (status, moved) = app.minji.patch(&format!("/reservations/{}", booking["id"].as_str().expect("an id")), patch).await;
        assert!(status.is_success(), "{moved}");
        assert_eq!(told(&app.minji, live).await, [
            json!({"renamed": {"name": "주간 점검"}}),
            json!({"moved": {"starts_at": moved["startsAt"], "ends_at": moved["endsAt"], "room": "한라산"}}),
        ]);
        let words = history(&app.minji, live).await.pop().expect("a message")["message"].clone();
        assert!(words.as_str().is_some_and(|words| words.starts_with("minji 님이 예약을 옮겼습니다. ") && words.ends_with(" · 한라산")), "{words}");
    }

    async fn it_is_nobodys_to_change_to_answer_or_to_find(app: TestApp) {
        let room = private(&app).await;
        done(app.minji.patch(&format!("/chat/rooms/{room}"), json!({"topic": "채용계획"})).await);
        let id = history(&app.minji, room).await[1]["id"].clone();
        let message = format!("/chat/messages/{id}");
        refused(&app.minji.patch(&message, json!({"message": "x"})).await, 403, "FORBIDDEN");
        refused(&app.minji.delete(&message).await, 403, "FORBIDDEN");
        refused(&app.minji.post(&format!("{message}/reactions"), json!({"emoji": "👍"})).await, 404, "NOT_FOUND");
        refused(&app.minji.put(&format!("/chat/kept/{id}"), json!({})).await, 404, "NOT_FOUND");
        for (field, value, named) in [("reply_to", &id, "replyTo"), ("thread_root", &id, "threadRoot"), ("message_type", &json!("system"), "messageType")] {
            let sent = json!({"message": "x", field: value});
            fields(&app.minji.post(&format!("/chat/rooms/{room}/messages"), sent).await, &[(named, "UNKNOWN")]);
        }
        let hits = done(app.minji.get("/chat/search?q=채용계획").await);
        assert_eq!(hits.as_array().map(Vec::len), Some(0), "{hits}");
        assert_eq!(history(&app.minji, room).await.len(), 2);
    }
}
