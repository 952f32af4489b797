//! What was written here and may not have arrived yet: shown at once, kept in the browser's database
//! until the server has it, and sent again in order after a failure, a reload or a restart.
//!
//! A message has a number of its own from the first moment. Sending it twice gives the first answer
//! again, so whatever is in doubt is sent once more. Its file is kept beside it, and goes up before it (`uploads`).
//!
//! It is kept by its writer, and goes out as nobody else: a request that comes with the cookie of another person is
//! refused (`app::made_for`), and the message waits for its writer.

mod outgoing;
mod patience;
mod upload;
mod uploads;

pub use outgoing::{Outgoing, PendingFile, SendState};
pub use upload::{MAX_FILE, Place, Upload, UploadState, check_size};

use super::files::{self, Chosen};
use super::idb;
use crate::accounts::model::Viewer;
use crate::app::use_page;
use crate::chat::api::send_chat_message;
use crate::chat::model::{MessageSeq, NewMessage, Quote};
use crate::error::AppError;
use crate::ids::ChatRoomId;
use crate::json;
use crate::realtime::live::{Connection, LinkState, server_now, use_connection};
use crate::ui::{new_key, session_ended};
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use leptos::wasm_split::wasm_split;
use outgoing::{next_to_send, prefix};
use patience::{Verdict, judge};
use std::time::Duration;

/// A connection that has died without a word gives no answer at all: after so long it is asked again.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// How many messages are kept after they have arrived, for rooms that are not open.
const KEPT_SENT: usize = 50;

/// See the module. One for the document; every field is a handle.
#[derive(Clone, Copy)]
pub struct Outbox {
    pub entries: RwSignal<Vec<Outgoing>>,
    /// Files that were chosen, until their message has arrived or nobody wants them.
    uploads: RwSignal<Vec<Upload>>,
    last_upload: StoredValue<u32>,
    viewer: Option<Viewer>,
    /// An attempt is under way, or rests before the next one.
    busy: StoredValue<bool>,
    attempt: StoredValue<u32>,
    /// Which request is waited for: answers to earlier ones are no news.
    asked: StoredValue<u32>,
    connection: Connection,
}

impl Outbox {
    /// Whether something could not be sent into a room, and waits for its writer.
    pub fn has_failed(self, room: ChatRoomId) -> bool {
        let failed = |entry: &Outgoing| entry.room == room && matches!(entry.state, SendState::Failed(_));
        self.entries.with(|entries| entries.iter().any(failed))
    }

    /// The outbox of whoever is signed in, with what an earlier page has left in it.
    #[must_use]
    pub fn begin() -> Self {
        let outbox = Self {
            entries: RwSignal::new(Vec::new()),
            uploads: RwSignal::new(Vec::new()),
            last_upload: StoredValue::new(0),
            viewer: use_page().user.map(|user| user.viewer()),
            busy: StoredValue::new(false),
            attempt: StoredValue::new(0),
            asked: StoredValue::new(0),
            connection: use_connection(),
        };
        // What is made after the wait belongs to the document, like what is made before.
        Effect::new(move |_| spawn_local(ScopedFuture::new(async move { work(outbox).await })));
        outbox
    }

    /// Takes in what an earlier page has left.
    fn recall(self) {
        let Some(viewer) = self.viewer else { return };
        spawn_local(async move {
            let kept = idb::all(&prefix(viewer.user_id)).await;
            let mut kept: Vec<Outgoing> = kept.iter().filter_map(|text| json::read(text).ok()).collect();
            // Whatever this page itself has kept by now is among its entries: what it keeps later is not here.
            let _ = self.entries.try_with_untracked(|entries| {
                kept.retain(|old| entries.iter().all(|entry| entry.number() != old.number()));
            });
            // What is written in one millisecond stands there in any order.
            kept.sort_by_key(|entry| entry.written_at);
            let mut files = Vec::new();
            for entry in &kept {
                files.push(if entry.file.is_some() { idb::file(&entry.key()).await } else { None });
            }
            // In one turn: no upload begins before its message is there.
            for (entry, file) in kept.iter_mut().zip(files) {
                self.recover(entry, file);
            }
            let _ = self.entries.try_update(|entries| {
                entries.splice(0..0, kept);
            });
            self.run();
            self.lift();
        });
    }

