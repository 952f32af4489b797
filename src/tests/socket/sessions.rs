//! A socket ends with its session.

use super::{BRISK, cookie, fill, head_at, json_of, slow_socket};
use crate::accounts::server::{log_out, session_of_access_token};
use crate::ids::SessionId;
use crate::realtime::ending::Ending;
use crate::realtime::protocol::Control;
use crate::tests::helpers::{Client, ENDLESS, Engine, START, Socket, TestApp, on_both_engines};
use crate::time::{HOUR, MINUTE};
use http::StatusCode;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

on_both_engines! {
    async fn signing_out_closes_the_sockets_of_that_session_and_no_others(app: TestApp) {
        let elsewhere = Client::log_in(app.address, "minji@example.com").await;
        let (mut stays, mut goes, mut goes_too) =
            (app.minji.socket("").await, elsewhere.socket("").await, elsewhere.socket("").await);
        for socket in [&mut stays, &mut goes, &mut goes_too] {
            socket.hello().await;
        }
        let (status, _) = elsewhere.post("/auth/logout", json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!((goes.close_code().await, goes_too.close_code().await), (4001, 4001));
        assert_eq!(elsewhere.socket("").await.close_code().await, 1008);
        app.room("한라산").await;
        assert_eq!(stays.durable().await.seq, 1);
    }

    async fn a_socket_that_was_busy_while_many_sessions_ended_learns_of_its_own(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = ENDLESS).await;
        let elsewhere = Client::log_in(app.address, "minji@example.com").await;
        let mut busy = slow_socket(&elsewhere, app.address, "").await;
        busy.hello().await;
        // More than its connection holds: the server is in the middle of writing.
        fill(&app, &elsewhere).await;
        let (status, _) = elsewhere.post("/auth/logout", json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        for n in 0..100 {
            log_out(&app.app, SessionId(1_000_000 + n)).await.expect("nobody's session");
        }
        assert_eq!(busy.close_code().await, 4001);
    }

    async fn whoever_signs_out_while_they_catch_up_gets_no_more(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = ENDLESS).await;
        let elsewhere = Client::log_in(app.address, "minji@example.com").await;
        let mut behind = slow_socket(&elsewhere, app.address, "").await;
        behind.hello().await;
        fill(&app, &elsewhere).await;
        let (status, _) = elsewhere.post("/auth/logout", json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let mut events = 0;
        loop {
            match behind.raw().await.expect("a close frame") {
                Message::Text(_) => events += 1,
                Message::Close(close) => {
                    assert_eq!(close.map(|close| u16::from(close.code)), Some(4001));
                    break;
                }
                _ => {}
            }
        }
        assert!(events < 2_000, "all {events} events that were committed");
    }

    async fn a_session_that_ended_before_its_socket_listened_ends_it(app: TestApp) {
        let elsewhere = Client::log_in(app.address, "minji@example.com").await;
        let caller = session_of_access_token(&app.app, &elsewhere.token).await.expect("an answer").expect("a caller");
        log_out(&app.app, caller.session).await.expect("signed out");
        assert_eq!(Ending::of(&app.app, &caller).check().await, Err(Some(4001)));
        assert_eq!(Ending::of(&app.app, &caller).wait().await, Some(4001));
    }

    async fn a_ticket_makes_no_more_of_an_access_token_than_it_is(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = BRISK).await;
        let (_, ticket) = app.minji.post("/ws/ticket", json!({})).await;
        let path = format!("/ws?token={}", ticket["ticket"].as_str().expect("a ticket"));
        let mut socket = Socket::open(app.address, &path, None).await.expect("a socket");
        socket.hello().await;
        app.set_clock(START + 15 * MINUTE);
        assert_eq!(socket.close_code().await, 4001);
    }

    async fn a_token_that_ends_is_announced_once_and_then_closes_the_socket(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = BRISK).await;
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for (at, expected) in [(START, false), (START + 14 * MINUTE - 1, false), (START + 14 * MINUTE, true)] {
            app.set_clock(at);
            let mut announced = 0;
            let mut heads = 0;
            // The first head at the new instant, and one more round.
            while heads < 2 {
                match socket.control().await {
                    Control::Head(head) if head.server_time == at.0 => heads += 1,
                    Control::Head(_) => {}
                    Control::AuthExpiring(_) => announced += 1,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(announced, i32::from(expected), "at {at}");
        }
        app.set_clock(START + 15 * MINUTE);
        loop {
            match socket.raw().await.expect("a close frame") {
                Message::Text(text) => assert_eq!(json_of(&text)["type"], "head"),
                Message::Close(close) => {
                    assert_eq!(close.map(|close| u16::from(close.code)), Some(4001));
                    break;
                }
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn a_session_that_is_prolonged_meanwhile_keeps_its_socket(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = BRISK).await;
        let (cookie, origin) = (cookie(&app, "minji").await, format!("http://{}", app.address));
        let request = app.upgrade("", &[("cookie", &cookie), ("origin", &origin)]);
        let mut socket = Socket::open_with(request).await.expect("an upgrade");
        socket.hello().await;

        app.set_clock(START + 6 * HOUR);
        let me = reqwest::Client::new().get(app.url("/api/v1/me")).header("cookie", &cookie).send().await.expect("an answer");
        assert_eq!(me.status(), 200);
        app.wait_for("SELECT MAX(expires_at) FROM sessions", (START + 18 * HOUR).0).await;
        for at in [START + 12 * HOUR, START + 18 * HOUR - MINUTE - 1] {
            app.set_clock(at);
            head_at(&mut socket, at).await;
        }
        app.set_clock(START + 18 * HOUR - MINUTE);
        while matches!(socket.control().await, Control::Head(_)) {}
        head_at(&mut socket, START + 18 * HOUR - MINUTE).await;
        app.set_clock(START + 18 * HOUR);
        assert_eq!(socket.close_code().await, 4001);
    }
}
