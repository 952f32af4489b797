//! Between a booking and what a form holds of it.

use super::desk::Desk;
use super::form::with_room;
use crate::accounts::model::Person;
use crate::ids::ReservationId;
use crate::reservations::model::{Attendee, NewReservation, Reservation, ReservationPatch, Response, RoomRef, Status};
use leptos::prelude::*;

#[must_use]
pub fn invited(booking: &Reservation) -> Vec<Person> {
    booking.attendees.iter().map(|attendee| Person { id: attendee.id, name: attendee.name.clone() }).collect()
}

/// The head count when it is more than who is invited.
#[must_use]
pub fn guests(booking: &Reservation) -> String {
    let follows = booking.attendee_count as usize == 1 + booking.attendees.len();
    if follows { String::new() } else { booking.attendee_count.to_string() }
}

/// The booking as it will look, until the server has made it.
#[must_use]
pub fn provisional(desk: Desk, wanted: &NewReservation, people: &[Person]) -> Reservation {
    let room = untrack(|| with_room(desk, wanted.room_id, |room| room.map(|room| room.name.clone())));
    let now = desk.now.get_untracked();
    Reservation {
        id: ReservationId(0),
        room: RoomRef { id: wanted.room_id, name: room.unwrap_or_default() },
        organizer: desk.me(),
        title: wanted.title.clone(),
        starts_at: wanted.starts_at,
        ends_at: wanted.ends_at,
        status: Status::Approved,
        attendees: people.iter().map(invitation).collect(),
        attendee_count: wanted.head_count(),
        private: wanted.private,
        version: 0,
        created_at: now,
        updated_at: now,
        reason: None,
        decide_by: None,
    }
}

/// The booking as it will look, until the server has changed it.
#[must_use]
pub fn changed(desk: Desk, before: &Reservation, wanted: &NewReservation, people: &[Person]) -> Reservation {
    let Reservation { id, organizer, status, version, created_at, .. } = before.clone();
    Reservation { id, organizer, status, version, created_at, ..provisional(desk, wanted, people) }
}

fn invitation(person: &Person) -> Attendee {
    Attendee { id: person.id, name: person.name.clone(), response: Response::Invited }
}

/// What is asked for beyond what is there.
#[must_use]
pub fn difference(before: &Reservation, wanted: &NewReservation) -> ReservationPatch {
    let people: Vec<_> = before.attendees.iter().map(|attendee| attendee.id).collect();
    ReservationPatch {
        room_id: (wanted.room_id != before.room.id).then_some(wanted.room_id),
        title: (wanted.title != before.title).then(|| wanted.title.clone()),
        starts_at: (wanted.starts_at != before.starts_at).then_some(wanted.starts_at),
        ends_at: (wanted.ends_at != before.ends_at).then_some(wanted.ends_at),
        attendee_ids: (wanted.attendee_ids != people).then(|| wanted.attendee_ids.clone()),
        attendee_count: (wanted.head_count() != before.attendee_count).then(|| wanted.head_count()),
        private: (wanted.private != before.private).then_some(wanted.private),
        version: Some(before.version),
    }
}
