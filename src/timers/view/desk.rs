//! What the screens of timers share: the slice, the clock, and the commands with their refusals.

use super::ticks::{Ticks, use_ticks};
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::{TimerId, UserId};
use crate::realtime::live::{Connection, LinkState, Live, use_connection, use_live};
use crate::realtime::protocol::Snapshot;
use crate::text::{Lang, Texts};
use crate::time::{Timestamp, ZoneOffsets};
use crate::timers::api;
use crate::timers::live::MyTimers;
use crate::timers::model::{Timer, TimerKind};
use crate::ui::{Toasts, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What can be done with a timer without typing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Pause,
    Resume,
    Stop,
    Cancel,
    /// So many seconds more.
    Extend(i64),
}

/// The shared state; every field is a handle, so that it copies into closures.
#[derive(Clone, Copy)]
pub struct Desk {
    pub lang: Lang,
    /// Whose timers these are.
    pub me: UserId,
    pub live: Live<MyTimers>,
    pub ticks: Ticks,
    /// The timer that a command is under way for.
    pub busy: RwSignal<Option<TimerId>>,
    pub toasts: Toasts,
    pub connection: Connection,
    zone: StoredValue<ZoneOffsets>,
}

impl Desk {
    pub fn new(snapshot: Snapshot<MyTimers>) -> Self {
        let page = use_page();
        let desk = Self {
            lang: page.lang,
            // Pages are behind the login; for nobody nothing is mine.
            me: page.user.map_or(UserId(0), |user| user.id),
            zone: StoredValue::new(snapshot.state.zone.clone()),
            live: use_live(snapshot, api::my_timers),
            ticks: use_ticks(),
            busy: RwSignal::new(None),
            toasts: use_toasts(),
            connection: use_connection(),
        };
        let deadlines = Memo::new(move |_| {
            desk.live.with(|mine| mine.timers.iter().filter_map(|timer| timer.ends_at).collect::<Vec<_>>())
        });
        Effect::new(move |_| desk.ticks.follow(deadlines.get()));
        desk
    }

    #[must_use]
    pub fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    /// Reads the zone in which this page tells the time.
    pub fn zone<T>(self, read: impl FnOnce(&ZoneOffsets) -> T) -> T {
        self.zone.with_value(read)
    }

    /// `오후 02:30`.
    #[must_use]
    pub fn prose_time(self, at: Timestamp) -> String {
        self.lang.prose_time(self.zone(|zone| zone.local(at)))
    }

    /// `14:30`.
    #[must_use]
    pub fn clock(self, at: Timestamp) -> String {
        self.lang.clock(self.zone(|zone| zone.local(at)))
    }

    /// A timer, tracked.
    #[must_use]
    pub fn find(self, id: &TimerId) -> Option<Timer> {
        self.live.with(|mine| mine.find(id).cloned())
    }

    /// Runs a command on a timer as it is on screen; one at a time.
    pub fn perform(self, timer: &Timer, act: Act) {
        if self.busy.with_untracked(Option::is_some) {
            return;
        }
        let (id, version) = (timer.id.clone(), Some(timer.version));
        self.busy.set(Some(id.clone()));
        spawn_local(async move {
            let result = match act {
                Act::Pause => api::pause_timer(id, version).await,
                Act::Resume => api::resume_timer(id, version).await,
                Act::Stop => api::stop_timer(id, version).await,
                Act::Cancel => api::cancel_timer(id, version).await,
                Act::Extend(seconds) => api::extend_timer(id, seconds, version).await,
            };
            let _ = self.busy.try_set(None);
            self.finish(result);
        });
    }

    /// Sends a command that has an answer of its own; its event changes the screen here as everywhere.
    pub fn send<T: 'static>(self, request: impl Future<Output = Result<T, AppError>> + 'static) {
        spawn_local(async move { self.finish(request.await) });
    }

    /// What becomes of an answer. While the connection is down its event does not come, and after
    /// a refusal the screen may have been out of date: then it is loaded anew.
    pub fn finish<T>(self, result: Result<T, AppError>) {
        let is_live = self.connection.state.get_untracked() == LinkState::Connected;
        match result {
            Ok(_) if is_live => {}
            Ok(_) => self.live.refetch(),
            Err(error) => {
                self.live.refetch();
                self.toasts.refused(&error);
            }
        }
    }
}

/// What a timer is called: by its title, else by what it is for.
#[must_use]
pub fn name(timer: &Timer, lang: Lang) -> String {
    timer.title.clone().unwrap_or_else(|| lang.timer_kind(timer.kind).to_owned())
}

/// The icon of a kind, and the class that gives its colour.
#[must_use]
pub fn kind_look(kind: TimerKind) -> (&'static str, &'static str) {
    match kind {
        TimerKind::Focus => ("target", "is-focus"),
        TimerKind::Break => ("coffee", "is-break"),
        TimerKind::Meeting => ("users", "is-meeting"),
        TimerKind::Plain => ("timer", "is-plain"),
    }
}
