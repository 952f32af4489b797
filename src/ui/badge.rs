//! A word with a tint: a status, never by colour alone.

use super::Icon;
use leptos::prelude::*;

/// The tint of a badge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Outline,
    Accent,
    Green,
    Yellow,
    Red,
    RedSolid,
}

impl Tone {
    /// The classes of a badge of this tint.
    #[must_use]
    pub fn badge_class(self) -> &'static str {
        match self {
            Self::Plain => "badge",
            Self::Outline => "badge outline",
            Self::Accent => "badge accent",
            Self::Green => "badge green",
            Self::Yellow => "badge yellow",
            Self::Red => "badge red",
            Self::RedSolid => "badge red-solid",
        }
    }
}

/// A word with a tint and perhaps an icon.
#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! { <span class=tone.badge_class()>{icon.map(|name| view! { <Icon name=name /> }.into_any())} {children()}</span> }
}
