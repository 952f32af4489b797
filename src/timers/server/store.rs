//! All SQL of timers.

mod focus;

pub use focus::*;

use crate::ids::{ReservationId, TimerId, UserId};
use crate::server::db::{Conn, bind_list, build_on, on};
use crate::time::Timestamp;
use crate::timers::live::sort_timers;
use crate::timers::model::{Timer, TimerKind, TimerPerson, TimerRole, TimerStatus};
use std::collections::HashMap;

/// How many rows one statement names or writes at most.
const ROWS_PER_STATEMENT: usize = 1_000;

#[derive(sqlx::FromRow)]
struct TimerRow {
    id: TimerId,
    owner_id: UserId,
    kind: TimerKind,
    schedule_id: Option<String>,
    todo_id: Option<String>,
    title: Option<String>,
    description: Option<String>,
    tags: String,
    hold_notifications: bool,
    cycle: Option<String>,
    allocated_duration: i64,
    elapsed_ms: i64,
    status: TimerStatus,
    started_at: Timestamp,
    paused_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    pause_history: String,
    asked_at: Option<Timestamp>,
    offer: Option<String>,
    agenda: Option<String>,
    version: i64,
}

macro_rules! columns {
    () => {
        "id, owner_id, kind, schedule_id, todo_id, title, description, tags, hold_notifications, cycle, \
         allocated_duration, elapsed_ms, status, started_at, paused_at, ended_at, ends_at, created_at, updated_at, \
         pause_history, asked_at, offer, agenda, version"
    };
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    timer_id: TimerId,
    user_id: UserId,
    name: String,
    role: TimerRole,
    joined_at: Timestamp,
}

impl TimerRow {
    fn into_timer(self, people: Vec<TimerPerson>) -> Timer {
        Timer {
            owner_id: self.owner_id,
            is_shared: people.len() > 1,
            people: by_joining(people, self.owner_id),
            schedule_id: self.schedule_id,
            todo_id: self.todo_id,
            title: self.title,
            description: self.description,
            // JSON is written by this file only.
            tags: serde_json::from_str(&self.tags).unwrap_or_default(),
            kind: self.kind,
            hold_notifications: self.hold_notifications,
            cycle: self.cycle.and_then(|json| serde_json::from_str(&json).ok()),
            allocated_duration: u32::try_from(self.allocated_duration).unwrap_or_default(),
            elapsed_time: u32::try_from(self.elapsed_ms / crate::time::SECOND).unwrap_or_default(),
            elapsed_ms: self.elapsed_ms,
            status: self.status,
            started_at: self.started_at,
            paused_at: self.paused_at,
            ended_at: self.ended_at,
            ends_at: self.ends_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            pause_history: serde_json::from_str(&self.pause_history).unwrap_or_default(),
            asked_at: self.asked_at,
            offer: self.offer.and_then(|json| serde_json::from_str(&json).ok()),
            agenda: self.agenda.and_then(|json| serde_json::from_str(&json).ok()),
            version: self.version,
            id: self.id,
        }
    }
}

/// The owner first, then by the time of joining.
pub fn by_joining(mut people: Vec<TimerPerson>, owner: UserId) -> Vec<TimerPerson> {
    people.sort_by_key(|person| (person.id != owner, person.joined_at, person.id));
    people
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers are JSON")
}

/// Without its people: those are for [`insert_people`].
pub async fn insert_timer(
    conn: &mut Conn,
    timer: &Timer,
    reservation: Option<ReservationId>,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(concat!("INSERT INTO timers (", columns!(), ", reservation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)"))
        .bind(&timer.id).bind(timer.owner_id).bind(timer.kind).bind(&timer.schedule_id).bind(&timer.todo_id)
        .bind(&timer.title).bind(&timer.description).bind(json(&timer.tags)).bind(timer.hold_notifications)
        .bind(timer.cycle.as_ref().map(json)).bind(i64::from(timer.allocated_duration)).bind(timer.elapsed_ms)
        .bind(timer.status).bind(timer.started_at).bind(timer.paused_at).bind(timer.ended_at).bind(timer.ends_at)
        .bind(timer.created_at).bind(timer.updated_at).bind(json(&timer.pause_history)).bind(timer.asked_at)
        .bind(timer.offer.as_ref().map(json)).bind(timer.agenda.as_ref().map(json)).bind(timer.version).bind(reservation).execute(c).await.map(|_| ()))
}

