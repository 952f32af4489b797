//! S1, the stream chat (contracts §2.1): a stream is a chat room, named by its slug or its id.

use super::gateway::Surface;
use super::session::{End, Joined, Session};
use super::{code_of, join_first};
use crate::accounts::model::Person;
use crate::chat::model::{Message, MessageSeq, NewMessage};
use crate::chat::server::{self as chat, History};
use crate::error::AppError;
use crate::ids::ChatRoomId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use socketioxide::extract::AckSender;

/// How many messages a client gets when it joins.
const HISTORY: u32 = 100;
/// In how many pages they are looked for, where most was deleted.
const MOST_PAGES: usize = 20;

/// `join-room`. Its `user` does not count: who it is, the session says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Join {
    stream_id: String,
}

/// `send-message`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Send {
    stream_id: String,
    message: String,
    /// [EXT] The sender's own number for it.
    client_msg_id: Option<String>,
}

/// `ChatMsg`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StreamMessage<'a> {
    id: String,
    stream_id: &'a str,
    user_id: String,
    nickname: &'a str,
    avatar_url: &'a str,
    message: &'a str,
    timestamp: Timestamp,
    /// [EXT] Its number in the room.
    seq: i64,
}

impl<'a> StreamMessage<'a> {
    fn of(stream_id: &'a str, message: &'a Message) -> Self {
        // Clients of this contract know texts only.
        let file = message.file_url.as_deref().unwrap_or_default();
        Self {
            id: message.id.to_string(),
            stream_id,
            user_id: message.user_id.to_string(),
            nickname: &message.user.name,
            avatar_url: "",
            message: if message.message.is_empty() { file } else { &message.message },
            timestamp: message.created_at,
            seq: message.seq,
        }
    }
}

impl Session {
    pub(super) async fn hear_stream(&mut self, name: &str, data: Value, ack: AckSender) -> Result<(), End> {
        let done = match name {
            "join-room" => self.join_stream(data).await,
            "send-message" => return self.send_to_stream(data, ack).await,
            _ => self.leave_stream(data).await,
        };
        match done {
            Ok(()) => Ok(()),
            Err(Refusal::Over(end)) => Err(end),
            Err(Refusal::Error(error)) => self.refuse(&error).await,
        }
    }

    async fn join_stream(&mut self, data: Value) -> Result<(), Refusal> {
        let Join { stream_id } = read(data)?;
        let room = chat::find_room_named(&self.app, &stream_id).await?;
        // Before the history is read: whatever is committed from here on is in it or comes after it.
        let since = self.app.tail.head();
        let (messages, heard) = self.history_of_stream(room).await?;
        let shown: Vec<_> = messages.iter().map(|message| StreamMessage::of(&stream_id, message)).collect();
        self.emit("message-history", &shown).await.map_err(Refusal::Over)?;
        self.enter((Surface::Stream, room), Joined { name: stream_id.clone(), heard, since, told_bar: None }).await;
        Ok(())
    }

    /// The newest of what people have said in a room, and the number of its newest message; an open room takes in
    /// whoever comes.
    async fn history_of_stream(&self, room: ChatRoomId) -> Result<(Vec<Message>, MessageSeq), AppError> {
        let newest = match self.page_of_stream(room, None).await {
            Err(AppError::Forbidden) => {
                match chat::add_member(&self.app, &self.caller, room, self.me()).await {
                    Ok(_) | Err(AppError::AlreadyMember) => {}
                    Err(error) => return Err(error),
                }
                self.page_of_stream(room, None).await?
            }
            page => page?,
        };
        let heard = newest.last().map_or(0, |message| message.seq);
        let (mut said, mut page) = (Vec::new(), newest);
        for _ in 0..MOST_PAGES {
            let before = page.first().map(|message| message.seq).filter(|first| *first > 1);
            said.splice(0..0, page.into_iter().filter(Message::is_answerable));
            if said.len() >= HISTORY as usize || before.is_none() {
                break;
            }
            page = self.page_of_stream(room, before).await?;
        }
        said.drain(..said.len().saturating_sub(HISTORY as usize));
        Ok((said, heard))
    }

    async fn page_of_stream(&self, room: ChatRoomId, before: Option<MessageSeq>) -> Result<Vec<Message>, AppError> {
        let page = History { limit: Some(HISTORY), before_seq: before, ..History::default() };
        chat::list_messages(&self.app, &self.caller, room, page).await
    }

    async fn send_to_stream(&mut self, data: Value, ack: AckSender) -> Result<(), End> {
        let Send { stream_id, message, client_msg_id } = match read(data) {
            Ok(send) => send,
            Err(error) => return self.refuse_send(&error, ack).await,
        };
        let Some((_, room)) = self.find_joined(Surface::Stream, &stream_id) else {
            // The receipt is for whoever asked for one; without a socket nobody did.
            let _ = ack.send(&json!({"ok": false, "code": "NOT_JOINED"}));
            return self.complain(join_first(self.lang), "NOT_JOINED").await;
        };
        let new = NewMessage { message, client_msg_id, ..NewMessage::default() };
        match chat::send_message(&self.app, &self.caller, room, new).await {
            Ok(message) => {
                let _ = ack.send(&json!({"ok": true, "id": message.id.to_string(), "seq": message.seq}));
                Ok(())
            }
            Err(error) => self.refuse_send(&error, ack).await,
        }
    }

    async fn refuse_send(&mut self, error: &AppError, ack: AckSender) -> Result<(), End> {
        let _ = ack.send(&json!({"ok": false, "code": code_of(error), "message": self.lang.error(error)}));
        self.refuse(error).await
    }

    /// The socket leaves; the person stays a member of the room.
    async fn leave_stream(&mut self, data: Value) -> Result<(), Refusal> {
        let name: String = read(data)?;
        if let Some(place) = self.find_joined(Surface::Stream, &name) {
            self.leave(place).await;
        }
        Ok(())
    }

    pub(super) async fn tell_stream(&mut self, name: &str, message: &Message) -> Result<(), End> {
        self.emit("new-message", &StreamMessage::of(name, message)).await
    }
}

/// `user-joined` and `user-left`.
pub(super) fn stream_person(stream_id: &str, person: &Person, at: Timestamp) -> Value {
    json!({
        "streamId": stream_id,
        "user": {"userId": person.id, "nickname": person.name, "avatarUrl": ""},
        "timestamp": at,
    })
}

/// Why something was not done: it was refused, or there is nobody any more to do it for.
pub(super) enum Refusal {
    Error(AppError),
    Over(End),
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        Self::Error(error)
    }
}

/// An event's payload.
///
/// # Errors
/// [`AppError::MalformedRequest`].
pub(super) fn read<T: serde::de::DeserializeOwned>(data: Value) -> Result<T, AppError> {
    serde_json::from_value(data).map_err(|_| AppError::MalformedRequest { line: 0, column: 0 })
}
