//! The state of a timeline on screen: the day, kept right by events, and over it what this person
//! drags, has sent and not yet heard back, and what somebody else has just changed.

use super::changes::Change;
use super::desk::{Desk, Panel, block_id, moved, row_id};
use super::dom;
use crate::error::AppError;
use crate::ids::{ReservationId, RoomId};
use crate::realtime::live::Live;
use crate::reservations::api::edit_reservation;
use crate::reservations::grid::{Axis, Cursor, Edge, Line};
use crate::reservations::live::DaySchedule;
use crate::reservations::model::{NewReservation, Reservation, ReservationPatch, Wanted};
use crate::rooms::model::Room;
use crate::text::fill;
use crate::time::{HOUR, Interval, Timestamp};
use crate::ui::Hold;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a confirmed change shows its check.
const CHECK_MS: u64 = 1_000;
/// How long a change that could not be sent offers another try.
const FAILED_MS: u64 = 10_000;

/// How far a change of this person's has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// As the database has it.
    Settled,
    Saving,
    Saved,
    Failed,
    Dragged,
}

/// A booking as this person wants it to be; over what the server knows until it agrees or refuses.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub booking: Reservation,
    pub phase: Phase,
    /// What was there before, and what was sent to change it; none for a new booking.
    change: Option<Box<(Reservation, ReservationPatch)>>,
    next: Next,
}

/// Where a booking is wanted since its change was sent, which has not been answered yet. Its sender holds it too: the
/// screen may be left before the answer.
type Next = ArcStoredValue<Option<(RoomId, Interval)>>;

fn take(next: &Next) -> Option<(RoomId, Interval)> {
    next.try_update_value(Option::take).flatten()
}

impl Draft {
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.change.is_none()
    }
}

/// A drag under way, by pointer or by keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Gesture {
    pub kind: Kind,
    pub room: RoomId,
    pub interval: Interval,
    pub by_key: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Drawing a time; where it began.
    Select {
        anchor: Timestamp,
    },
    /// The booking as it was, and how far from its start it is held.
    Move {
        before: Box<Reservation>,
        held_ms: i64,
    },
    Resize {
        before: Box<Reservation>,
        edge: Edge,
    },
}

impl Gesture {
    /// The booking that it changes.
    #[must_use]
    pub fn before(&self) -> Option<&Reservation> {
        match &self.kind {
            Kind::Select { .. } => None,
            Kind::Move { before, .. } | Kind::Resize { before, .. } => Some(before),
        }
    }

    fn before_mut(&mut self) -> Option<&mut Reservation> {
        match &mut self.kind {
            Kind::Select { .. } => None,
            Kind::Move { before, .. } | Kind::Resize { before, .. } => Some(before),
        }
    }
}

/// A time that this person has chosen, until it is booked or left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selection {
    pub room: RoomId,
    pub interval: Interval,
    /// Chosen by Shift and the arrows, which go on until Enter or Escape.
    pub by_key: bool,
}

#[derive(Clone, Copy)]
pub struct Board {
    pub desk: Desk,
    pub live: Live<DaySchedule>,
    pub date: Date,
    pub day: Interval,
    pub axis: RwSignal<Axis>,
    /// The rows on screen.
    pub lines: RwSignal<Vec<Line>>,
    /// Where the keyboard is.
    pub cursor: RwSignal<Option<Cursor>>,
    /// Whether the grid has the focus.
    pub inside: RwSignal<bool>,
    /// Whether the pointer is over the day, or a finger on it.
    pub hold: Hold,
    pub gesture: RwSignal<Option<Gesture>>,
    pub selection: RwSignal<Option<Selection>>,
    pub drafts: RwSignal<Vec<Draft>>,
    /// The room and the booking, if any, on which the cursor stands: the grid's one tab stop.
    pub active: Memo<Option<(RoomId, Option<ReservationId>)>>,
    /// What somebody else changed in the last moments.
    pub changes: RwSignal<Vec<Change>>,
    /// The rooms that somebody else changed in the last moments, each with the number of its change.
    pub changed_rooms: RwSignal<Vec<(RoomId, u32)>>,
}

