//! The banners at the top of every page, and the bar with which people answer.

use super::{label, look};
use crate::announcements::api::{acknowledge, dismiss_announcement, notices};
use crate::announcements::live::{Notice, Notices};
use crate::announcements::model::{Announcement, Kind, NewAck};
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::AnnouncementId;
use crate::level::Level;
use crate::realtime::live::{Live, server_now, use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::text::fill;
use crate::time::{HOUR, MINUTE, SECOND, Timestamp};
use crate::ui::{For, Icon, IconButton, Toasts, load, loaded_quietly, new_key, use_toasts};
use leptos::leptos_dom::helpers::set_interval_with_handle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// What the reader does with announcements; one request at a time for each.
#[derive(Clone, Copy)]
pub struct Putting {
    busy: RwSignal<Vec<AnnouncementId>>,
    toasts: Toasts,
}

/// The handlers of this page.
#[must_use]
pub fn use_putting() -> Putting {
    Putting { busy: RwSignal::new(Vec::new()), toasts: use_toasts() }
}

impl Putting {
    fn begin(self, id: AnnouncementId) -> bool {
        let is_free = self.busy.with_untracked(|ids| !ids.contains(&id));
        if is_free {
            self.busy.update(|ids| ids.push(id));
        }
        is_free
    }

    fn end(self, id: AnnouncementId, outcome: Result<(), AppError>) {
        let _ = self.busy.try_update(|ids| ids.retain(|busy| *busy != id));
        if let Err(error) = outcome {
            self.toasts.refused(&error);
        }
    }

    fn answer(self, id: AnnouncementId, option_id: String) {
        if self.begin(id) {
            let ack = NewAck { option_id, client_id: new_key() };
            spawn_local(async move { self.end(id, acknowledge(id, ack).await.map(drop)) });
        }
    }

    fn put_away(self, id: AnnouncementId) {
        if self.begin(id) {
            spawn_local(async move { self.end(id, dismiss_announcement(id).await) });
        }
    }
}

/// Where announcements stand. What is urgent is said at once by screen readers.
#[component]
pub fn NoticeRegion() -> impl IntoView {
    let page = use_page();
    let texts = page.lang.texts();
    page.user.is_some().then(|| {
        // Without them the page itself still works: they come with the next one.
        let banners = loaded_quietly(load(notices), |snapshot| view! { <Banners snapshot /> }.into_any());
        view! {
            <section class="notice-region" aria-label=texts.announcements>
                {banners}
            </section>
        }
    })
}

#[component]
fn Banners(snapshot: Snapshot<Notices>) -> impl IntoView {
    let now = use_now(snapshot.server_time);
    let live = use_live(snapshot, notices);
    let putting = use_putting();
    let pressing = Memo::new(move |_| {
        let now = now.get();
        live.with(|notices| {
            let current = notices.current(now).into_iter().filter(|notice| notice.is_pressing(now));
            current.map(|notice| notice.announcement.id).collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || pressing.get() key=|id| id.0 children=move |id| view! { <Banner live putting now id /> } />
    }
}

#[component]
fn Banner(live: Live<Notices>, putting: Putting, now: Signal<Timestamp>, id: AnnouncementId) -> impl IntoView {
    let lang = use_page().lang;
    let t = lang.texts();
    // One that is leaving the page keeps its last look until it is gone.
    let notice = Memo::new(move |last: Option<&Option<Notice>>| {
        live.with(|notices| notices.notices.get(&id).cloned()).or_else(|| last.cloned().flatten())
    });
    let announcement = move || notice.get().map(|notice| notice.announcement);
    let is_critical = notice.with_untracked(|n| n.as_ref().is_some_and(|n| n.announcement.is_critical()));
    let (_, icon, _) = notice.with_untracked(|n| {
        n.as_ref().map_or(("", "megaphone", crate::ui::Tone::Plain), |n| look(n.announcement.severity, lang))
    });
    let is_maintenance =
        notice.with_untracked(|n| n.as_ref().is_some_and(|n| n.announcement.kind == Kind::Maintenance));
    let class = notice.with_untracked(|n| match n.as_ref().map(|n| n.announcement.severity.level()) {
        _ if is_critical => "notice critical",
        Some(Level::Error) => "notice error",
        Some(Level::Warning) => "notice warning",
        _ => "notice",
    });
    let title = move || {
        let title = announcement().map(|a| a.title).filter(|title| !title.is_empty());
        match (is_critical, title) {
            (true, Some(title)) => Some([t.urgent, ": ", &title].concat()),
            (true, None) => Some(t.urgent.to_owned()),
            (false, title) => title,
        }
    };
    let close = (!is_critical).then(|| {
        view! { <IconButton icon="x" class="sm" label=t.put_away on_press=move |()| putting.put_away(id) /> }.into_any()
    });
    view! {
        <div class=class role=if is_critical { "alert" } else { "status" }>
            <Icon name=if is_maintenance { "wrench" } else { icon } />
            <div class="notice-text">
                {move || title().map(|title| view! { <b>{title}</b> }.into_any())}
                <span class="notice-body">{move || announcement().map(|a| a.body)}</span>
                <Countdown now until=Signal::derive(move || announcement().filter(|_| is_maintenance).and_then(|a| a.expires_at)) />
            </div>
            <AnswerBar putting notice />
            {close}
        </div>
    }
}

/// How long it still takes, second by second, on the server's clock.
#[component]
fn Countdown(now: Signal<Timestamp>, #[prop(into)] until: Signal<Option<Timestamp>>) -> impl IntoView {
    let t = use_page().lang.texts();
    let second = RwSignal::new(None::<Timestamp>);
    Effect::new(move |_| {
        if until.with(Option::is_none) {
            return;
        }
        let tick = move || {
            let _ = second.try_set(server_now());
        };
        tick();
        // Refused only where there are no timers.
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    let left = move || {
        let left = (until.get()? - second.get().unwrap_or_else(|| now.get())).max(0);
        Some(fill(t.time_left, &[&clock(left)]))
    };
    move || left().map(|left| view! { <span class="notice-left" role="timer">{left}</span> }.into_any())
}

/// `1:02:03`, `12:05`.
fn clock(ms: i64) -> String {
    let two = |n: i64| if n < 10 { ["0", &n.to_string()].concat() } else { n.to_string() };
    let (hours, minutes, seconds) = (ms / HOUR, ms % HOUR / MINUTE, ms % MINUTE / SECOND);
    let minutes = if hours > 0 { [hours.to_string(), two(minutes)].join(":") } else { minutes.to_string() };
    [minutes, two(seconds)].join(":")
}

/// A button for each answer; the one that the reader has given is marked.
#[component]
pub fn AnswerBar(putting: Putting, #[prop(into)] notice: Signal<Option<Notice>>) -> impl IntoView {
    let lang = use_page().lang;
    let asked =
        Memo::new(move |_| notice.with(|n| n.as_ref().map(|n| n.announcement.clone())).filter(|a| a.ack_required));
    let given = Memo::new(move |_| notice.with(|n| n.as_ref().and_then(|n| n.option_id.clone())));
    let button = move |announcement: &Announcement, option: &crate::announcements::model::AckOption| {
        let (id, option_id) = (announcement.id, option.id.clone());
        let is_given = {
            let option_id = option.id.clone();
            move || given.with(|given| given.as_ref() == Some(&option_id))
        };
        let pressed = is_given.clone();
        view! {
            <button
                type="button"
                class="btn sm"
                class:is-given=is_given
                aria-pressed=move || if pressed() { "true" } else { "false" }
                aria-busy=move || putting.busy.with(|ids| ids.contains(&id)).then_some("true")
                on:click=move |_| putting.answer(id, option_id.clone())
            >
                {label(option, lang)}
            </button>
        }
        .into_any()
    };
    move || {
        asked.get().map(|announcement| {
            let buttons = announcement.ack_options.iter().map(|option| button(&announcement, option)).collect_view();
            view! { <div class="notice-answers">{buttons}</div> }.into_any()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_written_as_a_clock() {
        assert_eq!([clock(0), clock(65 * SECOND), clock(HOUR + 2 * MINUTE + 3 * SECOND)], ["0:00", "1:05", "1:02:03"]);
    }
}
