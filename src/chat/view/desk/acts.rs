//! What can be done in an open room.

use super::{Ask, Desk, Side, Writing};
use crate::chat::api;
use crate::chat::model::{Look, Message, MessageSeq, NewMessage, Quote};
use crate::chat::view::dom;
use crate::chat::view::files::{self, Chosen};
use crate::chat::view::outbox::{Outgoing, Place, Upload};
use crate::error::AppError;
use crate::ids::MessageId;
use crate::ui::browser;
use leptos::ev;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a part of the history may take before it is asked for again.
const PATIENCE: Duration = Duration::from_secs(3);

impl Desk {
    /// Runs a command; its event changes what is on screen.
    pub fn run<T>(self, request: impl Future<Output = Result<T, AppError>> + 'static) {
        spawn_local(async move {
            if let Err(error) = request.await {
                self.toasts.refused(&error);
            }
        });
    }

    /// Where it is written into: the room, or the thread.
    pub fn place(self) -> Place {
        (self.id, self.thread)
    }

    /// Takes files for what is written here; says whether there were any.
    pub fn choose(self, files: Vec<Chosen>) -> bool {
        let any = self.chats.outbox.choose(self.place(), files);
        if any {
            // For what is written to them; Enter sends.
            browser::focus(self.places.composer);
        }
        any
    }

    /// Takes files that are dropped where they are allowed to be. Where nothing may be written they go nowhere, and
    /// do not take the place of the page either.
    pub fn drop_files(self, event: &ev::DragEvent) {
        let files = files::dropped_files(event);
        if !files.is_empty() {
            event.prevent_default();
            if untrack(|| self.may_write()) {
                self.choose(files);
            }
        }
    }

    /// Sends a message with the files that were chosen here. The words go with the first of them.
    pub fn send(self, mut text: String, mut quote: Option<Quote>) {
        let outbox = self.chats.outbox;
        let mut files: Vec<Option<Upload>> = outbox.take_files(self.place()).into_iter().map(Some).collect();
        if files.is_empty() {
            files.push(None);
        }
        // From a thread that covers the log, what stands there has not been seen.
        let seen_up_to = if self.is_covered.get_untracked() {
            self.chats.find_now(self.id).map(|listed| listed.place.last_read_seq)
        } else {
            Some(self.room.with_untracked(|room| room.last_seq))
        };
        for file in files {
            let (message, quote) = (std::mem::take(&mut text), quote.take());
            let reply_to = quote.as_ref().map(|quote| quote.id);
            let new = NewMessage { message, reply_to, thread_root: self.thread, seen_up_to, ..NewMessage::default() };
            outbox.send(self.id, new, quote, file);
        }
        self.new_from.set(None);
        self.keeps_unread.set(false);
        self.to_latest();
    }

    /// Puts the words of a message that did not go back into the field.
    pub fn take_back(self, entry: Outgoing) {
        if let Some(quote) = entry.quote.filter(|_| self.writing.with_untracked(|writing| *writing == Writing::New)) {
            self.writing.set(Writing::Reply(quote));
        }
        self.insert.set(Some(entry.new.message));
        browser::focus(self.places.composer);
    }

    /// Puts another part of the history into the log.
    pub fn go(self, look: Look) {
        self.moving.set(true);
        self.look.set(look);
        self.room.refetch();
        // An answer that never comes, or that changes nothing, stops nobody from asking again.
        let patient = move || {
            let _ = self.moving.try_set(false);
        };
        set_timeout(patient, PATIENCE);
    }

    /// Shows the newest messages.
    pub fn to_latest(self) {
        if self.room.with_untracked(|room| room.window.to.is_some()) {
            self.go(self.thread.map_or(Look::Latest, Look::Thread));
        }
        dom::to_end(self.places.log);
    }

    /// What calls this person and has been come by needs no way to it any more.
    pub fn come_by(self, is_seen: impl Fn(MessageSeq) -> bool) {
        if self.called.with_untracked(|called| called.iter().any(|seq| is_seen(*seq))) {
            self.called.update(|called| called.retain(|seq| !is_seen(*seq)));
        }
    }

    /// Moves the focus to where one writes, when what had it goes. A phone would show its keyboard.
    pub fn back_to_writing(self) {
        if !browser::is_phone() {
            browser::focus(self.places.composer);
        }
    }

