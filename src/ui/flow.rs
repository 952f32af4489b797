//! What is shown while something holds, and lists whose rows come, go and move.
//!
//! They are used like those of leptos, which are code of their own at each place that has one: in WASM,
//! a kilobyte or two each time. These box the closures of the place, and share the rest.

use leptos::children::ViewFn;
use leptos::prelude::*;
use std::sync::Arc;

/// Whether to show something.
pub struct When(Box<dyn Fn() -> bool + Send + Sync>);

impl<F: Fn() -> bool + Send + Sync + 'static> From<F> for When {
    fn from(when: F) -> Self {
        Self(Box::new(when))
    }
}

/// The children while `when` holds, else the fallback.
#[component]
pub fn Show(#[prop(into)] when: When, #[prop(optional, into)] fallback: ViewFn, children: ChildrenFn) -> impl IntoView {
    let holds = Memo::new(move |_| (when.0)());
    move || if holds.get() { children() } else { fallback.run() }
}

/// What tells the rows of a list apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Number(i64),
    Pair(i64, i64),
    Text(String),
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Key {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<(i64, i64)> for Key {
    fn from((first, second): (i64, i64)) -> Self {
        Self::Pair(first, second)
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A row that is made when there is none with its key yet.
struct Row {
    key: Key,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// A row for each item. One whose key was there before stays as it is, and moves to its new place.
#[component]
pub fn For<Each, T, KeyOf, K, View, V>(each: Each, key: KeyOf, children: View) -> impl IntoView
where
    Each: Fn() -> Vec<T> + Send + Sync + 'static,
    T: Send + 'static,
    KeyOf: Fn(&T) -> K + Send + Sync + 'static,
    K: Into<Key>,
    View: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    let row = move |item: T| {
        let children = children.clone();
        Row { key: key(&item).into(), view: Box::new(move || children(item).into_any()) }
    };
    rows(Box::new(move || each().into_iter().map(&row).collect()))
}

fn rows(each: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    let key = |row: &Row| row.key.clone();
    let children = |row: Row| (row.view)();
    view! { <leptos::prelude::For each key children /> }.into_any()
}
