//! What the reader has announced and asks an answer to: how many have given one.

use super::Board;
use crate::announcements::model::Managed;
use crate::text::{Lang, fill};
use leptos::prelude::*;

#[component]
pub fn AskedList(board: Board) -> impl IntoView {
    let t = board.desk.t();
    let asked = Memo::new(move |_| {
        let now = board.desk.now.get();
        board.live.with(|state| state.asked.current(now).into_iter().cloned().collect::<Vec<Managed>>())
    });
    let line = move |managed: Managed| {
        let href = ["/admin/announcements?id=", &managed.announcement.id.to_string()].concat();
        let bar = managed.recipient_count.map(|asked| {
            // Said in words beside it.
            view! { <progress max=asked.max(1) value=managed.ack_count aria-hidden="true"></progress> }.into_any()
        });
        view! {
            <li>
                <a href=href>{managed.announcement.headline().to_owned()}</a>
                {bar}
                <span class="asked-count">{answered(&managed, board.desk.lang)}</span>
            </li>
        }
        .into_any()
    };
    move || {
        let asked = asked.get();
        (!asked.is_empty()).then(|| {
            view! {
                <h3 class="asked-title muted" id="asked-title">{t.announced_by_me}</h3>
                <ul class="asked" aria-labelledby="asked-title">{asked.into_iter().map(line).collect_view()}</ul>
            }
            .into_any()
        })
    }
}

/// `3/12명 응답`; of what went to everybody, how many.
fn answered(managed: &Managed, lang: Lang) -> String {
    let t = lang.texts();
    match managed.recipient_count {
        Some(asked) => fill(t.answered_of, &[&asked, &managed.ack_count]),
        None => fill(t.answered_count, &[&managed.ack_count]),
    }
}
