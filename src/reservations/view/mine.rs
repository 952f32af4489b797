//! My bookings: what is ahead, and what is over, by day.

use super::days::Days;
use super::desk::Desk;
use super::details::{Actions, StatusBadge};
use super::panels::Panels;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::ids::ReservationId;
use crate::realtime::live::{Live, use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::reservations::api::my_reservations;
use crate::reservations::live::MyReservations;
use crate::reservations::model::{Reservation, Status};
use crate::time::date_text;
use crate::ui::{Badge, Empty, For, HeldList, Hold, Icon, Show, Tone, load, loaded};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn MyReservationsPage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let query = use_query_map();
    let is_past = Memo::new(move |_| query.with(|query| query.get("tab").as_deref() == Some("past")));
    let list = load(my_reservations);
    let content = loaded(list, page.lang, 4, move |snapshot| view! { <Mine snapshot is_past /> }.into_any());
    view! {
        <PageFrame title=t.my_reservations>
            <div class="page">
                {content}
            </div>
        </PageFrame>
    }
}

#[component]
fn Mine(snapshot: Snapshot<MyReservations>, is_past: Memo<bool>) -> impl IntoView {
    let zone = snapshot.state.zone.clone();
    let now = use_now(snapshot.server_time);
    let live = use_live(snapshot, my_reservations);
    let find = move |id| live.with(|mine| mine.reservations.get(&id).cloned());
    let desk = Desk::new(zone, now, Days::new(None), find, move || live.refetch());
    let t = desk.t();

    let ahead = Memo::new(move |_| live.with(|mine| mine.upcoming(now.get()).len()));
    let wanted = Memo::new(move |_| by_day(desk, live, is_past.get()));
    let days = RwSignal::new(wanted.get_untracked());
    let hold = Hold::default();
    follow(desk, live, (is_past, wanted), days, hold);
    let is_waiting = Memo::new(move |_| wanted.with(|wanted| days.with(|days| days != wanted)));
    let chip = Signal::derive(move || is_waiting.get().then(|| t.show_changes.to_owned()));
    let catch_up = Callback::new(move |()| days.set(wanted.get_untracked()));
    let tab = move |past: bool| move || (is_past.get() == past).then_some("page");
    let empty = move || {
        if is_past.get() {
            view! { <Empty icon="calendar-check" title=t.nothing_past_title text=t.nothing_past_text /> }.into_any()
        } else {
            let action = move || view! { <a class="btn primary sm" href="/timeline">{t.go_to_timeline}</a> };
            view! { <Empty icon="calendar-check" title=t.nothing_upcoming_title text=t.nothing_upcoming_text action /> }
                .into_any()
        }
    };
    view! {
        <nav class="tablist" aria-label=t.my_reservations>
            <a href="/my-reservations" aria-current=tab(false)>
                {t.upcoming}
                {move || (ahead.get() > 0).then(|| view! { <span class="count">{ahead.get()}</span> }.into_any())}
            </a>
            <a href="/my-reservations?tab=past" aria-current=tab(true)>{t.past_tab}</a>
        </nav>
        <HeldList hold chip on_catch_up=catch_up>
            <Show when=move || days.with(|days| !days.is_empty()) fallback=empty>
                <For
                    each=move || days.get()
                    key=|(date, _)| date_text(*date)
                    children=move |(date, _)| view! { <Day desk live date days /> }
                />
            </Show>
        </HeldList>
        <p class="sr-only" role="status" aria-live="polite">{move || desk.spoken.get()}</p>
        <Panels desk />
    }
}

type ByDay = Vec<(Date, Vec<ReservationId>)>;

fn by_day(desk: Desk, live: Live<MyReservations>, past: bool) -> ByDay {
    let now = desk.now.get();
    live.with(|mine| {
        let list = if past { mine.past(now) } else { mine.upcoming(now) };
        let mut days: ByDay = Vec::new();
        for booking in list {
            let date = desk.zone(|zone| zone.date(booking.starts_at));
            match days.last_mut() {
                Some((last, ids)) if *last == date => ids.push(booking.id),
                _ => days.push((date, vec![booking.id])),
            }
        }
        days
    })
}

/// Keeps the list still while pointer or focus is in it, except for what its person asks for: the other tab, and
/// what they do with a booking.
fn follow(
    desk: Desk,
    live: Live<MyReservations>,
    (is_past, wanted): (Memo<bool>, Memo<ByDay>),
    days: RwSignal<ByDay>,
    hold: Hold,
) {
    let version =
        move |id: &ReservationId| live.with_untracked(|mine| mine.reservations.get(id).map_or(0, |b| b.version));
    Effect::new(move |before: Option<bool>| {
        let (is_past, wanted) = (is_past.get(), wanted.get());
        let is_held = hold.is_on() && before == Some(is_past);
        let may_change = days.with_untracked(|days| {
            !is_held || days.is_empty() || moved(days, &wanted).iter().any(|id| desk.is_own(*id, version(id)))
        });
        if may_change && days.with_untracked(|days| *days != wanted) {
            days.set(wanted);
        }
        is_past
    });
}

