//! What notices say of a message that has changed, and of one that is deleted.

use super::*;
use crate::chat::model::Mute;
use crate::notifications::live::NotificationCenter;
use crate::notifications::server as notifications;
use crate::realtime::protocol::{Frame, Seq, Slice, Topic};

async fn change(by: &Client, message: &Value, text: &str) {
    done(by.patch(&format!("/chat/messages/{}", message["id"]), json!({"message": text})).await);
}

/// A bell that somebody has on screen, and up to where it has heard of everything.
struct Screen<'a> {
    app: &'a TestApp,
    of: &'a Client,
    center: NotificationCenter,
    seq: Seq,
}

impl<'a> Screen<'a> {
    async fn open(app: &'a TestApp, of: &'a Client) -> Self {
        let shown =
            notifications::notification_center(&app.app, &app.caller(of, Role::Employee)).await.expect("a bell");
        Self { app, of, center: shown.state, seq: shown.seq }
    }

    /// What it has been told since it last listened: the kind of each event, and its text. It shows
    /// what is so now.
    async fn hear(&mut self) -> Vec<(&'static str, String)> {
        let rows = self.app.log_rows().await.into_iter().filter(|row| row.seq > self.seq);
        let mut heard = Vec::new();
        for frame in rows.map(|row| serde_json::from_str::<Frame>(&row.frame).expect("a frame")) {
            if frame.topic != Topic::User(self.of.id) {
                continue;
            }
            self.center.apply(frame.topic, &frame.event, self.of.user.viewer());
            heard.extend(match frame.event {
                Event::NotificationUpdated(told) => Some(("updated", told.message)),
                Event::NotificationUnread(_) => Some(("unread", String::new())),
                _ => None,
            });
        }
        let now = Self::open(self.app, self.of).await;
        assert_eq!(self.center, now.center, "{}", self.of.user.name);
        self.seq = now.seq;
        heard
    }
}

fn updated(text: &str) -> (&'static str, String) {
    ("updated", text.to_owned())
}

/// What stands in somebody's archive.
async fn archived(by: &Client) -> Vec<Value> {
    let (_, list) = by.get("/notifications?archived=true").await;
    let list = list["notifications"].as_array().expect("a list");
    list.iter().map(|entry| entry["message"].clone()).collect()
}

async fn archive(by: &Client) {
    let path = format!("/notifications/{}/archive", told(by).await[0]["id"].as_str().expect("an id"));
    assert_eq!(by.patch(&path, json!({})).await.0.as_u16(), 200);
}

/// A channel of Minji's with everybody in it.
async fn room_of_all(app: &TestApp) -> ChatRoomId {
    let others = json!([app.junho.id, app.seoyeon.id, app.admin.id]);
    room(&app.minji, json!({"name": "모두", "kind": "channel", "memberIds": others})).await
}

