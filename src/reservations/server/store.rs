//! All SQL of bookings.

use super::approval::REMIND_MS;
use crate::accounts::model::Person;
use crate::ids::{ReservationId, RoomId, UserId};
use crate::reservations::model::{Attendee, MAX_DURATION_MS, NewReservation, Reservation, Response, RoomRef, Status};
use crate::server::db::{Conn, bind_list, build_on, on};
use crate::time::{Interval, Timestamp};
use std::collections::HashMap;

/// How many ids one statement lists at most.
const IDS_PER_STATEMENT: usize = 1_000;

/// Which bookings to list.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// They touch this.
    pub interval: Interval,
    pub room: Option<RoomId>,
    /// Organised or attended by this person.
    pub of: Option<UserId>,
    /// Only those that a plan shows, in rooms that still exist.
    pub shown_only: bool,
}

#[derive(sqlx::FromRow)]
struct ReservationRow {
    id: ReservationId,
    room_id: RoomId,
    room_name: String,
    organizer_id: UserId,
    organizer_name: String,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    status: Status,
    head_count: i64,
    private: bool,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    reason: Option<String>,
    decide_by: Option<Timestamp>,
}

impl From<ReservationRow> for Reservation {
    /// Still without its attendees.
    fn from(row: ReservationRow) -> Self {
        Self {
            id: row.id,
            room: RoomRef { id: row.room_id, name: row.room_name },
            organizer: Some(Person { id: row.organizer_id, name: row.organizer_name }),
            title: row.title,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            status: row.status,
            attendees: Vec::new(),
            attendee_count: u32::try_from(row.head_count).unwrap_or(u32::MAX),
            private: row.private,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            reason: row.reason,
            decide_by: row.decide_by,
        }
    }
}

#[derive(sqlx::FromRow)]
struct AttendeeRow {
    reservation_id: ReservationId,
    id: UserId,
    name: String,
    response: Response,
}

/// The columns of a booking, with the names that they refer to.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.room_id, m.name AS room_name, r.organizer_id, u.name AS organizer_name, r.title, r.starts_at, ",
            "r.ends_at, r.status, r.head_count, r.private, r.version, r.created_at, r.updated_at, r.reason, r.decide_by ",
            "FROM reservations r JOIN rooms m ON m.id = r.room_id JOIN users u ON u.id = r.organizer_id ",
            $rest
        )
    };
}

pub async fn find_reservation(conn: &mut Conn, id: ReservationId) -> Result<Option<Reservation>, sqlx::Error> {
    let row: Option<ReservationRow> =
        on!(conn, c => sqlx::query_as(select!("WHERE r.id = $1")).bind(id).fetch_optional(c).await)?;
    let mut found: Vec<Reservation> = row.into_iter().map(Reservation::from).collect();
    add_attendees(conn, &mut found).await?;
    Ok(found.pop())
}

pub async fn list_reservations(conn: &mut Conn, range: &Range) -> Result<Vec<Reservation>, sqlx::Error> {
    let mut found = list_without_attendees(conn, range).await?;
    add_attendees(conn, &mut found).await?;
    Ok(found)
}

