//! RealtimeStats: the day in three numbers (contracts §1.8).

use crate::app::use_page;
use crate::presence::model::{Stats, StatsAt};
use crate::realtime::live::use_connection;
use crate::text::fill;
use leptos::prelude::*;

/// The card 실시간 현황. It begins with the numbers that came with the page and keeps them right.
#[component]
pub fn RealtimeStats(first: StatsAt) -> impl IntoView {
    let page = use_page();
    let (lang, texts, zone) = (page.lang, page.lang.texts(), StoredValue::new(page.zone));
    let connection = use_connection();
    let newest = Memo::new(move |_| connection.plane.stats.get().filter(|last| last.at >= first.at).unwrap_or(first));
    let time = move |at| zone.with_value(|zone| lang.prose_time(zone.local(at)));
    let is_live = move || connection.as_of().is_none();
    let updated = move || match connection.as_of() {
        None => [texts.stats_updated, " ", &time(newest.get().at)].concat(),
        Some(as_of) => fill(texts.as_of, &[&time(as_of)]),
    };
    let number = |label: &'static str, read: fn(Stats) -> u32| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd>{move || read(newest.get().stats).to_string()}</dd>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card stats-card" aria-labelledby="stats-title">
            <div class="card-head">
                <h2 id="stats-title">{texts.live_status}</h2>
                <span class=move || if is_live() { "live-badge" } else { "live-badge is-stale" }>
                    {move || if is_live() { texts.live_badge } else { texts.paused }}
                </span>
                <p class="stats-updated">{move || updated()}</p>
            </div>
            <dl class="stats">
                {number(texts.stats_active, |stats| stats.active_reservations)}
                {number(texts.stats_users, |stats| stats.connected_users)}
                {number(texts.stats_rooms, |stats| stats.available_rooms)}
            </dl>
        </section>
    }
}
