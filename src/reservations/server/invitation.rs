//! An attendee's yes or no.

use super::emit::emit_answer;
use super::store;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::notifications::server as notifications;
use crate::reservations::model::{Reply, Reservation, Response};
use crate::server::state::App;

/// Says whether the caller comes to a meeting that they are invited to. The newest answer counts;
/// the same one again is no news. It is no change of the booking: its version stays.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`] for whoever is not invited,
/// [`AppError::ReservationClosed`].
pub async fn answer_invitation(
    app: &App,
    caller: &Caller,
    id: ReservationId,
    reply: Reply,
) -> Result<Reservation, AppError> {
    let me = caller.person();
    let mut tx = app.begin(caller).await?;
    let mut booking = store::find_reservation(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let is_open = booking.is_open(tx.now());
    let mine = booking.attendees.iter_mut().find(|attendee| attendee.id == me.id).ok_or(AppError::Forbidden)?;
    if !is_open {
        return Err(AppError::ReservationClosed);
    }
    let response = Response::from(reply);
    if std::mem::replace(&mut mine.response, response) != response {
        store::update_response(&mut tx, id, me.id, response).await?;
        emit_answer(&mut tx, me.id, &booking).await?;
        if reply == Reply::Declined {
            notifications::invitation_declined(app, &mut tx, &me, &booking).await?;
        }
    }
    tx.commit_with(200, &booking).await?;
    Ok(booking)
}
