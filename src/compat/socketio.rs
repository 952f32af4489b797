//! Socket.IO at `/socket.io`, namespace `/`: the stream chat (contracts §2, S1) and the gateway of the
//! communication server (§3.1 to §3.3, S2), whose event names do not clash.
//!
//! Each socket has one task ([`session`]) with a cursor into the log, like a socket of `/ws`: what its
//! client says is done in the order in which it came, and what it is told follows the log's order,
//! without a hole however slow it reads. [`stream`] and [`communication`] are the two contracts,
//! [`gateway`] is what all sockets of this process share.

mod communication;
mod gateway;
mod presence;
mod session;
mod stream;

use crate::accounts::server::{Caller, caller_of_user, session_of_access_token};
use crate::error::AppError;
use crate::ids::UserId;
use crate::server::problem::language;
use crate::server::state::App;
use crate::text::Lang;
use axum::Router;
use gateway::Gateway;
use serde::Deserialize;
use serde_json::{Value, json};
use session::{FAILED_PAUSE, Inbound, Session};
use socketioxide::extract::{AckSender, Event, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::{ParserConfig, SocketIo};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Largest frame and polling body that a client may send (contracts §7.8).
const MAX_FRAME: usize = 64 * 1024;
/// The library's default of 128 KiB would be spent on every idle socket.
const READ_BUFFER: usize = 4 * 1024;
/// How many frames may wait for a socket before its task waits too.
const MAX_WAITING: usize = 128;
/// How much a client may say ahead of what has been done; beyond it lies the limit of contracts §6, C14.
const MAX_AHEAD: usize = 128;
/// Who has opened a connection says within this time who they are.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// The routes of Socket.IO, and what runs beside them until the process stops.
pub fn routes(app: &App) -> Router<App> {
    let (service, io) = SocketIo::builder()
        .ping_interval(app.config.patience.beat)
        .connect_timeout(CONNECT_WITHIN)
        .max_payload(MAX_FRAME as u64)
        .max_buffer_size(MAX_WAITING)
        .ws_read_buffer_size(READ_BUFFER)
        .ws_max_message_size(MAX_FRAME)
        .ws_max_frame_size(MAX_FRAME)
        // No event of these contracts carries binary data.
        .with_parser(ParserConfig::common().max_incoming_binaries(0))
        .build_svc();
    let gateway = Arc::new(Gateway::default());
    let admit = {
        let (app, gateway) = (app.clone(), gateway.clone());
        async move |socket: SocketRef, TryData(auth): TryData<Auth>| {
            let auth = auth.unwrap_or_default();
            let lang = language(&socket.req_parts().headers);
            admit(&app, &gateway, &socket, auth).await.map_err(|error| lang.error(&error).into_owned())
        }
    };
    let serve = {
        let (app, gateway) = (app.clone(), gateway.clone());
        async move |socket: SocketRef| serve(app, gateway, socket).await
    };
    io.ns("/", serve.with(admit));
    tokio::spawn(presence::follow(app.clone(), gateway, io));
    Router::new().route_service("/socket.io", service.clone()).route_service("/socket.io/", service)
}

/// What the client says of itself when it connects. Whatever else is in it does not count.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Auth {
    token: Option<String>,
}

/// A socket between being let in and being served.
#[derive(Clone)]
struct Opening(Arc<Mutex<Option<Admitted>>>);

/// Whose socket it is, and what its client says. Whose it is may be said later, where that is believed.
type Admitted = (Option<Caller>, mpsc::Receiver<Inbound>);

