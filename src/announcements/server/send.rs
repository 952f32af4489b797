//! To whom an announcement goes, and everything that goes out with it.

use super::store;
use crate::accounts::model::Person;
use crate::accounts::server as accounts;
use crate::activity::model::{Activity, ActivityKind};
use crate::activity::server::{self as activity, About};
use crate::announcements::model::{Announcement, Audience, Kind, Managed};
use crate::error::{AppError, Field, Rule};
use crate::ids::{AnnouncementId, UserId};
use crate::notifications::model::NotificationKind;
use crate::notifications::server::{self as notifications, Notice};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, ManagedEvent, SystemEvent, Topic};
use crate::reservations::server as reservations;
use crate::rooms::server as rooms;
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::Timestamp;

/// Sends it when its start has come, and tells the admins of it in any case.
pub(super) async fn send_or_show(app: &App, tx: &mut Tx, managed: Managed) -> Result<Managed, AppError> {
    if managed.announcement.starts_at <= tx.now() {
        return send(app, tx, managed).await;
    }
    show(tx, &managed, None);
    Ok(managed)
}

/// Sends it to those who are meant at this moment, unless that was done before or is too late.
pub(super) async fn send(app: &App, tx: &mut Tx, managed: Managed) -> Result<Managed, AppError> {
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
pub(super) async fn tell_again(tx: &mut Tx, managed: &Managed, message: String) -> Result<(), AppError> {
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
pub(super) fn show(tx: &mut Tx, managed: &Managed, recipients: Option<Vec<Person>>) {
    let event = ManagedEvent { announcement: managed.clone(), recipients };
    tx.emit(Topic::Admin, Some(managed.author.id), Event::AnnouncementChanged(event));
}

/// The bell entries of an announcement (contracts §1.7): one for all when it is for everybody,
/// else one for each of `people`.
async fn ring_bells(app: &App, tx: &mut Tx, managed: &Managed, people: Option<&[Person]>) -> Result<(), AppError> {
    let kind = NotificationKind::Announcement {
        message: managed.message.clone(),
        level: managed.level,
        maintenance: managed.announcement.kind == Kind::Maintenance,
    };
    let notice = Notice { expires_at: managed.announcement.expires_at, ..Notice::from(kind) };
    match people {
        None => notifications::notify_everybody(app, tx, None, notice).await.map(drop),
        Some(people) => {
            let people: Vec<UserId> = people.iter().map(|person| person.id).collect();
            notifications::notify(app, tx, None, &people, notice).await
        }
    }
}

/// People and places must exist; and somebody must be there when it goes out at once.
pub(super) async fn check_audience(conn: &mut Conn, new: &Announcement, now: Timestamp) -> Result<(), AppError> {
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

pub(super) async fn recipients_of(conn: &mut Conn, managed: &Managed) -> Result<Option<Vec<Person>>, AppError> {
    if managed.recipient_count.is_none() {
        return Ok(None);
    }
    Ok(Some(store::list_recipients(conn, managed.announcement.id).await?))
}
