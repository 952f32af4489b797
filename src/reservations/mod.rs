//! Booking rooms: rules, commands, the timeline.
//!
//! What always holds here:
//! * Two bookings that hold their slot never overlap in one room. The database refuses it (an
//!   exclusion constraint on Postgres, triggers on SQLite); the commands only make that friendly.
//! * Intervals are half-open: 13:00 to 14:00 and 14:00 to 15:00 do not clash.
//! * Of a private booking, people who are neither in it nor admins learn when and where, by any door.
//! * Each change and its event are one transaction.

pub mod api;
pub mod grid;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
