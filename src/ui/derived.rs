//! What is worked out of signals: in the browser a memo.

use leptos::prelude::*;

/// See [`derived`].
pub type Derived<T> = Memo<T>;

/// A value that follows the signals that it is worked out of; `work` gets the one before.
///
/// On the server it is worked out once, when it is made: a page is written once, and a memo's ties to its
/// signals, for hundreds of rows, would cost more than what they show.
pub fn derived<T>(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Derived<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(work)
}
