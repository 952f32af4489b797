//! The law of `realtime/protocol.rs`: a snapshot with the events after it is the later snapshot, for
//! every slice, every kind of event and everybody. And what the events may not tell.

use super::helpers::{ENDLESS, Engine, LogRow, START, TestApp, new_room, on_both_engines};
use crate::accounts::model::{Role, Viewer};
use crate::accounts::server::Caller;
use crate::announcements::live::{AckBoard, AnnouncementList, Notices};
use crate::announcements::model::{
    AckOption, AnnouncementEdit, Audience, Kind, Managed, NewAck, NewAnnouncement, Severity,
};
use crate::announcements::server as announcements;
use crate::dashboard::live::Dashboard;
use crate::dashboard::server as dashboard;
use crate::error::AppError;
use crate::ids::{AnnouncementId, ReservationId, RoomId, UserId};
use crate::notifications::live::{NotificationCenter, NotificationEvent};
use crate::notifications::model::{
    Category, Channels, Entry, Filter, Mark, NewMessage, NotificationId, NotificationType, Priority,
};
use crate::notifications::server as notifications;
use crate::realtime::cursor::Follower;
use crate::realtime::protocol::{Event, Frame, ReservationEvent, Seq, Slice, Snapshot, Topic};
use crate::reservations::live::{Approvals, DaySchedule, MyReservations};
use crate::reservations::model::{
    Decision, NewReservation, PRIVATE_TITLE, Reservation, ReservationPatch, Status, testing,
};
use crate::reservations::server as reservations;
use crate::rooms::live::RoomDirectory;
use crate::rooms::model::{Room, RoomPatch};
use crate::rooms::server as rooms;
use crate::rooms::server::status;
use crate::server::jobs;
use crate::server::state::App;
use crate::settings::model::{PreferencesPatch, SettingsPatch};
use crate::settings::server as settings;
use crate::time::{DAY, MINUTE, Timestamp, ZoneOffsets};
use jiff::civil::{Date, date};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// The days whose timelines are watched: the first and the second.
const DAYS: [Date; 2] = [date(2026, 11, 23), date(2026, 11, 24)];
/// Titles of what is private from its beginning to its end carry this.
const SECRET: &str = "비밀";

/// Tells with which seed a sequence failed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the seed was {}: run again with MADANG_TEST_SEED={}", self.0, self.0);
        }
    }
}

impl Seed {
    fn fixed(seed: u64) -> Self {
        Self(seed)
    }

