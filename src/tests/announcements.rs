//! Announcements: who gets them and when, exactly once, and what people do with them.

use super::helpers::{Answer, Client, Engine, START, TestApp, assert_fields, assert_refused, at, on_both_engines};
use crate::accounts::model::Role;
use crate::dashboard::server::dashboard;
use crate::realtime::protocol::Event;
use crate::server::jobs;
use crate::time::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

const PATH: &str = "/announcements";

#[track_caller]
fn done((status, body): Answer) -> Value {
    assert!(status.is_success(), "{status}: {body}");
    body
}

fn path(announcement: &Value, command: &str) -> String {
    format!("{PATH}/{}{command}", announcement["id"].as_str().expect("an id"))
}

/// Topic and type of each event after a point.
async fn headlines(app: &TestApp, after: i64) -> Vec<(String, String)> {
    let member = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    app.events_after(after).await.iter().map(|event| (member(event, "topic"), member(event, "type"))).collect()
}

fn to(topic: &impl ToString, kind: &str) -> (String, String) {
    (topic.to_string(), kind.to_owned())
}

/// The messages that somebody who connects now is shown.
async fn shown(client: &Client) -> Vec<String> {
    let list = done(client.get(PATH).await);
    let items = list["items"].as_array().expect("items").iter();
    items.map(|item| item["announcement"]["body"].as_str().expect("a body").to_owned()).collect()
}

async fn announce(app: &TestApp, body: Value) -> Value {
    let (status, made) = app.admin.post(PATH, body).await;
    assert_eq!(status.as_u16(), 201, "{made}");
    made
}

fn user(client: &Client) -> String {
    format!("user:{}", client.id)
}

