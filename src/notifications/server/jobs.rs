//! What is told because its moment has come, and what is forgotten.
//!
//! Each step takes the instant from the server's clock and can be repeated: a row in `reminders`,
//! written together with what it tells, makes sure that each moment tells once, also after the
//! process was down.

use super::marks::tell_of_change;
use super::read::find_center;
use super::{Notice, notify_each, store};
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::notifications::model::NotificationKind;
use crate::realtime::log::Tx;
use crate::realtime::protocol::Event;
use crate::reservations::model::Reservation;
use crate::reservations::server as reservations;
use crate::server::jobs::Job;
use crate::server::state::App;
use crate::time::{DAY, MINUTE, Timestamp};

/// How long before a start its people are reminded.
pub const REMIND_BEFORE_MS: i64 = 10 * MINUTE;
/// How long what has been read, and notices for everybody, are kept.
const KEEP_MS: i64 = 30 * DAY;
/// People per transaction: the write lane is not held for long.
const PEOPLE_AT_ONCE: i64 = 20;

/// Reminds people of what begins soon.
pub static JOB: Job = Job { name: "reminders", due: due_by, step: |app| Box::pin(remind(app)), every_ms: MINUTE };

fn due_by(event: &Event, now: Timestamp) -> Option<Timestamp> {
    let booking = event.reservation().filter(|booking| booking.status.is_confirmed() && booking.starts_at > now)?;
    Some(booking.starts_at - REMIND_BEFORE_MS)
}

/// Tells what is due now: starts in ten minutes. Says when the next one is due.
///
/// # Errors
/// When the database fails.
pub async fn remind(app: &App) -> Result<Option<Timestamp>, AppError> {
    let now = app.now();
    // A look that finds nothing to tell does not disturb the write lane.
    let mut read = app.read().await?;
    let is_due = due::exist(&mut read, now).await?;
    let next = due::find_next(&mut read, now).await?;
    read.end();
    if !is_due {
        return Ok(next);
    }
    let mut tx = app.log.begin().await?;
    let mut batch = Vec::new();
    for id in due::insert_starts(&mut tx, now).await? {
        let Some(booking) = find(&mut tx, id).await? else { continue };
        let notice = Notice {
            expires_at: Some(booking.ends_at),
            ..Notice::from(NotificationKind::StartsSoon { booking: (&booking).into() })
        };
        batch.extend(booking.expected().into_iter().map(|person| (person, notice.clone())));
    }
    notify_each(app, &mut tx, None, batch).await?;
    tx.commit().await?;
    Ok(next)
}

async fn find(tx: &mut Tx, id: ReservationId) -> Result<Option<Reservation>, AppError> {
    Ok(reservations::store::find_reservation(tx, id).await?)
}

/// Forgets what has expired, what was read long ago, and old notices, person by person; each
/// person's screens are told when their bell changes by it.
///
/// # Errors
/// When the database fails.
pub async fn tidy_up(app: &App) -> Result<(), AppError> {
    let (now, old) = (app.now(), app.now() - KEEP_MS);
    loop {
        let mut tx = app.log.begin().await?;
        let up_to = store::find_last_notice_before(&mut tx, old).await?;
        let people = store::list_forgetful(&mut tx, now, old, up_to, PEOPLE_AT_ONCE).await?;
        for person in &people {
            let before = find_center(&mut tx, *person).await?;
            store::delete_forgotten(&mut tx, *person, now, old, up_to).await?;
            tell_of_change(&mut tx, *person, &before).await?;
        }
        if people.is_empty() && up_to > 0 {
            store::delete_notices(&mut tx, up_to).await?;
        }
        tx.commit().await?;
        if people.is_empty() {
            return Ok(());
        }
    }
}

/// The SQL of what is due. A moment is due from its beginning until what it tells of is over, and
/// only for what was there before that moment: who books at the last minute knows.
mod due {
    use super::{REMIND_BEFORE_MS, Timestamp};
    use crate::ids::ReservationId;
    use crate::server::db::{Conn, on};

    const STARTS: &str = "starts_soon";

    macro_rules! starts_due {
        () => {
            "FROM reservations WHERE status = 'approved' AND starts_at > $2 AND starts_at <= $2 + $3
                AND created_at < starts_at - $3
                AND NOT EXISTS (SELECT 1 FROM reminders WHERE reservation_id = id AND kind = $1 AND of = starts_at)"
        };
    }

    pub async fn exist(conn: &mut Conn, now: Timestamp) -> Result<bool, sqlx::Error> {
        let starts: Option<ReservationId> = on!(conn, c => sqlx::query_scalar(concat!("SELECT id ", starts_due!(), " LIMIT 1"))
            .bind(STARTS).bind(now).bind(REMIND_BEFORE_MS).fetch_optional(c).await)?;
        Ok(starts.is_some())
    }

    /// When the next start is due.
    pub async fn find_next(conn: &mut Conn, now: Timestamp) -> Result<Option<Timestamp>, sqlx::Error> {
        let starts: Option<Timestamp> = on!(conn, c => sqlx::query_scalar(
            "SELECT MIN(starts_at) FROM reservations WHERE status = 'approved' AND starts_at > $1")
            .bind(now + REMIND_BEFORE_MS).fetch_one(c).await)?;
        Ok(starts.map(|at| at - REMIND_BEFORE_MS))
    }

    /// Notes that those who meet soon are reminded now.
    pub async fn insert_starts(conn: &mut Conn, now: Timestamp) -> Result<Vec<ReservationId>, sqlx::Error> {
        on!(conn, c => sqlx::query_scalar(concat!(
            "INSERT INTO reminders (reservation_id, kind, of) SELECT id, $1, starts_at ", starts_due!(),
            " ON CONFLICT DO NOTHING RETURNING reservation_id"))
            .bind(STARTS).bind(now).bind(REMIND_BEFORE_MS).fetch_all(c).await)
    }
}
