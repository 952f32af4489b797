//! A booking, the rules it must keep, who may do what with it, and what is offered instead.
//!
//! Pure functions of shared types: the dialog answers with them while a person types and drags,
//! and the server with the same code (contracts §9).

use crate::accounts::model::{Person, Viewer};
use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::{ReservationId, RoomId, UserId};
use crate::rooms::model::Room;
use crate::time::{DAY, HOUR, Interval, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

pub const MAX_TITLE_CHARS: u32 = 200;
pub const MAX_ATTENDEES: u32 = 500;
pub const MAX_HEAD_COUNT: u32 = 10_000;
/// How far in the past a start may lie when it is set.
pub const START_GRACE_MS: i64 = 5 * MINUTE;
pub const MIN_DURATION_MS: i64 = 5 * MINUTE;
pub const MAX_DURATION_MS: i64 = 24 * HOUR;
/// A year, and the day that a leap year adds.
pub const MAX_AHEAD_MS: i64 = 366 * DAY;
/// The widest span that a list of bookings covers.
pub const MAX_LIST_SPAN_MS: i64 = 62 * DAY;
/// What drags, keys and suggestions snap to.
pub const STEP_MS: i64 = 15 * MINUTE;
/// What a person who may not see a private booking reads for its title (contracts §9).
pub const PRIVATE_TITLE: &str = "예약됨";
pub const MAX_REASON_CHARS: u32 = 500;
/// The reason of a pending booking about which nobody decided in time.
pub const EXPIRED: &str = "expired";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for a decision; holds the slot.
    Pending,
    Approved,
    Rejected,
    Cancelled,
    /// Ended early by its people.
    Completed,
}

impl Status {
    /// Whether nobody else can have the slot.
    #[must_use]
    pub fn holds_slot(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }

    /// Whether the room is, or was, really used.
    #[must_use]
    pub fn is_confirmed(self) -> bool {
        matches!(self, Self::Approved | Self::Completed)
    }

    /// Whether a day's plan shows it.
    #[must_use]
    pub fn is_shown(self) -> bool {
        self.holds_slot() || self == Self::Completed
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Response {
    Invited,
    Accepted,
    Declined,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Attendee {
    pub id: UserId,
    pub name: String,
    pub response: Response,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RoomRef {
    pub id: RoomId,
    pub name: String,
}

/// A booking as its viewer may see it (contracts §9, Reservation).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    pub id: ReservationId,
    pub room: RoomRef,
    /// Nobody in the reduced form of a private booking.
    pub organizer: Option<Person>,
    pub title: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub status: Status,
    pub attendees: Vec<Attendee>,
    /// Head count: the organiser, the attendees, and guests without an account.
    pub attendee_count: u32,
    pub private: bool,
    /// Grows by one with each change; a writer names the version it has seen.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// What a decision was given with; [`EXPIRED`] when nobody decided in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when somebody has to decide, or had to: only on those that wait or waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<Timestamp>,
}

impl Reservation {
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval::new(self.starts_at, self.ends_at)
    }

    #[must_use]
    pub fn is_organizer(&self, user: UserId) -> bool {
        self.organizer.as_ref().is_some_and(|person| person.id == user)
    }

    /// Whether the person organises or attends it.
    #[must_use]
    pub fn involves(&self, user: UserId) -> bool {
        self.is_organizer(user) || self.attendees.iter().any(|attendee| attendee.id == user)
    }

    /// Its organiser and attendees, each once.
    #[must_use]
    pub fn people(&self) -> Vec<UserId> {
        let organizer = self.organizer.iter().map(|person| person.id);
        organizer.chain(self.attendees.iter().map(|attendee| attendee.id)).collect()
    }

    /// What everybody may know of a private booking: when and where (contracts §9, `private`).
    #[must_use]
    pub fn reduced(&self) -> Self {
        Self {
            organizer: None,
            title: PRIVATE_TITLE.into(),
            attendees: Vec::new(),
            attendee_count: 0,
            reason: None,
            decide_by: None,
            ..self.clone()
        }
    }

    /// Whether this is only the reduced form of somebody's private booking.
    #[must_use]
    pub fn is_reduced(&self) -> bool {
        self.private && self.organizer.is_none()
    }

    /// The form that the viewer may see. `approves` says that the viewer is a named approver of its
    /// room, who sees all of what waits there.
    #[must_use]
    pub fn seen_by(self, viewer: Viewer, approves: bool) -> Self {
        let decides = approves && self.status == Status::Pending;
        if !self.private || viewer.is_admin() || decides || self.involves(viewer.user_id) {
            self
        } else {
            self.reduced()
        }
    }

    /// Organisers change their own bookings, admins every one.
    #[must_use]
    pub fn may_change(&self, viewer: Viewer) -> bool {
        viewer.is_admin() || self.is_organizer(viewer.user_id)
    }

    /// Whether changing, cancelling and extending still make sense: it holds its slot and has not ended.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status.holds_slot() && self.ends_at > now
    }

    /// Whether somebody can still say yes or no to it.
    #[must_use]
    pub fn can_decide(&self, now: Timestamp) -> bool {
        self.status == Status::Pending && self.is_open(now)
    }

    /// Whether it can be ended early: approved and under way.
    #[must_use]
    pub fn can_end(&self, now: Timestamp) -> bool {
        self.status == Status::Approved && self.interval().contains(now)
    }
}

/// What a person enters for a new booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewReservation {
    pub room_id: RoomId,
    pub title: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    #[serde(default)]
    pub attendee_ids: Vec<UserId>,
    /// Head count when guests without an account come; at least 1 + attendees in any case.
    #[serde(default)]
    pub attendee_count: Option<u32>,
    #[serde(default)]
    pub private: bool,
}

