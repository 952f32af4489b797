//! The day as a table, on paper only: made when the browser is about to print.

use super::board::Board;
use crate::text::fill;
use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;

#[component]
pub fn PrintTable(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let is_printing = RwSignal::new(false);
    Effect::new(move |_| {
        let before = window_event_listener_untyped("beforeprint", move |_| is_printing.set(true));
        let after = window_event_listener_untyped("afterprint", move |_| is_printing.set(false));
        on_cleanup(move || {
            before.remove();
            after.remove();
        });
    });
    let caption = move || {
        let date = desk.lang.day(board.date);
        [date, fill(t.as_of, &[&desk.prose_time(desk.now.get())])].join(" · ")
    };
    let rows = move || {
        board.live.with(|day| {
            let bookings = day.rooms.iter().flat_map(|room| day.bookings_of(room.id));
            let row = |booking: &crate::reservations::model::Reservation| {
                let who = booking.organizer.as_ref().map(|person| person.name.clone());
                view! {
                    <tr>
                        <td>{booking.room.name.clone()}</td>
                        <td>{desk.clocks(booking.interval())}</td>
                        <td>{desk.title(booking)}</td>
                        <td>{who}</td>
                    </tr>
                }
            };
            bookings.map(row).collect_view()
        })
    };
    let table = move || {
        view! {
            <table>
                <caption>{move || caption()}</caption>
                <thead>
                    <tr>
                        <th>{t.room}</th>
                        <th>{t.time}</th>
                        <th>{t.title}</th>
                        <th>{t.organizer}</th>
                    </tr>
                </thead>
                <tbody>{move || rows()}</tbody>
            </table>
        }
        .into_any()
    };
    view! { <div class="print-only">{move || is_printing.get().then(table)}</div> }
}
