//! Refusals in this contract's own shape: `{success: false, message, error: {code}}`.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, header};
use serde_json::{Map, Value, json};

/// Larger than any refusal of chat.
const MAX_REFUSAL: usize = 1024 * 1024;

/// Gives problems below `/api/v1/chat` the contract's shape (contracts §9, Error shapes).
pub async fn shape(request: Request, next: Next) -> Response {
    let is_chat = request.uri().path().starts_with("/api/v1/chat/");
    let response = next.run(request).await;
    let problem = HeaderValue::from_static("application/problem+json");
    if !is_chat || response.headers().get(header::CONTENT_TYPE) != Some(&problem) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_REFUSAL).await.unwrap_or_default();
    let shaped = reshaped(serde_json::from_slice(&body).unwrap_or_default());
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(shaped.to_string()))
}

/// What a problem says, with the members of its own beside the code.
fn reshaped(mut problem: Map<String, Value>) -> Value {
    let message = problem.remove("detail").unwrap_or_default();
    for member in ["type", "title", "status"] {
        problem.remove(member);
    }
    json!({"success": false, "message": message, "error": problem})
}
