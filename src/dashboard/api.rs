//! Server functions: what the page calls.

use super::live::Dashboard;
use crate::error::AppError;
use crate::json::Json;
use crate::realtime::protocol::Snapshot;
use leptos::prelude::*;

/// Everything on the page, of one moment.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchDashboard, prefix = "/fn", endpoint = "dashboard", input = Json, output = Json)]
pub async fn dashboard() -> Result<Snapshot<Dashboard>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::dashboard(&app, &caller).await
}
