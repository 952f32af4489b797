//! Timers that follow a group: whoever comes into it comes onto them, whoever leaves it goes.
//!
//! Only active timers follow: what has ended stays in the history of those who were there. Somebody
//! who is on a timer by name, or by another of its groups, stays when one group loses them.

use super::store::timers_touched;
use super::{emit, say_goodbye};
use crate::error::AppError;
use crate::ids::{ChatRoomId, ReservationId, TimerId, UserId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};

/// People who change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Its members.
    ChatRoom(ChatRoomId),
    /// Its organiser and attendees.
    Reservation(ReservationId),
}

impl Group {
    fn key(self) -> (&'static str, i64) {
        match self {
            Self::ChatRoom(id) => ("chat_room", id.0),
            Self::Reservation(id) => ("reservation", id.0),
        }
    }
}

/// Somebody has come into a group, in the transaction of what brought them. To them each of its
/// timers is new. One statement when there are none.
///
/// # Errors
/// When the database fails.
pub async fn joined(tx: &mut Tx, group: Group, user: UserId, actor: Option<UserId>) -> Result<(), AppError> {
    let now = tx.now();
    let follow = store::insert_into_group(tx, group, user, now).await?;
    if follow.is_empty() {
        return Ok(());
    }
    let new = store::insert_on_timers(tx, &follow, user, now).await?;
    for timer in timers_touched(tx, &new).await? {
        for person in &timer.people {
            let event = if person.id == user { Event::TimerCreated } else { Event::TimerUpdated };
            tx.emit(Topic::User(person.id), actor, event(timer.clone()));
        }
    }
    Ok(())
}

/// Somebody has left a group. One statement when it has no timers.
///
/// # Errors
/// When the database fails.
pub async fn left(tx: &mut Tx, group: Group, user: UserId, actor: Option<UserId>) -> Result<(), AppError> {
    let follow = store::delete_from_group(tx, group, user).await?;
    if follow.is_empty() {
        return Ok(());
    }
    let gone = store::delete_from_timers(tx, &follow, user).await?;
    for timer in timers_touched(tx, &gone).await? {
        emit(tx, actor, &timer, Event::TimerUpdated);
        say_goodbye(tx, actor, &timer, user);
    }
    Ok(())
}

/// A group has other people than before.
///
/// # Errors
/// When the database fails.
pub async fn changed(
    tx: &mut Tx,
    group: Group,
    (before, after): (&[UserId], &[UserId]),
    actor: Option<UserId>,
) -> Result<(), AppError> {
    for user in after.iter().filter(|user| !before.contains(user)) {
        joined(tx, group, *user, actor).await?;
    }
    for user in before.iter().filter(|user| !after.contains(user)) {
        left(tx, group, *user, actor).await?;
    }
    Ok(())
}

/// The SQL of groups.
pub mod store {
    use super::{Group, TimerId, UserId};
    use crate::server::db::{Conn, bind_list, build_on, on};
    use crate::time::Timestamp;
    use crate::timers::model::MAX_PEOPLE;

