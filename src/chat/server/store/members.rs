//! Members, and how far they have read.

use crate::chat::live::Place;
use crate::chat::model::{Bar, ChatUser, Member, MemberRole, MessageSeq};
use crate::ids::{ChatRoomId, MemberId, UserId};
use crate::server::db::{Conn, bind_list, build_on, on};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: MemberId,
    room_id: ChatRoomId,
    user_id: UserId,
    role: MemberRole,
    joined_at: Timestamp,
    last_read_seq: MessageSeq,
    last_read_at: Option<Timestamp>,
    shows_reading: bool,
    barred_until: Option<Timestamp>,
    email: String,
    name: String,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            id: row.id,
            chat_room_id: row.room_id,
            user_id: row.user_id,
            role: row.role,
            joined_at: row.joined_at,
            last_read_at: row.last_read_at.filter(|_| row.shows_reading),
            last_read_seq: row.shows_reading.then_some(row.last_read_seq),
            unread_count: 0,
            barred_until: row.barred_until,
            created_at: row.joined_at,
            user: ChatUser { id: row.user_id, email: row.email, name: row.name },
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.room_id, m.user_id, m.role, m.joined_at, m.last_read_seq, m.last_read_at, ",
            "m.shows_reading, b.until AS barred_until, u.email, u.name ",
            "FROM chat_members m JOIN users u ON u.id = m.user_id ",
            "LEFT JOIN chat_bars b ON b.room_id = m.room_id AND b.user_id = m.user_id ",
            $rest
        )
    };
}

pub async fn list_members(conn: &mut Conn, room: ChatRoomId) -> Result<Vec<Member>, sqlx::Error> {
    let rows: Vec<MemberRow> = on!(conn, c => sqlx::query_as(select!("WHERE m.room_id = $1 ORDER BY m.user_id"))
        .bind(room).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// A person's places in all of their rooms, as others see them.
pub async fn list_memberships(conn: &mut Conn, user: UserId) -> Result<Vec<Member>, sqlx::Error> {
    let rows: Vec<MemberRow> = on!(conn, c => sqlx::query_as(select!("WHERE m.user_id = $1 ORDER BY m.room_id"))
        .bind(user).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

pub async fn find_member(conn: &mut Conn, room: ChatRoomId, user: UserId) -> Result<Option<Member>, sqlx::Error> {
    let row: Option<MemberRow> = on!(conn, c => sqlx::query_as(select!("WHERE m.room_id = $1 AND m.user_id = $2"))
        .bind(room).bind(user).fetch_optional(c).await)?;
    Ok(row.map(Member::from))
}

/// The names of a room's members.
pub async fn list_names(conn: &mut Conn, room: ChatRoomId) -> Result<Vec<(UserId, String)>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT u.id, u.name FROM chat_members m JOIN users u ON u.id = m.user_id WHERE m.room_id = $1")
        .bind(room).fetch_all(c).await)
}

/// Until when each member has silenced a room; only some of them when `only` names them.
pub async fn list_silences(
    conn: &mut Conn,
    room: ChatRoomId,
    only: Option<&Vec<UserId>>,
) -> Result<Vec<(UserId, Option<Timestamp>)>, sqlx::Error> {
    build_on!(conn, "SELECT user_id, muted_until FROM chat_members WHERE room_id = ", q => {
        q.push_bind(room);
        if let Some(only) = only {
            q.push(" AND user_id IN (");
            bind_list(&mut q, only.iter().copied());
            q.push(")");
        }
        q.push(" ORDER BY user_id");
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })
}

/// How far each member who shows it has read, in order.
pub async fn list_read_seqs(conn: &mut Conn, room: ChatRoomId) -> Result<Vec<(MessageSeq, UserId)>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT last_read_seq, user_id FROM chat_members WHERE room_id = $1 AND shows_reading ORDER BY last_read_seq")
        .bind(room).fetch_all(c).await)
}

/// Puts people into a room, having read everything there is; their choice about showing what they
/// read goes with them.
pub async fn insert_members(
    conn: &mut Conn,
    room: ChatRoomId,
    people: &[(UserId, MemberRole)],
    last_seq: MessageSeq,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    if people.is_empty() {
        return Ok(());
    }
    build_on!(conn, "INSERT INTO chat_members (room_id, role, joined_at, last_read_seq, user_id, shows_reading) ", q => {
        for (n, (user, role)) in people.iter().enumerate() {
            q.push(if n == 0 { "" } else { " UNION ALL " });
            // The types of bare values in a SELECT are not those of the columns they go to.
            q.push("SELECT CAST(").push_bind(room).push(" AS BIGINT), CAST(").push_bind(*role)
                .push(" AS TEXT), CAST(").push_bind(now).push(" AS BIGINT), CAST(").push_bind(last_seq)
                .push(" AS BIGINT), id, COALESCE((SELECT shows_reading FROM chat_preferences p WHERE p.user_id = users.id), TRUE)
                       FROM users WHERE id = ")
                .push_bind(*user);
        }
    }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })?;
    count_members(conn, room).await
}

pub async fn delete_member(conn: &mut Conn, room: ChatRoomId, user: UserId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM chat_members WHERE room_id = $1 AND user_id = $2")
        .bind(room).bind(user).execute(c).await.map(|_| ()))?;
    count_members(conn, room).await
}

/// Keeps the tallies of a room right after its members have changed.
async fn count_members(conn: &mut Conn, room: ChatRoomId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE chat_rooms SET
             member_count = (SELECT COUNT(*) FROM chat_members WHERE room_id = $1),
             reader_count = (SELECT COUNT(*) FROM chat_members WHERE room_id = $1 AND shows_reading)
         WHERE id = $1")
        .bind(room).execute(c).await.map(|_| ()))
}

