//! The screens of this capability as slices: state that events keep right.

mod approvals;
#[cfg(test)]
mod tests;

pub use approvals::Approvals;

use super::model::{Reservation, Status};
use crate::accounts::model::Viewer;
use crate::ids::{ReservationId, RoomId};
use crate::realtime::protocol::{Event, Slice, Topic};
use crate::rooms::live::put_room;
use crate::rooms::model::{Room, RoomState};
use crate::time::{Interval, Timestamp, ZoneOffsets, civil_date};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All rooms and their bookings of one civil day: the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DaySchedule {
    #[serde(with = "civil_date")]
    pub date: Date,
    /// The organisation's zone, from a year back to more than a year ahead.
    pub zone: ZoneOffsets,
    /// The day's instants.
    pub day: Interval,
    /// By floor, then by name.
    pub rooms: Vec<Room>,
    /// Those that a plan shows and that touch the day.
    #[serde(with = "as_list")]
    pub reservations: BTreeMap<ReservationId, Reservation>,
}

impl DaySchedule {
    #[must_use]
    pub fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == id)
    }

    /// A room's bookings of the day, earliest first.
    #[must_use]
    pub fn bookings_of(&self, room: RoomId) -> Vec<&Reservation> {
        let mut bookings: Vec<_> = self.reservations.values().filter(|r| r.room.id == room).collect();
        bookings.sort_by_key(|r| (r.starts_at, r.id));
        bookings
    }

    /// A room's state at an instant; meaningful only for instants of this day.
    #[must_use]
    pub fn state_of(&self, room: &Room, now: Timestamp) -> RoomState {
        RoomState::derive(room, self.reservations.values(), now)
    }
}

impl Slice for DaySchedule {
    fn apply(&mut self, topic: Topic, event: &Event, viewer: Viewer) {
        match event {
            Event::ReservationCreated(e) | Event::ReservationUpdated(e) | Event::ReservationCancelled(e) => {
                let booking = &e.reservation;
                let decides = self.room(booking.room.id).is_some_and(|room| room.may_decide(viewer));
                if whole_follows(booking, self.reservations.get(&booking.id), topic, viewer, decides) {
                    return;
                }
                if booking.status.is_shown() && booking.interval().overlaps(self.day) {
                    self.reservations.insert(booking.id, booking.clone());
                } else {
                    self.reservations.remove(&booking.id);
                }
            }
            Event::ReservationDeleted(e) => {
                self.reservations.remove(&e.reservation.id);
            }
            Event::RoomCreated(e) | Event::RoomUpdated(e) | Event::RoomStatusChanged(e) => {
                let room = &e.room.room;
                put_room(&mut self.rooms, room);
                for booking in self.reservations.values_mut().filter(|r| r.room.id == room.id) {
                    booking.room.name.clone_from(&room.name);
                }
            }
            Event::RoomDeleted(e) => {
                self.rooms.retain(|room| room.id != e.room.room.id);
                self.reservations.retain(|_, r| r.room.id != e.room.room.id);
            }
            _ => {}
        }
    }
}

/// What one person organises or attends, from an instant on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MyReservations {
    pub zone: ZoneOffsets,
    /// Bookings that ended before this are not shown.
    pub since: Timestamp,
    #[serde(with = "as_list")]
    pub reservations: BTreeMap<ReservationId, Reservation>,
}

impl MyReservations {
    /// What is still ahead or under way, earliest first.
    #[must_use]
    pub fn upcoming(&self, now: Timestamp) -> Vec<&Reservation> {
        let mut list: Vec<_> = self.reservations.values().filter(|r| r.is_open(now)).collect();
        list.sort_by_key(|r| (r.starts_at, r.id));
        list
    }

    /// What is over, cancelled or refused, latest first.
    #[must_use]
    pub fn past(&self, now: Timestamp) -> Vec<&Reservation> {
        let mut list: Vec<_> = self.reservations.values().filter(|r| !r.is_open(now)).collect();
        list.sort_by_key(|r| std::cmp::Reverse((r.starts_at, r.id)));
        list
    }
}

impl Slice for MyReservations {
    fn apply(&mut self, topic: Topic, event: &Event, viewer: Viewer) {
        match event {
            Event::ReservationCreated(e) | Event::ReservationUpdated(e) | Event::ReservationCancelled(e) => {
                let booking = &e.reservation;
                if whole_follows(booking, self.reservations.get(&booking.id), topic, viewer, false) {
                    return;
                }
                if booking.involves(viewer.user_id) && booking.ends_at > self.since {
                    self.reservations.insert(booking.id, booking.clone());
                } else {
                    self.reservations.remove(&booking.id);
                }
            }
            Event::ReservationDeleted(e) => {
                self.reservations.remove(&e.reservation.id);
            }
            Event::RoomUpdated(e) | Event::RoomStatusChanged(e) => {
                let room = &e.room.room;
                for booking in self.reservations.values_mut().filter(|r| r.room.id == room.id) {
                    booking.room.name.clone_from(&room.name);
                }
            }
            _ => {}
        }
    }
}

/// Whether a reduced booking is for others: the whole of it follows at once on a topic of the viewer's own,
/// and what the viewer has of it stays until then. `known` is that; `decides` says that the viewer decides
/// about its room.
fn whole_follows(
    booking: &Reservation,
    known: Option<&Reservation>,
    topic: Topic,
    viewer: Viewer,
    decides: bool,
) -> bool {
    let is_insider =
        || (decides && booking.status == Status::Pending) || known.is_some_and(|known| known.involves(viewer.user_id));
    // Whoever is taken off it is told so on their own topic, in the reduced form too. Admins never are.
    booking.is_reduced() && (viewer.is_admin() || (topic == Topic::Org && is_insider()))
}

/// Bookings by id in memory, a plain list on the wire.
mod as_list {
    use super::{BTreeMap, Reservation, ReservationId};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(
        map: &BTreeMap<ReservationId, Reservation>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.values())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<ReservationId, Reservation>, D::Error> {
        Ok(Vec::<Reservation>::deserialize(deserializer)?.into_iter().map(|r| (r.id, r)).collect())
    }
}
