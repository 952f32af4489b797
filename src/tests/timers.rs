//! Timers by REST: every command and every refusal, people and their rights, deadlines, history.

use super::helpers::{Client, Engine, START, TestApp, assert_fields, assert_refused, at, on_both_engines};
use crate::ids::UserId;
use crate::time::{DAY, HOUR, MINUTE, SECOND};
use crate::timers::server::engine;
use http::StatusCode;
use serde_json::{Value, json};

impl Client {
    async fn start_timer(&self, new: Value) -> Value {
        let (status, timer) = self.post("/timers", new).await;
        assert_eq!(status, StatusCode::CREATED, "{timer}");
        timer
    }

    async fn command(&self, timer: &Value, command: &str, body: Value) -> super::helpers::Answer {
        self.post(&format!("/timers/{}/{command}", text(timer, "id")), body).await
    }

    async fn must(&self, timer: &Value, command: &str, body: Value) -> Value {
        let (status, timer) = self.command(timer, command, body).await;
        assert_eq!(status, StatusCode::OK, "{command}: {timer}");
        timer
    }

    async fn timer(&self, timer: &Value) -> super::helpers::Answer {
        self.get(&format!("/timers/{}", text(timer, "id"))).await
    }
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} of {value}"))
}

/// Types and receivers of what was told after a point, but for bells.
async fn told(app: &TestApp, seq: i64) -> Vec<(String, String)> {
    let events = app.events_after(seq).await;
    events.iter().map(|event| (text(event, "type").to_owned(), text(event, "topic").to_owned())).collect()
}

fn user(id: UserId) -> String {
    format!("user:{id}")
}

