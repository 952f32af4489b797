//! All SQL of chat.

mod files;
mod kept;
mod members;
mod messages;
mod moderation;
mod rooms;
mod search;

pub use files::*;
pub use kept::*;
pub use members::*;
pub use messages::*;
pub use moderation::*;
pub use rooms::*;
pub use search::*;
