//! Announcements that hold now, with the bar to answer them.

use super::Board;
use super::asked::AskedList;
use crate::announcements::live::Notice;
use crate::announcements::model::Kind;
use crate::announcements::view::{AnswerBar, Putting, use_putting};
use crate::ids::AnnouncementId;
use crate::text::fill;
use crate::ui::For;
use crate::ui::Icon;
use leptos::prelude::*;

#[component]
pub fn NoticeCard(board: Board) -> impl IntoView {
    let t = board.desk.t();
    let putting = use_putting();
    let ids = Memo::new(move |_| {
        let now = board.desk.now.get();
        board.live.with(|state| {
            state.notices.current(now).into_iter().map(|n| n.announcement.id).collect::<Vec<AnnouncementId>>()
        })
    });
    view! {
        <section class="card" aria-labelledby="notices-title">
            <div class="card-head"><h2 id="notices-title">{t.announcements}</h2></div>
            {move || ids.with(Vec::is_empty).then(|| view! { <p class="muted card-body">{t.no_notices}</p> }.into_any())}
            <ul class="notice-list">
                <For each=move || ids.get() key=|id| id.0 children=move |id| view! { <Item board putting id /> } />
            </ul>
            <AskedList board />
        </section>
    }
}

#[component]
fn Item(board: Board, putting: Putting, id: AnnouncementId) -> impl IntoView {
    let desk = board.desk;
    let t = desk.t();
    // One that is leaving the page keeps its last look until it is gone.
    let notice = Memo::new(move |last: Option<&Option<Notice>>| {
        board.live.with(|state| state.notices.notices.get(&id).cloned()).or_else(|| last.cloned().flatten())
    });
    let part = move |read: fn(&Notice) -> String| move || notice.with(|n| n.as_ref().map(read));
    let icon = notice.with_untracked(|n| match n.as_ref().map(|n| &n.announcement) {
        Some(a) if a.kind == Kind::Maintenance => "wrench",
        Some(a) if a.is_critical() => "triangle-alert",
        _ => "megaphone",
    });
    let until = move || {
        let end = notice.with(|n| n.as_ref().and_then(|n| n.announcement.expires_at))?;
        let local = desk.zone(|zone| zone.local(end));
        Some(fill(t.until, &[&[desk.lang.month_day(local.date()), desk.lang.prose_time(local)].join(" ")]))
    };
    view! {
        <li>
            <span class="notice-icon"><Icon name=icon class="s" /></span>
            <div>
                <b>{part(|n| n.announcement.headline().to_owned())}</b>
                <p class="muted">{part(rest)} " " {move || until()}</p>
                <AnswerBar putting notice />
            </div>
        </li>
    }
}

/// What the headline does not say already.
fn rest(notice: &Notice) -> String {
    let announcement = &notice.announcement;
    if announcement.title.is_empty() {
        let mut lines = announcement.body.lines();
        lines.next();
        lines.collect::<Vec<_>>().join(" ")
    } else {
        announcement.body.clone()
    }
}
