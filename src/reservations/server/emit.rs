//! Who is told of a change, and how much.

use crate::accounts::server::Caller;
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, ReservationEvent, Topic};
use crate::reservations::model::Reservation;

/// Tells everybody. Of a private booking everybody gets the reduced form, without who did it, and
/// then its people and the admins get everything on topics of their own; people who were taken off
/// it get the reduced form there too.
pub fn emit(
    tx: &mut Tx,
    caller: &Caller,
    before: Option<&Reservation>,
    after: &Reservation,
    event: fn(ReservationEvent) -> Event,
) {
    let actor = caller.user.id;
    let full =
        || event(ReservationEvent { reservation: after.clone(), room_id: after.room.id, user_id: actor.to_string() });
    if !after.private {
        tx.emit(Topic::Org, Some(actor), full());
        return;
    }
    let reduced =
        || event(ReservationEvent { reservation: after.reduced(), room_id: after.room.id, user_id: String::new() });
    tx.emit(Topic::Org, None, reduced());
    let people = after.people();
    for person in &people {
        tx.emit(Topic::User(*person), Some(actor), full());
    }
    for person in before.map(Reservation::people).unwrap_or_default() {
        if !people.contains(&person) {
            tx.emit(Topic::User(person), None, reduced());
        }
    }
    tx.emit(Topic::Admin, Some(actor), full());
}
