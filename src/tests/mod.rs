//! What the whole server does, seen from outside, on both engines.
//!
//! `make test-rust` provides the Postgres server that these tests make their databases in.

mod accounts;
mod bad_input;
mod helpers;
mod idempotency;
mod law;
mod log;
mod race;
mod reservations;
mod rooms;
mod socket;
