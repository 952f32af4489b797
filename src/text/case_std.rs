//! Letters' case where there is no browser.

/// The text in small letters, to compare it with what somebody looks for.
#[must_use]
pub fn lowercase(text: &str) -> String {
    text.to_lowercase()
}
