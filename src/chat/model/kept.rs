//! Messages that somebody keeps for themselves.

use super::{Message, MessageSeq};
use crate::ids::{self, ChatRoomId, MessageId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How many messages one person can keep.
pub const MAX_KEPT: u32 = 300;

/// A message in the list of whoever keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct KeptMessage {
    pub id: MessageId,
    pub chat_room_id: ChatRoomId,
    pub seq: MessageSeq,
    /// Who wrote it.
    #[serde(with = "ids::integer")]
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub user_id: UserId,
    pub name: String,
    /// Its beginning as it is read, or what its file is called.
    pub excerpt: String,
    pub created_at: Timestamp,
    pub kept_at: Timestamp,
}

impl KeptMessage {
    #[must_use]
    pub fn of(message: &Message, kept_at: Timestamp) -> Self {
        Self {
            id: message.id,
            chat_room_id: message.chat_room_id,
            seq: message.seq,
            user_id: message.user_id,
            name: message.user.name.clone(),
            excerpt: message.as_read(),
            created_at: message.created_at,
            kept_at,
        }
    }
}
