//! The newest lines as a slice: state that events keep right.

use super::model::Activity;
use crate::accounts::model::Viewer;
use crate::realtime::protocol::{Event, Slice, Topic};
use serde::{Deserialize, Serialize};

/// How many lines a dashboard shows.
pub const RECENT: usize = 12;

/// What has happened lately, newest first. Who has made a booking that is private is nobody's business, also not in
/// lines of before it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecentActivity {
    pub items: Vec<Activity>,
}

impl Slice for RecentActivity {
    fn apply(&mut self, _: Topic, event: &Event, _: Viewer) {
        if let Some(booking) = event.reservation().filter(|booking| booking.private) {
            for line in self.items.iter_mut().filter(|line| line.reservation_id == Some(booking.id)) {
                line.actor = None;
            }
        }
        if let Some(activity) = event.activity() {
            // Several programs may write at once: commits need not come in the order of the numbers.
            let place = self.items.partition_point(|known| known.id > activity.id);
            self.items.insert(place, activity.clone());
            self.items.truncate(RECENT);
        }
    }
}
