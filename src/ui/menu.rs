//! Native popovers: they close on Esc and on a press elsewhere, and give focus back.

use super::browser::{self, Step};
use leptos::{ev, prelude::*};

/// Moves the focus among the items of the list with this id, as arrows, Home and End ask for.
pub fn walk(list: &str, event: &ev::KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => Step::Next,
        "ArrowUp" => Step::Previous,
        "Home" => Step::First,
        "End" => Step::Last,
        _ => return,
    };
    if browser::focus_item(list, step) {
        event.prevent_default();
    }
}

/// A popover that a button with `popovertarget=id` opens, placed next to that button.
#[component]
pub fn Menu(
    id: &'static str,
    #[prop(into)] label: Signal<String>,
    /// Classes after `menu`, like `end` to align with the button's right edge.
    #[prop(optional)]
    class: &'static str,
    /// `menu` for a list of commands or choices, walked with arrows; `dialog` for anything else.
    #[prop(default = "menu")]
    role: &'static str,
    children: Children,
) -> impl IntoView {
    let is_list = role == "menu";
    let opened = move |_| {
        if is_list && browser::is_popover_open(id) {
            browser::focus_item(id, Step::First);
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        if is_list {
            walk(id, &event);
        }
    };
    view! {
        <div
            class=["menu ", class].concat()
            id=id
            popover="auto"
            role=role
            aria-label=label
            on:toggle=opened
            on:keydown=walk
        >
            {children()}
        </div>
    }
}
