//! What pages and clients read: a day, a person's own bookings, lists, one booking.

use super::days;
use super::store::{self, Range};
use crate::accounts::model::Viewer;
use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::ids::{ReservationId, RoomId, UserId};
use crate::realtime::log;
use crate::realtime::protocol::Snapshot;
use crate::reservations::live::{DaySchedule, MyReservations};
use crate::reservations::model::{MAX_LIST_SPAN_MS, Reservation};
use crate::rooms::model::Room;
use crate::rooms::server as rooms;
use crate::server::db::{Conn, ReadTx};
use crate::server::state::App;
use crate::time::{DAY, Interval, Timestamp};
use jiff::civil::Date;

/// How far back a person's own bookings are listed.
const MINE_MS: i64 = 30 * DAY;

/// All rooms and their bookings of one civil day in the organisation's zone.
///
/// # Errors
/// When the database fails.
pub async fn day_schedule(app: &App, caller: &Caller, date: Option<Date>) -> Result<Snapshot<DaySchedule>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let state = read_day(app, &mut read, caller, date, now).await?;
    read.end();
    Ok(Snapshot { state, seq, log_id: app.log.id().into(), server_time: now })
}

/// The slice itself, for a snapshot of several.
///
/// # Errors
/// When the database fails.
pub async fn read_day(
    app: &App,
    read: &mut ReadTx,
    caller: &Caller,
    date: Option<Date>,
    now: Timestamp,
) -> Result<DaySchedule, AppError> {
    let today = app.zone_around(now);
    let date = date.unwrap_or_else(|| today.date(now));
    let noon = today.instant(date.at(12, 0, 0, 0));
    let zone = if (noon - now).abs() < 300 * DAY { today } else { app.zone_around(noon) };
    let day = zone.day(date);

    let all = days::read_day(app, read, day).await?;
    let rooms = all.rooms.clone();
    let reservations = visible(all.reservations.iter().cloned(), caller.viewer(), &rooms).map(|r| (r.id, r)).collect();
    Ok(DaySchedule { date, zone, day, rooms, reservations })
}

/// What the caller organises or attends, from 30 days ago on.
///
/// # Errors
/// When the database fails.
pub async fn my_reservations(app: &App, caller: &Caller) -> Result<Snapshot<MyReservations>, AppError> {
    my_reservations_since(app, caller, app.now() - MINE_MS).await
}

/// [`my_reservations`] from an instant on.
///
/// # Errors
/// When the database fails.
pub async fn my_reservations_since(
    app: &App,
    caller: &Caller,
    since: Timestamp,
) -> Result<Snapshot<MyReservations>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let state = read_mine(app, &mut read, caller, since).await?;
    read.end();
    Ok(Snapshot { state, seq, log_id: app.log.id().into(), server_time: now })
}

/// The slice itself, for a snapshot of several.
///
/// # Errors
/// When the database fails.
pub async fn read_mine(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    since: Timestamp,
) -> Result<MyReservations, AppError> {
    let interval = Interval::new(since, Timestamp(i64::MAX));
    let range = Range { interval, room: None, of: Some(caller.user.id), shown_only: false };
    let mine = store::list_reservations(conn, &range).await?;
    let reservations = mine.into_iter().map(|r| (r.id, r)).collect();
    Ok(MyReservations { zone: app.zone_for(caller, app.now()), since, reservations })
}

/// One booking, as the caller may see it.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_reservation(app: &App, caller: &Caller, id: ReservationId) -> Result<Reservation, AppError> {
    let mut read = app.read().await?;
    let found = find_for(&mut read, caller, id).await?;
    read.end();
    Ok(found)
}

async fn find_for(conn: &mut Conn, caller: &Caller, id: ReservationId) -> Result<Reservation, AppError> {
    let found = store::find_reservation(conn, id).await?.ok_or(AppError::NotFound)?;
    let room = match found.private {
        true => rooms::store::find_room(conn, found.room.id).await?,
        false => None,
    };
    let viewer = caller.viewer();
    Ok(found.seen_by(viewer, room.is_some_and(|room| room.may_decide(viewer))))
}

/// Organiser and attendees of a booking of which the caller may see that.
///
/// # Errors
/// [`AppError::NotFound`].
pub(crate) async fn list_people_of(
    conn: &mut Conn,
    caller: &Caller,
    id: ReservationId,
) -> Result<Vec<UserId>, AppError> {
    let booking = find_for(conn, caller, id).await?;
    if booking.is_reduced() { Err(AppError::NotFound) } else { Ok(booking.people()) }
}

/// Bookings that touch an interval, and the point of the log at which that is so.
///
/// # Errors
/// [`AppError::Validation`] for an interval that is reversed or spans more than 62 days.
pub async fn list_reservations(
    app: &App,
    caller: &Caller,
    interval: Interval,
    room: Option<RoomId>,
    mine: bool,
) -> Result<(Vec<Reservation>, i64), AppError> {
    if interval.duration_ms() <= 0 {
        return Err(AppError::field(Field::To, Rule::EndsBeforeStart));
    }
    if interval.duration_ms() > MAX_LIST_SPAN_MS {
        return Err(AppError::field(Field::To, Rule::SpanTooWide));
    }
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let range = Range { interval, room, of: mine.then_some(caller.user.id), shown_only: !mine };
    let found = store::list_reservations(&mut read, &range).await?;
    let rooms = match found.iter().any(|r| r.private) {
        true => rooms::list_all(&mut read).await?,
        false => Vec::new(),
    };
    read.end();
    Ok((visible(found, caller.viewer(), &rooms).collect(), seq))
}

/// Bookings as the viewer may see them, who may be a named approver of some of the rooms.
pub(super) fn visible(
    bookings: impl IntoIterator<Item = Reservation>,
    viewer: Viewer,
    rooms: &[Room],
) -> impl Iterator<Item = Reservation> {
    let mine: Vec<RoomId> = rooms.iter().filter(|room| room.may_decide(viewer)).map(|room| room.id).collect();
    bookings.into_iter().map(move |booking| {
        let approves = mine.contains(&booking.room.id);
        booking.seen_by(viewer, approves)
    })
}
