//! The communication server's gateway (contracts §3.1 to §3.3 and §3.6).

use super::*;
use crate::level::Level;
use crate::presence::model::{GRACE_MS, UserNotice};
use crate::realtime::protocol::Volatile;
use crate::realtime::volatile::{Item, Key, frame};
use crate::tests::helpers::until;

on_both_engines! {
    async fn a_chat_shows_its_newest_fifty_newest_first_and_whatever_comes(app: TestApp) {
        let room = room(&app, RoomKind::Private, SLUG, &[&app.junho, &app.seoyeon]).await;
        for n in 1..=52 {
            app.set_clock(app.app.now() + 1_000);
            write(&app, &app.minji, room, &format!("message {n}")).await;
        }
        chat::mark_read(&app.app, &employee(&app, &app.junho), room, Some(51)).await.expect("read");
        let mut minji = SocketIo::of(&app.minji).await;
        let history = join_chat(&mut minji, SLUG).await;
        let expected: Vec<String> = (3..=52).rev().map(|n| format!("message {n}")).collect();
        assert_eq!(texts(&history), expected);
        let sender = json!({"_id": app.minji.id, "name": "minji", "email": "minji@example.com", "picture": null});
        let at = START + 51_000;
        assert_eq!(
            history[1],
            json!({
                "_id": history[1]["_id"], "chatRoomId": SLUG, "senderId": sender, "message": "message 51",
                "messageType": "text", "timestamp": at, "readBy": [app.junho.id], "isDeleted": false,
                "createdAt": at, "updatedAt": at, "seq": 51
            })
        );
        assert_eq!(history[0]["readBy"], json!([]));

        let (mut first, mut second) = (SocketIo::of(&app.junho).await, SocketIo::of(&app.junho).await);
        join_chat(&mut first, &room.to_string()).await;
        assert_eq!(minji.expect("userJoined").await, json!({"userId": app.junho.id, "chatRoomId": SLUG}));
        join_chat(&mut second, SLUG).await;
        let message = json!({"chatRoomId": SLUG, "message": "안녕하세요!", "clientMsgId": "a-1"});
        let receipt = first.call("sendMessage", message.clone()).await;
        assert_eq!((&receipt["ok"], &receipt["seq"]), (&json!(true), &json!(53)));
        for (socket, name) in [(&mut minji, SLUG), (&mut first, &*room.to_string()), (&mut second, SLUG)] {
            let new = socket.expect("newMessage").await;
            let at = app.app.now();
            assert_eq!(
                new,
                json!({
                    "_id": receipt["id"], "chatRoomId": name, "senderId": app.junho.id, "message": "안녕하세요!",
                    "messageType": "text", "timestamp": at, "readBy": [], "isDeleted": false, "createdAt": at,
                    "updatedAt": at, "seq": 53
                })
            );
        }
        let image = json!({"chatRoomId": SLUG, "message": "https://example.com/a.png", "messageType": "image"});
        assert_eq!(first.call("sendMessage", image).await["ok"], json!(true));
        for socket in [&mut minji, &mut first, &mut second] {
            let new = socket.expect("newMessage").await;
            assert_eq!((&new["message"], &new["messageType"]), (&json!("https://example.com/a.png"), &json!("image")));
        }
        // Sent again, it is the same message, and nobody gets it twice.
        assert_eq!(second.call("sendMessage", message).await, receipt);
        let other = json!({"chatRoomId": SLUG, "message": "something else", "clientMsgId": "a-1"});
        assert_eq!(second.call("sendMessage", other).await["code"], "IDEMPOTENCY_MISMATCH");
        assert_eq!(second.expect("error").await["message"], "메시지 전송에 실패했습니다.");
        for socket in [&mut minji, &mut first, &mut second] {
            socket.expect_nothing().await;
        }
    }

    async fn whoever_is_no_member_neither_reads_nor_writes(app: TestApp) {
        let room = room(&app, RoomKind::Channel, SLUG, &[]).await;
        let mut junho = SocketIo::of(&app.junho).await;
        for name in [SLUG, &*room.to_string()] {
            junho.emit("joinChat", json!({"chatRoomId": name})).await;
            assert_eq!(junho.expect("error").await["code"], "FORBIDDEN");
            let send = json!({"chatRoomId": name, "message": "x", "senderId": app.minji.id});
            junho.emit("sendMessage", send).await;
            let error = junho.expect("error").await;
            assert_eq!(error, json!({"message": "메시지 전송에 실패했습니다.", "code": "FORBIDDEN"}));
        }
        for kind in ["system", "image", "nonsense"] {
            let mut minji = SocketIo::of(&app.minji).await;
            let send = json!({"chatRoomId": SLUG, "message": "x", "messageType": kind});
            minji.emit("sendMessage", send).await;
            assert_eq!(minji.expect("error").await["message"], "메시지 전송에 실패했습니다.");
        }
        write(&app, &app.minji, room, "among ourselves").await;
        junho.expect_nothing().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM chat_messages").await, 1);
    }

    async fn admins_see_who_writes_where_everybody_can_read(app: TestApp) {
        let open = room(&app, RoomKind::Channel, SLUG, &[&app.junho]).await;
        let closed = room(&app, RoomKind::Private, "secret", &[&app.junho]).await;
        for (n, (client, room, text)) in [
            (&app.minji, open, "first"), (&app.junho, open, "second"), (&app.minji, open, "third"),
            (&app.junho, closed, "between us"),
        ].into_iter().enumerate() {
            app.set_clock(START + i64::try_from(n).expect("few") * 1_000);
            write(&app, client, room, text).await;
        }
        let mut junho = SocketIo::of(&app.junho).await;
        junho.emit("joinAsAdmin", json!(null)).await;
        assert_eq!(junho.expect("error").await["message"], "관리자 권한이 없습니다.");
        let mut admin = SocketIo::of(&app.admin).await;
        admin.send_raw("42[\"joinAsAdmin\"]").await;
        let row = |client: &Client, text: &str, at: i64, count: i64| {
            let (id, name) = (client.id, &client.user.name);
            let info = json!({"_id": id, "name": name, "email": client.user.email, "picture": null});
            json!({
                "_id": id, "lastMessage": text, "lastMessageTime": START + at, "messageCount": count, "userInfo": info
            })
        };
        assert_eq!(
            admin.expect("allChatUsers").await,
            json!([row(&app.minji, "third", 2_000, 2), row(&app.junho, "second", 1_000, 1)])
        );
    }

    async fn of_a_crowd_that_comes_at_once_everybody_is_told_of(app: TestApp) {
        room(&app, RoomKind::Private, SLUG, &[&app.junho]).await;
        let mut junho = SocketIo::of(&app.junho).await;
        let come = |person: i64, user: UserId| {
            let notice = UserNotice { message: String::new(), user_id: user, level: Level::Info };
            let text = frame(Volatile::UserConnected(notice), app.app.now());
            app.app.plane.publish(Key("user", person), |_| Some(Item::Frame(text.clone())));
        };
        come(0, app.minji.id);
        // They share no room with him.
        for person in 1..=1_000 {
            come(person, app.seoyeon.id);
        }
        loop {
            let (event, online) = junho.event().await;
            assert_eq!(event, "userOnline");
            if online["userId"] == json!(app.minji.id) {
                break;
            }
        }
    }

    async fn presence_is_told_to_those_who_share_a_room(app: TestApp) {
        room(&app, RoomKind::Private, SLUG, &[&app.junho]).await;
        let mut junho = SocketIo::of(&app.junho).await;
        let mut seoyeon = SocketIo::of(&app.seoyeon).await;
        // Any surface's socket counts.
        let page = app.minji.socket("").await;
        let (event, online) = junho.event().await;
        assert_eq!((event.as_str(), &online["userId"]), ("userOnline", &json!(app.minji.id)));
        assert!(online["socketId"].as_str().is_some_and(|id| !id.is_empty()));
        let mut minji = SocketIo::connect(app.address, json!({"token": app.minji.token}), &[]).await.expect("one");
        let (event, own) = minji.event().await;
        assert_eq!((event.as_str(), &own["userId"]), ("userOnline", &json!(app.minji.id)));
        assert_ne!(own["socketId"], online["socketId"], "nobody learns another's socket");
        assert_eq!(minji.event().await, ("unreadNotificationCount".to_owned(), json!(0)));

        drop((page, minji));
        let grace = Some(START + GRACE_MS);
        until("the grace begins", || async { app.app.presence.next_expiry() == grace }).await;
        app.strike(START + GRACE_MS).await;
        assert_eq!(junho.event().await, ("userOffline".to_owned(), json!({"userId": app.minji.id})));
        seoyeon.emit("joinAsAdmin", json!(null)).await;
        assert_eq!(seoyeon.event().await.0, "error", "nobody else hears of it");
    }

    async fn the_bell_rings_here_too(app: TestApp) {
        let mut minji = SocketIo::of(&app.minji).await;
        let mut junho = SocketIo::of(&app.junho).await;
        let body = json!({"userIds": [app.minji.id], "title": "회의", "message": "곧 시작합니다", "priority": "high"});
        let (status, sent) = app.admin.post("/notifications", body).await;
        assert_eq!(status, 201, "{sent}");
        let new = minji.expect("newNotification").await;
        for (member, value) in [
            ("userId", json!(app.minji.id)), ("title", json!("회의")), ("message", json!("곧 시작합니다")),
            ("type", json!("custom")), ("isRead", json!(false)), ("readAt", json!(null)), ("createdAt", json!(START)),
            ("priority", json!("high")), ("expiresAt", json!(null)),
        ] {
            assert_eq!(new[member], value, "{member}: {new}");
        }
        let mut second = SocketIo::connect(app.address, json!({"token": app.minji.token}), &[]).await.expect("one");
        assert_eq!(second.expect("unreadNotificationCount").await, json!(1));
        let path = format!("/notifications/{}/read", new["_id"].as_str().expect("an id"));
        assert_eq!(app.minji.patch(&path, json!(null)).await.0, 200);
        for socket in [&mut minji, &mut second] {
            assert_eq!(socket.expect("unreadNotificationCount").await, json!(0));
        }
        let notice = json!({"message": "점검이 있습니다"});
        assert_eq!(app.admin.post("/announcements", notice).await.0, 201);
        for socket in [&mut minji, &mut second, &mut junho] {
            assert_eq!(socket.expect("newNotification").await["message"], "점검이 있습니다");
        }
    }

    async fn what_waits_while_somebody_concentrates_rings_here_with_the_digest(app: TestApp) {
        let mut minji = SocketIo::of(&app.minji).await;
        let mut junho = SocketIo::of(&app.junho).await;
        let (_, timer) = app.minji.post("/timers", json!({"allocatedDuration": 600, "kind": "focus"})).await;
        for title in ["하나", "둘"] {
            let both = json!({"userIds": [app.minji.id, app.junho.id], "title": title, "message": "본문"});
            assert_eq!(app.admin.post("/notifications", both).await.0, 201);
            assert_eq!(junho.expect("newNotification").await["title"], title);
        }
        minji.expect_nothing().await;
        let mut second = SocketIo::connect(app.address, json!({"token": app.minji.token}), &[]).await.expect("one");
        assert_eq!(second.expect("unreadNotificationCount").await, json!(0));
        let urgent = json!({"userIds": [app.minji.id], "title": "불이야", "message": "본문", "priority": "urgent"});
        assert_eq!(app.admin.post("/notifications", urgent).await.0, 201);
        for socket in [&mut minji, &mut second] {
            assert_eq!(socket.expect("newNotification").await["title"], "불이야", "what cannot wait does not");
        }

        let stop = format!("/timers/{}/stop", timer["id"].as_str().expect("an id"));
        assert_eq!(app.minji.post(&stop, json!({})).await.0, 200);
        for socket in [&mut minji, &mut second] {
            // What waited counts now; the digest itself makes one more.
            assert_eq!(socket.expect("unreadNotificationCount").await, json!(3));
            let digest = socket.expect("newNotification").await;
            assert_eq!((&digest["data"]["kind"], &digest["data"]["count"]), (&json!("held_digest"), &json!(2)), "{digest}");
            socket.expect_nothing().await;
        }
        let (_, unread) = app.minji.get("/notifications/unread-count").await;
        assert_eq!(unread["unreadCount"], json!(4));
    }
}
