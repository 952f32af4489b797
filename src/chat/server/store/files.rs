//! What was uploaded.

use crate::chat::server::files::StoredFile;
use crate::ids::{FileId, MessageId, UserId};
use crate::server::db::{Conn, on};
use crate::time::Timestamp;

pub async fn insert_file(conn: &mut Conn, new: &StoredFile) -> Result<FileId, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO chat_files (room_id, user_id, key, name, content_type, size, width, height, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id")
        .bind(new.room_id).bind(new.user_id).bind(&new.key).bind(&new.name).bind(&new.content_type).bind(new.size)
        .bind(new.width).bind(new.height).bind(new.created_at).fetch_one(c).await)
}

/// One whose message is deleted is nobody's any more, also before its bytes are.
pub async fn find_file(conn: &mut Conn, id: FileId) -> Result<Option<StoredFile>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT f.id, f.room_id, f.user_id, f.message_id, f.key, f.name, f.content_type, f.size, f.width, f.height,
             f.created_at
         FROM chat_files f LEFT JOIN chat_messages m ON m.id = f.message_id WHERE f.id = $1 AND m.deleted_at IS NULL")
        .bind(id).fetch_optional(c).await)
}

/// A message has it now.
pub async fn use_file(conn: &mut Conn, id: FileId, message: MessageId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE chat_files SET message_id = $2 WHERE id = $1 AND message_id IS NULL")
        .bind(id).bind(message).execute(c).await.map(|_| ()))
}

/// How many bytes of a person's wait for a message.
pub async fn sum_unused_files(conn: &mut Conn, user: UserId) -> Result<i64, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM chat_files WHERE message_id IS NULL AND user_id = $1")
        .bind(user).fetch_one(c).await)
}

/// Those that no message had by an instant, and those whose message is deleted; at most so many.
pub async fn list_unused_files(
    conn: &mut Conn,
    before: Timestamp,
    limit: usize,
) -> Result<Vec<(FileId, String)>, sqlx::Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    on!(conn, c => sqlx::query_as(
        "SELECT f.id, f.key FROM chat_files f WHERE f.message_id IS NULL AND f.created_at < $1
         UNION ALL
         SELECT f.id, f.key FROM chat_messages m JOIN chat_files f ON f.message_id = m.id
         WHERE m.deleted_at IS NOT NULL AND f.message_id IS NOT NULL
         LIMIT $2")
        .bind(before).bind(limit).fetch_all(c).await)
}

pub async fn delete_file(conn: &mut Conn, id: FileId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM chat_files WHERE id = $1").bind(id).execute(c).await.map(|_| ()))
}
