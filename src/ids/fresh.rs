//! New UUIDs, which only the server makes.

use super::{NotificationId, TimerId};
use crate::time::{SECOND, Timestamp};

impl TimerId {
    /// A new one, of an instant of our own clock.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(uuid_of(now))
    }
}

impl NotificationId {
    /// A new one, of an instant of our own clock.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(uuid_of(now))
    }
}

fn uuid_of(now: Timestamp) -> String {
    let (secs, millis) = (now.0.div_euclid(SECOND), now.0.rem_euclid(SECOND));
    let nanos = u32::try_from(millis * 1_000_000).unwrap_or(0);
    let at = uuid::Timestamp::from_unix(uuid::NoContext, u64::try_from(secs).unwrap_or(0), nanos);
    uuid::Uuid::new_v7(at).to_string()
}
