//! Rooms, members and messages, in the shape of contracts §5.3, and the rules of both sides.

mod as_read;
mod bar;
mod change;
mod count;
mod kept;
mod mentions;
mod oversight;
mod rules;
#[cfg(test)]
mod tests;

pub use as_read::{as_read, gist};
pub use bar::Bar;
pub use change::RoomChange;
pub use count::{count_characters, excerpt, is_blank};
pub use kept::{KeptMessage, MAX_KEPT};
pub use mentions::{EVERYBODY, Mentions, find_mentions};
pub use oversight::{AuditEntry, ChatSender, Oversight, Review, RoomOverview, SenderInfo, SenderPlace, Version};
pub use rules::{
    MAX_EMOJIS, MAX_MESSAGE_CHARS, MAX_NAME_CHARS, MAX_TOPIC_CHARS, MAX_VERSIONS, MENTIONS_WITHOUT_ASKING, check_emoji,
    check_name, check_reason, check_slug, check_text, slug_of,
};

use crate::ids::{self, ChatRoomId, FileId, MemberId, MessageId, ReservationId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A message's number in its room: from 1, without gaps.
pub type MessageSeq = i64;

/// Who may come and who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Everybody may find and join it.
    Channel,
    /// Its members only; they are added by its admins.
    Private,
    /// Two people.
    Direct,
    /// The people of a booking, or of a stream.
    Live,
}

/// What a member may do, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    Member,
    /// Adds and removes members, deletes what others wrote, changes name and topic.
    Admin,
    /// Also makes admins and closes the room.
    Owner,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    #[default]
    Text,
    Image,
    File,
    /// What has happened to the room; written by the server.
    System,
}

/// A room, as all of its members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct ChatRoom {
    pub id: ChatRoomId,
    pub kind: RoomKind,
    pub slug: String,
    /// Empty when two people talk: each sees the other's name.
    pub name: String,
    /// What it is about; may be empty.
    pub topic: String,
    pub reservation_id: Option<ReservationId>,
    pub member_count: i64,
    pub version: i64,
    pub created_at: Timestamp,
    /// Nobody writes here any more.
    pub archived_at: Option<Timestamp>,
}

/// A person, in the shape of contracts §5.3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChatUser {
    #[serde(with = "ids::integer")]
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub id: UserId,
    pub email: String,
    pub name: String,
}

/// Somebody's place in a room (contracts §5.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Member {
    pub id: MemberId,
    pub chat_room_id: ChatRoomId,
    #[serde(with = "ids::integer")]
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub user_id: UserId,
    pub role: MemberRole,
    pub joined_at: Timestamp,
    /// Nothing when they have not read anything yet, or do not show it.
    pub last_read_at: Option<Timestamp>,
    /// Nothing when they do not show it.
    pub last_read_seq: Option<MessageSeq>,
    /// At the moment of the answer or event; 0 when they do not show it. Live screens have
    /// [`OpenRoom::unread_of`](super::live::OpenRoom::unread_of).
    pub unread_count: i64,
    /// Until when they may read and not write; it may be over.
    pub barred_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub user: ChatUser,
}

/// One emoji under a message, and who put it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Reaction {
    pub emoji: String,
    #[serde(with = "ids::integers")]
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<i64>))]
    pub user_ids: Vec<UserId>,
}

/// The message that another one answers, as far as it is shown there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Quote {
    pub id: MessageId,
    pub seq: MessageSeq,
    /// Who wrote it.
    pub name: String,
    /// Its beginning as it is read, or what its file is called; empty once it is deleted.
    pub excerpt: String,
}

/// What is known of an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FileInfo {
    pub id: FileId,
    pub name: String,
    /// As its bytes say, not its name.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// Pixels, of an image.
    pub width: Option<u32>,
    pub height: Option<u32>,
}

/// A message (contracts §5.3), the same for every member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Message {
    pub id: MessageId,
    pub chat_room_id: ChatRoomId,
    pub seq: MessageSeq,
    #[serde(with = "ids::integer")]
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub user_id: UserId,
    /// Markdown as it was written; empty once it is deleted.
    pub message: String,
    /// What is shown: made by the server, and safe to put into a page.
    pub html: String,
    pub message_type: MessageType,
    /// Of a message of type `system`: what has happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<RoomChange>,
    pub file_url: Option<String>,
    pub file: Option<FileInfo>,
    /// Whether every other member who shows it has read it.
    pub is_read: bool,
    /// How many members, of those who show it, have not.
    pub unread_by: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub user: ChatUser,
    /// The sender's own number for it.
    pub client_msg_id: Option<String>,
    pub reply_to: Option<Quote>,
    /// The message whose thread this belongs to.
    pub thread_root: Option<MessageId>,
    /// Replies in this message's own thread that are not deleted.
    pub reply_count: i64,
    pub last_reply_at: Option<Timestamp>,
    pub mentions: Mentions,
    pub edited_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    /// By emoji, each with its people by id.
    pub reactions: Vec<Reaction>,
    /// Said only as it comes: it arrived after words that its sender had not seen, and moves no read pointer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_late: bool,
}

