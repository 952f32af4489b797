//! Pages that never end are begun again.
//!
//! Under load a page in some thousands waits for ever, with every thread of the program idle: one of
//! the many tasks that render it was not woken. Until the cause is found, whoever asked gets the page
//! a little later instead of never.

use crate::error::AppError;
use crate::server::problem::{Problem, language};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use std::time::Duration;
use tokio::time::timeout;

/// No page takes as long, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How often a page is begun before its reader is told that it failed.
const TRIES: usize = 3;

/// Gives a page once it is whole, and begins anew with one that is not whole in time.
pub async fn begin_again(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let lang = language(request.headers());
    let (parts, _) = request.into_parts();
    for _ in 0..TRIES {
        let request = Request::from_parts(parts.clone(), Body::empty());
        match timeout(patience, whole(next.clone(), request)).await {
            Ok(Ok(response)) => return response,
            Ok(Err(error)) => return Problem { error: AppError::internal(&error), lang }.into_response(),
            Err(_) => tracing::warn!(path = parts.uri.path(), "a page was not rendered in time"),
        }
    }
    Problem { error: AppError::internal(&"a page was never rendered"), lang }.into_response()
}

async fn whole(next: Next, request: Request) -> Result<Response, axum::Error> {
    let (head, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await?;
    Ok(Response::from_parts(head, body.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use http::StatusCode;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::Service;

    /// A page that never ends the first so many times, and how often it was begun.
    async fn ask(never: usize) -> (StatusCode, usize) {
        let begun = Arc::new(AtomicUsize::new(0));
        let count = begun.clone();
        let page = move || {
            let count = count.clone();
            async move {
                if count.fetch_add(1, Ordering::Relaxed) < never {
                    std::future::pending::<()>().await;
                }
                "whole"
            }
        };
        let mut app =
            Router::new().route("/", get(page)).layer(from_fn_with_state(Duration::from_millis(20), begin_again));
        let response = app.call(Request::new(Body::empty())).await.expect("an answer");
        (response.status(), begun.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_page_that_does_not_end_is_begun_again() {
        assert_eq!(ask(0).await, (StatusCode::OK, 1));
        assert_eq!(ask(1).await, (StatusCode::OK, 2));
        assert_eq!(ask(9).await, (StatusCode::INTERNAL_SERVER_ERROR, TRIES));
    }
}
