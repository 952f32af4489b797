//! A message in a chat room that calls somebody.

use super::NotificationKind;
use crate::ids::ChatRoomId;
use serde::{Deserialize, Serialize};

/// Why a message calls somebody, the most personal reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// It names them.
    Mention,
    /// It names everybody in the room.
    Everyone,
    /// Two people talk.
    Direct,
    /// The talk of a meeting has begun.
    Meeting,
    /// They were not here when a private room went on.
    Missed,
}

/// The newest message of a room that calls a person, and how many have since they last read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChatCall {
    pub chat_room_id: ChatRoomId,
    /// What stands in the room's address.
    pub slug: String,
    /// The room's name; empty when two people talk.
    pub room: String,
    pub call: Call,
    /// The name of whoever wrote it.
    pub by: String,
    /// The message's beginning as it is read, or its file's name; empty once it is deleted.
    pub excerpt: String,
    /// The message's number in its room.
    pub seq: i64,
    /// How many messages have called, this one included.
    pub count: u32,
}

impl ChatCall {
    /// Where the message is shown.
    #[must_use]
    pub fn link(&self) -> String {
        chat_link(&self.slug, self.seq)
    }
}

/// Where a message of a chat room is shown.
#[must_use]
pub fn chat_link(slug: &str, seq: i64) -> String {
    ["/chat/", slug, "?at=", &seq.to_string()].concat()
}

/// The group of everything about a chat room.
#[must_use]
pub fn chat_group(room: ChatRoomId) -> String {
    ["chat:", &room.to_string()].concat()
}

/// What those who manage a chat room have done to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// A message of theirs is deleted.
    Deleted,
    /// They are out of the room.
    Removed,
    /// They may read and not write.
    Barred,
    /// They may write again.
    Unbarred,
}

impl NotificationKind {
    /// The chat message that it is about.
    #[must_use]
    pub fn chat(&self) -> Option<&ChatCall> {
        match self {
            Self::Chat { chat } => Some(chat),
            _ => None,
        }
    }
}
