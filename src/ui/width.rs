//! Whether the interface is a phone's: some screens have a form of their own there.
//!
//! A page carries one form, not both with one hidden: half the markup, half the signals. The server
//! goes by what the device says of itself; from the first effect on the window's width decides.

use super::browser;
use leptos::ev;
use leptos::leptos_dom::helpers::window_event_listener;
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct IsPhone(RwSignal<bool>);

/// Provides [`use_is_phone`], beginning with the server's guess.
pub fn provide_width(guess: bool) {
    let is_phone = RwSignal::new(guess);
    provide_context(IsPhone(is_phone));
    Effect::new(move |_| {
        let measure = move || {
            let measured = browser::is_phone();
            if is_phone.get_untracked() != measured {
                is_phone.set(measured);
            }
        };
        measure();
        let resized = window_event_listener(ev::resize, move |_| measure());
        on_cleanup(move || resized.remove());
    });
}

/// Whether the window has the width of a phone.
///
/// # Panics
/// Outside of `App`, which provides it.
#[must_use]
pub fn use_is_phone() -> Signal<bool> {
    expect_context::<IsPhone>().0.into()
}
