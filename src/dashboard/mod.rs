//! Now, at a glance: the page that work begins with.
//!
//! What always holds here:
//! * It has no state of its own: it is other capabilities' slices, read in one transaction and kept
//!   right by the same events. Nothing is polled.
//! * Nothing moves under the pointer: rooms keep their places until the page is loaded again.

pub mod api;
pub mod live;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
