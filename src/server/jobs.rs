//! What happens by itself.

use crate::accounts::server::forget_expired;
use crate::error::AppError;
use crate::realtime::log;
use crate::server::idempotency;
use crate::server::state::App;
use crate::time::{DAY, HOUR};
use std::time::Duration;

const TIDY_EVERY: Duration = Duration::from_secs(10 * 60);

/// Forgets what has had its time, every ten minutes until the process stops.
pub async fn tidy_up_regularly(app: App) {
    let mut ticks = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        // Logged where it arose; the next round tries again.
        let _ = tidy_up(&app).await;
    }
}

/// Old events, expired sessions, and answers that need not be repeated any more.
///
/// # Errors
/// When the database fails.
pub async fn tidy_up(app: &App) -> Result<(), AppError> {
    let now = app.now();
    log::forget(&app.log, now - i64::from(app.config.log_hours) * HOUR).await?;
    idempotency::forget(app, now - DAY).await?;
    forget_expired(app).await
}
