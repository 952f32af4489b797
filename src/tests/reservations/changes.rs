//! Edited, moved, ended early, extended.

use super::{approval_room, attendee, booking, clash, command, done, headlines, id, listed, path, see, with};
use crate::tests::helpers::{Engine, START, TestApp, assert_fields, assert_refused, at, hour, on_both_engines};
use crate::time::{MINUTE, Timestamp};
use futures_util::future::join_all;
use serde_json::{Value, json};

on_both_engines! {
    async fn an_edit_changes_what_it_names_and_nothing_else(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let before = done(
            app.minji.post("/reservations", with(&hour(room.id, 2), json!({"attendeeIds": [app.junho.id]}))).await,
        );
        app.set_clock(START + 10 * MINUTE);
        let mut expected = before;
        let head = app.head().await;
        for (version, change, effect) in [
            (1, json!({"title": " 새 제목 "}), json!({"title": "새 제목"})),
            (2, json!({"endsAt": at(4)}), json!({"endsAt": at(4)})),
            (3, json!({"startsAt": at(3)}), json!({"startsAt": at(3)})),
            (4, json!({"startsAt": at(5), "endsAt": at(6)}), json!({"startsAt": at(5), "endsAt": at(6)})),
            (5, json!({"roomId": other.id}), json!({"room": {"id": other.id, "name": "백두산"}})),
            (6, json!({"attendeeCount": 4}), json!({"attendeeCount": 4})),
        ] {
            let (status, after) = app.minji.patch(&path(&expected), with(&change, json!({"version": version}))).await;
            expected =
                with(&expected, with(&effect, json!({"version": version + 1, "updatedAt": START + 10 * MINUTE})));
            assert_eq!((status.as_u16(), &after), (200, &expected), "{change}");
            assert_eq!(see(&app.junho, &after).await, expected);
        }
        let events = app.events_after(head).await;
        assert_eq!(events.len(), 6);
        assert_eq!(events[5]["type"], "reservation:updated");
        assert_eq!(events[5]["data"], json!({"reservation": expected, "roomId": other.id, "userId": app.minji.id}));
        app.junho.book(room.id, 2).await;
    }

    async fn moving_a_booking_onto_another_is_refused(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let mine = app.minji.book(room.id, 1).await;
        let (next, elsewhere) = (app.junho.book(room.id, 2).await, app.seoyeon.book(other.id, 1).await);
        let head = app.head().await;
        for (change, obstacle) in [
            (json!({"startsAt": at(2), "endsAt": at(3)}), &next),
            (json!({"endsAt": at(2) + 1}), &next),
            (json!({"roomId": other.id}), &elsewhere),
        ] {
            let refused = app.minji.patch(&path(&mine), with(&change, json!({"version": 1}))).await;
            assert_refused(&refused, 409, "RESERVATION_CONFLICT");
            assert_eq!(refused.1["conflictsWith"], json!([clash(obstacle)]), "{change}");
        }
        assert_eq!(app.head().await, head);
        assert_eq!(see(&app.minji, &mine).await, mine);

        let refused = app.minji.patch(&path(&mine), json!({"startsAt": at(2), "endsAt": at(3), "version": 1})).await;
        let alternatives = refused.1["alternatives"].as_array().expect("alternatives").clone();
        assert_eq!(alternatives.len(), 3);
        let mut version = 1;
        for alternative in alternatives {
            done(app.minji.patch(&path(&mine), with(&alternative, json!({"version": version}))).await);
            version += 1;
        }
        let back = json!({"roomId": room.id, "startsAt": at(1) + 15 * MINUTE, "endsAt": at(2), "version": version});
        done(app.minji.patch(&path(&mine), back).await);
        let over_itself = json!({"startsAt": at(1), "endsAt": at(2) - 15 * MINUTE, "version": version + 1});
        done(app.minji.patch(&path(&mine), over_itself).await);
    }

    async fn attendees_keep_their_answers_and_their_order(app: TestApp) {
        let room = app.room("한라산").await;
        let (junho, seoyeon, admin) = (app.junho.id, app.seoyeon.id, app.admin.id);
        let booked = done(
            app.minji.post("/reservations", with(&hour(room.id, 1), json!({"attendeeIds": [junho, seoyeon]}))).await,
        );
        assert_eq!(booked["attendeeCount"], 3);
        app.execute("UPDATE attendees SET response = 'accepted' WHERE position = 0").await;
        app.execute("UPDATE attendees SET response = 'declined' WHERE position = 1").await;

        let edit = async |version: i64, change: Value| {
            let after = done(app.minji.patch(&path(&booked), with(&change, json!({"version": version}))).await);
            assert_eq!(see(&app.junho, &booked).await, after);
            (after["attendees"].clone(), after["attendeeCount"].clone())
        };
        let accepted = attendee(&app.junho, "junho", "accepted");
        let declined = attendee(&app.seoyeon, "seoyeon", "declined");
        let invited = attendee(&app.admin, "admin", "invited");
        assert_eq!(edit(1, json!({"title": "새 제목"})).await, (json!([accepted, declined]), json!(3)));
        let everybody = json!({"attendeeIds": [seoyeon, admin, app.minji.id, junho]});
        assert_eq!(edit(2, everybody).await, (json!([declined, invited, accepted]), json!(4)), "in the new order");
        assert_eq!(edit(3, json!({"attendeeIds": [junho]})).await, (json!([accepted]), json!(2)));
        let again = attendee(&app.seoyeon, "seoyeon", "invited");
        assert_eq!(
            edit(4, json!({"attendeeIds": [junho, seoyeon]})).await,
            (json!([accepted, again]), json!(3)),
            "asked anew"
        );
        assert_eq!(edit(5, json!({"attendeeIds": []})).await, (json!([]), json!(1)));
        assert_eq!(app.count("SELECT COUNT(*) FROM attendees").await, 0);
    }

    async fn whoever_edits_names_the_version_they_have_seen(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        assert_fields(&app.minji.patch(&path(&booked), json!({"title": "x"})).await, &[("version", "REQUIRED")]);
        for version in [-1, 0, 2, i64::MIN, i64::MAX] {
            let refused = app.minji.patch(&path(&booked), json!({"title": "x", "version": version})).await;
            assert_refused(&refused, 409, "STALE_VERSION");
        }
        assert_eq!(see(&app.minji, &booked).await, booked);
        let here = path(&booked);
        let edits = (0..8).map(|n| {
            let client = if n % 2 == 0 { &app.minji } else { &app.admin };
            client.patch(&here, json!({"title": format!("제목 {n}"), "version": 1}))
        });
        let answers = join_all(edits).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(status, _)| status.is_success());
        assert_eq!((won.len(), lost.len()), (1, 7));
        for refused in &lost {
            assert_refused(refused, 409, "STALE_VERSION");
        }
        assert_eq!(see(&app.minji, &booked).await, won[0].1);
    }

    async fn what_is_closed_stays_closed(app: TestApp) {
        let mut app = app;
        let (room, approval) = (app.room("한라산").await, approval_room(&app, "백두산").await);
        let cancelled = app.minji.book(room.id, 0).await;
        done(command(&app.minji, &cancelled, "cancel").await);
        let completed = app.minji.book(room.id, 0).await;
        done(command(&app.minji, &completed, "end").await);
        let rejected = app.minji.book(approval, 2).await;
        done(command(&app.admin, &rejected, "reject").await);
        let (over, undecided) = (app.minji.book(room.id, 1).await, app.minji.book(approval, 1).await);
        app.later(at(2)).await;

        let head = app.head().await;
        for (why, booked) in [
            ("cancelled", &cancelled),
            ("completed", &completed),
            ("rejected", &rejected),
            ("over", &over),
            ("never decided", &undecided),
        ] {
            let before = see(&app.admin, booked).await;
            for client in [&app.minji, &app.admin] {
                let mut answers = vec![
                    client.patch(&path(booked), json!({"title": "x", "version": before["version"]})).await,
                    client.patch(&path(booked), json!({"title": "x", "version": 99})).await,
                    client.post(&format!("{}/extend", path(booked)), json!({"endsAt": at(9)})).await,
                    command(client, booked, "cancel").await,
                    command(client, booked, "end").await,
                ];
                if client.id == app.admin.id {
                    answers.push(command(client, booked, "approve").await);
                    answers.push(command(client, booked, "reject").await);
                }
                for refused in answers {
                    assert_eq!((refused.0.as_u16(), &refused.1["code"]), (409, &json!("RESERVATION_CLOSED")), "{why}");
                }
            }
            assert_eq!(see(&app.admin, booked).await, before);
        }
        assert_eq!(app.head().await, head);
        for booked in [&cancelled, &completed, &rejected, &over] {
            assert_eq!(app.admin.delete(&path(booked)).await.0, 204, "the record can be cleared");
        }
    }

    async fn a_meeting_under_way_can_end_early(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let (booked, touching) = (app.minji.book(room.id, 1).await, app.minji.book(room.id, 2).await);
        assert_refused(&command(&app.minji, &booked, "end").await, 409, "RESERVATION_CLOSED");
        app.later(at(1) - 1).await;
        assert_refused(&command(&app.minji, &booked, "end").await, 409, "RESERVATION_CLOSED");
        app.later(at(1) + 20 * MINUTE).await;
        let head = app.head().await;
        let now = at(1) + 20 * MINUTE;
        let ended = done(command(&app.minji, &booked, "end").await);
        assert_eq!(ended, with(&booked, json!({"status": "completed", "endsAt": now, "version": 2, "updatedAt": now})));
        assert_eq!(
            headlines(&app.events_after(head).await),
            [("org", "reservation:updated", app.minji.id.to_string().as_str())]
        );
        assert_refused(&command(&app.minji, &booked, "end").await, 409, "RESERVATION_CLOSED");
        let rest = done(app.junho.post("/reservations", booking(room.id, now, at(2))).await);
        assert_eq!(rest["status"], "approved", "the rest of its time is free");
        let seen = listed(&app.seoyeon, &format!("?from={}&to={}", at(1), at(3))).await;
        assert_eq!(seen, [id(&booked), id(&rest), id(&touching)], "and plans still show it");

        // In its first moment a meeting has no length to keep.
        app.later(at(2)).await;
        let ended = done(command(&app.minji, &touching, "end").await);
        assert_eq!(ended["endsAt"], json!(at(2) + 1));
        let approval = approval_room(&app, "백두산").await;
        let pending = app.minji.book(approval, 2).await;
        assert_refused(&command(&app.admin, &pending, "end").await, 409, "RESERVATION_CLOSED");
    }

    async fn a_change_that_changes_nothing_is_no_news(app: TestApp) {
        let room = app.room("한라산").await;
        let new = with(&booking(room.id, at(1), at(2)), json!({"attendeeIds": [app.junho.id]}));
        let booked = done(app.minji.post("/reservations", new).await);
        let head = app.head().await;
        for same in [
            json!({}),
            json!({"title": null, "roomId": null, "attendeeIds": null, "private": null}),
            json!({"title": " 회의 ", "startsAt": at(1), "endsAt": at(2), "roomId": room.id, "private": false}),
            json!({"attendeeIds": [app.junho.id, app.minji.id]}),
        ] {
            let saved = app.minji.patch(&path(&booked), with(&same, json!({"version": 1}))).await;
            assert_eq!(done(saved), booked, "{same}");
        }
        assert_eq!(app.head().await, head);
        let stale = app.minji.patch(&path(&booked), json!({"version": 2})).await;
        assert_refused(&stale, 409, "STALE_VERSION");
        assert_eq!(done(app.minji.patch(&path(&booked), json!({"attendeeCount": 3, "version": 1})).await)["version"], 2);
    }

    async fn who_has_made_it_is_forgotten_when_it_becomes_private(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        let other = app.junho.book(room.id, 5).await;
        let actors = async || {
            let (_, page) = app.seoyeon.get("/activity").await;
            let lines = page["items"].as_array().expect("lines").clone();
            let of = |booking: &Value| -> Vec<Value> {
                let lines = lines.iter().filter(|line| line["reservationId"] == booking["id"]);
                lines.map(|line| line["actor"]["id"].clone()).collect()
            };
            (of(&booked), of(&other))
        };
        assert_eq!(actors().await, (vec![json!(app.minji.id)], vec![json!(app.junho.id)]));
        done(app.minji.patch(&path(&booked), json!({"private": true, "version": 1})).await);
        assert_eq!(actors().await, (vec![Value::Null, Value::Null], vec![json!(app.junho.id)]));
    }

    async fn a_booking_can_be_extended_as_far_as_it_is_free(app: TestApp) {
        let mut app = app;
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let booked = app.minji.book(room.id, 1).await;
        let next = app.junho.book(room.id, 3).await;
        let extend = async |app: &TestApp, to: Timestamp| {
            app.minji.post(&format!("{}/extend", path(&booked)), json!({"endsAt": to})).await
        };
        let head = app.head().await;
        for to in [at(0), at(1), at(2) - 1] {
            let refused = extend(&app, to).await;
            assert_fields(&refused, &[("endsAt", "NOT_LATER")]);
            assert_eq!(refused.1["detail"], "더 늦은 시간을 골라 주세요.");
        }
        assert_eq!(done(extend(&app, at(2)).await), booked, "there it ends already");
        assert_eq!(app.head().await, head);
        app.later(at(1) + 59 * MINUTE).await;
        let refused = extend(&app, at(3) + 1).await;
        assert_refused(&refused, 409, "RESERVATION_CONFLICT");
        assert_eq!(refused.1["conflictsWith"], json!([clash(&next)]));
        assert_eq!(refused.1["alternatives"][0], json!({"roomId": other.id, "startsAt": at(1), "endsAt": at(3) + 1}));
        app.strike(at(1) + 59 * MINUTE).await;
        let head = app.head().await;
        let extended = done(extend(&app, at(3)).await);
        let now = at(1) + 59 * MINUTE;
        assert_eq!(extended, with(&booked, json!({"endsAt": at(3), "version": 2, "updatedAt": now})));
        assert_eq!(
            headlines(&app.events_after(head).await),
            [("org", "reservation:updated", app.minji.id.to_string().as_str())]
        );
        assert_eq!(done(extend(&app, at(3)).await), extended, "whoever has lost the answer asks again");

        done(command(&app.junho, &next, "cancel").await);
        assert_fields(&extend(&app, at(25) + 1).await, &[("endsAt", "TOO_LONG")]);
        assert_eq!(done(extend(&app, at(25)).await)["endsAt"], json!(at(25)), "24 hours in all");
        let tomorrow = app.minji.book(other.id, 30).await;
        done(app.admin.patch(&format!("/rooms/{}", other.id), json!({"maintenance": true, "version": 1})).await);
        let longer = app.minji.post(&format!("{}/extend", path(&tomorrow)), json!({"endsAt": at(32)})).await;
        assert_fields(&longer, &[("roomId", "MAINTENANCE")]);
    }
}
