//! The one connection of the page: what came over it, told to every slice on screen, as signals.

use super::client;
use super::clock::{ClockOffset, until_next};
use super::cursor::{Outcome, Reception};
use super::plane::Plane;
use super::protocol::{EpochMs, Event, Frame, Hello, Seq, Topic, VolatileFrame};
use crate::accounts::model::Viewer;
use crate::time::{SECOND, Timestamp};
use crate::ui::browser;
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// How often clocks on screen move on.
const TICK_MS: i64 = 15 * SECOND;
/// So far the device's two clocks drift apart by themselves.
const SKEW_MS: i64 = 100;

/// Milliseconds to add to this device's clock. One page has one clock, and handlers, which have
/// no reactive owner, read it too.
static CLOCK_OFFSET_MS: AtomicI64 = AtomicI64::new(0);

/// The server's clock, in the browser; `None` on the server, where a render uses the snapshot's.
#[must_use]
pub fn server_now() -> Option<Timestamp> {
    browser::now_ms().map(|ms| Timestamp(ms + CLOCK_OFFSET_MS.load(Ordering::Relaxed)))
}

/// The server's clock for what is on screen: `initial`, a snapshot's time, in the first render,
/// then moving on every 15 seconds, and at once when the server says that a room's status has changed.
#[must_use]
pub fn use_now(initial: Timestamp) -> Signal<Timestamp> {
    let now = use_connection().now;
    Signal::derive(move || now.get().map_or(initial, |now| now.max(initial)))
}

/// Where the connection stands (contracts §1.5 and §1.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    #[default]
    Connecting,
    Connected,
    /// The device is offline, or the connection was lost.
    Disconnected,
    /// The server could not be reached.
    Error,
    /// Open, but silent for longer than it should be.
    Unknown,
}

/// The evidence that this page is live, for whoever wants to check it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proof {
    /// Everything up to here has been received.
    pub cursor: Option<Seq>,
    pub log_id: Option<String>,
    /// The newest event of each topic.
    pub topics: BTreeMap<Topic, Seq>,
    pub applied: u64,
    pub holes: u32,
    pub mended: u32,
    /// Connections after the first.
    pub reconnects: u32,
    pub clock_offset_ms: Option<i64>,
    /// When the last frame of any kind came.
    pub last_frame_at: Option<Timestamp>,
}

/// The one connection, as signals.
#[derive(Clone, Copy)]
pub struct Connection {
    pub state: RwSignal<LinkState>,
    /// How many attempts have failed since the connection was lost.
    pub attempt: RwSignal<u32>,
    /// The pause before the next attempt, in seconds.
    pub next_try_secs: RwSignal<Option<u32>>,
    pub proof: RwSignal<Proof>,
    /// What has no place in the log.
    pub plane: Plane,
    /// The server runs another build than this page.
    pub new_build: RwSignal<bool>,
    /// Bumped to connect at once.
    pub(super) wake: RwSignal<u32>,
    /// Bumped to ask the server for its time.
    pub(super) probe: RwSignal<u32>,
    now: RwSignal<Option<Timestamp>>,
    /// The page's own time, until a frame comes.
    rendered_at: Timestamp,
    pub(super) viewer: Option<Viewer>,
    build: StoredValue<String>,
    clock: StoredValue<ClockOffset>,
    /// What lies between the device's two clocks: it changes when one of them is set, or has slept.
    skew_ms: StoredValue<Option<i64>>,
    pub(super) reception: StoredValue<Reception>,
    slices: StoredValue<Slices>,
}

/// The slices on screen by the number of their registration.
#[derive(Default)]
struct Slices {
    next: u32,
    list: Vec<(u32, Arc<dyn OnScreen>)>,
}

