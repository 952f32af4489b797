//! The grid: the hours across, the rooms down, and the pointer's and keyboard's way into it.

use super::board::Board;
use super::dom;
use super::drag::{Drag, SCROLL_ID};
use super::keys;
use super::row::RoomRow;
use crate::reservations::grid::Line;
use crate::rooms::model::RoomStatus;
use crate::text::fill;
use crate::time::{MINUTE, Timestamp};
use crate::ui::flow::Key;
use crate::ui::{For, Show};
use leptos::prelude::*;

/// An hour's label gives way to the pill of now when it is nearer than this.
const PILL_MS: i64 = 30 * MINUTE;

#[component]
pub fn Grid(board: Board, turn: Callback<i32>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let drag = Drag::new(board);
    let is_today = Memo::new(move |_| board.axis.get().span.contains(desk.now.get()));
    let canvas = move || {
        let axis = board.axis.get();
        ["--hours:", &axis.hours().to_string(), ";--now:", &axis.passed(desk.now.get())].concat()
    };
    view! {
        <div
            class="tl-scroll"
            id=SCROLL_ID
            on:pointerenter=move |_| board.hold.enter()
            on:pointerleave=move |event| board.hold.leave(&event)
        >
            <div class="tl-canvas" style=move || canvas()>
                <div
                    class="tl"
                    role="grid"
                    aria-label=fill(t.grid_label, &[&desk.lang.month_day(board.date)])
                    aria-describedby="tl-help"
                    on:pointerdown=move |event| drag.down(&event)
                    on:pointermove=move |event| drag.moved(&event)
                    on:pointerup=move |event| drag.up(&event)
                    on:pointercancel=move |_| drag.cancel()
                    on:click=move |event| drag.click(&event)
                    on:contextmenu=move |event| drag.context_menu(&event)
                    on:keydown=move |event| keys::press(board, &event, turn)
                    on:focusin=move |event| board.focused(dom::focused_place(&event))
                    // Without a target the focused block has left the page, or the window its focus.
                    on:focusout=move |event| if event.related_target().is_some() { board.inside.set(false) }
                >
                    <Head board is_today />
                    <For
                        each=move || board.lines.get()
                        key=|line| match line {
                            Line::Floor(floor) => Key::Text(floor.clone()),
                            Line::Room(id) => Key::Number(id.0),
                        }
                        children=move |line| match line {
                            Line::Floor(floor) => view! { <FloorRow board floor /> }.into_any(),
                            Line::Room(id) => view! { <RoomRow board id /> }.into_any(),
                        }
                    />
                </div>
                <Show when=move || is_today.get()>
                    <div class="tl-now" aria-hidden="true"></div>
                </Show>
            </div>
        </div>
        <p class="sr-only" id="tl-help">{t.grid_help}</p>
    }
}

/// The hours, and the pill of now among them.
#[component]
fn Head(board: Board, is_today: Memo<bool>) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let hours = move || {
        let axis = board.axis.get();
        let now = desk.now.get();
        let is_today = is_today.get();
        let hour = move |tick: Timestamp| {
            let covered = is_today && (now - tick).abs() < PILL_MS;
            let class = if tick == axis.span.ends_at { "tl-hour last" } else { "tl-hour" };
            let text = if covered { String::new() } else { desk.clock(tick) };
            let at = ["--at:", &axis.point(tick)?].concat();
            Some(view! { <span class=class aria-hidden="true" style=at>{text}</span> }.into_any())
        };
        axis.ticks().map(hour).collect_view()
    };
    let pill = move || {
        let now = desk.now.get();
        let at = board.axis.get().point(now).filter(|_| is_today.get())?;
        Some(
            view! {
                <span class="now-pill" style=["--at:", &at].concat()>
                    <span class="sr-only">{t.now} " "</span>
                    {desk.clock(now)}
                </span>
            }
            .into_any(),
        )
    };
    view! {
        <div class="tl-head" role="row">
            <div class="tl-corner" role="columnheader">{t.room}</div>
            <div class="tl-axis" role="columnheader">
                {move || hours()}
                {move || pill()}
                <span class="sr-only">{move || desk.clocks(board.axis.get().span)}</span>
            </div>
        </div>
    }
}

/// A floor, and how many of its rooms are free now.
#[component]
fn FloorRow(board: Board, floor: String) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let name = if floor.is_empty() { t.floor_none.to_owned() } else { floor.clone() };
    let count = Memo::new(move |_| {
        let now = desk.now.get();
        let shown = board.lines.with(|lines| crate::reservations::grid::rooms_of(lines));
        board.live.with(|day| {
            let rooms: Vec<_> = day.rooms.iter().filter(|r| r.floor == floor && shown.contains(&r.id)).collect();
            if day.day.contains(now) {
                let free = rooms.iter().filter(|room| day.state_of(room, now).status == RoomStatus::Available).count();
                fill(t.rooms_available_of, &[&rooms.len(), &free])
            } else {
                fill(t.rooms_count, &[&rooms.len()])
            }
        })
    });
    view! {
        <div class="tl-floor" role="row">
            <div role="rowheader">
                <b>{name}</b>
                <span>{count}</span>
            </div>
        </div>
    }
}
