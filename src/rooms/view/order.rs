//! Which rooms the table shows, and in which order.

use super::{Live, RoomDirectory};
use crate::ids::RoomId;
use crate::rooms::model::Room;
use crate::text::lowercase;
use crate::ui::Hold;
use leptos::prelude::*;
use std::cmp::Ordering;

/// A column that the table sorts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Floor,
    Capacity,
}

/// What the admin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub search: String,
    /// Only rooms of this floor.
    pub floor: Option<String>,
    pub column: Column,
    pub descending: bool,
}

impl Wish {
    /// The ids of the rooms asked for, in the order asked for. `rooms` come by floor, then by name.
    fn arrange(&self, rooms: &[Room]) -> Vec<RoomId> {
        let search = lowercase(self.search.trim());
        let fits = |room: &&Room| {
            self.floor.as_ref().is_none_or(|floor| room.floor == *floor)
                && (lowercase(&room.name).contains(&search) || lowercase(&room.floor).contains(&search))
        };
        let mut found: Vec<&Room> = rooms.iter().filter(fits).collect();
        // Stable sorts: what is equal keeps the common order.
        let compare: fn(&Room, &Room) -> Ordering = match self.column {
            Column::Name => |a, b| a.name.cmp(&b.name),
            Column::Capacity => |a, b| a.capacity.cmp(&b.capacity),
            Column::Floor => |_, _| Ordering::Equal,
        };
        found.sort_by(|a, b| compare(a, b));
        if self.descending {
            found.reverse();
        }
        found.into_iter().map(|room| room.id).collect()
    }
}

/// The table's rows. While pointer or focus is among them, rows that others add, remove or
/// reorder wait, so that nothing moves under the pointer; the admin's own wish acts at once.
#[derive(Clone, Copy)]
pub struct Arrangement {
    pub wish: RwSignal<Wish>,
    /// The rows on screen.
    pub shown: RwSignal<Vec<RoomId>>,
    pub hold: Hold,
    right: Memo<Vec<RoomId>>,
}

impl Arrangement {
    pub fn new(rooms: Live<RoomDirectory>) -> Self {
        let wish = RwSignal::new(Wish { search: String::new(), floor: None, column: Column::Floor, descending: false });
        let right = Memo::new(move |_| wish.with(|wish| rooms.with(|directory| wish.arrange(&directory.rooms))));
        let shown = RwSignal::new(right.get_untracked());
        let hold = Hold::default();
        Effect::new(move |before: Option<Wish>| {
            let wish = wish.get();
            let right = right.get();
            let is_new_wish = before.is_some_and(|before| before != wish);
            if (!hold.is_on() || is_new_wish) && shown.with_untracked(|shown| *shown != right) {
                shown.set(right);
            }
            wish
        });
        Self { wish, shown, hold, right }
    }

    /// Whether rows wait.
    pub fn is_waiting(self) -> bool {
        self.right.with(|right| self.shown.with(|shown| right != shown))
    }

    /// Shows the rows that wait.
    pub fn catch_up(self) {
        self.shown.set(self.right.get_untracked());
    }

    /// Sorts by a column, or the other way round when it already does.
    pub fn sort_by(self, column: Column) {
        self.wish.update(|wish| {
            wish.descending = wish.column == column && !wish.descending;
            wish.column = column;
        });
    }

    /// Forgets search and floor.
    pub fn clear(self) {
        self.wish.update(|wish| {
            wish.search.clear();
            wish.floor = None;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reservations::model::testing::room;

    fn rooms() -> Vec<Room> {
        let named = |id, name: &str, floor: &str, capacity| Room {
            name: name.into(),
            floor: floor.into(),
            ..room(id, capacity)
        };
        vec![named(1, "Daecheong", "3F", 20), named(2, "Sarang", "3F", 8), named(3, "Anchae", "5F", 12)]
    }

    fn wish(change: impl FnOnce(&mut Wish)) -> Vec<i64> {
        let mut wish = Wish { search: String::new(), floor: None, column: Column::Floor, descending: false };
        change(&mut wish);
        wish.arrange(&rooms()).into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn rooms_are_found_by_name_or_floor() {
        assert_eq!(wish(|w| w.search = " dae ".into()), [1]);
        assert_eq!(wish(|w| w.search = "3f".into()), [1, 2]);
        assert_eq!(wish(|w| w.floor = Some("5F".into())), [3]);
        assert_eq!(wish(|w| w.search = "z".into()), [0i64; 0]);
    }

    #[test]
    fn rooms_are_sorted_as_asked() {
        assert_eq!(wish(|w| w.column = Column::Name), [3, 1, 2]);
        assert_eq!(wish(|w| w.column = Column::Capacity), [2, 3, 1]);
        assert_eq!(wish(|w| (w.column, w.descending) = (Column::Capacity, true)), [1, 3, 2]);
    }
}
