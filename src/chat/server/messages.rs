//! Messages are sent.

use super::calling::call;
use super::files::id_in;
use super::render::render;
use super::search::composed;
use super::store::{self, Standing};
use super::{limit_changes, member_standing};
use crate::accounts::server::Caller;
use crate::chat::live::Place;
use crate::chat::model::{
    ChatRoom, ChatUser, FileInfo, MENTIONS_WITHOUT_ASKING, Mentions, Message, MessageSeq, MessageType, NewMessage,
    Quote, find_mentions,
};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::notifications::server as notifications;
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::Timestamp;

/// Writes a message into a room. One that its sender has numbered is written once, for good: a
/// repeat gets the first answer, and nobody is told again.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is no member, [`AppError::Validation`],
/// [`AppError::ChatRoomArchived`], [`AppError::WritingBarred`], [`AppError::RateLimitExceeded`],
/// [`AppError::MentionsUnconfirmed`], [`AppError::IdempotencyMismatch`] for a number that another message of the sender has.
pub async fn send_message(app: &App, caller: &Caller, room: ChatRoomId, new: NewMessage) -> Result<Message, AppError> {
    let new = new.checked()?;
    let me = caller.user.id;
    let limited = |retry_after_secs| AppError::RateLimitExceeded { retry_after_secs };
    app.chat.sent.count(&me, app.now()).map_err(limited)?;
    // Before the write lane is taken: nobody else's message waits for it.
    let html = render(&new.message);
    let mut tx = app.log.begin().await?;
    let (standing, mine) = member_standing(&mut tx, caller, room).await?;
    if let Some(first) = find_first_answer(&mut tx, caller, room, &new).await? {
        // It is no message more, but as much work as any change.
        app.chat.sent.forgive(&me);
        limit_changes(app, caller)?;
        // The first may still be on its way to the disk: it is not repeated before it is there.
        tx.commit().await?;
        return Ok(first);
    }
    standing.check_writing(tx.now())?;
    let quote = find_quote(&mut tx, room, new.reply_to).await?;
    check_thread(&mut tx, room, new.thread_root).await?;
    let mentions = find_called(&new.message, &list_callable(&mut tx, room, &new.message).await?);
    let people = mentions.people(standing.room.member_count);
    if people > MENTIONS_WITHOUT_ASKING && !new.confirm_mentions {
        return Err(AppError::MentionsUnconfirmed { people });
    }
    let now = tx.now();
    let file = find_file(&mut tx, caller, room, &new, now).await?;
    let is_late = is_late(&mut tx, me, &standing, &mine.place, new.seen_up_to).await?;
    let found = Found { html, mentions, quote, file, is_late };
    let message = unnumbered(caller, &standing, &new, found, now);
    match write(app, &mut tx, &standing.room, message, new.reply_to).await? {
        Some(message) => {
            // Whoever writes has read what was there, and what told of it.
            if !is_late {
                notifications::chat_read(&mut tx, me, room, message.seq).await?;
            }
            tx.commit().await?;
            // A repeat gets the same answer, and knows no more of that.
            Ok(Message { is_late: false, ..message })
        }
        // Another process was faster with the same number.
        None => {
            drop(tx);
            let mut tx = app.log.begin().await?;
            let first = find_first_answer(&mut tx, caller, room, &new).await?;
            tx.commit().await?;
            first.ok_or_else(|| AppError::internal(&"a message is there and is not"))
        }
    }
}

/// What a message is made of besides what its sender has sent.
struct Found {
    html: String,
    mentions: Mentions,
    quote: Option<Quote>,
    file: Option<FileInfo>,
    is_late: bool,
}

