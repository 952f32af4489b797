//! What a message answers, or which one is being changed.

use super::{Pen, Writing};
use crate::text::fill;
use crate::ui::{Icon, IconButton, browser};
use leptos::prelude::*;

/// What is being answered or changed.
#[component]
pub fn Subject(pen: Pen) -> impl IntoView {
    let t = pen.desk.t();
    move || {
        let (icon, name, words) = match pen.desk.writing.get() {
            Writing::New => return None,
            Writing::Reply(quote) => ("reply", fill(t.chat_reply_to, &[&quote.name]), quote.excerpt),
            Writing::Edit(_) => ("pencil", t.chat_editing.to_owned(), String::new()),
        };
        let stop = move |()| {
            pen.stop();
            browser::focus(pen.desk.places.composer);
        };
        Some(
            view! {
                <div class="composer-subject">
                    <Icon name=icon class="s" />
                    <p>
                        <b>{name}</b>
                        " "
                        <span>{words}</span>
                    </p>
                    <IconButton icon="x" class="sm" label=t.cancel on_press=stop />
                </div>
            }
            .into_any(),
        )
    }
}
