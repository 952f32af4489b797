//! People, signing in, and sessions.
//!
//! What always holds here:
//! * A password is kept as an argon2id hash only, and an unknown address costs a caller as much
//!   time as a wrong password.
//! * A session is one signed-in device. Its token is random and kept hashed; its access tokens
//!   carry its id, so that ending the session ends them all, sockets included, within a second.
//! * A browser has one session. Whoever signs in where another person is signed in ends theirs; what the pages made
//!   for that person still send is refused ([`model::MADE_FOR`]), and waits in the browser until they are back.
//! * Identity comes from the session alone, never from what a client sends (contracts §6, C1).

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
