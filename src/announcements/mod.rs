//! Telling everybody, or some, what they should know: notices, maintenance, emergencies.
//!
//! What always holds here:
//! * An announcement goes out at its start, on the server's clock, exactly once: the guarded write
//!   that sends it and its events are one transaction. After a downtime it goes out late, unless it
//!   has expired.
//! * To whom it goes is decided at that moment and kept: who is in a room later is not asked again.
//! * Whoever connects later sees what still holds. Answers and what a person has put away belong to
//!   the person, not to a browser.
//! * A critical one cannot be put away, only answered.

pub mod api;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
