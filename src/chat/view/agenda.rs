//! In the room of a meeting: its booking, with the way to it.

use super::desk::Desk;
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::realtime::live::use_live;
use crate::realtime::protocol::Snapshot;
use crate::reservations::api::{day_schedule, find_reservation};
use crate::reservations::live::DaySchedule;
use crate::reservations::model::Reservation;
use crate::ui::{Icon, later};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A booking's strip; nothing in a room that belongs to none. It comes once the page is alive: the
/// messages do not wait for it.
pub fn agenda(desk: Desk) -> Option<AnyView> {
    let id = desk.room.with_untracked(|room| room.room.reservation_id)?;
    Some(later(move || async move {
        match find(desk, id).await {
            Ok((booking, day)) => view! { <Strip desk booking day /> }.into_any(),
            // Deleted, or out of reach: the room itself still works.
            Err(_) => ().into_any(),
        }
    }))
}

async fn find(desk: Desk, id: ReservationId) -> Result<(Reservation, Snapshot<DaySchedule>), AppError> {
    let booking = find_reservation(id).await?;
    let date = desk.zone.with_value(|zone| zone.date(booking.starts_at));
    let day = day_schedule(Some(date)).await?;
    Ok((booking, day))
}

#[component]
fn Strip(desk: Desk, booking: Reservation, day: Snapshot<DaySchedule>) -> impl IntoView {
    let t = desk.t();
    let (id, date) = (booking.id, day.state.date);
    let live = use_live(day, move || day_schedule(Some(date)));
    // A day's plan leaves out what was cancelled, and what has moved to another day.
    let known = RwSignal::new(booking);
    Effect::new(move |was_here: Option<bool>| {
        let fresh = live.with(|day| day.reservations.get(&id).cloned());
        let is_here = fresh.is_some();
        match fresh {
            Some(fresh) => known.set(fresh),
            None if was_here == Some(true) => spawn_local(async move {
                if let Ok(fresh) = find_reservation(id).await {
                    let _ = known.try_set(fresh);
                }
            }),
            None => {}
        }
        is_here
    });
    let when = move || {
        let (starts, ends) = known.with(|booking| (booking.starts_at, booking.ends_at));
        let (day, today) = desk.zone.with_value(|zone| (zone.date(starts), zone.date(desk.now.get())));
        let day = if day == today { t.today.to_owned() } else { desk.lang.month_day(day) };
        [day.as_str(), " ", &desk.time(starts), " – ", &desk.time(ends)].concat()
    };
    view! {
        <a class="chat-agenda" href=format!("/reservations/{id}")>
            <Icon name="calendar-check" />
            <b>{move || known.with(|booking| booking.title.clone())}</b>
            <span class="muted">
                {when} " · " {move || known.with(|booking| booking.room.name.clone())}
            </span>
            <Icon name="chevron-right" class="s" />
        </a>
    }
}
