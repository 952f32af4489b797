//! Socket.IO as the clients of contracts §2 and §3.1 see it.

mod admission;
mod communication;
mod delivery;
mod stream;

use super::helpers::{Client, Engine, NotConnected, START, SocketIo, TestApp, on_both_engines};
use crate::accounts::model::Role;
use crate::accounts::server::Caller;
use crate::chat::model::{Message, NewChatRoom, NewMessage, RoomKind};
use crate::chat::server as chat;
use crate::ids::{ChatRoomId, UserId};
use serde_json::{Value, json};

/// What a room's address says.
const SLUG: &str = "lunch";

fn employee(app: &TestApp, client: &Client) -> Caller {
    app.caller(client, Role::Employee)
}

/// A room of minji's with these others in it.
async fn room(app: &TestApp, kind: RoomKind, slug: &str, others: &[&Client]) -> ChatRoomId {
    let member_ids: Vec<UserId> = others.iter().map(|client| client.id).collect();
    let new = NewChatRoom {
        name: "점심".into(),
        slug: Some(slug.into()),
        kind: Some(kind),
        member_ids,
        ..NewChatRoom::default()
    };
    chat::create_room(&app.app, &employee(app, &app.minji), new).await.expect("a room").room.id
}

/// Writes into a room from elsewhere.
async fn write(app: &TestApp, client: &Client, room: ChatRoomId, text: &str) -> Message {
    let new = NewMessage { message: text.into(), ..NewMessage::default() };
    chat::send_message(&app.app, &employee(app, client), room, new).await.expect("a message")
}

/// Joins a stream, and gives its history.
async fn join_stream(socket: &mut SocketIo, name: &str) -> Vec<Value> {
    let user = json!({"userId": "1", "nickname": "somebody else", "avatarUrl": "https://example.com/a.png"});
    socket.emit("join-room", json!({"streamId": name, "user": user})).await;
    list(socket.expect("message-history").await)
}

/// Joins a chat, and gives its history.
async fn join_chat(socket: &mut SocketIo, name: &str) -> Vec<Value> {
    socket.emit("joinChat", json!({"chatRoomId": name})).await;
    list(socket.expect("chatHistory").await)
}

fn list(value: Value) -> Vec<Value> {
    value.as_array().expect("a list").clone()
}

fn texts(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["message"].as_str().expect("a text")).collect()
}
