//! A person's own choice not to be seen, for the settings.

use crate::app::use_page;
use crate::presence::api::{my_presence, set_my_presence};
use crate::presence::model::MyPresence;
use crate::ui::{StoredChoice, load, loaded};
use leptos::prelude::*;

/// The switch 접속 상태 숨기기.
#[component]
pub fn HidePresence() -> impl IntoView {
    let lang = use_page().lang;
    let t = lang.texts();
    let choice = move |MyPresence { hidden }| {
        view! {
            <StoredChoice
                on=hidden
                label=t.hide_presence
                hint=t.hide_presence_hint
                hint_id="hide-presence-hint"
                store=|hidden| Box::pin(async move { set_my_presence(MyPresence { hidden }).await.map(drop) })
            />
        }
        .into_any()
    };
    loaded(load(my_presence), lang, 1, choice)
}
