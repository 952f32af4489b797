//! The names that a message calls, marked where they are read.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
