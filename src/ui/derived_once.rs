//! The server's twin of `derived`, in which nothing changes.

use leptos::prelude::*;

/// See [`derived`].
pub type Derived<T> = Signal<T>;

/// The value as it is now.
pub fn derived<T>(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Derived<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Signal::stored(untrack(|| work(None)))
}
