//! What a list shows while somebody is in it: only what they do there themselves moves it.

use crate::notifications::model::{Entry, NotificationId};
use crate::text::{Texts, fill};

/// What was taken off a list in this tab.
#[derive(Default)]
pub struct Own(Vec<NotificationId>);

impl Own {
    pub fn one(&mut self, id: &NotificationId) {
        self.0.push(id.clone());
    }

    pub fn all(&mut self, shown: &[Entry]) {
        self.0.extend(shown.iter().map(|entry| entry.id.clone()));
    }
}

/// What waits until somebody asks for it or leaves the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many have come.
    pub new: usize,
    /// Whether some have gone.
    pub gone: bool,
}

impl Waiting {
    /// What the chip says of it.
    #[must_use]
    pub fn words(self, t: &'static Texts) -> Option<String> {
        match self {
            Self { new: 0, gone: false } => None,
            Self { new: 0, gone: true } => Some(t.show_changes.to_owned()),
            Self { new, .. } => Some(fill(t.new_entries, &[&new])),
        }
    }
}

/// What a list shows that somebody is in, and what waits: of what it shows only the state changes.
/// What was taken off it here goes at once.
///
/// `newest` is the list as it would be, at most `most` long: what it has no place for any more is
/// not gone.
pub fn keep(shown: &[Entry], newest: &[Entry], most: usize, own: &Own) -> (Vec<Entry>, Waiting) {
    if shown.is_empty() {
        // There is nothing that could move.
        return (newest.to_vec(), Waiting::default());
    }
    let oldest = newest.last().filter(|_| newest.len() >= most);
    let has_no_place = |entry: &Entry| oldest.is_some_and(|oldest| entry.order() > oldest.order());
    let mut waiting = Waiting::default();
    let mut list = Vec::new();
    for entry in shown {
        match newest.iter().find(|new| new.id == entry.id) {
            Some(now) => list.push(now.clone()),
            None if own.0.contains(&entry.id) => {}
            None => {
                waiting.gone |= !has_no_place(entry);
                list.push(entry.clone());
            }
        }
    }
    let first = shown.first().map(Entry::order);
    waiting.new = newest.iter().filter(|new| first.as_ref().is_some_and(|first| new.order() < *first)).count();
    if waiting == Waiting::default() {
        // What comes in at the end moves nothing.
        let ends = shown.last().map(Entry::order);
        list.extend(newest.iter().filter(|new| ends.as_ref().is_some_and(|end| new.order() > *end)).cloned());
    }
    (list, waiting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Level;
    use crate::notifications::model::{NotificationKind, Priority};
    use crate::text::Lang;
    use crate::time::Timestamp;

    fn entry(at: i64) -> Entry {
        Entry {
            id: format!("0192f0c1-2b3c-7d4e-8f5a-{at:012}").parse().unwrap(),
            data: NotificationKind::Announcement { message: "x".into(), level: Level::Info, maintenance: false },
            priority: Priority::Normal,
            action_url: None,
            group_key: None,
            created_at: Timestamp(at),
            expires_at: None,
            is_read: false,
            read_at: None,
            seen_at: None,
            archived_at: None,
        }
    }

    fn list(of: &[i64]) -> Vec<Entry> {
        of.iter().copied().map(entry).collect()
    }

    /// What is shown then, how many wait, and whether some have gone.
    fn held(shown: &[i64], newest: &[i64], taken_off: &[i64]) -> (Vec<i64>, usize, bool) {
        let mut own = Own::default();
        own.all(&list(taken_off));
        let (list, waiting) = keep(&list(shown), &list(newest), 3, &own);
        (list.iter().map(|entry| entry.created_at.0).collect(), waiting.new, waiting.gone)
    }

    #[test]
    fn what_is_new_waits_and_nothing_moves() {
        assert_eq!(held(&[3, 2, 1], &[5, 4, 3], &[]), (vec![3, 2, 1], 2, false), "no place for 2 and 1: still shown");
        assert_eq!(held(&[3, 2, 1], &[3, 2, 1], &[]), (vec![3, 2, 1], 0, false));
        assert_eq!(held(&[], &[1], &[]), (vec![1], 0, false), "nothing is there to move");
    }

    #[test]
    fn what_others_take_off_waits_too() {
        assert_eq!(held(&[4, 3, 2], &[4, 2, 1], &[]), (vec![4, 3, 2], 0, true));
        assert_eq!(held(&[3, 2], &[], &[]), (vec![3, 2], 0, true));
    }

    #[test]
    fn what_is_taken_off_here_goes_at_once_and_older_ones_move_up() {
        assert_eq!(held(&[4, 3, 2], &[4, 2, 1], &[3]), (vec![4, 2, 1], 0, false));
        assert_eq!(held(&[4, 3, 2], &[], &[4, 3, 2]), (vec![], 0, false));
        assert_eq!(held(&[4, 3, 2], &[5, 4, 2], &[3]), (vec![4, 2], 1, false), "a newer one still waits");
    }

    #[test]
    fn the_state_of_what_is_shown_changes() {
        let read = Entry { is_read: true, ..entry(1) };
        let (list, waiting) = keep(&list(&[1]), std::slice::from_ref(&read), 3, &Own::default());
        assert_eq!((list, waiting), (vec![read], Waiting::default()));
    }

    #[test]
    fn the_chip_says_what_waits() {
        let words = |new, gone| Waiting { new, gone }.words(Lang::En.texts());
        assert_eq!((words(0, false), words(2, true)), (None, Some("2 new".into())));
        assert_eq!(words(0, true), Some("Show the new list".into()));
    }
}
