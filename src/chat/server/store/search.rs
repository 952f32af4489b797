//! The index of pairs. The two engines have each their own, and take the same pairs.

use super::messages::{MessageRow, select};
use crate::chat::live::count_unread;
use crate::chat::model::{Message, MessageSeq};
use crate::chat::server::search::{Wanted, grams};
use crate::ids::{ChatRoomId, MessageId, UserId};
use crate::server::db::{Conn, bind_list, build_on};
use std::collections::{BTreeMap, BTreeSet};

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

/// What a hit has besides its words: who has not read it, and what stands under it.
pub async fn add_reading_and_reactions(conn: &mut Conn, hits: &mut [Message]) -> Result<(), sqlx::Error> {
    if hits.is_empty() {
        return Ok(());
    }
    let read = list_read_seqs_of(conn, hits).await?;
    let reactions = list_reactions_under(conn, hits).await?;
    for (id, emoji, user) in reactions {
        if let Some(hit) = hits.iter_mut().find(|hit| hit.id == id) {
            hit.add_reaction(emoji, user);
        }
    }
    for hit in hits {
        let read = read.get(&hit.chat_room_id).map(Vec::as_slice).unwrap_or_default();
        count_unread(std::slice::from_mut(hit), read);
        hit.sort_reactions();
    }
    Ok(())
}

/// How far each member who shows it has read in the rooms of the hits, in order.
async fn list_read_seqs_of(
    conn: &mut Conn,
    hits: &[Message],
) -> Result<BTreeMap<ChatRoomId, Vec<(MessageSeq, UserId)>>, sqlx::Error> {
    let rooms: BTreeSet<ChatRoomId> = hits.iter().map(|hit| hit.chat_room_id).collect();
    let sql = "SELECT room_id, last_read_seq, user_id FROM chat_members WHERE shows_reading AND room_id IN (";
    let rows: Vec<(ChatRoomId, MessageSeq, UserId)> = build_on!(conn, sql, q => {
        bind_list(&mut q, rooms.iter().copied());
        q.push(") ORDER BY last_read_seq");
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    let mut read: BTreeMap<ChatRoomId, Vec<(MessageSeq, UserId)>> = BTreeMap::new();
    for (room, seq, user) in rows {
        read.entry(room).or_default().push((seq, user));
    }
    Ok(read)
}

async fn list_reactions_under(
    conn: &mut Conn,
    hits: &[Message],
) -> Result<Vec<(MessageId, String, UserId)>, sqlx::Error> {
    let sql = "SELECT m.id, r.emoji, r.user_id FROM chat_messages m
               JOIN chat_reactions r ON r.room_id = m.room_id AND r.seq = m.seq WHERE m.id IN (";
    build_on!(conn, sql, q => {
        bind_list(&mut q, hits.iter().map(|hit| hit.id));
        q.push(")");
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })
}

/// Messages of a person's rooms that have all sequences of pairs, the newest first. Who has read them, and what
/// stands under them, is for the caller to add.
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
