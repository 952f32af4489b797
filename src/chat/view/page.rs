//! The page: the list of rooms, and beside it the room that the address names.

use super::carried::Carried;
use super::chats::{Chats, use_chats};
use super::kept::{Kept, keeper};
use super::list::RoomList;
use super::room::RoomView;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::chat::api::{add_chat_member, chat_rooms, find_chat_channel, open_chat_room};
use crate::chat::live::OpenRoom;
use crate::chat::model::{Channel, Look, MessageSeq};
use crate::error::AppError;
use crate::realtime::protocol::Snapshot;
use crate::ui::{BusyButton, Empty, browser, later, load_by, loaded, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

/// What the address names: a room, a channel that the person is not in, or nothing that there is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Opened {
    /// Nothing is named: the list stands alone.
    nothing: bool,
    room: Option<Box<Snapshot<OpenRoom>>>,
    new_from: Option<MessageSeq>,
    /// What calls this person and is unread, in order.
    called: Vec<MessageSeq>,
    /// The message that the address leads to.
    at: Option<MessageSeq>,
    channel: Option<Box<Channel>>,
}

#[component]
pub fn ChatPage() -> impl IntoView {
    let page = use_page();
    let (lang, t) = (page.lang, page.lang.texts());
    let chats = use_chats();
    Carried::provide();
    let kept = Kept::provide();
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug")).filter(|slug| !slug.is_empty()));
    let query = use_query_map();
    let at = Memo::new(move |_| query.with(|query| query.get("at").and_then(|at| at.parse::<MessageSeq>().ok())));
    let key = move || format!("{}?{:?}", slug.get().unwrap_or_default(), at.get());
    let opened = load_by(key, move || open(chats, slug.get_untracked(), at.get_untracked()));
    let class = move || if slug.with(Option::is_some) { "chat has-room" } else { "chat" };
    let list =
        loaded(chats.first, lang, 6, move |snapshot| view! { <RoomList chats snapshot current=slug /> }.into_any());
    let reopen = Callback::new(move |()| opened.refetch());
    let pane = loaded(opened, lang, 6, move |Opened { nothing, room, new_from, called, at, channel }| {
        if let Some(snapshot) = room {
            view! { <RoomView chats snapshot=*snapshot new_from at called /> }.into_any()
        } else if let Some(channel) = channel {
            view! { <Join channel=*channel reopen /> }.into_any()
        } else if nothing {
            view! { <Empty icon="message-circle" title=t.chat_choose_title text=t.chat_choose_text /> }.into_any()
        } else {
            browser::set_status(404);
            view! { <Empty icon="search" title=t.chat_unknown_title text=t.chat_unknown_text /> }.into_any()
        }
    });
    view! {
        <PageFrame title=t.chat class="fill chat-page">
            <div class=class>
                <div class="chat-side">{list}</div>
                <div class="chat-pane">{pane}</div>
            </div>
            {later(move || keeper(kept))}
        </PageFrame>
    }
}

async fn open(chats: Chats, slug: Option<String>, at: Option<MessageSeq>) -> Result<Opened, AppError> {
    let Some(slug) = slug else { return Ok(Opened { nothing: true, ..Opened::default() }) };
    let listed = match chats.live.get_untracked() {
        Some(live) => match live.with_untracked(|list| Chats::find_by_slug(list, &slug)) {
            // Its event may still be on the way: a room that was just made or joined.
            None => Chats::find_by_slug(&chat_rooms().await?.state, &slug),
            listed => listed,
        },
        // The frame's list is on its way: it is not read twice.
        None => Chats::find_by_slug(&chats.first.wait().await?.state, &slug),
    };
    if let Some(listed) = listed {
        let room = Some(Box::new(open_chat_room(listed.room.id, look_at(at)).await?));
        let new_from = listed.first_unread();
        return Ok(Opened { room, new_from, called: listed.mentions, at, ..Opened::default() });
    }
    Ok(Opened { channel: find_chat_channel(slug).await?.map(Box::new), ..Opened::default() })
}

/// The part of a history that an address leads to.
#[must_use]
pub fn look_at(at: Option<MessageSeq>) -> Look {
    at.map_or(Look::Latest, Look::Around)
}

/// A channel to come into.
#[component]
fn Join(channel: Channel, reopen: Callback<()>) -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let room = channel.room;
    let (id, title) = (room.id, ["# ", &room.name].concat());
    let text = if room.topic.is_empty() { t.chat_join_text.to_owned() } else { room.topic.clone() };
    let me = page.user.map(|user| user.id);
    let join = Callback::new(move |()| {
        let Some(me) = me else { return };
        busy.set(true);
        spawn_local(async move {
            match add_chat_member(id, me).await {
                Ok(_) | Err(AppError::AlreadyMember) => drop(reopen.try_run(())),
                Err(error) => toasts.refused(&error),
            }
            let _ = busy.try_set(false);
        });
    });
    let action = move || {
        view! {
            <BusyButton class="primary" busy busy_text=t.chat_joining.to_owned() on_press=join>
                {t.chat_join}
            </BusyButton>
        }
    };
    view! { <Empty icon="hash" title text action /> }
}
