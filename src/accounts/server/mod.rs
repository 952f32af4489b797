//! Commands: sign in and out, make accounts, pass tokens on.

mod authenticate;
mod devices;
pub mod pages;
pub mod rest;
mod store;
mod tokens;

pub use authenticate::{Caller, authenticate, caller_of_user, session_end, session_of_access_token, session_of_ticket};
pub(crate) use authenticate::{cookie_name, session_token};
pub use devices::{list_devices, sign_out_device, sign_out_others};
pub use tokens::Tokens;

use super::model::{Credentials, MAX_EMAIL_CHARS, MAX_PASSWORD_CHARS, Person, Role, User};
use crate::error::{AppError, Field, Rule};
use crate::ids::{SessionId, UserId};
use crate::server::state::App;
use crate::server::throttle::Throttle;
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use http::{HeaderMap, header};
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use tokio::sync::{Semaphore, broadcast};

/// A session ends after so long without a request, or without one while it is remembered.
const IDLE_MS: i64 = 12 * HOUR;
const REMEMBERED_MS: i64 = 30 * DAY;
/// How often a session's last use is written down.
const TOUCH_EVERY_MS: i64 = 5 * MINUTE;
/// Single-use passes to `/ws` (contracts §1.5).
const TICKET_MS: i64 = 60 * SECOND;
/// Failed logins per account and per address (contracts §9).
const LOGIN_WINDOW_MS: i64 = 10 * MINUTE;
const LOGINS_PER_ACCOUNT: usize = 10;
const LOGINS_PER_ADDRESS: usize = 50;
/// Sockets per user on `/ws` (contracts §6, C14).
const SOCKETS_PER_MINUTE: usize = 60;
/// Shortest password of a new account.
const MIN_PASSWORD_CHARS: usize = 8;

/// Who may come in, and who has been shown out.
pub struct Gate {
    by_account: Throttle<String>,
    by_address: Throttle<IpAddr>,
    pub sockets: Throttle<UserId>,
    /// Sessions that have just ended: their sockets close.
    ended: broadcast::Sender<SessionId>,
    /// Password hashing takes memory and a core: so many at once at most.
    hashing: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            by_account: Throttle::new(LOGINS_PER_ACCOUNT, LOGIN_WINDOW_MS),
            by_address: Throttle::new(LOGINS_PER_ADDRESS, LOGIN_WINDOW_MS),
            sockets: Throttle::new(SOCKETS_PER_MINUTE, MINUTE),
            ended: broadcast::channel(64).0,
            hashing: Arc::new(Semaphore::new(2)),
        }
    }
}

impl Gate {
    /// The sessions that end from now on.
    #[must_use]
    pub fn ended_sessions(&self) -> broadcast::Receiver<SessionId> {
        self.ended.subscribe()
    }

    /// Closes the sockets of a session that has ended.
    fn tell_ended(&self, session: SessionId) {
        // Nobody listens when no socket is open.
        let _ = self.ended.send(session);
    }
}

/// A new session: its cookie's token is known only here.
pub struct SignedIn {
    pub user: User,
    pub session: SessionId,
    pub token: String,
    pub remember: bool,
}

/// A hash that no password has, so that an unknown address takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash(&Tokens::random()).unwrap_or_default());

fn hash(password: &str) -> Result<String, AppError> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| AppError::internal(&error))?;
    Ok(hash.to_string())
}

fn is_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Checks e-mail address and password and opens a session, which is known by what its browser says that it is.
///
/// A browser has one cookie, and all its tabs send it. So the session whose cookie comes with the request gives way:
/// that of somebody else ends like at a logout, or its pages would go on under the name of whoever signs in now. That
/// of the same person goes on under the new cookie, and their other tabs with it. A request without a cookie ends nothing.
///
/// # Errors
/// [`AppError::InvalidCredentials`], [`AppError::RateLimitExceeded`].
pub async fn log_in(
    app: &App,
    credentials: Credentials,
    address: IpAddr,
    headers: &HeaderMap,
) -> Result<SignedIn, AppError> {
    let now = app.now();
    let email = normal_email(&credentials.email);
    if !is_possible(&email) || credentials.password.chars().count() > MAX_PASSWORD_CHARS {
        return Err(AppError::InvalidCredentials);
    }
    let limited = |retry_after_secs| AppError::RateLimitExceeded { retry_after_secs };
    // An attempt at an account that is closed does not count against its address: one forgotten
    // password must not lock a whole office out.
    app.gate.by_account.count(&email, now).map_err(limited)?;
    if let Err(retry_after_secs) = app.gate.by_address.count(&address, now) {
        app.gate.by_account.forgive(&email);
        return Err(limited(retry_after_secs));
    }

    let mut read = app.read().await?;
    let found = store::find_login(&mut read, &email).await?;
    read.end();

    let (user, stored) = match found {
        Some(login) => (Some(login.user), login.password_hash),
        None => (None, NOBODY.clone()),
    };
    let permit = app.gate.hashing.clone().acquire_owned().await.map_err(|error| AppError::internal(&error))?;
    let right = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        is_password(&credentials.password, &stored)
    })
    .await
    .map_err(|error| AppError::internal(&error))?;
    let (Some(user), true) = (user, right) else { return Err(AppError::InvalidCredentials) };

    app.gate.by_address.forgive(&address);
    app.gate.by_account.forgive(&email);
    let token = Tokens::random();
    let mut tx = app.log.begin().await?;
    let expires_at = now + lifetime(credentials.remember);
    let new = store::NewSession {
        user: user.id,
        token_hash: &Tokens::digest(&token),
        device: &devices::device_of(headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or("")),
        remember: credentials.remember,
    };
    let (mut session, mut ended) = (None, None);
    if let Some(before) = session_token(app, headers).map(|token| Tokens::digest(&token)) {
        session = store::renew_session(&mut tx, &before, &new, now, expires_at).await?;
        if session.is_none() {
            ended = store::delete_session_of_token(&mut tx, &before).await?;
        }
    }
    let session = match session {
        Some(session) => session,
        None => store::insert_session(&mut tx, &new, now, expires_at).await?,
    };
    tx.commit().await?;
    if let Some(ended) = ended {
        app.gate.tell_ended(ended);
    }
    Ok(SignedIn { user, session, token, remember: credentials.remember })
}

