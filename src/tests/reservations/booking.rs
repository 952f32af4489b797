//! A slot is taken, or refused with what can be had instead; lists show what is there.

use super::{assert_bookable, attendee, booking, clash, command, done, id, listed, person, see, with};
use crate::reservations::model::MAX_AHEAD_MS;
use crate::tests::helpers::{Engine, START, TestApp, assert_fields, assert_refused, at, hour, on_both_engines};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use futures_util::future::join_all;
use serde_json::{Value, json};

on_both_engines! {
    async fn a_booking_answers_all_that_is_known_of_it(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        let (junho, seoyeon) = (app.junho.id, app.seoyeon.id);
        let (status, booked) = app
            .minji
            .post(
                "/reservations",
                json!({
                    "roomId": room.id, "title": " 주간 회의 ",
                    "startsAt": "2026-11-23T10:00:00+09:00", "endsAt": "2026-11-23T02:00:00Z",
                    "attendeeIds": [seoyeon, app.minji.id, junho, seoyeon], "attendeeCount": 5, "unknown": true
                }),
            )
            .await;
        assert_eq!(
            (status.as_u16(), &booked),
            (
                201,
                &json!({
                    "id": booked["id"], "room": {"id": room.id, "name": "한라산"},
                    "organizer": person(&app.minji, "minji"),
                    "title": "주간 회의", "startsAt": "2026-11-23T01:00:00.000Z", "endsAt": "2026-11-23T02:00:00.000Z",
                    "status": "approved",
                    "attendees": [
                        attendee(&app.seoyeon, "seoyeon", "invited"), attendee(&app.junho, "junho", "invited")
                    ],
                    "attendeeCount": 5, "private": false, "version": 1,
                    "createdAt": "2026-11-23T00:00:00.000Z", "updatedAt": "2026-11-23T00:00:00.000Z"
                })
            )
        );
        assert!(booked["id"].is_string());
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "reservation:created",
                "data": {"reservation": booked, "roomId": room.id, "userId": app.minji.id},
                "timestamp": START, "userId": app.minji.id, "seq": head + 1, "topic": "org", "prev": head
            })]
        );
        let head = app.head().await;
        for client in [&app.admin, &app.minji, &app.junho] {
            assert_eq!(see(client, &booked).await, booked);
            let list = done(client.get("/reservations").await);
            assert_eq!(list, json!({"items": [booked], "seq": head}));
        }
        assert_refused(&app.minji.get("/reservations/999").await, 404, "NOT_FOUND");
    }

    async fn a_taken_slot_is_refused_with_what_is_in_the_way_and_what_is_free(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "floor": "3층", "capacity": 6})).await;
        let small = app.room_with(json!({"name": "작은 방", "floor": "3층", "capacity": 2})).await;
        let other = app.room_with(json!({"name": "백두산", "floor": "3층", "capacity": 8})).await;
        let closed =
            app.room_with(json!({"name": "닫힌 방", "floor": "3층", "capacity": 6, "maintenance": true})).await;
        let second = app.junho.book(room.id, 3).await;
        let first = app.seoyeon.book(room.id, 2).await;
        let head = app.head().await;

        let wanted = with(&booking(room.id, at(2) + 30 * MINUTE, at(3) + 30 * MINUTE), json!({"attendeeCount": 3}));
        let refused = app.minji.post("/reservations", wanted.clone()).await;
        assert_refused(&refused, 409, "RESERVATION_CONFLICT");
        assert_eq!(refused.1["conflictsWith"], json!([clash(&first), clash(&second)]), "earliest first");
        assert_eq!(
            refused.1["alternatives"],
            json!([
                {"roomId": other.id, "startsAt": wanted["startsAt"], "endsAt": wanted["endsAt"]},
                {"roomId": room.id, "startsAt": at(1), "endsAt": at(2)},
                {"roomId": room.id, "startsAt": at(4), "endsAt": at(5)},
            ]),
            "where everybody fits and nothing is closed; then the same room, just before and just after"
        );
        assert_eq!(app.head().await, head, "nothing was written");
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 2);
        assert_bookable(&app.minji, &wanted, &refused.1["alternatives"]).await;

        // For two people the small room is the tightest fit.
        let wanted = with(&wanted, json!({"attendeeCount": 2}));
        let refused = app.minji.post("/reservations", wanted.clone()).await;
        assert_eq!(refused.1["alternatives"][0]["roomId"], json!(small.id));
        assert_eq!(refused.1["alternatives"].as_array().map(Vec::len), Some(3));
        assert!(!refused.1["alternatives"].to_string().contains(&format!("\"{}\"", closed.id)));
        assert_bookable(&app.minji, &wanted, &refused.1["alternatives"]).await;
    }

    async fn alternatives_keep_the_rules_of_time(app: TestApp) {
        let room = app.room("한라산").await;
        let offers = async |wanted: &Value| {
            let refused = app.minji.post("/reservations", wanted.clone()).await;
            assert_refused(&refused, 409, "RESERVATION_CONFLICT");
            assert_bookable(&app.minji, wanted, &refused.1["alternatives"]).await;
            refused.1["alternatives"].clone()
        };
        // Right now: nothing before the five minutes of grace.
        app.junho.book(room.id, 0).await;
        let now = booking(room.id, at(0), at(1));
        assert_eq!(offers(&now).await[0], json!({"roomId": room.id, "startsAt": at(1), "endsAt": at(2)}));

        // At the far edge: nothing beyond it.
        let last = START + MAX_AHEAD_MS;
        done(app.junho.post("/reservations", booking(room.id, last, last + HOUR)).await);
        let edge = booking(room.id, last, last + HOUR);
        assert_eq!(offers(&edge).await[0], json!({"roomId": room.id, "startsAt": last - HOUR, "endsAt": last}));

        // Between two others there is room for a short one only.
        app.junho.book(room.id, 10).await;
        done(app.junho.post("/reservations", booking(room.id, at(11) + 30 * MINUTE, at(15))).await);
        let wide = offers(&booking(room.id, at(10), at(11))).await;
        assert_eq!(wide[0], json!({"roomId": room.id, "startsAt": at(9), "endsAt": at(10)}));
        let narrow = offers(&booking(room.id, at(11), at(11) + 45 * MINUTE)).await;
        assert_eq!(narrow[0], json!({"roomId": room.id, "startsAt": at(9) + 15 * MINUTE, "endsAt": at(10)}));
    }

    async fn touching_bookings_do_not_clash_and_all_others_do(app: TestApp) {
        let room = app.room("한라산").await;
        let taken = app.minji.book(room.id, 4).await;
        let head = app.head().await;
        for (why, from, to) in [
            ("the same", at(4), at(5)),
            ("within", at(4) + 15 * MINUTE, at(4) + 30 * MINUTE),
            ("around", at(3), at(6)),
            ("its beginning", at(3), at(4) + 1),
            ("its end", at(5) - 1, at(6)),
            ("same start", at(4), at(4) + 5 * MINUTE),
            ("same end", at(5) - 5 * MINUTE, at(5)),
            ("the longest, to far after", at(5) - 1, at(5) - 1 + DAY),
        ] {
            let refused = app.junho.post("/reservations", booking(room.id, from, to)).await;
            assert_eq!((refused.0.as_u16(), &refused.1["conflictsWith"]), (409, &json!([clash(&taken)])), "{why}");
        }
        assert_eq!(app.head().await, head);
        app.junho.book(room.id, 3).await;
        app.junho.book(room.id, 5).await;
        let elsewhere = app.room("백두산").await;
        app.junho.book(elsewhere.id, 4).await;
    }

    async fn long_bookings_are_found_from_both_ends(app: TestApp) {
        let room = app.room("한라산").await;
        let long = done(app.minji.post("/reservations", booking(room.id, at(24), at(48))).await);
        for (from, to) in [(at(24), at(25)), (at(47), at(48)), (at(48) - 1, at(72) - 1), (at(1), at(24) + 1)] {
            let refused = app.junho.post("/reservations", booking(room.id, from, to)).await;
            assert_eq!((refused.0.as_u16(), &refused.1["conflictsWith"]), (409, &json!([clash(&long)])), "{from}");
        }
        done(app.junho.post("/reservations", booking(room.id, at(48), at(72))).await);
        done(app.junho.post("/reservations", booking(room.id, at(0), at(24))).await);
        let query = |from, to| format!("?from={from}&to={to}");
        assert_eq!(listed(&app.minji, &query(at(48) - 1, at(48))).await, [id(&long)]);
        assert_eq!(listed(&app.minji, &query(at(24), at(24) + 1)).await, [id(&long)]);
    }

    async fn of_simultaneous_bookings_of_a_slot_one_is_made(app: TestApp) {
        let room = app.room("한라산").await;
        let clients = [&app.minji, &app.junho, &app.seoyeon, &app.admin];
        let racing = clients.iter().cycle().take(12).map(|client| client.post("/reservations", hour(room.id, 1)));
        let answers = join_all(racing).await;
        let made: Vec<_> = answers.iter().filter(|(status, _)| status.as_u16() == 201).collect();
        assert_eq!(made.len(), 1);
        for refused in answers.iter().filter(|(status, _)| status.as_u16() != 201) {
            assert_refused(refused, 409, "RESERVATION_CONFLICT");
            assert_eq!(refused.1["conflictsWith"], json!([clash(&made[0].1)]));
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 1);
    }

    async fn lists_show_what_touches_an_interval(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let first = app.minji.book(room.id, 1).await;
        let second = app.junho.book(other.id, 2).await;
        let invited = with(&hour(room.id, 30), json!({"attendeeIds": [app.minji.id]}));
        let third = done(app.seoyeon.post("/reservations", invited).await);
        let gone = app.minji.book(other.id, 1).await;
        done(command(&app.minji, &gone, "cancel").await);
        let (first, second, third, gone) = (id(&first), id(&second), id(&third), id(&gone));
        let range = |from: Timestamp, to: Timestamp| format!("?from={from}&to={to}");

        assert_eq!(listed(&app.junho, "").await, [first, second], "a day from now on");
        assert_eq!(listed(&app.junho, &range(at(0), at(1))).await, [""; 0]);
        assert_eq!(listed(&app.junho, &range(at(0), at(1) + 1)).await, [first]);
        assert_eq!(listed(&app.junho, &range(at(2) - 1, at(2))).await, [first]);
        assert_eq!(listed(&app.junho, &range(at(2), at(3))).await, [second]);
        let week = range(at(0), at(7 * 24));
        assert_eq!(listed(&app.junho, &week).await, [first, second, third], "earliest first");
        assert_eq!(listed(&app.junho, &format!("{week}&roomId={}", other.id)).await, [second]);
        assert_eq!(listed(&app.junho, &format!("{week}&roomId=999")).await, [""; 0]);
        assert_eq!(listed(&app.junho, &format!("{week}&mine=true")).await, [second]);
        assert_eq!(listed(&app.junho, &format!("{week}&mine=false&roomId={}", room.id)).await, [first, third]);
        let mine = [first, gone, third];
        assert_eq!(
            listed(&app.minji, &format!("{week}&mine=true")).await,
            mine,
            "with what was cancelled, and invitations"
        );
        assert_eq!(listed(&app.junho, &format!("?from={}", at(30))).await, [third]);
        assert_eq!(listed(&app.junho, &format!("?to={}", at(2))).await, [mine[0]]);

        let longest = range(at(0), at(0) + 62 * DAY);
        assert_eq!(listed(&app.junho, &longest).await.len(), 3);
        for (query, rule) in [
            (range(at(0), at(0) + 62 * DAY + 1), "SPAN_TOO_WIDE"),
            (range(Timestamp(0), at(1)), "SPAN_TOO_WIDE"),
            (range(at(1), at(1)), "ENDS_BEFORE_START"),
            (range(at(2), at(1)), "ENDS_BEFORE_START"),
            (format!("?to={}", at(0)), "ENDS_BEFORE_START"),
        ] {
            assert_fields(&app.junho.get(&format!("/reservations{query}")).await, &[("to", rule)]);
        }
    }
}