/// A change of a booking: what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReservationPatch {
    pub room_id: Option<RoomId>,
    pub title: Option<String>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub attendee_ids: Option<Vec<UserId>>,
    pub attendee_count: Option<u32>,
    pub private: Option<bool>,
    /// The version that the writer has seen; required.
    pub version: Option<i64>,
}

impl ReservationPatch {
    /// Whether it changes anything.
    #[must_use]
    pub fn is_change(&self) -> bool {
        *self != Self { version: self.version, ..Self::default() }
    }

    /// The whole booking after the change. When only the attendees change, a head count that
    /// merely followed from them follows again.
    #[must_use]
    pub fn onto(self, before: &Reservation) -> NewReservation {
        let followed = before.attendee_count == 1 + u32::try_from(before.attendees.len()).unwrap_or(u32::MAX);
        NewReservation {
            room_id: self.room_id.unwrap_or(before.room.id),
            title: self.title.unwrap_or_else(|| before.title.clone()),
            starts_at: self.starts_at.unwrap_or(before.starts_at),
            ends_at: self.ends_at.unwrap_or(before.ends_at),
            attendee_count: self
                .attendee_count
                .or((!followed || self.attendee_ids.is_none()).then_some(before.attendee_count)),
            attendee_ids: self.attendee_ids.unwrap_or_else(|| before.attendees.iter().map(|a| a.id).collect()),
            private: self.private.unwrap_or(before.private),
        }
    }
}

impl NewReservation {
    #[must_use]
    pub fn interval(&self) -> Interval {
        Interval::new(self.starts_at, self.ends_at)
    }

    /// max(`attendeeCount`, 1 + attendees).
    #[must_use]
    pub fn head_count(&self) -> u32 {
        let attendees = u32::try_from(self.attendee_ids.len()).unwrap_or(u32::MAX);
        self.attendee_count.unwrap_or(0).max(attendees.saturating_add(1))
    }

    /// Trims the title, drops the organiser and repeats from the attendees.
    #[must_use]
    pub fn tidied(mut self, organizer: UserId) -> Self {
        self.title = self.title.trim().to_owned();
        let mut seen = vec![organizer];
        self.attendee_ids.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
        self
    }

