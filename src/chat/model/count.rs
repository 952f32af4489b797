//! Characters as people count them.
//!
//! `unicode-segmentation` knows every script's rules but adds its tables to the WASM; what people
//! write in Korean, English and emoji needs these few ranges. A test compares the two.

/// Whether a character belongs to the one before it.
fn continues(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{064B}'..='\u{065F}'
        | '\u{093A}'..='\u{093C}' | '\u{093E}'..='\u{094F}' | '\u{0E31}' | '\u{0E34}'..='\u{0E3A}'
        | '\u{0E47}'..='\u{0E4E}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{200C}' | '\u{200D}'
        | '\u{20D0}'..='\u{20FF}' | '\u{302A}'..='\u{302F}' | '\u{3099}' | '\u{309A}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FE20}'..='\u{FE2F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}'
        | '\u{E0100}'..='\u{E01EF}')
}

/// The part that a character plays in a Korean syllable that is written letter by letter.
#[derive(Clone, Copy, PartialEq)]
enum Jamo {
    None,
    Leading,
    Vowel,
    Trailing,
}

fn jamo(c: char) -> Jamo {
    match c {
        '\u{1100}'..='\u{115F}' | '\u{A960}'..='\u{A97C}' => Jamo::Leading,
        '\u{1160}'..='\u{11A7}' | '\u{D7B0}'..='\u{D7C6}' => Jamo::Vowel,
        '\u{11A8}'..='\u{11FF}' | '\u{D7CB}'..='\u{D7FB}' => Jamo::Trailing,
        // A whole syllable: it may still get a final consonant, without one also a vowel.
        '\u{AC00}'..='\u{D7A3}' if (u32::from(c) - 0xAC00).is_multiple_of(28) => Jamo::Vowel,
        '\u{AC00}'..='\u{D7A3}' => Jamo::Trailing,
        _ => Jamo::None,
    }
}

/// Whether a new character begins at `c`.
fn begins(before: Option<char>, c: char, flags_before: usize) -> bool {
    let Some(before) = before else { return true };
    if before == '\r' && c == '\n' {
        return false;
    }
    if before.is_control() || c.is_control() {
        return true;
    }
    if continues(c) {
        return false;
    }
    if before == '\u{200D}' && is_pictograph(c) {
        return false;
    }
    if is_flag(c) {
        return flags_before.is_multiple_of(2);
    }
    let is_syllable = ('\u{AC00}'..='\u{D7A3}').contains(&c);
    let joins = match (jamo(before), jamo(c)) {
        (Jamo::Leading, Jamo::Leading | Jamo::Vowel) => true,
        (Jamo::Leading, Jamo::Trailing) => is_syllable,
        (Jamo::Vowel, Jamo::Vowel | Jamo::Trailing) | (Jamo::Trailing, Jamo::Trailing) => !is_syllable,
        _ => false,
    };
    !joins
}

/// Whether a character shows nothing where it stands: white space, and what steers others or only fills a place, like
/// the filler of an empty syllable, which counts as a letter.
pub(super) fn is_invisible(c: char) -> bool {
    // U+0000 has a refusal of its own.
    let is_control = c.is_control() && c != '\0';
    c.is_whitespace()
        || is_control
        || turns(c)
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a character turns the direction in which others are read.
pub(super) fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing of a text can be seen, as when there is none.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// Whether a text is one pictograph with what belongs to it, a flag, or a keycap.
pub(super) fn is_emoji(text: &str) -> bool {
    let mut rest = text.chars();
    match rest.next() {
        Some(first) if is_flag(first) => rest.next().is_some_and(is_flag) && rest.next().is_none(),
        Some('0'..='9' | '#' | '*') => matches!(rest.as_str(), "\u{FE0F}\u{20E3}" | "\u{20E3}"),
        Some(first) => {
            let belongs = |c| continues(c) || is_pictograph(c);
            (is_pictograph(first) || is_sign(first)) && rest.all(belongs) && count_characters(text) == 1
        }
        None => false,
    }
}

/// The emojis that stand among signs and letters.
fn is_sign(c: char) -> bool {
    matches!(c, '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '〰' | '〽' | '㊗' | '㊙')
}

fn is_flag(c: char) -> bool {
    ('\u{1F1E6}'..='\u{1F1FF}').contains(&c)
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// How many characters people see in a text.
#[must_use]
pub fn count_characters(text: &str) -> usize {
    beginnings(text).count()
}

/// Where each character begins, in bytes.
fn beginnings(text: &str) -> impl Iterator<Item = usize> {
    let (mut before, mut flags) = (None, 0);
    text.char_indices().filter_map(move |(at, c)| {
        let begins = begins(before, c, flags);
        flags = if is_flag(c) { flags + 1 } else { 0 };
        before = Some(c);
        begins.then_some(at)
    })
}

/// Longest beginning of a message that lists and quotes show.
const EXCERPT_CHARS: usize = 100;

/// The beginning of a text in one line.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let end = beginnings(text).nth(EXCERPT_CHARS);
    let shown = text[..end.unwrap_or(text.len())].split_whitespace().collect::<Vec<_>>().join(" ");
    if end.is_some() { shown + "…" } else { shown }
}
