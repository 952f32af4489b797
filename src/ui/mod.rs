//! Widgets that know no capability: native HTML, one behaviour everywhere.
//!
//! What always holds here:
//! * The first render uses only values that the server had; browser calls go through [`browser`]
//!   and happen in effects and event handlers.
//! * Every control has a name, an error stands next to its field, and focus returns to where it
//!   came from.

pub mod avatar;
pub mod badge;
/// Calls into the browser; on the server its twin, in which they do nothing.
#[cfg_attr(feature = "ssr", path = "browser_stub.rs")]
pub mod browser;
pub mod button;
pub mod choice;
pub mod clashes;
/// What is worked out of signals; on the server its twin, which works it out once.
#[cfg_attr(feature = "ssr", path = "derived_once.rs")]
mod derived;
pub mod dialog;
pub mod drawer;
pub mod empty;
pub mod error_card;
pub mod field;
pub mod flow;
pub mod held;
pub mod icon;
pub mod later;
pub mod loaded;
pub mod menu;
mod once;
pub mod permission;
mod settled;
pub mod skeleton;
/// The browser's own notifications; on the server its twin, in which there are none.
#[cfg_attr(feature = "ssr", path = "system_stub.rs")]
pub mod system;
pub mod toast;
#[cfg(feature = "hydrate")]
pub mod typed;
pub mod width;

pub use avatar::{Avatar, AvatarSize};
pub use badge::{Badge, Tone};
pub use button::{BusyButton, IconButton, ToolButton};
pub use choice::StoredChoice;
pub use clashes::clashes;
pub use derived::{Derived, derived};
pub use dialog::{Dialog, DialogAsk, DialogHead, DialogKind};
pub use drawer::DrawerState;
pub use empty::Empty;
pub use error_card::{ErrorCard, session_ended};
pub use field::{Field, FieldError, TextField, described_by};
pub use flow::{For, Show};
pub use held::{HeldList, Hold};
pub use icon::{Icon, Logo};
pub use later::later;
pub use loaded::{Loading, load, load_by, loaded, loaded_quietly};
pub use menu::Menu;
pub use once::new_key;
pub use permission::Permission;
pub use skeleton::Skeleton;
pub use toast::{ToastRegion, Toasts, provide_toasts, use_toasts};
