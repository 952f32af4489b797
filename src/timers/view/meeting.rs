//! What a meeting's timer offers towards its end: more time with its room, or to end both now.

use super::page::Board;
use crate::realtime::live::server_now;
use crate::reservations::api::{day_schedule, end_reservation, extend_reservation};
use crate::reservations::model::Reservation;
use crate::text::fill;
use crate::time::{MINUTE, SECOND, Timestamp};
use crate::timers::api;
use crate::timers::model::{TimerKind, TimerStatus};
use crate::ui::Icon;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How much longer a meeting becomes.
const MORE_MS: i64 = 15 * MINUTE;
/// When the offer comes.
const BEFORE_END_MS: i64 = 10 * MINUTE;

#[component]
pub fn MeetingOffer(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    // The booking of the large timer, when its end is near and the reader may change both.
    let offered = Memo::new(move |_| {
        let now = board.now.get();
        let timer = board.main.get().filter(|timer| {
            let is_near = timer.kind == TimerKind::Meeting && timer.left_ms_at(now) <= BEFORE_END_MS;
            is_near && timer.status == TimerStatus::Running && timer.may_command(desk.me)
        })?;
        board.booking_of(&timer).filter(|booking| booking.is_open(now) && booking.is_organizer(desk.me))
    });
    // Who has the room next, asked once for each offer: nothing until it is known.
    let next = RwSignal::new(None::<(crate::ids::ReservationId, Option<Timestamp>)>);
    Effect::new(move |_| {
        let Some(booking) = offered.get() else { return };
        spawn_local(async move {
            if let Ok(day) = day_schedule(None).await {
                let after = day.state.bookings_of(booking.room.id).into_iter().find(|b| b.starts_at >= booking.ends_at);
                let _ = next.try_set(Some((booking.id, after.map(|b| b.starts_at))));
            }
        });
    });
    let offer = move || {
        offered.get().map(|booking| {
            let follower = next.get().filter(|(id, _)| *id == booking.id).map(|(_, at)| at);
            let is_free = follower.is_some_and(|at| at.is_none_or(|at| at >= booking.ends_at + MORE_MS));
            let says = match follower.flatten() {
                Some(at) if !is_free => fill(t.timer_room_taken, &[&booking.room.name, &desk.clock(at)]),
                _ => fill(t.timer_meeting_ends, &[&booking.room.name, &desk.clock(booking.ends_at)]),
            };
            let (longer, over) = (booking.clone(), booking);
            let more = is_free.then(|| {
                view! {
                    <button type="button" class="btn sm" on:click=move |_| extend(board, &longer)>
                        {t.timer_extend_meeting}
                    </button>
                }
                .into_any()
            });
            view! {
                <div class="timer-warning">
                    <Icon name="clock" />
                    <p>{says}</p>
                    {more}
                    <button type="button" class="btn sm" on:click=move |_| end(board, &over)>{t.end_now}</button>
                </div>
            }
            .into_any()
        })
    };
    view! { <div role="status">{offer}</div> }
}

/// The room first: when somebody else has it, the timer stays as it is.
fn extend(board: Board, booking: &Reservation) {
    let Some(timer) = board.main.get_untracked() else { return };
    let (id, ends_at) = (booking.id, booking.ends_at + MORE_MS);
    spawn_local(async move {
        match extend_reservation(id, ends_at).await {
            Ok(_) => board.desk.finish(api::extend_timer(timer.id, MORE_MS / SECOND, None).await),
            Err(error) => board.desk.toasts.refused(&error),
        }
    });
}

fn end(board: Board, booking: &Reservation) {
    let Some(timer) = board.main.get_untracked() else { return };
    let id = booking.id;
    // One that has just ended by itself needs no command any more.
    let still_runs = timer.ends_at.zip(server_now()).is_some_and(|(at, now)| at > now);
    spawn_local(async move {
        match end_reservation(id).await {
            Ok(_) if still_runs => board.desk.finish(api::stop_timer(timer.id, None).await),
            Ok(_) => {}
            Err(error) => board.desk.toasts.refused(&error),
        }
    });
}
