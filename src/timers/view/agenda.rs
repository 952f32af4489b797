//! The agendas of meetings: the point that is talked about, what is left of its time, and the way on.

use super::agenda_form::AgendaForm;
use super::desk::name;
use super::late::Late;
use super::page::Board;
use super::ticks::digits;
use crate::ids::TimerId;
use crate::text::fill;
use crate::time::SECOND;
use crate::timers::api;
use crate::timers::model::{Agenda, Point, PointChoice, Timer, TimerKind};
use crate::ui::{Badge, Dialog, DialogHead, For, Icon, IconButton};
use leptos::prelude::*;

const FORM: &str = "timer-agenda";
const FORM_TITLE: &str = "timer-agenda-title";

/// A card for each timer that has an agenda, and the dialog in which one is written.
#[component]
pub fn Agendas(board: Board) -> impl IntoView {
    let t = board.desk.t();
    let ids = Memo::new(move |_| {
        board.desk.live.with(|mine| {
            let with = mine.active().into_iter().filter(|timer| timer.agenda.is_some());
            with.map(|timer| timer.id.clone()).collect::<Vec<TimerId>>()
        })
    });
    let open = Signal::derive(move || board.writes.with(Option::is_some));
    let close = Callback::new(move |()| board.writes.set(None));
    view! {
        <For each=move || ids.get() key=ToString::to_string children=move |id| card(board, id) />
        <Dialog id=FORM open on_close=close labelled_by=FORM_TITLE>
            <DialogHead id=FORM_TITLE title=t.agenda close_label=t.close on_close=close />
            <AgendaForm board on_done=close />
        </Dialog>
    }
}

/// What the parts of a card share; every field is a handle.
#[derive(Clone, Copy)]
pub struct Talk {
    pub board: Board,
    pub timer: Memo<Option<Timer>>,
    agenda: Memo<Option<Agenda>>,
    /// Whole seconds that have elapsed on the timer.
    elapsed: Memo<i64>,
    may: Memo<bool>,
}

impl Talk {
    fn new(board: Board, id: TimerId) -> Self {
        let desk = board.desk;
        // One that is leaving the page keeps its last look until it is gone.
        let timer = Memo::new(move |last: Option<&Option<Timer>>| desk.find(&id).or_else(|| last.cloned().flatten()));
        let elapsed = Memo::new(move |_| {
            let now = desk.ticks.now();
            timer.with(|timer| timer.as_ref().map_or(0, |timer| timer.elapsed_ms_at(now) / SECOND))
        });
        Self {
            board,
            timer,
            agenda: Memo::new(move |_| timer.with(|timer| timer.as_ref().and_then(|timer| timer.agenda.clone()))),
            elapsed,
            may: Memo::new(move |_| timer.with(|timer| timer.as_ref().is_some_and(|t| t.may_command(desk.me)))),
        }
    }

    fn read<T: Default>(self, read: impl FnOnce(&Agenda) -> T) -> T {
        self.agenda.with(|agenda| agenda.as_ref().map(read).unwrap_or_default())
    }

    /// The place of the point that is talked about, from 0 on.
    fn place(self) -> usize {
        self.read(|agenda| agenda.now().map_or(0, |(place, _)| place))
    }

    fn count(self) -> usize {
        self.read(|agenda| agenda.points.len())
    }

    fn title(self) -> String {
        self.read(|agenda| agenda.now().map(|(_, point)| point.title.clone()).unwrap_or_default())
    }

    /// Comes to another point; nothing when there is none.
    fn go_to(self, place: Option<usize>) {
        let (timer, count) = untrack(|| (self.timer.get(), self.count()));
        let place = place.filter(|place| *place < count).and_then(|place| u32::try_from(place).ok());
        if let (Some(timer), Some(point)) = (timer, place) {
            // Pressed twice, or by two at once, it is the same point.
            let choice = PointChoice { point, version: None };
            self.board.desk.send(api::go_to_point(timer.id, choice));
        }
    }
}

fn card(board: Board, id: TimerId) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    let heading = ["agenda-", &id.to_string()].concat();
    let talk = Talk::new(board, id.clone());
    let title = move || talk.timer.with(|timer| timer.as_ref().map(|timer| name(timer, desk.lang)).unwrap_or_default());
    // The large timer may be of the same name.
    let label = move || [t.agenda, ": ", &title()].concat();
    let room = Memo::new(move |_| talk.timer.get().and_then(|timer| board.booking_of(&timer)).map(|b| b.room.name));
    let room = move || room.get().map(|room| view! { <Badge icon="door-open">{room}</Badge> }.into_any());
    let change = Callback::new(move |()| board.writes.set(Some(id.clone())));
    let pencil = move || {
        let label = t.agenda_change;
        talk.may.get().then(|| view! { <IconButton icon="pencil" class="sm" label on_press=change /> }.into_any())
    };
    view! {
        <section class="card agenda-talk is-meeting" aria-label=label>
            <div class="card-head"><h2>{title}</h2>{room}{pencil}</div>
            <div class="card-body">
                {now(talk, &heading)}
                {bar(talk)}
                {move || talk.may.get().then(|| steps(talk))}
                <Late talk />
                {all(talk)}
            </div>
        </section>
    }
    .into_any()
}

