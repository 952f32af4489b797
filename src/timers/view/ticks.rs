//! Seconds on screen: counted down to the server's deadlines by the server's clock, never by how
//! often a page gets to run.

use crate::realtime::live::{Connection, server_now, use_connection, use_now};
use crate::time::{MINUTE, SECOND, Timestamp};
use crate::timers::model::Timer;
use crate::ui::browser;
use leptos::ev;
use leptos::prelude::*;

/// The server's clock by the second, while something is counted.
#[derive(Clone, Copy)]
pub struct Ticks {
    now: RwSignal<Timestamp>,
    connection: Connection,
    /// What is counted down to.
    deadlines: StoredValue<Vec<Timestamp>>,
}

/// Makes [`use_ticks`] work below; the first render counts at `rendered_at`.
pub fn provide_ticks(rendered_at: Timestamp) {
    let connection = use_connection();
    let ticks = Ticks { now: RwSignal::new(rendered_at), connection, deadlines: StoredValue::default() };
    provide_context(ticks);
    let now = use_now(rendered_at);
    Effect::new(move |_| {
        // Every quarter of a minute at the latest, whatever became of the alarm.
        now.track();
        ticks.tick();
    });
    Effect::new(move |_| {
        let shown = window_event_listener(ev::visibilitychange, move |_| ticks.tick());
        on_cleanup(move || shown.remove());
    });
}

/// # Panics
/// Outside of the frame, which provides it.
#[must_use]
pub fn use_ticks() -> Ticks {
    expect_context()
}

impl Ticks {
    /// The server's clock.
    pub fn now(self) -> Timestamp {
        self.now.get()
    }

    /// Ticks whenever a whole second is left to one of these instants.
    pub fn follow(self, deadlines: Vec<Timestamp>) {
        let _ = self.deadlines.try_set_value(deadlines);
        self.tick();
    }

    fn tick(self) {
        // A device's clock that was set is noticed within a second of counting.
        self.connection.mind_clock();
        let Some(now) = server_now() else { return };
        // The page may be gone when the alarm rings.
        let _ = self.now.try_set(now);
        let next = self.deadlines.try_with_value(|deadlines| next_tick(deadlines, now)).flatten();
        if let Some(ms) = next {
            browser::set_alarm(ms, move || self.tick());
        }
    }
}

/// Milliseconds until the next whole second before one of the deadlines that are still to come.
fn next_tick(deadlines: &[Timestamp], now: Timestamp) -> Option<u32> {
    let ahead = deadlines.iter().map(|at| *at - now).filter(|ms| *ms > 0);
    let wait = ahead.map(|ms| if ms % SECOND == 0 { SECOND } else { ms % SECOND }).min()?;
    u32::try_from(wait).ok()
}

/// What is left as a countdown shows it: the whole seconds that have begun, so that it ends on 0.
#[must_use]
pub fn digits(left_ms: i64) -> String {
    let secs = (left_ms.max(0) + SECOND - 1) / SECOND;
    let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes:02}:{secs:02}") }
}

/// Whether somebody who only listens is told what is left: at 5 minutes and at 1 minute.
#[must_use]
pub fn spoken_at(left_ms: i64) -> Option<i64> {
    let minutes = (left_ms + SECOND - 1) / SECOND * SECOND;
    [5 * MINUTE, MINUTE].into_iter().find(|at| (*at - 2 * SECOND..=*at).contains(&minutes)).map(|at| at / MINUTE)
}

/// How much of a timer is over, in thousandths.
#[must_use]
pub fn share_done(timer: &Timer, now: Timestamp) -> i64 {
    timer.elapsed_ms_at(now) / i64::from(timer.allocated_duration.max(1))
}

/// The one of several timers that stands in every page's header: what runs before what is paused,
/// and what ends first.
#[must_use]
pub fn leading(timers: &[Timer]) -> Option<&Timer> {
    let active = timers.iter().filter(|timer| timer.is_active());
    active.min_by_key(|timer| (timer.ends_at.is_none(), timer.ends_at, std::cmp::Reverse(timer.updated_at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    #[test]
    fn a_countdown_begins_with_all_of_it_and_ends_on_zero() {
        for (ms, text) in [
            (25 * MINUTE, "25:00"),
            (25 * MINUTE - 1, "25:00"),
            (25 * MINUTE - SECOND, "24:59"),
            (1, "00:01"),
            (0, "00:00"),
            (-5, "00:00"),
            (HOUR, "1:00:00"),
            (HOUR + 5 * MINUTE + 9 * SECOND, "1:05:09"),
        ] {
            assert_eq!(digits(ms), text, "{ms}");
        }
    }

    #[test]
    fn ticks_fall_on_whole_seconds_before_each_deadline() {
        let now = Timestamp(10_000);
        assert_eq!(next_tick(&[], now), None);
        assert_eq!(next_tick(&[Timestamp(9_000), Timestamp(10_000)], now), None, "nothing ticks after the end");
        assert_eq!(next_tick(&[Timestamp(12_000)], now), Some(1_000));
        assert_eq!(next_tick(&[Timestamp(12_250)], now), Some(250));
        assert_eq!(next_tick(&[Timestamp(12_250), Timestamp(60_090)], now), Some(90));
    }

    #[test]
    fn listeners_hear_of_five_minutes_and_of_one() {
        assert_eq!(spoken_at(5 * MINUTE), Some(5));
        assert_eq!(spoken_at(5 * MINUTE - 900), Some(5));
        assert_eq!(spoken_at(MINUTE), Some(1));
        assert_eq!((spoken_at(3 * MINUTE), spoken_at(0), spoken_at(5 * MINUTE + SECOND)), (None, None, None));
    }
}
