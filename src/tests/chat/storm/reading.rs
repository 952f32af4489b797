//! How far people have read: marked from all of a person's devices, late ones too, it never goes back, and
//! all counts follow from it.

use super::network::insist;
use crate::chat::model::MessageSeq;
use crate::ids::{ChatRoomId, UserId};
use crate::realtime::protocol::{Event, ServerFrame};
use crate::tests::chat::{done, history};
use crate::tests::helpers::{Client, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::sync::watch;

/// How many messages a device shows before it marks them as read.
const STEP: MessageSeq = 20;

/// How far each member has read, as somebody knows who follows the room's events.
#[derive(Default)]
pub(super) struct Pointers(BTreeMap<UserId, MessageSeq>);

impl Pointers {
    pub(super) fn follow(&mut self, event: &Event) {
        match event {
            // Whoever writes has read what is before.
            Event::ChatMessage(message) => self.advance(message.user_id, message.seq),
            Event::ChatRead(read) => self.advance(read.user_id, read.last_read_seq),
            _ => {}
        }
    }

    pub(super) fn advance(&mut self, user: UserId, seq: MessageSeq) {
        let before = self.0.insert(user, seq);
        assert!(before.is_none_or(|before| before < seq), "{user} has read up to {seq} after {before:?}");
    }
}

/// One device: marks as read what its screen shows, up to a message. Each time it also hands in what it
/// marked before, as if that had been on the way for longer.
pub(super) async fn mark(client: Client, room: ChatRoomId, mut newest: watch::Receiver<MessageSeq>, up_to: MessageSeq) {
    let path = format!("/chat/rooms/{room}/read");
    let mut marked: MessageSeq = 0;
    while marked < up_to {
        let next = up_to.min(marked + STEP);
        let shown = *newest.wait_for(|newest| *newest >= next).await.expect("a screen that shows it");
        let before = std::mem::replace(&mut marked, up_to.min(shown));
        for seq in [marked, before] {
            let body = json!({"user_id": client.id.0, "last_read_seq": seq});
            insist(|| client.request("POST", &path).json(&body)).await;
        }
    }
}

/// How far each member has read, as the server says.
pub(super) async fn pointers(app: &TestApp, room: ChatRoomId) -> BTreeMap<UserId, MessageSeq> {
    let members = done(app.minji.get(&format!("/chat/rooms/{room}/members")).await);
    let number = |value: &Value| value.as_i64().expect("a number");
    let members = members.as_array().expect("a list").iter();
    members.map(|member| (UserId(number(&member["user_id"])), number(&member["last_read_seq"]))).collect()
}

/// Whoever has marked as read up to a message, and written, has read up to the later of both; the log has
/// told of no step back, and all counts follow.
pub(super) async fn check(app: &TestApp, room: ChatRoomId, marked: &BTreeMap<UserId, MessageSeq>) {
    let (mut told, mut expected) = (Pointers::default(), marked.clone());
    let mut last: MessageSeq = 0;
    for row in app.log_rows().await {
        let Some(ServerFrame::Durable(frame)) = ServerFrame::parse(&row.frame) else {
            panic!("not an event: {}", row.frame)
        };
        told.follow(&frame.event);
        if let Event::ChatMessage(message) = &frame.event {
            last = message.seq;
            let read = expected.entry(message.user_id).or_default();
            *read = last.max(*read);
        }
    }
    assert_eq!(told.0, expected, "what was told of");
    assert_eq!(pointers(app, room).await, expected, "what is stored");
    for member in done(app.minji.get(&format!("/chat/rooms/{room}/members")).await).as_array().expect("a list") {
        let read = member["last_read_seq"].as_i64().expect("a number");
        assert_eq!(member["unread_count"], last - read, "{member}");
    }
    for client in [&app.admin, &app.minji, &app.junho, &app.seoyeon] {
        let rooms = done(client.get("/chat/rooms").await);
        assert_eq!(rooms[0]["unread_count"], last - expected[&client.id], "{}: {rooms}", client.user.name);
    }
    for message in history(&app.minji, room).await {
        let unread_by = expected.values().filter(|read| message["seq"].as_i64() > Some(**read)).count();
        assert_eq!(
            (&message["unread_by"], &message["is_read"]),
            (&json!(unread_by), &json!(unread_by == 0)),
            "{message}"
        );
    }
}
