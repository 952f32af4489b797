//! What those who manage a room do to a member, and what the member is told.

use super::{channel, done, fields, history, refused, room, say};
use crate::ids::ChatRoomId;
use crate::realtime::protocol::Event;
use crate::tests::helpers::{Answer, Client, Engine, SocketIo, TestApp, answer, on_both_engines};
use crate::time::HOUR;
use serde_json::{Value, json};

async fn bar(by: &Client, room: ChatRoomId, whom: &Client, bar: &str, reason: &str) -> Answer {
    by.post(&format!("/chat/rooms/{room}/members/{}/bar", whom.id), json!({"bar": bar, "reason": reason})).await
}

async fn remove(by: &Client, room: ChatRoomId, whom: &Client, reason: &str) -> Answer {
    by.delete(&format!("/chat/rooms/{room}/members/{}?reason={reason}", whom.id)).await
}

/// Title and text of what stands in somebody's list, newest first.
async fn told(by: &Client) -> Vec<(String, String)> {
    let (_, list) = by.get("/notifications").await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let list = list["notifications"].as_array().expect("a list");
    list.iter().map(|entry| (text(&entry["title"]), text(&entry["message"]))).collect()
}

/// Action, person and reason of what was noted, newest first.
async fn noted(app: &TestApp) -> Vec<(Value, Value, Value)> {
    let audit = done(app.admin.get("/chat/audit").await);
    let audit = audit.as_array().expect("a list");
    audit.iter().map(|entry| (entry["action"].clone(), entry["user_name"].clone(), entry["reason"].clone())).collect()
}

