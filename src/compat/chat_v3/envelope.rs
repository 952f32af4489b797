//! What the socket sends: `{type, room_id, user_id, data}` (contracts §5.1), made of the log's frames.

use crate::chat::live::TypingEvent;
use crate::chat::model::{Message, MessageSeq};
use crate::ids::{ChatRoomId, UserId};
use crate::realtime::protocol::{Event, Frame, ServerFrame, Volatile, VolatileFrame};
use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
struct Envelope<'a, T> {
    #[serde(rename = "type")]
    kind: &'a str,
    room_id: ChatRoomId,
    /// Who did it; 0 when nobody did.
    user_id: i64,
    data: &'a T,
    /// Of messages: their number in the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<MessageSeq>,
}

fn text<T: Serialize>(kind: &str, room: ChatRoomId, actor: i64, data: &T, seq: Option<MessageSeq>) -> Utf8Bytes {
    let envelope = Envelope { kind, room_id: room, user_id: actor, data, seq };
    // Strings, numbers and lists of them: there is nothing in it that JSON cannot say.
    serde_json::to_string(&envelope).expect("an envelope is JSON").into()
}

/// A message as it was sent.
#[must_use]
pub fn message(message: &Message) -> Utf8Bytes {
    text("message", message.chat_room_id, message.user_id.0, message, Some(message.seq))
}

/// Who is online when a client comes.
#[must_use]
pub fn presence(room: ChatRoomId, online: &[UserId]) -> Utf8Bytes {
    let online: Vec<i64> = online.iter().map(|user| user.0).collect();
    text("presence", room, 0, &json!({"online": online}), None)
}

/// A frame of the room's topic in this contract's words; nothing for what it has no words for.
#[must_use]
pub fn of_frame(frame: &Frame) -> Option<Utf8Bytes> {
    let actor = frame.user_id.map_or(0, |user| user.0);
    Some(match &frame.event {
        Event::ChatMessage(sent) => message(sent),
        Event::ChatMessageUpdated(m) => text("message_updated", m.chat_room_id, actor, m, Some(m.seq)),
        Event::ChatMessageDeleted(m) => text("message_deleted", m.chat_room_id, actor, m, Some(m.seq)),
        Event::ChatRead(e) => {
            let data = json!({
                "user_id": e.user_id.0, "last_read_at": e.last_read_at, "last_read_seq": e.last_read_seq,
            });
            text("read", e.chat_room_id, actor, &data, None)
        }
        Event::ChatReaction(e) => text("reaction", e.chat_room_id, actor, e, None),
        Event::ChatMemberJoin(member) => text("member_join", member.chat_room_id, actor, member, None),
        Event::ChatMemberUpdated(member) => text("member_updated", member.chat_room_id, actor, member, None),
        Event::ChatMemberLeave(e) => text("member_leave", e.chat_room_id, actor, &user(e.user_id), None),
        _ => return None,
    })
}

fn user(id: UserId) -> Value {
    json!({"user_id": id.0})
}

/// A frame of the volatile plane: what is in this contract's words already, or that somebody writes.
#[must_use]
pub fn of_volatile(frame: &Utf8Bytes) -> Option<Utf8Bytes> {
    match ServerFrame::parse(frame) {
        Some(ServerFrame::Volatile(VolatileFrame { volatile: Volatile::Typing(typing), .. })) => {
            let TypingEvent { chat_room_id, user_id, name } = typing;
            Some(text("typing", chat_room_id, user_id.0, &json!({"user_id": user_id.0, "name": name}), None))
        }
        Some(_) => None,
        None => Some(frame.clone()),
    }
}
