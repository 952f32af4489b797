//! All SQL of chat.

mod members;
mod messages;
mod rooms;

pub use members::*;
pub use messages::*;
pub use rooms::*;
