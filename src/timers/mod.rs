//! Timers that every device and every participant sees alike, and the list of things to do that
//! they are for (contracts §4).
//!
//! What always holds here:
//! * The server decides: a running timer is its deadline, a paused one its elapsed time. Nothing
//!   ticks on the wire; screens count down to `endsAt` by the server's clock.
//! * One guarded update ends a timer at its deadline, exactly once, and as of the deadline, also
//!   when no program ran at that moment.
//! * Elapsed time leaves pauses out and never exceeds what was allocated.
//! * A timer's people see all of it; hosts command it; nobody else learns that it exists.

pub mod api;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
