//! Whom messages call, and what becomes of that.

mod offline;
mod words;

use super::{channel, done, refused, room, say};
use crate::accounts::model::Role;
use crate::chat::server as chat;
use crate::ids::ChatRoomId;
use crate::realtime::protocol::Event;
use crate::tests::helpers::{Client, Engine, Socket, SocketIo, TestApp, hour, on_both_engines};
use crate::time::HOUR;
use serde_json::{Value, json};

/// What stands in somebody's list, newest first.
async fn told(by: &Client) -> Vec<Value> {
    let (_, list) = by.get("/notifications").await;
    list["notifications"].as_array().expect("a list").clone()
}

async fn messages(by: &Client) -> Vec<String> {
    told(by).await.iter().map(|entry| entry["message"].as_str().expect("a text").to_owned()).collect()
}

async fn unread(by: &Client) -> Value {
    by.get("/notifications/unread-count").await.1["unreadCount"].clone()
}

async fn read(by: &Client, room: ChatRoomId, up_to: Value) {
    done(by.post(&format!("/chat/rooms/{room}/read"), json!({"last_read_seq": up_to})).await);
}

/// What was decided for somebody, newest first: in the app, in the browser.
async fn decisions(by: &Client) -> Vec<(String, String)> {
    let (_, list) = by.get("/notifications/decisions").await;
    let text = |value: &Value| value.as_str().expect("a reason").to_owned();
    let list = list["decisions"].as_array().expect("a list");
    list.iter().map(|d| (text(&d["decision"]["inApp"]), text(&d["decision"]["browser"]))).collect()
}

/// A socket of somebody who has a room on screen.
async fn looking_at(by: &Client, room: ChatRoomId) -> Socket {
    let mut socket = by.socket("").await;
    socket.hello().await;
    say_to(&mut socket, json!({"type": "watch", "data": {"views": [format!("chat:{room}")]}})).await;
    socket
}

/// Sends a frame and waits until the server has taken it in.
async fn say_to(socket: &mut Socket, frame: Value) {
    socket.send(tokio_tungstenite::tungstenite::Message::text(frame.to_string())).await;
    socket.waiting().await;
}

async fn direct(by: &Client, with: &Client) -> ChatRoomId {
    room(by, json!({"kind": "direct", "memberIds": [with.id]})).await
}

