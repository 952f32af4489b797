//! What a person types into the booking form, what follows from it at once, and sending it.

use super::board::Board;
use super::content::{changed, difference, guests, head_count, invited, provisional};
use super::desk::{Desk, FormStart, Panel};
use super::dom;
use super::obstacle::{Obstacle, local_conflict};
use super::typed::{Typed, interval_of, moved_end, needs_day};
use super::undo;
use crate::accounts::model::Person;
use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::{ReservationId, RoomId};
use crate::reservations::api::{book_room, edit_reservation, find_reservation};
use crate::reservations::model::{Alternative, Conflict, NewReservation, Reservation, Status};
use crate::rooms::model::Room;
use crate::time::Interval;
use crate::ui::new_key;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The server's refusal of exactly what was asked.
#[derive(Clone, Debug, PartialEq)]
struct Refusal {
    asked: NewReservation,
    fields: Vec<FieldError>,
    conflict: Option<Conflict>,
}

#[derive(Clone, Copy)]
pub struct Form {
    pub desk: Desk,
    pub board: Option<Board>,
    pub room: RwSignal<Option<RoomId>>,
    pub title: RwSignal<String>,
    pub date: RwSignal<String>,
    pub starts: RwSignal<String>,
    pub ends: RwSignal<String>,
    /// Whether an end before the start by the clock is the next day's.
    pub overnight: RwSignal<bool>,
    pub people: RwSignal<Vec<Person>>,
    /// Empty: as many as are invited.
    pub count: RwSignal<String>,
    pub private: RwSignal<bool>,
    /// The booking that is changed, at the version that this form builds on.
    pub before: RwSignal<Option<Reservation>>,
    /// Whether somebody else has changed or removed it since the form opened.
    pub news: RwSignal<Option<News>>,
    /// Whether sending was tried: only then is an empty title a mistake.
    pub tried: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<AppError>>,
    /// The alternative that is chosen; not by its place, since the list may change under it.
    pub picked: RwSignal<Option<Alternative>>,
    pub wanted: Memo<Option<NewReservation>>,
    pub obstacle: Memo<Option<Obstacle>>,
    pub problems: Memo<Vec<FieldError>>,
    /// What the fields of the time were last filled from.
    shown: RwSignal<Interval>,
    refusal: RwSignal<Option<Refusal>>,
    /// The booking that was asked for without an answer, and the key under which it was: it may be booked.
    unanswered: RwSignal<Option<(NewReservation, String)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Changed,
    Gone,
}

impl Form {
    pub fn new(desk: Desk, board: Option<Board>, start: FormStart) -> Self {
        let FormStart { before, content, room, interval, conflict, proposal, .. } = start;
        let content = content.as_ref().or(before.as_ref());
        let typed = desk.zone(|zone| Typed::of(zone, interval, desk.lang));
        let shown = RwSignal::new(interval);
        let room = RwSignal::new(room);
        let title = content.map(|b| b.title.clone()).or_else(|| proposal.map(|proposal| proposal.title));
        let title = RwSignal::new(title.unwrap_or_default());
        let (date, overnight) = (RwSignal::new(typed.date), RwSignal::new(typed.overnight));
        let (starts, ends) = (RwSignal::new(typed.starts), RwSignal::new(typed.ends));
        let people = RwSignal::new(content.map(invited).unwrap_or_default());
        let count = RwSignal::new(content.map(guests).unwrap_or_default());
        let private = RwSignal::new(content.is_some_and(|b| b.private));
        let before = RwSignal::new(before);
        let refusal = RwSignal::new(None::<Refusal>);
        let unanswered = RwSignal::new(None::<(NewReservation, String)>);

        let wanted = Memo::new(move |_| {
            let typed = Typed { date: date.get(), starts: starts.get(), ends: ends.get(), overnight: overnight.get() };
            let interval = desk.zone(|zone| interval_of(zone, shown.get(), &typed))?;
            Some(NewReservation {
                room_id: room.get()?,
                title: title.with(|title| title.trim().to_owned()),
                starts_at: interval.starts_at,
                ends_at: interval.ends_at,
                attendee_ids: people.with(|people| people.iter().map(|person| person.id).collect()),
                attendee_count: count.with(|count| head_count(count)),
                private: private.get(),
            })
        });
        let obstacle = Memo::new(move |_| {
            let wanted = wanted.get()?;
            let refused =
                refusal.with(|r| r.as_ref().filter(|r| same_slot(&r.asked, &wanted)).and_then(|r| r.conflict.clone()));
            if let Some(conflict) = refused {
                return Some(Obstacle { conflict, lost_race: true });
            }
            // What is in the way may be the booking itself: the server knows.
            let again = wanted.clone().tidied(desk.viewer.user_id);
            if unanswered.with(|unanswered| unanswered.as_ref().is_some_and(|(asked, _)| *asked == again)) {
                return None;
            }
            local_conflict(desk, before.get().as_ref(), &wanted).map(|conflict| Obstacle { conflict, lost_race: false })
        });
        let problems = Memo::new(move |_| {
            let Some(wanted) = wanted.get() else {
                return vec![FieldError { field: Field::StartsAt, rule: Rule::Required }];
            };
            let mut problems = with_room(desk, wanted.room_id, |known| match known {
                Some(known) => wanted.violations(Some(known), before.get().as_ref(), desk.now.get()),
                // The rooms are still being fetched: nothing can be said of them yet.
                None => Vec::new(),
            });
            let refused = refusal.with(|r| r.as_ref().filter(|r| r.asked == wanted).map(|r| r.fields.clone()));
            problems.extend(refused.unwrap_or_default());
            problems
        });
        let form = Self {
            desk,
            board,
            room,
            title,
            date,
            starts,
            ends,
            overnight,
            people,
            count,
            private,
            before,
            news: RwSignal::new(None),
            tried: RwSignal::new(false),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            picked: RwSignal::new(None),
            wanted,
            obstacle,
            problems,
            shown,
            refusal,
            unanswered,
        };
        if let (Some(conflict), Some(asked)) = (conflict, wanted.get_untracked()) {
            refusal.set(Some(Refusal { asked, fields: Vec::new(), conflict: Some(conflict) }));
        }
        form
    }

