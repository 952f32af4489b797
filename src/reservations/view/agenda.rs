//! The phone's form of the day: a card for each room, with its free times as buttons.

use super::board::Board;
use super::desk::Panel;
use super::dom::Anchor;
use super::drag::ask;
use super::row::{RoomMeta, room_memo, state_memo};
use crate::ids::RoomId;
use crate::reservations::grid::{USUAL_MS, free_slots, rooms_of};
use crate::reservations::model::{Reservation, Status};
use crate::rooms::view::{IndicatorForm, RoomStatusIndicator};
use crate::text::fill;
use crate::time::{Interval, Timestamp};
use crate::ui::{For, Icon, Show, browser};
use leptos::prelude::*;

#[component]
pub fn Agenda(board: Board) -> impl IntoView {
    let desk = board.desk;
    let rooms = move || board.lines.with(|lines| rooms_of(lines));
    view! {
        <ul
            class="agenda"
            aria-label=fill(desk.t().agenda_label, &[&desk.lang.month_day(board.date)])
            on:pointerenter=move |_| board.hold.enter()
            on:pointerleave=move |event| board.hold.leave(&event)
        >
            <For each=rooms key=|id| id.0 children=move |id| view! { <Card board id /> } />
        </ul>
    }
}

#[component]
fn Card(board: Board, id: RoomId) -> impl IntoView {
    let desk = board.desk;
    let room = room_memo(board, id);
    let state = state_memo(board, id);
    let name = move || room.with(|room| room.as_ref().map(|room| room.name.clone()).unwrap_or_default());
    let bookings = Memo::new(move |_| -> Vec<Reservation> {
        let mut bookings: Vec<_> = board.ids_in(id).into_iter().filter_map(|id| board.shown(id)).collect();
        bookings.sort_by_key(|booking| (booking.starts_at, booking.id));
        bookings
    });
    view! {
        <li class=move || if board.is_room_changed(id) { "agenda-card is-changed" } else { "agenda-card" }>
            <div class="agenda-top">
                <h2>{move || name()}</h2>
                {move || room.get().map(|room| view! { <RoomMeta desk room /> }.into_any())}
                <RoomStatusIndicator state form=IndicatorForm::Badge />
            </div>
            <p class="agenda-text"><RoomStatusIndicator state form=IndicatorForm::Words /></p>
            <Strip board id bookings />
            <Slots board id />
            <Bookings board bookings=board.held(bookings) />
        </li>
    }
}

/// The day as a strip, and in a sentence.
#[component]
fn Strip(board: Board, id: RoomId, bookings: Memo<Vec<Reservation>>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let label = move || {
        let name = board.room(id, |room| room.name.clone()).unwrap_or_default();
        let list = bookings.with(|bookings| {
            let words = |b: &Reservation| [desk.clocks(b.interval()), desk.title(b)].join(" ");
            bookings.iter().map(words).collect::<Vec<_>>().join(", ")
        });
        [name.as_str(), if list.is_empty() { t.no_bookings } else { &list }].join(": ")
    };
    let segments = move || {
        let (axis, now) = (board.axis.get(), desk.now.get());
        bookings.with(|bookings| {
            let segment = |booking: &Reservation| {
                let place = axis.place(booking.interval())?;
                Some(view! { <span class=segment_class(board, booking, now) style=place.style()></span> }.into_any())
            };
            bookings.iter().map(segment).collect_view()
        })
    };
    let closed = move || {
        let closed = board.room(id, |room| room.maintenance).unwrap_or(false);
        closed.then(|| view! { <span class="strip-seg blocked" style="--start:0;--span:1"></span> }.into_any())
    };
    let now = move || {
        let at = board.axis.get().point(desk.now.get())?;
        Some(view! { <span class="strip-now" style=["--at:", &at].concat()></span> }.into_any())
    };
    let scale = move || {
        let axis = board.axis.get();
        // Every second hour has a number, on a long day every fourth.
        let step = if axis.hours() > 12 { 4 } else { 2 };
        let hour = move |at: Timestamp| {
            let class = if at == axis.span.ends_at { "last" } else { "" };
            let text = desk.zone(|zone| zone.local(at).hour());
            let at = ["--at:", &axis.point(at)?].concat();
            Some(view! { <span class=class style=at>{text}</span> }.into_any())
        };
        axis.ticks().step_by(step).map(hour).collect_view()
    };
    view! {
        <div class="strip" role="img" aria-label=move || label() style=move || ["--hours:", &board.axis.get().hours().to_string()].concat()>
            {closed}
            {move || segments()}
            {move || now()}
        </div>
        <div class="strip-scale" aria-hidden="true">{move || scale()}</div>
    }
}

