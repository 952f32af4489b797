//! The tools of a message.

use crate::chat::model::{Message, MessageSeq};
use crate::chat::view::desk::Desk;
use crate::chat::view::dom;
use crate::ui::ToolButton;
use leptos::prelude::*;

/// The tools of the message under the pointer or the focus, inside its own row.
pub fn tools(desk: Desk, seq: MessageSeq) -> AnyView {
    let t = desk.t();
    let Some(message) = desk.find(seq).filter(Message::is_answerable).filter(|_| !desk.is_gone()) else {
        return ().into_any();
    };
    let id = message.id;
    let choose = Callback::new(move |()| desk.chosen.set(Some(seq)));
    // In a thread there is nothing more to do with what others have written.
    let more = (desk.thread.is_none() || desk.may_delete(&message)).then(|| {
        view! { <ToolButton icon="ellipsis" class="tool-more" opens=desk.places.tools label=t.more on_press=choose /> }
            .into_any()
    });
    let writes = Memo::new(move |_| desk.may_write());
    let answers = move || {
        writes.get().then(|| {
            view! {
                <ToolButton icon="smile" class="tool-react" opens=desk.places.emojis label=t.chat_react on_press=choose />
                <ToolButton icon="reply" label=t.chat_reply on_press=move |()| desk.reply(seq) />
            }
            .into_any()
        })
    };
    let is_kept = Signal::derive(move || desk.kept.has(id));
    let keep_label = Signal::derive(move || if is_kept.get() { t.chat_keep_no_more } else { t.chat_keep }.to_owned());
    let thread = desk.thread.is_none().then(|| {
        let open = move |()| desk.open_thread(seq);
        view! { <ToolButton icon="message-square-text" label=t.chat_thread on_press=open /> }.into_any()
    });
    view! {
        // Of what comes in the log, only what people say is read aloud.
        <div class="msg-tools" role="toolbar" aria-live="off" aria-label=t.chat_message_tools on:keydown=move |event| {
            if event.key() == "Escape" {
                event.prevent_default();
                dom::focus_message(desk.places.log, seq);
            }
        }>
            {answers}
            {thread}
            <ToolButton
                icon="bookmark"
                class="tool-keep"
                is_on=is_kept
                label=keep_label
                on_press=move |()| desk.kept.toggle(desk, id)
            />
            {more}
        </div>
    }
    .into_any()
}
