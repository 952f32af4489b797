//! A timer, what can become of it, and how its time is counted: pure rules of both halves.

mod agenda;
mod care;
mod history;
mod input;
mod rules;
#[cfg(test)]
mod tests;
mod todo;

pub use agenda::{
    Agenda, AgendaChange, MAX_POINTS, NewPoint, Point, PointChoice, broken_points, read_points, tidy_points,
    write_points,
};
pub use care::{OFFER_BEFORE_MS, OFFER_MS, Offer};
pub use history::{DayTotal, History, TagTotal, ms_within};
pub use input::{CycleChoice, Extension, MAX_PEOPLE, MAX_SECS, NewTimer, Share, TimerPatch};
pub use todo::{GoalEvent, MAX_TODOS, NewTodo, Todo, TodoDeleted, TodoOrder, TodoPatch, checked_title, sort_todos};

use crate::accounts::model::Person;
use crate::ids::{TimerId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How many steps of its history a timer keeps; the oldest pauses go first.
pub const MAX_STEPS: usize = 500;

/// Where a timer stands (contracts §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "SCREAMING_SNAKE_CASE"))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimerStatus {
    Running,
    Paused,
    Completed,
    Cancelled,
}

impl TimerStatus {
    /// Whether commands can still do something with it.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// Just a countdown.
    #[default]
    Plain,
    /// Its owner concentrates until its end.
    Focus,
    /// The rest between two focus timers of a cycle.
    Break,
    /// Runs beside a booking.
    Meeting,
}

/// What somebody may do with a timer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum TimerRole {
    /// Commands it.
    Host,
    /// Watches it.
    #[default]
    Participant,
}

/// Somebody on a timer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimerPerson {
    pub id: UserId,
    pub name: String,
    pub role: TimerRole,
    pub joined_at: Timestamp,
}

/// What happened to a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Start,
    Pause,
    Resume,
    Stop,
    Cancel,
}

/// A line of a timer's `pauseHistory`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Step {
    pub action: Action,
    pub at: Timestamp,
    /// Seconds that had elapsed by then; on `pause`, `stop` and `cancel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<u32>,
}

/// A timer's place in a series of work and rest. The next timer of the series starts by itself at
/// the deadline of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cycle {
    /// Seconds of each round of work.
    pub work: u32,
    /// Seconds of each rest.
    pub rest: u32,
    /// How many rounds of work there are in all.
    pub rounds: u32,
    /// The round that this is of, from 1 on.
    pub round: u32,
}

/// A timer as its people see it: the `TimerDTO` of contracts §4.5, with extensions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Timer {
    pub id: TimerId,
    pub owner_id: UserId,
    /// Whether it has other people than its owner.
    pub is_shared: bool,
    /// The owner first, then by the time of joining.
    pub people: Vec<TimerPerson>,
    /// A booking's id, or whatever the client calls its schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_id: Option<String>,
    /// The id of something to do, or whatever the client calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todo_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub kind: TimerKind,
    /// Whether the owner's notifications that can wait are held until its end.
    pub hold_notifications: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<Cycle>,
    /// Seconds.
    pub allocated_duration: u32,
    /// Whole seconds that had elapsed when this was sent, pauses left out.
    pub elapsed_time: u32,
    /// Milliseconds that had elapsed at `updatedAt`: what time is counted from.
    pub elapsed_ms: i64,
    pub status: TimerStatus,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The deadline while it runs: the only thing that a screen counts down to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub pause_history: Vec<Step>,
    /// When its owner was asked whether it is still meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// What a meeting's timer offers towards the end of its booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// What its people talk about, point by point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agenda: Option<Agenda>,
    pub version: i64,
}

/// What the beginning of a timer says of it.
#[derive(Clone, Debug)]
pub struct Start {
    pub id: TimerId,
    pub owner: Person,
    pub kind: TimerKind,
    pub at: Timestamp,
}
