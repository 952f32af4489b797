//! The card that starts a timer: four lengths with their rests, or the rest of a meeting.

use super::agenda_form::AgendaField;
use super::page::Board;
use super::switches::Switches;
use crate::accounts::model::Person;
use crate::error::AppError;
use crate::ids::ChatRoomId;
use crate::reservations::model::Reservation;
use crate::text::fill;
use crate::time::{Interval, SECOND, Timestamp};
use crate::timers::api;
use crate::timers::model::{CycleChoice, NewTimer, TimerKind, read_points};
use crate::ui::{BusyButton, Icon, browser, session_ended};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;

/// Lengths in minutes, each with its rest.
const PRESETS: [(u32, u32); 3] = [(25, 5), (50, 10), (90, 20)];
/// How many rounds can be chosen.
const MOST_ROUNDS: u32 = 8;
const ERROR: &str = "timer-start-error";
const TITLE: &str = "timer-title-field";

/// How long the new timer is to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Preset(u32, u32),
    /// Until the reader's meeting ends.
    Meeting,
    Own,
}

/// What is being filled in; every field is a handle.
#[derive(Clone, Copy)]
pub struct Form {
    pub board: Board,
    length: RwSignal<Length>,
    /// As typed.
    minutes: RwSignal<String>,
    rest: RwSignal<String>,
    rounds: RwSignal<u32>,
    title: RwSignal<String>,
    tags: RwSignal<String>,
    /// What the meeting talks about, as typed.
    agenda: RwSignal<String>,
    todo: RwSignal<String>,
    pub together: RwSignal<bool>,
    pub people: RwSignal<Vec<Person>>,
    pub room: RwSignal<Option<ChatRoomId>>,
    pub hold: RwSignal<bool>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    /// The meeting that the reader is in now.
    meeting: Memo<Option<Reservation>>,
}

impl Form {
    /// `room`: a chat room whose members are to see it.
    fn new(board: Board, room: Option<ChatRoomId>) -> Self {
        let meeting = Memo::new(move |_| {
            let now = board.now.get();
            board.bookings.with(|mine| {
                let mut open = mine.upcoming(now).into_iter();
                open.find(|b| b.status.is_confirmed() && b.interval().contains(now)).cloned()
            })
        });
        Self {
            board,
            length: RwSignal::new(Length::Preset(25, 5)),
            minutes: RwSignal::new("15".to_owned()),
            rest: RwSignal::new("5".to_owned()),
            rounds: RwSignal::new(1),
            title: RwSignal::default(),
            tags: RwSignal::default(),
            agenda: RwSignal::default(),
            todo: RwSignal::default(),
            together: RwSignal::new(room.is_some()),
            people: RwSignal::default(),
            room: RwSignal::new(room),
            hold: RwSignal::new(true),
            busy: RwSignal::default(),
            error: RwSignal::default(),
            meeting,
        }
    }

    /// Seconds of work and of rest; tracked. Nothing typed is 0 seconds, which the rule refuses.
    fn secs(self) -> (i64, u32) {
        match self.length.get() {
            Length::Preset(work, rest) => (i64::from(work) * 60, rest * 60),
            Length::Meeting => {
                let left = self.meeting.with(|m| m.as_ref().map_or(0, |m| m.ends_at - self.board.now.get()));
                (left / SECOND, 0)
            }
            Length::Own => {
                let typed = |text: RwSignal<String>| text.with(|text| text.trim().parse::<u32>().unwrap_or(0));
                (i64::from(typed(self.minutes)) * 60, typed(self.rest).saturating_mul(60))
            }
        }
    }

