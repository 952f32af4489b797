//! Rendering a page: whatever thread goes on with it finds the page's own signals, and a page that does
//! not end is begun again.
//!
//! Leptos finds a request's contexts and signals by variables of the thread. Its handler does not set them
//! again after waiting; on several threads it then finds those of whichever request the thread has served
//! last, or none: it panics, or reads and writes among somebody else's signals.

use crate::error::AppError;
use crate::server::problem::{Problem, language};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use leptos::prelude::Owner;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;

/// No page takes as long, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How often a page is begun before its reader is told that it failed.
const TRIES: usize = 3;

/// Gives a page once it is whole, and begins anew with one that is not whole in time.
pub async fn begin_again(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return InItsOwner::new(next.run(request)).await;
    }
    let lang = language(request.headers());
    let (parts, _) = request.into_parts();
    for _ in 0..TRIES {
        let request = Request::from_parts(parts.clone(), Body::empty());
        match timeout(patience, InItsOwner::new(whole(next.clone(), request))).await {
            Ok(Ok(response)) => return response,
            Ok(Err(error)) => return Problem { error: AppError::internal(&error), lang }.into_response(),
            Err(_) => tracing::warn!(path = parts.uri.path(), "a page was not rendered in time"),
        }
    }
    Problem { error: AppError::internal(&"a page was never rendered"), lang }.into_response()
}

/// A future that finds the owner which it left, on whatever thread and after whatever other request.
struct InItsOwner<F> {
    future: Pin<Box<F>>,
    owner: Option<Owner>,
}

impl<F: Future> InItsOwner<F> {
    fn new(future: F) -> Self {
        // A page makes a root of its own; a server function would else be a child of the request before it.
        Self { future: Box::pin(future), owner: Some(Owner::new_root(None)) }
    }
}

impl<F: Future> Future for InItsOwner<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if let Some(owner) = &self.owner {
            owner.set();
        }
        let outcome = self.future.as_mut().poll(context);
        self.owner = Owner::current();
        outcome
    }
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
    use leptos::prelude::{GetUntracked, RwSignal, provide_context, use_context};
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

    /// What a page finds of its own after waiting: a signal, and a context.
    async fn page(number: usize) -> (Option<usize>, Option<usize>) {
        let owner = Owner::new_root(None);
        let signal = owner.with(|| RwSignal::new(number));
        owner.with(|| provide_context(number));
        tokio::task::yield_now().await;
        (signal.try_get_untracked(), use_context())
    }

    #[tokio::test]
    async fn a_page_finds_what_is_its_own_after_another_was_rendered() {
        let found = tokio::join!(InItsOwner::new(page(1)), InItsOwner::new(page(2)));
        assert_eq!(found, ((Some(1), Some(1)), (Some(2), Some(2))));
        let found = tokio::join!(page(1), page(2));
        assert_ne!(found, ((Some(1), Some(1)), (Some(2), Some(2))), "InItsOwner has become needless");
    }

    #[tokio::test]
    async fn a_function_belongs_to_no_other_request() {
        let page = Owner::new_root(None);
        page.with(|| provide_context(1_usize));
        page.set();
        let found = InItsOwner::new(async { Owner::new().with(use_context::<usize>) }).await;
        assert_eq!(found, None);
    }

    #[tokio::test]
    async fn a_page_that_does_not_end_is_begun_again() {
        assert_eq!(ask(0).await, (StatusCode::OK, 1));
        assert_eq!(ask(1).await, (StatusCode::OK, 2));
        assert_eq!(ask(9).await, (StatusCode::INTERNAL_SERVER_ERROR, TRIES));
    }
}
