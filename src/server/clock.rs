//! The one clock. Never `now()` of the database, so that tests can set it.

use crate::time::{SECOND, Timestamp};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// The host's clock may be set while somebody waits for an instant: it is read this often.
const READ_EVERY_MS: i64 = SECOND;

/// Where the present comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until it is set.
    Manual(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// A clock that stands at an instant.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(watch::Sender::new(at)))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(at) => *at.borrow(),
        }
    }

    /// Whether it moves by itself.
    #[must_use]
    pub fn runs(&self) -> bool {
        matches!(self, Self::System)
    }

    /// Moves a manual clock; the system's own cannot be moved.
    pub fn set(&self, to: Timestamp) {
        if let Self::Manual(at) = self {
            at.send_replace(to);
        }
    }

    /// Waits until an instant has come. Ends early when the clock is set back, counted from
    /// `since`, an earlier reading: what was counted from the old time has to be counted anew.
    pub async fn reach(&self, at: Timestamp, since: Timestamp) {
        let mut last = since;
        match self {
            Self::System => loop {
                let now = self.now();
                if now >= at || now < last {
                    return;
                }
                last = now;
                let wait = u64::try_from((at - now).min(READ_EVERY_MS)).unwrap_or(0);
                tokio::time::sleep(Duration::from_millis(wait)).await;
            },
            Self::Manual(clock) => {
                let mut readings = clock.subscribe();
                // It cannot be gone: this holds its sending end.
                let _ = readings
                    .wait_for(|now| {
                        let back = *now < last;
                        last = *now;
                        back || *now >= at
                    })
                    .await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, poll};
    use std::pin::pin;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[tokio::test]
    async fn an_instant_is_reached_when_it_has_come_and_not_before() {
        let clock = Clock::manual(NOW);
        assert!(clock.reach(NOW, NOW).now_or_never().is_some(), "it is that time");
        let mut wait = pin!(clock.reach(NOW + 10, NOW));
        assert!(poll!(&mut wait).is_pending());
        clock.set(NOW + 9);
        assert!(poll!(&mut wait).is_pending());
        clock.set(NOW + 10);
        assert!(poll!(&mut wait).is_ready());
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_wakes_whoever_waits() {
        let clock = Clock::manual(NOW);
        let mut wait = pin!(clock.reach(NOW + 10, NOW));
        assert!(poll!(&mut wait).is_pending());
        clock.set(NOW + 5);
        assert!(poll!(&mut wait).is_pending());
        clock.set(NOW + 4);
        assert!(poll!(&mut wait).is_ready());
        // Also when it was set back before anybody waited.
        assert!(clock.reach(NOW + 10, NOW + 5).now_or_never().is_some());
    }

    #[tokio::test]
    async fn the_host_s_clock_is_waited_for_too() {
        let at = Clock::System.now() + 20;
        Clock::System.reach(at, at - 20).await;
        assert!(Clock::System.now() >= at);
    }
}
