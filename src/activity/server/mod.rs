//! Writing a line and listing them.

pub mod rest;
mod store;

use super::live::{RECENT, RecentActivity};
use super::model::{Activity, ActivityKind, ActivityPage, MAX_PAGE};
use crate::accounts::model::Person;
use crate::error::{AppError, Field, Rule};
use crate::ids::{ActivityId, ReservationId};
use crate::realtime::log::Tx;
use crate::reservations::model::{Reservation, RoomRef};
use crate::rooms::model::Room;
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::Timestamp;

/// How many lines a page has unless it is asked for otherwise.
const PAGE: u32 = 20;
/// The longest subject that a line carries.
const SUBJECT_CHARS: usize = 120;

/// What a line is about.
pub enum About<'a> {
    Reservation(&'a Reservation),
    Room(&'a Room),
    /// The first words of an announcement.
    Words(&'a str),
}

/// Writes a line within the transaction of what it tells; it goes out in that event.
///
/// # Errors
/// When the database fails.
pub async fn record(
    tx: &mut Tx,
    actor: Option<&Person>,
    kind: ActivityKind,
    about: About<'_>,
) -> Result<Activity, AppError> {
    let mut line = Activity {
        id: ActivityId(0),
        at: tx.now(),
        kind,
        actor: actor.cloned(),
        room: None,
        reservation_id: None,
        starts_at: None,
        ends_at: None,
        subject: None,
    };
    match about {
        About::Reservation(booking) => {
            line.actor = line.actor.filter(|_| !booking.private);
            line.room = Some(booking.room.clone());
            line.reservation_id = Some(booking.id);
            line.starts_at = Some(booking.starts_at);
            line.ends_at = Some(booking.ends_at);
        }
        About::Room(room) => line.room = Some(RoomRef { id: room.id, name: room.name.clone() }),
        About::Words(words) => line.subject = Some(words.chars().take(SUBJECT_CHARS).collect()),
    }
    line.id = store::insert_activity(tx, &line).await?;
    Ok(line)
}

/// A booking has become private: who had to do with it is nobody's business any more.
///
/// # Errors
/// When the database fails.
pub async fn booking_hidden(tx: &mut Tx, id: ReservationId) -> Result<(), AppError> {
    Ok(store::delete_actors(tx, id).await?)
}

/// The newest lines, for a dashboard's snapshot.
///
/// # Errors
/// When the database fails.
pub async fn recent(conn: &mut Conn) -> Result<RecentActivity, AppError> {
    let most = i64::try_from(RECENT).unwrap_or(i64::MAX);
    Ok(RecentActivity { items: store::list_activity(conn, None, most).await? })
}

/// A page of lines before one of them, or from the newest on.
///
/// # Errors
/// [`AppError::Validation`] for a limit that is none.
pub async fn list_activity(
    app: &App,
    before: Option<ActivityId>,
    limit: Option<u32>,
) -> Result<ActivityPage, AppError> {
    let limit = limit.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(AppError::field(Field::Limit, Rule::Range { min: 1, max: MAX_PAGE }));
    }
    let mut read = app.read().await?;
    // One more than asked for tells whether there is another page.
    let mut items = store::list_activity(&mut read, before, i64::from(limit) + 1).await?;
    read.end();
    let has_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| has_more).map(|last| last.id);
    Ok(ActivityPage { items, next })
}

/// Forgets what is older than `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget(app: &App, before: Timestamp) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    store::delete_before(&mut tx, before).await?;
    tx.commit().await?;
    Ok(())
}