on_both_engines! {
    async fn an_announcement_to_everybody_goes_out_in_the_documented_shape(app: TestApp) {
        let mut socket = app.minji.socket("").await;
        socket.hello().await;
        let head = app.head().await;
        let body = json!({"message": " <script>alert(1)</script> ", "level": "warning", "expiresAt": at(2)});
        let made = announce(&app, body).await;
        assert_eq!((&made["message"], &made["level"]), (&json!("<script>alert(1)</script>"), &json!("warning")));
        let events = app.whole_events_after(head).await;
        assert_eq!(
            events[0],
            json!({
                "type": "system:notification",
                "data": {
                    "message": "<script>alert(1)</script>", "userId": app.admin.id, "level": "warning",
                    "announcement": {
                        "id": made["id"], "kind": "notification", "severity": "advisory", "title": "",
                        "body": "<script>alert(1)</script>", "startsAt": START, "expiresAt": at(2),
                        "ackRequired": false, "ackOptions": [], "audience": {"type": "everyone"}
                    },
                    "activity": {
                        "id": events[0]["data"]["activity"]["id"], "at": START, "kind": "announced",
                        "actor": {"id": app.admin.id, "name": "admin"}, "subject": "<script>alert(1)</script>"
                    }
                },
                "timestamp": START, "userId": app.admin.id, "seq": head + 1, "topic": "org", "prev": 0
            })
        );
        assert_eq!(headlines(&app, head).await[1..], [to(&"admin", "announcement:changed")]);
        let frame = socket.durable().await;
        assert!(matches!(frame.event, Event::SystemNotification(_)), "everybody hears of it at once");

        // Whoever comes later sees it until it ends.
        assert_eq!(shown(&app.seoyeon).await, ["<script>alert(1)</script>"]);
        let mut app = app;
        app.later(at(2) - 1).await;
        assert_eq!(shown(&app.seoyeon).await.len(), 1);
        app.set_clock(at(2));
        assert_eq!(shown(&app.seoyeon).await.len(), 0);
        let head = app.head().await;
        let maintenance = json!({"message": "점검", "kind": "maintenance", "severity": "major"});
        announce(&app, maintenance).await;
        let event = &app.events_after(head).await[0];
        assert_eq!((&event["type"], &event["data"]["level"]), (&json!("system:maintenance"), &json!("error")));
    }

    async fn what_cannot_be_sent_is_refused(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        let message = json!({"message": "a"});
        assert_refused(&app.minji.post(PATH, message.clone()).await, 403, "FORBIDDEN");
        let with = |extra: Value| {
            let mut body = message.clone();
            for (name, value) in extra.as_object().expect("an object") {
                body[name] = value.clone();
            }
            body
        };
        for (extra, field, rule) in [
            (json!({"message": "  "}), "message", "REQUIRED"),
            (json!({"message": "x".repeat(4_001)}), "message", "MAX_LENGTH"),
            (json!({"message": "x".repeat(10_000)}), "message", "MAX_LENGTH"),
            (json!({"message": "a\u{0}b"}), "message", "NUL_CHARACTER"),
            (json!({"title": "x".repeat(201)}), "title", "MAX_LENGTH"),
            (json!({"expiresAt": START}), "expiresAt", "IN_THE_PAST"),
            (json!({"expiresAt": START - DAY}), "expiresAt", "IN_THE_PAST"),
            (json!({"startsAt": at(2), "expiresAt": at(1)}), "expiresAt", "ENDS_BEFORE_START"),
            (json!({"startsAt": START + 400 * DAY}), "startsAt", "TOO_FAR_AHEAD"),
            (json!({"audience": {"type": "users", "userIds": []}}), "audience", "REQUIRED"),
            (json!({"audience": {"type": "users", "userIds": ["999"]}}), "audience", "UNKNOWN"),
            (json!({"audience": {"type": "floor", "floor": "99층"}}), "audience", "UNKNOWN"),
            (json!({"audience": {"type": "room", "roomId": "999"}}), "audience", "UNKNOWN"),
            (json!({"audience": {"type": "room", "roomId": room.id}}), "audience", "REQUIRED"),
            (json!({"ackRequired": true, "ackOptions": [{"id": "", "label": "x"}]}), "ackOptions", "REQUIRED"),
        ] {
            assert_fields(&app.admin.post(PATH, with(extra)).await, &[(field, rule)]);
        }
        for malformed in [json!({}), json!({"message": 1}), with(json!({"level": "loud"})), with(json!({"audience": {"type": "x"}}))] {
            assert_refused(&app.admin.post(PATH, malformed).await, 400, "MALFORMED_REQUEST");
        }
        for command in ["/cancel", "/dismiss"] {
            assert_refused(&app.admin.post(&format!("{PATH}/999{command}"), json!({})).await, 404, "NOT_FOUND");
        }
        assert_refused(&app.minji.get(&format!("{PATH}?all=true")).await, 403, "FORBIDDEN");
        assert_eq!(app.head().await, head);
        assert_eq!(app.count("SELECT COUNT(*) FROM announcements").await, 0);
    }

    async fn people_named_and_nobody_else_hear_of_it(app: TestApp) {
        let head = app.head().await;
        let audience = json!({"type": "users", "userIds": [app.junho.id, app.minji.id, app.junho.id]});
        let made = announce(&app, json!({"message": "둘에게", "audience": audience})).await;
        assert_eq!(made["recipientCount"], 2);
        let [first, second, third] = &headlines(&app, head).await[..] else { panic!("three events") };
        let mut told = [first.clone(), second.clone()];
        told.sort();
        let mut expected = [to(&user(&app.minji), "system:notification"), to(&user(&app.junho), "system:notification")];
        expected.sort();
        assert_eq!((told, third), (expected, &to(&"admin", "announcement:changed")));
        let event = &app.whole_events_after(head).await[0]["data"];
        assert_eq!(event["announcement"]["audience"], json!({"type": "users"}), "not who else");
        assert!(event["activity"].is_null());
        assert_eq!(shown(&app.junho).await, ["둘에게"]);
        assert_eq!(shown(&app.seoyeon).await, [""; 0]);
        assert_refused(&app.seoyeon.get(&path(&made, "")).await, 404, "NOT_FOUND");
        assert_refused(&app.seoyeon.post(&path(&made, "/dismiss"), json!({})).await, 404, "NOT_FOUND");
        assert_eq!(done(app.admin.get(&path(&made, "")).await)["audience"]["userIds"].as_array().map(Vec::len), Some(2));
    }

    async fn who_is_in_a_room_is_asked_at_the_start(app: TestApp) {
        let (here, there) = (app.room("한라산").await.id, app.room("백두산").await.id);
        let book = async |client: &Client, room, from, to, guests: Vec<crate::ids::UserId>| {
            let body = json!({"roomId": room, "title": "회의", "startsAt": from, "endsAt": to, "attendeeIds": guests});
            done(client.post("/reservations", body).await)
        };
        book(&app.minji, here, at(1), at(2), vec![app.junho.id]).await;
        book(&app.seoyeon, here, at(2), at(3), vec![]).await;
        book(&app.seoyeon, there, at(1), at(2), vec![]).await;
        let audience = json!({"type": "room", "roomId": here});
        announce(&app, json!({"message": "한라산에", "audience": audience, "startsAt": at(2) - 1})).await;
        announce(&app, json!({"message": "3층에", "audience": {"type": "floor", "floor": "3층"}, "startsAt": at(1)})).await;
        announce(&app, json!({"message": "다음 사람에게", "audience": audience, "startsAt": at(2)})).await;

        app.set_clock(at(1) - 1);
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(app.count("SELECT COUNT(*) FROM announcement_recipients").await, 0);
        for (now, expected) in [(at(1), 3), (at(2) - 1, 5), (at(2), 6)] {
            app.set_clock(now);
            jobs::step(&app.app).await.expect("a step");
            assert_eq!(app.count("SELECT COUNT(*) FROM announcement_recipients").await, expected, "{now}");
        }
        let mut app = app;
        app.later(at(2)).await;
        assert_eq!(shown(&app.minji).await, ["3층에", "한라산에"]);
        assert_eq!(shown(&app.junho).await, ["3층에", "한라산에"]);
        assert_eq!(shown(&app.seoyeon).await, ["다음 사람에게", "3층에"]);
    }

    async fn a_scheduled_one_goes_out_once_at_its_start_whatever_happens(app: TestApp) {
        let mut app = app;
        let body = json!({"message": "곧", "startsAt": at(1), "expiresAt": at(3)});
        let made = announce(&app, body).await;
        assert!(made["sentAt"].is_null());
        announce(&app, json!({"message": "짧은", "startsAt": at(1), "expiresAt": at(1) + MINUTE})).await;
        let called_off = announce(&app, json!({"message": "취소", "startsAt": at(1)})).await;
        done(app.admin.post(&path(&called_off, "/cancel"), json!({})).await);
        let head = app.head().await;
        let sent = async |app: &TestApp| {
            let events = headlines(app, head).await;
            events.iter().filter(|(topic, kind)| topic == "org" && kind == "system:notification").count()
        };
        app.set_clock(at(1) - 1);
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(sent(&app).await, 0);
        // Down at that moment: it goes out late, and what has expired meanwhile does not.
        app.set_clock(at(1) + 2 * MINUTE);
        app = app.restart().await;
        let (one, other) = tokio::join!(jobs::step(&app.app), jobs::step(&app.app));
        one.and(other).expect("both steps");
        assert_eq!(sent(&app).await, 1);
        app = app.restart().await;
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(sent(&app).await, 1, "once");
        app.later(at(2)).await;
        assert_eq!(shown(&app.minji).await, ["곧"]);
        let list = done(app.admin.get(&format!("{PATH}?all=true")).await);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(3));
        // The host's clock jumps back: nothing is sent twice, nothing is lost.
        app.set_clock(START);
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(sent(&app).await, 1);
    }

    async fn who_announced_sees_on_the_start_page_how_many_have_answered(app: TestApp) {
        let audience = json!({"type": "users", "userIds": [app.minji.id, app.junho.id]});
        let body = json!({"message": "훈련", "ackRequired": true, "audience": audience, "expiresAt": at(2)});
        let made = announce(&app, body).await;
        announce(&app, json!({"message": "소식"})).await;
        let asked = async |client: &Client, role: Role| {
            let page = dashboard(&app.app, &app.caller(client, role)).await.expect("a page").state;
            let list = page.asked.current(app.app.now()).into_iter();
            list.map(|m| (m.message.clone(), m.ack_count, m.recipient_count)).collect::<Vec<_>>()
        };
        assert_eq!(asked(&app.admin, Role::Admin).await, [("훈련".to_owned(), 0, Some(2))]);
        done(app.minji.post(&path(&made, "/ack"), json!({"optionId": "ok", "clientId": "1"})).await);
        assert_eq!(asked(&app.admin, Role::Admin).await, [("훈련".to_owned(), 1, Some(2))]);
        assert_eq!(asked(&app.minji, Role::Employee).await, [], "counts are the announcer's");
        assert_eq!(asked(&app.junho, Role::Admin).await, [], "and not another admin's");
        app.set_clock(at(2));
        assert_eq!(asked(&app.admin, Role::Admin).await, []);
    }

    async fn answers_count_once_and_the_board_is_live(app: TestApp) {
        let options = json!([{"id": "safe", "label": "안전합니다"}, {"id": "help", "label": "도움 필요"}]);
        let audience = json!({"type": "users", "userIds": [app.minji.id, app.junho.id]});
        let body = json!({"message": "화재", "severity": "critical", "ackOptions": options, "audience": audience});
        let made = announce(&app, body).await;
        assert_eq!(made["ackRequired"], true, "what is critical has to be answered");
        let mut board = app.admin.socket("").await;
        board.hello().await;
        let head = app.head().await;
        let answer = async |client: &Client, option: &str, number: &str| {
            client.post(&path(&made, "/ack"), json!({"optionId": option, "clientId": number})).await
        };
        let first = done(answer(&app.minji, "help", "1").await);
        assert_eq!(first["optionId"], "help");
        assert_eq!(done(answer(&app.minji, "help", "1").await), first);
        assert_eq!(done(answer(&app.minji, "help", "other tab").await), first);
        assert_eq!(
            headlines(&app, head).await,
            [to(&user(&app.minji), "announcement:acknowledged"), to(&"admin", "announcement:acknowledged")]
        );
        match board.durable().await.event {
            Event::AnnouncementAcknowledged(event) => {
                assert_eq!((event.ack.person.id, event.ack_count), (app.minji.id, 1));
            }
            other => panic!("{other:?}"),
        }
        // The newest answer counts, and a late repeat of the first does not undo it.
        app.set_clock(START + MINUTE);
        done(answer(&app.minji, "safe", "2").await);
        assert_eq!(done(answer(&app.minji, "help", "1").await)["optionId"], "safe");
        let acks = done(app.admin.get(&path(&made, "/ack")).await);
        assert_eq!(acks["items"].as_array().map(Vec::len), Some(1));
        assert_eq!((&acks["items"][0]["optionId"], acks["recipients"].as_array().map(Vec::len)), (&json!("safe"), Some(2)));
        assert_refused(&app.minji.get(&path(&made, "/ack")).await, 403, "FORBIDDEN");

        assert_fields(&answer(&app.junho, "maybe", "1").await, &[("optionId", "UNKNOWN")]);
        assert_fields(&answer(&app.junho, "safe", "").await, &[("clientId", "REQUIRED")]);
        assert_fields(&answer(&app.junho, "safe", &"x".repeat(65)).await, &[("clientId", "MAX_LENGTH")]);
        assert_refused(&answer(&app.seoyeon, "safe", "1").await, 404, "NOT_FOUND");
        assert_refused(&app.junho.post(&path(&made, "/dismiss"), json!({})).await, 403, "FORBIDDEN");
        done(app.admin.post(&path(&made, "/cancel"), json!({})).await);
        assert_refused(&answer(&app.junho, "safe", "1").await, 409, "ANNOUNCEMENT_CLOSED");
        assert_eq!(shown(&app.junho).await, [""; 0]);
    }

    async fn what_was_put_away_stays_away_on_all_devices(app: TestApp) {
        let made = announce(&app, json!({"message": "점심"})).await;
        let mut other_tab = app.minji.socket("").await;
        other_tab.hello().await;
        let head = app.head().await;
        for _ in 0..2 {
            done(app.minji.post(&path(&made, "/dismiss"), json!({})).await);
        }
        assert_eq!(headlines(&app, head).await, [to(&user(&app.minji), "announcement:dismissed")]);
        assert!(matches!(other_tab.durable().await.event, Event::AnnouncementDismissed(_)));
        let list = done(app.minji.get(PATH).await);
        assert_eq!(list["items"][0]["dismissed"], true);
        assert_eq!(done(app.junho.get(PATH).await)["items"][0]["dismissed"], false);
    }

    async fn a_change_reaches_those_who_have_it(app: TestApp) {
        let made = announce(&app, json!({"message": "물이 안 나옵니다", "expiresAt": at(1)})).await;
        let edit = async |version: &Value, body: Value| {
            let mut body = body;
            body["version"] = version.clone();
            app.admin.request("PUT", &path(&made, "")).json(&body).send().await.expect("an answer")
        };
        let head = app.head().await;
        let answer = edit(&made["version"], json!({"message": "나옵니다", "expiresAt": at(2)})).await;
        assert_eq!(answer.status().as_u16(), 200);
        let after: Value = answer.json().await.expect("JSON");
        let event = &app.events_after(head).await[0];
        assert_eq!((&event["topic"], &event["data"]["message"]), (&json!("org"), &json!("나옵니다")));
        assert_eq!(event["data"]["announcement"]["updateOf"], made["id"]);
        assert_eq!(shown(&app.junho).await, ["나옵니다"]);

        assert_eq!(edit(&made["version"], json!({"message": "늦음"})).await.status().as_u16(), 409);
        let other = json!({"message": "a", "audience": {"type": "floor", "floor": "3층"}});
        assert_eq!(edit(&after["version"], other).await.status().as_u16(), 422, "to whom it went is settled");
        assert_eq!(edit(&json!(null), json!({"message": "a"})).await.status().as_u16(), 422);

        let head = app.head().await;
        done(app.admin.post(&path(&made, "/cancel"), json!({})).await);
        let event = &app.events_after(head).await[0]["data"];
        assert_eq!((&event["message"], &event["announcement"]["cancelled"]), (&json!("[취소] 나옵니다"), &json!(true)));
        let again = app.admin.post(&path(&made, "/cancel"), json!({})).await;
        assert_refused(&again, 409, "ANNOUNCEMENT_CLOSED");
    }

    async fn a_repeated_request_announces_once(app: TestApp) {
        let send = async || {
            let request = app.admin.request("POST", PATH).header("idempotency-key", "k").json(&json!({"message": "a"}));
            app.admin.send(request).await
        };
        let first = send().await;
        assert_eq!((first.0.as_u16(), send().await), (201, first));
        assert_eq!(app.count("SELECT COUNT(*) FROM announcements").await, 1);
    }

    async fn pages_show_what_was_written_as_text(app: TestApp) {
        let room = app.room("<i>한라산</i>").await;
        app.minji.book(room.id, 1).await;
        announce(&app, json!({"message": "<script>alert(1)</script>", "severity": "critical"})).await;
        let (minji, admin) = (app.browser("minji", false).await, app.browser("admin", false).await);
        for (browser, page, wanted) in [
            (&minji, "/", 200),
            (&minji, "/timeline", 200),
            (&minji, "/approvals", 200),
            (&admin, "/admin/announcements", 200),
            (&admin, "/admin/rooms", 200),
            (&minji, "/admin/announcements", 403),
        ] {
            let (status, html) = browser.get(page).await;
            let html = html.as_str().expect("a page");
            assert_eq!(status.as_u16(), wanted, "{page}");
            assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page} has the banner");
            assert!(!html.contains("<script>alert(1)") && !html.contains("<i>한라산"), "{page}");
        }
    }

    async fn activity_is_paged_and_keeps_secrets(app: TestApp) {
        let room = app.room("한라산").await;
        app.minji.book(room.id, 1).await;
        let secret = json!({"roomId": room.id, "title": "연봉 협상", "startsAt": at(2), "endsAt": at(3), "private": true});
        done(app.minji.post("/reservations", secret).await);
        announce(&app, json!({"message": "첫 줄\n둘째 줄"})).await;
        let page = done(app.junho.get("/activity?limit=2").await);
        assert_eq!(
            page["items"],
            json!([
                {"id": page["items"][0]["id"], "at": START, "kind": "announced",
                 "actor": {"id": app.admin.id, "name": "admin"}, "subject": "첫 줄"},
                {"id": page["items"][1]["id"], "at": START, "kind": "booked", "actor": null,
                 "room": {"id": room.id, "name": "한라산"}, "reservationId": page["items"][1]["reservationId"],
                 "startsAt": at(2), "endsAt": at(3)},
            ])
        );
        let next = page["next"].as_str().expect("another page");
        let rest = done(app.junho.get(&format!("/activity?limit=2&before={next}")).await);
        let kinds: Vec<_> = rest["items"].as_array().expect("items").iter().map(|line| &line["kind"]).collect();
        assert_eq!((kinds, &rest["next"]), (vec![&json!("booked"), &json!("room_created")], &Value::Null));
        assert_eq!(rest["items"][0]["actor"]["name"], "minji");
        for limit in ["0", "101"] {
            assert_fields(&app.junho.get(&format!("/activity?limit={limit}")).await, &[("limit", "RANGE")]);
        }

        // It outlives the log, but not for ever.
        app.set_clock(START + 180 * DAY);
        jobs::tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity").await, 4);
        app.set_clock(START + 180 * DAY + HOUR);
        jobs::tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity").await, 0);
    }
}