/// A slice of any type, as the connection sees it.
pub(super) trait OnScreen: Send + Sync {
    fn hear(&self, news: News<'_>) -> Outcome;
    fn resume_from(&self) -> Option<(String, Seq)>;
    fn is_behind(&self) -> bool;
}

/// What the connection tells every slice.
#[derive(Clone, Copy)]
pub(super) enum News<'a> {
    Greeted(&'a Hello),
    Frame(&'a Arc<Frame>),
    /// Everything that was promised has been sent.
    Settled(&'a Reception),
}

/// Creates the page's connection and, in the browser, opens it for a signed-in person.
pub fn provide_connection(viewer: Option<Viewer>, build: String, rendered_at: Timestamp) -> Connection {
    let connection = Connection {
        state: RwSignal::default(),
        attempt: RwSignal::default(),
        next_try_secs: RwSignal::default(),
        proof: RwSignal::default(),
        plane: Plane::default(),
        new_build: RwSignal::default(),
        wake: RwSignal::default(),
        probe: RwSignal::default(),
        now: RwSignal::default(),
        rendered_at,
        viewer,
        build: StoredValue::new(build),
        clock: StoredValue::default(),
        skew_ms: StoredValue::default(),
        reception: StoredValue::default(),
        slices: StoredValue::default(),
    };
    provide_context(connection);
    Effect::new(move |_| {
        connection.observe_clock(rendered_at.0);
        connection.tick();
        if viewer.is_some() {
            // After the slices of the first page have registered: the cursor begins at the oldest.
            set_timeout(move || client::start(connection), Duration::ZERO);
        }
    });
    connection
}

/// The page's connection. Take it while rendering and keep it: it is `Copy`.
///
/// # Panics
/// Outside of `App`, which provides it.
#[must_use]
pub fn use_connection() -> Connection {
    expect_context()
}

impl Connection {
    /// Tries to connect at once instead of waiting for the next attempt.
    pub fn reconnect_now(self) {
        self.wake.update(|n| *n += 1);
    }

    /// Since when what is on screen may be out of date: the last sign of life of a connection
    /// that is not open; `None` while everything is live.
    #[must_use]
    pub fn as_of(self) -> Option<Timestamp> {
        let last = self.proof.with(|proof| proof.last_frame_at).unwrap_or(self.rendered_at);
        (self.state.get() != LinkState::Connected).then_some(last)
    }

    /// Where the next connection has to begin.
    pub(super) fn cursor(self) -> Option<(String, Seq)> {
        let starts: Vec<_> =
            self.slices.with_value(|slices| slices.list.iter().filter_map(|(_, s)| s.resume_from()).collect());
        self.reception.with_value(|reception| {
            let cursor = reception.cursor(starts.iter().map(|(log_id, seq)| (log_id.as_str(), *seq)));
            cursor.map(|(log_id, seq)| (log_id.to_owned(), seq))
        })
    }

    /// The server has said hello on a new connection, for which the client had named `asked`. Says whether it is a
    /// connection of this page's own person: that of somebody else, who has signed in in another tab, tells this page
    /// nothing.
    pub(super) fn greeted(self, hello: &Hello, asked: Option<Seq>) -> bool {
        let is_own = |viewer: Viewer| hello.topics.contains_key(&Topic::User(viewer.user_id));
        if !self.viewer.is_some_and(is_own) {
            return false;
        }
        self.observe_clock(hello.server_time);
        self.reception.update_value(|reception| reception.greeted(hello, asked));
        let outcome = self.tell(News::Greeted(hello));
        self.new_build.set(self.build.with_value(|build| !build.is_empty() && *build != hello.build));
        let is_first = self.proof.with_untracked(|proof| proof.cursor.is_none());
        self.prove(outcome);
        self.proof.update(|proof| proof.reconnects += u32::from(!is_first));
        self.attempt.set(0);
        self.next_try_secs.set(None);
        self.state.set(LinkState::Connected);
        self.plane.greeted();
        true
    }

    /// A frame of the volatile plane has come.
    pub(super) fn glimpsed(self, frame: VolatileFrame) {
        self.plane.received(frame);
        self.heard();
    }

    /// A durable event has come.
    pub(super) fn received(self, frame: Frame) {
        let frame = Arc::new(frame);
        self.reception.update_value(|reception| reception.take(frame.clone()));
        let outcome = self.tell(News::Frame(&frame));
        if matches!(frame.event, Event::RoomStatusChanged(_)) {
            self.has_struck(frame.timestamp);
        }
        self.prove(outcome);
    }

    /// The server says that a moment has come: what changes with it does not wait for the next tick.
    fn has_struck(self, at: Timestamp) {
        if self.now.with_untracked(|now| now.is_some_and(|now| now < at)) {
            self.now.set(Some(at));
        }
    }

    /// The server has sent all that it has, up to `seq`.
    pub(super) fn head(self, seq: Seq, server_time: EpochMs) {
        self.observe_clock(server_time);
        self.reception.update_value(|reception| reception.head(seq));
        let outcome = self.reception.with_value(|reception| self.tell(News::Settled(reception)));
        self.prove(outcome);
    }

    /// A sign of life without news.
    pub(super) fn heard(self) {
        self.prove(Outcome::default());
    }

    fn tell(self, news: News<'_>) -> Outcome {
        // Taken out of the store first: a slice that hears news may register or leave.
        let slices: Vec<_> = self.slices.with_value(|slices| slices.list.iter().map(|(_, s)| s.clone()).collect());
        let mut total = Outcome::default();
        for slice in slices {
            let outcome = slice.hear(news);
            // One frame counts once, however many slices it concerns.
            total.applied = total.applied.max(outcome.applied);
            total.hole |= outcome.hole;
        }
        total
    }

    pub(super) fn prove(self, outcome: Outcome) {
        let (cursor, log_id, topics) =
            self.reception.with_value(|r| (r.received(), r.log_id().map(str::to_owned), r.topics().clone()));
        let clock_offset_ms = self.clock.with_value(ClockOffset::ms);
        self.proof.update(|proof| {
            proof.cursor = cursor;
            proof.log_id = log_id;
            proof.topics = topics;
            proof.applied += u64::from(outcome.applied);
            proof.holes += u32::from(outcome.hole);
            proof.clock_offset_ms = clock_offset_ms;
            proof.last_frame_at = server_now();
        });
    }

    /// Every hole that was found is mended once no slice lacks anything.
    pub(super) fn note_mended(self) {
        let is_whole = self.slices.try_with_value(|slices| slices.list.iter().all(|(_, slice)| !slice.is_behind()));
        if is_whole == Some(true) && self.proof.try_with_untracked(|proof| proof.mended < proof.holes) == Some(true) {
            let _ = self.proof.try_update(|proof| proof.mended = proof.holes);
        }
    }

    fn observe_clock(self, server_ms: EpochMs) {
        if let (Some(device_ms), true) = (browser::now_ms(), server_ms > 0) {
            let is_wrong = self.clock.try_update_value(|clock| clock.observe(server_ms, device_ms));
            self.set_clock();
            if is_wrong == Some(true) {
                self.read_clock_anew();
            }
        }
    }

    /// The server has answered when it was asked for its time.
    pub(super) fn clock_answered(self, asked_ms: i64, server_time: Timestamp) {
        // While the clock was being set, a question and its answer are not of the same clock.
        if let Some(heard_ms) = browser::now_ms().filter(|_| !self.mind_clock()) {
            self.clock.update_value(|clock| clock.answered(asked_ms, server_time.0, heard_ms));
            self.set_clock();
        }
        self.heard();
    }

    /// Asks the server for its time again when this device's clock was set or the device has slept;
    /// says whether it was.
    pub fn mind_clock(self) -> bool {
        let Some(skew) = browser::clock_skew_ms() else { return false };
        let before = self.skew_ms.try_update_value(|known| known.replace(skew)).flatten();
        let was_set = before.is_some_and(|before| (skew - before).abs() > SKEW_MS);
        if was_set {
            self.read_clock_anew();
        }
        was_set
    }

    fn read_clock_anew(self) {
        let _ = self.probe.try_update(|n| *n = n.wrapping_add(1));
    }

    /// The next answer of the server begins a new reading of its clock.
    pub(super) fn forget_clock(self) {
        self.clock.update_value(ClockOffset::renew);
    }

    fn set_clock(self) {
        let offset = self.clock.with_value(ClockOffset::ms).unwrap_or_default();
        CLOCK_OFFSET_MS.store(offset, Ordering::Relaxed);
    }

    /// Moves the clocks on screen, now and on every multiple of [`TICK_MS`].
    fn tick(self) {
        self.mind_clock();
        let Some(now) = server_now() else { return };
        // What has struck stays so, although this device's idea of the server's clock lags a little.
        let struck = self.now.try_get_untracked().flatten().filter(|at| (0..SECOND).contains(&(*at - now)));
        let _ = self.now.try_set(Some(struck.unwrap_or(now)));
        let wait = u64::try_from(until_next(now, TICK_MS)).unwrap_or_default();
        set_timeout(move || self.tick(), Duration::from_millis(wait));
    }

    pub(super) fn register(self, slice: Arc<dyn OnScreen>) -> u32 {
        self.slices
            .try_update_value(|slices| {
                slices.next += 1;
                slices.list.push((slices.next, slice));
                slices.next
            })
            .unwrap_or_default()
    }

    pub(super) fn unregister(self, number: u32) {
        // The page's owner may be gone before its slices are.
        let _ = self.slices.try_update_value(|slices| slices.list.retain(|(n, _)| *n != number));
        // What it lacked is not on screen any more.
        self.note_mended();
    }
}
