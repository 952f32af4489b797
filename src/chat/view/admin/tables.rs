//! The tables of the admins' page.

use super::Admin;
use crate::chat::model::{AuditEntry, ChatSender, RoomKind, RoomOverview};
use crate::chat::view::notes::deed_words;
use crate::ids::ChatRoomId;
use crate::text::{Texts, fill};
use crate::ui::{Avatar, Badge, Empty, Icon, Tone};
use leptos::{ev, prelude::*};

pub fn row_id(id: ChatRoomId) -> String {
    format!("chat-row-{id}")
}

/// A table with these columns; with nothing in it, the words for that.
fn table(name: &'static str, columns: &[&'static str], rows: Vec<AnyView>, nothing: &'static str) -> AnyView {
    let head = columns.iter().map(|name| view! { <th scope="col" role="columnheader">{*name}</th> }.into_any());
    let empty = rows.is_empty().then(|| view! { <Empty icon="message-circle" title=nothing text="" /> }.into_any());
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label=name>
            <table class="table" role="table">
                <caption class="sr-only">{name}</caption>
                <thead role="rowgroup">
                    <tr role="row">{head.collect_view()}</tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            {empty}
        </div>
    }
    .into_any()
}

/// The kind of a room: its sign, and its name in words.
fn kind_of(kind: RoomKind, t: &'static Texts) -> (&'static str, &'static str) {
    match kind {
        RoomKind::Channel => ("hash", t.chat_kind_channel),
        RoomKind::Private => ("lock", t.chat_private),
        RoomKind::Direct => ("user", t.chat_direct),
        RoomKind::Live => ("calendar-check", t.chat_meetings),
    }
}

#[component]
pub fn RoomsTable(admin: Admin) -> impl IntoView {
    let t = admin.t();
    let columns = [t.chat_room_name, t.chat_kind, t.chat_members, t.chat_messages, t.chat_created, t.status];
    move || {
        let rows = admin.state.with(|state| state.rooms.iter().map(|room| room_row(admin, room)).collect());
        table(t.chat_admin_rooms, &columns, rows, t.chat_admin_nothing)
    }
}

fn room_row(admin: Admin, room: &RoomOverview) -> AnyView {
    let t = admin.t();
    let id = room.id;
    let (icon, kind) = kind_of(room.kind, t);
    let is_open = move || admin.open.get() == Some(id);
    let name = if room.name.is_empty() {
        // What is said there is for its members alone.
        view! { <span class="muted">{t.chat_admin_unnamed}</span> }.into_any()
    } else {
        let go = move |event: ev::MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                admin.select(Some(id));
            }
        };
        view! {
            <a
                class="row-open"
                id=row_id(id)
                href=Admin::href(id)
                aria-expanded=move || if is_open() { "true" } else { "false" }
                on:click=go
            >
                {room.name.clone()}
            </a>
        }
        .into_any()
    };
    let state = if room.archived_at.is_some() {
        view! { <Badge tone=Tone::Plain icon="lock">{t.chat_is_archived}</Badge> }.into_any()
    } else {
        view! { <Badge tone=Tone::Green icon="activity">{t.chat_is_open}</Badge> }.into_any()
    };
    let members = admin.lang.people(u32::try_from(room.member_count).unwrap_or(u32::MAX));
    view! {
        <tr role="row" aria-selected=move || is_open().then_some("true")>
            <td role="cell" class="cell-room">{name}</td>
            <td role="cell">
                <span class="room-meta">
                    <Icon name=icon />
                    {kind}
                </span>
            </td>
            <td role="cell">{members}</td>
            <td role="cell">{fill(t.chat_message_count, &[&room.message_count])}</td>
            <td role="cell">{admin.when(room.created_at)}</td>
            <td role="cell" class="cell-state">{state}</td>
        </tr>
    }
    .into_any()
}

#[component]
pub fn PeopleTable(admin: Admin) -> impl IntoView {
    let t = admin.t();
    let columns = [t.chat_person, t.chat_messages, t.chat_where, t.chat_last_message, t.chat_last_at];
    move || {
        let rows = admin.state.with(|state| {
            let row = |sender: &ChatSender| {
                let places = state.places.iter().filter(|place| place.user_id == sender.id);
                let named = places.filter_map(|place| {
                    let room = state.rooms.iter().find(|room| room.id == place.room_id)?;
                    Some(fill(t.chat_written_in, &[&room.name, &place.message_count]))
                });
                person_row(admin, sender, named.collect::<Vec<_>>().join(" · "))
            };
            state.senders.iter().map(row).collect()
        });
        table(t.chat_admin_people, &columns, rows, t.chat_admin_nothing)
    }
}

fn person_row(admin: Admin, sender: &ChatSender, places: String) -> AnyView {
    let info = &sender.user_info;
    view! {
        <tr role="row">
            <td role="cell" class="cell-room">
                <span class="person-cell">
                    <Avatar id=sender.id.0 name=info.name.clone() />
                    <span>
                        <b>{info.name.clone()}</b>
                        <small class="muted">{info.email.clone()}</small>
                    </span>
                </span>
            </td>
            <td role="cell">{fill(admin.t().chat_message_count, &[&sender.message_count])}</td>
            <td role="cell" class="cell-long">{places}</td>
            <td role="cell" class="cell-long">{sender.last_message.clone()}</td>
            <td role="cell">{admin.when(sender.last_message_time)}</td>
        </tr>
    }
    .into_any()
}

#[component]
pub fn NotesTable(admin: Admin) -> impl IntoView {
    let t = admin.t();
    let columns = [t.chat_note_what, t.chat_room, t.chat_note_whom, t.chat_note_who, t.chat_reason, t.chat_note_when];
    move || {
        let rows = admin.state.with(|state| state.audit.iter().map(|entry| note_row(admin, entry)).collect());
        table(t.chat_admin_notes, &columns, rows, t.chat_admin_no_notes)
    }
}

fn note_row(admin: Admin, entry: &AuditEntry) -> AnyView {
    let t = admin.t();
    let room = if entry.room_name.is_empty() {
        view! { <span class="muted">{t.chat_admin_unnamed}</span> }.into_any()
    } else {
        entry.room_name.clone().into_any()
    };
    view! {
        <tr role="row">
            <td role="cell" class="cell-room">
                <b>{deed_words(&entry.action, t)}</b>
            </td>
            <td role="cell">{room}</td>
            <td role="cell">{entry.user_name.clone()}</td>
            <td role="cell">{entry.actor_name.clone()}</td>
            <td role="cell" class="cell-long">{entry.reason.clone()}</td>
            <td role="cell">{admin.when(entry.at)}</td>
        </tr>
    }
    .into_any()
}
