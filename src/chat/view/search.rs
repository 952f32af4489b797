//! Searching messages, in this room or in all of them, with a jump to what was found.

use super::desk::{Desk, Side};
use super::lines::mark_words;
use crate::chat::api::search_chat;
use crate::chat::model::{HITS, Message, excerpt};
use crate::error::AppError;
use crate::ids::MessageId;
use crate::ui::{Avatar, Icon, Skeleton, browser};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

const FIELD: &str = "chat-search";
/// Fewer characters find too much.
const FEWEST: usize = 2;

#[component]
pub fn Search(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let query = RwSignal::new(String::new());
    let everywhere = RwSignal::new(false);
    let found = RwSignal::new(None::<Result<Vec<Message>, AppError>>);
    let busy = RwSignal::new(false);
    // Answers of an older question are no news.
    let asked = StoredValue::new(0u32);
    Effect::new(move |_| browser::focus(FIELD));
    let ask = move |before: Option<MessageId>| {
        let words = query.get_untracked().trim().to_owned();
        if words.chars().count() < FEWEST {
            found.set(None);
            return;
        }
        let number = asked.get_value().wrapping_add(1);
        asked.set_value(number);
        busy.set(true);
        let room = (!everywhere.get_untracked()).then_some(desk.id);
        spawn_local(async move {
            let answer = search_chat(words, room, before).await;
            if asked.try_get_value() != Some(number) {
                return;
            }
            let _ = busy.try_set(false);
            let _ = found.try_update(|found| match (found, answer) {
                (Some(Ok(known)), Ok(more)) if before.is_some() => known.extend(more),
                (found, answer) => *found = Some(answer),
            });
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask(None);
    };
    let choose = move |all: bool| {
        move |_| {
            everywhere.set(all);
            ask(None);
        }
    };
    let more = move |_| {
        let last = found.with_untracked(|found| found.as_ref()?.as_ref().ok()?.last().map(|message| message.id));
        ask(last);
    };
    let hits = move || match found.get() {
        None if busy.get() => view! { <Skeleton lines=3 label=t.loading /> }.into_any(),
        None => view! { <p class="muted">{t.chat_search_hint}</p> }.into_any(),
        Some(Err(error)) => {
            view! { <p class="field-error" role="alert">{desk.lang.error(&error).into_owned()}</p> }.into_any()
        }
        Some(Ok(messages)) if messages.is_empty() => view! { <p class="muted">{t.chat_search_nothing}</p> }.into_any(),
        Some(Ok(messages)) => {
            let words = query.get_untracked();
            let is_full = messages.len().is_multiple_of(HITS);
            let hits = messages.into_iter().map(|message| hit(desk, message, &words)).collect_view();
            let more = is_full.then(|| {
                view! { <button type="button" class="btn sm" on:click=more>{t.load_more}</button> }.into_any()
            });
            view! { <ul class="chat-hits">{hits}</ul> {more} }.into_any()
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

/// A message that was found; it leads to its place in the room's history.
fn hit(desk: Desk, message: Message, words: &str) -> AnyView {
    let seq = message.seq;
    let listed = desk.chats.find_now(message.chat_room_id);
    let date = desk.zone.with_value(|zone| desk.lang.month_day(zone.date(message.created_at)));
    let when = [date, desk.time(message.created_at)].join(" ");
    let is_here = message.chat_room_id == desk.id;
    let place = (!is_here).then(|| listed.as_ref().map(|l| l.title().to_owned())).flatten();
    let parts = mark_words(&excerpt(&message.message), words);
    let text = parts.into_iter().map(
        |(part, is_word)| {
            if is_word { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() }
        },
    );
    let content = view! {
        <Avatar id=message.user_id.0 name=message.user.name.clone() />
        <span class="chat-hit">
            <span class="msg-head">
                <b>{message.user.name.clone()}</b>
                <span class="muted">{when}</span>
            </span>
            {place.map(|place| view! { <span class="muted">{place}</span> }.into_any())}
            <span>{text.collect_view()}</span>
        </span>
    }
    .into_any();
    let control = if is_here {
        let show = move |_| {
            // On a phone the search covers the room.
            if browser::is_phone() {
                desk.side.set(Side::Nothing);
            }
            desk.show.set(Some(seq));
        };
        view! { <button type="button" on:click=show>{content}</button> }.into_any()
    } else {
        // Rooms go by their number too.
        let href = format!("/chat/{}?at={seq}", message.chat_room_id);
        view! { <a href=href>{content}</a> }.into_any()
    };
    view! { <li>{control}</li> }.into_any()
}
