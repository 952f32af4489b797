//! Server functions: what the pages call.

use super::model::{NewRoom, Room, RoomPatch};
use crate::error::AppError;
use crate::ids::{ReservationId, RoomId};
use crate::json::Json;
use crate::realtime::protocol::Snapshot;
use crate::rooms::live::RoomDirectory;
use leptos::prelude::*;

/// All rooms, for the admin's table.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchRoomDirectory, prefix = "/fn", endpoint = "room_directory", input = Json, output = Json)]
pub async fn room_directory() -> Result<Snapshot<RoomDirectory>, AppError> {
    let (app, _) = crate::server::state::request()?;
    super::server::room_directory(&app).await
}

/// # Errors
/// [`AppError::Forbidden`], [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "create_room", input = Json, output = Json)]
pub async fn create_room(new: NewRoom) -> Result<Room, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::create_room(&app, &caller, new).await.map(|with_state| with_state.room)
}

/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Validation`], [`AppError::StaleVersion`].
#[server(prefix = "/fn", endpoint = "update_room", input = Json, output = Json)]
pub async fn update_room(id: RoomId, patch: RoomPatch) -> Result<Room, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::update_room(&app, &caller, id, patch).await.map(|with_state| with_state.room)
}

/// Deletes a room together with the bookings that the caller has seen and agreed to cancel.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], and [`AppError::RoomHasReservations`] when others
/// than those lie ahead.
#[server(prefix = "/fn", endpoint = "delete_room", input = Json, output = Json)]
pub async fn delete_room(id: RoomId, cancelled: Vec<ReservationId>) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    let cancelled = super::server::Cancelled::Only(cancelled);
    super::server::delete_room(&app, &caller, id, &cancelled).await
}