/// The bookings that come, go or change their day between two lists.
fn moved(before: &ByDay, after: &ByDay) -> Vec<ReservationId> {
    let places = |days: &ByDay| -> Vec<(Date, ReservationId)> {
        days.iter().flat_map(|(date, ids)| ids.iter().map(|id| (*date, *id))).collect()
    };
    let (before, after) = (places(before), places(after));
    let gone = before.iter().filter(|place| !after.contains(place));
    let come = after.iter().filter(|place| !before.contains(place));
    gone.chain(come).map(|(_, id)| *id).collect()
}

#[component]
fn Day(desk: Desk, live: Live<MyReservations>, date: Date, days: RwSignal<ByDay>) -> impl IntoView {
    let t = desk.t();
    let heading = ["day-", &date_text(date)].concat();
    let full = desk.lang.day(date);
    let name = move || {
        let today = desk.zone(|zone| zone.date(desk.now.get()));
        if date == today {
            view! { {t.today}<small>{full.clone()}</small> }.into_any()
        } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == date) {
            view! { {t.tomorrow}<small>{full.clone()}</small> }.into_any()
        } else {
            full.clone().into_any()
        }
    };
    let ids = move || {
        days.with(|days| days.iter().find(|(day, _)| *day == date).map(|(_, ids)| ids.clone()).unwrap_or_default())
    };
    view! {
        <section class="day-group" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{move || name()}</h2>
            <ul class="res-list">
                <For each=ids key=|id| id.0 children=move |id| view! { <Item desk live id /> } />
            </ul>
        </section>
    }
}

#[component]
fn Item(desk: Desk, live: Live<MyReservations>, id: ReservationId) -> impl IntoView {
    let t = desk.t();
    // One that is leaving the page keeps its last look until it is gone.
    let booking = Memo::new(move |last: Option<&Option<Reservation>>| {
        live.with(|mine| mine.reservations.get(&id).cloned()).or_else(|| last.cloned().flatten())
    });
    let is_now = Memo::new(move |_| booking.with(|b| b.as_ref().is_some_and(|b| b.can_end(desk.now.get()))));
    let class = move || {
        let dropped =
            booking.with(|b| b.as_ref().is_some_and(|b| matches!(b.status, Status::Cancelled | Status::Rejected)));
        if is_now.get() {
            "res is-now"
        } else if dropped {
            "res is-cancelled"
        } else {
            "res"
        }
    };
    let content = move || {
        booking.get().map(|booking| {
            let interval = booking.interval();
            let length = move || if is_now.get() { t.in_progress.to_owned() } else { desk.lang.duration(interval) };
            let status = booking.status;
            let badge = move || {
                if is_now.get() {
                    view! { <Badge tone=Tone::Red>{t.in_use}</Badge> }.into_any()
                } else {
                    view! { <StatusBadge lang=desk.lang status /> }.into_any()
                }
            };
            let place = [booking.room.name.clone(), desk.lang.people(booking.attendee_count)].join(" · ");
            view! {
                <div class="res-time"><time>{desk.clocks(interval)}</time><small>{move || length()}</small></div>
                <div class="res-main">
                    <p class="res-title">
                        {booking.private.then(|| view! { <Icon name="lock" /><span class="sr-only">{t.private} " "</span> }.into_any())}
                        <a href=format!("/reservations/{id}")>{booking.title.clone()}</a>
                    </p>
                    <p class="res-where">{place}</p>
                </div>
                {move || badge()}
                <div class="res-actions"><Actions desk booking brief=true /></div>
            }
        })
    };
    view! { <li class=move || class()>{content}</li> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_comes_goes_or_changes_its_day_is_told_from_what_stays() {
        let [thursday, friday] = [date(2026, 3, 12), date(2026, 3, 13)];
        let ids = |ids: &[i64]| ids.iter().map(|id| ReservationId(*id)).collect::<Vec<_>>();
        let before: ByDay = vec![(thursday, ids(&[1, 2, 3])), (friday, ids(&[4]))];
        let after: ByDay = vec![(thursday, ids(&[3, 1])), (friday, ids(&[2, 4, 5]))];
        assert_eq!(moved(&before, &after), ids(&[2, 2, 5]));
        assert_eq!(moved(&after, &after), ids(&[]));
        assert_eq!(moved(&before, &Vec::new()), ids(&[1, 2, 3, 4]));
    }
}
