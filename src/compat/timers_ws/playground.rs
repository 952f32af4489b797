//! `/ws-playground`: paste a token and try the socket. In development only.

use crate::server::state::App;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;

/// The page and what it loads; none of it outside development.
pub fn routes(app: &App) -> Router<App> {
    if !app.config.is_dev() {
        return Router::new();
    }
    Router::new()
        .route("/ws-playground", get(|| file("text/html; charset=utf-8", include_str!("playground/index.html"))))
        .route("/ws-playground/script.js", get(|| file("text/javascript", include_str!("playground/script.js"))))
        .route("/ws-playground/style.css", get(|| file("text/css", include_str!("playground/style.css"))))
}

async fn file(kind: &'static str, text: &'static str) -> Response {
    let policy = "default-src 'none'; img-src data:; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}
