//! The law of `realtime/protocol.rs`: a snapshot with the events after it is the later snapshot, for
//! every slice, every kind of event and everybody. And what the events may not tell.

use super::helpers::{ENDLESS, Engine, LogRow, START, TestApp, new_room, on_both_engines};
use crate::accounts::model::{Role, Viewer};
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::{ReservationId, RoomId, UserId};
use crate::realtime::cursor::Follower;
use crate::realtime::protocol::{Event, Frame, ReservationEvent, Seq, Slice, Snapshot, Topic};
use crate::reservations::live::{DaySchedule, MyReservations};
use crate::reservations::model::{NewReservation, PRIVATE_TITLE, Reservation, ReservationPatch, Status, testing};
use crate::reservations::server as reservations;
use crate::rooms::live::RoomDirectory;
use crate::rooms::model::{Room, RoomPatch};
use crate::rooms::server as rooms;
use crate::server::state::App;
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
        }
        let (kind, outcome) = match self.random.random_range(0..100) {
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
                let (caller, booking) = self.booking(|booking| booking.status == Status::Pending);
                let approve = self.one_in(2);
                let kind = if approve { "approve" } else { "reject" };
                (kind, self.note(reservations::decide_reservation(&app, &caller, booking.id, approve).await))
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
            _ => {
                let (caller, id, cancel) = (self.keeper(), self.room(), self.one_in(2));
                let outcome = rooms::delete_room(&app, &caller, id, cancel).await;
                if outcome.is_ok() {
                    self.rooms.remove(&id);
                }
                (if cancel { "delete a room with its bookings" } else { "delete a room" }, outcome)
            }
        };
        match outcome {
            Ok(()) => *self.accepted.entry(kind).or_default() += 1,
            Err(AppError::Internal { .. }) => panic!("{kind} failed"),
            Err(_) => {}
        }
    }

    fn note(&mut self, outcome: Result<Reservation, AppError>) -> Result<(), AppError> {
        outcome.map(|booking| drop(self.bookings.insert(booking.id, booking)))
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
        let caller = self.keeper();
        let room = rooms::create_room(&self.app, &caller, new).await?.room;
        self.rooms.insert(room.id, room);
        Ok(())
    }

    async fn update_room(&mut self) -> (&'static str, Result<(), AppError>) {
        let (caller, id) = (self.keeper(), self.room());
        let Some(room) = self.rooms.get(&id).cloned() else { return ("none", Err(AppError::NotFound)) };
        let mut patch = RoomPatch { version: Some(room.version), ..RoomPatch::default() };
        let kind = match self.random.random_range(0..3) {
            0 => {
                patch.name = Some(self.name("방"));
                "rename a room"
            }
            1 => {
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
}

impl Screens {
    fn of(caller: Caller) -> Self {
        Self { caller, days: Default::default(), mine: Vec::new(), rooms: Vec::new() }
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
    }

    fn obey_the_law(&self, frames: &[Frame]) {
        let viewer = self.caller.viewer();
        for day in &self.days {
            obeys_the_law(day, viewer, frames);
        }
        obeys_the_law(&self.mine, viewer, frames);
        obeys_the_law(&self.rooms, viewer, frames);
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
    }
}
const PLACES: usize = 8;

fn reservation_of(event: &Event) -> Option<&ReservationEvent> {
    match event {
        Event::ReservationCreated(e)
        | Event::ReservationUpdated(e)
        | Event::ReservationCancelled(e)
        | Event::ReservationDeleted(e) => Some(e),
        Event::RoomCreated(_) | Event::RoomUpdated(_) | Event::RoomStatusChanged(_) | Event::RoomDeleted(_) => None,
    }
}

/// Nobody is told what is not theirs.
fn assert_discreet(rows: &[LogRow], names: &[&str]) {
    let mut hidden = 0;
    for row in rows {
        let frame = frame_of(row);
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
            Topic::User(person) if !booking.involves(person) => {
                // Whoever was taken off it.
                assert_eq!(booking, &booking.reduced());
                assert_eq!((frame.user_id, told.user_id.as_str(), row.actor), (None, "", None), "{}", row.frame);
            }
            Topic::User(_) | Topic::Admin => assert!(booking.private && !booking.is_reduced(), "{}", row.frame),
        }
        if !booking.is_reduced() {
            assert_eq!(frame.user_id.map(|id| id.to_string()).as_deref(), Some(told.user_id.as_str()));
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
    assert_discreet(&rows, &["admin", "minji", "junho", "seoyeon"]);
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
        let (accepted, events) = the_law_holds(app, Seed::fixed(20_261_123), 600).await;
        let every = [
            "approve", "book", "cancel", "change a room", "close a room", "create a room", "delete", "delete a room",
            "delete a room with its bookings", "edit", "end", "extend", "make private", "make public", "reject",
            "rename a room", "reopen a room", "take off", "take off a private one",
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
        assert_discreet(&rows, &["admin", "minji", "junho", "seoyeon"]);
        let frames: Vec<Frame> = rows.iter().map(frame_of).collect();
        for screen in &screens {
            let looks: BTreeSet<Seq> = screen.mine.iter().map(|snapshot| snapshot.seq).collect();
            assert!(looks.len() > 3, "nobody looked in between: {looks:?}");
            screen.obey_the_law(&frames);
        }
        drop(seed);
    }
}
