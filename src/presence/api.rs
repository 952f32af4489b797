//! Server functions: what the pages call.

use super::model::{MyPresence, PresentPerson, StatsAt};
use crate::error::AppError;
use crate::json::Json;
use leptos::prelude::*;

/// The day in three numbers, for the first render.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchStats, prefix = "/fn", endpoint = "stats", input = Json, output = Json)]
pub async fn stats() -> Result<StatsAt, AppError> {
    let (app, _) = crate::server::state::request()?;
    Ok(StatsAt { stats: super::server::stats(&app).await?, at: app.now() })
}

/// Who is here, for the first render.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchPeopleHere, prefix = "/fn", endpoint = "people_here", input = Json, output = Json)]
pub async fn people_here() -> Result<Vec<PresentPerson>, AppError> {
    let (app, _) = crate::server::state::request()?;
    super::server::people_here(&app).await
}

/// Whether the caller is hidden from others.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchMyPresence, prefix = "/fn", endpoint = "my_presence", input = Json, output = Json)]
pub async fn my_presence() -> Result<MyPresence, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::my_presence(&app, &caller).await
}

/// Hides the caller from others, or shows them again.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "set_my_presence", input = Json, output = Json)]
pub async fn set_my_presence(choice: MyPresence) -> Result<MyPresence, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::set_my_presence(&app, &caller, choice).await
}
