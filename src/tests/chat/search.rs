//! Search: from two syllables on, on both engines.

use super::{channel, done, fields, room, say};
use crate::accounts::model::Role;
use crate::chat::server::search_messages;
use crate::ids::MessageId;
use crate::server::db::Conn;
use crate::tests::helpers::{Engine, TestApp, on_both_engines};
use serde_json::json;

on_both_engines! {
    async fn korean_is_found_from_two_syllables_on_inside_of_words(app: TestApp) {
        let here = channel(&app).await;
        let secret = room(&app.minji, json!({"name": "둘", "kind": "private"})).await;
        let minutes = say(&app.minji, here, "주간회의록을 올렸습니다").await;
        say(&app.minji, here, "회 의는 내일").await;
        say(&app.minji, here, "가나 나다").await;
        let plan = say(&app.junho, here, "Release plan: v2.0 회의").await;
        say(&app.minji, secret, "비밀 회의").await;
        let find = |client: &crate::tests::helpers::Client, q: &str| {
            let (client, q) = (client.clone(), serde_urlencoded::to_string([("q", q)]).expect("a query"));
            async move { done(client.get(&format!("/chat/search?{q}")).await).as_array().expect("a list").iter().map(|m| m["id"].as_i64().unwrap_or(0)).collect::<Vec<_>>() }
        };
        let (minutes_id, plan_id) = (minutes["id"].as_i64().unwrap_or(-1), plan["id"].as_i64().unwrap_or(-1));
        assert_eq!(find(&app.junho, "회의").await, [plan_id, minutes_id], "the newest first, of own rooms only");
        assert_eq!(find(&app.minji, "회의").await.len(), 3);
        assert_eq!(find(&app.junho, "간회의").await, [minutes_id]);
        assert_eq!(find(&app.junho, "RELEASE 회의").await, [plan_id], "all words, in any case");
        assert_eq!(find(&app.junho, "가나다").await, [0; 0], "no pair reaches over a border of words");
        assert_eq!(find(&app.junho, "\" OR *").await, [0; 0]);
        assert_eq!(find(&app.seoyeon, "회의").await, [0; 0]);
        // Changed and deleted messages are found by what they say now.
        done(app.minji.patch(&format!("/chat/messages/{minutes_id}"), json!({"message": "자료를 올렸습니다"})).await);
        done(app.junho.delete(&format!("/chat/messages/{plan_id}")).await);
        assert_eq!(find(&app.junho, "회의").await, [0; 0]);
        assert_eq!(find(&app.junho, "자료").await, [minutes_id]);
        let older = done(app.junho.get(&format!("/chat/search?q=%EC%9E%90%EB%A3%8C&before={minutes_id}")).await);
        assert_eq!(older, json!([]));
        let elsewhere = done(app.minji.get(&format!("/chat/search?q=%EC%9E%90%EB%A3%8C&room={secret}")).await);
        assert_eq!(elsewhere, json!([]));
    }

    async fn a_syllable_is_found_however_it_was_typed(app: TestApp) {
        let here = channel(&app).await;
        // 회의록 as one types it, and letter by letter, as in the names of files on macOS.
        let forms = ["회의록", "\u{1112}\u{116C}\u{110B}\u{1174}\u{1105}\u{1169}\u{11A8}"];
        let mut sent = Vec::new();
        for form in forms {
            sent.insert(0, say(&app.minji, here, &format!("{form}.pdf 올렸습니다")).await["id"].clone());
        }
        for form in forms {
            for query in [form.to_owned(), format!("{form} f")] {
                let query = serde_urlencoded::to_string([("q", query)]).expect("a query");
                let found = done(app.junho.get(&format!("/chat/search?{query}")).await);
                let found: Vec<_> = found.as_array().expect("a list").iter().map(|hit| hit["id"].clone()).collect();
                assert_eq!(found, sent, "{query}");
            }
        }
        done(app.minji.patch(&format!("/chat/messages/{}", sent[0]), json!({"message": forms[1]})).await);
        let changed = done(app.junho.get("/chat/search?q=%ED%9A%8C%EC%9D%98%EB%A1%9D").await);
        assert_eq!(changed[0]["message"], json!(forms[1]), "what was said stays as it was said");
    }

    async fn a_hit_says_who_has_read_it_and_what_stands_under_it(app: TestApp) {
        let here = channel(&app).await;
        let plan = say(&app.minji, here, "주간회의").await;
        done(app.junho.post(&format!("/chat/messages/{}/reactions", plan["id"]), json!({"emoji": "👍"})).await);
        say(&app.minji, here, "다른 글").await;
        let hits = done(app.minji.get("/chat/search?q=%ED%9A%8C%EC%9D%98").await);
        assert_eq!(hits.as_array().map(Vec::len), Some(1));
        assert_eq!((&hits[0]["unread_by"], &hits[0]["is_read"]), (&json!(1), &json!(false)));
        assert_eq!(hits[0]["reactions"], json!([{"emoji": "👍", "user_ids": [app.junho.id.0]}]));
    }

    async fn hits_of_several_rooms_have_each_their_own_readers(app: TestApp) {
        let here = channel(&app).await;
        let there = room(&app.minji, json!({"name": "셋", "kind": "private", "memberIds": [app.junho.id, app.seoyeon.id]})).await;
        let alone = room(&app.minji, json!({"name": "혼자", "kind": "private"})).await;
        for (place, by, emoji) in [(here, &app.junho, "👍"), (there, &app.seoyeon, "🎉"), (alone, &app.minji, "👀")] {
            // All three have the same number in their rooms.
            let plan = say(&app.minji, place, "주간회의").await;
            done(by.post(&format!("/chat/messages/{}/reactions", plan["id"]), json!({"emoji": emoji})).await);
        }
        done(app.seoyeon.post(&format!("/chat/rooms/{there}/read"), json!({})).await);
        done(app.junho.put("/chat/reading", json!({"shows_reading": false})).await);
        let hits = done(app.minji.get("/chat/search?q=%ED%9A%8C%EC%9D%98").await);
        let found: Vec<_> = hits.as_array().expect("a list").iter().map(|hit| (&hit["chat_room_id"], &hit["unread_by"], &hit["reactions"][0]["emoji"])).collect();
        assert_eq!(found, [(&json!(alone), &json!(0), &json!("👀")), (&json!(there), &json!(0), &json!("🎉")), (&json!(here), &json!(0), &json!("👍"))]);
        done(app.junho.put("/chat/reading", json!({"shows_reading": true})).await);
        let hits = done(app.minji.get("/chat/search?q=%ED%9A%8C%EC%9D%98").await);
        let unread: Vec<_> = hits.as_array().expect("a list").iter().map(|hit| &hit["unread_by"]).collect();
        assert_eq!(unread, [&json!(0), &json!(1), &json!(1)]);
    }

    async fn a_word_of_one_character_is_found_however_far_up(app: TestApp) {
        let here = channel(&app).await;
        let wanted = say(&app.minji, here, "회의 A").await["id"].clone();
        for n in 0..610 {
            if n % 25 == 0 {
                app.set_clock(app.app.now() + 10_000);
            }
            say(&app.minji, here, &format!("회의 {n}번")).await;
        }
        let found = done(app.junho.get("/chat/search?q=%ED%9A%8C%EC%9D%98%20a").await);
        let ids: Vec<_> = found.as_array().expect("a list").iter().map(|hit| hit["id"].clone()).collect();
        assert_eq!(ids, [wanted]);
    }

    async fn a_search_that_has_looked_through_enough_says_where_it_goes_on(app: TestApp) {
        let here = channel(&app).await;
        let wanted = say(&app.minji, here, "회의 A").await["id"].as_i64().map(MessageId);
        say(&app.minji, here, "회의 b").await;
        app.execute(
            "INSERT INTO chat_messages (room_id, seq, user_id, kind, text, html, mentions, sent_to, reply_count,
                 created_at, updated_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12010)
             SELECT room_id, seq + i, user_id, kind, text, html, mentions, sent_to, 0, created_at, updated_at
             FROM chat_messages, n WHERE seq = 2",
        )
        .await;
        let index = match &mut *app.app.read().await.expect("a reader") {
            Conn::Sqlite(_) => {
                "INSERT INTO chat_search (rowid, grams)
                 SELECT id, 'x0d68c0c758 z x00062' FROM chat_messages WHERE seq > 2"
            }
            Conn::Postgres(_) => {
                "INSERT INTO chat_search (message_id, grams)
                 SELECT id, to_tsvector('simple', 'x0d68c0c758 z x00062') FROM chat_messages WHERE seq > 2"
            }
        };
        app.execute(index).await;
        let caller = app.caller(&app.junho, Role::Employee);
        let first = search_messages(&app.app, &caller, "회의 a", None, None).await.expect("searched");
        assert!(first.messages.is_empty() && first.before.is_some());
        let rest = search_messages(&app.app, &caller, "회의 a", None, first.before).await.expect("searched");
        assert_eq!((rest.messages.first().map(|hit| hit.id), rest.before), (wanted, None));
    }

    async fn a_query_that_is_too_short_or_long_is_refused(app: TestApp) {
        for q in ["", "a", "a%20b", "%EA%B0%80", &"x".repeat(101)] {
            fields(&app.minji.get(&format!("/chat/search?q={q}")).await, &[("query", "RANGE")]);
        }
    }
}
