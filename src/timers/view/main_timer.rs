//! The large timer: its ring, its rounds, its people, and what can be done with it.

use super::actions::actions;
use super::agenda::write_agenda;
use super::desk::{Desk, kind_look, name};
use super::forgotten::Forgotten;
use super::meeting::MeetingOffer;
use super::page::Board;
use super::people::People;
use super::ring::Ring;
use super::ticks::{digits, spoken_at};
use crate::realtime::live::LinkState;
use crate::text::fill;
use crate::time::{Interval, MINUTE, SECOND, Timestamp};
use crate::timers::api;
use crate::timers::model::{Timer, TimerKind, TimerPatch, TimerStatus};
use crate::ui::{Badge, Empty, Icon, Tone};
use leptos::prelude::*;

#[component]
pub fn MainTimer(board: Board) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    // What is drawn anew with another timer; all else changes in place.
    let shape = Memo::new(move |_| board.main.with(|timer| timer.as_ref().map(|timer| (timer.id.clone(), timer.kind))));
    let content = move || match shape.get() {
        Some((_, kind)) => timer_card(board, kind),
        None => {
            view! {
                <section class="card main-timer is-empty" aria-label=t.timer_now>
                    <Empty icon="timer" title=t.timer_none_title text=t.timer_none_text />
                </section>
            }
        }
        .into_any(),
    };
    content.into_any()
}

fn timer_card(board: Board, kind: TimerKind) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    let timer = board.main;
    let (icon, look) = kind_look(kind);
    let read = move |read: &dyn Fn(&Timer) -> String| timer.with(|timer| timer.as_ref().map(read).unwrap_or_default());
    let kind_text = move || {
        read(&|timer| match timer.cycle {
            Some(cycle) => fill(t.timer_round, &[&desk.lang.timer_kind(timer.kind), &cycle.round]),
            None => desk.lang.timer_kind(timer.kind).to_owned(),
        })
    };
    let left = Memo::new(move |_| {
        let now = desk.ticks.now();
        read(&|timer| digits(timer.left_ms_at(now)))
    });
    let until = move || {
        read(&|timer| match timer.ends_at {
            Some(at) => fill(t.timer_until, &[&desk.prose_time(at)]),
            None => t.timer_paused.to_owned(),
        })
    };
    let by = move || {
        read(&|timer| {
            let host = timer.people.first().map(|host| host.name.clone()).unwrap_or_default();
            fill(t.timer_started_by, &[&host, &desk.prose_time(timer.started_at)])
        })
    };
    let in_step = move || {
        (desk.connection.state.get() == LinkState::Connected)
            .then(|| view! { <Badge tone=Tone::Green icon="check">{t.timer_in_step}</Badge> }.into_any())
    };
    view! {
        <section class=["card main-timer ", look].concat() aria-labelledby="timer-title">
            <div class="dial">
                <Ring desk timer />
                <div class="dial-text">
                    <p class="dial-kind"><Icon name=icon />{kind_text}</p>
                    <p class="dial-left" role="timer" aria-labelledby="timer-title">{left}</p>
                    <p class="dial-until">{until}</p>
                </div>
            </div>
            <div class="main-timer-side">
                <div class="main-timer-head">
                    <h2 id="timer-title">{move || read(&|timer| name(timer, desk.lang))}</h2>
                    {in_step}
                </div>
                <p class="muted">{by}</p>
                {links(board)}
                {rounds(desk, timer)}
                <People desk timer />
                {clash(board)}
                <MeetingOffer board />
                <Forgotten board />
                {actions(board)}
            </div>
            <Spoken desk timer />
        </section>
    }
    .into_any()
}

/// The round of work and rest that this is, among all of its series.
fn rounds(desk: Desk, timer: Memo<Option<Timer>>) -> AnyView {
    let cycle = Memo::new(move |_| timer.with(|timer| timer.as_ref().and_then(|t| t.cycle.map(|c| (c, t.kind)))));
    let bar = move || {
        cycle.get().map(|(cycle, kind)| {
            let t = desk.t();
            let is_rest = kind == TimerKind::Break;
            let segment = |round: u32, rest: bool| {
                let state = match (round, rest).cmp(&(cycle.round, is_rest)) {
                    std::cmp::Ordering::Less => "round is-over",
                    std::cmp::Ordering::Equal => "round is-now",
                    std::cmp::Ordering::Greater => "round",
                };
                let class = if rest { [state, " is-rest"].concat() } else { state.to_owned() };
                let grow = format!("flex-grow:{}", if rest { cycle.rest } else { cycle.work });
                view! { <span class=class style=grow></span> }.into_any()
            };
            let segments: Vec<AnyView> = (1..=cycle.rounds)
                .flat_map(|round| [Some(segment(round, false)), (round < cycle.rounds).then(|| segment(round, true))])
                .flatten()
                .collect();
            let label = fill(t.timer_rounds_label, &[&cycle.rounds, &cycle.round]);
            let minutes =
                |secs: u32| desk.lang.duration(Interval::new(Timestamp(0), Timestamp(i64::from(secs) * SECOND)));
            let legend = fill(t.timer_rounds_legend, &[&minutes(cycle.work), &minutes(cycle.rest)]);
            view! {
                <div class="rounds">
                    <div class="rounds-bar" role="img" aria-label=label.clone()>{segments}</div>
                    <p class="muted">{legend}<span>{label}</span></p>
                </div>
            }
            .into_any()
        })
    };
    bar.into_any()
}

