//! Commands: book, change, cancel, end, extend and delete, in `approval` decide, and in
//! `invitation` say whether one comes; in `once`, book from a page. What is read is in `read`.

pub mod approval;
mod clashes;
pub mod days;
mod emit;
mod invitation;
mod once;
mod present;
mod read;
mod refusal;
pub mod rest;
pub(crate) mod store;
pub mod wishes;

pub(crate) use approval::follow_approvers;
pub use approval::{approvals, decide_reservation};
pub(crate) use clashes::warn_of_maintenance;
pub use invitation::answer_invitation;
pub use once::book_room_once;
pub(crate) use present::{
    list_occupants, list_open_in_room, list_people_meeting, list_public_around, list_public_during, list_public_in_room,
};
pub(crate) use read::list_people_of;
pub use read::{
    day_schedule, find_reservation, list_reservations, my_reservations, my_reservations_since, read_day, read_mine,
};

use super::model::{Attendee, NewReservation, Reservation, ReservationPatch, Response, RoomRef, Status};
use crate::accounts::model::{Person, Viewer};
use crate::accounts::server::{self as accounts, Caller};
use crate::activity::model::ActivityKind;
use crate::activity::server as activity;
use crate::chat::server as chat;
use crate::error::{AppError, Field, Rule};
use crate::ids::{ReservationId, UserId};
use crate::notifications::server as notifications;
use crate::realtime::log::Tx;
use crate::realtime::protocol::Event;
use crate::rooms::model::Room;
use crate::rooms::server as rooms;
use crate::server::db::{Conn, is_overlap};
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};
use crate::timers::server::{self as timers, groups::Group};
use clashes::warn_of_double_bookings;
use emit::emit;
use refusal::conflict;
use std::cmp::Ordering;

/// How long before its start an approved booking still asks again when it is to end later.
const ASKS_BEFORE_MS: i64 = 30 * MINUTE;

/// Books a room. In one that needs approval the booking waits for it, unless somebody makes
/// it who could give it.
///
/// # Errors
/// [`AppError::Validation`], [`AppError::ReservationConflict`].
pub async fn book_room(app: &App, caller: &Caller, new: NewReservation) -> Result<Reservation, AppError> {
    let viewer = caller.viewer();
    let new = new.tidied(viewer.user_id);
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let room = rooms::store::find_room(&mut tx, new.room_id).await?;
    new.check(room.as_ref(), None, now)?;
    let room = room.ok_or(AppError::NotFound)?;
    let people = invited(&mut tx, &new.attendee_ids).await?;

    let organizer = caller.person();
    let status = initial_status(&room, viewer);
    let decide_by = (status == Status::Pending).then(|| approval::deadline(app, new.starts_at, now));
    let id = match store::insert_reservation(&mut tx, &new, organizer.id, status, decide_by, now).await {
        Err(error) if is_overlap(&error) => {
            drop(tx);
            return Err(conflict(app, caller, &new, None).await?);
        }
        other => other?,
    };

    let booking = Reservation {
        id,
        room: RoomRef { id: room.id, name: room.name },
        organizer: Some(organizer),
        attendee_count: new.head_count(),
        title: new.title,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        status,
        attendees: attendees(people, &[]),
        private: new.private,
        version: 1,
        created_at: now,
        updated_at: now,
        reason: None,
        decide_by,
    };
    store::insert_attendees(&mut tx, id, &booking.attendees).await?;
    let waits = status == Status::Pending;
    let kind = if waits { ActivityKind::Requested } else { ActivityKind::Booked };
    emit(&mut tx, Some(&caller.person()), None, &booking, (Event::ReservationCreated, kind)).await?;
    notifications::booking_created(app, &mut tx, caller, &booking).await?;
    if waits {
        approval::ask(app, &mut tx, &booking).await?;
    }
    warn_of_double_bookings(&mut tx, caller, &booking).await?;
    tx.commit_with(201, &booking).await?;
    Ok(booking)
}

/// Changes time, room, title, people or privacy. What says nothing new is no news to anybody.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`],
/// [`AppError::StaleVersion`], [`AppError::Validation`], [`AppError::ReservationConflict`].
pub async fn edit_reservation(
    app: &App,
    caller: &Caller,
    id: ReservationId,
    patch: ReservationPatch,
) -> Result<Reservation, AppError> {
    let version = patch.version.ok_or_else(|| AppError::field(Field::Version, Rule::Required))?;
    change(app, caller, id, Some(version), ActivityKind::Changed, |before| Ok(Some(patch.onto(before)))).await
}

