//! A booking, the rules it must keep, who may do what with it, and what is offered instead.
//!
//! Pure functions of shared types: the dialog answers with them while a person types and drags,
//! and the server with the same code (contracts §9).

use crate::accounts::model::{Person, Viewer};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ReservationId, RoomId, UserId};
use crate::time::{DAY, HOUR, Interval, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

mod conflict;
mod draft;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use conflict::{Alternative, Clash, Conflict, Wanted};
pub use draft::{NewReservation, ReservationPatch};

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

/// What somebody who is invited says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Accepted,
    Declined,
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Accepted => Self::Accepted,
            Reply::Declined => Self::Declined,
        }
    }
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

    /// The answer of somebody who was invited; none of others.
    #[must_use]
    pub fn response_of(&self, user: UserId) -> Option<Response> {
        self.attendees.iter().find(|attendee| attendee.id == user).map(|attendee| attendee.response)
    }

    /// Whether the person is expected at it: organises it, or is invited and has not declined.
    #[must_use]
    pub fn expects(&self, user: UserId) -> bool {
        self.is_organizer(user) || self.response_of(user).is_some_and(|response| response != Response::Declined)
    }

    /// Those of its people who are expected at it.
    #[must_use]
    pub fn expected(&self) -> Vec<UserId> {
        self.people().into_iter().filter(|person| self.expects(*person)).collect()
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

/// A yes or no to a pending booking, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Decision {
    /// Told to its people. Nothing when it is empty.
    #[serde(default)]
    pub reason: Option<String>,
    /// [EXT] The version that was looked at: of any other, nothing is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
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
