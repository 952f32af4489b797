//! Messages: sent once, changed, deleted, answered, reacted to.

use super::{channel, done, fields, history, refused, room, say};
use crate::accounts::model::Role;
use crate::chat::live::Window;
use crate::chat::model::Look;
use crate::chat::server::open_room;
use crate::error::AppError;
use crate::ids::MessageId;
use crate::tests::helpers::{Engine, TestApp, answer, on_both_engines};
use crate::time::SECOND;
use serde_json::{Value, json};

on_both_engines! {
    async fn a_repeat_gets_the_first_answer_and_is_nobodys_news(app: TestApp) {
        let room = channel(&app).await;
        let path = format!("/chat/rooms/{room}/messages");
        let body = json!({"message": "@junho **한 번**만", "client_msg_id": "outbox-1"});
        let first = app.minji.post(&path, body.clone()).await;
        let head = app.head().await;
        assert_eq!(app.minji.post(&path, body.clone()).await, first);
        let by_header = app.minji.request("POST", &path).header("idempotency-key", "outbox-1").json(&json!({"message": "@junho **한 번**만"}));
        assert_eq!(app.minji.send(by_header).await, first, "the header names the same number");
        assert_eq!(app.head().await, head, "nobody is told again");
        refused(&app.minji.post(&path, json!({"message": "다른 글", "client_msg_id": "outbox-1"})).await, 422, "IDEMPOTENCY_MISMATCH");
        // For good: also after a change, and after the log has forgotten it.
        let id = first.1["data"]["id"].clone();
        done(app.minji.patch(&format!("/chat/messages/{id}"), json!({"message": "고침"})).await);
        done(app.junho.post(&format!("/chat/messages/{id}/reactions"), json!({"emoji": "👍"})).await);
        assert_eq!(app.minji.post(&path, body.clone()).await, first);
        done(app.minji.delete(&format!("/chat/messages/{id}")).await);
        assert_eq!(app.minji.post(&path, body).await, first);
        // The number is its sender's, in this room.
        done(app.junho.post(&path, json!({"message": "내 번호", "client_msg_id": "outbox-1"})).await);
        let long = json!({"message": "x", "client_msg_id": "x".repeat(65)});
        fields(&app.minji.post(&path, long).await, &[("clientMsgId", "MAX_LENGTH")]);
        assert_eq!(history(&app.minji, room).await.len(), 2);
    }

    async fn a_repeat_quotes_what_may_be_read_by_now(app: TestApp) {
        let room = channel(&app).await;
        let quoted = say(&app.junho, room, "실수로 쓴 비밀").await["id"].clone();
        let send = || { let client = app.minji.clone(); let body = json!({"message": "네", "reply_to": quoted, "client_msg_id": "1"}); async move { done(client.post(&format!("/chat/rooms/{room}/messages"), body).await) } };
        let mut first = send().await;
        assert_eq!(first["reply_to"]["excerpt"], json!("실수로 쓴 비밀"));
        done(app.junho.patch(&format!("/chat/messages/{quoted}"), json!({"message": "다른 말"})).await);
        first["reply_to"]["excerpt"] = json!("다른 말");
        assert_eq!(send().await, first);
        done(app.junho.delete(&format!("/chat/messages/{quoted}")).await);
        first["reply_to"]["excerpt"] = json!("");
        assert_eq!(send().await, first);
    }

    async fn an_empty_number_does_not_take_the_place_of_the_key(app: TestApp) {
        let room = channel(&app).await;
        let path = format!("/chat/rooms/{room}/messages");
        let by_header = || {
            let body = json!({"message": "한 번만", "client_msg_id": ""});
            app.minji.request("POST", &path).header("idempotency-key", "outbox-1").json(&body)
        };
        let first = app.minji.send(by_header()).await;
        assert_eq!(done(first.clone())["client_msg_id"], json!("outbox-1"));
        assert_eq!(app.minji.send(by_header()).await, first);
        assert_eq!(history(&app.minji, room).await.len(), 1);
    }

    async fn simultaneous_repeats_are_one_message(app: TestApp) {
        let room = channel(&app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let client = app.minji.clone();
            tasks.spawn(async move { client.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "하나", "client_msg_id": "x"})).await });
        }
        let answers = tasks.join_all().await;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(history(&app.minji, room).await.len(), 1);
    }

    async fn numbers_have_no_gaps_whoever_writes(app: TestApp) {
        let room = channel(&app).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..40 {
            let client = if n % 2 == 0 { app.minji.clone() } else { app.junho.clone() };
            tasks.spawn(async move {
                // Every fifth is refused, and takes no number.
                let text = if n % 5 == 0 { " ".to_owned() } else { n.to_string() };
                client.post(&format!("/chat/rooms/{room}/messages"), json!({"message": text})).await
            });
        }
        tasks.join_all().await;
        let seqs: Vec<i64> = history(&app.minji, room).await.iter().filter_map(|m| m["seq"].as_i64()).collect();
        assert_eq!(seqs, (1..=32).collect::<Vec<_>>());
    }

    async fn what_is_written_is_shown_and_cannot_do_anything(app: TestApp) {
        let room = channel(&app).await;
        let sent = say(&app.minji, room, "**굵게** <script>alert(1)</script> https://example.com").await;
        let html = sent["html"].as_str().expect("html");
        assert!(html.contains("<strong>굵게</strong>") && html.contains("&lt;script&gt;") && html.contains("rel=\"noopener"), "{html}");
    }

    async fn its_author_changes_a_message_and_what_it_said_is_kept(app: TestApp) {
        let room = channel(&app).await;
        let id = say(&app.minji, room, "처음").await["id"].clone();
        refused(&app.junho.patch(&format!("/chat/messages/{id}"), json!({"message": "x"})).await, 403, "FORBIDDEN");
        fields(&app.minji.patch(&format!("/chat/messages/{id}"), json!({"message": " "})).await, &[("message", "REQUIRED")]);
        refused(&app.minji.patch("/chat/messages/99", json!({"message": "x"})).await, 404, "NOT_FOUND");
        let elsewhere = format!("/chat/rooms/{}/messages/{id}", super::room(&app.minji, json!({"name": "딴 방", "kind": "private"})).await);
        refused(&app.minji.patch(&elsewhere, json!({"message": "나중"})).await, 404, "NOT_FOUND");
        refused(&app.minji.delete(&elsewhere).await, 404, "NOT_FOUND");
        let edited = done(app.minji.patch(&format!("/chat/rooms/{room}/messages/{id}"), json!({"message": "나중"})).await);
        assert_eq!((&edited["message"], &edited["html"]), (&json!("나중"), &json!("<p>나중</p>")));
        assert!(edited["edited_at"].is_string());
        let head = app.head().await;
        done(app.minji.patch(&format!("/chat/messages/{id}"), json!({"message": "나중"})).await);
        assert_eq!(app.head().await, head, "the same words are no change");
        let versions = done(app.minji.get(&format!("/chat/messages/{id}/versions")).await);
        assert_eq!((versions.as_array().map(Vec::len), &versions[0]["text"]), (Some(1), &json!("처음")));
        refused(&app.junho.get(&format!("/chat/messages/{id}/versions")).await, 403, "FORBIDDEN");
    }

    async fn a_deleted_message_leaves_its_place_and_nothing_else(app: TestApp) {
        let room = channel(&app).await;
        let id = say(&app.junho, room, "@minji 지울 글").await["id"].clone();
        done(app.minji.post(&format!("/chat/messages/{id}/reactions"), json!({"emoji": "👍"})).await);
        let quoting = done(app.minji.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "왜요?", "reply_to": id})).await);
        assert_eq!((&quoting["reply_to"]["excerpt"], &quoting["reply_to"]["name"]), (&json!("@minji 지울 글"), &json!("junho")));
        refused(&app.seoyeon.delete(&format!("/chat/messages/{id}")).await, 403, "FORBIDDEN");
        let gone = done(app.junho.delete(&format!("/chat/messages/{id}")).await);
        assert_eq!((&gone["message"], &gone["html"], &gone["reactions"]), (&json!(""), &json!(""), &json!([])));
        let list = history(&app.minji, room).await;
        assert_eq!((list.len(), &list[0]["message"], &list[1]["reply_to"]["excerpt"]), (2, &json!(""), &json!("")));
        assert_eq!(done(app.minji.get("/chat/rooms").await)[0]["mention_count"], json!(0));
        refused(&app.junho.delete(&format!("/chat/messages/{id}")).await, 404, "NOT_FOUND");
        refused(&app.junho.patch(&format!("/chat/messages/{id}"), json!({"message": "x"})).await, 403, "FORBIDDEN");
        refused(&app.minji.post(&format!("/chat/messages/{id}/reactions"), json!({"emoji": "👍"})).await, 404, "NOT_FOUND");
        // What was on its way as an answer to it is not lost.
        for place in ["reply_to", "thread_root"] {
            let sent = done(app.minji.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "늦은 답", place: id})).await);
            assert_eq!(sent["message"], json!("늦은 답"));
        }
        let late = &history(&app.minji, room).await[2]["reply_to"];
        assert_eq!((&late["id"], &late["excerpt"]), (&id, &json!("")));
        let elsewhere = super::room(&app.minji, json!({"name": "다른 방", "kind": "private"})).await;
        fields(&app.minji.post(&format!("/chat/rooms/{elsewhere}/messages"), json!({"message": "x", "reply_to": id})).await, &[("replyTo", "UNKNOWN")]);
    }

    async fn one_line_of_a_message_is_what_people_read_of_it(app: TestApp) {
        let room = channel(&app).await;
        let path = format!("/chat/rooms/{room}/messages");
        for (text, read) in [
            ("**회의록** [여기](https://example.com/?a=1&b=2)\n```rust\nlet a = 1 < 2;\n```", "회의록 여기 let a = 1 < 2;"),
            ("- ~~하나~~\n- `둘` & **셋**", "하나 둘 & 셋"),
            // Nothing can be read of it, and it is not deleted.
            ("***", "***"),
        ] {
            let sent = say(&app.minji, room, text).await;
            assert_eq!(sent["message"], json!(text), "what was written stays as it is");
            assert_eq!(done(app.junho.get("/chat/rooms").await)[0]["last_message"]["message"], json!(read));
            let quoting = done(app.junho.post(&path, json!({"message": "네", "reply_to": sent["id"]})).await);
            assert_eq!(quoting["reply_to"]["excerpt"], json!(read));
            assert_eq!(history(&app.minji, room).await.last().map(|m| &m["reply_to"]["excerpt"]), Some(&json!(read)));
            done(app.minji.patch(&format!("/chat/messages/{}", sent["id"]), json!({"message": "*다른* 말"})).await);
            assert_eq!(history(&app.minji, room).await.last().map(|m| &m["reply_to"]["excerpt"]), Some(&json!("다른 말")));
        }
    }

    async fn a_long_thread_is_read_to_its_beginning(app: TestApp) {
        let room = channel(&app).await;
        let root = MessageId(say(&app.minji, room, "뿌리").await["id"].as_i64().expect("an id"));
        done(app.junho.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "답글", "thread_root": root.0})).await);
        app.execute(
            "INSERT INTO chat_messages (room_id, seq, user_id, kind, text, html, mentions, sent_to, thread_root, reply_count,
                 created_at, updated_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
             SELECT room_id, seq + i, user_id, kind, text, html, mentions, sent_to, thread_root, 0, created_at, updated_at
             FROM chat_messages, n WHERE seq = 2",
        )
        .await;
        app.execute("UPDATE chat_rooms SET last_seq = 1202").await;
        let caller = app.caller(&app.junho, Role::Employee);
        for (look, from, to, replies) in [
            (Look::Thread(root), 703, None, 703..=1202),
            // What is older, page by page; and a reply that somebody has been led to.
            (Look::ThreadAround(root, 703), 454, Some(953), 454..=953),
            (Look::ThreadAround(root, 454), 205, Some(704), 205..=704),
            (Look::ThreadAround(root, 205), 1, Some(455), 2..=455),
            (Look::ThreadAround(root, 2), 1, Some(252), 2..=252),
            (Look::ThreadAround(root, 1000), 751, None, 751..=1202),
        ] {
            let thread = open_room(&app.app, &caller, room, look).await.expect("a thread").state;
            assert_eq!(thread.window, Window { from, to, thread: Some(root) }, "{look:?}");
            assert_eq!(thread.has_older(), from > 1, "{look:?}");
            let seqs: Vec<i64> = thread.messages.iter().map(|message| message.seq).collect();
            assert_eq!(seqs, std::iter::once(1).chain(replies).collect::<Vec<i64>>(), "{look:?}");
        }
        let elsewhere = super::room(&app.junho, json!({"name": "다른 방", "kind": "channel"})).await;
        for look in [Look::Thread(root), Look::ThreadAround(root, 2)] {
            assert_eq!(open_room(&app.app, &caller, elsewhere, look).await.err(), Some(AppError::NotFound));
        }
    }

    async fn a_thread_counts_its_replies(app: TestApp) {
        let room = channel(&app).await;
        let root = say(&app.minji, room, "뿌리").await["id"].clone();
        let path = format!("/chat/rooms/{room}/messages");
        let reply = done(app.junho.post(&path, json!({"message": "답글", "thread_root": root})).await);
        done(app.minji.post(&path, json!({"message": "또 답글", "thread_root": root})).await);
        assert_eq!(history(&app.minji, room).await[0]["reply_count"], json!(2));
        fields(&app.junho.post(&path, json!({"message": "x", "thread_root": reply["id"]})).await, &[("threadRoot", "UNKNOWN")]);
        done(app.junho.delete(&format!("/chat/messages/{}", reply["id"])).await);
        assert_eq!(history(&app.minji, room).await[0]["reply_count"], json!(1));
        let elsewhere = crate::tests::chat::room(&app.minji, json!({"name": "다른 방", "kind": "channel"})).await;
        fields(&app.minji.post(&format!("/chat/rooms/{elsewhere}/messages"), json!({"message": "x", "thread_root": root})).await, &[("threadRoot", "UNKNOWN")]);
        fields(&app.minji.post(&format!("/chat/rooms/{elsewhere}/messages"), json!({"message": "x", "reply_to": root})).await, &[("replyTo", "UNKNOWN")]);
    }

    async fn an_emoji_is_put_there_once_by_each(app: TestApp) {
        let room = channel(&app).await;
        let path = format!("/chat/messages/{}/reactions", say(&app.minji, room, "축하").await["id"]);
        for client in [&app.minji, &app.junho, &app.junho] {
            done(client.post(&path, json!({"emoji": "🎉"})).await);
        }
        let list = history(&app.minji, room).await;
        assert_eq!(list[0]["reactions"], json!([{"emoji": "🎉", "user_ids": [app.minji.id.0, app.junho.id.0]}]));
        let left = done(app.junho.post(&path, json!({"emoji": "🎉", "add": false})).await);
        assert_eq!(left["reactions"], json!([{"emoji": "🎉", "user_ids": [app.minji.id.0]}]));
        for bad in ["", "좋아요", "<b>", "👍👍"] {
            fields(&app.minji.post(&path, json!({"emoji": bad})).await, &[("emoji", "UNKNOWN")]);
        }
        refused(&app.seoyeon.post(&path, json!({"emoji": "🎉"})).await, 403, "FORBIDDEN");
        for n in 0..19 {
            let emoji = char::from_u32(0x1F600 + n).expect("an emoji").to_string();
            done(app.minji.post(&path, json!({"emoji": emoji})).await);
        }
        fields(&app.minji.post(&path, json!({"emoji": "👀"})).await, &[("emoji", "MAX_ITEMS")]);
        done(app.junho.post(&path, json!({"emoji": "🎉"})).await);
    }

    async fn people_are_called_however_their_names_are_written(app: TestApp) {
        let room = channel(&app).await;
        // 각 as one character, and letter by letter, as macOS writes the names of files; an account may have either.
        let mut ids = Vec::new();
        for (email, name) in [("typed@example.com", "각하"), ("pasted@example.com", "\u{1102}\u{1161}\u{11A8}\u{1112}\u{1161}")] {
            let role = crate::accounts::model::Role::Employee;
            let id = crate::accounts::server::create_user(&app.app, email, name, role, crate::tests::helpers::PASSWORD).await.expect("an account");
            done(app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": id.0})).await);
            ids.push(id.0);
        }
        let texts = ["@각하 @낙하", "@\u{1100}\u{1161}\u{11A8}\u{1112}\u{1161} @\u{1102}\u{1161}\u{11A8}\u{1112}\u{1161}"];
        for text in texts {
            let sent = say(&app.minji, room, text).await;
            assert_eq!((&sent["mentions"]["user_ids"], &sent["message"]), (&json!(ids), &json!(text)));
        }
        let sent = say(&app.minji, room, "@\u{110C}\u{1165}\u{11AB}\u{110E}\u{1166}").await;
        assert_eq!(sent["mentions"]["everyone"], json!(true));
        let edited = done(app.minji.patch(&format!("/chat/messages/{}", sent["id"]), json!({"message": texts[1]})).await);
        assert_eq!(edited["mentions"]["user_ids"], json!(ids));
    }

    async fn people_are_called_and_many_only_on_purpose(app: TestApp) {
        let room = channel(&app).await;
        let sent = say(&app.minji, room, "@junho 봐 주세요").await;
        assert_eq!(sent["mentions"], json!({"user_ids": [app.junho.id.0], "everyone": false}));
        say(&app.minji, room, "@전체 공지").await;
        let listed = done(app.junho.get("/chat/rooms").await);
        assert_eq!((&listed[0]["unread_count"], &listed[0]["mention_count"]), (&json!(2), &json!(2)));
        assert_eq!(done(app.minji.get("/chat/rooms").await)[0]["mention_count"], json!(0), "nobody calls themselves");
        for n in 0..22 {
            let id = crate::accounts::server::create_user(&app.app, &format!("p{n}@example.com"), &format!("사람{n}"), crate::accounts::model::Role::Employee, crate::tests::helpers::PASSWORD).await.expect("an account");
            done(app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": id.0})).await);
        }
        let path = format!("/chat/rooms/{room}/messages");
        let many = app.minji.post(&path, json!({"message": "@all"})).await;
        refused(&many, 409, "MENTIONS_UNCONFIRMED");
        assert_eq!(many.1["error"]["people"], json!(23));
        done(app.minji.post(&path, json!({"message": "@all", "confirm_mentions": true})).await);
        // To put them into a message that is there is to call them as well.
        let path = format!("/chat/messages/{}", sent["id"]);
        refused(&app.minji.patch(&path, json!({"message": "@all 봐 주세요"})).await, 409, "MENTIONS_UNCONFIRMED");
        for change in [json!({"message": "@all 봐 주세요", "confirm_mentions": true}), json!({"message": "@all 꼭 봐 주세요"})] {
            done(app.minji.patch(&path, change).await);
        }
    }

    async fn a_flood_is_stopped_and_nobody_else_is(app: TestApp) {
        let room = channel(&app).await;
        for n in 0..30 {
            say(&app.minji, room, &n.to_string()).await;
        }
        let path = format!("/chat/rooms/{room}/messages");
        let request = app.minji.request("POST", &path).json(&json!({"message": "x"}));
        let flooded = request.send().await.expect("an answer");
        assert_eq!(flooded.headers()["retry-after"], "10");
        refused(&(flooded.status(), flooded.json().await.expect("JSON")), 429, "RATE_LIMIT_EXCEEDED");
        say(&app.junho, room, "나는 괜찮아요").await;
        app.set_clock(app.app.now() + 10 * SECOND);
        say(&app.minji, room, "이제 됩니다").await;
    }

    async fn repeats_and_changes_have_a_limit_of_their_own(app: TestApp) {
        let room = channel(&app).await;
        let path = format!("/chat/rooms/{room}/messages");
        let numbered = json!({"message": "x", "client_msg_id": "1"});
        let sent = done(app.minji.post(&path, numbered.clone()).await);
        let kept = format!("/chat/kept/{}", sent["id"]);
        for _ in 0..90 {
            assert_eq!(done(app.minji.post(&path, numbered.clone()).await)["id"], sent["id"]);
            assert_eq!(app.minji.put(&kept, json!({})).await.0.as_u16(), 200);
        }
        for _ in 0..20 {
            app.minji.put(&kept, json!({})).await;
        }
        refused(&app.minji.post(&path, numbered).await, 429, "RATE_LIMIT_EXCEEDED");
        refused(&app.minji.put(&kept, json!({})).await, 429, "RATE_LIMIT_EXCEEDED");
        say(&app.junho, room, "나는 괜찮아요").await;
    }

    async fn a_message_is_changed_a_hundred_times_at_most(app: TestApp) {
        let room = channel(&app).await;
        let path = format!("/chat/messages/{}", say(&app.minji, room, "처음").await["id"]);
        for n in 0..100 {
            done(app.minji.patch(&path, json!({"message": format!("{n}번째")})).await);
        }
        for (lang, words) in [("ko", "100번까지 고칠 수 있습니다."), ("en", "This can be changed 100 times at most.")] {
            let request = app.minji.request("PATCH", &path).header("accept-language", lang);
            let refusal = app.minji.send(request.json(&json!({"message": "끝없이"}))).await;
            fields(&refusal, &[("message", "MAX_CHANGES")]);
            assert_eq!(refusal.1["message"], json!(words));
        }
        assert_eq!(done(app.minji.get(&path).await)["message"], json!("99번째"));
    }

    async fn whoever_was_removed_meanwhile_writes_nothing(app: TestApp) {
        let room = channel(&app).await;
        let sent = say(&app.junho, room, "아직 멤버").await;
        let seen = format!("/chat/messages/{}", sent["id"]);
        done(app.junho.get(&seen).await);
        app.minji.delete(&format!("/chat/rooms/{room}/members/{}", app.junho.id)).await;
        for refusal in [
            app.junho.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "x"})).await,
            app.junho.patch(&seen, json!({"message": "x"})).await,
            app.junho.delete(&seen).await,
            app.junho.get(&seen).await,
            app.junho.post(&format!("{seen}/reactions"), json!({"emoji": "👍"})).await,
            app.junho.post(&format!("/chat/rooms/{room}/read"), json!({})).await,
        ] {
            refused(&refusal, 403, "FORBIDDEN");
        }
    }

    async fn pages_and_rest_are_one(app: TestApp) {
        let room = room(&app.minji, json!({"name": "한 방", "kind": "channel"})).await;
        let browser = app.browser("minji", false).await;
        let (status, sent) = browser.post("/fn/send_chat_message", json!({"room": room, "new": {"message": "페이지에서", "client_msg_id": "p1"}})).await;
        assert_eq!(status.as_u16(), 200, "{sent}");
        let again = app.minji.post(&format!("/chat/rooms/{room}/messages"), json!({"message": "페이지에서", "client_msg_id": "p1"})).await;
        assert_eq!(done(again)["id"], sent["id"]);
        let (_, open) = browser.post("/fn/open_chat_room", json!({"room": room, "look": "latest"})).await;
        assert_eq!((&open["state"]["messages"][0]["message"], &open["state"]["window"]["from"]), (&json!("페이지에서"), &json!(1)));
        let (status, refusal) = browser.post("/fn/open_chat_room", json!({"room": 99, "look": "latest"})).await;
        assert_eq!((status.as_u16(), &refusal["code"]), (404, &json!("NOT_FOUND")));
        let stranger = app.browser("seoyeon", false).await;
        let (status, _) = stranger.post("/fn/open_chat_room", json!({"room": room, "look": {"from": 1}})).await;
        assert_eq!(status.as_u16(), 403);
        let nobody = answer(reqwest::Client::new().post(app.url("/fn/chat_rooms")).body("{}").header("content-type", "application/json")).await;
        assert_eq!((nobody.0.as_u16(), &nobody.1["code"]), (401, &json!("UNAUTHENTICATED")));
        let _: Value = open;
    }
}
