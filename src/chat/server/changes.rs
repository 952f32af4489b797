//! What becomes of a message that is there: it is changed, deleted, reacted to.

use super::calling::call_added;
use super::messages::{find_called, list_callable};
use super::moderation::{Measure, moderate};
use super::render::render;
use super::store::{self, Standing};
use super::{Addressed, Success, limit_changes};
use crate::accounts::server::Caller;
use crate::chat::live::ReactionEvent;
use crate::chat::model::{
    MAX_EMOJIS, MAX_VERSIONS, MENTIONS_WITHOUT_ASKING, Mentions, Message, check_emoji, check_reason, check_text,
};
use crate::error::{AppError, Field, Rule};
use crate::ids::MessageId;
use crate::notifications::model::Moderation;
use crate::notifications::server::{self as notifications, Quoted};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::db::Conn;
use crate::server::state::App;

/// A message, for a command of one of its room's members.
pub(super) async fn find_own(
    tx: &mut Tx,
    caller: &Caller,
    Addressed { id, room }: Addressed,
) -> Result<(Message, Standing), AppError> {
    let message = store::find_message(tx, id).await?.ok_or(AppError::NotFound)?;
    if room.is_some_and(|room| room != message.chat_room_id) {
        return Err(AppError::NotFound);
    }
    let standing = store::find_standing(tx, caller.user.id, message.chat_room_id).await?.ok_or(AppError::NotFound)?;
    Ok((message, standing))
}

/// A message as notifications know it, which the caller has changed or deleted.
fn quoted<'a>(caller: &Caller, standing: &'a Standing, message: &Message) -> Quoted<'a> {
    Quoted { room: standing.room.id, slug: &standing.room.slug, seq: message.seq, by: caller.user.id }
}

/// Whom a text calls of a room's members, and whom any of the texts before it did.
async fn find_called_anew(conn: &mut Conn, before: &Message, text: &str) -> Result<(Mentions, Mentions), AppError> {
    let names = list_callable(conn, before.chat_room_id, text).await?;
    let called = find_called(text, &names);
    let mut already = before.mentions.clone();
    if called.user_ids.iter().any(|user| !already.include(*user)) || (called.everyone && !already.everyone) {
        for version in store::list_versions(conn, before.id).await? {
            let then = find_called(&version.text, &names);
            already.everyone |= then.everyone;
            already.user_ids.extend(then.user_ids);
        }
        already.user_ids.sort_unstable();
        already.user_ids.dedup();
    }
    Ok((called, already))
}

/// Changes what a message says; by its author. What it said before is kept. Whom it calls now and
/// never did before is told of it.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ChatRoomArchived`],
/// [`AppError::WritingBarred`], [`AppError::Validation`], [`AppError::RateLimitExceeded`],
/// [`AppError::MentionsUnconfirmed`] when it begins to call many. One that has been changed [`MAX_VERSIONS`] times
/// stays as it is.
pub async fn edit_message(
    app: &App,
    caller: &Caller,
    message: Addressed,
    text: &str,
    confirm_mentions: bool,
) -> Result<Message, AppError> {
    limit_changes(app, caller)?;
    check_text(text)?;
    let text = text.trim();
    let html = render(text);
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let (before, standing) = find_own(&mut tx, caller, message).await?;
    if standing.me.is_none() || !before.may_edit(caller.viewer()) {
        return Err(AppError::Forbidden);
    }
    standing.check_writing(now)?;
    if before.message == text {
        return Ok(before);
    }
    if store::count_versions(&mut tx, before.id).await? >= i64::from(MAX_VERSIONS) {
        return Err(AppError::field(Field::Message, Rule::MaxChanges { max: MAX_VERSIONS }));
    }
    let (mentions, already) = find_called_anew(&mut tx, &before, text).await?;
    let people = mentions.people(standing.room.member_count);
    let grows = people > already.people(standing.room.member_count);
    if grows && people > MENTIONS_WITHOUT_ASKING && !confirm_mentions {
        return Err(AppError::MentionsUnconfirmed { people });
    }
    store::insert_version(&mut tx, &before, caller.user.id, now).await?;
    let after = Message { mentions, message: text.to_owned(), html, updated_at: now, edited_at: Some(now), ..before };
    rewrite(&mut tx, &after).await?;
    tx.emit(Topic::Chat(after.chat_room_id), Some(caller.user.id), Event::ChatMessageUpdated(Box::new(after.clone())));
    call_added(app, &mut tx, &standing.room, &after, &already).await?;
    notifications::chat_message_changed(app, &mut tx, quoted(caller, &standing, &after), &after.as_read()).await?;
    tx.commit().await?;
    Ok(after)
}

