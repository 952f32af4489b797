//! The list of a person's rooms: meetings, channels and groups, two people.

use super::chats::{Chats, badge_text};
use super::desk::icon_of;
use super::make::{Making, make_dialog};
use super::person::{Disc, state_words, use_presence};
use super::unsent::unsent;
use crate::app::use_page;
use crate::chat::live::{ChatRooms, ListedRoom};
use crate::chat::model::RoomKind;
use crate::ids::ChatRoomId;
use crate::realtime::live::{Live, use_now};
use crate::realtime::plane::use_view;
use crate::realtime::protocol::{Snapshot, View};
use crate::text::{fill, lowercase};
use crate::ui::{Icon, IconButton, browser, later};
use leptos::ev;
use leptos::prelude::*;

/// The list's element: arrows walk in it.
pub const LIST: &str = "chat-rooms";

/// The groups in their order.
const GROUPS: [&[RoomKind]; 3] = [&[RoomKind::Live], &[RoomKind::Channel, RoomKind::Private], &[RoomKind::Direct]];

#[component]
pub fn RoomList(chats: Chats, snapshot: Snapshot<ChatRooms>, current: Memo<Option<String>>) -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let live = chats.list(snapshot);
    // Where people are: beside the names here, and in whatever room is open.
    use_view(View::Presence);
    let query = RwSignal::new(String::new());
    let making = RwSignal::new(None::<Making>);
    let walk = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => browser::Step::Next,
            "ArrowUp" => browser::Step::Previous,
            _ => return,
        };
        if browser::focus_item(LIST, step) {
            event.prevent_default();
        }
    };
    let group = move |(at, kinds): (usize, &'static [RoomKind])| {
        let title = [t.chat_meetings, t.chat_channels, t.chat_direct][at];
        let what = [None, Some(Making::Room), Some(Making::Direct)][at];
        view! { <Group chats live kinds title query current making what /> }.into_any()
    };
    view! {
        <div class="chat-find">
            <Icon name="search" class="s" />
            <input
                class="input"
                type="search"
                aria-label=t.chat_find_room
                placeholder=t.chat_find_room
                prop:value=move || query.get()
                on:input=move |event| query.set(event_target_value(&event))
            />
        </div>
        {later(move || unsent(chats, live))}
        <nav class="chat-rooms" id=LIST tabindex="-1" aria-label=t.chat_rooms on:keydown=walk>
            {GROUPS.into_iter().enumerate().map(group).collect_view()}
        </nav>
        {later(move || make_dialog(chats, making))}
    }
}

#[component]
fn Group(
    chats: Chats,
    live: Live<ChatRooms>,
    kinds: &'static [RoomKind],
    title: &'static str,
    query: RwSignal<String>,
    current: Memo<Option<String>>,
    making: RwSignal<Option<Making>>,
    /// What its button makes.
    what: Option<Making>,
) -> impl IntoView {
    let t = use_page().lang.texts();
    let ids = Memo::new(move |_| {
        let wanted = query.with(|query| lowercase(query.trim()));
        let current = current.get();
        live.with(|list| {
            let shown = |listed: &&ListedRoom| {
                let is_current = is_named(current.as_deref(), &listed.room.slug, listed.room.id);
                // One that is closed is out of the way until somebody looks for it.
                kinds.contains(&listed.room.kind)
                    && (listed.room.archived_at.is_none() || is_current || !wanted.is_empty())
                    && (wanted.is_empty() || lowercase(listed.title()).contains(&wanted))
            };
            let mut rooms: Vec<&ListedRoom> = list.rooms.values().filter(shown).collect();
            // By name, so that nothing moves under the pointer when somebody writes.
            rooms.sort_by(|a, b| a.title().cmp(b.title()).then(a.room.id.cmp(&b.room.id)));
            rooms.iter().map(|listed| listed.room.id).collect::<Vec<ChatRoomId>>()
        })
    });
    let add = what.map(|what| {
        let label = if what == Making::Direct { t.chat_new_direct } else { t.chat_new_room };
        let press = move |()| making.set(Some(what));
        view! { <IconButton icon="plus" class="sm" label=label on_press=press /> }.into_any()
    });
    // A heading for nothing is no help, unless something can be made below it.
    let is_shown = move || what.is_some() || !ids.with(Vec::is_empty);
    view! {
        <section class="chat-group" hidden=move || !is_shown()>
            <h2>{title} {add}</h2>
            <ul>
                <For each=move || ids.get() key=|id| id.0 children=move |id| view! { <Row chats live id current /> } />
            </ul>
        </section>
    }
}

