//! Commands: announce, change, call off, answer, put away; and what is read.

pub mod jobs;
pub mod rest;
mod store;

use super::live::{AckBoard, AnnouncementList, Notices};
use super::model::{Ack, Announcement, AnnouncementEdit, Audience, Kind, Level, Managed, NewAck, NewAnnouncement};
use crate::accounts::model::Person;
use crate::accounts::server::{self as accounts, Caller};
use crate::activity::model::{Activity, ActivityKind};
use crate::activity::server::{self as activity, About};
use crate::error::{AppError, Field, Rule};
use crate::ids::{AnnouncementId, UserId};
use crate::notifications;
use crate::notifications::model::NotificationKind;
use crate::notifications::server::Notice;
use crate::realtime::log::{self, Tx};
use crate::realtime::protocol::{AckEvent, DismissedEvent, Event, ManagedEvent, Seq, Snapshot, SystemEvent, Topic};
use crate::reservations::server as reservations;
use crate::rooms::server as rooms;
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::{DAY, Timestamp};

/// How far back admins see what was announced.
const LISTED_MS: i64 = 90 * DAY;
/// What stands before the message when it is called off, for clients that know only messages.
const CALLED_OFF: &str = "[취소] ";

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
    read.end().await?;
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
    read.end().await?;
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
    read.end().await?;
    let acks = acks.into_iter().map(|ack| (ack.person.id, ack)).collect();
    Ok(snapshot(app, AckBoard { announcement_id: id, recipients, acks }, seq))
}

fn snapshot<S>(app: &App, state: S, seq: Seq) -> Snapshot<S> {
    Snapshot { state, seq, log_id: app.log.id().into(), server_time: app.now() }
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
    read.end().await?;
    let announcement = found?.announcement;
    Ok(if caller.viewer().is_admin() { announcement } else { announcement.for_recipients() })
}

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
    tx.commit().await?;
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

/// People and places must exist; and somebody must be there when it goes out at once.
async fn check_audience(conn: &mut Conn, new: &Announcement, now: Timestamp) -> Result<(), AppError> {
    let unknown = || AppError::field(Field::Audience, Rule::Unknown);
    match &new.audience {
        Audience::Everyone => return Ok(()),
        Audience::Users { user_ids } => {
            if accounts::find_people(conn, user_ids).await?.len() != user_ids.len() {
                return Err(unknown());
            }
        }
        Audience::Floor { floor } => {
            if !rooms::list_all(conn).await?.iter().any(|room| room.floor == *floor) {
                return Err(unknown());
            }
        }
        Audience::Room { room_id } => {
            rooms::store::find_room(conn, *room_id).await?.ok_or_else(unknown)?;
        }
    }
    if new.starts_at <= now && resolve(conn, &new.audience, now).await?.is_empty() {
        return Err(AppError::field(Field::Audience, Rule::Required));
    }
    Ok(())
}

/// The people of an audience at this moment; for everybody nobody in particular.
async fn resolve(conn: &mut Conn, audience: &Audience, now: Timestamp) -> Result<Vec<Person>, AppError> {
    match audience {
        Audience::Everyone => Ok(Vec::new()),
        Audience::Users { user_ids } => accounts::find_people(conn, user_ids).await,
        Audience::Room { room_id } => reservations::list_occupants(conn, &[*room_id], now).await,
        Audience::Floor { floor } => {
            let rooms = rooms::list_all(conn).await?;
            let on_floor: Vec<_> = rooms.iter().filter(|room| room.floor == *floor).map(|room| room.id).collect();
            reservations::list_occupants(conn, &on_floor, now).await
        }
    }
}

async fn recipients_of(conn: &mut Conn, managed: &Managed) -> Result<Option<Vec<Person>>, AppError> {
    if managed.recipient_count.is_none() {
        return Ok(None);
    }
    Ok(Some(store::list_recipients(conn, managed.announcement.id).await?))
}

