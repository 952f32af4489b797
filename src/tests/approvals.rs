//! Deciding about bookings: who may, until when, and who is told.

use super::helpers::{
    Answer, Client, Engine, START, TestApp, assert_fields, assert_refused, at, hour, on_both_engines,
};
use crate::ids::RoomId;
use crate::reservations::model::PRIVATE_TITLE;
use crate::server::jobs;
use crate::time::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

#[track_caller]
fn done((status, body): Answer) -> Value {
    assert!(status.is_success(), "{status}: {body}");
    body
}

fn path(booking: &Value, command: &str) -> String {
    format!("/reservations/{}{command}", booking["id"].as_str().expect("an id"))
}

async fn see(client: &Client, booking: &Value) -> Value {
    done(client.get(&path(booking, "")).await)
}

/// A room about which Junho, an employee, decides.
async fn junhos_room(app: &TestApp) -> Value {
    let body = json!({"name": "한라산", "capacity": 6, "requiresApproval": true, "approverIds": [app.junho.id]});
    done(app.admin.post("/rooms", body).await)
}

fn id(room: &Value) -> RoomId {
    room["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

/// The events of a kind after a point.
async fn events(app: &TestApp, after: i64, kind: &str) -> Vec<Value> {
    app.whole_events_after(after).await.into_iter().filter(|event| event["type"] == kind).collect()
}

on_both_engines! {
    async fn a_named_approver_decides_with_a_reason(app: TestApp) {
        let room = junhos_room(&app).await;
        assert_eq!(room["approverIds"], json!([app.junho.id]));
        let pending = app.minji.book(id(&room), 1).await;
        assert_eq!((&pending["status"], &pending["decideBy"]), (&json!("pending"), &json!(at(1))));
        for command in ["/approve", "/reject"] {
            assert_refused(&app.minji.post(&path(&pending, command), json!({})).await, 403, "FORBIDDEN");
            assert_refused(&app.seoyeon.post(&path(&pending, command), json!({})).await, 403, "FORBIDDEN");
        }
        for (reason, rule) in [("x".repeat(501), "MAX_LENGTH"), ("a\u{0}".into(), "NUL_CHARACTER")] {
            let refused = app.junho.post(&path(&pending, "/reject"), json!({"reason": reason})).await;
            assert_fields(&refused, &[("reason", rule)]);
        }
        let body = json!({"reason": " <b>행사</b>가 있습니다 "});
        let rejected = done(app.junho.post(&path(&pending, "/reject"), body).await);
        assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("<b>행사</b>가 있습니다")));
        assert_eq!(see(&app.minji, &pending).await, rejected, "shown to whoever asked");
        assert_refused(&app.junho.post(&path(&pending, "/approve"), json!({})).await, 409, "RESERVATION_CLOSED");

        let again = app.minji.book(id(&room), 1).await;
        let approved = done(app.junho.post(&path(&again, "/approve"), json!({})).await);
        assert_eq!(approved["status"], "approved");
        assert_eq!(app.junho.book(id(&room), 2).await["status"], "approved", "who decides need not ask");
        assert_refused(&app.junho.patch(&path(&again, ""), json!({"title": "x", "version": 2})).await, 403, "FORBIDDEN");
    }

    async fn approvers_are_people_and_can_change(app: TestApp) {
        let body = json!({"name": "a", "capacity": 1, "approverIds": ["999"]});
        assert_fields(&app.admin.post("/rooms", body).await, &[("approverIds", "UNKNOWN")]);
        let room = junhos_room(&app).await;
        let secret = json!({"roomId": room["id"], "title": "비밀", "startsAt": at(1), "endsAt": at(2), "private": true});
        let pending = done(app.minji.post("/reservations", secret).await);
        assert_eq!(see(&app.junho, &pending).await["title"], "비밀", "who decides sees what about");
        assert_eq!(see(&app.seoyeon, &pending).await["title"], PRIVATE_TITLE);

        let head = app.head().await;
        let change = json!({"approverIds": [app.seoyeon.id], "version": 1});
        let changed = done(app.admin.patch(&format!("/rooms/{}", id(&room)), change).await);
        assert_eq!(changed["approverIds"], json!([app.seoyeon.id]));
        assert_eq!(see(&app.junho, &pending).await["title"], PRIVATE_TITLE);
        assert_eq!(see(&app.seoyeon, &pending).await["title"], "비밀");
        let told = events(&app, head, "reservation:updated").await;
        let titles: Vec<_> = told.iter().map(|e| (&e["topic"], &e["data"]["reservation"]["title"])).collect();
        let (seoyeon, junho) = (json!(format!("user:{}", app.seoyeon.id)), json!(format!("user:{}", app.junho.id)));
        assert_eq!(
            titles,
            [(&seoyeon, &json!("비밀")), (&junho, &json!(PRIVATE_TITLE)), (&json!("admin"), &json!("비밀"))]
        );
        assert_refused(&app.junho.post(&path(&pending, "/approve"), json!({})).await, 403, "FORBIDDEN");
        let decided = done(app.seoyeon.post(&path(&pending, "/approve"), json!({})).await);
        assert_eq!(decided["title"], PRIVATE_TITLE, "once decided it is none of the approver's business");
        assert_eq!(see(&app.seoyeon, &pending).await["title"], PRIVATE_TITLE);
    }

    async fn what_was_moved_meanwhile_is_not_approved_unseen(app: TestApp) {
        let room = junhos_room(&app).await;
        let seen = app.minji.book(id(&room), 1).await;
        let moved = json!({"startsAt": at(5), "endsAt": at(7), "version": 1});
        assert_eq!(done(app.minji.patch(&path(&seen, ""), moved).await)["version"], 2);
        for command in ["/approve", "/reject"] {
            let stale = app.junho.post(&path(&seen, command), json!({"version": 1})).await;
            assert_refused(&stale, 409, "STALE_VERSION");
        }
        let approved = done(app.junho.post(&path(&seen, "/approve"), json!({"version": 2})).await);
        assert_eq!((&approved["status"], &approved["startsAt"]), (&json!("approved"), &json!(at(5))));
    }

    async fn what_is_asked_for_at_its_start_waits_a_little(app: TestApp) {
        let room = junhos_room(&app).await;
        let now = json!({"roomId": room["id"], "title": "지금", "startsAt": START - 2 * MINUTE, "endsAt": at(1)});
        let pending = done(app.minji.post("/reservations", now).await);
        assert_eq!((&pending["status"], &pending["decideBy"]), (&json!("pending"), &json!(START + 5 * MINUTE)));
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(see(&app.minji, &pending).await["status"], "pending", "nobody could have answered yet");
        let (_, list) = app.junho.get("/notifications").await;
        let told = list["notifications"].as_array().expect("a list").iter().map(|entry| &entry["data"]["kind"]);
        let asked: Vec<_> = told.filter(|kind| **kind != "booking_created").collect();
        assert_eq!(asked, ["approval_asked"], "who has just been asked is not reminded");
        app.set_clock(START + 5 * MINUTE);
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(see(&app.minji, &pending).await["status"], "rejected");
    }

    async fn what_nobody_decides_is_given_up_once(app: TestApp) {
        let mut app = app;
        let room = junhos_room(&app).await;
        let (soon, later) = (app.minji.book(id(&room), 2).await, app.minji.book(id(&room), 40).await);
        assert_eq!((&soon["decideBy"], &later["decideBy"]), (&json!(at(2)), &json!(at(24))));
        let head = app.head().await;
        app.set_clock(at(2) - 1);
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(events(&app, head, "reservation:updated").await.len(), 0, "it still waits");
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations WHERE reminded_at IS NOT NULL").await, 1);

        // Down at that moment, and then two programs at once.
        app.set_clock(at(2));
        app = app.restart().await;
        let (one, other) = tokio::join!(jobs::step(&app.app), jobs::step(&app.app));
        one.and(other).expect("both steps");
        let told = events(&app, head, "reservation:updated").await;
        assert_eq!(told.len(), 1);
        let (data, user) = (&told[0]["data"], &told[0]["userId"]);
        assert_eq!((&data["reservation"]["status"], &data["reservation"]["reason"]), (&json!("rejected"), &json!("expired")));
        assert_eq!((&data["userId"], user, &data["activity"]["kind"]), (&json!(""), &Value::Null, &json!("expired")));
        app.later(at(3)).await;
        assert_refused(&app.admin.post(&path(&soon, "/approve"), json!({})).await, 409, "RESERVATION_CLOSED");

        app.set_clock(at(24) - 1);
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(events(&app, head, "reservation:updated").await.len(), 1);
        app.set_clock(at(24));
        jobs::step(&app.app).await.expect("a step");
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(events(&app, head, "reservation:updated").await.len(), 2);
        app.later(at(24)).await;
        assert_eq!(app.seoyeon.book(id(&room), 40).await["status"], "pending", "the slot is free again");
    }

    async fn how_long_a_decision_may_take_can_be_set(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.approval_hours = 2).await;
        let room = junhos_room(&app).await;
        assert_eq!(app.minji.book(id(&room), 1).await["decideBy"], json!(at(1)));
        let pending = app.minji.book(id(&room), 30).await;
        assert_eq!(pending["decideBy"], json!(at(2)));
        // Moved, it is asked about anew; reworded, it is not.
        app.set_clock(START + MINUTE);
        let reworded = done(app.minji.patch(&path(&pending, ""), json!({"title": "새 제목", "version": 1})).await);
        assert_eq!(reworded["decideBy"], json!(at(2)));
        let change = json!({"startsAt": at(31), "endsAt": at(32), "version": 2});
        assert_eq!(done(app.minji.patch(&path(&pending, ""), change).await)["decideBy"], json!(at(2) + MINUTE));
    }

    async fn who_wanted_the_slot_is_remembered_until_it_is_free_or_over(app: TestApp) {
        let room = app.room("백두산").await.id;
        let wishes = "SELECT COUNT(*) FROM slot_wishes";
        let taken = app.minji.book(room, 1).await;
        for _ in 0..2 {
            assert_refused(&app.junho.post("/reservations", hour(room, 1)).await, 409, "RESERVATION_CONFLICT");
        }
        let wide = json!({"roomId": room, "title": "a", "startsAt": at(1), "endsAt": at(3)});
        assert_refused(&app.seoyeon.post("/reservations", wide).await, 409, "RESERVATION_CONFLICT");
        assert_eq!(app.count(wishes).await, 2, "each wish once");
        // What Seoyeon wanted is not wholly free.
        let behind = app.admin.book(room, 2).await;
        done(app.minji.post(&path(&taken, "/cancel"), json!({})).await);
        assert_eq!(app.count(wishes).await, 1);
        done(app.admin.post(&path(&behind, "/cancel"), json!({})).await);
        assert_eq!(app.count(wishes).await, 0);

        app.minji.book(room, 5).await;
        assert_refused(&app.junho.post("/reservations", hour(room, 5)).await, 409, "RESERVATION_CONFLICT");
        app.set_clock(at(6) - 1);
        jobs::tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.count(wishes).await, 1);
        app.set_clock(at(6));
        jobs::tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.count(wishes).await, 0);
    }

    async fn people_learn_that_their_own_plans_clash(app: TestApp) {
        let (one, two) = (app.room("백두산").await.id, app.room("설악산").await.id);
        let first = app.minji.book(one, 1).await;
        let head = app.head().await;
        let body = json!({
            "roomId": two, "title": "겹침", "startsAt": at(1), "endsAt": at(2), "attendeeIds": [app.minji.id], "private": true
        });
        let second = done(app.junho.post("/reservations", body).await);
        let told = events(&app, head, "reservation:conflict").await;
        assert_eq!(told.len(), 1, "only Minji is in both");
        assert_eq!(told[0]["topic"], json!(format!("user:{}", app.minji.id)));
        assert_eq!(
            told[0]["data"],
            json!({"reservation": second, "conflictsWith": [first], "roomId": two, "userId": app.junho.id})
        );
        let head = app.head().await;
        app.minji.book(one, 2).await;
        assert_eq!(events(&app, head, "reservation:conflict").await.len(), 0, "touching is no clash");
        let head = app.head().await;
        let change = json!({"startsAt": at(1) + 30 * MINUTE, "endsAt": at(2) + 30 * MINUTE, "version": 1});
        done(app.junho.patch(&path(&second, ""), change).await);
        let told = events(&app, head, "reservation:conflict").await;
        assert_eq!(told[0]["data"]["conflictsWith"].as_array().map(Vec::len), Some(2));

        // A room that closes: its organisers, and nobody else.
        let head = app.head().await;
        let version = json!({"maintenance": true, "version": 1});
        done(app.admin.patch(&format!("/rooms/{two}"), version).await);
        let told = events(&app, head, "reservation:conflict").await;
        assert_eq!(told.iter().map(|event| &event["topic"]).collect::<Vec<_>>(), [&json!(format!("user:{}", app.junho.id))]);
        assert_eq!((&told[0]["data"]["conflictsWith"], &told[0]["data"]["userId"]), (&json!([]), &json!(app.admin.id)));
    }

    async fn an_old_wait_is_caught_up_with_days_later(app: TestApp) {
        let mut app = app;
        let room = junhos_room(&app).await;
        let pending = app.minji.book(id(&room), 30).await;
        app.set_clock(START + 3 * DAY);
        app = app.restart().await;
        jobs::step(&app.app).await.expect("a step");
        app.later(START + 3 * DAY + HOUR).await;
        assert_eq!(see(&app.minji, &pending).await["reason"], "expired");
    }
}
