//! Those who are on no surface when something is written, and those whom a change calls afterwards.

use super::*;
use crate::chat::model::{Mute, NewMessage};
use crate::ids::MessageId;
use crate::tests::helpers::LogLines;
use tracing::instrument::WithSubscriber;

on_both_engines! {
    async fn whoever_is_on_no_surface_finds_what_was_missed_in_a_private_room(app: TestApp) {
        let (private, open) = (room_of_two(&app).await, channel(&app).await);
        say(&app.minji, open, "공개 대화방의 글").await;
        assert!(told(&app.junho).await.is_empty(), "a channel calls nobody by itself");
        say(&app.minji, private, "첫 글").await;
        say(&app.minji, private, "둘째 글").await;
        let entries = told(&app.junho).await;
        let [entry] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!((&entry["title"], &entry["message"]), (&json!("자리를 비운 사이 온 메시지"), &json!("둘 · minji: 첫 글")));
        assert_eq!(entry["type"], "chat_message");
        assert!(entry["actionUrl"].as_str().is_some_and(|link| link.ends_with("?at=1")), "{entry}");
        assert!(told(&app.minji).await.is_empty(), "nobody misses their own words");
        // Back on any surface, wherever they look: they see the room's count.
        let mut gateway = SocketIo::connect(app.address, json!({"token": app.junho.token}), &[]).await.expect("a connection");
        assert_eq!(gateway.expect("unreadNotificationCount").await, json!(1));
        read(&app.junho, private, Value::Null).await;
        assert_eq!(gateway.expect("unreadNotificationCount").await, json!(0));
        say(&app.minji, private, "셋째 글").await;
        assert_eq!((unread(&app.junho).await, told(&app.junho).await.len()), (json!(0), 1));
        // To be called by name takes the place of what was missed, and counts it.
        gateway.send_raw("1").await;
        gateway.closed().await;
        app.sockets_gone().await;
        app.set_clock(app.app.now() + 1);
        say(&app.minji, private, "넷째 글").await;
        say(&app.minji, private, "@junho 다섯째").await;
        assert_eq!(messages(&app.junho).await[0], "둘 · minji: @junho 다섯째 (외 1개)");
        assert_eq!((unread(&app.junho).await, told(&app.junho).await[0]["title"].clone()), (json!(1), json!("나를 부른 메시지")));
        say(&app.minji, private, "여섯째 글").await;
        assert_eq!(told(&app.junho).await[0]["title"], "나를 부른 메시지", "what calls by name stays");
    }

    async fn a_hidden_person_is_here_and_a_silent_room_stays_silent(app: TestApp) {
        let room = room_of_two(&app).await;
        app.junho.put("/me/presence", json!({"hidden": true})).await;
        let mut page = app.junho.socket("").await;
        page.hello().await;
        say(&app.minji, room, "보고 있죠").await;
        assert!(told(&app.junho).await.is_empty());
        let silent = room_of_two(&app).await;
        let junho = app.caller(&app.junho, Role::Employee);
        chat::mute_room(&app.app, &junho, silent, Mute::Hour).await.expect("silent");
        drop(page);
        app.sockets_gone().await;
        for text in ["하나", "둘"] {
            say(&app.minji, silent, text).await;
        }
        assert!(told(&app.junho).await.is_empty());
        assert_eq!(decisions(&app.junho).await, [("muted".to_owned(), "muted".to_owned())], "why is kept, once");
    }

    async fn what_is_noted_of_the_absent_has_their_ids_and_no_words(app: TestApp) {
        let room = room(&app.minji, json!({"name": "셋", "kind": "private", "memberIds": [app.junho.id, app.seoyeon.id]})).await;
        let mut page = app.seoyeon.socket("").await;
        page.hello().await;
        let minji = app.caller(&app.minji, Role::Employee);
        let send = async |text: &str| {
            let (lines, subscriber) = LogLines::collect();
            let new = NewMessage { message: text.into(), ..NewMessage::default() };
            chat::send_message(&app.app, &minji, room, new).with_subscriber(subscriber).await.expect("sent");
            lines.holding("오프라인 사용자 알림 처리:")
        };
        let junho = app.junho.id;
        assert_eq!(send("비밀번호는 1234").await, [format!("오프라인 사용자 알림 처리: {junho}")]);
        assert_eq!(send("다음 글").await, Vec::<String>::new(), "he has it already");
        assert_eq!(send("@junho @seoyeon").await, [format!("오프라인 사용자 알림 처리: {junho}")], "she is here");
    }

    async fn a_change_calls_whom_it_adds_and_nobody_twice(app: TestApp) {
        let room = room(&app.minji, json!({"name": "셋", "kind": "channel", "memberIds": [app.junho.id, app.seoyeon.id]})).await;
        let sent = say(&app.minji, room, "@junho 봐 주세요").await;
        let path = format!("/chat/messages/{}", sent["id"]);
        let change = async |text: &str| { done(app.minji.patch(&path, json!({"message": text})).await); };
        change("@junho @seoyeon 봐 주세요").await;
        assert_eq!(messages(&app.seoyeon).await, ["셋 · minji: @junho @seoyeon 봐 주세요"]);
        assert_eq!(messages(&app.junho).await, ["셋 · minji: @junho @seoyeon 봐 주세요"], "he was called by the first words");
        for person in [&app.junho, &app.seoyeon] {
            read(person, room, Value::Null).await;
        }
        // Taken out and put in again, by name or with everybody: they have been called.
        for text in ["봐 주세요", "@junho @seoyeon @minji 다시"] {
            change(text).await;
        }
        for person in [&app.junho, &app.seoyeon] {
            assert_eq!((unread(person).await, told(person).await.len()), (json!(0), 1), "{}", person.user.name);
        }
        app.admin.post(&format!("/chat/rooms/{room}/members"), json!({})).await;
        change("@전체 봐 주세요").await;
        assert_eq!(told(&app.admin).await[0]["title"], "모두를 부른 메시지");
        assert_eq!(unread(&app.junho).await, json!(0));
        change("@전체 @admin 봐 주세요").await;
        assert_eq!(told(&app.admin).await.len(), 1);
    }

    async fn a_change_of_what_was_missed_or_told_to_one_tells_it_once(app: TestApp) {
        let (private, two) = (room_of_two(&app).await, direct(&app.minji, &app.junho).await);
        for (room, found) in [(private, "둘 · minji: @junho 하나"), (two, "minji: @junho 하나")] {
            let sent = say(&app.minji, room, "하나").await;
            done(app.minji.patch(&format!("/chat/messages/{}", sent["id"]), json!({"message": "@junho 하나"})).await);
            assert!(messages(&app.junho).await.contains(&found.to_owned()), "{found}: {:?}", messages(&app.junho).await);
        }
        assert_eq!(unread(&app.junho).await, json!(2));
    }

    async fn a_change_reads_the_names_of_a_room_once_however_often_it_was_changed(app: TestApp) {
        let room = room(&app.minji, json!({"name": "셋", "kind": "channel", "memberIds": [app.junho.id, app.seoyeon.id]})).await;
        let sent = say(&app.minji, room, "@junho 하나").await;
        for text in ["둘 @", "셋 @"] {
            done(app.minji.patch(&format!("/chat/messages/{}", sent["id"]), json!({"message": text})).await);
        }
        let (lines, subscriber) = LogLines::collect();
        let id: MessageId = serde_json::from_value(sent["id"].clone()).expect("an id");
        let minji = app.caller(&app.minji, Role::Employee);
        let edit = chat::edit_message(&app.app, &minji, id.into(), "@seoyeon 넷", false).with_subscriber(subscriber);
        assert_eq!(edit.await.expect("changed").mentions.user_ids, [app.seoyeon.id]);
        assert_eq!((told(&app.seoyeon).await.len(), told(&app.junho).await.len()), (1, 1));
        // SQLite's statements run on a thread of their own, where nobody listens.
        if app.database_url.starts_with("postgres") {
            assert_eq!(lines.holding("SELECT u.id, u.name FROM chat_members").len(), 1);
        }
    }
}
