//! A choice of the settings that is stored as soon as it is made.

use super::use_toasts;
use crate::error::AppError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;

type Stored = Pin<Box<dyn Future<Output = Result<(), AppError>>>>;

/// A check box with what it means below it. What could not be stored is shown as it was, and why.
#[component]
pub fn StoredChoice(
    /// Whether it is chosen now.
    on: bool,
    label: &'static str,
    hint: &'static str,
    hint_id: &'static str,
    store: fn(bool) -> Stored,
) -> impl IntoView {
    let toasts = use_toasts();
    let on = RwSignal::new(on);
    let choose = move |wanted: bool| {
        on.set(wanted);
        spawn_local(async move {
            if let Err(error) = store(wanted).await {
                let _ = on.try_set(!wanted);
                toasts.refused(&error);
            }
        });
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || on.get()
                checked=on.get_untracked()
                aria-describedby=hint_id
                on:change:target=move |event| choose(event.target().checked())
            />
            <span>{label}</span>
        </label>
        <p class="muted" id=hint_id>{hint}</p>
    }
}
