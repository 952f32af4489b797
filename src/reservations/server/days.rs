//! Days as the database has them, kept in memory for as long as nothing happens to them: in the morning
//! everybody opens the same one.

use super::store::{self, Range};
use crate::error::AppError;
use crate::realtime::log;
use crate::realtime::protocol::{Seq, Topic};
use crate::realtime::tail::Tail;
use crate::reservations::model::Reservation;
use crate::rooms::model::Room;
use crate::rooms::server as rooms;
use crate::server::db::ReadTx;
use crate::server::state::App;
use crate::time::Interval;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many days are kept: those around today that people turn to.
const KEPT: usize = 16;
/// Where every change of a room or a booking is told: that of a private one to the admins, if not to all.
const TOPICS: [Topic; 2] = [Topic::Org, Topic::Admin];

/// What a plan shows of a day, before anybody's eyes are considered.
#[derive(Debug, PartialEq)]
pub struct Day {
    /// In display order.
    pub rooms: Vec<Room>,
    pub reservations: Vec<Reservation>,
}

/// The days that were read last.
#[derive(Default)]
pub struct Days(Mutex<VecDeque<Kept>>);

struct Kept {
    interval: Interval,
    /// A point of the log at which it holds.
    seq: Seq,
    day: Arc<Day>,
}

/// A day in the state that `read` sees.
///
/// # Errors
/// When the database fails.
pub async fn read_day(app: &App, read: &mut ReadTx, interval: Interval) -> Result<Arc<Day>, AppError> {
    let seq = log::head(read).await?;
    if let Some(day) = app.days.find(&app.tail, interval, seq) {
        return Ok(day);
    }
    let rooms = rooms::list_all(read).await?;
    let range = Range { interval, room: None, of: None, shown_only: true };
    let reservations = store::list_reservations(read, &range).await?;
    let day = Arc::new(Day { rooms, reservations });
    app.days.keep(Kept { interval, seq, day: day.clone() });
    Ok(day)
}

impl Days {
    /// The day as it is at a point of the log, when that is known.
    fn find(&self, tail: &Tail, interval: Interval, seq: Seq) -> Option<Arc<Day>> {
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = days.iter_mut().find(|known| known.interval == interval)?;
        if known.seq < seq && tail.is_quiet(known.seq, seq, &TOPICS) {
            known.seq = seq;
        }
        (known.seq == seq).then(|| known.day.clone())
    }

    fn keep(&self, kept: Kept) {
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        days.retain(|known| known.interval != kept.interval);
        days.push_back(kept);
        while days.len() > KEPT {
            days.pop_front();
        }
    }
}
