//! What waits for the viewer's decision, as a slice.

use super::{as_list, whole_follows};
use crate::accounts::model::Viewer;
use crate::ids::{ReservationId, RoomId};
use crate::realtime::protocol::{Event, Slice, Topic};
use crate::reservations::model::{Reservation, Status};
use crate::rooms::model::Room;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The pending bookings about which one person may decide: all for admins, those of the rooms that
/// name the person for everybody else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approvals {
    /// The rooms that name the viewer.
    pub rooms: BTreeSet<RoomId>,
    #[serde(with = "as_list")]
    pub reservations: BTreeMap<ReservationId, Reservation>,
}

impl Approvals {
    /// Whether the viewer decides about anything at all.
    #[must_use]
    pub fn has_say(&self, viewer: Viewer) -> bool {
        viewer.is_admin() || !self.rooms.is_empty()
    }

    /// What can still be decided, the most urgent first.
    #[must_use]
    pub fn waiting(&self, now: Timestamp) -> Vec<&Reservation> {
        let mut list: Vec<_> = self.reservations.values().filter(|r| r.can_decide(now)).collect();
        list.sort_by_key(|r| (r.decide_by, r.starts_at, r.id));
        list
    }

    fn is_mine(&self, room: RoomId, viewer: Viewer) -> bool {
        viewer.is_admin() || self.rooms.contains(&room)
    }

    fn follow(&mut self, room: &Room, viewer: Viewer) {
        if room.approver_ids.contains(&viewer.user_id) {
            self.rooms.insert(room.id);
        } else if self.rooms.remove(&room.id) && !viewer.is_admin() {
            self.reservations.retain(|_, r| r.room.id != room.id);
        }
        for booking in self.reservations.values_mut().filter(|r| r.room.id == room.id) {
            booking.room.name.clone_from(&room.name);
        }
    }
}

impl Slice for Approvals {
    fn apply(&mut self, topic: Topic, event: &Event, viewer: Viewer) {
        match event {
            Event::ReservationCreated(e) | Event::ReservationUpdated(e) | Event::ReservationCancelled(e) => {
                let booking = &e.reservation;
                let decides = self.is_mine(booking.room.id, viewer);
                if whole_follows(booking, self.reservations.get(&booking.id), topic, viewer, decides) {
                    return;
                }
                if decides && booking.status == Status::Pending {
                    self.reservations.insert(booking.id, booking.clone());
                } else {
                    self.reservations.remove(&booking.id);
                }
            }
            Event::ReservationDeleted(e) => {
                self.reservations.remove(&e.reservation.id);
            }
            Event::RoomCreated(e) | Event::RoomUpdated(e) | Event::RoomStatusChanged(e) => {
                self.follow(&e.room.room, viewer);
            }
            Event::RoomDeleted(e) => {
                let id = e.room.room.id;
                self.rooms.remove(&id);
                self.reservations.retain(|_, r| r.room.id != id);
            }
            _ => {}
        }
    }
}
