//! Commands: tell people something (`tell`, for bookings `rules`, for chat `calls` and `quotes`), and what each does with their
//! list (`marks`); what is read (`read`), and what happens by itself (`jobs`).

mod calls;
mod hold;
pub mod jobs;
mod marks;
mod preferences;
mod quotes;
mod read;
pub mod rest;
mod rules;
mod store;
mod tell;

pub(crate) use calls::{Called, chat_called, chat_left, chat_read};
pub use hold::{begin_hold, end_hold, is_held, show_held};
pub(crate) use marks::with_changed_preferences;
pub use marks::{delete_notifications, mark_all_read, mark_all_seen, mark_notification};
pub(crate) use quotes::{Quoted, chat_message_changed, chat_message_deleted};
pub use read::{
    MAX_PAGE, count_unread, find_preferences, list_decisions, list_notifications, list_notifications_after,
    notification_center,
};
pub use rules::*;
pub use tell::{Notice, notify, notify_each, notify_everybody, send_message};
