//! What the whole server does, seen from outside, on both engines.
//!
//! `make test-rust` provides the Postgres server that these tests make their databases in.

mod accounts;
mod announcements;
mod approvals;
mod bad_input;
mod chat;
mod console;
mod focus;
mod helpers;
mod idempotency;
mod invitations;
mod jobs;
mod law;
mod log;
mod notifications;
mod pages;
mod plans;
mod presence;
mod processes;
mod race;
mod reservations;
mod room_status;
mod rooms;
mod socket;
mod socketio;
mod timer_agenda;
mod timer_care;
mod timer_groups;
mod timers;
mod timers_ws;
mod wishes;
