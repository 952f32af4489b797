//! What people are told, by which rule, and what they do with it.

use super::helpers::{Client, Socket, TestApp};
use crate::accounts::model::Role;
use crate::notifications::live::NotificationCenter;
use crate::notifications::server::notification_center;
use crate::realtime::protocol::{Event, Seq};
use http::StatusCode;
use serde_json::{Value, json};

mod bell;
mod bookings;
mod moments;
mod wishes;

impl TestApp {
    /// The kinds in somebody's list, newest first, with those of one moment in their own order.
    async fn told(&self, client: &Client) -> Vec<String> {
        let (status, list) = client.get("/notifications?limit=100").await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let mut kinds: Vec<(String, String)> = list["notifications"]
            .as_array()
            .expect("notifications")
            .iter()
            .map(|n| (n["createdAt"].to_string(), n["data"]["kind"].as_str().expect("a kind").to_owned()))
            .collect();
        kinds.sort_by(|a, b| (&b.0, &a.1).cmp(&(&a.0, &b.1)));
        kinds.into_iter().map(|(_, kind)| kind).collect()
    }

    async fn unread(&self, client: &Client) -> i64 {
        let (_, answer) = client.get("/notifications/unread-count").await;
        let (_, list) = client.get("/notifications?limit=1").await;
        assert_eq!(answer["unreadCount"], list["unreadCount"]);
        answer["unreadCount"].as_i64().expect("a count")
    }

    async fn center(&self, client: &Client) -> NotificationCenter {
        notification_center(&self.app, &self.caller(client, Role::Employee)).await.expect("a bell").state
    }

    async fn clear(&self, clients: &[&Client]) {
        for client in clients {
            client.delete("/notifications").await;
        }
    }

    async fn message(&self, to: &Client, title: &str, more: Value) -> Value {
        let mut body = json!({"userIds": [to.id], "title": title, "message": "알립니다."});
        for (key, value) in more.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let (status, sent) = self.admin.post("/notifications", body).await;
        assert_eq!((status, &sent["sent"]), (StatusCode::CREATED, &json!(1)), "{sent}");
        to.get("/notifications").await.1["notifications"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|n| n["title"] == title)
            .cloned()
            .unwrap_or_default()
    }
}

/// The counts that a socket is told, up to a point of the log.
async fn counts_until(socket: &mut Socket, seq: Seq) -> Vec<u32> {
    let frames = socket.durable_until(seq).await;
    let counts = frames.into_iter().filter_map(|frame| match frame.event {
        Event::NotificationUnread(unread) => Some(unread.count),
        _ => None,
    });
    counts.collect()
}
