//! The part of a page that shows what is loaded.

use super::settled::settled;
use super::{ErrorCard, Skeleton};
use crate::error::AppError;
use crate::text::Lang;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// A skeleton of so many lines until the data is there; then the view of it, or what failed and a retry.
///
/// While it is loaded anew, the view of what was there stays.
pub fn loaded<T>(
    resource: Resource<Result<T, AppError>>,
    lang: Lang,
    lines: usize,
    view: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let view = Arc::new(view);
    let content = move || {
        resource.with(Option::is_some).then(|| {
            let view = view.clone();
            settled(move || match resource.get_untracked() {
                Some(Ok(value)) => view(value),
                Some(Err(error)) => {
                    let retry = Callback::new(move |()| resource.refetch());
                    view! { <ErrorCard error lang on_retry=retry /> }.into_any()
                }
                None => ().into_any(),
            })
        })
    };
    let label = lang.texts().loading;
    view! { <Transition fallback=move || view! { <Skeleton lines label /> }>{content}</Transition> }.into_any()
}
