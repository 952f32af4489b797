//! `/ws/chat/{room}` (contracts §5.1), and typing on `/ws`.

use super::{channel, done, room, say};
use crate::ids::ChatRoomId;
use crate::realtime::protocol::{Event, Frame, Topic};
use crate::server::jobs;
use crate::tests::helpers::{Client, ENDLESS, Engine, Socket, TestApp, on_both_engines};
use crate::time::SECOND;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

async fn open(_: &TestApp, client: &Client, path: &str) -> Socket {
    client.socket_at(path).await
}

async fn listen(app: &TestApp, client: &Client, room: ChatRoomId) -> Socket {
    open(app, client, &format!("/ws/chat/{room}?user_id={}", client.id)).await
}

/// The next frame of any of these types.
async fn next(socket: &mut Socket, kinds: &[&str]) -> Value {
    loop {
        let frame: Value = serde_json::from_str(&socket.any_text().await).expect("JSON");
        if kinds.iter().any(|kind| frame["type"] == json!(kind)) {
            return frame;
        }
    }
}

on_both_engines! {
    async fn whoever_is_let_into_a_room_is_sent_nothing_of_what_was_deleted_before(app: TestApp) {
        let before = app.head().await;
        let room = room(&app.minji, json!({"name": "비밀", "kind": "private"})).await;
        let secret = say(&app.minji, room, "비밀번호는 1234").await;
        done(app.minji.delete(&format!("/chat/messages/{}", secret["id"])).await);
        done(app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": app.junho.id.0})).await);
        let last = say(&app.minji, room, "어서 오세요").await;
        let mut socket = app.junho.socket(&format!("&after={before}&log={}", app.app.log.id())).await;
        assert!(socket.hello().await.resumed);
        let is_last = |frame: &Frame| matches!(&frame.event, Event::ChatMessage(message) if message.id.0 == last["id"]);
        let mut frames = Vec::new();
        while !frames.last().is_some_and(is_last) {
            frames.push(socket.durable().await);
        }
        let granted = frames.iter().position(|frame| matches!(frame.event, Event::TopicGranted(_)));
        let first = frames.iter().position(|frame| frame.topic == Topic::Chat(room));
        assert!(granted.is_some() && granted < first, "{frames:?}");
        assert!(!serde_json::to_string(&frames).expect("JSON").contains("1234"));
    }

    async fn everything_of_a_room_comes_in_order_to_everybody_in_it(app: TestApp) {
        let room = channel(&app).await;
        let mut sockets = vec![listen(&app, &app.minji, room).await, listen(&app, &app.junho, room).await];
        for socket in &mut sockets {
            next(socket, &["presence"]).await;
        }
        let sent = say(&app.minji, room, "안녕!").await;
        app.junho.post(&format!("/chat/rooms/{room}/read"), json!({"user_id": app.junho.id.0})).await;
        done(app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": app.seoyeon.id.0})).await);
        done(app.junho.post(&format!("/chat/messages/{}/reactions", sent["id"]), json!({"emoji": "👍"})).await);
        done(app.minji.patch(&format!("/chat/messages/{}", sent["id"]), json!({"message": "안녕하세요!"})).await);
        app.minji.delete(&format!("/chat/rooms/{room}/members/{}", app.seoyeon.id)).await;
        done(app.minji.delete(&format!("/chat/messages/{}", sent["id"])).await);
        let all = ["message", "read", "member_join", "reaction", "message_updated", "member_leave", "message_deleted"];
        for socket in &mut sockets {
            let mut frames = Vec::new();
            for kind in all {
                let frame = next(socket, &all).await;
                assert_eq!((&frame["type"], &frame["room_id"]), (&json!(kind), &json!(room.0)));
                frames.push(frame);
            }
            assert_eq!((&frames[0]["user_id"], &frames[0]["data"], &frames[0]["seq"]), (&json!(app.minji.id.0), &sent, &json!(1)));
            assert_eq!((&frames[1]["user_id"], &frames[1]["data"]["user_id"]), (&json!(app.junho.id.0), &json!(app.junho.id.0)));
            assert!(frames[1]["data"]["last_read_at"].is_string());
            assert_eq!((&frames[2]["user_id"], &frames[2]["data"]["user"]["name"]), (&json!(app.minji.id.0), &json!("seoyeon")));
            assert_eq!(frames[5]["data"], json!({"user_id": app.seoyeon.id.0}));
        }
    }

    async fn a_member_is_online_from_the_first_socket_to_ten_seconds_after_the_last(app: TestApp) {
        let room = channel(&app).await;
        let mut minji = listen(&app, &app.minji, room).await;
        next(&mut minji, &["presence"]).await;
        let online = ["member_online", "member_offline"];
        let both = [listen(&app, &app.junho, room).await, listen(&app, &app.junho, room).await];
        loop {
            let frame = next(&mut minji, &online).await;
            if frame["user_id"] == json!(app.junho.id.0) {
                assert_eq!(frame, json!({"type": "member_online", "room_id": room.0, "user_id": app.junho.id.0, "data": {"user_id": app.junho.id.0, "status": "online"}}));
                break;
            }
        }
        drop(both);
        crate::tests::helpers::until("the sockets are gone", || async { app.app.chat.here.next_expiry().is_some() }).await;
        app.set_clock(app.app.now() + 9 * SECOND);
        jobs::step(&app.app).await.expect("a step");
        // Back within the grace: nothing is told.
        let again = listen(&app, &app.junho, room).await;
        crate::tests::helpers::until("back", || async { app.app.chat.here.next_expiry().is_none() }).await;
        app.set_clock(app.app.now() + 20 * SECOND);
        jobs::step(&app.app).await.expect("a step");
        drop(again);
        crate::tests::helpers::until("gone", || async { app.app.chat.here.next_expiry().is_some() }).await;
        app.set_clock(app.app.now() + 10 * SECOND);
        jobs::step(&app.app).await.expect("a step");
        let frame = next(&mut minji, &online).await;
        assert_eq!((&frame["type"], &frame["data"]), (&json!("member_offline"), &json!({"user_id": app.junho.id.0, "status": "offline"})));
    }

    async fn whoever_hides_is_online_in_no_room(app: TestApp) {
        let room = channel(&app).await;
        let online = ["member_online", "member_offline"];
        let hide = async |hidden: bool| assert_eq!(app.junho.put("/me/presence", json!({"hidden": hidden})).await.0, 200);
        hide(true).await;
        let mut minji = listen(&app, &app.minji, room).await;
        assert_eq!(next(&mut minji, &online).await["user_id"], json!(app.minji.id.0));
        let mut junho = listen(&app, &app.junho, room).await;
        assert_eq!(next(&mut junho, &["presence"]).await["data"]["online"], json!([app.minji.id.0]));
        for (hidden, kind) in [(false, "member_online"), (true, "member_offline"), (false, "member_online"), (true, "member_offline")] {
            hide(hidden).await;
            let frame = next(&mut minji, &online).await;
            assert_eq!((&frame["type"], &frame["user_id"]), (&json!(kind), &json!(app.junho.id.0)));
        }
        let mut second = listen(&app, &app.minji, room).await;
        assert_eq!(next(&mut second, &["presence"]).await["data"]["online"], json!([app.minji.id.0]));
    }

    async fn a_removed_members_socket_hears_of_it_and_closes(app: TestApp) {
        let room = channel(&app).await;
        let mut junho = listen(&app, &app.junho, room).await;
        next(&mut junho, &["presence"]).await;
        app.minji.delete(&format!("/chat/rooms/{room}/members/{}", app.junho.id)).await;
        say(&app.minji, room, "이제 우리끼리").await;
        let frame = next(&mut junho, &["member_leave", "message"]).await;
        assert_eq!(frame["type"], json!("member_leave"));
        assert_eq!(junho.close_code().await, 4003);
    }

    async fn whoever_may_not_listen_is_told_by_a_code(app: TestApp) {
        let room = channel(&app).await;
        let path = format!("/ws/chat/{room}");
        let mut nobody = Socket::open(app.address, &format!("{path}?user_id={}", app.minji.id), None).await.expect("a socket");
        assert_eq!(nobody.close_code().await, 1008);
        let mut token = Socket::open(app.address, &format!("{path}?token={}", app.minji.token), None).await.expect("a socket");
        assert_eq!(token.close_code().await, 1008, "a token that lasts does not belong into an address");
        for (client, path) in [
            (&app.minji, format!("{path}?user_id={}", app.junho.id)),
            (&app.seoyeon, path.clone()),
            (&app.minji, "/ws/chat/99".to_owned()),
            (&app.minji, "/ws/chat/nowhere".to_owned()),
        ] {
            assert_eq!(open(&app, client, &path).await.close_code().await, 1008, "{path}");
        }
        assert!(Socket::open(app.address, &path, Some("https://evil.example")).await.is_err());
        let ticket = app.minji.post("/ws/ticket", json!({})).await.1["ticket"].clone();
        let mut by_ticket = Socket::open(app.address, &format!("{path}?token={}", ticket.as_str().expect("a ticket")), None).await.expect("a socket");
        next(&mut by_ticket, &["presence"]).await;
        // It is for receiving.
        for _ in 0..21 {
            by_ticket.send(Message::text("{}")).await;
        }
        assert_eq!(by_ticket.close_code().await, 1008);
        for _ in 0..57 {
            listen(&app, &app.minji, room).await;
        }
        let mut codes = Vec::new();
        for _ in 0..4 {
            let mut socket = listen(&app, &app.minji, room).await;
            if !socket.is_welcome().await {
                codes.push(());
            }
        }
        assert!(!codes.is_empty(), "sixty in a minute are enough");
    }

    async fn what_is_too_long_closes_the_socket_by_a_code(app: TestApp) {
        let room = channel(&app).await;
        let mut minji = listen(&app, &app.minji, room).await;
        next(&mut minji, &["presence"]).await;
        minji.send(Message::text("x".repeat(64 * 1024 + 1))).await;
        assert_eq!(minji.close_code().await, 1009);
    }

    async fn a_client_comes_again_where_the_database_has_failed(app: TestApp) {
        let room = channel(&app).await;
        app.execute("ALTER TABLE chat_members RENAME TO mislaid").await;
        assert_eq!(listen(&app, &app.minji, room).await.close_code().await, 1011);
        app.execute("ALTER TABLE mislaid RENAME TO chat_members").await;
        assert!(listen(&app, &app.minji, room).await.is_welcome().await);
    }

    async fn what_was_missed_comes_first_and_once(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| { config.patience = ENDLESS; config.flood.messages = 1_000; }).await;
        let room = channel(&app).await;
        for n in 1..=230 {
            say(&app.minji, room, &n.to_string()).await;
        }
        let writer = { let client = app.minji.clone(); tokio::spawn(async move { for n in 231..=260 { say(&client, room, &n.to_string()).await; } }) };
        let mut socket = open(&app, &app.junho, &format!("/ws/chat/{room}?since_seq=5")).await;
        for seq in 6..=260 {
            let frame = next(&mut socket, &["message"]).await;
            assert_eq!((&frame["seq"], &frame["data"]["message"]), (&json!(seq), &json!(seq.to_string())));
        }
        writer.await.expect("written");
    }

    async fn typing_is_seen_by_those_who_have_the_room_open(app: TestApp) {
        let room = channel(&app).await;
        let watch = json!({"type": "watch", "data": {"views": [format!("chat:{room}")]}}).to_string();
        let mut minji = app.minji.socket("").await;
        let mut seoyeon = app.seoyeon.socket("").await;
        for socket in [&mut minji, &mut seoyeon] {
            socket.hello().await;
            socket.send(Message::text(watch.clone())).await;
            socket.waiting().await;
        }
        let mut listener = listen(&app, &app.minji, room).await;
        next(&mut listener, &["presence"]).await;
        let mut junho = app.junho.socket("&debug=1").await;
        junho.hello().await;
        let typing = |room: i64| Message::text(json!({"type": "typing", "data": {"chatRoomId": room}}).to_string());
        junho.send(typing(room.0)).await;
        junho.waiting().await;
        let seen = |frames: Vec<Value>| frames.into_iter().filter(|f| f["type"] == json!("chat:typing")).map(|f| f["data"].clone()).collect::<Vec<_>>();
        assert_eq!(seen(minji.waiting().await), [json!({"chat_room_id": room.0, "user_id": app.junho.id.0, "name": "junho"})]);
        assert_eq!(seen(seoyeon.waiting().await), [Value::Null; 0], "nobody sees into a room that they are not in");
        assert_eq!(next(&mut listener, &["typing"]).await["data"], json!({"user_id": app.junho.id.0, "name": "junho"}));
        junho.send(typing(99)).await;
        let complaint = junho.waiting().await;
        assert!(complaint.iter().any(|f| f["data"]["message"] == json!("typing: not a member")), "{complaint:?}");
        // Whoever hides is not seen writing either.
        for (hidden, count) in [(true, 0), (false, 1)] {
            assert_eq!(app.junho.put("/me/presence", json!({"hidden": hidden})).await.0, 200);
            junho.send(typing(room.0)).await;
            junho.waiting().await;
            assert_eq!(seen(minji.waiting().await).len(), count, "hidden: {hidden}");
        }
        // Whoever is removed looks away.
        app.admin.delete(&format!("/chat/rooms/{room}/members/{}", app.minji.id)).await;
        minji.waiting().await;
        junho.send(typing(room.0)).await;
        junho.waiting().await;
        assert_eq!(seen(minji.waiting().await), [Value::Null; 0]);
    }
}