    /// The sentence under a field that breaks a rule. What was not typed yet is no mistake.
    #[must_use]
    pub fn problem(self, field: Field) -> Option<String> {
        let patient = field == Field::Title && !self.tried.get();
        self.problems.with(|problems| {
            let found = problems.iter().find(|p| p.field == field && !(patient && p.rule == Rule::Required));
            found.map(|problem| self.desk.lang.field_error(problem))
        })
    }

    /// The slot that the primary button books: the chosen alternative, or what was typed.
    #[must_use]
    pub fn target(self) -> Option<Alternative> {
        let wanted = self.wanted.get()?;
        match self.obstacle.get() {
            None => Some(Alternative { room_id: wanted.room_id, starts_at: wanted.starts_at, ends_at: wanted.ends_at }),
            Some(obstacle) => self.picked.get().filter(|picked| obstacle.conflict.alternatives.contains(picked)),
        }
    }

    /// Moves the end along when the start is changed, into the next day too.
    pub fn set_start(self, value: String) {
        let before = Typed {
            date: String::new(),
            starts: self.starts.get_untracked(),
            ends: self.ends.get_untracked(),
            overnight: self.overnight.get_untracked(),
        };
        if let Some((end, overnight)) = moved_end(&before, &value) {
            self.ends.set(end);
            self.overnight.set(overnight);
        }
        self.starts.set(value);
    }

    /// Whether it is to be said of which day the end is.
    #[must_use]
    pub fn asks_for_day(self) -> bool {
        self.starts.with(|starts| self.ends.with(|ends| needs_day(starts, ends)))
    }

    /// Takes over what somebody else has changed, except where this person has typed. The reduced form of a
    /// private booking says nothing of its content: the whole one is on its way.
    pub fn rebase(self, fresh: Reservation) {
        let is_news = |old: &Reservation| old.version < fresh.version && !fresh.is_reduced();
        let Some(old) = self.before.get_untracked().filter(is_news) else { return };
        if self.title.get_untracked() == old.title {
            self.title.set(fresh.title.clone());
        }
        if self.room.get_untracked() == Some(old.room.id) {
            self.room.set(Some(fresh.room.id));
        }
        if self.wanted.get_untracked().is_some_and(|w| w.interval() == old.interval()) {
            self.show_times(fresh.interval());
        }
        if self.people.with_untracked(|people| *people == invited(&old)) {
            self.people.set(invited(&fresh));
        }
        if self.count.with_untracked(|count| *count == guests(&old)) {
            self.count.set(guests(&fresh));
        }
        if self.private.get_untracked() == old.private {
            self.private.set(fresh.private);
        }
        // What this person did themselves, on the grid beside the form, is no news.
        let is_own = self.desk.is_own(fresh.id, fresh.version);
        self.before.set(Some(fresh));
        if !is_own {
            self.news.set(Some(News::Changed));
        }
    }

