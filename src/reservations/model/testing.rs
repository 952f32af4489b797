//! Builders for tests of every capability that deals with bookings.

use super::{Reservation, RoomRef, Status};
use crate::accounts::model::Person;
use crate::ids::{ReservationId, RoomId, UserId};
use crate::rooms::model::Room;
use crate::time::Timestamp;

/// An approved booking of user 1, at milliseconds since the epoch.
pub fn booking(id: i64, room: i64, starts_at: i64, ends_at: i64) -> Reservation {
    Reservation {
        id: ReservationId(id),
        room: RoomRef { id: RoomId(room), name: format!("room {room}") },
        organizer: Some(Person { id: UserId(1), name: "민지".into() }),
        title: format!("booking {id}"),
        starts_at: Timestamp(starts_at),
        ends_at: Timestamp(ends_at),
        status: Status::Approved,
        attendees: vec![],
        attendee_count: 1,
        private: false,
        version: 1,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        reason: None,
        decide_by: None,
    }
}

pub fn room(id: i64, capacity: u32) -> Room {
    Room {
        id: RoomId(id),
        name: format!("room {id}"),
        location: String::new(),
        floor: "3".into(),
        capacity,
        equipment: vec![],
        requires_approval: false,
        approver_ids: vec![],
        maintenance: false,
        version: 1,
    }
}
