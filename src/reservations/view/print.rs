//! The day as a table, on paper only.

use super::board::Board;
use crate::text::fill;
use leptos::prelude::*;

#[component]
pub fn PrintTable(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    let caption = move || {
        let date = [desk.lang.month_day(board.date).as_str(), desk.lang.weekday(board.date)].join(" ");
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
    view! {
        <div class="print-only">
            <table>
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th>{t.room}</th>
                        <th>{t.time}</th>
                        <th>{t.title}</th>
                        <th>{t.organizer}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
