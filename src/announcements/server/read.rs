//! What people and admins read.

use super::send::recipients_of;
use super::{store, told};
use crate::accounts::server::Caller;
use crate::announcements::live::{AckBoard, AnnouncementList, Asked, Notices};
use crate::announcements::model::Announcement;
use crate::error::AppError;
use crate::ids::AnnouncementId;
use crate::realtime::log;
use crate::realtime::protocol::{Seq, Snapshot};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::{DAY, Timestamp};

/// How far back admins see what was announced.
const LISTED_MS: i64 = 90 * DAY;

/// What the caller has been told and still holds.
///
/// # Errors
/// When the database fails.
pub async fn notices(app: &App, caller: &Caller) -> Result<Snapshot<Notices>, AppError> {
    notices_since(app, caller, app.now()).await
}

/// [`notices`] that had not ended by an instant.
///
/// # Errors
/// When the database fails.
pub async fn notices_since(app: &App, caller: &Caller, since: Timestamp) -> Result<Snapshot<Notices>, AppError> {
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let state = read_notices(&mut read, caller, since).await?;
    read.end();
    Ok(snapshot(app, state, seq))
}

/// The slice itself, for a snapshot of several.
///
/// # Errors
/// When the database fails.
pub async fn read_notices(conn: &mut Conn, caller: &Caller, since: Timestamp) -> Result<Notices, AppError> {
    let list = store::list_notices(conn, caller.user.id, since).await?;
    Ok(Notices { since, notices: list.into_iter().map(|notice| (notice.announcement.id, notice)).collect() })
}

/// What the caller has announced and asks an answer to; nothing of whoever may not announce.
///
/// # Errors
/// When the database fails.
pub async fn read_asked(conn: &mut Conn, caller: &Caller, since: Timestamp) -> Result<Asked, AppError> {
    // Counts go to admins only: a person who is none any more would not hear of the next answer.
    let list =
        if caller.viewer().is_admin() { store::list_asked(conn, caller.user.id, since).await? } else { Vec::new() };
    Ok(Asked { since, announcements: list.into_iter().map(|managed| (managed.announcement.id, managed)).collect() })
}

/// All announcements of the last 90 days.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn announcement_list(app: &App, caller: &Caller) -> Result<Snapshot<AnnouncementList>, AppError> {
    caller.require_admin()?;
    let since = app.now() - LISTED_MS;
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let list = store::list_since(&mut read, since).await?;
    read.end();
    let announcements = list.into_iter().map(|managed| (managed.announcement.id, managed)).collect();
    Ok(snapshot(app, AnnouncementList { since, announcements }, seq))
}

/// Who has answered and who has not.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn ack_board(app: &App, caller: &Caller, id: AnnouncementId) -> Result<Snapshot<AckBoard>, AppError> {
    caller.require_admin()?;
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let managed = store::find_announcement(&mut read, id).await?.ok_or(AppError::NotFound)?;
    let recipients = recipients_of(&mut read, &managed).await?;
    let acks = store::list_acks(&mut read, id).await?;
    read.end();
    let acks = acks.into_iter().map(|ack| (ack.person.id, ack)).collect();
    Ok(snapshot(app, AckBoard { announcement_id: id, recipients, acks }, seq))
}

/// One announcement, for admins and for whoever has been told.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_announcement(app: &App, caller: &Caller, id: AnnouncementId) -> Result<Announcement, AppError> {
    let mut read = app.read().await?;
    let found = told(&mut read, caller, id).await;
    let found = match (found, caller.viewer().is_admin()) {
        (Err(AppError::NotFound), true) => store::find_announcement(&mut read, id).await?.ok_or(AppError::NotFound),
        (found, _) => found,
    };
    read.end();
    let announcement = found?.announcement;
    Ok(if caller.viewer().is_admin() { announcement } else { announcement.for_recipients() })
}

fn snapshot<S>(app: &App, state: S, seq: Seq) -> Snapshot<S> {
    Snapshot { state, seq, log_id: app.log.id().into(), server_time: app.now() }
}