    /// Takes a message, with a file that has come up or is on its way: it is on screen from now on, and will not be lost.
    pub fn send(self, room: ChatRoomId, new: NewMessage, quote: Option<Quote>, file: Option<Upload>) {
        let (Some(viewer), Some(now)) = (self.viewer, server_now()) else { return };
        // Another page puts them in order by it.
        let last = self.entries.with_untracked(|entries| entries.iter().map(|entry| entry.written_at).max());
        let written_at = last.map_or(now, |last| now.max(last + 1));
        let mut new = NewMessage { client_msg_id: Some(new_key()), ..new };
        let file = file.map(|upload| {
            if let UploadState::Done(uploaded) = upload.state {
                new = uploaded.into_message(std::mem::take(&mut new));
            }
            PendingFile { name: upload.name, size: upload.size, key: upload.key, upload: upload.number }
        });
        let user = viewer.user_id;
        let entry = Outgoing { user, room, new, quote, file, written_at, state: SendState::Waiting };
        self.entries.update(|entries| entries.push(entry.clone()));
        let bytes = entry.file.as_ref().filter(|_| !entry.is_up()).and_then(|file| files::held(file.upload));
        self.keep(entry, bytes);
    }

    /// Tries a message again that has failed, perhaps with another content.
    pub fn again(self, number: &str, change: impl FnOnce(&mut NewMessage)) {
        let entry = self.entries.try_update(|entries| {
            let entry = entries.iter_mut().find(|entry| entry.number() == number)?;
            change(&mut entry.new);
            if entry.has_lost_file() {
                entry.new.file_url = None;
                // The old key would bring the old answer.
                if let Some(file) = &mut entry.file {
                    file.key = new_key();
                }
            }
            entry.state = SendState::Waiting;
            Some(entry.clone())
        });
        let Some(entry) = entry.flatten() else { return };
        let file = entry.file.clone().filter(|_| !entry.is_up());
        self.keep(entry, None);
        if let Some(PendingFile { upload, key, .. }) = file {
            self.upload_under(upload, key);
        }
    }

    /// Gives a message up, and its file.
    pub fn discard(self, number: &str) {
        if let Some(PendingFile { upload, .. }) = self.remove(number).and_then(|entry| entry.file) {
            self.let_go(upload);
        }
        // Others may have waited behind it.
        self.run();
    }

    /// Gives a message up to be written anew; its file is back where it was chosen.
    pub fn take_back(self, number: &str) -> Option<Outgoing> {
        let entry = self.remove(number)?;
        if let Some(file) = &entry.file {
            self.give_back(file.upload);
        }
        self.run();
        Some(entry)
    }

    fn remove(self, number: &str) -> Option<Outgoing> {
        let entry = self.entries.try_update(|entries| {
            let at = entries.iter().position(|entry| entry.number() == number)?;
            Some(entries.remove(at))
        });
        let entry = entry.flatten()?;
        let key = entry.key();
        spawn_local(async move { idb::remove(&key).await });
        Some(entry)
    }

    /// Forgets what has come by the room's own events, also when no answer said so.
    pub fn arrived(self, room: ChatRoomId, has_come: impl Fn(&Outgoing) -> bool) {
        let is_over = |e: &Outgoing| matches!(e.state, SendState::Sent(_) | SendState::Failed(_));
        let done = |e: &Outgoing| e.room == room && is_over(e) && has_come(e);
        if !self.entries.with_untracked(|entries| entries.iter().any(done)) {
            return;
        }
        let gone = self.entries.try_update(|entries| entries.extract_if(.., |entry| done(entry)).collect::<Vec<_>>());
        for entry in gone.into_iter().flatten().filter(|entry| !entry.is_sent()) {
            if let Some(file) = &entry.file {
                self.let_go(file.upload);
            }
            spawn_local(async move { idb::remove(&entry.key()).await });
        }
    }

