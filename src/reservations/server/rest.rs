//! `/api/v1/reservations` (contracts §9).

use crate::ids::{ReservationId, RoomId};
use crate::reservations::model::{Decision, NewReservation, Reply, Reservation, ReservationPatch};
use crate::server::request::{Answer, Authenticated, Body, Empty, InLanguage, Path, Query, created, ok};
use crate::server::state::App;
use crate::time::{DAY, Interval, Timestamp};
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_reservations, book_room))
        .routes(routes!(find_reservation, edit_reservation, delete_reservation))
        .routes(routes!(cancel_reservation))
        .routes(routes!(end_reservation))
        .routes(routes!(extend_reservation))
        .routes(routes!(answer_invitation))
        .routes(routes!(approve_reservation))
        .routes(routes!(reject_reservation))
}

#[derive(Serialize, utoipa::ToSchema)]
struct Reservations {
    items: Vec<Reservation>,
    /// The point of the log at which the list is true.
    seq: i64,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
struct ListOptions {
    /// Now, unless it is given.
    from: Option<Timestamp>,
    /// A day after `from`, unless it is given; at most 62 days.
    to: Option<Timestamp>,
    room_id: Option<RoomId>,
    /// Only those that the caller organises or attends, cancelled and rejected ones included.
    #[serde(default)]
    mine: bool,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Extension {
    ends_at: Timestamp,
}

#[derive(Deserialize, utoipa::ToSchema)]
struct Answered {
    response: Reply,
}

/// Bookings that touch an interval.
#[utoipa::path(get, path = "/reservations", tag = "reservations", params(ListOptions),
    responses((status = 200, body = Reservations), (status = 422)))]
async fn list_reservations(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(options): Query<ListOptions>,
) -> Answer {
    let from = options.from.unwrap_or_else(|| app.now());
    let interval = Interval::new(from, options.to.unwrap_or(from + DAY));
    let listed = super::list_reservations(&app, &caller, interval, options.room_id, options.mine).await;
    let (items, seq) = listed.in_language(lang)?;
    Ok(ok(&Reservations { items, seq }))
}

/// Book a room.
#[utoipa::path(post, path = "/reservations", tag = "reservations", request_body = NewReservation,
    responses((status = 201, body = Reservation),
        (status = 409, description = "RESERVATION_CONFLICT, with conflictsWith and alternatives"),
        (status = 422, description = "VALIDATION, with fields")))]
async fn book_room(State(app): State<App>, Body { caller, lang, value }: Body<NewReservation>) -> Answer {
    Ok(created(&super::book_room(&app, &caller, value).await.in_language(lang)?))
}

/// One booking, as the caller may see it.
#[utoipa::path(get, path = "/reservations/{id}", tag = "reservations", params(("id" = String, Path)),
    responses((status = 200, body = Reservation), (status = 404)))]
async fn find_reservation(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<ReservationId>,
) -> Answer {
    Ok(ok(&super::find_reservation(&app, &caller, id).await.in_language(lang)?))
}

/// Change a booking. What is absent stays.
#[utoipa::path(patch, path = "/reservations/{id}", tag = "reservations", params(("id" = String, Path)),
    request_body = ReservationPatch,
    responses((status = 200, body = Reservation), (status = 403), (status = 404),
        (status = 409, description = "RESERVATION_CONFLICT, STALE_VERSION or RESERVATION_CLOSED"), (status = 422)))]
async fn edit_reservation(
    State(app): State<App>,
    Path(id): Path<ReservationId>,
    Body { caller, lang, value }: Body<ReservationPatch>,
) -> Answer {
    Ok(ok(&super::edit_reservation(&app, &caller, id, value).await.in_language(lang)?))
}

/// Give the slot up.
#[utoipa::path(post, path = "/reservations/{id}/cancel", tag = "reservations", params(("id" = String, Path)),
    responses((status = 200, body = Reservation), (status = 403), (status = 404), (status = 409)))]
async fn cancel_reservation(State(app): State<App>, Path(id): Path<ReservationId>, body: Body<Empty>) -> Answer {
    Ok(ok(&super::cancel_reservation(&app, &body.caller, id).await.in_language(body.lang)?))
}

/// End a meeting that is under way, now.
#[utoipa::path(post, path = "/reservations/{id}/end", tag = "reservations", params(("id" = String, Path)),
    responses((status = 200, body = Reservation), (status = 403), (status = 404), (status = 409)))]
async fn end_reservation(State(app): State<App>, Path(id): Path<ReservationId>, body: Body<Empty>) -> Answer {
    Ok(ok(&super::end_reservation(&app, &body.caller, id).await.in_language(body.lang)?))
}

/// Move the end to a later instant.
#[utoipa::path(post, path = "/reservations/{id}/extend", tag = "reservations", params(("id" = String, Path)),
    request_body = Extension,
    responses((status = 200, body = Reservation), (status = 403), (status = 404), (status = 409), (status = 422)))]
async fn extend_reservation(
    State(app): State<App>,
    Path(id): Path<ReservationId>,
    Body { caller, lang, value }: Body<Extension>,
) -> Answer {
    Ok(ok(&super::extend_reservation(&app, &caller, id, value.ends_at).await.in_language(lang)?))
}

/// Say whether you come to a meeting that you are invited to.
#[utoipa::path(post, path = "/reservations/{id}/respond", tag = "reservations", params(("id" = String, Path)),
    request_body = Answered,
    responses((status = 200, body = Reservation), (status = 403), (status = 404), (status = 409)))]
async fn answer_invitation(
    State(app): State<App>,
    Path(id): Path<ReservationId>,
    Body { caller, lang, value }: Body<Answered>,
) -> Answer {
    Ok(ok(&super::answer_invitation(&app, &caller, id, value.response).await.in_language(lang)?))
}

/// Say yes to a pending booking; admins and the room's named approvers only.
#[utoipa::path(post, path = "/reservations/{id}/approve", tag = "reservations", params(("id" = String, Path)),
    request_body = Decision,
    responses((status = 200, body = Reservation), (status = 403), (status = 404), (status = 409), (status = 422)))]
async fn approve_reservation(
    State(app): State<App>,
    Path(id): Path<ReservationId>,
    Body { caller, lang, value }: Body<Decision>,
) -> Answer {
    Ok(ok(&super::decide_reservation(&app, &caller, id, true, value).await.in_language(lang)?))
}

/// Say no to a pending booking; admins and the room's named approvers only.
#[utoipa::path(post, path = "/reservations/{id}/reject", tag = "reservations", params(("id" = String, Path)),
    request_body = Decision,
    responses((status = 200, body = Reservation), (status = 403), (status = 404), (status = 409), (status = 422)))]
async fn reject_reservation(
    State(app): State<App>,
    Path(id): Path<ReservationId>,
    Body { caller, lang, value }: Body<Decision>,
) -> Answer {
    Ok(ok(&super::decide_reservation(&app, &caller, id, false, value).await.in_language(lang)?))
}

/// Remove a booking from the record; admins only.
#[utoipa::path(delete, path = "/reservations/{id}", tag = "reservations", params(("id" = String, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn delete_reservation(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<ReservationId>,
) -> Answer {
    super::delete_reservation(&app, &caller, id).await.in_language(lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