on_both_engines! {
    async fn whoever_is_kept_from_writing_reads_and_changes_nothing(app: TestApp) {
        let room = channel(&app).await;
        let theirs = say(&app.junho, room, "무례한 글").await["id"].clone();
        let now = app.app.now();
        let barred = done(bar(&app.minji, room, &app.junho, "hour", " 욕설 ").await);
        assert_eq!((&barred["user_id"], &barred["barred_until"]), (&json!(app.junho.id.0), &json!(now + HOUR)));
        let messages = format!("/chat/rooms/{room}/messages");
        for (method, path, body) in [
            ("POST", messages.clone(), json!({"message": "x"})),
            ("PATCH", format!("/chat/messages/{theirs}"), json!({"message": "x"})),
            ("POST", format!("/chat/messages/{theirs}/reactions"), json!({"emoji": "👍"})),
            ("POST", format!("/chat/rooms/{room}/files?name=x"), json!("x")),
        ] {
            let answer = app.junho.send(app.junho.request(method, &path).json(&body)).await;
            refused(&answer, 403, "WRITING_BARRED");
            assert_eq!(answer.1["error"]["until"], json!(now + HOUR), "{path}");
        }
        // They see it themselves and why; others see that it is so.
        let mine = done(app.junho.get(&format!("/chat/rooms/{room}")).await);
        assert_eq!(mine["bar"], json!({"until": now + HOUR, "reason": "욕설"}));
        assert_eq!(done(app.minji.get(&format!("/chat/rooms/{room}")).await)["bar"], Value::Null);
        let members = done(app.minji.get(&format!("/chat/rooms/{room}/members")).await);
        assert_eq!((&members[0]["barred_until"], &members[1]["barred_until"]), (&Value::Null, &json!(now + HOUR)));
        assert!(!members.to_string().contains("욕설"), "{members}");
        // Reading goes on, and what is one's own can be taken back.
        say(&app.minji, room, "계속 읽으세요").await;
        assert_eq!(history(&app.junho, room).await.len(), 2);
        done(app.junho.post(&format!("/chat/rooms/{room}/read"), json!({})).await);
        done(app.junho.delete(&format!("/chat/messages/{theirs}")).await);
        // It is over by itself.
        let mut app = app;
        app.later(now + HOUR - 1).await;
        refused(&app.junho.post(&messages, json!({"message": "x"})).await, 403, "WRITING_BARRED");
        app.later(now + HOUR).await;
        say(&app.junho, room, "다시 씁니다").await;
    }

    async fn it_is_told_on_each_surface_in_its_own_shape(app: TestApp) {
        let room = channel(&app).await;
        let mut page = app.junho.socket("").await;
        page.hello().await;
        let mut listener = app.minji.socket_at(&format!("/ws/chat/{room}")).await;
        let (mut stream, mut gateway) = (SocketIo::of(&app.junho).await, SocketIo::of(&app.junho).await);
        stream.emit("join-room", json!({"streamId": room.to_string(), "user": {}})).await;
        stream.expect("message-history").await;
        gateway.emit("joinChat", json!({"chatRoomId": room.to_string()})).await;
        gateway.expect("chatHistory").await;
        let until = app.app.now() + HOUR;
        done(bar(&app.minji, room, &app.junho, "hour", "욕설").await);
        let words = "관리자가 이 방에서 글쓰기를 제한했습니다. 읽을 수는 있습니다.";
        for socket in [&mut stream, &mut gateway] {
            assert_eq!(socket.expect("error").await, json!({"message": words, "code": "WRITING_BARRED"}));
            assert_eq!(socket.expect("newNotification").await["title"], "글쓰기가 제한됨");
        }
        stream.emit("send-message", json!({"streamId": room.to_string(), "message": "x"})).await;
        assert_eq!(stream.expect("error").await, json!({"message": words, "code": "WRITING_BARRED"}));
        gateway.emit("sendMessage", json!({"chatRoomId": room.to_string(), "message": "x"})).await;
        let failed = json!({"message": "메시지 전송에 실패했습니다.", "code": "WRITING_BARRED"});
        assert_eq!(gateway.expect("error").await, failed);
        let receipt = gateway.call("sendMessage", json!({"chatRoomId": room.to_string(), "message": "x"})).await;
        assert_eq!((&receipt["ok"], &receipt["code"], &receipt["message"]), (&json!(false), &json!("WRITING_BARRED"), &json!(words)));
        assert_eq!(gateway.expect("error").await, failed);
        let updated = loop {
            let frame: Value = serde_json::from_str(&listener.any_text().await).expect("JSON");
            if frame["type"] == "member_updated" {
                break frame;
            }
        };
        assert_eq!((&updated["user_id"], &updated["data"]["user_id"], &updated["data"]["barred_until"]), (&json!(app.minji.id.0), &json!(app.junho.id.0), &json!(until)));
        // Every page of theirs, with the reason, which nobody else gets.
        let frames = page.durable_until(app.head().await).await;
        let place = frames.iter().find_map(|frame| match &frame.event { Event::ChatPlace(event) => event.place.bar.clone(), _ => None });
        assert_eq!(place.map(|bar| (bar.until, bar.reason)), Some((until, "욕설".to_owned())));
        let rows = app.log_rows().await;
        let with_reason = rows.iter().filter(|row| row.frame.contains("욕설"));
        assert!(with_reason.clone().count() == 2 && with_reason.clone().all(|row| row.topic == format!("user:{}", app.junho.id)));
        // Reading goes on; another role is no news of it.
        say(&app.minji, room, "계속 읽으세요").await;
        assert_eq!(stream.expect("new-message").await["message"], "계속 읽으세요");
        assert_eq!(gateway.expect("newMessage").await["message"], "계속 읽으세요");
        done(app.minji.patch(&format!("/chat/rooms/{room}/members/{}", app.junho.id), json!({"role": "admin"})).await);
        stream.expect_nothing().await;
        done(bar(&app.minji, room, &app.junho, "off", "").await);
        assert_eq!(gateway.expect("newNotification").await["title"], "글쓰기 제한이 풀림");
        gateway.emit("sendMessage", json!({"chatRoomId": room.to_string(), "message": "고맙습니다"})).await;
        assert_eq!(gateway.expect("newMessage").await["message"], "고맙습니다");
    }

    async fn leaving_and_coming_back_changes_nothing_of_it(app: TestApp) {
        let room = channel(&app).await;
        done(bar(&app.minji, room, &app.junho, "forever", "도배").await);
        assert_eq!(remove(&app.junho, room, &app.junho, "").await.0.as_u16(), 200);
        let mut page = app.junho.socket("").await;
        page.hello().await;
        let back = done(app.junho.post(&format!("/chat/rooms/{room}/members"), json!({})).await);
        assert_eq!(back["barred_until"], json!("9999-12-30T22:00:00.000Z"));
        let frames = page.durable_until(app.head().await).await;
        let joined = frames.iter().find_map(|frame| match &frame.event { Event::ChatRoomJoined(event) => event.room.place.bar.clone(), _ => None });
        assert_eq!(joined.map(|bar| bar.reason), Some("도배".to_owned()));
        let app = app.restart().await;
        let write = app.junho.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "x"})).await;
        refused(&write, 403, "WRITING_BARRED");
        // Of this room only.
        let other = crate::tests::chat::room(&app.junho, json!({"name": "다른 방", "kind": "channel"})).await;
        say(&app.junho, other, "여기서는 씁니다").await;
        done(bar(&app.minji, room, &app.junho, "off", "").await);
        let head = app.head().await;
        done(bar(&app.minji, room, &app.junho, "off", "").await);
        assert_eq!(app.head().await, head, "who may write already is told nothing");
        say(&app.junho, room, "다시 씁니다").await;
    }

    async fn those_who_manage_a_room_do_it_to_those_below_them(app: TestApp) {
        let here = channel(&app).await;
        done(app.minji.post(&format!("/chat/rooms/{here}/members"), json!({"user_id": app.seoyeon.id.0})).await);
        let secret = room(&app.minji, json!({"name": "비밀", "kind": "private", "memberIds": [app.junho.id]})).await;
        let two = room(&app.minji, json!({"kind": "direct", "memberIds": [app.junho.id]})).await;
        done(app.minji.patch(&format!("/chat/rooms/{here}/members/{}", app.junho.id), json!({"role": "admin"})).await);
        for (by, at, whom, status) in [
            (&app.seoyeon, here, &app.junho, 403),
            (&app.junho, here, &app.minji, 403),
            (&app.junho, here, &app.junho, 403),
            (&app.minji, here, &app.minji, 403),
            (&app.minji, here, &app.admin, 404),
            (&app.admin, secret, &app.junho, 403),
            (&app.minji, two, &app.junho, 403),
            (&app.minji, ChatRoomId(999), &app.junho, 404),
            (&app.junho, here, &app.seoyeon, 200),
            (&app.minji, here, &app.junho, 200),
            (&app.admin, here, &app.minji, 200),
            (&app.minji, secret, &app.junho, 200),
        ] {
            let answer = bar(by, at, whom, "tomorrow", "").await;
            assert_eq!(answer.0.as_u16(), status, "{} {at} {}: {}", by.user.name, whom.user.name, answer.1);
        }
        // A name is written too: an admin who may not write does not rename the room.
        refused(&app.junho.patch(&format!("/chat/rooms/{here}"), json!({"topic": "x"})).await, 403, "WRITING_BARRED");
        let long = "x".repeat(201);
        fields(&bar(&app.minji, here, &app.seoyeon, "hour", &long).await, &[("reason", "MAX_LENGTH")]);
        let found = noted(&app).await;
        let whom: Vec<_> = found.iter().map(|(action, whom, _)| (action.as_str().unwrap_or(""), whom.as_str().unwrap_or(""))).collect();
        let bars = ["junho", "minji", "junho", "seoyeon"].map(|whom| ("bar_member", whom));
        assert_eq!(whom, [&bars[..], &[("make_admin", "junho")]].concat());
    }

    async fn whoever_is_removed_or_loses_a_message_hears_why(app: TestApp) {
        let here = channel(&app).await;
        let rude = say(&app.junho, here, "무례한 글").await["id"].clone();
        done(app.admin.delete(&format!("/chat/messages/{rude}?reason=욕설")).await);
        assert_eq!(told(&app.junho).await, [("내 메시지가 삭제됨".to_owned(), "제품 기획 · 관리자 admin 사유: 욕설".to_owned())]);
        let (_, list) = app.junho.get("/notifications").await;
        let link = list["notifications"][0]["actionUrl"].as_str().expect("a link");
        assert!(link.ends_with("?at=1") && !list.to_string().contains("무례한"), "{list}");
        app.set_clock(app.app.now() + 1);
        let long = "x".repeat(201);
        fields(&remove(&app.minji, here, &app.junho, &long).await, &[("reason", "MAX_LENGTH")]);
        done(remove(&app.minji, here, &app.junho, "도배").await);
        assert_eq!(told(&app.junho).await[0], ("채팅방에서 내보내짐".to_owned(), "제품 기획 · 관리자 minji 사유: 도배".to_owned()));
        assert_eq!(app.junho.get("/notifications").await.1["notifications"][0]["actionUrl"], Value::Null);
        let expected = [("remove_member", "도배"), ("delete_message", "욕설")];
        let found = noted(&app).await;
        assert_eq!(found, expected.map(|(action, reason)| (json!(action), json!("junho"), json!(reason))));
        // What people do to themselves is nobody's business, and no news to them.
        done(app.junho.post(&format!("/chat/rooms/{here}/members"), json!({})).await);
        let own = say(&app.junho, here, "내 글").await["id"].clone();
        done(app.junho.delete(&format!("/chat/messages/{own}?reason=x")).await);
        done(remove(&app.junho, here, &app.junho, "x").await);
        assert_eq!((told(&app.junho).await.len(), noted(&app).await.len()), (2, 2));
        // In the reader's language, with the end of a bar unless it is for good.
        done(bar(&app.admin, here, &app.minji, "hour", "").await);
        app.set_clock(app.app.now() + 1);
        done(bar(&app.admin, here, &app.minji, "forever", "").await);
        let english = app.minji.request("GET", "/notifications").header("accept-language", "en");
        let list = app.minji.send(english).await.1;
        let texts: Vec<_> = list["notifications"].as_array().expect("a list").iter().map(|entry| entry["message"].clone()).collect();
        assert_eq!(texts, ["제품 기획 · by admin", "제품 기획 · by admin · until November 23 10:00"]);
    }

    async fn the_pages_own_door_leads_to_the_same_commands(app: TestApp) {
        let room = channel(&app).await;
        let long = "x".repeat(201);
        for (person, name, more, expected) in [
            ("junho", "bar_chat_member", json!({"bar": "hour", "reason": ""}), 403),
            ("minji", "bar_chat_member", json!({"bar": "hour", "reason": long}), 422),
            ("minji", "bar_chat_member", json!({"bar": "a while", "reason": ""}), 400),
            ("minji", "bar_chat_member", json!({"bar": "hour", "reason": "도배"}), 200),
            ("minji", "remove_chat_member", json!({"reason": long}), 422),
            ("minji", "remove_chat_member", json!({"reason": "도배"}), 200),
        ] {
            let mut arguments = json!({"room": room, "user": app.junho.id});
            arguments.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            let browser = app.browser(person, false).await;
            let (status, body) = answer(browser.request("POST", &format!("/fn/{name}")).json(&arguments)).await;
            assert_eq!(status.as_u16(), expected, "{person} {name} {more}: {body}");
        }
        let expected = [("remove_member", "도배"), ("bar_member", "도배")];
        assert_eq!(noted(&app).await, expected.map(|(action, reason)| (json!(action), json!("junho"), json!(reason))));
    }
}
