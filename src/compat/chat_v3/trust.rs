//! `COMPAT_TRUST_USER_ID` (contracts §5.4): clients that send nothing but a `user_id` are believed.
//! Only on loopback addresses; the configuration refuses any other.

use crate::accounts::server::{Caller, caller_of_user};
use crate::chat::server as chat;
use crate::ids::UserId;
use crate::server::request::read_body;
use crate::server::state::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

#[derive(Deserialize)]
struct Claim {
    user_id: i64,
}

/// Middleware of this contract's routes: whoever is not signed in is who they say they are.
pub async fn believe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let is_chat = request.uri().path().starts_with("/api/v1/chat/");
    if !is_chat || !app.config.compat_trust_user_id || request.extensions().get::<Caller>().is_some() {
        return next.run(request).await;
    }
    let path = request.uri().path().to_owned();
    let claimed = if request.method() == Method::DELETE {
        // The documented one has no body: the member that leaves.
        path.rsplit_once("/members/").and_then(|(_, id)| id.parse().ok())
    } else if request.method() == Method::POST && !path.ends_with("/files") {
        let (parts, body) = request.into_parts();
        let bytes = read_body(Request::from_parts(parts.clone(), body), &()).await.unwrap_or_default();
        let claimed = serde_json::from_slice::<Claim>(&bytes).ok().map(|claim| claim.user_id);
        request = Request::from_parts(parts, Body::from(bytes));
        match path.strip_suffix("/members").and_then(|path| path.rsplit_once("/rooms/")) {
            // The documented way to add names the one who is added: the room's owner does it.
            Some((_, room)) if claimed.is_some() => {
                let room = percent_decode_str(room).decode_utf8_lossy();
                chat::find_owner(&app, &room).await.ok().flatten().map(|owner| owner.0)
            }
            _ => claimed,
        }
    } else {
        None
    };
    if let Some(user) = claimed
        && let Ok(Some(caller)) = caller_of_user(&app, UserId(user)).await
    {
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}
