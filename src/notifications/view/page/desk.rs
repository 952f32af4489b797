//! What the rows of the list share, and what is done with them.

use crate::error::AppError;
use crate::notifications::api;
use crate::notifications::model::{Entries, Entry, Filter, Mark, NotificationId};
use crate::notifications::view::held::Waiting;
use crate::realtime::protocol::{Event, Frame};
use crate::text::{Lang, Texts, fill};
use crate::time::{Timestamp, ZoneOffsets};
use crate::ui::{Hold, Toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How many come at once; reloading keeps what is on screen, up to a page of the server.
pub const AT_ONCE: u32 = 30;
const RELOAD_MOST: u32 = 100;

/// What the rows of a list share; every field is a handle.
#[derive(Clone, Copy)]
pub struct Desk {
    pub lang: Lang,
    pub filter: Filter,
    pub now: Signal<Timestamp>,
    pub zone: StoredValue<ZoneOffsets>,
    pub entries: RwSignal<Vec<Entry>>,
    pub total: RwSignal<u32>,
    /// What others have changed, until it is asked for.
    pub waiting: RwSignal<Waiting>,
    pub hold: Hold,
    pub loading: RwSignal<bool>,
    /// How often the list was loaded anew: of several answers on their way, only the last one counts.
    pub reloads: StoredValue<u32>,
    pub connected: Signal<bool>,
    pub toasts: Toasts,
}

impl Desk {
    pub fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    fn lets_through(self, entry: &Entry) -> bool {
        let filter = self.filter;
        (!filter.unread || !entry.is_read)
            && filter.archived == entry.archived_at.is_some()
            && filter.category.is_none_or(|category| category == entry.category())
    }

    /// What an event does to the list. What is new never moves it under pointer or focus.
    pub fn hear(self, frame: &Frame, rings: bool) {
        match &frame.event {
            Event::NotificationCreated(created) if rings && self.lets_through(&created.notification) => {
                if self.is_held() {
                    self.waiting.update(|waiting| waiting.new += 1);
                } else {
                    self.entries.update(|entries| entries.insert(0, created.notification.clone()));
                    self.total.update(|n| *n += 1);
                }
            }
            Event::NotificationUpdated(updated) => {
                let changed = &updated.notification;
                self.entries.update(|entries| {
                    if let Some(entry) = entries.iter_mut().find(|entry| entry.id == changed.id) {
                        entry.clone_from(changed);
                    }
                });
                // What was just read stays where it is until the list is opened again.
                self.drop_what_left();
            }
            Event::NotificationUnread(unread) if unread.center.is_some() => self.reload_or_wait(),
            _ => {}
        }
    }

    fn is_held(self) -> bool {
        untrack(|| self.hold.is_on()) && self.entries.with_untracked(|entries| !entries.is_empty())
    }

    /// What has gone into the archive, or come out of it, is not in this list any more.
    fn drop_what_left(self) {
        let stays = |entry: &Entry| self.filter.archived == entry.archived_at.is_some();
        if self.entries.with_untracked(|entries| entries.iter().all(stays)) {
            return;
        }
        if self.is_held() {
            self.waiting.update(|waiting| waiting.gone = true);
        } else {
            self.entries.update(|entries| entries.retain(stays));
        }
    }

    /// Others have changed which there are.
    fn reload_or_wait(self) {
        if self.is_held() {
            self.waiting.update(|waiting| waiting.gone = true);
        } else {
            self.reload();
        }
    }

    /// Nobody is in the list any more: it shows what has waited.
    pub fn let_go(self) {
        if self.waiting.get_untracked() != Waiting::default() {
            self.reload();
        }
    }

    /// Takes one off that was done with here: that moves the list at once.
    fn take_off(self, id: &NotificationId) {
        let is_here = self.entries.with_untracked(|entries| entries.iter().any(|entry| entry.id == *id));
        if is_here {
            self.entries.update(|entries| entries.retain(|entry| entry.id != *id));
            self.total.update(|n| *n = n.saturating_sub(1));
        }
    }

    /// Loads anew what is on screen.
    pub fn reload(self) {
        let on_screen = u32::try_from(self.entries.with_untracked(Vec::len)).unwrap_or(RELOAD_MOST);
        let limit = on_screen.clamp(AT_ONCE, RELOAD_MOST);
        self.reloads.update_value(|reloads| *reloads = reloads.wrapping_add(1));
        let this = self.reloads.get_value();
        spawn_local(async move {
            let answer = api::list_notifications(self.filter, None, limit).await;
            let is_last = self.reloads.try_get_value() == Some(this);
            if let (Ok(Entries { entries, total_count, .. }), true) = (answer, is_last) {
                let _ = self.entries.try_set(entries);
                let _ = self.total.try_set(total_count);
                let _ = self.waiting.try_set(Waiting::default());
            }
        });
    }

    /// Loads what comes after the last one.
    pub fn load_more(self) {
        if self.loading.get_untracked() || !untrack(|| self.has_more()) {
            return;
        }
        self.loading.set(true);
        let last = self.entries.with_untracked(|entries| entries.last().map(|entry| entry.id.clone()));
        spawn_local(async move {
            let answer = api::list_notifications(self.filter, last, AT_ONCE).await;
            let _ = self.loading.try_set(false);
            match answer {
                Ok(more) => {
                    let _ = self.entries.try_update(|entries| {
                        let is_new = |entry: &Entry| entries.iter().all(|known| known.id != entry.id);
                        let fresh: Vec<Entry> = more.entries.into_iter().filter(is_new).collect();
                        entries.extend(fresh);
                    });
                    let _ = self.total.try_set(more.total_count);
                }
                Err(AppError::NotFound) => self.reload(),
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    pub fn has_more(self) -> bool {
        let shown = u32::try_from(self.entries.with(Vec::len)).unwrap_or(u32::MAX);
        shown > 0 && shown < self.total.get()
    }

    /// Does something with one; `done` is what a toast says then, with a way back for the archive.
    pub fn mark(self, id: NotificationId, mark: Mark) {
        spawn_local(async move {
            match api::mark_notification(id.clone(), mark).await {
                Ok(_) => {
                    let t = self.t();
                    let own = id.clone();
                    let undo = |back| Some(Callback::new(move |()| self.mark(own.clone(), back)));
                    match mark {
                        Mark::Archived => self.toasts.success(t.archived_toast, undo(Mark::Restored)),
                        Mark::Restored => self.toasts.success(t.restored_toast, None),
                        Mark::Read | Mark::Unread | Mark::Deleted => {}
                    }
                    let leaves = match mark {
                        Mark::Archived => !self.filter.archived,
                        Mark::Restored => self.filter.archived,
                        Mark::Deleted => true,
                        Mark::Read | Mark::Unread => false,
                    };
                    if leaves {
                        self.take_off(&id);
                    } else if mark == Mark::Restored || mark == Mark::Archived {
                        // Back at its place.
                        self.reload();
                    }
                    if !self.connected.get_untracked() {
                        self.reload();
                    }
                }
                Err(AppError::NotFound) => {
                    self.toasts.error(self.t().notification_gone);
                    self.reload();
                }
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    pub fn delete_all(self) {
        let filter = self.filter;
        spawn_local(async move {
            match api::delete_notifications(filter).await {
                Ok(count) => {
                    self.toasts.success(fill(self.t().deleted_count_toast, &[&count]), None);
                    self.reload();
                }
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    pub fn read_all(self) {
        spawn_local(async move {
            match api::mark_all_read().await {
                Ok(_) => self.reload(),
                Err(error) => self.toasts.refused(&error),
            }
        });
    }
}
