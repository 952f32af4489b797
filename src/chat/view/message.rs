//! A message in a log: who, when, what; who has not read it; and its tools.

mod file;
mod mentions;
mod tools;

pub use file::size_words;

use super::desk::{Desk, Writing, find_in};
use super::dom;
use super::log::{Line, line_of};
use super::person::Disc;
use crate::chat::model::{EVERYBODY, Message, MessageSeq, Quote, Reaction};
use crate::text::fill;
use crate::ui::{AvatarSize, Icon};
use file::file_of;
use leptos::prelude::*;
use mentions::mark_mentions;
use tools::tools;

#[component]
pub fn MessageView(
    desk: Desk,
    /// Its place as it comes.
    line: Line,
    lines: Memo<Vec<Line>>,
    stop: Memo<Option<MessageSeq>>,
) -> impl IntoView {
    let t = desk.t();
    let seq = line.seq;
    // One that leaves the log keeps its last look until it is gone. What changes by itself is apart, so
    // that a count does not draw a message anew.
    let body = Memo::new(move |last: Option<&Option<Message>>| {
        let plain = |message: &Message| Message {
            unread_by: 0,
            is_read: false,
            reactions: Vec::new(),
            is_late: false,
            reply_count: 0,
            last_reply_at: None,
            ..message.clone()
        };
        desk.room.with(|room| find_in(room, seq).map(plain)).or_else(|| last.cloned().flatten())
    });
    // Its neighbours come, go and change while it stays, with whatever has the focus in it.
    let place = Memo::new(move |last: Option<&Line>| {
        let now = lines.with(|lines| line_of(lines, seq));
        now.or(last.copied()).unwrap_or(line)
    });
    let day = move || {
        place.get().day.map(|date| {
            let words = desk.lang.day(date);
            view! { <p class="chat-day"><span>{words}</span></p> }.into_any()
        })
    };
    let count = move || {
        let from = desk.new_from.get().unwrap_or(seq);
        let is_here = |m: &&Message| desk.thread.is_some() || m.thread_root.is_none();
        let mine = |m: &&Message| m.seq >= from && m.user_id != desk.viewer.user_id && !m.is_system() && is_here(m);
        desk.room.with(|room| room.messages.iter().filter(mine).count())
    };
    let new = move || {
        let count = if place.get().is_first_new { count() } else { 0 };
        (count > 0).then(|| {
            let words = fill(t.chat_new_from_here, &[&count]);
            view! { <p class="chat-day is-new"><span>{words}</span></p> }.into_any()
        })
    };
    let class = move || {
        let continues = place.get().continues;
        body.with(|message| {
            let calls = message.as_ref().is_some_and(|message| message.calls(desk.viewer.user_id));
            let system = message.as_ref().is_some_and(Message::is_system);
            let is_edited = desk.writing.with(|writing| matches!(writing, Writing::Edit(edited) if edited.seq == seq));
            let mut class = String::from("msg");
            for (is, name) in
                [(continues, " continues"), (calls, " calls"), (system, " system"), (is_edited, " is-edited")]
            {
                if is {
                    class.push_str(name);
                }
            }
            class
        })
    };
    // It was said when it came: what changes in it later is no news.
    let live = move || {
        let is_changed = |message: &Message| message.edited_at.is_some() || message.is_deleted();
        (place.get() != line || body.with(|message| message.as_ref().is_some_and(is_changed))).then_some("off")
    };
    let content = move || {
        let continues = place.get().continues;
        body.with(|message| message.as_ref().map(|message| content(desk, message, continues)))
    };
    // One that is deleted under the pointer loses its tools.
    let is_answerable = move || body.with(|message| message.as_ref().is_some_and(Message::is_answerable));
    view! {
        {day}
        {new}
        <article
            class=class
            // Stands before the content: it is off before that changes.
            aria-live=live
            data-seq=seq.to_string()
            tabindex=move || if stop.get() == Some(seq) { "0" } else { "-1" }
        >
            {content}
            <Reactions desk seq />
            <ThreadLink desk seq />
            <Unread desk seq />
            {move || (desk.active.get() == Some(seq) && is_answerable()).then(|| tools(desk, seq))}
        </article>
    }
}

