//! Rooms, and what one person sees of them.

use super::messages::gist_of;
use crate::accounts::model::Person;
use crate::chat::live::{ListedRoom, Place};
use crate::chat::model::{Bar, ChatRoom, LastMessage, MemberRole, MessageSeq, MessageType, RoomKind};
use crate::error::AppError;
use crate::ids::{ChatRoomId, MessageId, ReservationId, UserId};
use crate::server::db::{Conn, on};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// A room, and the place that one person has in it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub room: ChatRoom,
    pub last_seq: MessageSeq,
    /// Members who let others see how far they have read.
    pub reader_count: i64,
    /// Nothing for whoever is no member.
    pub me: Option<Me>,
}

impl Standing {
    /// Whether the person may write here now, if they are a member.
    ///
    /// # Errors
    /// [`AppError::ChatRoomArchived`], [`AppError::WritingBarred`].
    pub fn check_writing(&self, now: Timestamp) -> Result<(), AppError> {
        match self.room.archived_at {
            Some(_) => Err(AppError::ChatRoomArchived),
            None => self.check_bar(now),
        }
    }

    /// Whether nothing keeps the person from writing.
    ///
    /// # Errors
    /// [`AppError::WritingBarred`].
    pub fn check_bar(&self, now: Timestamp) -> Result<(), AppError> {
        match self.me.as_ref().and_then(|me| me.place.bar.as_ref()) {
            Some(bar) if bar.holds(now) => Err(AppError::WritingBarred { until: bar.until }),
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Me {
    pub role: MemberRole,
    pub place: Place,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    #[sqlx(flatten)]
    room: ChatRoom,
    last_seq: MessageSeq,
    reader_count: i64,
    role: Option<MemberRole>,
    last_read_seq: Option<MessageSeq>,
    unread_from: Option<MessageSeq>,
    muted_until: Option<Timestamp>,
    shows_reading: Option<bool>,
    barred_until: Option<Timestamp>,
    bar_reason: Option<String>,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        let place = Place {
            last_read_seq: row.last_read_seq.unwrap_or(0),
            unread_from: row.unread_from,
            muted_until: row.muted_until,
            shows_reading: row.shows_reading.unwrap_or(true),
            bar: row.barred_until.zip(row.bar_reason).map(|(until, reason)| Bar { until, reason }),
        };
        let me = row.role.map(|role| Me { role, place });
        Self { room: row.room, last_seq: row.last_seq, reader_count: row.reader_count, me }
    }
}

/// The columns of a [`ChatRoom`] and of its member `m`.
macro_rules! standing {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.kind, r.slug, r.name, r.topic, r.reservation_id, r.member_count, r.version, r.created_at, ",
            "r.archived_at, r.last_seq, r.reader_count, ",
            "m.role, m.last_read_seq, m.unread_from, m.muted_until, m.shows_reading, ",
            "b.until AS barred_until, b.reason AS bar_reason ",
            "FROM chat_rooms r LEFT JOIN chat_members m ON m.room_id = r.id AND m.user_id = $1 ",
            "LEFT JOIN chat_bars b ON b.room_id = r.id AND b.user_id = $1 ",
            $rest
        )
    };
}

pub async fn find_standing(conn: &mut Conn, user: UserId, room: ChatRoomId) -> Result<Option<Standing>, sqlx::Error> {
    let row: Option<StandingRow> = on!(conn, c => sqlx::query_as(standing!("WHERE r.id = $2"))
        .bind(user).bind(room).fetch_optional(c).await)?;
    Ok(row.map(Standing::from))
}

pub async fn find_id_by_slug(conn: &mut Conn, slug: &str) -> Result<Option<ChatRoomId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT id FROM chat_rooms WHERE slug = $1").bind(slug).fetch_optional(c).await)
}

/// The room of two people: `pair` is their ids, the lower one first.
pub async fn find_id_by_pair(conn: &mut Conn, pair: &str) -> Result<Option<ChatRoomId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT id FROM chat_rooms WHERE pair = $1").bind(pair).fetch_optional(c).await)
}

pub async fn find_id_by_reservation(conn: &mut Conn, id: ReservationId) -> Result<Option<ChatRoomId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT id FROM chat_rooms WHERE reservation_id = $1")
        .bind(id).fetch_optional(c).await)
}

