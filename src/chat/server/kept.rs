//! Messages that somebody keeps for themselves.

use super::changes::find_own;
use super::{Success, limit_changes, snapshot, store};
use crate::accounts::server::Caller;
use crate::chat::live::{KeptEvent, KeptMessages};
use crate::chat::model::{KeptMessage, MAX_KEPT};
use crate::error::{AppError, Field, Rule};
use crate::ids::MessageId;
use crate::realtime::log;
use crate::realtime::protocol::{Event, Snapshot, Topic};
use crate::server::state::App;

/// What the caller keeps, of the rooms that they are in.
///
/// # Errors
/// When the database fails.
pub async fn kept_messages(app: &App, caller: &Caller) -> Result<Snapshot<KeptMessages>, AppError> {
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let kept = store::list_kept(&mut read, caller.user.id).await?;
    read.end();
    Ok(snapshot(app, KeptMessages::of(kept), seq))
}

/// Keeps a message for the caller alone, or keeps it no more. What is so already stays so.
///
/// # Errors
/// [`AppError::NotFound`], also for a message that is deleted or the server's own;
/// [`AppError::Forbidden`] for whoever is no member, [`AppError::Validation`] for one more than
/// [`MAX_KEPT`], [`AppError::RateLimitExceeded`].
pub async fn keep_message(app: &App, caller: &Caller, id: MessageId, keep: bool) -> Result<(), AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let (now, me) = (tx.now(), caller.user.id);
    let (message, standing) = find_own(&mut tx, caller, id.into()).await?;
    if standing.me.is_none() {
        return Err(AppError::Forbidden);
    }
    if !message.is_answerable() {
        return Err(AppError::NotFound);
    }
    let changed = if keep {
        if store::count_kept(&mut tx, me, id).await? >= i64::from(MAX_KEPT) {
            return Err(AppError::field(Field::Message, Rule::MaxItems { max: MAX_KEPT }));
        }
        store::insert_kept(&mut tx, &message, me, now).await?
    } else {
        store::delete_kept(&mut tx, me, id).await?
    };
    if changed {
        let event = KeptEvent { message_id: id, kept: keep.then(|| KeptMessage::of(&message, now)) };
        tx.emit(Topic::User(me), Some(me), Event::ChatKept(event));
    }
    tx.commit_with(200, &Success::<()>::new("Saved messages updated", None)).await?;
    Ok(())
}
