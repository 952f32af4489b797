//! The tools of a message.

use crate::chat::model::{Message, MessageSeq, MessageType};
use crate::chat::view::desk::Desk;
use crate::chat::view::dom;
use crate::ui::Icon;
use leptos::prelude::*;

/// The tools of the message under the pointer or the focus, inside its own row.
pub fn tools(desk: Desk, seq: MessageSeq) -> AnyView {
    let t = desk.t();
    let is_plain = |message: &Message| !message.is_deleted() && message.message_type != MessageType::System;
    let Some(Message { id, .. }) = desk.find(seq).filter(is_plain).filter(|_| !desk.is_gone()) else {
        return ().into_any();
    };
    let choose = move |_| desk.chosen.set(Some(seq));
    let is_kept = move || desk.kept.has(id);
    let keep_label = move || if is_kept() { t.chat_keep_no_more } else { t.chat_keep };
    let thread = desk.thread.is_none().then(|| {
        view! {
            <button
                type="button"
                class="icon-btn sm"
                aria-label=t.chat_thread
                title=t.chat_thread
                on:click=move |_| desk.open_thread(seq)
            >
                <Icon name="message-square-text" class="s" />
            </button>
        }
        .into_any()
    });
    view! {
        <div class="msg-tools" role="toolbar" aria-label=t.chat_message_tools on:keydown=move |event| {
            if event.key() == "Escape" {
                event.prevent_default();
                dom::focus_message(desk.places.log, seq);
            }
        }>
            <button
                type="button"
                class="icon-btn sm tool-react"
                popovertarget=desk.places.emojis
                aria-label=t.chat_react
                title=t.chat_react
                on:click=choose
            >
                <Icon name="smile" class="s" />
            </button>
            <button
                type="button"
                class="icon-btn sm"
                aria-label=t.chat_reply
                title=t.chat_reply
                on:click=move |_| desk.reply(seq)
            >
                <Icon name="reply" class="s" />
            </button>
            {thread}
            <button
                type="button"
                class="icon-btn sm tool-keep"
                aria-pressed=move || if is_kept() { "true" } else { "false" }
                aria-label=keep_label
                title=keep_label
                on:click=move |_| desk.kept.toggle(desk, id)
            >
                <Icon name="bookmark" class="s" />
            </button>
            <button
                type="button"
                class="icon-btn sm tool-more"
                popovertarget=desk.places.tools
                aria-label=t.more
                title=t.more
                on:click=choose
            >
                <Icon name="ellipsis" class="s" />
            </button>
        </div>
    }
    .into_any()
}
