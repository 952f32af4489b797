//! Whether others see how far one reads; a switch of the settings.

use crate::app::use_page;
use crate::chat::api::{show_chat_reading, shows_chat_reading};
use crate::ui::{StoredChoice, load, loaded};
use leptos::prelude::*;

#[component]
pub fn ShowReading() -> impl IntoView {
    let lang = use_page().lang;
    let t = lang.texts();
    let choice = move |on| {
        view! {
            <StoredChoice
                on
                label=t.chat_show_reading
                hint=t.chat_show_reading_hint
                hint_id="show-reading-hint"
                store=|wanted| Box::pin(async move { show_chat_reading(wanted).await.map(drop) })
            />
        }
        .into_any()
    };
    loaded(load(shows_chat_reading), lang, 1, choice)
}
