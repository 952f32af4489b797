//! One booking on a page of its own: where links in messages lead.

use super::days::Days;
use super::desk::Desk;
use super::details::{Actions, Facts};
use super::panels::Panels;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::realtime::connection::use_connection;
use crate::realtime::live::{use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::reservations::api::{day_schedule, find_reservation};
use crate::reservations::live::DaySchedule;
use crate::reservations::model::Reservation;
use crate::time::ZoneOffsets;
use crate::ui::{Empty, browser, load_by, loaded};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;

/// A booking and its day: the day's events keep it right. Nothing when there is no such booking.
type Found = Option<(Reservation, Snapshot<DaySchedule>)>;

async fn find(id: Option<ReservationId>, zone: ZoneOffsets) -> Result<Found, AppError> {
    let Some(id) = id else { return Ok(None) };
    match find_reservation(id).await {
        Ok(booking) => {
            let date = zone.date(booking.starts_at);
            Ok(Some((booking, day_schedule(Some(date)).await?)))
        }
        Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

#[component]
pub fn ReservationPage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse::<ReservationId>().ok())));
    let zone = page.organisation_zone.clone();
    let found = load_by(
        move || id.get().map(|id| id.to_string()).unwrap_or_default(),
        move || find(id.get_untracked(), zone.clone()),
    );
    let content = loaded(found, page.lang, 2, |found| match found {
        Some((booking, snapshot)) => view! { <Single booking snapshot /> }.into_any(),
        None => view! { <Gone /> }.into_any(),
    });
    view! {
        <PageFrame title=t.details>
            <div class="page">
                {content}
            </div>
        </PageFrame>
    }
}

#[component]
fn Gone() -> impl IntoView {
    browser::set_status(404);
    let t = use_page().lang.texts();
    let action = move || view! { <a class="btn primary sm" href="/timeline">{t.go_to_timeline}</a> };
    view! { <Empty icon="calendar-x" title=t.deleted_elsewhere text=t.not_found_text action /> }
}

#[component]
fn Single(booking: Reservation, snapshot: Snapshot<DaySchedule>) -> impl IntoView {
    let id = booking.id;
    let date = snapshot.state.date;
    let zone = use_page().zone;
    let now = use_now(snapshot.server_time);
    let live = use_live(snapshot, move || day_schedule(Some(date)));
    // The form may ask for other days than the one that is followed.
    let (days, followed) = (Days::new(Some(live)), Days::new(Some(live)));
    let known = RwSignal::new(Some(booking));
    let shown = Memo::new(move |_| known.get());
    let find = move |wanted| shown.get().filter(|booking| booking.id == wanted);
    let desk = Desk::new(zone, now, days, find, move || live.refetch());
    // It may move: then the day that it is on now is followed.
    let day = Memo::new(move |_| shown.with(|booking| booking.as_ref().map(|booking| desk.day_of(booking.starts_at))));
    let connection = use_connection();
    // Whether its day has had it since it was last looked up. A day's plan leaves out what was cancelled or
    // refused, and what has moved to another day.
    let was_here = StoredValue::new(false);
    Effect::new(move |_| {
        // What could not be fetched has another chance with a new connection.
        connection.state.track();
        let Some(date) = day.get() else { return };
        followed.ensure(&[date]);
        match followed.with(date, |day| day.reservations.get(&id).cloned()) {
            // On its way; it is there when the day is.
            None => was_here.set_value(true),
            Some(Some(fresh)) => {
                was_here.set_value(true);
                known.set(Some(fresh));
            }
            Some(None) if was_here.get_value() => spawn_local(async move {
                let fresh = match find_reservation(id).await {
                    Ok(fresh) => Some(fresh),
                    Err(AppError::NotFound) => None,
                    // Offline: what was known stays, and the banner says so.
                    Err(_) => return,
                };
                let _ = was_here.try_set_value(false);
                let _ = known.try_set(fresh);
            }),
            Some(None) => {}
        }
    });
    let t = desk.t();
    let content = move || match shown.get() {
        Some(booking) => {
            let day = format!("/timeline?date={}", desk.day_of(booking.starts_at));
            view! {
                <article class="card booking">
                    <div class="card-head"><h2>{desk.title(&booking)}</h2></div>
                    <div class="booking-body"><Facts desk booking=booking.clone() /></div>
                    <div class="booking-foot">
                        <Actions desk booking />
                        <a class="btn sm ghost" href=day>{t.show_in_timeline}</a>
                    </div>
                </article>
            }
            .into_any()
        }
        None => view! { <Gone /> }.into_any(),
    };
    view! {
        {content}
        <Panels desk />
    }
}
