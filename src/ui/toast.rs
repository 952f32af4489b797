//! Short messages at the bottom left: what was done, with a way back, and what failed.

use super::For;
use super::{Icon, IconButton, browser};
use crate::error::AppError;
use crate::text::Lang;
use leptos::{ev, leptos_dom::helpers::window_event_listener, prelude::*};
use std::time::Duration;

/// More than so many are not readable at once; the oldest goes.
const MOST: usize = 3;
/// How long a success stays. An error stays until it is dismissed.
const SUCCESS_STAYS: Duration = Duration::from_secs(6);
/// When to look again whether a toast that is being read may go.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The id of the region, which F6 focuses.
const REGION: &str = "toasts";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Success,
    Error,
}

/// What a toast's button does.
#[derive(Clone)]
pub struct ToastAction {
    pub label: String,
    pub run: Callback<()>,
}

#[derive(Clone)]
struct Toast {
    id: u32,
    kind: Kind,
    text: String,
    action: Option<ToastAction>,
}

/// The messages on screen.
#[derive(Clone, Copy)]
pub struct Toasts {
    lang: Lang,
    list: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
    /// Pointer or focus is among them: nothing goes away meanwhile.
    held: RwSignal<bool>,
}

/// Makes [`use_toasts`] work below here.
pub fn provide_toasts(lang: Lang) -> Toasts {
    let toasts =
        Toasts { lang, list: RwSignal::new(Vec::new()), next_id: StoredValue::new(0), held: RwSignal::new(false) };
    provide_context(toasts);
    toasts
}

/// The messages of this page. Take it while rendering and keep it: it is `Copy`.
///
/// # Panics
/// Outside of `App`, which provides it.
#[must_use]
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// Something was done; `undo` takes it back.
    pub fn success(self, text: impl Into<String>, undo: Option<Callback<()>>) {
        let label = self.lang.texts().undo.to_owned();
        let id = self.push(Kind::Success, text.into(), undo.map(|run| ToastAction { label, run }));
        self.dismiss_later(id, SUCCESS_STAYS);
    }

    /// Something failed.
    pub fn error(self, text: impl Into<String>) {
        self.push(Kind::Error, text.into(), None);
    }

    /// Something failed that can be tried again.
    pub fn error_with_retry(self, text: impl Into<String>, retry: Callback<()>) {
        let label = self.lang.texts().retry.to_owned();
        self.push(Kind::Error, text.into(), Some(ToastAction { label, run: retry }));
    }

    /// A refusal in words; a session that has ended leads to the login page instead.
    pub fn refused(self, error: &AppError) {
        if !super::session_ended(error) {
            self.error(self.lang.error(error));
        }
    }

    fn push(self, kind: Kind, text: String, action: Option<ToastAction>) -> u32 {
        let id = self.next_id.get_value();
        self.next_id.set_value(id.wrapping_add(1));
        self.list.update(|list| {
            list.push(Toast { id, kind, text, action });
            if list.len() > MOST {
                list.remove(0);
            }
        });
        id
    }

    fn dismiss(self, id: u32) {
        // The page may be gone when a timer calls.
        let _ = self.list.try_update(|list| list.retain(|toast| toast.id != id));
    }

    fn dismiss_later(self, id: u32, after: Duration) {
        set_timeout(
            move || match self.held.try_get_untracked() {
                Some(true) => self.dismiss_later(id, LOOK_AGAIN),
                _ => self.dismiss(id),
            },
            after,
        );
    }
}

/// Where the messages appear; F6 moves focus here.
#[component]
pub fn ToastRegion(toasts: Toasts) -> impl IntoView {
    let texts = toasts.lang.texts();
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.key() == "F6" && !toasts.list.with_untracked(Vec::is_empty) {
                event.prevent_default();
                browser::focus(REGION);
            }
        });
        on_cleanup(move || handle.remove());
    });
    view! {
        <section
            class="toasts"
            id=REGION
            aria-label=texts.notices
            tabindex="-1"
            on:pointerenter=move |_| toasts.held.set(true)
            on:pointerleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                <ToastView toast=toast toasts=toasts />
            </For>
        </section>
    }
}

#[component]
fn ToastView(toast: Toast, toasts: Toasts) -> impl IntoView {
    let id = toast.id;
    let (class, role, icon) = match toast.kind {
        Kind::Success => ("toast success", "status", "circle-check"),
        Kind::Error => ("toast error", "alert", "circle-alert"),
    };
    let action = toast.action.map(|ToastAction { label, run }| {
        let press = move |_| {
            toasts.dismiss(id);
            run.run(());
        };
        view! { <button type="button" class="btn sm" on:click=press>{label}</button> }
    });
    view! {
        <div class=class role=role>
            <Icon name=icon />
            <p class="toast-text">{toast.text}</p>
            {action}
            <IconButton icon="x" class="sm" label=toasts.lang.texts().dismiss on_press=move |()| toasts.dismiss(id) />
        </div>
    }
}
