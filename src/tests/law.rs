//! The law of `realtime/protocol.rs`: a snapshot with the events after it is the later snapshot, for
//! every slice, every kind of event and everybody. And what the events may not tell.

use super::helpers::{ENDLESS, Engine, LogRow, TestApp, on_both_engines};
use crate::accounts::model::{Role, Viewer};
use crate::accounts::server::Caller;
use crate::realtime::protocol::{Event, Frame, Seq, Topic};
use crate::realtime::tail::TopicChange;
use discretion::assert_discreet;
use office::Office;
use screens::Screens;
use std::collections::{BTreeMap, BTreeSet};

mod bell;
mod chat;
mod discretion;
mod notices;
mod office;
mod rooms;
mod screens;
mod timers;

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

/// What a person receives who listens from the beginning: topics come and go.
fn received_by(viewer: Viewer, frames: &[Frame]) -> Vec<&Frame> {
    let mut topics = Topic::of(viewer);
    let mut received = Vec::new();
    for frame in frames {
        if topics.contains(&frame.topic) {
            received.push(frame);
            if let Some(change) = TopicChange::of(&frame.event) {
                change.apply(&mut topics);
            }
        }
    }
    received
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
        Event::TopicGranted(_) => 17,
        Event::TopicRevoked(_) => 18,
        Event::ChatMessage(_) => 19,
        Event::ChatMessageUpdated(_) => 20,
        Event::ChatMessageDeleted(_) => 21,
        Event::ChatRead(_) => 22,
        Event::ChatReaction(_) => 23,
        Event::ChatMemberJoin(_) => 24,
        Event::ChatMemberUpdated(_) => 25,
        Event::ChatMemberLeave(_) => 26,
        Event::ChatRoomUpdated(_) => 27,
        Event::ChatRoomJoined(_) => 28,
        Event::ChatPlace(_) => 29,
        Event::TimerCreated(_) => 30,
        Event::TimerUpdated(_) => 31,
        Event::TimerCompleted(_) => 32,
        Event::TimerGoalChanged(_) => 33,
        Event::TodoChanged(_) => 34,
        Event::TodoDeleted(_) => 35,
        Event::TodoOrdered(_) => 36,
        Event::NotificationHeld(_) => 37,
        Event::ChatKept(_) => 38,
    }
}
const PLACES: usize = 39;

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
        app = app
            .restart_with(|config| {
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
        office.chat_step().await;
        office.timer_step().await;
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
        for frame in received_by(client.user.viewer(), &frames) {
            let row = &rows[usize::try_from(frame.seq - 1).expect("an index")];
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
            "accept", "add to a chat room", "announce", "answer", "approve", "archive one", "be reminded", "book",
            "call off", "cancel", "cancel a timer", "change a chat room", "change a message", "change a room",
            "change an announcement", "close a room", "come to a point", "create a room", "decline", "delete", "delete a message",
            "delete a room", "delete a room with its bookings", "delete one", "delete several", "do it",
            "do it first", "drop it", "edit", "edit a timer", "end", "extend", "extend a timer", "forget",
            "give a role", "keep a message", "keep a message no more", "keep as unread", "keep from writing", "leave a chat room", "let time pass", "let timers run down",
            "make a chat room", "make a meeting's room", "make private", "make public", "name approvers", "pause a timer", "put away", "react",
            "read a chat room", "read all", "read one", "reject", "rename a room", "reopen a room", "restore one",
            "resume a timer", "see all", "see to timers", "send a chat message", "send a message", "set a goal", "set an agenda", "share a timer",
            "show or hide reading", "silence a chat room", "start a timer", "stop a timer", "take a reaction back",
            "take off", "take off a private one", "take off a timer", "unread one", "wish for other things",
            "write down what to do",
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
                    office.chat_step().await;
                    office.timer_step().await;
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