impl Board {
    /// A day on screen, with nothing under way.
    #[must_use]
    pub fn new(
        desk: Desk,
        live: Live<DaySchedule>,
        (date, day): (Date, Interval),
        axis: Axis,
        lines: RwSignal<Vec<Line>>,
        cursor: RwSignal<Option<Cursor>>,
    ) -> Self {
        // The cursor's place is read from the rest of the board, which must be there first.
        let mut board = Self {
            desk,
            live,
            date,
            day,
            axis: RwSignal::new(axis),
            lines,
            cursor,
            inside: RwSignal::new(false),
            hold: Hold::default(),
            gesture: RwSignal::new(None),
            selection: RwSignal::new(None),
            drafts: RwSignal::new(Vec::new()),
            active: Memo::new(|_| None),
            changes: RwSignal::new(Vec::new()),
            changed_rooms: RwSignal::new(Vec::new()),
        };
        let so_far = board;
        board.active = Memo::new(move |_| {
            let cursor = cursor.get()?;
            Some((cursor.room, so_far.booking_at(cursor).map(|booking| booking.id)))
        });
        board
    }

    /// Whether somebody is on the day, so that nothing may move there for what others do.
    #[must_use]
    pub fn is_held(self) -> bool {
        self.inside.get() || self.hold.is_on() || self.gesture.with(Option::is_some)
    }

