//! Search, floor, and the way to a new room.

use super::{Admin, Selection};
use crate::app::use_page;
use crate::text::fill;
use crate::ui::{For, Icon, Menu, browser};
use leptos::prelude::*;

/// The link that opens the drawer of a new room.
pub const ADD_ROOM: &str = "add-room";
const FLOORS: &str = "floors-menu";

#[component]
pub fn Toolbar() -> impl IntoView {
    let texts = use_page().lang.texts();
    let admin: Admin = expect_context();
    let wish = admin.arrangement.wish;
    let count = move || fill(texts.rooms_count, &[&admin.arrangement.shown.with(Vec::len)]);
    view! {
        <div class="toolbar rooms-tools">
            <div class="input-wrap">
                <Icon name="search" class="s" />
                <input
                    class="input"
                    type="search"
                    aria-label=texts.search_rooms
                    placeholder=texts.search_rooms
                    prop:value=move || wish.with(|wish| wish.search.clone())
                    on:input:target=move |event| wish.update(|wish| wish.search = event.target().value())
                />
            </div>
            <FloorFilter />
            <div class="toolbar-end">
                <span class="muted only-desktop">{move || count()}</span>
                <a
                    class="btn primary"
                    id=ADD_ROOM
                    href=Selection::New.href()
                    on:click=move |event| admin.drawer.follow(&event, Selection::New)
                >
                    <Icon name="plus" />
                    {texts.add_room}
                </a>
            </div>
        </div>
    }
}

#[component]
fn FloorFilter() -> impl IntoView {
    let texts = use_page().lang.texts();
    let admin: Admin = expect_context();
    let wish = admin.arrangement.wish;
    let floors = Memo::new(move |_| {
        admin.rooms.with(|directory| {
            let mut floors: Vec<String> = directory.rooms.iter().map(|room| room.floor.clone()).collect();
            floors.dedup();
            floors
        })
    });
    let name = move |floor: &str| if floor.is_empty() { texts.floor_none.to_owned() } else { floor.to_owned() };
    let chosen = move || wish.with(|wish| wish.floor.as_deref().map_or(texts.all_floors.to_owned(), name));
    let item = move |floor: Option<String>| {
        let label = floor.as_deref().map_or(texts.all_floors.to_owned(), name);
        let wanted = floor.clone();
        let is_chosen = move || wish.with(|wish| wish.floor == wanted);
        view! {
            <button
                type="button"
                class="menu-item"
                role="menuitemradio"
                aria-checked=move || if is_chosen() { "true" } else { "false" }
                on:click=move |_| {
                    wish.update(|wish| wish.floor.clone_from(&floor));
                    browser::hide_popover(FLOORS);
                }
            >
                {label}
                <Icon name="check" class="end" />
            </button>
        }
    };
    view! {
        <button
            type="button"
            class="chip"
            class:is-on=move || wish.with(|wish| wish.floor.is_some())
            popovertarget=FLOORS
            aria-haspopup="menu"
        >
            <Icon name="building-2" />
            {move || chosen()}
            <Icon name="chevron-down" class="chev" />
        </button>
        <Menu id=FLOORS label=texts.floor>
            {item(None)}
            <For each=move || floors.get() key=String::clone let:floor>
                {item(Some(floor))}
            </For>
        </Menu>
    }
}
