//! The law of the log on the browser's side: whatever the wire does, a state is the database's.

use super::*;
use crate::accounts::model::Role;
use crate::ids::{RoomId, UserId};
use crate::realtime::protocol::{Event, RoomEvent};
use crate::rooms::model::{Room, RoomState, RoomStatus, RoomWithState};
use crate::time::Timestamp;
use proptest::prelude::*;

const ME: Viewer = Viewer { user_id: UserId(7), role: Role::Admin };
const TOPICS: [Topic; 3] = [Topic::Org, Topic::User(UserId(7)), Topic::Admin];
const LOG: &str = "log";

/// The numbers of all events of each topic, in order: any loss, repeat or wrong order shows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Diary(BTreeMap<Topic, Vec<i64>>);

impl Slice for Diary {
    fn apply(&mut self, topic: Topic, event: &Event, _: Viewer) {
        let Event::RoomDeleted(event) = event else { panic!("{event:?}") };
        self.0.entry(topic).or_default().push(event.room.room.id.0);
    }
}

/// The server: its log, and what it answers.
#[derive(Debug, Default)]
struct Database(Vec<Arc<Frame>>);

impl Database {
    fn write(&mut self, topic: Topic) {
        let seq = self.head() + 1;
        let prev = self.newest().get(&topic).copied().unwrap_or_default();
        let room = Room { id: RoomId(seq), ..crate::reservations::model::testing::room(0, 4) };
        let state = RoomState { status: RoomStatus::Available, current_reservation: None, next_reservation: None };
        let event = Event::RoomDeleted(RoomEvent {
            room: RoomWithState { room, state },
            previous_status: None,
            activity: None,
        });
        self.0.push(Arc::new(Frame { event, timestamp: Timestamp(seq), user_id: None, seq, topic, prev }));
    }

    fn head(&self) -> Seq {
        i64::try_from(self.0.len()).unwrap()
    }

    fn newest(&self) -> BTreeMap<Topic, Seq> {
        self.0.iter().map(|frame| (frame.topic, frame.seq)).collect()
    }

    fn snapshot_at(&self, seq: Seq) -> Snapshot<Diary> {
        let mut state = Diary::default();
        self.0.iter().filter(|frame| frame.seq <= seq).for_each(|frame| state.apply(frame.topic, &frame.event, ME));
        Snapshot { state, seq, log_id: LOG.into(), server_time: Timestamp(0) }
    }

    fn snapshot(&self) -> Snapshot<Diary> {
        self.snapshot_at(self.head())
    }

    fn hello(&self, resumed: bool) -> Hello {
        let (seq, topics) = (self.head(), self.newest());
        Hello { log_id: LOG.into(), build: String::new(), seq, server_time: 0, resumed, topics }
    }
}

/// One screen with one slice, as `live.rs` drives it.
struct Screen {
    reception: Reception,
    slice: Follower<Diary>,
}

impl Screen {
    fn showing(snapshot: Snapshot<Diary>) -> Self {
        Self { reception: Reception::default(), slice: Follower::new(snapshot, ME) }
    }

    fn connect(&mut self, database: &Database, resumed: bool) -> Seq {
        let asked = self.reception.cursor(std::iter::once(self.slice.resume_from())).map(|(_, seq)| seq);
        let hello = database.hello(resumed);
        self.reception.greeted(&hello, asked);
        self.slice.greeted(&hello);
        if resumed { asked.unwrap() } else { database.head() }
    }

    fn receive(&mut self, frame: &Arc<Frame>) -> Outcome {
        self.reception.take(frame.clone());
        self.slice.take(frame)
    }

    fn head(&mut self, database: &Database) -> Outcome {
        self.reception.head(database.head());
        self.slice.settled(&self.reception)
    }

    /// A connection on which everything arrives, and a fetch where one is needed.
    fn come_to_rest(&mut self, database: &Database, resumed: bool) {
        let after = self.connect(database, resumed);
        for frame in database.0.iter().filter(|frame| frame.seq > after) {
            self.receive(frame);
        }
        self.head(database);
        while self.slice.is_behind() {
            self.slice.renew(database.snapshot(), &self.reception);
        }
    }
}

fn database(topics: &[Topic]) -> Database {
    let mut database = Database::default();
    topics.iter().for_each(|topic| database.write(*topic));
    database
}

#[test]
fn what_the_snapshot_has_is_not_applied_again() {
    let database = database(&[Topic::Org, Topic::Admin, Topic::Org]);
    let mut screen = Screen::showing(database.snapshot_at(2));
    screen.connect(&database, true);
    let outcomes: Vec<u32> = database.0.iter().map(|frame| screen.receive(frame).applied).collect();
    assert_eq!(outcomes, [0, 0, 1]);
    assert_eq!(*screen.slice.state(), database.snapshot().state);
}

#[test]
fn a_missing_event_is_noticed_by_the_next_of_its_topic() {
    let database = database(&[Topic::Org, Topic::Admin, Topic::Org, Topic::Admin]);
    let mut screen = Screen::showing(Database::default().snapshot());
    screen.connect(&Database::default(), false);
    assert_eq!(screen.receive(&database.0[1]), Outcome { applied: 1, hole: false });
    assert_eq!(screen.receive(&database.0[2]), Outcome { applied: 0, hole: true });
    // What comes while the slice is fetched is replayed onto the snapshot.
    assert_eq!(screen.receive(&database.0[3]), Outcome::default());
    let outcome = screen.slice.renew(database.snapshot_at(3), &screen.reception);
    assert_eq!(outcome, Outcome { applied: 1, hole: false });
    assert_eq!(*screen.slice.state(), database.snapshot().state);
}