    /// Moves the focus to the newest message of the log.
    pub fn focus_newest(self) {
        let newest = self.room.with_untracked(|room| {
            let is_here = |message: &&Message| self.thread.is_some() || message.thread_root.is_none();
            room.messages.iter().rev().find(is_here).map(|message| message.seq)
        });
        if let Some(seq) = newest {
            dom::focus_message(self.places.log, seq);
        }
    }

    pub fn react(self, id: MessageId, emoji: &str) {
        let me = self.viewer.user_id;
        let has = self.room.with_untracked(|room| {
            let message = room.messages.iter().find(|message| message.id == id)?;
            Some(message.reactions.iter().any(|r| r.emoji == emoji && r.user_ids.contains(&me)))
        });
        self.run(api::react_to_chat_message(id, emoji.to_owned(), has != Some(true)));
    }

    /// Begins an answer to a message.
    pub fn reply(self, seq: MessageSeq) {
        let may = |message: &Message| message.is_answerable() && untrack(|| self.may_write());
        if let Some(message) = self.find(seq).filter(may) {
            self.writing.set(Writing::Reply(message.quote()));
            browser::focus(self.places.composer);
        }
    }

    /// Begins to change an own message.
    pub fn edit(self, message: Message) {
        if message.may_edit(self.viewer) {
            self.writing.set(Writing::Edit(Box::new(message)));
            browser::focus(self.places.composer);
        }
    }

    /// Opens the thread of a message; a thread's messages have none of their own.
    pub fn open_thread(self, seq: MessageSeq) {
        if let (None, Some(message)) = (self.thread, self.find(seq).filter(|message| !message.is_system())) {
            self.side.set(Side::Thread(message.id));
        }
    }

    /// Shows a message in its thread, when it stands in one; says whether it does.
    pub fn show_reply(self, seq: MessageSeq) -> bool {
        let Some(root) = self.find(seq).and_then(|message| message.thread_root) else { return false };
        self.side.set(Side::Thread(root));
        self.reply.set(Some(seq));
        true
    }

    /// Does what a key means on a message; says whether it means anything.
    pub fn act_by_key(self, key: &str, seq: MessageSeq) -> bool {
        match key {
            "r" | "R" | "ㄱ" | "ㄲ" => self.reply(seq),
            "t" | "T" | "ㅅ" | "ㅆ" => self.open_thread(seq),
            "e" | "E" | "ㄷ" | "ㄸ" => dom::press(self.places.log, seq, ".tool-react"),
            "u" | "U" | "ㅕ" => {
                if self.find(seq).is_some_and(|message| !message.is_system()) {
                    self.mark_unread(seq);
                }
            }
            "s" | "S" | "ㄴ" => {
                if let Some(message) = self.find(seq).filter(Message::is_answerable) {
                    self.kept.toggle(self, message.id);
                }
            }
            "m" | "M" | "ㅡ" => {
                if let Some(message) = self.find(seq).filter(|_| untrack(|| self.may_write())) {
                    self.edit(message);
                }
            }
            "Enter" => dom::press(self.places.log, seq, ".tool-more"),
            "Delete" => {
                if let Some(message) = self.find(seq).filter(|message| self.may_delete(message)) {
                    self.ask.set(Some(Ask::Delete(message.id)));
                }
            }
            _ => return false,
        }
        true
    }

    pub fn may_delete(self, message: &Message) -> bool {
        self.room.with_untracked(|room| {
            let role = room.members.get(&self.viewer.user_id).map(|member| member.role);
            message.may_delete(&room.room, role, self.viewer)
        })
    }

    /// Keeps the room as unread from a message on.
    pub fn mark_unread(self, seq: MessageSeq) {
        let kept = self.keeps_unread.get_untracked();
        // From now on: what is read while the answer is on its way would settle it.
        self.keeps_unread.set(true);
        self.run(async move {
            let answer = api::mark_chat_unread(self.id, seq).await;
            if answer.is_ok() {
                let _ = self.new_from.try_set(Some(seq));
            } else {
                let _ = self.keeps_unread.try_set(kept);
            }
            answer
        });
    }
}