fn lifetime(remember: bool) -> i64 {
    if remember { REMEMBERED_MS } else { IDLE_MS }
}

/// Ends a session; its sockets close within a second.
///
/// # Errors
/// When the database fails.
pub async fn log_out(app: &App, session: SessionId) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    store::delete_session(&mut tx, session).await?;
    tx.commit().await?;
    app.gate.tell_ended(session);
    Ok(())
}

/// A single-use pass for `/ws?token=`, valid for a minute. What it opens ends with what it was made with: of an
/// access token, it makes no more than that.
///
/// # Errors
/// When the database fails.
pub async fn create_ticket(app: &App, caller: &Caller) -> Result<String, AppError> {
    let ticket = Tokens::random();
    let mut tx = app.log.begin().await?;
    let ends_at = caller.by_access_token.then_some(caller.expires_at);
    store::insert_ticket(&mut tx, &Tokens::digest(&ticket), caller.session, ends_at, app.now() + TICKET_MS).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// Everybody by name.
///
/// # Errors
/// When the database fails.
pub async fn list_people(app: &App) -> Result<Vec<Person>, AppError> {
    let mut read = app.read().await?;
    let people = store::list_people(&mut read).await?;
    read.end();
    Ok(people)
}

/// The names of some people, for a command of another capability; an unknown id is left out.
///
/// # Errors
/// When the database fails.
pub async fn find_people(conn: &mut crate::server::db::Conn, ids: &[UserId]) -> Result<Vec<Person>, AppError> {
    Ok(store::find_people(conn, ids).await?)
}

/// Those who may manage everything.
///
/// # Errors
/// When the database fails.
pub async fn list_admins(conn: &mut crate::server::db::Conn) -> Result<Vec<UserId>, AppError> {
    Ok(store::list_admins(conn).await?)
}

/// Makes an account.
///
/// # Errors
/// [`AppError::Validation`] when the address is taken or no address, or the name or password is unfit.
pub async fn create_user(app: &App, email: &str, name: &str, role: Role, password: &str) -> Result<UserId, AppError> {
    let email = normal_email(email);
    let name = name.trim();
    if !is_possible(&email) || !email.contains('@') || email.contains(char::is_whitespace) {
        return Err(AppError::field(Field::Email, Rule::Unknown));
    }
    if name.is_empty() || name.chars().count() > 80 {
        return Err(AppError::field(Field::Name, Rule::Range { min: 1, max: 80 }));
    }
    if name.contains('\0') {
        return Err(AppError::field(Field::Name, Rule::NulCharacter));
    }
    if !(MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&password.chars().count()) {
        return Err(AppError::field(Field::Password, Rule::Range { min: 8, max: 256 }));
    }
    let password_hash = hash(password)?;
    let mut tx = app.log.begin().await?;
    let id = match store::insert_user(&mut tx, &email, name, role, &password_hash, app.now()).await {
        Err(error) if crate::server::db::is_duplicate(&error) => {
            return Err(AppError::field(Field::Email, Rule::Duplicate));
        }
        other => other?,
    };
    tx.commit().await?;
    Ok(id)
}

/// Removes sessions and tickets that have expired.
///
/// # Errors
/// When the database fails.
pub async fn forget_expired(app: &App) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    store::delete_expired(&mut tx, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// The key that signs access tokens: the operator's, else one made once and kept.
///
/// # Errors
/// When the database fails.
pub async fn signing_key(db: &crate::server::db::Db, chosen: Option<&str>) -> Result<String, AppError> {
    match chosen {
        Some(key) => Ok(key.to_owned()),
        None => Ok(store::find_or_insert_setting(&mut db.writer().await?, "signing_key", &Tokens::random()).await?),
    }
}

/// Whether an address can be one that is kept.
fn is_possible(email: &str) -> bool {
    email.chars().count() <= MAX_EMAIL_CHARS && !email.contains('\0')
}

/// Addresses are compared without regard to case and surrounding space.
fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The session's end after a use at `now`, when it is time to write that down.
fn next_touch(last_seen_at: Timestamp, remember: bool, now: Timestamp) -> Option<Timestamp> {
    (now - last_seen_at >= TOUCH_EVERY_MS).then(|| now + lifetime(remember))
}
