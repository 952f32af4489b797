//! Server functions: what the pages call.

use super::model::ActivityPage;
use crate::error::AppError;
use crate::ids::ActivityId;
use crate::json::Json;
use leptos::prelude::*;

/// A page of what has happened, before a line or from the newest on.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "list_activity", input = Json, output = Json)]
pub async fn list_activity(before: Option<ActivityId>) -> Result<ActivityPage, AppError> {
    let (app, _) = crate::server::state::request()?;
    super::server::list_activity(&app, before, None).await
}
