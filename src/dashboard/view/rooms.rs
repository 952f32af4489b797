//! What each room is now, and its day as a strip. Free ones first; the order then stays as it is
//! until the page is loaded again, so that nothing moves under the pointer.

use super::Board;
use crate::ids::RoomId;
use crate::reservations::model::{Reservation, Status};
use crate::reservations::view::{FormStart, Panel, beside};
use crate::rooms::model::{Room, RoomStatus};
use crate::rooms::view::{IndicatorForm, RoomStatusIndicator};
use crate::time::{HOUR, Interval, MINUTE, Timestamp};
use crate::ui::BusyButton;
use crate::ui::For;
use leptos::prelude::*;

/// The hours of the strip.
const FROM: i64 = 9;
const TO: i64 = 19;
/// How long a booking from here is, unless another one begins before.
const USUAL_MS: i64 = HOUR;
const SHORTEST_MS: i64 = 15 * MINUTE;

#[component]
pub fn RoomsToday(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let place = |state: RoomStatus| match state {
        RoomStatus::Available => 0,
        RoomStatus::InUse => 1,
        RoomStatus::Maintenance => 2,
    };
    let order = Memo::new(move |before: Option<&Vec<RoomId>>| {
        let now = desk.now.get_untracked();
        board.live.with(|state| {
            let rooms = &state.today.rooms;
            let mut ids: Vec<RoomId> = match before {
                Some(before) => before.iter().filter(|id| state.today.room(**id).is_some()).copied().collect(),
                None => {
                    let mut sorted: Vec<&Room> = rooms.iter().collect();
                    sorted.sort_by_key(|room| place(state.today.state_of(room, now).status));
                    sorted.into_iter().map(|room| room.id).collect()
                }
            };
            ids.extend(rooms.iter().map(|room| room.id).filter(|id| !ids.contains(id)).collect::<Vec<_>>());
            ids
        })
    });
    view! {
        <section class="card rooms-today" aria-labelledby="rooms-today-title">
            <div class="card-head">
                <h2 id="rooms-today-title">{t.rooms_today}</h2>
                <a class="card-link" href="/timeline">{t.open_timeline}</a>
            </div>
            <ul>
                <For each=move || order.get() key=|id| id.0 children=move |id| view! { <RoomLine board id /> } />
            </ul>
        </section>
    }
}

#[component]
fn RoomLine(board: Board, id: RoomId) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    // One that is leaving the page keeps its last look until it is gone.
    let room = Memo::new(move |last: Option<&Option<Room>>| {
        board.live.with(|state| state.today.room(id).cloned()).or_else(|| last.cloned().flatten())
    });
    let state = Memo::new(move |_| {
        let now = desk.now.get();
        room.with(|room| room.as_ref().map(|room| board.live.with(|state| state.today.state_of(room, now))))
    });
    let status = Memo::new(move |_| state.with(|state| state.as_ref().map(|state| state.status)));
    let name = move || room.with(|room| room.as_ref().map(|room| room.name.clone()));
    let seats = move || room.with(|room| room.as_ref().map(|room| desk.lang.people(room.capacity)));
    let bookings = Memo::new(move |_| {
        board.live.with(|state| state.today.bookings_of(id).into_iter().cloned().collect::<Vec<Reservation>>())
    });
    let button_id = StoredValue::new(["book-", &id.to_string()].concat());
    let free = Memo::new(move |_| bookings.with(|bookings| free_slot(bookings, desk.now.get())));
    let book = Callback::new(move |()| {
        if let Some(slot) = free.get_untracked() {
            let at = button_id.with_value(|id| beside(id));
            desk.open(Panel::Form(Box::new(FormStart::new(Some(id), slot, at))));
        }
    });
    let button = move || {
        let can_book = status.get() == Some(RoomStatus::Available) && free.get().is_some();
        can_book.then(|| {
            let label = [name().unwrap_or_default().as_str(), t.book].join(" ");
            view! {
                <span id=button_id.get_value() aria-label=label role="group">
                    <BusyButton class="sm" busy=false busy_text=t.book.to_owned() on_press=book>{t.book}</BusyButton>
                </span>
            }
            .into_any()
        })
    };
    view! {
        <li>
            <p class="room-name"><b>{move || name()}</b> <span class="muted">{move || seats()}</span></p>
            <span class="room-now"><RoomStatusIndicator state=state form=IndicatorForm::Badge /></span>
            <p class="room-what"><RoomStatusIndicator state=state form=IndicatorForm::Words /></p>
            <Strip board bookings />
            <span class="room-book">{move || button()}</span>
        </li>
    }
}

