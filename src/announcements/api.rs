//! Server functions: what the pages call. Each hands over to the command that REST calls too.

use super::live::{AckBoard, AnnouncementList, Notices};
use super::model::{Ack, AnnouncementEdit, Managed, NewAck, NewAnnouncement};
use crate::error::AppError;
use crate::ids::AnnouncementId;
use crate::json::Json;
use crate::realtime::protocol::Snapshot;
use leptos::prelude::*;

/// What the caller has been told and still holds.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchNotices, prefix = "/fn", endpoint = "notices", input = Json, output = Json)]
pub async fn notices() -> Result<Snapshot<Notices>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::notices(&app, &caller).await
}

/// All announcements of the last 90 days, for admins.
///
/// # Errors
/// [`AppError::Forbidden`].
#[server(name = FetchAnnouncementList, prefix = "/fn", endpoint = "announcement_list", input = Json, output = Json)]
pub async fn announcement_list() -> Result<Snapshot<AnnouncementList>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::announcement_list(&app, &caller).await
}

/// Who has answered and who has not, for admins.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
#[server(name = FetchAckBoard, prefix = "/fn", endpoint = "ack_board", input = Json, output = Json)]
pub async fn ack_board(id: AnnouncementId) -> Result<Snapshot<AckBoard>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::ack_board(&app, &caller, id).await
}

/// # Errors
/// [`AppError::Forbidden`], [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "announce", input = Json, output = Json)]
pub async fn announce(new: NewAnnouncement) -> Result<Managed, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::announce(&app, &caller, new).await
}

/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::StaleVersion`],
/// [`AppError::AnnouncementClosed`], [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "edit_announcement", input = Json, output = Json)]
pub async fn edit_announcement(id: AnnouncementId, edit: AnnouncementEdit) -> Result<Managed, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::edit_announcement(&app, &caller, id, edit).await
}

/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::AnnouncementClosed`].
#[server(prefix = "/fn", endpoint = "cancel_announcement", input = Json, output = Json)]
pub async fn cancel_announcement(id: AnnouncementId) -> Result<Managed, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::cancel_announcement(&app, &caller, id).await
}

/// Answers an announcement.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::AnnouncementClosed`], [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "acknowledge", input = Json, output = Json)]
pub async fn acknowledge(id: AnnouncementId, ack: NewAck) -> Result<Ack, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::acknowledge(&app, &caller, id, &ack).await
}

/// Puts an announcement away, on all of the caller's devices.
///
/// # Errors
/// [`AppError::NotFound`], and [`AppError::Forbidden`] for what is critical.
#[server(prefix = "/fn", endpoint = "dismiss_announcement", input = Json, output = Json)]
pub async fn dismiss_announcement(id: AnnouncementId) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::dismiss(&app, &caller, id).await
}