    /// What is wanted, as soon as nobody is on the day.
    pub fn held<T: Clone + PartialEq + Send + Sync + 'static>(self, wanted: Memo<T>) -> Memo<T> {
        Memo::new(move |shown: Option<&T>| match shown {
            Some(shown) if self.is_held() => shown.clone(),
            _ => wanted.get(),
        })
    }

    /// Reads a booking as the screen shows it.
    pub fn with_shown<T>(self, id: ReservationId, read: impl FnOnce(&Reservation, Phase) -> T) -> Option<T> {
        let draft = self
            .drafts
            .with(|drafts| drafts.iter().find(|d| d.booking.id == id).map(|d| (d.booking.clone(), d.phase.clone())));
        let dragged = self.gesture.with(|gesture| {
            let gesture = gesture.as_ref()?;
            (gesture.before()?.id == id).then_some((gesture.room, gesture.interval))
        });
        if draft.is_none() && dragged.is_none() {
            // As the events have it, like almost all of them.
            return self.live.with(|day| day.reservations.get(&id).map(|booking| read(booking, Phase::Settled)));
        }
        let (booking, phase) = match draft {
            Some(draft) => draft,
            None => (self.live.with(|day| day.reservations.get(&id).cloned())?, Phase::Settled),
        };
        Some(match dragged {
            Some((room, interval)) => read(&self.put(booking, room, interval), Phase::Dragged),
            None => read(&booking, phase),
        })
    }

    /// A booking as the screen shows it.
    #[must_use]
    pub fn shown(self, id: ReservationId) -> Option<Reservation> {
        self.with_shown(id, |booking, _| booking.clone())
    }

    /// A booking as it would be at another place.
    fn put(self, mut booking: Reservation, room: RoomId, interval: Interval) -> Reservation {
        if booking.room.id != room {
            booking.room.id = room;
            booking.room.name = self.room(room, |room| room.name.clone()).unwrap_or_default();
        }
        (booking.starts_at, booking.ends_at) = (interval.starts_at, interval.ends_at);
        booking
    }

    /// The bookings that a row shows. By id, so that no block moves in the page because another came.
    #[must_use]
    pub fn ids_in(self, room: RoomId) -> Vec<ReservationId> {
        let dragged =
            self.gesture.with(|gesture| gesture.as_ref().and_then(|g| g.before().map(|before| (before.id, g.room))));
        self.drafts.with(|drafts| {
            self.live.with(|day| {
                let room_of = |id: ReservationId, known: RoomId| match dragged {
                    Some((dragged, room)) if dragged == id => room,
                    _ => drafts.iter().find(|d| d.booking.id == id).map_or(known, |d| d.booking.room.id),
                };
                let known = day.reservations.values().map(|r| (r.id, r.room.id));
                // A new booking that the day already has came by its event before its answer.
                let new = drafts
                    .iter()
                    .filter(|d| !day.reservations.contains_key(&d.booking.id))
                    .filter(|d| !d.is_new() || !day.reservations.values().any(|r| same_slot(r, &d.booking)))
                    .map(|d| (d.booking.id, d.booking.room.id));
                let mut ids: Vec<_> =
                    known.chain(new).filter(|(id, at)| room_of(*id, *at) == room).map(|(id, _)| id).collect();
                ids.sort_unstable();
                ids
            })
        })
    }

    /// The booking of a room at an instant, by what the screen shows.
    #[must_use]
    pub fn booking_at(self, cursor: Cursor) -> Option<Reservation> {
        let cell = cursor.cell();
        let overlaps = |id: &ReservationId| {
            self.with_shown(*id, |booking, _| booking.interval().overlaps(cell)).unwrap_or_default()
        };
        self.shown(self.ids_in(cursor.room).into_iter().find(overlaps)?)
    }

    pub fn room<T>(self, id: RoomId, read: impl FnOnce(&Room) -> T) -> Option<T> {
        self.live.with(|day| day.room(id).map(read))
    }

    /// Whether this person may drag a booking: it is theirs to change and not over.
    #[must_use]
    pub fn may_drag(self, booking: &Reservation) -> bool {
        booking.may_change(self.desk.viewer) && !booking.is_reduced() && booking.is_open(self.desk.now.get_untracked())
    }

    /// What stands in the way of what is being drawn or dragged.
    #[must_use]
    pub fn clashes(self, room: RoomId, interval: Interval, except: Option<ReservationId>) -> Vec<Reservation> {
        let wanted = Wanted { room_id: room, interval, head_count: 1, except };
        self.live.with(|day| wanted.clashes(day.reservations.values()).into_iter().cloned().collect())
    }

    /// Puts a booking elsewhere: at once on screen, then in the database.
    pub fn change(self, shown: Reservation, room: RoomId, interval: Interval) {
        if room == shown.room.id && interval == shown.interval() {
            return;
        }
        let id = shown.id;
        let (before, unsent) = self.basis(&shown);
        let patch = moved_besides(unsent, &before, room, interval);
        let wanted: NewReservation = patch.clone().onto(&before);
        let refused = self
            .live
            .with_untracked(|day| wanted.check(day.room(room), Some(&before), self.desk.now.get_untracked()).err());
        if let Some(error) = refused {
            self.desk.say(self.desk.lang.error(&error).into_owned());
            self.desk.toasts.refused(&error);
            return;
        }
        let after = untrack(|| self.put(shown, room, interval));
        let is_saving = |draft: &&Draft| draft.booking.id == id && draft.phase == Phase::Saving;
        if let Some(next) = self.drafts.with_untracked(|drafts| drafts.iter().find(is_saving).map(|d| d.next.clone())) {
            // Its version is not known before the answer.
            next.set_value(Some((room, interval)));
            self.widen(interval);
            return self.update_draft(id, |draft| draft.booking = after);
        }
        self.send(before, after, patch);
    }

    /// What the server has of a booking, and what of it is on the way or could not be sent.
    fn basis(self, shown: &Reservation) -> (Reservation, ReservationPatch) {
        let whole = |booking: Reservation| (booking, ReservationPatch::default());
        let of_draft = self.drafts.with_untracked(|drafts| {
            let draft = drafts.iter().find(|d| d.booking.id == shown.id)?;
            match draft.phase {
                Phase::Saved => Some(whole(draft.booking.clone())),
                _ => draft.change.as_deref().cloned(),
            }
        });
        let known = || {
            self.live.with_untracked(|day| {
                day.reservations.get(&shown.id).filter(|known| known.version == shown.version).cloned()
            })
        };
        of_draft.unwrap_or_else(|| whole(known().unwrap_or_else(|| shown.clone())))
    }

    /// Sends a change, and shows it meanwhile.
    fn send(self, before: Reservation, after: Reservation, patch: ReservationPatch) {
        let next = self.expect_change(before.clone(), after.clone(), patch.clone());
        let (desk, id) = (self.desk, before.id);
        desk.changing(id);
        spawn_local(async move {
            let answer = edit_reservation(id, patch).await;
            desk.changed(id, answer.as_ref().map_or(before.version, |after| after.version));
            if self.drafts.is_disposed()
                && let Some((room, interval)) = take(&next)
            {
                let last = moved(answer.as_ref().unwrap_or(&before), room, interval);
                if let Err(error) = edit_reservation(id, last).await {
                    desk.toasts.refused(&error);
                }
                return;
            }
            match answer {
                Ok(answer) => self.confirmed(id, answer),
                Err(error @ (AppError::Unreachable | AppError::Internal { .. })) => self.failed(id, &error),
                Err(_) if self.refused(before.clone()) => {}
                Err(AppError::ReservationConflict(conflict)) => desk.ask_again(before, after, *conflict),
                Err(error) => desk.toasts.refused(&error),
            }
        });
    }

    /// Sends a change again that could not be sent.
    pub fn retry(self, id: ReservationId) {
        let failed = self
            .drafts
            .with_untracked(|drafts| drafts.iter().find(|d| d.booking.id == id && d.phase == Phase::Failed).cloned());
        if let Some(Draft { booking, change: Some(change), .. }) = failed {
            if untrack(|| self.edited()) == Some(id) {
                // The form that has sent it before.
                self.desk.close();
            }
            let (before, patch) = *change;
            self.send(before, booking, patch);
        }
    }

    /// Shows a change that is being sent. Returns where it is wanted from then on.
    pub fn expect_change(self, before: Reservation, after: Reservation, patch: ReservationPatch) -> Next {
        let next = Next::new(None);
        let change = Some(Box::new((before, patch)));
        self.put_draft(Draft { booking: after, phase: Phase::Saving, change, next: next.clone() });
        next
    }

    /// A change was refused. Says whether what was wanted since then goes out in its place.
    pub fn refused(self, before: Reservation) -> bool {
        let next = self.take_next(before.id);
        self.drop_draft(before.id);
        let holds = |gesture: &Option<Gesture>| {
            gesture.as_ref().and_then(Gesture::before).is_some_and(|held| held.id == before.id)
        };
        if self.gesture.try_with_untracked(holds) == Some(true) {
            // It is not where it was taken up.
            self.abandon();
        }
        let Some((room, interval)) = next else { return false };
        self.change(before, room, interval);
        true
    }

    /// A change could not be sent: its block says so, and offers another try for a while.
    pub fn failed(self, id: ReservationId, error: &AppError) {
        self.desk.toasts.refused(error);
        let mut failed = None;
        self.update_draft(id, |draft| {
            draft.phase = Phase::Failed;
            if let (Some((room, interval)), Some(change)) = (take(&draft.next), &mut draft.change) {
                let (before, patch) = &mut **change;
                *patch = moved_besides(patch.clone(), before, room, interval);
            }
            failed = Some(draft.next.clone());
        });
        self.later(FAILED_MS, move || {
            let is_that = |draft: &Draft| draft.phase == Phase::Failed && Some(&draft.next) == failed.as_ref();
            self.drafts.update(|drafts| drafts.retain(|draft| !is_that(draft)));
        });
    }

    /// Shows a booking that is being sent; returns its provisional id.
    pub fn expect(self, mut booking: Reservation) -> ReservationId {
        let lowest = self.drafts.with_untracked(|drafts| drafts.iter().map(|d| d.booking.id.0).min());
        booking.id = ReservationId(lowest.unwrap_or(0).min(0) - 1);
        let id = booking.id;
        self.put_draft(Draft { booking, phase: Phase::Saving, change: None, next: Next::new(None) });
        id
    }

    /// The server has agreed: a check for a moment, then the booking as the events have it.
    pub fn confirmed(self, id: ReservationId, answer: Reservation) {
        let (real, version) = (answer.id, answer.version);
        self.desk.changed(real, version);
        // What this person has begun since then builds on the answer.
        self.gesture.maybe_update(|gesture| {
            let Some(before) = gesture.as_mut().and_then(Gesture::before_mut).filter(|b| b.id == real) else {
                return false;
            };
            before.version = version;
            true
        });
        self.update_draft(id, |draft| {
            draft.booking = answer.clone();
            draft.phase = Phase::Saved;
        });
        let is_elsewhere = !answer.interval().overlaps(self.day);
        if let Some((room, interval)) = self.take_next(real) {
            self.change(answer, room, interval);
        }
        self.later(CHECK_MS, move || {
            let arrived =
                self.live.with_untracked(|day| day.reservations.get(&real).is_some_and(|r| r.version >= version));
            if arrived || is_elsewhere {
                self.settle(real, version);
            } else {
                // The answer came and its event did not: the connection is down.
                self.live.refetch();
                self.later(CHECK_MS, move || self.settle(real, version));
            }
        });
    }

    fn put_draft(self, draft: Draft) {
        self.widen(draft.booking.interval());
        self.drafts.update(|drafts| {
            drafts.retain(|d| d.booking.id != draft.booking.id);
            drafts.push(draft);
        });
    }

    /// Widens the axis for a change of this person's own, which must be seen.
    fn widen(self, interval: Interval) {
        let axis = self.axis.get_untracked();
        let wider = axis_with(axis, interval, self.day);
        if wider != axis {
            self.axis.set(wider);
        }
    }

    fn update_draft(self, id: ReservationId, change: impl FnOnce(&mut Draft)) {
        self.drafts.update(|drafts| {
            if let Some(draft) = drafts.iter_mut().find(|d| d.booking.id == id) {
                change(draft);
            }
        });
    }

    /// Where a booking is wanted since it was sent.
    fn take_next(self, id: ReservationId) -> Option<(RoomId, Interval)> {
        let mut next = None;
        self.update_draft(id, |draft| next = take(&draft.next));
        next
    }

    /// Shows a booking as the events have it.
    pub fn drop_draft(self, id: ReservationId) {
        self.drafts.update(|drafts| drafts.retain(|d| d.booking.id != id));
    }

    /// Shows a booking as the events have it, unless it has been changed again since that answer.
    fn settle(self, id: ReservationId, version: i64) {
        self.drafts.update(|drafts| {
            drafts.retain(|d| d.booking.id != id || d.phase != Phase::Saved || d.booking.version != version);
        });
    }

    /// Whether somebody else has just changed a room.
    #[must_use]
    pub fn is_room_changed(self, id: RoomId) -> bool {
        self.changed_rooms.with(|rooms| rooms.iter().any(|(room, _)| *room == id))
    }

    /// Does something after a while, unless the page has been left.
    pub fn later(self, after_ms: u64, act: impl FnOnce() + 'static) {
        set_timeout(
            move || {
                if !self.drafts.is_disposed() {
                    act();
                }
            },
            Duration::from_millis(after_ms),
        );
    }

    /// Leaves a drag as if it had never begun.
    pub fn abandon(self) {
        if self.gesture.with_untracked(Option::is_some) {
            self.gesture.set(None);
            self.desk.say(self.desk.t().gesture_cancelled.to_owned());
        }
        self.selection.set(None);
    }

    /// The focus has come to a track or a booking, by whatever way: the cursor is there.
    pub fn focused(self, (room, block): (Option<RoomId>, Option<ReservationId>)) {
        self.inside.set(true);
        let Some(room) = room else { return };
        let stands = self.active.get_untracked();
        let axis = self.axis.get_untracked();
        let at = match block.and_then(|id| untrack(|| self.shown(id))) {
            Some(booking) if stands != Some((room, Some(booking.id))) => booking.starts_at.max(axis.span.starts_at),
            None if stands.is_none_or(|(stood, _)| stood != room) => {
                self.cursor.get_untracked().map_or(axis.span.starts_at, |cursor| cursor.at)
            }
            _ => return,
        };
        self.cursor.set(Some(Cursor { room, at: axis.cell(at) }));
    }

    /// Puts the cursor on what was just booked; nowhere once the screen is gone, which a command may outlive.
    pub fn stand_on(self, booked: &NewReservation) {
        let Some(axis) = self.axis.try_get_untracked() else { return };
        self.cursor.set(Some(Cursor { room: booked.room_id, at: axis.cell(booked.starts_at) }));
    }

    /// Gives the focus to what the cursor stands on.
    pub fn focus_cursor(self) {
        if let Some(id) = self.active_element() {
            dom::focus(id);
        }
    }

    /// Whether a change of this booking could not be sent.
    #[must_use]
    pub fn has_failed(self, id: ReservationId) -> bool {
        self.drafts.with_untracked(|drafts| drafts.iter().any(|d| d.booking.id == id && d.phase == Phase::Failed))
    }

    /// What a click or Enter on a booking does: its details, or another try.
    pub fn press(self, id: ReservationId) {
        if self.has_failed(id) {
            self.retry(id);
        } else if id.0 > 0 {
            self.desk.open(Panel::Details { id, at: dom::beside(&block_id(id)) });
        }
    }

    /// Whether the cursor stands on a booking.
    #[must_use]
    pub fn stands_on(self, id: ReservationId) -> bool {
        self.active.with(|active| active.is_some_and(|(_, booking)| booking == Some(id)))
    }

    /// The booking that the open form changes: it does not stand in its own way.
    #[must_use]
    pub fn edited(self) -> Option<ReservationId> {
        self.desk.panel.with(|panel| match panel {
            Some(Panel::Form(start)) => start.before.as_ref().map(|before| before.id),
            _ => None,
        })
    }

    /// A free cell in words.
    #[must_use]
    pub fn cell_words(self, cursor: Cursor) -> String {
        let desk = self.desk;
        let room = self.room(cursor.room, |room| room.name.clone()).unwrap_or_default();
        let time = desk.clock(cursor.at);
        if cursor.cell().ends_at <= desk.now.get() {
            [room.as_str(), &time, desk.t().past_time].join(" ")
        } else {
            fill(desk.t().free_slot, &[&room, &time])
        }
    }

    /// The id of the element that the cursor stands on; none once the screen is gone, which a frame may outlive.
    #[must_use]
    pub fn active_element(self) -> Option<String> {
        let cursor = self.cursor.try_get_untracked().flatten()?;
        let block = untrack(|| self.booking_at(cursor));
        Some(block.map_or_else(|| row_id(cursor.room), |booking| block_id(booking.id)))
    }
}

/// A change, and besides it another place for the booking.
fn moved_besides(patch: ReservationPatch, before: &Reservation, room: RoomId, interval: Interval) -> ReservationPatch {
    let ReservationPatch { room_id, starts_at, ends_at, version, .. } = moved(before, room, interval);
    ReservationPatch { room_id, starts_at, ends_at, version, ..patch }
}

/// The axis widened by whole hours to an interval, within the day.
fn axis_with(axis: Axis, interval: Interval, day: Interval) -> Axis {
    let mut span = axis.span;
    while span.starts_at > interval.starts_at && span.starts_at - HOUR >= day.starts_at {
        span.starts_at = span.starts_at - HOUR;
    }
    while span.ends_at < interval.ends_at && span.ends_at + HOUR <= day.ends_at {
        span.ends_at = span.ends_at + HOUR;
    }
    Axis { span }
}

fn same_slot(a: &Reservation, b: &Reservation) -> bool {
    a.room.id == b.room.id && a.interval() == b.interval() && a.organizer == b.organizer && a.status.holds_slot()
}
