//! What a person has chosen: language, theme, whose time zone, and what they want to be told.
//!
//! What always holds here:
//! * A choice belongs to the account, so another device starts with it; what was never chosen is
//!   as the device asks.
//! * A changed wish for notifications and the bell that follows from it are one transaction.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
pub mod view;
