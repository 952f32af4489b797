//! Rooms that need approval.

use super::{approval_room, clash, command, done, headlines, path, see, with};
use crate::tests::helpers::{Client, Engine, START, TestApp, assert_refused, at, hour, on_both_engines};
use crate::time::MINUTE;
use futures_util::future::join_all;
use serde_json::{Value, json};

on_both_engines! {
    async fn a_pending_booking_holds_its_slot_until_it_is_given_up(app: TestApp) {
        let room = approval_room(&app, "한라산").await;
        for (who, name) in [(&app.admin, "reject"), (&app.minji, "cancel"), (&app.admin, "cancel")] {
            let pending = app.minji.book(room, 1).await;
            assert_eq!(pending["status"], "pending");
            let refused = app.junho.post("/reservations", hour(room, 1)).await;
            assert_eq!((refused.0.as_u16(), &refused.1["conflictsWith"]), (409, &json!([clash(&pending)])));
            let head = app.head().await;
            let after = done(command(who, &pending, name).await);
            let (status, kind) = match name {
                "reject" => ("rejected", "reservation:updated"),
                _ => ("cancelled", "reservation:cancelled"),
            };
            assert_eq!(after, with(&pending, json!({"status": status, "version": 2})));
            assert_eq!(headlines(&app.events_after(head).await), [("org", kind, who.id.to_string().as_str())]);
            assert_eq!(see(&app.junho, &pending).await, after);
            let freed = app.junho.book(room, 1).await;
            done(command(&app.junho, &freed, "cancel").await);
        }
    }

    async fn admins_decide_about_pending_bookings(app: TestApp) {
        let room = approval_room(&app, "한라산").await;
        assert_eq!(app.admin.book(room, 1).await["status"], "approved", "an admin need not ask");
        let pending = app.minji.book(room, 2).await;
        for client in [&app.minji, &app.junho] {
            assert_refused(&command(client, &pending, "approve").await, 403, "FORBIDDEN");
            assert_refused(&command(client, &pending, "reject").await, 403, "FORBIDDEN");
        }
        let head = app.head().await;
        app.set_clock(START + MINUTE);
        let approved = done(command(&app.admin, &pending, "approve").await);
        let now = START + MINUTE;
        assert_eq!(approved, with(&pending, json!({"status": "approved", "version": 2, "updatedAt": now})));
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "reservation:updated",
                "data": {"reservation": approved, "roomId": room, "userId": app.admin.id},
                // The last event was the admin's: that approval is asked for.
                "timestamp": now, "userId": app.admin.id, "seq": head + 1, "topic": "org", "prev": head - 1
            })]
        );
        for name in ["approve", "reject"] {
            assert_refused(&command(&app.admin, &approved, name).await, 409, "RESERVATION_CLOSED");
            assert_refused(&app.admin.post(&format!("/reservations/999/{name}"), json!({})).await, 404, "NOT_FOUND");
        }
        assert_eq!(app.head().await, head + 2, "the decision, and that it is told");

        let racing = app.minji.book(room, 3).await;
        let decisions = (0..8).map(|n| command(&app.admin, &racing, if n % 2 == 0 { "approve" } else { "reject" }));
        let decided = join_all(decisions).await.into_iter().filter(|(status, _)| status.is_success()).count();
        assert_eq!(decided, 1, "one decision stands");
    }

    async fn moving_an_approved_booking_asks_again_where_approval_is_needed(app: TestApp) {
        let (approval, plain) = (approval_room(&app, "한라산").await, app.room("백두산").await.id);
        let pending = app.minji.book(approval, 1).await;
        let approved = done(command(&app.admin, &pending, "approve").await);
        let edit = async |client: &Client, version: i64, change: Value| {
            let after = done(client.patch(&path(&approved), with(&change, json!({"version": version}))).await);
            assert_eq!(after["version"], json!(version + 1));
            after["status"].clone()
        };
        assert_eq!(edit(&app.minji, 2, json!({"title": "새 제목"})).await, "approved");
        assert_eq!(edit(&app.minji, 3, json!({"startsAt": at(2), "endsAt": at(3)})).await, "pending", "another time");
        assert_eq!(edit(&app.minji, 4, json!({"title": "다시"})).await, "pending");
        assert_eq!(
            edit(&app.admin, 5, json!({"startsAt": at(3), "endsAt": at(4)})).await,
            "approved",
            "an admin moved it"
        );
        assert_eq!(edit(&app.minji, 6, json!({"roomId": plain})).await, "approved", "there nobody is asked");
        assert_eq!(edit(&app.minji, 7, json!({"startsAt": at(5), "endsAt": at(6)})).await, "approved");
        assert_eq!(edit(&app.minji, 8, json!({"roomId": approval})).await, "pending", "into the room");
        assert_eq!(edit(&app.minji, 9, json!({"roomId": plain})).await, "approved", "out of it again");
    }

    async fn a_longer_booking_asks_again_unless_it_is_under_way(app: TestApp) {
        let mut app = app;
        let approval = approval_room(&app, "한라산").await;
        let pending = app.minji.book(approval, 1).await;
        let approved = done(command(&app.admin, &pending, "approve").await);
        let extend = async |client: &Client, ends_at| {
            done(client.post(&format!("{}/extend", path(&approved)), json!({"endsAt": ends_at})).await)["status"].clone()
        };
        assert_eq!(extend(&app.minji, at(3)).await, "pending");
        assert_eq!(extend(&app.admin, at(4)).await, "pending", "that decides nothing");
        done(command(&app.admin, &approved, "approve").await);
        assert_eq!(extend(&app.admin, at(5)).await, "approved", "by an admin");
        app.later(at(1) - 30 * MINUTE).await;
        assert_eq!(extend(&app.minji, at(6)).await, "approved", "nobody could decide in time");
        app.later(at(1) + MINUTE).await;
        assert_eq!(extend(&app.minji, at(7)).await, "approved", "its people are in the room");
    }
}
