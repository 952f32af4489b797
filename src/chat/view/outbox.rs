//! What was written here and may not have arrived yet: shown at once, kept in the browser's database
//! until the server has it, and sent again in order after a failure, a reload or a restart.
//!
//! A message has a number of its own from the first moment. Sending it twice gives the first answer
//! again, so whatever is in doubt is sent once more.

use super::idb;
use crate::accounts::model::Viewer;
use crate::app::use_page;
use crate::chat::api::send_chat_message;
use crate::chat::live::OpenRoom;
use crate::chat::model::{Message, MessageSeq, NewMessage, Quote};
use crate::error::AppError;
use crate::ids::{ChatRoomId, UserId};
use crate::json;
use crate::realtime::live::{Connection, LinkState, server_now, use_connection};
use crate::time::Timestamp;
use crate::ui::{new_key, session_ended};
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often a failure that may pass is answered by another attempt before it is shown: for a minute and a half, in
/// which a database is started again.
const ATTEMPTS: u32 = 8;
const LONGEST_REST_MS: u64 = 30_000;
/// A connection that has died without a word gives no answer at all: after so long it is asked again.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// How many messages are kept after they have arrived, for rooms that are not open.
const KEPT_SENT: usize = 50;

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    pub user: UserId,
    pub room: ChatRoomId,
    pub new: NewMessage,
    /// What is shown of the message that it answers.
    pub quote: Option<Quote>,
    pub written_at: Timestamp,
    /// Of this page alone: another one begins anew, also with what has failed.
    #[serde(skip)]
    pub state: SendState,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum SendState {
    /// Waits for its turn, or for the connection.
    #[default]
    Waiting,
    Sending,
    /// Has arrived under this number; its event is on the way.
    Sent(MessageSeq),
    Failed(AppError),
}

impl Outgoing {
    /// The number that it has from the first moment.
    #[must_use]
    pub fn number(&self) -> &str {
        self.new.client_msg_id.as_deref().unwrap_or_default()
    }

    /// Whether a message that has come is this one.
    #[must_use]
    pub fn is(&self, message: &Message) -> bool {
        message.user_id == self.user && message.client_msg_id == self.new.client_msg_id
    }

    fn is_sent(&self) -> bool {
        matches!(self.state, SendState::Sent(_))
    }

    /// Whether a room that has come so far has this one, be it further up than the page reaches.
    #[must_use]
    pub fn is_in(&self, room: &OpenRoom) -> bool {
        let is_past = matches!(self.state, SendState::Sent(seq) if room.last_seq >= seq);
        is_past || room.messages.iter().rev().any(|message| self.is(message))
    }

    /// Its place in the browser's database: by person, then in the order of writing.
    fn key(&self) -> String {
        [&prefix(self.user), self.number()].concat()
    }
}

fn prefix(user: UserId) -> String {
    format!("{user}/")
}

/// What a failure means for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nobody is there: wait for the connection, however long.
    Wait,
    /// Try again after so many milliseconds.
    Again(u64),
    /// Say so, and let the others pass.
    GiveUp,
}

fn judge(error: &AppError, attempt: u32, is_connected: bool) -> Verdict {
    match error {
        AppError::Unreachable if !is_connected => Verdict::Wait,
        AppError::Unauthenticated => Verdict::Wait,
        AppError::Unreachable | AppError::Internal { .. } if attempt < ATTEMPTS => {
            Verdict::Again((500 << attempt).min(LONGEST_REST_MS))
        }
        AppError::RateLimitExceeded { retry_after_secs } if attempt < ATTEMPTS * 2 => {
            Verdict::Again(u64::from(*retry_after_secs).clamp(1, 30) * 1_000)
        }
        _ => Verdict::GiveUp,
    }
}

