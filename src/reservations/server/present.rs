//! What bookings make of an instant or a room: for other capabilities.

use super::store::{self, Range};
use crate::accounts::model::Person;
use crate::error::AppError;
use crate::ids::{RoomId, UserId};
use crate::reservations::model::{Reservation, Response, Status};
use crate::server::db::Conn;
use crate::time::{DAY, Interval, Timestamp};
use std::collections::BTreeSet;

/// How far around an instant a room's state looks for what is now and what is next.
const STATE_MS: i64 = DAY;

/// Everybody's view of the bookings that decide what rooms are around now.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list_public_around(conn: &mut Conn, now: Timestamp) -> Result<Vec<Reservation>, AppError> {
    list_public_during(conn, Interval::new(now, now + STATE_MS)).await
}

/// Everybody's view of the bookings that decide what one room is around now.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list_public_in_room(
    conn: &mut Conn,
    room: RoomId,
    now: Timestamp,
) -> Result<Vec<Reservation>, AppError> {
    list_public(conn, Interval::new(now, now + STATE_MS), Some(room)).await
}

/// Everybody's view of the bookings that touch an interval and hold or held their slot.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list_public_during(conn: &mut Conn, interval: Interval) -> Result<Vec<Reservation>, AppError> {
    list_public(conn, interval, None).await
}

async fn list_public(conn: &mut Conn, interval: Interval, room: Option<RoomId>) -> Result<Vec<Reservation>, AppError> {
    let range = Range { interval, room, of: None, shown_only: true };
    let found = store::list_without_attendees(conn, &range).await?;
    Ok(found.into_iter().map(|r| if r.private { r.reduced() } else { r }).collect())
}

/// A room's bookings that hold their slot and have not ended.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list_open_in_room(
    conn: &mut Conn,
    room: RoomId,
    now: Timestamp,
) -> Result<Vec<Reservation>, AppError> {
    let interval = Interval::new(now, Timestamp(i64::MAX));
    let range = Range { interval, room: Some(room), of: None, shown_only: true };
    let found = store::list_reservations(conn, &range).await?;
    Ok(found.into_iter().filter(|r| r.is_open(now)).collect())
}

/// Who is in some rooms at an instant: organisers of the meetings under way, and
/// attendees who have not declined.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list_occupants(conn: &mut Conn, rooms: &[RoomId], now: Timestamp) -> Result<Vec<Person>, AppError> {
    let range = Range { interval: Interval::new(now, now + 1), room: None, of: None, shown_only: true };
    let mut people: Vec<Person> = Vec::new();
    for booking in store::list_reservations(conn, &range).await? {
        if booking.status == Status::Approved && rooms.contains(&booking.room.id) {
            people.extend(booking.organizer);
            let come = booking.attendees.into_iter().filter(|a| a.response != Response::Declined);
            people.extend(come.map(|a| Person { id: a.id, name: a.name }));
        }
    }
    people.sort_by_key(|person| person.id);
    people.dedup_by_key(|person| person.id);
    Ok(people)
}

/// Whoever is expected at the bookings in progress, private ones too: only that they are in one.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list_people_meeting(conn: &mut Conn, now: Timestamp) -> Result<BTreeSet<UserId>, AppError> {
    let range = Range { interval: Interval::new(now, now + 1), room: None, of: None, shown_only: true };
    let found = store::list_reservations(conn, &range).await?;
    Ok(found.iter().filter(|r| r.status.is_confirmed()).flat_map(Reservation::expected).collect())
}
