//! What happens in chat by itself.

use super::meeting::close;
use super::store;
use crate::chat::model::RoomKind;
use crate::error::AppError;
use crate::realtime::protocol::Event;
use crate::server::jobs::Job;
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};

/// Closes the rooms of bookings that are over, and tells who has left a room's sockets for good.
pub static JOB: Job = Job { name: "chat", due, step: |app| Box::pin(step(app)), every_ms: 10 * MINUTE };

fn due(event: &Event, now: Timestamp) -> Option<Timestamp> {
    match event {
        Event::ChatRoomJoined(e) if e.room.room.kind == RoomKind::Live => Some(now),
        // It may have a room, and end at another time.
        Event::ReservationUpdated(_) => Some(now),
        _ => None,
    }
}

/// Does what is due. Says when the next booking that has a room ends.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    let now = app.now();
    app.chat.here.expire(app, now);
    let mut read = app.read().await?;
    let over = store::list_over(&mut read, now).await?;
    let next = store::find_next_end(&mut read, now).await?;
    read.end();
    for id in over {
        let mut tx = app.log.begin().await?;
        // As it is now: another process may have been faster.
        if let Some(before) = store::find_open_room(&mut tx, id).await? {
            close(&mut tx, before).await?;
        }
        tx.commit().await?;
    }
    Ok([next, app.chat.here.next_expiry()].into_iter().flatten().min())
}
