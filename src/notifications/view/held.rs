//! A list that does not move under the pointer: what is new waits until it is asked for.

use crate::notifications::model::Entry;

/// What a list shows while pointer or focus is in it, and how many new ones wait: of what it shows
/// only the state changes, and what is gone goes.
///
/// `newest` is the list as it would be, at most `most` long: what it has no place for any more is
/// not gone.
pub fn hold(shown: &[Entry], newest: &[Entry], most: usize) -> (Vec<Entry>, usize) {
    let oldest = newest.last().filter(|_| newest.len() >= most);
    let kept: Vec<Entry> = shown
        .iter()
        .filter_map(|entry| {
            let now = newest.iter().find(|new| new.id == entry.id);
            let has_no_place = oldest.is_some_and(|oldest| entry.order() > oldest.order());
            now.or(has_no_place.then_some(entry)).cloned()
        })
        .collect();
    let is_new = |entry: &&Entry| kept.first().is_none_or(|first| entry.order() < first.order());
    let waiting = newest.iter().filter(is_new).count();
    let mut list = kept;
    if waiting == 0 {
        // What comes in at the end moves nothing.
        let ends = list.last().map(Entry::order);
        list.extend(newest.iter().filter(|entry| ends.as_ref().is_some_and(|end| entry.order() > *end)).cloned());
    }
    (list, waiting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Level;
    use crate::notifications::model::{NotificationKind, Priority};
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

    fn held(shown: &[i64], newest: &[i64]) -> (Vec<i64>, usize) {
        let (list, waiting) = hold(&list(shown), &list(newest), 3);
        (list.iter().map(|entry| entry.created_at.0).collect(), waiting)
    }

    #[test]
    fn what_is_new_waits_and_nothing_moves() {
        assert_eq!(held(&[3, 2, 1], &[5, 4, 3]), (vec![3, 2, 1], 2), "no place for 2 and 1: still shown");
        assert_eq!(held(&[3, 2, 1], &[3, 2, 1]), (vec![3, 2, 1], 0));
        assert_eq!(held(&[], &[1]), (vec![], 1));
    }

    #[test]
    fn what_is_gone_goes_and_older_ones_move_up() {
        assert_eq!(held(&[4, 3, 2], &[4, 2, 1]), (vec![4, 2, 1], 0));
        assert_eq!(held(&[4, 3, 2], &[]), (vec![], 0));
        assert_eq!(held(&[3, 2], &[2]), (vec![2], 0));
    }

    #[test]
    fn the_state_of_what_is_shown_changes() {
        let read = Entry { is_read: true, ..entry(1) };
        assert_eq!(hold(&list(&[1]), std::slice::from_ref(&read), 3), (vec![read], 0));
    }
}
