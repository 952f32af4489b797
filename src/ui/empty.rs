//! Nothing to show: an icon, why, and one action.

use super::Icon;
use leptos::{children::ViewFnOnce, prelude::*};

/// The place of a list or page that has nothing to show.
#[component]
pub fn Empty(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// The one action that helps.
    #[prop(optional, into)]
    action: ViewFnOnce,
) -> impl IntoView {
    view! {
        <section class="empty">
            <Icon name=icon />
            <h2>{title}</h2>
            <p>{text}</p>
            {action.run()}
        </section>
    }
}
