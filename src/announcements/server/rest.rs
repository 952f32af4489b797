//! `/api/v1/announcements` (contracts §8 and §9).

use crate::announcements::live::Notice;
use crate::announcements::model::{Ack, Announcement, AnnouncementEdit, Managed, NewAck, NewAnnouncement};
use crate::ids::AnnouncementId;
use crate::server::request::{Answer, Authenticated, Body, Empty, InLanguage, Path, Query, created, ok};
use crate::server::state::App;
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_announcements, announce))
        .routes(routes!(find_announcement, edit_announcement))
        .routes(routes!(cancel_announcement))
        .routes(routes!(list_acks, acknowledge))
        .routes(routes!(dismiss_announcement))
}

#[derive(Deserialize, utoipa::IntoParams)]
struct ListOptions {
    /// Admins: all of the last 90 days, with what is scheduled, over or called off.
    #[serde(default)]
    all: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Listed<T> {
    items: Vec<T>,
    /// The point of the log at which the list is true.
    seq: i64,
}

/// Who has answered, and who was asked.
#[derive(Serialize, utoipa::ToSchema)]
struct Acks {
    items: Vec<Ack>,
    /// Absent when everybody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipients: Option<Vec<crate::accounts::model::Person>>,
    seq: i64,
}

/// What the caller has been told and still holds; `all` for admins.
#[utoipa::path(get, path = "/announcements", tag = "announcements", params(ListOptions),
    responses((status = 200, body = Listed<Notice>), (status = 403)))]
async fn list_announcements(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Query(options): Query<ListOptions>,
) -> Answer {
    if options.all {
        let list = super::announcement_list(&app, &caller).await.in_language(lang)?;
        let items: Vec<Managed> = list.state.announcements.into_values().rev().collect();
        return Ok(ok(&Listed { items, seq: list.seq }));
    }
    let list = super::notices(&app, &caller).await.in_language(lang)?;
    let items: Vec<Notice> = list.state.notices.into_values().rev().collect();
    Ok(ok(&Listed { items, seq: list.seq }))
}

/// Tell people something, now or later; admins only.
#[utoipa::path(post, path = "/announcements", tag = "announcements", request_body = NewAnnouncement,
    responses((status = 201, body = Managed), (status = 403), (status = 422)))]
async fn announce(State(app): State<App>, Body { caller, lang, value }: Body<NewAnnouncement>) -> Answer {
    Ok(created(&super::announce(&app, &caller, value).await.in_language(lang)?))
}

/// One announcement, for admins and for whoever has been told.
#[utoipa::path(get, path = "/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    responses((status = 200, body = Announcement), (status = 404)))]
async fn find_announcement(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<AnnouncementId>,
) -> Answer {
    Ok(ok(&super::find_announcement(&app, &caller, id).await.in_language(lang)?))
}

/// Give it new content; admins only. Of one that has gone out, words and end.
#[utoipa::path(put, path = "/announcements/{id}", tag = "announcements", params(("id" = String, Path)),
    request_body = AnnouncementEdit,
    responses((status = 200, body = Managed), (status = 403), (status = 404),
        (status = 409, description = "STALE_VERSION or ANNOUNCEMENT_CLOSED"), (status = 422)))]
async fn edit_announcement(
    State(app): State<App>,
    Path(id): Path<AnnouncementId>,
    Body { caller, lang, value }: Body<AnnouncementEdit>,
) -> Answer {
    Ok(ok(&super::edit_announcement(&app, &caller, id, value).await.in_language(lang)?))
}

/// Call it off; admins only.
#[utoipa::path(post, path = "/announcements/{id}/cancel", tag = "announcements", params(("id" = String, Path)),
    responses((status = 200, body = Managed), (status = 403), (status = 404), (status = 409)))]
async fn cancel_announcement(State(app): State<App>, Path(id): Path<AnnouncementId>, body: Body<Empty>) -> Answer {
    Ok(ok(&super::cancel_announcement(&app, &body.caller, id).await.in_language(body.lang)?))
}

/// Who has answered; admins only.
#[utoipa::path(get, path = "/announcements/{id}/ack", tag = "announcements", params(("id" = String, Path)),
    responses((status = 200, body = Acks), (status = 403), (status = 404)))]
async fn list_acks(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<AnnouncementId>,
) -> Answer {
    let board = super::ack_board(&app, &caller, id).await.in_language(lang)?;
    let items = board.state.acks.into_values().collect();
    Ok(ok(&Acks { items, recipients: board.state.recipients, seq: board.seq }))
}

/// Answer it. A repeat with the same `clientId` changes nothing.
#[utoipa::path(post, path = "/announcements/{id}/ack", tag = "announcements", params(("id" = String, Path)),
    request_body = NewAck,
    responses((status = 200, body = Ack), (status = 404), (status = 409), (status = 422)))]
async fn acknowledge(
    State(app): State<App>,
    Path(id): Path<AnnouncementId>,
    Body { caller, lang, value }: Body<NewAck>,
) -> Answer {
    Ok(ok(&super::acknowledge(&app, &caller, id, &value).await.in_language(lang)?))
}

/// Put it away, on all devices. What is critical stays until it is answered: 403.
#[utoipa::path(post, path = "/announcements/{id}/dismiss", tag = "announcements", params(("id" = String, Path)),
    responses((status = 204), (status = 403), (status = 404)))]
async fn dismiss_announcement(State(app): State<App>, Path(id): Path<AnnouncementId>, body: Body<Empty>) -> Answer {
    super::dismiss(&app, &body.caller, id).await.in_language(body.lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