/// Earliest first.
pub async fn list_without_attendees(conn: &mut Conn, range: &Range) -> Result<Vec<Reservation>, sqlx::Error> {
    // A booking is at most this long, so starts before that cannot reach in: the index on starts
    // alone finds all.
    let earliest_start = range.interval.starts_at - MAX_DURATION_MS;
    let rows: Vec<ReservationRow> = build_on!(conn, select!("WHERE r.starts_at >= "), q => {
        q.push_bind(earliest_start);
        q.push(" AND r.starts_at < ").push_bind(range.interval.ends_at);
        q.push(" AND r.ends_at > ").push_bind(range.interval.starts_at);
        if range.shown_only {
            q.push(" AND r.status IN ('pending', 'approved', 'completed') AND m.deleted_at IS NULL");
        }
        if let Some(room) = range.room {
            q.push(" AND r.room_id = ").push_bind(room);
        }
        if let Some(user) = range.of {
            q.push(" AND (r.organizer_id = ").push_bind(user);
            q.push(" OR r.id IN (SELECT reservation_id FROM attendees WHERE user_id = ").push_bind(user);
            q.push("))");
        }
        q.push(" ORDER BY r.starts_at, r.id");
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    Ok(rows.into_iter().map(Reservation::from).collect())
}

async fn add_attendees(conn: &mut Conn, bookings: &mut [Reservation]) -> Result<(), sqlx::Error> {
    // One person alone needs no look-up.
    let ids: Vec<ReservationId> = bookings.iter().filter(|r| r.attendee_count > 1).map(|r| r.id).collect();
    let mut by_booking: HashMap<ReservationId, Vec<Attendee>> = HashMap::new();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let rows: Vec<AttendeeRow> = build_on!(conn,
            "SELECT a.reservation_id, u.id, u.name, a.response FROM attendees a JOIN users u ON u.id = a.user_id WHERE a.reservation_id IN (",
            q => {
                bind_list(&mut q, ids.iter().copied());
                q.push(") ORDER BY a.reservation_id, a.position");
            }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
        for row in rows {
            let attendee = Attendee { id: row.id, name: row.name, response: row.response };
            by_booking.entry(row.reservation_id).or_default().push(attendee);
        }
    }
    for booking in bookings {
        booking.attendees = by_booking.remove(&booking.id).unwrap_or_default();
    }
    Ok(())
}

pub async fn insert_reservation(
    conn: &mut Conn,
    new: &NewReservation,
    organizer: UserId,
    status: Status,
    decide_by: Option<Timestamp>,
    now: Timestamp,
) -> Result<ReservationId, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO reservations
             (room_id, organizer_id, title, starts_at, ends_at, status, head_count, private, version, created_at,
              updated_at, decide_by, reminded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $10, CASE WHEN $10 <= $11 THEN $9 END) RETURNING id")
        .bind(new.room_id).bind(organizer).bind(&new.title).bind(new.starts_at).bind(new.ends_at).bind(status)
        .bind(i64::from(new.head_count())).bind(new.private).bind(now).bind(decide_by).bind(now + REMIND_MS)
        .fetch_one(c).await)
}

/// Writes everything but the attendees anew.
pub async fn update_reservation(conn: &mut Conn, after: &Reservation) -> Result<(), sqlx::Error> {
    // A wait that has changed is to be reminded of anew, unless it is so short that being asked is the reminder.
    on!(conn, c => sqlx::query(
        "UPDATE reservations SET room_id = $2, title = $3, starts_at = $4, ends_at = $5, status = $6, head_count = $7,
             private = $8, version = $9, updated_at = $10, reason = $11,
             reminded_at = CASE WHEN decide_by = $12 THEN reminded_at WHEN $12 <= $13 THEN $10 END, decide_by = $12
         WHERE id = $1")
        .bind(after.id).bind(after.room.id).bind(&after.title).bind(after.starts_at).bind(after.ends_at)
        .bind(after.status).bind(i64::from(after.attendee_count)).bind(after.private).bind(after.version)
        .bind(after.updated_at).bind(after.reason.as_deref()).bind(after.decide_by)
        .bind(after.updated_at + REMIND_MS).execute(c).await.map(|_| ()))
}

pub async fn update_status(
    conn: &mut Conn,
    id: ReservationId,
    status: Status,
    ends_at: Timestamp,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE reservations SET status = $2, ends_at = $3, reason = $4, version = version + 1, updated_at = $5
         WHERE id = $1")
        .bind(id).bind(status).bind(ends_at).bind(reason).bind(now).execute(c).await.map(|_| ()))
}

/// Everything that waits for a decision, in rooms that still exist.
pub async fn list_pending(conn: &mut Conn) -> Result<Vec<Reservation>, sqlx::Error> {
    let rows: Vec<ReservationRow> = on!(conn, c => sqlx::query_as(select!(
        "WHERE r.status = 'pending' AND m.deleted_at IS NULL ORDER BY r.id")).fetch_all(c).await)?;
    let mut found: Vec<Reservation> = rows.into_iter().map(Reservation::from).collect();
    add_attendees(conn, &mut found).await?;
    Ok(found)
}

/// What has waited for too long.
pub async fn list_overdue(conn: &mut Conn, now: Timestamp) -> Result<Vec<ReservationId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT id FROM reservations WHERE status = 'pending' AND decide_by <= $1 ORDER BY decide_by, id")
        .bind(now).fetch_all(c).await)
}

