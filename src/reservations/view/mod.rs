//! The screens of booking.
//!
//! * `timeline`: the day of all rooms. `board` is its state; `grid_view`, `row` and `block` draw it,
//!   `drag` and `keys` change it, `changes` shows what others do, `ghosts` what
//!   they are choosing, `agenda` is its form on a phone.
//! * `mine`: what one person organises or attends. `single`: one booking.
//! * `approvals`: what waits for a decision, on a page and as a number in the menu.
//! * `desk`: what all of them share: the commands, and which panel is open. `panels`: the panels,
//!   with `form` (its state), `content`, `typed`, `kept`, `obstacle`, `form_view`, `details`, `menu`, `help`.
//!   `proposal`: what a link asks to be booked. `undo`: the ways back from what was done.

mod agenda;
mod alternatives;
mod approvals;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "the server writes it in `blocks`"))]
mod block;
/// Elements in the browser; on the server their HTML in one piece.
#[cfg_attr(feature = "ssr", path = "blocks_once.rs")]
mod blocks;
mod board;
mod changes;
mod content;
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
mod ghosts;
mod grid_view;
mod help;
mod kept;
mod keys;
mod menu;
mod mine;
mod obstacle;
mod panels;
mod print;
mod proposal;
mod row;
mod single;
mod timeline;
mod toolbar;
mod typed;
mod undo;

pub use approvals::{ApprovalsLink, ApprovalsPage, provide_approvals};
pub use days::Days;
pub use desk::{Desk, FormStart, Panel};
pub use details::Actions;
pub use dom::beside;
pub use mine::MyReservationsPage;
pub use panels::Panels;
pub use single::ReservationPage;
pub use timeline::TimelinePage;
