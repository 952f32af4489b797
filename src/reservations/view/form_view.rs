//! The booking form: a popover beside the grid, a sheet on the phone.

use super::alternatives::{Alternatives, ConflictNote};
use super::board::{Board, Selection};
use super::desk::{Desk, FormStart};
use super::form::{Form, News};
use super::kept::{keep, resume};
use super::proposal::invite;
use crate::accounts::view::{PeoplePicker, use_everybody};
use crate::error::Field as FieldName;
use crate::ids::RoomId;
use crate::reservations::model::MAX_TITLE_CHARS;
use crate::rooms::model::Room;
use crate::text::fill;
use crate::time::{Interval, parse_date};
use crate::ui::{BusyButton, Field, FieldError, Icon, browser, described_by};
use leptos::ev;
use leptos::prelude::*;

#[component]
pub fn FormBody(desk: Desk, board: Option<Board>, start: FormStart) -> impl IntoView {
    let t = desk.t();
    let proposal = start.proposal.clone();
    let form = Form::new(desk, board, resume(desk, start));
    follow(form);
    keep(form);

    let invalid = move |field| form.problem(field).map(|_| "true");
    let title_error = Signal::derive(move || form.problem(FieldName::Title));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    let blocked = Signal::derive(move || {
        form.news.get() == Some(News::Gone) || (form.obstacle.with(Option::is_some) && form.target().is_none())
    });
    let everybody = use_everybody();
    invite(form, proposal, everybody);
    let organizer = Signal::derive(move || {
        let organizer = form.before.with(|b| b.as_ref().and_then(|b| b.organizer.as_ref().map(|o| o.id)));
        Some(organizer.unwrap_or(form.desk.viewer.user_id))
    });
    view! {
        <form on:submit=submit novalidate=true>
            <div class="pop-body">
                <input
                    class="input qb-title"
                    id="booking-title"
                    aria-label=t.title
                    placeholder=t.title_placeholder
                    maxlength=MAX_TITLE_CHARS.to_string()
                    autocomplete="off"
                    autofocus=true
                    aria-required="true"
                    aria-invalid=move || invalid(FieldName::Title)
                    aria-describedby=move || described_by("booking-title", title_error.with(Option::is_some), false)
                    bind:value=form.title
                />
                <FieldError id="booking-title" error=title_error />
                <div class="fields">
                    <div class="fields-row">
                        <RoomField form />
                        <div class="field">
                            <label for="booking-date">{t.date}</label>
                            <input class="input" type="date" id="booking-date" bind:value=form.date />
                        </div>
                    </div>
                    <TimeFields form />
                    <NewsNote form />
                    <ConflictNote form />
                    <Alternatives form />
                    <PeoplePicker
                        id="booking-people"
                        label=t.attendees
                        placeholder=t.add_attendee
                        everybody
                        chosen=form.people
                        on_change=move |people| form.people.set(people)
                        except=organizer
                        error=Signal::derive(move || form.problem(FieldName::AttendeeIds))
                    />
                    <CountField form />
                    <label class="switch-row">
                        <span>{t.private}<small>{t.private_hint}</small></span>
                        <input type="checkbox" class="switch" role="switch" bind:checked=form.private />
                    </label>
                </div>
                {move || form.failure.get().map(|error| view! {
                    <div class="note red" role="alert">
                        <Icon name="triangle-alert" />
                        <div>{desk.lang.error(&error).into_owned()}</div>
                    </div>
                }.into_any())}
            </div>
            <div class="pop-foot">
                <button type="button" class="btn ghost sm" on:click=move |_| desk.close()>{t.cancel}</button>
                <BusyButton
                    class="primary sm"
                    submit=true
                    busy=form.busy
                    busy_text=Signal::derive(move || if form.before.with(Option::is_some) { t.saving } else { t.booking_now }.to_owned())
                    disabled=blocked
                >
                    {move || submit_text(form)}
                </BusyButton>
            </div>
        </form>
    }
}