    /// What the form says, as a timer.
    fn wanted(self) -> NewTimer {
        let (work, rest) = self.secs();
        let meeting = self.meeting.get().filter(|_| self.length.get() == Length::Meeting);
        let text = |signal: RwSignal<String>| Some(signal.get()).filter(|text| !text.trim().is_empty());
        let rounds = if meeting.is_some() { 1 } else { self.rounds.get() };
        let together = self.together.get();
        let user_ids = self.people.with(|people| people.iter().filter(|_| together).map(|p| p.id).collect());
        NewTimer {
            allocated_duration: work,
            schedule_id: meeting.as_ref().map(|meeting| meeting.id.to_string()),
            todo_id: text(self.todo),
            title: text(self.title).or_else(|| meeting.as_ref().map(|meeting| meeting.title.clone())),
            tags: self.tags.with(|tags| tags.split(',').map(str::to_owned).collect()),
            kind: Some(if meeting.is_some() { TimerKind::Meeting } else { TimerKind::Focus }),
            hold_notifications: Some(self.hold.get() && meeting.is_none()),
            cycle: (rounds > 1).then_some(CycleChoice { rest, rounds }),
            user_ids,
            chat_room_id: self.room.get().filter(|_| together),
            // Whoever is in the meeting sees its timer.
            reservation_id: meeting.as_ref().map(|meeting| meeting.id),
            description: None,
            agenda: self.agenda.with(|text| if meeting.is_some() { read_points(text) } else { Vec::new() }),
        }
        .tidied()
    }

