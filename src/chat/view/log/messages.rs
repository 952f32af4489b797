//! The messages of a log, of a room or of a thread, and how one gets about in them.

use super::lines::{Line, lines_of};
use super::ways::walk;
use crate::chat::model::MessageSeq;
use crate::chat::view::desk::Desk;
use crate::chat::view::dom;
use crate::chat::view::message::MessageView;
use crate::chat::view::pending::Pending;
use crate::ui::For;
use leptos::ev;
use leptos::prelude::*;

/// What stands in a log at every moment; the line "new" stands in a room's alone.
#[must_use]
pub fn lines_now(desk: Desk) -> Memo<Vec<Line>> {
    Memo::new(move |_| {
        let new_from = if desk.thread.is_none() { desk.new_from.get() } else { None };
        desk.room.with(|room| desk.zone.with_value(|zone| lines_of(room, new_from, zone)))
    })
}

#[component]
pub fn Messages(
    desk: Desk,
    lines: Memo<Vec<Line>>,
    label: &'static str,
    /// What stands before them.
    children: Children,
) -> impl IntoView {
    // One tab stop for all messages: the last one that had focus, else the newest.
    let focused = RwSignal::new(None::<MessageSeq>);
    let stop = Memo::new(move |_| {
        lines.with(|lines| {
            let kept = focused.get().filter(|seq| lines.iter().any(|line| line.seq == *seq));
            kept.or_else(|| lines.last().map(|line| line.seq))
        })
    });
    let enter = move |event: &ev::Event| {
        let seq = dom::message_of(event);
        if desk.chosen.with_untracked(Option::is_none) && seq.is_some() && seq != desk.active.get_untracked() {
            desk.active.set(seq);
        }
    };
    let focus = move |event: ev::FocusEvent| {
        enter(&event);
        focused.set(dom::message_of(&event));
    };
    view! {
        <div
            class="chat-lines"
            role="log"
            aria-label=label
            aria-relevant="additions"
            aria-live=move || if desk.moving.get() { "off" } else { "polite" }
            on:keydown=move |event| walk(desk, lines, &event)
            on:pointerover=move |event| enter(&event)
            on:focusin=focus
        >
            {children()}
            <For
                each=move || lines.get()
                key=|line: &Line| line.seq
                children=move |line| view! { <MessageView desk line lines stop /> }
            />
            <Pending desk />
        </div>
    }
}
