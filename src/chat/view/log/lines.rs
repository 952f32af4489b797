//! What the log of a room consists of: its messages, the days between them, and the line "new".

use crate::chat::live::{OpenRoom, Place};
use crate::chat::model::{Message, MessageSeq};
use crate::time::{MINUTE, ZoneOffsets};
use jiff::civil::Date;

/// A person's messages within so long stand below one name.
const TOGETHER_MS: i64 = 5 * MINUTE;

/// A message's place in the log, and what stands before it. Equal lines look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub seq: MessageSeq,
    /// The day that begins with it.
    pub day: Option<Date>,
    /// The message before is of the same person, from just before.
    pub continues: bool,
    /// The line "new" stands before it.
    pub is_first_new: bool,
}

/// The lines of a stretch of history, or of a thread. A thread's replies stand in the thread alone.
#[must_use]
pub fn lines_of(room: &OpenRoom, new_from: Option<MessageSeq>, zone: &ZoneOffsets) -> Vec<Line> {
    let mut lines = Vec::with_capacity(room.messages.len());
    let mut before: Option<(&Message, Date)> = None;
    let mut is_new_marked = false;
    let in_thread = room.window.thread.is_some();
    for message in room.messages.iter().filter(|message| in_thread || message.thread_root.is_none()) {
        let date = zone.date(message.created_at);
        let day = before.is_none_or(|(_, day)| day != date).then_some(date);
        // It stands before the first message of the log that is new, whichever that is.
        let is_first_new = !is_new_marked && new_from.is_some_and(|from| message.seq >= from);
        is_new_marked |= is_first_new;
        let continues = day.is_none() && !is_first_new && before.is_some_and(|(b, _)| follows(b, message));
        lines.push(Line { seq: message.seq, day, continues, is_first_new });
        before = Some((message, date));
    }
    lines
}

/// The line of a message, by its number.
#[must_use]
pub fn line_of(lines: &[Line], seq: MessageSeq) -> Option<Line> {
    let at = lines.binary_search_by_key(&seq, |line| line.seq).ok()?;
    lines.get(at).copied()
}

/// Whether the line "new" comes to stand before a message that comes unseen: there is none, or what it stood
/// before has all been read.
#[must_use]
pub fn begins_new(new_from: Option<MessageSeq>, place: Option<&Place>, seq: MessageSeq) -> bool {
    let has_read = |place: &Place| place.unread_from.is_none() && place.last_read_seq + 1 >= seq;
    new_from.is_none() || place.is_some_and(has_read)
}

/// The message that a room opens at: the first new one, unless it is further up than the lines reach.
#[must_use]
pub fn opens_at(lines: &[Line], new_from: Option<MessageSeq>, from: MessageSeq) -> Option<MessageSeq> {
    let first_new = lines.iter().find(|line| line.is_first_new)?;
    new_from.is_some_and(|new_from| new_from >= from).then_some(first_new.seq)
}

fn follows(before: &Message, message: &Message) -> bool {
    before.user_id == message.user_id
        && before.is_answerable()
        && message.is_answerable()
        && message.reply_to.is_none()
        && message.created_at - before.created_at < TOGETHER_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: MessageSeq, is_first_new: bool) -> Line {
        Line { seq, day: None, continues: false, is_first_new }
    }

    #[test]
    fn a_room_opens_at_what_is_new_in_it() {
        // 12 is a reply in a thread: the line "new" stands before what follows it in the room.
        let lines = [line(11, false), line(13, true), line(14, false)];
        assert_eq!(opens_at(&lines, Some(12), 11), Some(13));
        assert_eq!(opens_at(&lines, Some(13), 11), Some(13));
        assert_eq!(opens_at(&lines, Some(5), 11), None, "it is further up");
        assert_eq!(opens_at(&[line(11, false)], None, 11), None);
    }

    #[test]
    fn what_comes_after_everything_was_read_begins_what_is_new() {
        let place = |last_read_seq, unread_from| Place {
            last_read_seq,
            unread_from,
            muted_until: None,
            shows_reading: true,
            bar: None,
        };
        assert!(begins_new(None, None, 8));
        assert!(begins_new(Some(5), Some(&place(7, None)), 8));
        assert!(!begins_new(Some(5), Some(&place(6, None)), 8), "one before it is unread too");
        assert!(!begins_new(Some(5), Some(&place(7, Some(5))), 8), "kept as unread by choice");
        assert!(!begins_new(Some(5), None, 8));
    }

    #[test]
    fn a_line_is_found_by_its_message() {
        let lines = [line(11, false), line(13, true)];
        assert_eq!(line_of(&lines, 13), Some(lines[1]));
        assert_eq!(line_of(&lines, 12), None);
    }
}
