//! Deleting a room, and with it, only when asked, the bookings that lie ahead.

use super::form::RoomForm;
use super::{Admin, Selection};
use crate::app::{Page, use_page};
use crate::error::AppError;
use crate::reservations::model::Reservation;
use crate::rooms::api::delete_room;
use crate::text::fill;
use crate::ui::{BusyButton, Dialog, Icon, Show, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The button, and the dialog behind it.
#[component]
pub fn DeleteRoom(form: RoomForm) -> impl IntoView {
    let texts = use_page().lang.texts();
    let admin: Admin = expect_context();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    // What stands in the way, once the server has named it.
    let ahead = RwSignal::new(Vec::<Reservation>::new());
    let cancel_too = RwSignal::new(false);
    let name = move || form.base.with(|base| base.as_ref().map(|room| room.name.clone()).unwrap_or_default());
    let on_close = Callback::new(move |()| {
        open.set(false);
        ahead.update(Vec::clear);
        cancel_too.set(false);
    });

    let delete = Callback::new(move |()| {
        let Some(room) = form.base.get_untracked() else { return };
        let agreed = cancel_too.get_untracked();
        let cancelled = ahead.with_untracked(|list| list.iter().filter(|_| agreed).map(|booking| booking.id).collect());
        busy.set(true);
        spawn_local(async move {
            let outcome = delete_room(room.id, cancelled).await;
            let _ = busy.try_set(false);
            match outcome {
                // Another admin may have been faster: the room is gone all the same.
                Ok(()) | Err(AppError::NotFound) => {
                    toasts.success(fill(texts.room_deleted, &[&room.name]), None);
                    // What others do waits while the pointer is on the table; this is the admin's own.
                    let _ = admin.arrangement.shown.try_update(|rows| rows.retain(|id| *id != room.id));
                    // Somebody who has left the page meanwhile is not called back.
                    if admin.deleted.try_set_value(Some(room.id)).is_none() {
                        admin.drawer.go_on(Selection::Nothing);
                    }
                }
                Err(AppError::RoomHasReservations { reservations }) => {
                    // Others have come since: these have not been agreed to.
                    let _ = cancel_too.try_set(false);
                    let _ = ahead.try_set(reservations);
                }
                Err(error) => toasts.refused(&error),
            }
        });
    });
    let is_blocked = move || ahead.with(|list| !list.is_empty());
    let label = move || if is_blocked() { texts.delete_room_cancel_too } else { texts.delete };
    view! {
        <button type="button" class="btn danger" on:click=move |_| open.set(true)>
            <Icon name="trash-2" />
            {texts.delete_room}
        </button>
        <Dialog id="delete-room" labelled_by="delete-room-title" open=open on_close=on_close>
            <div class="dialog-head">
                <h2 id="delete-room-title">{move || fill(texts.delete_room_question, &[&name()])}</h2>
            </div>
            <Show when=is_blocked>
                <div class="dialog-body" role="alert">
                    <p>{move || fill(texts.delete_room_blocked, &[&ahead.with(Vec::len)])}</p>
                    <BookingsAhead bookings=ahead />
                    <label class="check">
                        <input type="checkbox" class="box" bind:checked=cancel_too />
                        {texts.cancel_bookings_too}
                    </label>
                </div>
            </Show>
            <div class="dialog-foot">
                <button type="button" class="btn" autofocus on:click=move |_| on_close.run(())>
                    {texts.cancel}
                </button>
                <BusyButton
                    class="primary danger"
                    busy=busy
                    busy_text=texts.deleting
                    disabled=Signal::derive(move || is_blocked() && !cancel_too.get())
                    on_press=delete
                >
                    {move || label()}
                </BusyButton>
            </div>
        </Dialog>
    }
}

#[component]
fn BookingsAhead(bookings: RwSignal<Vec<Reservation>>) -> impl IntoView {
    let page = StoredValue::new(use_page());
    let line = move |booking: Reservation| {
        let organizer = booking.organizer.as_ref().map(|person| person.name.clone());
        view! {
            <li>
                <time datetime=booking.starts_at.to_string()>
                    {page.with_value(|page| when(page, &booking))}
                </time>
                <b>{booking.title}</b>
                <span class="muted">{organizer}</span>
            </li>
        }
    };
    // Long lists scroll, also by keyboard.
    view! {
        <ul class="future-list" tabindex="0">
            {move || bookings.get().into_iter().map(line).collect_view()}
        </ul>
    }
}

/// `3월 12일 14:00–16:00`
fn when(page: &Page, booking: &Reservation) -> String {
    let (starts, ends) = (page.zone.local(booking.starts_at), page.zone.local(booking.ends_at));
    let lang = page.lang;
    [&lang.month_day(starts.date()), " ", &lang.clock(starts), "–", &lang.clock(ends)].concat()
}