/// Moves the end to a later instant; where it is already, nothing happens.
///
/// # Errors
/// As [`edit_reservation`]; [`AppError::Validation`] also when the end would be earlier.
pub async fn extend_reservation(
    app: &App,
    caller: &Caller,
    id: ReservationId,
    ends_at: Timestamp,
) -> Result<Reservation, AppError> {
    change(app, caller, id, None, ActivityKind::Extended, |before| match ends_at.cmp(&before.ends_at) {
        Ordering::Less => Err(AppError::field(Field::EndsAt, Rule::NotLater)),
        // Asked again by somebody who has not heard the answer.
        Ordering::Equal => Ok(None),
        Ordering::Greater => {
            let patch = ReservationPatch { ends_at: Some(ends_at), ..ReservationPatch::default() };
            Ok(Some(patch.onto(before)))
        }
    })
    .await
}

/// Makes of a booking what `patch` says; nothing when it says nothing.
async fn change(
    app: &App,
    caller: &Caller,
    id: ReservationId,
    version: Option<i64>,
    kind: ActivityKind,
    patch: impl FnOnce(&Reservation) -> Result<Option<NewReservation>, AppError>,
) -> Result<Reservation, AppError> {
    let viewer = caller.viewer();
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = changeable(&mut tx, viewer, id, now).await?;
    if version.is_some_and(|version| version != before.version) {
        return Err(AppError::StaleVersion);
    }
    let organizer = before.organizer.as_ref().map_or(viewer.user_id, |person| person.id);
    let Some(after) = patch(&before)? else {
        tx.commit_with(200, &before).await?;
        return Ok(before);
    };
    let after = after.tidied(organizer);
    let room = rooms::store::find_room(&mut tx, after.room_id).await?;
    after.check(room.as_ref(), Some(&before), now)?;
    if !after.differs_from(&before) {
        tx.commit_with(200, &before).await?;
        return Ok(before);
    }
    let room = room.ok_or(AppError::NotFound)?;
    let people = invited(&mut tx, &after.attendee_ids).await?;

    // What was approved is not what it becomes when it ends later. Of a meeting that is under way, or about to
    // begin, nobody could decide in time, and its room would be lost.
    let is_approved = before.status == Status::Approved && before.starts_at > now + ASKS_BEFORE_MS;
    let longer = after.ends_at > before.ends_at && is_approved;
    let asks = before.room.id != room.id || before.starts_at != after.starts_at || longer;
    let status = if asks { initial_status(&room, viewer) } else { before.status };
    let (reason, decide_by) = match (asks, status) {
        (false, _) => (before.reason.clone(), before.decide_by),
        (true, Status::Pending) => (None, Some(approval::deadline(app, after.starts_at, now))),
        (true, _) => (None, None),
    };
    let booking = Reservation {
        room: RoomRef { id: room.id, name: room.name },
        attendee_count: after.head_count(),
        title: after.title.clone(),
        starts_at: after.starts_at,
        ends_at: after.ends_at,
        status,
        attendees: attendees(people, &before.attendees),
        private: after.private,
        version: before.version + 1,
        updated_at: now,
        reason,
        decide_by,
        ..before.clone()
    };
    match store::update_reservation(&mut tx, &booking).await {
        Err(error) if is_overlap(&error) => {
            drop(tx);
            return Err(conflict(app, caller, &after, Some(id)).await?);
        }
        other => other?,
    }
    if booking.attendees != before.attendees {
        store::delete_attendees(&mut tx, id).await?;
        store::insert_attendees(&mut tx, id, &booking.attendees).await?;
    }
    if booking.private && !before.private {
        activity::booking_hidden(&mut tx, id).await?;
    }
    emit(&mut tx, Some(&caller.person()), Some(&before), &booking, (Event::ReservationUpdated, kind)).await?;
    notifications::booking_changed(app, &mut tx, caller, &before, &booking).await?;
    chat::booking_changed(app, &mut tx, caller, &before, &booking).await?;
    let people = (before.people(), booking.people());
    timers::groups::changed(&mut tx, Group::Reservation(id), (&people.0, &people.1), Some(viewer.user_id)).await?;
    timers::meeting::booking_changed(&mut tx, &before, &booking, viewer.user_id).await?;
    if asks && status == Status::Pending {
        approval::ask(app, &mut tx, &booking).await?;
    }
    let times_changed = booking.interval() != before.interval();
    if times_changed || booking.room.id != before.room.id {
        wishes::slot_freed(app, &mut tx, Some(viewer.user_id), &before).await?;
    }
    if times_changed || booking.attendees != before.attendees {
        warn_of_double_bookings(&mut tx, caller, &booking).await?;
    }
    tx.commit_with(200, &booking).await?;
    Ok(booking)
}

