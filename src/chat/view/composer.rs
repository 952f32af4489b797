//! Where messages are written. Enter sends and Shift Enter begins a line; while an input method
//! composes a syllable, Enter belongs to it.

pub mod caret;
mod more;
mod subject;
mod uploads;

use super::calling::{CallList, Calling};
use super::desk::{Desk, Writing};
use super::dom;
use super::files;
use super::typing::is_due;
use crate::chat::api::edit_chat_message;
use crate::chat::model::{MAX_MESSAGE_CHARS, Message, RoomKind, check_text, count_characters};
use crate::error::AppError;
use crate::realtime::live::server_now;
use crate::text::fill;
use crate::time::{SECOND, Timestamp};
use crate::ui::width::use_is_phone;
use crate::ui::{Icon, ToolButton};
use caret::byte_of;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use more::more;
use subject::Subject;
use uploads::UploadList;

/// Whoever writes says so at most this often.
const TYPING_EVERY_MS: i64 = 3 * SECOND;
/// How much room is left when the count is shown.
const COUNT_FROM: usize = MAX_MESSAGE_CHARS as usize - 500;
/// What keys of an input method report.
const COMPOSING_KEY: u32 = 229;

/// What a composer holds; every field is a handle.
#[derive(Clone, Copy)]
pub struct Pen {
    pub desk: Desk,
    pub text: RwSignal<String>,
    said_at: StoredValue<Option<Timestamp>>,
    busy: RwSignal<bool>,
    refused: RwSignal<Option<String>>,
    /// The text of a change that was asked about because it calls many.
    is_meant: StoredValue<Option<String>>,
    calling: Calling,
}

impl Pen {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            text: RwSignal::new(String::new()),
            said_at: StoredValue::new(None),
            busy: RwSignal::new(false),
            refused: RwSignal::new(None),
            is_meant: StoredValue::new(None),
            calling: Calling::new(desk),
        }
    }

    /// Under which name a draft is kept.
    fn draft_name(self) -> String {
        match self.desk.thread {
            Some(thread) => format!("{}:{thread}", self.desk.id),
            None => self.desk.id.to_string(),
        }
    }

    fn is_editing(self) -> bool {
        self.desk.writing.with_untracked(|writing| matches!(writing, Writing::Edit(_)))
    }

    /// Whether files were chosen that can go with what is written; tracked.
    fn has_files(self) -> bool {
        self.desk.chats.outbox.has_files(self.desk.place())
    }

    pub fn set(self, text: String, caret: usize) {
        dom::set_text(self.desk.places.composer, &text, caret);
        self.note(text);
    }

    fn note(self, text: String) {
        self.refused.set(None);
        if !self.is_editing() {
            self.desk.chats.note_draft(&self.draft_name(), &text);
        }
        self.text.set(text);
    }

    fn typed(self, text: String) {
        self.calling.look(&text, dom::caret(self.desk.places.composer));
        let is_empty = text.trim().is_empty();
        self.note(text);
        let now = server_now().unwrap_or_default();
        if !is_empty && !self.is_editing() && is_due(self.said_at.get_value(), now, TYPING_EVERY_MS) {
            self.said_at.set_value(Some(now));
            self.desk.connection.plane.type_in(self.desk.id);
        }
    }

    /// Puts something in at the caret.
    fn insert(self, what: &str) {
        let text = self.text.get_untracked();
        let at = byte_of(&text, dom::caret(self.desk.places.composer));
        let head = [&text[..at], what].concat();
        let caret = head.encode_utf16().count();
        let text = [&head, &text[at..]].concat();
        self.set(text.clone(), caret);
        self.calling.look(&text, caret);
    }

    fn send(self) {
        let text = self.text.get_untracked().trim().to_owned();
        let has_files = !self.is_editing() && untrack(|| self.has_files());
        if (text.is_empty() && !has_files) || self.busy.get_untracked() {
            return;
        }
        let fits = if text.is_empty() { Ok(()) } else { check_text(&text) };
        if let Err(error) = fits {
            self.refused.set(Some(self.desk.lang.error(&error).into_owned()));
            return;
        }
        match self.desk.writing.get_untracked() {
            Writing::Edit(message) => self.save(*message, text),
            writing => {
                let quote = match writing {
                    Writing::Reply(quote) => Some(quote),
                    _ => None,
                };
                self.desk.writing.set(Writing::New);
                self.said_at.set_value(None);
                self.set(String::new(), 0);
                self.desk.send(text, quote);
            }
        }
    }

    /// Saves an own message with other words.
    fn save(self, message: Message, text: String) {
        if text == message.message {
            self.stop();
            return;
        }
        self.busy.set(true);
        let is_meant = self.is_meant.with_value(|meant| meant.as_ref() == Some(&text));
        spawn_local(async move {
            let saved = edit_chat_message(message.id, text.clone(), is_meant).await;
            let _ = self.busy.try_set(false);
            match saved {
                Ok(_) => self.stop(),
                Err(error) => {
                    // The refusal asks whether so many are meant to be called: to save again says so.
                    if matches!(error, AppError::MentionsUnconfirmed { .. }) {
                        let _ = self.is_meant.try_set_value(Some(text));
                    }
                    self.desk.toasts.refused(&error);
                }
            }
        });
    }

    /// Ends an answer or a change; what was begun before comes back.
    fn stop(self) {
        // The room may be left already: an answer comes when it comes.
        let was = self.desk.writing.try_update(|writing| std::mem::replace(writing, Writing::New));
        if matches!(was, Some(Writing::Edit(_))) {
            let draft = self.desk.chats.draft(&self.draft_name());
            self.set(draft, usize::MAX);
        }
    }

    fn key(self, event: &ev::KeyboardEvent, enter_sends: bool) {
        if event.is_composing() || event.key_code() == COMPOSING_KEY {
            return;
        }
        let has_modifier = event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key();
        if !has_modifier && self.calling.key(&event.key(), self) {
            event.prevent_default();
            return;
        }
        match event.key().as_str() {
            "Enter" if (enter_sends && !has_modifier) || event.ctrl_key() || event.meta_key() => self.send(),
            "ArrowUp" if !has_modifier && self.text.with_untracked(String::is_empty) => self.desk.focus_newest(),
            "Escape" if self.desk.writing.with_untracked(|writing| *writing != Writing::New) => self.stop(),
            _ => return,
        }
        event.prevent_default();
    }
}

