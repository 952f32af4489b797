//! Who gets in.

use super::{cookie, json_of, own};
use crate::tests::helpers::{Engine, START, Socket, TestApp, on_both_engines};
use crate::time::MINUTE;
use futures_util::future::join_all;
use http::StatusCode;
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

on_both_engines! {
    async fn nobody_gets_in_without_a_good_token_and_is_told_so_after_the_upgrade(app: TestApp) {
        let expired = app.minji.token.clone();
        let (head, _) = app.minji.token.rsplit_once('.').expect("a signature");
        let forged = format!("{head}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        for query in ["".to_owned(), "?token=".into(), "?token=nonsense".into(), "?token=a.b.c".into(), format!("?token={forged}")] {
            assert_eq!(app.open(&query).await.close_code().await, 1008, "{query}");
        }
        app.set_clock(START + 15 * MINUTE);
        assert_eq!(app.open(&format!("?token={expired}")).await.close_code().await, 1008);
        app.set_clock(START);
        app.open(&format!("?token={expired}")).await.hello().await;
        // Who a client claims to be is not looked at.
        assert_eq!(app.open(&format!("?user_id={}", app.admin.id)).await.close_code().await, 1008);
    }

    async fn a_token_may_come_as_a_subprotocol_which_is_echoed_good_or_bad(app: TestApp) {
        for (token, code) in [(app.minji.token.as_str(), None), ("nonsense", Some(1008))] {
            let protocol = format!("authorization.bearer.{token}");
            let request = app.upgrade("", &[("sec-websocket-protocol", &protocol)]);
            let (stream, response) = connect_async(request).await.expect("an upgrade");
            assert_eq!(response.headers().get("sec-websocket-protocol").and_then(|p| p.to_str().ok()), Some(&*protocol));
            let mut socket = Socket(stream);
            match code {
                None => drop(socket.hello().await),
                Some(code) => assert_eq!(socket.close_code().await, code),
            }
        }
    }

    async fn an_authorization_header_and_a_session_cookie_open_a_socket_too(app: TestApp) {
        let bearer = format!("Bearer {}", app.minji.token);
        let request = app.upgrade("", &[("authorization", &bearer)]);
        let hello = Socket::open_with(request).await.expect("an upgrade").hello().await;
        assert!(hello.topics.contains_key(&own(&app.minji)));

        let (cookie, origin) = (cookie(&app, "junho").await, format!("http://{}", app.address));
        let request = app.upgrade("", &[("cookie", &cookie), ("origin", &origin)]);
        let hello = Socket::open_with(request).await.expect("an upgrade").hello().await;
        assert!(hello.topics.contains_key(&own(&app.junho)));
    }

    async fn pages_of_other_origins_open_no_socket(app: TestApp) {
        let mut app = app;
        let cookie = cookie(&app, "minji").await;
        let query = format!("?token={}", app.minji.token);
        let own = &*format!("http://{}", app.address);
        for (query, headers, expected) in [
            ("", vec![("cookie", &*cookie), ("origin", own)], None),
            (&*query, vec![("origin", own)], None),
            (&*query, vec![], None),
            ("", vec![("cookie", &cookie), ("origin", "https://evil.example")], Some(StatusCode::FORBIDDEN)),
            (&*query, vec![("origin", "https://evil.example")], Some(StatusCode::FORBIDDEN)),
            (&*query, vec![("origin", "null")], Some(StatusCode::FORBIDDEN)),
            (&*query, vec![("origin", "http://127.0.0.1:1")], Some(StatusCode::FORBIDDEN)),
            // No page: browsers name one on every upgrade, so a cookie alone proves nothing.
            ("", vec![("cookie", &cookie)], Some(StatusCode::FORBIDDEN)),
        ] {
            let outcome = Socket::open_with(app.upgrade(query, &headers)).await;
            assert_eq!(outcome.as_ref().err(), expected.as_ref(), "{headers:?}");
        }

        app = app.restart_with(|config| config.allowed_origins = vec!["https://intranet.example".into()]).await;
        let request = app.upgrade(&query, &[("origin", "https://intranet.example")]);
        Socket::open_with(request).await.expect("an upgrade").hello().await;
    }

    async fn a_ticket_opens_one_socket_within_a_minute(app: TestApp) {
        let ticket = async || {
            let (status, answer) = app.minji.post("/ws/ticket", json!({})).await;
            assert_eq!((status, &answer["expiresIn"]), (StatusCode::OK, &json!(60)), "{answer}");
            format!("?token={}", answer["ticket"].as_str().expect("a ticket"))
        };
        let used = ticket().await;
        let hello = app.open(&used).await.hello().await;
        assert!(hello.topics.contains_key(&own(&app.minji)));
        assert_eq!(app.open(&used).await.close_code().await, 1008);

        let (fresh, expired) = (ticket().await, ticket().await);
        app.set_clock(START + MINUTE - 1);
        app.open(&fresh).await.hello().await;
        app.set_clock(START + MINUTE);
        assert_eq!(app.open(&expired).await.close_code().await, 1008);

        // Of many who have the same one at the same moment, one gets in.
        let shared = ticket().await;
        let first_frames = join_all((0..8).map(|_| async {
            match app.open(&shared).await.raw().await {
                Some(Message::Text(hello)) => json_of(&hello)["type"] == "hello",
                Some(Message::Close(Some(CloseFrame { code, .. }))) if u16::from(code) == 1008 => false,
                other => panic!("{other:?}"),
            }
        }))
        .await;
        assert_eq!(first_frames.iter().filter(|hello| **hello).count(), 1);
    }

    async fn the_61st_socket_within_a_minute_is_told_to_back_off(app: TestApp) {
        let mut open = Vec::new();
        for _ in 0..60 {
            let mut socket = app.minji.socket("").await;
            socket.hello().await;
            open.push(socket);
        }
        assert_eq!(app.minji.socket("").await.close_code().await, 4029);
        app.junho.socket("").await.hello().await;
        app.set_clock(START + MINUTE);
        app.minji.socket("").await.hello().await;
        for socket in &mut open {
            socket.assert_quiet().await;
        }
    }
}