impl Message {
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// Whether it tells what has happened to the room: it is nobody's word.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.message_type == MessageType::System
    }

    /// How far a member has read who had read to `before` when this came, which tells what has happened to the
    /// room: it is unread by nobody who has read the rest.
    #[must_use]
    pub fn read_over(&self, before: MessageSeq) -> MessageSeq {
        if before + 1 == self.seq { self.seq } else { before }
    }

    /// Whether it calls this person: by name, or as one of the room. Nobody calls themselves.
    #[must_use]
    pub fn calls(&self, user: UserId) -> bool {
        self.user_id != user && !self.is_deleted() && self.mentions.include(user)
    }

    /// What another message shows of it.
    #[must_use]
    pub fn quote(&self) -> Quote {
        Quote { id: self.id, seq: self.seq, name: self.user.name.clone(), excerpt: self.as_read() }
    }

    /// Notes how many members have not read it.
    pub fn set_unread_by(&mut self, unread_by: i64) {
        self.unread_by = unread_by;
        self.is_read = unread_by == 0;
    }
}

/// What a list of rooms shows of a room's newest message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LastMessage {
    pub id: MessageId,
    pub seq: MessageSeq,
    #[serde(with = "ids::integer")]
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub user_id: UserId,
    /// Who wrote it.
    pub name: String,
    /// Its beginning as it is read, or what its file is called; empty once it is deleted.
    pub message: String,
    pub message_type: MessageType,
    pub created_at: Timestamp,
    pub deleted: bool,
}

impl LastMessage {
    #[must_use]
    pub fn of(message: &Message) -> Self {
        Self {
            id: message.id,
            seq: message.seq,
            user_id: message.user_id,
            name: message.user.name.clone(),
            message: message.as_read(),
            message_type: message.message_type,
            created_at: message.created_at,
            deleted: message.is_deleted(),
        }
    }
}

/// A channel in the list of those that can be joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Channel {
    pub room: ChatRoom,
    /// Whether the caller is in it.
    pub joined: bool,
}

/// A room to be made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NewChatRoom {
    /// Not needed for two people, nor for a booking.
    pub name: String,
    /// Made of the name when there is none.
    pub slug: Option<String>,
    pub topic: String,
    pub kind: Option<RoomKind>,
    /// Others who are in it from the beginning.
    pub member_ids: Vec<UserId>,
    /// Of a live room: the booking it belongs to.
    pub reservation_id: Option<ReservationId>,
}

/// Changes to a room; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ChatRoomPatch {
    pub name: Option<String>,
    pub topic: Option<String>,
    /// Owners only.
    pub archived: Option<bool>,
    pub version: Option<i64>,
}

/// A message to be sent, from any surface.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NewMessage {
    pub message: String,
    pub message_type: Option<MessageType>,
    pub file_url: Option<String>,
    /// The sender's own number for it, unique in the room: a repeat is recognised by it, for good.
    pub client_msg_id: Option<String>,
    /// The message that this one answers.
    pub reply_to: Option<MessageId>,
    /// The message in whose thread this one stands.
    pub thread_root: Option<MessageId>,
    /// The sender knows that it calls more than [`MENTIONS_WITHOUT_ASKING`] people.
    pub confirm_mentions: bool,
    /// The newest message that the sender had before them when they wrote: what others have written since they have
    /// not read, however late this arrives. Without it, whoever writes has read what is before.
    pub seen_up_to: Option<MessageSeq>,
}

/// How many hits one answer of the search has at most.
pub const HITS: usize = 30;

/// What a search has found so far, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    pub messages: Vec<Message>,
    /// Only messages before this one have not been looked through.
    pub before: Option<MessageId>,
}

/// For how long a room stays silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mute {
    Off,
    Hour,
    /// Until the day after begins.
    Tomorrow,
    Forever,
}

/// The end of a silence without one.
pub const FOREVER: Timestamp = Timestamp(253_402_207_200_000);

/// A part of a room's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// The newest, and whatever comes.
    Latest,
    /// From a message to the newest, and whatever comes.
    From(MessageSeq),
    /// The neighbourhood of a message.
    Around(MessageSeq),
    /// Both ends included.
    Between(MessageSeq, MessageSeq),
    /// A message's thread, and whatever comes to it.
    Thread(MessageId),
    /// The part of a message's thread around one of its replies.
    ThreadAround(MessageId, MessageSeq),
}
