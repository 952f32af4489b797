//! Letters' case by the browser: the standard library's tables would be six kilobytes of every page.

use js_sys::JsString;

/// The text in small letters, to compare it with what somebody looks for.
#[must_use]
pub fn lowercase(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}
