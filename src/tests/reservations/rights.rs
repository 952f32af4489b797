//! Who may change what, and what others get to see.

use super::{booking, clash, command, done, headlines, id, listed, path, reduced, see, with};
use crate::error::AppError;
use crate::tests::helpers::{
    Answer, Browser, Engine, START, TestApp, answer, assert_refused, at, hour, on_both_engines,
};
use crate::time::MINUTE;
use serde_json::{Value, json};

on_both_engines! {
    async fn only_the_organiser_and_admins_may_change_a_booking(app: TestApp) {
        let room = app.room("한라산").await;
        let attended = with(&hour(room.id, 0), json!({"attendeeIds": [app.seoyeon.id]}));
        let private = with(&attended, json!({"startsAt": at(1), "endsAt": at(2), "private": true}));
        let commands = [
            ("PATCH", "", json!({"title": "남의 것", "version": 1})),
            ("POST", "/cancel", json!({})),
            ("POST", "/end", json!({})),
            ("POST", "/extend", json!({"endsAt": at(6)})),
            ("POST", "/approve", json!({})),
            ("POST", "/reject", json!({})),
            ("DELETE", "", json!({})),
        ];
        for new in [attended, private] {
            let booked = done(app.minji.post("/reservations", new).await);
            let head = app.head().await;
            for (method, suffix, body) in &commands {
                // A stranger, and somebody who is invited but does not organise.
                for client in [&app.junho, &app.seoyeon] {
                    let request = client.request(method, &format!("{}{suffix}", path(&booked))).json(body);
                    let refused = answer(request).await;
                    assert_eq!(
                        (refused.0.as_u16(), &refused.1["code"]),
                        (403, &json!("FORBIDDEN")),
                        "{method} {suffix}"
                    );
                }
            }
            assert_eq!(app.head().await, head);
            assert_eq!(see(&app.minji, &booked).await, booked);
            done(command(&app.minji, &booked, "cancel").await);
        }

        // An admin may do all of it with a booking of somebody else.
        let booked = app.minji.book(room.id, 0).await;
        let edited = done(app.admin.patch(&path(&booked), json!({"title": "관리자가", "version": 1})).await);
        assert_eq!(edited["organizer"], booked["organizer"], "it stays the organiser's");
        done(app.admin.post(&format!("{}/extend", path(&booked)), json!({"endsAt": at(2)})).await);
        assert_eq!(done(command(&app.admin, &booked, "end").await)["status"], "completed");
        assert_eq!(app.admin.delete(&path(&booked)).await.0, 204);
        let booked = app.minji.book(room.id, 1).await;
        assert_eq!(done(command(&app.admin, &booked, "cancel").await)["status"], "cancelled");
    }

    async fn an_admin_removes_a_booking_from_the_record(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = done(
            app.minji.post("/reservations", with(&hour(room.id, 1), json!({"attendeeIds": [app.junho.id]}))).await,
        );
        assert_refused(&app.minji.delete(&path(&booked)).await, 403, "FORBIDDEN");
        let head = app.head().await;
        let (status, body) = app.admin.delete(&path(&booked)).await;
        assert_eq!((status.as_u16(), body), (204, Value::Null));
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "reservation:deleted",
                "data": {"reservation": booked, "roomId": room.id, "userId": app.admin.id},
                // The last event was Junho's invitation.
                "timestamp": START, "userId": app.admin.id, "seq": head + 1, "topic": "org", "prev": head - 1
            })]
        );
        assert_refused(&app.minji.get(&path(&booked)).await, 404, "NOT_FOUND");
        assert_refused(&app.admin.delete(&path(&booked)).await, 404, "NOT_FOUND");
        assert_refused(&command(&app.minji, &booked, "cancel").await, 404, "NOT_FOUND");
        assert_eq!(listed(&app.minji, "?mine=true").await, [""; 0]);
        assert_eq!(app.count("SELECT COUNT(*) FROM attendees").await, 0);
        assert_ne!(app.junho.book(room.id, 1).await["id"], booked["id"], "ids are not used again");
    }

    async fn a_private_booking_shows_its_time_and_room_only(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        let new =
            with(&hour(room.id, 1), json!({"title": "연봉 협상", "attendeeIds": [app.junho.id], "private": true}));
        let full = done(app.minji.post("/reservations", new).await);
        assert_eq!((&full["title"], &full["attendeeCount"]), (&json!("연봉 협상"), &json!(2)));

        let (minji, junho) = (format!("user:{}", app.minji.id), format!("user:{}", app.junho.id));
        let actor = app.minji.id.to_string();
        let audience = |kind: &'static str| {
            [
                ("org", kind, ""),
                (minji.as_str(), kind, actor.as_str()),
                (junho.as_str(), kind, actor.as_str()),
                ("admin", kind, actor.as_str()),
            ]
        };
        let told = |events: &[Value], kind: &'static str, full: &Value| {
            assert_eq!(headlines(events), audience(kind));
            assert_eq!(events[0]["data"], json!({"reservation": reduced(full), "roomId": room.id, "userId": ""}));
            for event in &events[1..] {
                assert_eq!(event["data"], json!({"reservation": full, "roomId": room.id, "userId": app.minji.id}));
            }
        };
        told(&app.events_after(head).await, "reservation:created", &full);

        let overlapping = booking(room.id, at(1) + 30 * MINUTE, at(2) + 30 * MINUTE);
        for (client, seen) in [
            (&app.seoyeon, reduced(&full)),
            (&app.junho, full.clone()),
            (&app.minji, full.clone()),
            (&app.admin, full.clone()),
        ] {
            assert_eq!(see(client, &full).await, seen);
            assert_eq!(done(client.get("/reservations").await)["items"], json!([seen]));
            let refused = client.post("/reservations", overlapping.clone()).await;
            assert_refused(&refused, 409, "RESERVATION_CONFLICT");
            assert_eq!(refused.1["conflictsWith"], json!([clash(&seen)]));
        }
        assert_eq!(listed(&app.seoyeon, "?mine=true").await, [""; 0]);
        assert_eq!(listed(&app.junho, "?mine=true").await, [id(&full)]);

        let head = app.head().await;
        let cancelled = done(command(&app.minji, &full, "cancel").await);
        told(&app.events_after(head).await, "reservation:cancelled", &cancelled);
        assert_eq!(see(&app.seoyeon, &full).await, reduced(&cancelled));
        let head = app.head().await;
        assert_eq!(app.admin.delete(&path(&full)).await.0, 204);
        let events = app.events_after(head).await;
        assert_eq!(events[0]["data"], json!({"reservation": reduced(&cancelled), "roomId": room.id, "userId": ""}));
        assert_eq!(events[3]["data"], json!({"reservation": cancelled, "roomId": room.id, "userId": app.admin.id}));
    }

    async fn a_booking_becomes_private_and_public_again(app: TestApp) {
        let room = app.room("한라산").await;
        let public = done(
            app.minji.post("/reservations", with(&hour(room.id, 1), json!({"attendeeIds": [app.junho.id]}))).await,
        );
        let head = app.head().await;
        let change = json!({"private": true, "attendeeIds": [app.seoyeon.id], "version": 1});
        let private = done(app.minji.patch(&path(&public), change).await);
        assert_eq!(see(&app.junho, &public).await, reduced(&private), "no longer invited");
        assert_eq!(see(&app.seoyeon, &public).await, private);
        let events = app.events_after(head).await;
        let (minji, junho, seoyeon) = (app.minji.id.to_string(), app.junho.id, app.seoyeon.id);
        assert_eq!(
            headlines(&events),
            [
                ("org", "reservation:updated", ""),
                (format!("user:{minji}").as_str(), "reservation:updated", minji.as_str()),
                (format!("user:{seoyeon}").as_str(), "reservation:updated", minji.as_str()),
                (format!("user:{junho}").as_str(), "reservation:updated", ""),
                ("admin", "reservation:updated", minji.as_str()),
            ]
        );
        let little = json!({"reservation": reduced(&private), "roomId": room.id, "userId": ""});
        assert_eq!(
            (&events[0]["data"], &events[3]["data"]),
            (&little, &little),
            "whoever was taken off learns no more"
        );

        let head = app.head().await;
        let public = done(app.minji.patch(&path(&public), json!({"private": false, "version": 2})).await);
        assert_eq!(see(&app.junho, &public).await, public);
        let events = app.events_after(head).await;
        assert_eq!(headlines(&events), [("org", "reservation:updated", minji.as_str())]);
        assert_eq!(events[0]["data"]["reservation"], public);
    }

    async fn server_functions_are_a_second_door_to_the_same_commands(app: TestApp) {
        let room = app.room("한라산").await;
        let browser = app.browser("minji", false).await;
        let call = async |browser: &Browser, name: &str, arguments: Value| {
            browser.post(&format!("/fn/{name}"), arguments).await
        };
        let head = app.head().await;
        let (status, booked) = call(&browser, "book_room", json!({"new": hour(room.id, 1)})).await;
        assert_eq!(status, 200, "{booked}");
        assert_eq!(booked, see(&app.minji, &booked).await);
        assert_eq!(
            headlines(&app.events_after(head).await),
            [("org", "reservation:created", app.minji.id.to_string().as_str())]
        );
        assert_eq!(call(&browser, "find_reservation", json!({"id": booked["id"]})).await.1, booked);

        let refusal = |refused: &Answer| {
            let error: AppError = serde_json::from_value(refused.1.clone()).expect("a refusal");
            assert_eq!(refused.0, error.status(), "the status that REST would answer");
            refused.1.clone()
        };
        let by_rest = app.minji.post("/reservations", hour(room.id, 1)).await.1;
        let by_function = refusal(&call(&browser, "book_room", json!({"new": hour(room.id, 1)})).await);
        assert_eq!(
            by_function,
            json!({
                "code": "RESERVATION_CONFLICT",
                "conflictsWith": by_rest["conflictsWith"], "alternatives": by_rest["alternatives"]
            })
        );
        assert_eq!(by_function["conflictsWith"], json!([clash(&booked)]));
        let untitled = with(&hour(room.id, 3), json!({"title": ""}));
        assert_eq!(
            refusal(&call(&browser, "book_room", json!({"new": untitled})).await),
            json!({
                "code": "VALIDATION", "fields": [{"field": "title", "rule": {"rule": "REQUIRED"}}]
            })
        );
        assert_eq!(
            refusal(&call(&browser, "create_room", json!({"new": {"name": "x", "capacity": 1}})).await),
            json!({"code": "FORBIDDEN"})
        );
        assert_eq!(
            refusal(&call(&browser, "find_reservation", json!({"id": "999"})).await),
            json!({"code": "NOT_FOUND"})
        );
        let stale = json!({"id": booked["id"], "patch": {"title": "x", "version": 9}});
        assert_eq!(refusal(&call(&browser, "edit_reservation", stale).await), json!({"code": "STALE_VERSION"}));
        assert_eq!(app.head().await, head + 2);
        assert_eq!(call(&browser, "cancel_reservation", json!({"id": booked["id"]})).await.1["status"], "cancelled");

        // Without a session each says so by itself; a page would be sent to the login.
        for (name, arguments) in [
            ("book_room", json!({"new": hour(room.id, 5)})),
            ("day_schedule", json!({"date": null})),
            ("my_reservations", json!({})),
            ("room_directory", json!({})),
            ("delete_room", json!({"id": room.id, "cancelled": []})),
        ] {
            let request = reqwest::Client::new()
                .post(app.url(&format!("/fn/{name}")))
                .header("origin", app.url(""))
                .json(&arguments);
            assert_eq!(refusal(&answer(request).await), json!({"code": "UNAUTHENTICATED"}), "{name}");
        }
        assert_eq!(app.head().await, head + 3);
    }
}
