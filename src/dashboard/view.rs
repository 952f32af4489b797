//! The page that work begins with.

mod asked;
mod next;
mod notices;
mod rooms;

use super::api::dashboard;
use super::live::Dashboard;
use crate::activity::view::ActivityList;
use crate::app::frame::PageFrame;
use crate::app::{use_page, use_today};
use crate::error::AppError;
use crate::presence::api::{people_here, stats};
use crate::presence::model::{PresentPerson, StatsAt};
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
    let (lang, t, today) = (page.lang, page.lang.texts(), use_today());
    let cards = loaded(load(everything), page.lang, 6, |(snapshot, stats, people)| {
        view! { <Cards snapshot stats people /> }.into_any()
    });
    let beside = move || view! { <span class="head-date muted">{move || lang.day(today.get())}</span> };
    view! {
        <PageFrame title=t.today beside_title=beside>
            {cards}
        </PageFrame>
    }
}

type Everything = (Snapshot<Dashboard>, StatsAt, Vec<PresentPerson>);

/// What the cards begin with, in one go: a card that loaded on its own would be written before its
/// data is there, and the browser would take over another page than the one that it got.
async fn everything() -> Result<Everything, AppError> {
    Ok((dashboard().await?, stats().await?, people_here().await?))
}

#[component]
fn Cards(snapshot: Snapshot<Dashboard>, stats: StatsAt, people: Vec<PresentPerson>) -> impl IntoView {
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
                <RealtimeStats first=stats />
                <NoticeCard board />
                <WhoIsHere first=people />
            </div>
        </div>
        </div>
        <p class="sr-only" role="status" aria-live="polite">{move || desk.spoken.get()}</p>
        <Panels desk />
    }
}
