//! What stands beside a room and goes along when it leads into another one.

use super::desk::Side;
use crate::chat::model::Hits;
use leptos::prelude::*;

/// What goes along.
#[derive(Clone, Debug)]
pub enum Pane {
    /// A search over all rooms, and what it has found.
    Search { query: String, found: Hits },
    /// What the person keeps.
    Kept,
}

/// The way from one room's side pane to the next one's; one for the page.
#[derive(Clone, Copy)]
pub struct Carried(StoredValue<Option<Pane>>);

impl Carried {
    /// Makes it known below here.
    pub fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }

    pub fn set(self, pane: Option<Pane>) {
        self.0.set_value(pane);
    }

    /// What has come along, once.
    pub fn take(self) -> Option<Pane> {
        self.0.try_update_value(Option::take).flatten()
    }

    /// What the next room begins with beside it.
    pub fn side(self) -> Side {
        self.0.with_value(|pane| match pane {
            None => Side::Nothing,
            Some(Pane::Search { .. }) => Side::Search,
            Some(Pane::Kept) => Side::Kept,
        })
    }
}
