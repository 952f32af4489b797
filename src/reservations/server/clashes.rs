//! Telling people that their own plans clash (contracts §1.1, `reservation:conflict`).

use super::store;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::UserId;
use crate::realtime::log::Tx;
use crate::realtime::protocol::{ConflictEvent, Event, Topic};
use crate::reservations::model::Reservation;
use crate::rooms::model::Room;

/// Tells each person of a booking who has another one at the same time, in any room. Both are
/// theirs, so they may see both.
///
/// # Errors
/// When the database fails.
pub async fn warn_of_double_bookings(tx: &mut Tx, caller: &Caller, booking: &Reservation) -> Result<(), AppError> {
    let people = booking.expected();
    let others = store::list_of_people(tx, &people, booking).await?;
    for person in people {
        let theirs: Vec<Reservation> = others.iter().filter(|other| other.expects(person)).cloned().collect();
        if !theirs.is_empty() {
            emit(tx, caller, person, booking, theirs);
        }
    }
    Ok(())
}

/// Tells the organisers of what lies ahead in a room that has closed.
///
/// # Errors
/// When the database fails.
pub(crate) async fn warn_of_maintenance(tx: &mut Tx, caller: &Caller, room: &Room) -> Result<(), AppError> {
    let now = tx.now();
    for booking in super::list_open_in_room(tx, room.id, now).await? {
        if let Some(organizer) = booking.organizer.as_ref().map(|person| person.id) {
            emit(tx, caller, organizer, &booking, Vec::new());
        }
    }
    Ok(())
}

fn emit(tx: &mut Tx, caller: &Caller, to: UserId, booking: &Reservation, conflicts_with: Vec<Reservation>) {
    let event = ConflictEvent {
        reservation: booking.clone(),
        conflicts_with,
        room_id: booking.room.id,
        user_id: caller.user.id.to_string(),
    };
    tx.emit(Topic::User(to), Some(caller.user.id), Event::ReservationConflict(event));
}
