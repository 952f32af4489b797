//! What a message says, as HTML that cannot do anything: markdown by comrak, washed by ammonia.

use ammonia::Builder;
use comrak::Options;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static WASHER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "br",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ];
    let mut washer = Builder::empty();
    washer
        .tags(HashSet::from(tags))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
            ("code", HashSet::from(["class"])),
            ("th", HashSet::from(["align"])),
            ("td", HashSet::from(["align"])),
        ]))
        .url_schemes(HashSet::from(["https", "http", "mailto"]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(|tag, attribute, value| match (tag, attribute) {
            // The name of a language only.
            ("code", "class") => value
                .strip_prefix("language-")
                .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || "+-_#".contains(c)))
                .map(|_| value.into()),
            _ => Some(value.into()),
        });
    washer
});

static MARKDOWN: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.table = true;
    // A new line is a new line: people write in a chat, not in a document.
    options.render.hardbreaks = true;
    // What looks like HTML is shown as it was written.
    options.render.escape = true;
    options
});

/// The HTML of a message. Images of other sites are not shown: they would tell who reads what.
#[must_use]
pub fn render(markdown: &str) -> String {
    WASHER.clean(&comrak::markdown_to_html(markdown, &MARKDOWN)).to_string().trim_end().to_owned()
}

/// The HTML of words that are no markdown.
#[must_use]
pub fn render_plain(words: &str) -> String {
    let mut html = String::from("<p>");
    comrak::html::escape(&mut html, words).expect("a string takes whatever is written into it");
    html.push_str("</p>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_becomes_what_they_mean() {
        for (markdown, html) in [
            ("**굵게** `code` ~~아님~~", "<p><strong>굵게</strong> <code>code</code> <del>아님</del></p>"),
            ("한 줄\n두 줄", "<p>한 줄<br>\n두 줄</p>"),
            ("```rust\nfn a() {}\n```", "<pre><code class=\"language-rust\">fn a() {}\n</code></pre>"),
            (
                "https://example.com",
                "<p><a href=\"https://example.com\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">https://example.com</a></p>",
            ),
            ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ] {
            assert_eq!(render(markdown), html, "{markdown}");
        }
    }

    #[test]
    fn words_that_are_no_markdown_stay_as_they_are() {
        for (words, html) in [
            ("**별** 님이 `x`를 # 1. 바꿨습니다.", "<p>**별** 님이 `x`를 # 1. 바꿨습니다.</p>"),
            ("<b>a</b> & [b](https://c.test)", "<p>&lt;b&gt;a&lt;/b&gt; &amp; [b](https://c.test)</p>"),
        ] {
            assert_eq!(render_plain(words), html);
        }
    }

    #[test]
    fn nothing_in_it_can_do_anything() {
        for markdown in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[a](javascript:alert(1))",
            "[a](data:text/html,<script>alert(1)</script>)",
            "![pixel](https://tracker.example/x.png)",
            "<a href=\"https://x\" onclick=\"alert(1)\">x</a>",
            "<iframe src=\"https://x\"></iframe>",
            "```\" onclick=\"x\n```",
            "[a](/api/v1/auth/logout)",
            "<style>*{display:none}</style>",
            "<svg/onload=alert(1)>",
            "[x](https://x \"onmouseover=alert(1)\")",
            "**a <b",
            "````",
            "[[[[[[[[",
        ] {
            let html = render(markdown);
            // Inside of tags: what is shown as it was written does nothing.
            for tag in html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
                let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
                assert!(["p", "a", "br", "pre", "code", "strong"].contains(&name), "{markdown} → {html}");
                for bad in ["javascript:", "data:", "href=\"/", " on", " title=", " style="] {
                    assert!(!tag.contains(bad), "{markdown} → {html}");
                }
            }
        }
    }
}
