//! `/api/v1/me/settings`.

use crate::server::request::{Answer, Authenticated, Body, InLanguage, ok};
use crate::server::state::App;
use crate::settings::model::{Settings, SettingsPatch};
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(find_settings, update_settings))
}

/// What the caller has chosen.
#[utoipa::path(get, path = "/me/settings", tag = "settings", responses((status = 200, body = Settings)))]
async fn find_settings(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(ok(&super::find_settings(&app, &caller).await.in_language(lang)?))
}

/// Change what the caller has chosen. What is absent stays.
#[utoipa::path(patch, path = "/me/settings", tag = "settings", request_body = SettingsPatch,
    responses((status = 200, body = Settings), (status = 400)))]
async fn update_settings(State(app): State<App>, Body { caller, lang, value }: Body<SettingsPatch>) -> Answer {
    Ok(ok(&super::update_settings(&app, &caller, value).await.in_language(lang)?))
}
