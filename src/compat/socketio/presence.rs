//! `userOnline` and `userOffline`: the one presence of all surfaces (contracts §6, C6), told to those
//! who share a chat room with the person. In rooms that others have joined too, whoever hides has gone.

use super::gateway::Gateway;
use super::session::announce;
use crate::accounts::server as accounts;
use crate::chat::server as chat;
use crate::error::AppError;
use crate::ids::UserId;
use crate::presence::server as presence;
use crate::realtime::protocol::{ServerFrame, Volatile};
use crate::realtime::volatile::Item;
use crate::server::state::App;
use serde::Serialize;
use socketioxide::SocketIo;
use std::sync::Arc;

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
    // After a restart everybody comes at once, faster than it can be told.
    let seat = app.plane.own_seat();
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => break,
            () = seat.woken() => {}
        }
        for (_, item) in seat.take() {
            if app.stopping.is_cancelled() {
                break;
            }
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
    if let Err(error) = tell_rooms(app, gateway, io, user).await {
        tracing::error!(%error, "who has hidden could not be told to their rooms");
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

/// Others see a person from now on, or no more: so it is in the rooms that the person is in.
async fn tell_rooms(app: &App, gateway: &Gateway, io: &SocketIo, user: UserId) -> Result<(), AppError> {
    let mut read = app.read().await?;
    let people = accounts::find_people(&mut read, &[user]).await?;
    read.end();
    let person = people.first().ok_or(AppError::NotFound)?;
    // From here on nothing fails: what is noted is told.
    let is_shown = presence::is_shown(app, user);
    for (place, names) in gateway.show(user, is_shown) {
        announce(|room| io.except(room_of(user)).to(room), place, names, person, is_shown, app.now()).await;
    }
    Ok(())
}
