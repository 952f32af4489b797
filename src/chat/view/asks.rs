//! The menus of a message, and what asks for a decision.

use super::desk::{Ask, Desk};
use super::dom;
use super::menu;
use super::rename::Rename;
use crate::chat::api::{delete_chat_message, remove_chat_member};
use crate::chat::model::Message;
use crate::text::fill;
use crate::ui::browser::{self, Step};
use crate::ui::menu::walk;
use crate::ui::{Avatar, Dialog, DialogAsk, DialogHead, TextField};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The emojis that are a press away; any other can be written.
const EMOJIS: [&str; 24] = [
    "👍", "❤️", "😄", "🎉", "👏", "🙏", "👀", "✅", "🔥", "💯", "😮", "😢", "🤔", "🙌", "💪", "🚀", "☕", "🍚", "😅",
    "🥲", "🫡", "👌", "➕", "❌",
];

const ASK: &str = "chat-ask";
const ASK_TITLE: &str = "chat-ask-title";

/// The menus that a message's tools open: one of each for all messages of a log.
#[component]
pub fn MessageMenus(desk: Desk) -> impl IntoView {
    view! {
        <EmojiMenu desk />
        <ToolsMenu desk />
        <Readers desk />
    }
}

/// A popover that forgets its message when it closes, and gives it back the focus.
fn popover(
    desk: Desk,
    id: &'static str,
    class: &'static str,
    role: &'static str,
    label: &'static str,
    content: AnyView,
) -> AnyView {
    let toggled = move |_| {
        if browser::is_popover_open(id) {
            browser::focus_item(id, Step::First);
        } else if let Some(seq) = desk.chosen.get_untracked() {
            desk.chosen.set(None);
            if browser::focused().is_none() {
                dom::focus_message(desk.places.log, seq);
            }
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        // Emojis stand side by side.
        let step = match event.key().as_str() {
            "ArrowRight" => Step::Next,
            "ArrowLeft" => Step::Previous,
            _ => return walk(id, &event),
        };
        if browser::focus_item(id, step) {
            event.prevent_default();
        }
    };
    view! {
        <div class=class id=id popover="auto" role=role aria-label=label on:toggle=toggled on:keydown=walk>
            {content}
        </div>
    }
    .into_any()
}

#[component]
fn EmojiMenu(desk: Desk) -> impl IntoView {
    let id = desk.places.emojis;
    let one = move |emoji: &'static str| {
        let press = move |_| {
            match desk.chosen.get_untracked().and_then(|seq| desk.find(seq)) {
                Some(message) => desk.react(message.id, emoji),
                None => desk.insert.set(Some(emoji.to_owned())),
            }
            browser::hide_popover(id);
        };
        view! { <button type="button" role="menuitem" class="emoji" on:click=press>{emoji}</button> }.into_any()
    };
    let all = EMOJIS.map(one).collect_view().into_any();
    popover(desk, id, "menu end emojis", "menu", desk.t().chat_emoji, all)
}

#[component]
fn ToolsMenu(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let id = desk.places.tools;
    let message = Memo::new(move |_| desk.chosen.get().and_then(|seq| desk.find(seq)));
    let writes = Memo::new(move |_| desk.may_write());
    let items = move || {
        let writes = writes.get();
        message.get().map(|message| {
            let item = move |icon, label, class, run| menu::item(id, icon, label, class, run);
            let Message { id: message_id, seq, .. } = message;
            let to_edit = StoredValue::new(message.clone());
            let edit = Callback::new(move |()| desk.edit(to_edit.get_value()));
            let unread = Callback::new(move |()| desk.mark_unread(seq));
            let delete = Callback::new(move |()| desk.ask.set(Some(Ask::Delete(message_id))));
            view! {
                {(writes && message.may_edit(desk.viewer)).then(|| item("pencil", t.edit, "menu-item", edit))}
                {desk.thread.is_none().then(|| item("bell", t.chat_mark_unread, "menu-item", unread))}
                {desk.may_delete(&message).then(|| item("trash-2", t.delete, "menu-item danger", delete))}
            }
            .into_any()
        })
    };
    popover(desk, id, "menu end", "menu", t.chat_message_tools, items.into_any())
}

/// Who has not read a message.
#[component]
fn Readers(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let people = move || {
        desk.chosen.get().map(|seq| {
            let people = desk.room.with(|room| room.unread_by(seq).into_iter().cloned().collect::<Vec<_>>());
            let title = fill(t.chat_unread_by, &[&people.len()]);
            let person = |member: crate::chat::model::Member| {
                view! {
                    <li>
                        <Avatar id=member.user_id.0 name=member.user.name.clone() />
                        {member.user.name}
                    </li>
                }
                .into_any()
            };
            view! {
                <p class="menu-title">{title}</p>
                <ul class="people">{people.into_iter().map(person).collect_view()}</ul>
            }
            .into_any()
        })
    };
    popover(desk, desk.places.readers, "menu end readers", "dialog", t.chat_readers, people.into_any())
}

/// What asks before it is done.
#[component]
pub fn Asks(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let busy = RwSignal::new(false);
    let reason = RwSignal::new(String::new());
    let navigate = StoredValue::new(use_navigate());
    let close = Callback::new(move |()| {
        desk.ask.set(None);
        reason.set(String::new());
    });
    let words = move || match desk.ask.get() {
        Some(Ask::Leave) => (t.chat_leave_question, t.chat_leave_text, t.chat_leave),
        _ => (t.chat_delete_question, t.chat_delete_text, t.delete),
    };
    let asks = move || desk.ask.get().is_some_and(|ask| ask != Ask::Rename);
    // Whoever deletes what somebody else wrote may say why.
    let is_of_others = move || match desk.ask.get() {
        Some(Ask::Delete(id)) => desk.room.with_untracked(|room| {
            let message = room.messages.iter().find(|message| message.id == id);
            message.is_some_and(|message| message.user_id != desk.viewer.user_id)
        }),
        _ => false,
    };
    let why = move || {
        is_of_others().then(|| {
            let hint = Some(t.chat_reason_told.to_owned());
            view! { <TextField id="chat-reason" label=t.chat_reason value=reason hint /> }.into_any()
        })
    };
    let confirm = Callback::new(move |()| {
        let Some(ask) = desk.ask.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let done = match ask {
                Ask::Delete(id) => delete_chat_message(id, reason.get_untracked()).await.map(drop),
                Ask::Rename => Ok(()),
                Ask::Leave => remove_chat_member(desk.id, desk.viewer.user_id, String::new()).await,
            };
            let _ = busy.try_set(false);
            match done {
                Ok(()) => {
                    // What has been asked since is another matter.
                    if desk.ask.try_get_untracked().flatten() == Some(ask) {
                        let _ = close.try_run(());
                    }
                    if ask == Ask::Leave {
                        let _ = navigate.try_with_value(|go| go("/chat", NavigateOptions::default()));
                    }
                }
                Err(error) => desk.toasts.refused(&error),
            }
        });
    });
    view! {
        <Rename desk />
        <Dialog id=ASK open=Signal::derive(asks) on_close=close labelled_by=ASK_TITLE>
            <DialogHead
                id=ASK_TITLE
                title=Signal::derive(move || words().0.to_owned())
                close_label=t.close
                on_close=close
            />
            <div class="dialog-body">
                <p>{move || words().1}</p>
                {why}
            </div>
            <DialogAsk
                back=t.cancel
                on_back=close
                deed=Signal::derive(move || words().2.to_owned())
                busy
                on_confirm=confirm
            />
        </Dialog>
    }
}
