//! The whole of `/api/v1`, and its description at `/api/v1/openapi.json`.

mod common;

use crate::accounts::server::{cookie_name, rest as accounts};
use crate::activity::server::rest as activity;
use crate::announcements::server::rest as announcements;
use crate::compat::chat_v3::http as chat;
use crate::error::AppError;
use crate::notifications::server::rest as notifications;
use crate::presence::server::rest as presence;
use crate::reservations::server::rest as reservations;
use crate::rooms::server::rest as rooms;
use crate::server::problem::{Problem, language};
use crate::server::state::App;
use crate::settings::server::rest as settings;
use crate::timers::server::rest as timers;
use axum::Json;
use axum::Router;
use axum::routing::get;
use http::HeaderMap;
use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApiBuilder, SecurityRequirement};
use utoipa_axum::router::OpenApiRouter;

/// Every route of our own API, each described where it is handled.
pub fn api(app: &App) -> Router<App> {
    let (router, document) = described(cookie_name(app));
    router
        .route("/openapi.json", get(move || async move { Json(document) }))
        .fallback(not_found)
        .method_not_allowed_fallback(|headers: HeaderMap| async move {
            Problem { error: AppError::MethodNotAllowed, lang: language(&headers) }
        })
}

/// Any address without a route.
pub async fn not_found(headers: HeaderMap) -> Problem {
    Problem { error: AppError::NotFound, lang: language(&headers) }
}