/// The booking and the thing to do that the timer is for.
fn links(board: Board) -> AnyView {
    let booking = Memo::new(move |_| board.main.get().and_then(|timer| board.booking_of(&timer)));
    let todo = Memo::new(move |_| {
        let id = board.main.with(|timer| timer.as_ref().and_then(|timer| timer.todo_id.clone()))?;
        board.desk.live.with(|mine| mine.todos.iter().find(|todo| todo.id.to_string() == id).map(|t| t.title.clone()))
    });
    let content = move || {
        let booking = booking.get().map(|booking| {
            let text = [booking.room.name.as_str(), &clocks(board.desk, booking.interval())].join(" · ");
            let href = ["/reservations/", &booking.id.to_string()].concat();
            view! { <a class="timer-link" href=href><Icon name="calendar-check" class="s" />{text}</a> }.into_any()
        });
        let todo = todo.get().map(|title| {
            view! { <span class="timer-link"><Icon name="circle-check" class="s" />{title}</span> }.into_any()
        });
        view! { {booking}{todo} }.into_any()
    };
    view! { <div class="timer-links">{content}{write_agenda(board)}</div> }.into_any()
}

fn clocks(desk: Desk, interval: Interval) -> String {
    [desk.clock(interval.starts_at), desk.clock(interval.ends_at)].join("–")
}

/// A booking of the reader's that begins before the timer ends, with the way out.
fn clash(board: Board) -> AnyView {
    let desk = board.desk;
    let t = desk.t();
    let found = Memo::new(move |_| {
        let timer = board.main.get()?;
        let (ends_at, now) = (timer.ends_at?, board.now.get());
        board.bookings.with(|mine| {
            let mut upcoming = mine.upcoming(now).into_iter();
            let next = upcoming.find(|b| b.starts_at > now && Some(b.id.to_string()) != timer.schedule_id)?;
            (next.starts_at + MINUTE <= ends_at).then(|| (next.starts_at, next.title.clone(), ends_at - next.starts_at))
        })
    });
    let may = Memo::new(move |_| board.main.with(|timer| timer.as_ref().is_some_and(|t| t.may_command(desk.me))));
    let warning = move || {
        found.get().map(|(at, title, over)| {
            let clock = desk.clock(at);
            let text = fill(t.timer_clash, &[&clock, &title, &(over / MINUTE)]);
            let end_there = move |_| {
                if let Some(timer) = board.main.get_untracked() {
                    // The timer's own time up to there: what has elapsed, and what is left until then.
                    let left = timer.ends_at.map_or(0, |ends_at| ends_at - at);
                    let secs = i64::from(timer.allocated_duration) - left / SECOND;
                    let version = Some(timer.version);
                    let patch = TimerPatch { allocated_duration: Some(secs), version, ..TimerPatch::default() };
                    desk.send(api::edit_timer(timer.id, patch));
                }
            };
            let button = may.get().then(|| {
                view! {
                    <button type="button" class="btn sm" on:click=end_there>{fill(t.timer_end_at, &[&clock])}</button>
                }
                .into_any()
            });
            view! { <div class="timer-warning"><Icon name="triangle-alert" /><p>{text}</p>{button}</div> }.into_any()
        })
    };
    view! { <div role="status">{warning}</div> }.into_any()
}

/// What somebody hears who does not look: five minutes, one minute.
#[component]
fn Spoken(desk: Desk, timer: Memo<Option<Timer>>) -> impl IntoView {
    let minutes = Memo::new(move |_| {
        let now = desk.ticks.now();
        timer.with(|timer| {
            let runs = timer.as_ref().filter(|timer| timer.status == TimerStatus::Running)?;
            spoken_at(runs.left_ms_at(now))
        })
    });
    let said = move || minutes.get().map(|minutes| fill(desk.t().timer_minutes_left, &[&minutes]));
    view! { <p class="sr-only" role="status">{said}</p> }
}
