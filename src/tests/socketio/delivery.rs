//! What arrives: everything, in the log's order, to those who may have it.

use super::*;
use crate::chat::server::Flood;
use crate::realtime::protocol::Event;

on_both_engines! {
    async fn a_message_sent_anywhere_arrives_everywhere_in_one_order(app: TestApp) {
        let room = room(&app, RoomKind::Channel, SLUG, &[&app.junho, &app.seoyeon]).await;
        let (mut stream, mut gateway) = (SocketIo::of(&app.minji).await, SocketIo::of(&app.junho).await);
        let mut page = app.seoyeon.socket("").await;
        page.hello().await;
        join_stream(&mut stream, SLUG).await;
        join_chat(&mut gateway, SLUG).await;
        // One socket may speak both contracts.
        join_stream(&mut gateway, SLUG).await;
        stream.expect("user-joined").await;
        let mut expected = Vec::new();
        for n in 0..8 {
            let (a, b, c) = (format!("a{n}"), format!("b{n}"), format!("c{n}"));
            stream.emit("send-message", json!({"streamId": SLUG, "message": a})).await;
            gateway.emit("sendMessage", json!({"chatRoomId": SLUG, "message": b})).await;
            write(&app, &app.seoyeon, room, &c).await;
            expected.extend([a, b, c]);
        }
        let mut order = Vec::new();
        while order.len() < expected.len() {
            if let Event::ChatMessage(message) = page.durable().await.event {
                order.push(message.message.clone());
            }
        }
        for text in &order {
            assert_eq!(stream.expect("new-message").await["message"], *text);
            assert_eq!(gateway.expect("new-message").await["message"], *text);
            assert_eq!(gateway.expect("newMessage").await["message"], *text);
        }
        order.sort();
        expected.sort();
        assert_eq!(order, expected, "none is lost and none is doubled");
    }

    async fn whoever_is_removed_gets_nothing_more_of_the_room(app: TestApp) {
        let room = room(&app, RoomKind::Private, SLUG, &[&app.junho, &app.seoyeon]).await;
        let mut sockets = Vec::new();
        for client in [&app.junho, &app.junho, &app.seoyeon] {
            sockets.push(SocketIo::of(client).await);
        }
        join_chat(&mut sockets[0], SLUG).await;
        join_stream(&mut sockets[1], SLUG).await;
        join_chat(&mut sockets[2], SLUG).await;
        sockets[0].expect("userJoined").await;
        chat::remove_member(&app.app, &employee(&app, &app.minji), room, app.junho.id, "").await.expect("removed");
        write(&app, &app.minji, room, "now that junho has gone").await;
        assert_eq!(sockets[2].expect("newMessage").await["message"], "now that junho has gone");
        for socket in &mut sockets[..2] {
            assert_eq!(socket.expect("error").await["code"], "FORBIDDEN");
            assert_eq!(socket.expect("newNotification").await["title"], "채팅방에서 내보내짐");
            socket.expect_nothing().await;
            socket.emit("joinChat", json!({"chatRoomId": SLUG})).await;
            assert_eq!(socket.expect("error").await["code"], "FORBIDDEN");
            socket.emit("sendMessage", json!({"chatRoomId": SLUG, "message": "x"})).await;
            assert_eq!(socket.expect("error").await["code"], "FORBIDDEN");
        }
        // Whoever is taken in again has to join again, and is then not taken for somebody who left.
        chat::add_member(&app.app, &employee(&app, &app.minji), room, app.junho.id).await.expect("added");
        write(&app, &app.minji, room, "welcome back").await;
        sockets[0].expect_nothing().await;
        assert_eq!(texts(&join_chat(&mut sockets[0], SLUG).await)[0], "welcome back");
        write(&app, &app.minji, room, "again").await;
        assert_eq!(sockets[0].expect("newMessage").await["message"], "again");
    }

    async fn a_client_that_reads_late_misses_nothing(app: TestApp) {
        const MESSAGES: usize = 600;
        let mut app = app;
        app = app.restart_with(|config| config.flood = Flood { messages: MESSAGES, window_ms: 1 }).await;
        let room = room(&app, RoomKind::Channel, SLUG, &[&app.junho]).await;
        let mut late = SocketIo::of(&app.junho).await;
        join_chat(&mut late, SLUG).await;
        // More than its queue and the buffers of both ends of the connection hold.
        let long = "나".repeat(4_000);
        for n in 0..MESSAGES {
            write(&app, &app.minji, room, &format!("{n} {}", &long[..long.len() - 24])).await;
        }
        for n in 0..MESSAGES {
            let message = late.expect("newMessage").await;
            assert_eq!(message["seq"], n + 1);
            assert!(message["message"].as_str().is_some_and(|text| text.starts_with(&format!("{n} "))));
        }
        late.expect_nothing().await;
    }
}
