//! One booking on the grid.

use super::board::{Board, Gesture, Kind, Phase, Selection};
use super::changes::Change;
use super::desk::block_id;
use crate::ids::ReservationId;
use crate::reservations::grid::{Axis, overlap_minutes};
use crate::reservations::model::{Reservation, Status};
use crate::text::fill;
use crate::time::Timestamp;
use crate::ui::{Derived, Icon, derived};
use leptos::prelude::*;

/// All that the page shows of a booking; compared before anything is written into the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Look {
    pub class: String,
    pub style: String,
    /// Title, room, time and state in words.
    pub label: String,
    pub title: String,
    pub icon: Option<&'static str>,
    pub who: Option<String>,
    /// Time, or what is going on instead.
    pub sub: Sub,
    /// Whether its ends can be pulled.
    pub grips: bool,
    pub drag_label: Option<String>,
    pub busy: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sub {
    Time(String),
    Text(String),
}

impl Default for Sub {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

#[component]
pub fn Block(board: Board, id: ReservationId) -> impl IntoView {
    // One that is leaving the page keeps its last look until it is gone.
    let look = derived(move |last: Option<&Look>| look_of(board, id).or_else(|| last.cloned()).unwrap_or_default());
    element(id, look, move || board.stands_on(id))
}

/// The element of a booking; `is_stop` says whether Tab stops there.
pub(super) fn element(
    id: ReservationId,
    look: Derived<Look>,
    is_stop: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <div
            id=block_id(id)
            class=move || look.with(|look| look.class.clone())
            style=move || look.with(|look| look.style.clone())
            role="button"
            tabindex=move || if is_stop() { "0" } else { "-1" }
            aria-label=move || look.with(|look| look.label.clone())
            aria-busy=move || look.with(|look| look.busy).then_some("true")
        >
            {move || content(look.get())}
        </div>
    }
}

fn content(look: Look) -> impl IntoView {
    let Look { title, icon, who, sub, grips, drag_label, busy, .. } = look;
    let icon = icon.map(|name| view! { <Icon name=name class=if busy { "spin" } else { "" } /> }.into_any());
    let sub = match sub {
        Sub::Time(time) => view! { <span class="block-time">{time}</span> }.into_any(),
        Sub::Text(text) => text.into_any(),
    };
    view! {
        <span class="block-in">
            <span class="block-title">{icon}{title}</span>
            <span class="block-sub">
                {who.map(|who| view! { <span class="block-who">{who}</span> }.into_any())}
                {sub}
            </span>
        </span>
        {drag_label.map(|label| view! { <span class="drag-label" aria-hidden="true">{label}</span> }.into_any())}
        {grips.then(|| view! {
            <span class="block-grip start" aria-hidden="true"></span>
            <span class="block-grip end" aria-hidden="true"></span>
        }.into_any())}
    }
}

fn look_of(board: Board, id: ReservationId) -> Option<Look> {
    board.with_shown(id, |booking, phase| look_at(board, &Seen::on(board), booking, phase)).flatten()
}

/// What a booking's look depends on besides the booking itself.
pub(super) struct Seen {
    axis: Axis,
    now: Timestamp,
    gesture: Option<Gesture>,
    selection: Option<Selection>,
    changes: Vec<Change>,
}

impl Seen {
    /// As it is on screen, tracked.
    pub fn on(board: Board) -> Self {
        Self {
            axis: board.axis.get(),
            now: board.desk.now.get(),
            gesture: board.gesture.get(),
            selection: board.selection.get(),
            changes: board.changes.get(),
        }
    }
}

