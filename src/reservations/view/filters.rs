//! Which rooms the timeline shows: query parameters, so that a link carries them and the server
//! renders them.

use crate::reservations::live::DaySchedule;
use crate::rooms::model::{Room, RoomFilter};
use crate::time::{Timestamp, date_text};
use jiff::civil::Date;
use leptos_router::params::ParamsMap;

/// The choices for "so many people or more".
pub const PEOPLE: [u32; 5] = [2, 4, 6, 8, 12];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub people: Option<u32>,
    pub equipment: Vec<String>,
    pub floor: Option<String>,
    /// Only rooms that are free: now on the day that contains now, else all day.
    pub free: bool,
}

impl Filter {
    #[must_use]
    pub fn of(query: &ParamsMap) -> Self {
        let text = |key| query.get(key).filter(|value| !value.is_empty());
        Self {
            people: text("people").and_then(|n| n.parse().ok()).filter(|n| *n > 0),
            equipment: text("equipment").map(|list| list.split(',').map(str::to_owned).collect()).unwrap_or_default(),
            floor: text("floor"),
            free: text("free").is_some(),
        }
    }

    #[must_use]
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a room is shown. Whether it is free is judged at `now`, once: rooms do not vanish
    /// from under the pointer when somebody books them.
    #[must_use]
    pub fn fits(&self, room: &Room, schedule: &DaySchedule, now: Timestamp) -> bool {
        let by_room = RoomFilter {
            capacity: self.people,
            equipment: (!self.equipment.is_empty()).then(|| self.equipment.join(",")),
            floor: self.floor.clone(),
            ..RoomFilter::default()
        };
        by_room.fits(room) && (!self.free || is_free(room, schedule, now))
    }

    /// The address of the timeline with these filters; today when no date is named.
    #[must_use]
    pub fn href(&self, date: Option<Date>) -> String {
        let mut href = String::from("/timeline");
        let mut add = |key: &str, value: &str| {
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str(key);
            href.push('=');
            escape(value, &mut href);
        };
        if let Some(date) = date {
            add("date", &date_text(date));
        }
        if let Some(people) = self.people {
            add("people", &people.to_string());
        }
        if !self.equipment.is_empty() {
            add("equipment", &self.equipment.join(","));
        }
        if let Some(floor) = &self.floor {
            add("floor", floor);
        }
        if self.free {
            add("free", "1");
        }
        href
    }

    /// With or without a piece of equipment.
    #[must_use]
    pub fn toggled(&self, equipment: &str) -> Self {
        let mut other = self.clone();
        if let Some(at) = other.equipment.iter().position(|e| e == equipment) {
            other.equipment.remove(at);
        } else {
            other.equipment.push(equipment.to_owned());
        }
        other
    }
}

fn is_free(room: &Room, schedule: &DaySchedule, now: Timestamp) -> bool {
    let today = schedule.day.contains(now);
    !room.maintenance
        && !schedule
            .reservations
            .values()
            .any(|r| r.room.id == room.id && r.status.holds_slot() && (!today || r.interval().contains(now)))
}

/// Escapes what has a meaning of its own in a query; browsers see to the rest.
fn escape(value: &str, into: &mut String) {
    for c in value.chars() {
        match c {
            '%' => into.push_str("%25"),
            '&' => into.push_str("%26"),
            '#' => into.push_str("%23"),
            '+' => into.push_str("%2B"),
            '=' => into.push_str("%3D"),
            ' ' => into.push_str("%20"),
            '"' => into.push_str("%22"),
            c => into.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_address_reads_back_as_the_filter_that_it_was_made_of() {
        let filter = Filter {
            people: Some(4),
            equipment: vec!["video".into(), "screen".into()],
            floor: Some("3층".into()),
            free: true,
        };
        let href = filter.href(Some(date(2026, 3, 12)));
        assert_eq!(href, "/timeline?date=2026-03-12&people=4&equipment=video,screen&floor=3층&free=1");
        let mut query = ParamsMap::new();
        for pair in href.split('?').nth(1).unwrap().split('&') {
            let (key, value) = pair.split_once('=').unwrap();
            query.insert(key.to_owned(), value.to_owned());
        }
        assert_eq!(Filter::of(&query), filter);
        assert_eq!(Filter::of(&ParamsMap::new()), Filter::default());
        assert_eq!(Filter::default().href(None), "/timeline");
        assert_eq!(
            Filter { floor: Some("B&1 #2".into()), ..Filter::default() }.href(None),
            "/timeline?floor=B%261%20%232"
        );
    }

    #[test]
    fn equipment_is_switched_on_and_off() {
        let with = Filter::default().toggled("video");
        assert_eq!(with.equipment, ["video"]);
        assert_eq!(with.toggled("video"), Filter::default());
    }
}
