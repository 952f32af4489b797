//! `room:status_changed`: each change of a room's status is told exactly once, whoever notices it.
//!
//! A room's status follows from its bookings and the clock. What it was last announced with is
//! stored; whoever finds another one says so, in the same transaction as the guarded update. The
//! commands do so for what they change at once, and [`step`] for what the clock changes, which
//! catches up in the same way after the process was down.

use super::moment::moment;
use super::store;
use crate::error::AppError;
use crate::ids::{RoomId, UserId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, RoomEvent, Topic};
use crate::reservations::model::Reservation;
use crate::reservations::server as reservations;
use crate::rooms::model::{Room, RoomState, RoomStatus, RoomWithState};
use crate::server::jobs::{GATHER_MS, Job};
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};

/// What was said is not taken back when the host's clock is set back by less than this. A larger
/// jump is a correction, and the status follows it.
const SET_BACK_MS: i64 = MINUTE;

/// Tells of what the clock changes.
pub static JOB: Job = Job { name: "room status", due, step: |app| Box::pin(step(app)), every_ms: MINUTE };

/// When the next start or end comes may have changed with any booking or room.
pub fn due(event: &Event, now: Timestamp) -> Option<Timestamp> {
    let tells = match event {
        Event::RoomCreated(_) | Event::RoomUpdated(_) | Event::RoomDeleted(_) | Event::RoomStatusChanged(_) => true,
        other => other.reservation().is_some(),
    };
    tells.then(|| now + GATHER_MS)
}

/// A room, and what everybody was last told of its status.
#[derive(Clone, Debug, PartialEq)]
pub struct Announced {
    pub room: Room,
    pub status: RoomStatus,
    /// For which instant it was said.
    pub at: Timestamp,
}

impl Announced {
    /// The instant for which its status is to be told now.
    fn instant(&self, now: Timestamp) -> Timestamp {
        if (0..SET_BACK_MS).contains(&(self.at - now)) { self.at } else { now }
    }

    /// The state that is to be told now.
    pub fn state(&self, bookings: &[Reservation], now: Timestamp) -> RoomState {
        RoomState::derive(&self.room, bookings, self.instant(now))
    }
}

/// Tells of the room's status if it is not what was last said of it.
///
/// # Errors
/// When the database fails.
pub(crate) async fn announce(tx: &mut Tx, id: RoomId, actor: Option<UserId>) -> Result<(), AppError> {
    let now = tx.now();
    let Some(said) = store::find_announced(tx, id).await? else { return Ok(()) };
    let bookings = reservations::list_public_in_room(tx, id, said.instant(now)).await?;
    let state = said.state(&bookings, now);
    if state.status == said.status {
        return Ok(());
    }
    if store::update_announced(tx, id, said.status, state.status, said.instant(now)).await? {
        let room = RoomWithState { room: said.room, state };
        let event = RoomEvent { room, previous_status: Some(said.status), activity: None };
        tx.emit(Topic::Org, actor, Event::RoomStatusChanged(event));
    }
    Ok(())
}

/// Tells of every room that the clock has changed. Says when the next booking starts or ends.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    let moment = moment(app).await?;
    if moment.unannounced.is_empty() {
        return Ok(Some(moment.until));
    }
    let mut tx = app.log.begin().await?;
    for room in &moment.unannounced {
        announce(&mut tx, *room, None).await?;
    }
    tx.commit().await?;
    Ok(Some(moment.until))
}