#[test]
fn a_missing_last_event_is_noticed_when_the_replay_is_over() {
    let database = database(&[Topic::Org]);
    let mut screen = Screen::showing(Database::default().snapshot());
    screen.connect(&database, true);
    assert!(screen.head(&database).hole);
}

#[test]
fn a_connection_without_replay_makes_only_old_slices_fetch() {
    let before = database(&[Topic::Org, Topic::Org]);
    let mut screen = Screen::showing(before.snapshot());
    screen.connect(&before, false);
    assert!(!screen.slice.is_behind());
    let after = database(&[Topic::Org, Topic::Org, Topic::Admin]);
    screen.connect(&after, false);
    assert!(screen.slice.is_behind());
}

#[test]
fn another_log_makes_everything_fetch() {
    let database = database(&[Topic::Org]);
    let mut screen = Screen::showing(database.snapshot());
    let hello = Hello { log_id: "restored".into(), ..database.hello(false) };
    screen.reception.greeted(&hello, Some(1));
    assert!(screen.slice.greeted(&hello).hole);
    // A snapshot that was on its way from the old log does not do.
    assert!(screen.slice.renew(database.snapshot(), &screen.reception).hole);
    let restored = Snapshot { log_id: "restored".into(), ..database.snapshot() };
    assert!(!screen.slice.renew(restored, &screen.reception).hole);
}

#[test]
fn a_late_answer_does_not_bring_back_the_past() {
    let database = database(&[Topic::Org, Topic::Org]);
    let mut screen = Screen::showing(database.snapshot_at(1));
    screen.connect(&database, true);
    screen.receive(&database.0[1]);
    screen.slice.renew(database.snapshot_at(1), &screen.reception);
    assert_eq!(*screen.slice.state(), database.snapshot().state);
}

#[test]
fn the_first_connection_begins_at_the_oldest_slice() {
    let mut reception = Reception::default();
    assert_eq!(reception.cursor([(LOG, 9), (LOG, 4)].into_iter()), Some((LOG, 4)));
    assert_eq!(reception.cursor(std::iter::empty()), None);
    reception.greeted(&database(&[Topic::Org; 12]).hello(true), Some(4));
    assert_eq!(reception.cursor(std::iter::empty()), Some((LOG, 4)));
}

#[test]
fn a_slice_that_is_older_than_what_was_kept_is_fetched() {
    let many = database(&[Topic::Org; KEPT_FRAMES + 2]);
    let mut screen = Screen::showing(many.snapshot_at(0));
    screen.connect(&many, true);
    for frame in &many.0 {
        screen.receive(frame);
    }
    assert!(Follower::new(many.snapshot_at(1), ME).catch_up(&screen.reception).hole);
    assert!(!Follower::new(many.snapshot_at(2), ME).catch_up(&screen.reception).hole);
}

/// What can happen to a screen.
#[derive(Clone, Debug)]
enum Act {
    Write(Topic),
    /// Any frame arrives: in order, again, late, or out of order. What never arrives is lost.
    Receive(prop::sample::Index),
    Connect {
        resumed: bool,
    },
    Head,
    /// The server reads a snapshot; the answer is on its way.
    Read,
    /// The newest answer arrives, when one is on its way.
    Answer,
    /// Another page shows the same slice, from a snapshot of any age.
    Show(prop::sample::Index),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => prop::sample::select(TOPICS.to_vec()).prop_map(Act::Write),
        8 => any::<prop::sample::Index>().prop_map(Act::Receive),
        1 => any::<bool>().prop_map(|resumed| Act::Connect { resumed }),
        1 => Just(Act::Head),
        2 => Just(Act::Read),
        2 => Just(Act::Answer),
        1 => any::<prop::sample::Index>().prop_map(Act::Show),
    ]
}

/// Whether the diary says of every topic what the database says, up to some event.
fn is_true_of(diary: &Diary, database: &Database) -> bool {
    let all = database.snapshot().state;
    diary.0.iter().all(|(topic, seen)| all.0.get(topic).is_some_and(|all| all.starts_with(seen)))
}

proptest! {
    #[test]
    fn no_order_of_frames_makes_a_state_that_is_not_the_databases(
        acts in prop::collection::vec(act(), 0..120),
        resumed in any::<bool>(),
    ) {
        let mut database = Database::default();
        let mut screen = Screen::showing(database.snapshot());
        let mut on_its_way = None;
        for act in acts {
            match act {
                Act::Write(topic) => database.write(topic),
                Act::Receive(which) => {
                    if !database.0.is_empty() {
                        screen.receive(which.get(&database.0));
                    }
                }
                Act::Connect { resumed } => {
                    screen.connect(&database, resumed);
                }
                Act::Head => {
                    screen.head(&database);
                }
                Act::Read => on_its_way = Some(database.snapshot()),
                Act::Answer => {
                    if let Some(snapshot) = on_its_way.take() {
                        screen.slice.renew(snapshot, &screen.reception);
                    }
                }
                Act::Show(age) => {
                    let snapshot = database.snapshot_at(i64::try_from(age.index(database.0.len() + 1)).unwrap());
                    screen.slice = Follower::new(snapshot, ME);
                    screen.slice.catch_up(&screen.reception);
                }
            }
            prop_assert!(is_true_of(screen.slice.state(), &database), "{:?}", screen.slice.state());
        }
        screen.come_to_rest(&database, resumed);
        prop_assert_eq!(screen.slice.state(), &database.snapshot().state);
    }
}
