//! What the log of a room consists of: its messages, the days between them, and the line "new".

use crate::chat::live::{OpenRoom, Place};
use crate::chat::model::{Message, MessageSeq, MessageType, excerpt};
use crate::ids::{MessageId, UserId};
use crate::time::{MINUTE, Timestamp, ZoneOffsets};
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

/// The newest message of a person that they may still change.
#[must_use]
pub fn last_own(room: &OpenRoom, me: UserId, thread: Option<MessageId>) -> Option<&Message> {
    let mine = |m: &&Message| m.user_id == me && !m.is_deleted() && m.message_type == MessageType::Text;
    let here = |m: &&Message| m.thread_root == thread;
    room.messages.iter().rev().filter(here).find(mine)
}

/// Whether a draft is written often enough to tell the others again.
#[must_use]
pub fn is_due(last: Option<Timestamp>, now: Timestamp, every_ms: i64) -> bool {
    last.is_none_or(|last| now - last >= every_ms)
}

/// Puts a mark around each `@name` in a message's HTML: in what is read, never inside of a tag.
#[must_use]
pub fn mark_mentions(html: &str, names: &[&str]) -> String {
    const OPEN: &str = "<mark class=\"mention\">";
    const CLOSE: &str = "</mark>";
    if names.is_empty() || !html.contains('@') {
        return html.to_owned();
    }
    // Of two names that fit, the longer one is meant.
    let mut names: Vec<String> = names.iter().map(|name| ["@", &escaped(name)].concat()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut marked = String::with_capacity(html.len() + 64);
    let mut rest = html;
    let (mut in_tag, mut quote) = (false, None);
    while let Some(c) = rest.chars().next() {
        if !in_tag && let Some(name) = names.iter().find(|name| rest.starts_with(name.as_str())) {
            marked.push_str(OPEN);
            marked.push_str(name);
            marked.push_str(CLOSE);
            rest = &rest[name.len()..];
            continue;
        }
        match (in_tag, quote, c) {
            (false, _, '<') => in_tag = true,
            (true, None, '>') => in_tag = false,
            (true, None, '"' | '\'') => quote = Some(c),
            (true, Some(open), _) if open == c => quote = None,
            _ => {}
        }
        marked.push(c);
        rest = &rest[c.len_utf8()..];
    }
    marked
}

/// A name as it stands in HTML.
fn escaped(name: &str) -> String {
    name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The name that is being called at the end of what is written so far: what follows its `@`.
#[must_use]
pub fn called_so_far(before_caret: &str) -> Option<&str> {
    /// A name may have spaces; a sentence is longer.
    const MOST_CHARS: usize = 20;
    let at = before_caret.rfind('@')?;
    let begins = before_caret[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric());
    let name = &before_caret[at + 1..];
    let fits = name.chars().count() <= MOST_CHARS && !name.contains('\n') && !name.starts_with(' ');
    (begins && fits && !name.ends_with(' ')).then_some(name)
}

/// The text with the name that is being called put in at the caret, and where the caret is then; both
/// places in UTF-16, as the browser counts.
#[must_use]
pub fn with_name(text: &str, caret: usize, name: &str) -> Option<(String, usize)> {
    let caret = byte_of(text, caret);
    let started = called_so_far(&text[..caret])?;
    let head = [&text[..caret - started.len()], name, " "].concat();
    let place = head.encode_utf16().count();
    Some(([&head, &text[caret..]].concat(), place))
}

/// Where in the bytes of a text the browser's place is.
#[must_use]
pub fn byte_of(text: &str, utf16: usize) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= utf16 {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

/// How much of a text is shown before the first word that was searched for.
const LEAD: usize = 30;

/// The stretch of a text, in one line, in which the first of the words that were searched for stands.
#[must_use]
pub fn excerpt_at(text: &str, words: &str) -> String {
    let parts = mark_words(text, words);
    let before = parts
        .iter()
        .position(|(_, is_word)| *is_word)
        .map_or(0, |at| parts[..at].iter().map(|(part, _)| part.chars().count()).sum());
    if before <= 2 * LEAD {
        return excerpt(text);
    }
    let mut stretch = text.char_indices().skip(before - LEAD);
    let from = stretch.next().map_or(0, |(at, _)| at);
    // It begins with a word, where one begins.
    let begins = stretch.take(LEAD - 1).find(|(_, c)| c.is_whitespace()).map_or(from, |(at, _)| at);
    ["…", &excerpt(&text[begins..])].concat()
}

/// The parts of a text, each with whether it is one of the words that were searched for.
#[must_use]
pub fn mark_words(text: &str, words: &str) -> Vec<(String, bool)> {
    let wanted: Vec<Vec<char>> =
        words.split_whitespace().map(|word| word.chars().flat_map(char::to_lowercase).collect()).collect();
    let chars: Vec<char> = text.chars().collect();
    let begins = |at: usize| {
        wanted.iter().find(|word: &&Vec<char>| {
            let here = chars.get(at..at + word.len());
            here.is_some_and(|here| here.iter().copied().flat_map(char::to_lowercase).eq(word.iter().copied()))
        })
    };
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let (len, is_word) = begins(at).map_or((1, false), |word| (word.len(), true));
        let part: String = chars[at..at + len].iter().collect();
        match parts.last_mut().filter(|(_, last)| !*last && !is_word) {
            Some((last, _)) => last.push_str(&part),
            None => parts.push((part, is_word)),
        }
        at += len;
    }
    parts
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

    #[test]
    fn names_are_marked_where_they_are_read_and_nowhere_else() {
        let mark = |html: &str| mark_mentions(html, &["김민지", "김민"]);
        assert_eq!(mark("<p>@김민지 님</p>"), "<p><mark class=\"mention\">@김민지</mark> 님</p>");
        assert_eq!(mark("<p>@김민이</p>"), "<p><mark class=\"mention\">@김민</mark>이</p>");
        for untouched in
            ["<a href=\"https://a.test/@김민지\">링크</a>", "<a title=\"> @김민지\">링크</a>", "<p>김민지</p>"]
        {
            assert_eq!(mark(untouched), untouched);
        }
        assert_eq!(mark_mentions("<p>@A&amp;B</p>", &["A&B"]), "<p><mark class=\"mention\">@A&amp;B</mark></p>");
    }

    #[test]
    fn a_name_is_called_from_its_at_sign_to_the_caret() {
        for (text, called) in [
            ("@", Some("")),
            ("안녕 @김민", Some("김민")),
            ("@ada love", Some("ada love")),
            ("메일 a@b", None),
            ("@김민 ", None),
            ("@ 김민", None),
            ("@김민\n지", None),
            ("없음", None),
        ] {
            assert_eq!(called_so_far(text), called, "{text:?}");
        }
    }

    #[test]
    fn a_name_replaces_what_was_typed_of_it() {
        let text = "👍 @김 봐 주세요";
        let caret = "👍 @김".encode_utf16().count();
        let (text, caret) = with_name(text, caret, "김민지").unwrap();
        assert_eq!((text.as_str(), caret), ("👍 @김민지  봐 주세요", "👍 @김민지 ".encode_utf16().count()));
        assert_eq!(with_name("그냥", 2, "김민지"), None);
    }

    #[test]
    fn what_was_searched_for_is_marked_whatever_its_case() {
        let parts = |text: &str, words: &str| {
            mark_words(text, words).into_iter().map(|(t, w)| if w { format!("[{t}]") } else { t }).collect::<String>()
        };
        assert_eq!(parts("주간회의록과 회의", "회의"), "주간[회의]록과 [회의]");
        assert_eq!(parts("Ship IT now", "it ship"), "[Ship] [IT] now");
        assert_eq!(parts("없음", ""), "없음");
    }

    #[test]
    fn the_stretch_of_a_long_text_has_what_was_searched_for() {
        let long = ["앞말 ".repeat(60), "주간회의록 올렸습니다 ".to_owned(), "뒷말 ".repeat(60)].concat();
        let shown = excerpt_at(&long, "회의");
        assert!(shown.starts_with("…앞말 ") && shown.ends_with('…'), "{shown}");
        assert!(mark_words(&shown, "회의").contains(&("회의".to_owned(), true)), "{shown}");
        let unbroken = ["가".repeat(200), "회의".to_owned()].concat();
        assert_eq!(excerpt_at(&unbroken, "회의"), ["…", &"가".repeat(LEAD), "회의"].concat());
        for text in ["짧은 회의록", "👨‍👩‍👧‍👦 회의", ""] {
            assert_eq!(excerpt_at(text, "회의"), text);
        }
        assert_eq!(excerpt_at(&long, "없음"), excerpt(&long), "what is not there is shown from the beginning");
    }
}
