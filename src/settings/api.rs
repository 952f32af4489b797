//! Server functions: what the pages call.

use super::model::{Settings, SettingsPatch};
use crate::error::AppError;
use crate::json::Json;
use leptos::prelude::*;

/// What the caller has chosen.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchSettings, prefix = "/fn", endpoint = "settings", input = Json, output = Json)]
pub async fn settings() -> Result<Settings, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::find_settings(&app, &caller).await
}

/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "update_settings", input = Json, output = Json)]
pub async fn update_settings(patch: SettingsPatch) -> Result<Settings, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::update_settings(&app, &caller, patch).await
}
