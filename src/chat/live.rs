//! The screens of chat as slices: the list of rooms, and a room that is open.

mod kept;
mod list;
mod room;

pub use kept::{KeptEvent, KeptMessages};
pub use list::{ChatRooms, ListedRoom};
pub use room::{OpenRoom, Window, count_unread};

use super::model::{Bar, MessageSeq};
use crate::ids::{self, ChatRoomId, MessageId, UserId};
use crate::realtime::protocol::{Seq, Topic};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// `chat:read`: how far a member has read (contracts §5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadEvent {
    pub chat_room_id: ChatRoomId,
    #[serde(with = "ids::integer")]
    pub user_id: UserId,
    pub last_read_seq: MessageSeq,
    pub last_read_at: Timestamp,
}

/// `chat:member_leave`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveEvent {
    pub chat_room_id: ChatRoomId,
    #[serde(with = "ids::integer")]
    pub user_id: UserId,
}

/// `chat:reaction`: an emoji put under a message, or taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionEvent {
    pub chat_room_id: ChatRoomId,
    pub message_id: MessageId,
    pub seq: MessageSeq,
    #[serde(with = "ids::integer")]
    pub user_id: UserId,
    pub emoji: String,
    pub added: bool,
}

/// `chat:place` on `user:<id>`: what a member alone sees of their place in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceEvent {
    pub chat_room_id: ChatRoomId,
    pub place: Place,
}

/// A member's own view of their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Place {
    pub last_read_seq: MessageSeq,
    /// Kept as a reminder: unread from this message on.
    pub unread_from: Option<MessageSeq>,
    pub muted_until: Option<Timestamp>,
    /// Whether others see how far they have read.
    pub shows_reading: bool,
    /// What keeps them from writing; it may be over.
    pub bar: Option<Bar>,
}

impl Place {
    /// Takes in that everything up to a message has been read: the pointer never moves back, and a reminder is settled
    /// by whoever reads as far as it begins.
    pub fn read_up_to(&mut self, seq: MessageSeq) {
        self.last_read_seq = self.last_read_seq.max(seq);
        self.unread_from = self.unread_from.filter(|from| *from > seq);
    }

    /// Whether to read up to a message makes a difference.
    #[must_use]
    pub fn is_changed_by(&self, seq: MessageSeq) -> bool {
        seq > self.last_read_seq || self.unread_from.is_some_and(|from| from <= seq)
    }
}

/// `chat:room_joined` on `user:<id>`: the room as it stands in the list of whoever has come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedEvent {
    pub room: ListedRoom,
}

/// `topic:granted` on `user:<id>`: from here on the person receives a topic too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedEvent {
    pub topic: Topic,
    /// The topic's newest event at this moment, which is not sent.
    pub seq: Seq,
}

/// `topic:revoked` on `user:<id>`: from here on the person does not receive it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedEvent {
    pub topic: Topic,
}

/// `chat:typing`, without a place in the log: somebody is writing. Holds for five seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingEvent {
    pub chat_room_id: ChatRoomId,
    #[serde(with = "ids::integer")]
    pub user_id: UserId,
    pub name: String,
}
