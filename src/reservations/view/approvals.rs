//! What waits for a decision: the page with one-tap decisions, and the number in the menu.

use super::days::Days;
use super::desk::{Act, Desk, Panel};
use super::panels::Panels;
use crate::app::frame::{PageFrame, is_current};
use crate::app::use_page;
use crate::ids::ReservationId;
use crate::realtime::live::{Live, use_live, use_now};
use crate::realtime::protocol::Snapshot;
use crate::reservations::api::approvals;
use crate::reservations::live::Approvals;
use crate::reservations::model::Reservation;
use crate::text::fill;
use crate::ui::{
    Avatar, Badge, BusyButton, Empty, For, HeldList, Hold, Icon, Loading, Show, Tone, load, loaded, loaded_quietly,
};
use leptos::prelude::*;

#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let content = loaded(load(approvals), page.lang, 4, |snapshot| view! { <Waiting snapshot /> }.into_any());
    view! {
        <PageFrame title=t.approvals>
            <div class="page">
                {content}
            </div>
        </PageFrame>
    }
}

#[component]
fn Waiting(snapshot: Snapshot<Approvals>) -> impl IntoView {
    let zone = use_page().zone;
    let now = use_now(snapshot.server_time);
    let live = use_live(snapshot, approvals);
    let find = move |id| live.with(|waiting| waiting.reservations.get(&id).cloned());
    let desk = Desk::new(zone, now, Days::new(None), find, move || live.refetch());
    let t = desk.t();
    let wanted = Memo::new(move |_| {
        live.with(|waiting| waiting.waiting(now.get()).iter().map(|b| b.id).collect::<Vec<ReservationId>>())
    });
    let ids = RwSignal::new(wanted.get_untracked());
    let hold = Hold::default();
    follow(desk, wanted, ids, hold);
    let is_behind = Memo::new(move |_| wanted.with(|wanted| ids.with(|ids| ids != wanted)));
    let chip = Signal::derive(move || is_behind.get().then(|| t.show_changes.to_owned()));
    let catch_up = Callback::new(move |()| ids.set(wanted.get_untracked()));
    let empty =
        move || view! { <Empty icon="shield-check" title=t.no_approvals_title text=t.no_approvals_text /> }.into_any();
    view! {
        <HeldList hold chip on_catch_up=catch_up>
            <Show when=move || !ids.with(Vec::is_empty) fallback=empty>
                <ul class="res-list approvals" aria-live="polite">
                    <For each=move || ids.get() key=|id| id.0 children=move |id| view! { <Item desk live id /> } />
                </ul>
            </Show>
        </HeldList>
        <Panels desk />
    }
}

/// Keeps the rows still while pointer or focus is among them, since one press decides, except for what their
/// person has decided.
fn follow(desk: Desk, wanted: Memo<Vec<ReservationId>>, ids: RwSignal<Vec<ReservationId>>, hold: Hold) {
    Effect::new(move |_| {
        let (wanted, is_held) = (wanted.get(), hold.is_on());
        // What has left the list has no version any more.
        let is_own = |id: &ReservationId| !wanted.contains(id) && desk.is_own(*id, 0);
        if ids.with_untracked(|ids| *ids != wanted && (!is_held || ids.is_empty() || ids.iter().any(is_own))) {
            ids.set(wanted);
        }
    });
}

