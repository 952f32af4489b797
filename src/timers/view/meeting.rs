//! What a meeting's timer offers towards its end: more time with its room, or to end both now. The
//! server makes the offer, and the timer follows its booking.

use super::page::Board;
use crate::reservations::api::{end_reservation, extend_reservation};
use crate::text::fill;
use crate::timers::model::{OFFER_MS, Offer, TimerStatus};
use crate::ui::Icon;
use leptos::prelude::*;

#[component]
pub fn MeetingOffer(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let offered = Memo::new(move |_| {
        let now = board.now.get();
        let timer = board.main.get().filter(|timer| timer.status == TimerStatus::Running)?;
        let offer = timer.offer.filter(|offer| offer.ends_at > now)?;
        board.booking_of(&timer).map(|booking| (offer, booking))
    });
    let offer = move || {
        offered.get().map(|(Offer { taken_at, .. }, booking)| {
            let says = match taken_at {
                Some(at) => fill(t.timer_room_taken, &[&booking.room.name, &desk.clock(at)]),
                None => fill(t.timer_meeting_ends, &[&booking.room.name, &desk.clock(booking.ends_at)]),
            };
            let may = booking.is_organizer(desk.me);
            let (id, ends_at) = (booking.id, booking.ends_at + OFFER_MS);
            let longer = move |_| desk.send(extend_reservation(id, ends_at));
            let over = move |_| desk.send(end_reservation(id));
            let more = (may && taken_at.is_none()).then(|| {
                view! { <button type="button" class="btn sm" on:click=longer>{t.timer_extend_meeting}</button> }
                    .into_any()
            });
            let end = may
                .then(|| view! { <button type="button" class="btn sm" on:click=over>{t.end_now}</button> }.into_any());
            view! { <div class="timer-warning"><Icon name="clock" /><p>{says}</p>{more}{end}</div> }.into_any()
        })
    };
    view! { <div role="status">{offer}</div> }
}
