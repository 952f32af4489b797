//! Answers to invitations: who may give one, what follows from it, and who hears of it.

use super::helpers::{Client, Engine, TestApp, assert_refused, at, hour, on_both_engines, until};
use crate::reservations::model::Reservation;
use crate::time::MINUTE;
use serde_json::{Value, json};

fn respond(booking: &Value) -> String {
    format!("/reservations/{}/respond", booking["id"].as_str().expect("an id"))
}

/// Minji has booked an hour and invited Junho.
async fn invitation(app: &TestApp, private: bool) -> Value {
    let room = app.room("한라산").await;
    let mut body = hour(room.id, 2);
    (body["attendeeIds"], body["private"]) = (json!([app.junho.id]), json!(private));
    let (status, booking) = app.minji.post("/reservations", body).await;
    assert_eq!(status, 201, "{booking}");
    booking
}

async fn answer(client: &Client, booking: &Value, response: &str) -> Value {
    let (status, after) = client.post(&respond(booking), json!({"response": response})).await;
    assert_eq!(status, 200, "{after}");
    after
}

/// The kinds of what somebody's bell has, newest first.
async fn told(client: &Client) -> Vec<String> {
    let (_, list) = client.get("/notifications").await;
    let kind = |entry: &Value| entry["data"]["kind"].as_str().unwrap_or_default().to_owned();
    list["notifications"].as_array().expect("a list").iter().map(kind).collect()
}

on_both_engines! {
    async fn an_attendee_accepts_or_declines_and_the_organizer_hears_of_a_no(app: TestApp) {
        let booking = invitation(&app, false).await;
        assert_eq!(booking["attendees"][0]["response"], "invited");
        let head = app.head().await;
        let after = answer(&app.junho, &booking, "accepted").await;
        assert_eq!((&after["attendees"][0]["response"], &after["version"]), (&json!("accepted"), &json!(1)));
        let events = app.whole_events_after(head).await;
        assert_eq!(events.len(), 1);
        let (event, person) = (&events[0], json!(app.junho.id));
        assert_eq!((&event["type"], &event["topic"], &event["userId"]), (&json!("reservation:updated"), &json!("org"), &person));
        assert_eq!((&event["data"]["reservation"], event["data"].get("activity")), (&after, None));
        assert!(told(&app.minji).await.is_empty(), "a yes is no news");

        // The same again, by another tab.
        let head = app.head().await;
        answer(&app.junho, &booking, "accepted").await;
        assert!(app.whole_events_after(head).await.is_empty());

        answer(&app.junho, &booking, "declined").await;
        answer(&app.junho, &booking, "declined").await;
        assert_eq!(told(&app.minji).await, ["invitation_declined"]);
        let (_, list) = app.minji.get("/notifications").await;
        let entry = &list["notifications"][0];
        assert_eq!((&entry["title"], &entry["data"]["by"]), (&json!("초대 거절"), &json!("junho")));
        assert_eq!(entry["actionUrl"], json!(format!("/reservations/{}", booking["id"].as_str().unwrap())));
        // Nobody else hears of it, and it can be taken back.
        assert!(!told(&app.seoyeon).await.contains(&"invitation_declined".to_owned()));
        assert_eq!(answer(&app.junho, &booking, "accepted").await["attendees"][0]["response"], "accepted");
        // A change by the organizer neither needs to know of the answers nor loses them.
        let path = respond(&booking).replace("/respond", "");
        let (status, edited) = app.minji.patch(&path, json!({"title": "새 제목", "version": 1})).await;
        assert_eq!((status.as_u16(), &edited["attendees"][0]["response"]), (200, &json!("accepted")));
    }

    async fn only_who_is_invited_answers_and_only_in_time(app: TestApp) {
        let mut app = app;
        let booking = invitation(&app, false).await;
        let yes = || json!({"response": "accepted"});
        let head = app.head().await;
        for stranger in [&app.minji, &app.seoyeon, &app.admin] {
            assert_refused(&stranger.post(&respond(&booking), yes()).await, 403, "FORBIDDEN");
        }
        assert_refused(&app.junho.post("/reservations/999/respond", yes()).await, 404, "NOT_FOUND");
        for wrong in [json!({"response": "invited"}), json!({"response": "maybe"}), json!({"response": null}), json!({})] {
            assert_refused(&app.junho.post(&respond(&booking), wrong).await, 400, "MALFORMED_REQUEST");
        }
        app.later(at(3)).await;
        assert_refused(&app.junho.post(&respond(&booking), yes()).await, 409, "RESERVATION_CLOSED");
        assert!(app.whole_events_after(head).await.iter().all(|event| event["type"] != "reservation:updated"));
    }

    async fn an_answer_to_a_private_one_is_its_people_s_business(app: TestApp) {
        let booking = invitation(&app, true).await;
        let head = app.head().await;
        answer(&app.junho, &booking, "declined").await;
        let topics: Vec<Value> = app.whole_events_after(head).await.iter().map(|event| event["topic"].clone()).collect();
        let of = |client: &Client| json!(format!("user:{}", client.id));
        assert_eq!(topics, [of(&app.minji), of(&app.junho), json!("admin")]);
    }

    async fn who_has_declined_is_neither_reminded_nor_in_the_meeting(app: TestApp) {
        let mut app = app;
        let booking = invitation(&app, false).await;
        answer(&app.junho, &booking, "declined").await;
        app.later(at(2) - 10 * MINUTE).await;
        crate::notifications::server::jobs::remind(&app.app).await.expect("reminded");
        assert!(told(&app.minji).await.contains(&"starts_soon".to_owned()));
        assert!(!told(&app.junho).await.contains(&"starts_soon".to_owned()));

        let _sockets = (app.minji.socket("").await, app.junho.socket("").await);
        app.later(at(2)).await;
        until("both are here", || async {
            let (_, here) = app.admin.get("/presence").await;
            let of = |client: &Client| {
                let people = here["items"].as_array().expect("people");
                people.iter().find(|person| person["id"] == json!(client.id)).map(|person| person["state"].clone())
            };
            (of(&app.minji), of(&app.junho)) == (Some(json!("in_meeting")), Some(json!("online")))
        })
        .await;
        // Two meetings at once are no clash for who goes to one of them.
        let (status, _) = app.junho.post("/reservations", hour(app.room("백두산").await.id, 2)).await;
        assert_eq!(status, 201);
        let conflicts = "SELECT COUNT(*) FROM log WHERE kind = 'reservation:conflict'";
        assert_eq!(app.count(conflicts).await, 0);
    }

    async fn a_page_answers_by_the_same_command(app: TestApp) {
        let booking = invitation(&app, false).await;
        let junho = app.browser("junho", false).await;
        let body = json!({"id": booking["id"], "reply": "accepted"});
        let (status, after) = junho.post("/fn/answer_invitation", body).await;
        let after: Reservation = serde_json::from_value(after).expect("a booking");
        assert_eq!((status.as_u16(), serde_json::to_value(after.attendees[0].response).unwrap()), (200, json!("accepted")));
    }
}
