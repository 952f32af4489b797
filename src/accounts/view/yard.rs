//! The drawing beside the login form: rooms around a yard, and people on their way.

use leptos::prelude::*;

#[component]
pub fn Yard() -> impl IntoView {
    view! {
        <svg viewBox="0 0 520 520" aria-hidden="true" focusable="false">
            {ROOMS.map(|(class, x, y, width, height)| view! { <rect class=class x=x y=y width=width height=height rx="10" /> }.into_any())}
            <path class="yard-lines" d=PORCH />
            <circle class="yard-ring out" cx="260" cy="276" r="66" />
            <circle class="yard-ring" cx="260" cy="276" r="44" />
            <circle class="yard-mid" cx="260" cy="276" r="26" />
            {PEOPLE.map(|(class, cx, cy)| view! { <circle class=class cx=cx cy=cy r="9" /> }.into_any())}
        </svg>
    }
}

/// Class, x, y, width, height.
const ROOMS: [(&str, u16, u16, u16, u16); 9] = [
    ("yard-3", 0, 0, 132, 132),
    ("yard-4", 144, 0, 208, 132),
    ("yard-2", 364, 0, 156, 132),
    ("yard-1", 0, 144, 132, 100),
    ("yard-2", 0, 256, 132, 152),
    ("yard-2", 388, 144, 132, 152),
    ("yard-3", 388, 308, 132, 100),
    ("yard-2", 0, 420, 184, 100),
    ("yard-1", 336, 420, 184, 100),
];

/// The boards of the main room's porch.
const PORCH: &str = "M158 16v100M176 16v100M194 16v100M212 16v100M230 16v100M248 16v100M266 16v100M284 16v100\
    M302 16v100M320 16v100M338 16v100";

/// Class, x, y.
const PEOPLE: [(&str, u16, u16); 8] = [
    ("yard-5", 214, 210),
    ("yard-5", 316, 226),
    ("yard-4", 330, 330),
    ("yard-3", 196, 348),
    ("yard-4", 262, 452),
    ("yard-5", 222, 470),
    ("yard-5", 298, 486),
    ("yard-3", 236, 504),
];
