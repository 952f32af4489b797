//! The stream chat (contracts §2).

use super::*;

on_both_engines! {
    async fn a_stream_shows_its_newest_hundred_and_whatever_comes(app: TestApp) {
        let room = room(&app, RoomKind::Channel, SLUG, &[&app.junho]).await;
        for n in 1..=105 {
            app.set_clock(app.app.now() + 1_000);
            write(&app, &app.minji, room, &format!("message {n}")).await;
        }
        let mut minji = SocketIo::of(&app.minji).await;
        let history = join_stream(&mut minji, SLUG).await;
        let expected: Vec<String> = (6..=105).map(|n| format!("message {n}")).collect();
        assert_eq!(texts(&history), expected);
        let id = app.count("SELECT id FROM chat_messages WHERE seq = 6").await.to_string();
        assert_eq!(
            history[0],
            json!({
                "id": id, "streamId": SLUG, "userId": app.minji.id, "nickname": "minji", "avatarUrl": "",
                "message": "message 6", "timestamp": START + 6_000, "seq": 6
            })
        );

        // Whatever a client says of itself, others learn who it really is.
        let mut junho = SocketIo::of(&app.junho).await;
        assert_eq!(join_stream(&mut junho, &room.to_string()).await.len(), 100);
        let came = minji.expect("user-joined").await;
        let user = json!({"userId": app.junho.id, "nickname": "junho", "avatarUrl": ""});
        assert_eq!(came, json!({"streamId": SLUG, "user": user, "timestamp": app.app.now()}));

        let receipt = junho.call("send-message", json!({"streamId": room.to_string(), "message": " 안녕! "})).await;
        assert_eq!((&receipt["ok"], &receipt["seq"]), (&json!(true), &json!(106)));
        for (socket, name) in [(&mut minji, SLUG), (&mut junho, &*room.to_string())] {
            let message = socket.expect("new-message").await;
            assert_eq!((&message["message"], &message["nickname"]), (&json!("안녕!"), &json!("junho")));
            assert_eq!((&message["streamId"], &message["id"]), (&json!(name), &receipt["id"]));
        }

        junho.emit("leave-room", json!(room.to_string())).await;
        assert_eq!(minji.expect("user-left").await["user"], user);
        write(&app, &app.minji, room, "without junho").await;
        assert_eq!(minji.expect("new-message").await["message"], "without junho");
        junho.emit("send-message", json!({"streamId": room.to_string(), "message": "too late"})).await;
        assert_eq!(junho.expect("error").await["code"], "NOT_JOINED");
        assert_eq!(chat::list_members(&app.app, &employee(&app, &app.junho), room).await.expect("still one").len(), 2);
    }

    async fn coming_and_going_is_a_persons_not_a_sockets(app: TestApp) {
        room(&app, RoomKind::Channel, SLUG, &[&app.junho]).await;
        let mut minji = SocketIo::of(&app.minji).await;
        join_stream(&mut minji, SLUG).await;
        let (mut first, mut second) = (SocketIo::of(&app.junho).await, SocketIo::of(&app.junho).await);
        join_stream(&mut first, SLUG).await;
        minji.expect("user-joined").await;
        join_stream(&mut second, SLUG).await;
        join_stream(&mut second, SLUG).await;
        drop(first);
        second.expect_nothing().await;
        minji.expect_nothing().await;
        drop(second);
        assert_eq!(minji.expect("user-left").await["user"]["nickname"], "junho");
    }

    async fn whoever_hides_comes_and_goes_unseen(app: TestApp) {
        room(&app, RoomKind::Channel, SLUG, &[&app.junho]).await;
        let hide = async |hidden: bool| assert_eq!(app.junho.put("/me/presence", json!({"hidden": hidden})).await.0, 200);
        let mut minji = SocketIo::of(&app.minji).await;
        join_stream(&mut minji, SLUG).await;
        join_chat(&mut minji, SLUG).await;
        hide(true).await;
        let mut junho = SocketIo::of(&app.junho).await;
        join_stream(&mut junho, SLUG).await;
        join_chat(&mut junho, SLUG).await;
        junho.expect_nothing().await;
        minji.expect_nothing().await;

        // Who was there unseen comes by showing themselves, and goes by hiding.
        hide(false).await;
        let mut told = Vec::new();
        while told.len() < 2 {
            let (event, _) = minji.event().await;
            told.extend((event != "userOnline").then_some(event));
        }
        told.sort();
        assert_eq!(told, ["user-joined", "userJoined"]);
        hide(true).await;
        assert_eq!(minji.expect("user-left").await["user"]["nickname"], "junho");
        junho.emit("leave-room", json!(SLUG)).await;
        junho.expect_nothing().await;
        minji.expect_nothing().await;
        hide(false).await;
        assert_eq!(minji.expect("userJoined").await["userId"], json!(app.junho.id));
    }

    async fn an_open_room_takes_in_whoever_comes_and_others_only_their_members(app: TestApp) {
        let open = room(&app, RoomKind::Channel, SLUG, &[]).await;
        room(&app, RoomKind::Private, "secret", &[]).await;
        let mut junho = SocketIo::of(&app.junho).await;
        for (name, code) in [("secret", "FORBIDDEN"), ("stream-123", "NOT_FOUND")] {
            junho.emit("join-room", json!({"streamId": name, "user": {"userId": app.minji.id}})).await;
            assert_eq!(junho.expect("error").await["code"], code, "{name}");
            junho.emit("send-message", json!({"streamId": name, "message": "x"})).await;
            assert_eq!(junho.expect("error").await["code"], "NOT_JOINED", "{name}");
        }
        assert_eq!(join_stream(&mut junho, SLUG).await, [json!(null); 0]);
        assert_eq!(chat::require_member(&app.app, &employee(&app, &app.junho), open).await, Ok(0));
        assert_eq!(app.count("SELECT COUNT(*) FROM chat_messages").await, 0);
    }

    async fn a_stream_has_a_live_room_that_takes_in_whoever_comes_until_it_is_closed(app: TestApp) {
        let live = room(&app, RoomKind::Live, SLUG, &[]).await;
        let mut junho = SocketIo::of(&app.junho).await;
        assert_eq!(join_stream(&mut junho, SLUG).await, [json!(null); 0]);
        write(&app, &app.minji, live, "시작합니다").await;
        assert_eq!(junho.expect("new-message").await["message"], "시작합니다");
        assert_eq!(app.minji.patch(&format!("/chat/rooms/{live}"), json!({"archived": true})).await.0, 200);
        let mut seoyeon = SocketIo::of(&app.seoyeon).await;
        seoyeon.emit("join-room", json!({"streamId": SLUG, "user": {"userId": "1"}})).await;
        assert_eq!(seoyeon.expect("error").await["code"], "FORBIDDEN");
    }

    async fn its_history_is_what_people_have_said(app: TestApp) {
        let room = room(&app, RoomKind::Channel, SLUG, &[&app.junho]).await;
        let said = write(&app, &app.minji, room, "하나").await;
        for n in 0..101 {
            app.set_clock(app.app.now() + 1_000);
            let gone = write(&app, &app.minji, room, &format!("지울 글 {n}")).await;
            chat::delete_message(&app.app, &employee(&app, &app.minji), gone.id.into(), "").await.expect("deleted");
        }
        let mut junho = SocketIo::of(&app.junho).await;
        assert_eq!(join_stream(&mut junho, SLUG).await[0]["id"], json!(said.id.to_string()), "however far up it is");
        // What happens to the room is nobody's word, and these clients would take it for that.
        assert_eq!(app.minji.patch(&format!("/chat/rooms/{room}"), json!({"topic": "면접"})).await.0, 200);
        write(&app, &app.minji, room, "둘").await;
        assert_eq!(junho.expect("new-message").await["message"], "둘");
        let mut later = SocketIo::of(&app.minji).await;
        assert_eq!(texts(&join_stream(&mut later, SLUG).await), ["하나", "둘"]);
    }

    async fn thirty_messages_in_ten_seconds_are_enough(app: TestApp) {
        let room = room(&app, RoomKind::Channel, SLUG, &[]).await;
        for n in 0..30 {
            write(&app, &app.minji, room, &n.to_string()).await;
        }
        let mut minji = SocketIo::of(&app.minji).await;
        join_stream(&mut minji, SLUG).await;
        let send = json!({"streamId": SLUG, "message": "one more"});
        minji.emit("send-message", send.clone()).await;
        assert_eq!(minji.expect("error").await["code"], "RATE_LIMIT_EXCEEDED");
        app.set_clock(START + 10_000);
        minji.emit("send-message", send).await;
        assert_eq!(minji.expect("new-message").await["message"], "one more");
    }
}
