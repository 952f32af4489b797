//! Hello, the documented envelope, and a cursor that misses nothing.

use super::{json_of, own, path_of, seen_by};
use crate::realtime::protocol::{Control, Head, Topic};
use crate::reservations::model::PRIVATE_TITLE;
use crate::tests::helpers::{Engine, START, Socket, TestApp, hour, on_both_engines};
use crate::time::MINUTE;
use futures_util::future::join_all;
use serde_json::{Value, json};

on_both_engines! {
    async fn hello_comes_first_and_names_the_log_its_head_and_the_topics_of_the_role(app: TestApp) {
        let room = app.room("한라산").await;
        app.book_private(room.id, 1).await;
        // seq 1: the room. 2: everybody's view of the booking. 3, 4: its people's. 5: the admins'. 6: Junho's invitation.
        for (client, topics) in [
            (&app.minji, json!({"org": 2, own(&app.minji).to_string(): 3})),
            (&app.junho, json!({"org": 2, own(&app.junho).to_string(): 6})),
            (&app.seoyeon, json!({"org": 2, own(&app.seoyeon).to_string(): 0})),
            (&app.admin, json!({"org": 2, own(&app.admin).to_string(): 0, "admin": 5})),
        ] {
            let hello = json_of(&client.socket("").await.text().await);
            assert_eq!(
                hello,
                json!({
                    "type": "hello",
                    "data": {
                        "logId": app.app.log.id(), "build": app.app.build, "seq": 6, "serverTime": 1_795_392_000_000_i64,
                        "resumed": false, "topics": topics,
                    },
                    "timestamp": "2026-11-23T00:00:00.000Z",
                })
            );
        }
    }

    async fn everybody_hears_of_a_booking_in_the_documented_envelope(app: TestApp) {
        let room = app.room("한라산").await.id;
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.junho, &app.seoyeon, &app.admin] {
            let mut socket = client.socket("").await;
            socket.hello().await;
            sockets.push(socket);
        }
        app.set_clock(START + 1_234);
        let booking = app.minji.book(room, 1).await;
        let expected = json!({
            "type": "reservation:created",
            "data": {"reservation": booking, "roomId": room, "userId": app.minji.id},
            "timestamp": "2026-11-23T00:00:01.234Z",
            "userId": app.minji.id,
            "seq": 2, "topic": "org", "prev": 1,
        });
        for socket in &mut sockets {
            assert_eq!(json_of(&socket.text().await), expected);
            assert_eq!(json_of(&socket.text().await)["type"], "notification:created");
        }
        let (_, cancelled) = app.minji.post(&format!("{}/cancel", path_of(&booking)), json!({})).await;
        for socket in &mut sockets {
            let frame = json_of(&socket.text().await);
            assert_eq!((&frame["type"], &frame["data"]["reservation"]), (&json!("reservation:cancelled"), &cancelled));
            assert_eq!((&frame["seq"], &frame["prev"]), (&json!(4), &json!(3)));
            socket.assert_quiet().await;
        }
    }

    async fn a_private_booking_is_reduced_for_everybody_and_whole_for_its_people(app: TestApp) {
        let room = app.room("한라산").await.id;
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.junho, &app.seoyeon, &app.admin] {
            let mut socket = client.socket("").await;
            socket.hello().await;
            sockets.push(socket);
        }
        let [minji, junho, seoyeon, admin] = &mut sockets[..] else { panic!("four sockets") };
        let (org, all) = ("org".to_owned(), "admin".to_owned());
        let (of_minji, of_junho) = (own(&app.minji).to_string(), own(&app.junho).to_string());

        let booking = app.book_private(room, 1).await;
        let path = path_of(&booking);
        let reduced = |booking: &Value| {
            let mut reduced = booking.clone();
            reduced["organizer"] = Value::Null;
            reduced["title"] = json!(PRIVATE_TITLE);
            reduced["attendees"] = json!([]);
            reduced["attendeeCount"] = json!(0);
            reduced
        };
        // What each has on the wire: the topics, and whether with everything.
        let check = async |socket: &mut Socket, kind: &str, booking: &Value, expected: &[(&String, bool)]| {
            for (topic, whole) in expected {
                let frame = json_of(&socket.text().await);
                assert_eq!((&frame["type"], &frame["topic"]), (&json!(kind), &json!(topic)));
                let (told, actor) = if *whole {
                    (booking.clone(), json!(app.minji.id))
                } else {
                    (reduced(booking), json!(""))
                };
                assert_eq!(frame["data"], json!({"reservation": told, "roomId": room, "userId": actor}));
                assert_eq!(frame.get("userId"), whole.then_some(&actor));
            }
            socket.assert_only_notified().await;
        };
        check(minji, "reservation:created", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:created", &booking, &[(&org, false), (&of_junho, true)]).await;
        check(admin, "reservation:created", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:created", &booking, &[(&org, false)]).await;

        // Junho is taken off: what he knew is taken back.
        let (_, booking) = app.minji.patch(&path, json!({"attendeeIds": [], "version": 1})).await;
        check(minji, "reservation:updated", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:updated", &booking, &[(&org, false), (&of_junho, false)]).await;
        check(admin, "reservation:updated", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:updated", &booking, &[(&org, false)]).await;

        // Everybody may know of it, and then no longer.
        let (_, booking) = app.minji.patch(&path, json!({"private": false, "title": "공개", "version": 2})).await;
        for socket in [&mut *minji, &mut *junho, &mut *admin, &mut *seoyeon] {
            check(socket, "reservation:updated", &booking, &[(&org, true)]).await;
        }
        let (_, booking) = app.minji.patch(&path, json!({"private": true, "title": "비밀 회의", "version": 3})).await;
        check(minji, "reservation:updated", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:updated", &booking, &[(&org, false)]).await;
        check(admin, "reservation:updated", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:updated", &booking, &[(&org, false)]).await;

        let (_, booking) = app.minji.post(&format!("{path}/cancel"), json!({})).await;
        check(minji, "reservation:cancelled", &booking, &[(&org, false), (&of_minji, true)]).await;
        check(junho, "reservation:cancelled", &booking, &[(&org, false)]).await;
        check(admin, "reservation:cancelled", &booking, &[(&org, false), (&all, true)]).await;
        check(seoyeon, "reservation:cancelled", &booking, &[(&org, false)]).await;

        // Nor does a cursor bring what was never meant for its owner.
        let mut socket = app.seoyeon.socket(&format!("&after=0&log={}", app.app.log.id())).await;
        assert!(socket.hello().await.resumed);
        loop {
            let text = socket.text().await;
            if json_of(&text)["type"] == "head" {
                break;
            }
            assert!(!text.contains("비밀"), "{text}");
        }
    }

    async fn a_cursor_brings_exactly_what_was_missed_in_order_then_a_head_then_what_happens(app: TestApp) {
        let room = app.room("한라산").await.id;
        for n in 1..=3 {
            app.junho.book(room, 2 * n).await;
            app.book_private(room, 2 * n + 1).await;
        }
        let (rows, head) = (app.log_rows().await, app.head().await);
        let log = app.app.log.id();
        let mut sockets = Vec::new();
        for client in [&app.minji, &app.seoyeon, &app.admin] {
            for after in 0..=head {
                let mut socket = client.socket(&format!("&after={after}&log={log}")).await;
                let hello = socket.hello().await;
                assert_eq!((hello.resumed, hello.seq), (true, head), "after {after}");
                let missed = seen_by(&rows, client, after);
                assert_eq!(socket.texts(missed.len()).await, missed, "after {after}");
                if after < head {
                    assert_eq!(socket.control().await, Control::Head(Head { seq: head, server_time: START.0 }));
                }
                socket.assert_quiet().await;
                sockets.push(socket);
            }
        }
        app.junho.book(room, 20).await;
        for socket in &mut sockets {
            assert_eq!(socket.durable().await.seq, head + 1);
        }
    }

    async fn a_cursor_survives_a_restart_of_the_server(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await.id;
        let mut socket = app.junho.socket("").await;
        let hello = socket.hello().await;
        app.minji.book(room, 1).await;
        let cursor = socket.durable().await.seq;
        drop(socket);
        app.minji.book(room, 2).await;

        app = app.restart().await;
        app.minji.book(room, 3).await;
        let (rows, query) = (app.log_rows().await, format!("&after={cursor}&log={}", hello.log_id));
        let mut socket = app.junho.socket(&query).await;
        assert!(socket.hello().await.resumed);
        assert_eq!(socket.texts(5).await, seen_by(&rows, &app.junho, cursor));
        assert_eq!(socket.control().await, Control::Head(Head { seq: 7, server_time: START.0 }));
        app.minji.book(room, 4).await;
        assert_eq!(socket.durable().await.seq, 8);
    }

    async fn a_cursor_that_means_nothing_here_is_said_to_and_the_socket_is_live_from_now(app: TestApp) {
        let room = app.room("한라산").await.id;
        app.minji.book(room, 1).await;
        let log = app.app.log.id();
        for query in [
            String::new(),
            "&after=1".into(),
            format!("&log={log}"),
            "&after=1&log=2f1b0c1e-5f0e-4e1c-9d0a-0d3f5b1f8f11".into(),
            "&after=1&log=".into(),
            format!("&after=4&log={log}"),
            format!("&after={}&log={log}", i64::MAX),
            format!("&after=-1&log={log}"),
            format!("&after={}&log={log}", i64::MIN),
        ] {
            let mut socket = app.junho.socket(&query).await;
            let hello = socket.hello().await;
            assert_eq!((hello.resumed, hello.seq, hello.topics[&Topic::Org]), (false, 3, 3), "{query}");
            socket.assert_quiet().await;
        }
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        app.minji.book(room, 2).await;
        assert_eq!(socket.durable().await.seq, 4);
    }

    async fn whenever_a_socket_opens_its_hello_and_its_frames_together_miss_nothing(app: TestApp) {
        let room = app.room("한라산").await.id;
        let writing = async {
            for n in 0..40 {
                join_all((0..8).map(|k| {
                    let mut body = hour(room, 0);
                    let from = START + (n * 8 + k) * 5 * MINUTE;
                    (body["startsAt"], body["endsAt"]) = (json!(from), json!(from + 5 * MINUTE));
                    body["private"] = json!(k % 3 == 0);
                    app.minji.post("/reservations", body)
                }))
                .await;
            }
        };
        let opening = async {
            let mut opened = Vec::new();
            for n in 0..50 {
                let client = [&app.minji, &app.seoyeon, &app.admin][n % 3];
                let mut socket = client.socket("").await;
                opened.push((client, socket.hello().await, socket));
            }
            opened
        };
        let ((), opened) = tokio::join!(writing, opening);
        // Everybody sees the last one.
        app.room("백두산").await;

        let rows = app.log_rows().await;
        for (client, hello, mut socket) in opened {
            for row in rows.iter().filter(|row| row.seq <= hello.seq) {
                let topic: Topic = row.topic.parse().expect("a topic");
                let known = hello.topics.get(&topic).is_none_or(|newest| row.seq <= *newest);
                assert!(known, "{row:?} is neither in the hello nor sent after it: {hello:?}");
            }
            let after = seen_by(&rows, client, hello.seq);
            assert_eq!(socket.texts(after.len()).await, after);
        }
    }
}
