//! Limits by sliding window, such as "10 failures in 10 minutes" and "60 connections in 60 s".

use crate::time::{SECOND, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// At most `limit` events per key within `window_ms`.
pub struct Throttle<K> {
    limit: usize,
    window_ms: i64,
    events: Mutex<HashMap<K, VecDeque<Timestamp>>>,
}

/// How many keys may be remembered before those that have expired are swept out.
const SWEEP_AT: usize = 1_024;

impl<K: Hash + Eq + Clone> Throttle<K> {
    #[must_use]
    pub fn new(limit: usize, window_ms: i64) -> Self {
        Self { limit, window_ms, events: Mutex::new(HashMap::new()) }
    }

    /// Counts an event.
    ///
    /// # Errors
    /// Over the limit it is not counted, and the answer is after how many seconds one more fits.
    pub fn count(&self, key: &K, now: Timestamp) -> Result<(), u32> {
        let mut all = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let horizon = now - self.window_ms;
        if all.len() >= SWEEP_AT && all.len().is_power_of_two() {
            all.retain(|_, events| events.back().is_some_and(|at| *at > horizon));
        }
        let events = all.entry(key.clone()).or_default();
        while events.front().is_some_and(|at| *at <= horizon) {
            events.pop_front();
        }
        match events.front() {
            Some(oldest) if events.len() >= self.limit => {
                let wait_ms = (*oldest + self.window_ms) - now;
                Err(u32::try_from((wait_ms + SECOND - 1) / SECOND).unwrap_or(u32::MAX).max(1))
            }
            _ => {
                events.push_back(now);
                Ok(())
            }
        }
    }

    /// Takes back the newest event of a key: it turned out not to count.
    pub fn forgive(&self, key: &K) {
        let mut all = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(events) = all.get_mut(key) {
            events.pop_back();
            if events.is_empty() {
                all.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let throttle = Throttle::new(2, 10 * SECOND);
        let at = |s: i64| Timestamp(s * SECOND);
        assert_eq!(throttle.count(&"a", at(0)), Ok(()));
        assert_eq!(throttle.count(&"a", at(4)), Ok(()));
        assert_eq!(throttle.count(&"a", at(5)), Err(5));
        assert_eq!(throttle.count(&"b", at(5)), Ok(()), "keys are apart");
        assert_eq!(throttle.count(&"a", at(10)), Ok(()));
        assert_eq!(throttle.count(&"a", at(10)), Err(4));
        throttle.forgive(&"a");
        assert_eq!(throttle.count(&"a", at(10)), Ok(()));
    }
}
