//! Server functions: what the pages call. Each hands over to the command that REST calls too.

use super::live::{Approvals, DaySchedule, MyReservations};
use super::model::{Decision, NewReservation, Reply, Reservation, ReservationPatch};
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::json::Json;
use crate::realtime::protocol::Snapshot;
use crate::time::Timestamp;
use jiff::civil::Date;
use leptos::prelude::*;

/// The timeline of a day; today in the organisation's zone when none is named.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchDaySchedule, prefix = "/fn", endpoint = "day_schedule", input = Json, output = Json)]
pub async fn day_schedule(date: Option<Date>) -> Result<Snapshot<DaySchedule>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::day_schedule(&app, &caller, date).await
}

/// What the caller organises or attends, from 30 days ago on.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchMyReservations, prefix = "/fn", endpoint = "my_reservations", input = Json, output = Json)]
pub async fn my_reservations() -> Result<Snapshot<MyReservations>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::my_reservations(&app, &caller).await
}

/// One booking, as the caller may see it.
///
/// # Errors
/// [`AppError::NotFound`].
#[server(prefix = "/fn", endpoint = "find_reservation", input = Json, output = Json)]
pub async fn find_reservation(id: ReservationId) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::find_reservation(&app, &caller, id).await
}

/// Books a room. What is asked again under the same key is booked once.
///
/// # Errors
/// [`AppError::Validation`], [`AppError::ReservationConflict`].
#[server(prefix = "/fn", endpoint = "book_room", input = Json, output = Json)]
pub async fn book_room(new: NewReservation, key: Option<String>) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    match key {
        Some(key) => super::server::book_room_once(&app, caller, new, &key).await,
        None => super::server::book_room(&app, &caller, new).await,
    }
}

/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Validation`],
/// [`AppError::ReservationConflict`], [`AppError::StaleVersion`], [`AppError::ReservationClosed`].
#[server(prefix = "/fn", endpoint = "edit_reservation", input = Json, output = Json)]
pub async fn edit_reservation(id: ReservationId, patch: ReservationPatch) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::edit_reservation(&app, &caller, id, patch).await
}

/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`].
#[server(prefix = "/fn", endpoint = "cancel_reservation", input = Json, output = Json)]
pub async fn cancel_reservation(id: ReservationId) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::cancel_reservation(&app, &caller, id).await
}

/// Ends a meeting that is under way, now.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`].
#[server(prefix = "/fn", endpoint = "end_reservation", input = Json, output = Json)]
pub async fn end_reservation(id: ReservationId) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::end_reservation(&app, &caller, id).await
}

/// Moves the end of a booking to a later instant.
///
/// # Errors
/// As [`edit_reservation`].
#[server(prefix = "/fn", endpoint = "extend_reservation", input = Json, output = Json)]
pub async fn extend_reservation(id: ReservationId, ends_at: Timestamp) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::extend_reservation(&app, &caller, id, ends_at).await
}

/// Says whether the caller comes to a meeting that they are invited to.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`].
#[server(prefix = "/fn", endpoint = "answer_invitation", input = Json, output = Json)]
pub async fn answer_invitation(id: ReservationId, reply: Reply) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::answer_invitation(&app, &caller, id, reply).await
}

/// What waits for the caller's decision.
///
/// # Errors
/// [`AppError::Unauthenticated`].
#[server(name = FetchApprovals, prefix = "/fn", endpoint = "approvals", input = Json, output = Json)]
pub async fn approvals() -> Result<Snapshot<Approvals>, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::approvals(&app, &caller).await
}

/// A yes or no to a pending booking, and why.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::ReservationClosed`],
/// [`AppError::Validation`].
#[server(prefix = "/fn", endpoint = "decide_reservation", input = Json, output = Json)]
pub async fn decide_reservation(id: ReservationId, approve: bool, decision: Decision) -> Result<Reservation, AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::decide_reservation(&app, &caller, id, approve, decision).await
}

/// Removes a booking from the record; admins only.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
#[server(prefix = "/fn", endpoint = "delete_reservation", input = Json, output = Json)]
pub async fn delete_reservation(id: ReservationId) -> Result<(), AppError> {
    let (app, caller) = crate::server::state::request()?;
    super::server::delete_reservation(&app, &caller, id).await
}
