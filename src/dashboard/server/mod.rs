//! What the page shows, read in one transaction.

use super::live::Dashboard;
use crate::accounts::server::Caller;
use crate::activity::server as activity;
use crate::announcements::server as announcements;
use crate::error::AppError;
use crate::realtime::log;
use crate::realtime::protocol::Snapshot;
use crate::reservations::server as reservations;
use crate::server::state::App;
use crate::time::Timestamp;

/// Everything on the page: today, and what is still ahead of the caller.
///
/// # Errors
/// When the database fails.
pub async fn dashboard(app: &App, caller: &Caller) -> Result<Snapshot<Dashboard>, AppError> {
    dashboard_since(app, caller, app.now()).await
}

/// [`dashboard`] with what had not ended by an instant.
///
/// # Errors
/// When the database fails.
pub async fn dashboard_since(app: &App, caller: &Caller, since: Timestamp) -> Result<Snapshot<Dashboard>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let state = Dashboard {
        today: reservations::read_day(app, &mut read, caller, None, now).await?,
        mine: reservations::read_mine(app, &mut read, caller, since).await?,
        notices: announcements::read_notices(&mut read, caller, since).await?,
        asked: announcements::read_asked(&mut read, caller, since).await?,
        activity: activity::recent(&mut read).await?,
    };
    read.end();
    Ok(Snapshot { state, seq, log_id: app.log.id().into(), server_time: now })
}