/// Lets a socket in, by its token or by the cookie it came with, and begins to listen to it: what a
/// client says the moment it is connected is not lost.
async fn admit(app: &App, gateway: &Gateway, socket: &SocketRef, auth: Auth) -> Result<(), AppError> {
    tracing::info!("클라이언트 연결: {}", socket.id);
    let has_token = auth.token.is_some();
    let caller = match auth.token {
        Some(token) => find_caller(app, &token).await?,
        None => socket.req_parts().extensions.get::<Caller>().cloned(),
    };
    if let Some(caller) = &caller {
        let limited = |retry_after_secs| AppError::RateLimitExceeded { retry_after_secs };
        gateway.connections.count(&caller.user.id, app.now()).map_err(limited)?;
    } else if has_token || !app.config.compat_trust_user_id {
        tracing::info!("토큰 검증 실패: {}", socket.id);
        return Err(AppError::Unauthenticated);
    }

    let (said, inbound) = mpsc::channel(MAX_AHEAD);
    let listen = move |Event(name): Event, TryData(data): TryData<Value>, ack: AckSender| {
        // Taken in right here, in the order in which it came; beyond the queue it is over the limit anyway.
        let _ = said.try_send(Inbound { name, data: data.unwrap_or_default(), ack });
        std::future::ready(())
    };
    socket.on_fallback(listen);
    socket.extensions.insert(Opening(Arc::new(Mutex::new(Some((caller, inbound))))));
    Ok(())
}

/// Whose token it is. A client that is refused does not come again by itself, as it does when its connection closes:
/// where the database does not answer it is asked again until the connection has been open for too long.
async fn find_caller(app: &App, token: &str) -> Result<Option<Caller>, AppError> {
    let until = Instant::now() + CONNECT_WITHIN;
    loop {
        match session_of_access_token(app, token).await {
            Err(AppError::Internal { .. }) if Instant::now() < until => sleep(FAILED_PAUSE).await,
            found => return found,
        }
    }
}

/// Serves a socket until either side ends it.
async fn serve(app: App, gateway: Arc<Gateway>, socket: SocketRef) {
    let opening = socket.extensions.remove::<Opening>();
    let Some((caller, mut inbound)) = opening.and_then(|o| o.0.lock().unwrap_or_else(PoisonError::into_inner).take())
    else {
        return;
    };
    let gone = CancellationToken::new();
    let noted = gone.clone();
    socket.on_disconnect(move || {
        noted.cancel();
        std::future::ready(())
    });
    if !socket.connected() {
        return;
    }
    let open = app.sockets.clone().read_owned().await;
    let (caller, first) = match caller {
        Some(caller) => (caller, None),
        None => tokio::select! {
            believed = believe(&app, &socket, &mut inbound) => match believed {
                Some((caller, said)) => (caller, Some(said)),
                None => return,
            },
            () = gone.cancelled() => return,
            () = app.stopping.cancelled() => return,
        },
    };
    let user = caller.user.id;
    tracing::info!("사용자 {user} 연결됨");
    let lang = language(&socket.req_parts().headers);
    Session::open(app, gateway, caller, lang, socket, gone).run(first, inbound).await;
    tracing::info!("사용자 {user} 연결 해제됨");
    drop(open);
}

/// Who a client without a token says it is when it joins a stream, and what it said
/// (`COMPAT_TRUST_USER_ID`, contracts §5.4). Whatever it says before is refused.
async fn believe(app: &App, socket: &SocketRef, inbound: &mut mpsc::Receiver<Inbound>) -> Option<(Caller, Inbound)> {
    let lang = language(&socket.req_parts().headers);
    loop {
        let said = inbound.recv().await?;
        let claimed = &said.data["user"]["userId"];
        let claimed = claimed.as_str().and_then(|id| id.parse().ok()).or_else(|| claimed.as_i64());
        if let (Some(id), "join-room") = (claimed, said.name.as_str())
            && let Ok(Some(caller)) = caller_of_user(app, UserId(id)).await
        {
            return Some((caller, said));
        }
        let error = AppError::Unauthenticated;
        let refusal = json!({"code": code_of(&error), "message": lang.error(&error)});
        let _ = socket.emit("error", &refusal);
    }
}

/// A refusal's stable code, as REST has it.
fn code_of(error: &AppError) -> String {
    let tagged = serde_json::to_value(error).unwrap_or_default();
    tagged["code"].as_str().unwrap_or("INTERNAL").to_owned()
}

/// What is said to a client that writes into a room before it has come in.
fn join_first(lang: Lang) -> &'static str {
    match lang {
        Lang::Ko => "먼저 채팅방에 들어와 주세요.",
        Lang::En => "Join the room first.",
    }
}
