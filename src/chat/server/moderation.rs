//! What those see who answer for the rooms: who writes where, what was done to others, a room's
//! whole history. Of private rooms and of two people, only their own admins.

use super::store::{self, Standing};
use crate::accounts::server::Caller;
use crate::chat::model::{Message, MessageSeq, RoomKind};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::Timestamp;
use serde::Serialize;

/// Somebody who writes in open rooms (contracts §3.3, `allChatUsers`).
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatSender {
    #[serde(rename = "_id")]
    pub id: UserId,
    pub last_message: String,
    pub last_message_time: Timestamp,
    pub message_count: i64,
    pub user_info: SenderInfo,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SenderInfo {
    #[serde(rename = "_id")]
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub picture: Option<String>,
}

/// A room in the overview. Private ones have no name in it.
#[derive(Clone, Debug, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct RoomOverview {
    pub id: ChatRoomId,
    pub kind: RoomKind,
    pub name: String,
    pub member_count: i64,
    pub message_count: i64,
    pub created_at: Timestamp,
    pub archived_at: Option<Timestamp>,
}

/// What somebody has done to others.
#[derive(Clone, Debug, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct AuditEntry {
    pub id: i64,
    pub at: Timestamp,
    pub actor_id: i64,
    pub actor_name: String,
    pub action: String,
    pub room_id: ChatRoomId,
    pub message_id: Option<MessageId>,
    pub user_id: Option<i64>,
    pub reason: String,
}

/// What a message said until somebody changed or deleted it.
#[derive(Clone, Debug, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct Version {
    pub text: String,
    pub user_id: i64,
    pub at: Timestamp,
}

/// What is noted of a deed to others.
pub struct Deed<'a> {
    pub action: &'static str,
    pub room: ChatRoomId,
    pub message: Option<MessageId>,
    pub user: Option<UserId>,
    pub reason: &'a str,
}

/// Everybody who writes in open rooms, the last to write first.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins.
pub async fn list_senders(app: &App, caller: &Caller) -> Result<Vec<ChatSender>, AppError> {
    caller.require_admin()?;
    let mut read = app.read().await?;
    let senders = store::list_senders(&mut read).await?;
    read.end().await?;
    Ok(senders)
}

/// All rooms, the largest first.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins.
pub async fn list_overview(app: &App, caller: &Caller) -> Result<Vec<RoomOverview>, AppError> {
    caller.require_admin()?;
    let mut read = app.read().await?;
    let rooms = store::list_overview(&mut read).await?;
    read.end().await?;
    Ok(rooms)
}

/// What was done to others in open rooms, the newest first.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins.
pub async fn list_audit(app: &App, caller: &Caller) -> Result<Vec<AuditEntry>, AppError> {
    caller.require_admin()?;
    let mut read = app.read().await?;
    let entries = store::list_audit(&mut read).await?;
    read.end().await?;
    Ok(entries)
}

/// What a message said before, for its author and for whoever manages its room.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn list_versions(app: &App, caller: &Caller, id: MessageId) -> Result<Vec<Version>, AppError> {
    let mut read = app.read().await?;
    let message = store::find_message(&mut read, id).await?.ok_or(AppError::NotFound)?;
    let is_author = message.user_id == caller.user.id;
    let standing = store::find_standing(&mut read, caller.user.id, message.chat_room_id).await?;
    let standing = standing.ok_or(AppError::NotFound)?;
    if !(manages(&standing, caller) || (is_author && standing.me.is_some())) {
        return Err(AppError::Forbidden);
    }
    let versions = store::list_versions(&mut read, id).await?;
    read.end().await?;
    Ok(versions)
}

fn manages(standing: &Standing, caller: &Caller) -> bool {
    standing.room.may_manage(standing.me.as_ref().map(|me| me.role), caller.viewer())
}

/// Whether the caller may take a room's whole history away; gives what the room is called.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever does not manage it.
pub async fn begin_export(app: &App, caller: &Caller, room: ChatRoomId) -> Result<String, AppError> {
    let mut read = app.read().await?;
    let standing = store::find_standing(&mut read, caller.user.id, room).await?.ok_or(AppError::NotFound)?;
    read.end().await?;
    // The history of two people is theirs.
    let is_theirs = standing.room.kind == RoomKind::Direct && standing.me.is_some();
    if is_theirs || manages(&standing, caller) { Ok(standing.room.slug) } else { Err(AppError::Forbidden) }
}

/// The next messages of a history that is being taken away, after one.
///
/// # Errors
/// When the database fails.
pub async fn export_after(app: &App, room: ChatRoomId, after: MessageSeq) -> Result<Vec<Message>, AppError> {
    let mut read = app.read().await?;
    let stretch = store::Stretch { from: after + 1, to: MessageSeq::MAX, limit: 500, oldest: true };
    let messages = store::list_messages(&mut read, room, stretch).await?;
    read.end().await?;
    Ok(messages)
}

/// Notes what the caller does to others, together with the deed.
pub(super) async fn note(conn: &mut Conn, caller: &Caller, deed: &Deed<'_>, at: Timestamp) -> Result<(), AppError> {
    Ok(store::insert_audit(conn, caller.user.id, deed, at).await?)
}
