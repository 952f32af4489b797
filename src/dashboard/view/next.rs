//! The reader's next meeting, or the one under way, and what comes after it.

use super::Board;
use crate::ids::ReservationId;
use crate::reservations::model::Reservation;
use crate::reservations::view::Actions;
use crate::text::fill;
use crate::time::Interval;
use crate::ui::{Badge, For, Icon, Show, Tone};
use leptos::prelude::*;

/// So many meetings stand beside the next one.
const LATER: usize = 4;

#[component]
pub fn NextMeeting(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    // Today's meetings that are not over, but for those that the reader does not go to.
    let today = Memo::new(move |_| {
        let now = desk.now.get();
        board.live.with(|state| {
            let upcoming = state.mine.upcoming(now).into_iter();
            upcoming
                .filter(|b| b.starts_at < state.today.day.ends_at && b.expects(desk.viewer.user_id))
                .cloned()
                .collect::<Vec<Reservation>>()
        })
    });
    let next = Memo::new(move |_| today.with(|today| today.first().cloned()));
    let later = Memo::new(move |_| today.with(|today| today.iter().skip(1).take(LATER).cloned().collect::<Vec<_>>()));
    let none = move || {
        view! {
            <div class="next-main">
                <h2 class="next-title">{t.no_next_title}</h2>
                <p class="muted">{t.no_next_text}</p>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card next" aria-label=t.upcoming>
            {move || next.get().map_or_else(none, |booking| meeting(board, booking))}
            <Show when=move || later.with(|list| !list.is_empty())>
                <div class="next-later">
                    <h3 class="muted">{t.later_today}</h3>
                    <ul>
                        <For
                            each=move || later.get()
                            key=|b| (b.id.0, b.version)
                            children=move |booking| view! { <Later board booking /> }
                        />
                    </ul>
                </div>
            </Show>
        </section>
    }
}

fn meeting(board: Board, booking: Reservation) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    let (starts_at, interval) = (booking.starts_at, booking.interval());
    let is_now = move || interval.contains(desk.now.get());
    let when = move || {
        if is_now() {
            view! { <Badge tone=Tone::Red>{t.in_progress}</Badge> }.into_any()
        } else {
            let left = Interval::new(desk.now.get(), starts_at);
            view! { <b class="next-when">{fill(t.begins_in, &[&desk.lang.duration(left)])}</b> }.into_any()
        }
    };
    let times = [desk.prose_time(interval.starts_at), desk.prose_time(interval.ends_at)].join(" – ");
    let place = [times.as_str(), &booking.room.name].join(" · ");
    let id = booking.id;
    view! {
        <div class="next-main">
            <p class="next-line">{move || when()} <span>{place}</span></p>
            <h2 class="next-title">
                {booking.private.then(|| view! { <Icon name="lock" class="s" /> }.into_any())}
                <a href=href(id)>{booking.title.clone()}</a>
            </h2>
            <div class="next-actions"><Actions desk booking brief=true /></div>
        </div>
    }
    .into_any()
}

#[component]
fn Later(board: Board, booking: Reservation) -> impl IntoView {
    let time = board.desk.clock(booking.starts_at);
    view! {
        <li>
            <time>{time}</time>
            <a href=href(booking.id)>{booking.title}</a>
            <span class="muted">{booking.room.name}</span>
        </li>
    }
}

fn href(id: ReservationId) -> String {
    ["/reservations/", &id.to_string()].concat()
}