/// A message as it is told, but for its id and its number in the room: these it gets when it is written.
fn unnumbered(caller: &Caller, standing: &Standing, new: &NewMessage, found: Found, now: Timestamp) -> Message {
    // Nobody is a reader of their own words, read up to or not.
    let is_reader = standing.me.as_ref().is_some_and(|me| me.place.shows_reading);
    let unread_by = standing.reader_count - i64::from(is_reader);
    Message {
        message: new.message.clone(),
        html: found.html,
        message_type: new.message_type.unwrap_or_default(),
        file_url: new.file_url.clone(),
        file: found.file,
        client_msg_id: new.client_msg_id.clone(),
        reply_to: found.quote,
        thread_root: new.thread_root,
        mentions: found.mentions,
        is_late: found.is_late,
        ..empty(caller, standing.room.id, unread_by, now)
    }
}

/// A message of the caller's that says nothing yet.
pub(super) fn empty(caller: &Caller, room: ChatRoomId, unread_by: i64, now: Timestamp) -> Message {
    let user = &caller.user;
    Message {
        id: MessageId(0),
        chat_room_id: room,
        seq: 0,
        user_id: user.id,
        message: String::new(),
        html: String::new(),
        message_type: MessageType::default(),
        change: None,
        file_url: None,
        file: None,
        is_read: unread_by == 0,
        unread_by,
        created_at: now,
        updated_at: now,
        user: ChatUser { id: user.id, email: user.email.clone(), name: user.name.clone() },
        client_msg_id: None,
        reply_to: None,
        thread_root: None,
        reply_count: 0,
        last_reply_at: None,
        mentions: Mentions::default(),
        edited_at: None,
        deleted_at: None,
        reactions: Vec::new(),
        is_late: false,
    }
}

/// Numbers a message, writes it with all that follows from it, and tells its room and those it calls. Nothing when its
/// sender's number for it is taken.
async fn write(
    app: &App,
    tx: &mut Tx,
    room: &ChatRoom,
    mut message: Message,
    reply_to: Option<MessageId>,
) -> Result<Option<Message>, AppError> {
    let (author, now) = (message.user_id, message.created_at);
    message.seq = store::take_next_seq(tx, room.id).await?;
    let Some(id) = store::insert_message(tx, &message, reply_to).await? else { return Ok(None) };
    message.id = id;
    if !message.is_late {
        store::update_read(tx, room.id, author, message.seq, now).await?;
    }
    store::insert_mentions(tx, &message).await?;
    store::insert_grams(tx, id, &message.message).await?;
    if let Some(file) = &message.file {
        store::use_file(tx, file.id, id).await?;
    }
    if let Some(root) = message.thread_root {
        store::add_reply(tx, root, now).await?;
    }
    tx.emit(Topic::Chat(room.id), Some(author), Event::ChatMessage(Box::new(message.clone())));
    call(app, tx, room, &message).await?;
    Ok(Some(message))
}

/// The answer that this message got when it came first, when it has come before: its words, which its sender has sent
/// again just now, and whom they call. What is not its own is as it may be read now: a quote is what the quoted message
/// says by now, and of a deleted message's file nothing is known any more.
async fn find_first_answer(
    conn: &mut Conn,
    caller: &Caller,
    room: ChatRoomId,
    new: &NewMessage,
) -> Result<Option<Message>, AppError> {
    let Some(number) = &new.client_msg_id else { return Ok(None) };
    let Some((id, sent_to)) = store::find_sent(conn, room, caller.user.id, number).await? else { return Ok(None) };
    let now = store::find_message(conn, id).await?.ok_or(AppError::NotFound)?;
    let first_text = store::find_first_version(conn, id).await?;
    let has_changed = first_text.is_some();
    let text = first_text.unwrap_or_else(|| now.message.clone());
    let same_file = now.is_deleted() || now.file_url == new.file_url;
    let same = text == new.message
        && same_file
        && now.message_type == new.message_type.unwrap_or_default()
        && now.reply_to.as_ref().map(|quote| quote.id) == new.reply_to
        && now.thread_root == new.thread_root;
    if !same {
        return Err(AppError::IdempotencyMismatch);
    }
    let mentions =
        if has_changed { find_called(&text, &list_callable(conn, room, &text).await?) } else { now.mentions.clone() };
    let mut first = Message {
        html: render(&text),
        message: text,
        mentions,
        file_url: new.file_url.clone(),
        updated_at: now.created_at,
        reply_count: 0,
        last_reply_at: None,
        edited_at: None,
        deleted_at: None,
        reactions: Vec::new(),
        ..now
    };
    first.set_unread_by(sent_to);
    Ok(Some(first))
}