/// The time from now on for which the room can be had: an hour, or up to the next booking.
fn free_slot(bookings: &[Reservation], now: Timestamp) -> Option<Interval> {
    let start = Timestamp(now.0 - now.0.rem_euclid(5 * MINUTE));
    let holding = bookings.iter().filter(|b| b.status.holds_slot() && b.ends_at > start);
    let until = holding.map(|b| b.starts_at).min().unwrap_or(start + USUAL_MS).min(start + USUAL_MS);
    (until - start >= SHORTEST_MS).then(|| Interval::new(start, until))
}

/// The day from nine to seven.
#[component]
fn Strip(board: Board, bookings: Memo<Vec<Reservation>>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let span = Memo::new(move |_| {
        let date = board.live.with(|state| state.today.date);
        let at = |hour: i64| desk.zone(|zone| zone.instant(date.at(i8::try_from(hour).unwrap_or(0), 0, 0, 0)));
        Interval::new(at(FROM), at(TO))
    });
    let share = move |ms: i64| {
        let permille = (ms.max(0) * 10_000 / span.get().duration_ms().max(1)).min(10_000);
        [&(permille / 10_000).to_string(), ".", &padded(permille % 10_000)].concat()
    };
    let label = move || {
        bookings.with(|bookings| {
            let words = |b: &Reservation| [desk.clocks(b.interval()), desk.title(b)].join(" ");
            let list: Vec<String> = bookings.iter().map(words).collect();
            if list.is_empty() { t.no_bookings.to_owned() } else { list.join(", ") }
        })
    };
    let segments = move || {
        let (span, now) = (span.get(), desk.now.get());
        let segment = |b: &Reservation| {
            b.interval().overlaps(span).then(|| {
                let (from, to) = (b.starts_at.max(span.starts_at), b.ends_at.min(span.ends_at));
                let style = ["--start:", &share(from - span.starts_at), ";--span:", &share(to - from)].concat();
                view! { <span class=segment_class(board, b, now) style=style></span> }.into_any()
            })
        };
        bookings.with(|bookings| bookings.iter().filter_map(segment).collect_view())
    };
    let marker = move || {
        let (span, now) = (span.get(), desk.now.get());
        span.contains(now).then(|| {
            let style = ["--at:", &share(now - span.starts_at)].concat();
            view! { <span class="strip-now" style=style></span> }.into_any()
        })
    };
    view! {
        <div class="strip" role="img" aria-label=move || label() style="--hours:10">
            {move || segments()}
            {move || marker()}
        </div>
    }
}

fn padded(n: i64) -> String {
    let digits = n.to_string();
    ["0000"[digits.len().min(4)..].to_owned(), digits].concat()
}

fn segment_class(board: Board, booking: &Reservation, now: Timestamp) -> &'static str {
    let mine = booking.is_organizer(board.desk.viewer.user_id);
    match (booking.ends_at <= now || booking.status == Status::Completed, booking.interval().contains(now)) {
        (true, _) => "strip-seg past",
        (_, true) if booking.status == Status::Approved => "strip-seg now",
        _ if booking.status == Status::Pending => "strip-seg pending",
        _ if mine => "strip-seg mine",
        _ if booking.is_reduced() => "strip-seg private",
        _ => "strip-seg",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reservations::model::testing::booking;

    #[test]
    fn a_free_room_can_be_had_for_an_hour_or_up_to_the_next_booking() {
        let now = Timestamp(10 * HOUR + 3 * MINUTE);
        let slot = |bookings: &[Reservation]| {
            free_slot(bookings, now).map(|slot| (slot.starts_at.0 / MINUTE, slot.duration_ms() / MINUTE))
        };
        assert_eq!(slot(&[]), Some((600, 60)));
        assert_eq!(slot(&[booking(1, 1, 10 * HOUR + 30 * MINUTE, 11 * HOUR)]), Some((600, 30)));
        assert_eq!(slot(&[booking(1, 1, 10 * HOUR + 10 * MINUTE, 11 * HOUR)]), None);
        assert_eq!(slot(&[booking(1, 1, 9 * HOUR, 10 * HOUR)]), Some((600, 60)));
        assert_eq!([padded(7), padded(1234), padded(0)], ["0007", "1234", "0000"]);
    }
}
