//! The running timer on every page: in the header and at the foot of the sidebar, in the title of
//! the document, and what is said when it ends.

use super::desk::{Act, Desk, kind_look, name};
use super::end::told;
use super::ring::Ring;
use super::ticks::{digits, leading, provide_ticks};
use crate::app::use_page;
use crate::realtime::protocol::{Event, Snapshot};
use crate::timers::api::my_timers;
use crate::timers::live::MyTimers;
use crate::timers::model::{Timer, TimerStatus};
use crate::ui::{IconButton, Loading, load, loaded_quietly};
use leptos::prelude::*;

/// The first look at the reader's timers; each place keeps it right from there.
#[derive(Clone, Copy)]
struct FirstLook(Loading<Snapshot<MyTimers>>);

/// What the title of the document counts.
#[derive(Clone, Copy)]
struct TitleCount(RwSignal<Option<String>>);

/// Loads the timers of whoever is signed in, once for the document, and makes the rest work below.
pub fn provide_timers() {
    let page = use_page();
    provide_ticks(page.now);
    if page.user.is_some() {
        provide_context(TitleCount(RwSignal::new(None)));
        provide_context(FirstLook(load(my_timers)));
    }
}

/// What stands before a page's title while a timer runs: `17:42 · `.
pub fn title_count() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let count = use_context::<TitleCount>();
    move || {
        let digits = count.and_then(|TitleCount(digits)| digits.try_get().flatten());
        digits.map_or_else(String::new, |digits| digits + " · ")
    }
}

/// The timer in the header; nothing while none is active.
#[component]
pub fn HeadTimer() -> impl IntoView {
    place("head-timer", false)
}

/// The timer at the foot of the sidebar. It is there once for the document, so it also counts in
/// the title and says what has ended.
#[component]
pub fn SideTimer() -> impl IntoView {
    place("side-timer", true)
}

fn place(class: &'static str, is_first: bool) -> AnyView {
    let Some(FirstLook(first)) = use_context::<FirstLook>() else { return ().into_any() };
    // The page itself says what has failed.
    loaded_quietly(first, move |snapshot| shown(snapshot, class, is_first))
}

fn shown(snapshot: Snapshot<MyTimers>, class: &'static str, is_first: bool) -> AnyView {
    let desk = Desk::new(snapshot);
    let timer = Memo::new(move |_| desk.live.with(|mine| leading(&mine.timers).cloned()));
    let left = Memo::new(move |_| {
        let now = desk.ticks.now();
        timer.with(|timer| timer.as_ref().map(|timer| digits(timer.left_ms_at(now))))
    });
    if is_first {
        let count = use_context::<TitleCount>();
        Effect::new(move |_| {
            let runs = timer.with(|timer| timer.as_ref().is_some_and(|timer| timer.status == TimerStatus::Running));
            if let Some(TitleCount(count)) = count {
                let _ = count.try_set(left.get().filter(|_| runs));
            }
        });
        desk.live.on_frame(move |frame| {
            if let Event::TimerCompleted(timer) = &frame.event {
                told(timer, desk);
            }
        });
    }
    // The card itself comes and goes with the timer; what changes in it changes in place.
    let id = Memo::new(move |_| timer.with(|timer| timer.as_ref().map(|timer| (timer.id.clone(), timer.kind))));
    let card = move || {
        id.get().map(|(_, kind)| {
            let (icon, look) = kind_look(kind);
            let title = move || timer.with(|timer| timer.as_ref().map(|timer| name(timer, desk.lang)));
            let link = desk.t().timers;
            view! {
                <div class=[class, " ", look].concat()>
                    <a class="running" href="/timers" title=link>
                        <Ring desk timer icon />
                        <b class="running-left">{left}</b>
                        <span class="running-title">{title}</span>
                    </a>
                    {toggle(desk, timer)}
                </div>
            }
            .into_any()
        })
    };
    card.into_any()
}

/// Pauses and resumes, for who may.
fn toggle(desk: Desk, timer: Memo<Option<Timer>>) -> AnyView {
    let t = desk.t();
    let state = Memo::new(move |_| {
        timer.with(|timer| timer.as_ref().filter(|timer| timer.may_command(desk.me)).map(|timer| timer.status))
    });
    let press = move |act: Act| {
        Callback::new(move |()| {
            if let Some(timer) = timer.get_untracked() {
                desk.perform(&timer, act);
            }
        })
    };
    let button = move || match state.get()? {
        TimerStatus::Running => {
            Some(view! { <IconButton icon="pause" label=t.timer_pause on_press=press(Act::Pause) /> }.into_any())
        }
        TimerStatus::Paused => {
            Some(view! { <IconButton icon="play" label=t.timer_resume on_press=press(Act::Resume) /> }.into_any())
        }
        _ => None,
    };
    button.into_any()
}
