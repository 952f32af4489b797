//! Searching messages, in this room or in all of them, with a jump to what was found.

mod words;

use super::carried::Pane;
use super::desk::{Desk, Side};
use crate::chat::api::search_chat;
use crate::chat::model::{Hits, Message, MessageSeq, as_read};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::time::Timestamp;
use crate::ui::{Avatar, Icon, Skeleton, browser};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use words::{excerpt_at, mark_words};

const FIELD: &str = "chat-search";
/// Fewer characters find too much.
const FEWEST: usize = 2;

#[component]
pub fn Search(desk: Desk) -> impl IntoView {
    let t = desk.t();
    // A jump from here may have led into this room: what was found then is still there.
    let carried = match desk.carried.take() {
        Some(Pane::Search { query, found }) => Some((query, found)),
        _ => None,
    };
    let has_come = carried.is_some();
    let (words, hits) = carried.unzip();
    let query = RwSignal::new(words.unwrap_or_default());
    let everywhere = RwSignal::new(has_come);
    let found = RwSignal::new(hits.map(Ok::<Hits, AppError>));
    let busy = RwSignal::new(false);
    // What was found, was found by these words; answers of an older question are no news.
    let asked = StoredValue::new((0u32, query.get_untracked()));
    Effect::new(move |_| {
        // After a jump the focus is on the message.
        if !has_come {
            browser::focus(FIELD);
        }
    });
    let carry = Callback::new(move |()| {
        let found = found.with_untracked(|found| found.as_ref()?.as_ref().ok().cloned());
        Some(Pane::Search { query: asked.with_value(|(_, words)| words.clone()), found: found? })
    });
    let ask = move |words: String, before: Option<MessageId>| {
        let number = asked.with_value(|(number, _)| number.wrapping_add(1));
        asked.set_value((number, words.clone()));
        busy.set(words.chars().count() >= FEWEST);
        if !busy.get_untracked() {
            found.set(None);
            return;
        }
        let room = (!everywhere.get_untracked()).then_some(desk.id);
        spawn_local(async move {
            let answer = search_chat(words, room, before).await;
            if asked.try_with_value(|(number, _)| *number) != Some(number) {
                return;
            }
            let _ = busy.try_set(false);
            let _ = found.try_update(|found| match (found, answer) {
                (Some(Ok(known)), Ok(more)) if before.is_some() => {
                    known.messages.extend(more.messages);
                    known.before = more.before;
                }
                // What was found stays.
                (Some(Ok(_)), Err(error)) if before.is_some() => desk.toasts.refused(&error),
                (found, answer) => *found = Some(answer),
            });
        });
    };
    let ask_anew = move || ask(query.get_untracked().trim().to_owned(), None);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask_anew();
    };
    let choose = move |all: bool| {
        move |_| {
            everywhere.set(all);
            ask_anew();
        }
    };
    let hits = move || match found.get() {
        None if busy.get() => view! { <Skeleton lines=3 label=t.loading /> }.into_any(),
        None => view! { <p class="muted">{t.chat_search_hint}</p> }.into_any(),
        Some(Err(error)) => {
            view! { <p class="field-error" role="alert">{desk.lang.error(&error).into_owned()}</p> }.into_any()
        }
        Some(Ok(Hits { messages, before })) => {
            let words = asked.with_value(|(_, words)| words.clone());
            let list = if messages.is_empty() {
                let words = if before.is_some() { t.chat_search_nothing_yet } else { t.chat_search_nothing };
                view! { <p class="muted">{words}</p> }.into_any()
            } else {
                let hits = messages.into_iter().map(|message| hit(desk, message, &words, carry)).collect_view();
                view! { <ul class="chat-hits">{hits}</ul> }.into_any()
            };
            let more = before.map(|before| {
                let go_on = move |_| {
                    if !busy.get_untracked() {
                        ask(asked.with_value(|(_, words)| words.clone()), Some(before));
                    }
                };
                view! { <button type="button" class="btn sm" on:click=go_on>{t.load_more}</button> }.into_any()
            });
            view! { {list} {more} }.into_any()
        }
    };
    view! {
        <form class="chat-search" role="search" on:submit=submit>
            <div class="input-wrap">
                <Icon name="search" class="s" />
                <input
                    class="input"
                    id=FIELD
                    type="search"
                    aria-label=t.chat_search
                    placeholder=t.chat_search
                    maxlength="100"
                    prop:value=move || query.get()
                    on:input=move |event| query.set(event_target_value(&event))
                />
            </div>
            <div class="seg wide" role="group" aria-label=t.chat_search_where>
                <button type="button" class="seg-btn" aria-pressed=move || pressed(!everywhere.get()) on:click=choose(false)>
                    {t.chat_search_here}
                </button>
                <button type="button" class="seg-btn" aria-pressed=move || pressed(everywhere.get()) on:click=choose(true)>
                    {t.chat_search_everywhere}
                </button>
            </div>
        </form>
        <div class="chat-beside-body" aria-live="polite" aria-busy=move || pressed(busy.get())>
            {hits}
        </div>
    }
}

fn pressed(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// A message that was found, with the words that it was found by.
fn hit(desk: Desk, message: Message, words: &str, carry: Callback<(), Option<Pane>>) -> AnyView {
    let parts = mark_words(&excerpt_at(&as_read(&message.html), words), words);
    let text = parts.into_iter().map(
        |(part, is_word)| {
            if is_word { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() }
        },
    );
    let text = text.collect_view().into_any();
    let Message { chat_room_id: room, seq, user_id, created_at, .. } = message;
    let found = Found { room, seq, user_id, name: message.user.name, created_at };
    view! { <li>{way_to(desk, found, text, carry)}</li> }.into_any()
}

/// A message as a list beside the room names it.
pub struct Found {
    pub room: ChatRoomId,
    pub seq: MessageSeq,
    pub user_id: UserId,
    /// Who wrote it.
    pub name: String,
    pub created_at: Timestamp,
}

/// A message that is listed; it leads to its place in the history of its room. `carry` gives the pane
/// that goes along into another room.
pub fn way_to(desk: Desk, found: Found, text: AnyView, carry: Callback<(), Option<Pane>>) -> AnyView {
    let Found { room, seq, user_id, name, created_at } = found;
    let date = desk.zone.with_value(|zone| desk.lang.month_day(zone.date(created_at)));
    let when = [date, desk.time(created_at)].join(" ");
    let is_here = room == desk.id;
    let place = (!is_here).then(|| desk.chats.find_now(room).map(|listed| listed.title().to_owned())).flatten();
    let content = view! {
        <Avatar id=user_id.0 name=name.clone() />
        <span class="chat-hit">
            <span class="msg-head">
                <b>{name}</b>
                <span class="muted">{when}</span>
            </span>
            {place.map(|place| view! { <span class="muted">{place}</span> }.into_any())}
            <span>{text}</span>
        </span>
    }
    .into_any();
    if is_here {
        let show = move |_| {
            // On a phone the list covers the room.
            if browser::is_phone() {
                desk.side.set(Side::Nothing);
            }
            desk.show.set(Some(seq));
        };
        view! { <button type="button" on:click=show>{content}</button> }.into_any()
    } else {
        let leave = move |event: ev::MouseEvent| {
            let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
            if is_plain && !browser::is_phone() {
                desk.carried.set(carry.run(()));
            }
        };
        // Rooms go by their number too.
        let href = format!("/chat/{room}?at={seq}");
        view! { <a href=href on:click=leave>{content}</a> }.into_any()
    }
}
