//! Clients of the REST interface, and what they make of answers.

use super::{PASSWORD, START, Socket};
use crate::accounts::model::User;
use crate::ids::{RoomId, UserId};
use crate::time::{HOUR, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// A status and a JSON body; `Null` when there is none.
pub type Answer = (StatusCode, Value);

/// A signed-in person with an access token.
#[derive(Clone)]
pub struct Client {
    pub id: UserId,
    pub user: User,
    pub token: String,
    pub(super) address: SocketAddr,
    pub(super) http: reqwest::Client,
}

impl Client {
    pub async fn log_in(address: SocketAddr, email: &str) -> Self {
        let http = reqwest::Client::new();
        let body = json!({"email": email, "password": PASSWORD});
        let answer =
            http.post(format!("http://{address}/api/v1/auth/login")).json(&body).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let user: User = serde_json::from_value(answer["user"].clone()).unwrap_or_else(|_| panic!("{answer}"));
        Self { id: user.id, user, token: answer["accessToken"].as_str().expect("a token").to_owned(), address, http }
    }

    /// The same person, who comes by another address.
    pub fn through(&self, address: SocketAddr) -> Self {
        Self { address, http: reqwest::Client::new(), ..self.clone() }
    }

    /// Where this client finds `/ws`.
    pub fn socket_url(&self, query: &str) -> String {
        format!("ws://{}/ws?token={}{query}", self.address, self.token)
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        self.http.request(method, format!("http://{}/api/v1{path}", self.address)).bearer_auth(&self.token)
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        answer(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    /// A POST with a key: the status and the body to the letter.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> (u16, String) {
        let request = self.request("POST", path).header("idempotency-key", key).json(body);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PATCH", path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("PUT", path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }

    /// Books an hour; the test fails when it is refused.
    pub async fn book(&self, room: RoomId, hours_from_start: i64) -> Value {
        let (status, booking) = self.post("/reservations", hour(room, hours_from_start)).await;
        assert_eq!(status, StatusCode::CREATED, "{booking}");
        booking
    }

    pub async fn socket(&self, query: &str) -> Socket {
        Socket::open(self.address, &format!("/ws?token={}{query}", self.token), None).await.expect("a socket")
    }

    /// A socket at any address, with the token in its header.
    pub async fn socket_at(&self, path: &str) -> Socket {
        Socket::open_with(self.upgrade(path)).await.expect("a socket")
    }

    /// What asks for a socket at any address, with the token in its header.
    pub fn upgrade(&self, path: &str) -> http::Request<()> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().expect("a request");
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().expect("a header"));
        request
    }
}

/// A signed-in browser: it sends the session's cookie, and the origin of its page with what changes something.
#[derive(Clone)]
pub struct Browser {
    /// `name=value`, as in the header.
    pub cookie: String,
    pub(super) address: SocketAddr,
    pub(super) http: reqwest::Client,
}

impl Browser {
    /// The path is a whole one: a browser also calls server functions.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://{}{path}", self.address);
        let request = self.http.request(method.parse().expect("a method"), url).header("cookie", &self.cookie);
        if method == "GET" { request } else { request.header("origin", format!("http://{}", self.address)) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request("GET", path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        answer(self.request("POST", path).json(&body)).await
    }
}

/// Sends a request and reads its answer.
pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(json!(text)) };
    (status, body)
}

#[track_caller]
pub fn assert_refused((status, body): &Answer, expected: u16, code: &str) {
    assert_eq!((status.as_u16(), &body["code"]), (expected, &json!(code)), "{body}");
}

/// The answer refuses exactly these fields, each by its rule.
#[track_caller]
pub fn assert_fields(answer: &Answer, expected: &[(&str, &str)]) {
    assert_refused(answer, 422, "VALIDATION");
    let fields = answer.1["fields"].as_object().expect("fields");
    let mut found: Vec<_> =
        fields.iter().map(|(field, rule)| (field.as_str(), rule["code"].as_str().unwrap_or(""))).collect();
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{}", answer.1);
}

/// The body that books an hour.
pub fn hour(room: RoomId, hours_from_start: i64) -> Value {
    let from = START + hours_from_start * HOUR;
    json!({"roomId": room, "title": "회의", "startsAt": from, "endsAt": from + HOUR})
}

pub fn at(hours_from_start: i64) -> Timestamp {
    START + hours_from_start * HOUR
}
