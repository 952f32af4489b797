//! Server functions: what the pages call. Each hands over to the command that REST calls too.

use super::live::NotificationCenter;
use super::model::{Decided, Entries, Filter, Mark, NotificationId};
use crate::error::AppError;
use crate::json::Json;
use crate::realtime::protocol::Snapshot;
use leptos::prelude::*;

/// What the caller's bell shows.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchNotificationCenter, prefix = "/fn", endpoint = "notification_center", input = Json, output = Json)]
pub async fn notification_center() -> Result<Snapshot<NotificationCenter>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::notification_center(&app, &caller).await
}

/// The entries that come after one of them, or the first ones.
///
/// # Errors
/// [`AppError::NotFound`] when that entry is not in the list any more.
#[server(name = ListNotifications, prefix = "/fn", endpoint = "list_notifications", input = Json, output = Json)]
pub async fn list_notifications(
    filter: Filter,
    after: Option<NotificationId>,
    limit: u32,
) -> Result<Entries, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::list_notifications_after(&app, &caller, filter, after.as_ref(), limit).await
}

/// Does something with one notification; gives how many are unread then.
///
/// # Errors
/// [`AppError::NotFound`].
#[server(prefix = "/fn", endpoint = "mark_notification", input = Json, output = Json)]
pub async fn mark_notification(id: NotificationId, mark: Mark) -> Result<u32, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::mark_notification(&app, &caller, &id, mark).await.map(|(_, unread)| unread)
}

/// Gives what waits while the caller concentrates, and holds what comes after it.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "show_held", input = Json, output = Json)]
pub async fn show_held() -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::show_held(&app, &caller).await
}

/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "mark_all_read", input = Json, output = Json)]
pub async fn mark_all_read() -> Result<u32, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::mark_all_read(&app, &caller).await
}

/// Notes that the list was opened.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "mark_all_seen", input = Json, output = Json)]
pub async fn mark_all_seen() -> Result<u32, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::mark_all_seen(&app, &caller).await
}

/// Deletes what a filter lets through.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(prefix = "/fn", endpoint = "delete_notifications", input = Json, output = Json)]
pub async fn delete_notifications(filter: Filter) -> Result<u32, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::delete_notifications(&app, &caller, filter).await
}

/// Why the caller was or was not told lately.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = ListDecisions, prefix = "/fn", endpoint = "list_decisions", input = Json, output = Json)]
pub async fn list_decisions() -> Result<Vec<Decided>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::list_decisions(&app, &caller, 1, 30).await
}
