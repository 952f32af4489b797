//! Quiet, silent and slow clients.

use super::{BRISK, fill, json_of, seen_by, slow_socket};
use crate::realtime::peer::Patience;
use crate::realtime::protocol::{Control, Head, Topic};
use crate::server::application::Application;
use crate::tests::helpers::{Client, ENDLESS, Engine, PATIENCE, START, Socket, TestApp, is_volatile, on_both_engines};
use crate::time::MINUTE;
use futures_util::StreamExt;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

on_both_engines! {
    async fn a_quiet_client_is_told_where_the_log_stands(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = BRISK).await;
        let mut socket = app.seoyeon.socket("").await;
        socket.hello().await;
        // Of no concern to her, but her cursor moves over it.
        app.emit(Topic::Admin, 7, "").await;
        let text = loop {
            let text = socket.text().await;
            if json_of(&text)["data"]["seq"] == 7 {
                break text;
            }
        };
        assert_eq!(
            json_of(&text),
            json!({
                "type": "head", "data": {"seq": 7, "serverTime": 1_795_392_000_000_i64},
                "timestamp": "2026-11-23T00:00:00.000Z",
            })
        );
    }

    async fn a_client_that_answers_no_pings_is_let_go(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = Patience { pings: 2, ..BRISK }).await;
        let mut stream = TcpStream::connect(app.address).await.expect("a connection");
        let request = format!(
            "GET /ws?token={} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            app.junho.token, app.address
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut received = Vec::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut received)).await;
        read.expect("let go in time").expect("read to its end");
        assert!(received.starts_with(b"HTTP/1.1 101"), "{:?}", String::from_utf8_lossy(&received));
        let pings = received.windows(2).filter(|bytes| bytes == b"\x89\x00").count();
        assert_eq!(pings, 2);
    }

    async fn a_client_that_answers_pings_stays(app: TestApp) {
        let mut app = app;
        // Not brisk: the client has 1.5 s to answer, and is watched for longer than that.
        let beat = Duration::from_millis(500);
        app = app.restart_with(|config| config.patience = Patience { beat, pings: 2, ..ENDLESS }).await;
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        for _ in 0..5 {
            assert_eq!(socket.control().await, Control::Head(Head { seq: 0, server_time: START.0 }));
        }
    }

    async fn a_slow_client_gets_everything_in_order_and_holds_up_nobody(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = ENDLESS).await;
        let mut slow = slow_socket(&app.seoyeon, app.address, "").await;
        slow.hello().await;
        let mut quick = app.seoyeon.socket("").await;
        quick.hello().await;
        // Far more than the buffers of a connection hold, and more than the ring does: it keeps ten minutes.
        for minutes in [0, 6, 12] {
            app.set_clock(START + minutes * MINUTE);
            fill(&app, &app.seoyeon).await;
        }
        let rows = app.log_rows().await;
        let expected = seen_by(&rows, &app.seoyeon, 0);
        assert_eq!(quick.texts(expected.len()).await, expected);

        app.set_clock(START);
        assert_eq!(slow.texts(expected.len()).await, expected);
        slow.assert_quiet().await;
        app.room("한라산").await;
        assert_eq!(slow.durable().await.seq, app.head().await);
    }

    async fn a_client_that_takes_nothing_is_let_go_and_has_no_hole_in_what_it_got(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.patience = Patience { write: Duration::from_millis(200), ..ENDLESS }).await;
        let mut slow = slow_socket(&app.seoyeon, app.address, "").await;
        let log = slow.hello().await.log_id;
        fill(&app, &app.seoyeon).await;
        app.sockets_gone().await;

        let rows = app.log_rows().await;
        let expected = seen_by(&rows, &app.seoyeon, 0);
        let mut received = Vec::new();
        loop {
            match tokio::time::timeout(PATIENCE, slow.0.next()).await.expect("an end in time") {
                Some(Ok(Message::Text(text))) if is_volatile(&text) => {}
                Some(Ok(Message::Text(text))) => received.push(text.to_string()),
                Some(Ok(Message::Close(close))) => {
                    assert_eq!(close.map(|close| u16::from(close.code)), Some(4008));
                    break;
                }
                Some(Ok(other)) => panic!("{other:?}"),
                // Cut off in the middle of a frame: nothing could be written any more.
                Some(Err(_)) | None => break,
            }
        }
        assert!(received.len() < expected.len(), "it was not slow");
        assert_eq!(received, expected[..received.len()]);

        // It comes again with its cursor and lacks nothing.
        let cursor = rows.iter().find(|row| Some(&row.frame) == received.last()).map_or(0, |row| row.seq);
        let mut again = app.seoyeon.socket(&format!("&after={cursor}&log={log}")).await;
        assert!(again.hello().await.resumed);
        assert_eq!(again.texts(expected.len() - received.len()).await, expected[received.len()..]);
    }

    async fn a_server_that_stops_says_goodbye_to_every_socket_before_it_is_gone(app: TestApp) {
        let room = app.room("한라산").await.id;
        app.minji.book(room, 1).await;
        // A second process, whose runtime ends as soon as it has run, as that of the program does.
        let (tell, told) = tokio::sync::oneshot::channel();
        let (config, clock) = (app.app.config.clone(), app.app.clock.clone());
        let process = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
            let outcome = runtime.block_on(async {
                let application = Application::build(config, clock).await.expect("a server");
                let _ = tell.send((application.app.clone(), application.addresses()[0]));
                application.run().await
            });
            runtime.shutdown_background();
            outcome
        });
        let (second, address) = told.await.expect("it has started");
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.junho, &app.seoyeon, &app.admin] {
            for _ in 0..25 {
                let mut socket =
                    Socket::open(address, &format!("/ws?token={}", client.token), None).await.expect("an upgrade");
                socket.hello().await;
                sockets.push(socket);
            }
        }
        // Its write lane has been used.
        Client::log_in(address, "minji@example.com").await;

        second.stopping.cancel();
        drop(second);
        let ended = tokio::task::spawn_blocking(move || process.join());
        let outcome = tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time").expect("joined");
        assert_eq!(outcome.expect("no panic"), Ok(()));
        for mut socket in sockets {
            assert_eq!(socket.close_code().await, 1001);
        }
    }
}
