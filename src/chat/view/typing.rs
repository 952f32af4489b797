//! Who is writing.

use super::desk::Desk;
use crate::text::fill;
use leptos::prelude::*;

/// A line of fixed height: what comes and goes in it moves nothing.
#[component]
pub fn TypingLine(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let typing = desk.connection.plane.typing;
    let words = Memo::new(move |_| {
        typing.with(|typing| {
            let here = typing.iter().filter(|typing| typing.event.chat_room_id == desk.id);
            let names: Vec<&str> = here.map(|typing| typing.event.name.as_str()).collect();
            match names.as_slice() {
                [] => None,
                [one] => Some(fill(t.chat_typing, &[one])),
                [one, two] => Some(fill(t.chat_typing, &[&[*one, ", ", *two].concat()])),
                [one, rest @ ..] => Some(fill(t.chat_typing_more, &[one, &rest.len()])),
            }
        })
    });
    let line = move || {
        words.get().map(|words| {
            view! { <span class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></span> {words} }.into_any()
        })
    };
    view! { <p class="chat-typing">{line}</p> }
}
