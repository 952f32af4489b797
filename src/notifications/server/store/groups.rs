//! Personal notifications by what they are about.

use super::ROWS_PER_STATEMENT;
use super::write::json;
use crate::ids::UserId;
use crate::notifications::model::{NotificationId, NotificationKind};
use crate::server::db::{Conn, bind_list, build_on, on};
use crate::time::Timestamp;
use std::collections::HashSet;

/// One of a group, as far as its group's next one needs it.
pub struct Member {
    pub id: NotificationId,
    pub user: UserId,
    pub data: NotificationKind,
    pub is_unseen: bool,
    /// Whether it stands in the person's list, told there and not archived, or waits to come into it.
    pub is_listed: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: NotificationId,
    user_id: UserId,
    data: String,
    seen_at: Option<Timestamp>,
    is_listed: bool,
}

impl Row {
    /// `None` for a kind that this build does not know any more.
    fn into_member(self) -> Option<Member> {
        let data = serde_json::from_str(&self.data).ok()?;
        let Self { id, user_id: user, seen_at, is_listed, .. } = self;
        Some(Member { id, user, data, is_unseen: seen_at.is_none(), is_listed })
    }
}

macro_rules! listed {
    () => {
        "archived_at IS NULL AND in_app IN ('told', 'urgent', 'digest')"
    };
}

/// In the list, or about to be: it waits while the person concentrates.
macro_rules! counts {
    () => {
        "archived_at IS NULL AND in_app IN ('told', 'urgent', 'digest', 'held')"
    };
}

/// Takes out the unread ones of some people, so that a newer one can stand in their place: those of
/// the list, or those that were not told.
pub async fn take_unread(
    conn: &mut Conn,
    group: &str,
    people: &[UserId],
    of_the_list: bool,
) -> Result<Vec<Member>, sqlx::Error> {
    let mut taken: Vec<Row> = Vec::new();
    for people in people.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Row> = build_on!(conn, "DELETE FROM notifications WHERE NOT is_read AND group_key = ", q => {
            q.push_bind(group);
            q.push(if of_the_list {
                concat!(" AND ", listed!())
            } else {
                " AND in_app NOT IN ('told', 'urgent', 'digest')"
            });
            q.push(" AND user_id IN (");
            bind_list(&mut q, people.iter().copied());
            q.push(concat!(") RETURNING id, user_id, data, seen_at, ", counts!(), " AS is_listed"));
        }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
        taken.extend(rows);
    }
    Ok(taken.into_iter().filter_map(Row::into_member).collect())
}

/// Those of some people who have something unread of a group, told or not.
pub async fn list_with_unread(conn: &mut Conn, group: &str, people: &[UserId]) -> Result<HashSet<UserId>, sqlx::Error> {
    let mut found = HashSet::new();
    for people in people.chunks(ROWS_PER_STATEMENT) {
        let some: Vec<UserId> = build_on!(conn, "SELECT user_id FROM notifications WHERE NOT is_read AND group_key = ", q => {
            q.push_bind(group);
            q.push(" AND user_id IN (");
            bind_list(&mut q, people.iter().copied());
            q.push(")");
        }, query, c => { let mut query = query; query.build_query_scalar().fetch_all(c).await })?;
        found.extend(some);
    }
    Ok(found)
}

/// What a person has unread of a group.
pub async fn list_unread_of(conn: &mut Conn, group: &str, user: UserId) -> Result<Vec<Member>, sqlx::Error> {
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(concat!(
        "SELECT id, user_id, data, seen_at, ", counts!(), " AS is_listed FROM notifications
         WHERE group_key = $1 AND user_id = $2 AND NOT is_read"))
        .bind(group).bind(user).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(Row::into_member).collect())
}

/// What a person has unread of the chat rooms of which something waits, oldest first.
pub async fn list_beside_held_calls(conn: &mut Conn, user: UserId) -> Result<Vec<Member>, sqlx::Error> {
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(concat!(
        "SELECT id, user_id, data, seen_at, ", counts!(), " AS is_listed FROM notifications
         WHERE user_id = $1 AND NOT is_read AND ", counts!(), " AND group_key IN (
             SELECT group_key FROM notifications WHERE user_id = $1 AND NOT is_read AND in_app = 'held' AND category = 'chat')
         ORDER BY created_at, id"))
        .bind(user).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(Row::into_member).collect())
}

/// Has some say something else of the same thing, all of them alike.
pub async fn update_data(conn: &mut Conn, ids: &[NotificationId], data: &NotificationKind) -> Result<(), sqlx::Error> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        build_on!(conn, "UPDATE notifications SET data = ", q => {
            q.push_bind(json(data)).push(" WHERE id IN (");
            bind_list(&mut q, ids.iter().cloned());
            q.push(")");
        }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })?;
    }
    Ok(())
}

/// Marks one as read.
pub async fn update_read(conn: &mut Conn, id: &NotificationId, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE notifications SET is_read = TRUE, read_at = $2 WHERE id = $1")
        .bind(id.clone()).bind(now).execute(c).await.map(|_| ()))
}

/// Deletes some, whosever they are.
pub async fn delete_notifications(conn: &mut Conn, ids: &[NotificationId]) -> Result<(), sqlx::Error> {
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        build_on!(conn, "DELETE FROM notifications WHERE id IN (", q => {
            bind_list(&mut q, ids.iter().cloned());
            q.push(")");
        }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })?;
    }
    Ok(())
}

/// Deletes everything of a group that one person has; gives how many of them stood in their list.
pub async fn delete_group_of(conn: &mut Conn, group: &str, user: UserId) -> Result<usize, sqlx::Error> {
    let listed: Vec<bool> = on!(conn, c => sqlx::query_scalar(concat!(
        "DELETE FROM notifications WHERE group_key = $1 AND user_id = $2 RETURNING ", counts!()))
        .bind(group).bind(user).fetch_all(c).await)?;
    Ok(listed.into_iter().filter(|listed| *listed).count())
}
