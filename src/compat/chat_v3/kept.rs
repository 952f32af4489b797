//! `/api/v1/chat/kept`: messages that the caller keeps for themselves.

use super::http::{Data, data};
use crate::chat::model::KeptMessage;
use crate::chat::server::{self as chat, Success};
use crate::ids::MessageId;
use crate::server::request::{Answer, Authenticated, InLanguage, Path, ok};
use crate::server::state::App;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_kept)).routes(routes!(keep, keep_no_more))
}

/// What the caller keeps, the one that was kept last first.
#[utoipa::path(get, path = "/chat/kept", tag = "chat", responses((status = 200, body = Data<Vec<KeptMessage>>)))]
async fn list_kept(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    Ok(data(chat::kept_messages(&app, &caller).await.in_language(lang)?.state.messages))
}

/// Keep a message; 300 at most. Nobody else sees it.
#[utoipa::path(put, path = "/chat/kept/{id}", tag = "chat", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404), (status = 422)))]
async fn keep(State(app): State<App>, caller: Authenticated, Path(id): Path<MessageId>) -> Answer {
    set(&app, caller, id, true).await
}

/// Keep it no more.
#[utoipa::path(delete, path = "/chat/kept/{id}", tag = "chat", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404)))]
async fn keep_no_more(State(app): State<App>, caller: Authenticated, Path(id): Path<MessageId>) -> Answer {
    set(&app, caller, id, false).await
}

async fn set(app: &App, Authenticated { caller, lang }: Authenticated, id: MessageId, keep: bool) -> Answer {
    chat::keep_message(app, &caller, id, keep).await.in_language(lang)?;
    Ok(ok(&Success::<()>::new("Saved messages updated", None)))
}
