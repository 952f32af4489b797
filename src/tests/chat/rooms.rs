//! Rooms and their members.

use super::{channel, done, fields, refused, room, say};
use crate::accounts::model::Role;
use crate::chat::server::find_channel;
use crate::server::jobs;
use crate::tests::helpers::{Client, Engine, TestApp, at, on_both_engines};
use crate::time::{HOUR, MINUTE};
use serde_json::{Value, json};

on_both_engines! {
    async fn a_channel_is_found_and_joined_by_anybody(app: TestApp) {
        let room = channel(&app).await;
        say(&app.minji, room, "먼저 쓴 글").await;
        let channels = done(app.seoyeon.get("/chat/channels").await);
        assert_eq!((&channels[0]["room"]["id"], &channels[0]["joined"]), (&json!(room.0), &json!(false)));
        done(app.seoyeon.post(&format!("/chat/rooms/{room}/members"), json!({})).await);
        let rooms = done(app.seoyeon.get("/chat/rooms").await);
        assert_eq!((&rooms[0]["name"], &rooms[0]["unread_count"], &rooms[0]["member_count"]), (&json!("제품 기획"), &json!(0), &json!(3)));
        refused(&app.seoyeon.post(&format!("/chat/rooms/{room}/members"), json!({})).await, 409, "ALREADY_MEMBER");
    }

    async fn a_channel_is_found_by_its_address_however_many_there_are(app: TestApp) {
        let channel = channel(&app).await;
        app.execute(
            "INSERT INTO chat_rooms (kind, slug, name, topic, last_seq, member_count, reader_count, version, created_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)
             SELECT 'channel', 'room-' || CAST(i AS TEXT), '가', '', 0, 0, 0, 1, 0 FROM n",
        )
        .await;
        let listed = done(app.seoyeon.get("/chat/channels").await);
        assert!(listed.as_array().is_some_and(|all| all.iter().all(|one| one["room"]["id"] != json!(channel.0))), "beyond the list");
        let slug = done(app.minji.get(&format!("/chat/rooms/{channel}")).await)["slug"].clone();
        let find = async |client: &Client, name: &str| {
            let found = find_channel(&app.app, &app.caller(client, Role::Employee), name).await.expect("looked up");
            found.map(|found| (found.room.id, found.joined))
        };
        for name in [channel.to_string(), slug.as_str().expect("a slug").to_owned()] {
            assert_eq!(find(&app.seoyeon, &name).await, Some((channel, false)), "{name}");
            assert_eq!(find(&app.junho, &name).await, Some((channel, true)), "{name}");
        }
        let group = room(&app.minji, json!({"name": "채용 검토", "kind": "private"})).await;
        done(app.minji.patch(&format!("/chat/rooms/{channel}"), json!({"archived": true})).await);
        for name in [channel.to_string(), group.to_string(), "99999".into(), "nowhere".into(), "not a slug\u{0}".into()] {
            assert_eq!(find(&app.seoyeon, &name).await, None, "{name}");
        }
    }

    async fn a_private_group_is_seen_by_its_members_only(app: TestApp) {
        let group = room(&app.minji, json!({"name": "채용 검토", "kind": "private", "memberIds": [app.junho.id]})).await;
        say(&app.minji, group, "비밀입니다").await;
        for stranger in [&app.seoyeon, &app.admin] {
            assert_eq!(done(stranger.get("/chat/channels").await), json!([]));
            assert_eq!(done(stranger.get("/chat/rooms").await), json!([]));
            refused(&stranger.get(&format!("/chat/rooms/{group}/messages")).await, 403, "FORBIDDEN");
            refused(&stranger.get(&format!("/chat/rooms/{group}/members")).await, 403, "FORBIDDEN");
            refused(&stranger.post(&format!("/chat/rooms/{group}/members"), json!({})).await, 403, "FORBIDDEN");
            refused(&stranger.get("/chat/messages/1").await, 403, "FORBIDDEN");
            refused(&stranger.get(&format!("/chat/rooms/{group}/export")).await, 403, "FORBIDDEN");
        }
        // A member adds nobody, its owner does.
        let add = json!({"user_id": app.seoyeon.id.0});
        refused(&app.junho.post(&format!("/chat/rooms/{group}/members"), add.clone()).await, 403, "FORBIDDEN");
        done(app.minji.post(&format!("/chat/rooms/{group}/members"), add).await);
    }

    async fn two_people_have_one_room(app: TestApp) {
        let direct = |with: crate::ids::UserId| json!({"kind": "direct", "memberIds": [with]});
        let mine = room(&app.minji, direct(app.junho.id)).await;
        assert_eq!(room(&app.junho, direct(app.minji.id)).await, mine);
        let rooms = done(app.minji.get("/chat/rooms").await);
        assert_eq!((&rooms[0]["name"], &rooms[0]["kind"]), (&json!("junho"), &json!("direct")));
        assert_eq!(done(app.junho.get("/chat/rooms").await)[0]["name"], json!("minji"));
        for alone in [json!([]), json!([app.minji.id]), json!([app.junho.id, app.seoyeon.id])] {
            fields(&app.minji.post("/chat/rooms", json!({"kind": "direct", "memberIds": alone})).await, &[("memberIds", "RANGE")]);
        }
        // Nobody else comes, and nobody goes.
        refused(&app.minji.post(&format!("/chat/rooms/{mine}/members"), json!({"user_id": app.seoyeon.id.0})).await, 403, "FORBIDDEN");
        refused(&app.minji.delete(&format!("/chat/rooms/{mine}/members/{}", app.minji.id)).await, 403, "FORBIDDEN");
        refused(&app.minji.patch(&format!("/chat/rooms/{mine}"), json!({"name": "x"})).await, 403, "FORBIDDEN");
    }

    async fn a_new_room_follows_the_rules(app: TestApp) {
        let post = |body: Value| { let client = app.minji.clone(); async move { client.post("/chat/rooms", body).await } };
        fields(&post(json!({"name": "x"})).await, &[("kind", "REQUIRED")]);
        fields(&post(json!({"kind": "channel"})).await, &[("name", "REQUIRED")]);
        fields(&post(json!({"kind": "channel", "name": "x".repeat(81)})).await, &[("name", "MAX_LENGTH")]);
        fields(&post(json!({"kind": "channel", "name": "x", "topic": "y".repeat(201)})).await, &[("topic", "MAX_LENGTH")]);
        fields(&post(json!({"kind": "channel", "name": "x", "slug": "123"})).await, &[("slug", "UNKNOWN")]);
        fields(&post(json!({"kind": "channel", "name": "x", "memberIds": ["99"]})).await, &[("memberIds", "UNKNOWN")]);
        fields(&post(json!({"kind": "channel", "name": "x", "reservationId": "1"})).await, &[("reservationId", "UNKNOWN")]);
        refused(&post(json!({"kind": "live", "reservationId": "99"})).await, 404, "NOT_FOUND");
        refused(&post(json!({"kind": "party", "name": "x"})).await, 400, "MALFORMED_REQUEST");
        let slugs: Vec<Value> = [post(json!({"kind": "channel", "name": "A b"})).await, post(json!({"kind": "channel", "name": "A b"})).await]
            .into_iter().map(|made| done(made)["slug"].clone()).collect();
        assert_eq!(slugs[0], json!("a-b"));
        assert_ne!(slugs[0], slugs[1], "a slug that nobody has chosen gives way");
        fields(&post(json!({"kind": "channel", "name": "x", "slug": "a-b"})).await, &[("slug", "DUPLICATE")]);
        let once = || app.minji.request("POST", "/chat/rooms").header("idempotency-key", "k").json(&json!({"kind": "channel", "name": "한 번"}));
        let first = app.minji.send(once()).await;
        assert_eq!(app.minji.send(once()).await, first, "a repeat makes no second room");
    }

    async fn roles_decide_who_removes_whom(app: TestApp) {
        let room = channel(&app).await;
        done(app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": app.seoyeon.id.0})).await);
        let member = |id: crate::ids::UserId| format!("/chat/rooms/{room}/members/{id}");
        refused(&app.junho.delete(&member(app.seoyeon.id)).await, 403, "FORBIDDEN");
        refused(&app.junho.patch(&member(app.junho.id), json!({"role": "owner"})).await, 403, "FORBIDDEN");
        done(app.minji.patch(&member(app.junho.id), json!({"role": "admin"})).await);
        refused(&app.junho.delete(&member(app.minji.id)).await, 403, "FORBIDDEN");
        assert_eq!(app.junho.delete(&member(app.seoyeon.id)).await.0.as_u16(), 200);
        refused(&app.junho.delete(&member(app.seoyeon.id)).await, 404, "NOT_FOUND");
        refused(&app.seoyeon.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "x"})).await, 403, "FORBIDDEN");
        // The owner leaves the room to its admin.
        assert_eq!(app.minji.delete(&member(app.minji.id)).await.0.as_u16(), 200);
        let members = done(app.junho.get(&format!("/chat/rooms/{room}/members")).await);
        assert_eq!((members.as_array().map(Vec::len), &members[0]["role"]), (Some(1), &json!("owner")));
        // The organisation's admin manages what is open to everybody.
        assert_eq!(app.admin.delete(&member(app.junho.id)).await.0.as_u16(), 200);
    }

    async fn a_closed_room_is_read_and_not_written(app: TestApp) {
        let room = channel(&app).await;
        let sent = say(&app.junho, room, "마지막").await;
        refused(&app.junho.patch(&format!("/chat/rooms/{room}"), json!({"archived": true})).await, 403, "FORBIDDEN");
        refused(&app.minji.patch(&format!("/chat/rooms/{room}"), json!({"topic": "x", "version": 9})).await, 409, "STALE_VERSION");
        done(app.minji.patch(&format!("/chat/rooms/{room}"), json!({"archived": true})).await);
        let archived = "CHAT_ROOM_ARCHIVED";
        refused(&app.junho.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "x"})).await, 409, archived);
        refused(&app.junho.patch(&format!("/chat/messages/{}", sent["id"]), json!({"message": "x"})).await, 409, archived);
        refused(&app.junho.post(&format!("/chat/messages/{}/reactions", sent["id"]), json!({"emoji": "👍"})).await, 409, archived);
        refused(&app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": app.seoyeon.id.0})).await, 409, archived);
        assert_eq!(crate::tests::chat::history(&app.junho, room).await.len(), 1);
        done(app.minji.patch(&format!("/chat/rooms/{room}"), json!({"archived": false})).await);
        say(&app.junho, room, "다시").await;
        // An admin of the organisation may do no less for being in it.
        done(app.admin.post(&format!("/chat/rooms/{room}/members"), json!({})).await);
        done(app.admin.patch(&format!("/chat/rooms/{room}"), json!({"archived": true})).await);
    }

    async fn a_booking_has_a_room_until_it_is_over(app: TestApp) {
        let hall = app.room("한라산").await;
        let body = json!({"roomId": hall.id, "title": "주간 회의", "startsAt": at(1), "endsAt": at(2), "attendeeIds": [app.junho.id]});
        let (_, booking) = app.minji.post("/reservations", body).await;
        let live = json!({"kind": "live", "reservationId": booking["id"]});
        refused(&app.seoyeon.post("/chat/rooms", live.clone()).await, 404, "NOT_FOUND");
        let made = room(&app.junho, live.clone()).await;
        assert_eq!(room(&app.minji, live.clone()).await, made);
        let members = done(app.minji.get(&format!("/chat/rooms/{made}/members")).await);
        assert_eq!(members.as_array().expect("members").iter().map(|m| (&m["user_id"], &m["role"])).collect::<Vec<_>>(),
            [(&json!(app.minji.id.0), &json!("owner")), (&json!(app.junho.id.0), &json!("member"))]);
        assert_eq!(done(app.minji.get("/chat/rooms").await)[0]["name"], json!("주간 회의"));
        say(&app.junho, made, "자료 올렸습니다").await;
        assert_eq!(app.junho.delete(&format!("/chat/rooms/{made}/members/{}", app.junho.id)).await.0.as_u16(), 200);
        let mut app = app;
        app.later(at(2) - MINUTE).await;
        jobs::step(&app.app).await.expect("a step");
        assert_eq!(done(app.minji.get(&format!("/chat/rooms/{made}")).await)["archived_at"], Value::Null);
        app.later(at(2)).await;
        jobs::step(&app.app).await.expect("a step");
        assert!(done(app.minji.get(&format!("/chat/rooms/{made}")).await)["archived_at"].is_string());
        assert_eq!(room(&app.minji, live.clone()).await, made, "its members read it");
        refused(&app.junho.post("/chat/rooms", live).await, 409, "CHAT_ROOM_ARCHIVED");
        refused(&app.minji.post(&format!("/chat/rooms/{made}/messages"), json!({"message": "x"})).await, 409, "CHAT_ROOM_ARCHIVED");
        // Whoever opens it again has more to say.
        done(app.minji.patch(&format!("/chat/rooms/{made}"), json!({"archived": false})).await);
        jobs::step(&app.app).await.expect("a step");
        say(&app.minji, made, "회의록입니다").await;
    }

    async fn what_was_said_about_a_deleted_booking_stays_among_its_people(app: TestApp) {
        let hall = app.room("한라산").await;
        let body = json!({"roomId": hall.id, "title": "연봉 협의", "startsAt": at(1), "endsAt": at(2), "private": true});
        let (_, booking) = app.minji.post("/reservations", body).await;
        let made = room(&app.minji, json!({"kind": "live", "reservationId": booking["id"]})).await;
        let id = booking["id"].as_str().expect("an id");
        assert_eq!(app.admin.delete(&format!("/reservations/{id}")).await.0.as_u16(), 204);
        let path = format!("/chat/rooms/{made}");
        assert_eq!(done(app.minji.patch(&path, json!({"archived": false})).await)["kind"], json!("private"));
        assert_eq!(done(app.junho.get("/chat/channels").await), json!([]));
        refused(&app.junho.post(&format!("{path}/members"), json!({})).await, 403, "FORBIDDEN");
        refused(&app.junho.get(&format!("{path}/messages")).await, 403, "FORBIDDEN");
    }

    async fn a_room_is_silent_for_as_long_as_its_member_wants(app: TestApp) {
        let room = channel(&app).await;
        let now = app.app.now();
        let mute = |mute: &str| { let (client, body) = (app.junho.clone(), json!({"mute": mute})); async move { done(client.post(&format!("/chat/rooms/{room}/mute"), body).await) } };
        assert_eq!(mute("hour").await["muted_until"], json!(now + HOUR));
        // 09:00 in Seoul: tomorrow begins in fifteen hours.
        assert_eq!(mute("tomorrow").await["muted_until"], json!(now + 15 * HOUR));
        assert_eq!(mute("forever").await["muted_until"], json!("9999-12-30T22:00:00.000Z"));
        assert_eq!(done(app.junho.get("/chat/rooms").await)[0]["muted_until"], json!("9999-12-30T22:00:00.000Z"));
        assert_eq!(done(app.minji.get("/chat/rooms").await)[0]["muted_until"], Value::Null, "it is nobody else's");
        assert_eq!(mute("off").await["muted_until"], Value::Null);
        refused(&app.seoyeon.post(&format!("/chat/rooms/{room}/mute"), json!({"mute": "off"})).await, 403, "FORBIDDEN");
    }
}
