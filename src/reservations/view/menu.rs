//! What can be done with a booking, as a menu at the pointer or beside the block.

use super::board::Board;
use super::desk::{Act, Desk, FormStart, Panel, block_id};
use super::dom;
use super::keys::{start_moving, start_resizing};
use crate::ids::ReservationId;
use crate::reservations::model::Reservation;
use crate::ui::Icon;
use crate::ui::menu::walk;
use leptos::ev;
use leptos::prelude::*;

#[component]
pub fn MenuBody(desk: Desk, board: Option<Board>, id: ReservationId) -> impl IntoView {
    let t = desk.t();
    let booking = untrack(|| desk.find(id));
    let now = desk.now.get_untracked();
    let may_change = booking.as_ref().is_some_and(|b| b.may_change(desk.viewer) && !b.is_reduced() && b.is_open(now));
    let can_end = may_change && booking.as_ref().is_some_and(|b| b.can_end(now));
    let at = dom::beside(&block_id(id));
    let item =
        move |icon: &'static str, text: &'static str, key: &'static str, allowed: bool, act: Callback<Reservation>| {
            let press = move |_| {
                if allowed && let Some(booking) = untrack(|| desk.find(id)) {
                    desk.close();
                    act.run(booking);
                }
            };
            let class = if key == "Del" { "menu-item danger" } else { "menu-item" };
            view! {
            <button type="button" class=class role="menuitem" aria-disabled=(!allowed).then_some("true") on:click=press>
                <Icon name=icon />
                {text}
                {(!key.is_empty()).then(|| view! { <kbd aria-hidden="true">{key}</kbd> }.into_any())}
            </button>
        }
        .into_any()
        };
    let details = Callback::new(move |_: Reservation| desk.open(Panel::Details { id, at }));
    let edit = Callback::new(move |booking| desk.open(Panel::Form(Box::new(FormStart::edit(booking, at)))));
    let extend = Callback::new(move |booking: Reservation| desk.perform(Act::Extend, &booking));
    let end = Callback::new(move |booking: Reservation| desk.perform(Act::End, &booking));
    let cancel = Callback::new(move |_: Reservation| desk.open(Panel::Confirm { id, act: Act::Cancel }));
    let drags = board.map(|board| {
        let take_up = Callback::new(move |booking| start_moving(board, booking));
        let pull = Callback::new(move |booking| start_resizing(board, booking));
        view! {
            {item("move", t.move_booking, "M", may_change, take_up)}
            {item("move-horizontal", t.resize_booking, "R", may_change, pull)}
        }
    });
    let is_open = move || desk.panel.with_untracked(|panel| matches!(panel, Some(Panel::Menu { .. })));
    let walk = move |event: ev::KeyboardEvent| {
        if event.key() == "Tab" {
            desk.close();
        } else {
            walk("block-menu-items", &event);
        }
    };
    view! {
        <div
            role="menu"
            id="block-menu-items" aria-labelledby="block-menu-heading"
            on:keydown=walk
            on:focusout=move |event| if dom::leaves(&event) && is_open() { desk.close() }
        >
            {item("info", t.details, "", true, details)}
            {item("pencil", t.edit, "E", may_change, edit)}
            {drags}
            {item("clock", t.extend_30, "+", may_change, extend)}
            {item("calendar-x", t.end_now, "", can_end, end)}
            <hr class="menu-rule" />
            {item("trash-2", t.cancel_booking, "Del", may_change, cancel)}
        </div>
    }
}
