//! All SQL of announcements.

use crate::accounts::model::Person;
use crate::announcements::live::Notice;
use crate::announcements::model::{Ack, Announcement, Audience, Kind, Managed, Severity};
use crate::ids::{AnnouncementId, UserId};
use crate::server::db::{Conn, build_on, on};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct AnnouncementRow {
    id: AnnouncementId,
    kind: Kind,
    severity: Severity,
    title: String,
    body: String,
    audience: String,
    starts_at: Timestamp,
    expires_at: Option<Timestamp>,
    ack_required: bool,
    ack_options: String,
    cancelled_at: Option<Timestamp>,
}

impl From<AnnouncementRow> for Announcement {
    fn from(row: AnnouncementRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            severity: row.severity,
            title: row.title,
            body: row.body,
            starts_at: row.starts_at,
            expires_at: row.expires_at,
            ack_required: row.ack_required,
            // Both are written by `insert_announcement` and `update_announcement` only.
            ack_options: serde_json::from_str(&row.ack_options).unwrap_or_default(),
            audience: serde_json::from_str(&row.audience).unwrap_or_default(),
            update_of: None,
            cancelled: row.cancelled_at.is_some(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct ManagedRow {
    #[sqlx(flatten)]
    announcement: AnnouncementRow,
    everyone: bool,
    author_id: UserId,
    author_name: String,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
    recipient_count: i64,
    ack_count: i64,
    version: i64,
}

impl From<ManagedRow> for Managed {
    fn from(row: ManagedRow) -> Self {
        let announcement = Announcement::from(row.announcement);
        let is_counted = !row.everyone && row.sent_at.is_some();
        Self {
            message: announcement.body.clone(),
            level: announcement.severity.level(),
            announcement,
            author: Person { id: row.author_id, name: row.author_name },
            created_at: row.created_at,
            sent_at: row.sent_at,
            recipient_count: is_counted.then(|| u32::try_from(row.recipient_count).unwrap_or(u32::MAX)),
            ack_count: u32::try_from(row.ack_count).unwrap_or(u32::MAX),
            version: row.version,
        }
    }
}

/// An announcement, its author and its tallies.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.kind, a.severity, a.title, a.body, a.audience, a.starts_at, a.expires_at, a.ack_required, ",
            "a.ack_options, a.cancelled_at, a.everyone, a.author_id, u.name AS author_name, a.created_at, a.sent_at, ",
            "(SELECT COUNT(*) FROM announcement_recipients p WHERE p.announcement_id = a.id) AS recipient_count, ",
            "(SELECT COUNT(*) FROM announcement_receipts r WHERE r.announcement_id = a.id AND r.option_id IS NOT NULL) ",
            "AS ack_count, a.version ",
            "FROM announcements a JOIN users u ON u.id = a.author_id ",
            $rest
        )
    };
}

pub async fn find_announcement(conn: &mut Conn, id: AnnouncementId) -> Result<Option<Managed>, sqlx::Error> {
    let row: Option<ManagedRow> =
        on!(conn, c => sqlx::query_as(select!("WHERE a.id = $1")).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Managed::from))
}

/// Those written at or after an instant.
pub async fn list_since(conn: &mut Conn, since: Timestamp) -> Result<Vec<Managed>, sqlx::Error> {
    let rows: Vec<ManagedRow> =
        on!(conn, c => sqlx::query_as(select!("WHERE a.created_at >= $1")).bind(since).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Managed::from).collect())
}

/// Those of one author that ask for an answer and had not ended by an instant.
pub async fn list_asked(conn: &mut Conn, author: UserId, since: Timestamp) -> Result<Vec<Managed>, sqlx::Error> {
    let rows: Vec<ManagedRow> = on!(conn, c => sqlx::query_as(select!(
        "WHERE a.author_id = $1 AND a.ack_required AND a.cancelled_at IS NULL
             AND (a.expires_at IS NULL OR a.expires_at > $2)"))
        .bind(author).bind(since).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Managed::from).collect())
}

/// Those whose start has come and whose end has not, and that have not gone out.
pub async fn list_due(conn: &mut Conn, now: Timestamp) -> Result<Vec<Managed>, sqlx::Error> {
    let rows: Vec<ManagedRow> = on!(conn, c => sqlx::query_as(select!(
        "WHERE a.sent_at IS NULL AND a.cancelled_at IS NULL AND a.starts_at <= $1
             AND (a.expires_at IS NULL OR a.expires_at > $1)
         ORDER BY a.starts_at, a.id"))
        .bind(now).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Managed::from).collect())
}

/// When the next one after an instant is to go out.
pub async fn find_next_start(conn: &mut Conn, now: Timestamp) -> Result<Option<Timestamp>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT MIN(starts_at) FROM announcements
         WHERE sent_at IS NULL AND cancelled_at IS NULL AND starts_at > $1")
        .bind(now).fetch_one(c).await)
}