/// The routes and their description, for a server whose session cookie has this name.
fn described(session_cookie: &str) -> (Router<App>, Value) {
    let info = InfoBuilder::new()
        .title("Madang")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Rooms, bookings, notifications and accounts of one organisation. Instants are RFC 3339 in UTC, ids are strings, \
             refusals are RFC 9457 problems with a stable `code`.",
        ))
        .build();
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([utoipa::openapi::Server::new("/api/v1")]))
        .security(Some([
            SecurityRequirement::new("session", [] as [&str; 0]),
            SecurityRequirement::new("bearer", [] as [&str; 0]),
        ]))
        .build();
    let (router, mut document) = OpenApiRouter::with_openapi(document)
        .merge(accounts::router())
        .merge(rooms::router())
        .merge(reservations::router())
        .merge(presence::router())
        .merge(notifications::router())
        .merge(settings::router())
        .merge(announcements::router())
        .merge(activity::router())
        .merge(chat::router())
        .merge(timers::router())
        .split_for_parts();
    if let Some(components) = document.components.as_mut() {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(session_cookie)));
        let bearer =
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("bearer", bearer);
    }
    // Made of names and texts: JSON has them all.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    common::complete(&mut document);
    (router, document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Each route of the document: its path, method and description.
    fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
        let paths = document["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
        })
    }

    #[test]
    fn refusals_are_described_as_they_look() {
        let document = described("madang_session").1;
        for (path, method, operation) in operations(&document) {
            let responses = operation["responses"].as_object().unwrap();
            let reads_body = operation.get("requestBody").is_some();
            for (status, expected) in [("401", true), ("400", reads_body), ("413", reads_body)] {
                assert!(!expected || responses.contains_key(status), "{method} {path}: {status}");
            }
            let (kind, schema) = if path.starts_with("/chat/") {
                ("application/json", "ChatRefusal")
            } else {
                ("application/problem+json", "Problem")
            };
            for (status, response) in responses.iter().filter(|(status, _)| status.starts_with('4')) {
                let reference = &response["content"][kind]["schema"]["$ref"];
                assert_eq!(reference, &json!(format!("#/components/schemas/{schema}")), "{method} {path}: {status}");
                assert!(document["components"]["schemas"][schema].is_object());
            }
        }
    }

    #[test]
    fn every_post_that_makes_something_takes_a_key() {
        let document = described("madang_session").1;
        let takes_none: Vec<_> = operations(&document)
            .filter(|(_, method, operation)| {
                let mut parameters = operation["parameters"].as_array().into_iter().flatten();
                *method == "post" && !parameters.any(|parameter| parameter["name"] == "Idempotency-Key")
            })
            .map(|(path, ..)| path.as_str())
            .collect();
        assert_eq!(takes_none, ["/auth/login", "/auth/logout", "/auth/refresh", "/ws/ticket"]);
    }

    #[test]
    fn what_is_required_and_who_may_call_is_told_as_it_is() {
        let document = described("__Host-madang_session").1;
        for schema in ["ReservationPatch", "RoomPatch"] {
            let schema = &document["components"]["schemas"][schema];
            assert_eq!(
                (&schema["required"], &schema["properties"]["version"]["type"]),
                (&json!(["version"]), &json!("integer"))
            );
        }
        assert_eq!(document["components"]["securitySchemes"]["session"]["name"], "__Host-madang_session");
        assert_eq!(document["paths"]["/auth/refresh"]["post"]["security"], json!([{"session": []}]));
        assert_eq!(document["security"], json!([{"session": []}, {"bearer": []}]));
    }

    #[test]
    fn every_route_of_the_contract_is_described() {
        let document = described("madang_session").1;
        for (path, methods) in [
            ("/auth/login", vec!["post"]),
            ("/auth/refresh", vec!["post"]),
            ("/auth/logout", vec!["post"]),
            ("/me", vec!["get"]),
            ("/me/sessions", vec!["get", "delete"]),
            ("/me/sessions/{id}", vec!["delete"]),
            ("/ws/ticket", vec!["post"]),
            ("/rooms", vec!["get", "post"]),
            ("/rooms/{id}", vec!["get", "patch", "delete"]),
            ("/reservations", vec!["get", "post"]),
            ("/reservations/{id}", vec!["get", "patch", "delete"]),
            ("/reservations/{id}/cancel", vec!["post"]),
            ("/reservations/{id}/approve", vec!["post"]),
            ("/reservations/{id}/reject", vec!["post"]),
            ("/reservations/{id}/end", vec!["post"]),
            ("/reservations/{id}/extend", vec!["post"]),
            ("/presence", vec!["get"]),
            ("/me/presence", vec!["get", "put"]),
            ("/stats", vec!["get"]),
            ("/notifications", vec!["get", "post", "delete"]),
            ("/notifications/unread-count", vec!["get"]),
            ("/notifications/{id}/read", vec!["patch"]),
            ("/notifications/read-all", vec!["patch"]),
            ("/notifications/{id}", vec!["delete"]),
            ("/me/settings", vec!["get", "patch"]),
            ("/announcements", vec!["get", "post"]),
            ("/announcements/{id}", vec!["get", "put"]),
            ("/announcements/{id}/cancel", vec!["post"]),
            ("/announcements/{id}/ack", vec!["get", "post"]),
            ("/announcements/{id}/dismiss", vec!["post"]),
            ("/activity", vec!["get"]),
            ("/chat/rooms", vec!["get", "post"]),
            ("/chat/rooms/{room}", vec!["get", "patch"]),
            ("/chat/rooms/{room}/messages", vec!["get", "post"]),
            ("/chat/rooms/{room}/messages/{id}", vec!["patch", "delete"]),
            ("/chat/rooms/{room}/read", vec!["post"]),
            ("/chat/rooms/{room}/unread", vec!["post"]),
            ("/chat/reading", vec!["get", "put"]),
            ("/chat/rooms/{room}/mute", vec!["post"]),
            ("/chat/rooms/{room}/members", vec!["get", "post"]),
            ("/chat/rooms/{room}/members/{user}", vec!["patch", "delete"]),
            ("/chat/rooms/{room}/members/{user}/bar", vec!["post"]),
            ("/chat/rooms/{room}/files", vec!["post"]),
            ("/chat/rooms/{room}/export", vec!["get"]),
            ("/chat/rooms/{room}/audit", vec!["get"]),
            ("/chat/messages/{id}", vec!["get", "patch", "delete"]),
            ("/chat/messages/{id}/reactions", vec!["post"]),
            ("/chat/messages/{id}/versions", vec!["get"]),
            ("/chat/files/{id}", vec!["get"]),
            ("/chat/kept", vec!["get"]),
            ("/chat/kept/{id}", vec!["put", "delete"]),
            ("/chat/channels", vec!["get"]),
            ("/chat/search", vec!["get"]),
            ("/chat/users", vec!["get"]),
            ("/chat/overview", vec!["get"]),
            ("/chat/audit", vec!["get"]),
            ("/timers", vec!["get", "post"]),
            ("/timers/{id}", vec!["get", "patch"]),
            ("/timers/{id}/pause", vec!["post"]),
            ("/timers/{id}/resume", vec!["post"]),
            ("/timers/{id}/stop", vec!["post"]),
            ("/timers/{id}/cancel", vec!["post"]),
            ("/timers/{id}/extend", vec!["post"]),
            ("/timers/{id}/share", vec!["post"]),
            ("/timers/{id}/people/{userId}", vec!["delete"]),
            ("/timers/history", vec!["get"]),
            ("/timers/history.csv", vec!["get"]),
            ("/timers/goal", vec!["put"]),
            ("/todos", vec!["get", "post"]),
            ("/todos/{id}", vec!["patch", "delete"]),
            ("/todos/order", vec!["put"]),
        ] {
            for method in methods {
                assert!(document["paths"][path][method].is_object(), "{method} {path}");
            }
        }
    }
}
