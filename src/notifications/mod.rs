//! What people are told: the bell, its page, and the browser's own notifications (contracts §1.6 to
//! §1.8 and §3.6).
//!
//! What always holds here:
//! * A personal notification is one row, written in the transaction of what caused it. It keeps for
//!   each channel whether it was used and why; so a decision not to notify is kept too.
//! * What goes to everybody is one row for all. Beside it stand a row for each person who has
//!   touched it, and one row of marks for each person: read, seen and forgotten up to here.
//! * Nobody's own action rings their own bell, and a private booking rings nobody's.
//! * A notification keeps what happened, not a text: each reader gets it in their own language.
//! * What has expired neither counts nor shows, at that very moment, by the server's clock.

pub mod api;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
