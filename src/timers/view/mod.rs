//! The screens of timers: the page, and the running timer on every other one.

mod chart;
mod desk;
mod end;
mod history;
mod main_timer;
mod meeting;
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
