//! The schedules that a form asks for: the day on screen, or another day, fetched when a date is
//! chosen. Events keep both right.

use crate::realtime::live::{Live, use_live};
use crate::realtime::protocol::Snapshot;
use crate::reservations::api::day_schedule;
use crate::reservations::live::DaySchedule;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[derive(Clone, Copy)]
pub struct Days {
    shown: Option<Live<DaySchedule>>,
    fetched: RwSignal<Option<Live<DaySchedule>>>,
    /// The day being fetched, so that it is fetched once.
    asked: StoredValue<Option<Date>>,
    /// The page's owner, and that of the fetched day, which goes when another one comes.
    owners: StoredValue<(Option<Owner>, Option<Owner>)>,
}

impl Days {
    /// `shown` is the day on screen, where there is one.
    #[must_use]
    pub fn new(shown: Option<Live<DaySchedule>>) -> Self {
        Self {
            shown,
            fetched: RwSignal::new(None),
            asked: StoredValue::new(None),
            owners: StoredValue::new((Owner::current(), None)),
        }
    }

    /// Reads a day, tracked; `None` while it is not there.
    pub fn with<T>(self, date: Date, read: impl FnOnce(&DaySchedule) -> T) -> Option<T> {
        let is_it = |live: &Live<DaySchedule>| live.with(|day| day.date == date);
        let shown = self.shown.filter(is_it);
        shown.or_else(|| self.fetched.get().filter(is_it)).map(|live| live.with(read))
    }

    /// Reads any day that is there: its rooms are the same on all of them.
    pub fn with_any<T>(self, read: impl FnOnce(&DaySchedule) -> T) -> Option<T> {
        self.shown.or_else(|| self.fetched.get()).map(|live| live.with(read))
    }

    /// Fetches a day unless it is there. A day that cannot be fetched stays unknown: the server
    /// has the last word on every booking anyway.
    pub fn ensure(self, date: Date) {
        let here = untrack(|| self.with(date, |_| ()).is_some());
        if here || self.asked.get_value() == Some(date) {
            return;
        }
        self.asked.set_value(Some(date));
        spawn_local(async move {
            let found = day_schedule(Some(date)).await;
            // Another day has been asked for meanwhile, or the page has gone.
            if self.asked.try_get_value() != Some(Some(date)) {
                return;
            }
            self.asked.set_value(None);
            if let Ok(snapshot) = found {
                self.follow(snapshot);
            }
        });
    }

    fn follow(self, snapshot: Snapshot<DaySchedule>) {
        let Some((Some(page), before)) = self.owners.try_get_value() else { return };
        let date = snapshot.state.date;
        let owner = page.child();
        let live = owner.with(|| use_live(snapshot, move || day_schedule(Some(date))));
        self.fetched.set(Some(live));
        self.owners.set_value((Some(page), Some(owner)));
        if let Some(before) = before {
            before.cleanup();
        }
    }
}