on_both_engines! {
    async fn a_timer_from_its_start_to_its_end(app: TestApp) {
        let timer = app.minji.start_timer(json!({"allocatedDuration": 1500, "title": "기획서 초안", "tags": ["기획"],
            "scheduleId": "f00-1", "todoId": "a b", "description": "둘째 장"})).await;
        assert_eq!(timer, json!({
            "id": timer["id"], "ownerId": app.minji.id, "isShared": false,
            "people": [{"id": app.minji.id, "name": "minji", "role": "host", "joinedAt": START}],
            "scheduleId": "f00-1", "todoId": "a b", "title": "기획서 초안", "description": "둘째 장", "tags": ["기획"],
            "kind": "plain", "holdNotifications": false, "allocatedDuration": 1500, "elapsedTime": 0, "elapsedMs": 0,
            "status": "RUNNING", "startedAt": START, "endsAt": START + 1_500 * SECOND, "createdAt": START,
            "updatedAt": START, "pauseHistory": [{"action": "start", "at": START}], "version": 1,
        }));
        let id = uuid::Uuid::parse_str(text(&timer, "id")).expect("a UUID");
        assert_eq!(id.get_version_num(), 7);

        app.set_clock(START + 10_500);
        assert_eq!(app.minji.timer(&timer).await.1["elapsedTime"], 10, "as of now");
        let paused = app.minji.must(&timer, "pause", json!({"version": 1})).await;
        assert_eq!((&paused["status"], &paused["elapsedTime"], &paused["endsAt"]), (&json!("PAUSED"), &json!(10), &Value::Null));
        assert_eq!((&paused["elapsedMs"], &paused["pausedAt"], &paused["version"]), (&json!(10_500), &json!(START + 10_500), &json!(2)));

        app.set_clock(START + MINUTE);
        assert_eq!(app.minji.timer(&timer).await.1, paused, "a pause stands still");
        let resumed = app.minji.must(&timer, "resume", json!({})).await;
        assert_eq!(resumed["endsAt"], json!(START + MINUTE + 1_500 * SECOND - 10_500));
        let longer = app.minji.must(&timer, "extend", json!({"seconds": 300})).await;
        assert_eq!(longer["allocatedDuration"], 1800);

        app.set_clock(START + 2 * MINUTE);
        let stopped = app.minji.must(&timer, "stop", json!({})).await;
        assert_eq!((&stopped["status"], &stopped["elapsedTime"]), (&json!("COMPLETED"), &json!(70)));
        let steps: Vec<_> = stopped["pauseHistory"].as_array().expect("steps").iter()
            .map(|step| (text(step, "action").to_owned(), step["elapsed"].clone())).collect();
        assert_eq!(steps, [("start".into(), Value::Null), ("pause".into(), json!(10)), ("resume".into(), Value::Null),
            ("stop".into(), json!(70))]);
        assert_eq!(app.minji.timer(&timer).await.1, stopped);
        let (_, list) = app.minji.get("/timers").await;
        assert_eq!((&list["items"], &list["seq"]), (&json!([]), &json!(app.head().await)));
    }

    async fn commands_that_do_not_fit_are_refused(app: TestApp) {
        let timer = app.minji.start_timer(json!({"allocatedDuration": 60})).await;
        let head = app.head().await;
        assert_refused(&app.minji.command(&timer, "resume", json!({})).await, 409, "TIMER_NOT_PAUSED");
        assert_refused(&app.minji.command(&timer, "pause", json!({"version": 7})).await, 409, "STALE_VERSION");
        for seconds in [json!(0), json!(-1), json!(86_400), json!(9_223_372_036_854_775_807_i64)] {
            let refused = app.minji.command(&timer, "extend", json!({"seconds": seconds})).await;
            assert_fields(&refused, &[("seconds", "RANGE")]);
        }
        for (secs, status) in [(json!(0), 422), (json!(-1), 422), (json!(86_401), 422), (json!("60"), 400),
            (json!(1.5), 400), (json!(null), 400), (json!(1e30), 400)]
        {
            let (found, body) = app.minji.post("/timers", json!({"allocatedDuration": secs})).await;
            assert_eq!(found.as_u16(), status, "{secs}: {body}");
        }
        assert_eq!(app.head().await, head, "refusals tell nobody");

        app.minji.must(&timer, "pause", json!({})).await;
        assert_refused(&app.minji.command(&timer, "pause", json!({})).await, 409, "TIMER_NOT_RUNNING");
        app.minji.must(&timer, "cancel", json!({})).await;
        for command in ["pause", "resume", "stop", "cancel"] {
            let refused = app.minji.command(&timer, command, json!({})).await;
            assert_refused(&refused, 409, "TIMER_ALREADY_COMPLETED");
        }
        for (command, body) in [("extend", json!({"seconds": 5})), ("share", json!({"userIds": [app.junho.id]}))] {
            assert_refused(&app.minji.command(&timer, command, body).await, 409, "TIMER_ALREADY_COMPLETED");
        }
        let path = format!("/timers/{}", text(&timer, "id"));
        let longer = app.minji.patch(&path, json!({"allocatedDuration": 90})).await;
        assert_refused(&longer, 409, "TIMER_ALREADY_COMPLETED");
        let (status, named) = app.minji.patch(&path, json!({"title": "메일", "tags": ["a", "a"]})).await;
        assert_eq!((status.as_u16(), &named["title"], &named["tags"]), (200, &json!("메일"), &json!(["a"])));
    }

    async fn a_repeated_request_starts_one_timer(app: TestApp) {
        let once = || app.minji.request("POST", "/timers").header("idempotency-key", "k1");
        let first = app.minji.send(once().json(&json!({"allocatedDuration": 60}))).await;
        let again = app.minji.send(once().json(&json!({"allocatedDuration": 60}))).await;
        assert_eq!(first, again);
        let other = app.minji.send(once().json(&json!({"allocatedDuration": 61}))).await;
        assert_refused(&other, 422, "IDEMPOTENCY_MISMATCH");
        assert_eq!(app.count("SELECT COUNT(*) FROM timers").await, 1);
    }

    async fn each_timer_ends_once_at_its_deadline(app: TestApp) {
        let timer = app.minji.start_timer(json!({"allocatedDuration": 60, "userIds": [app.junho.id]})).await;
        app.minji.start_timer(json!({"allocatedDuration": 61})).await;
        let head = app.head().await;
        app.set_clock(START + MINUTE - 1);
        assert_eq!(engine::complete_due(&app.app).await.expect("a look"), 0);
        app.set_clock(START + MINUTE + 300);
        let (_, list) = app.minji.get("/timers").await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "it is over, noticed or not");
        let (a, b) = tokio::join!(engine::complete_due(&app.app), engine::complete_due(&app.app));
        assert_eq!(a.expect("a look") + b.expect("another"), 1, "once, whoever looks");
        assert_eq!(engine::complete_due(&app.app).await.expect("a look"), 0);
        let mut completed = vec![("timer:completed".to_owned(), user(app.minji.id)), ("timer:completed".into(), user(app.junho.id))];
        completed.sort();
        let mut heard = told(&app, head).await;
        heard.sort();
        assert_eq!(heard, completed);
        let ended = app.minji.timer(&timer).await.1;
        assert_eq!((&ended["status"], &ended["endedAt"], &ended["updatedAt"], &ended["elapsedTime"]),
            (&json!("COMPLETED"), &json!(START + MINUTE), &json!(START + MINUTE), &json!(60)));
    }

    async fn a_command_after_the_deadline_finds_it_ended_there(app: TestApp) {
        let timer = app.minji.start_timer(json!({"allocatedDuration": 60})).await;
        app.set_clock(START + 2 * MINUTE);
        let head = app.head().await;
        assert_refused(&app.minji.command(&timer, "pause", json!({})).await, 409, "TIMER_ALREADY_COMPLETED");
        assert_eq!(told(&app, head).await, [("timer:completed".to_owned(), user(app.minji.id))]);
        assert_eq!(app.minji.timer(&timer).await.1["endedAt"], json!(START + MINUTE));
    }

    async fn a_process_that_was_down_misses_no_deadline(app: TestApp) {
        let mut app = app;
        let timer = app.minji.start_timer(json!({"allocatedDuration": 60})).await;
        let series = json!({"allocatedDuration": 1500, "cycle": {"rest": 300, "rounds": 3}});
        app.minji.start_timer(series).await;
        app.set_clock(START + HOUR);
        app = app.restart().await;
        crate::server::jobs::step(&app.app).await.expect("the jobs' step");
        app.later(START + HOUR).await;
        assert_eq!(app.minji.timer(&timer).await.1["endedAt"], json!(START + MINUTE));
        // Two rounds of 25 minutes and two rests of 5 lie behind; the third round goes on for 25.
        assert_eq!(app.count("SELECT COUNT(*) FROM timers WHERE kind = 'focus'").await, 3);
        assert_eq!(app.count("SELECT COUNT(*) FROM timers WHERE kind = 'break'").await, 2);
        let (_, list) = app.minji.get("/timers").await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
        let running = &list["items"][0];
        assert_eq!((&running["startedAt"], &running["endsAt"]), (&json!(START + HOUR), &json!(START + 85 * MINUTE)));
        assert_eq!(running["cycle"], json!({"work": 1500, "rest": 300, "rounds": 3, "round": 3}));
        app.set_clock(START + 2 * HOUR);
        engine::complete_due(&app.app).await.expect("the end of the series");
        assert_eq!(app.count("SELECT COUNT(*) FROM timers WHERE status <> 'COMPLETED'").await, 0);
    }

    async fn hosts_command_and_participants_watch(app: TestApp) {
        let timer = app.minji.start_timer(json!({"allocatedDuration": 600})).await;
        for refused in [app.junho.timer(&timer).await, app.junho.command(&timer, "pause", json!({})).await,
            app.admin.command(&timer, "stop", json!({})).await] {
            assert_refused(&refused, 404, "NOT_FOUND");
        }
        app.set_clock(START + 90 * SECOND);
        let head = app.head().await;
        let shared = app.minji.must(&timer, "share", json!({"userIds": [app.junho.id]})).await;
        assert_eq!((&shared["isShared"], &shared["version"], &shared["elapsedTime"]), (&json!(true), &json!(2), &json!(90)));
        let roles: Vec<_> = shared["people"].as_array().expect("people").iter()
            .map(|person| (text(person, "name").to_owned(), text(person, "role").to_owned(), person["joinedAt"].clone())).collect();
        assert_eq!(roles, [("minji".into(), "host".into(), json!(START)),
            ("junho".into(), "participant".into(), json!(START + 90 * SECOND))]);
        assert_eq!(told(&app, head).await, [("timer:updated".to_owned(), user(app.minji.id)),
            ("timer:created".to_owned(), user(app.junho.id))], "new to who is new");
        assert_eq!(app.junho.timer(&timer).await.1["endsAt"], timer["endsAt"], "the right time at once");
        for command in ["pause", "resume", "stop", "cancel"] {
            assert_refused(&app.junho.command(&timer, command, json!({})).await, 403, "FORBIDDEN");
        }
        assert_refused(&app.junho.command(&timer, "share", json!({"userIds": [app.seoyeon.id]})).await, 403, "FORBIDDEN");

        let head = app.head().await;
        let same = app.minji.must(&timer, "share", json!({"userIds": [app.junho.id, app.minji.id]})).await;
        assert_eq!((&same["version"], app.head().await), (&json!(2), head), "nothing new");
        app.minji.must(&timer, "share", json!({"userIds": [app.junho.id], "role": "host"})).await;
        let paused = app.junho.must(&timer, "pause", json!({})).await;
        assert_eq!(paused["status"], "PAUSED");
        assert_fields(&app.minji.command(&timer, "share", json!({})).await, &[("userIds", "REQUIRED")]);
        assert_fields(&app.minji.command(&timer, "share", json!({"userIds": ["999"]})).await, &[("userIds", "UNKNOWN")]);

        let people = format!("/timers/{}/people", text(&timer, "id"));
        let owner = app.junho.delete(&format!("{people}/{}", app.minji.id)).await;
        assert_refused(&owner, 403, "FORBIDDEN");
        let nobody = app.minji.delete(&format!("{people}/{}", app.seoyeon.id)).await;
        assert_refused(&nobody, 404, "NOT_FOUND");
        let head = app.head().await;
        assert_eq!(app.junho.delete(&format!("{people}/{}", app.junho.id)).await.0, StatusCode::NO_CONTENT);
        let last = app.events_after(head).await.pop().expect("a goodbye");
        assert_eq!((text(&last, "topic"), &last["data"]["people"]), (user(app.junho.id).as_str(), &json!([])));
        assert_refused(&app.junho.timer(&timer).await, 404, "NOT_FOUND");
    }

    async fn the_people_of_a_booking_share_its_timer(app: TestApp) {
        let room = app.room("한라산").await;
        let (_, booking) = app.minji.post("/reservations", json!({"roomId": room.id, "title": "주간 회의",
            "startsAt": at(0), "endsAt": at(1), "attendeeIds": [app.junho.id], "private": true})).await;
        let timer = app.minji.start_timer(json!({"allocatedDuration": 3600, "scheduleId": booking["id"]})).await;
        assert_eq!(timer["kind"], "meeting", "it is one of hers");
        let theirs = app.seoyeon.start_timer(json!({"allocatedDuration": 60, "scheduleId": booking["id"]})).await;
        assert_eq!((&theirs["kind"], &theirs["scheduleId"]), (&json!("plain"), &booking["id"]), "kept, and no more");
        let unknown = app.seoyeon.command(&theirs, "share", json!({"reservationId": booking["id"]})).await;
        assert_fields(&unknown, &[("reservationId", "UNKNOWN")]);
        let none = app.minji.command(&timer, "share", json!({"reservationId": "999"})).await;
        assert_fields(&none, &[("reservationId", "UNKNOWN")]);
        let shared = app.minji.must(&timer, "share", json!({"reservationId": booking["id"]})).await;
        let ids: Vec<_> = shared["people"].as_array().expect("people").iter().map(|person| person["id"].clone()).collect();
        assert_eq!(ids, [json!(app.minji.id), json!(app.junho.id)]);
    }

    async fn nobody_has_more_timers_than_they_can_watch(app: TestApp) {
        for _ in 0..100 {
            app.minji.start_timer(json!({"allocatedDuration": 60})).await;
        }
        let refused = app.minji.post("/timers", json!({"allocatedDuration": 60})).await;
        assert_refused(&refused, 429, "RATE_LIMIT_EXCEEDED");
        app.junho.start_timer(json!({"allocatedDuration": 60})).await;
        app.set_clock(START + MINUTE);
        engine::complete_due(&app.app).await.expect("they end");
        app.minji.start_timer(json!({"allocatedDuration": 60})).await;
    }

    async fn the_history_counts_days_and_tags(app: TestApp) {
        let mut app = app;
        let focus = json!({"allocatedDuration": 1500, "kind": "focus", "tags": ["기획"], "title": "=초안, 1"});
        let timer = app.minji.start_timer(focus).await;
        app.set_clock(START + 10 * MINUTE);
        app.minji.must(&timer, "stop", json!({})).await;
        let given_up = app.minji.start_timer(json!({"allocatedDuration": 600})).await;
        app.minji.must(&given_up, "cancel", json!({})).await;
        app.later(START + DAY).await;
        assert_eq!(app.minji.put("/timers/goal", json!({"minutes": 90})).await.1, json!({"minutes": 90}));
        app.minji.start_timer(json!({"allocatedDuration": 600})).await;
        app.set_clock(START + DAY + MINUTE);
        let (status, history) = app.minji.get("/timers/history?from=2026-11-23&to=2026-11-24").await;
        assert_eq!(status, StatusCode::OK, "{history}");
        assert_eq!(history["days"], json!([
            {"date": "2026-11-23", "focusSecs": 600, "meetingSecs": 0, "otherSecs": 0, "tags": [{"tag": "기획", "secs": 600}]},
            {"date": "2026-11-24", "focusSecs": 0, "meetingSecs": 0, "otherSecs": 60, "tags": []},
        ]));
        assert_eq!((history["timers"].as_array().map(Vec::len), &history["goalMinutes"]), (Some(2), &json!(90)));
        assert_eq!(app.minji.get("/timers/history").await.1["days"].as_array().map(Vec::len), Some(7));
        assert_eq!(app.junho.get("/timers/history").await.1["timers"], json!([]));

        let (_, table) = app.minji.get("/timers/history.csv?from=2026-11-23&to=2026-11-23").await;
        assert_eq!(table, "\u{feff}날짜,시작,끝,제목,종류,태그,배정(초),경과(초),상태\r\n\
            2026-11-23,2026-11-23 09:00:00,2026-11-23 09:10:00,\"'=초안, 1\",집중,기획,1500,600,COMPLETED\r\n");

        for (query, rule) in [("from=2026-11-24&to=2026-11-23", "ENDS_BEFORE_START"), ("from=2026-01-01&to=2026-11-23", "SPAN_TOO_WIDE")] {
            assert_fields(&app.minji.get(&format!("/timers/history?{query}")).await, &[("to", rule)]);
        }
        assert_eq!(app.minji.get("/timers/history?from=yesterday").await.0, StatusCode::BAD_REQUEST);
        for minutes in [0, 1_441] {
            assert_fields(&app.minji.put("/timers/goal", json!({"minutes": minutes})).await, &[("minutes", "RANGE")]);
        }
        assert_eq!(app.minji.put("/timers/goal", json!({"minutes": null})).await.1, json!({"minutes": null}));
        assert_eq!(app.minji.get("/timers/history").await.1["goalMinutes"], Value::Null);
    }

    async fn a_list_of_things_to_do_is_ones_own(app: TestApp) {
        let add = async |title: &str| app.minji.post("/todos", json!({"title": title})).await.1;
        let (first, second, third) = (add(" 하나 ").await, add("둘").await, add("셋").await);
        assert_eq!((&first["title"], &first["position"], &third["position"]), (&json!("하나"), &json!(0), &json!(2)));
        let path = format!("/todos/{}", text(&second, "id"));
        let (_, done) = app.minji.patch(&path, json!({"done": true, "version": 1})).await;
        assert_eq!((&done["doneAt"], &done["version"]), (&json!(START), &json!(2)));
        assert_refused(&app.minji.patch(&path, json!({"title": "x", "version": 1})).await, 409, "STALE_VERSION");
        let (_, again) = app.minji.patch(&path, json!({"done": false, "title": "두 번째"})).await;
        assert_eq!((&again["doneAt"], &again["title"]), (&Value::Null, &json!("두 번째")));

        let (_, list) = app.minji.put("/todos/order", json!({"todoIds": [third["id"], first["id"]]})).await;
        let order: Vec<_> = list["items"].as_array().expect("items").iter().map(|todo| todo["id"].clone()).collect();
        assert_eq!(order, [third["id"].clone(), first["id"].clone(), second["id"].clone()]);
        assert_eq!(app.minji.get("/todos").await.1, list, "as it was answered");
        let order = async |ids: Value| app.minji.put("/todos/order", json!({"todoIds": ids})).await;
        assert_fields(&order(json!([first["id"], first["id"]])).await, &[("todoIds", "DUPLICATE")]);
        assert_fields(&order(json!(["999"])).await, &[("todoIds", "UNKNOWN")]);

        assert_eq!(app.junho.get("/todos").await.1, json!({"items": []}));
        assert_refused(&app.junho.patch(&path, json!({"done": true})).await, 404, "NOT_FOUND");
        assert_refused(&app.junho.delete(&path).await, 404, "NOT_FOUND");
        assert_eq!(app.minji.delete(&path).await.0, StatusCode::NO_CONTENT);
        assert_refused(&app.minji.delete(&path).await, 404, "NOT_FOUND");
        assert_fields(&app.minji.post("/todos", json!({"title": "  "})).await, &[("title", "REQUIRED")]);
        assert_fields(&app.minji.post("/todos", json!({"title": "가".repeat(201)})).await, &[("title", "MAX_LENGTH")]);
    }
}
