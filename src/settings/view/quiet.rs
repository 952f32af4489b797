//! Quiet hours: from, to, on which days, and whether urgent ones come through.

use super::Desk;
use crate::notifications::model::QuietHours;
use jiff::civil::{Date, date};
use leptos::prelude::*;

/// Any Monday: the names of weekdays follow from dates.
const MONDAY: Date = date(2026, 11, 23);

#[component]
pub fn QuietForm(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let hours = move || desk.settings.with(|settings| settings.notifications.quiet_hours.clone());
    let is_off = move || !hours().enabled;
    let change = move |change: &dyn Fn(&mut QuietHours)| {
        let mut changed = desk.settings.with_untracked(|settings| settings.notifications.quiet_hours.clone());
        change(&mut changed);
        desk.keep_quiet(changed);
    };
    let day = move |day: u8| {
        let weekday = (1..day).fold(MONDAY, |date, _| date.tomorrow().unwrap_or(date));
        let is_on = move || hours().weekdays.contains(&day);
        let toggle = move |_| {
            change(&|hours| match hours.weekdays.iter().position(|known| *known == day) {
                Some(at) => drop(hours.weekdays.remove(at)),
                None => hours.weekdays.push(day),
            });
        };
        view! {
            <button
                type="button"
                aria-pressed=move || if is_on() { "true" } else { "false" }
                aria-label=desk.lang.weekday(weekday)
                disabled=move || is_off()
                on:click=toggle
            >
                {desk.lang.weekday_short(weekday)}
            </button>
        }
        .into_any()
    };
    view! {
        <label class="switch-row">
            <span>{t.quiet_enabled}</span>
            <input
                type="checkbox"
                class="switch"
                role="switch"
                prop:checked=move || hours().enabled
                on:change:target=move |event| {
                    let on = event.target().checked();
                    change(&|hours| hours.enabled = on);
                }
            />
        </label>
        <div class="quiet-times">
            <label class="field">
                <span>{t.quiet_from}</span>
                <input
                    type="time"
                    class="input"
                    prop:value=move || hours().from.to_string()
                    disabled=move || is_off()
                    on:change:target=move |event| {
                        if let Ok(from) = event.target().value().parse() {
                            change(&|hours| hours.from = from);
                        }
                    }
                />
            </label>
            <label class="field">
                <span>{t.quiet_to}</span>
                <input
                    type="time"
                    class="input"
                    prop:value=move || hours().to.to_string()
                    disabled=move || is_off()
                    on:change:target=move |event| {
                        if let Ok(to) = event.target().value().parse() {
                            change(&|hours| hours.to = to);
                        }
                    }
                />
            </label>
        </div>
        <div class="quiet-days">
            <span id="quiet-days">{t.quiet_days}</span>
            <div class="seg" role="group" aria-labelledby="quiet-days">
                {(1..=7).map(day).collect_view()}
            </div>
        </div>
        <label class="switch-row">
            <span>{t.quiet_urgent}</span>
            <input
                type="checkbox"
                class="switch"
                role="switch"
                prop:checked=move || hours().urgent_override
                disabled=move || is_off()
                on:change:target=move |event| {
                    let on = event.target().checked();
                    change(&|hours| hours.urgent_override = on);
                }
            />
        </label>
    }
}
