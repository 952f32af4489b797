//! What the views ask of the browser. The twin for the server is `browser_stub.rs`.

use js_sys::Date;
use leptos::leptos_dom::helpers::{request_animation_frame, set_timeout};
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    Document, Event, HtmlAudioElement, HtmlElement, IntersectionObserver, IntersectionObserverEntry, MouseEvent,
    Storage, Window, Worker,
};

/// The width below which the interface is a phone's, as in the style sheets.
const PHONE: &str = "(max-width: 599.98px)";

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// This device's clock in milliseconds since the epoch; not to be trusted, see `realtime::clock`.
#[must_use]
pub fn now_ms() -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since the epoch fit an i64")]
    let now = Date::now() as i64;
    Some(now)
}

/// Milliseconds between this device's clock and the one that counts since the page was opened: they
/// part when the clock is set, or when the device sleeps.
#[must_use]
pub fn clock_skew_ms() -> Option<i64> {
    let running = window()?.performance()?.now();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since the epoch fit an i64")]
    let skew = (Date::now() - running) as i64;
    Some(skew)
}

/// Sleeps for others: the clocks of a page in the background are held back, those of workers are not.
const ALARM: &str = "/alarm.js";

type Wake = Box<dyn FnOnce()>;

thread_local! {
    static ALARM_CLOCK: RefCell<Option<Worker>> = const { RefCell::new(None) };
    static WAKE: RefCell<Option<Wake>> = const { RefCell::new(None) };
}

/// Calls back after so many milliseconds, in the background too. There is one alarm: setting it
/// again takes the place of what was set before.
pub fn set_alarm(ms: u32, wake: impl FnOnce() + 'static) {
    WAKE.set(Some(Box::new(wake)));
    let is_set = ALARM_CLOCK.with_borrow_mut(|clock| {
        if clock.is_none() {
            *clock = Worker::new(ALARM).ok();
            if let Some(worker) = clock {
                let ring = Closure::<dyn Fn()>::new(ring);
                worker.set_onmessage(Some(ring.as_ref().unchecked_ref()));
                ring.forget();
            }
        }
        clock.as_ref().is_some_and(|worker| worker.post_message(&ms.into()).is_ok())
    });
    if !is_set {
        set_timeout(ring, Duration::from_millis(ms.into()));
    }
}

fn ring() {
    if let Some(wake) = WAKE.take() {
        wake();
    }
}

/// Plays a sound of this site, where the browser lets it.
pub fn play(address: &str) {
    if let Ok(sound) = HtmlAudioElement::new_with_src(address) {
        // Refused to a page that nobody has touched yet.
        let _ = sound.play().map(|playing| {
            wasm_bindgen_futures::spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(playing).await;
            });
        });
    }
}

/// A number in `0.0..1.0`.
#[must_use]
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// Leaves for another document.
pub fn assign(url: &str) {
    if let Some(window) = window() {
        // Refused only for an address that is not one.
        let _ = window.location().assign(url);
    }
}

/// Loads this document again.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// The page cannot be relied on any more: shows what the document has for that, which works without WASM.
pub fn show_broken() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-broken", "");
    }
}

/// The address of this page without its origin.
#[must_use]
pub fn path_and_query() -> Option<String> {
    let location = window()?.location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}

/// Escapes a text for a query's value.
#[must_use]
pub fn encode_query(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Whether the device believes that it has a network.
#[must_use]
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Whether somebody can see this page now.
#[must_use]
pub fn is_visible() -> bool {
    document().is_none_or(|document| !document.hidden())
}

/// Whether the window has the width of a phone.
#[must_use]
pub fn is_phone() -> bool {
    window().and_then(|window| window.match_media(PHONE).ok().flatten()).is_some_and(|query| query.matches())
}

/// Moves focus to an element by its id.
pub fn focus(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        focus_element(element);
    }
}

/// Moves focus to an element that is about to come to the screen, once it is there.
pub fn focus_when_shown(element: HtmlElement) {
    /// About half a second: a page whose data takes longer has lost the person's attention.
    const FRAMES: u32 = 30;
    fn try_in(element: HtmlElement, frames: u32) {
        request_animation_frame(move || {
            if element.is_connected() {
                let _ = element.focus();
            } else if frames > 0 {
                try_in(element, frames - 1);
            }
        });
    }
    try_in(element, FRAMES);
}

/// Moves focus to the first element that a selector finds.
pub fn focus_selector(selector: &str) {
    if let Some(element) = document().and_then(|document| document.query_selector(selector).ok().flatten()) {
        focus_element(element);
    }
}

fn focus_element(element: web_sys::Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Which item of a menu gets focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Next,
    Previous,
    First,
    Last,
}

/// The items of a menu that arrows walk through.
const ITEMS: &str = ":is([role^=menuitem], a, button):not(:disabled, [aria-disabled=true])";

