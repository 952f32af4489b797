//! `/api/v1/activity`.

use crate::activity::model::ActivityPage;
use crate::ids::ActivityId;
use crate::server::request::{Answer, Authenticated, InLanguage, Query, ok};
use crate::server::state::App;
use axum::extract::State;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_activity))
}

#[derive(Deserialize, utoipa::IntoParams)]
struct PageOptions {
    /// The `next` of the page before.
    before: Option<ActivityId>,
    /// 1 to 100, 20 unless it is given.
    limit: Option<u32>,
}

/// What has happened lately, as everybody may know it; newest first.
#[utoipa::path(get, path = "/activity", tag = "activity", params(PageOptions),
    responses((status = 200, body = ActivityPage), (status = 422)))]
async fn list_activity(
    State(app): State<App>,
    Authenticated { lang, .. }: Authenticated,
    Query(options): Query<PageOptions>,
) -> Answer {
    Ok(ok(&super::list_activity(&app, options.before, options.limit).await.in_language(lang)?))
}
