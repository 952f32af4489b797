//! Messages, what is under them, and what they said before.

use super::members::count_unread_by;
use crate::chat::live::Window;
use crate::chat::model::{ChatUser, Mentions, Message, MessageSeq, MessageType, Quote, Reaction, gist};
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::server::db::{Conn, build_on, on};
use crate::time::Timestamp;
use serde::Serialize;

#[derive(sqlx::FromRow)]
pub(super) struct MessageRow {
    id: MessageId,
    room_id: ChatRoomId,
    seq: MessageSeq,
    user_id: UserId,
    client_msg_id: Option<String>,
    kind: MessageType,
    text: String,
    html: String,
    change: Option<String>,
    file_url: Option<String>,
    file: Option<String>,
    thread_root: Option<MessageId>,
    mentions: String,
    reply_count: i64,
    last_reply_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    edited_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    email: String,
    name: String,
    quote_id: Option<MessageId>,
    quote_seq: Option<MessageSeq>,
    quote_text: Option<String>,
    quote_html: Option<String>,
    quote_file: Option<String>,
    quote_file_url: Option<String>,
    quote_name: Option<String>,
}

/// What is shown of a message where there is one line for it, by its columns.
pub(super) fn gist_of(
    text: Option<String>,
    html: Option<String>,
    file: Option<String>,
    file_url: Option<String>,
) -> String {
    let file = file.and_then(|file| serde_json::from_str(&file).ok());
    gist(&text.unwrap_or_default(), &html.unwrap_or_default(), file.as_ref(), file_url.as_deref())
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        let reply_to = match (row.quote_id, row.quote_seq, row.quote_name) {
            (Some(id), Some(seq), Some(name)) => {
                let excerpt = gist_of(row.quote_text, row.quote_html, row.quote_file, row.quote_file_url);
                Some(Quote { id, seq, name, excerpt })
            }
            _ => None,
        };
        Self {
            id: row.id,
            chat_room_id: row.room_id,
            seq: row.seq,
            user_id: row.user_id,
            message: row.text,
            html: row.html,
            message_type: row.kind,
            // These are written by `insert_message` and `update_text` only.
            change: row.change.and_then(|change| serde_json::from_str(&change).ok()),
            file_url: row.file_url,
            file: row.file.and_then(|file| serde_json::from_str(&file).ok()),
            mentions: serde_json::from_str(&row.mentions).unwrap_or_default(),
            is_read: true,
            unread_by: 0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            user: ChatUser { id: row.user_id, email: row.email, name: row.name },
            client_msg_id: row.client_msg_id,
            reply_to,
            thread_root: row.thread_root,
            reply_count: row.reply_count,
            last_reply_at: row.last_reply_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            reactions: Vec::new(),
            is_late: false,
        }
    }
}

/// A message, its author and the message that it answers.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.room_id, m.seq, m.user_id, m.client_msg_id, m.kind, m.text, m.html, m.change, m.file_url, m.file, ",
            "m.thread_root, m.mentions, m.reply_count, m.last_reply_at, m.created_at, m.updated_at, m.edited_at, ",
            "m.deleted_at, u.email, u.name, q.id AS quote_id, q.seq AS quote_seq, q.text AS quote_text, ",
            "q.html AS quote_html, q.file AS quote_file, q.file_url AS quote_file_url, ",
            "v.name AS quote_name FROM chat_messages m JOIN users u ON u.id = m.user_id ",
            "LEFT JOIN chat_messages q ON q.id = m.reply_to LEFT JOIN users v ON v.id = q.user_id ",
            $rest
        )
    };
}

pub(super) use select;

/// Where to look for messages of a room; the newest that fit are taken.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    pub from: MessageSeq,
    pub to: MessageSeq,
    pub limit: i64,
    /// The oldest that fit instead.
    pub oldest: bool,
}

/// Messages in order, each with its reactions. Who has read them is for the caller to add.
pub async fn list_messages(conn: &mut Conn, room: ChatRoomId, stretch: Stretch) -> Result<Vec<Message>, sqlx::Error> {
    let Stretch { from, to, limit, oldest } = stretch;
    let mut rows: Vec<MessageRow> = if oldest {
        on!(conn, c => sqlx::query_as(select!(
            "WHERE m.room_id = $1 AND m.seq >= $2 AND m.seq <= $3 ORDER BY m.seq LIMIT $4"))
            .bind(room).bind(from).bind(to).bind(limit).fetch_all(c).await)?
    } else {
        on!(conn, c => sqlx::query_as(select!(
            "WHERE m.room_id = $1 AND m.seq >= $2 AND m.seq <= $3 ORDER BY m.seq DESC LIMIT $4"))
            .bind(room).bind(from).bind(to).bind(limit).fetch_all(c).await)?
    };
    if !oldest {
        rows.reverse();
    }
    with_reactions(conn, room, rows).await
}

