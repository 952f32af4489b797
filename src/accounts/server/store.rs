//! All SQL of accounts.

use crate::accounts::model::{Device, Person, Role, User};
use crate::ids::{SessionId, UserId};
use crate::server::db::{Conn, bind_list, build_on, on};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
pub struct Login {
    #[sqlx(flatten)]
    pub user: User,
    pub password_hash: String,
}

/// A live session and whose it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    #[sqlx(flatten)]
    pub user: User,
    pub session_id: SessionId,
    pub remember: bool,
    pub language: Option<String>,
    pub theme: Option<String>,
    pub time_zone: Option<String>,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
}

pub async fn find_login(conn: &mut Conn, email: &str) -> Result<Option<Login>, sqlx::Error> {
    on!(conn, c => sqlx::query_as("SELECT id, name, email, role, password_hash FROM users WHERE email = $1")
        .bind(email).fetch_optional(c).await)
}

pub async fn find_user(conn: &mut Conn, id: UserId) -> Result<Option<User>, sqlx::Error> {
    on!(conn, c => sqlx::query_as("SELECT id, name, email, role FROM users WHERE id = $1")
        .bind(id).fetch_optional(c).await)
}

pub async fn insert_user(
    conn: &mut Conn,
    email: &str,
    name: &str,
    role: Role,
    password_hash: &str,
    now: Timestamp,
) -> Result<UserId, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO users (email, name, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id")
        .bind(email).bind(name).bind(role).bind(password_hash).bind(now).fetch_one(c).await)
}

pub async fn list_people(conn: &mut Conn) -> Result<Vec<Person>, sqlx::Error> {
    on!(conn, c => sqlx::query_as("SELECT id, name FROM users ORDER BY name, id").fetch_all(c).await)
}

pub async fn list_admins(conn: &mut Conn) -> Result<Vec<UserId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("SELECT id FROM users WHERE role = 'admin' ORDER BY id").fetch_all(c).await)
}

pub async fn find_people(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<Person>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    build_on!(conn, "SELECT id, name FROM users WHERE id IN (", q => {
        bind_list(&mut q, ids.iter().copied());
        q.push(")");
    }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })
}

/// A session that is about to begin.
pub struct NewSession<'a> {
    pub user: UserId,
    pub token_hash: &'a str,
    pub device: &'a str,
    pub remember: bool,
}

pub async fn insert_session(
    conn: &mut Conn,
    new: &NewSession<'_>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<SessionId, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "INSERT INTO sessions (user_id, token_hash, device, remember, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6) RETURNING id")
        .bind(new.user).bind(new.token_hash).bind(new.device).bind(new.remember).bind(now).bind(expires_at)
        .fetch_one(c).await)
}

/// Makes the live session that had a token the one that its person begins anew with another; `None` when it is
/// nobody's, or somebody else's.
pub async fn renew_session(
    conn: &mut Conn,
    old_token_hash: &str,
    new: &NewSession<'_>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Option<SessionId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar(
        "UPDATE sessions SET token_hash = $3, device = $4, remember = $5, created_at = $6, last_seen_at = $6, expires_at = $7
         WHERE token_hash = $1 AND user_id = $2 AND expires_at > $6 RETURNING id")
        .bind(old_token_hash).bind(new.user).bind(new.token_hash).bind(new.device).bind(new.remember).bind(now)
        .bind(expires_at).fetch_optional(c).await)
}

/// The live sessions of a person, the last used first.
pub async fn list_devices(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<Vec<Device>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT id, device AS name, created_at, last_seen_at FROM sessions WHERE user_id = $1 AND expires_at > $2
         ORDER BY last_seen_at DESC, id DESC")
        .bind(user).bind(now).fetch_all(c).await)
}

pub async fn find_session_by_token(
    conn: &mut Conn,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Session>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT u.id, u.name, u.email, u.role, s.id AS session_id, s.remember, s.last_seen_at, s.expires_at,
                c.language, c.theme, c.time_zone
         FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN user_settings c ON c.user_id = u.id
         WHERE s.token_hash = $1 AND s.expires_at > $2")
        .bind(token_hash).bind(now).fetch_optional(c).await)
}

pub async fn find_session(conn: &mut Conn, id: SessionId, now: Timestamp) -> Result<Option<Session>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "SELECT u.id, u.name, u.email, u.role, s.id AS session_id, s.remember, s.last_seen_at, s.expires_at,
                c.language, c.theme, c.time_zone
         FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN user_settings c ON c.user_id = u.id
         WHERE s.id = $1 AND s.expires_at > $2")
        .bind(id).bind(now).fetch_optional(c).await)
}

pub async fn update_session_use(
    conn: &mut Conn,
    id: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1")
        .bind(id).bind(now).bind(expires_at).execute(c).await.map(|_| ()))
}

pub async fn delete_session(conn: &mut Conn, id: SessionId) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(c).await.map(|_| ()))
}

pub async fn delete_session_of_token(conn: &mut Conn, token_hash: &str) -> Result<Option<SessionId>, sqlx::Error> {
    on!(conn, c => sqlx::query_scalar("DELETE FROM sessions WHERE token_hash = $1 RETURNING id")
        .bind(token_hash).fetch_optional(c).await)
}

pub async fn insert_ticket(
    conn: &mut Conn,
    token_hash: &str,
    session: SessionId,
    session_ends_at: Option<Timestamp>,
    expires_at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query(
        "INSERT INTO tickets (token_hash, session_id, session_ends_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(token_hash).bind(session).bind(session_ends_at).bind(expires_at).execute(c).await.map(|_| ()))
}

/// Uses a ticket up: whose session it is, and when that ends for whoever has the ticket if that is earlier.
pub async fn delete_ticket(
    conn: &mut Conn,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(SessionId, Option<Timestamp>)>, sqlx::Error> {
    on!(conn, c => sqlx::query_as(
        "DELETE FROM tickets WHERE token_hash = $1 AND expires_at > $2 RETURNING session_id, session_ends_at")
        .bind(token_hash).bind(now).fetch_optional(c).await)
}

pub async fn delete_expired(conn: &mut Conn, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("DELETE FROM tickets WHERE expires_at <= $1").bind(now).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now).execute(c).await.map(|_| ()))
}

pub async fn find_or_insert_setting(conn: &mut Conn, name: &str, value: &str) -> Result<String, sqlx::Error> {
    on!(conn, c => sqlx::query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name).bind(value).execute(c).await.map(|_| ()))?;
    on!(conn, c => sqlx::query_scalar("SELECT value FROM settings WHERE name = $1").bind(name).fetch_one(c).await)
}
