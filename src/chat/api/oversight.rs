//! What the pages of those call who answer for the rooms.

use crate::chat::model::{AuditEntry, MessageSeq, Oversight, Review, Version};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId};
use crate::json::Json;
use leptos::prelude::*;

/// All rooms, who writes in them, and what was done to others; for admins.
///
/// # Errors
/// [`AppError::Forbidden`].
#[server(name = FetchChatOversight, prefix = "/fn", endpoint = "chat_oversight", input = Json, output = Json)]
pub async fn chat_oversight() -> Result<Oversight, AppError> {
    let (app, caller) = crate::server::state::request()?;
    crate::chat::server::moderation::oversight(&app, &caller).await
}

/// What was done to others in a room; for whoever manages it.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
#[server(name = FetchChatAudit, prefix = "/fn", endpoint = "chat_audit", input = Json, output = Json)]
pub async fn chat_audit(room: ChatRoomId) -> Result<Vec<AuditEntry>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    crate::chat::server::moderation::list_audit_of(&app, &caller, room).await
}

/// A room with its members and its newest messages, or those before one; for whoever manages it.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
#[server(name = FetchChatReview, prefix = "/fn", endpoint = "review_chat_room", input = Json, output = Json)]
pub async fn review_chat_room(room: ChatRoomId, before: Option<MessageSeq>) -> Result<Review, AppError> {
    let (app, caller) = crate::server::state::request()?;
    crate::chat::server::moderation::review_room(&app, &caller, room, before).await
}

/// What a message said before, for its author and for whoever manages its room.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
#[server(name = FetchChatVersions, prefix = "/fn", endpoint = "chat_versions", input = Json, output = Json)]
pub async fn chat_versions(id: MessageId) -> Result<Vec<Version>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    crate::chat::server::moderation::list_versions(&app, &caller, id).await
}
