//! Whether others see how far one reads; a switch of the settings.

use crate::app::use_page;
use crate::chat::api::{show_chat_reading, shows_chat_reading};
use crate::ui::{load, loaded, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn ShowReading() -> impl IntoView {
    let lang = use_page().lang;
    loaded(load(shows_chat_reading), lang, 1, |shows| view! { <Switch shows /> }.into_any())
}

#[component]
fn Switch(shows: bool) -> impl IntoView {
    let t = use_page().lang.texts();
    let toasts = use_toasts();
    let shows = RwSignal::new(shows);
    let choose = move |wanted: bool| {
        shows.set(wanted);
        spawn_local(async move {
            if let Err(error) = show_chat_reading(wanted).await {
                // As it was: nothing has been stored.
                let _ = shows.try_set(!wanted);
                toasts.refused(&error);
            }
        });
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || shows.get()
                checked=shows.get_untracked()
                aria-describedby="show-reading-hint"
                on:change:target=move |event| choose(event.target().checked())
            />
            <span>{t.chat_show_reading}</span>
        </label>
        <p class="muted" id="show-reading-hint">{t.chat_show_reading_hint}</p>
    }
}