on_both_engines! {
    async fn a_message_calls_whom_it_names_with_a_link_to_it(app: TestApp) {
        let room = channel(&app).await;
        say(&app.minji, room, "아무도 부르지 않습니다").await;
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 0);
        say(&app.minji, room, "@junho 이것 **좀** 봐 `주세요`").await;
        let slug = done(app.junho.get("/chat/rooms").await)[0]["slug"].as_str().expect("a slug").to_owned();
        let entries = told(&app.junho).await;
        let [entry] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!((&entry["title"], &entry["message"]), (&json!("나를 부른 메시지"), &json!("제품 기획 · minji: @junho 이것 좀 봐 주세요")));
        assert_eq!((&entry["type"], &entry["category"], &entry["isRead"]), (&json!("mention"), &json!("chat"), &json!(false)));
        assert_eq!(entry["actionUrl"], json!(format!("/chat/{slug}?at=2")));
        let english = app.junho.request("GET", "/notifications").header("accept-language", "en");
        assert_eq!(app.junho.send(english).await.1["notifications"][0]["title"], "You were mentioned");
        for other in [&app.minji, &app.seoyeon, &app.admin] {
            assert!(told(other).await.is_empty(), "nobody else, and nobody for their own words");
        }
        // To call oneself is to call nobody.
        say(&app.minji, room, "@minji").await;
        assert!(told(&app.minji).await.is_empty());
    }

    async fn whom_an_edit_calls_after_they_have_read_is_told_until_they_read_again(app: TestApp) {
        let room = channel(&app).await;
        let said = say(&app.minji, room, "오늘 회의").await;
        read(&app.junho, room, Value::Null).await;
        done(app.minji.patch(&format!("/chat/messages/{}", said["id"]), json!({"message": "오늘 회의 @junho"})).await);
        assert_eq!(unread(&app.junho).await, json!(1));
        read(&app.junho, room, Value::Null).await;
        assert_eq!(unread(&app.junho).await, json!(0));
    }

    async fn of_a_room_one_unread_notice_stands_and_it_is_read_with_the_room(app: TestApp) {
        let room = channel(&app).await;
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        say(&app.minji, room, "@junho 하나").await;
        app.junho.patch("/notifications/seen", json!({})).await;
        say(&app.minji, room, "@junho 둘").await;
        say(&app.minji, room, "@junho 셋").await;
        assert_eq!(messages(&app.junho).await, ["제품 기획 · minji: @junho 셋 (외 2개)"]);
        assert_eq!((unread(&app.junho).await, app.count("SELECT COUNT(*) FROM notifications").await), (json!(1), 1));
        let head = app.head().await;
        let created: Vec<bool> = socket.durable_until(head).await.into_iter().filter_map(|frame| match frame.event {
            Event::NotificationCreated(created) => Some(!created.replaced.is_empty()),
            _ => None,
        }).collect();
        assert_eq!(created, [false, true, true]);

        // Not as far as the message that it is about.
        read(&app.junho, room, json!(2)).await;
        assert_eq!(unread(&app.junho).await, json!(1));
        read(&app.junho, room, Value::Null).await;
        let entries = told(&app.junho).await;
        assert_eq!((unread(&app.junho).await, &entries[0]["isRead"]), (json!(0), &json!(true)));
        let counts: Vec<u32> = socket.durable_until(app.head().await).await.into_iter().filter_map(|frame| match frame.event {
            Event::NotificationUnread(unread) => Some(unread.count),
            _ => None,
        }).collect();
        assert_eq!(counts, [0], "the bell hears of it once");

        // What comes next is news again, and is settled by an answer as well.
        app.set_clock(app.app.now() + 1);
        say(&app.minji, room, "@junho 넷").await;
        assert_eq!(messages(&app.junho).await[0], "제품 기획 · minji: @junho 넷");
        assert_eq!((unread(&app.junho).await, told(&app.junho).await.len()), (json!(1), 2));
        say(&app.junho, room, "네").await;
        assert_eq!(unread(&app.junho).await, json!(0));
        // Two that somebody has kept as unread give way to one.
        for entry in told(&app.junho).await {
            let kept = format!("/notifications/{}/unread", entry["id"].as_str().expect("an id"));
            app.junho.patch(&kept, json!({})).await;
        }
        assert_eq!(unread(&app.junho).await, json!(2));
        say(&app.minji, room, "@junho 다섯").await;
        assert_eq!(messages(&app.junho).await, ["제품 기획 · minji: @junho 다섯 (외 4개)"]);
        assert_eq!(unread(&app.junho).await, json!(1));
    }

    async fn a_room_that_called_before_and_while_somebody_concentrates_stands_once(app: TestApp) {
        let room = channel(&app).await;
        let quiet = room_of_two(&app).await;
        say(&app.minji, room, "@junho 하나").await;
        say(&app.minji, quiet, "@junho 여기도").await;
        let (_, timer) = app.junho.post("/timers", json!({"allocatedDuration": 600, "kind": "focus"})).await;
        app.set_clock(app.app.now() + 1);
        say(&app.minji, room, "@junho 둘").await;
        say(&app.minji, room, "@junho 셋").await;
        assert_eq!(messages(&app.junho).await.len(), 2, "it waits");
        let stop = format!("/timers/{}/stop", timer["id"].as_str().expect("an id"));
        app.set_clock(app.app.now() + 1);
        assert_eq!(app.junho.post(&stop, json!({})).await.0, 200);
        let entries = messages(&app.junho).await;
        assert_eq!(entries[1], "제품 기획 · minji: @junho 셋 (외 2개)", "{entries:?}");
        assert_eq!((entries.len(), unread(&app.junho).await), (3, json!(3)), "the digest, and each room once");
        assert_eq!(told(&app.junho).await[0]["data"]["count"], 1, "one has waited");

        // Shown before the end it is one as well, and nothing is where nothing was before.
        app.junho.post("/timers", json!({"allocatedDuration": 600, "kind": "focus"})).await;
        app.set_clock(app.app.now() + 1);
        say(&app.minji, room, "@junho 넷").await;
        assert_eq!(app.junho.post("/notifications/show-held", json!({})).await.0, 204);
        assert_eq!(messages(&app.junho).await[0], "제품 기획 · minji: @junho 넷 (외 3개)");
        assert_eq!(unread(&app.junho).await, json!(3));
        read(&app.junho, room, Value::Null).await;
        assert_eq!(unread(&app.junho).await, json!(2));
    }

    async fn to_call_the_room_calls_everybody_but_the_caller_and_whoever_silenced_it(app: TestApp) {
        let room = room(&app.minji, json!({"name": "모두", "kind": "channel", "memberIds": [app.junho.id, app.seoyeon.id]})).await;
        let seoyeon = app.caller(&app.seoyeon, Role::Employee);
        chat::mute_room(&app.app, &seoyeon, room, crate::chat::model::Mute::Hour).await.expect("silent");
        say(&app.minji, room, "@전체 5층으로 오세요").await;
        assert_eq!(told(&app.junho).await[0]["title"], "모두를 부른 메시지");
        assert!(told(&app.seoyeon).await.is_empty() && told(&app.minji).await.is_empty());
        assert_eq!(decisions(&app.seoyeon).await, [("muted".to_owned(), "muted".to_owned())], "why is kept");
        // One who is named besides hears that it is about them.
        say(&app.minji, room, "@전체 @junho").await;
        assert_eq!(told(&app.junho).await[0]["title"], "나를 부른 메시지");
        // An hour later she hears of it again.
        let mut app = app;
        app.later(app.app.now() + HOUR).await;
        say(&app.minji, room, "@전체 지금요").await;
        assert_eq!(messages(&app.seoyeon).await, ["모두 · minji: @전체 지금요"], "the silent ones are not counted in the list");
    }

    async fn a_direct_message_is_told_to_whoever_does_not_look_at_it(app: TestApp) {
        let room = direct(&app.minji, &app.junho).await;
        let mut socket = looking_at(&app.junho, room).await;
        say(&app.minji, room, "보고 있죠").await;
        assert!(told(&app.junho).await.is_empty());
        // Away from the screen, looking at something else, gone.
        say_to(&mut socket, json!({"type": "activity", "data": {"away": true}})).await;
        say(&app.minji, room, "자리 비움").await;
        assert_eq!(messages(&app.junho).await, ["minji: 자리 비움"]);
        assert_eq!(told(&app.junho).await[0]["type"], "chat_message");
        say_to(&mut socket, json!({"type": "activity", "data": {"away": false}})).await;
        say_to(&mut socket, json!({"type": "watch", "data": {"views": []}})).await;
        say(&app.minji, room, "다른 화면").await;
        assert_eq!(messages(&app.junho).await, ["minji: 다른 화면 (외 1개)"]);
        assert!(told(&app.minji).await.is_empty());
    }

    async fn whoever_joined_the_room_over_another_contract_sees_it_there(app: TestApp) {
        let room = direct(&app.minji, &app.junho).await;
        let (mut other, mut socket) = (SocketIo::of(&app.minji).await, SocketIo::of(&app.junho).await);
        for joins in [&mut other, &mut socket] {
            joins.emit("joinChat", json!({"chatRoomId": room.to_string()})).await;
            joins.expect("chatHistory").await;
        }
        other.expect("userJoined").await;
        say(&app.minji, room, "보고 있죠").await;
        socket.expect("newMessage").await;
        assert!(told(&app.junho).await.is_empty());

        // A second room that it has not joined: told, and counted by the server when it is told again.
        let other = room_of_two(&app).await;
        for (n, text) in ["@junho 하나", "@junho 둘"].into_iter().enumerate() {
            say(&app.minji, other, text).await;
            assert_eq!(socket.expect("newNotification").await["type"], "mention");
            if n == 1 {
                assert_eq!(socket.expect("unreadNotificationCount").await, json!(1));
            }
        }
    }

    async fn preferences_and_quiet_hours_decide(app: TestApp) {
        let room = direct(&app.minji, &app.junho).await;
        // START is a Monday, 09:00 in Seoul.
        let quiet = json!({"enabled": true, "from": "08:00", "to": "10:00", "weekdays": [1], "urgentOverride": true});
        app.junho.patch("/me/settings", json!({"notifications": {"quietHours": quiet}})).await;
        say(&app.minji, room, "쉿").await;
        app.junho.patch("/me/settings", json!({"notifications": {"categories": {"chat": {"inApp": false, "browser": false}}}})).await;
        say(&app.minji, room, "꺼 둠").await;
        say(&app.minji, room, "아직 꺼 둠").await;
        let mut found = decisions(&app.junho).await;
        found.sort_unstable();
        let expected = [("switched_off", "switched_off"), ("told", "quiet_hours")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(found, expected, "what is not told collapses too, and takes no place in the list");
        assert_eq!((messages(&app.junho).await, unread(&app.junho).await), (vec!["minji: 쉿".to_owned()], json!(1)));
    }

    async fn the_first_message_of_a_meetings_room_calls_its_people(app: TestApp) {
        let place = app.room("한라산").await;
        let mut body = hour(place.id, 1);
        body["attendeeIds"] = json!([app.junho.id, app.seoyeon.id]);
        let (_, booking) = app.minji.post("/reservations", body).await;
        for person in [&app.junho, &app.seoyeon, &app.minji] {
            person.delete("/notifications").await;
        }
        let live = room(&app.minji, json!({"kind": "live", "reservationId": booking["id"]})).await;
        say(&app.junho, live, "먼저 시작합니다").await;
        say(&app.minji, live, "곧 갑니다").await;
        assert_eq!(told(&app.seoyeon).await[0]["title"], "회의 대화 시작");
        assert_eq!((told(&app.seoyeon).await.len(), told(&app.junho).await.len()), (1, 0));
        assert_eq!(unread(&app.minji).await, json!(0), "whoever answers has read it");
    }

    async fn what_told_of_a_message_goes_with_it_and_with_the_membership(app: TestApp) {
        let room = channel(&app).await;
        let sent = say(&app.minji, room, "@junho 비밀번호는 1234").await;
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        assert_eq!(app.minji.delete(&format!("/chat/messages/{}", sent["id"])).await.0.as_u16(), 200);
        assert!(told(&app.junho).await.is_empty() && unread(&app.junho).await == json!(0));
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 0);
        let frames = socket.durable_until(app.head().await).await;
        assert!(frames.iter().any(|frame| matches!(&frame.event, Event::NotificationUnread(unread) if unread.count == 0)));

        say(&app.minji, room, "@junho 다시").await;
        assert_eq!(unread(&app.junho).await, json!(1));
        assert_eq!(app.minji.delete(&format!("/chat/rooms/{room}/members/{}", app.junho.id)).await.0.as_u16(), 200);
        // That they are out is all that is left to tell.
        let titles: Vec<Value> = told(&app.junho).await.iter().map(|entry| entry["title"].clone()).collect();
        assert_eq!(titles, ["채팅방에서 내보내짐"]);
    }

    async fn a_message_that_is_refused_or_repeated_calls_nobody_more(app: TestApp) {
        let room = channel(&app).await;
        let body = json!({"message": "@junho", "client_msg_id": "a"});
        let path = format!("/chat/rooms/{room}/messages");
        for _ in 0..3 {
            done(app.minji.post(&path, body.clone()).await);
        }
        assert_eq!(messages(&app.junho).await, ["제품 기획 · minji: @junho"]);
        refused(&app.seoyeon.post(&path, json!({"message": "@junho"})).await, 403, "FORBIDDEN");
        assert_eq!(messages(&app.junho).await, ["제품 기획 · minji: @junho"]);
    }
}

async fn room_of_two(app: &TestApp) -> ChatRoomId {
    room(&app.minji, json!({"name": "둘", "kind": "private", "memberIds": [app.junho.id]})).await
}
