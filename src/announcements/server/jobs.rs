//! What happens to announcements by itself.

use super::send::send;
use super::store;
use crate::error::AppError;
use crate::realtime::protocol::Event;
use crate::server::jobs::Job;
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};

/// Sends announcements at their start.
pub static JOB: Job = Job { name: "announcements", due, step: |app| Box::pin(step(app)), every_ms: MINUTE };

fn due(event: &Event, _: Timestamp) -> Option<Timestamp> {
    match event {
        Event::AnnouncementChanged(e) if e.announcement.sent_at.is_none() => {
            Some(e.announcement.announcement.starts_at)
        }
        _ => None,
    }
}

/// Sends whatever is due. What was due while no program ran goes out late, unless it has expired.
/// Says when the next one is due.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    let mut read = app.read().await?;
    let now = app.now();
    let due = store::list_due(&mut read, now).await?;
    let next = store::find_next_start(&mut read, now).await?;
    read.end();
    for announcement in due {
        // One transaction each: a person in a hundred must not wait for the others.
        let mut tx = app.log.begin().await?;
        // As it is now: an admin may have been faster, or another program.
        let id = announcement.announcement.id;
        if let Some(announcement) = store::find_announcement(&mut tx, id).await? {
            send(app, &mut tx, announcement).await?;
        }
        tx.commit().await?;
    }
    Ok(next)
}
