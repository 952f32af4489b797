//! The drawer beside a list: the address says what it shows, and whoever leaves it is asked before what
//! they typed is lost.

use super::Dialog;
use crate::text::Texts;
use leptos::{ev, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// What a drawer shows and holds; every field is a handle.
#[derive(Clone, Copy)]
pub struct DrawerState<S: Copy + PartialEq + Send + Sync + 'static> {
    /// What the address asks for.
    pub selection: Memo<S>,
    /// The drawer holds something that is not saved.
    dirty: RwSignal<bool>,
    /// Where to go once somebody has agreed to lose it.
    leaving_to: RwSignal<Option<S>>,
    go: Callback<S>,
}

impl<S: Copy + PartialEq + Send + Sync + 'static> DrawerState<S> {
    /// The drawer that a parameter of the page's address opens, and the addresses of what it shows.
    #[must_use]
    pub fn new(parameter: &'static str, from_query: fn(Option<&str>) -> S, href: fn(S) -> String) -> Self {
        let query = use_query_map();
        let navigate = use_navigate();
        Self {
            selection: Memo::new(move |_| query.with(|query| from_query(query.get_str(parameter)))),
            dirty: RwSignal::new(false),
            leaving_to: RwSignal::new(None),
            go: Callback::new(move |selection: S| {
                navigate(&href(selection), NavigateOptions { scroll: false, ..NavigateOptions::default() });
            }),
        }
    }

    /// Opens another drawer, or none; asks first when something would be lost.
    pub fn select(self, selection: S) {
        if selection == self.selection.get_untracked() {
            return;
        }
        if self.dirty.get_untracked() {
            self.leaving_to.set(Some(selection));
        } else {
            self.go.run(selection);
        }
    }

    /// Opens another drawer, or none: what is typed is not wanted any more, or has been saved. Somebody who
    /// has left the page meanwhile is not called back.
    pub fn go_on(self, selection: S) {
        if self.dirty.try_set(false).is_none() {
            self.go.run(selection);
        }
    }

    /// A press on a link to a selection. With a modifier key it is the browser's: a new tab.
    pub fn follow(self, event: &ev::MouseEvent, selection: S) {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            self.select(selection);
        }
    }

    /// Esc leaves the drawer for another selection, unless something in it has taken the key.
    pub fn escape(self, event: &ev::KeyboardEvent, selection: S) {
        if event.key() == "Escape" && !event.is_composing() && !event.default_prevented() {
            // The browser would answer the question with the same key.
            event.prevent_default();
            self.select(selection);
        }
    }

    /// While this drawer holds something that is not saved, leaving asks first: a press on another row by our
    /// question, closing the tab by the browser's.
    pub fn guard(self, is_dirty: impl Fn() -> bool + 'static) {
        let dirty = self.dirty;
        Effect::new(move |_| dirty.set(is_dirty()));
        on_cleanup(move || {
            let _ = dirty.try_set(false);
        });
        Effect::new(move |_| {
            let handle = window_event_listener(ev::beforeunload, move |event| {
                if dirty.try_get_untracked() == Some(true) {
                    event.prevent_default();
                }
            });
            on_cleanup(move || handle.remove());
        });
    }

    /// The question before what is typed is lost.
    pub fn question(self, texts: &'static Texts) -> AnyView {
        let open = Signal::derive(move || self.leaving_to.with(Option::is_some));
        let stay = Callback::new(move |()| self.leaving_to.set(None));
        let discard = Callback::new(move |()| {
            if let Some(selection) = self.leaving_to.get_untracked() {
                self.leaving_to.set(None);
                self.go_on(selection);
            }
        });
        question(texts, open, stay, discard)
    }
}

fn question(texts: &'static Texts, open: Signal<bool>, stay: Callback<()>, discard: Callback<()>) -> AnyView {
    view! {
        <Dialog id="discard" labelled_by="discard-title" open=open on_close=stay>
            <div class="dialog-head">
                <h2 id="discard-title">{texts.discard_question}</h2>
            </div>
            <div class="dialog-foot">
                <button type="button" class="btn" autofocus on:click=move |_| stay.run(())>
                    {texts.keep_editing}
                </button>
                <button type="button" class="btn primary danger" on:click=move |_| discard.run(())>
                    {texts.discard}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
