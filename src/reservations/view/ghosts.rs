//! What others are choosing right now, as dashed ghosts, and what this person chooses, told to them.
//! A ghost blocks nothing.

use super::board::Board;
use crate::ids::RoomId;
use crate::presence::model::Drawing;
use crate::realtime::connection::use_connection;
use crate::realtime::plane::{Drawn, use_view};
use crate::realtime::protocol::View;
use crate::text::fill;
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
        let dragged = board.gesture.with(|gesture| gesture.as_ref().map(|gesture| (gesture.room, gesture.interval)));
        // Chosen by keys, it is let go when the form opens on it.
        let is_choosing = board.desk.panel.with(Option::is_none);
        let chosen = || board.selection.get().filter(|chosen| chosen.by_key && is_choosing);
        let (room_id, interval) = dragged.or_else(|| chosen().map(|chosen| (chosen.room, chosen.interval)))?;
        Some(Drawing { room_id, starts_at: interval.starts_at, ends_at: interval.ends_at })
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
