//! What a person whose slot is taken gets to know: what is in the way, and what is free instead.

use super::store::{self, Range};
use super::wishes;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::reservations::model::{Clash, Conflict, MAX_DURATION_MS, NewReservation, Wanted};
use crate::rooms::server as rooms;
use crate::server::state::App;
use crate::time::{HOUR, Interval};

/// The refusal of a slot. `except` is the booking that was to be moved there.
///
/// # Errors
/// When the database fails.
pub async fn conflict(
    app: &App,
    caller: &Caller,
    new: &NewReservation,
    except: Option<ReservationId>,
) -> Result<AppError, AppError> {
    let interval = new.interval();
    // Alternatives lie within four hours; a booking there may reach in from further.
    let around = Interval::new(interval.starts_at - 4 * HOUR, interval.ends_at + 4 * HOUR);
    debug_assert!(around.duration_ms() <= MAX_DURATION_MS + 8 * HOUR);

    // What is in the way may still wait for its commit: what joins it sees it done.
    let mut tx = app.log.begin().await?;
    wishes::remember(&mut tx, caller, new).await?;
    tx.commit().await?;
    let mut read = app.read().await?;
    let all_rooms = rooms::list_all(&mut read).await?;
    let range = Range { interval: around, room: None, of: None, shown_only: true };
    let bookings = store::list_reservations(&mut read, &range).await?;
    read.end();

    let viewer = caller.viewer();
    let bookings: Vec<_> = super::read::visible(bookings, viewer, &all_rooms).collect();
    let wanted = Wanted { room_id: new.room_id, interval, head_count: new.head_count(), except };
    let bookings: Vec<_> = bookings.iter().collect();
    Ok(AppError::ReservationConflict(Box::new(Conflict {
        conflicts_with: wanted.clashes(bookings.iter().copied()).into_iter().map(Clash::from).collect(),
        alternatives: wanted.alternatives(&all_rooms, &bookings, app.now()),
    })))
}
