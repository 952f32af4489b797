//! Who gets a socket, and for how long.

use super::*;
use crate::realtime::protocol::Topic;
use crate::tests::helpers::until;
use crate::time::HOUR;
use tokio_tungstenite::tungstenite::Message;

/// The whole of what a client sees that was refused.
async fn refusal(app: &TestApp, auth: Value, headers: &[(&str, &str)]) -> NotConnected {
    SocketIo::connect(app.address, auth, headers).await.err().expect("a refusal")
}

on_both_engines! {
    async fn only_a_good_token_or_cookie_opens_a_socket(app: TestApp) {
        let unauthenticated = || NotConnected::Refused("로그인이 필요합니다.".into());
        let forged = format!("{}x", app.minji.token);
        for auth in [
            json!(null),
            json!({}),
            json!({"token": null}),
            json!({"token": ""}),
            json!({"token": "nonsense"}),
            json!({"token": forged}),
            json!({"token": 7}),
            json!({"userId": app.minji.id}),
            json!("token"),
        ] {
            assert_eq!(refusal(&app, auth.clone(), &[]).await, unauthenticated(), "{auth}");
        }
        let english = refusal(&app, json!({}), &[("accept-language", "en")]).await;
        assert_eq!(english, NotConnected::Refused("Please log in.".into()));

        let browser = app.browser("minji", false).await;
        let own = app.url("");
        let cookie = ("cookie", browser.cookie.as_str());
        assert!(SocketIo::connect(app.address, json!({}), &[cookie, ("origin", &own)]).await.is_ok());
        let token = json!({"token": app.minji.token});
        assert!(SocketIo::connect(app.address, token.clone(), &[]).await.is_ok());
        // A token that is named must be good, whatever the cookie says.
        let named = refusal(&app, json!({"token": "nonsense"}), &[cookie, ("origin", &own)]).await;
        assert_eq!(named, unauthenticated());

        let foreign = NotConnected::Status(http::StatusCode::FORBIDDEN);
        assert_eq!(refusal(&app, json!({}), &[cookie]).await, foreign, "a cookie without an origin");
        for auth in [json!({}), token] {
            let headers = [cookie, ("origin", "https://evil.example")];
            assert_eq!(refusal(&app, auth, &headers).await, foreign);
        }
    }

    async fn clients_without_a_token_are_who_they_say_where_that_is_believed(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.compat_trust_user_id = true).await;
        room(&app, RoomKind::Channel, SLUG, &[]).await;
        // A token that is no good is not made up for.
        let expired = SocketIo::connect(app.address, json!({"token": "x"}), &[]).await;
        assert!(matches!(expired, Err(NotConnected::Refused(_))));
        let mut believed = SocketIo::connect(app.address, json!({}), &[]).await.expect("a socket");
        believed.emit("send-message", json!({"streamId": SLUG, "message": "너무 일찍"})).await;
        assert_eq!(believed.expect("error").await["code"], "UNAUTHENTICATED");
        let join = |id: &str| json!({"streamId": SLUG, "user": {"userId": id, "nickname": "x", "avatarUrl": ""}});
        believed.emit("join-room", join("999")).await;
        assert_eq!(believed.expect("error").await["code"], "UNAUTHENTICATED");
        believed.emit("join-room", join(&app.junho.id.to_string())).await;
        believed.expect("unreadNotificationCount").await;
        believed.expect("message-history").await;
        believed.emit("send-message", json!({"streamId": SLUG, "message": "안녕!"})).await;
        assert_eq!(believed.expect("new-message").await["nickname"], "junho");
        // It is not asked for a session that it does not have.
        app.set_clock(START + 24 * HOUR);
        believed.emit("send-message", json!({"streamId": SLUG, "message": "여전히"})).await;
        assert_eq!(believed.expect("new-message").await["message"], "여전히");
        assert_eq!(app.count("SELECT COUNT(*) FROM chat_messages").await, 2);
    }

    async fn polling_is_guarded_like_an_upgrade(app: TestApp) {
        let browser = app.browser("minji", false).await;
        let url = app.url("/socket.io/?EIO=4&transport=polling");
        let http = reqwest::Client::new();
        let status = async |headers: &[(&str, &str)]| {
            let mut request = http.get(&url);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            request.send().await.expect("an answer").status().as_u16()
        };
        let cookie = ("cookie", browser.cookie.as_str());
        assert_eq!(status(&[]).await, 200);
        assert_eq!(status(&[cookie, ("sec-fetch-site", "same-origin")]).await, 200);
        assert_eq!(status(&[cookie, ("sec-fetch-site", "cross-site")]).await, 403);
        assert_eq!(status(&[("origin", "https://evil.example")]).await, 403);
    }

    async fn a_person_may_have_several_sockets_but_not_open_sixty_one_in_a_minute(app: TestApp) {
        let token = json!({"token": app.minji.token});
        let mut open = Vec::new();
        for _ in 0..60 {
            open.push(SocketIo::connect(app.address, token.clone(), &[]).await.expect("a connection"));
        }
        let refused = refusal(&app, token.clone(), &[]).await;
        assert_eq!(refused, NotConnected::Refused("시도가 너무 많습니다. 60초 뒤에 다시 해 주세요.".into()));
        SocketIo::of(&app.junho).await;
        app.set_clock(START + 60_000);
        SocketIo::connect(app.address, token, &[]).await.expect("a minute later there is room again");
    }

    async fn a_socket_ends_with_the_sign_in_and_not_with_its_token(app: TestApp) {
        let mut minji = SocketIo::of(&app.minji).await;
        let mut junho = SocketIo::of(&app.junho).await;
        // Long after the token has run out.
        app.set_clock(START + 3_600_000);
        minji.expect_nothing().await;
        app.set_clock(START);
        let (status, body) = app.minji.post("/auth/logout", json!(null)).await;
        assert_eq!(status, 204, "{body}");
        minji.dismissed().await;
        junho.expect_nothing().await;
        drop((minji, junho));
        app.sockets_gone().await;
    }

    async fn a_moment_without_a_database_sends_nobody_away_for_good(app: TestApp) {
        let (address, auth) = (app.address, json!({"token": app.minji.token}));
        app.execute("ALTER TABLE sessions RENAME TO mislaid").await;
        let connecting = tokio::spawn(async move { SocketIo::connect(address, auth, &[]).await });
        for _ in 0..20 {
            assert_eq!(app.minji.get("/me").await.0, 500, "nobody is known meanwhile");
        }
        app.execute("ALTER TABLE mislaid RENAME TO sessions").await;
        let mut minji = connecting.await.expect("an outcome").expect("a connection");
        minji.expect("unreadNotificationCount").await;

        app.execute("ALTER TABLE notifications RENAME TO mislaid").await;
        let mut junho = SocketIo::connect(address, json!({"token": app.junho.token}), &[]).await.expect("a connection");
        // Whoever could not be told what comes first is not here yet.
        until("it was tried in vain", || async { app.app.presence.next_expiry().is_some() }).await;
        app.execute("ALTER TABLE mislaid RENAME TO notifications").await;
        junho.expect("unreadNotificationCount").await;
        junho.expect_nothing().await;
    }

    async fn a_stopping_server_closes_the_connection_so_that_clients_come_again(app: TestApp) {
        let mut minji = SocketIo::of(&app.minji).await;
        app.app.stopping.cancel();
        minji.closed().await;
        app.sockets_gone().await;
    }

    async fn whoever_says_too_much_is_told_once(app: TestApp) {
        let mut minji = SocketIo::of(&app.minji).await;
        let mut second = SocketIo::of(&app.minji).await;
        for _ in 0..119 {
            minji.emit("anything", json!({})).await;
        }
        minji.expect_nothing().await;
        for _ in 0..20 {
            minji.emit("send-message", json!({"streamId": "nowhere", "message": "x"})).await;
        }
        assert_eq!(minji.expect("error").await["code"], "RATE_LIMIT_EXCEEDED");
        // The limit is the person's, not the socket's.
        second.emit("joinAsAdmin", json!(null)).await;
        assert_eq!(second.expect("error").await["code"], "RATE_LIMIT_EXCEEDED");
        let mut junho = SocketIo::of(&app.junho).await;
        junho.expect_nothing().await;
        app.set_clock(START + 60_000);
        minji.expect_nothing().await;
    }

    async fn nonsense_is_refused_or_ignored_and_does_no_harm(app: TestApp) {
        let room = room(&app, RoomKind::Channel, SLUG, &[]).await;
        let mut socket = SocketIo::of(&app.minji).await;
        let nonsense = [
            json!(null), json!(7), json!("x"), json!([]), json!({}), json!({"streamId": null}), json!({"chatRoomId": 1}),
            json!({"streamId": {"$ne": 1}, "message": "x"}), json!({"chatRoomId": [], "message": {}}),
        ];
        for data in &nonsense {
            for event in ["join-room", "send-message", "joinChat", "sendMessage"] {
                app.set_clock(app.app.now() + 1_000);
                socket.emit(event, data.clone()).await;
                let error = socket.expect("error").await;
                assert_eq!(error["code"], "MALFORMED_REQUEST", "{event} {data}: {error}");
                assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
            }
        }
        socket.emit("leave-room", json!({"streamId": SLUG})).await;
        assert_eq!(socket.expect("error").await["code"], "MALFORMED_REQUEST");
        for packet in ["42[\"joinChat\"]", "42[\"join-room\",1,2,3]"] {
            socket.send_raw(packet).await;
            assert_eq!(socket.expect("error").await["code"], "MALFORMED_REQUEST", "{packet}");
        }
        for name in ["", "0", "-1", "99999999999999999999", "../lunch", "lunch\u{0}", "<script>"] {
            socket.emit("joinChat", json!({"chatRoomId": name})).await;
            assert_eq!(socket.expect("error").await["code"], "NOT_FOUND", "{name:?}");
        }
        for (text, code) in [("", "VALIDATION"), (" \n ", "VALIDATION"), ("\u{0}", "VALIDATION")] {
            socket.emit("sendMessage", json!({"chatRoomId": SLUG, "message": text})).await;
            let error = socket.expect("error").await;
            assert_eq!((error["code"].as_str(), error["message"].as_str()), (Some(code), Some("메시지 전송에 실패했습니다.")));
        }
        let long = "가".repeat(4_001);
        socket.emit("sendMessage", json!({"chatRoomId": SLUG, "message": long})).await;
        assert_eq!(socket.expect("error").await["code"], "VALIDATION");
        socket.expect_nothing().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM chat_messages").await, 0);

        // What is no Socket.IO ends the connection of whoever sends it, and no other's.
        let long = json!(["joinChat", {"chatRoomId": "x".repeat(70_000)}]);
        for rudeness in [
            Message::text("42"), Message::text("9"), Message::text("42{}"), Message::binary(vec![0; 10]),
            Message::text("451-[\"joinChat\",{\"_placeholder\":true,\"num\":0}]"), Message::text(format!("42{long}")),
        ] {
            SocketIo::of(&app.junho).await.send_rudely(rudeness).await;
        }
        write(&app, &app.minji, room, "still here").await;
        socket.expect_nothing().await;
    }

    async fn sockets_of_other_topics_get_nothing_of_them(app: TestApp) {
        let mut socket = SocketIo::of(&app.minji).await;
        app.emit(Topic::Org, 3, "").await;
        app.emit(Topic::User(app.junho.id), 3, "").await;
        socket.expect_nothing().await;
    }
}
