//! `/v1/ws/timers`: the documented timer socket (contracts §4, S3).
//!
//! Commands go to the same functions as everywhere, and what it tells comes from the log: an event
//! on the person's own topic is projected into the documented shape. So all sockets of all people of
//! a timer hear the same, whoever did it by whichever door.

mod limits;
mod playground;
mod session;
mod wire;
mod zone;

pub use limits::Limits;
pub use playground::routes as playground;

use crate::accounts::server::{Caller, session_of_access_token};
use crate::realtime::peer::{Upgrade, open, refuse, select_bearer, sized};
use crate::realtime::protocol::close;
use crate::server::middleware::ClientAddress;
use crate::server::problem::{Problem, language};
use crate::server::request::Query;
use crate::server::state::App;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::Message;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde::Deserialize;
use session::serve;
use wire::Code;

/// Offered beside the access token, it is selected instead, so that the token is not reflected.
const PLAIN_PROTOCOL: &str = "timers.v1";

/// What a client names in the address. A token here is not looked at (contracts §4.1).
#[derive(Deserialize)]
pub struct Options {
    timezone: Option<String>,
}

/// Opens the socket. Whoever may not have one is told so by an error and a close code, since browsers
/// cannot read the status of a refused upgrade.
pub async fn upgrade(
    State(app): State<App>,
    Query(options): Query<Options>,
    caller: Option<Extension<Caller>>,
    address: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    Upgrade(mut upgrade): Upgrade,
) -> Response {
    let token = select_bearer(&mut upgrade);
    let plain = upgrade.requested_protocols().find(|offered| *offered == PLAIN_PROTOCOL).cloned();
    if let Some(plain) = plain {
        upgrade.set_selected_protocol(plain);
    }
    let upgrade = sized(upgrade);
    let found = match token {
        Some(token) => session_of_access_token(&app, &token).await,
        None => Ok(caller.map(|Extension(caller)| caller)),
    };
    let caller = match found {
        Ok(caller) => caller,
        Err(error) => return Problem { error, lang: language(&headers) }.into_response(),
    };
    let address = address.map(|Extension(ClientAddress(address))| address);
    let user = caller.as_ref().map(|caller| caller.user.id);
    if !app.timer_limits.may_connect(user, address, app.now()) {
        return upgrade.on_upgrade(|socket| refuse(socket, close::RATE_LIMIT));
    }
    let Some(caller) = caller else {
        let error = wire::error(Code::Unauthorized, None, app.now());
        return upgrade.on_upgrade(async move |mut socket| {
            // The client is being sent away: whether it hears why is up to it.
            let _ = socket.send(Message::Text(error.into())).await;
            refuse(socket, close::UNAUTHENTICATED).await;
        });
    };
    open(app.clone(), upgrade, move |socket| serve(app, caller, options, socket)).await
}
