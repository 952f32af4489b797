//! What happens to announcements by itself.

use super::{send, store};
use crate::error::AppError;
use crate::server::state::App;

/// Sends whatever is due. What was due while no program ran goes out late, unless it has expired.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<(), AppError> {
    let mut read = app.read().await?;
    let due = store::list_due(&mut read, app.now()).await?;
    read.end().await?;
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
    Ok(())
}
