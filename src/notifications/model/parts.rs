//! What there is to tell is made of these.

use crate::ids::ReservationId;
use crate::level::Level;
use crate::reservations::model::Reservation;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The type codes of contracts §3.6, with those of the workplace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationType {
    WorkoutCompleted,
    GoalAchieved,
    WorkoutReminder,
    WeeklyReport,
    ChatMessage,
    System,
    #[default]
    Custom,
    Reservation,
    Room,
    TimerCompleted,
    Mention,
    Announcement,
    Maintenance,
    SmsFailed,
}

/// `type` of an entry: how it looks (contracts §1.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryType {
    #[default]
    Info,
    Warning,
    Error,
    Success,
}

impl EntryType {
    /// The sign in front of an entry (contracts §1.8).
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Info => "📢",
            Self::Warning => "⚠️",
            Self::Error => "❌",
            Self::Success => "✅",
        }
    }
}

impl From<Level> for EntryType {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

/// A booking as it was when there was something to tell about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    pub id: ReservationId,
    pub title: String,
    /// The room's name.
    pub room: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

impl From<&Reservation> for Booking {
    fn from(booking: &Reservation) -> Self {
        Self {
            id: booking.id,
            title: booking.title.clone(),
            room: booking.room.name.clone(),
            starts_at: booking.starts_at,
            ends_at: booking.ends_at,
        }
    }
}

impl Booking {
    /// Where the booking is shown.
    #[must_use]
    pub fn link(&self) -> String {
        ["/reservations/", &self.id.to_string()].concat()
    }

    /// The group of everything about this booking.
    #[must_use]
    pub fn group_key(&self) -> String {
        ["reservation:", &self.id.to_string()].concat()
    }
}

/// When and where a booking was before it moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct When {
    pub room: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}
