//! The server's twin of `dom.rs`: there is no screen, thus no answer.

use crate::ids::{ReservationId, RoomId};
use crate::reservations::grid::Edge;
use leptos::web_sys::{FocusEvent, KeyboardEvent, MouseEvent, PointerEvent};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hit {
    pub room: Option<RoomId>,
    pub block: Option<ReservationId>,
    pub edge: Option<Edge>,
    pub fraction: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    pub x: i32,
    pub y: i32,
}

#[must_use]
pub fn hit(_: &MouseEvent) -> Hit {
    Hit::default()
}

#[must_use]
pub fn is_nobodys(_: &KeyboardEvent) -> bool {
    false
}

#[must_use]
pub fn hit_at(_: (i32, i32)) -> Hit {
    Hit::default()
}

#[must_use]
pub fn hit_within(_: &str, _: (i32, i32)) -> Hit {
    Hit::default()
}

#[must_use]
pub fn scroll_at_edge(_: &str, _: (i32, i32), _: bool) -> bool {
    false
}

pub fn capture(_: &PointerEvent) {}

pub fn focus(_: String) {}

#[must_use]
pub fn beside(_: &str) -> Anchor {
    Anchor::default()
}

pub fn scroll_to(_: &str, _: f64) {}

#[must_use]
pub fn share_of_width(_: &str, _: f64) -> i32 {
    0
}

#[must_use]
pub fn leaves(_: &FocusEvent) -> bool {
    false
}

#[must_use]
pub fn focused_place(_: &FocusEvent) -> (Option<RoomId>, Option<ReservationId>) {
    (None, None)
}
