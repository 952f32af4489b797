//! Who is writing, and how often it is said.

use super::desk::Desk;
use crate::text::{Texts, fill};
use crate::time::Timestamp;
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
            words_of(t, &names)
        })
    });
    let line = move || {
        words.get().map(|words| {
            view! { <span class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></span> {words} }.into_any()
        })
    };
    view! { <p class="chat-typing">{line}</p> }
}

/// Whether a draft is written often enough to tell the others again.
#[must_use]
pub fn is_due(last: Option<Timestamp>, now: Timestamp, every_ms: i64) -> bool {
    last.is_none_or(|last| now - last >= every_ms)
}

fn words_of(t: &Texts, names: &[&str]) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(fill(t.chat_typing, &[one])),
        [one, two] => Some(fill(t.chat_typing_two, &[one, two])),
        [one, rest @ ..] => Some(fill(t.chat_typing_more, &[one, &rest.len()])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn one_writes_and_several_do() {
        let words = |lang: Lang, names: &[&str]| words_of(lang.texts(), names).unwrap_or_default();
        assert_eq!(words(Lang::En, &["Ada"]), "Ada is typing…");
        assert_eq!(words(Lang::En, &["Ada", "Jun"]), "Ada and Jun are typing…");
        assert_eq!(words(Lang::Ko, &["김민지", "박준호"]), "김민지, 박준호 님이 입력 중…");
        assert_eq!(words(Lang::En, &["Ada", "Jun", "Kim"]), "Ada and 2 more are typing…");
        assert_eq!(words(Lang::En, &[]), "");
    }
}
