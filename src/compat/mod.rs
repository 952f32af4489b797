//! The documented contracts of clients that exist already.
//!
//! What always holds here:
//! * A contract has no rules and no storage of its own: what its clients ask for is a command of a
//!   capability, and what they are told is an event of the log in the contract's own shape.
//! * Who a client is, the authenticator says; what it claims to be is not looked at (contracts §6, C1).

pub mod chat_v2;
pub mod chat_v3;
pub mod socketio;
pub mod timers_ws;
