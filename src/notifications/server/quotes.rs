//! What quotes a message of a chat room says what the message says: called by the commands of chat,
//! in their transactions.

use super::calls::show_again;
use super::store::{self, Quoting};
use super::tell::event_of;
use crate::error::AppError;
use crate::ids::{ChatRoomId, UserId};
use crate::notifications::model::{NotificationId, NotificationKind, Reason, chat_group, chat_link};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;
use std::collections::BTreeSet;

/// The message of a room that is quoted.
#[derive(Clone, Copy)]
pub struct Quoted<'a> {
    pub room: ChatRoomId,
    pub slug: &'a str,
    pub seq: i64,
    /// Who has changed or deleted it.
    pub by: UserId,
}

/// A message says something else: so does what quotes it, read or not.
///
/// # Errors
/// When the database fails.
pub async fn chat_message_changed(app: &App, tx: &mut Tx, message: Quoted<'_>, excerpt: &str) -> Result<(), AppError> {
    let mut changed = store::list_quoting(tx, &chat_group(message.room), &message.link()).await?;
    changed.retain_mut(|quoting| quoting.say(excerpt));
    // Whoever was called alike has it alike.
    for alike in changed.chunk_by(|a, b| a.entry.data == b.entry.data) {
        let ids: Vec<NotificationId> = alike.iter().map(|quoting| quoting.entry.id.clone()).collect();
        store::update_data(tx, &ids, &alike[0].entry.data).await?;
    }
    emit_updated(app, tx, message.by, changed);
    Ok(())
}

/// A message is deleted: what quoted it goes with it, and its words at once, also where somebody
/// looks at them in a list that keeps still.
///
/// # Errors
/// When the database fails.
pub async fn chat_message_deleted(app: &App, tx: &mut Tx, message: Quoted<'_>) -> Result<(), AppError> {
    let mut deleted = store::delete_quoting(tx, &chat_group(message.room), &message.link()).await?;
    let counted = deleted.iter().filter(|quoting| quoting.is_counted());
    let people: BTreeSet<UserId> = counted.map(|quoting| quoting.user).collect();
    deleted.retain_mut(|quoting| quoting.say(""));
    emit_updated(app, tx, message.by, deleted);
    for person in people {
        show_again(tx, person).await?;
    }
    Ok(())
}

impl Quoted<'_> {
    fn link(&self) -> String {
        chat_link(self.slug, self.seq)
    }
}

impl Quoting {
    /// Puts other words in; says whether they are others.
    fn say(&mut self, excerpt: &str) -> bool {
        match &mut self.entry.data {
            NotificationKind::Chat { chat } if chat.excerpt != excerpt => {
                excerpt.clone_into(&mut chat.excerpt);
                true
            }
            _ => false,
        }
    }

    /// Whether the bell shows or counts it: it is in the list, or waits to come into it.
    fn is_counted(&self) -> bool {
        self.entry.archived_at.is_none() && (self.in_app.is_told() || self.in_app == Reason::Held)
    }
}

/// Tells people's screens what their lists say now, the archive too.
fn emit_updated(app: &App, tx: &mut Tx, actor: UserId, changed: Vec<Quoting>) {
    let zone = app.zone_around(tx.now());
    for Quoting { user, entry, in_app } in changed {
        if in_app.is_told() {
            let event = event_of(entry, Some(actor), &zone);
            tx.emit(Topic::User(user), Some(actor), Event::NotificationUpdated(event));
        }
    }
}
