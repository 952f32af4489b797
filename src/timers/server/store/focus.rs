//! Who concentrates, and how much they want to.

use crate::ids::UserId;
use crate::server::db::{Conn, on};
use crate::time::Timestamp;

/// Who runs a focus timer, and until when.
pub async fn list_focusing(conn: &mut Conn, now: Timestamp) -> Result<Vec<(UserId, Timestamp)>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT owner_id, MAX(ends_at) FROM timers WHERE status = 'RUNNING' AND kind = 'focus' AND ends_at > $1 GROUP BY owner_id")
        .bind(now).fetch_all(c).await)
}

/// Whether somebody runs a focus timer that holds notifications.
pub async fn holds_notifications(conn: &mut Conn, owner: UserId) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM timers
             WHERE status = 'RUNNING' AND kind = 'focus' AND owner_id = $1 AND hold_notifications)")
        .bind(owner).fetch_one(c).await)
}

/// Notes that somebody has reached their goal on a day; `false` when that is noted already.
pub async fn insert_goal_day(conn: &mut Conn, user: UserId, day: &str) -> Result<bool, sqlx::Error> {
    on!(conn, c => sqlx::query("INSERT INTO timer_goal_days (user_id, day) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(user).bind(day).execute(c).await.map(|done| done.rows_affected() == 1))
}

pub async fn find_goal(conn: &mut Conn, user: UserId) -> Result<Option<u32>, sqlx::Error> {
    let minutes: Option<i64> = on!(conn, c => sqlx::query_scalar("SELECT minutes FROM timer_goals WHERE user_id = $1")
        .bind(user).fetch_optional(c).await)?;
    Ok(minutes.and_then(|minutes| u32::try_from(minutes).ok()))
}

pub async fn put_goal(conn: &mut Conn, user: UserId, minutes: Option<u32>) -> Result<(), sqlx::Error> {
    match minutes {
        Some(minutes) => on!(conn, c => sqlx::query(
            "INSERT INTO timer_goals (user_id, minutes) VALUES ($1, $2)
             ON CONFLICT (user_id) DO UPDATE SET minutes = excluded.minutes")
            .bind(user).bind(i64::from(minutes)).execute(c).await.map(|_| ())),
        None => on!(conn, c => sqlx::query("DELETE FROM timer_goals WHERE user_id = $1")
            .bind(user).execute(c).await.map(|_| ())),
    }
}
