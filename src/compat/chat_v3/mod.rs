//! The mobile chat API, version 3 (contracts §5): HTTP for what is written, a socket that only
//! receives. Bodies need no Content-Type; a `user_id` that a client sends never decides who it is.

pub mod envelope;
pub mod files;
pub mod http;
pub mod kept;
mod members;
pub mod oversight;
mod reading;
pub mod refusal;
pub mod socket;
pub mod trust;
pub mod words;
