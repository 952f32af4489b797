//! The server's twin of `browser.rs`: there is no browser, so every question has no answer and
//! every act does nothing. Only [`set_status`] is real here.

use leptos::ev::{Event, MouseEvent};
use leptos::prelude::use_context;
use leptos::web_sys::HtmlElement;
use leptos_axum::ResponseOptions;

#[must_use]
pub fn now_ms() -> Option<i64> {
    None
}

#[must_use]
pub fn clock_skew_ms() -> Option<i64> {
    None
}

pub fn set_alarm(_ms: u32, _wake: impl FnOnce() + 'static) {}

pub fn play(_address: &str) {}

#[must_use]
pub fn random() -> f64 {
    0.5
}

pub fn assign(_url: &str) {}

pub fn reload() {}

#[must_use]
pub fn path_and_query() -> Option<String> {
    None
}

#[must_use]
pub fn encode_query(text: &str) -> String {
    text.to_owned()
}

#[must_use]
pub fn is_online() -> bool {
    true
}

#[must_use]
pub fn is_visible() -> bool {
    true
}

#[must_use]
pub fn is_phone() -> bool {
    false
}

pub fn focus(_id: &str) {}

pub fn focus_when_shown(_element: HtmlElement) {}

pub fn focus_selector(_selector: &str) {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Next,
    Previous,
    First,
    Last,
}

pub fn focus_item(_menu: &str, _step: Step) -> bool {
    false
}

#[must_use]
pub fn is_popover_open(_id: &str) -> bool {
    false
}

#[derive(Clone)]
pub struct Focused;

#[must_use]
pub fn focused() -> Option<Focused> {
    None
}

impl Focused {
    pub fn restore(&self) {}
}

#[must_use]
pub fn place_below(_event: &MouseEvent, _width: i32) -> Option<(i32, i32)> {
    None
}

pub fn keep_on_screen(_id: &str) {}

#[must_use]
pub fn is_typing() -> bool {
    false
}

#[must_use]
pub fn is_open(_event: &Event) -> bool {
    false
}

pub fn hide_popover(_id: &str) {}

pub fn note_time_zone() {}

pub fn on_shown(_element: &HtmlElement, _call: impl Fn() + 'static) {}

#[must_use]
pub fn stored(_key: &str) -> Option<String> {
    None
}

pub fn store(_key: &str, _value: &str) {}

/// Sets the status of the response that is being rendered.
pub fn set_status(code: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), http::StatusCode::from_u16(code)) {
        response.set_status(status);
    }
}
