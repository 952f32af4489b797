//! Chat, through the documented contract and through our own.

use super::helpers::{Answer, Client, TestApp};
use crate::ids::ChatRoomId;
use http::StatusCode;
use serde_json::{Value, json};

mod bars;
mod calls;
mod clients;
mod files;
mod kept;
mod meetings;
mod messages;
mod oversight;
mod reading;
mod repeats;
mod rooms;
mod search;
mod socket;
mod storm;
mod telling;
mod wire;

/// What a command gave; the test fails when it was refused.
#[track_caller]
fn done((status, body): Answer) -> Value {
    assert_eq!((status, &body["success"]), (StatusCode::OK, &json!(true)), "{body}");
    body["data"].clone()
}

/// The contract's own shape of a refusal.
#[track_caller]
fn refused((status, body): &Answer, expected: u16, code: &str) {
    assert_eq!((status.as_u16(), &body["error"]["code"]), (expected, &json!(code)), "{body}");
    assert_eq!(body["success"], json!(false), "{body}");
    assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
}

/// The refusal of exactly these fields, each by its rule.
#[track_caller]
fn fields(answer: &Answer, expected: &[(&str, &str)]) {
    refused(answer, 422, "VALIDATION");
    let fields = answer.1["error"]["fields"].as_object().expect("fields");
    let found: Vec<_> =
        fields.iter().map(|(name, rule)| (name.as_str(), rule["code"].as_str().unwrap_or(""))).collect();
    assert_eq!(found, expected, "{}", answer.1);
}

/// A channel of Minji's in which Junho is too.
async fn channel(app: &TestApp) -> ChatRoomId {
    room(&app.minji, json!({"name": "제품 기획", "kind": "channel", "memberIds": [app.junho.id]})).await
}

async fn room(by: &Client, new: Value) -> ChatRoomId {
    let made = done(by.post("/chat/rooms", new).await);
    ChatRoomId(made["id"].as_i64().expect("an id"))
}

async fn say(by: &Client, room: ChatRoomId, text: &str) -> Value {
    done(by.post(&format!("/chat/rooms/{room}/messages"), json!({"message": text})).await)
}

async fn history(by: &Client, room: ChatRoomId) -> Vec<Value> {
    let list = done(by.get(&format!("/chat/rooms/{room}/messages?limit=100")).await);
    list.as_array().expect("a list").clone()
}
