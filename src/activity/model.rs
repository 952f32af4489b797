//! One line of what has happened.

use crate::accounts::model::Person;
use crate::ids::{ActivityId, ReservationId};
use crate::reservations::model::RoomRef;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The most lines that one page has.
pub const MAX_PAGE: u32 = 100;

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    Booked,
    /// Booked where somebody has to say yes first.
    Requested,
    Changed,
    Approved,
    Rejected,
    /// Nobody decided in time.
    Expired,
    Cancelled,
    EndedEarly,
    Extended,
    Deleted,
    RoomCreated,
    RoomChanged,
    RoomClosed,
    RoomReopened,
    RoomDeleted,
    Announced,
}

/// A line of what has happened, as everybody may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Grows with time.
    pub id: ActivityId,
    pub at: Timestamp,
    pub kind: ActivityKind,
    /// Nobody for what happens by itself, and for what is private.
    pub actor: Option<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation_id: Option<ReservationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The first words of an announcement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A page of activity, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ActivityPage {
    pub items: Vec<Activity>,
    /// Give it as `before` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ActivityId>,
}
