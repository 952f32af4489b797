//! Server functions: what the pages call.

use super::model::{Device, Person, User};
use crate::error::AppError;
use crate::ids::SessionId;
use crate::json::Json;
use leptos::prelude::*;

/// Signs in and sets the session cookie; the form works without WASM too.
///
/// # Errors
/// [`AppError::InvalidCredentials`], [`AppError::RateLimitExceeded`].
#[server(prefix = "/fn", endpoint = "log_in", output = Json)]
pub async fn log_in(
    email: String,
    password: String,
    remember: Option<String>,
    next: Option<String>,
) -> Result<User, AppError> {
    use super::{model::Credentials, server};
    let credentials = Credentials { email, password, remember: remember.is_some() };
    server::pages::log_in(credentials, next.as_deref()).await
}

/// Ends this session: its cookie is void and its sockets close (contracts §9).
///
/// # Errors
/// None that a page could act on; a session that has already ended is no error.
#[server(prefix = "/fn", endpoint = "log_out", output = Json)]
pub async fn log_out() -> Result<(), AppError> {
    super::server::pages::log_out().await
}

/// Everybody in the organisation by name, to invite them.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "list_people", input = Json, output = Json)]
pub async fn list_people() -> Result<Vec<Person>, AppError> {
    let (app, _) = crate::server::state::request()?;
    super::server::list_people(&app).await
}

/// Where the caller is signed in.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchDevices, prefix = "/fn", endpoint = "list_devices", input = Json, output = Json)]
pub async fn list_devices() -> Result<Vec<Device>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::list_devices(&app, &caller).await
}

/// # Errors
/// [`AppError::Unauthenticated`], [`AppError::NotFound`] for a session that has ended.
#[server(prefix = "/fn", endpoint = "sign_out_device", input = Json, output = Json)]
pub async fn sign_out_device(id: SessionId) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::sign_out_device(&app, &caller, id).await
}

/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "sign_out_other_devices", input = Json, output = Json)]
pub async fn sign_out_other_devices() -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::sign_out_others(&app, &caller).await
}