/// The replies in a message's thread, as [`list_messages`] does.
pub async fn list_replies(
    conn: &mut Conn,
    room: ChatRoomId,
    root: MessageId,
    stretch: Stretch,
) -> Result<Vec<Message>, sqlx::Error> {
    let Stretch { from, to, limit, oldest } = stretch;
    let mut rows: Vec<MessageRow> = if oldest {
        on!(conn, c => sqlx::query_as(select!(
            "WHERE m.room_id = $1 AND m.thread_root = $2 AND m.seq >= $3 AND m.seq <= $4 ORDER BY m.seq LIMIT $5"))
            .bind(room).bind(root).bind(from).bind(to).bind(limit).fetch_all(c).await)?
    } else {
        on!(conn, c => sqlx::query_as(select!(
            "WHERE m.room_id = $1 AND m.thread_root = $2 AND m.seq >= $3 AND m.seq <= $4 ORDER BY m.seq DESC LIMIT $5"))
            .bind(room).bind(root).bind(from).bind(to).bind(limit).fetch_all(c).await)?
    };
    if !oldest {
        rows.reverse();
    }
    with_reactions(conn, room, rows).await
}

pub(super) async fn with_reactions(
    conn: &mut Conn,
    room: ChatRoomId,
    rows: Vec<MessageRow>,
) -> Result<Vec<Message>, sqlx::Error> {
    let (Some(first), Some(last)) = (rows.first().map(|row| row.seq), rows.last().map(|row| row.seq)) else {
        return Ok(Vec::new());
    };
    let reactions: Vec<(MessageSeq, String, UserId)> = on!(conn, c => sqlx::query_as(
        "SELECT seq, emoji, user_id FROM chat_reactions WHERE room_id = $1 AND seq >= $2 AND seq <= $3")
        .bind(room).bind(first).bind(last).fetch_all(c).await)?;
    let mut messages: Vec<Message> = rows.into_iter().map(Message::from).collect();
    for (seq, emoji, user) in reactions {
        if let Ok(at) = messages.binary_search_by_key(&seq, |message| message.seq) {
            messages[at].add_reaction(emoji, user);
        }
    }
    messages.iter_mut().for_each(Message::sort_reactions);
    Ok(messages)
}

impl Message {
    /// As it comes out of the database, in whatever order.
    pub(super) fn add_reaction(&mut self, emoji: String, user: UserId) {
        match self.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.user_ids.push(user),
            None => self.reactions.push(Reaction { emoji, user_ids: vec![user] }),
        }
    }

    /// The engines sort text in their own ways.
    pub(super) fn sort_reactions(&mut self) {
        self.reactions.sort_by(|a, b| a.emoji.cmp(&b.emoji));
        self.reactions.iter_mut().for_each(|reaction| reaction.user_ids.sort_unstable());
    }
}

/// One message with its reactions, and how many members have not read it.
pub async fn find_message(conn: &mut Conn, id: MessageId) -> Result<Option<Message>, sqlx::Error> {
    let row: Option<MessageRow> =
        on!(conn, c => sqlx::query_as(select!("WHERE m.id = $1")).bind(id).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(None) };
    let (room, seq, author) = (row.room_id, row.seq, row.user_id);
    let mut found = with_reactions(conn, room, vec![row]).await?;
    let unread = count_unread_by(conn, room, seq, author).await?;
    Ok(found.pop().map(|mut message| {
        message.set_unread_by(unread);
        message
    }))
}

/// The message that a sender has given this number, and to how many it went.
pub async fn find_sent(
    conn: &mut Conn,
    room: ChatRoomId,
    user: UserId,
    client_msg_id: &str,
) -> Result<Option<(MessageId, i64)>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT id, sent_to FROM chat_messages WHERE room_id = $1 AND user_id = $2 AND client_msg_id = $3")
        .bind(room).bind(user).bind(client_msg_id).fetch_optional(c).await)
}

/// What a message said at first, when it says something else by now.
pub async fn find_first_version(conn: &mut Conn, id: MessageId) -> Result<Option<String>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT text FROM chat_versions WHERE message_id = $1 ORDER BY id LIMIT 1")
        .bind(id).fetch_optional(c).await)
}