/// Whether an address names a room: by its slug, or by its number.
fn is_named(address: Option<&str>, slug: &str, id: ChatRoomId) -> bool {
    address.is_some_and(|address| address == slug || address.parse::<ChatRoomId>().is_ok_and(|number| number == id))
}

#[component]
fn Row(chats: Chats, live: Live<ChatRooms>, id: ChatRoomId, current: Memo<Option<String>>) -> impl IntoView {
    let page = use_page();
    let (lang, t) = (page.lang, page.lang.texts());
    let now = use_now(page.now);
    // One that is leaving the list keeps its last look until it is gone.
    let listed = Memo::new(move |last: Option<&Option<ListedRoom>>| {
        live.with(|list| list.rooms.get(&id).cloned()).or_else(|| last.cloned().flatten())
    });
    let slug = Memo::new(move |_| listed.with(|l| l.as_ref().map(|l| l.room.slug.clone()).unwrap_or_default()));
    let unread = Memo::new(move |_| listed.with(|l| l.as_ref().map_or(0, ListedRoom::unread)));
    let called = Memo::new(move |_| listed.with(|l| l.as_ref().is_some_and(|l| !l.mentions.is_empty())));
    let muted = Memo::new(move |_| listed.with(|l| l.as_ref().is_some_and(|l| l.is_muted(now.get()))));
    let archived = Memo::new(move |_| listed.with(|l| l.as_ref().is_some_and(|l| l.room.archived_at.is_some())));
    let first = listed.get_untracked();
    let peer = first.as_ref().and_then(|listed| listed.peer.clone());
    let presence = peer.as_ref().map(|peer| use_presence(peer.id));
    let sign = match &peer {
        Some(peer) => view! { <Disc id=peer.id name=peer.name.clone() /> }.into_any(),
        None => view! { <Icon name=first.as_ref().map_or("hash", |l| icon_of(&l.room)) /> }.into_any(),
    };
    let where_words = move || presence.and_then(|presence| state_words(lang, presence.get()));
    let failed = Memo::new(move |_| chats.outbox.has_failed(id));
    // What could not be sent waits for its writer, wherever they are.
    let unsent = move || {
        failed.get().then(|| {
            view! { <Icon name="circle-alert" class="s unsent" /> <span class="sr-only">{t.chat_not_sent}</span> }
                .into_any()
        })
    };
    let end = move || {
        if archived.get() {
            return view! { <Icon name="archive" class="s" /> <span class="sr-only">{t.chat_is_archived}</span> }
                .into_any();
        }
        let count = unread.get();
        if count > 0 {
            let class = if muted.get() { "count" } else { "count accent" };
            let at = called.get().then_some("@ ");
            return view! {
                <span class=class aria-hidden="true">{at}{badge_text(count)}</span>
                <span class="sr-only">{fill(t.chat_unread, &[&count])} {called.get().then_some(t.chat_calls_you)}</span>
            }
            .into_any();
        }
        if chats.has_draft(id) {
            view! { <Icon name="pencil" class="s" /> <span class="sr-only">{t.chat_draft}</span> }.into_any()
        } else if muted.get() {
            view! { <Icon name="bell-off" class="s" /> <span class="sr-only">{t.chat_muted}</span> }.into_any()
        } else {
            view! { <span aria-hidden="true">{where_words}</span> }.into_any()
        }
    };
    let is_current = move || current.with(|current| slug.with(|slug| is_named(current.as_deref(), slug, id)));
    let class = move || {
        if archived.get() {
            "room-link is-archived"
        } else if unread.get() > 0 && !muted.get() {
            "room-link is-unread"
        } else {
            "room-link"
        }
    };
    view! {
        <li>
            <a
                class=class
                href=move || ["/chat/", &slug.get()].concat()
                aria-current=move || is_current().then_some("page")
            >
                {sign}
                <span class="room-name">
                    {move || listed.with(|l| l.as_ref().map(|l| l.title().to_owned()))}
                </span>
                // The sign on the disc in words, also while something else stands in their place.
                <span class="sr-only">{where_words}</span>
                <span class="room-end">{unsent} {end}</span>
            </a>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_named_by_its_slug_or_its_number() {
        let names = |address: &str| is_named(Some(address), "기획", ChatRoomId(12));
        assert!(names("기획") && names("12"));
        assert!(!names("공지") && !names("1"));
        assert!(!is_named(None, "기획", ChatRoomId(12)));
    }
}
