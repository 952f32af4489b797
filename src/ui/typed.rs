//! What somebody types into a page before it is alive.
//!
//! A field that is bound to a signal shows what the signal holds once the page is hydrated, whatever stood
//! in it. What was typed until then is put back, and the page hears of it as of all that is typed.

use leptos::prelude::document;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// Fields of words and numbers. A day or a time that the page knows is not what somebody chose before it was shown,
/// and what is saved as soon as a field is left, like a to-do, is not replaced by half a word.
const FIELDS: &str = "textarea, input:is(:not([type]), [type=text], [type=search], [type=number]):not(.todo-text)";

/// The fields that hold something else than the server put there, and what.
pub struct Typed(Vec<(HtmlInputElement, String)>);

/// What has been typed so far; asked just before the page is hydrated.
#[must_use]
pub fn typed_so_far() -> Typed {
    let Ok(found) = document().query_selector_all(FIELDS) else { return Typed(Vec::new()) };
    let typed = |at: u32| {
        // A text area has the same properties as an input.
        let field: HtmlInputElement = found.item(at)?.unchecked_into();
        let value = field.value();
        (value != field.default_value()).then_some((field, value))
    };
    Typed((0..found.length()).filter_map(typed).collect())
}

impl Typed {
    /// Puts it back, in the turn in which the page was hydrated: nothing can be typed in between.
    pub async fn put_back(self) {
        if self.0.is_empty() {
            return;
        }
        // First effects fill in what this browser remembers, such as drafts, then the fields show it.
        tick().await;
        tick().await;
        for (field, typed) in self.0 {
            let shown = field.value();
            if shown == typed {
                continue;
            }
            // A draft that this browser remembers comes first; what was saved elsewhere is not doubled.
            let goes_on = field.has_attribute("data-draft");
            field.set_value(&if goes_on { [shown, typed].concat() } else { typed });
            // It is typed, not done: whoever listens to `change` waits for the person to leave the field.
            if let Ok(event) = Event::new("input") {
                event.init_event_with_bubbles("input", true);
                // Nobody can call it off.
                let _ = field.dispatch_event(&event);
            }
        }
    }
}
