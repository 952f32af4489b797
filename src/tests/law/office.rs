//! What people do in an office, at random.

use super::super::helpers::TestApp;
use crate::accounts::server::Caller;
use crate::announcements::model::Managed;
use crate::error::AppError;
use crate::ids::{AnnouncementId, ChatRoomId, MessageId, ReservationId, RoomId, TimerId, UserId};
use crate::reservations::model::{Decision, NewReservation, Reply, Reservation, ReservationPatch, Status, testing};
use crate::reservations::server as reservations;
use crate::rooms::model::Room;
use crate::rooms::server::{self as rooms, Cancelled, status};
use crate::server::jobs;
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};
use crate::timers::model::Timer;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;

/// Titles of what is private from its beginning to its end carry this.
pub(super) const SECRET: &str = "비밀";

/// What people do in an office, at random.
pub(super) struct Office {
    pub(super) app: App,
    pub(super) random: StdRng,
    /// Who does something.
    pub(super) people: Vec<Caller>,
    /// Who may be invited.
    pub(super) invited: Vec<UserId>,
    pub(super) moves_clock: bool,
    pub(super) rooms: BTreeMap<RoomId, Room>,
    pub(super) bookings: BTreeMap<ReservationId, Reservation>,
    pub(super) announcements: BTreeMap<AnnouncementId, Managed>,
    pub(super) chat_rooms: Vec<ChatRoomId>,
    pub(super) messages: Vec<(ChatRoomId, MessageId)>,
    /// What people do in chat has dice of its own: it changes nothing of what else they do.
    pub(super) chat_random: StdRng,
    /// And what they keep of it.
    pub(super) kept_random: StdRng,
    pub(super) timers: BTreeMap<TimerId, Timer>,
    /// As in chat.
    pub(super) timer_random: StdRng,
    /// How often each kind of command was accepted.
    pub(super) accepted: BTreeMap<&'static str, usize>,
    pub(super) names: usize,
}

impl Office {
    pub(super) fn new(app: &TestApp, people: Vec<Caller>, seed: u64) -> Self {
        Self {
            app: app.app.clone(),
            random: StdRng::seed_from_u64(seed),
            people,
            invited: vec![app.admin.id, app.minji.id, app.junho.id],
            moves_clock: true,
            rooms: BTreeMap::new(),
            bookings: BTreeMap::new(),
            announcements: BTreeMap::new(),
            chat_rooms: Vec::new(),
            messages: Vec::new(),
            chat_random: StdRng::seed_from_u64(!seed),
            kept_random: StdRng::seed_from_u64(seed.rotate_left(16)),
            timers: BTreeMap::new(),
            timer_random: StdRng::seed_from_u64(seed.rotate_left(32)),
            accepted: BTreeMap::new(),
            names: 0,
        }
    }

    pub(super) fn one_in(&mut self, n: u32) -> bool {
        self.random.random_ratio(1, n)
    }