/// The point that is talked about, with what is left of its time, or by how much it runs over.
fn now(talk: Talk, heading: &str) -> AnyView {
    let t = talk.board.desk.t();
    let point = [heading, "-point"].concat();
    let left = Memo::new(move |_| {
        let elapsed = talk.elapsed.get();
        talk.read(|agenda| agenda.left(elapsed))
    });
    let is_over = Memo::new(move |_| left.get() < 0);
    let shown = move || {
        let left = left.get();
        if left < 0 { ["+", &digits(-left * SECOND)].concat() } else { digits(left * SECOND) }
    };
    let over = move || is_over.get().then(|| view! { <span class="point-over">{t.agenda_over}</span> }.into_any());
    let place = move || fill(t.agenda_place, &[&(talk.place() + 1), &talk.count()]);
    let said = move || is_over.get().then(|| fill(t.agenda_over_said, &[&talk.title()]));
    view! {
        <div class="point-now">
            <div>
                <p class="muted">{place}</p>
                <p class="point-title" id=point.clone()>{move || talk.title()}</p>
            </div>
            <p class=move || if is_over.get() { "point-left is-over" } else { "point-left" }>
                {over}
                <span role="timer" aria-labelledby=point>{shown}</span>
            </p>
        </div>
        <p class="sr-only" role="status">{said}</p>
    }
    .into_any()
}

/// The points as long as they are meant to take; what is talked about fills up.
fn bar(talk: Talk) -> AnyView {
    let t = talk.board.desk.t();
    // By hundredths: what stands still is not drawn anew each second.
    let done = Memo::new(move |_| {
        let elapsed = talk.elapsed.get();
        talk.read(|agenda| {
            let spent = agenda
                .now()
                .map_or(0, |(place, point)| agenda.spent(place, elapsed) * 100 / i64::from(point.seconds.max(1)));
            spent.min(100)
        })
    });
    let segments = move || {
        let now = talk.place();
        let segment = move |(place, point): (usize, Point)| {
            let grow = format!("flex-grow:{}", point.seconds);
            let class = if place < now { "point is-over" } else { "point" };
            let part = (place == now).then(|| {
                view! { <span class="point-done" style=move || format!("inline-size:{}%", done.get())></span> }
                    .into_any()
            });
            view! { <span class=class style=grow>{part}</span> }.into_any()
        };
        talk.read(|agenda| agenda.points.clone()).into_iter().enumerate().map(segment).collect_view()
    };
    let label = move || fill(t.agenda_place, &[&(talk.place() + 1), &talk.count()]);
    view! { <div class="points-bar" role="img" aria-label=label>{segments}</div> }.into_any()
}

/// Back and on, for who leads. At either end the button stays, so that it keeps the focus.
fn steps(talk: Talk) -> AnyView {
    let t = talk.board.desk.t();
    let is_first = move || (talk.place() == 0).then_some("true");
    let is_last = move || (talk.place() + 1 >= talk.count()).then_some("true");
    let back = move |_| talk.go_to(untrack(|| talk.place()).checked_sub(1));
    let on = move |_| talk.go_to(Some(untrack(|| talk.place()) + 1));
    view! {
        <div class="point-steps">
            <button type="button" class="btn" aria-disabled=is_first on:click=back>
                <Icon name="chevron-left" />{t.agenda_back}
            </button>
            <button type="button" class="btn" aria-disabled=is_last on:click=on>
                {t.agenda_next}<Icon name="chevron-right" />
            </button>
        </div>
    }
    .into_any()
}

/// All points with what they have taken; who leads can go to each.
fn all(talk: Talk) -> AnyView {
    let t = talk.board.desk.t();
    let points = move || talk.read(|agenda| agenda.points.iter().cloned().enumerate().collect::<Vec<_>>());
    let key = |(place, point): &(usize, Point)| format!("{place} {} {}", point.seconds, point.title);
    view! {
        <details class="timer-more points-all">
            <summary>{t.agenda_all}</summary>
            <ol>
                <For each=points key children=move |(place, point)| line(talk, place, point) />
            </ol>
        </details>
    }
    .into_any()
}

fn line(talk: Talk, place: usize, point: Point) -> AnyView {
    let spent = Memo::new(move |_| {
        let elapsed = talk.elapsed.get();
        talk.read(|agenda| agenda.spent(place, elapsed))
    });
    let times = move || [digits(spent.get() * SECOND), digits(i64::from(point.seconds) * SECOND)].join(" / ");
    let is_now = move || (talk.place() == place).then_some("step");
    let title = point.title;
    let shown = move || {
        let title = title.clone();
        if talk.may.get() {
            let go = move |_| talk.go_to(Some(place));
            view! { <button type="button" class="timer-open" on:click=go>{title}</button> }.into_any()
        } else {
            view! { <span class="timer-open">{title}</span> }.into_any()
        }
    };
    view! { <li aria-current=is_now>{shown}<span class="muted">{times}</span></li> }.into_any()
}

/// The way to an agenda, for who leads a meeting's timer that has none.
pub fn write_agenda(board: Board) -> AnyView {
    let desk = board.desk;
    let can = Memo::new(move |_| {
        board.main.with(|timer| {
            let timer =
                timer.as_ref().filter(|timer| timer.kind == TimerKind::Meeting && timer.may_command(desk.me))?;
            timer.agenda.is_none().then(|| timer.id.clone())
        })
    });
    let button = move || {
        can.get().map(|id| {
            let write = move |_| board.writes.set(Some(id.clone()));
            view! {
                <button type="button" class="btn ghost sm" on:click=write><Icon name="list" />{desk.t().agenda_write}</button>
            }
            .into_any()
        })
    };
    button.into_any()
}
