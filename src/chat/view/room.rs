//! A room that is open: its head, its log, what is written below, and what stands beside it.

use super::agenda::agenda;
use super::asks::{Asks, MessageMenus};
use super::chats::Chats;
use super::composer::Composer;
use super::desk::{Desk, Side, icon_of};
use super::files;
use super::log::Log;
use super::menu::RoomMenu;
use super::page::look_at;
use super::side::SidePane;
use super::typing::TypingLine;
use crate::chat::api::open_chat_room;
use crate::chat::live::{OpenRoom, Window};
use crate::chat::model::{Bar, ChatRoom, FOREVER, Look, Member, MessageSeq, RoomKind};
use crate::realtime::live::{use_live, use_now};
use crate::realtime::plane::use_view_while;
use crate::realtime::protocol::{Event, Snapshot, View};
use crate::text::fill;
use crate::ui::{Avatar, Icon, IconButton, later};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// How many people the head shows.
const FACES: usize = 3;

#[component]
pub fn RoomView(
    chats: Chats,
    snapshot: Snapshot<OpenRoom>,
    new_from: Option<MessageSeq>,
    at: Option<MessageSeq>,
    /// What calls this person and is unread, in order.
    called: Vec<MessageSeq>,
) -> impl IntoView {
    let id = snapshot.state.room.id;
    let now = use_now(snapshot.server_time);
    let look = RwSignal::new(look_at(at));
    // A hole is mended in the stretch that is on screen, not in another one.
    let room = use_live(snapshot, move || open_chat_room(id, look.get_untracked()));
    room.on_frame(move |frame| match &frame.event {
        // Let in again: what was said meanwhile was not sent here.
        Event::ChatRoomJoined(joined) if joined.room.room.id == id => room.refetch(),
        _ => hold_look(room.with_untracked(|room| room.window), look),
    });
    Desk::new(chats, room, look, new_from, now).map(|desk| {
        let is_covered = desk.is_covered;
        use_view_while(View::Chat(id), Memo::new(move |_| !is_covered.get()).into());
        desk.show.set(at);
        desk.called.set(called);
        let class = move || match desk.side.get() {
            Side::Nothing => "chat-room",
            _ => "chat-room has-side",
        };
        view! {
            <div class=class>
                <section
                    class="chat-main"
                    aria-labelledby="chat-title"
                    on:dragover=|event| files::allow_files(&event)
                    on:drop=move |event| desk.drop_files(&event)
                >
                    <Head desk />
                    {agenda(desk)}
                    <Log desk />
                    <TypingLine desk />
                    <Foot desk />
                </section>
                {later(move || beside_room(desk))}
                <MessageMenus desk />
            </div>
        }
        .into_any()
    })
}

/// What opens beside the room and over it. Its code comes when the page is alive: what was asked for
/// meanwhile opens then.
#[wasm_split(beside_chat, wasm_split_path = leptos::wasm_split)]
fn beside_room(desk: Desk) -> AnyView {
    view! {
        <SidePane desk />
        <Asks desk />
    }
    .into_any()
}

/// While the log ends with the newest message, it keeps its beginning when it is fetched anew.
fn hold_look(window: Window, look: RwSignal<Look>) {
    if window.to.is_none() && matches!(look.get_untracked(), Look::Latest | Look::Around(_)) {
        look.set(Look::From(window.from));
    }
}

#[component]
fn Head(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let info = Memo::new(move |_| desk.room.with(|room| room.room.clone()));
    let about = move || info.with(|room| if room.topic.is_empty() { None } else { Some(room.topic.clone()) });
    let people = Memo::new(move |_| {
        desk.room.with(|room| {
            let faces = room.members.values().filter(|member| member.user_id != desk.viewer.user_id);
            (faces.take(FACES).cloned().collect::<Vec<Member>>(), room.room.member_count)
        })
    });
    let faces = move || {
        people.with(|(faces, _)| {
            let face =
                |member: &Member| view! { <Avatar id=member.user_id.0 name=member.user.name.clone() /> }.into_any();
            faces.iter().map(face).collect_view()
        })
    };
    let count = move || people.with(|(_, count)| *count);
    let toggle =
        move |side: Side| move |()| desk.side.update(|now| *now = if *now == side { Side::Nothing } else { side });
    let members = toggle(Side::Members);
    let sub = move || {
        let people = desk.lang.people(u32::try_from(count()).unwrap_or(u32::MAX));
        info.with(|room| match room.kind {
            RoomKind::Direct => None,
            _ => Some(people),
        })
    };
    view! {
        <header class="chat-head">
            <a class="icon-btn only-phone" href="/chat" aria-label=t.back>
                <Icon name="chevron-left" />
            </a>
            <div class="chat-head-title">
                <h2 id="chat-title">
                    <span class="chat-kind" aria-hidden="true">{move || info.with(sign)}</span>
                    <bdi>{move || desk.title()}</bdi>
                </h2>
                <p class="chat-topic">
                    <span class="only-phone">{sub}</span>
                    {about}
                </p>
            </div>
            <button
                type="button"
                class="chat-people only-desktop"
                aria-expanded=move || if desk.side.get() == Side::Members { "true" } else { "false" }
                aria-label=move || fill(t.chat_members_count, &[&count()])
                on:click=move |_| members(())
            >
                <span class="avatar-stack" aria-hidden="true">{faces}</span>
                <span aria-hidden="true">{move || count().to_string()}</span>
            </button>
            <IconButton icon="search" label=t.chat_search on_press=toggle(Side::Search) />
            <RoomMenu desk />
        </header>
    }
}

fn sign(room: &ChatRoom) -> AnyView {
    view! { <Icon name=icon_of(room) /> }.into_any()
}

/// That somebody may not write, until when, and why.
fn barred(desk: Desk, bar: &Bar) -> String {
    let t = desk.t();
    let mut words = t.chat_barred.to_owned();
    if bar.until < FOREVER {
        let at = desk.zone.with_value(|zone| zone.local(bar.until));
        let until = [&desk.lang.month_day(at.date()), " ", &desk.lang.clock(at)].concat();
        words.push_str(&fill(t.told_until, &[&until]));
    }
    if !bar.reason.is_empty() {
        words.push(' ');
        words.push_str(&fill(t.told_reason, &[&bar.reason]));
    }
    words
}

/// Where one writes; or why not.
#[component]
pub fn Foot(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let bar = Memo::new(move |_| desk.bar());
    let why = Memo::new(move |_| {
        desk.room.with(|room| match (room.closed, room.room.archived_at) {
            (true, _) => Some(t.chat_not_member.to_owned()),
            (false, Some(_)) => Some(t.chat_archived.to_owned()),
            (false, None) => bar.with(|bar| bar.as_ref().map(|bar| barred(desk, bar))),
        })
    });
    move || match why.get() {
        Some(why) => view! { <p class="chat-closed"><Icon name="lock" />{why}</p> }.into_any(),
        None => view! { <Composer desk /> }.into_any(),
    }
}
