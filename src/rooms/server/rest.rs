//! `/api/v1/rooms` (contracts §9).

use super::Cancelled;
use crate::ids::RoomId;
use crate::rooms::model::{NewRoom, RoomFilter, RoomPatch, RoomWithState};
use crate::server::request::{Answer, Authenticated, Body, InLanguage, Path, Query, created, ok};
use crate::server::state::App;
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_rooms, create_room)).routes(routes!(find_room, update_room, delete_room))
}

#[derive(Serialize, utoipa::ToSchema)]
struct Rooms {
    items: Vec<RoomWithState>,
    /// The point of the log at which the list is true.
    seq: i64,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
struct DeleteOptions {
    /// Cancel bookings that lie ahead instead of refusing.
    #[serde(default)]
    cancel_reservations: bool,
}

/// The rooms that fit, as they are right now.
#[utoipa::path(get, path = "/rooms", tag = "rooms", params(RoomFilter), responses((status = 200, body = Rooms)))]
async fn list_rooms(
    State(app): State<App>,
    Authenticated { lang, .. }: Authenticated,
    Query(filter): Query<RoomFilter>,
) -> Answer {
    let (items, seq) = super::list_rooms(&app, &filter).await.in_language(lang)?;
    Ok(ok(&Rooms { items, seq }))
}

/// A new room; admins only.
#[utoipa::path(post, path = "/rooms", tag = "rooms", request_body = NewRoom,
    responses((status = 201, body = RoomWithState), (status = 403), (status = 422)))]
async fn create_room(State(app): State<App>, Body { caller, lang, value }: Body<NewRoom>) -> Answer {
    Ok(created(&super::create_room(&app, &caller, value).await.in_language(lang)?))
}

/// One room, as it is right now.
#[utoipa::path(get, path = "/rooms/{id}", tag = "rooms", params(("id" = String, Path)),
    responses((status = 200, body = RoomWithState), (status = 404)))]
async fn find_room(
    State(app): State<App>,
    Authenticated { lang, .. }: Authenticated,
    Path(id): Path<RoomId>,
) -> Answer {
    Ok(ok(&super::find_room(&app, id).await.in_language(lang)?))
}

/// Change a room; admins only. What is absent stays.
#[utoipa::path(patch, path = "/rooms/{id}", tag = "rooms", params(("id" = String, Path)), request_body = RoomPatch,
    responses((status = 200, body = RoomWithState), (status = 403), (status = 404), (status = 409), (status = 422)))]
async fn update_room(
    State(app): State<App>,
    Path(id): Path<RoomId>,
    Body { caller, lang, value }: Body<RoomPatch>,
) -> Answer {
    Ok(ok(&super::update_room(&app, &caller, id, value).await.in_language(lang)?))
}

/// Delete a room; admins only. Refused with the list of bookings that lie ahead.
#[utoipa::path(delete, path = "/rooms/{id}", tag = "rooms", params(("id" = String, Path), DeleteOptions),
    responses((status = 204), (status = 403), (status = 404), (status = 409, description = "ROOM_HAS_RESERVATIONS, with reservations")))]
async fn delete_room(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<RoomId>,
    Query(options): Query<DeleteOptions>,
) -> Answer {
    let cancelled = if options.cancel_reservations { Cancelled::All } else { Cancelled::Only(Vec::new()) };
    super::delete_room(&app, &caller, id, &cancelled).await.in_language(lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
