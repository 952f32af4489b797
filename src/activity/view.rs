//! Lines of activity on screen.

use super::api::list_activity;
use super::live::RecentActivity;
use super::model::{Activity, ActivityKind};
use crate::app::use_page;
use crate::ids::ActivityId;
use crate::text::{Lang, Texts, fill};
use crate::time::{Timestamp, ZoneOffsets};
use crate::ui::{Avatar, BusyButton, For, Icon, Show, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The newest lines, kept right by events, and older ones on demand.
#[component]
pub fn ActivityList(#[prop(into)] recent: Signal<RecentActivity>, now: Signal<Timestamp>) -> impl IntoView {
    let t = use_page().lang.texts();
    let toasts = use_toasts();
    let older = RwSignal::new(Vec::<Activity>::new());
    let (busy, ended) = (RwSignal::new(false), RwSignal::new(false));
    let lines = Memo::new(move |_| {
        let mut lines = recent.with(|recent| recent.items.clone());
        // What has been fetched may have been among the newest then.
        let last = lines.last().map(|line| line.id);
        older.with(|older| {
            lines.extend(older.iter().filter(|line| last.is_none_or(|last| line.id < last)).cloned());
        });
        lines
    });
    let more = Callback::new(move |()| {
        let before = lines.with_untracked(|lines| lines.last().map(|line| line.id));
        busy.set(true);
        spawn_local(async move {
            let page = list_activity(before).await;
            let _ = busy.try_set(false);
            match page {
                Ok(page) => {
                    let _ = ended.try_set(page.next.is_none());
                    let _ = older.try_update(|older| older.extend(page.items));
                }
                Err(error) => toasts.refused(&error),
            }
        });
    });
    let ids = Memo::new(move |_| lines.with(|lines| lines.iter().map(|line| line.id).collect::<Vec<ActivityId>>()));
    view! {
        <ul class="activity">
            <For each=move || ids.get() key=|id| id.0 children=move |id| view! { <Line lines id now /> } />
        </ul>
        {move || ids.with(Vec::is_empty).then(|| view! { <p class="muted card-body">{t.no_activity}</p> }.into_any())}
        <Show when=move || !ended.get() && !ids.with(Vec::is_empty)>
            <div class="card-foot">
                <BusyButton class="sm ghost" busy busy_text=t.loading.to_owned() on_press=more>{t.show_more}</BusyButton>
            </div>
        </Show>
    }
}

#[component]
fn Line(lines: Memo<Vec<Activity>>, id: ActivityId, now: Signal<Timestamp>) -> impl IntoView {
    let page = use_page();
    let lang = page.lang;
    // A line never changes.
    let Some(line) = lines.with_untracked(|lines| lines.iter().find(|line| line.id == id).cloned()) else {
        return ().into_any();
    };
    let (who, what) = words(&line, lang, &page.zone);
    let at = line.at;
    let zone = StoredValue::new(page.zone.clone());
    let avatar = match &line.actor {
        Some(actor) => view! { <Avatar id=actor.id.0 name=actor.name.clone() /> }.into_any(),
        None => view! { <span class="activity-icon"><Icon name="activity" class="s" /></span> }.into_any(),
    };
    view! {
        <li>
            {avatar}
            <p>{who} {what}</p>
            <time class="muted" datetime=at.to_string()>{move || zone.with_value(|zone| lang.ago(at, now.get(), zone))}</time>
        </li>
    }
    .into_any()
}

/// Who, and what.
fn words(line: &Activity, lang: Lang, zone: &ZoneOffsets) -> (Option<String>, String) {
    let t = lang.texts();
    let who = match (&line.actor, line.kind) {
        (_, ActivityKind::Expired) => None,
        (Some(actor), _) => Some(fill(t.act_by, &[&actor.name])),
        (None, _) => Some(t.act_by_nobody.to_owned()),
    };
    let times = line.starts_at.zip(line.ends_at).map(|(starts, ends)| {
        let (starts, ends) = (zone.local(starts), zone.local(ends));
        [&lang.month_day(starts.date()), " ", &lang.clock(starts), "–", &lang.clock(ends)].concat()
    });
    let room = line.room.as_ref().map(|room| room.name.clone());
    let mut parts: Vec<String> = room.into_iter().chain(times).collect();
    if let Some(subject) = &line.subject {
        parts.push(subject.clone());
    }
    (who, fill(sentence(line.kind, t), &[&parts.join(" ")]))
}

fn sentence(kind: ActivityKind, t: &'static Texts) -> &'static str {
    match kind {
        ActivityKind::Booked => t.act_booked,
        ActivityKind::Requested => t.act_requested,
        ActivityKind::Changed => t.act_changed,
        ActivityKind::Approved => t.act_approved,
        ActivityKind::Rejected => t.act_rejected,
        ActivityKind::Expired => t.act_expired,
        ActivityKind::Cancelled => t.act_cancelled,
        ActivityKind::EndedEarly => t.act_ended,
        ActivityKind::Extended => t.act_extended,
        ActivityKind::Deleted => t.act_deleted,
        ActivityKind::RoomCreated => t.act_room_created,
        ActivityKind::RoomChanged => t.act_room_changed,
        ActivityKind::RoomClosed => t.act_room_closed,
        ActivityKind::RoomReopened => t.act_room_reopened,
        ActivityKind::RoomDeleted => t.act_room_deleted,
        ActivityKind::Announced => t.act_announced,
    }
}
