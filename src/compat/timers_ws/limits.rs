//! How often one may connect and say something (contracts §4.7).

use crate::ids::UserId;
use crate::server::throttle::Throttle;
use crate::time::{MINUTE, Timestamp};
use std::net::IpAddr;

const CONNECTIONS_PER_MINUTE: usize = 10;
const MESSAGES_PER_MINUTE: usize = 120;

/// Counts by person, over all their sockets; by address whoever is not signed in.
pub struct Limits {
    by_user: Throttle<UserId>,
    by_address: Throttle<IpAddr>,
    messages: Throttle<UserId>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            by_user: Throttle::new(CONNECTIONS_PER_MINUTE, MINUTE),
            by_address: Throttle::new(CONNECTIONS_PER_MINUTE, MINUTE),
            messages: Throttle::new(MESSAGES_PER_MINUTE, MINUTE),
        }
    }
}

impl Limits {
    pub(super) fn may_connect(&self, user: Option<UserId>, address: Option<IpAddr>, now: Timestamp) -> bool {
        match (user, address) {
            (Some(user), _) => self.by_user.count(&user, now).is_ok(),
            (None, Some(address)) => self.by_address.count(&address, now).is_ok(),
            (None, None) => true,
        }
    }

    pub(super) fn may_send(&self, user: UserId, now: Timestamp) -> bool {
        self.messages.count(&user, now).is_ok()
    }
}
