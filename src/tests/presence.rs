//! Who is here, the numbers and drawings: what goes over `/ws` and REST, to whom, and when.

use super::helpers::{Client, Engine, START, Socket, TestApp, assert_refused, at, hour, on_both_engines, until};
use crate::presence::model::{DRAWING_MS, GRACE_MS};
use crate::time::{DAY, HOUR, SECOND, Timestamp};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// The day on which every test begins.
const TODAY: &str = "timeline:2026-11-23";
const TOMORROW: &str = "timeline:2026-11-24";

/// A socket that has been greeted; what it was told on opening is put aside.
async fn enter(client: &Client) -> Socket {
    let mut socket = client.socket("").await;
    socket.hello().await;
    socket.waiting().await;
    socket
}

impl Socket {
    async fn say(&mut self, kind: &str, data: Value) {
        self.send(Message::text(json!({"type": kind, "data": data}).to_string())).await;
    }

    /// Watches, and gives what it is told at once.
    async fn watch(&mut self, views: &[&str]) -> Vec<Value> {
        self.say("watch", json!({"views": views})).await;
        self.waiting().await
    }

    /// The data of what waits of one type.
    async fn told(&mut self, kind: &str) -> Vec<Value> {
        self.waiting()
            .await
            .into_iter()
            .filter(|frame| frame["type"] == kind)
            .map(|frame| frame["data"].clone())
            .collect()
    }
}

/// Closes a socket and waits until the server has noticed.
async fn leave(app: &TestApp, socket: Socket) {
    let grace = Some(app.app.now() + GRACE_MS);
    drop(socket);
    until("the grace begins", || async { app.app.presence.next_expiry() == grace }).await;
}

fn notice(frames: &[Value]) -> Vec<(&str, &str)> {
    frames
        .iter()
        .filter(|frame| frame["type"].as_str().is_some_and(|kind| kind.starts_with("user:")))
        .map(|frame| (frame["type"].as_str().unwrap_or(""), frame["data"]["userId"].as_str().unwrap_or("")))
        .collect()
}

/// Names and states.
fn states(update: &Value) -> Vec<(&str, &str)> {
    let people = update["people"].as_array().or(update["items"].as_array()).expect("people");
    people.iter().map(|p| (p["name"].as_str().unwrap_or(""), p["state"].as_str().unwrap_or(""))).collect()
}

async fn stats(app: &TestApp) -> Value {
    let (status, stats) = app.seoyeon.get("/stats").await;
    assert_eq!(status, 200, "{stats}");
    stats
}

fn numbers(active: u32, connected: u32, available: u32) -> Value {
    json!({"activeReservations": active, "connectedUsers": connected, "availableRooms": available})
}

fn drawing(room: &Value, from: Timestamp, to: Timestamp) -> Value {
    json!({"roomId": room, "startsAt": from, "endsAt": to})
}