    /// Another one each time.
    fn fresh() -> Self {
        Self(std::env::var("MADANG_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random))
    }
}

/// What people do in an office, at random.
struct Office {
    app: App,
    random: StdRng,
    /// Who does something.
    people: Vec<Caller>,
    /// Who may be invited.
    invited: Vec<UserId>,
    moves_clock: bool,
    rooms: BTreeMap<RoomId, Room>,
    bookings: BTreeMap<ReservationId, Reservation>,
    announcements: BTreeMap<AnnouncementId, Managed>,
    /// How often each kind of command was accepted.
    accepted: BTreeMap<&'static str, usize>,
    names: usize,
}

impl Office {
    fn new(app: &TestApp, people: Vec<Caller>, seed: u64) -> Self {
        Self {
            app: app.app.clone(),
            random: StdRng::seed_from_u64(seed),
            people,
            invited: vec![app.admin.id, app.minji.id, app.junho.id],
            moves_clock: true,
            rooms: BTreeMap::new(),
            bookings: BTreeMap::new(),
            announcements: BTreeMap::new(),
            accepted: BTreeMap::new(),
            names: 0,
        }
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.random.random_ratio(1, n)
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| of[self.random.random_range(0..of.len())].clone())
    }

    fn anybody(&mut self) -> Caller {
        let people = self.people.clone();
        self.pick(&people).expect("people")
    }

    /// Mostly an admin: only they may.
    fn keeper(&mut self) -> Caller {
        let admin = self.people.iter().find(|caller| caller.viewer().is_admin()).cloned();
        let anybody = self.anybody();
        if self.one_in(6) { anybody } else { admin.unwrap_or(anybody) }
    }

    fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of} {}-{}", self.names, self.random.random_range(0..1_000))
    }

    fn room(&mut self) -> RoomId {
        let rooms: Vec<RoomId> = self.rooms.keys().copied().collect();
        self.pick(&rooms).unwrap_or(RoomId(0))
    }

    fn guests(&mut self) -> Vec<UserId> {
        let invited = self.invited.clone();
        invited.into_iter().filter(|_| self.one_in(2)).collect()
    }

    /// A booking that fits, and somebody who mostly may change it.
    fn booking(&mut self, fits: impl Fn(&Reservation) -> bool) -> (Caller, Reservation) {
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

    fn slot(&mut self) -> (Timestamp, Timestamp) {
        let now = self.app.now();
        let starts_at = match self.random.random_range(0..4) {
            0 => now - self.random.random_range(0..5) * MINUTE,
            _ => now.round_up(15 * MINUTE) + self.random.random_range(0..36 * 4) * 15 * MINUTE,
        };
        let minutes = if self.one_in(20) { 24 * 60 } else { self.random.random_range(1..20) * 15 };
        (starts_at, starts_at + minutes * MINUTE)
    }

    async fn step(&mut self) {
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
        let (kind, outcome) = match self.random.random_range(0..118) {
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
            _ => {
                let (caller, id, cancel) = (self.keeper(), self.room(), self.one_in(2));
                let outcome = rooms::delete_room(&app, &caller, id, cancel).await;
                if outcome.is_ok() {
                    self.rooms.remove(&id);
                }
                (if cancel { "delete a room with its bookings" } else { "delete a room" }, outcome)
            }
        };
        self.count(kind, outcome);
    }

    fn count(&mut self, kind: &'static str, outcome: Result<(), AppError>) {
        match outcome {
            Ok(()) => *self.accepted.entry(kind).or_default() += 1,
            Err(AppError::Internal { .. }) => panic!("{kind} failed"),
            Err(_) => {}
        }
    }

    /// Somebody does something with what they were told, or time does.
    async fn look_at_the_bell(&mut self) {
        let app = self.app.clone();
        let caller = self.anybody();
        let (kind, outcome) = match self.random.random_range(0..20) {
            0 => ("read all", notifications::mark_all_read(&app, &caller).await.map(drop)),
            1 | 2 => ("see all", notifications::mark_all_seen(&app, &caller).await.map(drop)),
            3 => {
                let filter = self.filter();
                ("delete several", notifications::delete_notifications(&app, &caller, filter).await.map(drop))
            }
            4 => ("wish for other things", self.wish(&caller).await),
            5 | 6 => ("be reminded", notifications::jobs::remind(&app).await),
            7 => ("forget", notifications::jobs::tidy_up(&app).await),
            8 | 9 => ("send a message", self.send_message().await),
            _ => {
                let filter = Filter { archived: self.one_in(3), ..Filter::default() };
                let listed = notifications::list_notifications(&app, &caller, filter, 1, 30).await;
                let ids: Vec<NotificationId> = listed.expect("a list").entries.into_iter().map(|e| e.id).collect();
                let marks = [Mark::Read, Mark::Read, Mark::Unread, Mark::Archived, Mark::Restored, Mark::Deleted];
                let mark = self.pick(&marks).expect("marks");
                let Some(id) = self.pick(&ids) else { return };
                let kind = match mark {
                    Mark::Read => "read one",
                    Mark::Unread => "unread one",
                    Mark::Archived => "archive one",
                    Mark::Restored => "restore one",
                    Mark::Deleted => "delete one",
                };
                (kind, notifications::mark_notification(&app, &caller, &id, mark).await.map(drop))
            }
        };
        self.count(kind, outcome);
    }

    fn filter(&mut self) -> Filter {
        Filter {
            unread: self.one_in(3),
            category: if self.one_in(2) { self.pick(&Category::ALL) } else { None },
            archived: self.one_in(3),
        }
    }

    async fn wish(&mut self, caller: &Caller) -> Result<(), AppError> {
        let category = self.pick(&Category::ALL).expect("categories");
        let channels = Channels { in_app: !self.one_in(3), browser: self.one_in(2) };
        let notifications =
            PreferencesPatch { categories: BTreeMap::from([(category, channels)]), ..PreferencesPatch::default() };
        let patch = SettingsPatch { notifications: Some(notifications), ..SettingsPatch::default() };
        settings::update_settings(&self.app, caller, patch).await.map(drop)
    }

    async fn send_message(&mut self) -> Result<(), AppError> {
        let (caller, expires) = (self.keeper(), self.one_in(2));
        let new = NewMessage {
            user_ids: self.guests(),
            user_id: None,
            title: self.name("소식"),
            message: "알립니다.".into(),
            kind: NotificationType::Custom,
            priority: Priority::Normal,
            expires_at: expires.then(|| self.app.now() + 30 * MINUTE),
            action_url: None,
        };
        notifications::send_message(&self.app, &caller, new).await.map(drop)
    }

    fn note(&mut self, outcome: Result<Reservation, AppError>) -> Result<(), AppError> {
        outcome.map(|booking| drop(self.bookings.insert(booking.id, booking)))
    }

    /// Something that waits, and somebody who mostly may decide about it.
    fn waiting(&mut self) -> (Caller, Reservation) {
        let (anybody, booking) = self.booking(|booking| booking.status == Status::Pending);
        let room = self.rooms.get(&booking.room.id).cloned();
        let may = |caller: &&Caller| room.as_ref().is_some_and(|room| room.may_decide(caller.viewer()));
        let may: Vec<Caller> = self.people.iter().filter(may).cloned().collect();
        (self.pick(&may).unwrap_or(anybody), booking)
    }

    async fn announcements(&mut self) -> (&'static str, Result<(), AppError>) {
        let app = self.app.clone();
        let now = app.now();
        // Mostly one that still holds; of those that are over, a refusal is all there is to see.
        let some_are_over = self.one_in(8);
        let known: Vec<Managed> =
            self.announcements.values().filter(|m| some_are_over || !m.announcement.is_over(now)).cloned().collect();
        let known = self.pick(&known);
        let id = known.as_ref().map_or(AnnouncementId(0), |known| known.announcement.id);
        match self.random.random_range(0..16) {
            0..5 => {
                let (caller, new) = (self.keeper(), self.announcement());
                ("announce", self.note_announcement(announcements::announce(&app, &caller, new).await))
            }
            5..7 => {
                let Some(known) = known else { return ("none", Err(AppError::NotFound)) };
                let content =
                    NewAnnouncement { message: self.name("고침"), ..NewAnnouncement::of(&known.announcement) };
                let edit = AnnouncementEdit { content, version: Some(known.version) };
                let caller = self.keeper();
                let outcome = announcements::edit_announcement(&app, &caller, id, edit).await;
                ("change an announcement", self.note_announcement(outcome))
            }
            7 => {
                let caller = self.keeper();
                let outcome = announcements::cancel_announcement(&app, &caller, id).await;
                ("call off", self.note_announcement(outcome))
            }
            8..13 => {
                let option_id = if self.one_in(2) { "yes" } else { "no" }.into();
                let ack = NewAck { option_id, client_id: self.random.random_range(0..50).to_string() };
                let caller = self.anybody();
                ("answer", announcements::acknowledge(&app, &caller, id, &ack).await.map(drop))
            }
            _ => {
                let caller = self.anybody();
                ("put away", announcements::dismiss(&app, &caller, id).await)
            }
        }
    }

    fn announcement(&mut self) -> NewAnnouncement {
        let now = self.app.now();
        let option = |id: &str| AckOption { id: id.into(), label: id.into() };
        let ahead = self.random.random_range(1..120) * MINUTE;
        NewAnnouncement {
            message: self.name("공지"),
            kind: Some(if self.one_in(2) { Kind::Maintenance } else { Kind::Notification }),
            severity: self.pick(&[None, Some(Severity::Advisory), Some(Severity::Critical)]).flatten(),
            audience: match self.random.random_range(0..4) {
                0 => Some(Audience::Users { user_ids: self.guests() }),
                1 => Some(Audience::Room { room_id: self.room() }),
                _ => None,
            },
            starts_at: self.one_in(3).then(|| now + ahead),
            expires_at: self.one_in(2).then(|| now + 2 * ahead),
            ack_required: Some(self.one_in(2)),
            ack_options: Some(vec![option("yes"), option("no")]),
            ..NewAnnouncement::default()
        }
    }

    fn note_announcement(&mut self, outcome: Result<Managed, AppError>) -> Result<(), AppError> {
        outcome.map(|managed| drop(self.announcements.insert(managed.announcement.id, managed)))
    }

    async fn book(&mut self) -> Result<(), AppError> {
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

    fn patch(&mut self, booking: &Reservation) -> ReservationPatch {
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

    async fn create_room(&mut self) -> Result<(), AppError> {
        let mut new = new_room(&self.name("방"));
        new.floor = self.pick(&["2층", "10층", "B1", ""]).expect("floors").into();
        new.requires_approval = self.one_in(3);
        new.approver_ids = self.approvers();
        let caller = self.keeper();
        let room = rooms::create_room(&self.app, &caller, new).await?.room;
        self.rooms.insert(room.id, room);
        Ok(())
    }

    /// Employees who may be named: never Seoyeon, who looks on.
    fn approvers(&mut self) -> Vec<UserId> {
        let named = self.invited.clone();
        named.into_iter().filter(|_| self.one_in(3)).collect()
    }

    async fn update_room(&mut self) -> (&'static str, Result<(), AppError>) {
        let (caller, mut id) = (self.keeper(), self.room());
        let Some(room) = self.rooms.get(&id).cloned() else { return ("none", Err(AppError::NotFound)) };
        let mut patch = RoomPatch { version: Some(room.version), ..RoomPatch::default() };
        let kind = match self.random.random_range(0..4) {
            3 => {
                patch.approver_ids = Some(self.approvers());
                "name approvers"
            }
            0 => {
                patch.name = Some(self.name("방"));
                "rename a room"
            }
            1 => {
                // Few rooms are closed: one that is, is opened again.
                let closed = self.rooms.values().find(|room| room.maintenance).cloned();
                let room = closed.unwrap_or(room);
                id = room.id;
                patch.version = Some(room.version);
                patch.maintenance = Some(!room.maintenance);
                if room.maintenance { "reopen a room" } else { "close a room" }
            }
            _ => {
                patch.capacity = Some(self.random.random_range(3..20));
                patch.floor = self.pick(&["2층".to_owned(), "10층".to_owned()]);
                patch.equipment = Some(vec!["video".into()]);
                "change a room"
            }
        };
        let outcome = rooms::update_room(&self.app, &caller, id, patch).await;
        (kind, outcome.map(|changed| drop(self.rooms.insert(id, changed.room))))
    }
}

/// Everything that one person can have on screen, at several moments.
struct Screens {
    caller: Caller,
    days: [Vec<Snapshot<DaySchedule>>; 2],
    mine: Vec<Snapshot<MyReservations>>,
    rooms: Vec<Snapshot<RoomDirectory>>,
    bell: Vec<Snapshot<NotificationCenter>>,
    approvals: Vec<Snapshot<Approvals>>,
    notices: Vec<Snapshot<Notices>>,
    dashboards: Vec<Snapshot<Dashboard>>,
    /// Only admins have these two.
    announcements: Vec<Snapshot<AnnouncementList>>,
    boards: [Vec<Snapshot<AckBoard>>; 4],
}

impl Screens {
    fn of(caller: Caller) -> Self {
        Self {
            caller,
            days: Default::default(),
            mine: Vec::new(),
            rooms: Vec::new(),
            bell: Vec::new(),
            approvals: Vec::new(),
            notices: Vec::new(),
            dashboards: Vec::new(),
            announcements: Vec::new(),
            boards: Default::default(),
        }
    }

    async fn take(&mut self, app: &App) {
        // The offsets follow the clock and no event: a page that is open over a year is reloaded.
        for (date, snapshots) in DAYS.iter().zip(&mut self.days) {
            let mut snapshot = reservations::day_schedule(app, &self.caller, Some(*date)).await.expect("a day");
            snapshot.state.zone = ZoneOffsets::default();
            snapshots.push(snapshot);
        }
        let mine = reservations::my_reservations_since(app, &self.caller, START - DAY).await;
        let mut mine = mine.expect("bookings");
        mine.state.zone = ZoneOffsets::default();
        self.mine.push(mine);
        self.rooms.push(rooms::room_directory(app).await.expect("rooms"));
        self.bell.push(notifications::notification_center(app, &self.caller).await.expect("a bell"));
        self.approvals.push(reservations::approvals(app, &self.caller).await.expect("approvals"));
        let since = START - DAY;
        self.notices.push(announcements::notices_since(app, &self.caller, since).await.expect("notices"));
        let mut dashboard = dashboard::dashboard_since(app, &self.caller, since).await.expect("a dashboard");
        dashboard.state.today.zone = ZoneOffsets::default();
        dashboard.state.mine.zone = ZoneOffsets::default();
        self.dashboards.push(dashboard);
        if self.caller.viewer().is_admin() {
            let mut list = announcements::announcement_list(app, &self.caller).await.expect("announcements");
            // It follows the clock and no event, like the offsets.
            list.state.since = Timestamp(0);
            self.announcements.push(list);
            for (id, board) in (1..).map(AnnouncementId).zip(&mut self.boards) {
                // Not yet written.
                let Ok(snapshot) = announcements::ack_board(app, &self.caller, id).await else { continue };
                board.push(snapshot);
            }
        }
    }

    fn obey_the_law(&self, frames: &[Frame]) {
        let viewer = self.caller.viewer();
        for day in &self.days {
            obeys_the_law(day, viewer, frames);
        }
        obeys_the_law(&self.mine, viewer, frames);
        obeys_the_law(&self.rooms, viewer, frames);
        obeys_the_law(&self.bell, viewer, frames);
        obeys_the_law(&self.approvals, viewer, frames);
        obeys_the_law(&self.notices, viewer, frames);
        // At midnight its day is another one, and the page fetches it.
        for day in self.dashboards.chunk_by(|a, b| a.state.today.date == b.state.today.date) {
            obeys_the_law(day, viewer, frames);
        }
        obeys_the_law(&self.announcements, viewer, frames);
        for board in &self.boards {
            obeys_the_law(board, viewer, frames);
        }
    }
}

/// `snapshot(a)` with the events of `(a, b]` is `snapshot(b)`, for all pairs.
fn obeys_the_law<S: Slice + Debug>(snapshots: &[Snapshot<S>], viewer: Viewer, frames: &[Frame]) {
    let topics = Topic::of(viewer);
    assert!(snapshots.is_sorted_by_key(|snapshot| snapshot.seq), "a later look sees a later state");
    for (n, first) in snapshots.iter().enumerate() {
        let mut follower = Follower::new(first.clone(), viewer);
        let mut frames =
            frames.iter().filter(|frame| frame.seq > first.seq && topics.contains(&frame.topic)).peekable();
        for later in &snapshots[n + 1..] {
            while let Some(frame) = frames.next_if(|frame| frame.seq <= later.seq) {
                let outcome = follower.take(frame);
                assert!(!outcome.hole && outcome.applied == 1, "{frame:?} does not follow: {outcome:?}");
            }
            let (from, to) = (first.seq, later.seq);
            assert_eq!(follower.state(), &later.state, "snapshot({from}) + events({from}..{to}] for {viewer:?}");
        }
    }
}

fn frame_of(row: &LogRow) -> Frame {
    serde_json::from_str(&row.frame).unwrap_or_else(|error| panic!("{error}: {}", row.frame))
}

/// A place for each kind of event: a new one does not compile until it is here.
fn place(event: &Event) -> usize {
    match event {
        Event::ReservationCreated(_) => 0,
        Event::ReservationUpdated(_) => 1,
        Event::ReservationCancelled(_) => 2,
        Event::ReservationDeleted(_) => 3,
        Event::RoomCreated(_) => 4,
        Event::RoomUpdated(_) => 5,
        Event::RoomStatusChanged(_) => 6,
        Event::RoomDeleted(_) => 7,
        Event::NotificationCreated(_) => 8,
        Event::NotificationUpdated(_) => 9,
        Event::NotificationUnread(_) => 10,
        Event::ReservationConflict(_) => 11,
        Event::SystemNotification(_) => 12,
        Event::SystemMaintenance(_) => 13,
        Event::AnnouncementChanged(_) => 14,
        Event::AnnouncementAcknowledged(_) => 15,
        Event::AnnouncementDismissed(_) => 16,
    }
}
const PLACES: usize = 17;

fn reservation_of(event: &Event) -> Option<&ReservationEvent> {
    match event {
        Event::ReservationCreated(e)
        | Event::ReservationUpdated(e)
        | Event::ReservationCancelled(e)
        | Event::ReservationDeleted(e) => Some(e),
        _ => None,
    }
}

/// What an event of somebody's bell tells.
fn told_by(event: &Event) -> Option<Vec<&Entry>> {
    match event {
        Event::NotificationCreated(NotificationEvent { notification, .. })
        | Event::NotificationUpdated(NotificationEvent { notification, .. }) => Some(vec![notification]),
        Event::NotificationUnread(unread) => {
            Some(unread.center.iter().flat_map(|center| center.lasting.iter().chain(&center.passing)).collect())
        }
        _ => None,
    }
}

/// Nobody is told what is not theirs.
fn assert_discreet(rows: &[LogRow], names: &[&str], onlooker: UserId) {
    let mut hidden = 0;
    for row in rows {
        let frame = frame_of(row);
        if told_by(&frame.event).is_some() {
            match frame.topic {
                // Everybody hears of what is not private only.
                Topic::Org => assert!(!row.frame.contains(SECRET), "{}", row.frame),
                // Seoyeon is in no booking and decides nothing.
                Topic::User(person) => assert!(person != onlooker || !row.frame.contains(SECRET), "{}", row.frame),
                Topic::Admin => panic!("{}", row.frame),
            }
            continue;
        }
        if let (Event::ReservationConflict(told), Topic::User(person)) = (&frame.event, frame.topic) {
            let mut both = told.conflicts_with.iter().chain([&told.reservation]);
            assert!(both.all(|booking| booking.involves(person)), "{}", row.frame);
            continue;
        }
        let Some(told) = reservation_of(&frame.event) else {
            // What a room shows of a booking that is under way or next, it shows to everybody.
            let json: Value = serde_json::from_str(&row.frame).expect("JSON");
            for shown in ["currentReservation", "nextReservation"].map(|name| &json["data"]["room"][name]) {
                assert!(shown["private"] != true || shown["title"] == PRIVATE_TITLE, "{}", row.frame);
                assert!(shown["private"] != true || shown["attendeeCount"] == 0, "{}", row.frame);
            }
            assert!(!row.frame.contains(SECRET), "{}", row.frame);
            continue;
        };
        let booking = &told.reservation;
        match frame.topic {
            Topic::Org if booking.private => {
                hidden += 1;
                assert_eq!(booking, &booking.reduced());
                assert_eq!((frame.user_id, told.user_id.as_str(), row.actor), (None, "", None), "{}", row.frame);
                assert!(!row.frame.contains(SECRET), "{}", row.frame);
                for name in names {
                    assert!(!row.frame.contains(name), "{name} in {}", row.frame);
                }
            }
            Topic::Org => assert!(!booking.is_reduced()),
            Topic::User(person) if !booking.involves(person) && !booking.is_reduced() => {
                // A named approver, for as long as there is something to decide.
                assert_eq!(booking.status, Status::Pending, "{}", row.frame);
                assert_ne!(person, onlooker, "{}", row.frame);
            }
            Topic::User(person) if !booking.involves(person) => {
                // Whoever was taken off it.
                assert_eq!(booking, &booking.reduced());
                assert_eq!((frame.user_id, told.user_id.as_str(), row.actor), (None, "", None), "{}", row.frame);
            }
            // What waits is shown to an approver who is named later, public or not.
            Topic::User(_) if booking.status == Status::Pending => assert!(!booking.is_reduced(), "{}", row.frame),
            Topic::User(_) | Topic::Admin => assert!(booking.private && !booking.is_reduced(), "{}", row.frame),
        }
        if !booking.is_reduced() {
            // Nobody's when it happened by itself.
            assert_eq!(frame.user_id.map(|id| id.to_string()).unwrap_or_default(), told.user_id);
        }
    }
    assert!(hidden > 0, "nothing was private");
}

/// No number is missing, and each event names the one before it on its topic.
fn assert_unbroken(rows: &[LogRow]) {
    let mut heads: BTreeMap<Topic, Seq> = BTreeMap::new();
    for (seq, row) in (1..).zip(rows) {
        let frame = frame_of(row);
        assert_eq!((row.seq, frame.seq), (seq, seq));
        assert_eq!(frame.prev, heads.insert(frame.topic, seq).unwrap_or(0), "seq {seq}");
    }
}

impl TestApp {
    /// Nothing but what a test does happens: sockets stay open, and the log forgets nothing.
    async fn undisturbed(self) -> Self {
        let mut app = self;
        app.restart_with(|config| {
            config.log_hours = 8_760;
            config.patience = ENDLESS;
        })
        .await;
        app
    }

    /// Those who do something. Minji, Junho and the admin organise, attend and leave; Seoyeon looks on.
    fn actors(&self) -> Vec<Caller> {
        let employee = |client| self.caller(client, Role::Employee);
        vec![self.caller(&self.admin, Role::Admin), employee(&self.minji), employee(&self.junho)]
    }

    fn screens(&self) -> Vec<Screens> {
        let stranger = self.caller(&self.seoyeon, Role::Employee);
        self.actors().into_iter().chain([stranger]).map(Screens::of).collect()
    }
}

/// A random sequence of commands, looked at by everybody at random moments. Gives the kinds of
/// commands that were accepted and the kinds of events that occurred.
async fn the_law_holds(app: TestApp, seed: Seed, steps: usize) -> (BTreeMap<&'static str, usize>, BTreeSet<usize>) {
    let app = app.undisturbed().await;
    let mut sockets = Vec::new();
    for client in [&app.admin, &app.minji, &app.junho, &app.seoyeon] {
        let mut socket = client.socket("").await;
        socket.hello().await;
        sockets.push((client, socket));
    }
    let mut screens = app.screens();
    let mut office = Office::new(&app, app.actors(), seed.0);
    for step in 0..steps {
        if step == 0 || office.one_in(12) {
            for screen in &mut screens {
                screen.take(&app.app).await;
            }
        }
        while office.rooms.len() < 4 {
            let _ = office.create_room().await;
        }
        office.step().await;
    }
    for screen in &mut screens {
        screen.take(&app.app).await;
    }

    let rows = app.log_rows().await;
    assert_unbroken(&rows);
    assert_discreet(&rows, &["admin", "minji", "junho", "seoyeon"], app.seoyeon.id);
    let frames: Vec<Frame> = rows.iter().map(frame_of).collect();
    for screen in &screens {
        screen.obey_the_law(&frames);
    }
    for (client, mut socket) in sockets {
        let topics: Vec<String> = Topic::of(client.user.viewer()).iter().map(ToString::to_string).collect();
        for row in rows.iter().filter(|row| topics.contains(&row.topic)) {
            assert_eq!(socket.text().await, row.frame, "{} receives what the log has, byte by byte", client.user.name);
        }
    }
    drop(seed);
    (office.accepted, frames.iter().map(|frame| place(&frame.event)).collect())
}

on_both_engines! {
    async fn the_law_holds_for_every_command_and_everybody(app: TestApp) {
        let (accepted, events) = the_law_holds(app, Seed::fixed(20_261_123), 900).await;
        let every = [
            "announce", "answer", "approve", "archive one", "be reminded", "book", "call off", "cancel",
            "change a room", "change an announcement", "close a room", "create a room", "delete", "delete a room",
            "delete a room with its bookings", "delete one", "delete several", "edit", "end", "extend", "forget",
            "let time pass", "make private", "make public", "name approvers", "put away", "read all", "read one",
            "reject", "rename a room", "reopen a room", "restore one", "see all", "send a message", "take off",
            "take off a private one", "unread one", "wish for other things",
        ];
        assert_eq!(accepted.keys().copied().collect::<Vec<_>>(), every, "{accepted:?}");
        assert_eq!(events, (0..PLACES).collect());
    }

    async fn the_law_holds_for_a_sequence_that_nobody_has_seen_before(app: TestApp) {
        the_law_holds(app, Seed::fresh(), 600).await;
    }

    async fn the_law_holds_while_everybody_writes_at_once(app: TestApp) {
        let app = app.undisturbed().await;
        let seed = Seed::fresh();
        let mut offices = Vec::new();
        for (n, caller) in (0..).zip(app.actors()) {
            // Each knows of its own bookings and of three rooms; one moves the clock.
            let mut office = Office::new(&app, vec![caller], seed.0.wrapping_add(n));
            office.moves_clock = n == 0;
            for name in ["가", "나", "다"] {
                let room = app.room(&format!("{name} {n}")).await;
                office.rooms.insert(room.id, room);
            }
            offices.push(office);
        }
        let mut offices: tokio::task::JoinSet<()> = offices
            .into_iter()
            .map(|mut office| async move {
                for _ in 0..150 {
                    office.step().await;
                }
            })
            .collect();
        let mut screens = app.screens();
        while !offices.is_empty() {
            for screen in &mut screens {
                screen.take(&app.app).await;
            }
            while let Some(ended) = offices.try_join_next() {
                ended.expect("nobody fails");
            }
        }
        for screen in &mut screens {
            screen.take(&app.app).await;
        }
        let rows = app.log_rows().await;
        assert_unbroken(&rows);
        assert_discreet(&rows, &["admin", "minji", "junho", "seoyeon"], app.seoyeon.id);
        let frames: Vec<Frame> = rows.iter().map(frame_of).collect();
        for screen in &screens {
            let looks: BTreeSet<Seq> = screen.mine.iter().map(|snapshot| snapshot.seq).collect();
            assert!(looks.len() > 3, "nobody looked in between: {looks:?}");
            screen.obey_the_law(&frames);
        }
        drop(seed);
    }
}