    /// The rules of contracts §9. `room` is the room asked for, `None` when it is not known.
    /// `before` is the booking that this changes: what it leaves alone is not judged again.
    #[must_use]
    pub fn violations(&self, room: Option<&Room>, before: Option<&Reservation>, now: Timestamp) -> Vec<FieldError> {
        let mut fields = Vec::new();
        let mut refuse = |field, rule| fields.push(FieldError { field, rule });

        if self.title.trim().is_empty() {
            refuse(Field::Title, Rule::Required);
        } else if self.title.trim().chars().count() > MAX_TITLE_CHARS as usize {
            refuse(Field::Title, Rule::MaxLength { max: MAX_TITLE_CHARS });
        } else if self.title.contains('\0') {
            refuse(Field::Title, Rule::NulCharacter);
        }

        let moved = before.is_none_or(|b| b.interval() != self.interval());
        let start_moved = before.is_none_or(|b| b.starts_at != self.starts_at);
        if moved {
            let duration = self.interval().duration_ms();
            if duration <= 0 {
                refuse(Field::EndsAt, Rule::EndsBeforeStart);
            } else if duration < MIN_DURATION_MS {
                refuse(Field::EndsAt, Rule::TooShort);
            } else if duration > MAX_DURATION_MS {
                refuse(Field::EndsAt, Rule::TooLong);
            }
            if !start_moved && self.ends_at <= now {
                refuse(Field::EndsAt, Rule::InThePast);
            }
        }
        if start_moved {
            if self.starts_at < now - START_GRACE_MS {
                refuse(Field::StartsAt, Rule::InThePast);
            } else if self.starts_at > now + MAX_AHEAD_MS {
                refuse(Field::StartsAt, Rule::TooFarAhead);
            }
        }

        if self.attendee_ids.len() > MAX_ATTENDEES as usize {
            refuse(Field::AttendeeIds, Rule::MaxItems { max: MAX_ATTENDEES });
        }
        if self.attendee_count.is_some_and(|count| !(1..=MAX_HEAD_COUNT).contains(&count)) {
            refuse(Field::AttendeeCount, Rule::Range { min: 1, max: MAX_HEAD_COUNT });
        }

        let room_changed = before.is_none_or(|b| b.room.id != self.room_id);
        match room {
            None => refuse(Field::RoomId, Rule::Unknown),
            Some(room) => {
                if room.maintenance && (room_changed || moved) {
                    refuse(Field::RoomId, Rule::Maintenance);
                }
                let people_changed = before.is_none_or(|b| b.attendee_count != self.head_count());
                if self.head_count() > room.capacity && (room_changed || people_changed) {
                    refuse(Field::AttendeeCount, Rule::OverCapacity { capacity: room.capacity });
                }
            }
        }
        fields
    }

    /// [`violations`](Self::violations) as a refusal.
    ///
    /// # Errors
    /// [`AppError::Validation`] with each field that breaks a rule.
    pub fn check(&self, room: Option<&Room>, before: Option<&Reservation>, now: Timestamp) -> Result<(), AppError> {
        match self.violations(room, before, now) {
            fields if fields.is_empty() => Ok(()),
            fields => Err(AppError::Validation { fields }),
        }
    }
}

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

/// A yes or no to a pending booking, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Told to its people. Nothing when it is empty.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Decision {
    /// The reason as it is kept.
    ///
    /// # Errors
    /// [`AppError::Validation`] when it is too long.
    pub fn checked(self) -> Result<Option<String>, AppError> {
        let reason = self.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        match &reason {
            Some(text) if text.chars().count() > MAX_REASON_CHARS as usize => {
                Err(AppError::field(Field::Reason, Rule::MaxLength { max: MAX_REASON_CHARS }))
            }
            Some(text) if text.contains('\0') => Err(AppError::field(Field::Reason, Rule::NulCharacter)),
            _ => Ok(reason),
        }
    }
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

/// Builders for tests of every capability that deals with bookings.
#[cfg(test)]
pub mod testing {
    use super::*;

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
}

#[cfg(test)]
mod tests;
