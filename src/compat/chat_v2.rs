//! The message of the communication server (contracts §3.2), as its REST and its sockets write it.

use crate::chat::model::{FileInfo, Member, Message, MessageSeq, MessageType};
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::time::Timestamp;
use serde::Serialize;

/// A message with string ids. `seq` and `clientMsgId` are additions.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyMessage {
    #[serde(rename = "_id")]
    pub id: String,
    pub chat_room_id: String,
    pub sender_id: UserId,
    pub message: String,
    pub message_type: MessageType,
    pub timestamp: Timestamp,
    /// Those who have read it and show it, but for its sender.
    pub read_by: Vec<UserId>,
    pub is_deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<LegacyMetadata>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub seq: MessageSeq,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<String>,
}

/// What there is of a file.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyMetadata {
    pub file_url: Option<String>,
    pub file: Option<FileInfo>,
}

/// A page of a room's history (contracts §3.3), oldest first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyPage {
    pub messages: Vec<LegacyMessage>,
    pub total_count: i64,
}

impl LegacyMessage {
    /// A message, and who of a room's members has read it.
    #[must_use]
    pub fn of(message: &Message, members: &[Member]) -> Self {
        let has_read = |member: &&Member| {
            member.user_id != message.user_id && member.last_read_seq.is_some_and(|seq| seq >= message.seq)
        };
        let id = |ChatRoomId(id)| id.to_string();
        let metadata = LegacyMetadata { file_url: message.file_url.clone(), file: message.file.clone() };
        Self {
            id: message.id.to_string(),
            chat_room_id: id(message.chat_room_id),
            sender_id: message.user_id,
            message: message.message.clone(),
            message_type: message.message_type,
            timestamp: message.created_at,
            read_by: members.iter().filter(has_read).map(|member| member.user_id).collect(),
            is_deleted: message.is_deleted(),
            reply_to: message.reply_to.as_ref().map(|quote| {
                let MessageId(id) = quote.id;
                id.to_string()
            }),
            metadata: message.file_url.is_some().then_some(metadata),
            created_at: message.created_at,
            updated_at: message.updated_at,
            seq: message.seq,
            client_msg_id: message.client_msg_id.clone(),
        }
    }
}
