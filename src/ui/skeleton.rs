//! The shape of what is being loaded.

use leptos::prelude::*;

/// So many grey lines in the place of a list that is being loaded.
#[component]
pub fn Skeleton(
    #[prop(default = 4)] lines: usize,
    /// Spoken instead of the lines, like 불러오는 중.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let line = |_| {
        view! {
            <div class="res" aria-hidden="true">
                <span class="skel w2"></span>
                <span class="skel w4"></span>
                <span class="skel pill w2"></span>
            </div>
        }
    };
    view! {
        <div class="res-list" aria-busy="true">
            <p class="sr-only" role="status">{label}</p>
            {(0..lines).map(line).collect_view()}
        </div>
    }
}
