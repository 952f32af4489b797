//! What a message says without its signs: what is read of the HTML that the server has made of it.

use super::{FileInfo, Message, excerpt};

impl Message {
    /// What is shown of it where there is one line for it; empty once it is deleted.
    #[must_use]
    pub fn as_read(&self) -> String {
        gist(&self.message, &self.html, self.file.as_ref(), self.file_url.as_deref())
    }
}

/// The beginning of what a message says as it is read; of a file without words, what it is called.
#[must_use]
pub fn gist(text: &str, html: &str, file: Option<&FileInfo>, file_url: Option<&str>) -> String {
    let read = as_read(html);
    // Of what is nothing but signs, these are shown.
    let words = if read.trim().is_empty() { text } else { read.trim() };
    if !words.is_empty() {
        return excerpt(words);
    }
    file.map(|file| file.name.clone()).or_else(|| file_url.map(str::to_owned)).unwrap_or_default()
}

/// Elements that stand within a line; between others there is a space.
const IN_LINE: [&str; 5] = ["strong", "em", "del", "code", "a"];

/// The text of a message's HTML as it is read.
#[must_use]
pub fn as_read(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let (read, len) = if from.starts_with('<') { tag(from) } else { sign(from) };
        text.push_str(read);
        rest = &from[len..];
    }
    text.push_str(rest);
    text
}

/// What stands for the tag at the beginning of `html`, and how long the tag is.
fn tag(html: &str) -> (&'static str, usize) {
    let mut is_quoted = false;
    let end = html.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    });
    let len = end.map_or(html.len(), |end| end + 1);
    let name = html[1..len].trim_start_matches('/');
    let name = name.find(|c: char| !c.is_ascii_alphanumeric()).map_or(name, |end| &name[..end]);
    (if IN_LINE.contains(&name) { "" } else { " " }, len)
}

/// The sign that an entity stands for, and how long the entity is.
fn sign(html: &str) -> (&'static str, usize) {
    // All that HTML of the server's own is written with.
    let known = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " ")];
    let found = known.into_iter().find(|(entity, _)| html.starts_with(entity));
    found.map_or(("&", 1), |(entity, sign)| (sign, entity.len()))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{as_read, gist};
    use crate::chat::server::render;

    #[test]
    fn what_is_read_has_no_signs_of_markdown_and_none_of_html() {
        let read = |markdown: &str| as_read(&render(markdown)).split_whitespace().collect::<Vec<_>>().join(" ");
        for (markdown, words) in [
            ("**회의록** 올렸습니다, `cargo test`", "회의록 올렸습니다, cargo test"),
            ("*주간*회의 ~~취소~~", "주간회의 취소"),
            ("# 제목\n- 하나\n- 둘", "제목 하나 둘"),
            ("첫 줄\n둘째 줄", "첫 줄 둘째 줄"),
            ("> 인용\n\n```rust\nlet a = 1 < 2 && b > \"c\";\n```", "인용 let a = 1 < 2 && b > \"c\";"),
            ("[자료](https://a.test/?a=1&b=2 \"x>y\") & <b>굵게</b>", "자료 & <b>굵게</b>"),
            ("|가|나|\n|-|-|\n|1|2|", "가 나 1 2"),
            ("a &amp; b", "a & b"),
            ("", ""),
        ] {
            assert_eq!(read(markdown), words, "{markdown}: {}", render(markdown));
        }
        assert_eq!(as_read("끊긴 <p"), "끊긴  ");
    }

    #[test]
    fn a_message_of_signs_alone_says_these_and_a_deleted_one_says_nothing() {
        for (markdown, line) in
            [("***", "***"), ("![그림](https://a.test/b.png)", "![그림](https://a.test/b.png)"), ("", "")]
        {
            assert_eq!(gist(markdown, &render(markdown), None, None), line);
        }
        assert_eq!(gist("", "", None, Some("https://a.test/b.pdf")), "https://a.test/b.pdf");
    }
}