#[derive(sqlx::FromRow)]
struct NoticeRow {
    #[sqlx(flatten)]
    announcement: AnnouncementRow,
    option_id: Option<String>,
    dismissed_at: Option<Timestamp>,
}

/// What a person has been told, unless it was called off or had ended by an instant.
pub async fn list_notices(conn: &mut Conn, user: UserId, since: Timestamp) -> Result<Vec<Notice>, sqlx::Error> {
    let rows: Vec<NoticeRow> = on!(conn, c => sqlx::query_as(
        "SELECT a.id, a.kind, a.severity, a.title, a.body, a.audience, a.starts_at, a.expires_at, a.ack_required,
             a.ack_options, a.cancelled_at, r.option_id, r.dismissed_at
         FROM announcements a
         LEFT JOIN announcement_receipts r ON r.announcement_id = a.id AND r.user_id = $1
         WHERE a.sent_at IS NOT NULL AND a.cancelled_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > $2)
             AND (a.everyone OR EXISTS (
                 SELECT 1 FROM announcement_recipients p WHERE p.announcement_id = a.id AND p.user_id = $1))")
        .bind(user).bind(since).fetch_all(c).await)?;
    let notice = |row: NoticeRow| Notice {
        announcement: Announcement::from(row.announcement).for_recipients(),
        option_id: row.option_id,
        dismissed: row.dismissed_at.is_some(),
    };
    Ok(rows.into_iter().map(notice).collect())
}

pub async fn insert_announcement(
    conn: &mut Conn,
    new: &Announcement,
    author: UserId,
    now: Timestamp,
) -> Result<AnnouncementId, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO announcements (kind, severity, title, body, audience, everyone, starts_at, expires_at, ack_required,
             ack_options, author_id, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $12) RETURNING id")
        .bind(new.kind).bind(new.severity).bind(&new.title).bind(&new.body).bind(json(&new.audience))
        .bind(new.audience == Audience::Everyone).bind(new.starts_at).bind(new.expires_at).bind(new.ack_required)
        .bind(json(&new.ack_options)).bind(author).bind(now).fetch_one(c).await)
}

/// Writes the whole content anew.
pub async fn update_announcement(conn: &mut Conn, after: &Announcement, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE announcements SET kind = $2, severity = $3, title = $4, body = $5, audience = $6, everyone = $7,
             starts_at = $8, expires_at = $9, ack_required = $10, ack_options = $11, version = version + 1, updated_at = $12
         WHERE id = $1")
        .bind(after.id).bind(after.kind).bind(after.severity).bind(&after.title).bind(&after.body)
        .bind(json(&after.audience)).bind(after.audience == Audience::Everyone).bind(after.starts_at)
        .bind(after.expires_at).bind(after.ack_required).bind(json(&after.ack_options)).bind(now)
        .execute(c).await.map(|_| ()))
}

/// Says whether this call is the one that sends it.
pub async fn mark_sent(conn: &mut Conn, id: AnnouncementId, now: Timestamp) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE announcements SET sent_at = $2, version = version + 1, updated_at = $2
         WHERE id = $1 AND sent_at IS NULL AND cancelled_at IS NULL AND starts_at <= $2
             AND (expires_at IS NULL OR expires_at > $2)")
        .bind(id).bind(now).execute(c).await.map(|done| done.rows_affected() == 1))
}

pub async fn mark_cancelled(conn: &mut Conn, id: AnnouncementId, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "UPDATE announcements SET cancelled_at = $2, version = version + 1, updated_at = $2 WHERE id = $1")
        .bind(id).bind(now).execute(c).await.map(|_| ()))
}

