//! One booking in full, and what its viewer may do with it; in a popover and on a page of its own.

use super::desk::{Act, Desk, FormStart, Panel, block_id};
use super::dom;
use crate::chat::view::MeetingChat;
use crate::error::AppError;
use crate::ids::ReservationId;
use crate::realtime::connection::use_connection;
use crate::reservations::api::find_reservation;
use crate::reservations::model::{EXPIRED, Reservation, Response, Status};
use crate::rooms::model::Room;
use crate::text::{Lang, Texts};
use crate::ui::{Avatar, Badge, BusyButton, Icon, Tone};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The status as a badge.
#[component]
pub fn StatusBadge(lang: Lang, status: Status) -> impl IntoView {
    let t = lang.texts();
    let (tone, icon, text) = match status {
        Status::Pending => (Tone::Yellow, "hourglass", t.pending),
        Status::Approved => (Tone::Accent, "check", t.approved),
        Status::Rejected => (Tone::Red, "ban", t.rejected),
        Status::Cancelled => (Tone::Plain, "x", t.cancelled),
        Status::Completed => (Tone::Plain, "check", t.completed),
    };
    view! { <Badge tone icon>{text}</Badge> }
}

/// What a booking is, in lines with an icon each.
#[component]
pub fn Facts(desk: Desk, booking: Reservation) -> impl IntoView {
    let t = desk.t();
    let interval = booking.interval();
    let (date, today) = desk.zone(|zone| (zone.date(interval.starts_at), zone.date(desk.now.get_untracked())));
    let day = if date == today { t.today.to_owned() } else { desk.lang.day(date) };
    let times = [desk.prose_time(interval.starts_at), desk.prose_time(interval.ends_at)].join(" – ");
    let when = [[day, times].join(" "), desk.lang.duration(interval)].join(" · ");
    let room = untrack(|| desk.days.with_any(|day| day.room(booking.room.id).cloned())).flatten();
    let place = match room {
        Some(Room { name, floor, capacity, .. }) => {
            let mut parts = vec![name, floor, desk.lang.people(capacity)];
            parts.retain(|part| !part.is_empty());
            parts.join(" · ")
        }
        None => booking.room.name.clone(),
    };
    let organizer = booking.organizer.as_ref().map(|person| {
        let count = [t.attending, " ", &desk.lang.people(booking.attendee_count)].concat();
        let words = [person.name.clone(), count].join(" · ");
        fact("user", view! { <span><span class="sr-only">{t.organizer} " "</span>{words}</span> })
    });
    let people = (!booking.attendees.is_empty()).then(|| {
        let person = |attendee: &crate::reservations::model::Attendee| {
            let answer = answer_words(attendee.response, t);
            view! {
                <li>
                    <Avatar id=attendee.id.0 name=attendee.name.clone() />
                    {attendee.name.clone()}
                    <span class="sr-only">" " {answer}</span>
                </li>
            }
        };
        let list = booking.attendees.iter().map(person).collect_view();
        fact("users", view! { <ul class="people" aria-label=t.attendees>{list}</ul> })
    });
    let private = booking.private.then(|| fact("lock", view! { <span>{t.private} " · " {t.private_hint}</span> }));
    let reason = booking.reason.as_deref().map(|reason| {
        let words = if reason == EXPIRED { t.reason_expired.to_owned() } else { [t.reason, ": ", reason].concat() };
        fact("info", view! { <span>{words}</span> })
    });
    view! {
        <div class="facts">
            {fact("clock", view! { <span>{when}</span> })}
            {fact("door-open", view! { <span>{place}</span> })}
            {organizer}
            {people}
            {private}
            {fact("circle-check", view! { <StatusBadge lang=desk.lang status=booking.status /> })}
            {reason}
        </div>
    }
}

fn fact(icon: &'static str, what: impl IntoView + 'static) -> AnyView {
    view! { <div class="fact"><Icon name=icon />{what}</div> }.into_any()
}