/// What the primary button will do.
fn submit_text(form: Form) -> String {
    let desk = form.desk;
    let t = desk.t();
    let target = form.target();
    if target.is_none() && form.obstacle.with(|o| o.as_ref().is_some_and(|o| !o.conflict.alternatives.is_empty())) {
        return t.choose_alternative.to_owned();
    }
    let room = target.and_then(|target| desk.days.with_any(|day| day.room(target.room_id).cloned()).flatten());
    match (form.before.with(Option::is_some), room) {
        (true, _) => t.save.to_owned(),
        (false, None) => t.book.to_owned(),
        (false, Some(room)) => {
            fill(if room.makes_wait(desk.viewer) { t.request_room } else { t.book_room }, &[&room.name])
        }
    }
}

/// The form's ties to the rest of the page.
fn follow(form: Form) {
    let desk = form.desk;
    // The days that are asked for, for clashes and alternatives; until there is a time, for the rooms.
    Effect::new(move |_| {
        let wanted = form.wanted.get().map(|wanted| wanted.interval());
        let begins = |date| desk.zone(|zone| zone.day(date).starts_at);
        let begin = || parse_date(&form.date.get()).map(begins).map(|at| Interval::new(at, at));
        if let Some(interval) = wanted.or_else(begin) {
            desk.days.ensure(&desk.days_of(interval));
        }
    });
    // The drawn time on the grid is the form's.
    if let Some(board) = form.board {
        Effect::new(move |_| {
            if let Some(wanted) = form.wanted.get()
                && form.before.with_untracked(Option::is_none)
            {
                board.selection.set(Some(Selection {
                    room: wanted.room_id,
                    interval: wanted.interval(),
                    by_key: false,
                }));
            }
        });
        on_cleanup(move || {
            let _ = board.selection.try_set(None);
        });
    }
    // Somebody else changes or removes the booking while it is being edited.
    Effect::new(move |was_here: Option<bool>| {
        let Some(id) = form.before.with_untracked(|before| before.as_ref().map(|b| b.id)) else { return false };
        match desk.find(id) {
            Some(fresh) if fresh.status.holds_slot() => {
                if !form.busy.get_untracked() {
                    form.rebase(fresh);
                }
                true
            }
            _ => {
                if was_here == Some(true) && !form.busy.get_untracked() {
                    form.look_up(id);
                }
                false
            }
        }
    });
    // Tells a conflict that the person's own input runs into from one that somebody else makes.
    Effect::new(move |before: Option<Option<(RoomId, Interval, u32)>>| {
        let slot = form.wanted.with(|w| w.as_ref().map(|w| (w.room_id, w.interval(), w.head_count())));
        let by_input = before.is_none_or(|before| before != slot);
        let chosen = form.obstacle.with(|o| o.as_ref().and_then(|o| o.chosen(by_input, form.picked.get_untracked())));
        form.picked.set(chosen);
        slot
    });
    // What somebody else has changed is asked about as soon as something else is typed.
    let differs = Memo::new(move |_| form.differs());
    // The panel grows with what it has to say.
    Effect::new(move |_| {
        form.obstacle.track();
        form.problems.track();
        form.tried.track();
        form.news.track();
        form.failure.track();
        form.people.track();
        differs.track();
        request_animation_frame(|| browser::keep_on_screen("booking"));
    });
}

#[component]
fn RoomField(form: Form) -> impl IntoView {
    let desk = form.desk;
    let t = desk.t();
    let error = Signal::derive(move || form.problem(FieldName::RoomId));
    let hint = Signal::derive(move || {
        let id = form.room.get()?;
        let waits = desk.days.with_any(|day| day.room(id).is_some_and(|room| room.makes_wait(desk.viewer)))?;
        waits.then(|| t.needs_approval_note.to_owned())
    });
    let rooms = Memo::new(move |_| desk.days.with_any(|day| day.rooms.clone()).unwrap_or_default());
    let options = move || {
        let rooms = rooms.get();
        let mut floors: Vec<String> = rooms.iter().map(|room| room.floor.clone()).collect();
        floors.dedup();
        let group = |floor: String| {
            let option = |room: &Room| {
                let id = room.id;
                let text = [room.name.as_str(), &desk.lang.people(room.capacity)].join(" · ");
                view! {
                    <option value=id.to_string() prop:selected=move || form.room.get() == Some(id)>{text}</option>
                }
            };
            let inside = rooms.iter().filter(|room| room.floor == floor).map(option).collect_view();
            let label = if floor.is_empty() { t.floor_none.to_owned() } else { floor };
            view! { <optgroup label=label>{inside}</optgroup> }
        };
        floors.into_iter().map(group).collect_view()
    };
    let choose = move |event| form.room.set(event_target_value(&event).parse().ok());
    view! {
        <Field id="booking-room" label=t.room.to_owned() error hint>
            <select
                class="input"
                id="booking-room"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by("booking-room", error.with(Option::is_some), hint.with(Option::is_some))
                on:change=choose
            >
                {move || options()}
            </select>
        </Field>
    }
}