/// Writes a message; its id, or nothing when its sender has given this number to an earlier one.
pub async fn insert_message(
    conn: &mut Conn,
    new: &Message,
    reply_to: Option<MessageId>,
) -> Result<Option<MessageId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO chat_messages (room_id, seq, user_id, client_msg_id, kind, text, html, file_url, file, reply_to,
             thread_root, mentions, sent_to, reply_count, created_at, updated_at, change)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $14, $15)
         ON CONFLICT (room_id, user_id, client_msg_id) DO NOTHING RETURNING id")
        .bind(new.chat_room_id).bind(new.seq).bind(new.user_id).bind(&new.client_msg_id).bind(new.message_type)
        .bind(&new.message).bind(&new.html).bind(&new.file_url).bind(new.file.as_ref().map(json))
        .bind(reply_to).bind(new.thread_root).bind(json(&new.mentions)).bind(new.unread_by).bind(new.created_at)
        .bind(new.change.as_ref().map(json))
        .fetch_optional(c).await)
}

/// A reply has come into a thread.
pub async fn add_reply(conn: &mut Conn, root: MessageId, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE chat_messages SET reply_count = reply_count + 1, last_reply_at = $2 WHERE id = $1")
        .bind(root).bind(now).execute(c).await.map(|_| ()))
}

/// A reply of a thread has been deleted.
pub async fn remove_reply(conn: &mut Conn, root: MessageId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE chat_messages SET reply_count = reply_count - 1 WHERE id = $1")
        .bind(root).execute(c).await.map(|_| ()))
}

pub async fn insert_mentions(conn: &mut Conn, message: &Message) -> Result<(), sqlx::Error> {
    let Mentions { user_ids, everyone } = &message.mentions;
    let called: Vec<UserId> = everyone.then_some(UserId(0)).into_iter().chain(user_ids.iter().copied()).collect();
    if called.is_empty() {
        return Ok(());
    }
    build_on!(conn, "INSERT INTO chat_mentions (room_id, seq, user_id, sender_id) ", q => {
        q.push_values(&called, |mut row, user| {
            row.push_bind(message.chat_room_id).push_bind(message.seq).push_bind(*user).push_bind(message.user_id);
        });
    }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })
}

pub async fn delete_mentions(conn: &mut Conn, room: ChatRoomId, seq: MessageSeq) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM chat_mentions WHERE room_id = $1 AND seq = $2")
        .bind(room).bind(seq).execute(c).await.map(|_| ()))
}

/// Keeps what a message said until now, and who changes that.
pub async fn insert_version(conn: &mut Conn, before: &Message, by: UserId, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("INSERT INTO chat_versions (message_id, text, user_id, at) VALUES ($1, $2, $3, $4)")
        .bind(before.id).bind(&before.message).bind(by).bind(now).execute(c).await.map(|_| ()))
}

/// Writes everything of a message that can change by its author's or a moderator's hand.
pub async fn update_text(conn: &mut Conn, after: &Message) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE chat_messages SET text = $2, html = $3, mentions = $4, file_url = $5, file = $6, updated_at = $7,
             edited_at = $8, deleted_at = $9
         WHERE id = $1")
        .bind(after.id).bind(&after.message).bind(&after.html).bind(json(&after.mentions)).bind(&after.file_url)
        .bind(after.file.as_ref().map(json)).bind(after.updated_at).bind(after.edited_at).bind(after.deleted_at)
        .execute(c).await.map(|_| ()))
}

/// Says whether it was not there before.
pub async fn insert_reaction(
    conn: &mut Conn,
    message: &Message,
    emoji: &str,
    user: UserId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO chat_reactions (room_id, seq, emoji, user_id, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (room_id, seq, emoji, user_id) DO NOTHING")
        .bind(message.chat_room_id).bind(message.seq).bind(emoji).bind(user).bind(now)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Says whether it was there.
pub async fn delete_reaction(
    conn: &mut Conn,
    message: &Message,
    emoji: &str,
    user: UserId,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "DELETE FROM chat_reactions WHERE room_id = $1 AND seq = $2 AND emoji = $3 AND user_id = $4")
        .bind(message.chat_room_id).bind(message.seq).bind(emoji).bind(user)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

/// A deleted message bears nothing any more.
pub async fn delete_reactions(conn: &mut Conn, room: ChatRoomId, seq: MessageSeq) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM chat_reactions WHERE room_id = $1 AND seq = $2")
        .bind(room).bind(seq).execute(c).await.map(|_| ()))
}

/// Ids, names and kinds: there is nothing in them that JSON cannot say.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What is on screen of a window.
impl From<Window> for Stretch {
    fn from(window: Window) -> Self {
        Self { from: window.from, to: window.to.unwrap_or(MessageSeq::MAX), limit: i64::MAX, oldest: true }
    }
}
