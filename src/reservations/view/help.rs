//! The keys of the timeline, and the switch for those that are single letters.

use super::desk::Desk;
use crate::ui::browser;
use leptos::prelude::*;

/// The key of this browser's storage under which single-letter keys are switched off.
const KEYS_OFF: &str = "madang-keys-off";

/// Whether this person has switched single-letter keys off.
#[must_use]
pub fn keys_are_off() -> bool {
    browser::stored(KEYS_OFF).is_some_and(|value| !value.is_empty())
}

/// What a key does, and the key.
type Line = (&'static str, &'static [&'static str]);
type Group<'a> = (&'static str, &'a [Line]);

#[component]
pub fn KeysBody(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let groups: [Group; 3] = [
        (t.keys_everywhere, &[(t.keys_book, &["C"]), (t.keys_today, &["T"]), (t.keys_help, &["?"])]),
        (
            t.keys_in_grid,
            &[
                (t.keys_move, &["←", "↑", "↓", "→"]),
                (t.keys_home_end, &["Home", "End"]),
                (t.keys_day, &["PgUp", "PgDn"]),
                (t.keys_select, &["Shift", "→"]),
                (t.keys_open, &["Enter"]),
            ],
        ),
        (
            t.keys_on_booking,
            &[
                (t.keys_edit, &["E"]),
                (t.keys_move_block, &["M"]),
                (t.keys_resize, &["R"]),
                (t.keys_extend, &["+"]),
                (t.keys_cancel, &["Del"]),
                (t.keys_menu, &["Shift", "F10"]),
            ],
        ),
    ];
    let group = |(title, keys): Group| {
        let line = |(what, keys): &Line| {
            let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> }.into_any()).collect_view();
            view! { <div><dt>{*what}</dt><dd>{keys}</dd></div> }
        };
        view! {
            <h3 class="keys-title">{title}</h3>
            <dl class="keys">{keys.iter().map(line).collect_view()}</dl>
        }
    };
    // The panel exists in the browser only, so that its storage may be asked.
    let is_on = RwSignal::new(!keys_are_off());
    let switch = move |event| {
        let on = event_target_checked(&event);
        is_on.set(on);
        browser::store(KEYS_OFF, if on { "" } else { "1" });
    };
    view! {
        <div class="dialog-body">{groups.map(group).collect_view()}</div>
        <div class="dialog-foot">
            <label class="check">
                <input type="checkbox" class="box" prop:checked=move || is_on.get() on:change=switch />
                {t.keys_switch}
            </label>
            <button type="button" class="btn" on:click=move |_| desk.close()>{t.close}</button>
        </div>
    }
}
