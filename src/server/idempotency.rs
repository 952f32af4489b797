//! `Idempotency-Key` (contracts §9): a repeat answers the first response and does nothing.
//!
//! The first response is written in the transaction of the command itself. A simultaneous repeat
//! stands in the same line for the write lane, and so finds it.

use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::UserId;
use crate::realtime::log::Tx;
use crate::realtime::protocol::Seq;
use crate::server::db::Conn;
use crate::server::request::Once;
use crate::server::state::App;
use crate::time::Timestamp;
use serde::Serialize;
use std::ops::{Deref, DerefMut};

/// A caller's turn in the write lane: a [`Tx`] that remembers its answer.
pub struct CallerTx {
    tx: Tx,
    once: Option<(UserId, Once)>,
}

impl App {
    /// Waits for the write lane on behalf of a caller.
    ///
    /// # Errors
    /// [`AppError::AlreadyAnswered`] with the first answer when this request is a repeat,
    /// [`AppError::IdempotencyMismatch`] when its key was used with another body.
    pub async fn begin(&self, caller: &Caller) -> Result<CallerTx, AppError> {
        let mut tx = self.log.begin().await?;
        let once = caller.once.clone().map(|once| (caller.user.id, once));
        if let Some((user, once)) = &once
            && let Some(first) = store::find_answer(&mut tx, *user, once).await?
        {
            if first.body_hash != once.body_hash {
                return Err(AppError::IdempotencyMismatch);
            }
            // The first may still be on its way to the disk: it is not repeated before it is there.
            tx.commit().await?;
            let status = u16::try_from(first.status).unwrap_or(200);
            return Err(AppError::AlreadyAnswered { status, body: first.answer });
        }
        Ok(CallerTx { tx, once })
    }

    /// Answers a repeat at once, for a command that does much before its turn in the write lane.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn check_repeat(&self, caller: &Caller) -> Result<(), AppError> {
        if caller.once.is_some() {
            self.begin(caller).await?.commit().await?;
        }
        Ok(())
    }
}

/// Whether a request was answered before under this key, whatever its body: for one whose body has not come yet.
///
/// # Errors
/// When the database fails.
pub async fn is_answered(conn: &mut Conn, user: UserId, once: &Once) -> Result<bool, AppError> {
    Ok(store::find_answer(conn, user, once).await?.is_some())
}

impl CallerTx {
    /// Commits, and keeps the answer for a repeat when the request carried a key.
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit_with(mut self, status: u16, answer: &impl Serialize) -> Result<Seq, AppError> {
        if let Some((user, once)) = self.once.take() {
            let answer = serde_json::to_string(answer).map_err(|error| AppError::internal(&error))?;
            let now = self.tx.now();
            store::insert_answer(&mut self.tx, user, &once, status, &answer, now).await?;
        }
        self.tx.commit().await
    }

    /// Commits a command whose answer need not be kept, because repeating it is harmless.
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit(self) -> Result<Seq, AppError> {
        self.tx.commit().await
    }
}

impl Deref for CallerTx {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for CallerTx {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

/// Forgets answers older than `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget(app: &App, before: Timestamp) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    store::delete_before(&mut tx, before).await?;
    tx.commit().await?;
    Ok(())
}

/// All SQL of first answers.
mod store {
    use super::{Once, Timestamp, UserId};
    use crate::server::db::{Conn, on};

    #[derive(sqlx::FromRow)]
    pub struct Answer {
        pub body_hash: String,
        pub status: i64,
        pub answer: String,
    }

    pub async fn find_answer(conn: &mut Conn, user: UserId, once: &Once) -> Result<Option<Answer>, sqlx::Error> {
        on!(conn, c => sqlx::query_as("SELECT body_hash, status, answer FROM idempotency WHERE user_id = $1 AND route = $2 AND key = $3")
            .bind(user).bind(&once.route).bind(&once.key).fetch_optional(c).await)
    }

    pub async fn insert_answer(
        conn: &mut Conn,
        user: UserId,
        once: &Once,
        status: u16,
        answer: &str,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        on!(conn, c => sqlx::query(
            "INSERT INTO idempotency (user_id, route, key, body_hash, status, answer, at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(user).bind(&once.route).bind(&once.key).bind(&once.body_hash).bind(i64::from(status)).bind(answer)
            .bind(now).execute(c).await.map(|_| ()))
    }

    pub async fn delete_before(conn: &mut Conn, before: Timestamp) -> Result<(), sqlx::Error> {
        on!(conn, c => sqlx::query("DELETE FROM idempotency WHERE at < $1").bind(before).execute(c).await.map(|_| ()))
    }
}
