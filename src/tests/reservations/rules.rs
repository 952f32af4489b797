//! What a booking must be.

use super::{booking, command, done, path, see, with};
use crate::reservations::model::MAX_AHEAD_MS;
use crate::tests::helpers::{Engine, START, TestApp, assert_fields, at, hour, on_both_engines};
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use serde_json::{Value, json};

on_both_engines! {
    async fn attendees_must_exist(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        let head = app.head().await;
        for ids in
            [json!(["999"]), json!([app.junho.id, "999"]), json!(["-1"]), json!(["0"]), json!([i64::MAX.to_string()])]
        {
            let unknown = [("attendeeIds", "UNKNOWN")];
            let new = with(&hour(room.id, 3), json!({"attendeeIds": ids}));
            assert_fields(&app.minji.post("/reservations", new).await, &unknown);
            assert_fields(&app.minji.patch(&path(&booked), json!({"attendeeIds": ids, "version": 1})).await, &unknown);
        }
        let crowd: Vec<String> = (1000..1501).map(|id: i32| id.to_string()).collect();
        let big = app.room_with(json!({"name": "강당", "capacity": 1000})).await;
        let new = with(&hour(big.id, 3), json!({"attendeeIds": crowd}));
        assert_fields(&app.minji.post("/reservations", new).await, &[("attendeeIds", "MAX_ITEMS")]);
        assert_eq!(app.head().await, head + 1, "the big room only");
    }

    async fn a_room_seats_no_more_than_its_capacity(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "capacity": 3})).await;
        let (junho, seoyeon, admin) = (app.junho.id, app.seoyeon.id, app.admin.id);
        let full = with(&hour(room.id, 1), json!({"attendeeIds": [junho, seoyeon]}));
        for (people, count) in [
            (json!({}), 1),
            (json!({"attendeeCount": 1}), 1),
            (json!({"attendeeCount": 3}), 3),
            (json!({"attendeeIds": [junho], "attendeeCount": 1}), 2),
            (json!({"attendeeIds": [junho, seoyeon]}), 3),
            (json!({"attendeeIds": [app.minji.id, junho, junho]}), 2),
            (json!({"attendeeCount": null}), 1),
        ] {
            let booked = done(app.minji.post("/reservations", with(&hour(room.id, 5), people.clone())).await);
            assert_eq!(booked["attendeeCount"], count, "{people}");
            done(command(&app.minji, &booked, "cancel").await);
        }
        let booked = done(app.minji.post("/reservations", full).await);
        for (people, rule) in [
            (json!({"attendeeIds": [junho, seoyeon, admin]}), "OVER_CAPACITY"),
            (json!({"attendeeCount": 4}), "OVER_CAPACITY"),
            (json!({"attendeeCount": 10_000}), "OVER_CAPACITY"),
            (json!({"attendeeCount": 0}), "RANGE"),
            (json!({"attendeeCount": 10_001}), "RANGE"),
        ] {
            let fields = [("attendeeCount", rule)];
            let refused = app.minji.post("/reservations", with(&hour(room.id, 5), people.clone())).await;
            assert_fields(&refused, &fields);
            if rule == "OVER_CAPACITY" {
                assert_eq!(refused.1["fields"]["attendeeCount"]["capacity"], 3);
            }
            assert_fields(&app.minji.patch(&path(&booked), with(&people, json!({"version": 1}))).await, &fields);
        }

        // A room that has shrunk leaves alone what does not ask for more of it.
        done(app.admin.patch(&format!("/rooms/{}", room.id), json!({"capacity": 2, "version": 1})).await);
        done(
            app.minji
                .patch(&path(&booked), json!({"title": "그대로", "startsAt": at(2), "endsAt": at(3), "version": 1}))
                .await,
        );
        let more = json!({"attendeeCount": 4, "version": 2});
        assert_fields(&app.minji.patch(&path(&booked), more).await, &[("attendeeCount", "OVER_CAPACITY")]);
        let fewer = done(app.minji.patch(&path(&booked), json!({"attendeeIds": [junho], "version": 2})).await);
        assert_eq!(fewer["attendeeCount"], 2, "a head count that followed from the attendees follows again");
        let small = app.room_with(json!({"name": "백두산", "capacity": 1})).await;
        let there = json!({"roomId": small.id, "version": 3});
        assert_fields(&app.minji.patch(&path(&booked), there).await, &[("attendeeCount", "OVER_CAPACITY")]);
    }

    async fn a_room_under_maintenance_takes_no_bookings(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let (there, elsewhere) = (app.minji.book(room.id, 1).await, app.minji.book(other.id, 1).await);
        done(app.admin.patch(&format!("/rooms/{}", room.id), json!({"maintenance": true, "version": 1})).await);
        let closed = [("roomId", "MAINTENANCE")];
        for client in [&app.minji, &app.admin] {
            assert_fields(&client.post("/reservations", hour(room.id, 4)).await, &closed);
            assert_fields(&client.patch(&path(&elsewhere), json!({"roomId": room.id, "version": 1})).await, &closed);
            let later = json!({"startsAt": at(5), "endsAt": at(6), "version": 1});
            assert_fields(&client.patch(&path(&there), later).await, &closed);
        }
        let titled = done(app.minji.patch(&path(&there), json!({"title": "그대로", "version": 1})).await);
        assert_eq!(titled["version"], 2, "what does not ask for the room anew is fine");
        done(
            app.minji
                .patch(&path(&there), json!({"roomId": other.id, "startsAt": at(3), "endsAt": at(4), "version": 2}))
                .await,
        );
        done(app.admin.patch(&format!("/rooms/{}", room.id), json!({"maintenance": false, "version": 2})).await);
        app.minji.book(room.id, 4).await;
    }

    async fn times_are_judged_by_the_servers_clock(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        for now in [START, START + 7 * DAY + 3 * MINUTE + 7 * SECOND] {
            app.later(now).await;
            let attempt = async |from: Timestamp, to: Timestamp| {
                let booked = app.minji.post("/reservations", booking(room.id, from, to)).await;
                if booked.0.is_success() {
                    done(command(&app.minji, &booked.1, "cancel").await);
                }
                booked
            };
            for (from, to) in [
                (now, now + HOUR),
                (now - 5 * MINUTE, now + HOUR),
                (now - 5 * MINUTE, now + 1),
                (now, now + 5 * MINUTE),
                (now, now + DAY),
                (now + MAX_AHEAD_MS, now + MAX_AHEAD_MS + DAY),
            ] {
                assert_eq!(attempt(from, to).await.0, 201, "{from} {to}");
            }
            for (from, to, field, rule) in [
                (now - 5 * MINUTE - 1, now + HOUR, "startsAt", "IN_THE_PAST"),
                (now - DAY, now - DAY + HOUR, "startsAt", "IN_THE_PAST"),
                (now + MAX_AHEAD_MS + 1, now + MAX_AHEAD_MS + HOUR, "startsAt", "TOO_FAR_AHEAD"),
                (now, now + 5 * MINUTE - 1, "endsAt", "TOO_SHORT"),
                (now, now + DAY + 1, "endsAt", "TOO_LONG"),
                (now + HOUR, now + HOUR, "endsAt", "ENDS_BEFORE_START"),
                (now + HOUR, now, "endsAt", "ENDS_BEFORE_START"),
            ] {
                assert_fields(&attempt(from, to).await, &[(field, rule)]);
            }
        }

        // What a change leaves alone is not judged again.
        let now = app.app.now();
        let running = done(app.minji.post("/reservations", booking(room.id, now, now + HOUR)).await);
        app.later(now + 30 * MINUTE).await;
        let edit = async |version: i64, change: Value| {
            app.minji.patch(&path(&running), with(&change, json!({"version": version}))).await
        };
        done(edit(1, json!({"title": "진행 중"})).await);
        done(edit(2, json!({"startsAt": now, "endsAt": now + 2 * HOUR})).await);
        done(edit(3, json!({"endsAt": now + 31 * MINUTE})).await);
        assert_fields(&edit(4, json!({"endsAt": now + 30 * MINUTE})).await, &[("endsAt", "IN_THE_PAST")]);
        assert_fields(&edit(4, json!({"startsAt": now + 1})).await, &[("startsAt", "IN_THE_PAST")]);
        done(edit(4, json!({"startsAt": now + 25 * MINUTE, "endsAt": now + 40 * MINUTE})).await);
    }

    async fn titles_are_short_and_not_empty(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        let longest = "😀".repeat(200);
        for (title, rule) in [
            (String::new(), "REQUIRED"),
            (" \t\u{3000}".to_owned(), "REQUIRED"),
            (format!("{longest}x"), "MAX_LENGTH"),
            ("x".repeat(60_000), "MAX_LENGTH"),
        ] {
            let new = with(&hour(room.id, 3), json!({"title": title}));
            assert_fields(&app.minji.post("/reservations", new).await, &[("title", rule)]);
            assert_fields(
                &app.minji.patch(&path(&booked), json!({"title": title, "version": 1})).await,
                &[("title", rule)],
            );
        }
        let new = with(&hour(room.id, 3), json!({"title": longest}));
        let kept = done(app.minji.post("/reservations", new).await);
        assert_eq!(see(&app.junho, &kept).await["title"], json!(longest));
        for title in
            ["'; DROP TABLE reservations; --", "<script>alert(1)</script>", "\"\\\u{202e}", "한\n글", "%s {} $1"]
        {
            let new = with(&hour(room.id, 5), json!({"title": title}));
            let kept = done(app.minji.post("/reservations", new).await);
            assert_eq!(see(&app.junho, &kept).await["title"], json!(title));
            done(command(&app.minji, &kept, "cancel").await);
        }
        let wrong = json!({"roomId": "999", "title": "", "startsAt": at(2), "endsAt": at(1), "attendeeCount": 0});
        let expected =
            [("roomId", "UNKNOWN"), ("title", "REQUIRED"), ("endsAt", "ENDS_BEFORE_START"), ("attendeeCount", "RANGE")];
        assert_fields(&app.minji.post("/reservations", wrong).await, &expected);
    }
}
