//! The agenda of a timer: who leads through it, what everybody hears of it, and more time for it.

use super::helpers::{Client, Engine, START, TestApp, assert_fields, assert_refused, at, on_both_engines};
use crate::ids::ReservationId;
use crate::time::{HOUR, MINUTE, SECOND, Timestamp};
use crate::timers::server::meeting::room_taken;
use http::StatusCode;
use serde_json::{Value, json};

/// A timer of Minji's with Junho on it, and three points of five, ten and five minutes.
async fn meeting(app: &TestApp) -> Value {
    let agenda = json!([{"title": " 인사 ", "seconds": 300}, {"title": "복지 제도", "seconds": 600}, {"title": "질문", "seconds": 300}]);
    let new =
        json!({"allocatedDuration": 1200, "title": "신규 입사자 교육", "userIds": [app.junho.id], "agenda": agenda});
    let (status, timer) = app.minji.post("/timers", new).await;
    assert_eq!(status, StatusCode::CREATED, "{timer}");
    timer
}

fn path(timer: &Value) -> String {
    format!("/timers/{}", timer["id"].as_str().expect("an id"))
}

async fn go_to(client: &Client, timer: &Value, point: Value) -> super::helpers::Answer {
    client.post(&format!("{}/agenda/point", path(timer)), json!({"point": point})).await
}

