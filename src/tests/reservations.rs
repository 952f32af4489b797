//! Bookings: every command, every refusal, and what each person gets to see.

use super::helpers::{Answer, Client, TestApp};
use crate::ids::RoomId;
use crate::reservations::model::PRIVATE_TITLE;
use crate::time::Timestamp;
use serde_json::{Value, json};

mod booking;
mod changes;
mod pending;
mod rights;
mod rules;

fn booking(room: RoomId, from: Timestamp, to: Timestamp) -> Value {
    json!({"roomId": room, "title": "회의", "startsAt": from, "endsAt": to})
}

/// A value with some members replaced.
fn with(value: &Value, changes: Value) -> Value {
    let mut value = value.clone();
    for (member, change) in changes.as_object().expect("an object") {
        value[member] = change.clone();
    }
    value
}

fn id(booking: &Value) -> &str {
    booking["id"].as_str().expect("an id")
}

fn path(booking: &Value) -> String {
    format!("/reservations/{}", id(booking))
}

async fn command(client: &Client, booking: &Value, name: &str) -> Answer {
    client.post(&format!("{}/{name}", path(booking)), json!({})).await
}

/// The answer of a command that is not refused.
#[track_caller]
fn done((status, body): Answer) -> Value {
    assert!(status.is_success(), "{status}: {body}");
    body
}

async fn see(client: &Client, booking: &Value) -> Value {
    done(client.get(&path(booking)).await)
}

/// The ids that a query lists, in its order.
async fn listed(client: &Client, query: &str) -> Vec<String> {
    let list = done(client.get(&format!("/reservations{query}")).await);
    list["items"].as_array().expect("items").iter().map(|item| id(item).to_owned()).collect()
}

fn person(client: &Client, name: &str) -> Value {
    json!({"id": client.id, "name": name})
}

fn attendee(client: &Client, name: &str, response: &str) -> Value {
    json!({"id": client.id, "name": name, "response": response})
}

fn clash(booking: &Value) -> Value {
    json!({
        "id": booking["id"], "title": booking["title"], "startsAt": booking["startsAt"], "endsAt": booking["endsAt"],
        "organizer": booking["organizer"],
    })
}

/// What everybody may know of a private booking.
fn reduced(booking: &Value) -> Value {
    with(booking, json!({"organizer": null, "title": PRIVATE_TITLE, "attendees": [], "attendeeCount": 0}))
}

/// Topic, type and who did it.
fn headlines(events: &[Value]) -> Vec<(&str, &str, &str)> {
    events
        .iter()
        .map(|event| {
            let member = |name: &str| event[name].as_str().unwrap_or("");
            (member("topic"), member("type"), member("userId"))
        })
        .collect()
}

async fn approval_room(app: &TestApp, name: &str) -> RoomId {
    app.room_with(json!({"name": name, "capacity": 6, "requiresApproval": true})).await.id
}

/// Books every alternative of a refusal, one after the other, to see that each can be had.
async fn assert_bookable(client: &Client, wanted: &Value, alternatives: &Value) {
    for alternative in alternatives.as_array().expect("alternatives") {
        let taken = done(client.post("/reservations", with(wanted, alternative.clone())).await);
        done(command(client, &taken, "cancel").await);
    }
}
