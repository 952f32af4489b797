//! A person's own choice not to be seen, for the settings.

use crate::app::use_page;
use crate::presence::api::{my_presence, set_my_presence};
use crate::presence::model::MyPresence;
use crate::ui::{load, loaded, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The switch 접속 상태 숨기기.
#[component]
pub fn HidePresence() -> impl IntoView {
    let lang = use_page().lang;
    let first = load(my_presence);
    loaded(first, lang, 1, |MyPresence { hidden }| view! { <Switch hidden /> }.into_any())
}

#[component]
fn Switch(hidden: bool) -> impl IntoView {
    let texts = use_page().lang.texts();
    let toasts = use_toasts();
    let hidden = RwSignal::new(hidden);
    let choose = move |wanted: bool| {
        let before = hidden.get_untracked();
        hidden.set(wanted);
        spawn_local(async move {
            if let Err(error) = set_my_presence(MyPresence { hidden: wanted }).await {
                // As it was: nothing has been stored.
                let _ = hidden.try_set(before);
                toasts.refused(&error);
            }
        });
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || hidden.get()
                checked=hidden.get_untracked()
                aria-describedby="hide-presence-hint"
                on:change:target=move |event| choose(event.target().checked())
            />
            <span>{texts.hide_presence}</span>
        </label>
        <p class="muted" id="hide-presence-hint">{texts.hide_presence_hint}</p>
    }
}
