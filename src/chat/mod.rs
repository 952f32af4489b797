//! Chat: channels, groups, two people, and the people of a meeting.
//!
//! What always holds here:
//! * The messages of a room are numbered from 1 without gaps, in the order in which they were
//!   committed. Every client's list is the database's order.
//! * A message is known by (room, sender, the sender's own number) for good: whoever sends it again
//!   gets the first answer, and nobody gets it twice.
//! * How far a member has read is one number that never moves back; all counts follow from it.
//! * Whoever is a member receives `chat:<id>` from the moment they join until the moment they leave,
//!   on sockets that are open already.
//! * What a message says is rendered on the server, once, into HTML that cannot do anything.

pub mod api;
pub mod live;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
