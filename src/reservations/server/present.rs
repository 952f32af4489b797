//! What bookings make of an instant: of a room, and of people.

use super::store::{self, Range};
use super::{STATE_MS, list_public};
use crate::error::AppError;
use crate::ids::{RoomId, UserId};
use crate::reservations::model::Reservation;
use crate::server::db::Conn;
use crate::time::{Interval, Timestamp};
use std::collections::BTreeSet;

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

/// Organisers and attendees of the bookings in progress, private ones too: only that they are in one.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list_people_meeting(conn: &mut Conn, now: Timestamp) -> Result<BTreeSet<UserId>, AppError> {
    let range = Range { interval: Interval::new(now, now + 1), room: None, of: None, shown_only: true };
    let found = store::list_reservations(conn, &range).await?;
    Ok(found.iter().filter(|r| r.status.is_confirmed()).flat_map(Reservation::people).collect())
}
