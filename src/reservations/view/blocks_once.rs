//! The server's twin of `blocks`: the bookings of a row in one piece of HTML.
//!
//! A page is written once. Of a day's hundreds of bookings, the elements, attributes and closures that a browser
//! needs to change them would take longer than all the rest of the page (benches/README.md). What is written is
//! what [`element`](super::block::element) writes: the tests compare them.

use super::block::{Look, Seen, Sub, look_at};
use super::board::{Board, Phase};
use super::desk::block_id;
use crate::ids::{ReservationId, RoomId};
use html_escape::{encode_double_quoted_attribute_to_string, encode_text_to_string};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// About as much as a booking takes.
const BLOCK_BYTES: usize = 640;

#[component]
pub fn Blocks(board: Board, id: RoomId) -> impl IntoView {
    let (ids, seen) = (board.ids_in(id), Seen::on(board));
    let mut html = String::with_capacity((ids.len() + 1) * BLOCK_BYTES);
    board.live.with(|day| {
        for (id, booking) in ids.iter().filter_map(|id| day.reservations.get_key_value(id)) {
            let look = look_at(board, &seen, booking, Phase::Settled).unwrap_or_default();
            write(&mut html, *id, &look, board.stands_on(*id));
        }
    });
    // What a list ends with.
    html.push_str("<!>");
    InertElement::new(html).into_any()
}

/// A booking as it is when a page is written: nothing is dragged yet, and nothing on its way.
fn write(html: &mut String, id: ReservationId, look: &Look, is_stop: bool) {
    html.push_str("<div");
    attribute(html, "id", &block_id(id));
    attribute(html, "role", "button");
    attribute(html, "tabindex", if is_stop { "0" } else { "-1" });
    attribute(html, "aria-label", &look.label);
    attribute(html, "class", &look.class);
    html.push_str(" style=\"");
    html.push_str(&look.style);
    html.push_str(";\"><span class=\"block-in\"><span class=\"block-title\">");
    match look.icon {
        Some(icon) => {
            html.push_str("<svg aria-hidden=\"true\" class=\"icon\"><use href=\"/icons.svg#");
            html.push_str(icon);
            html.push_str("\"></use><!></svg>");
        }
        None => html.push_str("<!>"),
    }
    text(html, &look.title);
    html.push_str("<!><!></span><span class=\"block-sub\">");
    match &look.who {
        Some(who) => span(html, "block-who", who),
        None => html.push_str("<!>"),
    }
    match &look.sub {
        Sub::Time(time) => span(html, "block-time", time),
        Sub::Text(words) => text(html, words),
    }
    html.push_str("<!><!></span><!><!></span><!>");
    if look.grips {
        for end in ["block-grip start", "block-grip end"] {
            html.push_str("<span aria-hidden=\"true\"");
            attribute(html, "class", end);
            html.push_str("></span>");
        }
    }
    html.push_str("<!><!><!></div>");
}

fn attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    encode_double_quoted_attribute_to_string(value, html);
    html.push('"');
}

fn span(html: &mut String, class: &str, words: &str) {
    html.push_str("<span");
    attribute(html, "class", class);
    html.push('>');
    text(html, words);
    html.push_str("<!></span>");
}

fn text(html: &mut String, words: &str) {
    // An empty text would be no node at all.
    encode_text_to_string(if words.is_empty() { " " } else { words }, html);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reservations::view::block::element;
    use crate::ui::derived;

    #[test]
    fn a_block_is_written_as_its_element_is() {
        let plain = Look {
            class: "block mine".to_owned(),
            style: "--start:0.54166;--span:0.08333".to_owned(),
            label: "주간 <회의> & \"기획\", 설악산, 14:30–15:30, 내 예약".to_owned(),
            title: "주간 <회의> & \"기획\"".to_owned(),
            icon: None,
            who: Some("김민지 <script>".to_owned()),
            sub: Sub::Time("14:30–15:30".to_owned()),
            grips: true,
            drag_label: None,
            busy: false,
        };
        let private =
            Look { icon: Some("lock"), who: None, grips: false, title: "비공개".to_owned(), ..plain.clone() };
        let pending = Look { icon: Some("hourglass"), grips: false, ..plain.clone() };
        for look in [plain, private, pending] {
            for is_stop in [true, false] {
                let shown = look.clone();
                let owner = Owner::new();
                let expected = owner.with(|| {
                    element(ReservationId(7), derived(move |_| shown.clone()), move || is_stop).into_view().to_html()
                });
                let mut html = String::new();
                write(&mut html, ReservationId(7), &look, is_stop);
                assert_eq!(html, expected);
            }
        }
    }
}
