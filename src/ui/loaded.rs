//! What a page loads, and the part of it that shows that.
//!
//! A resource of leptos is code of its own for each type that it holds. Here all of them hold the same
//! [`Fetched`], and know their type only where they are filled and read.

use super::settled::settled;
use super::{ErrorCard, Skeleton};
use crate::error::AppError;
use crate::json::{Object, Unreadable};
use crate::text::Lang;
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::{Serialize, de::DeserializeOwned};
use std::any::Any;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// Writes what a page carries; in the browser, which writes no page, its twin writes nothing.
#[cfg_attr(not(feature = "ssr"), path = "loaded/carried_stub.rs")]
mod carried;

/// The outcome of loading something, of whatever type.
#[derive(Clone)]
enum Fetched {
    /// A `Result<T, AppError>`, and how it is written into the page.
    Here(Arc<dyn Any + Send + Sync>, fn(&(dyn Any + Send + Sync)) -> String),
    /// As the page carries it: `{"Ok":…}`, or `{"Err":…}` with the refusal.
    Carried(Arc<Object>),
}

impl Fetched {
    fn of<T: Serialize + Send + Sync + 'static>(outcome: Result<T, AppError>) -> Self {
        Self::Here(Arc::new(outcome), carried::write::<T>)
    }

    fn read<T: Clone + DeserializeOwned + Send + Sync + 'static>(&self) -> Result<T, AppError> {
        match self {
            Self::Here(outcome, _) => outcome.downcast_ref::<Result<T, AppError>>().cloned(),
            Self::Carried(object) => object.outcome().ok(),
        }
        // Written by the same program, of the same build.
        .unwrap_or(Err(AppError::Unreachable))
    }
}

/// How it travels in the HTML.
struct PageData;

impl Encoder<Fetched> for PageData {
    type Error = Unreadable;
    type Encoded = String;

    fn encode(fetched: &Fetched) -> Result<String, Unreadable> {
        match fetched {
            Fetched::Here(outcome, write) => Ok(swap_quotes(write(&**outcome))),
            Fetched::Carried(_) => Err(Unreadable),
        }
    }
}

impl Decoder<Fetched> for PageData {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<Fetched, Unreadable> {
        Object::parse(&swap_quotes(text.to_owned())).map(|object| Fetched::Carried(Arc::new(object)))
    }
}

/// Quotes for grave accents, and the other way round. A page carries its data as a JavaScript string, in
/// which each quote costs a backslash: of a day's bookings, every eighth character.
fn swap_quotes(text: String) -> String {
    let mut bytes = text.into_bytes();
    for byte in &mut bytes {
        *byte = match *byte {
            b'"' => b'`',
            b'`' => b'"',
            other => other,
        };
    }
    // One ASCII character for another leaves UTF-8 what it was.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Something that is loaded: by the server for the first render, which the page carries, and by the
/// browser from then on.
pub struct Loading<T> {
    resource: Resource<Fetched, PageData>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loading<T> {}

type Fetch = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Fetched> + Send>> + Send + Sync>;

fn resource(key: Box<dyn Fn() -> String + Send + Sync>, fetch: Fetch) -> Resource<Fetched, PageData> {
    Resource::new_with_options(key, move |_| fetch(), false)
}

/// Loads something once, and again when it is asked to.
pub fn load<T, Fut>(fetch: impl Fn() -> Fut + Send + Sync + 'static) -> Loading<T>
where
    T: Serialize + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    load_by(String::new, fetch)
}

/// [`load`], and again whenever the key is another one.
pub fn load_by<T, Fut>(
    key: impl Fn() -> String + Send + Sync + 'static,
    fetch: impl Fn() -> Fut + Send + Sync + 'static,
) -> Loading<T>
where
    T: Serialize + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let fetch = move || -> Pin<Box<dyn Future<Output = Fetched> + Send>> {
        let outcome = fetch();
        Box::pin(async move { Fetched::of(outcome.await) })
    };
    Loading { resource: resource(Box::new(key), Box::new(fetch)), of: PhantomData }
}

impl<T: Clone + DeserializeOwned + Send + Sync + 'static> Loading<T> {
    /// The outcome, once it is there. Whoever reads it is told when it is loaded anew.
    #[must_use]
    pub fn get(self) -> Option<Result<T, AppError>> {
        self.resource.get().map(|fetched| fetched.read())
    }

    /// The outcome as soon as it is there, for what else is loaded by it.
    ///
    /// # Errors
    /// As it was loaded.
    pub async fn wait(self) -> Result<T, AppError> {
        self.resource.await.read()
    }

    fn get_untracked(self) -> Option<Result<T, AppError>> {
        self.resource.get_untracked().map(|fetched| fetched.read())
    }
}

impl<T> Loading<T> {
    /// Loads it anew.
    pub fn refetch(self) {
        self.resource.refetch();
    }
}

/// A skeleton of so many lines until the data is there; then the view of it, or what failed and a retry.
///
/// While it is loaded anew, the view of what was there stays.
pub fn loaded<T>(
    loading: Loading<T>,
    lang: Lang,
    lines: usize,
    view: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let show = move || match loading.get_untracked() {
        Some(Ok(value)) => view(value),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| loading.refetch());
            view! { <ErrorCard error lang on_retry=retry /> }.into_any()
        }
        None => ().into_any(),
    };
    let label = lang.texts().loading;
    awaited(loading.resource, Arc::new(show), move || view! { <Skeleton lines label /> }.into_any())
}

/// The view of the data once it is there. Without it the page itself still works: it says nothing of
/// what failed.
pub fn loaded_quietly<T>(loading: Loading<T>, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let show = move || match loading.get_untracked() {
        Some(Ok(value)) => view(value),
        _ => ().into_any(),
    };
    awaited(loading.resource, Arc::new(show), || ().into_any())
}

fn awaited(
    resource: Resource<Fetched, PageData>,
    show: Arc<dyn Fn() -> AnyView + Send + Sync>,
    fallback: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let content = move || {
        resource.with(Option::is_some).then(|| {
            let show = show.clone();
            settled(move || show())
        })
    };
    view! { <Transition fallback>{content}</Transition> }.into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_carries_is_what_was_loaded() {
        for outcome in [Ok(r#"a "quoted" \ and `grave` title, 마당"#.to_owned()), Err(AppError::NotFound)] {
            let carried = PageData::encode(&Fetched::of(outcome.clone())).expect("written");
            assert_eq!(carried.matches('"').count(), if outcome.is_ok() { 2 } else { 0 }, "{carried}");
            assert_eq!(PageData::decode(&carried).expect("read").read(), outcome);
        }
        let other = Fetched::of(Ok(5));
        assert_eq!(other.read::<String>(), Err(AppError::Unreachable), "of another type");
    }
}