    /// Whether saving would change anything of the booking as it is now.
    #[must_use]
    pub fn differs(self) -> bool {
        self.before.with(|before| match (before, self.wanted.get()) {
            (Some(before), Some(wanted)) => difference(before, &wanted).is_change(),
            _ => true,
        })
    }

    /// Gives up what was typed for what somebody else has made of the booking.
    pub fn take_theirs(self) {
        let Some(fresh) = self.before.get_untracked() else { return };
        self.show(fresh.room.id, fresh.interval());
        self.people.set(invited(&fresh));
        self.count.set(guests(&fresh));
        self.private.set(fresh.private);
        self.title.set(fresh.title);
        self.news.set(None);
        dom::focus("booking-title".to_owned());
    }

    /// The booking is gone: everything that was typed becomes a new one.
    pub fn book_anew(self) {
        let Some(wanted) = self.wanted.get_untracked() else { return self.focus_problem() };
        let at = self.desk.panel.with_untracked(|panel| match panel {
            Some(Panel::Form(start)) => start.at,
            _ => dom::Anchor::default(),
        });
        let content = Some(provisional(self.desk, &wanted, &self.people.get_untracked()));
        let start = FormStart { content, ..FormStart::new(Some(wanted.room_id), wanted.interval(), at) };
        self.desk.open(Panel::Form(Box::new(start)));
        dom::focus("booking-title".to_owned());
    }

