//! The server's clock, as well as a browser can know it.

use crate::time::Timestamp;
use std::collections::VecDeque;

/// How many of the newest readings count: older ones may date from before the device slept.
const READINGS: usize = 8;

/// The difference between the server's clock and this device's.
///
/// A reading is the server's time at sending minus the device's time at receipt, so it is too
/// small by the time that the frame took. The largest of several is the nearest to the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockOffset {
    readings: VecDeque<i64>,
}

impl ClockOffset {
    /// Takes in a frame that was sent at `server_ms` and received when the device said `device_ms`.
    pub fn observe(&mut self, server_ms: i64, device_ms: i64) {
        if self.readings.len() == READINGS {
            self.readings.pop_front();
        }
        self.readings.push_back(server_ms - device_ms);
    }

    /// Milliseconds to add to the device's clock; `None` before the first reading.
    #[must_use]
    pub fn ms(&self) -> Option<i64> {
        self.readings.iter().copied().max()
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
    fn the_fastest_frame_is_believed() {
        let mut offset = ClockOffset::default();
        assert_eq!(offset.ms(), None);
        for delay in [80, 12, 300] {
            offset.observe(1_000, 500 + delay);
        }
        assert_eq!(offset.ms(), Some(488));
    }

    #[test]
    fn old_readings_are_forgotten() {
        let mut offset = ClockOffset::default();
        offset.observe(10_000, 0);
        for _ in 0..READINGS {
            offset.observe(500, 400);
        }
        assert_eq!(offset.ms(), Some(100));
    }

    #[test]
    fn ticks_stand_on_multiples() {
        assert_eq!(until_next(Timestamp(31_000), 15_000), 14_000);
        assert_eq!(until_next(Timestamp(30_000), 15_000), 15_000);
    }
}
