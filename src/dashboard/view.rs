//! The page that work begins with.

mod asked;
mod next;
mod notices;
mod rooms;

use super::api::dashboard;
use super::live::Dashboard;
use crate::activity::view::ActivityList;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::presence::view::{RealtimeStats, WhoIsHere};
use crate::realtime::live::{Live, use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::reservations::view::{Days, Desk, Panels};
use crate::text::fill;
use crate::ui::{load, loaded};
use leptos::prelude::*;
use next::NextMeeting;
use notices::NoticeCard;
use rooms::RoomsToday;

/// What the cards share.
#[derive(Clone, Copy)]
struct Board {
    live: Live<Dashboard>,
    /// Commands, and the panels that they open.
    desk: Desk,
}

#[component]
pub fn DashboardPage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let date = page.zone.date(page.now);
    let day = [page.lang.month_day(date).as_str(), page.lang.weekday(date)].join(" ");
    let cards = loaded(load(dashboard), page.lang, 6, |snapshot| view! { <Cards snapshot /> }.into_any());
    let beside = move || view! { <span class="head-date muted">{day}</span> };
    view! {
        <PageFrame title=t.today beside_title=beside>
            {cards}
        </PageFrame>
    }
}

#[component]
fn Cards(snapshot: Snapshot<Dashboard>) -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let zone = snapshot.state.today.zone.clone();
    let now = use_now(snapshot.server_time);
    let live = use_live(snapshot, dashboard);
    // The next day's bookings, when it has come.
    Effect::new(move |_| {
        if live.with(|state| state.today.day.ends_at) <= now.get() {
            live.refetch();
        }
    });
    let find = move |id| {
        live.with(|state| state.mine.reservations.get(&id).or_else(|| state.today.reservations.get(&id)).cloned())
    };
    let desk = Desk::new(zone, now, Days::new(None), find, move || live.refetch());
    let board = Board { live, desk };
    let activity = Memo::new(move |_| live.with(|state| state.activity.clone()));
    let greeting = page.user.map(|user| fill(t.greeting, &[&user.name]));
    view! {
        <div class="page dashboard-page">
        <p class="greeting">{greeting}</p>
        <div class="dashboard">
            <div class="dashboard-main">
                <NextMeeting board />
                <RoomsToday board />
                <section class="card" aria-labelledby="activity-title">
                    <div class="card-head"><h2 id="activity-title">{t.activity}</h2></div>
                    <ActivityList recent=activity now />
                </section>
            </div>
            <div class="dashboard-side">
                <RealtimeStats />
                <NoticeCard board />
                <WhoIsHere />
            </div>
        </div>
        </div>
        <p class="sr-only" role="status" aria-live="polite">{move || desk.spoken.get()}</p>
        <Panels desk />
    }
}
