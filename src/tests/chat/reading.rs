//! How far people have read.

use super::{channel, done, history, refused, say};
use crate::accounts::model::Role;
use crate::chat::model::Look;
use crate::chat::server as chat;
use crate::realtime::protocol::{Frame, Slice};
use crate::tests::helpers::{Engine, TestApp, on_both_engines};
use serde_json::{Value, json};

on_both_engines! {
    async fn the_pointer_never_moves_back_and_all_counts_follow_from_it(app: TestApp) {
        let room = channel(&app).await;
        for n in 1..=5 {
            say(&app.minji, room, &n.to_string()).await;
        }
        let unread = || async { done(app.junho.get("/chat/rooms").await)[0]["unread_count"].clone() };
        let read = |body: Value| { let client = app.junho.clone(); async move { assert_eq!(client.post(&format!("/chat/rooms/{room}/read"), body).await.0.as_u16(), 200) } };
        assert_eq!(unread().await, json!(5));
        read(json!({"last_read_seq": 3})).await;
        assert_eq!(unread().await, json!(2));
        let head = app.head().await;
        read(json!({"last_read_seq": 2})).await;
        read(json!({"last_read_seq": -7})).await;
        assert_eq!((unread().await, app.head().await), (json!(2), head), "nothing moves back, nobody is told");
        let list = history(&app.minji, room).await;
        assert_eq!(list.iter().map(|m| m["unread_by"].as_i64().unwrap_or(-1)).collect::<Vec<_>>(), [0, 0, 0, 1, 1]);
        read(json!({"last_read_seq": 999})).await;
        assert_eq!(unread().await, json!(0));
        let members = done(app.minji.get(&format!("/chat/rooms/{room}/members")).await);
        assert_eq!((&members[1]["last_read_seq"], &members[1]["unread_count"]), (&json!(5), &json!(0)));
        assert!(members[1]["last_read_at"].is_string());
        // Whoever writes has read what is before.
        say(&app.minji, room, "6").await;
        say(&app.junho, room, "7").await;
        assert_eq!(unread().await, json!(0));
        assert_eq!(history(&app.minji, room).await[5]["unread_by"], json!(0));
    }

    async fn what_arrives_late_reads_nothing_that_its_writer_had_not_seen(app: TestApp) {
        let room = channel(&app).await;
        for text in ["보았다", "못 보았다"] {
            say(&app.minji, room, text).await;
        }
        let unread = || async { done(app.junho.get("/chat/rooms").await)[0]["unread_count"].clone() };
        let say_having_seen = |text: &'static str, seen: i64| {
            let client = app.junho.clone();
            async move { done(client.post(&format!("/chat/rooms/{room}/messages"), json!({"message": text, "seen_up_to": seen})).await) }
        };
        let head = app.head().await;
        let late = say_having_seen("지하에서 썼다", 1).await;
        // Their own message is unread by the others alone.
        assert_eq!((&late["unread_by"], unread().await), (&json!(1), json!(3)));
        assert_eq!(app.events_after(head).await[0]["data"]["is_late"], json!(true));
        let counts = || async { history(&app.minji, room).await.iter().map(|m| m["unread_by"].as_i64().unwrap_or(-1)).collect::<Vec<_>>() };
        assert_eq!(counts().await, [1, 1, 1]);
        let one = async || done(app.minji.get(&format!("/chat/messages/{}", late["id"])).await);
        assert_eq!((&one().await["unread_by"], &one().await["is_read"]), (&json!(1), &json!(false)));
        // Read by everybody else, it is read, while its writer has still not seen what came before it.
        chat::mark_read(&app.app, &app.caller(&app.minji, Role::Employee), room, None).await.expect("read");
        assert_eq!((&one().await["unread_by"], &one().await["is_read"]), (&json!(0), &json!(true)));
        assert_eq!((counts().await, unread().await), (vec![1, 1, 0], json!(3)));
        let open = chat::open_room(&app.app, &app.caller(&app.minji, Role::Employee), room, Look::Latest).await.expect("open");
        assert!(open.state.unread_by(3).is_empty(), "nor among those whose names are shown");
        // Once they have read it, elsewhere too, what is written is read again.
        chat::mark_read(&app.app, &app.caller(&app.junho, Role::Employee), room, None).await.expect("read");
        let next = say_having_seen("다 읽었다", 1).await;
        assert_eq!((&next["unread_by"], unread().await, counts().await), (&json!(1), json!(0), vec![0, 0, 0, 1]));
    }

    async fn a_reminder_is_its_owners_alone(app: TestApp) {
        let room = channel(&app).await;
        for n in 1..=3 {
            say(&app.minji, room, &n.to_string()).await;
        }
        let (read, unread) = (format!("/chat/rooms/{room}/read"), format!("/chat/rooms/{room}/unread"));
        done(app.junho.post(&read, json!({})).await);
        let head = app.head().await;
        let place = done(app.junho.post(&unread, json!({"unread_from": 2})).await);
        assert_eq!((&place["unread_from"], &place["last_read_seq"]), (&json!(2), &json!(3)));
        let told = app.events_after(head).await;
        assert!(told.iter().all(|event| event["topic"] == json!(format!("user:{}", app.junho.id))), "{told:?}");
        assert_eq!(done(app.junho.get("/chat/rooms").await)[0]["unread_count"], json!(2));
        assert!(history(&app.minji, room).await.iter().all(|m| m["is_read"] == json!(true)), "others see it as read");
        for beyond in [-1, 0, 4] {
            refused(&app.junho.post(&unread, json!({"unread_from": beyond})).await, 404, "NOT_FOUND");
        }
        refused(&app.seoyeon.post(&unread, json!({"unread_from": 2})).await, 403, "FORBIDDEN");
        done(app.junho.post(&read, json!({})).await);
        assert_eq!(done(app.junho.get("/chat/rooms").await)[0]["unread_count"], json!(0));
    }

    async fn a_reminder_stays_until_it_is_read_as_far_as_it_begins(app: TestApp) {
        let room = channel(&app).await;
        for n in 1..=3 {
            say(&app.minji, room, &n.to_string()).await;
        }
        let (junho, whom) = (app.caller(&app.junho, Role::Employee), app.junho.user.viewer());
        let read = async |up_to: i64| chat::mark_read(&app.app, &junho, room, Some(up_to)).await.expect("read");
        read(3).await;
        chat::mark_unread(&app.app, &junho, room, 3).await.expect("kept");
        let head = app.head().await;
        assert_eq!(read(2).await.unread_from, Some(3));
        assert_eq!(app.head().await, head, "what is before it has been read already");
        assert_eq!(done(app.junho.get("/chat/rooms").await)[0]["unread_count"], json!(1));
        assert_eq!(read(3).await.unread_from, None);

        // Also while the pointer moves up to it, and in the list that follows what is told.
        for n in 4..=6 {
            say(&app.minji, room, &n.to_string()).await;
        }
        chat::mark_unread(&app.app, &junho, room, 6).await.expect("kept");
        for (up_to, kept) in [(4, Some(6)), (5, Some(6)), (6, None)] {
            let mut list = chat::chat_rooms(&app.app, &junho).await.expect("a list").state;
            let head = app.head().await;
            let place = read(up_to).await;
            assert_eq!((place.last_read_seq, place.unread_from), (up_to, kept));
            for row in app.log_rows().await.into_iter().filter(|row| row.seq > head) {
                let frame: Frame = serde_json::from_str(&row.frame).expect("a frame");
                list.apply(frame.topic, &frame.event, whom);
            }
            assert_eq!(list.rooms.get(&room).map(|listed| &listed.place), Some(&place));
            assert_eq!(chat::chat_rooms(&app.app, &junho).await.expect("a list").state, list);
        }
    }

    async fn whoever_shows_it_or_not_is_told_of_once_in_each_room(app: TestApp) {
        let (first, second) = (channel(&app).await, channel(&app).await);
        let whom = app.junho.user.viewer();
        for shows in [false, true] {
            let before = chat::chat_rooms(&app.app, &app.caller(&app.junho, Role::Employee)).await.expect("a list");
            let head = app.head().await;
            done(app.junho.put("/chat/reading", json!({"shows_reading": shows})).await);
            let told = app.events_after(head).await;
            let told: Vec<_> = told.iter().map(|event| (&event["topic"], &event["type"])).collect();
            let (first, second) = (json!(format!("chat:{first}")), json!(format!("chat:{second}")));
            let kind = json!("chat:member_updated");
            assert_eq!(told, [(&first, &kind), (&second, &kind)]);
            let after = chat::chat_rooms(&app.app, &app.caller(&app.junho, Role::Employee)).await.expect("a list");
            let mut list = before.state;
            for row in app.log_rows().await.into_iter().filter(|row| row.seq > head) {
                let frame: Frame = serde_json::from_str(&row.frame).expect("a frame");
                list.apply(frame.topic, &frame.event, whom);
            }
            assert_eq!(list, after.state);
            assert!(list.rooms.values().all(|listed| listed.place.shows_reading == shows));
        }
    }

    async fn whoever_does_not_show_it_counts_for_nobody(app: TestApp) {
        let room = channel(&app).await;
        let junho = app.caller(&app.junho, Role::Employee);
        assert_eq!(done(app.junho.get("/chat/reading").await), json!({"shows_reading": true}), "unless it was said otherwise");
        assert_eq!(done(app.junho.put("/chat/reading", json!({"shows_reading": false})).await), json!({"shows_reading": false}));
        assert_eq!(done(app.junho.get("/chat/reading").await), json!({"shows_reading": false}));
        assert_eq!(done(app.minji.get("/chat/reading").await), json!({"shows_reading": true}), "it is each one's own");
        let head = app.head().await;
        done(app.junho.put("/chat/reading", json!({"shows_reading": false})).await);
        assert_eq!(app.head().await, head, "what is so already is nobody's news");
        let sent = say(&app.minji, room, "보이나요").await;
        assert_eq!((&sent["unread_by"], &sent["is_read"]), (&json!(0), &json!(true)));
        let head = app.head().await;
        chat::mark_read(&app.app, &junho, room, None).await.expect("read");
        let told = app.events_after(head).await;
        assert!(told.iter().all(|event| event["topic"] == json!(format!("user:{}", app.junho.id))), "{told:?}");
        let members = done(app.minji.get(&format!("/chat/rooms/{room}/members")).await);
        assert_eq!((&members[1]["last_read_seq"], &members[1]["last_read_at"]), (&Value::Null, &Value::Null));
        assert_eq!(done(app.junho.get("/chat/rooms").await)[0]["unread_count"], json!(0), "for themselves it counts");
        // The choice goes with them into other rooms.
        let other = crate::tests::chat::room(&app.minji, json!({"name": "또", "kind": "channel", "memberIds": [app.junho.id]})).await;
        let members = done(app.minji.get(&format!("/chat/rooms/{other}/members")).await);
        assert_eq!(members[1]["last_read_seq"], Value::Null);
    }
}
