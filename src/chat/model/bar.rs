//! What keeps a member from writing.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A member reads on in a room and does not write there, by the will of those who manage it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Bar {
    /// [`FOREVER`](super::FOREVER) when it is for good.
    pub until: Timestamp,
    /// Why; may be empty.
    pub reason: String,
}

impl Bar {
    /// Whether it still keeps them from writing.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until > now
    }
}