#[component]
fn TimeFields(form: Form) -> impl IntoView {
    let t = form.desk.t();
    let start_error = Signal::derive(move || form.problem(FieldName::StartsAt));
    let end_error = Signal::derive(move || form.problem(FieldName::EndsAt));
    view! {
        <div class="fields-row">
            <div class="field">
                <label for="booking-starts">{t.starts}</label>
                <input
                    class="input"
                    type="time"
                    step="900"
                    id="booking-starts"
                    aria-invalid=move || start_error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by("booking-starts", start_error.with(Option::is_some), false)
                    prop:value=move || form.starts.get()
                    on:change=move |event| form.set_start(event_target_value(&event))
                />
            </div>
            <div class="field">
                <label for="booking-ends">{t.ends}</label>
                <input
                    class="input"
                    type="time"
                    step="900"
                    id="booking-ends"
                    aria-invalid=move || end_error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by("booking-ends", end_error.with(Option::is_some), false)
                    prop:value=move || form.ends.get()
                    on:change=move |event| form.ends.set(event_target_value(&event))
                />
            </div>
        </div>
        <Show when=move || form.asks_for_day()>
            <label class="check">
                <input type="checkbox" bind:checked=form.overnight />
                {t.ends_next_day}
            </label>
        </Show>
        <FieldError id="booking-starts" error=start_error />
        <FieldError id="booking-ends" error=end_error />
    }
}

#[component]
fn CountField(form: Form) -> impl IntoView {
    let desk = form.desk;
    let t = desk.t();
    let error = Signal::derive(move || form.problem(FieldName::AttendeeCount));
    let hint = Signal::derive(move || {
        let id = form.room.get()?;
        desk.days.with_any(|day| day.room(id).map(|room| fill(t.room_seats, &[&room.name, &room.capacity])))?
    });
    view! {
        <Field id="booking-count" label=t.head_count.to_owned() error hint>
            <input
                class="input"
                id="booking-count"
                inputmode="numeric"
                autocomplete="off"
                placeholder=move || form.people.with(|people| people.len() + 1).to_string()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by("booking-count", error.with(Option::is_some), hint.with(Option::is_some))
                bind:value=form.count
            />
        </Field>
    }
}

/// Says what became of the booking while it was being edited, and what can be done about it.
#[component]
fn NewsNote(form: Form) -> impl IntoView {
    let desk = form.desk;
    let t = desk.t();
    let button = |text: &'static str, press: Callback<()>| {
        view! { <button type="button" class="btn sm" on:click=move |_| press.run(())>{text}</button> }.into_any()
    };
    let anew = Callback::new(move |()| form.book_anew());
    let take = Callback::new(move |()| form.take_theirs());
    let keep = Callback::new(move |()| form.news.set(None));
    let differs = Memo::new(move |_| form.differs());
    move || {
        let news = form.news.get()?;
        let (headline, now_is) = match news {
            News::Gone => (t.booking_gone, None),
            News::Changed => (
                if differs.get() { t.booking_changed } else { t.booking_taken_over },
                form.before.get().map(|b| [desk.title(&b), b.room.name.clone(), desk.clocks(b.interval())].join(" · ")),
            ),
        };
        let buttons = match news {
            News::Gone => vec![button(t.book_anew, anew)],
            News::Changed if differs.get() => vec![button(t.keep_mine, keep), button(t.take_theirs, take)],
            News::Changed => Vec::new(),
        };
        Some(
            view! {
                <div class="note yellow" role="alert">
                    <Icon name="triangle-alert" />
                    <div>
                        <b>{headline}</b>
                        {now_is}
                        <div class="note-actions">{buttons}</div>
                    </div>
                </div>
            }
            .into_any(),
        )
    }
}
