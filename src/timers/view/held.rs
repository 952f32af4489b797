//! What waits while the reader concentrates.

use super::desk::Desk;
use crate::notifications::api::{notification_center, show_held};
use crate::notifications::live::NotificationCenter;
use crate::realtime::live::use_live;
use crate::realtime::protocol::Snapshot;
use crate::text::fill;
use crate::ui::Icon;
use leptos::prelude::*;

/// How many notifications wait, and a way to see them now; nothing while none are held.
#[component]
pub fn HeldCard(desk: Desk, first: Snapshot<NotificationCenter>) -> impl IntoView {
    let t = desk.t();
    let live = use_live(first, notification_center);
    let held = Memo::new(move |_| live.with(|center| center.held));
    let card = move || {
        held.get().map(|count| {
            let now = (count > 0).then(|| {
                let press = move |_| desk.send(show_held());
                view! { <button type="button" class="btn sm" on:click=press>{t.held_show}</button> }.into_any()
            });
            view! {
                <section class="card held-card" aria-labelledby="held-title">
                    <span class="held-icon"><Icon name="bell-off" /></span>
                    <div>
                        <h2 id="held-title">{fill(t.held_count, &[&count])}</h2>
                        <p class="muted">{t.held_text}</p>
                    </div>
                    {now}
                </section>
            }
            .into_any()
        })
    };
    view! { <div role="status">{card}</div> }
}
