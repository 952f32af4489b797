//! The newest part of the log in memory, from which sockets are served.
//!
//! A socket holds a cursor and nothing else: it is woken, takes what lies after its cursor, and
//! writes it. A slow one therefore costs no memory, and is never served anything newer first; once
//! the ring has moved past its cursor it is served from the database.

use super::log::store;
use super::protocol::{Event, Seq, Topic};
use crate::error::AppError;
use crate::server::clock::Clock;
use crate::server::db::Db;
use crate::time::{MINUTE, Timestamp};
use axum::extract::ws::Utf8Bytes;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError, RwLock};
use tokio::sync::Notify;

/// How long the ring keeps frames, and how many bytes of them at most.
const RING_MS: i64 = 10 * MINUTE;
const RING_BYTES: usize = 64 * 1024 * 1024;
/// How many frames one read of the database brings.
const PAGE: i64 = 512;
/// How many frames a socket takes at once: bounds what a write carries.
pub const BURST: usize = 128;
/// Sockets are woken by shards, so that no one lock is held for all of them.
const SHARDS: usize = 8;

/// A frame of the log, ready to be sent.
#[derive(Clone, Debug)]
pub struct LogFrame {
    pub seq: Seq,
    pub topic: Topic,
    pub text: Utf8Bytes,
    /// What it changes for whoever receives it.
    pub change: Option<TopicChange>,
}

/// A topic that a person receives from a frame on, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicChange {
    Granted(Topic),
    Revoked(Topic),
}

impl TopicChange {
    /// What an event changes; nothing, mostly.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::TopicGranted(e) => Some(Self::Granted(e.topic)),
            Event::TopicRevoked(e) => Some(Self::Revoked(e.topic)),
            _ => None,
        }
    }

    /// Brings a list of topics up to date.
    pub fn apply(self, topics: &mut Vec<Topic>) {
        let (Self::Granted(topic) | Self::Revoked(topic)) = self;
        topics.retain(|known| *known != topic);
        if matches!(self, Self::Granted(_)) {
            topics.push(topic);
        }
    }
}

/// See the module.
#[derive(Clone)]
pub struct Tail(Arc<Inner>);

struct Inner {
    db: Arc<Db>,
    clock: Clock,
    ring: RwLock<Ring>,
    wakers: [Mutex<Vec<Waker>>; SHARDS],
}

struct Ring {
    /// The newest `seq` that has been accepted. Frames are contiguous up to it.
    head: Seq,
    bytes: usize,
    frames: VecDeque<(Timestamp, LogFrame)>,
}

impl Ring {
    /// How many of its frames lie up to a cursor; `None` when what follows the cursor is not all here.
    fn skip_to(&self, cursor: Seq) -> Option<usize> {
        let oldest = self.frames.front().map_or(self.head + 1, |(_, frame)| frame.seq);
        let skip = usize::try_from(cursor + 1 - oldest).ok()?;
        Some(skip.min(self.frames.len()))
    }
}

struct Waker {
    id: u64,
    topics: Vec<Topic>,
    wake: Arc<Notify>,
}

/// A socket's place among those to be woken; gone when dropped.
pub struct Subscription {
    tail: Tail,
    id: u64,
    wake: Arc<Notify>,
}

impl Tail {
    /// An empty ring that continues after `head`.
    #[must_use]
    pub fn new(db: Arc<Db>, head: Seq, clock: Clock) -> Self {
        let ring = RwLock::new(Ring { head, bytes: 0, frames: VecDeque::new() });
        Self(Arc::new(Inner { db, clock, ring, wakers: Default::default() }))
    }

