//! The screens of timers: the page, and the running timer on every other one.

mod actions;
mod agenda;
mod agenda_form;
mod chart;
mod day_list;
mod desk;
mod edit;
mod end;
mod forgotten;
mod goal;
mod held;
mod history;
mod late;
mod main_timer;
mod meeting;
mod others;
mod page;
mod people;
mod ring;
mod span;
mod start;
mod switches;
mod tables;
mod ticks;
mod today;
mod todos;
mod widget;

pub use page::TimersPage;
pub use widget::{HeadTimer, SideTimer, provide_timers, title_count};