/// Sends it when its start has come, and tells the admins of it in any case.
async fn send_or_show(app: &App, tx: &mut Tx, managed: Managed) -> Result<Managed, AppError> {
    if managed.announcement.starts_at <= tx.now() {
        return send(app, tx, managed).await;
    }
    show(tx, &managed, None);
    Ok(managed)
}

/// Sends it to those who are meant at this moment, unless that was done before or is too late.
async fn send(app: &App, tx: &mut Tx, managed: Managed) -> Result<Managed, AppError> {
    let now = tx.now();
    let id = managed.announcement.id;
    if !store::mark_sent(tx, id, now).await? {
        return Ok(managed);
    }
    let mut people = resolve(tx, &managed.announcement.audience, now).await?;
    people.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    store::insert_recipients(tx, id, &people).await?;
    let is_for_all = managed.announcement.audience == Audience::Everyone;
    let recipients = (!is_for_all).then_some(people);
    let managed = Managed {
        sent_at: Some(now),
        recipient_count: recipients.as_ref().map(|people| u32::try_from(people.len()).unwrap_or(u32::MAX)),
        version: managed.version + 1,
        ..managed
    };
    let line = match &recipients {
        None => {
            let about = About::Words(managed.announcement.headline());
            Some(activity::record(tx, Some(&managed.author), ActivityKind::Announced, about).await?)
        }
        // What only some have been told is nobody else's.
        Some(_) => None,
    };
    tell(tx, &managed, managed.message.clone(), None, recipients.as_deref(), line);
    ring_bells(app, tx, &managed, recipients.as_deref()).await?;
    show(tx, &managed, recipients);
    Ok(managed)
}

/// Tells those who have it already that it has changed.
async fn tell_again(tx: &mut Tx, managed: &Managed, message: String) -> Result<(), AppError> {
    let recipients = recipients_of(tx, managed).await?;
    tell(tx, managed, message, Some(managed.announcement.id), recipients.as_deref(), None);
    show(tx, managed, recipients);
    Ok(())
}

/// The documented event, on `org` or to each person it is for.
fn tell(
    tx: &mut Tx,
    managed: &Managed,
    message: String,
    update_of: Option<AnnouncementId>,
    recipients: Option<&[Person]>,
    line: Option<Activity>,
) {
    let author = managed.author.id;
    let event = SystemEvent {
        message,
        user_id: Some(author),
        level: managed.level,
        announcement: Announcement { update_of, ..managed.announcement.for_recipients() },
        activity: line,
    };
    let event = match managed.announcement.kind {
        Kind::Notification => Event::SystemNotification(event),
        Kind::Maintenance => Event::SystemMaintenance(event),
    };
    match recipients {
        None => tx.emit(Topic::Org, Some(author), event),
        Some(people) => {
            for person in people {
                tx.emit(Topic::User(person.id), Some(author), event.clone());
            }
        }
    }
}

/// Shows admins how it stands.
fn show(tx: &mut Tx, managed: &Managed, recipients: Option<Vec<Person>>) {
    let event = ManagedEvent { announcement: managed.clone(), recipients };
    tx.emit(Topic::Admin, Some(managed.author.id), Event::AnnouncementChanged(event));
}

/// The bell entries of an announcement (contracts §1.7): one for all when it is for everybody,
/// else one for each of `people`.
async fn ring_bells(app: &App, tx: &mut Tx, managed: &Managed, people: Option<&[Person]>) -> Result<(), AppError> {
    let kind = NotificationKind::Announcement {
        message: managed.message.clone(),
        level: match managed.level {
            Level::Info => notifications::model::Level::Info,
            Level::Warning => notifications::model::Level::Warning,
            Level::Error => notifications::model::Level::Error,
        },
        maintenance: managed.announcement.kind == Kind::Maintenance,
    };
    let notice = Notice { expires_at: managed.announcement.expires_at, ..Notice::from(kind) };
    match people {
        None => notifications::server::notify_everybody(app, tx, None, notice).await.map(drop),
        Some(people) => {
            let people: Vec<UserId> = people.iter().map(|person| person.id).collect();
            notifications::server::notify(app, tx, None, &people, notice).await
        }
    }
}
