//! The words that were searched for, in the text that they were found in.

use crate::chat::model::excerpt;

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
