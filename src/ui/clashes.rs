//! What somebody else has changed differently while it was being typed: both values, and a way to take theirs.

use super::{Icon, Show};
use crate::text::Texts;
use leptos::prelude::*;

/// A line for each field in `parts`, in words, with a button that takes the other content over.
pub fn clashes<Part: Copy + Send + Sync + 'static>(
    texts: &'static Texts,
    parts: RwSignal<Vec<Part>>,
    words: impl Fn(Part) -> String + Copy + Send + Sync + 'static,
    take_theirs: impl Fn(Part) + Copy + Send + Sync + 'static,
) -> AnyView {
    let line = move |part: Part| {
        view! {
            <p>
                {move || words(part)}
                " "
                <button type="button" class="link-btn" on:click=move |_| take_theirs(part)>
                    {texts.take_theirs}
                </button>
            </p>
        }
        .into_any()
    };
    view! {
        <div role="status">
            <Show when=move || parts.with(|parts| !parts.is_empty())>
                <div class="note yellow compare">
                    <Icon name="info" />
                    <div>
                        <b>{texts.changed_elsewhere}</b>
                        {move || parts.get().into_iter().map(line).collect_view()}
                    </div>
                </div>
            </Show>
        </div>
    }
    .into_any()
}
