//! Meeting rooms: what they are, who may change them, and what they are at an instant.
//!
//! What always holds here:
//! * A room's state (free, in use, next) is never stored: [`model::RoomState::derive`] computes it
//!   from bookings and a clock, alike on the server and in the browser. What is stored is which
//!   status was announced last, so that `room:status_changed` goes out exactly once per change.
//! * Rooms are deleted softly, and never while bookings lie ahead unless those are cancelled in
//!   the same transaction.

pub mod api;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
