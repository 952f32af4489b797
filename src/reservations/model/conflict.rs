//! What stands in the way of a booking, and what is free instead.

use super::{MAX_AHEAD_MS, Reservation, START_GRACE_MS, STEP_MS};
use crate::accounts::model::Person;
use crate::ids::{ReservationId, RoomId};
use crate::rooms::model::Room;
use crate::time::{HOUR, Interval, Timestamp};
use serde::{Deserialize, Serialize};

/// A booking that stands in the way, as far as the caller may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Clash {
    pub id: ReservationId,
    pub title: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub organizer: Option<Person>,
}

impl From<&Reservation> for Clash {
    fn from(r: &Reservation) -> Self {
        Self {
            id: r.id,
            title: r.title.clone(),
            starts_at: r.starts_at,
            ends_at: r.ends_at,
            organizer: r.organizer.clone(),
        }
    }
}

/// A slot that can be booked right now instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Alternative {
    pub room_id: RoomId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Why a slot was refused, and what is free instead (contracts §9, `RESERVATION_CONFLICT`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    pub conflicts_with: Vec<Clash>,
    pub alternatives: Vec<Alternative>,
}

/// What is asked for when looking for clashes and alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub room_id: RoomId,
    pub interval: Interval,
    pub head_count: u32,
    /// The booking being moved, which does not stand in its own way.
    pub except: Option<ReservationId>,
}

impl Wanted {
    /// The bookings that take the room during the interval, earliest first.
    #[must_use]
    pub fn clashes<'a>(&self, bookings: impl IntoIterator<Item = &'a Reservation>) -> Vec<&'a Reservation> {
        let mut clashes: Vec<_> =
            bookings.into_iter().filter(|r| r.room.id == self.room_id && self.is_in_the_way(r)).collect();
        clashes.sort_by_key(|r| (r.starts_at, r.id));
        clashes
    }

    fn is_in_the_way(&self, booking: &Reservation) -> bool {
        booking.status.holds_slot() && Some(booking.id) != self.except && booking.interval().overlaps(self.interval)
    }

    /// Up to three slots of the same length that are free: the same time in another room that
    /// seats everybody (the tightest fit first), and the same room at the nearest free time within
    /// four hours. Always at least one of each kind when both exist.
    #[must_use]
    pub fn alternatives(&self, rooms: &[Room], bookings: &[&Reservation], now: Timestamp) -> Vec<Alternative> {
        let free = |room_id: RoomId, interval: Interval| {
            Wanted { room_id, interval, ..*self }.clashes(bookings.iter().copied()).is_empty()
        };

        let mut others: Vec<&Room> = rooms
            .iter()
            .filter(|room| room.id != self.room_id && !room.maintenance && room.capacity >= self.head_count)
            .filter(|room| free(room.id, self.interval))
            .collect();
        let floor = rooms.iter().find(|room| room.id == self.room_id).map(|room| room.floor.as_str());
        others.sort_by_key(|room| (room.requires_approval, room.capacity, Some(room.floor.as_str()) != floor, room.id));

        let duration = self.interval.duration_ms();
        let fits_room =
            rooms.iter().any(|room| room.id == self.room_id && !room.maintenance && room.capacity >= self.head_count);
        let mut shifted: Vec<Interval> = Vec::new();
        if fits_room && duration > 0 {
            let steps = 4 * HOUR / STEP_MS;
            let starts = (1..=steps).flat_map(|n| [n, -n]).map(|n| self.interval.starts_at + n * STEP_MS);
            // The edges of other bookings too: "right after" is what people usually take.
            let edges =
                bookings.iter().filter(|r| r.room.id == self.room_id).flat_map(|r| [r.ends_at, r.starts_at - duration]);
            let mut starts: Vec<Timestamp> = starts.chain(edges).collect();
            starts.sort_by_key(|start| ((*start - self.interval.starts_at).abs(), *start));
            for start in starts {
                let slot = Interval::new(start, start + duration);
                let allowed = (now - START_GRACE_MS..=now + MAX_AHEAD_MS).contains(&start);
                let reachable = allowed && (start - self.interval.starts_at).abs() <= 4 * HOUR;
                if reachable && free(self.room_id, slot) && !shifted.iter().any(|s| s.overlaps(slot)) {
                    shifted.push(slot);
                    if shifted.len() == 3 {
                        break;
                    }
                }
            }
        }

        let same_time = others.iter().map(|room| (room.id, self.interval));
        let same_room = shifted.iter().map(|slot| (self.room_id, *slot));
        let reserved_for_room = usize::from(!shifted.is_empty());
        same_time
            .clone()
            .take(3 - reserved_for_room)
            .chain(same_room)
            .take(3)
            .map(|(room_id, slot)| Alternative { room_id, starts_at: slot.starts_at, ends_at: slot.ends_at })
            .collect()
    }
}
