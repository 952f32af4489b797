//! A list that does not move under pointer or focus: what others change waits behind a chip.

use leptos::{ev, prelude::*};
use std::time::Duration;

/// A finger is gone before its press counts: what it presses stays for so long.
const PRESS: Duration = Duration::from_millis(400);

/// Whether somebody is in a list, with the pointer or with the focus.
#[derive(Clone, Copy)]
pub struct Hold {
    pointer: RwSignal<bool>,
    focus: RwSignal<bool>,
    /// How often a pointer has come.
    visits: StoredValue<u32>,
}

impl Default for Hold {
    fn default() -> Self {
        Self { pointer: RwSignal::new(false), focus: RwSignal::new(false), visits: StoredValue::new(0) }
    }
}

impl Hold {
    /// The pointer has come.
    pub fn enter(self) {
        self.visits.update_value(|visits| *visits = visits.wrapping_add(1));
        self.pointer.set(true);
    }

    /// The pointer has gone.
    pub fn leave(self, event: &ev::PointerEvent) {
        if event.pointer_type() == "mouse" {
            return self.pointer.set(false);
        }
        let visit = self.visits.get_value();
        let release = move || {
            if self.visits.try_get_value() == Some(visit) {
                self.pointer.set(false);
            }
        };
        set_timeout(release, PRESS);
    }

    /// Whether the list has to keep still.
    #[must_use]
    pub fn is_on(self) -> bool {
        self.pointer.get() || self.focus.get()
    }

    /// Nobody is in it any more, or has asked to see what waits.
    pub fn release(self) {
        self.pointer.set(false);
        self.focus.set(false);
    }
}

/// The list, and over it the chip, which moves nothing either.
#[component]
pub fn HeldList(
    hold: Hold,
    /// What the chip says; there is none while nothing waits.
    #[prop(into)]
    chip: Signal<Option<String>>,
    /// Shows what waits.
    on_catch_up: Callback<()>,
    children: Children,
) -> impl IntoView {
    let catch_up = move |_| {
        // The chip goes, and the focus that it had with it: not every browser says so.
        hold.focus.set(false);
        on_catch_up.run(());
    };
    view! {
        <div
            class="held-list"
            on:pointerenter=move |_| hold.enter()
            on:pointerleave=move |event| hold.leave(&event)
            on:focusin=move |_| hold.focus.set(true)
            on:focusout=move |_| hold.focus.set(false)
        >
            {move || chip.get().map(|words| view! {
                <button type="button" class="chip held-chip" on:click=catch_up>{words}</button>
            }.into_any())}
            {children()}
        </div>
        <p class="sr-only" role="status">{chip}</p>
    }
}
