//! The page of timers.

use super::agenda::Agendas;
use super::desk::Desk;
use super::held::HeldCard;
use super::history::HistoryCard;
use super::main_timer::MainTimer;
use super::others::Others;
use super::span::Span;
use super::start::StartCard;
use super::ticks::leading;
use super::today::TodayCard;
use super::todos::TodoCard;
use crate::accounts::model::Person;
use crate::accounts::view::use_everybody;
use crate::app::frame::PageFrame;
use crate::app::{use_page, use_today};
use crate::error::AppError;
use crate::ids::{ReservationId, TimerId};
use crate::notifications::api::notification_center;
use crate::notifications::live::NotificationCenter;
use crate::realtime::live::{Live, use_live, use_now};
use crate::realtime::plane::use_view;
use crate::realtime::protocol::{Snapshot, View};
use crate::reservations::api::my_reservations;
use crate::reservations::live::MyReservations;
use crate::reservations::model::Reservation;
use crate::time::Timestamp;
use crate::timers::api::{history, my_timers};
use crate::timers::live::MyTimers;
use crate::timers::model::{History, Timer};
use crate::ui::{load, loaded};
use jiff::civil::Date;
use leptos::prelude::*;

/// What the cards share; every field is a handle.
#[derive(Clone, Copy)]
pub struct Board {
    pub desk: Desk,
    /// The reader's bookings: what a timer can be linked to, and what it must not run into.
    pub bookings: Live<MyReservations>,
    pub everybody: RwSignal<Vec<Person>>,
    /// The timer that somebody wants large.
    pub chosen: RwSignal<Option<TimerId>>,
    /// The timer whose agenda is being written.
    pub writes: RwSignal<Option<TimerId>>,
    /// The one that is large.
    pub main: Memo<Option<Timer>>,
    /// By the quarter of a minute, for what does not count seconds.
    pub now: Signal<Timestamp>,
}

impl Board {
    fn new(timers: Snapshot<MyTimers>, bookings: Snapshot<MyReservations>) -> Self {
        let now = use_now(timers.server_time);
        let chosen = RwSignal::new(None::<TimerId>);
        let desk = Desk::new(timers);
        let main = Memo::new(move |_| {
            let chosen = chosen.get();
            desk.live.with(|mine| {
                let wanted = chosen.and_then(|id| mine.find(&id)).filter(|timer| timer.is_active());
                wanted.or_else(|| leading(&mine.timers)).cloned()
            })
        });
        let bookings = use_live(bookings, my_reservations);
        let board = Self { desk, bookings, everybody: use_everybody(), chosen, writes: RwSignal::new(None), main, now };
        // A new day begins with an empty list.
        Effect::new(move |_| {
            let is_over = desk.live.with(|mine| mine.zone.day(mine.zone.date(mine.since)).ends_at <= now.get());
            if is_over {
                desk.live.refetch();
            }
        });
        board
    }

    /// The booking that a timer runs beside, tracked.
    #[must_use]
    pub fn booking_of(self, timer: &Timer) -> Option<Reservation> {
        let id: ReservationId = timer.schedule_id.as_deref()?.parse().ok()?;
        self.bookings.with(|mine| mine.reservations.get(&id).cloned())
    }
}

#[component]
pub fn TimersPage() -> impl IntoView {
    let page = use_page();
    let today = use_today();
    let cards =
        loaded(load(move || fetch(today.get_untracked())), page.lang, 6, |(timers, bookings, history, center)| {
            view! { <Cards timers bookings history center /> }.into_any()
        });
    view! { <PageFrame title=page.lang.texts().timers>{cards}</PageFrame> }
}

type Loaded = (Snapshot<MyTimers>, Snapshot<MyReservations>, History, Snapshot<NotificationCenter>);

async fn fetch(today: Date) -> Result<Loaded, AppError> {
    let (from, to) = Span::Week.asked(today);
    let history = history(Some(from), Some(to)).await?;
    Ok((my_timers().await?, my_reservations().await?, history, notification_center().await?))
}

#[component]
fn Cards(
    timers: Snapshot<MyTimers>,
    bookings: Snapshot<MyReservations>,
    history: History,
    center: Snapshot<NotificationCenter>,
) -> impl IntoView {
    let board = Board::new(timers, bookings);
    // The signs beside names.
    use_view(View::Presence);
    view! {
        <div class="page timers-page">
            <div class="timers-main">
                <MainTimer board />
                <HistoryCard board first=history />
                <TodoCard board />
            </div>
            <div class="timers-side">
                <StartCard board />
                <Agendas board />
                <Others board />
                <TodayCard board />
                <HeldCard desk=board.desk first=center />
            </div>
        </div>
    }
}
