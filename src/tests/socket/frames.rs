//! What a client may say, and what becomes of the rest.

use super::{MAX_FRAME, json_of, ping};
use crate::tests::helpers::{Engine, START, TestApp, on_both_engines};
use crate::time::SECOND;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as RawFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};

on_both_engines! {
    async fn a_ping_of_the_application_is_answered_as_documented(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        app.set_clock(START + 30 * SECOND);
        socket.send(ping()).await;
        assert_eq!(
            json_of(&socket.text().await),
            json!({"type": "pong", "data": {}, "timestamp": "2026-11-23T00:00:30.000Z"})
        );
    }

    async fn what_a_client_says_otherwise_is_ignored(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for other in ["", "null", "[]", "ping", "{}", "{\"type\":7}", "{\"type\":\"subscribe\",\"data\":{\"topic\":\"admin\"}}"] {
            socket.send(Message::text(other)).await;
            socket.assert_quiet().await;
        }
        app.admin.socket("").await.hello().await;
    }

    async fn whoever_debugs_is_told_what_is_ignored(app: TestApp) {
        let mut socket = app.minji.socket("&debug=1").await;
        socket.hello().await;
        for (said, message) in
            [("{\"type\":\"shout\",\"data\":{}}", "unknown type shout"), ("{\"type\":", "not a frame"), ("7", "not a frame")]
        {
            socket.send(Message::text(said)).await;
            assert_eq!(
                json_of(&socket.text().await),
                json!({"type": "error", "data": {"message": message}, "timestamp": "2026-11-23T00:00:00.000Z"})
            );
        }
        let mut socket = app.minji.socket("&debug=0").await;
        socket.hello().await;
        socket.send(Message::text("{\"type\":\"watch\"}")).await;
        socket.assert_quiet().await;
    }

    async fn more_frames_than_the_budget_are_dropped_until_it_is_refilled(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for _ in 0..25 {
            socket.send(ping()).await;
        }
        // Answered after everything before it has been read.
        socket.send(Message::Ping("end".into())).await;
        let mut pongs = 0;
        loop {
            match socket.raw().await.expect("open") {
                Message::Text(text) => {
                    assert_eq!(json_of(&text)["type"], "pong");
                    pongs += 1;
                }
                Message::Pong(_) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(pongs, 20);
        app.set_clock(START + 2 * SECOND);
        socket.assert_quiet().await;
    }

    async fn a_ping_of_the_protocol_is_answered_with_its_own_words(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        socket.send(Message::Ping("마당".into())).await;
        assert_eq!(socket.raw().await, Some(Message::Pong("마당".into())));
    }

    async fn binary_frames_are_not_understood(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        socket.send(Message::binary(b"{\"type\":\"ping\"}".to_vec())).await;
        assert_eq!(socket.close_code().await, 1003);
    }

    async fn frames_of_more_than_64_kib_are_too_big(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        socket.send(Message::text("x".repeat(MAX_FRAME))).await;
        socket.assert_quiet().await;
        socket.send(Message::text("x".repeat(MAX_FRAME + 1))).await;
        assert_eq!(socket.close_code().await, 1009);

        // In pieces, each of which is small.
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for n in 0..3 {
            let code = OpCode::Data(if n == 0 { Data::Text } else { Data::Continue });
            socket.send(Message::Frame(RawFrame::message("x".repeat(MAX_FRAME / 2), code, n == 2))).await;
        }
        assert_eq!(socket.close_code().await, 1009);
    }

    async fn a_client_that_says_goodbye_is_answered(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        let goodbye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        socket.send(Message::Close(Some(goodbye.clone()))).await;
        assert_eq!(socket.raw().await, Some(Message::Close(Some(goodbye))));
        assert_eq!(socket.raw().await, None);
        app.sockets_gone().await;
    }
}