on_both_engines! {
    async fn a_notice_says_what_its_message_says_now(app: TestApp) {
        let room = channel(&app).await;
        let sent = say(&app.minji, room, "@junho **첫** 말").await;
        let mut screen = Screen::open(&app, &app.junho).await;
        change(&app.minji, &sent, "@junho `다른` 말").await;
        assert_eq!(messages(&app.junho).await, ["제품 기획 · minji: @junho 다른 말"]);
        assert_eq!(unread(&app.junho).await, json!(1), "it is no news");
        assert_eq!(screen.hear().await, [updated("제품 기획 · minji: @junho 다른 말")]);
        change(&app.minji, &sent, "@junho 다른 말").await;
        assert_eq!(screen.hear().await, [], "what is read of it is the same");

        // Read, and put away: it goes on saying what the message says.
        read(&app.junho, room, Value::Null).await;
        screen.hear().await;
        change(&app.minji, &sent, "이제 아무도").await;
        let entry = told(&app.junho).await[0].clone();
        assert_eq!((&entry["message"], &entry["isRead"]), (&json!("제품 기획 · minji: 이제 아무도"), &json!(true)));
        assert_eq!(screen.hear().await, [updated("제품 기획 · minji: 이제 아무도")]);
        archive(&app.junho).await;
        screen.hear().await;
        change(&app.minji, &sent, "마지막 말").await;
        assert_eq!(archived(&app.junho).await, [json!("제품 기획 · minji: 마지막 말")]);
        assert_eq!(screen.hear().await, [updated("제품 기획 · minji: 마지막 말")], "the archive may be on screen");
    }

    async fn a_change_is_told_in_the_notices_of_its_message_alone(app: TestApp) {
        let room = channel(&app).await;
        let older = say(&app.minji, room, "@junho 하나").await;
        say(&app.minji, room, "@junho 둘").await;
        let mut screen = Screen::open(&app, &app.junho).await;
        change(&app.minji, &older, "@junho 하나 반").await;
        assert_eq!(messages(&app.junho).await, ["제품 기획 · minji: @junho 둘 (외 1개)"]);
        // A message with the same number in another room.
        let other = room_of_two(&app).await;
        let elsewhere = say(&app.minji, other, "@junho 다른 방").await;
        change(&app.minji, &elsewhere, "@junho 다른 방에서").await;
        let mut found = messages(&app.junho).await;
        found.sort_unstable();
        assert_eq!(found, ["둘 · minji: @junho 다른 방에서", "제품 기획 · minji: @junho 둘 (외 1개)"]);
        assert_eq!(screen.hear().await, [updated("둘 · minji: @junho 다른 방에서")]);
    }

    async fn everybody_finds_the_new_words_also_who_concentrates_or_was_not_told(app: TestApp) {
        let room = room_of_all(&app).await;
        let (_, timer) = app.junho.post("/timers", json!({"allocatedDuration": 600, "kind": "focus"})).await;
        chat::mute_room(&app.app, &app.caller(&app.admin, Role::Admin), room, Mute::Hour).await.expect("silent");
        say(&app.minji, room, "@seoyeon 먼저").await;
        let sent = say(&app.minji, room, "@전체 다섯 시").await;
        let mut screens = [Screen::open(&app, &app.junho).await, Screen::open(&app, &app.admin).await];
        change(&app.minji, &sent, "@전체 여섯 시").await;
        assert_eq!(messages(&app.seoyeon).await, ["모두 · minji: @전체 여섯 시 (외 1개)"]);
        for screen in &mut screens {
            assert_eq!(screen.hear().await, [], "nothing is shown to {}", screen.of.user.name);
        }
        let reworded = "SELECT COUNT(*) FROM notifications WHERE data LIKE '%여섯 시%' AND data NOT LIKE '%다섯 시%'";
        assert_eq!(app.count(reworded).await, 3, "what waits, and what is kept though it was not told");
        let stop = format!("/timers/{}/stop", timer["id"].as_str().expect("an id"));
        app.set_clock(app.app.now() + 1);
        assert_eq!(app.junho.post(&stop, json!({})).await.0, 200);
        assert!(messages(&app.junho).await.contains(&"모두 · minji: @전체 여섯 시".to_owned()));
    }

    async fn of_a_deleted_message_no_list_has_a_word(app: TestApp) {
        let room = room_of_all(&app).await;
        app.admin.post("/timers", json!({"allocatedDuration": 600, "kind": "focus"})).await;
        let sent = say(&app.minji, room, "@전체 비밀번호는 1234").await;
        archive(&app.seoyeon).await;
        let mut junho = Screen::open(&app, &app.junho).await;
        let mut seoyeon = Screen::open(&app, &app.seoyeon).await;
        let mut admin = Screen::open(&app, &app.admin).await;
        done(app.minji.delete(&format!("/chat/messages/{}", sent["id"])).await);
        assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, 0);
        assert!(archived(&app.seoyeon).await.is_empty());
        let silent = app.log_rows().await.into_iter().filter(|row| row.seq > junho.seq).all(|row| !row.frame.contains("1234"));
        assert!(silent, "nothing that is sent from now on has a word of it");
        // A list that keeps still under the pointer, or an open archive, shows it without its words.
        let wordless = updated("모두 · minji: 삭제된 메시지입니다.");
        assert_eq!(junho.hear().await, [wordless.clone(), ("unread", String::new())]);
        assert_eq!(seoyeon.hear().await, [wordless]);
        assert_eq!(admin.hear().await, [("unread", String::new())], "nothing waits any more");
    }
}