/// Channels that anybody may join, by name.
pub async fn list_channels(conn: &mut Conn, user: UserId) -> Result<Vec<Standing>, sqlx::Error> {
    let rows: Vec<StandingRow> = on!(conn, c => sqlx::query_as(standing!(
        "WHERE (r.kind = 'channel' OR (r.kind = 'live' AND r.reservation_id IS NULL)) AND r.archived_at IS NULL
         ORDER BY r.name, r.id LIMIT 500"))
        .bind(user).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Standing::from).collect())
}

/// The rooms whose topic a person receives.
pub async fn list_room_ids(conn: &mut Conn, user: UserId) -> Result<Vec<ChatRoomId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT room_id FROM chat_members WHERE user_id = $1 ORDER BY room_id")
        .bind(user).fetch_all(c).await)
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    standing: StandingRow,
    peer_id: Option<UserId>,
    peer_name: Option<String>,
    last_id: Option<MessageId>,
    last_user_id: Option<UserId>,
    last_name: Option<String>,
    last_text: Option<String>,
    last_html: Option<String>,
    last_file: Option<String>,
    last_file_url: Option<String>,
    last_kind: Option<MessageType>,
    last_created_at: Option<Timestamp>,
    last_deleted_at: Option<Timestamp>,
}

impl ListedRow {
    fn into_listed(self) -> Option<ListedRoom> {
        let last_message = match (self.last_id, self.last_user_id, self.last_kind, self.last_created_at) {
            (Some(id), Some(user_id), Some(message_type), Some(created_at)) => Some(LastMessage {
                id,
                seq: self.standing.last_seq,
                user_id,
                name: self.last_name.unwrap_or_default(),
                message: gist_of(self.last_text, self.last_html, self.last_file, self.last_file_url),
                message_type,
                created_at,
                deleted: self.last_deleted_at.is_some(),
            }),
            _ => None,
        };
        let peer = self.peer_id.zip(self.peer_name).map(|(id, name)| Person { id, name });
        let standing = Standing::from(self.standing);
        let Me { role, place } = standing.me?;
        Some(ListedRoom {
            room: standing.room,
            peer,
            role,
            place,
            last_seq: standing.last_seq,
            last_message,
            mentions: Vec::new(),
        })
    }
}

/// The rooms of a person as their list shows them; only one when `only` names it.
pub async fn list_rooms(
    conn: &mut Conn,
    user: UserId,
    only: Option<ChatRoomId>,
) -> Result<BTreeMap<ChatRoomId, ListedRoom>, sqlx::Error> {
    let only = only.map_or(0, |id| id.0);
    let rows: Vec<ListedRow> = on!(conn, c => sqlx::query_as(
        "SELECT r.id, r.kind, r.slug, r.name, r.topic, r.reservation_id, r.member_count, r.version, r.created_at,
             r.archived_at, r.last_seq, r.reader_count,
             m.role, m.last_read_seq, m.unread_from, m.muted_until, m.shows_reading,
             b.until AS barred_until, b.reason AS bar_reason,
             p.user_id AS peer_id, pu.name AS peer_name,
             l.id AS last_id, l.user_id AS last_user_id, lu.name AS last_name, l.text AS last_text, l.html AS last_html,
             l.file AS last_file, l.file_url AS last_file_url, l.kind AS last_kind, l.created_at AS last_created_at,
             l.deleted_at AS last_deleted_at
         FROM chat_members m
         JOIN chat_rooms r ON r.id = m.room_id
         LEFT JOIN chat_bars b ON b.room_id = r.id AND b.user_id = m.user_id
         LEFT JOIN chat_messages l ON l.room_id = r.id AND l.seq = r.last_seq
         LEFT JOIN users lu ON lu.id = l.user_id
         LEFT JOIN chat_members p ON r.kind = 'direct' AND p.room_id = r.id AND p.user_id <> m.user_id
         LEFT JOIN users pu ON pu.id = p.user_id
         WHERE m.user_id = $1 AND ($2 = 0 OR r.id = $2)")
        .bind(user).bind(only).fetch_all(c).await)?;
    let mut rooms: BTreeMap<ChatRoomId, ListedRoom> =
        rows.into_iter().filter_map(ListedRow::into_listed).map(|listed| (listed.room.id, listed)).collect();
    let mentions: Vec<(ChatRoomId, MessageSeq)> = on!(conn, c => sqlx::query_as(
        "SELECT DISTINCT n.room_id, n.seq FROM chat_members m
         JOIN chat_mentions n ON n.room_id = m.room_id AND n.seq > m.last_read_seq
             AND n.user_id IN (0, m.user_id) AND n.sender_id <> m.user_id
         WHERE m.user_id = $1 AND ($2 = 0 OR m.room_id = $2) ORDER BY n.room_id, n.seq")
        .bind(user).bind(only).fetch_all(c).await)?;
    for (room, seq) in mentions {
        if let Some(listed) = rooms.get_mut(&room) {
            listed.mentions.push(seq);
        }
    }
    Ok(rooms)
}

/// A room that does not exist yet.
pub struct RoomRow<'a> {
    pub kind: RoomKind,
    pub slug: &'a str,
    pub name: &'a str,
    pub topic: &'a str,
    pub pair: Option<&'a str>,
    pub reservation_id: Option<ReservationId>,
}

/// Nothing when its slug is taken.
pub async fn insert_room(
    conn: &mut Conn,
    new: &RoomRow<'_>,
    now: Timestamp,
) -> Result<Option<ChatRoomId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO chat_rooms (kind, slug, name, topic, pair, reservation_id, last_seq, member_count, reader_count,
             version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 1, $7) ON CONFLICT (slug) DO NOTHING RETURNING id")
        .bind(new.kind).bind(new.slug).bind(new.name).bind(new.topic).bind(new.pair).bind(new.reservation_id).bind(now)
        .fetch_optional(c).await)
}