on_both_engines! {
    async fn a_host_leads_through_the_agenda_and_everybody_follows(app: TestApp) {
        let timer = meeting(&app).await;
        assert_eq!(timer["agenda"], json!({"current": 0, "since": 0, "points": [
            {"title": "인사", "seconds": 300, "spent": 0}, {"title": "복지 제도", "seconds": 600, "spent": 0},
            {"title": "질문", "seconds": 300, "spent": 0}]}));
        app.set_clock(START + 6 * MINUTE + 500);
        let head = app.head().await;
        let (status, next) = go_to(&app.minji, &timer, json!(1)).await;
        assert_eq!((status, &next["version"]), (StatusCode::OK, &json!(2)), "{next}");
        assert_eq!((&next["agenda"]["current"], &next["agenda"]["since"]), (&json!(1), &json!(360)));
        assert_eq!(next["agenda"]["points"][0]["spent"], 360, "a minute more than was meant");
        assert_eq!((&next["endsAt"], &next["elapsedTime"]), (&timer["endsAt"], &json!(360)), "the timer itself goes on");
        let told: Vec<_> = app.events_after(head).await.into_iter()
            .map(|event| (event["type"].clone(), event["topic"].clone(), event["data"]["agenda"].clone())).collect();
        let mut expected: Vec<_> = [app.minji.id, app.junho.id]
            .map(|id| (json!("timer:updated"), json!(format!("user:{id}")), next["agenda"].clone())).into();
        expected.sort_by_key(|(_, topic, _)| topic.to_string());
        let mut told = told;
        told.sort_by_key(|(_, topic, _)| topic.to_string());
        assert_eq!(told, expected);

        // Whoever comes late sees where it is.
        app.set_clock(START + 8 * MINUTE);
        let share = format!("{}/share", path(&timer));
        assert_eq!(app.minji.post(&share, json!({"userIds": [app.seoyeon.id]})).await.0, StatusCode::OK);
        assert_eq!(app.seoyeon.get(&path(&timer)).await.1["agenda"], next["agenda"]);
        let (_, list) = app.seoyeon.get("/timers").await;
        assert_eq!(list["items"][0]["agenda"], next["agenda"]);

        // Back to where it was: its time goes on.
        let (_, back) = go_to(&app.minji, &timer, json!(0)).await;
        assert_eq!((&back["agenda"]["points"][1]["spent"], &back["agenda"]["since"]), (&json!(120), &json!(480)));
    }

    async fn the_agenda_outlives_the_process_and_ends_with_its_timer(app: TestApp) {
        let mut app = app;
        let timer = meeting(&app).await;
        app.set_clock(START + MINUTE);
        let (_, before) = go_to(&app.minji, &timer, json!(2)).await;
        app = app.restart().await;
        assert_eq!(app.minji.get(&path(&timer)).await.1["agenda"], before["agenda"]);
        app.later(START + HOUR).await;
        assert_refused(&go_to(&app.minji, &timer, json!(1)).await, 409, "TIMER_ALREADY_COMPLETED");
        let (_, ended) = app.minji.get(&path(&timer)).await;
        assert_eq!((&ended["status"], &ended["agenda"]), (&json!("COMPLETED"), &before["agenda"]));
        let change = app.minji.put(&format!("{}/agenda", path(&timer)), json!({"points": []})).await;
        assert_refused(&change, 409, "TIMER_ALREADY_COMPLETED");
    }

    async fn what_does_not_fit_an_agenda_is_refused_and_tells_nobody(app: TestApp) {
        let timer = meeting(&app).await;
        let agenda = format!("{}/agenda", path(&timer));
        let head = app.head().await;
        assert_refused(&go_to(&app.junho, &timer, json!(1)).await, 403, "FORBIDDEN");
        assert_refused(&app.junho.put(&agenda, json!({"points": []})).await, 403, "FORBIDDEN");
        assert_refused(&go_to(&app.seoyeon, &timer, json!(1)).await, 404, "NOT_FOUND");
        assert_refused(&app.admin.put(&agenda, json!({"points": []})).await, 404, "NOT_FOUND");
        for point in [json!(3), json!(4_294_967_295_u32)] {
            assert_fields(&go_to(&app.minji, &timer, point).await, &[("point", "UNKNOWN")]);
        }
        for point in [json!(-1), json!("1"), json!(1.5), json!(null), json!(4_294_967_296_i64)] {
            assert_refused(&go_to(&app.minji, &timer, point).await, 400, "MALFORMED_REQUEST");
        }
        let stale = app.minji.post(&format!("{agenda}/point"), json!({"point": 1, "version": 7})).await;
        assert_refused(&stale, 409, "STALE_VERSION");
        let point = |title: &str, seconds: Value| json!({"points": [{"title": title, "seconds": seconds}]});
        for (change, rule) in [
            (point(" ", json!(60)), "REQUIRED"),
            (point("가", json!(0)), "RANGE"),
            (point("가", json!(-1)), "RANGE"),
            (point("가", json!(86_401)), "RANGE"),
            (point("a\0", json!(60)), "NUL_CHARACTER"),
            (point(&"가".repeat(201), json!(60)), "MAX_LENGTH"),
            (json!({"points": vec![json!({"title": "가", "seconds": 60}); 31]}), "MAX_ITEMS"),
        ] {
            assert_fields(&app.minji.put(&agenda, change.clone()).await, &[("agenda", rule)]);
            let new = json!({"allocatedDuration": 60, "agenda": change["points"]});
            assert_fields(&app.minji.post("/timers", new).await, &[("agenda", rule)]);
        }
        for points in [json!(1), json!("가"), json!([1]), json!([{"title": "가"}]), json!([{"title": "가", "seconds": "60"}])] {
            assert_refused(&app.minji.put(&agenda, json!({"points": points})).await, 400, "MALFORMED_REQUEST");
        }
        assert_eq!(app.head().await, head);
        let (_, series) = app.minji.post("/timers", json!({"allocatedDuration": 60, "cycle": {"rest": 60, "rounds": 2}})).await;
        let change = point("가", json!(60));
        assert_fields(&app.minji.put(&format!("{}/agenda", path(&series)), change).await, &[("agenda", "UNKNOWN")]);
    }

    async fn an_agenda_is_written_changed_and_taken_away(app: TestApp) {
        let (_, timer) = app.minji.post("/timers", json!({"allocatedDuration": 600})).await;
        assert_eq!(timer.get("agenda"), None, "documented clients see nothing of it");
        let agenda = format!("{}/agenda", path(&timer));
        assert_fields(&go_to(&app.minji, &timer, json!(0)).await, &[("point", "UNKNOWN")]);
        app.set_clock(START + 90 * SECOND);
        let points = json!({"points": [{"title": "하나", "seconds": 60}, {"title": "둘", "seconds": 120}], "version": 1});
        let (status, written) = app.minji.put(&agenda, points.clone()).await;
        assert_eq!((status, &written["agenda"]["since"]), (StatusCode::OK, &json!(90)), "{written}");
        assert_refused(&app.minji.put(&agenda, points).await, 409, "STALE_VERSION");
        app.set_clock(START + 100 * SECOND);
        let again = json!({"points": [{"title": "둘", "seconds": 60}, {"title": "하나", "seconds": 60}]});
        let (_, changed) = app.minji.put(&agenda, again).await;
        assert_eq!((&changed["agenda"]["current"], &changed["agenda"]["points"][1]["spent"]), (&json!(1), &json!(10)));
        let (_, without) = app.minji.put(&agenda, json!({"points": []})).await;
        assert_eq!(without.get("agenda"), None);
    }

    async fn the_booking_of_a_late_meeting_is_extended_while_its_room_is_free(app: TestApp) {
        let room = app.room("대청").await;
        let book = async |client: &Client, from: Timestamp, to: Timestamp| {
            let new = json!({"roomId": room.id, "title": "교육", "startsAt": from, "endsAt": to, "attendeeIds": []});
            client.post("/reservations", new).await.1
        };
        let booking = book(&app.minji, at(0), at(1)).await;
        let id = ReservationId(booking["id"].as_str().expect("an id").parse().expect("a number"));
        let new = json!({"allocatedDuration": 3600, "scheduleId": booking["id"], "reservationId": booking["id"],
            "agenda": [{"title": "하나", "seconds": 3000}, {"title": "둘", "seconds": 1200}]});
        let (_, timer) = app.minji.post("/timers", new).await;
        let minji = app.caller(&app.minji, crate::accounts::model::Role::Employee);
        let seoyeon = app.caller(&app.seoyeon, crate::accounts::model::Role::Employee);
        assert_eq!(room_taken(&app.app, &minji, id).await.expect("an answer"), None);
        assert!(room_taken(&app.app, &seoyeon, id).await.is_err(), "it is none of hers");
        let later = Timestamp(at(1).0 + 15 * MINUTE);
        let extend = format!("/reservations/{id}/extend");
        assert_eq!(app.minji.post(&extend, json!({"endsAt": later})).await.0, StatusCode::OK);
        let (_, longer) = app.minji.get(&path(&timer)).await;
        assert_eq!((&longer["endsAt"], &longer["agenda"]), (&json!(later), &timer["agenda"]), "the timer follows with its agenda");

        book(&app.seoyeon, Timestamp(later.0 + 10 * MINUTE), at(3)).await;
        assert_eq!(room_taken(&app.app, &minji, id).await.expect("an answer"), Some(Timestamp(later.0 + 10 * MINUTE)));
        let refused = app.minji.post(&extend, json!({"endsAt": Timestamp(later.0 + 15 * MINUTE)})).await;
        assert_refused(&refused, 409, "RESERVATION_CONFLICT");
        assert_eq!(app.minji.get(&path(&timer)).await.1["endsAt"], json!(later));
    }
}
