//! What the timeline asks of the browser. Its twin for the server, `dom_stub.rs`, answers nothing.

use crate::ids::{ReservationId, RoomId};
use crate::reservations::grid::Edge;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget, FocusEvent, HtmlElement, KeyboardEvent, MouseEvent, Node, PointerEvent};

/// How near to an edge of the grid a drag scrolls it, and by how much in one frame at most.
const EDGE_PX: i32 = 32;
const FASTEST_PX: i32 = 16;

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

/// What lies at a point of the window: the events of a drag all go to one element.
#[must_use]
pub fn hit_at((x, y): (i32, i32)) -> Hit {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a screen")]
    let below = document().element_from_point(x as f32, y as f32);
    below.map_or_else(Hit::default, |element| hit_of(&element, x))
}

/// The same for a drag that has left a grid that scrolls: what lies at its nearest point.
#[must_use]
pub fn hit_within(scroll_id: &str, (x, y): (i32, i32)) -> Hit {
    let Some([left, top, right, bottom]) = by_id(scroll_id).map(|element| window_of(&element)) else {
        return Hit::default();
    };
    hit_at((x.clamp(left, right.max(left) - 1), y.clamp(top, bottom.max(top) - 1)))
}

/// Scrolls a grid one frame further when a drag is at its edge, the faster the nearer, sideways
/// and, when asked to, up and down. Says whether it has moved.
pub fn scroll_at_edge(scroll_id: &str, (x, y): (i32, i32), both_ways: bool) -> bool {
    let Some(element) = by_id(scroll_id) else { return false };
    let [left, top, right, bottom] = window_of(&element);
    let push = |at: i32, from: i32, to: i32| {
        let beyond = (at - (to - EDGE_PX)).max(0) - (from + EDGE_PX - at).max(0);
        beyond.clamp(-EDGE_PX, EDGE_PX) * FASTEST_PX / EDGE_PX
    };
    let before = (element.scroll_left(), element.scroll_top());
    element.set_scroll_left(before.0 + push(x, left, right));
    if both_ways {
        element.set_scroll_top(before.1 + push(y, top, bottom));
    }
    before != (element.scroll_left(), element.scroll_top())
}

/// The part of a grid in which its tracks can be seen: left, top, right, bottom. Its first column
/// and its head stay where they are.
fn window_of(grid: &HtmlElement) -> [i32; 4] {
    let rect = grid.get_bounding_client_rect();
    let fixed = grid.query_selector(".tl-corner").ok().flatten().map(|corner| corner.get_bounding_client_rect());
    let (width, height) = fixed.map_or((0.0, 0.0), |fixed| (fixed.width(), fixed.height()));
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let [left, top] = [rect.left() as i32, rect.top() as i32];
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let [width, height] = [width as i32, height as i32];
    [left + width, top + height, left + grid.client_width(), top + grid.client_height()]
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

/// Whether no element had the focus when a key was pressed.
#[must_use]
pub fn is_nobodys(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.tag_name() == "BODY")
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
