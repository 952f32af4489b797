//! The screens of booking.
//!
//! * `timeline`: the day of all rooms. `board` is its state; `grid_view`, `row` and `block` draw it,
//!   `drag` and `keys` change it, `changes` shows what others do, `agenda` is its form on a phone.
//! * `mine`: what one person organises or attends. `single`: one booking.
//! * `desk`: what all three share: the commands, and which panel is open. `panels`: the panels,
//!   with `form` (its state) and `form_view`, `details`, `menu`, `help`.

mod agenda;
mod alternatives;
mod block;
mod board;
mod changes;
mod days;
mod desk;
mod details;
/// The screen itself; on the server its twin, which has none.
#[cfg_attr(feature = "ssr", path = "dom_stub.rs")]
mod dom;
mod drag;
mod filters;
mod form;
mod form_view;
mod grid_view;
mod help;
mod keys;
mod menu;
mod mine;
mod panels;
mod people;
mod print;
mod row;
mod single;
mod timeline;
mod toolbar;

pub use mine::MyReservationsPage;
pub use single::ReservationPage;
pub use timeline::TimelinePage;
