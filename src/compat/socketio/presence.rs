//! `userOnline` and `userOffline`: the one presence of all surfaces (contracts §6, C6), told to those
//! who share a chat room with the person.

use super::gateway::Gateway;
use crate::chat::server as chat;
use crate::ids::UserId;
use crate::realtime::protocol::{ServerFrame, Volatile};
use crate::realtime::volatile::Item;
use crate::server::state::App;
use serde::Serialize;
use socketioxide::SocketIo;
use std::sync::Arc;

/// Hears what every socket hears, and belongs to nobody.
const NOBODY: UserId = UserId(0);

/// `userOnline`. The socket's real id would let others guess what is the person's alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Online {
    pub user_id: UserId,
    socket_id: String,
}

impl Online {
    #[must_use]
    pub fn of(user_id: UserId) -> Self {
        Self { user_id, socket_id: uuid::Uuid::new_v4().simple().to_string() }
    }
}

/// `userOffline`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Offline {
    user_id: UserId,
}

/// The room of a person's own sockets.
#[must_use]
pub fn room_of(user: UserId) -> String {
    format!("user:{user}")
}

/// Tells of everybody's coming and going until the process stops; then lets go of every connection, so
/// that clients come again by themselves.
pub async fn follow(app: App, gateway: Arc<Gateway>, io: SocketIo) {
    let seat = app.plane.seat(NOBODY);
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => break,
            () = seat.woken() => {}
        }
        for (_, item) in seat.take() {
            let Item::Frame(text) = item else { continue };
            let Some(ServerFrame::Volatile(frame)) = ServerFrame::parse(&text) else { continue };
            match frame.volatile {
                Volatile::UserConnected(notice) => tell(&app, &gateway, &io, notice.user_id, true).await,
                Volatile::UserDisconnected(notice) => tell(&app, &gateway, &io, notice.user_id, false).await,
                _ => {}
            }
        }
    }
    io.close().await;
}

async fn tell(app: &App, gateway: &Gateway, io: &SocketIo, user: UserId, online: bool) {
    if !gateway.is_open() {
        return;
    }
    let colleagues = match chat::list_colleagues(app, user).await {
        Ok(colleagues) => colleagues,
        Err(error) => return tracing::error!(%error, "who shares a room with a person could not be read"),
    };
    let rooms: Vec<String> = colleagues.into_iter().map(room_of).collect();
    if rooms.is_empty() {
        return;
    }
    // A socket that is too slow for it misses it: what counts is who is here, not who was.
    let _ = match online {
        true => io.to(rooms).emit("userOnline", &Online::of(user)).await,
        false => io.to(rooms).emit("userOffline", &Offline { user_id: user }).await,
    };
}
