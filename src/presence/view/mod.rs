//! What the screens show of people and numbers.

mod here;
mod hide;
mod stats;

pub use here::WhoIsHere;
pub use hide::HidePresence;
pub use stats::RealtimeStats;