    /// The newest event of the log that this process knows of.
    #[must_use]
    pub fn head(&self) -> Seq {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner).head
    }

    /// Takes in committed frames, in order. What lies between the head and them, because another
    /// process wrote it, is read from the database first; what is already here is passed over.
    pub async fn accept(&self, frames: Vec<LogFrame>) {
        let Some(first) = frames.first().map(|frame| frame.seq) else { return };
        while self.head() + 1 < first {
            match self.read_database(self.head(), None).await {
                Ok(missing) if !missing.is_empty() => {
                    self.push(missing.into_iter().take_while(|frame| frame.seq < first).collect());
                }
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "a hole in the log's tail could not be read");
                    break;
                }
            }
        }
        self.push(frames);
    }

    fn push(&self, frames: Vec<LogFrame>) {
        let now = self.0.clock.now();
        let mut topics = Vec::new();
        {
            let mut ring = self.0.ring.write().unwrap_or_else(PoisonError::into_inner);
            for frame in frames {
                if frame.seq <= ring.head {
                    continue;
                }
                if frame.seq > ring.head + 1 {
                    // Served from the database from here on back: a ring has no holes.
                    ring.frames.clear();
                    ring.bytes = 0;
                }
                ring.head = frame.seq;
                ring.bytes += frame.text.len();
                if !topics.contains(&frame.topic) {
                    topics.push(frame.topic);
                }
                ring.frames.push_back((now, frame));
            }
            while ring.bytes > RING_BYTES || ring.frames.front().is_some_and(|(at, _)| *at < now - RING_MS) {
                match ring.frames.pop_front() {
                    Some((_, frame)) => ring.bytes -= frame.text.len(),
                    None => break,
                }
            }
        }
        for shard in &self.0.wakers {
            for waker in shard.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                if waker.topics.iter().any(|topic| topics.contains(topic)) {
                    waker.wake.notify_one();
                }
            }
        }
    }

    /// Whether nothing on these topics lies after `after` and up to `seq`. It cannot say so of what the ring
    /// does not hold.
    #[must_use]
    pub fn is_quiet(&self, after: Seq, seq: Seq, topics: &[Topic]) -> bool {
        let ring = self.0.ring.read().unwrap_or_else(PoisonError::into_inner);
        let Some(skip) = ring.skip_to(after) else { return false };
        seq <= ring.head
            && !ring
                .frames
                .range(skip..)
                .take_while(|(_, frame)| frame.seq <= seq)
                .any(|(_, frame)| topics.contains(&frame.topic))
    }

    /// To be woken whenever a frame of these topics arrives.
    #[must_use]
    pub fn subscribe(&self, topics: &[Topic]) -> Subscription {
        let wake = Arc::new(Notify::new());
        let id = rand::random();
        let waker = Waker { id, topics: topics.to_vec(), wake: wake.clone() };
        self.shard(id).lock().unwrap_or_else(PoisonError::into_inner).push(waker);
        Subscription { tail: self.clone(), id, wake }
    }

    fn shard(&self, id: u64) -> &Mutex<Vec<Waker>> {
        &self.0.wakers[usize::try_from(id % SHARDS as u64).unwrap_or(0)]
    }

    /// The next frames of these topics after a cursor, and the cursor after them: a frame that the
    /// topics do not include moves the cursor too. No frames and the same cursor at the head.
    ///
    /// A frame that changes the topics is the last of its answer: what follows it depends on them.
    ///
    /// # Errors
    /// When the cursor lies before the ring and the database fails.
    pub async fn after(&self, cursor: Seq, topics: &[Topic]) -> Result<(Vec<LogFrame>, Seq), AppError> {
        {
            let ring = self.0.ring.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(skip) = ring.skip_to(cursor) {
                let mut next = cursor.max(ring.head);
                let mut frames = Vec::new();
                for (_, frame) in ring.frames.range(skip..) {
                    if topics.contains(&frame.topic) {
                        frames.push(frame.clone());
                        if frames.len() == BURST || frame.change.is_some() {
                            next = frame.seq;
                            break;
                        }
                    }
                }
                return Ok((frames, next));
            }
        }
        let head = self.head();
        let mut frames = self.read_database(cursor, Some(topics)).await?;
        if let Some(at) = frames.iter().position(|frame| frame.change.is_some()) {
            frames.truncate(at + 1);
            let next = frames[at].seq;
            return Ok((frames, next));
        }
        let next = if i64::try_from(frames.len()).unwrap_or(PAGE) < PAGE {
            frames.last().map_or(head, |frame| frame.seq.max(head))
        } else {
            frames.last().map_or(cursor, |frame| frame.seq)
        };
        Ok((frames, next))
    }

    async fn read_database(&self, after: Seq, topics: Option<&[Topic]>) -> Result<Vec<LogFrame>, AppError> {
        let mut read = self.0.db.read().await?;
        let frames = store::list_after(&mut read, after, topics, PAGE).await?;
        read.end();
        Ok(frames)
    }
}

impl Subscription {
    /// Other topics from now on. What came of them before has woken nobody.
    pub fn follow(&self, topics: &[Topic]) {
        let mut shard = self.tail.shard(self.id).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = shard.iter_mut().find(|waker| waker.id == self.id) {
            waker.topics = topics.to_vec();
        }
    }

    /// Waits for the next wake-up; one that came before is not lost.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.tail.shard(self.id).lock().unwrap_or_else(PoisonError::into_inner).retain(|waker| waker.id != self.id);
    }
}
