//! Server functions: what the page calls.

use super::live::Dashboard;
use crate::error::AppError;
use crate::realtime::protocol::Snapshot;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// Everything on the page, of one moment.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchDashboard, prefix = "/fn", endpoint = "dashboard", input = Json)]
pub async fn dashboard() -> Result<Snapshot<Dashboard>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::dashboard(&app, &caller).await
}
