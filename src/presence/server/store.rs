//! All SQL of presence: only the choice to be hidden is stored.

use crate::ids::UserId;
use crate::server::db::{Conn, on};

pub async fn is_hidden(conn: &mut Conn, user: UserId) -> Result<bool, sqlx::Error> {
    let hidden: Option<bool> = on!(conn, c => sqlx::query_scalar("SELECT presence_hidden FROM users WHERE id = $1")
        .bind(user).fetch_optional(c).await)?;
    Ok(hidden.unwrap_or(true))
}

pub async fn update_hidden(conn: &mut Conn, user: UserId, hidden: bool) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE users SET presence_hidden = $2 WHERE id = $1")
        .bind(user).bind(hidden).execute(c).await.map(|_| ()))
}