    /// Has a timer follow a group, as whose part some people are on it from now on.
    pub async fn put_group(
        conn: &mut Conn,
        timer: &TimerId,
        group: Group,
        people: &[UserId],
    ) -> Result<(), sqlx::Error> {
        let (kind, id) = group.key();
        on!(conn, c => sqlx::query(
            "INSERT INTO timer_groups (timer_id, kind, group_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(timer).bind(kind).bind(id).execute(c).await.map(|_| ()))?;
        if people.is_empty() {
            return Ok(());
        }
        build_on!(conn, "INSERT INTO timer_group_people (timer_id, kind, group_id, user_id) ", q => {
            q.push_values(people, |mut row, user| {
                row.push_bind(timer.clone()).push_bind(kind).push_bind(id).push_bind(*user);
            });
            q.push(" ON CONFLICT DO NOTHING");
        }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })
    }

    /// Has the next timer of a series follow the groups of the one before, by which the same people are on it.
    pub async fn copy_groups(conn: &mut Conn, from: &TimerId, to: &TimerId) -> Result<(), sqlx::Error> {
        for sql in [
            "INSERT INTO timer_groups (timer_id, kind, group_id)
             SELECT $2, kind, group_id FROM timer_groups WHERE timer_id = $1",
            "INSERT INTO timer_group_people (timer_id, kind, group_id, user_id)
             SELECT $2, kind, group_id, user_id FROM timer_group_people WHERE timer_id = $1",
            "UPDATE timer_people SET is_named = FALSE WHERE timer_id = $2
                 AND user_id IN (SELECT user_id FROM timer_people WHERE timer_id = $1 AND NOT is_named)",
        ] {
            on!(conn, c => sqlx::query(sql).bind(from).bind(to).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Notes somebody in a group of active timers. Gives those timers.
    pub async fn insert_into_group(
        conn: &mut Conn,
        group: Group,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<TimerId>, sqlx::Error> {
        let (kind, id) = group.key();
        on!(conn, c => sqlx::query_scalar(
            "INSERT INTO timer_group_people (timer_id, kind, group_id, user_id)
             SELECT g.timer_id, g.kind, g.group_id, u.id FROM timer_groups g
             JOIN timers t ON t.id = g.timer_id JOIN users u ON u.id = $3
             WHERE g.kind = $1 AND g.group_id = $2 AND (t.status = 'PAUSED' OR (t.status = 'RUNNING' AND t.ends_at > $4))
             ON CONFLICT DO NOTHING RETURNING timer_id")
            .bind(kind).bind(id).bind(user).bind(now).fetch_all(c).await)
    }

    /// Puts somebody on those timers that have room for one more. Gives those that they were not on.
    pub async fn insert_on_timers(
        conn: &mut Conn,
        timers: &[TimerId],
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<TimerId>, sqlx::Error> {
        build_on!(conn, "INSERT INTO timer_people (timer_id, user_id, role, joined_at, is_named) SELECT t.id, u.id, 'participant', ", q => {
            q.push("CAST(").push_bind(now).push(" AS BIGINT), FALSE FROM timers t JOIN users u ON u.id = ").push_bind(user);
            q.push(" WHERE (SELECT COUNT(*) FROM timer_people p WHERE p.timer_id = t.id) < ").push_bind(i64::from(MAX_PEOPLE));
            q.push(" AND t.id IN (");
            bind_list(&mut q, timers.iter().cloned());
            q.push(") ON CONFLICT DO NOTHING RETURNING timer_id");
        }, query, c => { let mut query = query; query.build_query_scalar().fetch_all(c).await })
    }

    /// Takes somebody out of a group. Gives the timers that follow it.
    pub async fn delete_from_group(conn: &mut Conn, group: Group, user: UserId) -> Result<Vec<TimerId>, sqlx::Error> {
        let (kind, id) = group.key();
        on!(conn, c => sqlx::query_scalar(
            "DELETE FROM timer_group_people WHERE kind = $1 AND group_id = $2 AND user_id = $3 RETURNING timer_id")
            .bind(kind).bind(id).bind(user).fetch_all(c).await)
    }

    /// Takes somebody off active timers that nothing else keeps them on. Gives those timers.
    pub async fn delete_from_timers(
        conn: &mut Conn,
        timers: &[TimerId],
        user: UserId,
    ) -> Result<Vec<TimerId>, sqlx::Error> {
        build_on!(conn, "DELETE FROM timer_people WHERE NOT is_named AND user_id = ", q => {
            q.push_bind(user).push(" AND timer_id IN (SELECT id FROM timers WHERE status IN ('RUNNING', 'PAUSED') AND id IN (");
            bind_list(&mut q, timers.iter().cloned());
            q.push(")) AND NOT EXISTS (SELECT 1 FROM timer_group_people g
                WHERE g.timer_id = timer_people.timer_id AND g.user_id = timer_people.user_id) RETURNING timer_id");
        }, query, c => { let mut query = query; query.build_query_scalar().fetch_all(c).await })
    }

    /// Takes somebody out of all groups of one timer, as who was taken off it by name.
    pub async fn forget_person(conn: &mut Conn, timer: &TimerId, user: UserId) -> Result<(), sqlx::Error> {
        on!(conn, c => sqlx::query("DELETE FROM timer_group_people WHERE timer_id = $1 AND user_id = $2")
            .bind(timer).bind(user).execute(c).await.map(|_| ()))
    }
}
