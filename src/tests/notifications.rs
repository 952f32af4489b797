//! What people are told, by which rule, and what they do with it.

use super::helpers::{
    Client, Engine, PASSWORD, START, Socket, TestApp, answer, assert_fields, assert_refused, hour, on_both_engines,
};
use crate::accounts::model::Role;
use crate::accounts::server::create_user;
use crate::notifications::live::NotificationCenter;
use crate::notifications::server::{jobs, notification_center, notify_everybody};
use crate::realtime::protocol::{Event, Seq};
use crate::server::jobs::step;
use crate::time::{DAY, HOUR, MINUTE};
use http::StatusCode;
use serde_json::{Value, json};

impl TestApp {
    /// The kinds in somebody's list, newest first, with those of one moment in their own order.
    async fn told(&self, client: &Client) -> Vec<String> {
        let (status, list) = client.get("/notifications?limit=100").await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let mut kinds: Vec<(String, String)> = list["notifications"]
            .as_array()
            .expect("notifications")
            .iter()
            .map(|n| (n["createdAt"].to_string(), n["data"]["kind"].as_str().expect("a kind").to_owned()))
            .collect();
        kinds.sort_by(|a, b| (&b.0, &a.1).cmp(&(&a.0, &b.1)));
        kinds.into_iter().map(|(_, kind)| kind).collect()
    }

    async fn unread(&self, client: &Client) -> i64 {
        let (_, answer) = client.get("/notifications/unread-count").await;
        let (_, list) = client.get("/notifications?limit=1").await;
        assert_eq!(answer["unreadCount"], list["unreadCount"]);
        answer["unreadCount"].as_i64().expect("a count")
    }

    async fn center(&self, client: &Client) -> NotificationCenter {
        notification_center(&self.app, &self.caller(client, Role::Employee)).await.expect("a bell").state
    }

    async fn clear(&self, clients: &[&Client]) {
        for client in clients {
            client.delete("/notifications").await;
        }
    }

    async fn message(&self, to: &Client, title: &str, more: Value) -> Value {
        let mut body = json!({"userIds": [to.id], "title": title, "message": "알립니다."});
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let (status, sent) = self.admin.post("/notifications", body).await;
        assert_eq!((status, &sent["sent"]), (StatusCode::CREATED, &json!(1)), "{sent}");
        to.get("/notifications").await.1["notifications"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|n| n["title"] == title)
            .cloned()
            .unwrap_or_default()
    }
}

