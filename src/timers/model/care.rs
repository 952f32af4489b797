//! What a timer asks of its people: whether it is forgotten, and what becomes of a meeting that ends.

use super::{Timer, TimerKind, TimerStatus};
use crate::time::{DAY, HOUR, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// A pause is no longer plausible after so long without a command.
const PAUSE_MS: i64 = HOUR;
/// So is concentrating or meeting.
const RUN_MS: i64 = 4 * HOUR;
/// How long a question waits for an answer: a timer that runs counts time that nobody spends, one
/// that is paused harms nobody overnight.
const ANSWER_RUNNING_MS: i64 = HOUR;
const ANSWER_PAUSED_MS: i64 = DAY - PAUSE_MS;
/// How long before the end of its booking a meeting's timer offers more time.
pub const OFFER_BEFORE_MS: i64 = 5 * MINUTE;
/// How much more.
pub const OFFER_MS: i64 = 15 * MINUTE;
/// A timer that ends within so long of its booking ends with it.
const WITH_BOOKING_MS: i64 = MINUTE;

/// What a meeting's timer offers towards the end of its booking: to extend both, when the room is
/// free, or to end both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The end of the booking that it is about.
    pub ends_at: Timestamp,
    /// When somebody else has the room, if that is within 15 minutes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
}

impl Timer {
    /// When its owner is asked whether it is still meant, unless somebody does something with it
    /// before: an hour into a pause, four hours into concentrating or a meeting. Other timers run
    /// for as long as somebody has given them.
    #[must_use]
    pub fn asks_at(&self) -> Option<Timestamp> {
        match (self.status, self.kind) {
            (TimerStatus::Paused, _) => Some(self.updated_at + PAUSE_MS),
            (TimerStatus::Running, TimerKind::Focus | TimerKind::Meeting) => Some(self.updated_at + RUN_MS),
            _ => None,
        }
    }

    /// When it is stopped unless its owner answers: an hour after the question, a day after a pause
    /// began. Nothing before the question was asked.
    #[must_use]
    pub fn stops_at(&self) -> Option<Timestamp> {
        let wait = if self.status == TimerStatus::Paused { ANSWER_PAUSED_MS } else { ANSWER_RUNNING_MS };
        self.asked_at.filter(|_| self.is_active()).map(|at| at + wait)
    }

    /// Follows its booking to another end, when it ended with the booking and still fits a day.
    /// Says whether anything has changed.
    pub fn follow_booking(&mut self, (before, after): (Timestamp, Timestamp), now: Timestamp) -> bool {
        let with_it = self.ends_at.is_some_and(|at| (at - before).abs() <= WITH_BOOKING_MS);
        let secs = self.ends_at.map_or(0, |at| i64::from(self.allocated_duration) + (after - at) / crate::time::SECOND);
        let fits = secs <= i64::from(super::MAX_SECS) && after > now;
        if !with_it || !fits {
            return false;
        }
        self.offer = None;
        self.allocate(secs, now);
        true
    }
}
