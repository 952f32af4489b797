//! Rooms: who may change them, what they keep, and what they say about now.

use super::helpers::{Client, Engine, START, TestApp, assert_fields, assert_refused, at, hour, on_both_engines};
use crate::accounts::model::Role;
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::reservations::model::Reservation;
use crate::rooms::model::Room;
use crate::rooms::server::{self as rooms, Cancelled};
use crate::time::{MINUTE, Timestamp};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// `seoyeon` sees a room.
async fn see(app: &TestApp, room: &Room) -> Value {
    let (status, seen) = app.seoyeon.get(&format!("/rooms/{}", room.id)).await;
    assert_eq!(status, 200, "{seen}");
    seen
}

/// The names of the rooms that a query lists, in its order.
async fn listed(client: &Client, query: &str) -> Vec<String> {
    let (status, list) = client.get(&format!("/rooms{query}")).await;
    assert_eq!(status, 200, "{query}: {list}");
    let items = list["items"].as_array().expect("items");
    items.iter().map(|room| room["name"].as_str().expect("a name").to_owned()).collect()
}

async fn patch(app: &TestApp, room: &Room, body: Value) -> (u16, Value) {
    let (status, body) = app.admin.patch(&format!("/rooms/{}", room.id), body).await;
    (status.as_u16(), body)
}

/// What a room says of a booking.
fn occupancy(booking: &Value) -> Value {
    json!({
        "id": booking["id"], "title": booking["title"], "startTime": booking["startsAt"], "endTime": booking["endsAt"],
        "attendeeCount": booking["attendeeCount"], "private": booking["private"],
    })
}

/// The topic and the type of each event.
fn kinds(events: &[Value]) -> Vec<(&str, &str)> {
    events.iter().map(|event| (event["topic"].as_str().unwrap_or(""), event["type"].as_str().unwrap_or(""))).collect()
}

