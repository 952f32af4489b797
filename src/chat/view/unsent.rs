//! What could not be sent into a room that is not in the list any more, such as one that its writer was removed from:
//! nowhere else can it be read again. It stays until its writer has taken the words elsewhere or gives them up.

use super::chats::Chats;
use super::dom;
use super::list::LIST;
use super::outbox::{Outgoing, SendState};
use crate::app::use_page;
use crate::chat::live::ChatRooms;
use crate::realtime::live::Live;
use crate::ui::{Icon, IconButton, browser, use_toasts};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// Stands above the list while there is something. Its code comes when the page is alive: nothing is there before.
#[wasm_split(beside_chat, wasm_split_path = leptos::wasm_split)]
pub fn unsent(chats: Chats, live: Live<ChatRooms>) -> AnyView {
    let page = use_page();
    let t = page.lang.texts();
    let toasts = use_toasts();
    let entries = Memo::new(move |_| {
        let is_lost = |entry: &&Outgoing| {
            let is_listed =
                |list: &ChatRooms| list.rooms.get(&entry.room).is_some_and(|l| l.room.archived_at.is_none());
            matches!(entry.state, SendState::Failed(_)) && !live.with(is_listed)
        };
        chats.outbox.entries.with(|entries| entries.iter().filter(is_lost).cloned().collect::<Vec<Outgoing>>())
    });
    let row = move |entry: Outgoing| {
        let SendState::Failed(error) = &entry.state else { return ().into_any() };
        let why = page.lang.error(error).into_owned();
        let number = entry.number().to_owned();
        let id = ["unsent-", &number].concat();
        let text = entry.new.message;
        let has_text = !text.is_empty();
        let words = has_text.then(|| {
            let id = id.clone();
            view! {
                <textarea
                    class="input"
                    id=id
                    rows="2"
                    readonly=true
                    aria-label=t.chat_not_sent
                    prop:value=text
                ></textarea>
            }
            .into_any()
        });
        let copies = has_text.then(|| {
            let copy = move |()| {
                if dom::copy(&id) {
                    toasts.success(t.chat_copied, None);
                }
            };
            view! { <IconButton icon="copy" class="sm" label=t.chat_copy on_press=copy /> }.into_any()
        });
        let give_up = move |()| {
            // Its button goes.
            browser::focus(LIST);
            chats.outbox.discard(&number);
        };
        view! {
            <li>
                {words}
                {entry.file.map(|file| file.name)}
                <p class="msg-failed" role="alert">
                    <Icon name="circle-alert" class="s" />
                    <span>{why}</span>
                    {copies}
                    <IconButton icon="trash-2" class="sm" label=t.delete on_press=give_up />
                </p>
            </li>
        }
        .into_any()
    };
    let group = move || {
        let entries = entries.get();
        (!entries.is_empty()).then(|| {
            view! {
                <section class="chat-group chat-unsent">
                    <h2>{t.chat_not_sent}</h2>
                    <ul>{entries.into_iter().map(row).collect_view()}</ul>
                </section>
            }
            .into_any()
        })
    };
    view! { {group} }.into_any()
}
