//! What stands in the way, and what can be booked instead right now.

use super::form::Form;
use crate::reservations::model::{Alternative, Clash};
use crate::rooms::model::Room;
use crate::text::fill;
use crate::time::{Interval, MINUTE};
use crate::ui::Icon;
use leptos::prelude::*;

#[component]
pub fn ConflictNote(form: Form) -> impl IntoView {
    let desk = form.desk;
    let t = desk.t();
    let words = move |clash: Clash| {
        let interval = Interval::new(clash.starts_at, clash.ends_at);
        let who = clash.organizer.map(|person| person.name);
        let title = if who.is_none() { t.private_short.to_owned() } else { clash.title };
        let words: Vec<String> = who.into_iter().chain([title, desk.clocks(interval)]).collect();
        view! { <span class="clash">{words.join(" · ")}</span> }
    };
    move || {
        let obstacle = form.obstacle.get()?;
        let headline = if obstacle.lost_race { t.lost_race } else { t.conflict_with };
        Some(view! {
            <div class="note red" role="alert">
                <Icon name="triangle-alert" />
                <div>
                    <b>{headline}</b>
                    {obstacle.conflict.conflicts_with.into_iter().map(words).collect_view()}
                    {obstacle.conflict.alternatives.is_empty().then(|| view! { <span class="clash">{t.no_alternatives}</span> }.into_any())}
                </div>
            </div>
        }.into_any())
    }
}

#[component]
pub fn Alternatives(form: Form) -> impl IntoView {
    let desk = form.desk;
    let t = desk.t();
    let alternatives = Memo::new(move |_| form.obstacle.get().map(|o| o.conflict.alternatives).unwrap_or_default());
    let choice = move |(index, alternative): (usize, Alternative)| {
        let room = untrack(|| desk.days.with_any(|day| day.room(alternative.room_id).cloned())).flatten();
        let times = desk.clocks(Interval::new(alternative.starts_at, alternative.ends_at));
        let (label, is_same_time) = label_of(form, alternative, room.as_ref());
        let (name, about) = room.map(|room| (room.name.clone(), about(form, &room))).unwrap_or_default();
        view! {
            <label class="alt">
                <input
                    type="radio"
                    class="dot-radio"
                    name="alternative"
                    id=["alternative-", &index.to_string()].concat()
                    value=index.to_string()
                    prop:checked=move || form.picked.get() == Some(alternative)
                    on:change=move |_| form.picked.set(Some(alternative))
                />
                <span class="alt-text"><b>{name}</b>" "{times}<small>{about}</small></span>
                <span class=if is_same_time { "badge accent" } else { "badge" }>{label}</span>
            </label>
        }
    };
    move || {
        let alternatives = alternatives.get();
        (!alternatives.is_empty()).then(|| {
            view! {
                <fieldset class="alts">
                    <legend>{t.alternatives}</legend>
                    {alternatives.into_iter().enumerate().map(choice).collect_view()}
                </fieldset>
            }
        })
    }
}

fn about(form: Form, room: &Room) -> String {
    let lang = form.desk.lang;
    let mut parts = vec![lang.people(room.capacity)];
    parts.extend(room.equipment.iter().map(|code| lang.equipment(code)));
    parts.push(room.floor.clone());
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// In which way it differs from what was asked for.
fn label_of(form: Form, alternative: Alternative, room: Option<&Room>) -> (String, bool) {
    let desk = form.desk;
    let t = desk.t();
    let Some(wanted) = form.wanted.get_untracked() else { return (String::new(), false) };
    if alternative.room_id == wanted.room_id {
        let minutes = (alternative.starts_at - wanted.starts_at) / MINUTE;
        let shift =
            if minutes < 0 { fill(t.minutes_earlier, &[&-minutes]) } else { fill(t.minutes_later, &[&minutes]) };
        return ([t.same_room, " ", &shift].concat(), false);
    }
    let asked = untrack(|| desk.days.with_any(|day| day.room(wanted.room_id).map(|room| room.capacity))).flatten();
    let larger = room.zip(asked).is_some_and(|(room, asked)| room.capacity > asked);
    (if larger { t.larger_room } else { t.same_time }.to_owned(), !larger)
}
