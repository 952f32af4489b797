//! What can be done with a room: silence, members, name, what was done, archive, take away, leave.

use super::desk::{Ask, Desk, Side};
use super::exports::Exports;
use crate::chat::api::{mute_chat_room, update_chat_room};
use crate::chat::live::Place;
use crate::chat::model::{ChatRoomPatch, MemberRole, Mute, RoomKind};
use crate::ui::{Icon, Menu, browser};
use leptos::prelude::*;

const MENU: &str = "room-menu";

/// One of the things that a menu offers; pressed, it closes the menu.
pub fn item(
    menu: &'static str,
    icon: &'static str,
    label: &'static str,
    class: &'static str,
    run: Callback<()>,
) -> AnyView {
    let press = move |_| {
        browser::hide_popover(menu);
        run.run(());
    };
    view! {
        <button type="button" role="menuitem" class=class on:click=press>
            <Icon name=icon />
            {label}
        </button>
    }
    .into_any()
}

#[component]
pub fn RoomMenu(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let place = Memo::new(move |_| desk.chats.find(desk.id).map(|listed| listed.place));
    let is_muted = move || {
        let now = desk.now.get();
        place.with(|place| place.as_ref().is_some_and(|place: &Place| place.muted_until.is_some_and(|at| at > now)))
    };
    let item = move |icon, label, class, run| item(MENU, icon, label, class, run);
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
    let about =
        Memo::new(move |_| desk.room.with(|room| (room.room.kind, room.room.archived_at.is_some(), room.closed)));
    let manages = move || {
        let (kind, _, closed) = about.get();
        kind != RoomKind::Direct && !closed && desk.may_manage()
    };
    let rename = Callback::new(move |()| desk.ask.set(Some(Ask::Rename)));
    let names = move || manages().then(|| item("pencil", t.chat_rename, "menu-item", rename));
    let notes = Callback::new(move |()| desk.side.set(Side::Notes));
    let notes = move || manages().then(|| item("shield", t.chat_admin_notes, "menu-item", notes));
    let archive = Callback::new(move |()| {
        let archived = Some(!about.with_untracked(|(_, archived, _)| *archived));
        desk.run(update_chat_room(desk.id, ChatRoomPatch { archived, ..ChatRoomPatch::default() }));
    });
    // Closing it is for its owner alone.
    let archives = move || {
        let (icon, label) =
            if about.get().1 { ("archive-restore", t.chat_reopen) } else { ("archive", t.chat_archive) };
        (manages() && desk.my_role() == Some(MemberRole::Owner)).then(|| item(icon, label, "menu-item", archive))
    };
    let exports = move || {
        let (kind, _, closed) = about.get();
        // The history of two people is theirs.
        let may = !closed && (kind == RoomKind::Direct || manages());
        may.then(|| view! { <Exports id=desk.id class="menu-item" role="menuitem" /> }.into_any())
    };
    let members = Callback::new(move |()| desk.side.set(Side::Members));
    let kept = Callback::new(move |()| desk.side.set(Side::Kept));
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
            {item("bookmark", t.chat_kept, "menu-item", kept)}
            <hr class="menu-rule" />
            {mutes}
            <hr class="menu-rule" />
            {names}
            {notes}
            {archives}
            {exports}
            {leaves}
        </Menu>
    }
}