/// Writes a timer that was read with the version before its own; `false` when somebody else was faster.
pub async fn update_timer(conn: &mut Conn, timer: &Timer) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE timers SET todo_id = $1, title = $2, description = $3, tags = $4, hold_notifications = $5,
             allocated_duration = $6, elapsed_ms = $7, status = $8, paused_at = $9, ended_at = $10, ends_at = $11,
             updated_at = $12, pause_history = $13, version = $14, asked_at = $15, offer = $16, agenda = $17
         WHERE id = $18 AND version = $14 - 1")
        .bind(&timer.todo_id).bind(&timer.title).bind(&timer.description).bind(json(&timer.tags))
        .bind(timer.hold_notifications).bind(i64::from(timer.allocated_duration)).bind(timer.elapsed_ms)
        .bind(timer.status).bind(timer.paused_at).bind(timer.ended_at).bind(timer.ends_at).bind(timer.updated_at)
        .bind(json(&timer.pause_history)).bind(timer.version).bind(timer.asked_at)
        .bind(timer.offer.as_ref().map(json)).bind(timer.agenda.as_ref().map(json)).bind(&timer.id)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Ends running timers whose deadline has come, as of the deadline, the earliest first: the one
/// statement that does, so that each ends once whoever asks and however often.
pub async fn complete_due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Timer>, sqlx::Error> {
    let rows: Vec<TimerRow> = on!(conn, c => sqlx::query_as(concat!(
        "UPDATE timers SET status = 'COMPLETED', elapsed_ms = allocated_duration * 1000, ended_at = ends_at,
             updated_at = ends_at, ends_at = NULL, version = version + 1
         WHERE status = 'RUNNING' AND id IN (
             SELECT id FROM timers WHERE status = 'RUNNING' AND ends_at <= $1 ORDER BY ends_at, id LIMIT $2)
         RETURNING ", columns!()))
        .bind(now).bind(limit).fetch_all(c).await)?;
    let mut timers = with_people(conn, rows).await?;
    timers.sort_by(|a, b| (a.ended_at, &a.id).cmp(&(b.ended_at, &b.id)));
    Ok(timers)
}

/// The next deadline.
pub async fn find_next_deadline(conn: &mut Conn) -> Result<Option<Timestamp>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT MIN(ends_at) FROM timers WHERE status = 'RUNNING'").fetch_one(c).await)
}

pub async fn find_timer(conn: &mut Conn, id: &TimerId) -> Result<Option<Timer>, sqlx::Error> {
    let row: Option<TimerRow> = on!(conn, c => sqlx::query_as(concat!("SELECT ", columns!(), " FROM timers WHERE id = $1"))
        .bind(id).fetch_optional(c).await)?;
    Ok(with_people(conn, row.into_iter().collect()).await?.pop())
}

/// Somebody's timers that are active or have ended since an instant, oldest first.
pub async fn list_timers(conn: &mut Conn, user: UserId, since: Timestamp) -> Result<Vec<Timer>, sqlx::Error> {
    let rows: Vec<TimerRow> = on!(conn, c => sqlx::query_as(concat!("SELECT ", columns!(), " FROM timers
         WHERE id IN (SELECT timer_id FROM timer_people WHERE user_id = $1)
             AND (status IN ('RUNNING', 'PAUSED') OR ended_at >= $2)"))
        .bind(user).bind(since).fetch_all(c).await)?;
    with_people(conn, rows).await
}

/// Somebody's timers that ran within a span of time and were not given up, oldest first.
pub async fn list_history(
    conn: &mut Conn,
    user: UserId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Timer>, sqlx::Error> {
    let rows: Vec<TimerRow> = on!(conn, c => sqlx::query_as(concat!("SELECT ", columns!(), " FROM timers
         WHERE id IN (SELECT timer_id FROM timer_people WHERE user_id = $1)
             AND status <> 'CANCELLED' AND started_at < $3 AND (ended_at IS NULL OR ended_at > $2)"))
        .bind(user).bind(from).bind(to).fetch_all(c).await)?;
    with_people(conn, rows).await
}

pub async fn count_active(conn: &mut Conn, owner: UserId) -> Result<i64, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT COUNT(*) FROM timers WHERE owner_id = $1 AND status IN ('RUNNING', 'PAUSED')")
        .bind(owner).fetch_one(c).await)
}

async fn with_people(conn: &mut Conn, rows: Vec<TimerRow>) -> Result<Vec<Timer>, sqlx::Error> {
    let mut people: HashMap<TimerId, Vec<TimerPerson>> = HashMap::new();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<PersonRow> = build_on!(conn,
            "SELECT p.timer_id, p.user_id, u.name, p.role, p.joined_at
             FROM timer_people p JOIN users u ON u.id = p.user_id WHERE p.timer_id IN (", q => {
                bind_list(&mut q, rows.iter().map(|row| row.id.clone()));
                q.push(")");
            }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
        for row in found {
            let person = TimerPerson { id: row.user_id, name: row.name, role: row.role, joined_at: row.joined_at };
            people.entry(row.timer_id).or_default().push(person);
        }
    }
    let timer = |row: TimerRow| {
        let people = people.remove(&row.id).unwrap_or_default();
        row.into_timer(people)
    };
    let mut timers: Vec<Timer> = rows.into_iter().map(timer).collect();
    sort_timers(&mut timers);
    Ok(timers)
}

/// Adds people, some of them by name; whoever is there already gets the role. A host is there by name.
pub async fn insert_people(
    conn: &mut Conn,
    timer: &TimerId,
    people: &[TimerPerson],
    named: &[UserId],
) -> Result<(), sqlx::Error> {
    if people.is_empty() {
        return Ok(());
    }
    build_on!(conn, "INSERT INTO timer_people (timer_id, user_id, role, joined_at, is_named) ", q => {
        q.push_values(people, |mut row, person| {
            let is_named = person.role == TimerRole::Host || named.contains(&person.id);
            row.push_bind(timer.clone()).push_bind(person.id).push_bind(person.role).push_bind(person.joined_at)
                .push_bind(is_named);
        });
        q.push(" ON CONFLICT (timer_id, user_id) DO UPDATE SET role = excluded.role,
                     is_named = timer_people.is_named OR excluded.is_named");
    }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })
}

/// Counts up the versions of timers whose people have changed, and gives them as they are now.
pub async fn timers_touched(conn: &mut Conn, ids: &[TimerId]) -> Result<Vec<Timer>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<TimerRow> = build_on!(conn, "UPDATE timers SET version = version + 1 WHERE id IN (", q => {
        bind_list(&mut q, ids.iter().cloned());
        q.push(concat!(") RETURNING ", columns!()));
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    with_people(conn, rows).await
}

pub async fn delete_person(conn: &mut Conn, timer: &TimerId, user: UserId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM timer_people WHERE timer_id = $1 AND user_id = $2")
        .bind(timer).bind(user).execute(c).await.map(|_| ()))
}

/// Timers that may be forgotten: all that are paused, and those that somebody is meant to sit at.
pub async fn list_forgettable(conn: &mut Conn) -> Result<Vec<Timer>, sqlx::Error> {
    let rows: Vec<TimerRow> = on!(conn, c => sqlx::query_as(concat!("SELECT ", columns!(), " FROM timers
         WHERE status = 'PAUSED' OR (status = 'RUNNING' AND kind IN ('focus', 'meeting'))")).fetch_all(c).await)?;
    with_people(conn, rows).await
}

/// The bookings that running timers are beside.
pub async fn list_meetings(conn: &mut Conn) -> Result<Vec<ReservationId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT DISTINCT reservation_id FROM timers WHERE status = 'RUNNING' AND reservation_id IS NOT NULL")
        .fetch_all(c).await)
}

/// The running timers beside a booking.
pub async fn list_beside(conn: &mut Conn, booking: ReservationId) -> Result<Vec<Timer>, sqlx::Error> {
    let rows: Vec<TimerRow> = on!(conn, c => sqlx::query_as(concat!("SELECT ", columns!(), " FROM timers
         WHERE status = 'RUNNING' AND reservation_id = $1")).bind(booking).fetch_all(c).await)?;
    with_people(conn, rows).await
}