pub async fn update_role(conn: &mut Conn, room: ChatRoomId, user: UserId, role: MemberRole) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE chat_members SET role = $3 WHERE room_id = $1 AND user_id = $2")
        .bind(room).bind(user).bind(role).execute(c).await.map(|_| ()))
}

pub async fn upsert_bar(conn: &mut Conn, room: ChatRoomId, user: UserId, bar: &Bar) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO chat_bars (room_id, user_id, until, reason) VALUES ($1, $2, $3, $4)
         ON CONFLICT (room_id, user_id) DO UPDATE SET until = excluded.until, reason = excluded.reason")
        .bind(room).bind(user).bind(bar.until).bind(&bar.reason).execute(c).await.map(|_| ()))
}

pub async fn delete_bar(conn: &mut Conn, room: ChatRoomId, user: UserId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM chat_bars WHERE room_id = $1 AND user_id = $2")
        .bind(room).bind(user).execute(c).await.map(|_| ()))
}

pub async fn find_owner(conn: &mut Conn, room: ChatRoomId) -> Result<Option<UserId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT user_id FROM chat_members WHERE room_id = $1 AND role = 'owner' ORDER BY id LIMIT 1")
        .bind(room).fetch_optional(c).await)
}

/// The member who becomes the owner when the owner goes: an admin before the others, the oldest first.
pub async fn find_heir(conn: &mut Conn, room: ChatRoomId) -> Result<Option<UserId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT user_id FROM chat_members WHERE room_id = $1 AND role <> 'owner'
         ORDER BY CASE role WHEN 'admin' THEN 0 ELSE 1 END, id LIMIT 1")
        .bind(room).fetch_optional(c).await)
}

/// Moves the read pointer forward, and settles a reminder, as [`Place::read_up_to`] says.
pub async fn update_read(
    conn: &mut Conn,
    room: ChatRoomId,
    user: UserId,
    seq: MessageSeq,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE chat_members SET unread_from = CASE WHEN unread_from <= $3 THEN NULL ELSE unread_from END,
             last_read_at = CASE WHEN last_read_seq < $3 THEN $4 ELSE last_read_at END,
             last_read_seq = CASE WHEN last_read_seq < $3 THEN $3 ELSE last_read_seq END
         WHERE room_id = $1 AND user_id = $2")
        .bind(room).bind(user).bind(seq).bind(now).execute(c).await.map(|_| ()))
}

/// A message that is news to nobody who has read the rest: their read pointers go on over it.
pub async fn read_after(conn: &mut Conn, room: ChatRoomId, seq: MessageSeq) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE chat_members SET last_read_seq = $2 WHERE room_id = $1 AND last_read_seq = $3")
        .bind(room).bind(seq).bind(seq - 1).execute(c).await.map(|_| ()))
}

/// The last of the messages of the room's own that follow upon a message without a gap; that message itself when
/// somebody's follows upon it, or nothing.
pub async fn find_last_told_after(
    conn: &mut Conn,
    room: ChatRoomId,
    seq: MessageSeq,
) -> Result<MessageSeq, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT COALESCE(
             (SELECT MIN(seq) - 1 FROM chat_messages WHERE room_id = $1 AND seq > $2 AND kind <> 'system'),
             (SELECT last_seq FROM chat_rooms WHERE id = $1))")
        .bind(room).bind(seq).fetch_one(c).await)
}

/// How many members besides its author, of those who show it, have not read a message (contracts §5.3).
pub async fn count_unread_by(
    conn: &mut Conn,
    room: ChatRoomId,
    seq: MessageSeq,
    author: UserId,
) -> Result<i64, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT COUNT(*) FROM chat_members WHERE room_id = $1 AND shows_reading AND last_read_seq < $2 AND user_id <> $3")
        .bind(room).bind(seq).bind(author).fetch_one(c).await)
}

/// Writes what a member alone sees of their place, but for the read pointer.
pub async fn update_place(conn: &mut Conn, room: ChatRoomId, user: UserId, place: &Place) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE chat_members SET unread_from = $3, muted_until = $4 WHERE room_id = $1 AND user_id = $2")
        .bind(room).bind(user).bind(place.unread_from).bind(place.muted_until).execute(c).await.map(|_| ()))
}

/// What a person has chosen for all of their rooms; nothing when they never did.
pub async fn find_shows_reading(conn: &mut Conn, user: UserId) -> Result<Option<bool>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT shows_reading FROM chat_preferences WHERE user_id = $1")
        .bind(user).fetch_optional(c).await)
}

/// A person's choice for all of their rooms.
pub async fn update_shows_reading(conn: &mut Conn, user: UserId, shows: bool) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO chat_preferences (user_id, shows_reading) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET shows_reading = excluded.shows_reading")
        .bind(user).bind(shows).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query("UPDATE chat_members SET shows_reading = $2 WHERE user_id = $1")
        .bind(user).bind(shows).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query(
        "UPDATE chat_rooms SET reader_count =
             (SELECT COUNT(*) FROM chat_members m WHERE m.room_id = chat_rooms.id AND m.shows_reading)
         WHERE id IN (SELECT room_id FROM chat_members WHERE user_id = $1)")
        .bind(user).execute(c).await.map(|_| ()))
}

/// Those who share at least one room with a person.
pub async fn list_colleague_ids(conn: &mut Conn, user: UserId) -> Result<Vec<UserId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT DISTINCT o.user_id FROM chat_members m JOIN chat_members o ON o.room_id = m.room_id
         WHERE m.user_id = $1 AND o.user_id <> m.user_id")
        .bind(user).fetch_all(c).await)
}
