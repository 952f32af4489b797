//! What else can be put into a message, or begun from its room.

use super::Pen;
use super::uploads::Attach;
use crate::chat::view::desk::Desk;
use crate::ui::{Icon, ToolButton, browser};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// So many people are a meeting; more are a channel of everybody.
const MOST_INVITED: usize = 50;

/// Buttons in a row; on a phone a menu that a button opens.
pub fn more(pen: Pen) -> AnyView {
    let desk = pen.desk;
    let t = desk.t();
    let id = [desk.places.composer, "-more"].concat();
    let close = {
        let id = id.clone();
        move |_| browser::hide_popover(&id)
    };
    // From a thread both would say nothing of it.
    let ways = desk.thread.is_none().then(|| {
        let go = StoredValue::new(use_navigate());
        let way = move |to: fn(Desk) -> String| {
            Callback::new(move |()| go.with_value(|go| go(&to(desk), NavigateOptions::default())))
        };
        view! {
            <ToolButton icon="calendar-plus" label=t.chat_book is_named=true on_press=way(booking_of) />
            <ToolButton icon="timer" label=t.chat_timer is_named=true on_press=way(timer_of) />
        }
        .into_any()
    });
    view! {
        <button
            type="button"
            class="icon-btn only-phone composer-plus"
            popovertarget=id.clone()
            aria-label=t.chat_more
            title=t.chat_more
        >
            <Icon name="plus" />
        </button>
        <div class="menu composer-more" id=id popover="auto" on:click=close>
            <Attach desk />
            <ToolButton icon="at-sign" label=t.chat_call is_named=true on_press=move |()| pen.insert("@") />
            {ways}
        </div>
    }
    .into_any()
}

/// The way to book a room with the people of this one.
fn booking_of(desk: Desk) -> String {
    desk.room.with_untracked(|room| {
        let me = desk.viewer.user_id;
        let others: Vec<String> = room.members.keys().filter(|id| **id != me).map(ToString::to_string).collect();
        let with = if others.len() > MOST_INVITED { String::new() } else { others.join(",") };
        ["/timeline?title=", &browser::encode_query(&room.room.name), "&with=", &with].concat()
    })
}

/// The way to start a timer that the people of this room see.
fn timer_of(desk: Desk) -> String {
    ["/timers?chat=", &desk.id.to_string()].concat()
}
