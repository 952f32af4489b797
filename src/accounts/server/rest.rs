//! `/api/v1/auth/*`, `/me`, `/users` and `/ws/ticket` (contracts §9).

use super::Caller;
use super::authenticate::{caller_of_cookie, session_cookie};
use super::tokens::ACCESS_TOKEN_MS;
use crate::accounts::model::{Credentials, Device, Person, User};
use crate::error::AppError;
use crate::ids::SessionId;
use crate::server::middleware::ClientAddress;
use crate::server::problem::language;
use crate::server::request::{Answer, Authenticated, InLanguage, Path, ok, read_json};
use crate::server::state::App;
use crate::time::SECOND;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(refresh))
        .routes(routes!(log_out))
        .routes(routes!(me))
        .routes(routes!(list_devices, sign_out_others))
        .routes(routes!(sign_out_device))
        .routes(routes!(list_users))
        .routes(routes!(create_ticket))
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoginAnswer {
    user: User,
    access_token: String,
    /// Seconds.
    expires_in: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct RefreshAnswer {
    access_token: String,
    /// Seconds.
    expires_in: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct TicketAnswer {
    ticket: String,
    /// Seconds.
    expires_in: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Devices {
    items: Vec<Device>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct People {
    items: Vec<Person>,
}

fn access_token(app: &App, user: &User, session: SessionId) -> Result<String, AppError> {
    app.tokens.issue(user.id, session, app.now()).map_err(|error| AppError::internal(&error))
}

/// Sign in: a session cookie, and an access token for scripts. Of a browser that is signed in already, the session
/// before ends, unless it is the same person's.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = Credentials, security(()),
    responses((status = 200, body = LoginAnswer), (status = 401, description = "INVALID_CREDENTIALS"),
        (status = 429, description = "RATE_LIMIT_EXCEEDED, with Retry-After")))]
async fn log_in(
    State(app): State<App>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    jar: CookieJar,
    request: Request,
) -> Answer {
    let lang = language(request.headers());
    let headers = request.headers().clone();
    let credentials: Credentials = read_json(request, &app).await.in_language(lang)?;
    let signed_in = super::log_in(&app, credentials, address, &headers).await.in_language(lang)?;
    let access_token = access_token(&app, &signed_in.user, signed_in.session).in_language(lang)?;
    let jar = jar.add(session_cookie(&app, signed_in.token, signed_in.remember));
    let answer = LoginAnswer { user: signed_in.user, access_token, expires_in: ACCESS_TOKEN_MS / SECOND };
    Ok((jar, ok(&answer)).into_response())
}

/// A fresh access token for the session of the cookie. An access token does not do: one that got
/// lost would live on by renewing itself.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", security(("session" = [])),
    responses((status = 200, body = RefreshAnswer), (status = 401)))]
async fn refresh(State(app): State<App>, headers: HeaderMap) -> Answer {
    let lang = language(&headers);
    // A client that puts its access token on every call means the session all the same.
    let caller = caller_of_cookie(&app, &headers).await.in_language(lang)?;
    let (caller, _) = caller.ok_or(AppError::Unauthenticated).in_language(lang)?;
    let access_token = access_token(&app, &caller.user, caller.session).in_language(lang)?;
    Ok(ok(&RefreshAnswer { access_token, expires_in: ACCESS_TOKEN_MS / SECOND }))
}

/// Sign out: the session of the cookie, else that of the access token, with its tokens and its sockets.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204), (status = 401)))]
async fn log_out(
    State(app): State<App>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Answer {
    let lang = language(&headers);
    let caller = match caller_of_cookie(&app, &headers).await.in_language(lang)? {
        Some((caller, _)) => Some(caller),
        None => caller.map(|Extension(caller)| caller),
    };
    let caller = caller.ok_or(AppError::Unauthenticated).in_language(lang)?;
    super::log_out(&app, caller.session).await.in_language(lang)?;
    Ok((jar.add(session_cookie(&app, String::new(), false)), StatusCode::NO_CONTENT).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/me", tag = "auth", responses((status = 200, body = User), (status = 401)))]
async fn me(Authenticated { caller, .. }: Authenticated) -> Answer {
    Ok(ok(&caller.user))
}

/// Where the caller is signed in.
#[utoipa::path(get, path = "/me/sessions", tag = "auth", responses((status = 200, body = Devices), (status = 401)))]
async fn list_devices(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    let items = super::list_devices(&app, &caller).await.in_language(lang)?;
    Ok(ok(&Devices { items }))
}

/// Sign out everywhere but here.
#[utoipa::path(delete, path = "/me/sessions", tag = "auth", responses((status = 204), (status = 401)))]
async fn sign_out_others(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    super::sign_out_others(&app, &caller).await.in_language(lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Sign out on one device: its tokens and its sockets end.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "auth", params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 404)))]
async fn sign_out_device(
    State(app): State<App>,
    Authenticated { caller, lang }: Authenticated,
    Path(id): Path<SessionId>,
) -> Answer {
    super::sign_out_device(&app, &caller, id).await.in_language(lang)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Everybody in the organisation, by name.
#[utoipa::path(get, path = "/users", tag = "auth", responses((status = 200, body = People), (status = 401)))]
async fn list_users(State(app): State<App>, Authenticated { lang, .. }: Authenticated) -> Answer {
    let items = super::list_people(&app).await.in_language(lang)?;
    Ok(ok(&People { items }))
}

/// A single-use pass for `/ws?token=`, good for 60 seconds.
#[utoipa::path(post, path = "/ws/ticket", tag = "auth", responses((status = 200, body = TicketAnswer), (status = 401)))]
async fn create_ticket(State(app): State<App>, Authenticated { caller, lang }: Authenticated) -> Answer {
    let ticket = super::create_ticket(&app, &caller).await.in_language(lang)?;
    Ok(ok(&TicketAnswer { ticket, expires_in: super::TICKET_MS / SECOND }))
}