/// Says whether this call is the one that gives it up.
pub async fn mark_expired(
    conn: &mut Conn,
    id: ReservationId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE reservations SET status = 'rejected', reason = $3, version = version + 1, updated_at = $2
         WHERE id = $1 AND status = 'pending' AND decide_by <= $2")
        .bind(id).bind(now).bind(reason).execute(c).await.map(|done| done.rows_affected() == 1))
}

/// What has to be decided by an instant, and of which nobody was reminded.
pub async fn list_unreminded(
    conn: &mut Conn,
    now: Timestamp,
    by: Timestamp,
) -> Result<Vec<ReservationId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT id FROM reservations
         WHERE status = 'pending' AND reminded_at IS NULL AND decide_by > $1 AND decide_by <= $2 ORDER BY decide_by, id")
        .bind(now).bind(by).fetch_all(c).await)
}

/// When the next wait is to be reminded of, so long before its end, or ends.
pub async fn find_next_wait(conn: &mut Conn, now: Timestamp, remind_ms: i64) -> Result<Option<Timestamp>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT MIN(CASE WHEN reminded_at IS NULL AND decide_by > $1 + $2 THEN decide_by - $2 ELSE decide_by END)
         FROM reservations WHERE status = 'pending' AND decide_by > $1")
        .bind(now).bind(remind_ms).fetch_one(c).await)
}

/// Says whether this call is the one that reminds.
pub async fn mark_reminded(conn: &mut Conn, id: ReservationId, now: Timestamp) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE reservations SET reminded_at = $2 WHERE id = $1 AND status = 'pending' AND reminded_at IS NULL")
        .bind(id).bind(now).execute(c).await.map(|done| done.rows_affected() == 1))
}

/// What these people organise or attend at the time of a booking, other than that one.
pub async fn list_of_people(
    conn: &mut Conn,
    people: &[UserId],
    booking: &Reservation,
) -> Result<Vec<Reservation>, sqlx::Error> {
    let earliest_start = booking.starts_at - MAX_DURATION_MS;
    let rows: Vec<ReservationRow> = build_on!(conn, select!("WHERE r.starts_at >= "), q => {
        q.push_bind(earliest_start);
        q.push(" AND r.starts_at < ").push_bind(booking.ends_at);
        q.push(" AND r.ends_at > ").push_bind(booking.starts_at);
        q.push(" AND r.id <> ").push_bind(booking.id);
        q.push(" AND r.status IN ('pending', 'approved') AND (r.organizer_id IN (");
        bind_list(&mut q, people.iter().copied());
        q.push(") OR r.id IN (SELECT reservation_id FROM attendees WHERE user_id IN (");
        bind_list(&mut q, people.iter().copied());
        q.push("))) ORDER BY r.starts_at, r.id");
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    let mut found: Vec<Reservation> = rows.into_iter().map(Reservation::from).collect();
    add_attendees(conn, &mut found).await?;
    Ok(found)
}

pub async fn delete_reservation(conn: &mut Conn, id: ReservationId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM reservations WHERE id = $1").bind(id).execute(c).await.map(|_| ()))
}

/// Invites people, in order.
pub async fn insert_attendees(conn: &mut Conn, id: ReservationId, attendees: &[Attendee]) -> Result<(), sqlx::Error> {
    if attendees.is_empty() {
        return Ok(());
    }
    build_on!(conn, "INSERT INTO attendees (reservation_id, user_id, position, response) ", q => {
        q.push_values((0i64..).zip(attendees), |mut row, (position, attendee)| {
            row.push_bind(id).push_bind(attendee.id).push_bind(position).push_bind(attendee.response);
        });
    }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })
}

/// Writes an attendee's answer.
pub async fn update_response(
    conn: &mut Conn,
    id: ReservationId,
    user: UserId,
    response: Response,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE attendees SET response = $3 WHERE reservation_id = $1 AND user_id = $2")
        .bind(id).bind(user).bind(response).execute(c).await.map(|_| ()))
}

pub async fn delete_attendees(conn: &mut Conn, id: ReservationId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM attendees WHERE reservation_id = $1").bind(id).execute(c).await.map(|_| ()))
}
