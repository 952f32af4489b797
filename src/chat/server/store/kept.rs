//! What people keep for themselves. A row goes with its person's place in the room.

use super::messages::{MessageRow, select};
use crate::chat::model::{KeptMessage, Message};
use crate::ids::{MessageId, UserId};
use crate::server::db::{Conn, on};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// Says whether it was not kept before.
pub async fn insert_kept(
    conn: &mut Conn,
    message: &Message,
    user: UserId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO chat_kept (user_id, message_id, room_id, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, message_id) DO NOTHING")
        .bind(user).bind(message.id).bind(message.chat_room_id).bind(now)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Says whether it was kept.
pub async fn delete_kept(conn: &mut Conn, user: UserId, id: MessageId) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM chat_kept WHERE user_id = $1 AND message_id = $2")
        .bind(user).bind(id).execute(c).await.map(|done| done.rows_affected() == 1))
}

/// How many messages a person keeps besides one.
pub async fn count_kept(conn: &mut Conn, user: UserId, besides: MessageId) -> Result<i64, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT COUNT(*) FROM chat_kept k JOIN chat_messages m ON m.id = k.message_id
         WHERE k.user_id = $1 AND m.deleted_at IS NULL AND m.id <> $2")
        .bind(user).bind(besides).fetch_one(c).await)
}

/// What a person keeps, in no order.
pub async fn list_kept(conn: &mut Conn, user: UserId) -> Result<Vec<KeptMessage>, sqlx::Error> {
    let kept: Vec<(MessageId, Timestamp)> = on!(conn, c => sqlx::query_as(
        "SELECT message_id, at FROM chat_kept WHERE user_id = $1").bind(user).fetch_all(c).await)?;
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MessageRow> = on!(conn, c => sqlx::query_as(select!(
        "JOIN chat_kept k ON k.message_id = m.id WHERE k.user_id = $1 AND m.deleted_at IS NULL"))
        .bind(user).fetch_all(c).await)?;
    let kept: BTreeMap<MessageId, Timestamp> = kept.into_iter().collect();
    let messages = rows.into_iter().map(Message::from);
    Ok(messages.filter_map(|message| Some(KeptMessage::of(&message, *kept.get(&message.id)?))).collect())
}