/// Deletes a message, by its author or by an admin of its room: its place stays, what it said goes.
///
/// What an admin does to somebody else's is noted with the reason, and its author is told.
///
/// # Errors
/// [`AppError::NotFound`], also for one that is deleted already; [`AppError::Forbidden`],
/// [`AppError::Validation`] for a reason that is too long.
pub async fn delete_message(app: &App, caller: &Caller, message: Addressed, reason: &str) -> Result<Message, AppError> {
    limit_changes(app, caller)?;
    check_reason(reason)?;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let me = caller.user.id;
    let (before, standing) = find_own(&mut tx, caller, message).await?;
    if before.is_deleted() {
        return Err(AppError::NotFound);
    }
    let role = standing.me.as_ref().map(|me| me.role);
    let has_left = standing.me.is_none() && before.user_id == me;
    if has_left || !before.may_delete(&standing.room, role, caller.viewer()) {
        return Err(AppError::Forbidden);
    }
    store::insert_version(&mut tx, &before, me, now).await?;
    if before.user_id != me {
        let (room, user, message) = (&standing.room, before.user_id, Some((before.id, before.seq)));
        let measure = Measure { room, user, what: Moderation::Deleted, message, until: None, reason };
        moderate(app, &mut tx, caller, measure).await?;
    }
    let after = Message {
        message: String::new(),
        html: String::new(),
        file_url: None,
        file: None,
        mentions: Mentions::default(),
        updated_at: now,
        deleted_at: Some(now),
        reactions: Vec::new(),
        ..before
    };
    rewrite(&mut tx, &after).await?;
    store::delete_reactions(&mut tx, after.chat_room_id, after.seq).await?;
    notifications::chat_message_deleted(app, &mut tx, quoted(caller, &standing, &after)).await?;
    if let Some(root) = after.thread_root {
        store::remove_reply(&mut tx, root).await?;
    }
    tx.emit(Topic::Chat(after.chat_room_id), Some(me), Event::ChatMessageDeleted(Box::new(after.clone())));
    tx.commit().await?;
    Ok(after)
}

async fn rewrite(tx: &mut Tx, after: &Message) -> Result<(), AppError> {
    store::update_text(tx, after).await?;
    store::delete_grams(tx, after.id).await?;
    store::insert_grams(tx, after.id, &after.message).await?;
    store::delete_mentions(tx, after.chat_room_id, after.seq).await?;
    store::insert_mentions(tx, after).await?;
    Ok(())
}

/// Puts an emoji under a message, or takes the caller's away. What is so already stays so.
///
/// # Errors
/// [`AppError::NotFound`], also for a message that is deleted; [`AppError::Forbidden`] for whoever is
/// no member, [`AppError::ChatRoomArchived`], [`AppError::WritingBarred`], [`AppError::Validation`]
/// for what is no emoji, and for one kind more than a message bears.
pub async fn react(app: &App, caller: &Caller, id: MessageId, emoji: &str, add: bool) -> Result<Message, AppError> {
    limit_changes(app, caller)?;
    let mut tx = app.begin(caller).await?;
    let (now, me) = (tx.now(), caller.user.id);
    let (mut message, standing) = find_own(&mut tx, caller, id.into()).await?;
    if standing.me.is_none() {
        return Err(AppError::Forbidden);
    }
    if !message.is_answerable() {
        return Err(AppError::NotFound);
    }
    standing.check_writing(now)?;
    let is_known = message.reactions.iter().any(|reaction| reaction.emoji == emoji);
    // What stands there already can be taken away, whatever it is.
    if !is_known {
        check_emoji(emoji)?;
    }
    if add && !is_known && message.reactions.len() >= MAX_EMOJIS {
        return Err(AppError::field(Field::Emoji, Rule::MaxItems { max: 20 }));
    }
    let changed = if add {
        store::insert_reaction(&mut tx, &message, emoji, me, now).await?
    } else {
        store::delete_reaction(&mut tx, &message, emoji, me).await?
    };
    if changed {
        let event = ReactionEvent {
            chat_room_id: message.chat_room_id,
            message_id: id,
            seq: message.seq,
            user_id: me,
            emoji: emoji.to_owned(),
            added: add,
        };
        message.react(&event);
        tx.emit(Topic::Chat(message.chat_room_id), Some(me), Event::ChatReaction(event));
    }
    tx.commit_with(200, &Success::new("Reaction saved successfully", &message)).await?;
    Ok(message)
}
