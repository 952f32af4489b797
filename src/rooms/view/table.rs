//! The table of rooms.

use super::order::Column;
use super::{Admin, EquipmentList, IndicatorForm, RoomStatusIndicator, Selection};
use crate::app::use_page;
use crate::ids::RoomId;
use crate::rooms::model::{Room, RoomState};
use crate::ui::{Empty, For, HeldList, Icon, Show};
use leptos::prelude::*;

/// The id of the link that opens a room's drawer.
pub fn row_link_id(id: RoomId) -> String {
    format!("room-row-{id}")
}

#[component]
pub fn RoomTable() -> impl IntoView {
    let texts = use_page().lang.texts();
    let admin: Admin = expect_context();
    let arrangement = admin.arrangement;
    let chip = Signal::derive(move || arrangement.is_waiting().then(|| texts.show_changes.to_owned()));
    let catch_up = Callback::new(move |()| arrangement.catch_up());
    view! {
        <HeldList hold=arrangement.hold chip on_catch_up=catch_up>
        <div class="table-wrap">
            // Roles in words: on narrow screens the style sheet lays the rows out as cards.
            <table class="table" role="table">
                <caption class="sr-only">{texts.rooms_admin}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <SortHeader column=Column::Name label=texts.room />
                        <SortHeader column=Column::Floor label=texts.floor />
                        <SortHeader column=Column::Capacity label=texts.capacity class="num" />
                        <th scope="col" role="columnheader">{texts.equipment}</th>
                        <th scope="col" role="columnheader">{texts.approval}</th>
                        <th scope="col" role="columnheader">{texts.status}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || arrangement.shown.get() key=|id| id.0 let:id>
                        <Row id=id />
                    </For>
                </tbody>
            </table>
            <Show when=move || arrangement.shown.with(Vec::is_empty)>
                <NoRooms />
            </Show>
        </div>
        </HeldList>
    }
}

#[component]
fn SortHeader(column: Column, label: &'static str, #[prop(optional)] class: &'static str) -> impl IntoView {
    let admin: Admin = expect_context();
    let arrangement = admin.arrangement;
    let direction = move || {
        arrangement
            .wish
            .with(|wish| (wish.column == column).then_some(if wish.descending { "descending" } else { "ascending" }))
    };
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=move || direction()>
            <button type="button" class="sort" on:click=move |_| arrangement.sort_by(column)>
                {label}
                <Icon name="chevron-down" />
            </button>
        </th>
    }
}

/// One room. It keeps its place in the page while its values change, and shows its last values
/// while a removal waits.
#[component]
fn Row(id: RoomId) -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let admin: Admin = expect_context();
    let room = Memo::new(move |before: Option<&Option<Room>>| {
        let now = admin.rooms.with(|directory| directory.rooms.iter().find(|room| room.id == id).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let part = move |read: fn(&Room) -> String| move || room.with(|room| room.as_ref().map(read));
    let capacity = move || room.with(|room| room.as_ref().map(|room| lang.people(room.capacity)));
    let equipment = Memo::new(move |_| room.with(|room| room.as_ref().map(|room| room.equipment.clone())));
    let needs_approval = Memo::new(move |_| room.with(|room| room.as_ref().is_some_and(|room| room.requires_approval)));
    // What the room is now, by today's bookings and the server's clock.
    let state = Memo::new(move |_| {
        let now = admin.now.get();
        let derive = |room: &Room| admin.today.with(|today| RoomState::derive(room, today.reservations.values(), now));
        room.with(|room| room.as_ref().map(derive))
    });
    let is_open = move || admin.drawer.selection.get() == Selection::Room(id);
    view! {
        <tr
            role="row"
            aria-selected=move || is_open().then_some("true")
            class:is-changed=move || admin.tinted.with(|ids| ids.contains(&id))
        >
            <td role="cell" class="cell-room">
                <a
                    class="row-open"
                    id=row_link_id(id)
                    href=Selection::Room(id).href()
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    on:click=move |event| admin.drawer.follow(&event, Selection::Room(id))
                >
                    {part(|room| room.name.clone())}
                </a>
            </td>
            <td role="cell">{part(|room| room.floor.clone())}</td>
            <td role="cell" class="num">{move || capacity()}</td>
            <td role="cell" class="cell-equip">
                {move || equipment.get().map(|equipment| view! { <EquipmentList equipment=equipment /> }.into_any())}
            </td>
            <td role="cell">
                {move || match needs_approval.get() {
                    true => view! { <span class="badge yellow">{texts.approval_needed}</span> },
                    false => view! { <span class="muted">{texts.approval_automatic}</span> },
                }}
            </td>
            <td role="cell" class="cell-state">
                <RoomStatusIndicator state form=IndicatorForm::Badge />
            </td>
        </tr>
    }
}

/// Nothing to show: there are no rooms at all, or none that fits.
#[component]
fn NoRooms() -> impl IntoView {
    let texts = use_page().lang.texts();
    let admin: Admin = expect_context();
    let add = move || {
        view! {
            <a
                class="btn primary sm"
                href=Selection::New.href()
                on:click=move |event| admin.drawer.follow(&event, Selection::New)
            >
                {texts.add_room}
            </a>
        }
    };
    let clear = move || {
        view! {
            <button type="button" class="btn sm" on:click=move |_| admin.arrangement.clear()>
                {texts.clear_filters}
            </button>
        }
    };
    move || {
        if admin.rooms.with(|directory| directory.rooms.is_empty()) {
            view! { <Empty icon="door-open" title=texts.no_rooms_title text=texts.no_rooms_text action=add /> }
                .into_any()
        } else {
            view! { <Empty icon="search" title=texts.no_match_title text=texts.no_match_text action=clear /> }
                .into_any()
        }
    }
}
