//! How the rooms stand at this moment, kept in memory for as long as it stays true: until the next
//! event of the log or the next start or end of a booking, whichever comes first.

use super::status::Announced;
use super::store;
use crate::error::AppError;
use crate::ids::{RoomId, UserId};
use crate::realtime::log;
use crate::realtime::protocol::Seq;
use crate::reservations::model::Reservation;
use crate::reservations::server as reservations;
use crate::rooms::model::{RoomState, RoomStatus};
use crate::server::state::App;
use crate::time::{DAY, Timestamp};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// See the module.
#[derive(Debug, PartialEq)]
pub struct Moment {
    /// The point of the log at which it holds.
    seq: Seq,
    since: Timestamp,
    /// The next start or end of a booking.
    pub until: Timestamp,
    /// Every room that can be booked.
    pub rooms: BTreeSet<RoomId>,
    pub available: u32,
    /// Bookings in progress.
    pub active: u32,
    /// Organisers and attendees of the bookings in progress.
    pub in_meeting: BTreeSet<UserId>,
    /// Rooms whose status is not what was last said of them.
    pub unannounced: Vec<RoomId>,
}

/// The last [`Moment`] that somebody asked for.
#[derive(Default)]
pub struct MomentCache(Mutex<Option<Arc<Moment>>>);

/// The moment that `app.now()` is in.
///
/// # Errors
/// When the database fails.
pub async fn moment(app: &App) -> Result<Arc<Moment>, AppError> {
    let now = app.now();
    let known = app.moment.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(known) = known
        && known.seq >= app.tail.head()
        && (known.since..known.until).contains(&now)
    {
        return Ok(known);
    }
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let rooms = store::list_announced(&mut read).await?;
    let around = reservations::list_public_around(&mut read, now).await?;
    let in_meeting = reservations::list_people_meeting(&mut read, now).await?;
    read.end();
    let moment = Arc::new(Moment::of(seq, &rooms, &around, in_meeting, now));
    *app.moment.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(moment.clone());
    Ok(moment)
}

impl Moment {
    fn of(
        seq: Seq,
        rooms: &[Announced],
        bookings: &[Reservation],
        in_meeting: BTreeSet<UserId>,
        now: Timestamp,
    ) -> Self {
        let confirmed = || bookings.iter().filter(|booking| booking.status.is_confirmed());
        let boundaries = confirmed().flat_map(|booking| [booking.starts_at, booking.ends_at]);
        let is_available =
            |said: &&Announced| RoomState::derive(&said.room, bookings, now).status == RoomStatus::Available;
        let is_unannounced = |said: &&Announced| said.state(bookings, now).status != said.status;
        Self {
            seq,
            since: now,
            // Bookings further ahead are not known here: looked at again before they can begin.
            until: boundaries.filter(|at| *at > now).min().unwrap_or(now + DAY).min(now + DAY),
            rooms: rooms.iter().map(|said| said.room.id).collect(),
            available: count(rooms.iter().filter(is_available)),
            active: count(confirmed().filter(|booking| booking.interval().contains(now))),
            in_meeting,
            unannounced: rooms.iter().filter(is_unannounced).map(|said| said.room.id).collect(),
        }
    }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
