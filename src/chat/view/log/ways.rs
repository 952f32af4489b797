//! Ways through the log: from message to message by keys, and to what is out of sight.

use super::Scroll;
use super::lines::Line;
use crate::chat::view::desk::Desk;
use crate::chat::view::dom;
use crate::text::fill;
use crate::ui::{Icon, browser};
use leptos::ev;
use leptos::prelude::*;

/// Keys on a message: what it can do, and the way to the next one.
pub fn walk(desk: Desk, lines: Memo<Vec<Line>>, event: &ev::KeyboardEvent) {
    let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
    if event.is_composing() || has_modifier || event.default_prevented() {
        return;
    }
    let Some(seq) = dom::message_of(event) else { return };
    let key = event.key();
    // A button inside of a message has its own Enter, and closes with Escape.
    let on_message = dom::is_message(event);
    if key == "Escape" && on_message {
        browser::focus(desk.places.composer);
    } else if on_message && desk.act_by_key(&key, seq) {
        event.prevent_default();
    } else {
        let next = lines.with_untracked(|lines| {
            let at = lines.iter().position(|line| line.seq == seq)?;
            let next = match key.as_str() {
                "ArrowUp" => at.checked_sub(1)?,
                "ArrowDown" => at + 1,
                "Home" => 0,
                "End" => lines.len() - 1,
                _ => return None,
            };
            lines.get(next).map(|line| line.seq)
        });
        if let Some(next) = next {
            event.prevent_default();
            dom::focus_message(desk.places.log, next);
        } else if key == "ArrowDown" {
            browser::focus(desk.places.composer);
        }
    }
}

/// The way to the first new message when it is further up than the page reaches.
pub fn jump_to_new(desk: Desk, scroll: Scroll) -> Option<AnyView> {
    let from = desk.new_from.get()?;
    let is_above = desk.room.with(|room| room.window.from > from);
    is_above.then(|| {
        let go = move |_| scroll.show(from);
        view! {
            <button type="button" class="chip" on:click=go>
                <Icon name="chevron-up" />
                {desk.t().chat_to_new}
            </button>
        }
        .into_any()
    })
}

/// The way to what calls this person and is out of sight, one after the other.
pub fn jump_to_call(desk: Desk, scroll: Scroll) -> Option<AnyView> {
    let (next, count) = desk.called.with(|called| called.first().map(|next| (*next, called.len())))?;
    let go = move |_| {
        desk.come_by(|seq| seq == next);
        scroll.show(next);
    };
    let button = view! {
        <button type="button" class="chip" on:click=go>
            <Icon name="at-sign" />
            {fill(desk.t().chat_to_call, &[&count])}
        </button>
    };
    Some(button.into_any())
}