/// What is shown of a booking; nothing of one that is on another day.
pub(super) fn look_at(board: Board, seen: &Seen, booking: &Reservation, phase: Phase) -> Option<Look> {
    let (desk, id) = (board.desk, booking.id);
    let Seen { now, gesture, .. } = seen;
    let (t, now, gesture) = (desk.t(), *now, gesture.as_ref());
    let interval = booking.interval();
    let place = seen.axis.place(interval)?;

    let mine = booking.is_organizer(desk.viewer.user_id);
    let is_past = booking.ends_at <= now || booking.status == Status::Completed;
    let change = seen.changes.iter().find(|change| change.id == id);
    let hit = hit_by(seen, booking);

    let settled = kind_of(booking, mine, hit.is_some(), t);
    let (kind, icon, state) = match phase {
        Phase::Saving => ("mine saving", Some("loader-circle"), t.saving),
        Phase::Saved => ("mine saved", Some("check"), settled.2),
        Phase::Failed => ("failed", Some("circle-alert"), t.failed_to_save),
        Phase::Settled | Phase::Dragged => settled,
    };
    let mut class = String::from("block ");
    class.push_str(kind);
    for (on, name) in [
        (is_past, " past"),
        (change.is_some(), " is-changed"),
        (place.cut_start, " cut-start"),
        (place.cut_end, " cut-end"),
    ] {
        if on {
            class.push_str(name);
        }
    }
    let mut style = place.style();
    if let Some(hit) = hit {
        style.push_str(&hit);
    }

    let times = desk.clocks(interval);
    let mut drag_label = None;
    if phase == Phase::Dragged {
        let clashes = board.clashes(booking.room.id, interval, Some(id));
        let clashes: Vec<&Reservation> = clashes.iter().collect();
        class.push_str(match gesture.map(|gesture| &gesture.kind) {
            Some(Kind::Resize { .. }) => " moving resizing",
            _ => " moving",
        });
        let mut label = times.clone();
        if !clashes.is_empty() {
            class.push_str(" bad");
            label.push_str(" · ");
            label.push_str(&fill(t.overlap_minutes, &[&overlap_minutes(interval, &clashes)]));
        }
        drag_label = Some(label);
    }

    let title = desk.title(booking);
    let sub = match (&phase, change) {
        (Phase::Saving | Phase::Failed, _) => Sub::Text(state.to_owned()),
        (_, Some(change)) => Sub::Text(match change.from {
            Some((_, was)) => fill(t.moved_from, &[&desk.clock(was.starts_at)]),
            None => t.changed_just_now.to_owned(),
        }),
        _ => Sub::Time(times.clone()),
    };
    Some(Look {
        class,
        style,
        label: [&title, &booking.room.name, &times, state].join(", "),
        title,
        icon,
        who: match sub {
            Sub::Time(_) => booking.organizer.as_ref().map(|person| person.name.clone()),
            Sub::Text(_) => None,
        },
        sub,
        grips: matches!(phase, Phase::Settled | Phase::Dragged | Phase::Saved) && board.may_drag(booking),
        drag_label,
        busy: phase == Phase::Saving,
    })
}

/// Its kind, icon and state in words.
fn kind_of(
    booking: &Reservation,
    mine: bool,
    is_hit: bool,
    t: &'static crate::text::Texts,
) -> (&'static str, Option<&'static str>, &'static str) {
    let lock = booking.private.then_some("lock");
    match (booking.status, mine) {
        _ if is_hit => ("conflict", lock, t.conflicting),
        (Status::Pending, true) => ("mine pending", Some("hourglass"), t.pending),
        (Status::Pending, false) => ("pending", Some("hourglass"), t.pending),
        (Status::Completed, true) => ("mine", lock, t.completed),
        (Status::Completed, false) => ("booked", lock, t.completed),
        (_, true) => ("mine", lock, t.mine),
        _ if booking.is_reduced() => ("private", lock, t.private_short),
        _ => ("booked", lock, t.reserved),
    }
}

/// Which part of this booking stands in the way of what is being drawn or dragged.
fn hit_by(seen: &Seen, booking: &Reservation) -> Option<String> {
    let (room, wanted, except) = match (&seen.gesture, &seen.selection) {
        (Some(gesture), _) => (gesture.room, gesture.interval, gesture.before().map(|before| before.id)),
        (None, Some(selection)) => (selection.room, selection.interval, None),
        (None, None) => return None,
    };
    let own = booking.interval();
    if booking.room.id != room || except == Some(booking.id) || !booking.status.holds_slot() || !own.overlaps(wanted) {
        return None;
    }
    let whole = Axis { span: own };
    let style = whole.place(wanted)?.style();
    Some([";", &style.replace("--start", "--hit-start").replace("--span", "--hit-span")].concat())
}