pub async fn insert_recipients(conn: &mut Conn, id: AnnouncementId, people: &[Person]) -> Result<(), sqlx::Error> {
    if people.is_empty() {
        return Ok(());
    }
    build_on!(conn, "INSERT INTO announcement_recipients (announcement_id, user_id) ", q => {
        q.push_values(people, |mut row, person| {
            row.push_bind(id).push_bind(person.id);
        });
    }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })
}

/// By name.
pub async fn list_recipients(conn: &mut Conn, id: AnnouncementId) -> Result<Vec<Person>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT u.id, u.name FROM announcement_recipients p JOIN users u ON u.id = p.user_id
         WHERE p.announcement_id = $1 ORDER BY u.name, u.id")
        .bind(id).fetch_all(c).await)
}

pub async fn is_recipient(conn: &mut Conn, id: AnnouncementId, user: UserId) -> Result<bool, sqlx::Error> {
    let count: i64 = on!(conn, c => sqlx::query_scalar(
        "SELECT COUNT(*) FROM announcement_recipients WHERE announcement_id = $1 AND user_id = $2")
        .bind(id).bind(user).fetch_one(c).await)?;
    Ok(count > 0)
}

#[derive(sqlx::FromRow)]
struct AckRow {
    id: UserId,
    name: String,
    option_id: String,
    at: Timestamp,
}

impl From<AckRow> for Ack {
    fn from(row: AckRow) -> Self {
        Self { person: Person { id: row.id, name: row.name }, option_id: row.option_id, at: row.at }
    }
}

pub async fn list_acks(conn: &mut Conn, id: AnnouncementId) -> Result<Vec<Ack>, sqlx::Error> {
    let rows: Vec<AckRow> = on!(conn, c => sqlx::query_as(
        "SELECT u.id, u.name, r.option_id, r.answered_at AS at
         FROM announcement_receipts r JOIN users u ON u.id = r.user_id
         WHERE r.announcement_id = $1 AND r.option_id IS NOT NULL ORDER BY r.answered_at, u.id")
        .bind(id).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Ack::from).collect())
}

pub async fn find_ack(conn: &mut Conn, id: AnnouncementId, user: UserId) -> Result<Option<Ack>, sqlx::Error> {
    let row: Option<AckRow> = on!(conn, c => sqlx::query_as(
        "SELECT u.id, u.name, r.option_id, r.answered_at AS at
         FROM announcement_receipts r JOIN users u ON u.id = r.user_id
         WHERE r.announcement_id = $1 AND r.user_id = $2 AND r.option_id IS NOT NULL")
        .bind(id).bind(user).fetch_optional(c).await)?;
    Ok(row.map(Ack::from))
}

/// Notes an answer by its sender's number; says whether it is new.
pub async fn insert_answer(
    conn: &mut Conn,
    id: AnnouncementId,
    user: UserId,
    client_id: &str,
    option_id: &str,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO announcement_answers (announcement_id, user_id, client_id, option_id, at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (announcement_id, user_id, client_id) DO NOTHING")
        .bind(id).bind(user).bind(client_id).bind(option_id).bind(now)
        .execute(c).await.map(|done| done.rows_affected() == 1))
}

pub async fn upsert_answer(
    conn: &mut Conn,
    id: AnnouncementId,
    user: UserId,
    option_id: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO announcement_receipts (announcement_id, user_id, option_id, answered_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (announcement_id, user_id) DO UPDATE SET option_id = excluded.option_id, answered_at = excluded.answered_at")
        .bind(id).bind(user).bind(option_id).bind(now).execute(c).await.map(|_| ()))
}

/// Says whether it was not put away before.
pub async fn upsert_dismissal(
    conn: &mut Conn,
    id: AnnouncementId,
    user: UserId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO announcement_receipts (announcement_id, user_id, dismissed_at) VALUES ($1, $2, $3)
         ON CONFLICT (announcement_id, user_id) DO UPDATE SET dismissed_at = excluded.dismissed_at
             WHERE announcement_receipts.dismissed_at IS NULL")
        .bind(id).bind(user).bind(now).execute(c).await.map(|done| done.rows_affected() == 1))
}

/// Lists and enums of strings: there is nothing in them that JSON cannot say.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
