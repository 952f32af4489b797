//! What has happened lately: bookings, rooms, announcements, in a line each.
//!
//! What always holds here:
//! * A line is written in the transaction of what it tells, and travels in that event: screens need
//!   no second frame and no look-up.
//! * It says what everybody may know. Of a private booking that is the room and the time.
//! * It is kept longer than the log, and never changed.

pub mod api;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