    fn keep(self, entry: Outgoing, file: Option<Chosen>) {
        spawn_local(async move {
            // On disk first: whatever happens next, it is there.
            if let Ok(text) = serde_json::to_string(&entry) {
                idb::put(&entry.key(), &text, file.as_ref()).await;
            }
            self.run();
        });
    }

    /// Sends the next whose turn it is, then the next, until nothing waits but for its file.
    fn run(self) {
        if self.busy.try_get_value() != Some(false) {
            return;
        }
        let at = self.entries.try_with_untracked(|entries| next_to_send(entries)).flatten();
        let Some(at) = at else { return };
        let next = self.entries.try_update(|entries| {
            let entry = entries.get_mut(at)?;
            entry.state = SendState::Sending;
            Some(entry.clone())
        });
        let Some(entry) = next.flatten() else { return };
        self.busy.set_value(true);
        let number = self.asked.get_value();
        let late = entry.clone();
        spawn_local(async move {
            let result = send_chat_message(entry.room, entry.new.clone()).await;
            if self.is_answered(number) {
                match result {
                    Ok(message) => self.done(&entry, message.seq).await,
                    // It has arrived with an earlier upload of its file: nobody else has its number.
                    Err(AppError::IdempotencyMismatch) if entry.file.is_some() => self.discard(entry.number()),
                    Err(error) => self.failed(&entry, error),
                }
            }
        });
        let ask_again = move || {
            if self.is_answered(number) {
                self.failed(&late, AppError::Unreachable);
            }
        };
        set_timeout(ask_again, ANSWER_WITHIN);
    }

    /// Ends the waiting for a request; says whether it was still waited for.
    fn is_answered(self, number: u32) -> bool {
        let is_awaited = self.asked.try_get_value() == Some(number);
        if is_awaited {
            self.asked.set_value(number.wrapping_add(1));
            self.busy.set_value(false);
        }
        is_awaited
    }

    async fn done(self, entry: &Outgoing, seq: MessageSeq) {
        let _ = self.attempt.try_set_value(0);
        self.set_state(entry, SendState::Sent(seq));
        let _ = self.entries.try_update(|entries| {
            let sent = entries.iter().filter(|entry| entry.is_sent()).count();
            if let (true, Some(at)) = (sent > KEPT_SENT, entries.iter().position(Outgoing::is_sent)) {
                entries.remove(at);
            }
        });
        if let Some(file) = &entry.file {
            self.let_go(file.upload);
        }
        self.run();
        idb::remove(&entry.key()).await;
    }

    fn failed(self, entry: &Outgoing, error: AppError) {
        let attempt = self.attempt.try_get_value().unwrap_or_default() + 1;
        match judge(&error, attempt, self.is_connected()) {
            Verdict::Wait => {
                self.set_state(entry, SendState::Waiting);
                session_ended(&error);
            }
            Verdict::Again(ms) => {
                let _ = self.attempt.try_set_value(attempt);
                // The others wait behind it: what is written first arrives first.
                let _ = self.busy.try_set_value(true);
                self.set_state(entry, SendState::Waiting);
                let again = move || {
                    if self.busy.try_set_value(false).is_none() {
                        self.run();
                    }
                };
                set_timeout(again, Duration::from_millis(ms));
            }
            Verdict::GiveUp => {
                let _ = self.attempt.try_set_value(0);
                self.set_state(entry, SendState::Failed(error));
                self.run();
            }
        }
    }

    fn set_state(self, of: &Outgoing, state: SendState) {
        let _ = self.entries.try_update(|entries| {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.number() == of.number()) {
                entry.state = state;
            }
        });
    }
}

/// Sends what waits, now and whenever the connection is there. Its code comes when the page is alive: every page has an
/// outbox, and few have something in it.
#[wasm_split(every_page, wasm_split_path = leptos::wasm_split)]
fn work(outbox: Outbox) {
    outbox.recall();
    Effect::new(move |_| {
        if outbox.connection.state.get() == LinkState::Connected {
            outbox.run();
            outbox.lift_all();
        }
    });
}
