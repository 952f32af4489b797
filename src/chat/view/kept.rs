//! What the person keeps for themselves: every message's tools know it, and a list beside the room
//! shows it. It is fetched once the page is alive.

use super::carried::Pane;
use super::desk::Desk;
use super::search::{Found, way_to};
use crate::chat::api::{keep_chat_message, kept_chat_messages};
use crate::chat::live::KeptMessages;
use crate::chat::model::KeptMessage;
use crate::error::AppError;
use crate::ids::MessageId;
use crate::realtime::live::{Live, use_live};
use crate::ui::{ErrorCard, For, Icon, IconButton, Skeleton, browser};
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use leptos::wasm_split::wasm_split;

const LIST: &str = "kept";

/// See the module; one for the page. Every field is a handle.
#[derive(Clone, Copy)]
pub struct Kept {
    live: RwSignal<Option<Live<KeptMessages>>>,
    failed: RwSignal<Option<AppError>>,
    /// Bumped to fetch it again after it failed.
    tries: RwSignal<u32>,
}

impl Kept {
    /// Makes it known below here.
    pub fn provide() -> Self {
        let kept = Self { live: RwSignal::new(None), failed: RwSignal::new(None), tries: RwSignal::new(0) };
        provide_context(kept);
        kept
    }

    /// Whether a message is kept, as far as is known yet; tracked.
    pub fn has(self, id: MessageId) -> bool {
        self.live.get().is_some_and(|live| live.with(|kept| kept.has(id)))
    }

    /// Keeps a message, or keeps it no more.
    pub fn toggle(self, desk: Desk, id: MessageId) {
        desk.run(keep_chat_message(id, !untrack(|| self.has(id))));
    }
}

/// Fetches what is kept and holds it for the page.
#[wasm_split(beside_chat, wasm_split_path = leptos::wasm_split)]
pub fn keeper(kept: Kept) -> AnyView {
    Effect::new(move |_| {
        kept.tries.track();
        spawn_local(ScopedFuture::new(async move {
            match kept_chat_messages().await {
                Ok(snapshot) => {
                    let live = use_live(snapshot, kept_chat_messages);
                    let _ = kept.live.try_set(Some(live));
                }
                Err(error) => {
                    let _ = kept.failed.try_set(Some(error));
                }
            }
        }));
    });
    ().into_any()
}

/// The list, the one that was kept last first.
#[component]
pub fn KeptList(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let kept = desk.kept;
    // It has come along.
    desk.carried.set(None);
    let retry = Callback::new(move |()| {
        kept.failed.set(None);
        kept.tries.update(|n| *n += 1);
    });
    let content = move || match (kept.live.get(), kept.failed.get()) {
        (Some(live), _) => list(desk, live),
        (None, Some(error)) => view! { <ErrorCard error lang=desk.lang on_retry=retry /> }.into_any(),
        (None, None) => view! { <Skeleton lines=3 label=t.loading /> }.into_any(),
    };
    view! { <div class="chat-beside-body">{content}</div> }
}

fn list(desk: Desk, live: Live<KeptMessages>) -> AnyView {
    let t = desk.t();
    let messages = Memo::new(move |_| live.with(|kept| kept.messages.clone()));
    let empty = move || {
        messages.with(Vec::is_empty).then(|| {
            view! {
                <p class="muted">{t.chat_kept_none} " " <Icon name="bookmark" class="s" /></p>
            }
            .into_any()
        })
    };
    let row = move |message: KeptMessage| {
        let id = message.id;
        let KeptMessage { chat_room_id: room, seq, user_id, name, created_at, excerpt, .. } = message;
        let found = Found { room, seq, user_id, name, created_at };
        let carry = Callback::new(|()| Some(Pane::Kept));
        let forget = move |()| {
            // Its button goes.
            browser::focus(LIST);
            desk.run(keep_chat_message(id, false));
        };
        view! {
            <li class="chat-kept">
                {way_to(desk, found, excerpt.into_any(), carry)}
                <IconButton icon="x" class="sm" label=t.chat_keep_no_more on_press=forget />
            </li>
        }
    };
    view! {
        {empty}
        <ul class="chat-hits" id=LIST tabindex="-1">
            // One that says something else by now is drawn anew.
            <For each=move || messages.get() key=|kept: &KeptMessage| format!("{} {}", kept.id, kept.excerpt) children=row />
        </ul>
    }
    .into_any()
}
