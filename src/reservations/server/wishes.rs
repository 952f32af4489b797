//! Who wanted a slot that was taken, and is told when it becomes free.

use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::{RoomId, UserId};
use crate::notifications::server as notifications;
use crate::realtime::log::Tx;
use crate::reservations::model::{NewReservation, Reservation, START_GRACE_MS};
use crate::server::state::App;
use crate::time::Timestamp;

/// A slot that somebody was refused.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Wish {
    pub user_id: UserId,
    pub room_id: RoomId,
    pub room_name: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Remembers a slot that was refused because it is taken.
///
/// # Errors
/// When the database fails.
pub async fn remember(tx: &mut Tx, caller: &Caller, wanted: &NewReservation) -> Result<(), AppError> {
    let now = tx.now();
    Ok(store::insert_wish(tx, caller.user.id, wanted, now).await?)
}

/// A booking has left its slot, or a part of it: whoever wanted what is wholly free now is told,
/// once. Not the one who gave it up, and nobody who has found something else at that time.
///
/// # Errors
/// When the database fails.
pub async fn slot_freed(app: &App, tx: &mut Tx, actor: Option<UserId>, left: &Reservation) -> Result<(), AppError> {
    let now = tx.now();
    let wishes = store::list_fulfilled(tx, left, now - START_GRACE_MS).await?;
    for wish in wishes {
        store::delete_wish(tx, &wish).await?;
        if Some(wish.user_id) != actor {
            notifications::slot_free(app, tx, &wish).await?;
        }
    }
    Ok(())
}

/// Forgets wishes whose time has passed.
///
/// # Errors
/// When the database fails.
pub async fn forget_passed(app: &App) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    let now = tx.now();
    store::delete_passed(&mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}

/// All SQL of wishes.
mod store {
    use super::{NewReservation, Reservation, Timestamp, UserId, Wish};
    use crate::server::db::{Conn, on};

    pub async fn insert_wish(
        conn: &mut Conn,
        user: UserId,
        wanted: &NewReservation,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        on!(conn, c => sqlx::query(
            "INSERT INTO slot_wishes (user_id, room_id, starts_at, ends_at, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, room_id, starts_at, ends_at) DO NOTHING")
            .bind(user).bind(wanted.room_id).bind(wanted.starts_at).bind(wanted.ends_at).bind(now)
            .execute(c).await.map(|_| ()))
    }

    /// Wishes that touch what a booking has left, can still be booked, and have nothing in their way.
    pub async fn list_fulfilled(
        conn: &mut Conn,
        left: &Reservation,
        not_before: Timestamp,
    ) -> Result<Vec<Wish>, sqlx::Error> {
        // No booking is longer than a day (86,400,000 ms): the index on starts finds what reaches in.
        on!(conn, c => sqlx::query_as(
            "SELECT w.user_id, w.room_id, m.name AS room_name, w.starts_at, w.ends_at
             FROM slot_wishes w JOIN rooms m ON m.id = w.room_id
             WHERE w.room_id = $1 AND w.starts_at < $2 AND w.ends_at > $3 AND w.starts_at >= $4
                 AND m.deleted_at IS NULL AND NOT m.maintenance
                 AND NOT EXISTS (
                     SELECT 1 FROM reservations r
                     WHERE r.status IN ('pending', 'approved') AND (r.room_id = w.room_id OR r.organizer_id = w.user_id)
                         AND r.starts_at < w.ends_at AND r.starts_at > w.starts_at - 86400000 AND r.ends_at > w.starts_at)
             ORDER BY w.created_at, w.user_id")
            .bind(left.room.id).bind(left.ends_at).bind(left.starts_at).bind(not_before).fetch_all(c).await)
    }

    pub async fn delete_wish(conn: &mut Conn, wish: &Wish) -> Result<(), sqlx::Error> {
        on!(conn, c => sqlx::query(
            "DELETE FROM slot_wishes WHERE user_id = $1 AND room_id = $2 AND starts_at = $3 AND ends_at = $4")
            .bind(wish.user_id).bind(wish.room_id).bind(wish.starts_at).bind(wish.ends_at)
            .execute(c).await.map(|_| ()))
    }

    pub async fn delete_passed(conn: &mut Conn, now: Timestamp) -> Result<(), sqlx::Error> {
        on!(conn, c => sqlx::query("DELETE FROM slot_wishes WHERE ends_at <= $1").bind(now).execute(c).await.map(|_| ()))
    }
}
