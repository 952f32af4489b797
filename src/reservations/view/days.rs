//! The schedules that a form asks for: the day on screen, and others, fetched when a time on them is
//! chosen. Events keep all of them right.

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
    fetched: RwSignal<Vec<Fetched>>,
    /// The days that were asked for last: others go when one of them comes.
    wanted: StoredValue<Vec<Date>>,
    /// The days being fetched, so that each is fetched once.
    asked: StoredValue<Vec<Date>>,
    page: StoredValue<Option<Owner>>,
}

/// A day that is followed for as long as its owner lives.
#[derive(Clone)]
struct Fetched {
    live: Live<DaySchedule>,
    owner: Owner,
}

impl Days {
    /// `shown` is the day on screen, where there is one.
    #[must_use]
    pub fn new(shown: Option<Live<DaySchedule>>) -> Self {
        Self {
            shown,
            fetched: RwSignal::new(Vec::new()),
            wanted: StoredValue::new(Vec::new()),
            asked: StoredValue::new(Vec::new()),
            page: StoredValue::new(Owner::current()),
        }
    }

    /// Reads a day, tracked; `None` while it is not there.
    pub fn with<T>(self, date: Date, read: impl FnOnce(&DaySchedule) -> T) -> Option<T> {
        let is_it = |live: &Live<DaySchedule>| live.with(|day| day.date == date);
        let fetched = || self.fetched.with(|days| days.iter().map(|day| day.live).find(is_it));
        self.shown.filter(is_it).or_else(fetched).map(|live| live.with(read))
    }

    /// Reads any day that is there: its rooms are the same on all of them.
    pub fn with_any<T>(self, read: impl FnOnce(&DaySchedule) -> T) -> Option<T> {
        let fetched = || self.fetched.with(|days| days.first().map(|day| day.live));
        self.shown.or_else(fetched).map(|live| live.with(read))
    }

    /// Fetches those days that are not there. A day that cannot be fetched stays unknown: the server
    /// has the last word on every booking anyway.
    pub fn ensure(self, dates: &[Date]) {
        self.wanted.set_value(dates.to_vec());
        for date in dates.iter().copied() {
            let here = untrack(|| self.with(date, |_| ()).is_some());
            if here || self.asked.with_value(|asked| asked.contains(&date)) {
                continue;
            }
            self.asked.update_value(|asked| asked.push(date));
            spawn_local(async move {
                let found = day_schedule(Some(date)).await;
                // Other days may have been asked for meanwhile, or the page may have gone.
                let _ = self.asked.try_update_value(|asked| asked.retain(|asked| *asked != date));
                let is_wanted = self.wanted.try_with_value(|wanted| wanted.contains(&date)) == Some(true);
                if let (Ok(snapshot), true) = (found, is_wanted) {
                    self.follow(snapshot);
                }
            });
        }
    }

    fn follow(self, snapshot: Snapshot<DaySchedule>) {
        let Some(Some(page)) = self.page.try_get_value() else { return };
        let wanted = self.wanted.get_value();
        let date = snapshot.state.date;
        let owner = page.child();
        let live = owner.with(|| use_live(snapshot, move || day_schedule(Some(date))));
        let (mut days, gone): (Vec<Fetched>, Vec<Fetched>) = self
            .fetched
            .get_untracked()
            .into_iter()
            .partition(|day| day.live.with_untracked(|day| day.date != date && wanted.contains(&day.date)));
        days.push(Fetched { live, owner });
        self.fetched.set(days);
        for day in gone {
            day.owner.cleanup();
        }
    }
}
