//! Which part of the history a log asks for next.

use crate::chat::model::{Look, MessageSeq};
use crate::chat::view::desk::{MOST_HELD, MOST_SHOWN, STEP};

/// How near the edges of a log's stretch are to what is in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    pub beginning: bool,
    pub end: bool,
    /// Nothing of the stretch is in sight: it may consist of replies, which stand in their threads.
    pub is_empty: bool,
}

/// What comes next in the direction that is looked at; `from` and `to` are the stretch, `last` is the newest message.
///
/// An edge that is near is not given up for the other one, or it would be asked for again at once, and so on: a
/// stretch that shows little, because most of it are replies, gets longer instead, as far as the server goes.
#[must_use]
pub fn next_look(from: MessageSeq, to: Option<MessageSeq>, last: MessageSeq, near: Near) -> Option<Look> {
    let [keeps_beginning, keeps_end] = [near.beginning, near.end].map(|is_near| is_near && !near.is_empty);
    let end = to.unwrap_or(last);
    if near.beginning && from > 1 {
        let from = (from - STEP).max(1);
        let is_long = end - from >= MOST_SHOWN;
        if to.is_none() && !is_long {
            return Some(Look::From(from));
        }
        if !(is_long && keeps_end) {
            // So much and no more stays in the page, however long the history is.
            return Some(between(from, last));
        }
        if end - from < MOST_HELD {
            return Some(to.map_or(Look::From(from), |to| Look::Between(from, to)));
        }
    }
    let to = to.filter(|_| near.end)? + STEP;
    let from = if keeps_beginning { from } else { from.max(to - MOST_SHOWN) };
    if to - from >= MOST_HELD {
        return None;
    }
    Some(if to >= last { Look::From(from) } else { Look::Between(from, to) })
}

/// What is older than a stretch that begins at `from`, whatever becomes of its end.
#[must_use]
pub fn before(from: MessageSeq, last: MessageSeq) -> Look {
    between((from - STEP).max(1), last)
}

/// A stretch that begins somewhere and is as long as a log gets.
fn between(from: MessageSeq, last: MessageSeq) -> Look {
    if from + MOST_SHOWN >= last { Look::From(from) } else { Look::Between(from, from + MOST_SHOWN) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: Near = Near { beginning: true, end: false, is_empty: false };
    const END: Near = Near { beginning: false, end: true, is_empty: false };
    const BOTH: Near = Near { beginning: true, end: true, is_empty: false };

    #[test]
    fn a_long_history_is_shown_in_parts() {
        assert_eq!(next_look(951, None, 1000, TOP), Some(Look::From(901)));
        assert_eq!(next_look(801, None, 1000, TOP), Some(Look::Between(751, 951)));
        assert_eq!(next_look(30, Some(230), 1000, TOP), Some(Look::Between(1, 201)));
        assert_eq!(next_look(1, Some(201), 1000, TOP), None);
        assert_eq!(next_look(1, Some(201), 1000, END), Some(Look::Between(51, 251)));
        assert_eq!(next_look(751, Some(951), 1000, END), Some(Look::From(801)));
        assert_eq!(next_look(951, None, 1000, END), None);
        // The neighbourhood of a message grows to both sides.
        assert_eq!(next_look(500, Some(550), 1000, BOTH), Some(Look::Between(450, 650)));
    }

    /// Asks until nothing more is wanted.
    fn settled(
        mut from: MessageSeq,
        mut to: Option<MessageSeq>,
        last: MessageSeq,
        near: impl Fn(i64, i64) -> Near,
    ) -> Look {
        let mut look = Look::Latest;
        for _ in 0..40 {
            let Some(next) = next_look(from, to, last, near(from, to.unwrap_or(last))) else { return look };
            (from, to) = match next {
                Look::Between(from, to) => (from, Some(to)),
                Look::From(from) => (from, None),
                other => panic!("{other:?}"),
            };
            look = next;
        }
        panic!("it asks for ever");
    }

    #[test]
    fn a_stretch_that_shows_little_gets_longer_and_rests() {
        // One message in ten is none of a thread, and two hundred of all fill no screen and what is near it.
        let sparse = |from: i64, to: i64| Near { beginning: to - from < 300, end: to - from < 300, is_empty: false };
        assert_eq!(settled(951, None, 1000, sparse), Look::From(651));
        assert_eq!(settled(1, Some(26), 1000, sparse), Look::Between(1, 326));
        // Replies alone after the message that they answer, however many: what there is to see stays in sight.
        let root = |from: i64, _: i64| Near { beginning: true, end: true, is_empty: from > 1 };
        assert_eq!(settled(251, None, 300, root), Look::From(1));
        assert!(matches!(settled(951, None, 1000, root), Look::Between(1, _)));
        // And before the newest message, which stays too.
        let newest = |_: i64, to: i64| Near { beginning: true, end: true, is_empty: to < 1000 };
        assert!(matches!(settled(951, None, 1000, newest), Look::From(_)));
        // What lies before them is a press away: with nothing in sight it goes on by itself.
        let old = |from: i64, _: i64| Near { beginning: true, end: true, is_empty: from > 2 };
        let Look::Between(from, to) = before(551, 1000) else { panic!("a part of it") };
        assert_eq!((from, to), (501, 701));
        assert!(matches!(settled(from, Some(to), 1000, old), Look::Between(1, _)));
    }
}