/// See the module. One for the document; every field is a handle.
#[derive(Clone, Copy)]
pub struct Outbox {
    pub entries: RwSignal<Vec<Outgoing>>,
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
            viewer: use_page().user.map(|user| user.viewer()),
            busy: StoredValue::new(false),
            attempt: StoredValue::new(0),
            asked: StoredValue::new(0),
            connection: use_connection(),
        };
        Effect::new(move |_| outbox.recall());
        Effect::new(move |_| {
            if outbox.connection.state.get() == LinkState::Connected {
                outbox.run();
            }
        });
        outbox
    }

    /// Takes in what an earlier page has left.
    fn recall(self) {
        let Some(viewer) = self.viewer else { return };
        spawn_local(async move {
            let kept = idb::all(&prefix(viewer.user_id)).await;
            let mut kept: Vec<Outgoing> = kept.iter().filter_map(|text| json::read(text).ok()).collect();
            let _ = self.entries.try_update(|entries| {
                kept.retain(|old| entries.iter().all(|entry| entry.number() != old.number()));
                entries.splice(0..0, kept);
            });
            self.run();
        });
    }

    /// Takes a message: it is on screen from now on, and will not be lost.
    pub fn send(self, room: ChatRoomId, new: NewMessage, quote: Option<Quote>) {
        let (Some(viewer), Some(written_at)) = (self.viewer, server_now()) else { return };
        let new = NewMessage { client_msg_id: Some(new_key()), ..new };
        let entry = Outgoing { user: viewer.user_id, room, new, quote, written_at, state: SendState::Waiting };
        self.entries.update(|entries| entries.push(entry.clone()));
        self.keep(entry);
    }

    /// Tries a message again that has failed, perhaps with another content.
    pub fn again(self, number: &str, change: impl FnOnce(&mut NewMessage)) {
        let entry = self.entries.try_update(|entries| {
            let entry = entries.iter_mut().find(|entry| entry.number() == number)?;
            change(&mut entry.new);
            entry.state = SendState::Waiting;
            Some(entry.clone())
        });
        if let Some(entry) = entry.flatten() {
            self.keep(entry);
        }
    }

    /// Gives a message up; its text is the answer.
    pub fn discard(self, number: &str) -> Option<Outgoing> {
        let entry = self.entries.try_update(|entries| {
            let at = entries.iter().position(|entry| entry.number() == number)?;
            Some(entries.remove(at))
        });
        let entry = entry.flatten()?;
        let key = entry.key();
        spawn_local(async move { idb::remove(&key).await });
        Some(entry)
    }

    /// Forgets what has come by the room's own events.
    pub fn arrived(self, room: ChatRoomId, has_come: impl Fn(&Outgoing) -> bool) {
        let done = |e: &Outgoing| e.room == room && e.is_sent() && has_come(e);
        if self.entries.with_untracked(|entries| entries.iter().any(done)) {
            self.entries.update(|entries| entries.retain(|entry| !done(entry)));
        }
    }

    fn keep(self, entry: Outgoing) {
        spawn_local(async move {
            // On disk first: whatever happens next, it is there.
            if let Ok(text) = serde_json::to_string(&entry) {
                idb::put(&entry.key(), &text).await;
            }
            self.run();
        });
    }

    /// Sends the oldest that waits, then the next, until nothing waits.
    fn run(self) {
        if self.busy.try_get_value() != Some(false) {
            return;
        }
        let next = self.entries.try_update(|entries| {
            let entry = entries.iter_mut().find(|entry| entry.state == SendState::Waiting)?;
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
        self.run();
        idb::remove(&entry.key()).await;
    }

    fn failed(self, entry: &Outgoing, error: AppError) {
        let is_connected = self.connection.state.try_get_untracked() == Some(LinkState::Connected);
        let attempt = self.attempt.try_get_value().unwrap_or_default() + 1;
        match judge(&error, attempt, is_connected) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_what_cannot_is_shown() {
        let internal = AppError::Internal { error_id: "1".into() };
        assert_eq!(judge(&AppError::Unreachable, 9, false), Verdict::Wait);
        assert_eq!(judge(&AppError::Unauthenticated, 1, true), Verdict::Wait);
        assert!(matches!(judge(&AppError::Unreachable, 1, true), Verdict::Again(_)));
        assert!(matches!(judge(&internal, 3, true), Verdict::Again(_)));
        assert_eq!(judge(&internal, ATTEMPTS, true), Verdict::GiveUp);
        assert_eq!(judge(&AppError::RateLimitExceeded { retry_after_secs: 3 }, 1, true), Verdict::Again(3_000));
        assert_eq!(judge(&AppError::Forbidden, 1, true), Verdict::GiveUp);
        assert_eq!(judge(&AppError::MentionsUnconfirmed { people: 30 }, 1, true), Verdict::GiveUp);
    }
}
