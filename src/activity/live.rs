//! The newest lines as a slice: state that events keep right.

use super::model::Activity;
use crate::accounts::model::Viewer;
use crate::realtime::protocol::{Event, Slice, Topic};
use serde::{Deserialize, Serialize};

/// How many lines a dashboard shows.
pub const RECENT: usize = 12;

/// What has happened lately, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecentActivity {
    pub items: Vec<Activity>,
}

impl Slice for RecentActivity {
    fn apply(&mut self, _: Topic, event: &Event, _: Viewer) {
        if let Some(activity) = event.activity() {
            // Several programs may write at once: commits need not come in the order of the numbers.
            let place = self.items.partition_point(|known| known.id > activity.id);
            self.items.insert(place, activity.clone());
            self.items.truncate(RECENT);
        }
    }
}