    fn start(self) {
        if self.busy.get_untracked() {
            return;
        }
        // Ticks are for the seconds; a length until an end is measured at the last moment.
        let mut wanted = untrack(|| self.wanted());
        if let (Some(meeting), Length::Meeting) = (self.meeting.get_untracked(), self.length.get_untracked()) {
            let now = crate::realtime::live::server_now().unwrap_or_else(|| self.board.now.get_untracked());
            wanted.allocated_duration = (meeting.ends_at - now) / SECOND;
        }
        if let Err(error) = wanted.check() {
            self.error.set(Some(error));
            return;
        }
        self.error.set(None);
        self.busy.set(true);
        spawn_local(async move {
            let result = api::create_timer(wanted).await;
            let _ = self.busy.try_set(false);
            match result {
                Ok(timer) => {
                    let _ = self.board.chosen.try_set(Some(timer.id));
                    for text in [self.title, self.tags, self.todo, self.agenda] {
                        let _ = text.try_set(String::new());
                    }
                    self.board.desk.finish(Ok(()));
                }
                Err(error) if session_ended(&error) => {}
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }
}

#[component]
pub fn StartCard(board: Board) -> impl IntoView {
    let named = use_query_map().with_untracked(|query| query.get("chat"));
    let room: Option<ChatRoomId> = named.and_then(|id| id.parse().ok());
    let form = Form::new(board, room);
    Effect::new(move |_| {
        // Whoever comes from a room comes to start a timer.
        if room.is_some() {
            browser::focus(TITLE);
        }
    });
    // Why nothing has started gets the focus as soon as it is there.
    Effect::new(move |_| {
        if form.error.with(Option::is_some) {
            browser::focus(ERROR);
        }
    });
    let lang = board.desk.lang;
    let t = board.desk.t();
    let minutes = move |minutes: u32| fill(t.timer_count_minutes, &[&minutes]);
    let choice = move |length: Length, first: String, second: String| {
        let choose = move |_| form.length.set(length);
        let is_chosen = move || form.length.get() == length;
        view! {
            <label class="preset">
                <input type="radio" name="timer-length" prop:checked=is_chosen on:change=choose checked=length == Length::Preset(25, 5) />
                <span><b>{first}</b><small>{second}</small></span>
            </label>
        }
        .into_any()
    };
    let presets =
        PRESETS.map(|(work, rest)| choice(Length::Preset(work, rest), minutes(work), fill(t.timer_rest, &[&rest])));
    // The meeting comes and goes; the choice goes with it.
    Effect::new(move |_| {
        if form.meeting.with(Option::is_none) && form.length.get_untracked() == Length::Meeting {
            form.length.set(Length::Preset(25, 5));
        }
    });
    let meeting = move || {
        form.meeting.get().map(|meeting| {
            let until = fill(t.timer_until_room, &[&meeting.room.name, &board.desk.clock(meeting.ends_at)]);
            view! { <div class="presets wide">{choice(Length::Meeting, t.timer_until_meeting.to_owned(), until)}</div> }
                .into_any()
        })
    };
    let label = move || {
        let (work, _) = form.secs();
        // Seconds beside a minute are not worth a word.
        let length = lang.duration(Interval::new(Timestamp(0), Timestamp((work * SECOND).max(0))));
        fill(t.timer_start, &[&length])
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.start();
    };
    view! {
        <section class="card" aria-labelledby="timer-new">
            <div class="card-head"><h2 id="timer-new">{t.timer_new}</h2></div>
            <form class="timer-form" on:submit=submit>
                <fieldset class="presets">
                    <legend class="sr-only">{t.timer_length}</legend>
                    {presets}
                    {choice(Length::Own, t.timer_own.to_owned(), t.timer_own_text.to_owned())}
                </fieldset>
                {meeting}
                <OwnLength form />
                <div class="field">
                    <label for=TITLE>{t.timer_title}</label>
                    <input class="input" id=TITLE autocomplete="off" maxlength="200" placeholder=t.timer_title_placeholder bind:value=form.title />
                </div>
                <Show when=move || form.length.get() == Length::Meeting>
                    <AgendaField desk=board.desk id="timer-start-agenda" label=t.agenda_optional text=form.agenda />
                </Show>
                <More form />
                <Switches form />
                <p class="field-error" id=ERROR role="alert" tabindex="-1" hidden=move || form.error.with(Option::is_none)>
                    {move || form.error.get().map(|error| lang.error(&error))}
                </p>
                <BusyButton class="primary wide" submit=true busy=form.busy busy_text=t.timer_starting.to_owned()>
                    <Icon name="play" />
                    {label}
                </BusyButton>
            </form>
        </section>
    }
}

/// Minutes as somebody types them.
#[component]
fn OwnLength(form: Form) -> impl IntoView {
    let t = form.board.desk.t();
    let field = move |id: &'static str, label: &'static str, value: RwSignal<String>| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input class="input" id=id type="number" inputmode="numeric" min="0" max="1440" bind:value=value />
            </div>
        }
        .into_any()
    };
    view! {
        <Show when=move || form.length.get() == Length::Own>
            <div class="fields-row">
                {field("timer-minutes", t.timer_minutes, form.minutes)}
                {field("timer-rest", t.timer_rest_minutes, form.rest)}
            </div>
        </Show>
    }
}

/// Rounds, tags, and what the timer is for.
#[component]
fn More(form: Form) -> impl IntoView {
    let desk = form.board.desk;
    let t = desk.t();
    let rounds = (1..=MOST_ROUNDS)
        .map(|n| {
            view! { <option value=n.to_string() selected=n == 1>{fill(t.timer_rounds, &[&n])}</option> }.into_any()
        })
        .collect_view();
    let choose = move |event: leptos::ev::Event| form.rounds.set(event_target_value(&event).parse().unwrap_or(1));
    let open = Memo::new(move |_| {
        desk.live.with(|mine| mine.todos.iter().filter(|todo| todo.done_at.is_none()).cloned().collect::<Vec<_>>())
    });
    let options = move || {
        let one = |todo: crate::timers::model::Todo| {
            view! { <option value=todo.id.to_string()>{todo.title}</option> }.into_any()
        };
        open.get().into_iter().map(one).collect_view()
    };
    view! {
        <details class="timer-more">
            <summary>{t.timer_more}</summary>
            <div class="fields">
                <div class="field">
                    <label for="timer-rounds">{t.timer_rounds_field}</label>
                    <select class="input" id="timer-rounds" on:change=choose disabled=move || form.length.get() == Length::Meeting>
                        {rounds}
                    </select>
                </div>
                <div class="field">
                    <label for="timer-tags">{t.timer_tags}</label>
                    <input class="input" id="timer-tags" autocomplete="off" placeholder=t.timer_tags_placeholder bind:value=form.tags />
                </div>
                <div class="field">
                    <label for="timer-todo">{t.timer_for_todo}</label>
                    <select class="input" id="timer-todo" prop:value=move || form.todo.get() on:change=move |event| form.todo.set(event_target_value(&event))>
                        <option value="">{t.timer_no_todo}</option>
                        {options}
                    </select>
                </div>
            </div>
        </details>
    }
}