#[component]
pub fn Composer(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let id = desk.places.composer;
    let pen = Pen::new(desk);
    let is_phone = use_is_phone();
    let title = move || {
        if desk.thread.is_some() {
            return t.chat_write_reply.to_owned();
        }
        let is_person = desk.room.with(|room| room.room.kind == RoomKind::Direct);
        fill(if is_person { t.chat_write_to_person } else { t.chat_write_to }, &[&desk.title()])
    };
    let placeholder = if desk.thread.is_some() { t.chat_write_reply } else { t.chat_write };
    // What was begun here before; the server does not know it.
    Effect::new(move |_| {
        let draft = desk.chats.draft(&pen.draft_name());
        if !draft.is_empty() && pen.text.with_untracked(String::is_empty) {
            pen.text.set(draft);
        }
    });
    Effect::new(move |_| {
        if let Some(what) = desk.insert.get() {
            desk.insert.set(None);
            pen.insert(&what);
        }
    });
    // A message to be changed is put into the field; when something else is begun instead, the draft comes back.
    Effect::new(move |was_editing: Option<bool>| match desk.writing.get() {
        Writing::Edit(message) => {
            pen.set(message.message, usize::MAX);
            true
        }
        Writing::Reply(_) if was_editing == Some(true) => {
            pen.set(desk.chats.draft(&pen.draft_name()), usize::MAX);
            false
        }
        _ => false,
    });
    let is_empty = move || pen.text.with(|text| text.trim().is_empty()) && !pen.has_files();
    let count = move || {
        let count = pen.text.with(|text| count_characters(text));
        (count > COUNT_FROM).then(|| {
            let class = if count > MAX_MESSAGE_CHARS as usize { "composer-count is-over" } else { "composer-count" };
            view! { <span class=class>{[&count.to_string(), " / ", &MAX_MESSAGE_CHARS.to_string()].concat()}</span> }
                .into_any()
        })
    };
    let send_label = move || if desk.writing.with(|w| matches!(w, Writing::Edit(_))) { t.save } else { t.send };
    let refused =
        move || pen.refused.get().map(|why| view! { <p class="field-error" role="alert">{why}</p> }.into_any());
    view! {
        <div class="composer">
            <Subject pen />
            <UploadList desk />
            <CallList calling=pen.calling pen />
            <textarea
                id=id
                rows="1"
                aria-label=title
                placeholder=placeholder
                autocomplete="off"
                data-draft="true"
                aria-controls=pen.calling.list_id()
                aria-autocomplete="list"
                aria-activedescendant=move || pen.calling.active_id()
                prop:value=move || pen.text.get()
                on:input=move |event| pen.typed(event_target_value(&event))
                on:keydown=move |event| pen.key(&event, !is_phone.get_untracked())
                on:blur=move |_| pen.calling.close()
                on:paste=move |event| {
                    if desk.choose(files::pasted_files(&event)) {
                        event.prevent_default();
                    }
                }
            ></textarea>
            {refused}
            <div class="composer-tools">
                {more(pen)}
                <ToolButton
                    icon="smile"
                    class="composer-emoji"
                    opens=desk.places.emojis
                    label=t.chat_emoji
                    on_press=move |()| desk.chosen.set(None)
                />
                {count}
                <span class="composer-hint only-desktop" aria-hidden="true">
                    <kbd>"Enter"</kbd>
                    {t.send}
                    <kbd>"Shift Enter"</kbd>
                    {t.chat_new_line}
                </span>
                <button
                    type="button"
                    class="btn sm primary composer-send"
                    disabled=is_empty
                    aria-busy=move || pen.busy.get().then_some("true")
                    aria-label=send_label
                    // The field keeps the focus, and a phone its keyboard.
                    on:mousedown=move |event| event.prevent_default()
                    on:click=move |_| pen.send()
                >
                    <Icon name="send" />
                    <span class="only-desktop">{send_label}</span>
                </button>
            </div>
        </div>
    }
}
