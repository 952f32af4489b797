//! What is written: rows, marks, and what is forgotten.

use super::{Found, Place};
use crate::ids::UserId;
use crate::notifications::model::{Decision, Entry, NotificationId, NotificationKind};
use crate::server::db::{Conn, bind_list, build_on, on};
use crate::time::Timestamp;

/// How many rows one statement writes or names at most.
pub(super) const ROWS_PER_STATEMENT: usize = 1_000;

/// A personal notification on its way into the table.
pub struct NewRow {
    pub user: UserId,
    pub entry: Entry,
    pub decision: Decision,
}

pub async fn insert_notifications(conn: &mut Conn, rows: &[NewRow]) -> Result<(), sqlx::Error> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        build_on!(conn, "INSERT INTO notifications
            (id, user_id, category, priority, data, action_url, group_key, created_at, expires_at, in_app, browser, is_read) ",
        q => {
            q.push_values(rows, |mut row, NewRow { user, entry, decision }| {
                row.push_bind(entry.id.clone()).push_bind(*user).push_bind(entry.category()).push_bind(entry.priority)
                    .push_bind(json(&entry.data)).push_bind(entry.action_url.clone()).push_bind(entry.group_key.clone())
                    .push_bind(entry.created_at).push_bind(entry.expires_at).push_bind(decision.in_app)
                    .push_bind(decision.browser).push_bind(false);
            });
        }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })?;
    }
    Ok(())
}

pub async fn insert_notice(conn: &mut Conn, entry: &Entry, actor: Option<UserId>) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO notices (id, category, priority, data, action_url, group_key, actor_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(entry.id.clone()).bind(entry.category()).bind(entry.priority).bind(json(&entry.data))
        .bind(entry.action_url.clone()).bind(entry.group_key.clone()).bind(actor).bind(entry.created_at)
        .bind(entry.expires_at).execute(c).await.map(|_| ()))
}

pub(super) fn json(kind: &NotificationKind) -> String {
    // Strings and numbers: there is nothing in it that JSON cannot say.
    serde_json::to_string(kind).expect("a notification is JSON")
}

/// Writes what somebody has done with one entry: its read state and its place in the archive.
pub async fn update_entry(conn: &mut Conn, user: UserId, found: &Found) -> Result<(), sqlx::Error> {
    let entry = &found.entry;
    match found.place {
        Place::Personal => {
            on!(conn, c => sqlx::query("UPDATE notifications SET is_read = $2, read_at = $3, archived_at = $4 WHERE id = $1")
                .bind(entry.id.clone()).bind(entry.is_read).bind(entry.read_at).bind(entry.archived_at)
                .execute(c).await.map(|_| ()))
        }
        Place::Notice(number) => put_notice_state(conn, user, number, entry, false).await,
    }
}

/// Takes entries off somebody's list.
pub async fn delete_entries(conn: &mut Conn, user: UserId, found: &[Found]) -> Result<(), sqlx::Error> {
    let personal: Vec<&NotificationId> =
        found.iter().filter(|found| matches!(found.place, Place::Personal)).map(|found| &found.entry.id).collect();
    for ids in personal.chunks(ROWS_PER_STATEMENT) {
        build_on!(conn, "DELETE FROM notifications WHERE user_id = ", q => {
            q.push_bind(user).push(" AND id IN (");
            bind_list(&mut q, ids.iter().map(|id| (*id).clone()));
            q.push(")");
        }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })?;
    }
    for found in found {
        if let Place::Notice(number) = found.place {
            put_notice_state(conn, user, number, &found.entry, true).await?;
        }
    }
    Ok(())
}

async fn put_notice_state(
    conn: &mut Conn,
    user: UserId,
    number: i64,
    entry: &Entry,
    is_deleted: bool,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO notice_states (user_id, notice, is_read, read_at, archived_at, is_deleted) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, notice) DO UPDATE SET is_read = excluded.is_read, read_at = excluded.read_at,
             archived_at = excluded.archived_at, is_deleted = excluded.is_deleted")
        .bind(user).bind(number).bind(entry.is_read).bind(entry.read_at).bind(entry.archived_at).bind(is_deleted)
        .execute(c).await.map(|_| ()))
}

/// Holds somebody's notifications; `false` when they are held already.
pub async fn insert_hold(conn: &mut Conn, user: UserId) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO notification_holds (user_id, held_after) SELECT $1, COALESCE(MAX(number), 0) FROM notices WHERE TRUE
         ON CONFLICT DO NOTHING")
        .bind(user).execute(c).await.map(|done| done.rows_affected() == 1))
}

pub async fn is_held(conn: &mut Conn, user: UserId) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM notification_holds WHERE user_id = $1)")
        .bind(user).fetch_one(c).await)
}

/// Whose of these notifications are held.
pub async fn list_held(conn: &mut Conn, people: &[UserId]) -> Result<Vec<UserId>, sqlx::Error> {
    build_on!(conn, "SELECT user_id FROM notification_holds WHERE user_id IN (", q => {
        bind_list(&mut q, people.iter().copied());
        q.push(")");
    }, query, c => { let mut query = query; query.build_query_scalar().fetch_all(c).await })
}

