//! What a person enters for a booking or its change, and the rules that it must keep.

use super::{
    MAX_AHEAD_MS, MAX_ATTENDEES, MAX_DURATION_MS, MAX_HEAD_COUNT, MAX_TITLE_CHARS, MIN_DURATION_MS, Reservation,
    START_GRACE_MS,
};
use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::{RoomId, UserId};
use crate::rooms::model::Room;
use crate::time::{Interval, Timestamp};
use serde::{Deserialize, Serialize};

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
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
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

    /// Whether a booking would be another by this, which is tidied.
    #[must_use]
    pub fn differs_from(&self, before: &Reservation) -> bool {
        let known = ReservationPatch::default().onto(before);
        let counted = |new: &Self| Self { attendee_count: Some(new.head_count()), ..new.clone() };
        counted(self) != counted(&known)
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
