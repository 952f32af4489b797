//! The index of pairs. The two engines have each their own, and take the same pairs.

use super::messages::{MessageRow, select};
use crate::chat::model::Message;
use crate::chat::server::search::{Wanted, grams};
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::server::db::Conn;

/// Makes a message findable by what it says now.
pub async fn insert_grams(conn: &mut Conn, id: MessageId, text: &str) -> Result<(), sqlx::Error> {
    let grams = grams(text);
    if grams.is_empty() {
        return Ok(());
    }
    match conn {
        Conn::Sqlite(c) => {
            let sql = "INSERT INTO chat_search (rowid, grams) VALUES ($1, $2)";
            sqlx::query(sql).bind(id).bind(grams).execute(&mut **c).await.map(|_| ())
        }
        Conn::Postgres(c) => {
            let sql = "INSERT INTO chat_search (message_id, grams) VALUES ($1, to_tsvector('simple', $2))";
            sqlx::query(sql).bind(id).bind(grams).execute(&mut **c).await.map(|_| ())
        }
    }
}

pub async fn delete_grams(conn: &mut Conn, id: MessageId) -> Result<(), sqlx::Error> {
    match conn {
        Conn::Sqlite(c) => {
            let sql = "DELETE FROM chat_search WHERE rowid = $1";
            sqlx::query(sql).bind(id).execute(&mut **c).await.map(|_| ())
        }
        Conn::Postgres(c) => {
            let sql = "DELETE FROM chat_search WHERE message_id = $1";
            sqlx::query(sql).bind(id).execute(&mut **c).await.map(|_| ())
        }
    }
}

/// Messages of a person's rooms that have all sequences of pairs, the newest first.
pub async fn search(
    conn: &mut Conn,
    user: UserId,
    wanted: &Wanted,
    room: Option<ChatRoomId>,
    before: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    let (room, before) = (room.map_or(0, |id| id.0), before.map_or(i64::MAX, |id| id.0));
    let rows: Vec<MessageRow> = match conn {
        Conn::Sqlite(c) => {
            let query: Vec<String> = wanted.sequences().map(|pairs| format!("\"{}\"", pairs.join(" "))).collect();
            sqlx::query_as(select!(
                "JOIN chat_search s ON s.rowid = m.id JOIN chat_members p ON p.room_id = m.room_id AND p.user_id = $1
                 WHERE chat_search MATCH $2 AND s.rowid < $3 AND ($4 = 0 OR m.room_id = $4) AND m.deleted_at IS NULL
                 ORDER BY s.rowid DESC LIMIT $5"
            ))
            .bind(user)
            .bind(query.join(" AND "))
            .bind(before)
            .bind(room)
            .bind(limit)
            .fetch_all(&mut **c)
            .await?
        }
        Conn::Postgres(c) => {
            let query: Vec<String> = wanted.sequences().map(|pairs| format!("({})", pairs.join(" <-> "))).collect();
            sqlx::query_as(select!(
                "JOIN chat_search s ON s.message_id = m.id
                 JOIN chat_members p ON p.room_id = m.room_id AND p.user_id = $1
                 WHERE s.grams @@ to_tsquery('simple', $2) AND m.id < $3 AND ($4 = 0 OR m.room_id = $4)
                     AND m.deleted_at IS NULL
                 ORDER BY m.id DESC LIMIT $5"
            ))
            .bind(user)
            .bind(query.join(" & "))
            .bind(before)
            .bind(room)
            .bind(limit)
            .fetch_all(&mut **c)
            .await?
        }
    };
    Ok(rows.into_iter().map(Message::from).collect())
}
