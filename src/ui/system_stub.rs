//! The server's twin of `system.rs`: there is no browser to notify.

use leptos::prelude::Callback;

pub use super::permission::Permission;

#[must_use]
pub fn permission() -> Permission {
    Permission::NotAsked
}

pub fn ask(_answered: Callback<Permission>) {}

pub fn show(_title: &str, _body: &str, _tag: &str, _link: Option<String>) {}

pub fn tell(_id: String, _title: String, _body: String, _link: Option<String>) {}

pub fn once(_id: String, _act: impl FnOnce() + 'static) {}

pub fn watch_attention() {}