on_both_engines! {
    async fn a_person_connects_with_the_first_socket_and_disconnects_ten_seconds_after_the_last(app: TestApp) {
        let mut junho = enter(&app.junho).await;
        let id = app.minji.id.to_string();
        let mut first = app.minji.socket("").await;
        first.hello().await;
        assert_eq!(notice(&first.waiting().await), [("user:connected", id.as_str())], "the person's own socket too");
        assert_eq!(
            junho.waiting().await,
            [json!({
                "type": "user:connected",
                "data": {"message": "minji 님이 접속했습니다.", "userId": app.minji.id, "level": "info"},
                "timestamp": START,
            })]
        );
        let second = enter(&Client::log_in(app.address, "minji@example.com").await).await;
        assert_eq!(junho.waiting().await, [] as [Value; 0], "a second device is no second person");
        drop(first);
        leave(&app, second).await;
        app.strike(START + GRACE_MS - 1).await;
        assert_eq!(notice(&junho.waiting().await), []);
        app.strike(START + GRACE_MS).await;
        let gone = junho.waiting().await;
        assert_eq!(notice(&gone), [("user:disconnected", id.as_str())]);
        assert_eq!(gone[0]["data"]["message"], "minji 님이 나갔습니다.");
        app.strike(START + 10 * GRACE_MS).await;
        assert_eq!(notice(&junho.waiting().await), [], "once");

        let again = enter(&app.minji).await;
        assert_eq!(notice(&junho.waiting().await), [("user:connected", id.as_str())]);
        leave(&app, again).await;
        app.strike(START + 11 * GRACE_MS - 1).await;
        let _again = enter(&app.minji).await;
        app.strike(START + 20 * GRACE_MS).await;
        assert_eq!(notice(&junho.waiting().await), [], "back within the grace: never left");
    }

    async fn the_list_goes_whole_to_who_begins_to_watch_and_then_in_changes(app: TestApp) {
        let (mut junho, mut seoyeon) = (enter(&app.junho).await, enter(&app.seoyeon).await);
        app.strike(START).await;
        for socket in [&mut junho, &mut seoyeon] {
            socket.waiting().await;
        }
        let told = junho.watch(&["presence"]).await;
        assert_eq!((told.len(), &told[0]["type"]), (1, &json!("presence:update")));
        assert_eq!(told[0]["data"]["full"], true);
        assert_eq!(states(&told[0]["data"]), [("junho", "online"), ("seoyeon", "online")]);
        assert_eq!(told[0]["data"]["people"][0]["id"], json!(app.junho.id));

        // Several changes within a quarter of a second are one frame.
        let _minji = enter(&app.minji).await;
        seoyeon.say("activity", json!({"away": true})).await;
        seoyeon.waiting().await;
        app.strike(START + 249).await;
        assert_eq!(junho.told("presence:update").await, [] as [Value; 0]);
        app.strike(START + 250).await;
        let told = junho.told("presence:update").await;
        assert_eq!((told.len(), &told[0]["full"]), (1, &json!(false)));
        assert_eq!(states(&told[0]), [("minji", "online"), ("seoyeon", "away")]);
        app.strike(START + 10 * SECOND).await;
        assert_eq!(junho.told("presence:update").await, [] as [Value; 0], "nothing has changed");

        let (_, list) = app.admin.get("/presence").await;
        assert_eq!(states(&list), [("junho", "online"), ("minji", "online"), ("seoyeon", "away")]);
        // Who does not watch is told nothing of it, and who no longer does neither.
        assert_eq!(seoyeon.told("presence:update").await, [] as [Value; 0]);
        assert_eq!(junho.watch(&[]).await, [] as [Value; 0]);
        seoyeon.say("activity", json!({"away": false})).await;
        seoyeon.waiting().await;
        app.strike(START + 20 * SECOND).await;
        assert_eq!(junho.told("presence:update").await, [] as [Value; 0]);
        let told = junho.watch(&["presence"]).await;
        assert_eq!(told[0]["data"]["full"], true, "whoever comes back begins anew");
    }

    async fn whoever_leaves_is_offline_in_the_changes(app: TestApp) {
        let mut junho = enter(&app.junho).await;
        let minji = enter(&app.minji).await;
        junho.watch(&["presence"]).await;
        app.strike(START).await;
        junho.waiting().await;
        leave(&app, minji).await;
        app.strike(START + GRACE_MS).await;
        assert_eq!(states(&junho.told("presence:update").await[0]), [("minji", "offline")]);
    }

    async fn a_person_is_away_when_all_tabs_are(app: TestApp) {
        let (mut first, mut second) = (enter(&app.minji).await, enter(&app.minji).await);
        let state = async || {
            let (_, list) = app.junho.get("/presence").await;
            list["items"][0]["state"].as_str().unwrap_or("nobody").to_owned()
        };
        first.say("activity", json!({"away": true})).await;
        first.waiting().await;
        assert_eq!(state().await, "online");
        second.say("activity", json!({"away": true})).await;
        second.waiting().await;
        assert_eq!(state().await, "away");
        first.say("activity", json!({"away": false})).await;
        first.waiting().await;
        assert_eq!(state().await, "online");
        drop(first);
        until("the tab that is left counts", || async { state().await == "away" }).await;
    }

    async fn people_of_a_meeting_are_in_one_from_its_start_to_its_end_and_no_more_is_said(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await.id;
        let mut body = hour(room, 1);
        body["private"] = json!(true);
        body["title"] = json!("비밀 회의");
        body["attendeeIds"] = json!([app.junho.id]);
        assert_eq!(app.minji.post("/reservations", body).await.0, 201);
        let (_minji, _junho, mut seoyeon) = (enter(&app.minji).await, enter(&app.junho).await, enter(&app.seoyeon).await);
        seoyeon.watch(&["presence"]).await;
        app.strike(at(1) - SECOND).await;
        seoyeon.waiting().await;
        for (now, meeting) in [(at(1) - 1, "online"), (at(1), "in_meeting"), (at(2) - 1, "in_meeting"), (at(2), "online")] {
            app.later(now).await;
            app.strike(now).await;
            let (_, list) = app.seoyeon.get("/presence").await;
            assert_eq!(states(&list), [("junho", meeting), ("minji", meeting), ("seoyeon", "online")], "at {now}");
            let told = seoyeon.told("presence:update").await;
            assert!(!json!(told).to_string().contains("비밀"));
            if now == at(1) || now == at(2) {
                assert_eq!(states(&told[0]), [("junho", meeting), ("minji", meeting)]);
            } else {
                assert_eq!(told, [] as [Value; 0]);
            }
        }
    }

    async fn a_hidden_person_is_in_no_frame_and_no_number(app: TestApp) {
        let mut app = app;
        let mut junho = enter(&app.junho).await;
        junho.watch(&["presence"]).await;
        app.strike(START).await;
        junho.waiting().await;
        for answer in [app.minji.get("/me/presence").await, app.minji.put("/me/presence", json!({"hidden": false})).await] {
            assert_eq!(answer, (http::StatusCode::OK, json!({"hidden": false})));
        }
        assert_eq!(app.minji.put("/me/presence", json!({"hidden": true})).await.1, json!({"hidden": true}));
        assert_eq!(app.minji.get("/me/presence").await.1, json!({"hidden": true}));

        let room = app.room("한라산").await;
        junho.waiting().await;
        let mut minji = enter(&app.minji).await;
        minji.watch(&[TODAY]).await;
        minji.say("draw", drawing(&json!(room.id), at(1), at(2))).await;
        minji.say("activity", json!({"away": true})).await;
        minji.waiting().await;
        app.strike(START + SECOND).await;
        let frames = junho.waiting().await;
        assert!(!json!(frames).to_string().contains("minji"), "{frames:?}");
        assert_eq!(stats(&app).await["connectedUsers"], 1);
        assert_eq!(states(&app.seoyeon.get("/presence").await.1), [("junho", "online")]);

        let id = app.minji.id.to_string();
        app.minji.put("/me/presence", json!({"hidden": false})).await;
        app.strike(START + 2 * SECOND).await;
        let frames = junho.waiting().await;
        assert_eq!(notice(&frames), [("user:connected", id.as_str())]);
        assert_eq!(stats(&app).await["connectedUsers"], 2);
        app.minji.put("/me/presence", json!({"hidden": true})).await;
        app.strike(START + 3 * SECOND).await;
        let frames = junho.waiting().await;
        assert_eq!(notice(&frames), [("user:disconnected", id.as_str())]);
        let update = frames.iter().find(|frame| frame["type"] == "presence:update").expect("a change");
        assert_eq!(states(&update["data"]), [("minji", "offline")]);

        // The choice is kept.
        app = app.restart().await;
        let mut junho = enter(&app.junho).await;
        let _minji = enter(&app.minji).await;
        assert_eq!(notice(&junho.waiting().await), []);
        for bad in [json!({}), json!({"hidden": "yes"}), json!([true]), json!({"hidden": null})] {
            assert_refused(&app.minji.put("/me/presence", bad).await, 400, "MALFORMED_REQUEST");
        }
        let nobody = reqwest::Client::new().put(app.url("/api/v1/me/presence")).json(&json!({"hidden": true}));
        assert_eq!(nobody.send().await.expect("an answer").status(), 401);
        assert_eq!(app.minji.get("/me/presence").await.1, json!({"hidden": true}));
    }

    async fn the_numbers_come_on_connecting_and_after_what_was_missed(app: TestApp) {
        let room = app.room("한라산").await.id;
        app.room("백두산").await;
        app.minji.book(room, 0).await;
        let mut junho = app.junho.socket(&format!("&after=0&log={}", app.app.log.id())).await;
        let frames = junho.waiting().await;
        let kinds: Vec<_> = frames.iter().map(|frame| frame["type"].as_str().unwrap_or("")).collect();
        assert_eq!(
            kinds,
            ["hello", "room:created", "room:created", "reservation:created", "room:status_changed",
                "notification:created", "head", "user:connected", "stats:update"]
        );
        assert_eq!(
            frames[8],
            json!({"type": "stats:update", "data": numbers(1, 1, 1), "timestamp": START}),
            "absolute, and without a place in the log"
        );
        assert_eq!(stats(&app).await, numbers(1, 1, 1));
        let nobody = reqwest::get(app.url("/api/v1/stats")).await.expect("an answer");
        assert_eq!(nobody.status(), 401);
    }

    async fn the_numbers_go_to_everybody_at_most_once_a_second_and_only_when_they_change(app: TestApp) {
        let (room, other) = (app.room("한라산").await.id, app.room("백두산").await.id);
        let mut junho = enter(&app.junho).await;
        app.strike(START).await;
        junho.waiting().await;
        app.strike(START + 5 * SECOND).await;
        assert_eq!(junho.told("stats:update").await, [] as [Value; 0], "nothing has changed");

        let _minji = enter(&app.minji).await;
        app.strike(START + 5 * SECOND).await;
        assert_eq!(junho.told("stats:update").await, [numbers(0, 2, 2)]);
        app.minji.book(room, 0).await;
        app.strike(START + 5 * SECOND + 10).await;
        app.minji.book(other, 0).await;
        app.strike(START + 6 * SECOND - 1).await;
        assert_eq!(junho.told("stats:update").await, [] as [Value; 0]);
        app.strike(START + 6 * SECOND).await;
        assert_eq!(junho.told("stats:update").await, [numbers(2, 2, 0)], "the newest alone");
        app.strike(at(1)).await;
        assert_eq!(junho.told("stats:update").await, [numbers(0, 2, 2)], "by the clock too");
    }

    async fn a_room_in_maintenance_is_not_available(app: TestApp) {
        let room = app.room("한라산").await.id;
        assert_eq!(stats(&app).await, numbers(0, 0, 1));
        app.admin.patch(&format!("/rooms/{room}"), json!({"maintenance": true, "version": 1})).await;
        assert_eq!(stats(&app).await, numbers(0, 0, 0));
    }

    async fn others_who_watch_the_day_see_what_somebody_draws(app: TestApp) {
        let room = json!(app.room("한라산").await.id);
        let (mut minji, mut tab) = (enter(&app.minji).await, enter(&app.minji).await);
        let (mut junho, mut seoyeon) = (enter(&app.junho).await, enter(&app.seoyeon).await);
        for socket in [&mut minji, &mut tab, &mut junho] {
            socket.watch(&[TODAY, "presence"]).await;
        }
        seoyeon.watch(&[TOMORROW]).await;

        minji.say("draw", drawing(&room, at(1), at(2))).await;
        minji.waiting().await;
        let shown = json!({"userId": app.minji.id, "name": "minji", "roomId": room, "startsAt": at(1), "endsAt": at(2)});
        assert_eq!(junho.told("draw:update").await, std::slice::from_ref(&shown));
        for socket in [&mut minji, &mut tab, &mut seoyeon] {
            assert_eq!(socket.told("draw:update").await, [] as [Value; 0]);
        }
        // Whoever opens the day meanwhile sees it too.
        let mut admin = enter(&app.admin).await;
        let told = admin.watch(&[TODAY]).await;
        assert_eq!(told.iter().map(|frame| &frame["data"]).collect::<Vec<_>>(), [&shown]);

        // Only the newest waits for somebody who has not looked.
        for hours in [2, 3, 4] {
            minji.say("draw", drawing(&room, at(hours), at(hours + 1))).await;
        }
        minji.waiting().await;
        assert_eq!(admin.told("draw:update").await.last().map(|data| data["startsAt"].clone()), Some(json!(at(4))));

        // To the other day: gone here, shown there.
        minji.say("draw", drawing(&room, at(24), at(25))).await;
        minji.waiting().await;
        let cleared = json!({"userId": app.minji.id, "name": "minji"});
        assert_eq!(junho.told("draw:update").await.last(), Some(&cleared));
        assert_eq!(seoyeon.told("draw:update").await[0]["startsAt"], json!(at(24)));
        minji.say("draw", Value::Null).await;
        minji.waiting().await;
        assert_eq!(seoyeon.told("draw:update").await, std::slice::from_ref(&cleared));
        assert_eq!(app.events_after(1).await, [] as [Value; 0], "nothing of it is in the log");
    }

    async fn a_drawing_ends_with_its_socket_or_twenty_seconds_after_its_last_update(app: TestApp) {
        let room = json!(app.room("한라산").await.id);
        let (mut minji, mut tab, mut junho) =
            (enter(&app.minji).await, enter(&app.minji).await, enter(&app.junho).await);
        junho.watch(&[TODAY]).await;
        minji.say("draw", drawing(&room, at(1), at(2))).await;
        minji.waiting().await;
        assert_eq!(junho.told("draw:update").await.len(), 1);
        // Another tab's nothing takes nothing back.
        tab.say("draw", Value::Null).await;
        tab.waiting().await;
        assert_eq!(junho.told("draw:update").await, [] as [Value; 0]);

        app.strike(START + DRAWING_MS - 1).await;
        minji.say("draw", drawing(&room, at(1), at(3))).await;
        minji.waiting().await;
        app.strike(START + 2 * DRAWING_MS - 2).await;
        assert_eq!(junho.told("draw:update").await.len(), 1);
        app.strike(START + 2 * DRAWING_MS - 1).await;
        let cleared = json!({"userId": app.minji.id, "name": "minji"});
        assert_eq!(junho.told("draw:update").await, std::slice::from_ref(&cleared));

        minji.say("draw", drawing(&room, at(1), at(2))).await;
        minji.waiting().await;
        assert_eq!(junho.told("draw:update").await.len(), 1);
        drop(minji);
        until("it goes with its socket", || async { app.app.presence.next_expiry().is_none() }).await;
        assert_eq!(junho.told("draw:update").await, [cleared]);
    }

    async fn what_makes_no_sense_is_ignored_and_said_only_to_who_debugs(app: TestApp) {
        let room = json!(app.room("한라산").await.id);
        let mut junho = enter(&app.junho).await;
        junho.watch(&[TODAY, TOMORROW]).await;
        let far = START + 500 * DAY;
        let bad = [
            ("watch", json!({})),
            ("watch", json!({"views": "presence"})),
            ("watch", json!({"views": [7]})),
            ("watch", Value::Null),
            ("activity", json!({})),
            ("activity", json!({"away": "yes"})),
            ("draw", json!({})),
            ("draw", json!({"roomId": room})),
            ("draw", drawing(&json!(7), at(1), at(2))),
            ("draw", drawing(&json!("x"), at(1), at(2))),
            ("draw", drawing(&json!("999999"), at(1), at(2))),
            ("draw", drawing(&room, at(2), at(1))),
            ("draw", drawing(&room, at(1), at(1))),
            ("draw", drawing(&room, at(1), at(25) + 1)),
            ("draw", drawing(&room, far, far + HOUR)),
            ("draw", json!({"roomId": room, "startsAt": "yesterday", "endsAt": "today"})),
        ];
        let mut debugging = app.minji.socket("&debug=1").await;
        debugging.hello().await;
        let mut silent = enter(&app.minji).await;
        silent.watch(&["presence", TODAY]).await;
        debugging.waiting().await;
        for (n, (kind, data)) in bad.into_iter().enumerate() {
            // Each pair of sockets' frames within its budget.
            app.set_clock(START + i64::try_from(n).unwrap_or(0) * 2 * SECOND);
            debugging.say(kind, data.clone()).await;
            let answer = debugging.waiting().await;
            assert_eq!((answer.len(), &answer[0]["type"]), (1, &json!("error")), "{kind} {data}: {answer:?}");
            silent.say(kind, data.clone()).await;
            assert_eq!(silent.waiting().await, [] as [Value; 0], "{kind} {data}");
        }
        assert_eq!(junho.told("draw:update").await, [] as [Value; 0]);
        // Names that this build does not know are passed over, and what was watched stays so.
        let many: Vec<String> = (0..500).map(|n| format!("chat:{n}")).collect();
        silent.say("watch", json!({"views": many})).await;
        assert_eq!(silent.waiting().await, [] as [Value; 0]);
        let told = silent.watch(&["chat:1", "timeline:never", "timeline:", "presence"]).await;
        assert_eq!(told.len(), 1);
    }
}
