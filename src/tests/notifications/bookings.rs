//! What bookings tell, and whom.

use crate::accounts::model::Role;
use crate::notifications::server::notify_everybody;
use crate::tests::helpers::{Engine, START, TestApp, hour, on_both_engines};
use crate::time::HOUR;
use http::StatusCode;
use serde_json::{Value, json};

on_both_engines! {
    async fn a_new_booking_rings_for_everybody_else_in_the_words_of_the_contract(app: TestApp) {
        let room = app.room("별당").await;
        app.minji.book(room.id, 1).await;
        assert!(app.told(&app.minji).await.is_empty(), "one's own action");
        for client in [&app.admin, &app.junho, &app.seoyeon] {
            assert_eq!(app.told(client).await, ["booking_created"]);
            assert_eq!(app.unread(client).await, 1);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM notices").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM notice_states").await, 0);

        let english = app.junho.request("GET", "/notifications").header("accept-language", "en");
        let told = &app.junho.send(english).await.1["notifications"][0];
        assert_eq!((&told["title"], &told["message"]), (&json!("New booking"), &json!("A new booking was created in 별당.")));
        let korean = &app.junho.get("/notifications").await.1["notifications"][0];
        assert_eq!(korean["title"], "새 예약");
        assert_eq!(korean["message"], "별당에 새로운 예약이 생성되었습니다.");
        assert_eq!((&korean["type"], &korean["level"], &korean["isRead"]), (&json!("reservation"), &json!("info"), &json!(false)));
    }

    async fn a_private_booking_rings_for_its_people_only(app: TestApp) {
        let room = app.room("별당").await;
        let mut body = hour(room.id, 1);
        body["private"] = json!(true);
        body["title"] = json!("비밀 회의");
        body["attendeeIds"] = json!([app.junho.id]);
        let (_, booking) = app.minji.post("/reservations", body).await;
        assert_eq!(app.told(&app.junho).await, ["invited"]);
        for client in [&app.admin, &app.minji, &app.seoyeon] {
            assert!(app.told(client).await.is_empty());
        }
        // Whoever is taken off it learns no more than they knew.
        let patch = json!({"version": 1, "attendeeIds": [], "title": "더 비밀"});
        app.minji.patch(&format!("/reservations/{}", booking["id"].as_str().unwrap()), patch).await;
        let (_, list) = app.junho.get("/notifications").await;
        let removed = list["notifications"].as_array().unwrap().iter().find(|n| n["data"]["kind"] == "removed_from_booking");
        let removed = removed.expect("told");
        assert_eq!((&removed["data"]["booking"]["title"], &removed["actionUrl"]), (&json!("비밀 회의"), &Value::Null));
    }

    async fn people_of_a_booking_hear_of_each_change_that_is_not_their_own(app: TestApp) {
        let room = app.room("별당").await;
        let other = app.room("대청").await;
        let mut body = hour(room.id, 5);
        body["attendeeIds"] = json!([app.junho.id]);
        let (_, booking) = app.minji.post("/reservations", body).await;
        let path = format!("/reservations/{}", booking["id"].as_str().unwrap());
        assert_eq!(app.told(&app.junho).await, ["booking_created", "invited"]);
        let everybody = [&app.admin, &app.minji, &app.junho, &app.seoyeon];

        type Kinds = Vec<&'static str>;
        let steps: [(Value, Kinds, Kinds, Kinds); 6] = [
            (json!({"title": "다른 제목"}), vec![], vec![], vec![]),
            (json!({"startsAt": START + 6 * HOUR, "endsAt": START + 7 * HOUR}), vec!["booking_moved"], vec![], vec![]),
            (json!({"roomId": other.id}), vec!["booking_moved"], vec![], vec![]),
            (json!({"endsAt": START + 8 * HOUR}), vec!["booking_moved"], vec![], vec![]),
            (json!({"attendeeIds": [app.junho.id, app.seoyeon.id]}), vec![], vec![], vec!["invited"]),
            (json!({"attendeeIds": [app.seoyeon.id]}), vec!["removed_from_booking"], vec![], vec![]),
        ];
        for (version, (patch, junho, minji, seoyeon)) in (1..).zip(steps) {
            app.clear(&everybody).await;
            let mut patch = patch;
            patch["version"] = json!(version);
            let (status, changed) = app.minji.patch(&path, patch.clone()).await;
            assert_eq!(status, StatusCode::OK, "{changed}");
            assert_eq!(app.told(&app.junho).await, junho, "{patch}");
            assert_eq!(app.told(&app.minji).await, minji, "{patch}");
            assert_eq!(app.told(&app.seoyeon).await, seoyeon, "{patch}");
        }
        app.clear(&everybody).await;
        app.admin.post(&format!("{path}/cancel"), json!({})).await;
        assert_eq!(app.told(&app.minji).await, ["booking_cancelled"], "an admin cancelled it");
        assert_eq!(app.told(&app.seoyeon).await, ["booking_cancelled"]);
        assert!(app.told(&app.junho).await.is_empty() && app.told(&app.admin).await.is_empty());
    }

    async fn deleting_an_open_booking_or_its_room_tells_its_people(app: TestApp) {
        let room = app.room("별당").await;
        let first = app.minji.book(room.id, 3).await;
        app.minji.book(room.id, 5).await;
        app.admin.delete(&format!("/reservations/{}", first["id"].as_str().unwrap())).await;
        assert_eq!(app.told(&app.minji).await, ["booking_cancelled"]);
        app.admin.delete(&format!("/rooms/{}?cancelReservations=true", room.id)).await;
        assert_eq!(app.told(&app.minji).await, ["booking_cancelled", "booking_cancelled"]);
    }

    async fn a_request_is_told_to_those_who_decide_and_the_decision_to_its_people(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        let mut body = hour(room.id, 5);
        body["attendeeIds"] = json!([app.junho.id]);
        for approve in ["approve", "reject"] {
            let (_, booking) = app.minji.post("/reservations", body.clone()).await;
            assert_eq!(app.told(&app.admin).await, ["approval_asked", "booking_created"]);
            app.clear(&[&app.admin, &app.junho]).await;
            let path = format!("/reservations/{}/{approve}", booking["id"].as_str().unwrap());
            assert_eq!(app.admin.post(&path, json!({})).await.0, StatusCode::OK);
            for client in [&app.minji, &app.junho] {
                let (_, list) = client.get("/notifications").await;
                let told = &list["notifications"][0];
                assert_eq!(told["data"]["approved"], approve == "approve");
                let message = if approve == "approve" { "승인되었습니다." } else { "거절되었습니다." };
                assert!(told["message"].as_str().unwrap().ends_with(message), "{told}");
            }
            assert!(app.told(&app.admin).await.is_empty());
            app.clear(&[&app.minji, &app.junho]).await;
            app.admin.delete(&format!("/reservations/{}", booking["id"].as_str().unwrap())).await;
            app.clear(&[&app.minji, &app.junho]).await;
        }
    }

    async fn what_was_told_is_undone_with_what_caused_it(app: TestApp) {
        let room = app.room("별당").await;
        let caller = app.caller(&app.minji, Role::Employee);
        let mut tx = app.app.begin(&caller).await.unwrap();
        let kind = crate::notifications::model::NotificationKind::Announcement {
            message: "취소될 공지".into(), level: crate::level::Level::Info, maintenance: false,
        };
        notify_everybody(&app.app, &mut tx, None, kind).await.unwrap();
        drop(tx);
        app.minji.book(room.id, 1).await;
        // Refused for the overlap.
        app.junho.post("/reservations", hour(room.id, 1)).await;
        assert_eq!(app.told(&app.seoyeon).await, ["booking_created"]);
    }
}
