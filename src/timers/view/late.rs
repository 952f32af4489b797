//! A meeting whose agenda needs more time than is left, and more time for it.

use super::agenda::Talk;
use crate::ids::ReservationId;
use crate::reservations::api::extend_reservation;
use crate::text::fill;
use crate::time::Timestamp;
use crate::timers::api;
use crate::timers::model::OFFER_MS;
use crate::ui::{Icon, Show};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How late it is, in whole minutes. Whoever has booked the room can extend the booking, when the
/// room is free; the timer follows its booking.
#[component]
pub fn Late(talk: Talk) -> impl IntoView {
    let (board, desk) = (talk.board, talk.board.desk);
    let t = desk.t();
    let minutes = Memo::new(move |_| {
        let now = desk.ticks.now();
        talk.timer.with(|timer| timer.as_ref().map_or(0, |timer| timer.late_secs_at(now) / 60))
    });
    let is_late = Memo::new(move |_| minutes.get() > 0);
    // The reader's own booking, to its end.
    let booking = Memo::new(move |_| {
        let now = board.now.get();
        let booking = talk.timer.get().and_then(|timer| board.booking_of(&timer))?;
        let is_own = booking.is_organizer(desk.me) && booking.is_open(now);
        is_own.then_some((booking.id, booking.ends_at, booking.room.name))
    });
    // For which end of the booking the room was asked for, and when somebody else has it.
    let answer = RwSignal::new(None::<(ReservationId, Timestamp, Option<Timestamp>)>);
    Effect::new(move |asked: Option<Option<(ReservationId, Timestamp)>>| {
        let wanted = booking.with(|booking| booking.as_ref().map(|(id, ends_at, _)| (*id, *ends_at)));
        let wanted = wanted.filter(|_| is_late.get());
        if let (Some((id, ends_at)), false) = (wanted, asked.flatten() == wanted) {
            spawn_local(async move {
                if let Ok(taken) = api::room_taken(id).await {
                    let _ = answer.try_set(Some((id, ends_at, taken)));
                }
            });
        }
        wanted
    });
    let offer = Memo::new(move |_| {
        let (id, ends_at, room) = booking.get()?;
        let (of, end, taken) = answer.get()?;
        ((of, end) == (id, ends_at)).then_some((id, ends_at, room, taken))
    });
    let more = move || {
        offer.get().map(|(id, ends_at, room, taken)| match taken {
            Some(at) => view! { <p>{fill(t.timer_room_taken, &[&room, &desk.clock(at)])}</p> }.into_any(),
            None => {
                let longer = move |_| desk.send(extend_reservation(id, ends_at + OFFER_MS));
                view! { <button type="button" class="btn sm" on:click=longer>{t.timer_extend_meeting}</button> }
                    .into_any()
            }
        })
    };
    view! {
        <Show when=move || is_late.get()>
            <div class="timer-warning">
                <Icon name="clock" />
                <p>{move || fill(t.agenda_late, &[&minutes.get()])}</p>
                {more}
            </div>
        </Show>
    }
}
