//! What others are choosing right now, as dashed ghosts, and what this person chooses, told to them.
//! A ghost blocks nothing.

use super::board::{Board, Gesture};
use crate::ids::RoomId;
use crate::presence::model::Drawing;
use crate::realtime::connection::use_connection;
use crate::realtime::plane::{Drawn, use_view};
use crate::realtime::protocol::View;
use crate::text::fill;
use crate::time::Interval;
use crate::ui::avatar::hue_class;
use crate::ui::{Avatar, browser};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;

/// Others are told this often at most while something is drawn: below the server's budget.
const TELL_EVERY_MS: i64 = 120;

/// Shows the day's ghosts for as long as it is on screen, and tells others what is drawn here.
pub fn share(board: Board) {
    use_view(View::Timeline(board.date));
    let plane = use_connection().plane;
    let drawing = Memo::new(move |_| {
        let dragged = board.gesture.with(|gesture| gesture.as_ref().and_then(told_of));
        // Chosen by keys, it is let go when the form opens on it.
        let is_choosing = board.desk.panel.with(Option::is_none);
        let chosen = || board.selection.get().filter(|chosen| chosen.by_key && is_choosing);
        dragged.or_else(|| chosen().map(|chosen| drawing_of(chosen.room, chosen.interval)))
    });
    // What others see, and when they were told.
    let told = StoredValue::new((None, 0));
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let tell = move || {
        let now = drawing.try_get_untracked().flatten();
        let changed = told.try_update_value(|(last, at)| {
            *at = browser::now_ms().unwrap_or_default();
            std::mem::replace(last, now) != now
        });
        if changed == Some(true) {
            plane.draw(now);
        }
    };
    Effect::new(move |_| {
        let is_over = drawing.with(Option::is_none);
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        let (_, at) = told.get_value();
        let wait = at + TELL_EVERY_MS - browser::now_ms().unwrap_or_default();
        match u64::try_from(wait) {
            Ok(wait) if !is_over && wait > 0 => {
                waiting.set_value(set_timeout_with_handle(tell, Duration::from_millis(wait)).ok());
            }
            _ => tell(),
        }
    });
    on_cleanup(move || {
        // The page goes while something is drawn on it.
        if told.try_with_value(|(last, _)| last.is_some()) == Some(true) {
            plane.draw(None);
        }
    });
}

fn drawing_of(room_id: RoomId, interval: Interval) -> Drawing {
    Drawing { room_id, starts_at: interval.starts_at, ends_at: interval.ends_at }
}

/// What others see of a drag. Of a private booking nothing: whose it is, a ghost with a name would tell.
fn told_of(gesture: &Gesture) -> Option<Drawing> {
    let is_private = gesture.before().is_some_and(|before| before.private);
    (!is_private).then(|| drawing_of(gesture.room, gesture.interval))
}

/// The ghosts of a room's row.
#[component]
pub fn Ghosts(board: Board, id: RoomId) -> impl IntoView {
    let drawn = use_connection().plane.drawn;
    let here = Memo::new(move |_| {
        drawn.with(|drawn| drawn.iter().filter(|ghost| ghost.drawing.room_id == id).cloned().collect::<Vec<_>>())
    });
    move || here.get().into_iter().filter_map(|ghost| ghost_view(board, ghost)).collect_view()
}

fn ghost_view(board: Board, ghost: Drawn) -> Option<AnyView> {
    let desk = board.desk;
    let place = board.axis.get().place(ghost.drawing.interval())?;
    let words = fill(desk.t().person_choosing, &[&ghost.name]);
    let label = [words.as_str(), desk.clocks(ghost.drawing.interval()).as_str()].join(", ");
    let class = ["block ghost ", &hue_class(ghost.user_id.0)].concat();
    Some(
        view! {
            <div class=class role="img" aria-label=label style=place.style()>
                <Avatar id=ghost.user_id.0 name=ghost.name />
                <span>{words}</span>
            </div>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::super::board::Kind;
    use super::*;
    use crate::reservations::grid::Edge;
    use crate::reservations::model::testing::booking;
    use crate::time::{HOUR, Timestamp};

    #[test]
    fn a_drag_of_a_private_booking_tells_nobody_whose_it_is() {
        let interval = Interval::new(Timestamp(HOUR), Timestamp(2 * HOUR));
        let told = |kind| told_of(&Gesture { kind, room: RoomId(2), interval, by_key: false });
        let of = |private| {
            let mut before = booking(1, 1, 0, HOUR);
            before.private = private;
            Box::new(before)
        };
        let drawing = Some(drawing_of(RoomId(2), interval));
        assert_eq!(told(Kind::Select { anchor: Timestamp(HOUR) }), drawing);
        assert_eq!(told(Kind::Move { before: of(false), held_ms: 0 }), drawing);
        assert_eq!(told(Kind::Move { before: of(true), held_ms: 0 }), None);
        assert_eq!(told(Kind::Resize { before: of(true), edge: Edge::End }), None);
    }
}