    pub(super) fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| of[self.random.random_range(0..of.len())].clone())
    }

    pub(super) fn anybody(&mut self) -> Caller {
        let people = self.people.clone();
        self.pick(&people).expect("people")
    }

    /// Mostly an admin: only they may.
    pub(super) fn keeper(&mut self) -> Caller {
        let admin = self.people.iter().find(|caller| caller.viewer().is_admin()).cloned();
        let anybody = self.anybody();
        if self.one_in(6) { anybody } else { admin.unwrap_or(anybody) }
    }

    pub(super) fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of} {}-{}", self.names, self.random.random_range(0..1_000))
    }

    pub(super) fn room(&mut self) -> RoomId {
        let rooms: Vec<RoomId> = self.rooms.keys().copied().collect();
        self.pick(&rooms).unwrap_or(RoomId(0))
    }

    pub(super) fn guests(&mut self) -> Vec<UserId> {
        let invited = self.invited.clone();
        invited.into_iter().filter(|_| self.one_in(2)).collect()
    }

    /// A booking that fits, and somebody who mostly may change it.
    pub(super) fn booking(&mut self, fits: impl Fn(&Reservation) -> bool) -> (Caller, Reservation) {
        let fitting: Vec<Reservation> = self.bookings.values().filter(|booking| fits(booking)).cloned().collect();
        let booking = match self.pick(&fitting) {
            Some(booking) => booking,
            None => Reservation { id: ReservationId(0), ..testing::booking(0, 0, 0, 1) },
        };
        let may: Vec<Caller> =
            self.people.iter().filter(|caller| booking.may_change(caller.viewer())).cloned().collect();
        let caller = if self.one_in(8) { None } else { self.pick(&may) };
        (caller.unwrap_or_else(|| self.anybody()), booking)
    }

    pub(super) fn slot(&mut self) -> (Timestamp, Timestamp) {
        let now = self.app.now();
        let starts_at = match self.random.random_range(0..4) {
            0 => now - self.random.random_range(0..5) * MINUTE,
            _ => now.round_up(15 * MINUTE) + self.random.random_range(0..36 * 4) * 15 * MINUTE,
        };
        let minutes = if self.one_in(20) { 24 * 60 } else { self.random.random_range(1..20) * 15 };
        (starts_at, starts_at + minutes * MINUTE)
    }

    pub(super) async fn step(&mut self) {
        let app = self.app.clone();
        let now = app.now();
        if self.moves_clock && self.one_in(3) {
            app.clock.set(now + self.random.random_range(0..20 * MINUTE));
            if self.one_in(2) {
                status::step(&app).await.expect("statuses are told");
            }
        }
        if self.one_in(3) {
            return self.look_at_the_bell().await;
        }
        let (kind, outcome) = match self.random.random_range(0..124) {
            0..28 => ("book", self.book().await),
            28..48 => {
                let (caller, booking) = self.booking(|booking| booking.is_open(now));
                let patch = self.patch(&booking);
                ("edit", self.note(reservations::edit_reservation(&app, &caller, booking.id, patch).await))
            }
            48..54 => {
                let (caller, booking) = self.booking(|booking| booking.is_open(now));
                let kind = if booking.private { "make public" } else { "make private" };
                let patch = ReservationPatch {
                    private: Some(!booking.private),
                    // A secret does not stay one under its old title.
                    title: Some(self.name("회의")),
                    version: Some(booking.version),
                    ..ReservationPatch::default()
                };
                (kind, self.note(reservations::edit_reservation(&app, &caller, booking.id, patch).await))
            }
            54..62 => {
                let (caller, booking) = self.booking(|booking| booking.is_open(now) && !booking.attendees.is_empty());
                let mut left: Vec<UserId> = booking.attendees.iter().map(|attendee| attendee.id).collect();
                left.pop();
                let patch = ReservationPatch {
                    attendee_ids: Some(left),
                    version: Some(booking.version),
                    ..ReservationPatch::default()
                };
                let kind = if booking.private { "take off a private one" } else { "take off" };
                (kind, self.note(reservations::edit_reservation(&app, &caller, booking.id, patch).await))
            }
            62..67 => {
                let (caller, booking) = self.booking(|booking| booking.is_open(now));
                ("cancel", self.note(reservations::cancel_reservation(&app, &caller, booking.id).await))
            }
            67..72 => {
                let (caller, booking) = self.booking(|booking| booking.can_end(now));
                ("end", self.note(reservations::end_reservation(&app, &caller, booking.id).await))
            }
            72..77 => {
                let (caller, booking) = self.booking(|booking| booking.is_open(now));
                let ends_at = booking.ends_at + 15 * MINUTE;
                ("extend", self.note(reservations::extend_reservation(&app, &caller, booking.id, ends_at).await))
            }
            77..84 => {
                let (caller, booking) = self.waiting();
                let approve = self.one_in(2);
                let kind = if approve { "approve" } else { "reject" };
                (
                    kind,
                    self.note(
                        reservations::decide_reservation(&app, &caller, booking.id, approve, Decision::default()).await,
                    ),
                )
            }
            84..87 => {
                let (caller, booking) = self.booking(|_| true);
                let outcome = reservations::delete_reservation(&app, &caller, booking.id).await;
                if outcome.is_ok() {
                    self.bookings.remove(&booking.id);
                }
                ("delete", outcome)
            }
            87..91 => ("create a room", self.create_room().await),
            91..97 => self.update_room().await,
            100..116 => self.announcements().await,
            116..118 => ("let time pass", jobs::step(&app).await),
            118..124 => self.answer_an_invitation().await,
            _ => {
                let (caller, id, cancel) = (self.keeper(), self.room(), self.one_in(2));
                let cancelled = if cancel { Cancelled::All } else { Cancelled::Only(Vec::new()) };
                let outcome = rooms::delete_room(&app, &caller, id, &cancelled).await;
                if outcome.is_ok() {
                    self.rooms.remove(&id);
                }
                (if cancel { "delete a room with its bookings" } else { "delete a room" }, outcome)
            }
        };
        self.count(kind, outcome);
    }

    /// Mostly by somebody who is invited.
    async fn answer_an_invitation(&mut self) -> (&'static str, Result<(), AppError>) {
        let now = self.app.now();
        let (anybody, booking) = self.booking(|booking| booking.is_open(now) && !booking.attendees.is_empty());
        let invited = self.people.iter().filter(|caller| booking.response_of(caller.user.id).is_some());
        let invited: Vec<Caller> = invited.cloned().collect();
        let caller = self.pick(&invited).unwrap_or(anybody);
        let reply = if self.one_in(2) { Reply::Accepted } else { Reply::Declined };
        let kind = if reply == Reply::Accepted { "accept" } else { "decline" };
        (kind, self.note(reservations::answer_invitation(&self.app, &caller, booking.id, reply).await))
    }

    pub(super) fn count(&mut self, kind: &'static str, outcome: Result<(), AppError>) {
        match outcome {
            Ok(()) => *self.accepted.entry(kind).or_default() += 1,
            Err(AppError::Internal { .. }) => panic!("{kind} failed"),
            Err(_) => {}
        }
    }

    pub(super) fn note(&mut self, outcome: Result<Reservation, AppError>) -> Result<(), AppError> {
        outcome.map(|booking| drop(self.bookings.insert(booking.id, booking)))
    }

    /// Something that waits, and somebody who mostly may decide about it.
    pub(super) fn waiting(&mut self) -> (Caller, Reservation) {
        let (anybody, booking) = self.booking(|booking| booking.status == Status::Pending);
        let room = self.rooms.get(&booking.room.id).cloned();
        let may = |caller: &&Caller| room.as_ref().is_some_and(|room| room.may_decide(caller.viewer()));
        let may: Vec<Caller> = self.people.iter().filter(may).cloned().collect();
        (self.pick(&may).unwrap_or(anybody), booking)
    }

    pub(super) async fn book(&mut self) -> Result<(), AppError> {
        let caller = self.anybody();
        let ((starts_at, ends_at), private) = (self.slot(), self.one_in(3));
        let new = NewReservation {
            room_id: self.room(),
            title: self.name(if private { SECRET } else { "회의" }),
            starts_at,
            ends_at,
            attendee_ids: self.guests(),
            attendee_count: self.one_in(4).then_some(5),
            private,
        };
        let outcome = reservations::book_room(&self.app, &caller, new).await;
        self.note(outcome)
    }

    pub(super) fn patch(&mut self, booking: &Reservation) -> ReservationPatch {
        let moved = self.one_in(2).then(|| self.slot());
        ReservationPatch {
            room_id: self.one_in(3).then(|| self.room()),
            title: self.one_in(3).then(|| self.name(if booking.private { SECRET } else { "회의" })),
            starts_at: moved.map(|slot| slot.0),
            ends_at: moved.map(|slot| slot.1),
            attendee_ids: self.one_in(3).then(|| self.guests()),
            attendee_count: self.one_in(6).then_some(4),
            private: None,
            version: Some(if self.one_in(10) { booking.version - 1 } else { booking.version }),
        }
    }
}
