//! How a screen stays right: the bookkeeping of the log on the browser's side, without a browser.
//!
//! There is one [`Reception`] for the connection and one [`Follower`] for each slice on screen. A
//! follower starts at its snapshot and takes in each frame of its topics exactly once and in
//! order. Whatever the wire does (repeats, losses, new connections, another log), the follower's
//! state is the database's at some moment, or it knows that it must be fetched anew.

use super::protocol::{Event, Frame, Hello, Seq, Slice, Snapshot, Topic};
use crate::accounts::model::Viewer;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// How many of the newest frames are kept for slices that come to the screen while others are live.
const KEPT_FRAMES: usize = 512;

/// Where a state stands in the log: its snapshot, and the newest event of each topic since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    log_id: String,
    snapshot: Seq,
    applied: BTreeMap<Topic, Seq>,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Already in the state.
    Drop,
    Apply,
    /// An event of the topic before it is missing.
    Hole,
}

impl Position {
    fn of<S>(snapshot: &Snapshot<S>) -> Self {
        Self { log_id: snapshot.log_id.clone(), snapshot: snapshot.seq, applied: BTreeMap::new() }
    }

    /// The newest event of the topic that is in the state.
    fn applied(&self, topic: Topic) -> Seq {
        self.applied.get(&topic).copied().unwrap_or(self.snapshot)
    }

    fn judge(&self, frame: &Frame) -> Verdict {
        let applied = self.applied(frame.topic);
        if frame.seq <= applied {
            Verdict::Drop
        } else if frame.prev > applied {
            Verdict::Hole
        } else {
            Verdict::Apply
        }
    }

    /// Whether a topic has an event that is not in the state.
    fn lacks(&self, newest: &BTreeMap<Topic, Seq>) -> bool {
        newest.iter().any(|(topic, seq)| *seq > self.applied(*topic))
    }
}

/// What a frame or a snapshot did to a follower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Frames that went into the state.
    pub applied: u32,
    /// Something is missing: the slice must be fetched anew.
    pub hole: bool,
}

/// A slice's state and its place in the log.
#[derive(Clone, Debug)]
pub struct Follower<S> {
    state: S,
    viewer: Viewer,
    position: Position,
    /// Something is missing. The state stays as it was until a newer snapshot comes.
    behind: bool,
}

impl<S: Slice> Follower<S> {
    #[must_use]
    pub fn new(snapshot: Snapshot<S>, viewer: Viewer) -> Self {
        let position = Position::of(&snapshot);
        Self { state: snapshot.state, viewer, position, behind: false }
    }

    #[must_use]
    pub fn state(&self) -> &S {
        &self.state
    }

    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// From where the socket has to resume for this slice to miss nothing.
    #[must_use]
    pub fn resume_from(&self) -> (&str, Seq) {
        (&self.position.log_id, self.position.snapshot)
    }

    /// Takes in one frame.
    pub fn take(&mut self, frame: &Frame) -> Outcome {
        if self.behind {
            // What comes meanwhile is kept by the reception, and replayed onto the snapshot.
            return Outcome::default();
        }
        match self.position.judge(frame) {
            Verdict::Drop => Outcome::default(),
            Verdict::Hole => {
                self.behind = true;
                Outcome { applied: 0, hole: true }
            }
            Verdict::Apply => {
                self.state.apply(frame.topic, &frame.event, self.viewer);
                self.position.applied.insert(frame.topic, frame.seq);
                if let Event::TopicGranted(granted) = &frame.event {
                    // What the topic had before was not sent, and is not missing.
                    let applied = self.position.applied(granted.topic).max(frame.seq);
                    self.position.applied.insert(granted.topic, applied);
                }
                Outcome { applied: 1, hole: false }
            }
        }
    }

    /// Catches up with what was received after the snapshot: at registration and after a fetch.
    pub fn catch_up(&mut self, reception: &Reception) -> Outcome {
        let Some(frames) = reception.since(&self.position) else {
            self.behind = true;
            return Outcome { applied: 0, hole: true };
        };
        let mut total = Outcome::default();
        for frame in frames {
            let outcome = self.take(frame);
            total.applied += outcome.applied;
            total.hole |= outcome.hole;
        }
        total
    }

