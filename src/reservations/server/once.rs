//! Booking from a page, which asks again under the same key when the answer has not reached it.

use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::reservations::model::{NewReservation, Reservation};
use crate::server::request::Once;
use crate::server::state::App;

/// [`book_room`](super::book_room); a repeat is told what came of the first.
///
/// # Errors
/// As [`book_room`](super::book_room), [`AppError::Validation`] for what is no key, and
/// [`AppError::IdempotencyMismatch`] when something else was asked for under it.
pub async fn book_room_once(
    app: &App,
    caller: Caller,
    new: NewReservation,
    key: &str,
) -> Result<Reservation, AppError> {
    let body = serde_json::to_vec(&new).map_err(|error| AppError::internal(&error))?;
    let once = Once::new("POST /fn/book_room".to_owned(), key)?.with_body(&body);
    match super::book_room(app, &Caller { once: Some(once), ..caller }, new).await {
        Err(AppError::AlreadyAnswered { body, .. }) => {
            serde_json::from_str(&body).map_err(|error| AppError::internal(&error))
        }
        answer => answer,
    }
}