on_both_engines! {
    async fn an_admin_makes_a_room_and_everybody_sees_it(app: TestApp) {
        let head = app.head().await;
        let (status, room) = app
            .admin
            .post(
                "/rooms",
                json!({
                    "name": " 한라산 ", "location": " 본관 ", "floor": " 7층 ", "capacity": 20,
                    "equipment": [" video ", "", "screen"], "requiresApproval": true, "unknown": "member"
                }),
            )
            .await;
        let id = room["id"].as_str().expect("an id").to_owned();
        assert_eq!(
            (status.as_u16(), &room),
            (
                201,
                &json!({
                    "id": id, "name": "한라산", "location": "본관", "floor": "7층", "capacity": 20,
                    "equipment": ["video", "screen"], "requiresApproval": true, "maintenance": false, "version": 1,
                    "status": "available"
                })
            )
        );
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "room:created", "data": {"room": room}, "timestamp": START, "userId": app.admin.id,
                "seq": head + 1, "topic": "org", "prev": 0
            })]
        );

        let (_, plain) = app.admin.post("/rooms", json!({"name": "백두산", "capacity": 1})).await;
        assert_eq!(
            plain,
            json!({
                "id": plain["id"], "name": "백두산", "location": "", "floor": "", "capacity": 1, "equipment": [],
                "requiresApproval": false, "maintenance": false, "version": 1, "status": "available"
            })
        );
        for client in [&app.admin, &app.minji] {
            let (status, list) = client.get("/rooms").await;
            assert_eq!((status.as_u16(), list), (200, json!({"items": [room, plain], "seq": app.head().await})));
            assert_eq!(client.get(&format!("/rooms/{id}")).await.1, room);
        }
    }

    async fn rooms_are_listed_by_floor_and_name(app: TestApp) {
        for (name, floor) in [("다", "10층"), ("나", "2층"), ("라", ""), ("가", "2층"), ("마", "B1")] {
            app.room_with(json!({"name": name, "floor": floor, "capacity": 2})).await;
        }
        assert_eq!(listed(&app.minji, "").await, ["가", "나", "다", "라", "마"]);
    }

    async fn a_change_names_the_version_that_it_has_seen(app: TestApp) {
        let room =
            app.room_with(json!({"name": "한라산", "floor": "3층", "capacity": 6, "equipment": ["phone"]})).await;
        let head = app.head().await;
        let (status, body) = patch(&app, &room, json!({"name": "백두산"})).await;
        assert_fields(&(status.try_into().expect("a status"), body), &[("version", "REQUIRED")]);
        for stale in [-1, 0, 2, i64::MAX] {
            let (status, body) = patch(&app, &room, json!({"name": "백두산", "version": stale})).await;
            assert_eq!((status, &body["code"]), (409, &json!("STALE_VERSION")), "{stale}");
        }
        assert_eq!(app.head().await, head);

        let (status, after) = patch(&app, &room, json!({"name": " 백두산 ", "floor": null, "version": 1})).await;
        assert_eq!(
            (status, &after),
            (
                200,
                &json!({
                    "id": room.id, "name": "백두산", "location": "", "floor": "3층", "capacity": 6, "equipment": ["phone"],
                    "requiresApproval": false, "maintenance": false, "version": 2, "status": "available"
                })
            ),
            "what is absent stays"
        );
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "room:updated", "data": {"room": after}, "timestamp": START, "userId": app.admin.id,
                "seq": head + 1, "topic": "org", "prev": head
            })]
        );
        let (status, body) = patch(&app, &room, json!({"name": "지리산", "version": 1})).await;
        assert_eq!((status, &body["code"]), (409, &json!("STALE_VERSION")));

        let (status, after) = patch(&app, &room, json!({
            "name": "지리산", "location": "별관", "floor": "5층", "capacity": 4, "equipment": [], "requiresApproval": true,
            "maintenance": true, "version": 2
        })).await;
        assert_eq!(
            (status, &after),
            (
                200,
                &json!({
                    "id": room.id, "name": "지리산", "location": "별관", "floor": "5층", "capacity": 4, "equipment": [],
                    "requiresApproval": true, "maintenance": true, "version": 3, "status": "maintenance"
                })
            )
        );
        assert_eq!(see(&app, &room).await, after);

        let racing = (0..8).map(|n| patch(&app, &room, json!({"location": format!("{n}동"), "version": 3})));
        let mut statuses: Vec<u16> = join_all(racing).await.into_iter().map(|(status, _)| status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409], "one of those who saw the same wins");
        assert_eq!(see(&app, &room).await["version"], 4);
    }

    async fn a_change_that_changes_nothing_is_no_news(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        for same in [json!({"version": 1}), json!({"name": " 한라산 ", "capacity": room.capacity, "version": 1})] {
            let (status, body) = patch(&app, &room, same).await;
            assert_eq!((status, &body["version"]), (200, &json!(1)));
        }
        assert_eq!(app.head().await, head);
        assert_eq!(patch(&app, &room, json!({"version": 2})).await.1["code"], "STALE_VERSION");
    }

    async fn rooms_keep_their_rules(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        let long = |chars: usize| "가".repeat(chars);
        for (change, field, rule) in [
            (json!({"name": " "}), "name", "REQUIRED"),
            (json!({"name": long(81)}), "name", "MAX_LENGTH"),
            (json!({"location": long(121)}), "location", "MAX_LENGTH"),
            (json!({"floor": long(21)}), "floor", "MAX_LENGTH"),
            (json!({"capacity": 0}), "capacity", "RANGE"),
            (json!({"capacity": 10_001}), "capacity", "RANGE"),
            (json!({"capacity": u32::MAX}), "capacity", "RANGE"),
            (json!({"equipment": vec!["x"; 21]}), "equipment", "MAX_ITEMS"),
            (json!({"equipment": [long(41)]}), "equipment", "MAX_LENGTH"),
            (json!({"equipment": ["phone", " phone"]}), "equipment", "DUPLICATE"),
        ] {
            let mut new = json!({"name": "백두산", "capacity": 6});
            let mut edit = json!({"version": 1});
            for (member, value) in change.as_object().expect("an object") {
                new[member] = value.clone();
                edit[member] = value.clone();
            }
            assert_fields(&app.admin.post("/rooms", new).await, &[(field, rule)]);
            assert_fields(&app.admin.patch(&format!("/rooms/{}", room.id), edit).await, &[(field, rule)]);
        }
        let everything = json!({"name": "", "floor": long(21), "capacity": 0});
        let expected = [("name", "REQUIRED"), ("floor", "MAX_LENGTH"), ("capacity", "RANGE")];
        assert_fields(&app.admin.post("/rooms", everything).await, &expected);
        assert_eq!(app.head().await, head);

        let most = json!({
            "name": long(80), "location": long(120), "floor": long(20), "capacity": 10_000,
            "equipment": (0..20).map(|n| format!("{n:가>40}")).collect::<Vec<_>>()
        });
        let (status, room) = app.admin.post("/rooms", most).await;
        assert_eq!(status, 201, "{room}");
    }

    async fn two_rooms_never_share_a_name(app: TestApp) {
        let (first, second) = (app.room("한라산").await, app.room("백두산").await);
        let head = app.head().await;
        let duplicate = [("name", "DUPLICATE")];
        assert_fields(&app.admin.post("/rooms", json!({"name": "한라산", "capacity": 2})).await, &duplicate);
        assert_fields(&app.admin.post("/rooms", json!({"name": " 한라산 ", "capacity": 2})).await, &duplicate);
        let path = format!("/rooms/{}", second.id);
        assert_fields(&app.admin.patch(&path, json!({"name": "한라산", "version": 1})).await, &duplicate);
        assert_eq!(app.head().await, head);
        let (status, _) = patch(&app, &first, json!({"name": "한라산", "version": 1})).await;
        assert_eq!(status, 200, "a room may keep its own name");

        let racing = (0..8).map(|_| app.admin.post("/rooms", json!({"name": "설악산", "capacity": 2})));
        let mut statuses: Vec<u16> = join_all(racing).await.into_iter().map(|(status, _)| status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422]);
    }

    async fn filters_find_the_rooms_that_fit(app: TestApp) {
        for (name, floor, capacity, equipment) in [
            ("가", "3층", 4, json!(["video"])),
            ("나", "3층", 8, json!(["video", "screen"])),
            ("다", "5층", 12, json!(["screen", "칠판"])),
        ] {
            app.room_with(json!({"name": name, "floor": floor, "capacity": capacity, "equipment": equipment})).await;
        }
        for (query, expected) in [
            ("?capacity=4", &["가", "나", "다"][..]),
            ("?capacity=5", &["나", "다"]),
            ("?capacity=13", &[]),
            ("?equipment=video", &["가", "나"]),
            ("?equipment=screen,%20video", &["나"]),
            ("?equipment=칠판", &["다"]),
            ("?equipment=", &["가", "나", "다"]),
            ("?equipment=vid", &[]),
            ("?floor=5층", &["다"]),
            ("?floor=", &["가", "나", "다"]),
            ("?floor=5", &[]),
            ("?floor=3층&capacity=5&equipment=video", &["나"]),
            ("?unknown=1", &["가", "나", "다"]),
        ] {
            assert_eq!(listed(&app.minji, query).await, expected, "{query}");
        }
    }

    async fn equipment_that_was_written_in_one_line_is_found_piece_by_piece(app: TestApp) {
        let room = app.room_with(json!({"name": "가", "capacity": 4, "equipment": ["칠판, 보드마카,", "video"]})).await;
        assert_eq!(room.equipment, ["칠판", "보드마카", "video"]);
        let (status, changed) = patch(&app, &room, json!({"equipment": ["video,안마 의자"], "version": 1})).await;
        assert_eq!((status, &changed["equipment"]), (200, &json!(["video", "안마 의자"])));
        assert_eq!(listed(&app.minji, "?equipment=안마 의자,video").await, ["가"]);
        let twice = json!({"name": "나", "capacity": 4, "equipment": ["칠판", "video,칠판"]});
        assert_fields(&app.admin.post("/rooms", twice).await, &[("equipment", "DUPLICATE")]);
    }

    async fn free_rooms_are_those_without_a_booking_in_between(app: TestApp) {
        let (booked, closed) = (app.room("가").await, app.room("나").await);
        app.room("다").await;
        let approval = app.room_with(json!({"name": "라", "capacity": 6, "requiresApproval": true})).await;
        assert_eq!(patch(&app, &closed, json!({"maintenance": true, "version": 1})).await.0, 200);
        app.minji.book(booked.id, 2).await;
        assert_eq!(app.minji.book(approval.id, 2).await["status"], "pending");
        let cancelled = app.minji.book(booked.id, 5).await;
        let path = format!("/reservations/{}/cancel", cancelled["id"].as_str().expect("an id"));
        assert_eq!(app.minji.post(&path, json!({})).await.0, 200);

        let free =
            async |from: Timestamp, to: Timestamp| listed(&app.junho, &format!("?freeFrom={from}&freeTo={to}")).await;
        let (all, only) = (vec!["가", "다", "라"], vec!["다"]);
        assert_eq!(free(at(1), at(2)).await, all, "until the booking begins");
        assert_eq!(free(at(1), at(2) + 1).await, only, "into its first moment");
        assert_eq!(free(at(2), at(3)).await, only, "the very time");
        assert_eq!(free(at(2) + 10 * MINUTE, at(2) + 20 * MINUTE).await, only, "within");
        assert_eq!(free(at(1), at(4)).await, only, "around");
        assert_eq!(free(at(3) - 1, at(4)).await, only, "from its last moment");
        assert_eq!(free(at(3), at(4)).await, all, "from its end on");
        assert_eq!(free(at(5), at(6)).await, all, "what was cancelled takes nothing");
        assert_eq!(listed(&app.junho, "").await, ["가", "나", "다", "라"], "without the question all are listed");
        let both = format!("?freeFrom={}&freeTo={}&capacity=7", at(3), at(4));
        assert_eq!(listed(&app.junho, &both).await, [""; 0]);

        for (query, field, rule) in [
            (format!("?freeFrom={}", at(1)), "freeTo", "REQUIRED"),
            (format!("?freeTo={}", at(1)), "freeFrom", "REQUIRED"),
            (format!("?freeFrom={}&freeTo={}", at(1), at(1)), "freeTo", "ENDS_BEFORE_START"),
            (format!("?freeFrom={}&freeTo={}", at(2), at(1)), "freeTo", "ENDS_BEFORE_START"),
        ] {
            assert_fields(&app.minji.get(&format!("/rooms{query}")).await, &[(field, rule)]);
        }
    }

    async fn a_meeting_that_ended_early_takes_no_room(app: TestApp) {
        let room = app.room("가").await;
        let meeting = app.minji.book(room.id, 0).await;
        let during = format!("?freeFrom={START}&freeTo={}", at(1));
        assert_eq!(listed(&app.junho, &during).await, [""; 0]);
        app.set_clock(START + 4 * MINUTE);
        let path = format!("/reservations/{}/end", meeting["id"].as_str().expect("an id"));
        assert_eq!(app.minji.post(&path, json!({})).await.1["status"], "completed");
        assert_eq!(listed(&app.junho, &during).await, ["가"]);
        assert_eq!(app.junho.book(room.id, 0).await["status"], "approved", "as can be booked");
    }

    async fn a_room_says_what_is_now_and_what_is_next(app: TestApp) {
        let room = app.room("한라산").await;
        let first = app.minji.book(room.id, 1).await;
        let mut body = hour(room.id, 3);
        body["attendeeIds"] = json!([app.junho.id]);
        let (_, second) = app.minji.post("/reservations", body).await;
        app.room("흑산도").await;
        let reader = app.browser("seoyeon", false).await;
        let path = format!("/api/v1/rooms/{}", room.id);
        let state = async |now: Timestamp| {
            app.set_clock(now);
            let (_, seen) = reader.get(&path).await;
            let (_, list) = reader.get("/api/v1/rooms").await;
            assert_eq!(list["items"][0], seen, "the list says the same");
            assert_eq!(list["items"][1]["status"], "available");
            (seen["status"].clone(), seen["currentReservation"].clone(), seen["nextReservation"].clone())
        };
        let (first, second, nothing) = (occupancy(&first), occupancy(&second), Value::Null);
        assert_eq!(second["attendeeCount"], 2);
        assert_eq!(state(START).await, (json!("available"), nothing.clone(), first.clone()));
        assert_eq!(state(at(1) - 1).await, (json!("available"), nothing.clone(), first.clone()));
        assert_eq!(state(at(1)).await, (json!("in_use"), first.clone(), second.clone()));
        assert_eq!(state(at(2) - 1).await, (json!("in_use"), first, second.clone()));
        assert_eq!(state(at(2)).await, (json!("available"), nothing.clone(), second.clone()));
        assert_eq!(state(at(3)).await, (json!("in_use"), second, nothing.clone()));
        assert_eq!(state(at(4)).await, (json!("available"), nothing.clone(), nothing));
    }

    async fn a_pending_booking_does_not_use_a_room(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        let pending = app.minji.book(room.id, 0).await;
        assert_eq!(
            (see(&app, &room).await["status"].clone(), pending["status"].clone()),
            (json!("available"), json!("pending"))
        );
        let path = format!("/reservations/{}/approve", pending["id"].as_str().expect("an id"));
        assert_eq!(app.admin.post(&path, json!({})).await.0, 200);
        assert_eq!(see(&app, &room).await["currentReservation"], occupancy(&pending));
        assert_eq!(see(&app, &room).await["status"], "in_use");
    }

    async fn rooms_say_nothing_of_a_private_booking_but_its_time(app: TestApp) {
        let room = app.room("한라산").await;
        for hours in [0, 1] {
            let mut body = hour(room.id, hours);
            body["private"] = json!(true);
            body["title"] = json!("연봉 협상");
            body["attendeeIds"] = json!([app.junho.id]);
            assert_eq!(app.minji.post("/reservations", body).await.0, 201);
        }
        let head = app.head().await;
        let (status, changed) = patch(&app, &room, json!({"location": "본관", "version": 1})).await;
        assert_eq!(status, 200);
        let reduced = |seen: &Value, from: i64| {
            json!({
                "id": seen["id"], "title": "예약됨", "startTime": at(from), "endTime": at(from + 1), "attendeeCount": 0,
                "private": true
            })
        };
        let events = app.events_after(head).await;
        assert_eq!(kinds(&events), [("org", "room:updated")]);
        let mut answers = vec![changed, events[0]["data"]["room"].clone()];
        // Its own people too: what a room says goes to everybody alike.
        for client in [&app.seoyeon, &app.minji, &app.junho, &app.admin] {
            answers.push(client.get(&format!("/rooms/{}", room.id)).await.1);
            answers.push(client.get("/rooms").await.1["items"][0].clone());
        }
        for answer in answers {
            assert_eq!(answer["currentReservation"], reduced(&answer["currentReservation"], 0));
            assert_eq!(answer["nextReservation"], reduced(&answer["nextReservation"], 1));
            assert!(!answer.to_string().contains("연봉"), "{answer}");
        }
    }

    async fn maintenance_closes_a_room_and_everybody_is_told(app: TestApp) {
        let room = app.room("한라산").await;
        let toggle = async |maintenance: bool, version: i64| {
            let head = app.head().await;
            let (status, changed) = patch(&app, &room, json!({"maintenance": maintenance, "version": version})).await;
            assert_eq!(status, 200, "{changed}");
            (changed, app.events_after(head).await)
        };
        let both = [("org", "room:updated"), ("org", "room:status_changed")];

        let (changed, events) = toggle(true, 1).await;
        assert_eq!((&changed["status"], &changed["maintenance"]), (&json!("maintenance"), &json!(true)));
        assert_eq!(kinds(&events), both);
        assert_eq!(events[0]["data"], json!({"room": changed}));
        assert_eq!(events[1]["data"], json!({"room": changed, "previousStatus": "available"}));
        assert_eq!(see(&app, &room).await, changed);

        let (again, events) = toggle(true, 2).await;
        assert_eq!(again, changed);
        assert_eq!(kinds(&events), [], "it was closed already");

        let (changed, events) = toggle(false, 2).await;
        assert_eq!(changed["status"], "available");
        assert_eq!(kinds(&events), both);
        assert_eq!(events[1]["data"], json!({"room": changed, "previousStatus": "maintenance"}));

        let running = app.minji.book(room.id, 0).await;
        let (changed, events) = toggle(true, 3).await;
        assert_eq!((&changed["status"], &changed["currentReservation"]), (&json!("maintenance"), &occupancy(&running)));
        assert_eq!(events[1]["data"], json!({"room": changed, "previousStatus": "in_use"}));
        let (changed, events) = toggle(false, 4).await;
        assert_eq!(changed["status"], "in_use");
        assert_eq!(events[1]["data"], json!({"room": changed, "previousStatus": "maintenance"}));
    }

    async fn bookings_ahead_stand_in_the_way_of_deleting_a_room(app: TestApp) {
        let mut app = app;
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        let past = app.admin.book(room.id, 0).await;
        let running = app.admin.book(room.id, 1).await;
        let pending = app.minji.book(room.id, 3).await;
        let mut body = hour(room.id, 300 * 24);
        body["private"] = json!(true);
        body["title"] = json!("연봉 협상");
        body["attendeeIds"] = json!([app.junho.id]);
        let (_, private) = app.minji.post("/reservations", body).await;
        let gone = app.minji.book(room.id, 5).await;
        let path = format!("/reservations/{}/cancel", gone["id"].as_str().expect("an id"));
        let (_, gone) = app.minji.post(&path, json!({})).await;
        app.later(at(1) + 30 * MINUTE).await;

        let head = app.head().await;
        let path = format!("/rooms/{}", room.id);
        for query in ["", "?cancelReservations=false"] {
            let answer = app.admin.delete(&format!("{path}{query}")).await;
            assert_refused(&answer, 409, "ROOM_HAS_RESERVATIONS");
            assert_eq!(
                answer.1["reservations"],
                json!([running, pending, private]),
                "earliest first, the past left out"
            );
            assert_eq!(answer.1["detail"], "앞으로의 예약이 3건 있어 삭제할 수 없습니다.");
        }
        assert_eq!(app.head().await, head);
        assert_eq!(see(&app, &room).await["status"], "in_use");

        let (status, body) = app.admin.delete(&format!("{path}?cancelReservations=true")).await;
        assert_eq!((status.as_u16(), body), (204, Value::Null));
        let events = app.events_after(head).await;
        let (minji, junho) = (format!("user:{}", app.minji.id), format!("user:{}", app.junho.id));
        assert_eq!(
            kinds(&events),
            [
                ("org", "reservation:cancelled"),
                ("org", "reservation:cancelled"),
                ("org", "reservation:cancelled"),
                (minji.as_str(), "reservation:cancelled"),
                (junho.as_str(), "reservation:cancelled"),
                ("admin", "reservation:cancelled"),
                ("org", "room:deleted"),
            ]
        );
        let cancelled = |before: &Value| {
            let mut after = before.clone();
            after["status"] = json!("cancelled");
            after["version"] = json!(2);
            after["updatedAt"] = json!(at(1) + 30 * MINUTE);
            after
        };
        assert_eq!(events[0]["data"]["reservation"], cancelled(&running));
        assert_eq!(events[1]["data"]["reservation"], cancelled(&pending));
        assert_eq!(events[2]["data"]["reservation"]["title"], "예약됨");
        assert_eq!(events[4]["data"]["reservation"], cancelled(&private));
        assert_eq!(events[6]["data"]["room"]["id"], json!(room.id));
        assert_eq!(events[6]["userId"], json!(app.admin.id));

        for (booking, expected) in [
            (&past, past.clone()),
            (&running, cancelled(&running)),
            (&pending, cancelled(&pending)),
            (&private, cancelled(&private)),
            (&gone, gone.clone()),
        ] {
            let (status, seen) =
                app.admin.get(&format!("/reservations/{}", booking["id"].as_str().expect("an id"))).await;
            assert_eq!((status.as_u16(), seen), (200, expected));
        }
    }

    async fn a_room_goes_only_with_the_bookings_that_its_admin_has_seen(app: TestApp) {
        let room = app.room("한라산").await;
        let admin = app.caller(&app.admin, Role::Admin);
        let booking = |value: &Value| serde_json::from_value::<Reservation>(value.clone()).expect("a booking");
        let seen = booking(&app.minji.book(room.id, 3).await);
        let new = booking(&app.junho.book(room.id, 5).await);
        let head = app.head().await;
        for ids in [vec![], vec![seen.id]] {
            let refused = rooms::delete_room(&app.app, &admin, room.id, &Cancelled::Only(ids)).await;
            assert_eq!(refused, Err(AppError::RoomHasReservations { reservations: vec![seen.clone(), new.clone()] }));
        }
        assert_eq!(app.head().await, head, "nothing was cancelled");
        let gone = Cancelled::Only(vec![ReservationId(9_999), new.id, seen.id]);
        assert_eq!(rooms::delete_room(&app.app, &admin, room.id, &gone).await, Ok(()));
        assert_eq!(listed(&app.minji, "").await, [""; 0]);
    }

    async fn a_deleted_room_is_gone_and_its_past_stays(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let past = app.minji.book(room.id, 0).await;
        app.later(at(1)).await;
        let path = format!("/rooms/{}", room.id);
        let (status, _) = app.admin.delete(&path).await;
        assert_eq!(status, 204, "what ended this very moment is past");

        assert_refused(&app.minji.get(&path).await, 404, "NOT_FOUND");
        assert_refused(&app.admin.patch(&path, json!({"name": "x", "version": 2})).await, 404, "NOT_FOUND");
        assert_refused(&app.admin.delete(&path).await, 404, "NOT_FOUND");
        assert_eq!(listed(&app.minji, "").await, [""; 0]);
        assert_fields(&app.minji.post("/reservations", hour(room.id, 2)).await, &[("roomId", "UNKNOWN")]);

        let successor = app.room("한라산").await;
        assert_ne!(successor.id, room.id);
        assert_eq!(listed(&app.minji, "").await, ["한라산"]);
        app.minji.book(successor.id, 2).await;

        let id = past["id"].as_str().expect("an id");
        assert_eq!(app.junho.get(&format!("/reservations/{id}")).await.1, past, "with the room's name");
        let range = format!("/reservations?from={}&to={}", at(0), at(2));
        assert_eq!(app.minji.get(&format!("{range}&mine=true")).await.1["items"], json!([past]));
        assert_eq!(app.junho.get(&range).await.1["items"], json!([]), "no plan shows a room that is gone");
    }
}
