//! Overviews, and what was done to others.

use super::messages::gist_of;
use crate::chat::model::{AuditEntry, ChatSender, RoomKind, RoomOverview, SenderInfo, SenderPlace, Version};
use crate::chat::server::moderation::Deed;
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::server::db::{Conn, on};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct SenderRow {
    id: UserId,
    name: String,
    email: String,
    message_count: i64,
    text: String,
    html: String,
    file: Option<String>,
    file_url: Option<String>,
    created_at: Timestamp,
}

pub async fn list_senders(conn: &mut Conn) -> Result<Vec<ChatSender>, sqlx::Error> {
    let rows: Vec<SenderRow> = on!(conn, c => sqlx::query_as(
        "SELECT u.id, u.name, u.email, s.message_count, m.text, m.html, m.file, m.file_url, m.created_at
         FROM (SELECT n.user_id, COUNT(*) AS message_count, MAX(n.id) AS last_id FROM chat_messages n
               JOIN chat_rooms r ON r.id = n.room_id AND r.kind IN ('channel', 'live')
               WHERE n.deleted_at IS NULL AND n.kind <> 'system' GROUP BY n.user_id) s
         JOIN users u ON u.id = s.user_id JOIN chat_messages m ON m.id = s.last_id
         ORDER BY m.created_at DESC, m.id DESC")
        .fetch_all(c).await)?;
    let sender = |row: SenderRow| ChatSender {
        id: row.id,
        last_message: gist_of(Some(row.text), Some(row.html), row.file, row.file_url),
        last_message_time: row.created_at,
        message_count: row.message_count,
        user_info: SenderInfo { id: row.id, name: row.name, email: row.email, picture: None },
    };
    Ok(rows.into_iter().map(sender).collect())
}

/// How much each of them has written in each open room, the most first.
pub async fn list_places(conn: &mut Conn) -> Result<Vec<SenderPlace>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT m.user_id, m.room_id, COUNT(*) AS message_count FROM chat_messages m
         JOIN chat_rooms r ON r.id = m.room_id AND r.kind IN ('channel', 'live')
         WHERE m.deleted_at IS NULL AND m.kind <> 'system' GROUP BY m.user_id, m.room_id
         ORDER BY message_count DESC, m.room_id, m.user_id")
        .fetch_all(c).await)
}

pub async fn list_overview(conn: &mut Conn) -> Result<Vec<RoomOverview>, sqlx::Error> {
    let mut rooms: Vec<RoomOverview> = on!(conn, c => sqlx::query_as(
        "SELECT id, kind, name, member_count, last_seq AS message_count, created_at, archived_at FROM chat_rooms
         ORDER BY last_seq DESC, id")
        .fetch_all(c).await)?;
    for room in rooms.iter_mut().filter(|room| !matches!(room.kind, RoomKind::Channel | RoomKind::Live)) {
        room.name.clear();
    }
    Ok(rooms)
}

/// The newest deeds, with what is told of the room's name and of the reason.
macro_rules! audit {
    ($name:literal, $reason:literal, $rest:literal) => {
        concat!(
            "SELECT a.id, a.at, a.actor_id, u.name AS actor_name, a.action, a.room_id, a.message_id, a.user_id, ",
            "v.name AS user_name, ",
            $name,
            " AS room_name, ",
            $reason,
            " AS reason ",
            "FROM chat_audit a JOIN users u ON u.id = a.actor_id LEFT JOIN users v ON v.id = a.user_id ",
            "JOIN chat_rooms r ON r.id = a.room_id ",
            $rest,
            " ORDER BY a.id DESC LIMIT 500"
        )
    };
}

/// Those of all rooms: of rooms that are not open to everybody without their names, and without reasons, which may
/// say what was written there.
pub async fn list_audit(conn: &mut Conn) -> Result<Vec<AuditEntry>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(audit!(
        "CASE WHEN r.kind IN ('channel', 'live') THEN r.name ELSE '' END",
        "CASE WHEN r.kind IN ('channel', 'live') THEN a.reason ELSE '' END",
        ""))
        .fetch_all(c).await)
}

/// Those of one room, as they were noted.
pub async fn list_audit_of(conn: &mut Conn, room: ChatRoomId) -> Result<Vec<AuditEntry>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(audit!("r.name", "a.reason", "WHERE a.room_id = $1")).bind(room).fetch_all(c).await)
}

pub async fn insert_audit(conn: &mut Conn, actor: UserId, deed: &Deed<'_>, at: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO chat_audit (at, actor_id, action, room_id, message_id, user_id, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(at).bind(actor).bind(deed.action).bind(deed.room).bind(deed.message).bind(deed.user).bind(deed.reason)
        .execute(c).await.map(|_| ()))
}

/// How often a message has been changed.
pub async fn count_versions(conn: &mut Conn, id: MessageId) -> Result<i64, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT COUNT(*) FROM chat_versions WHERE message_id = $1")
        .bind(id).fetch_one(c).await)
}

/// The oldest first.
pub async fn list_versions(conn: &mut Conn, id: MessageId) -> Result<Vec<Version>, sqlx::Error> {
    on!(conn, c => sqlx::query_as("SELECT text, user_id, at FROM chat_versions WHERE message_id = $1 ORDER BY id")
        .bind(id).fetch_all(c).await)
}
