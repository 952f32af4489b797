//! The server's clock, as well as a browser can know it.

use crate::time::{SECOND, Timestamp};
use std::collections::VecDeque;

/// How many answers make up a reading of the server's clock.
pub const PROBES: u32 = 5;
/// A frame that seems to have been under way for longer says that the device's clock was set.
const SLOWEST_FRAME_MS: i64 = 2 * SECOND;
/// So far clocks may drift apart before they are compared anew.
const DRIFT_MS: i64 = 50;

/// The difference between the server's clock and this device's.
///
/// The server is asked for its time, [`PROBES`] times in a row: it answered somewhere between the
/// question and the answer, so the fastest answer is the nearest to the truth. Until then, and
/// between two readings, every frame that says when it was sent gives a bound: it cannot have come
/// before it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockOffset {
    /// What frames that came unasked allow at least.
    bound: Option<i64>,
    answers: VecDeque<Answer>,
    /// The next answer begins a new reading.
    is_stale: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Answer {
    offset_ms: i64,
    took_ms: i64,
}

impl ClockOffset {
    /// Takes in a frame that was sent at `server_ms` and received when the device said `device_ms`.
    /// Says whether the reading is wrong by now: one of the clocks was set, or they have drifted.
    pub fn observe(&mut self, server_ms: i64, device_ms: i64) -> bool {
        let bound = server_ms - device_ms;
        let Some(best) = self.best() else {
            self.bound = self.bound.max(Some(bound));
            return false;
        };
        let is_ahead = bound > best.offset_ms + best.took_ms / 2 + DRIFT_MS;
        let is_behind = bound < best.offset_ms - best.took_ms / 2 - SLOWEST_FRAME_MS;
        if is_ahead {
            // It is at least this, whatever the next reading says.
            self.answers.clear();
            self.bound = Some(bound);
        }
        is_ahead || is_behind
    }

    /// Takes in an answer: asked and heard when the device said so, sent at `server_ms`.
    pub fn answered(&mut self, asked_ms: i64, server_ms: i64, heard_ms: i64) {
        if std::mem::take(&mut self.is_stale) {
            self.answers.clear();
        }
        if self.answers.len() == PROBES as usize {
            self.answers.pop_front();
        }
        let took_ms = (heard_ms - asked_ms).max(0);
        self.answers.push_back(Answer { offset_ms: server_ms - (asked_ms + took_ms / 2), took_ms });
    }

    /// Forgets the reading as soon as the next one begins.
    pub fn renew(&mut self) {
        self.is_stale = true;
    }

    /// Milliseconds to add to the device's clock; `None` before anything was heard.
    #[must_use]
    pub fn ms(&self) -> Option<i64> {
        self.best().map(|answer| answer.offset_ms).or(self.bound)
    }

    fn best(&self) -> Option<Answer> {
        self.answers.iter().copied().min_by_key(|answer| answer.took_ms)
    }
}

/// Milliseconds from `now` to the next multiple of `step_ms`.
#[must_use]
pub fn until_next(now: Timestamp, step_ms: i64) -> i64 {
    step_ms - now.0.rem_euclid(step_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_anything_is_asked_the_fastest_frame_is_believed() {
        let mut offset = ClockOffset::default();
        assert_eq!(offset.ms(), None);
        for delay in [80, 12, 300] {
            assert!(!offset.observe(1_000, 500 + delay));
        }
        assert_eq!(offset.ms(), Some(488));
    }

    #[test]
    fn the_fastest_answer_is_believed_and_old_ones_are_forgotten() {
        let mut offset = ClockOffset::default();
        // The server is 10 s ahead; there and back again take equally long but in the slow ones.
        for (there, back) in [(300, 10), (8, 12), (5, 200), (40, 40), (400, 0)] {
            offset.answered(1_000, 11_000 + there, 1_000 + there + back);
        }
        assert_eq!(offset.ms(), Some(9_998));
        for _ in 0..PROBES {
            offset.answered(1_000, 6_100, 1_200);
        }
        assert_eq!(offset.ms(), Some(5_000));
    }

    #[test]
    fn a_new_reading_counts_from_its_first_answer() {
        let mut offset = ClockOffset::default();
        offset.answered(1_000, 11_000, 1_000);
        offset.renew();
        assert_eq!(offset.ms(), Some(10_000), "until then the old one is better than none");
        offset.answered(1_000, 3_500, 2_000);
        assert_eq!(offset.ms(), Some(2_000), "however slow it is");
    }

    #[test]
    fn a_clock_that_was_set_is_noticed() {
        let mut offset = ClockOffset::default();
        offset.answered(1_000, 1_010, 1_020);
        assert!(!offset.observe(5_000, 5_000) && !offset.observe(5_000, 6_500), "slow frames are no news");
        assert!(offset.observe(9_000, 60_000), "the device was set forward");
        assert_eq!(offset.ms(), Some(0), "by how much, only an answer tells");
        assert!(offset.observe(60_000, 9_000), "the device was set back");
        assert_eq!(offset.ms(), Some(51_000), "by so much at least");
    }

    #[test]
    fn ticks_stand_on_multiples() {
        assert_eq!(until_next(Timestamp(31_000), 15_000), 14_000);
        assert_eq!(until_next(Timestamp(30_000), 15_000), 15_000);
    }
}
