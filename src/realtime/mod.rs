//! The one log and the one socket that keep every screen right.
//!
//! What always holds here:
//! * Every durable change is written together with its event, in one transaction; commit order is
//!   `seq` order, without holes.
//! * Whoever may receive a topic may see every event of it.
//! * A client that names its cursor gets exactly what it missed, in order, or is told to fetch anew.
//! * A slow client is served later from the log, never with a hole.
//! * What is worth knowing only now (who is here, numbers, what somebody draws) has no place in the
//!   log: its latest value counts, and it never delays what has one.

/// The socket; on the server its twin, which opens none.
#[cfg_attr(feature = "ssr", path = "client_stub.rs")]
mod client;
pub mod clock;
/// What the socket delivers to is there in both builds, so that views are the same.
#[cfg_attr(feature = "ssr", expect(dead_code, reason = "only the browser's socket delivers"))]
pub mod connection;
pub mod connection_status;
pub mod cursor;
#[cfg(feature = "ssr")]
pub(crate) mod ending;
pub mod live;
#[cfg(feature = "ssr")]
pub mod log;
#[cfg(feature = "ssr")]
pub mod peer;
#[cfg_attr(feature = "ssr", expect(dead_code, reason = "only the browser's socket delivers"))]
pub mod plane;
pub mod protocol;
#[cfg(feature = "ssr")]
pub mod socket;
#[cfg(feature = "ssr")]
pub mod tail;
#[cfg(feature = "ssr")]
pub mod volatile;
