//! Commands: list, create, change and delete rooms.

mod moment;
pub mod rest;
pub(crate) mod status;
pub(crate) mod store;

pub use moment::{Moment, MomentCache, moment};

use super::model::{NewRoom, Room, RoomFilter, RoomPatch, RoomState, RoomStatus, RoomWithState, sort_for_display};
use crate::accounts::server::{self as accounts, Caller};
use crate::activity::model::ActivityKind;
use crate::activity::server::{self as activity, About};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ReservationId, RoomId, UserId};
use crate::realtime::log::{self, Tx};
use crate::realtime::protocol::{Event, RoomEvent, Snapshot, Topic};
use crate::reservations::model::{MAX_LIST_SPAN_MS, Reservation};
use crate::reservations::server as reservations;
use crate::rooms::live::RoomDirectory;
use crate::server::db::{Conn, is_duplicate};
use crate::server::state::App;
use crate::time::Interval;

/// All rooms with the point of the log at which that is so.
///
/// # Errors
/// When the database fails.
pub async fn room_directory(app: &App) -> Result<Snapshot<RoomDirectory>, AppError> {
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let rooms = list_all(&mut read).await?;
    read.end();
    Ok(Snapshot { state: RoomDirectory { rooms }, seq, log_id: app.log.id().into(), server_time: app.now() })
}

/// Every room that can be booked, in display order.
///
/// # Errors
/// When the database fails.
pub async fn list_all(conn: &mut Conn) -> Result<Vec<Room>, AppError> {
    let mut rooms = store::list_rooms(conn).await?;
    sort_for_display(&mut rooms);
    Ok(rooms)
}

/// The rooms that fit, as they are right now.
///
/// # Errors
/// [`AppError::Validation`] when `freeFrom` and `freeTo` are not an interval, or one of more than 62 days.
pub async fn list_rooms(app: &App, filter: &RoomFilter) -> Result<(Vec<RoomWithState>, i64), AppError> {
    let free = match (filter.free_from, filter.free_to) {
        (Some(from), Some(to)) if to - from > MAX_LIST_SPAN_MS => {
            return Err(AppError::field(Field::FreeTo, Rule::SpanTooWide));
        }
        (Some(from), Some(to)) if from < to => Some(Interval::new(from, to)),
        (None, None) => None,
        (Some(_), Some(_)) => return Err(AppError::field(Field::FreeTo, Rule::EndsBeforeStart)),
        (None, Some(_)) => return Err(AppError::field(Field::FreeFrom, Rule::Required)),
        (Some(_), None) => return Err(AppError::field(Field::FreeTo, Rule::Required)),
    };
    let now = app.now();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let rooms = list_all(&mut read).await?;
    let ahead = reservations::list_public_around(&mut read, now).await?;
    let taken = match free {
        Some(interval) => reservations::list_public_during(&mut read, interval).await?,
        None => Vec::new(),
    };
    read.end();
    let is_taken = |id| taken.iter().any(|r| r.room.id == id && r.status.holds_slot());
    let items = rooms
        .into_iter()
        .filter(|room| filter.fits(room))
        .filter(|room| free.is_none() || !room.maintenance && !is_taken(room.id))
        .map(|room| RoomWithState { state: RoomState::derive(&room, &ahead, now), room })
        .collect();
    Ok((items, seq))
}

/// One room as it is right now.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn find_room(app: &App, id: RoomId) -> Result<RoomWithState, AppError> {
    let mut read = app.read().await?;
    let room = store::find_room(&mut read, id).await?.ok_or(AppError::NotFound)?;
    let room = with_state(&mut read, room, app.now()).await?;
    read.end();
    Ok(room)
}

/// # Errors
/// [`AppError::Forbidden`], [`AppError::Validation`].
pub async fn create_room(app: &App, caller: &Caller, new: NewRoom) -> Result<RoomWithState, AppError> {
    caller.require_admin()?;
    let new = new.checked()?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    check_approvers(&mut tx, &new.approver_ids).await?;
    let room = store::insert_room(&mut tx, &new, now).await.map_err(|error| taken_name(error, &new))?;
    let room = with_state(&mut tx, room, now).await?;
    emit(&mut tx, caller, &room, (Event::RoomCreated, ActivityKind::RoomCreated)).await?;
    tx.commit_with(201, &room).await?;
    Ok(room)
}

