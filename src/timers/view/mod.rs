//! The screens of timers: the page, and the running timer on every other one.

mod desk;
mod end;
mod main_timer;
mod others;
mod page;
mod people;
mod ring;
mod start;
mod ticks;
mod today;
mod todos;
mod widget;

pub use page::TimersPage;
pub use widget::{HeadTimer, SideTimer, provide_timers, title_count};
