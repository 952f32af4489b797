//! What those see who answer for the rooms: who writes where, what was done to others, a room's
//! whole history. Of private rooms and of two people, only their own admins; but that something was
//! done there, by whom and to whom, the organisation's admins see too.

use super::store::{self, Standing, Stretch};
use crate::accounts::server::Caller;
use crate::chat::live::count_unread;
use crate::chat::model::{
    AuditEntry, ChatRoom, ChatSender, FOREVER, Message, MessageSeq, Oversight, Review, RoomKind, RoomOverview, Version,
};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::notifications::model::{Moderation, NotificationKind};
use crate::notifications::server::{Notice, notify};
use crate::realtime::log::Tx;
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::Timestamp;

/// How many messages one look at a room's history shows.
const REVIEWED: i64 = 50;

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
    read.end();
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
    read.end();
    Ok(rooms)
}

/// What was done to others, the newest first.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins.
pub async fn list_audit(app: &App, caller: &Caller) -> Result<Vec<AuditEntry>, AppError> {
    caller.require_admin()?;
    let mut read = app.read().await?;
    let entries = store::list_audit(&mut read).await?;
    read.end();
    Ok(entries)
}

/// What was done to others in one room, the newest first.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever does not manage it.
pub async fn list_audit_of(app: &App, caller: &Caller, room: ChatRoomId) -> Result<Vec<AuditEntry>, AppError> {
    let mut read = app.read().await?;
    let standing = store::find_standing(&mut read, caller.user.id, room).await?.ok_or(AppError::NotFound)?;
    if !manages(&standing, caller) {
        return Err(AppError::Forbidden);
    }
    let entries = store::list_audit_of(&mut read, room).await?;
    read.end();
    Ok(entries)
}

/// Rooms, senders and what was done at once, as the admins' page shows it.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins.
pub async fn oversight(app: &App, caller: &Caller) -> Result<Oversight, AppError> {
    caller.require_admin()?;
    let mut read = app.read().await?;
    let oversight = Oversight {
        rooms: store::list_overview(&mut read).await?,
        senders: store::list_senders(&mut read).await?,
        places: store::list_places(&mut read).await?,
        audit: store::list_audit(&mut read).await?,
    };
    read.end();
    Ok(oversight)
}

/// A room with its members and a part of its history, for whoever manages it: they need not come in
/// to see what goes on there.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn review_room(
    app: &App,
    caller: &Caller,
    room: ChatRoomId,
    before: Option<MessageSeq>,
) -> Result<Review, AppError> {
    let mut read = app.read().await?;
    let standing = store::find_standing(&mut read, caller.user.id, room).await?.ok_or(AppError::NotFound)?;
    if !manages(&standing, caller) {
        return Err(AppError::Forbidden);
    }
    let to = before.map_or(MessageSeq::MAX, |seq| seq.saturating_sub(1));
    let stretch = Stretch { from: 1, to, limit: REVIEWED, oldest: false };
    let messages = store::list_messages(&mut read, room, stretch).await?;
    let members = store::list_members(&mut read, room).await?;
    read.end();
    Ok(Review { room: standing.room, members, messages })
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
    read.end();
    Ok(versions)
}

/// Whether the caller answers for a room, be they in it or not.
pub(super) fn manages(standing: &Standing, caller: &Caller) -> bool {
    standing.room.may_manage(standing.me.as_ref().map(|me| me.role), caller.viewer())
}

/// Whether the caller may take a room's whole history away; gives what the room is called.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever does not manage it.
pub async fn begin_export(app: &App, caller: &Caller, room: ChatRoomId) -> Result<String, AppError> {
    let mut read = app.read().await?;
    let standing = store::find_standing(&mut read, caller.user.id, room).await?.ok_or(AppError::NotFound)?;
    read.end();
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
    let stretch = Stretch { from: after + 1, to: MessageSeq::MAX, limit: 500, oldest: true };
    let mut messages = store::list_messages(&mut read, room, stretch).await?;
    count_unread(&mut messages, &store::list_read_seqs(&mut read, room).await?);
    read.end();
    Ok(messages)
}

/// What the caller does to somebody else.
pub(super) struct Measure<'a> {
    pub room: &'a ChatRoom,
    pub user: UserId,
    pub what: Moderation,
    /// Of a message that is deleted.
    pub message: Option<(MessageId, MessageSeq)>,
    /// Of a bar.
    pub until: Option<Timestamp>,
    pub reason: &'a str,
}

/// Notes what the caller does to somebody else and tells them, both with the reason.
pub(super) async fn moderate(app: &App, tx: &mut Tx, caller: &Caller, measure: Measure<'_>) -> Result<(), AppError> {
    let Measure { room, user, what, message, until, reason } = measure;
    let action = match what {
        Moderation::Deleted => "delete_message",
        Moderation::Removed => "remove_member",
        Moderation::Barred => "bar_member",
        Moderation::Unbarred => "unbar_member",
    };
    let reason = reason.trim();
    let deed = Deed { action, room: room.id, message: message.map(|(id, _)| id), user: Some(user), reason };
    let now = tx.now();
    note(tx, caller, &deed, now).await?;
    // Whoever is out of a room has nothing to look at there.
    let link = (what != Moderation::Removed).then(|| {
        let at = message.map(|(_, seq)| format!("?at={seq}")).unwrap_or_default();
        format!("/chat/{}{at}", room.slug)
    });
    let (by, reason) = (caller.user.name.clone(), reason.to_owned());
    let until = until.filter(|until| *until < FOREVER);
    let kind = NotificationKind::Moderated { what, room: room.name.clone(), by, until, reason };
    let notice = Notice { link, ..Notice::from(kind) };
    notify(app, tx, Some(caller.user.id), &[user], notice).await
}

/// Notes what the caller does to others, together with the deed.
pub(super) async fn note(conn: &mut Conn, caller: &Caller, deed: &Deed<'_>, at: Timestamp) -> Result<(), AppError> {
    Ok(store::insert_audit(conn, caller.user.id, deed, at).await?)
}
