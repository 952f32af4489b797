//! Personal notifications that quote one message.

use super::Row;
use crate::ids::UserId;
use crate::notifications::model::{Entry, Reason};
use crate::server::db::{Conn, on};

/// One of them, in the list, waiting for it, or kept because it was not told.
pub struct Quoting {
    pub user: UserId,
    pub entry: Entry,
    pub in_app: Reason,
}

#[derive(sqlx::FromRow)]
struct QuotingRow {
    user_id: UserId,
    #[sqlx(flatten)]
    row: Row,
}

impl QuotingRow {
    /// `None` for a kind that this build does not know any more.
    fn into_quoting(self) -> Option<Quoting> {
        let in_app = self.row.in_app?;
        let entry = self.row.into_found()?.entry;
        Some(Quoting { user: self.user_id, entry, in_app })
    }
}

macro_rules! columns {
    () => {
        "user_id, CAST(NULL AS BIGINT) AS number, id, priority, data, action_url, group_key,
         CAST(NULL AS BIGINT) AS actor_id, created_at, expires_at, in_app, browser, is_read, read_at, seen_at, archived_at"
    };
}

/// Those of a group that lead to a message; those that say the same stand together.
pub async fn list_quoting(conn: &mut Conn, group: &str, link: &str) -> Result<Vec<Quoting>, sqlx::Error> {
    let rows: Vec<QuotingRow> = on!(conn, c => sqlx::query_as(concat!(
        "SELECT ", columns!(), " FROM notifications WHERE group_key = $1 AND action_url = $2 ORDER BY data, user_id"))
        .bind(group).bind(link).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(QuotingRow::into_quoting).collect())
}

/// Deletes them.
pub async fn delete_quoting(conn: &mut Conn, group: &str, link: &str) -> Result<Vec<Quoting>, sqlx::Error> {
    let rows: Vec<QuotingRow> = on!(conn, c => sqlx::query_as(concat!(
        "DELETE FROM notifications WHERE group_key = $1 AND action_url = $2 RETURNING ", columns!()))
        .bind(group).bind(link).fetch_all(c).await)?;
    Ok(rows.into_iter().filter_map(QuotingRow::into_quoting).collect())
}
