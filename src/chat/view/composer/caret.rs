//! The name that is being called at the caret, and the caret itself, which the browser counts otherwise.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
