//! What the timeline asks of the browser. Its twin for the server, `dom_stub.rs`, answers nothing.

use crate::ids::{ReservationId, RoomId};
use crate::reservations::grid::Edge;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget, FocusEvent, HtmlElement, MouseEvent, Node, PointerEvent};

/// What lies under a pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hit {
    pub room: Option<RoomId>,
    pub block: Option<ReservationId>,
    pub edge: Option<Edge>,
    /// Where on the axis, 0 to 1.
    pub fraction: f64,
}

/// A point on the page where a panel opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    pub x: i32,
    pub y: i32,
}

/// What an event happened to.
#[must_use]
pub fn hit(event: &MouseEvent) -> Hit {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.map_or_else(Hit::default, |element| hit_of(&element, event.client_x()))
}

/// What lies under the pointer of a drag, whose events all go to one element.
#[must_use]
pub fn hit_below(event: &MouseEvent) -> Hit {
    let (x, y) = (event.client_x(), event.client_y());
    #[expect(clippy::cast_precision_loss, reason = "pixels of a screen")]
    let below = document().element_from_point(x as f32, y as f32);
    below.map_or_else(Hit::default, |element| hit_of(&element, x))
}

fn hit_of(element: &Element, x: i32) -> Hit {
    let up = |selector: &str| element.closest(selector).ok().flatten();
    let Some(track) = up(".tl-track") else { return Hit::default() };
    let rect = track.get_bounding_client_rect();
    Hit {
        room: id_after(&track, "row-").map(RoomId),
        block: up(".block").and_then(|block| id_after(&block, "block-")).map(ReservationId),
        edge: if up(".block-grip.end").is_some() {
            Some(Edge::End)
        } else {
            up(".block-grip.start").map(|_| Edge::Start)
        },
        fraction: (f64::from(x) - rect.left()) / rect.width().max(1.0),
    }
}

fn id_after(element: &Element, prefix: &str) -> Option<i64> {
    element.id().strip_prefix(prefix)?.parse().ok()
}

/// Keeps a drag's events coming, wherever the pointer goes.
pub fn capture(event: &PointerEvent) {
    if let Some(element) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// Focuses an element once the page has settled.
pub fn focus(id: String) {
    request_animation_frame(move || {
        if let Some(element) = by_id(&id) {
            let _ = element.focus();
        }
    });
}

fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Where a panel that belongs to this element opens: under it, or above when there is more room.
#[must_use]
pub fn beside(id: &str) -> Anchor {
    let Some(element) = by_id(id) else { return Anchor { x: 320, y: 120 } };
    let rect = element.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    Anchor { x: rect.left() as i32, y: rect.bottom() as i32 + 8 }
}

/// Brings a point of the axis into the middle of a grid that is wider than the window.
pub fn scroll_to(scroll_id: &str, fraction: f64) {
    let Some(element) = by_id(scroll_id) else { return };
    let wide = f64::from(element.scroll_width() - element.client_width());
    if wide > 0.0 {
        let target = f64::from(element.scroll_width()) * fraction - f64::from(element.client_width()) / 2.0;
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        element.set_scroll_left(target.clamp(0.0, wide) as i32);
    }
}

/// So much of an element's width, in pixels.
#[must_use]
pub fn share_of_width(id: &str, share: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    by_id(id).map_or(0, |element| (f64::from(element.offset_width()) * share) as i32)
}

/// Whether the focus goes out of the element that listens.
#[must_use]
pub fn leaves(event: &FocusEvent) -> bool {
    let to_node = |target: Option<EventTarget>| target.and_then(|target| target.dyn_into::<Node>().ok());
    let to = to_node(event.related_target());
    to_node(event.current_target()).is_some_and(|here| !here.contains(to.as_ref()))
}

/// The room and the booking that have taken the focus.
#[must_use]
pub fn focused_place(event: &FocusEvent) -> (Option<RoomId>, Option<ReservationId>) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let hit = target.map_or_else(Hit::default, |element| hit_of(&element, 0));
    (hit.room, hit.block)
}
