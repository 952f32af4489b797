//! What this person has written and the room does not have yet, below the log.

use super::desk::Desk;
use super::message::size_words;
use super::outbox::{Outgoing, PendingFile, SendState};
use crate::chat::model::Quote;
use crate::error::AppError;
use crate::realtime::live::LinkState;
use crate::text::fill;
use crate::ui::Icon;
use leptos::prelude::*;

#[component]
pub fn Pending(desk: Desk) -> impl IntoView {
    let outbox = desk.chats.outbox;
    let numbers = Memo::new(move |_| {
        outbox.entries.with(|entries| {
            let here = |e: &&Outgoing| e.room == desk.id && e.new.thread_root == desk.thread;
            let mine: Vec<&Outgoing> = entries.iter().filter(here).collect();
            if mine.is_empty() {
                return Vec::new();
            }
            // What has come by its own event is a message like any other.
            desk.room.with(|room| {
                let waits = |e: &&Outgoing| !e.is_in(room);
                mine.into_iter().filter(waits).map(|e| e.number().to_owned()).collect::<Vec<String>>()
            })
        })
    });
    Effect::new(move |_| {
        outbox.entries.track();
        desk.room.with(|room| {
            outbox.arrived(desk.id, |entry| entry.is_in(room));
        });
    });
    view! {
        <For
            each=move || numbers.get()
            key=String::clone
            children=move |number| view! { <PendingMessage desk number /> }
        />
    }
}

#[component]
fn PendingMessage(desk: Desk, number: String) -> impl IntoView {
    let t = desk.t();
    let number = StoredValue::new(number);
    let entry = Memo::new(move |last: Option<&Option<Outgoing>>| {
        let found =
            desk.chats.outbox.entries.with(|entries| {
                number.with_value(|number| entries.iter().find(|entry| entry.number() == number).cloned())
            });
        found.or_else(|| last.cloned().flatten())
    });
    let Some(first) = entry.get_untracked() else { return ().into_any() };
    let quote = first.quote.map(|Quote { name, excerpt, .. }| {
        view! { <p class="msg-quote"><b>{name}</b> " " <span>{excerpt}</span></p> }.into_any()
    });
    let file = first.file.map(|file| file_of(desk, file));
    let time = desk.time(first.written_at);
    let state = move || entry.with(|entry| entry.as_ref().map(|entry| entry.state.clone()));
    let class = move || match state() {
        Some(SendState::Failed(_)) => "msg pending is-failed",
        Some(SendState::Sent(_)) => "msg pending is-sent",
        _ => "msg pending",
    };
    let sign = move || match state()? {
        SendState::Waiting if desk.connection.state.get() != LinkState::Connected => {
            Some(view! { <span class="msg-state"><Icon name="clock" class="s" />{t.chat_waits}</span> }.into_any())
        }
        SendState::Waiting | SendState::Sending => Some(
            view! {
                <span class="msg-state">
                    <Icon name="clock" class="s" />
                    <span class="sr-only">{t.sending}</span>
                </span>
            }
            .into_any(),
        ),
        SendState::Sent(_) => None,
        SendState::Failed(error) => {
            let file = entry.with(|entry| entry.as_ref().filter(|entry| !entry.is_up())?.file.clone());
            Some(failed(desk, number, &error, file.as_ref()))
        }
    };
    view! {
        // It is announced when the room has it.
        <article class=class aria-live="off" data-number=first.new.client_msg_id>
            <div class="msg-face"></div>
            <div class="msg-body">
                <p class="msg-head">
                    <span class="muted">{t.chat_me}</span>
                    <time class="muted">{time}</time>
                </p>
                {quote}
                <div class="msg-text is-plain">{first.new.message}</div>
                {file}
                {sign}
            </div>
        </article>
    }
    .into_any()
}

/// The file that goes with it, and how far that has come.
fn file_of(desk: Desk, file: PendingFile) -> AnyView {
    let percent = Memo::new(move |_| desk.chats.outbox.percent(file.upload));
    let label = file.name.clone();
    let progress = move || {
        percent.get().map(|percent| {
            view! {
                <progress max="100" value=percent.to_string() aria-label=label.clone()></progress>
                <span class="muted">{percent} "%"</span>
            }
            .into_any()
        })
    };
    view! {
        <div class="msg-file">
            <Icon name="file" />
            <span>
                <b>{file.name}</b>
                <small class="muted">{size_words(file.size)}</small>
            </span>
            {progress}
        </div>
    }
    .into_any()
}

/// What failed, be it the file that has to go up first, and the two ways on.
fn failed(desk: Desk, number: StoredValue<String>, error: &AppError, file: Option<&PendingFile>) -> AnyView {
    let t = desk.t();
    let outbox = desk.chats.outbox;
    if let AppError::MentionsUnconfirmed { people } = error {
        let confirm = move || {
            number.with_value(|number| outbox.again(number, |new| new.confirm_mentions = true));
            desk.back_to_writing();
        };
        let take_back = move || {
            if let Some(entry) = number.with_value(|number| outbox.take_back(number)) {
                desk.take_back(entry);
            }
        };
        return view! {
            <p class="msg-failed" role="alert">
                <Icon name="users" class="s" />
                {fill(t.chat_calls_many, &[people])}
                {way(t.chat_call_them, confirm)}
                {way(t.cancel, take_back)}
            </p>
        }
        .into_any();
    }
    let again = move || {
        number.with_value(|number| outbox.again(number, |_| {}));
        desk.back_to_writing();
    };
    let give_up = move || {
        number.with_value(|number| outbox.discard(number));
        desk.back_to_writing();
    };
    let why = file.map_or_else(|| desk.lang.error(error), |file| desk.file_error(error, file.size)).into_owned();
    view! {
        <p class="msg-failed" role="alert">
            <Icon name="circle-alert" class="s" />
            {t.chat_not_sent}
            <span>{why}</span>
            {way(t.chat_send_again, again)}
            {way(t.delete, give_up)}
        </p>
    }
    .into_any()
}

/// A way on from a failure.
fn way(label: &'static str, press: impl Fn() + 'static) -> AnyView {
    view! { <button type="button" class="link-btn" on:click=move |_| press()>{label}</button> }.into_any()
}
