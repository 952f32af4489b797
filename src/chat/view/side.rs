//! What stands beside the log: a thread, the members, the search, what the person keeps, what was done to others.

use super::asks::MessageMenus;
use super::desk::{Desk, Side, find_in};
use super::files;
use super::kept::KeptList;
use super::log::{Messages, lines_now};
use super::members::Members;
use super::notes::Notes;
use super::room::Foot;
use super::search::Search;
use crate::chat::api::open_chat_room;
use crate::chat::live::OpenRoom;
use crate::chat::model::{Look, MessageSeq};
use crate::error::AppError;
use crate::ids::MessageId;
use crate::realtime::live::use_live;
use crate::realtime::protocol::Snapshot;
use crate::text::fill;
use crate::ui::{ErrorCard, IconButton, Skeleton};
use leptos::ev;
use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use leptos::task::spawn_local;

const TITLE: &str = "chat-side-title";

#[component]
pub fn SidePane(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let close = move || {
        desk.side.set(Side::Nothing);
        desk.back_to_writing();
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() {
            event.prevent_default();
            close();
        }
    };
    let title = move || match desk.side.get() {
        Side::Thread(_) => t.chat_thread,
        Side::Members => t.chat_members,
        Side::Search => t.chat_search,
        Side::Kept => t.chat_kept,
        Side::Notes => t.chat_admin_notes,
        Side::Nothing => "",
    };
    let content = move || match desk.side.get() {
        Side::Nothing => ().into_any(),
        Side::Thread(id) => view! { <Thread desk id /> }.into_any(),
        Side::Members => view! { <Members desk /> }.into_any(),
        Side::Search => view! { <Search desk /> }.into_any(),
        Side::Kept => view! { <KeptList desk /> }.into_any(),
        Side::Notes => view! { <Notes desk /> }.into_any(),
    };
    view! {
        <aside
            class="chat-beside"
            aria-labelledby=TITLE
            hidden=move || desk.side.get() == Side::Nothing
            on:keydown=key
        >
            <header class="chat-head">
                <h2 id=TITLE>{title}</h2>
                <IconButton icon="x" label=t.close on_press=move |()| close() />
            </header>
            {content}
        </aside>
    }
}

/// A thread, loaded when it is opened.
#[component]
fn Thread(desk: Desk, id: MessageId) -> impl IntoView {
    let t = desk.t();
    let loaded = RwSignal::new(None::<Result<Snapshot<OpenRoom>, AppError>>);
    let load = move || {
        loaded.set(None);
        spawn_local(async move {
            let found = open_chat_room(desk.id, Look::Thread(id)).await;
            let _ = loaded.try_set(Some(found));
        });
    };
    Effect::new(move |_| load());
    move || match loaded.get() {
        None => view! { <Skeleton lines=4 label=t.loading /> }.into_any(),
        Some(Ok(snapshot)) => view! { <ThreadLog desk id snapshot /> }.into_any(),
        Some(Err(error)) => {
            view! { <ErrorCard error lang=desk.lang on_retry=Callback::new(move |()| load()) /> }.into_any()
        }
    }
}

#[component]
fn ThreadLog(desk: Desk, id: MessageId, snapshot: Snapshot<OpenRoom>) -> impl IntoView {
    let t = desk.t();
    let room_id = desk.id;
    let look = RwSignal::new(Look::Thread(id));
    let room = use_live(snapshot, move || open_chat_room(room_id, look.get_untracked()));
    let room_desk = desk;
    let desk = Desk { look, ..desk.in_thread(id, room) };
    Effect::new(move |_| {
        let Some(seq) = desk.show.get() else { return };
        desk.show.set(None);
        // A quote that is pressed here may be of the room.
        if !super::dom::show(desk.places.log, seq, true) {
            room_desk.show.set(Some(seq));
        }
    });
    Effect::new(move |_| {
        desk.called.track();
        desk.come_by(|seq| room.with(|room| find_in(room, seq).is_some()));
    });
    Effect::new(move |_| desk.back_to_writing());
    let lines = lines_now(desk);
    let first = Memo::new(move |_| room.with(|room| room.has_older().then_some(room.window.from)));
    let last = Memo::new(move |_| room.with(|room| room.window.to));
    // The reply at which another part of a long thread is asked for stays where it is. The first in sight may
    // be the message that the thread is about, which stands above all parts.
    let anchor = StoredValue::new(None::<(MessageSeq, i32)>);
    let show_reply = move || {
        let Some(seq) = desk.reply.get() else { return };
        let (is_here, window) = room.with(|room| (find_in(room, seq).is_some(), room.window));
        if is_here {
            desk.reply.set(None);
            request_animation_frame(move || {
                super::dom::show(desk.places.log, seq, true);
            });
        } else if !desk.moving.get_untracked() && (seq < window.from || window.to.is_some_and(|to| seq > to)) {
            anchor.set_value(None);
            desk.go(Look::ThreadAround(id, seq));
        }
    };
    Effect::new(move |_| show_reply());
    let go_around = move |seq| {
        // The button may go: whoever pressed it goes on from where it stood.
        super::dom::focus_message(desk.places.log, seq);
        anchor.set_value(super::dom::place(desk.places.log, seq));
        desk.go(Look::ThreadAround(id, seq));
    };
    Effect::new(move |before: Option<()>| {
        // A reply that comes meanwhile is not the part that was asked for.
        first.track();
        last.track();
        if before.is_none() {
            return;
        }
        let place = anchor.try_update_value(Option::take).flatten();
        request_animation_frame(move || {
            if desk.moving.try_set(false).is_some() {
                return;
            }
            if let Some(place) = place {
                super::dom::keep(desk.places.log, place);
            }
            // One that was asked for while this part was on its way.
            untrack(show_reply);
        });
    });
    let more = move |seq| {
        view! {
            <p class="chat-begin">
                <button type="button" class="btn sm" on:click=move |_| go_around(seq)>
                    {t.load_more}
                </button>
            </p>
        }
        .into_any()
    };
    let older = move || first.get().map(more);
    let newer = move || last.get().map(more);
    let replies = move || fill(t.chat_replies, &[&lines.with(|lines| lines.len().saturating_sub(1))]);
    view! {
        <div
            class="chat-thread"
            on:dragover=|event| files::allow_files(&event)
            on:drop=move |event| desk.drop_files(&event)
        >
            <div class="chat-log" id=desk.places.log>
                <Messages desk lines label=t.chat_thread>
                    <p class="sr-only">{replies}</p>
                    {older}
                </Messages>
            </div>
            {newer}
            <Foot desk />
        </div>
        <MessageMenus desk />
    }
}