/// Lets go of what is held for somebody.
pub async fn delete_hold(conn: &mut Conn, user: UserId) -> Result<(), sqlx::Error> {
    for sql in [
        "DELETE FROM notification_holds WHERE user_id = $1",
        "UPDATE notifications SET in_app = CASE WHEN in_app = 'held' THEN 'digest' ELSE in_app END,
             browser = CASE WHEN browser = 'held' THEN 'digest' ELSE browser END
         WHERE user_id = $1 AND (in_app = 'held' OR browser = 'held')",
    ] {
        on!(conn, c => sqlx::query(sql).bind(user).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Does something with the urgent notices that came through while others are held.
async fn put_urgent_states(
    conn: &mut Conn,
    user: UserId,
    now: Option<Timestamp>,
    is_deleted: bool,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO notice_states (user_id, notice, is_read, read_at, is_deleted)
         SELECT h.user_id, n.number, TRUE, $2, $3 FROM notification_holds h
         JOIN notices n ON n.number > h.held_after AND n.priority = 'urgent' WHERE h.user_id = $1
         ON CONFLICT (user_id, notice) DO UPDATE SET is_read = TRUE, read_at = COALESCE(notice_states.read_at, excluded.read_at),
             is_deleted = notice_states.is_deleted OR (excluded.is_deleted AND notice_states.archived_at IS NULL)")
        .bind(user).bind(now).bind(is_deleted).execute(c).await.map(|_| ()))
}

/// Marks all of somebody's entries as read, whichever there are; but for those that wait.
pub async fn update_all_read(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE notifications SET is_read = TRUE, read_at = $2
        WHERE user_id = $1 AND NOT is_read AND in_app <> 'held'")
        .bind(user).bind(now).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query("UPDATE notice_states SET is_read = TRUE, read_at = $2 WHERE user_id = $1 AND NOT is_read")
        .bind(user).bind(now).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query(
        "INSERT INTO notice_marks (user_id, read_up_to, read_at)
         SELECT $1, COALESCE((SELECT held_after FROM notification_holds WHERE user_id = $1), MAX(number), 0), $2 FROM notices WHERE TRUE
         ON CONFLICT (user_id) DO UPDATE SET read_up_to = excluded.read_up_to, read_at = excluded.read_at")
        .bind(user).bind(now).execute(c).await.map(|_| ()))?;
    put_urgent_states(conn, user, Some(now), false).await
}

/// Marks all of somebody's entries as seen.
pub async fn update_all_seen(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE notifications SET seen_at = $2 WHERE user_id = $1 AND seen_at IS NULL AND in_app <> 'held'")
        .bind(user).bind(now).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query(
        "INSERT INTO notice_marks (user_id, seen_up_to, seen_at) SELECT $1, COALESCE(MAX(number), 0), $2 FROM notices WHERE TRUE
         ON CONFLICT (user_id) DO UPDATE SET seen_up_to = excluded.seen_up_to, seen_at = excluded.seen_at")
        .bind(user).bind(now).execute(c).await.map(|_| ()))
}

/// Empties somebody's list; what was archived stays, and what waits.
pub async fn delete_list(conn: &mut Conn, user: UserId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "DELETE FROM notifications WHERE user_id = $1 AND archived_at IS NULL AND in_app IN ('told', 'urgent', 'digest')")
        .bind(user).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query(
        "INSERT INTO notice_marks (user_id, cleared_up_to)
         SELECT $1, COALESCE((SELECT held_after FROM notification_holds WHERE user_id = $1), MAX(number), 0) FROM notices WHERE TRUE
         ON CONFLICT (user_id) DO UPDATE SET cleared_up_to = excluded.cleared_up_to")
        .bind(user).execute(c).await.map(|_| ()))?;
    put_urgent_states(conn, user, None, true).await
}

/// Those who have something to forget: read before `old`, told without being shown before `old`,
/// expired, or a notice of before `old`.
pub async fn list_forgetful(
    conn: &mut Conn,
    now: Timestamp,
    old: Timestamp,
    notices_up_to: i64,
    limit: i64,
) -> Result<Vec<UserId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT u.id FROM users u LEFT JOIN notice_marks m ON m.user_id = u.id
         WHERE COALESCE(m.forgotten_up_to, 0) < $3
            OR u.id IN (SELECT user_id FROM notifications WHERE expires_at <= $1)
            OR u.id IN (SELECT user_id FROM notifications WHERE created_at < $2 AND (is_read OR in_app NOT IN ('told', 'urgent', 'digest')))
         ORDER BY u.id LIMIT $4")
        .bind(now).bind(old).bind(notices_up_to).bind(limit).fetch_all(c).await)
}

/// The newest notice of before an instant; 0 when there is none.
pub async fn find_last_notice_before(conn: &mut Conn, old: Timestamp) -> Result<i64, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM notices WHERE created_at < $1")
        .bind(old).fetch_one(c).await)
}

/// Forgets for one person what [`list_forgetful`] names.
pub async fn delete_forgotten(
    conn: &mut Conn,
    user: UserId,
    now: Timestamp,
    old: Timestamp,
    notices_up_to: i64,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "DELETE FROM notifications WHERE user_id = $1
            AND (expires_at <= $2 OR (created_at < $3 AND (is_read OR in_app NOT IN ('told', 'urgent', 'digest'))))")
        .bind(user).bind(now).bind(old).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query(
        "INSERT INTO notice_marks (user_id, forgotten_up_to) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET forgotten_up_to = excluded.forgotten_up_to
         WHERE notice_marks.forgotten_up_to < excluded.forgotten_up_to")
        .bind(user).bind(notices_up_to).execute(c).await.map(|_| ()))
}

/// Deletes notices that everybody has forgotten.
pub async fn delete_notices(conn: &mut Conn, up_to: i64) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "DELETE FROM notices WHERE number <= $1 AND NOT EXISTS (
             SELECT 1 FROM users u LEFT JOIN notice_marks m ON m.user_id = u.id WHERE COALESCE(m.forgotten_up_to, 0) < $1)")
        .bind(up_to).execute(c).await.map(|_| ()))
}
