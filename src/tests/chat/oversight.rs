//! Those who answer for the rooms.

use super::{channel, done, fields, refused, room, say};
use crate::tests::helpers::{Engine, TestApp, answer, on_both_engines};
use serde_json::{Value, json};

/// What a page of this person is told by a server function.
async fn call(app: &TestApp, person: &str, name: &str, arguments: Value) -> (u16, Value) {
    let browser = app.browser(person, false).await;
    let (status, body) = answer(browser.request("POST", &format!("/fn/{name}")).json(&arguments)).await;
    (status.as_u16(), body)
}

on_both_engines! {
    async fn admins_see_who_writes_in_open_rooms(app: TestApp) {
        let here = channel(&app).await;
        let secret = room(&app.seoyeon, json!({"name": "비밀", "kind": "private"})).await;
        say(&app.minji, here, "하나").await;
        say(&app.junho, here, "둘").await;
        say(&app.minji, here, "셋").await;
        say(&app.seoyeon, secret, "숨은 글").await;
        // What happens to a room is nobody's word.
        done(app.admin.patch(&format!("/chat/rooms/{here}"), json!({"topic": "x"})).await);
        let (status, senders) = app.admin.get("/chat/users").await;
        assert_eq!(status.as_u16(), 200);
        let found: Vec<_> = senders.as_array().expect("a list").iter().map(|s| (s["_id"].clone(), s["lastMessage"].clone(), s["messageCount"].clone())).collect();
        assert_eq!(found, [(json!(app.minji.id), json!("셋"), json!(2)), (json!(app.junho.id), json!("둘"), json!(1))]);
        assert_eq!(senders[0]["userInfo"]["name"], json!("minji"));
        let overview = done(app.admin.get("/chat/overview").await);
        assert_eq!((&overview[0]["name"], &overview[0]["message_count"], &overview[1]["name"]), (&json!("제품 기획"), &json!(4), &json!("")));
        for path in ["/chat/users", "/chat/overview", "/chat/audit"] {
            refused(&app.minji.get(path).await, 403, "FORBIDDEN");
        }
    }

    async fn what_is_done_to_others_is_noted(app: TestApp) {
        let here = channel(&app).await;
        let rude = say(&app.junho, here, "무례한 글").await["id"].clone();
        let long = "x".repeat(201);
        fields(&app.admin.delete(&format!("/chat/messages/{rude}?reason={long}")).await, &[("reason", "MAX_LENGTH")]);
        done(app.admin.delete(&format!("/chat/messages/{rude}?reason=rude")).await);
        let own = say(&app.minji, here, "내 글").await["id"].clone();
        done(app.minji.delete(&format!("/chat/messages/{own}")).await);
        app.minji.delete(&format!("/chat/rooms/{here}/members/{}", app.junho.id)).await;
        let audit = done(app.admin.get("/chat/audit").await);
        let found: Vec<_> = audit.as_array().expect("a list").iter().map(|a| (a["action"].clone(), a["actor_name"].clone(), a["reason"].clone())).collect();
        assert_eq!(found, [(json!("remove_member"), json!("minji"), json!("")), (json!("delete_message"), json!("admin"), json!("rude"))]);
        let versions = done(app.admin.get(&format!("/chat/messages/{rude}/versions")).await);
        assert_eq!(versions[0]["text"], json!("무례한 글"), "what it said can be looked at");
    }

    async fn what_is_done_in_a_private_room_is_told_whole_to_its_own_admins_alone(app: TestApp) {
        let people = json!([app.junho.id, app.seoyeon.id]);
        let secret = room(&app.minji, json!({"name": "비밀 계획", "kind": "private", "memberIds": people})).await;
        let rude = say(&app.junho, secret, "숨은 글").await["id"].clone();
        done(app.minji.delete(&format!("/chat/messages/{rude}?reason=숨은 사유")).await);
        for _ in 0..2 {
            done(app.minji.patch(&format!("/chat/rooms/{secret}/members/{}", app.seoyeon.id), json!({"role": "admin"})).await);
        }
        app.seoyeon.delete(&format!("/chat/rooms/{secret}/members/{}?reason=숨은 사유", app.junho.id)).await;
        let deeds = |list: &Value, members: &[&str]| -> Vec<Vec<String>> {
            let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("?").to_owned();
            let list = list.as_array().expect("a list");
            list.iter().map(|entry| members.iter().map(|name| text(entry, name)).collect()).collect()
        };
        let what = [["remove_member", "seoyeon", "junho"], ["make_admin", "minji", "seoyeon"], ["delete_message", "minji", "junho"]];
        let who = ["action", "actor_name", "user_name"];
        let audit = done(app.admin.get("/chat/audit").await);
        assert_eq!(deeds(&audit, &who), what);
        assert_eq!(deeds(&audit, &["room_name", "reason"]), [["", ""]; 3]);
        let (_, seen) = call(&app, "admin", "chat_oversight", json!({})).await;
        assert_eq!(seen["audit"], audit);
        assert!(!["비밀", "숨은"].iter().any(|word| seen.to_string().contains(word)), "{seen}");

        let path = format!("/chat/rooms/{secret}/audit");
        for by in [&app.minji, &app.seoyeon] {
            let audit = done(by.get(&path).await);
            assert_eq!(deeds(&audit, &who), what);
            assert_eq!(deeds(&audit, &["room_name", "reason"]), ["숨은 사유", "", "숨은 사유"].map(|reason| ["비밀 계획", reason]));
            assert_eq!(call(&app, &by.user.name, "chat_audit", json!({"room": secret})).await, (200, audit));
        }
        done(app.minji.post(&format!("/chat/rooms/{secret}/members"), json!({"user_id": app.junho.id.0})).await);
        for by in [&app.junho, &app.admin] {
            refused(&by.get(&path).await, 403, "FORBIDDEN");
            assert_eq!(call(&app, &by.user.name, "chat_audit", json!({"room": secret})).await.0, 403);
        }
        // Of an open room, those of that room alone, also to the organisation's admins.
        let here = channel(&app).await;
        done(app.minji.patch(&format!("/chat/rooms/{here}"), json!({"archived": true})).await);
        for by in [&app.minji, &app.admin] {
            let audit = done(by.get(&format!("/chat/rooms/{here}/audit")).await);
            assert_eq!(deeds(&audit, &["action", "room_name"]), [["archive_room", "제품 기획"]]);
        }
        refused(&app.admin.get("/chat/rooms/999/audit").await, 404, "NOT_FOUND");
    }

    async fn a_rooms_history_can_be_taken_away(app: TestApp) {
        let here = channel(&app).await;
        say(&app.minji, here, "첫 줄\n둘째 줄").await;
        let gone = say(&app.junho, here, "지울 글").await["id"].clone();
        done(app.junho.delete(&format!("/chat/messages/{gone}")).await);
        done(app.minji.patch(&format!("/chat/rooms/{here}"), json!({"topic": "계획"})).await);
        let export = |format: &str| app.minji.request("GET", &format!("/chat/rooms/{here}/export?format={format}")).send();
        let answer = export("json").await.expect("an answer");
        assert_eq!(answer.headers()["content-disposition"], "attachment; filename*=UTF-8''%EC%A0%9C%ED%92%88-%EA%B8%B0%ED%9A%8D.json");
        let list: serde_json::Value = answer.json().await.expect("JSON");
        assert_eq!(list.as_array().map(Vec::len), Some(3));
        assert_eq!((&list[0]["message"], &list[0]["unread_by"]), (&json!("첫 줄\n둘째 줄"), &json!(0)));
        assert_eq!((&list[1]["unread_by"], &list[2]["message_type"]), (&json!(1), &json!("system")));
        let text = export("text").await.expect("an answer").text().await.expect("text");
        let at = app.app.now();
        assert_eq!(text, format!("{at} minji: 첫 줄\n    둘째 줄\n{at} junho: (deleted)\n{at} * minji 님이 주제를 ‘계획’으로 바꿨습니다.\n"));
        let empty = room(&app.minji, json!({"name": "빈 방", "kind": "private"})).await;
        assert_eq!(app.minji.get(&format!("/chat/rooms/{empty}/export")).await.1, json!([]));
        refused(&app.junho.get(&format!("/chat/rooms/{here}/export")).await, 403, "FORBIDDEN");
        refused(&app.minji.get(&format!("/chat/rooms/{here}/export?format=pdf")).await, 400, "MALFORMED_REQUEST");
    }

    async fn no_line_of_a_history_is_somebody_elses_who_has_not_written_it(app: TestApp) {
        let here = channel(&app).await;
        let at = app.app.now();
        let forged = format!("{at} junho: 그만둡니다");
        let ends = ["\n", "\r", "\r\n", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}"];
        say(&app.minji, here, &ends.map(|end| format!("글{end}{forged}")).join(" ")).await;
        let request = app.minji.request("GET", &format!("/chat/rooms/{here}/export?format=text"));
        let text = request.send().await.expect("an answer").text().await.expect("text");
        let lines = ends.map(|_| format!("글\n    {forged}")).join(" ");
        assert_eq!(text, format!("{at} minji: {lines}\n"));
    }

    async fn admins_review_open_rooms_without_coming_in_and_private_ones_not_at_all(app: TestApp) {
        let here = channel(&app).await;
        let secret = room(&app.minji, json!({"name": "비밀", "kind": "private"})).await;
        for n in 1..=56 {
            say(if n % 2 == 0 { &app.minji } else { &app.junho }, here, &format!("글 {n}")).await;
        }
        let (status, review) = call(&app, "admin", "review_chat_room", json!({"room": here, "before": null})).await;
        assert_eq!((status, &review["room"]["name"]), (200, &json!("제품 기획")), "{review}");
        let seqs = |review: &Value| review["messages"].as_array().expect("a list").iter().map(|m| m["seq"].as_i64().unwrap_or(0)).collect::<Vec<_>>();
        assert_eq!(seqs(&review), (7..=56).collect::<Vec<_>>(), "the newest, in order");
        let names = review["members"].as_array().expect("a list").iter().map(|m| m["user"]["name"].clone()).collect::<Vec<_>>();
        assert!(!names.contains(&json!("admin")), "looking is not coming in: {names:?}");
        let (_, older) = call(&app, "admin", "review_chat_room", json!({"room": here, "before": 7})).await;
        assert_eq!(seqs(&older), (1..=6).collect::<Vec<_>>());
        for (person, room, status) in [("minji", here, 200), ("junho", here, 403), ("admin", secret, 403), ("minji", secret, 200), ("admin", crate::ids::ChatRoomId(999), 404)] {
            assert_eq!(call(&app, person, "review_chat_room", json!({"room": room, "before": null})).await.0, status, "{person} {room}");
        }
    }

    async fn the_admins_page_says_who_writes_where(app: TestApp) {
        let (here, there) = (channel(&app).await, room(&app.minji, json!({"name": "잡담", "kind": "channel"})).await);
        let secret = room(&app.minji, json!({"name": "비밀", "kind": "private"})).await;
        for (to, text) in [(here, "하나"), (here, "둘"), (there, "셋"), (secret, "넷")] {
            say(&app.minji, to, text).await;
        }
        let (status, seen) = call(&app, "admin", "chat_oversight", json!({})).await;
        assert_eq!(status, 200, "{seen}");
        let places: Vec<_> = seen["places"].as_array().expect("a list").iter().map(|p| (p["room_id"].clone(), p["message_count"].clone())).collect();
        assert_eq!(places, [(json!(here), json!(2)), (json!(there), json!(1))], "private rooms are nobody's business");
        assert_eq!(seen["senders"][0]["messageCount"], json!(3));
        assert!(!seen.to_string().contains("비밀"), "{seen}");
        assert_eq!(call(&app, "minji", "chat_oversight", json!({})).await.0, 403);
    }

    async fn archiving_and_reopening_are_noted_once(app: TestApp) {
        let here = channel(&app).await;
        for archived in [true, true, false] {
            done(app.admin.patch(&format!("/chat/rooms/{here}"), json!({"archived": archived})).await);
        }
        refused(&app.junho.patch(&format!("/chat/rooms/{here}"), json!({"archived": true})).await, 403, "FORBIDDEN");
        let audit = done(app.admin.get("/chat/audit").await);
        let found: Vec<_> = audit.as_array().expect("a list").iter().map(|a| (a["action"].clone(), a["room_name"].clone())).collect();
        assert_eq!(found, [(json!("reopen_room"), json!("제품 기획")), (json!("archive_room"), json!("제품 기획"))]);
    }

    async fn a_deleted_message_says_why_and_what_it_said_to_those_who_manage(app: TestApp) {
        let here = channel(&app).await;
        let rude = say(&app.junho, here, "무례한 글").await["id"].clone();
        let long = "x".repeat(201);
        assert_eq!(call(&app, "admin", "delete_chat_message", json!({"id": rude, "reason": long})).await.0, 422);
        assert_eq!(call(&app, "seoyeon", "delete_chat_message", json!({"id": rude, "reason": ""})).await.0, 403);
        assert_eq!(call(&app, "admin", "delete_chat_message", json!({"id": rude, "reason": " 욕설 "})).await.0, 200);
        let audit = done(app.admin.get("/chat/audit").await);
        assert_eq!((&audit[0]["reason"], &audit[0]["user_name"]), (&json!("욕설"), &json!("junho")));
        let (_, versions) = call(&app, "admin", "chat_versions", json!({"id": rude})).await;
        assert_eq!(versions[0]["text"], json!("무례한 글"));
        assert_eq!(call(&app, "seoyeon", "chat_versions", json!({"id": rude})).await.0, 403);
    }
}
