//! `/api/v1/presence`, `/me/presence` and `/stats` (contracts §9).

use crate::presence::model::{MyPresence, PresentPerson, Stats};
use crate::server::request::{Answer, Authenticated, Body, InLanguage, ok};
use crate::server::state::App;
use axum::extract::State;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(people_here))
        .routes(routes!(my_presence, set_my_presence))
        .routes(routes!(stats))
}

#[derive(Serialize, utoipa::ToSchema)]
struct PeopleHere {
    items: Vec<PresentPerson>,
}

/// Who is here, by name; hidden people are not in it.
#[utoipa::path(get, path = "/presence", tag = "presence", responses((status = 200, body = PeopleHere), (status = 401)))]
async fn people_here(State(app): State<App>, Authenticated { lang, .. }: Authenticated) -> Answer {
    let items = super::people_here(&app).await.in_language(lang)?;
    Ok(ok(&PeopleHere { items }))
}

/// Whether the caller is hidden from others.
#[utoipa::path(get, path = "/me/presence", tag = "presence", responses((status = 200, body = MyPresence), (status = 401)))]
async fn my_presence(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(ok(&super::my_presence(&app, &caller).await.in_language(lang)?))
}

/// Hide from others, or be seen again.
#[utoipa::path(put, path = "/me/presence", tag = "presence", request_body = MyPresence,
    responses((status = 200, body = MyPresence), (status = 400), (status = 401)))]
async fn set_my_presence(State(app): State<App>, Body { caller, lang, value }: Body<MyPresence>) -> Answer {
    Ok(ok(&super::set_my_presence(&app, &caller, value).await.in_language(lang)?))
}

/// Meetings in progress, people who are here, rooms that are free.
#[utoipa::path(get, path = "/stats", tag = "presence", responses((status = 200, body = Stats), (status = 401)))]
async fn stats(State(app): State<App>, Authenticated { lang, .. }: Authenticated) -> Answer {
    Ok(ok(&super::stats(&app).await.in_language(lang)?))
}
