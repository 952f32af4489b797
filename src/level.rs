//! How much something matters, as events say it (contracts §1.4).

use serde::{Deserialize, Serialize};

/// `level` of `system:notification`, `user:connected` and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Info,
    Warning,
    Error,
}