pub async fn update_room(conn: &mut Conn, after: &ChatRoom) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE chat_rooms SET kind = $2, name = $3, topic = $4, archived_at = $5, version = $6 WHERE id = $1")
        .bind(after.id).bind(after.kind).bind(&after.name).bind(&after.topic).bind(after.archived_at).bind(after.version)
        .execute(c).await.map(|_| ()))
}

/// Whether somebody else has written after a message.
pub async fn others_wrote_after(
    conn: &mut Conn,
    room: ChatRoomId,
    me: UserId,
    seq: MessageSeq,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM chat_messages
             WHERE room_id = $1 AND seq > $3 AND user_id <> $2 AND kind <> 'system')")
        .bind(room).bind(me).bind(seq).fetch_one(c).await)
}

/// The number of the message that is about to be written.
pub async fn take_next_seq(conn: &mut Conn, room: ChatRoomId) -> Result<MessageSeq, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("UPDATE chat_rooms SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq")
        .bind(room).fetch_one(c).await)
}

/// The number of a message of the server's own: none in a room in which nobody has written yet, or
/// nobody writes any more.
pub async fn take_next_seq_of_open(conn: &mut Conn, room: ChatRoomId) -> Result<Option<MessageSeq>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "UPDATE chat_rooms SET last_seq = last_seq + 1 WHERE id = $1 AND last_seq > 0 AND archived_at IS NULL
         RETURNING last_seq")
        .bind(room).fetch_optional(c).await)
}

/// Open rooms of bookings that are over by an instant, but for those that somebody has opened again since.
pub async fn list_over(conn: &mut Conn, now: Timestamp) -> Result<Vec<ChatRoomId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT r.id FROM chat_rooms r JOIN reservations b ON b.id = r.reservation_id
         WHERE r.archived_at IS NULL AND (b.ends_at <= $1 OR b.status NOT IN ('pending', 'approved'))
             AND NOT EXISTS (SELECT 1 FROM chat_audit a WHERE a.room_id = r.id AND a.action = 'reopen_room'
                 AND a.at >= CASE WHEN b.status IN ('pending', 'approved') THEN b.ends_at ELSE b.updated_at END)
         ORDER BY r.id")
        .bind(now).fetch_all(c).await)
}

/// When the next booking that has an open room ends.
pub async fn find_next_end(conn: &mut Conn, now: Timestamp) -> Result<Option<Timestamp>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT MIN(b.ends_at) FROM chat_rooms r JOIN reservations b ON b.id = r.reservation_id
         WHERE r.archived_at IS NULL AND b.ends_at > $1")
        .bind(now).fetch_one(c).await)
}

/// The room of a booking, open or not.
pub async fn find_room_of_booking(conn: &mut Conn, id: ReservationId) -> Result<Option<ChatRoom>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT id, kind, slug, name, topic, reservation_id, member_count, version, created_at, archived_at
         FROM chat_rooms WHERE reservation_id = $1")
        .bind(id).fetch_optional(c).await)
}

/// A room in which people still write.
pub async fn find_open_room(conn: &mut Conn, id: ChatRoomId) -> Result<Option<ChatRoom>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT id, kind, slug, name, topic, reservation_id, member_count, version, created_at, archived_at
         FROM chat_rooms WHERE id = $1 AND archived_at IS NULL")
        .bind(id).fetch_optional(c).await)
}
