//! Commands: announce, change, call off, answer, put away. What is read is in `read`, what goes out
//! in `send`.

pub mod jobs;
mod read;
pub mod rest;
mod send;
mod store;

pub use read::{ack_board, announcement_list, find_announcement, notices, notices_since, read_asked, read_notices};

use super::model::{Ack, Announcement, AnnouncementEdit, Audience, Managed, NewAck, NewAnnouncement};
use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::ids::AnnouncementId;
use crate::realtime::protocol::{AckEvent, DismissedEvent, Event, Topic};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::Timestamp;
use send::{check_audience, send_or_show, show, tell_again};

/// What stands before the message when it is called off, for clients that know only messages.
const CALLED_OFF: &str = "[취소] ";

/// Tells people something, now or at its start.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::Validation`].
pub async fn announce(app: &App, caller: &Caller, new: NewAnnouncement) -> Result<Managed, AppError> {
    caller.require_admin()?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let new = new.checked(None, now)?;
    check_audience(&mut tx, &new, now).await?;
    let id = store::insert_announcement(&mut tx, &new, caller.user.id, now).await?;
    let managed = Managed {
        message: new.body.clone(),
        level: new.severity.level(),
        announcement: Announcement { id, ..new },
        author: caller.person(),
        created_at: now,
        sent_at: None,
        recipient_count: None,
        ack_count: 0,
        version: 1,
    };
    let managed = send_or_show(app, &mut tx, managed).await?;
    tx.commit_with(201, &managed).await?;
    Ok(managed)
}

/// Changes an announcement; of one that has gone out, its words and its end.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::StaleVersion`],
/// [`AppError::AnnouncementClosed`], [`AppError::Validation`].
pub async fn edit_announcement(
    app: &App,
    caller: &Caller,
    id: AnnouncementId,
    edit: AnnouncementEdit,
) -> Result<Managed, AppError> {
    caller.require_admin()?;
    let version = edit.version.ok_or_else(|| AppError::field(Field::Version, Rule::Required))?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = open(&mut tx, id, now).await?;
    if before.version != version {
        return Err(AppError::StaleVersion);
    }
    let sent = before.sent_at.is_some();
    let starts_at = edit.content.starts_at.or(Some(before.announcement.starts_at));
    let after = NewAnnouncement { starts_at, ..edit.content }.checked(sent.then_some(&before.announcement), now)?;
    let after = Announcement { id, ..after };
    if !sent {
        check_audience(&mut tx, &after, now).await?;
    }
    store::update_announcement(&mut tx, &after, now).await?;
    let managed = Managed {
        message: after.body.clone(),
        level: after.severity.level(),
        announcement: after,
        version: version + 1,
        ..before
    };
    let managed = if sent {
        tell_again(&mut tx, &managed, managed.announcement.body.clone()).await?;
        managed
    } else {
        send_or_show(app, &mut tx, managed).await?
    };
    tx.commit_with(200, &managed).await?;
    Ok(managed)
}

/// Calls an announcement off: it vanishes from every screen, or never goes out.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::AnnouncementClosed`].
pub async fn cancel_announcement(app: &App, caller: &Caller, id: AnnouncementId) -> Result<Managed, AppError> {
    caller.require_admin()?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = open(&mut tx, id, now).await?;
    store::mark_cancelled(&mut tx, id, now).await?;
    let announcement = Announcement { cancelled: true, ..before.announcement };
    let managed = Managed { announcement, version: before.version + 1, ..before };
    if managed.sent_at.is_some() {
        tell_again(&mut tx, &managed, [CALLED_OFF, &managed.message].concat()).await?;
    } else {
        show(&mut tx, &managed, None);
    }
    tx.commit_with(200, &managed).await?;
    Ok(managed)
}

/// Answers an announcement. The newest answer counts; a repeat of an earlier one, known by its
/// `clientId`, changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for whoever has not been told, [`AppError::AnnouncementClosed`],
/// [`AppError::Validation`].
pub async fn acknowledge(app: &App, caller: &Caller, id: AnnouncementId, new: &NewAck) -> Result<Ack, AppError> {
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let me = caller.person();
    let managed = told(&mut tx, caller, id).await?;
    new.check(&managed.announcement)?;
    if !store::insert_answer(&mut tx, id, me.id, &new.client_id, &new.option_id, now).await? {
        let first = store::find_ack(&mut tx, id, me.id).await?.ok_or(AppError::NotFound)?;
        tx.commit_with(200, &first).await?;
        return Ok(first);
    }
    if managed.announcement.is_over(now) {
        return Err(AppError::AnnouncementClosed);
    }
    let before = store::find_ack(&mut tx, id, me.id).await?;
    if let Some(before) = before.as_ref().filter(|before| before.option_id == new.option_id) {
        // Another tab has said the same.
        tx.commit_with(200, before).await?;
        return Ok(before.clone());
    }
    store::upsert_answer(&mut tx, id, me.id, &new.option_id, now).await?;
    let ack = Ack { person: me, option_id: new.option_id.clone(), at: now };
    let ack_count = managed.ack_count + u32::from(before.is_none());
    for topic in [Topic::User(ack.person.id), Topic::Admin] {
        let event = AckEvent { announcement_id: id, ack: ack.clone(), ack_count };
        tx.emit(topic, Some(ack.person.id), Event::AnnouncementAcknowledged(event));
    }
    tx.commit_with(200, &ack).await?;
    Ok(ack)
}

/// Puts an announcement away, on all of the caller's devices.
///
/// # Errors
/// [`AppError::NotFound`] for whoever has not been told, [`AppError::Forbidden`] for what is
/// critical: it stays until it is answered.
pub async fn dismiss(app: &App, caller: &Caller, id: AnnouncementId) -> Result<(), AppError> {
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    if told(&mut tx, caller, id).await?.announcement.is_critical() {
        return Err(AppError::Forbidden);
    }
    if store::upsert_dismissal(&mut tx, id, caller.user.id, now).await? {
        let event = Event::AnnouncementDismissed(DismissedEvent { announcement_id: id });
        tx.emit(Topic::User(caller.user.id), Some(caller.user.id), event);
    }
    tx.commit_with(204, &()).await?;
    Ok(())
}

/// The announcement, when it is neither called off nor over.
async fn open(conn: &mut Conn, id: AnnouncementId, now: Timestamp) -> Result<Managed, AppError> {
    let managed = store::find_announcement(conn, id).await?.ok_or(AppError::NotFound)?;
    if managed.announcement.is_over(now) { Err(AppError::AnnouncementClosed) } else { Ok(managed) }
}

/// The announcement, when it has gone out and the caller is among those whom it went to.
async fn told(conn: &mut Conn, caller: &Caller, id: AnnouncementId) -> Result<Managed, AppError> {
    let managed = store::find_announcement(conn, id).await?.ok_or(AppError::NotFound)?;
    let is_for_all = managed.announcement.audience == Audience::Everyone;
    if managed.sent_at.is_some() && (is_for_all || store::is_recipient(conn, id, caller.user.id).await?) {
        Ok(managed)
    } else {
        Err(AppError::NotFound)
    }
}
