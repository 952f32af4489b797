//! The schedules that a form asks for: the day on screen, kept right by events, or another day,
//! fetched when a date is chosen.

use crate::realtime::live::Live;
use crate::reservations::api::day_schedule;
use crate::reservations::live::DaySchedule;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[derive(Clone, Copy)]
pub struct Days {
    shown: Option<Live<DaySchedule>>,
    fetched: RwSignal<Option<DaySchedule>>,
    /// The day being fetched, so that it is fetched once.
    asked: StoredValue<Option<Date>>,
}

impl Days {
    /// `shown` is the day on screen, where there is one.
    #[must_use]
    pub fn new(shown: Option<Live<DaySchedule>>) -> Self {
        Self { shown, fetched: RwSignal::new(None), asked: StoredValue::new(None) }
    }

    /// Reads a day, tracked; `None` while it is not there.
    pub fn with<T>(self, date: Date, read: impl FnOnce(&DaySchedule) -> T) -> Option<T> {
        if let Some(live) = self.shown
            && live.with(|day| day.date == date)
        {
            return Some(live.with(read));
        }
        self.fetched.with(|day| day.as_ref().filter(|day| day.date == date).map(read))
    }

    /// Reads any day that is there: its rooms are the same on all of them.
    pub fn with_any<T>(self, read: impl FnOnce(&DaySchedule) -> T) -> Option<T> {
        match self.shown {
            Some(live) => Some(live.with(read)),
            None => self.fetched.with(|day| day.as_ref().map(read)),
        }
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
            if let Ok(snapshot) = day_schedule(Some(date)).await
                && self.asked.try_get_value() == Some(Some(date))
            {
                self.fetched.set(Some(snapshot.state));
            }
            self.asked.try_set_value(None);
        });
    }
}
