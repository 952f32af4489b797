//! How much of a timer is over, as an arc.

use super::desk::Desk;
use super::ticks::share_done;
use crate::timers::model::Timer;
use crate::ui::Icon;
use leptos::prelude::*;

/// The ring around a countdown: decoration, the digits stand beside it.
#[component]
pub fn Ring(
    desk: Desk,
    timer: Memo<Option<Timer>>,
    /// What stands in its middle; nothing where there are digits.
    #[prop(optional)]
    icon: &'static str,
) -> impl IntoView {
    // Moves by thousandths: a small ring of a long timer is not drawn anew each second.
    let done = Memo::new(move |_| {
        let now = desk.ticks.now();
        timer.with(|timer| timer.as_ref().map_or(0, |timer| share_done(timer, now)))
    });
    let arc = move || format!("--done:{}", done.get());
    let middle = (!icon.is_empty()).then(|| view! { <Icon name=icon /> }.into_any());
    view! {
        <span class="ring" aria-hidden="true">
            <svg viewBox="0 0 120 120">
                <circle class="ring-track" cx="60" cy="60" r="54" />
                <circle class="ring-arc" cx="60" cy="60" r="54" pathLength="1000" style=arc />
            </svg>
            {middle}
        </span>
    }
}