/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Validation`], [`AppError::StaleVersion`].
pub async fn update_room(app: &App, caller: &Caller, id: RoomId, patch: RoomPatch) -> Result<RoomWithState, AppError> {
    caller.require_admin()?;
    let version = patch.version.ok_or_else(|| AppError::field(Field::Version, Rule::Required))?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = store::find_room(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let after = patch.onto(&before).checked()?;
    if after == RoomPatch::default().onto(&before) && version == before.version {
        // What says nothing new is no news to anybody.
        let room = with_state(&mut tx, before, now).await?;
        tx.commit().await?;
        return Ok(room);
    }
    if after.approver_ids != before.approver_ids {
        check_approvers(&mut tx, &after.approver_ids).await?;
    }
    let room =
        store::update_room(&mut tx, id, version, &after, now).await.map_err(|error| taken_name(error, &after))?;
    let room = with_state(&mut tx, room.ok_or(AppError::StaleVersion)?, now).await?;
    let kind = match (before.maintenance, room.room.maintenance) {
        (false, true) => ActivityKind::RoomClosed,
        (true, false) => ActivityKind::RoomReopened,
        _ => ActivityKind::RoomChanged,
    };
    emit(&mut tx, caller, &room, (Event::RoomUpdated, kind)).await?;
    status::announce(&mut tx, id, Some(caller.user.id)).await?;
    reservations::follow_approvers(&mut tx, caller, &before, &room.room).await?;
    if kind == ActivityKind::RoomClosed {
        reservations::warn_of_maintenance(&mut tx, caller, &room.room).await?;
    }
    tx.commit().await?;
    Ok(room)
}

/// Which of the bookings that a room has ahead are cancelled when it is deleted.
#[derive(Clone, Debug)]
pub enum Cancelled {
    All,
    /// Those that somebody has seen and agreed to: any other stands in the way. With none of them all do.
    Only(Vec<ReservationId>),
}

impl Cancelled {
    fn covers(&self, booking: &Reservation) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(&booking.id),
        }
    }
}

/// Deletes a room softly. Bookings that lie ahead are cancelled with it, or stand in its way.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::RoomHasReservations`].
pub async fn delete_room(app: &App, caller: &Caller, id: RoomId, cancelled: &Cancelled) -> Result<(), AppError> {
    caller.require_admin()?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    // Asked first: lists leave out what is in a deleted room.
    let ahead = reservations::list_open_in_room(&mut tx, id, now).await?;
    let room = store::delete_room(&mut tx, id, now).await?.ok_or(AppError::NotFound)?;
    if !ahead.iter().all(|booking| cancelled.covers(booking)) {
        return Err(AppError::RoomHasReservations { reservations: ahead });
    }
    for booking in ahead {
        reservations::cancel_in(app, &mut tx, caller, booking).await?;
    }
    let state = RoomState { status: RoomStatus::Available, current_reservation: None, next_reservation: None };
    emit(&mut tx, caller, &RoomWithState { room, state }, (Event::RoomDeleted, ActivityKind::RoomDeleted)).await?;
    tx.commit().await?;
    Ok(())
}

async fn with_state(conn: &mut Conn, room: Room, now: crate::time::Timestamp) -> Result<RoomWithState, AppError> {
    let ahead = reservations::list_public_around(conn, now).await?;
    Ok(RoomWithState { state: RoomState::derive(&room, &ahead, now), room })
}

/// Approvers are people with an account.
async fn check_approvers(conn: &mut Conn, ids: &[UserId]) -> Result<(), AppError> {
    if accounts::find_people(conn, ids).await?.len() == ids.len() {
        Ok(())
    } else {
        Err(AppError::field(Field::ApproverIds, Rule::Unknown))
    }
}

/// Tells everybody, with a line for the list of recent activity.
async fn emit(
    tx: &mut Tx,
    caller: &Caller,
    room: &RoomWithState,
    (event, kind): (fn(RoomEvent) -> Event, ActivityKind),
) -> Result<(), AppError> {
    let line = activity::record(tx, Some(&caller.person()), kind, About::Room(&room.room)).await?;
    let event = event(RoomEvent { room: room.clone(), previous_status: None, activity: Some(line) });
    tx.emit(Topic::Org, Some(caller.user.id), event);
    Ok(())
}

fn taken_name(error: sqlx::Error, room: &NewRoom) -> AppError {
    if is_duplicate(&error) && !room.name.is_empty() {
        AppError::field(Field::Name, Rule::Duplicate)
    } else {
        error.into()
    }
}