/// Gives the slot up.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`].
pub async fn cancel_reservation(app: &App, caller: &Caller, id: ReservationId) -> Result<Reservation, AppError> {
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = changeable(&mut tx, caller.viewer(), id, now).await?;
    let booking = cancel_in(app, &mut tx, caller, before).await?;
    wishes::slot_freed(app, &mut tx, Some(caller.user.id), &booking).await?;
    tx.commit_with(200, &booking).await?;
    Ok(booking)
}

/// Cancels a booking within the transaction of another command, such as deleting its room.
///
/// # Errors
/// When the database fails.
pub(crate) async fn cancel_in(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    before: Reservation,
) -> Result<Reservation, AppError> {
    let booking = settle(tx, before, Status::Cancelled, None).await?;
    let kind = (Event::ReservationCancelled as fn(_) -> _, ActivityKind::Cancelled);
    emit(tx, Some(&caller.person()), None, &booking, kind).await?;
    notifications::booking_cancelled(app, tx, caller, &booking).await?;
    Ok(booking)
}

/// Ends a meeting that is under way, now.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`].
pub async fn end_reservation(app: &App, caller: &Caller, id: ReservationId) -> Result<Reservation, AppError> {
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = changeable(&mut tx, caller.viewer(), id, now).await?;
    if !before.can_end(now) {
        return Err(AppError::ReservationClosed);
    }
    let ends_at = now.max(before.starts_at + 1);
    let booking = settle(&mut tx, before.clone(), Status::Completed, Some(ends_at)).await?;
    let kind = (Event::ReservationUpdated as fn(_) -> _, ActivityKind::EndedEarly);
    emit(&mut tx, Some(&caller.person()), Some(&before), &booking, kind).await?;
    wishes::slot_freed(app, &mut tx, Some(caller.user.id), &before).await?;
    timers::meeting::booking_changed(&mut tx, &before, &booking, caller.user.id).await?;
    tx.commit_with(200, &booking).await?;
    Ok(booking)
}

/// Removes a booking from the record.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins, [`AppError::NotFound`].
pub async fn delete_reservation(app: &App, caller: &Caller, id: ReservationId) -> Result<(), AppError> {
    caller.require_admin()?;
    let mut tx = app.begin(caller).await?;
    let booking = store::find_reservation(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    chat::booking_deleted(&mut tx, id).await?;
    store::delete_reservation(&mut tx, id).await?;
    let kind = (Event::ReservationDeleted as fn(_) -> _, ActivityKind::Deleted);
    emit(&mut tx, Some(&caller.person()), None, &booking, kind).await?;
    if booking.is_open(tx.now()) {
        notifications::booking_cancelled(app, &mut tx, caller, &booking).await?;
        wishes::slot_freed(app, &mut tx, Some(caller.user.id), &booking).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The booking, when it is there, the viewer may change it and it is still open.
async fn changeable(tx: &mut Tx, viewer: Viewer, id: ReservationId, now: Timestamp) -> Result<Reservation, AppError> {
    let booking = store::find_reservation(tx, id).await?.ok_or(AppError::NotFound)?;
    if !booking.may_change(viewer) {
        return Err(AppError::Forbidden);
    }
    if !booking.is_open(now) {
        return Err(AppError::ReservationClosed);
    }
    Ok(booking)
}

/// Writes a new status, and a new end when there is one. Its room closes with it.
async fn settle(
    tx: &mut Tx,
    before: Reservation,
    status: Status,
    ends_at: Option<Timestamp>,
) -> Result<Reservation, AppError> {
    let now = tx.now();
    let ends_at = ends_at.unwrap_or(before.ends_at);
    store::update_status(tx, before.id, status, ends_at, before.reason.as_deref(), now).await?;
    if !status.holds_slot() {
        chat::booking_closed(tx, before.id).await?;
    }
    Ok(Reservation { status, ends_at, version: before.version + 1, updated_at: now, ..before })
}

fn initial_status(room: &Room, viewer: Viewer) -> Status {
    if room.makes_wait(viewer) { Status::Pending } else { Status::Approved }
}

/// The people behind ids, in the order of the ids.
async fn invited(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<Person>, AppError> {
    let found = accounts::find_people(conn, ids).await?;
    ids.iter()
        .map(|id| found.iter().find(|person| person.id == *id).cloned())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| AppError::field(Field::AttendeeIds, Rule::Unknown))
}

/// Whoever was invited before keeps the answer they gave.
fn attendees(people: Vec<Person>, before: &[Attendee]) -> Vec<Attendee> {
    let response = |id| before.iter().find(|a| a.id == id).map_or(Response::Invited, |a| a.response);
    people
        .into_iter()
        .map(|person| Attendee { response: response(person.id), id: person.id, name: person.name })
        .collect()
}