fn content(desk: Desk, message: &Message, continues: bool) -> AnyView {
    let t = desk.t();
    let time = desk.time(message.created_at);
    let machine_time = message.created_at.to_string();
    if let Some(change) = &message.change {
        let words = desk.zone.with_value(|zone| change.words(&message.user.name, desk.lang, zone));
        return view! { <p class="msg-system">{words} " " <time datetime=machine_time>{time}</time></p> }.into_any();
    }
    let face = if continues {
        view! { <time class="msg-time" datetime=machine_time.clone()>{time.clone()}</time> }.into_any()
    } else {
        view! { <Disc id=message.user_id name=message.user.name.clone() size=AvatarSize::Large /> }.into_any()
    };
    let is_mine = message.user_id == desk.viewer.user_id;
    let head = if continues {
        view! { <span class="sr-only">{message.user.name.clone()} " " {time}</span> }.into_any()
    } else {
        view! {
            <p class="msg-head">
                <b>{message.user.name.clone()}</b>
                {is_mine.then(|| view! { <span class="muted">{t.chat_me}</span> }.into_any())}
                <time class="muted" datetime=machine_time>{time}</time>
            </p>
        }
        .into_any()
    };
    if message.is_deleted() {
        return view! {
            <div class="msg-face">{face}</div>
            <div class="msg-body">{head}<p class="msg-deleted">{t.chat_deleted}</p></div>
        }
        .into_any();
    }
    let quote = message.reply_to.clone().map(|quote| quote_view(desk, quote));
    let edited = message.edited_at.map(|_| view! { <span class="msg-edited muted">{t.chat_edited}</span> }.into_any());
    let html = html_of(desk, message);
    let file = file_of(desk, message);
    view! {
        <div class="msg-face">{face}</div>
        <div class="msg-body">
            {head}
            {quote}
            <div class="msg-text" inner_html=html></div>
            {edited}
            {file}
        </div>
    }
    .into_any()
}

fn html_of(desk: Desk, message: &Message) -> String {
    desk.room.with_untracked(|room| {
        let called = message.mentions.user_ids.iter().filter_map(|user| room.members.get(user));
        let mut names: Vec<&str> = called.map(|member| member.user.name.as_str()).collect();
        if message.mentions.everyone {
            names.extend(EVERYBODY);
        }
        mark_mentions(&message.html, &names)
    })
}

fn quote_view(desk: Desk, quote: Quote) -> AnyView {
    let t = desk.t();
    let seq = quote.seq;
    let words = if quote.excerpt.is_empty() { t.chat_deleted.to_owned() } else { quote.excerpt };
    view! {
        <button type="button" class="msg-quote" on:click=move |_| desk.show.set(Some(seq))>
            <b>{quote.name}</b>
            " "
            <span>{words}</span>
        </button>
    }
    .into_any()
}

#[component]
fn Reactions(desk: Desk, seq: MessageSeq) -> impl IntoView {
    let t = desk.t();
    let reactions = Memo::new(move |_| {
        desk.room.with(|room| find_in(room, seq).map(|m| (m.id, m.reactions.clone())).filter(|(_, r)| !r.is_empty()))
    });
    let writes = Memo::new(move |_| desk.may_write());
    move || {
        reactions.get().map(|(id, reactions)| {
            let one = |reaction: Reaction| {
                let Reaction { emoji, user_ids } = reaction;
                let mine = user_ids.contains(&desk.viewer.user_id);
                let names = desk.room.with_untracked(|room| {
                    let names = user_ids.iter().filter_map(|user| room.members.get(user));
                    names.map(|member| member.user.name.clone()).collect::<Vec<_>>().join(", ")
                });
                let count = user_ids.len();
                let label = fill(t.chat_reaction_label, &[&emoji, &count, &names]);
                let chosen = emoji.clone();
                let press = move |_| {
                    // One that nobody else has put there goes.
                    if mine && count == 1 {
                        dom::focus_message(desk.places.log, seq);
                    }
                    desk.react(id, &chosen);
                };
                view! {
                    <button
                        type="button"
                        class="reaction"
                        aria-pressed=if mine { "true" } else { "false" }
                        aria-label=label
                        title=names
                        disabled=move || !writes.get()
                        on:click=press
                    >
                        <span aria-hidden="true">{emoji}</span>
                        <b aria-hidden="true">{count.to_string()}</b>
                    </button>
                }
                .into_any()
            };
            view! { <div class="msg-reactions" aria-live="off">{reactions.into_iter().map(one).collect_view()}</div> }
                .into_any()
        })
    }
}

#[component]
fn ThreadLink(desk: Desk, seq: MessageSeq) -> impl IntoView {
    let count = Memo::new(move |_| {
        let has_thread = desk.thread.is_none();
        desk.room.with(|room| find_in(room, seq).map_or(0, |m| m.reply_count)) * i64::from(has_thread)
    });
    move || {
        (count.get() > 0).then(|| {
            view! {
                <button type="button" class="msg-thread" aria-live="off" on:click=move |_| desk.open_thread(seq)>
                    <Icon name="message-square-text" class="s" />
                    {fill(desk.t().chat_replies, &[&count.get()])}
                </button>
            }
            .into_any()
        })
    }
}

/// How many have not read it; pressed, it says who.
#[component]
fn Unread(desk: Desk, seq: MessageSeq) -> impl IntoView {
    let count = Memo::new(move |_| {
        let counted = |m: &Message| m.unread_by * i64::from(m.is_answerable());
        desk.room.with(|room| find_in(room, seq).map_or(0, counted))
    });
    move || {
        (count.get() > 0).then(|| {
            let words = fill(desk.t().chat_unread_by, &[&count.get()]);
            view! {
                <button
                    type="button"
                    class="msg-unread"
                    aria-live="off"
                    popovertarget=desk.places.readers
                    aria-label=words.clone()
                    title=words
                    on:click=move |_| desk.chosen.set(Some(seq))
                >
                    {count.get().to_string()}
                </button>
            }
            .into_any()
        })
    }
}