/// Moves focus among the items of the menu with this id; says whether there was one to move to.
pub fn focus_item(menu: &str, step: Step) -> bool {
    let Some(menu) = document().and_then(|document| document.get_element_by_id(menu)) else { return false };
    let Ok(found) = menu.query_selector_all(ITEMS) else { return false };
    let items: Vec<HtmlElement> = (0..found.length()).filter_map(|i| found.item(i)?.dyn_into().ok()).collect();
    if items.is_empty() {
        return false;
    }
    let last = items.len() - 1;
    let active = document().and_then(|document| document.active_element());
    let current = items.iter().position(|item| Some(item.as_ref()) == active.as_ref());
    let next = match (step, current) {
        (Step::Next, Some(at)) if at < last => at + 1,
        (Step::Previous, Some(at)) if at > 0 => at - 1,
        (Step::Previous, _) | (Step::Last, _) => last,
        (Step::Next, _) | (Step::First, _) => 0,
    };
    let _ = items[next].focus();
    true
}

/// Whether the popover with this id is open.
#[must_use]
pub fn is_popover_open(id: &str) -> bool {
    document()
        .and_then(|document| document.get_element_by_id(id))
        .is_some_and(|element| element.matches(":popover-open").unwrap_or(false))
}

/// The element that had focus, to give it back later.
#[derive(Clone)]
pub struct Focused(HtmlElement);

/// Remembers what has focus; nothing when it is the page itself.
#[must_use]
pub fn focused() -> Option<Focused> {
    let element = document()?.active_element()?.dyn_into::<HtmlElement>().ok()?;
    (element.tag_name() != "BODY").then_some(Focused(element))
}

impl Focused {
    /// Gives focus back, unless the element has left the page or somebody has moved on.
    pub fn restore(&self) {
        let elsewhere = focused().is_some();
        if self.0.is_connected() && !elsewhere {
            let _ = self.0.focus();
        }
    }
}

/// Where a panel of this width stands right below the element that was pressed, aligned with its
/// right edge; in CSS pixels of the window.
#[must_use]
pub fn place_below(event: &MouseEvent, width: i32) -> Option<(i32, i32)> {
    const GAP: f64 = 6.0;
    let pressed = event.current_target()?.dyn_into::<web_sys::Element>().ok()?.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a window fit an i32")]
    let (right, below) = (pressed.right() as i32, (pressed.bottom() + GAP) as i32);
    Some((right - width, below))
}

/// Moves a panel up as far as it reaches over the window's lower edge.
pub fn keep_on_screen(id: &str) {
    const MARGIN: f64 = 8.0;
    let Some(panel) = document().and_then(|document| document.get_element_by_id(id)) else { return };
    let Some(height) = window().and_then(|window| window.inner_height().ok()?.as_f64()) else { return };
    let rect = panel.get_bounding_client_rect();
    if rect.bottom() > height - MARGIN
        && let Ok(panel) = panel.dyn_into::<HtmlElement>()
    {
        let top = (height - MARGIN - rect.height()).max(MARGIN);
        // Fails only for a property that may not be set.
        let _ = panel.style().set_property("--y", &[top.to_string().as_str(), "px"].concat());
    }
}

/// Whether the event's target takes typed text, so that single-key shortcuts must stay quiet.
#[must_use]
pub fn is_typing() -> bool {
    document().and_then(|document| document.active_element()).is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable)
    })
}

/// Whether the `<details>` that has just been toggled is open.
#[must_use]
pub fn is_open(event: &Event) -> bool {
    let details = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}

/// Closes an open native popover by its id.
pub fn hide_popover(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id))
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        // Fails only when it is not open.
        let _ = element.hide_popover();
    }
}

/// Notes this device's time zone in a cookie, so that the server can tell times by it.
pub fn note_time_zone() {
    let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    let zone = js_sys::Reflect::get(&options, &"timeZone".into()).ok().and_then(|zone| zone.as_string());
    let document = document().and_then(|document| document.dyn_into::<web_sys::HtmlDocument>().ok());
    if let (Some(zone), Some(document)) = (zone, document) {
        // Refused only where cookies are forbidden: times are told by the organisation's zone then.
        let _ = document.set_cookie(&["madang_zone=", &zone, ";path=/;max-age=31536000;samesite=lax"].concat());
    }
}

/// Calls back whenever an element comes into view, for as long as the page is there.
pub fn on_shown(element: &HtmlElement, call: impl Fn() + 'static) {
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let is_shown = |entry: wasm_bindgen::JsValue| {
            entry.dyn_into::<IntersectionObserverEntry>().is_ok_and(|entry| entry.is_intersecting())
        };
        if entries.iter().any(is_shown) {
            call();
        }
    });
    // The element's button does the same in a browser that cannot observe.
    if let Ok(observer) = IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
        observer.observe(element);
    }
    seen.forget();
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

/// A remembered choice of this browser.
#[must_use]
pub fn stored(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Remembers a choice in this browser; forgotten when storage is full or forbidden.
pub fn store(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// The status of the response: known to the server alone.
pub fn set_status(_code: u16) {}