/// Whether others have written what the sender had not seen, nor read elsewhere, when they wrote.
async fn is_late(
    conn: &mut Conn,
    me: UserId,
    standing: &Standing,
    place: &Place,
    seen_up_to: Option<MessageSeq>,
) -> Result<bool, sqlx::Error> {
    let Some(seen) = seen_up_to.map(|seen| seen.max(place.last_read_seq)) else { return Ok(false) };
    if seen >= standing.last_seq {
        return Ok(false);
    }
    store::others_wrote_after(conn, standing.room.id, me, seen).await
}

/// The upload that a message names: the sender's own, into this room, and no other message's.
async fn find_file(
    conn: &mut Conn,
    caller: &Caller,
    room: ChatRoomId,
    new: &NewMessage,
    now: Timestamp,
) -> Result<Option<FileInfo>, AppError> {
    let Some(url) = new.file_url.as_deref().filter(|url| url.starts_with('/')) else { return Ok(None) };
    let unknown = || AppError::field(Field::FileUrl, Rule::Unknown);
    let id = id_in(url).ok_or_else(unknown)?;
    let file = store::find_file(conn, id).await?.ok_or_else(unknown)?;
    let is_image = new.message_type == Some(MessageType::Image);
    let is_own = file.room_id == room && file.user_id == caller.user.id && file.is_free(now);
    if !is_own || (is_image && !file.is_shown()) {
        return Err(unknown());
    }
    Ok(Some(file.info()))
}

async fn find_quote(conn: &mut Conn, room: ChatRoomId, id: Option<MessageId>) -> Result<Option<Quote>, AppError> {
    let Some(id) = id else { return Ok(None) };
    match store::find_message(conn, id).await? {
        // One that was deleted while the answer was on its way is quoted without its words: they must not be the
        // reason that the answer is lost.
        Some(message) if message.chat_room_id == room && !message.is_system() => Ok(Some(message.quote())),
        _ => Err(AppError::field(Field::ReplyTo, Rule::Unknown)),
    }
}

/// A thread hangs on a message that stands in the room itself.
async fn check_thread(conn: &mut Conn, room: ChatRoomId, root: Option<MessageId>) -> Result<(), AppError> {
    let Some(root) = root else { return Ok(()) };
    match store::find_message(conn, root).await? {
        Some(message) if message.chat_room_id == room && message.thread_root.is_none() && !message.is_system() => {
            Ok(())
        }
        _ => Err(AppError::field(Field::ThreadRoot, Rule::Unknown)),
    }
}

/// Whom a text calls of those whom it can call, however its characters are written.
pub(super) fn find_called(text: &str, callable: &[(UserId, String)]) -> Mentions {
    find_mentions(&composed(text), callable)
}

/// The room's members by their [`composed`] names, whom a text can call; one that calls nobody needs none.
pub(super) async fn list_callable(
    conn: &mut Conn,
    room: ChatRoomId,
    text: &str,
) -> Result<Vec<(UserId, String)>, sqlx::Error> {
    if !text.contains('@') {
        return Ok(Vec::new());
    }
    let names = store::list_names(conn, room).await?;
    Ok(names.into_iter().map(|(user, name)| (user, composed(&name))).collect())
}

/// The number of a room's newest message, for a message that names none.
pub(super) fn latest_or(wanted: Option<MessageSeq>, standing: &Standing) -> MessageSeq {
    wanted.unwrap_or(standing.last_seq).clamp(0, standing.last_seq)
}
