//! Search over messages: pairs of neighbouring characters on both engines, since what trigrams and
//! words miss is how Korean is searched: 회의 in 주간회의록.
//!
//! What is kept and what is asked for are both [`composed`], so that a syllable is found however it was typed. Of a
//! message the index has what it got when the message was written or changed last.

use super::store;
use crate::accounts::server::Caller;
use crate::chat::model::{HITS, Hits};
use crate::error::{AppError, Field, Rule};
use crate::ids::{ChatRoomId, MessageId};
use crate::server::state::App;
use unicode_normalization::UnicodeNormalization;

/// A word of one character is in no index: it is looked for in the messages that have the others, so many at a time
/// and so many times at most.
const SIFTED: i64 = 600;
const SIFTINGS: usize = 20;
const MAX_QUERY_CHARS: u32 = 100;

/// The pairs of a text's words as the index has them: a word's pairs stand side by side, and between
/// two words stands a sign, so that no sequence of pairs reaches over their border.
#[must_use]
pub fn grams(text: &str) -> String {
    words(text).map(|word| pairs(&word).join(" ")).collect::<Vec<_>>().join(" z ")
}

/// A text whose characters are each written in the one shortest way: 각 is three letters in a name of a file from
/// macOS, and one character from a keyboard.
#[must_use]
pub(super) fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// What does not tell a text from one that is found with it.
fn folded(text: &str) -> String {
    composed(&text.to_lowercase())
}

/// Runs of letters and digits, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    let lower = folded(text);
    let words: Vec<String> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// Each pair of neighbours as a name that every tokenizer takes for one word; of a single character
/// its own.
fn pairs(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let name = |pair: &[char]| pair.iter().fold(String::from("x"), |name, c| name + &format!("{:05x}", u32::from(*c)));
    match chars.as_slice() {
        [_] => vec![name(&chars)],
        _ => chars.windows(2).map(name).collect(),
    }
}

/// What is searched for, once it is known to be searchable.
pub struct Wanted {
    words: Vec<String>,
}

impl Wanted {
    fn parse(query: &str) -> Result<Self, AppError> {
        let words: Vec<String> = words(query).collect();
        let fits =
            composed(query).chars().count() <= MAX_QUERY_CHARS as usize && words.iter().any(|w| w.chars().count() > 1);
        if fits { Ok(Self { words }) } else { Err(AppError::field(Field::Query, Rule::Range { min: 2, max: 100 })) }
    }

    /// Each word's pairs, in sequence.
    pub(super) fn sequences(&self) -> impl Iterator<Item = Vec<String>> {
        self.words.iter().filter(|word| word.chars().count() > 1).map(|word| pairs(word))
    }

    /// How many messages with all pairs of the query are read at a time.
    fn candidates(&self) -> i64 {
        if self.words.iter().any(|word| word.chars().count() == 1) { SIFTED } else { HITS as i64 }
    }

    fn is_in(&self, text: &str) -> bool {
        let text = folded(text);
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// The newest messages of the caller's rooms that have all words of a query, from two characters on;
/// of one room when it is named, and older than `before`; at most [`HITS`]. A query with a word of one character
/// may end before it has any: it goes on from where it says.
///
/// # Errors
/// [`AppError::Validation`] for a query that is too short or too long.
pub async fn search_messages(
    app: &App,
    caller: &Caller,
    query: &str,
    room: Option<ChatRoomId>,
    before: Option<MessageId>,
) -> Result<Hits, AppError> {
    let wanted = Wanted::parse(query)?;
    let (mut hits, limit) = (Hits { before, ..Hits::default() }, wanted.candidates());
    let mut read = app.read().await?;
    for _ in 0..SIFTINGS {
        let found = store::search(&mut read, caller.user.id, &wanted, room, hits.before, limit).await?;
        let is_last = found.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        hits.before = found.last().filter(|_| !is_last).map(|message| message.id);
        hits.messages.extend(found.into_iter().filter(|message| wanted.is_in(&message.message)));
        if hits.messages.len() > HITS {
            hits.messages.truncate(HITS);
            hits.before = hits.messages.last().map(|message| message.id);
        }
        if hits.before.is_none() || hits.messages.len() == HITS {
            break;
        }
    }
    store::add_reading_and_reactions(&mut read, &mut hits.messages).await?;
    read.end();
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_two_words_do_not_touch() {
        assert_eq!(grams("가나 나다").split(' ').filter(|gram| *gram == "z").count(), 1);
        assert_eq!(grams("회의실"), "x0d68c0c758 x0c7580c2e4");
        assert_eq!(grams("A, b!"), "x00061 z x00062");
        assert_eq!(grams("!?"), "");
    }

    #[test]
    fn it_does_not_matter_how_a_character_is_written() {
        for (one, other) in
            [("회의실", "\u{1112}\u{116C}\u{110B}\u{1174}\u{1109}\u{1175}\u{11AF}"), ("Café", "CAFE\u{301}")]
        {
            assert_eq!(grams(one), grams(other));
            assert!(Wanted::parse(one).is_ok_and(|wanted| wanted.is_in(other)));
            assert!(Wanted::parse(other).is_ok_and(|wanted| wanted.is_in(one)));
        }
    }

    #[test]
    fn a_query_has_two_neighbouring_characters() {
        for bad in ["", "회", "a b", "!!", &"가".repeat(101)] {
            assert!(Wanted::parse(bad).is_err(), "{bad}");
        }
        assert!(Wanted::parse(&"가".repeat(100)).is_ok(), "a character is one, however many letters it has");
        assert!(Wanted::parse("회의 a").is_ok_and(|wanted| wanted.is_in("A 주간회의") && !wanted.is_in("회의")));
    }
}
