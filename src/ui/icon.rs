//! Icons from the sprite `public/icons.svg`.

use leptos::prelude::*;

/// An icon by its name in the sprite. It is decoration: what it means stands beside it in words.
#[component]
pub fn Icon(
    /// The symbol's id, like `calendar-days`.
    name: &'static str,
    /// Further classes, like `s` for 16 px.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() { "icon".to_owned() } else { ["icon ", class].concat() };
    view! {
        <svg class=class aria-hidden="true">
            <use_ href=["/icons.svg#", name].concat() />
        </svg>
    }
}

/// Where the product's mark is in the sprite. An expression on purpose: the macro writes a wholly
/// static `use_` with its underscore.
const MARK: &str = "/icons.svg#madang";

/// The product's mark; its name stands beside it.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" aria-hidden="true">
            <use_ href=MARK />
        </svg>
    }
}