fn answer_words(response: Response, t: &'static Texts) -> &'static str {
    match response {
        Response::Invited => t.invited,
        Response::Accepted => t.accepted,
        Response::Declined => t.declined,
    }
}

/// A button for everything that the viewer may do with a booking now.
#[component]
pub fn Actions(
    desk: Desk,
    booking: Reservation,
    /// Lists are short of room: the essential ones only.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    let t = desk.t();
    let now = desk.now;
    let id = booking.id;
    let may_change = booking.may_change(desk.viewer) && !booking.is_reduced();
    let is_admin = desk.viewer.is_admin();
    let status = booking.status;
    let response = booking.response_of(desk.viewer.user_id);
    let room = booking.room.id;
    let decides = is_admin
        || untrack(|| desk.days.with_any(|day| day.room(room).is_some_and(|room| room.may_decide(desk.viewer))))
            .unwrap_or(false);
    let booking = StoredValue::new(booking);
    // Whether it has begun or ended follows the clock, not only the events.
    let is_open = Memo::new(move |_| booking.with_value(|b| b.is_open(now.get())));
    let can_end = Memo::new(move |_| booking.with_value(|b| b.can_end(now.get())));

    let run = move |act: Act| {
        Callback::new(move |()| match act {
            Act::Cancel | Act::Delete | Act::Reject => desk.open(Panel::Confirm { id, act }),
            act => booking.with_value(|b| desk.perform(act, b)),
        })
    };
    let button = move |act: Act, text: &'static str, class: &'static str| {
        let busy = Signal::derive(move || desk.busy.get() == Some((id, act)));
        view! { <BusyButton class busy busy_text=text.to_owned() on_press=run(act)>{text}</BusyButton> }.into_any()
    };
    let edit = move |_| {
        let at = dom::beside(&block_id(id));
        desk.open(Panel::Form(Box::new(FormStart::edit(booking.get_value(), at))));
    };
    let takes_part = !brief && booking.with_value(|b| b.involves(desk.viewer.user_id));
    let chat = move || (takes_part && is_open.get()).then(|| view! { <MeetingChat reservation=id /> }.into_any());
    // Whoever is invited sees what they said, and can say the other thing.
    let answered = response.map(|response| view! { <span class="muted">{answer_words(response, t)}</span> }.into_any());
    let may_say = move |other: Response| response.is_some_and(|response| response != other) && is_open.get();
    view! {
        {answered}
        {chat}
        {move || may_say(Response::Accepted).then(|| button(Act::Accept, t.accept_it, "sm primary"))}
        {move || may_say(Response::Declined).then(|| button(Act::Decline, t.decline_it, "sm"))}
        {move || (may_change && is_open.get() && !(brief && can_end.get())).then(|| view! {
            <button type="button" class="btn sm" on:click=edit><Icon name="pencil" />{t.edit}</button>
        }.into_any())}
        {move || (may_change && is_open.get() && (!brief || can_end.get())).then(|| button(Act::Extend, t.extend_30, "sm"))}
        {move || (may_change && can_end.get()).then(|| button(Act::End, t.end_now, "sm"))}
        {(decides && status == Status::Pending).then(|| button(Act::Approve, t.approve, "sm primary"))}
        {(decides && status == Status::Pending).then(|| button(Act::Reject, t.reject, "sm danger"))}
        {move || (may_change && is_open.get() && !(brief && can_end.get())).then(|| button(Act::Cancel, t.cancel_booking, "sm danger"))}
        {(is_admin && !brief).then(|| button(Act::Delete, t.delete_booking, "sm ghost danger"))}
    }
}

/// The popover beside a block.
#[component]
pub fn DetailsBody(desk: Desk, id: ReservationId) -> impl IntoView {
    let t = desk.t();
    let booking = Memo::new(move |_| desk.find(id));
    // One that has left the screen: it may be on another day now, or closed.
    let elsewhere = RwSignal::new(None::<Result<Reservation, AppError>>);
    let connection = use_connection();
    Effect::new(move |_| {
        // What happens to it there is no news of this day: it is looked up once more with every connection.
        connection.state.track();
        if booking.with(Option::is_none) {
            spawn_local(async move {
                let _ = elsewhere.try_set(Some(find_reservation(id).await));
            });
        }
    });
    let more = move || view! { <a class="btn sm ghost" href=format!("/reservations/{id}")>{t.more_details}</a> };
    move || match (booking.get(), elsewhere.get()) {
        (Some(booking), _) => view! {
            <div class="pop-body"><Facts desk booking=booking.clone() /></div>
            <div class="pop-foot"><Actions desk booking />{more()}</div>
        }
        .into_any(),
        (None, None) => view! { <div class="pop-body"><p role="status">{t.loading}</p></div> }.into_any(),
        (None, Some(Ok(booking))) => view! {
            <div class="pop-body"><Facts desk booking /></div>
            <div class="pop-foot">{more()}</div>
        }
        .into_any(),
        (None, Some(Err(AppError::NotFound))) => {
            view! { <div class="pop-body"><p role="status">{t.deleted_elsewhere}</p></div> }.into_any()
        }
        (None, Some(Err(error))) => {
            let words = desk.lang.error(&error).into_owned();
            view! { <div class="pop-body"><p role="status">{words}</p></div> }.into_any()
        }
    }
}