#[component]
fn Item(desk: Desk, live: Live<Approvals>, id: ReservationId) -> impl IntoView {
    let t = desk.t();
    // One that is leaving the page keeps its last look until it is gone.
    let booking = Memo::new(move |last: Option<&Option<Reservation>>| {
        live.with(|waiting| waiting.reservations.get(&id).cloned()).or_else(|| last.cloned().flatten())
    });
    let busy = move |act: Act| Signal::derive(move || desk.busy.get() == Some((id, act)));
    let approve = Callback::new(move |()| {
        if let Some(booking) = booking.get_untracked() {
            desk.perform(Act::Approve, &booking);
        }
    });
    let reject = Callback::new(move |()| desk.open(Panel::Confirm { id, act: Act::Reject }));
    let content = move || {
        booking.get().map(|booking| {
            let interval = booking.interval();
            let date = desk.zone(|zone| zone.date(interval.starts_at));
            let when = desk.lang.day_short(date);
            let until = booking.decide_by.map(|at| {
                let local = desk.zone(|zone| zone.local(at));
                fill(t.decide_by, &[&[desk.lang.month_day(local.date()), desk.lang.clock(local)].join(" ")])
            });
            let organizer = booking.organizer.clone().map(|person| {
                view! { <span class="who"><Avatar id=person.id.0 name=person.name.clone() />{person.name}</span> }
                    .into_any()
            });
            let place = [booking.room.name.clone(), desk.lang.people(booking.attendee_count)].join(" · ");
            view! {
                <div class="res-time"><time>{desk.clocks(interval)}</time><small>{when}</small></div>
                <div class="res-main">
                    <p class="res-title">
                        {booking.private.then(|| view! { <Icon name="lock" /> }.into_any())}
                        <a href=format!("/reservations/{id}")>{booking.title.clone()}</a>
                    </p>
                    <p class="res-where">{organizer} {place}</p>
                </div>
                <Badge tone=Tone::Yellow icon="hourglass">{until}</Badge>
            }
            .into_any()
        })
    };
    view! {
        <li class="res">
            {content}
            <div class="res-actions">
                <BusyButton class="sm primary" busy=busy(Act::Approve) busy_text=t.approve.to_owned() on_press=approve>
                    {t.approve}
                </BusyButton>
                <BusyButton class="sm danger" busy=busy(Act::Reject) busy_text=t.reject.to_owned() on_press=reject>
                    {t.reject}
                </BusyButton>
            </div>
        </li>
    }
}

/// What waits, asked for once for all the menus of a page.
#[derive(Clone, Copy)]
struct Asked(Loading<Snapshot<Approvals>>);

/// Makes [`ApprovalsLink`] work below here; without it there is nobody to decide.
pub fn provide_approvals() {
    if use_page().user.is_some() {
        provide_context(Asked(load(approvals)));
    }
}

/// The way to the page, for whoever decides about anything, with the number that waits.
#[component]
pub fn ApprovalsLink(
    /// Classes of the link, as its menu has them.
    class: &'static str,
    /// Called when it is followed, to close the menu that it is in.
    #[prop(optional, into)]
    on_follow: Option<Callback<()>>,
) -> impl IntoView {
    use_context::<Asked>().map(|Asked(loading)| {
        // Without it the page can still be reached by its address.
        loaded_quietly(loading, move |snapshot| view! { <Link snapshot class on_follow /> }.into_any())
    })
}

#[component]
fn Link(snapshot: Snapshot<Approvals>, class: &'static str, on_follow: Option<Callback<()>>) -> impl IntoView {
    let t = use_page().lang.texts();
    let now = use_now(snapshot.server_time);
    let live = use_live(snapshot, approvals);
    let viewer = use_page().user.map(|user| user.viewer());
    let has_say = move || viewer.is_some_and(|viewer| live.with(|waiting| waiting.has_say(viewer)));
    let count = Memo::new(move |_| live.with(|waiting| waiting.waiting(now.get()).len()));
    let follow = move |_| {
        if let Some(on_follow) = on_follow {
            on_follow.run(());
        }
    };
    let number = move || {
        (count.get() > 0)
            .then(|| view! { <span class="count yellow nav-count">{count.get().to_string()}</span> }.into_any())
    };
    view! {
        <Show when=has_say>
            <a class=class href="/approvals" aria-current=is_current("/approvals") on:click=follow>
                <Icon name="shield" />
                <span class="nav-label">{t.approvals}</span>
                {move || number()}
            </a>
        </Show>
    }
}
