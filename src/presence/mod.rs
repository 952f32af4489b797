//! Who is here, how the day stands in three numbers, and who is just choosing a time.
//!
//! What always holds here:
//! * A person is online from the first socket to ten seconds after the last one closes, over any
//!   number of tabs and devices; `user:connected` and `user:disconnected` go out once each.
//! * Whoever has chosen to be hidden is in no frame and no number that others get.
//! * Nothing of it is in the log: the latest value wins, and a client that missed one lacks nothing
//!   once the next has come. Only the choice to be hidden is stored.
//! * Of a meeting others learn that a person is in one, never in which.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
