//! All SQL of activity.

use crate::accounts::model::Person;
use crate::activity::model::{Activity, ActivityKind};
use crate::ids::{ActivityId, ReservationId, RoomId, UserId};
use crate::reservations::model::RoomRef;
use crate::server::db::{Conn, on};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct ActivityRow {
    id: ActivityId,
    at: Timestamp,
    kind: ActivityKind,
    actor_id: Option<UserId>,
    actor_name: Option<String>,
    room_id: Option<RoomId>,
    room_name: Option<String>,
    reservation_id: Option<ReservationId>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    subject: Option<String>,
}

impl From<ActivityRow> for Activity {
    fn from(row: ActivityRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            kind: row.kind,
            actor: row.actor_id.zip(row.actor_name).map(|(id, name)| Person { id, name }),
            room: row.room_id.zip(row.room_name).map(|(id, name)| RoomRef { id, name }),
            reservation_id: row.reservation_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            subject: row.subject,
        }
    }
}

pub async fn insert_activity(conn: &mut Conn, line: &Activity) -> Result<ActivityId, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO activity (at, kind, actor_id, room_id, room_name, reservation_id, starts_at, ends_at, subject)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id")
        .bind(line.at).bind(line.kind).bind(line.actor.as_ref().map(|actor| actor.id))
        .bind(line.room.as_ref().map(|room| room.id)).bind(line.room.as_ref().map(|room| room.name.as_str()))
        .bind(line.reservation_id).bind(line.starts_at).bind(line.ends_at).bind(line.subject.as_deref())
        .fetch_one(c).await)
}

/// Whoever had to do with a booking is not named any more. Without an index: it is rare, and every line would pay for it.
pub async fn delete_actors(conn: &mut Conn, booking: ReservationId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE activity SET actor_id = NULL WHERE reservation_id = $1 AND actor_id IS NOT NULL")
        .bind(booking).execute(c).await.map(|_| ()))
}

/// Newest first.
pub async fn list_activity(
    conn: &mut Conn,
    before: Option<ActivityId>,
    limit: i64,
) -> Result<Vec<Activity>, sqlx::Error> {
    let rows: Vec<ActivityRow> = on!(conn, c => sqlx::query_as(
        "SELECT a.id, a.at, a.kind, a.actor_id, u.name AS actor_name, a.room_id, a.room_name, a.reservation_id,
             a.starts_at, a.ends_at, a.subject
         FROM activity a LEFT JOIN users u ON u.id = a.actor_id
         WHERE a.id < $1 ORDER BY a.id DESC LIMIT $2")
        .bind(before.unwrap_or(ActivityId(i64::MAX))).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Activity::from).collect())
}

pub async fn delete_before(conn: &mut Conn, before: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM activity WHERE at < $1").bind(before).execute(c).await.map(|_| ()))
}
