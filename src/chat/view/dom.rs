//! What the log and the composer ask of the browser. The twin for the server is `dom_stub.rs`.
//!
//! The log's scroller is laid out from its end (`column-reverse`): a page shows the newest messages
//! before any script runs, and its place counts from the end, so it is negative.

use crate::chat::model::MessageSeq;
use leptos::ev;
use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDocument, HtmlElement, HtmlTextAreaElement};

/// What of a log can be seen; in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sight {
    /// How much is beyond the upper and the lower edge.
    pub to_top: i32,
    pub to_bottom: i32,
    /// The first message in sight, and how far below the upper edge it begins.
    pub first: Option<(MessageSeq, i32)>,
    /// The last message in sight as a whole.
    pub last: Option<MessageSeq>,
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn messages(log: &HtmlElement) -> Vec<Element> {
    let Ok(found) = log.query_selector_all("[data-seq]") else { return Vec::new() };
    (0..found.length()).filter_map(|i| found.item(i)?.dyn_into().ok()).collect()
}

fn message(log: &HtmlElement, seq: MessageSeq) -> Option<HtmlElement> {
    let found = log.query_selector(&format!("[data-seq=\"{seq}\"]")).ok()??;
    found.dyn_into().ok()
}

fn seq_of(element: &Element) -> Option<MessageSeq> {
    element.get_attribute("data-seq")?.parse().ok()
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
fn top_of(element: &Element) -> i32 {
    element.get_bounding_client_rect().top() as i32
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
fn bottom_of(element: &Element) -> i32 {
    element.get_bounding_client_rect().bottom() as i32
}

/// Where the log stands.
#[must_use]
pub fn look(log: &str) -> Option<Sight> {
    let log = element(log)?;
    let (upper, lower) = (top_of(&log), bottom_of(&log));
    let beyond = log.scroll_height() - log.client_height();
    let to_bottom = -log.scroll_top();
    let all = messages(&log);
    // They stand in order, so the first in sight is found by halving.
    let at = all.partition_point(|message| bottom_of(message) <= upper);
    let first = all.get(at).and_then(|message| Some((seq_of(message)?, top_of(message) - upper)));
    let after = all.partition_point(|message| bottom_of(message) <= lower + 1);
    let last = after.checked_sub(1).and_then(|at| seq_of(&all[at]));
    Some(Sight { to_top: (beyond - to_bottom).max(0), to_bottom, first, last })
}

/// Where a message stands, for [`keep`]: how far below the upper edge it begins.
#[must_use]
pub fn place(log: &str, seq: MessageSeq) -> Option<(MessageSeq, i32)> {
    let log = element(log)?;
    let message = message(&log, seq)?;
    Some((seq, top_of(&message) - top_of(&log)))
}

/// Moves the log so that a message stands where it stood.
pub fn keep(log: &str, (seq, offset): (MessageSeq, i32)) {
    let Some(log) = element(log) else { return };
    if let Some(message) = message(&log, seq) {
        let moved = top_of(&message) - top_of(&log) - offset;
        if moved != 0 {
            log.set_scroll_top(log.scroll_top() + moved);
        }
    }
}

/// Shows the newest message.
pub fn to_end(log: &str) {
    if let Some(log) = element(log) {
        log.set_scroll_top(0);
    }
}

/// Brings a message into the middle; one that was asked for gets the focus too, and a tint for a moment.
/// Says whether it is there.
pub fn show(log: &str, seq: MessageSeq, tint: bool) -> bool {
    let Some(log) = element(log) else { return false };
    let Some(message) = message(&log, seq) else { return false };
    if tint {
        let _ = message.focus();
    }
    let middle = top_of(&log) + log.client_height() / 2;
    let place = log.scroll_top() + top_of(&message) - middle;
    log.set_scroll_top(place.min(0));
    if !tint {
        return true;
    }
    // Taken away first, so that it begins anew.
    let classes = message.class_list();
    let _ = classes.remove_1("is-found");
    let _ = message.offset_width();
    let _ = classes.add_1("is-found");
    true
}

/// Moves focus to a message.
pub fn focus_message(log: &str, seq: MessageSeq) {
    if let Some(message) = element(log).and_then(|log| message(&log, seq)) {
        let _ = message.focus();
    }
}

/// Presses a button of a message, if it is there.
pub fn press(log: &str, seq: MessageSeq, button: &str) {
    let message = element(log).and_then(|log| message(&log, seq));
    let found = message.and_then(|message| message.query_selector(button).ok().flatten());
    if let Some(button) = found.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

/// The message that an event happened in.
#[must_use]
pub fn message_of(event: &ev::Event) -> Option<MessageSeq> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    seq_of(&target.closest("[data-seq]").ok()??)
}

fn text_area(id: &str) -> Option<HtmlTextAreaElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Whether an event happened to a message itself, not to something in it.
#[must_use]
pub fn is_message(event: &ev::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.has_attribute("data-seq"))
}

/// Where the caret of a text field is, in UTF-16.
#[must_use]
pub fn caret(id: &str) -> usize {
    let caret = text_area(id).and_then(|area| area.selection_start().ok().flatten());
    caret.map_or(usize::MAX, |caret| caret as usize)
}

/// Puts a text into a field, and the caret to a place in it.
pub fn set_text(id: &str, text: &str, caret: usize) {
    if let Some(area) = text_area(id) {
        area.set_value(text);
        let caret = u32::try_from(caret).unwrap_or(u32::MAX);
        // Fails only for fields without a caret.
        let _ = area.set_selection_range(caret, caret);
        let _ = area.focus();
    }
}

/// Copies what a text field says, which is selected then; says whether the browser has allowed it. The newer way to
/// the clipboard is closed to a page that did not come over HTTPS.
#[must_use]
pub fn copy(id: &str) -> bool {
    let Some(area) = text_area(id) else { return false };
    let _ = area.focus();
    area.select();
    document().dyn_into::<HtmlDocument>().is_ok_and(|document| document.exec_command("copy") == Ok(true))
}

/// Presses an element by its id.
pub fn click(id: &str) {
    if let Some(element) = element(id) {
        element.click();
    }
}
