//! Those who answer for the rooms.

use super::{channel, done, fields, refused, room, say};
use crate::tests::helpers::{Engine, TestApp, on_both_engines};
use serde_json::json;

on_both_engines! {
    async fn admins_see_who_writes_in_open_rooms(app: TestApp) {
        let here = channel(&app).await;
        let secret = room(&app.seoyeon, json!({"name": "비밀", "kind": "private"})).await;
        say(&app.minji, here, "하나").await;
        say(&app.junho, here, "둘").await;
        say(&app.minji, here, "셋").await;
        say(&app.seoyeon, secret, "숨은 글").await;
        let (status, senders) = app.admin.get("/chat/users").await;
        assert_eq!(status.as_u16(), 200);
        let found: Vec<_> = senders.as_array().expect("a list").iter().map(|s| (s["_id"].clone(), s["lastMessage"].clone(), s["messageCount"].clone())).collect();
        assert_eq!(found, [(json!(app.minji.id), json!("셋"), json!(2)), (json!(app.junho.id), json!("둘"), json!(1))]);
        assert_eq!(senders[0]["userInfo"]["name"], json!("minji"));
        let overview = done(app.admin.get("/chat/overview").await);
        assert_eq!((&overview[0]["name"], &overview[0]["message_count"], &overview[1]["name"]), (&json!("제품 기획"), &json!(3), &json!("")));
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

    async fn a_rooms_history_can_be_taken_away(app: TestApp) {
        let here = channel(&app).await;
        say(&app.minji, here, "첫 줄\n둘째 줄").await;
        let gone = say(&app.junho, here, "지울 글").await["id"].clone();
        done(app.junho.delete(&format!("/chat/messages/{gone}")).await);
        let export = |format: &str| app.minji.request("GET", &format!("/chat/rooms/{here}/export?format={format}")).send();
        let answer = export("json").await.expect("an answer");
        assert_eq!(answer.headers()["content-disposition"], "attachment; filename*=UTF-8''%EC%A0%9C%ED%92%88-%EA%B8%B0%ED%9A%8D.json");
        let list: serde_json::Value = answer.json().await.expect("JSON");
        assert_eq!(list.as_array().map(Vec::len), Some(2));
        assert_eq!(list[0]["message"], json!("첫 줄\n둘째 줄"));
        let text = export("text").await.expect("an answer").text().await.expect("text");
        let at = app.app.now();
        assert_eq!(text, format!("{at} minji: 첫 줄\n    둘째 줄\n{at} junho: (deleted)\n"));
        let empty = room(&app.minji, json!({"name": "빈 방", "kind": "private"})).await;
        assert_eq!(app.minji.get(&format!("/chat/rooms/{empty}/export")).await.1, json!([]));
        refused(&app.junho.get(&format!("/chat/rooms/{here}/export")).await, 403, "FORBIDDEN");
        refused(&app.minji.get(&format!("/chat/rooms/{here}/export?format=pdf")).await, 400, "MALFORMED_REQUEST");
    }
}