    /// Finds out what became of a booking that has left the screen or does not let itself be
    /// changed: it may only have moved to another day.
    pub fn look_up(self, id: ReservationId) {
        spawn_local(async move {
            let found = find_reservation(id).await;
            if !self.is_open() {
                return;
            }
            self.busy.set(false);
            match found {
                Ok(fresh) if fresh.is_open(self.desk.now.get_untracked()) => self.rebase(fresh),
                Ok(fresh) if fresh.status.holds_slot() => self.failure.set(Some(AppError::ReservationClosed)),
                Ok(_) | Err(AppError::NotFound) => self.news.set(Some(News::Gone)),
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }

    /// Sends it, unless something is wrong with it; then the focus goes there.
    pub fn submit(self) {
        self.tried.set(true);
        self.failure.set(None);
        if self.busy.get_untracked() || self.news.get_untracked() == Some(News::Gone) {
            return;
        }
        let (Some(mut wanted), Some(target)) = untrack(|| (self.wanted.get(), self.target())) else {
            return self.focus_problem();
        };
        (wanted.room_id, wanted.starts_at, wanted.ends_at) = (target.room_id, target.starts_at, target.ends_at);
        let before = self.before.get_untracked();
        let now = self.desk.now.get_untracked();
        let problems = untrack(|| {
            with_room(self.desk, wanted.room_id, |room| match room {
                Some(room) => wanted.violations(Some(room), before.as_ref(), now),
                None => Vec::new(),
            })
        });
        if !problems.is_empty() {
            return self.focus_problem();
        }
        self.busy.set(true);
        let wanted = wanted
            .tidied(before.as_ref().and_then(|b| b.organizer.as_ref()).map_or(self.desk.viewer.user_id, |o| o.id));
        match before {
            None => self.book(wanted),
            Some(before) => self.save(before, wanted),
        }
    }

    fn book(self, wanted: NewReservation) {
        let expected = self
            .board
            .filter(|board| wanted.interval().overlaps(board.day))
            .map(|board| (board, board.expect(provisional(self.desk, &wanted, &self.people.get_untracked()))));
        let desk = self.desk;
        // The screen may be gone when the answer comes.
        let when = desk.clocks(wanted.interval());
        let key = self.key_of(&wanted);
        spawn_local(async move {
            let answer = book_room(wanted.clone(), Some(key.clone())).await;
            let is_unanswered = matches!(answer, Err(AppError::Unreachable | AppError::Internal { .. }));
            let _ = self.unanswered.try_set(is_unanswered.then(|| (wanted.clone(), key)));
            if let (Some((board, id)), Err(_)) = (&expected, &answer) {
                board.drop_draft(*id);
            }
            match answer {
                Ok(booked) => {
                    desk.changed(booked.id, booked.version);
                    let t = desk.t();
                    let done = if booked.status == Status::Pending { t.requested } else { t.booked };
                    let what = [booked.room.name.as_str(), " ", &when, " ", done].concat();
                    let id = booked.id;
                    if let Some((board, expected)) = expected {
                        board.confirmed(expected, booked);
                        if self.is_open() {
                            board.selection.set(None);
                            board.stand_on(&wanted);
                        }
                    }
                    self.close();
                    desk.toasts.success(what, Some(undo::booking(desk, id)));
                }
                Err(error) => self.refused(wanted, error),
            }
        });
    }

    /// Whether this very form is still open: by the time that an answer comes, it may have been left for
    /// another one, or with the whole page.
    fn is_open(self) -> bool {
        !self.busy.is_disposed()
    }

    /// It is done. What has been opened after it stays.
    fn close(self) {
        if self.is_open() {
            self.desk.close();
        }
    }

    /// The same key when the same is asked again for want of an answer.
    fn key_of(self, wanted: &NewReservation) -> String {
        self.unanswered.with_untracked(|unanswered| match unanswered {
            Some((asked, key)) if asked == wanted => key.clone(),
            _ => new_key(),
        })
    }

    fn save(self, before: Reservation, wanted: NewReservation) {
        let desk = self.desk;
        let id = before.id;
        let patch = difference(&before, &wanted);
        let board = self.board.filter(|board| wanted.interval().overlaps(board.day));
        if let Some(board) = board {
            let after = changed(desk, &before, &wanted, &self.people.get_untracked());
            board.expect_change(before.clone(), after, patch.clone());
        }
        desk.changing(id);
        spawn_local(async move {
            let answer = edit_reservation(id, patch).await;
            desk.changed(id, answer.as_ref().map_or(before.version, |after| after.version));
            let could_not_send = matches!(answer, Err(AppError::Unreachable | AppError::Internal { .. }));
            match (board, answer) {
                (board, Ok(after)) => {
                    let t = desk.t();
                    let asks = after.status == Status::Pending && before.status == Status::Approved;
                    match board {
                        Some(board) => board.confirmed(id, after),
                        None => desk.done(),
                    }
                    self.close();
                    desk.toasts.success(if asks { t.requested } else { t.saved }, None);
                }
                // The form keeps what was typed, the block on the grid offers another try.
                (Some(board), Err(error)) if could_not_send => {
                    let _ = self.busy.try_set(false);
                    board.failed(id, &error);
                }
                (board, Err(error)) => {
                    if let Some(board) = board {
                        board.refused(before);
                    }
                    self.refused(wanted, error);
                }
            }
        });
    }

    fn refused(self, asked: NewReservation, error: AppError) {
        if !self.is_open() {
            return self.desk.toasts.refused(&error);
        }
        let before = self.before.with_untracked(|before| before.as_ref().map(|before| before.id));
        if let (Some(id), AppError::StaleVersion | AppError::ReservationClosed | AppError::NotFound) = (before, &error)
        {
            return self.look_up(id);
        }
        self.busy.set(false);
        match error {
            AppError::ReservationConflict(conflict) => {
                // The form shows what was asked for, which may have been an alternative.
                self.show(asked.room_id, asked.interval());
                self.picked.set(None);
                self.refusal.set(Some(Refusal { asked, fields: Vec::new(), conflict: Some(*conflict) }));
                dom::focus("alternative-0".to_owned());
            }
            AppError::Validation { fields } => {
                self.refusal.set(Some(Refusal { asked, fields, conflict: None }));
                self.focus_problem();
            }
            AppError::Unauthenticated => self.desk.toasts.refused(&AppError::Unauthenticated),
            error => self.failure.set(Some(error)),
        }
    }

    fn show(self, room: RoomId, interval: Interval) {
        self.room.set(Some(room));
        self.show_times(interval);
    }

    fn show_times(self, interval: Interval) {
        let typed = self.desk.zone(|zone| Typed::of(zone, interval, self.desk.lang));
        self.shown.set(interval);
        self.date.set(typed.date);
        self.starts.set(typed.starts);
        self.ends.set(typed.ends);
        self.overnight.set(typed.overnight);
    }

    fn focus_problem(self) {
        if self.obstacle.with_untracked(Option::is_some) {
            return dom::focus("alternative-0".to_owned());
        }
        let first = self.problems.with_untracked(|problems| problems.first().map(|problem| problem.field));
        let id = match first {
            Some(Field::Title) => "booking-title",
            Some(Field::RoomId) => "booking-room",
            Some(Field::EndsAt) => "booking-ends",
            Some(Field::AttendeeIds) => "booking-people",
            Some(Field::AttendeeCount) => "booking-count",
            _ => "booking-starts",
        };
        dom::focus(id.to_owned());
    }
}

fn same_slot(a: &NewReservation, b: &NewReservation) -> bool {
    a.room_id == b.room_id && a.interval() == b.interval()
}

/// Looks a room up among those that are known; `None` when none are.
pub fn with_room<T>(desk: Desk, id: RoomId, read: impl FnOnce(Option<&Room>) -> T) -> T {
    let room = desk.days.with_any(|day| day.room(id).cloned()).flatten();
    read(room.as_ref())
}
