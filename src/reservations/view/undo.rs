//! The ways back that toasts offer. Ending a meeting and deleting a booking have none.

use super::desk::Desk;
use crate::ids::ReservationId;
use crate::reservations::api::{book_room, cancel_reservation, edit_reservation};
use crate::reservations::model::{NewReservation, Reservation, ReservationPatch, START_GRACE_MS, Status};
use crate::text::fill;
use crate::ui::new_key;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Takes a booking back that was just made.
pub fn booking(desk: Desk, id: ReservationId) -> Callback<()> {
    Callback::new(move |()| {
        desk.changing(id);
        spawn_local(async move {
            match cancel_reservation(id).await {
                Ok(cancelled) => {
                    desk.changed(id, cancelled.version);
                    desk.done();
                    desk.toasts.success(desk.t().cancelled_toast, None);
                }
                Err(error) => {
                    desk.changed(id, 0);
                    desk.toasts.refused(&error);
                }
            }
        });
    })
}

/// Puts an end that was just moved back to where it was.
pub fn extension(desk: Desk, before: Reservation, version: i64) -> Callback<()> {
    // The screen may be gone when this is pressed.
    let until = desk.prose_time(before.ends_at);
    Callback::new(move |()| {
        let (id, ends_at, until) = (before.id, before.ends_at, until.clone());
        desk.changing(id);
        spawn_local(async move {
            let patch =
                ReservationPatch { ends_at: Some(ends_at), version: Some(version), ..ReservationPatch::default() };
            match edit_reservation(id, patch).await {
                Ok(after) => {
                    desk.changed(id, after.version);
                    desk.done();
                    desk.toasts.success(fill(desk.t().extension_undone, &[&until]), None);
                }
                Err(error) => {
                    desk.changed(id, version);
                    desk.toasts.refused(&error);
                }
            }
        });
    })
}

/// Books the slot of a booking that was just cancelled again, if it is still free. Only for its
/// organiser, whose booking the new one is, and only while its start may still be booked.
pub fn cancellation(desk: Desk, before: &Reservation) -> Option<Callback<()>> {
    let now = desk.now.try_get_untracked()?;
    if !before.is_organizer(desk.viewer.user_id) || before.starts_at < now - START_GRACE_MS {
        return None;
    }
    let again = NewReservation {
        room_id: before.room.id,
        title: before.title.clone(),
        starts_at: before.starts_at,
        ends_at: before.ends_at,
        attendee_ids: before.attendees.iter().map(|attendee| attendee.id).collect(),
        attendee_count: Some(before.attendee_count),
        private: before.private,
    };
    let key = new_key();
    Some(Callback::new(move |()| {
        let (again, key) = (again.clone(), key.clone());
        spawn_local(async move {
            match book_room(again, Some(key)).await {
                Ok(booked) => {
                    desk.changed(booked.id, booked.version);
                    desk.done();
                    let t = desk.t();
                    desk.toasts.success(if booked.status == Status::Pending { t.requested } else { t.rebooked }, None);
                }
                Err(error) => desk.toasts.refused(&error),
            }
        });
    }))
}