fn segment_class(board: Board, booking: &Reservation, now: Timestamp) -> &'static str {
    let mine = booking.is_organizer(board.desk.viewer.user_id);
    match (booking.ends_at <= now || booking.status == Status::Completed, booking.interval().contains(now)) {
        (true, _) if mine => "strip-seg mine past",
        (true, _) => "strip-seg past",
        (_, true) if booking.status == Status::Approved => "strip-seg now",
        _ if booking.status == Status::Pending => "strip-seg pending",
        _ if mine => "strip-seg mine",
        _ if booking.is_reduced() => "strip-seg private",
        _ => "strip-seg",
    }
}

/// The free times that are still ahead.
#[component]
fn Slots(board: Board, id: RoomId) -> impl IntoView {
    let desk = board.desk;
    let free = Memo::new(move |_| {
        let span = board.axis.get().span;
        let within = Interval::new(span.starts_at.max(desk.now.get()), span.ends_at);
        board.live.with(|day| {
            let bookings: Vec<&Reservation> = day.reservations.values().collect();
            day.room(id).map(|room| free_slots(room, &bookings, within)).unwrap_or_default()
        })
    });
    // Nothing comes, goes or moves under a finger; the strip shows at once what others do.
    let slots = board.held(free);
    let slot = move |slot: Interval| {
        let text = [desk.clock(slot.starts_at), desk.clock(slot.ends_at)].join(" – ");
        let label = move || {
            let room = board.room(id, |room| room.name.clone()).unwrap_or_default();
            fill(desk.t().book_slot, &[&room, &desk.clocks(slot)])
        };
        let book = move |_| {
            let usual = Interval::new(slot.starts_at, slot.ends_at.min(slot.starts_at + USUAL_MS));
            ask(board, id, usual, Anchor::default());
        };
        view! {
            <button type="button" class="slot" aria-label=move || label() on:click=book>
                <Icon name="plus" />
                {text}
            </button>
        }
    };
    view! {
        <div class="agenda-slots">
            <For each=move || slots.get() key=|slot| (slot.starts_at.0, slot.ends_at.0) children=slot />
        </div>
    }
}

/// The bookings as a list, behind a line that says how many there are.
#[component]
fn Bookings(board: Board, bookings: Memo<Vec<Reservation>>) -> impl IntoView {
    let desk = board.desk;
    let item = move |booking: Reservation| {
        let id = booking.id;
        let class = move || {
            let mine = booking.is_organizer(desk.viewer.user_id);
            if booking.ends_at <= desk.now.get() {
                "past"
            } else if mine {
                "mine"
            } else {
                ""
            }
        };
        // One that goes under a finger keeps its last look until it is gone.
        let shown =
            Memo::new(move |last: Option<&Option<Reservation>>| board.shown(id).or_else(|| last.cloned().flatten()));
        let text = move || {
            let booking = shown.get()?;
            Some(view! { <span>{desk.clocks(booking.interval())}</span><span>{desk.title(&booking)}</span> }.into_any())
        };
        view! {
            <li class=move || class()>
                <button type="button" on:click=move |_| desk.open(Panel::Details { id, at: Anchor::default() })>{move || text()}</button>
            </li>
        }
    };
    // Made when it is opened: a day has hundreds of bookings, and a phone shows few of them.
    let is_open = RwSignal::new(false);
    let list = move || {
        view! {
            <ul class="agenda-list">
                <For each=move || bookings.get() key=|b| b.id.0 children=item />
            </ul>
        }
    };
    view! {
        <Show when=move || bookings.with(|b| !b.is_empty())>
            <details class="agenda-more" on:toggle=move |event| is_open.set(browser::is_open(&event))>
                <summary>
                    {move || fill(desk.t().show_bookings, &[&bookings.with(Vec::len)])}
                    <Icon name="chevron-down" class="xs" />
                </summary>
                <Show when=move || is_open.get()>{move || list()}</Show>
            </details>
        </Show>
    }
}
