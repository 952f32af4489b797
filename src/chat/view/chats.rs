//! What every page knows of chat: the list of rooms with its unread counts, what is on its way, and
//! what has been begun and not sent.

use super::outbox::Outbox;
use crate::app::frame::is_current;
use crate::app::use_page;
use crate::chat::api::chat_rooms;
use crate::chat::live::{ChatRooms, ListedRoom};
use crate::ids::{ChatRoomId, UserId};
use crate::json;
use crate::realtime::live::{Live, use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::text::fill;
use crate::ui::{Icon, Loading, browser, load, loaded_quietly};
use leptos::ev;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Beyond this a badge says 99+.
const MOST_ON_BADGE: i64 = 99;

/// See the module. One for the document; every field is a handle.
#[derive(Clone, Copy)]
pub struct Chats {
    /// The list as the document began.
    pub first: Loading<Snapshot<ChatRooms>>,
    /// The list as it is, once the frame holds it.
    pub live: RwSignal<Option<Live<ChatRooms>>>,
    pub outbox: Outbox,
    /// What has been begun, by room or thread.
    drafts: RwSignal<BTreeMap<String, String>>,
    user: Option<UserId>,
}

/// Makes chat known below here; without anybody signed in there is none.
pub fn provide_chats() {
    let Some(user) = use_page().user else { return };
    let chats = Chats {
        first: load(chat_rooms),
        live: RwSignal::new(None),
        outbox: Outbox::begin(),
        drafts: RwSignal::new(BTreeMap::new()),
        user: Some(user.id),
    };
    provide_context(chats);
    Effect::new(move |_| {
        chats.recall_drafts();
        // What other tabs begin and send.
        window_event_listener(ev::storage, move |_| chats.recall_drafts());
    });
}

/// Chat as this page knows it.
///
/// # Panics
/// Outside of the frame, which provides it.
#[must_use]
pub fn use_chats() -> Chats {
    expect_context()
}

impl Chats {
    /// The list, live: the frame's own, or this page's until the frame has it.
    pub fn list(self, snapshot: Snapshot<ChatRooms>) -> Live<ChatRooms> {
        self.live.get_untracked().unwrap_or_else(|| use_live(snapshot, chat_rooms))
    }

    /// A room as it stands in the list.
    pub fn find(self, id: ChatRoomId) -> Option<ListedRoom> {
        self.live.get()?.with(|list| list.rooms.get(&id).cloned())
    }

    /// The same once, for an event.
    pub fn find_now(self, id: ChatRoomId) -> Option<ListedRoom> {
        self.live.get_untracked()?.with_untracked(|list| list.rooms.get(&id).cloned())
    }

    /// A room by what its address calls it: its slug, or its number.
    pub fn find_by_slug(list: &ChatRooms, slug: &str) -> Option<ListedRoom> {
        let by_slug = list.rooms.values().find(|listed| listed.room.slug == slug);
        by_slug.or_else(|| list.rooms.get(&slug.parse().ok()?)).cloned()
    }

    fn storage_key(self) -> Option<String> {
        Some(format!("madang-drafts-{}", self.user?))
    }

    fn recall_drafts(self) {
        let kept = self.storage_key().and_then(|key| browser::stored(&key));
        if let Some(drafts) = kept.and_then(|text| json::read(&text).ok()) {
            self.drafts.set(drafts);
        }
    }

    /// What has been begun under this name.
    pub fn draft(self, name: &str) -> String {
        // Another tab may have sent it meanwhile.
        self.recall_drafts();
        self.drafts.with_untracked(|drafts| drafts.get(name).cloned().unwrap_or_default())
    }

    /// Whether something has been begun in a room.
    pub fn has_draft(self, room: ChatRoomId) -> bool {
        self.drafts.with(|drafts| drafts.contains_key(&room.to_string()))
    }

    /// Remembers what has been begun; nothing forgets it. What other tabs have begun meanwhile stays.
    pub fn note_draft(self, name: &str, text: &str) {
        self.recall_drafts();
        self.drafts.update(|drafts| {
            if text.trim().is_empty() {
                drafts.remove(name);
            } else {
                drafts.insert(name.to_owned(), text.to_owned());
            }
        });
        let text = self.drafts.with_untracked(serde_json::to_string);
        if let (Some(key), Ok(text)) = (self.storage_key(), text) {
            browser::store(&key, &text);
        }
    }
}

/// A count as badges write it.
#[must_use]
pub fn badge_text(count: i64) -> String {
    if count > MOST_ON_BADGE { "99+".to_owned() } else { count.to_string() }
}

/// The way to chat with the number of unread messages, in the sidebar and among a phone's tabs.
#[component]
pub fn ChatLink(
    /// Classes of the link, as its menu has them.
    class: &'static str,
) -> impl IntoView {
    let t = use_page().lang.texts();
    let count = use_context::<Chats>()
        .map(|chats| loaded_quietly(chats.first, move |snapshot| view! { <Count chats snapshot /> }.into_any()));
    view! {
        <a class=class href="/chat" aria-current=is_current("/chat")>
            <Icon name="message-circle" />
            <span class="nav-label">{t.chat}</span>
            {count}
        </a>
    }
}

#[component]
fn Count(chats: Chats, snapshot: Snapshot<ChatRooms>) -> impl IntoView {
    let t = use_page().lang.texts();
    let now = use_now(snapshot.server_time);
    let live = chats.list(snapshot);
    Effect::new(move |_| {
        // The frame stays while pages come and go: what lives here is everybody's.
        if chats.live.with_untracked(Option::is_none) {
            chats.live.set(Some(live));
        }
    });
    let unread = Memo::new(move |_| live.with(|list| list.unread(now.get())));
    let badge = move || {
        let unread = unread.get();
        (unread > 0).then(|| {
            view! {
                <span class="count accent nav-count" aria-hidden="true">{badge_text(unread)}</span>
                <span class="sr-only">{fill(t.chat_unread, &[&unread])}</span>
            }
            .into_any()
        })
    };
    view! { {badge} }
}
