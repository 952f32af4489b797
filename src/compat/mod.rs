//! The documented contracts of other products, whose clients work here unchanged. Each speaks to the
//! commands and the log that everything else speaks to, and has only its own shapes.

pub mod chat_v2;
pub mod chat_v3;
