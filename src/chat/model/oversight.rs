//! What those see who answer for the rooms.

use super::{ChatRoom, Member, Message, RoomKind};
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody who writes in open rooms (contracts §3.3, `allChatUsers`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChatSender {
    #[serde(rename = "_id")]
    pub id: UserId,
    pub last_message: String,
    pub last_message_time: Timestamp,
    pub message_count: i64,
    pub user_info: SenderInfo,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SenderInfo {
    #[serde(rename = "_id")]
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub picture: Option<String>,
}

/// How much somebody has written in one open room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct SenderPlace {
    pub user_id: UserId,
    pub room_id: ChatRoomId,
    pub message_count: i64,
}

/// A room in the overview. Private ones have no name in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct RoomOverview {
    pub id: ChatRoomId,
    pub kind: RoomKind,
    pub name: String,
    pub member_count: i64,
    pub message_count: i64,
    pub created_at: Timestamp,
    pub archived_at: Option<Timestamp>,
}

/// What somebody has done to others, or to a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct AuditEntry {
    pub id: i64,
    pub at: Timestamp,
    pub actor_id: i64,
    pub actor_name: String,
    /// `delete_message`, `remove_member`, `bar_member`, `unbar_member`, `make_owner`, `make_admin`, `make_member`,
    /// `archive_room` or `reopen_room`.
    pub action: String,
    pub room_id: ChatRoomId,
    /// Empty for whoever may not know it.
    pub room_name: String,
    pub message_id: Option<MessageId>,
    pub user_id: Option<i64>,
    /// To whom it was done.
    pub user_name: Option<String>,
    /// Empty when there is none, and for whoever may not know it.
    pub reason: String,
}

/// What a message said until somebody changed or deleted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Version {
    pub text: String,
    pub user_id: i64,
    pub at: Timestamp,
}

/// Everything that the admins' page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oversight {
    /// The liveliest first.
    pub rooms: Vec<RoomOverview>,
    /// The last to write first.
    pub senders: Vec<ChatSender>,
    /// Where each of them writes, the most first.
    pub places: Vec<SenderPlace>,
    /// The newest first.
    pub audit: Vec<AuditEntry>,
}

/// A room as those see it who manage it, members or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub room: ChatRoom,
    pub members: Vec<Member>,
    /// In order.
    pub messages: Vec<Message>,
}
