//! `Idempotency-Key`: a repeat answers the first response and does nothing.

use super::helpers::{
    Answer, Client, Engine, START, TestApp, assert_fields, assert_refused, at, hour, on_both_engines,
};
use crate::server::jobs::tidy_up;
use crate::time::DAY;
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn post(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    client.send(client.request("POST", path).header("idempotency-key", key).json(body)).await
}

const RESERVATIONS: &str = "SELECT COUNT(*) FROM reservations";
const KEPT: &str = "SELECT COUNT(*) FROM idempotency";

on_both_engines! {
    async fn a_repeat_answers_the_same_and_does_nothing(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        let mut ids = Vec::new();
        for hours in 0..5 {
            ids.push(app.minji.book(room.id, hours).await["id"].as_str().expect("an id").to_owned());
        }
        app.admin.post(&format!("/reservations/{}/approve", ids[0]), json!({})).await;
        let command = |index: usize, name: &str| format!("/reservations/{}/{name}", ids[index]);
        for (client, path, body, expected) in [
            (&app.admin, "/rooms".to_owned(), json!({"name": "백두산", "capacity": 4}), 201),
            (&app.minji, "/reservations".to_owned(), hour(room.id, 9), 201),
            (&app.admin, command(1, "approve"), json!({}), 200),
            (&app.admin, command(2, "reject"), json!({}), 200),
            (&app.minji, command(3, "cancel"), json!({}), 200),
            (&app.minji, command(4, "extend"), json!({"endsAt": at(6)}), 200),
            (&app.minji, command(0, "end"), json!({}), 200),
        ] {
            let first = client.post_once(&path, "key", &body).await;
            assert_eq!(first.0, expected, "{path}: {}", first.1);
            let head = app.head().await;
            for _ in 0..2 {
                assert_eq!(client.post_once(&path, "key", &body).await, first, "{path}");
            }
            assert_eq!(app.head().await, head, "{path}");
        }
        assert_eq!((app.count(RESERVATIONS).await, app.count(KEPT).await), (6, 7));

        // Without the key the same requests are refused.
        assert_refused(&app.minji.post("/reservations", hour(room.id, 9)).await, 409, "RESERVATION_CONFLICT");
        assert_refused(&app.minji.post(&command(3, "cancel"), json!({})).await, 409, "RESERVATION_CLOSED");
    }

    async fn an_answer_without_content_is_repeated_without_any(app: TestApp) {
        let (status, made) = app.admin.post("/announcements", json!({"message": "단수", "expiresAt": at(1)})).await;
        assert_eq!(status, 201, "{made}");
        let dismiss = format!("/announcements/{}/dismiss", made["id"].as_str().expect("an id"));
        for path in [&*dismiss, "/notifications/show-held"] {
            let once = async || {
                let request = app.minji.request("POST", path).header("idempotency-key", "key").json(&json!({}));
                let answer = request.send().await.expect("an answer");
                let is_typed = answer.headers().contains_key("content-type");
                (answer.status().as_u16(), is_typed, answer.text().await.expect("a body"))
            };
            let first = once().await;
            assert_eq!(first, (204, false, String::new()), "{path}");
            let head = app.head().await;
            assert_eq!(once().await, first, "{path}");
            assert_refused(&post(&app.minji, path, "key", &json!({"x": 1})).await, 422, "IDEMPOTENCY_MISMATCH");
            assert_eq!(app.head().await, head, "{path}");
        }
        assert_eq!(app.count(KEPT).await, 2);
    }

    async fn routes_look_at_the_key_that_their_description_takes(app: TestApp) {
        let (_, document) = app.admin.get("/openapi.json").await;
        let (id, long) = ("01890a5d-ac96-774b-bcce-b302099a8057", "k".repeat(65));
        let paths = document["paths"].as_object().expect("paths").iter();
        let mut looked = 0;
        for (path, route) in paths {
            let mut parameters = route["post"]["parameters"].as_array().into_iter().flatten();
            if !parameters.any(|parameter| parameter["name"] == "Idempotency-Key") {
                continue;
            }
            let id = if path.starts_with("/timers/") { id } else { "1" };
            let address = path.replace("{id}", id).replace("{room}", "1").replace("{user}", "1");
            let (status, body) = post(&app.admin, &address, &long, &json!({})).await;
            let refusal = if path.starts_with("/chat/") { &body["error"] } else { &body };
            let rule = &refusal["fields"]["idempotencyKey"]["code"];
            assert_eq!((status.as_u16(), rule), (422, &json!("MAX_LENGTH")), "{path}: {body}");
            looked += 1;
        }
        assert!(looked > 20, "{looked} routes");
    }

    async fn simultaneous_repeats_do_it_once(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        let body = hour(room.id, 1);
        let answers = join_all((0..8).map(|_| app.minji.post_once("/reservations", "key", &body))).await;
        assert_eq!(answers[0].0, 201, "{}", answers[0].1);
        for answer in &answers {
            assert_eq!(answer, &answers[0]);
        }
        assert_eq!((app.count(RESERVATIONS).await, app.head().await), (1, head + 2), "the booking, and everybody's notice of it");
    }

    async fn the_first_answer_stays_what_it_was(app: TestApp) {
        let room = app.room("한라산").await;
        let first = post(&app.minji, "/reservations", "key", &hour(room.id, 1)).await;
        let path = format!("/reservations/{}", first.1["id"].as_str().expect("an id"));
        assert_eq!(app.minji.patch(&path, json!({"title": "다른 제목", "version": 1})).await.0, 200);
        assert_eq!(
            post(&app.minji, "/reservations", "key", &hour(room.id, 1)).await,
            first,
            "though it has changed since"
        );
        assert_eq!(app.admin.delete(&path).await.0, 204);
        assert_eq!(post(&app.minji, "/reservations", "key", &hour(room.id, 1)).await, first, "though it is gone");
        assert_eq!(app.count(RESERVATIONS).await, 0);
    }

    async fn a_key_stands_for_one_body(app: TestApp) {
        let room = app.room("한라산").await;
        let first = post(&app.minji, "/reservations", "key", &hour(room.id, 1)).await;
        assert_eq!(first.0, 201);
        let head = app.head().await;
        let refused = post(&app.minji, "/reservations", "key", &hour(room.id, 2)).await;
        assert_refused(&refused, 422, "IDEMPOTENCY_MISMATCH");
        assert_eq!(refused.1["detail"], "같은 Idempotency-Key를 다른 내용으로 다시 썼습니다.");
        assert_eq!(app.head().await, head);
        assert_eq!(
            post(&app.minji, "/reservations", "key", &hour(room.id, 1)).await,
            first,
            "the first answer is kept"
        );

        let bodies: Vec<Value> = (3..11).map(|hours| hour(room.id, hours)).collect();
        let answers = join_all(bodies.iter().map(|body| post(&app.minji, "/reservations", "another", body))).await;
        let made = answers.iter().filter(|(status, _)| status.as_u16() == 201).count();
        assert_eq!(made, 1);
        for refused in answers.iter().filter(|(status, _)| status.as_u16() != 201) {
            assert_refused(refused, 422, "IDEMPOTENCY_MISMATCH");
        }
    }

    async fn people_and_routes_have_keys_of_their_own(app: TestApp) {
        let room = app.room("한라산").await;
        let (first, second) = (
            post(&app.minji, "/reservations", "key", &hour(room.id, 1)).await,
            post(&app.junho, "/reservations", "key", &hour(room.id, 2)).await,
        );
        assert_eq!((first.0.as_u16(), second.0.as_u16()), (201, 201), "two people");
        assert_eq!(second.1["organizer"]["id"], json!(app.junho.id));
        // The same body even: what the other got is not told.
        assert_refused(
            &post(&app.seoyeon, "/reservations", "key", &hour(room.id, 1)).await,
            409,
            "RESERVATION_CONFLICT",
        );

        for booked in [&first.1, &second.1] {
            let path = format!("/reservations/{}/cancel", booked["id"].as_str().expect("an id"));
            let cancelled = post(&app.admin, &path, "key", &json!({})).await;
            assert_eq!((cancelled.0.as_u16(), &cancelled.1["id"]), (200, &booked["id"]), "two addresses");
        }
        let room = post(&app.admin, "/rooms", "key", &json!({"name": "백두산", "capacity": 2})).await;
        assert_eq!(room.0, 201, "two routes");

        // A second device of the same person is the same person.
        let again = Client::log_in(app.address, "minji@example.com").await;
        let body = hour(serde_json::from_value(first.1["room"]["id"].clone()).expect("an id"), 1);
        assert_eq!(post(&again, "/reservations", "key", &body).await, first);
    }

    async fn a_key_has_1_to_64_characters(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        for key in [String::new(), "k".repeat(65), "k".repeat(4000), "열쇠".to_owned(), "\u{e9}".to_owned()] {
            let refused = post(&app.minji, "/reservations", &key, &hour(room.id, 1)).await;
            assert_eq!((refused.0.as_u16(), &refused.1["code"]), (422, &json!("VALIDATION")), "{key}");
            let fields = refused.1["fields"].as_object().expect("fields");
            assert_eq!(fields.keys().collect::<Vec<_>>(), ["idempotencyKey"]);
        }
        assert_fields(
            &post(&app.minji, "/reservations", &"k".repeat(65), &hour(room.id, 1)).await,
            &[("idempotencyKey", "MAX_LENGTH")],
        );
        assert_eq!(app.head().await, head);
        let longest = "'".repeat(64);
        let first = post(&app.minji, "/reservations", &longest, &hour(room.id, 1)).await;
        assert_eq!(first.0, 201);
        assert_eq!(post(&app.minji, "/reservations", &longest, &hour(room.id, 1)).await, first);
    }

    async fn answers_survive_a_restart(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let first = app.minji.post_once("/reservations", "key", &hour(room.id, 1)).await;
        assert_eq!(first.0, 201);
        app = app.restart().await;
        let head = app.head().await;
        assert_eq!(app.minji.post_once("/reservations", "key", &hour(room.id, 1)).await, first);
        assert_refused(&post(&app.minji, "/reservations", "key", &hour(room.id, 2)).await, 422, "IDEMPOTENCY_MISMATCH");
        assert_eq!(app.head().await, head);
    }

    async fn answers_are_forgotten_after_a_day(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let first = post(&app.minji, "/reservations", "key", &hour(room.id, 72)).await;
        assert_eq!(first.0, 201);
        app.later(START + DAY).await;
        tidy_up(&app.app).await.expect("tidied up");
        assert_eq!(post(&app.minji, "/reservations", "key", &hour(room.id, 72)).await, first, "a day is kept");
        app.set_clock(START + DAY + 1);
        tidy_up(&app.app).await.expect("tidied up");
        assert_eq!(app.count(KEPT).await, 0);
        let again = post(&app.minji, "/reservations", "key", &hour(room.id, 72)).await;
        assert_refused(&again, 409, "RESERVATION_CONFLICT");
    }

    async fn a_refused_attempt_can_be_repeated(app: TestApp) {
        let room = app.room("한라산").await;
        let obstacle = app.junho.book(room.id, 1).await;
        let body = hour(room.id, 1);
        for _ in 0..2 {
            assert_refused(&post(&app.minji, "/reservations", "key", &body).await, 409, "RESERVATION_CONFLICT");
        }
        let mut untitled = body.clone();
        untitled["title"] = json!("");
        assert_fields(&post(&app.minji, "/reservations", "key", &untitled).await, &[("title", "REQUIRED")]);
        assert_refused(&post(&app.minji, "/reservations", "key", &json!({"title": 1})).await, 400, "MALFORMED_REQUEST");
        assert_refused(
            &post(&app.minji, "/rooms", "key", &json!({"name": "x", "capacity": 1})).await,
            403,
            "FORBIDDEN",
        );
        assert_eq!(app.count(KEPT).await, 0, "a refusal is not kept");

        let path = format!("/reservations/{}/cancel", obstacle["id"].as_str().expect("an id"));
        assert_eq!(app.junho.post(&path, json!({})).await.0, 200);
        let made = post(&app.minji, "/reservations", "key", &body).await;
        assert_eq!(made.0, 201, "the slot has become free");
        assert_eq!(post(&app.minji, "/reservations", "key", &body).await, made);
    }

    async fn only_what_changes_something_for_good_has_keys(app: TestApp) {
        let tickets = [
            post(&app.minji, "/ws/ticket", "key", &json!({})).await,
            post(&app.minji, "/ws/ticket", "key", &json!({})).await,
        ];
        assert_ne!(tickets[0].1["ticket"], tickets[1].1["ticket"], "a ticket is for one use");
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        let path = format!("/reservations/{}", booked["id"].as_str().expect("an id"));
        let edit = app.minji.request("PATCH", &path).header("idempotency-key", "k".repeat(65));
        let (status, _) = app.minji.send(edit.json(&json!({"title": "x", "version": 1}))).await;
        assert_eq!(status, 200, "an edit names a version instead");
        assert_eq!(app.count(KEPT).await, 0);
    }
}
