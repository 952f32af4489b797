//! The screens of notifications: the bell, its page, and what the browser itself is asked to show.

mod bell;
mod held;
mod look;
mod page;
mod permission;
mod tell;
mod why;

pub use bell::Bell;
pub use page::NotificationsPage;
pub use permission::PermissionCard;
pub use why::Why;

use super::api::notification_center;
use super::live::NotificationCenter;
use crate::app::use_page;
use crate::realtime::protocol::Snapshot;
use crate::ui::{Loading, browser, load, system};
use leptos::prelude::*;

/// The first look at the bell; each page keeps it right from there.
#[derive(Clone, Copy)]
struct FirstLook(Loading<Snapshot<NotificationCenter>>);

/// Loads the bell of whoever is signed in, once for the document, and makes [`Bell`] work below.
pub fn provide_bell() {
    if use_page().user.is_none() {
        return;
    }
    provide_context(FirstLook(load(notification_center)));
    Effect::new(|_| {
        system::watch_attention();
        // Whoever wants times by their device's clock gets them so from the next page on.
        browser::note_time_zone();
    });
}