/// The counts that a socket is told, up to a point of the log.
async fn counts_until(socket: &mut Socket, seq: Seq) -> Vec<u32> {
    let frames = socket.durable_until(seq).await;
    let counts = frames.into_iter().filter_map(|frame| match frame.event {
        Event::NotificationUnread(unread) => Some(unread.count),
        _ => None,
    });
    counts.collect()
}

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

    async fn people_are_reminded_once_ten_minutes_before_the_start(app: TestApp) {
        let mut app = app;
        let room = app.room("별당").await;
        let mut body = hour(room.id, 2);
        body["attendeeIds"] = json!([app.junho.id]);
        app.minji.post("/reservations", body).await;
        app.clear(&[&app.junho]).await;
        let due = START + 2 * HOUR - 10 * MINUTE;
        app.later(due - 1).await;
        jobs::remind(&app.app).await.unwrap();
        assert!(app.told(&app.minji).await.is_empty(), "a millisecond early");
        app.set_clock(due);
        jobs::remind(&app.app).await.unwrap();
        jobs::remind(&app.app).await.unwrap();
        for client in [&app.minji, &app.junho] {
            assert_eq!(app.told(client).await, ["starts_soon"]);
        }
        // Neither deleting it nor a new process reminds again.
        app.clear(&[&app.minji]).await;
        app = app.restart().await;
        app.set_clock(due + MINUTE);
        jobs::remind(&app.app).await.unwrap();
        assert!(app.told(&app.minji).await.is_empty());
        assert_eq!(app.told(&app.junho).await, ["starts_soon"]);
        // It is of no use any more when the meeting is over.
        app.later(START + 3 * HOUR - 1).await;
        assert_eq!(app.unread(&app.junho).await, 1);
        app.set_clock(START + 3 * HOUR);
        assert_eq!((app.unread(&app.junho).await, app.told(&app.junho).await.len()), (0, 0));
    }

    async fn a_reminder_that_was_missed_comes_late_and_one_that_makes_no_sense_not_at_all(app: TestApp) {
        let mut app = app;
        let room = app.room("별당").await;
        let booking = app.minji.book(room.id, 2).await;
        app.minji.book(room.id, 4).await;
        // The process was down at that moment, and comes back four minutes before the start.
        app.set_clock(START + 2 * HOUR - 4 * MINUTE);
        app = app.restart().await;
        jobs::remind(&app.app).await.unwrap();
        app.later(app.app.now()).await;
        assert_eq!(app.told(&app.minji).await, ["starts_soon"]);
        // A booking that moves reminds again, of its new start.
        let patch = json!({"version": 1, "startsAt": START + 3 * HOUR, "endsAt": START + 3 * HOUR + 30 * MINUTE});
        app.minji.patch(&format!("/reservations/{}", booking["id"].as_str().unwrap()), patch).await;
        app.later(START + 3 * HOUR - 10 * MINUTE).await;
        jobs::remind(&app.app).await.unwrap();
        assert_eq!(app.told(&app.minji).await, ["starts_soon", "starts_soon"]);
        // Down until after the start: the moment has passed.
        app.later(START + 4 * HOUR).await;
        jobs::remind(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM reminders").await, 2);
        // Who books at the last minute knows.
        let body = json!({"roomId": room.id, "title": "급한 회의", "startsAt": app.app.now() + 61 * MINUTE, "endsAt": app.app.now() + 90 * MINUTE});
        app.later(START + 4 * HOUR + 52 * MINUTE).await;
        assert_eq!(app.minji.post("/reservations", body).await.0, StatusCode::CREATED);
        jobs::remind(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM reminders").await, 2);
    }

    async fn those_who_decide_hear_an_hour_before_it_is_too_late(app: TestApp) {
        let mut app = app;
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        app.minji.book(room.id, 5).await;
        app.clear(&[&app.admin]).await;
        app.later(START + 4 * HOUR - 1).await;
        step(&app.app).await.unwrap();
        assert!(app.told(&app.admin).await.is_empty());
        app.set_clock(START + 4 * HOUR);
        step(&app.app).await.unwrap();
        step(&app.app).await.unwrap();
        assert_eq!(app.told(&app.admin).await, ["approval_expiring"]);
        assert_eq!(app.told(&app.minji).await, ["approval_expiring"]);
        // A booking days ahead is to be decided within a day.
        app.minji.book(room.id, 4 + 72).await;
        app.later(START + 4 * HOUR + 23 * HOUR).await;
        step(&app.app).await.unwrap();
        assert_eq!(
            app.told(&app.minji).await,
            ["approval_decided", "approval_expiring"],
            "the first was given up, the second is due"
        );
    }

    async fn every_operation_tells_the_same_count_to_all_devices(app: TestApp) {
        let room = app.room("별당").await;
        let (mut phone, mut desktop) = (app.junho.socket("").await, app.junho.socket("").await);
        phone.hello().await;
        desktop.hello().await;
        for n in 0..4 {
            app.minji.book(room.id, n).await;
        }
        let personal = app.message(&app.junho, "하나", json!({})).await;
        let (_, list) = app.junho.get("/notifications").await;
        let notice = list["notifications"].as_array().unwrap().iter().find(|n| n["type"] == "reservation").unwrap().clone();
        let head = app.head().await;
        assert!(counts_until(&mut phone, head).await.is_empty() && counts_until(&mut desktop, head).await.is_empty());
        assert_eq!((app.unread(&app.junho).await, app.center(&app.junho).await.unseen(START)), (5, 5));

        let id = |n: &Value| n["id"].as_str().unwrap().to_owned();
        let (personal, notice) = (id(&personal), id(&notice));
        for (method, path, unread) in [
            ("PATCH", format!("/notifications/{notice}/read"), 4),
            ("PATCH", format!("/notifications/{notice}/unread"), 5),
            ("PATCH", format!("/notifications/{personal}/read"), 4),
            ("PATCH", format!("/notifications/{personal}/unread"), 5),
            ("PATCH", format!("/notifications/{personal}/archive"), 4),
            ("PATCH", format!("/notifications/{personal}/restore"), 5),
            ("PATCH", format!("/notifications/{notice}/archive"), 4),
            ("PATCH", format!("/notifications/{notice}/restore"), 5),
            ("DELETE", format!("/notifications/{notice}"), 4),
            ("DELETE", format!("/notifications/{personal}"), 3),
            ("PATCH", "/notifications/seen".into(), 3),
            ("PATCH", "/notifications/read-all".into(), 0),
        ] {
            let (status, body) = app.junho.send(app.junho.request(method, &path)).await;
            assert!(status.is_success(), "{method} {path}: {body}");
            let head = app.head().await;
            assert_eq!(counts_until(&mut phone, head).await, [unread], "{method} {path}");
            assert_eq!(counts_until(&mut desktop, head).await, [unread], "{method} {path}");
            assert_eq!(app.unread(&app.junho).await, i64::from(unread));
            // Once more changes nothing and is no news; what is gone is gone.
            let (status, _) = app.junho.send(app.junho.request(method, &path)).await;
            assert_eq!(status == StatusCode::NOT_FOUND, method == "DELETE");
            assert_eq!(app.head().await, head, "{method} {path} again");
        }
        assert_eq!(app.center(&app.junho).await.unseen(START), 0);
        assert_eq!(app.unread(&app.seoyeon).await, 4, "nobody else's");
        app.junho.delete("/notifications").await;
        assert!(app.told(&app.junho).await.is_empty());
        assert_eq!(app.told(&app.seoyeon).await.len(), 4);
        // What comes after the marks is new again.
        app.minji.book(room.id, 6).await;
        assert_eq!((app.unread(&app.junho).await, app.unread(&app.seoyeon).await), (1, 5));
    }

    async fn lists_are_filtered_and_paged_without_gaps(app: TestApp) {
        let room = app.room("별당").await;
        for n in 0..3 {
            app.minji.book(room.id, n).await;
            app.set_clock(START + n + 1);
        }
        for n in 0..9 {
            app.message(&app.junho, &format!("소식 {n}"), json!({})).await;
        }
        let (_, first) = app.junho.get("/notifications?page=1&limit=5").await;
        assert_eq!((&first["totalCount"], &first["unreadCount"]), (&json!(12), &json!(12)));
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let (_, page) = app.junho.get(&format!("/notifications?limit=5{after}")).await;
            let page = page["notifications"].as_array().unwrap().clone();
            let Some(last) = page.last() else { break };
            after = format!("&after={}", last["id"].as_str().unwrap());
            seen.extend(page.iter().map(|n| n["id"].to_string()));
        }
        let (_, all) = app.junho.get("/notifications?limit=100").await;
        let all: Vec<String> = all["notifications"].as_array().unwrap().iter().map(|n| n["id"].to_string()).collect();
        assert_eq!((seen.len(), &seen), (12, &all));
        let (_, second) = app.junho.get("/notifications?page=2&limit=5").await;
        assert_eq!(second["notifications"][0]["id"].to_string(), all[5]);

        let total = async |query: &str| app.junho.get(&format!("/notifications?{query}")).await.1["totalCount"].clone();
        assert_eq!(total("category=new_bookings").await, 3);
        let one = |n: usize| all[n].trim_matches('"').to_owned();
        app.junho.patch(&format!("/notifications/{}/read", one(0)), json!({})).await;
        app.junho.patch(&format!("/notifications/{}/archive", one(1)), json!({})).await;
        app.junho.patch(&format!("/notifications/{}/archive", one(11)), json!({})).await;
        assert_eq!((total("unread=true").await, total("archived=true").await, total("").await), (json!(9), json!(2), json!(10)));
        let (_, gone) = app.junho.delete("/notifications?category=new_bookings").await;
        assert_eq!(gone["changed"], 2);
        app.junho.delete("/notifications").await;
        assert_eq!((total("archived=true").await, total("").await), (json!(2), json!(0)), "the archive stays");
        app.junho.delete("/notifications?archived=true").await;
        assert_eq!(total("archived=true").await, 0);
        for nonsense in ["limit=0", "limit=100000", "page=0", "page=4294967295"] {
            assert_eq!(app.junho.get(&format!("/notifications?{nonsense}")).await.0, StatusCode::OK, "{nonsense}");
        }
        assert_refused(&app.junho.get("/notifications?category=x").await, 400, "MALFORMED_REQUEST");
    }

    async fn ids_that_are_unknown_or_somebody_elses_are_not_found_and_nothing_changes(app: TestApp) {
        let room = app.room("별당").await;
        app.minji.book(room.id, 1).await;
        let theirs = app.message(&app.junho, "하나", json!({})).await;
        let own = app.seoyeon.get("/notifications").await.1["notifications"][0]["id"].as_str().unwrap().to_owned();
        let head = app.head().await;
        let unknown = ["0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a", "42", "x'--", theirs["id"].as_str().unwrap()];
        // Whoever made the booking has no entry of it.
        for (client, ids) in [(&app.seoyeon, &unknown[..]), (&app.minji, &[own.as_str()][..])] {
            for id in ids {
                for (method, act) in [("PATCH", "/read"), ("PATCH", "/unread"), ("PATCH", "/archive"), ("PATCH", "/restore"), ("DELETE", "")] {
                    let refused = client.send(client.request(method, &format!("/notifications/{id}{act}"))).await;
                    assert_refused(&refused, 404, "NOT_FOUND");
                }
            }
        }
        assert_eq!(app.head().await, head);
        assert_eq!(app.count("SELECT COUNT(*) FROM notice_states").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications WHERE is_read OR archived_at IS NOT NULL").await, 0);
        assert_eq!(reqwest::get(app.url("/api/v1/notifications")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }

    async fn what_expires_is_gone_at_that_very_moment(app: TestApp) {
        let told = app.message(&app.junho, "잠깐", json!({"expiresAt": START + HOUR})).await;
        app.message(&app.junho, "계속", json!({})).await;
        let (mut socket, caller) = (app.junho.socket("").await, app.caller(&app.junho, Role::Employee));
        socket.hello().await;
        app.set_clock(START + HOUR - 1);
        let bell = notification_center(&app.app, &caller).await.unwrap().state;
        assert_eq!((bell.unread(START + HOUR - 1), bell.unread(START + HOUR)), (2, 1), "by the clock alone");
        assert_eq!((bell.newest(START + HOUR - 1).len(), bell.newest(START + HOUR).len()), (2, 1));
        app.set_clock(START + HOUR);
        assert_eq!(crate::notifications::server::count_unread(&app.app, &caller).await, Ok(1));
        let id = told["id"].as_str().unwrap().parse().unwrap();
        let mark = crate::notifications::model::Mark::Read;
        let refused = crate::notifications::server::mark_notification(&app.app, &caller, &id, mark).await;
        assert_eq!(refused.unwrap_err(), crate::error::AppError::NotFound);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 1);
        let head = app.head().await;
        assert_eq!(counts_until(&mut socket, head).await, [1]);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.head().await, head, "nothing is left to forget");
    }

    async fn what_was_read_is_forgotten_after_thirty_days(app: TestApp) {
        let room = app.room("별당").await;
        app.minji.book(room.id, 1).await;
        let read = app.message(&app.junho, "읽은 것", json!({})).await;
        app.message(&app.junho, "읽지 않은 것", json!({})).await;
        app.junho.patch(&format!("/notifications/{}/read", read["id"].as_str().unwrap()), json!({})).await;
        app.set_clock(START + 30 * DAY);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 2, "to the very day");
        assert_eq!(app.count("SELECT COUNT(*) FROM notices").await, 1);
        app.set_clock(START + 30 * DAY + 1);
        jobs::tidy_up(&app.app).await.unwrap();
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM notices").await, 0);
        assert_eq!(app.center(&app.junho).await.unread(app.app.now()), 1);
    }

    async fn new_accounts_begin_with_an_empty_bell(app: TestApp) {
        let mut app = app;
        let room = app.room("별당").await;
        app.minji.book(room.id, 1).await;
        app.set_clock(START + 1);
        create_user(&app.app, "new@example.com", "new", Role::Employee, PASSWORD).await.unwrap();
        let new = Client::log_in(app.address, "new@example.com").await;
        assert!(app.told(&new).await.is_empty());
        app.later(START + 2).await;
        app.minji.book(room.id, 2).await;
        assert_eq!((app.unread(&new).await, app.unread(&app.junho).await), (1, 2));
    }

    async fn preferences_decide_and_every_decision_keeps_its_reason(app: TestApp) {
        let room = app.room("별당").await;
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        // START is a Monday, 09:00 in Seoul.
        let quiet = json!({"enabled": true, "from": "08:00", "to": "10:00", "weekdays": [1], "urgentOverride": true});
        let (status, set) = app.junho.patch("/me/settings", json!({"notifications": {"quietHours": quiet,
            "categories": {"new_bookings": {"inApp": false, "browser": false}, "messages": {"inApp": false, "browser": true}}}})).await;
        assert_eq!((status, &set["notifications"]["quietHours"]["from"]), (StatusCode::OK, &json!("08:00")), "{set}");
        app.minji.book(room.id, 1).await;
        app.message(&app.junho, "보통", json!({})).await;
        app.message(&app.junho, "긴급", json!({"priority": "urgent"})).await;
        assert!(app.told(&app.junho).await.is_empty() && app.unread(&app.junho).await == 0);
        // At the end of quiet hours, to the minute.
        let mut app = app;
        app.later(START + HOUR).await;
        app.message(&app.junho, "나중", json!({})).await;

        let (_, why) = app.junho.get("/notifications/decisions").await;
        let text = |value: &'_ Value| -> String { value.as_str().unwrap_or_default().into() };
        let mut found: Vec<_> = why["decisions"].as_array().unwrap().iter()
            .map(|d| (text(&d["title"]), text(&d["decision"]["inApp"]), text(&d["decision"]["browser"]))).collect();
        found.sort_unstable();
        let mut expected = [
            ("새 예약", "switched_off", "switched_off"),
            ("보통", "switched_off", "quiet_hours"),
            ("긴급", "switched_off", "urgent"),
            ("나중", "switched_off", "told"),
        ].map(|(title, in_app, browser)| (title.to_owned(), in_app.to_owned(), browser.to_owned()));
        expected.sort_unstable();
        assert_eq!(found, expected);
        // The screens hear of what the browser may tell, and only of that.
        let frames = socket.durable_until(app.head().await).await;
        let personal: Vec<(String, bool, bool)> = frames.into_iter().filter_map(|frame| match frame.event {
            Event::NotificationCreated(e) if e.actor_id.is_none() => Some((e.title, e.in_app, e.browser)),
            _ => None,
        }).collect();
        assert_eq!(personal, [("긴급".to_owned(), false, true), ("나중".to_owned(), false, true)]);
        // Own actions are in the reasons of whoever did them.
        let (_, own) = app.minji.get("/notifications/decisions").await;
        assert_eq!(own["decisions"][0]["decision"], json!({"inApp": "own_action", "browser": "own_action"}));
        // Switched on again, what is for everybody shows again.
        let on = json!({"notifications": {"categories": {"new_bookings": {"inApp": true, "browser": false}}}});
        app.junho.patch("/me/settings", on).await;
        assert_eq!(app.told(&app.junho).await, ["booking_created"]);
    }

    async fn admins_send_messages_and_their_texts_are_texts(app: TestApp) {
        let script = "<script>alert(1)</script> & '\"; DROP TABLE users; --";
        let told = app.message(&app.junho, script, json!({"message": "가".repeat(4_000), "priority": "high", "actionUrl": "/timeline"})).await;
        assert_eq!((&told["title"], &told["priority"], &told["type"]), (&json!(script), &json!("high"), &json!("custom")));
        assert_eq!(told["message"].as_str().unwrap().chars().count(), 4_000);
        let page = app.browser("junho", false).await.get("/notifications").await.1.to_string();
        assert!(!page.contains("<script>alert(1)"), "text, not markup");

        let good = json!({"userIds": [app.junho.id], "title": "제목", "message": "내용"});
        let with = |key: &str, value: Value| {
            let mut body = good.clone();
            body[key] = value;
            body
        };
        assert_refused(&app.minji.post("/notifications", good.clone()).await, 403, "FORBIDDEN");
        let head = app.head().await;
        for (body, field, rule) in [
            (with("message", json!("가".repeat(10_000))), "message", "MAX_LENGTH"),
            (with("title", json!("  ")), "title", "REQUIRED"),
            (with("userIds", json!([])), "userIds", "REQUIRED"),
            (with("userIds", json!(["999"])), "userIds", "UNKNOWN"),
            (with("expiresAt", json!(START)), "expiresAt", "IN_THE_PAST"),
            (with("actionUrl", json!("javascript:alert(1)")), "actionUrl", "UNKNOWN"),
        ] {
            assert_fields(&app.admin.post("/notifications", body).await, &[(field, rule)]);
        }
        assert_refused(&app.admin.post("/notifications", with("type", json!("x"))).await, 400, "MALFORMED_REQUEST");
        assert_eq!(app.head().await, head, "nothing was told");
        // A repeat sends nothing twice.
        for _ in 0..2 {
            let request = app.admin.request("POST", "/notifications").header("idempotency-key", "k1").json(&good);
            assert_eq!(answer(request).await, (StatusCode::CREATED, json!({"sent": 1})));
        }
        assert_eq!(app.told(&app.junho).await.len(), 2);
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

    async fn settings_belong_to_the_account(app: TestApp) {
        let (_, fresh) = app.minji.get("/me/settings").await;
        assert_eq!((&fresh["language"], &fresh["theme"], &fresh["timeZone"]), (&Value::Null, &Value::Null, &json!("organisation")));
        let desktop = app.browser("minji", false).await;
        let form = desktop.request("POST", "/preferences").header("content-type", "application/x-www-form-urlencoded");
        let form = form.body("theme=dark&lang=en&back=/timeline");
        form.send().await.unwrap();
        let (_, chosen) = app.minji.get("/me/settings").await;
        assert_eq!((&chosen["language"], &chosen["theme"]), (&json!("en"), &json!("dark")));
        // Another device, without a cookie of either.
        let phone = app.browser("minji", false).await;
        let (_, page) = phone.get("/settings").await;
        let page = page.as_str().unwrap();
        assert!(page.contains(r#"lang="en""#) && page.contains(r#"data-theme="dark""#), "the account's look");
        let (_, other) = app.browser("junho", false).await.get("/settings").await;
        assert!(other.as_str().unwrap().contains(r#"lang="ko""#));
        for wrong in [json!({"theme": "sepia"}), json!({"timeZone": "mars"}), json!({"notifications": {"categories": {"x": {}}}}),
            json!({"notifications": {"quietHours": {"enabled": true, "from": "25:00", "to": "08:00", "weekdays": [], "urgentOverride": true}}})]
        {
            assert_refused(&app.minji.patch("/me/settings", wrong).await, 400, "MALFORMED_REQUEST");
        }
        assert_eq!(app.minji.get("/me/settings").await.1, chosen);
    }
}
