//! A message on its way, and whose turn it is.

use crate::chat::live::OpenRoom;
use crate::chat::model::{Message, MessageSeq, NewMessage, Quote};
use crate::error::{AppError, Field};
use crate::ids::{ChatRoomId, UserId};
use crate::time::Timestamp;
use crate::ui::new_key;
use serde::{Deserialize, Serialize};

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    pub user: UserId,
    pub room: ChatRoomId,
    pub new: NewMessage,
    /// What is shown of the message that it answers.
    pub quote: Option<Quote>,
    /// The file that goes with it. Until the server has that, `new` does not name it.
    #[serde(default)]
    pub file: Option<PendingFile>,
    /// Later than that of whatever was written before it on its page.
    pub written_at: Timestamp,
    /// Of this page alone: another one begins anew, also with what has failed.
    #[serde(skip)]
    pub state: SendState,
}

/// The file of a message on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PendingFile {
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// The `Idempotency-Key` of its upload.
    #[serde(default = "new_key")]
    pub key: String,
    /// The number of its upload, which is of this page alone.
    #[serde(skip)]
    pub upload: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum SendState {
    /// Waits for its turn, for its file, or for the connection.
    #[default]
    Waiting,
    Sending,
    /// Has arrived under this number; its event is on the way.
    Sent(MessageSeq),
    Failed(AppError),
}

impl Outgoing {
    /// The number that it has from the first moment.
    #[must_use]
    pub fn number(&self) -> &str {
        self.new.client_msg_id.as_deref().unwrap_or_default()
    }

    /// Whether a message that has come is this one.
    #[must_use]
    pub fn is(&self, message: &Message) -> bool {
        message.user_id == self.user && message.client_msg_id == self.new.client_msg_id
    }

    #[must_use]
    pub fn is_sent(&self) -> bool {
        matches!(self.state, SendState::Sent(_))
    }

    /// Whether nothing of it has to go up any more before it is sent.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.file.is_none() || self.new.file_url.is_some()
    }

    /// Whether this upload is its file.
    #[must_use]
    pub fn carries(&self, upload: u32) -> bool {
        self.file.as_ref().is_some_and(|file| file.upload == upload)
    }

    /// Whether the server does not have its file any more.
    #[must_use]
    pub fn has_lost_file(&self) -> bool {
        let SendState::Failed(AppError::Validation { fields }) = &self.state else { return false };
        self.file.is_some() && fields.iter().any(|broken| broken.field == Field::FileUrl)
    }

    /// Whether a room that has come so far has this one, be it further up than the page reaches.
    #[must_use]
    pub fn is_in(&self, room: &OpenRoom) -> bool {
        let is_past = matches!(self.state, SendState::Sent(seq) if room.last_seq >= seq);
        is_past || room.messages.iter().rev().any(|message| self.is(message))
    }

    /// Its place in the browser's database, beside others of its person.
    #[must_use]
    pub fn key(&self) -> String {
        [&prefix(self.user), self.number()].concat()
    }
}

/// What the keys of a person's messages begin with.
#[must_use]
pub fn prefix(user: UserId) -> String {
    format!("{user}/")
}

/// Which one is sent next: the oldest that waits, unless its room has an older one whose file is still going up.
#[must_use]
pub fn next_to_send(entries: &[Outgoing]) -> Option<usize> {
    let mut held_back = Vec::new();
    entries.iter().position(|entry| {
        let is_next = entry.state == SendState::Waiting && !held_back.contains(&entry.room);
        if is_next && !entry.is_up() {
            held_back.push(entry.room);
        }
        is_next && entry.is_up()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Rule;

    fn text(room: i64) -> Outgoing {
        Outgoing {
            user: UserId(1),
            room: ChatRoomId(room),
            new: NewMessage::default(),
            quote: None,
            file: None,
            written_at: Timestamp(0),
            state: SendState::Waiting,
        }
    }

    fn file(room: i64) -> Outgoing {
        let file = PendingFile { name: "a.txt".into(), size: 1, key: "key".into(), upload: 1 };
        Outgoing { file: Some(file), ..text(room) }
    }

    #[test]
    fn a_file_on_its_way_holds_back_its_own_room_alone() {
        assert_eq!(next_to_send(&[]), None);
        assert_eq!(next_to_send(&[text(1), file(1)]), Some(0));
        assert_eq!(next_to_send(&[file(1), text(1)]), None);
        assert_eq!(next_to_send(&[file(1), text(1), text(2)]), Some(2));
        assert_eq!(next_to_send(&[file(1), file(2), text(2), text(1)]), None);
    }

    #[test]
    fn what_is_up_is_sent_in_its_turn_and_what_has_failed_holds_nobody_back() {
        let mut up = file(1);
        up.new.file_url = Some("/api/v1/chat/files/1".into());
        assert_eq!(next_to_send(&[up.clone(), text(1)]), Some(0));
        let failed = Outgoing { state: SendState::Failed(AppError::Forbidden), ..file(1) };
        assert_eq!(next_to_send(&[failed, text(1)]), Some(1));
        let sent = Outgoing { state: SendState::Sent(7), ..up };
        assert_eq!(next_to_send(&[sent, text(1)]), Some(1));
    }

    #[test]
    fn a_file_that_the_server_has_no_more_is_known_by_the_refusal() {
        let refused = |entry: Outgoing, error| Outgoing { state: SendState::Failed(error), ..entry };
        let unknown = AppError::field(Field::FileUrl, Rule::Unknown);
        assert!(refused(file(1), unknown.clone()).has_lost_file());
        assert!(!refused(text(1), unknown).has_lost_file());
        assert!(!refused(file(1), AppError::Forbidden).has_lost_file());
        assert!(!file(1).has_lost_file());
    }

    #[test]
    fn what_an_earlier_build_has_kept_is_still_read() {
        let kept = serde_json::to_value(text(1)).expect("it is plain data");
        let mut old = kept.as_object().expect("an object").clone();
        old.remove("file");
        let read = crate::json::read::<Outgoing>(&serde_json::Value::Object(old).to_string());
        assert_eq!(read, Ok(text(1)));
        let file = crate::json::read::<PendingFile>(r#"{"name":"a.txt","size":1}"#);
        assert!(file.is_ok_and(|file| !file.key.is_empty()), "a file gets the key that it had not");
    }
}
