//! The page: the list of rooms, and beside it the room that the address names.

use super::chats::{Chats, use_chats};
use super::list::RoomList;
use super::room::RoomView;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::chat::api::{add_chat_member, chat_channels, chat_rooms, open_chat_room};
use crate::chat::live::{ListedRoom, OpenRoom};
use crate::chat::model::{Channel, Look, MessageSeq};
use crate::error::AppError;
use crate::realtime::protocol::Snapshot;
use crate::ui::{BusyButton, Empty, browser, loaded, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

/// What the address names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Opened {
    /// Nothing: the list alone.
    Nothing,
    Room {
        snapshot: Box<Snapshot<OpenRoom>>,
        new_from: Option<MessageSeq>,
    },
    /// A channel that the person is not in.
    Channel(Box<Channel>),
    Unknown,
}

#[component]
pub fn ChatPage() -> impl IntoView {
    let page = use_page();
    let (lang, t) = (page.lang, page.lang.texts());
    let chats = use_chats();
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug")).filter(|slug| !slug.is_empty()));
    let opened = Resource::new(move || slug.get(), move |slug| open(chats, slug));
    let class = move || if slug.with(Option::is_some) { "chat has-room" } else { "chat" };
    let list =
        loaded(chats.first, lang, 6, move |snapshot| view! { <RoomList chats snapshot current=slug /> }.into_any());
    let reopen = Callback::new(move |()| opened.refetch());
    let pane = loaded(opened, lang, 6, move |opened| match opened {
        Opened::Nothing => {
            view! { <Empty icon="message-circle" title=t.chat_choose_title text=t.chat_choose_text /> }.into_any()
        }
        Opened::Room { snapshot, new_from } => view! { <RoomView chats snapshot=*snapshot new_from /> }.into_any(),
        Opened::Channel(channel) => view! { <Join channel=*channel reopen /> }.into_any(),
        Opened::Unknown => {
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
        </PageFrame>
    }
}

async fn open(chats: Chats, slug: Option<String>) -> Result<Opened, AppError> {
    let Some(slug) = slug else { return Ok(Opened::Nothing) };
    let listed = match chats.live.get_untracked() {
        Some(live) => live.with_untracked(|list| Chats::find_by_slug(list, &slug)),
        None => Chats::find_by_slug(&chats.first.await?.state, &slug),
    };
    if let Some(listed) = listed {
        return open_listed(&listed).await;
    }
    // Its event may still be on the way: a room that was just made or joined.
    if let Some(listed) = Chats::find_by_slug(&chat_rooms().await?.state, &slug) {
        return open_listed(&listed).await;
    }
    let channel = chat_channels().await?.into_iter().find(|channel| channel.room.slug == slug);
    Ok(channel.map_or(Opened::Unknown, |channel| Opened::Channel(Box::new(channel))))
}

async fn open_listed(listed: &ListedRoom) -> Result<Opened, AppError> {
    let snapshot = Box::new(open_chat_room(listed.room.id, Look::Latest).await?);
    Ok(Opened::Room { snapshot, new_from: listed.first_unread() })
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
                Ok(_) | Err(AppError::AlreadyMember) => reopen.run(()),
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
