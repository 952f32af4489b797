//! What can be done with a room: silence, members, leave.

use super::desk::{Ask, Desk, Side};
use crate::chat::api::mute_chat_room;
use crate::chat::live::Place;
use crate::chat::model::{Mute, RoomKind};
use crate::ui::{Icon, Menu, browser};
use leptos::prelude::*;

const MENU: &str = "room-menu";

#[component]
pub fn RoomMenu(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let place = Memo::new(move |_| desk.chats.find(desk.id).map(|listed| listed.place));
    let is_muted = move || {
        let now = desk.now.get();
        place.with(|place| place.as_ref().is_some_and(|place: &Place| place.muted_until.is_some_and(|at| at > now)))
    };
    let item = move |icon: &'static str, label: &'static str, class: &'static str, run: Callback<()>| {
        let press = move |_| {
            browser::hide_popover(MENU);
            run.run(());
        };
        view! {
            <button type="button" role="menuitem" class=class on:click=press>
                <Icon name=icon />
                {label}
            </button>
        }
        .into_any()
    };
    let mute = move |mute: Mute| Callback::new(move |()| desk.run(mute_chat_room(desk.id, mute)));
    let mutes = move || {
        if is_muted() {
            item("bell", t.chat_unmute, "menu-item", mute(Mute::Off))
        } else {
            view! {
                {item("bell-off", t.chat_mute_hour, "menu-item", mute(Mute::Hour))}
                {item("bell-off", t.chat_mute_tomorrow, "menu-item", mute(Mute::Tomorrow))}
                {item("bell-off", t.chat_mute_forever, "menu-item", mute(Mute::Forever))}
            }
            .into_any()
        }
    };
    let members = Callback::new(move |()| desk.side.set(Side::Members));
    let leave = Callback::new(move |()| desk.ask.set(Some(Ask::Leave)));
    let leaves = move || {
        let may = desk.room.with(|room| room.room.kind != RoomKind::Direct && !room.closed);
        may.then(|| item("log-out", t.chat_leave, "menu-item danger", leave))
    };
    view! {
        <button
            type="button"
            class="icon-btn"
            popovertarget=MENU
            aria-haspopup="menu"
            aria-label=t.chat_room_menu
            title=t.chat_room_menu
        >
            <Icon name="ellipsis" />
        </button>
        <Menu id=MENU class="end" label=t.chat_room_menu>
            {item("users", t.chat_members, "menu-item", members)}
            <hr class="menu-rule" />
            {mutes}
            <hr class="menu-rule" />
            {leaves}
        </Menu>
    }
}
