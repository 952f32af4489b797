//! The page as one slice.

use crate::accounts::model::Viewer;
use crate::activity::live::RecentActivity;
use crate::announcements::live::{Asked, Notices};
use crate::realtime::protocol::{Event, Slice, Topic};
use crate::reservations::live::{DaySchedule, MyReservations};
use serde::{Deserialize, Serialize};

/// Everything on the page, of one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    pub today: DaySchedule,
    pub mine: MyReservations,
    pub notices: Notices,
    /// What the reader has announced, with how many have answered.
    pub asked: Asked,
    pub activity: RecentActivity,
}

impl Slice for Dashboard {
    fn apply(&mut self, topic: Topic, event: &Event, viewer: Viewer) {
        self.today.apply(topic, event, viewer);
        self.mine.apply(topic, event, viewer);
        self.notices.apply(topic, event, viewer);
        self.asked.apply(topic, event, viewer);
        self.activity.apply(topic, event, viewer);
    }
}
