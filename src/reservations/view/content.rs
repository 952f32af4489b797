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

/// The head count as it was typed. An empty field asks for none; what is no count is refused as out of range.
#[must_use]
pub fn head_count(typed: &str) -> Option<u32> {
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.parse().unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Field, FieldError, Rule};
    use crate::reservations::model::testing::{booking, room};
    use crate::time::Timestamp;

    #[test]
    fn a_head_count_that_is_none_is_refused_and_an_empty_one_follows_the_invited() {
        assert_eq!([head_count(""), head_count("  "), head_count(" 4 ")], [None, None, Some(4)]);
        let before = booking(1, 1, 0, 3_600_000);
        for typed in ["0", "-3", "2.5", "1e3", "99999999999", "many"] {
            let patch = ReservationPatch { attendee_count: head_count(typed), ..ReservationPatch::default() };
            let refused = patch.onto(&before).violations(Some(&room(1, 6)), Some(&before), Timestamp(0));
            assert!(
                matches!(refused[..], [FieldError { field: Field::AttendeeCount, rule: Rule::Range { min: 1, .. } }]),
                "{typed}: {refused:?}"
            );
        }
    }
}