    /// Takes a freshly fetched snapshot instead of its own state, unless its own is newer.
    pub fn renew(&mut self, snapshot: Snapshot<S>, reception: &Reception) -> Outcome {
        let same_log = snapshot.log_id == self.position.log_id;
        let newest = self.position.applied.values().copied().max().unwrap_or(self.position.snapshot);
        if same_log && !self.behind && snapshot.seq < newest {
            return Outcome::default();
        }
        *self = Self::new(snapshot, self.viewer);
        self.catch_up(reception)
    }

    /// A new connection begins. When it does not bring what was missed, something may be missing.
    pub fn greeted(&mut self, hello: &Hello) -> Outcome {
        let other_log = hello.log_id != self.position.log_id;
        self.note_behind(other_log || (!hello.resumed && self.position.lacks(&hello.topics)))
    }

    /// All that the connection promised at its beginning has been sent.
    pub fn settled(&mut self, reception: &Reception) -> Outcome {
        self.note_behind(self.position.lacks(&reception.promised))
    }

    fn note_behind(&mut self, missing: bool) -> Outcome {
        let hole = missing && !self.behind;
        self.behind |= missing;
        Outcome { applied: 0, hole }
    }
}

/// What the one connection has received.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    log_id: Option<String>,
    /// Everything up to here has been received: the cursor.
    received: Option<Seq>,
    /// The newest frames, oldest first.
    kept: VecDeque<Arc<Frame>>,
    /// All frames after this point are in `kept`.
    kept_after: Seq,
    /// The newest event of each topic when the connection began.
    promised: BTreeMap<Topic, Seq>,
}

impl Reception {
    /// The cursor for the next connection, as `(log, after)`: where this one stopped, or at first
    /// the oldest of the slices on screen.
    #[must_use]
    pub fn cursor<'a>(&'a self, slices: impl Iterator<Item = (&'a str, Seq)>) -> Option<(&'a str, Seq)> {
        match (&self.log_id, self.received) {
            (Some(log_id), Some(received)) => Some((log_id, received)),
            _ => slices.min_by_key(|(_, seq)| *seq),
        }
    }

    #[must_use]
    pub fn received(&self) -> Option<Seq> {
        self.received
    }

    #[must_use]
    pub fn log_id(&self) -> Option<&str> {
        self.log_id.as_deref()
    }

    /// A new connection begins, for which the client had named `asked`.
    pub fn greeted(&mut self, hello: &Hello, asked: Option<Seq>) {
        match asked {
            Some(after) if hello.resumed => {
                if self.received.is_none() {
                    self.kept_after = after;
                    self.received = Some(after);
                }
            }
            _ => {
                self.kept.clear();
                self.kept_after = hello.seq;
                self.received = Some(hello.seq);
            }
        }
        self.log_id = Some(hello.log_id.clone());
        self.promised.clone_from(&hello.topics);
    }

    /// Keeps a frame and moves the cursor.
    pub fn take(&mut self, frame: Arc<Frame>) {
        self.received = self.received.max(Some(frame.seq));
        let topic_newest = self.promised.entry(frame.topic).or_default();
        *topic_newest = (*topic_newest).max(frame.seq);
        self.kept.push_back(frame);
        if self.kept.len() > KEPT_FRAMES
            && let Some(dropped) = self.kept.pop_front()
        {
            self.kept_after = self.kept_after.max(dropped.seq);
        }
    }

    /// Moves the cursor of a quiet connection.
    pub fn head(&mut self, seq: Seq) {
        self.received = self.received.max(Some(seq));
    }

    /// The newest event of each topic that is known of.
    #[must_use]
    pub fn topics(&self) -> &BTreeMap<Topic, Seq> {
        &self.promised
    }

    /// The frames after a position; `None` when some of them were not kept.
    fn since(&self, position: &Position) -> Option<impl Iterator<Item = &Frame> + use<'_>> {
        let other_log = self.log_id.as_ref().is_some_and(|log_id| *log_id != position.log_id);
        // A snapshot that has all that is known of lacks nothing, however little is kept.
        let too_old = self.received.is_some() && self.kept_after > position.snapshot && position.lacks(&self.promised);
        let from = position.snapshot;
        (!other_log && !too_old).then(|| self.kept.iter().map(Arc::as_ref).filter(move |frame| frame.seq > from))
    }
}

#[cfg(test)]
mod tests;
