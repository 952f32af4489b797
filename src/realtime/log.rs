//! The log and the one way to write to it.
//!
//! ```text
//! let mut tx = log.begin().await?;      // the write lane is ours
//! store::insert_room(&mut tx, …).await?;
//! tx.emit(Topic::Org, actor, event);
//! let seq = tx.commit().await?;         // durable, and on its way to every socket
//! ```
//!
//! One connection is the write lane. A request takes the lane, opens a savepoint, works, leaves the
//! lane and waits; whoever stood in line behind it joins the same transaction, and the committer,
//! which stands in line like everybody else, numbers all their events, commits once and answers
//! them all. So one fsync serves a batch, `seq` order is commit order, and there are no holes: the
//! head row is taken last and held until the commit. Nothing but SQL is awaited inside the lane.
//!
//! Several processes on one Postgres take turns batch by batch: two batches that lock the same rows
//! (bookings of a room, messages of a room) each in the order in which their requests came would
//! wait for each other, and Postgres would end one of them only after a second.

use super::protocol::{Event, Frame, Seq, Topic};
use super::tail::{LogFrame, Tail, TopicChange};
use crate::error::AppError;
use crate::ids::UserId;
use crate::server::clock::Clock;
use crate::server::db::{Conn, Db, ReadTx, bind_list, build_on, on};
use crate::server::jobs::Jobs;
use crate::time::Timestamp;
use axum::extract::ws::Utf8Bytes;
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How many rows one INSERT carries: SQLite takes 32,766 values, a row has seven.
const ROWS_PER_INSERT: usize = 1_000;

/// The writing end of the log.
#[derive(Clone)]
pub struct Log {
    lane: Arc<Mutex<Lane>>,
    work: Arc<Notify>,
    db: Arc<Db>,
    clock: Clock,
    jobs: Arc<Jobs>,
    log_id: Arc<str>,
    /// Cancelled when the committer has ended, however that came about.
    without_committer: CancellationToken,
}

/// An event on its way into the log.
struct Pending {
    topic: Topic,
    actor: Option<UserId>,
    at: Timestamp,
    event: Event,
}

/// A request that has left the lane and waits for its batch.
struct Waiting {
    events: Vec<Pending>,
    done: oneshot::Sender<Result<Seq, AppError>>,
}

/// What became of the savepoint of the request before.
#[derive(Clone, Copy, PartialEq)]
enum Savepoint {
    None,
    /// Its request has left the lane: keep what it wrote.
    Kept,
    /// Its request failed or was dropped: undo what it wrote.
    Abandoned,
}

struct Lane {
    /// `None` until the first request, and after a failure.
    conn: Option<Conn>,
    /// Whether the batch's transaction is open.
    open: bool,
    savepoint: Savepoint,
    batch: Vec<Waiting>,
}

/// A request's turn in the write lane. Dropped without [`commit`](Tx::commit), it leaves no trace.
pub struct Tx {
    lane: OwnedMutexGuard<Lane>,
    work: Arc<Notify>,
    clock: Clock,
    events: Vec<Pending>,
    /// How the savepoint is left when this is dropped.
    leaves: Savepoint,
}

impl Log {
    /// Opens the log of the database, making its head when it is new, and starts the committer,
    /// which hands what it has committed to the tail and the jobs.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(db: Arc<Db>, clock: Clock, jobs: Arc<Jobs>) -> Result<(Self, Tail), AppError> {
        let mut conn = db.writer().await?;
        if let Conn::Postgres(_) = conn {
            // A process that was killed may be committing still: what it has written is of before.
            conn.run("SELECT pg_advisory_lock(7020); SELECT pg_advisory_unlock(7020)").await?;
        }
        let (log_id, seq) = store::find_or_insert_head(&mut conn).await?;
        drop(conn);
        let lane = Lane { conn: None, open: false, savepoint: Savepoint::None, batch: Vec::new() };
        let log = Self {
            lane: Arc::new(Mutex::new(lane)),
            work: Arc::new(Notify::new()),
            db: db.clone(),
            clock: clock.clone(),
            jobs,
            log_id: log_id.into(),
            without_committer: CancellationToken::new(),
        };
        let tail = Tail::new(db, seq, clock);
        tokio::spawn(log.clone().commit_batches(tail.clone(), log.without_committer.clone().drop_guard()));
        Ok((log, tail))
    }

    /// The identity of this log: a cursor into another one means nothing here.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.log_id
    }

    /// Waits for the write lane.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database cannot be reached.
    pub async fn begin(&self) -> Result<Tx, AppError> {
        // A task of its own: a request that is dropped right here must not leave the statement
        // that opens its savepoint half done.
        tokio::spawn(self.clone().enter()).await.map_err(|error| AppError::internal(&error))?
    }

    /// Gives the connection of the lane back as soon as nobody needs it, so that the database can close.
    pub async fn close(&self) {
        loop {
            let mut lane = self.lane.lock().await;
            if !lane.open {
                lane.conn = None;
                return;
            }
            if self.without_committer.is_cancelled() {
                // Nobody will ever commit what is open.
                lane.reset().await;
                return;
            }
            // The committer is on its way.
            drop(lane);
            tokio::task::yield_now().await;
        }
    }

    async fn enter(self) -> Result<Tx, AppError> {
        let mut lane = self.lane.clone().lock_owned().await;
        let was_idle = lane.conn.is_some() && !lane.open;
        if lane.conn.is_none() {
            lane.conn = Some(self.db.writer().await?);
        }
        let mut opened = lane.open_savepoint().await;
        if opened.is_err() && was_idle {
            // The connection may have died while nobody used it.
            lane.conn = Some(self.db.writer().await?);
            opened = lane.open_savepoint().await;
        }
        opened?;
        Ok(Tx { lane, work: self.work, clock: self.clock, events: Vec::new(), leaves: Savepoint::Abandoned })
    }

    /// Stands in line behind every burst of requests and commits what they left.
    async fn commit_batches(self, tail: Tail, _ends: DropGuard) {
        loop {
            self.work.notified().await;
            let mut lane = self.lane.clone().lock_owned().await;
            let batch = std::mem::take(&mut lane.batch);
            let outcome = match lane.commit_batch(&batch).await {
                Ok(frames) => {
                    let head = frames.last().map_or_else(|| tail.head(), |frame| frame.seq);
                    tail.accept(frames).await;
                    self.jobs.note(batch.iter().flat_map(|waiting| &waiting.events).map(|pending| &pending.event));
                    Ok(head)
                }
                Err(error) => {
                    lane.reset().await;
                    Err(error)
                }
            };
            drop(lane);
            for waiting in batch {
                // A requester that has gone away needs no answer.
                let _ = waiting.done.send(outcome.clone());
            }
        }
    }
}

impl Lane {
    /// Settles the savepoint of the request before and opens the next one, in one statement.
    async fn open_savepoint(&mut self) -> Result<(), AppError> {
        let Some(conn) = self.conn.as_mut() else { return Err(AppError::internal(&"the write lane is closed")) };
        if !self.open {
            let begun = match conn {
                Conn::Sqlite(_) => conn.run("BEGIN IMMEDIATE; SAVEPOINT request").await,
                // 7020 means nothing but this turn.
                Conn::Postgres(_) => conn.run("BEGIN; SELECT pg_advisory_xact_lock(7020); SAVEPOINT request").await,
            };
            if let Err(error) = begun {
                self.reset().await;
                return Err(error.into());
            }
            self.open = true;
            return Ok(());
        }
        conn.run(match self.savepoint {
            Savepoint::None => "SAVEPOINT request",
            Savepoint::Kept => "RELEASE SAVEPOINT request; SAVEPOINT request",
            Savepoint::Abandoned => "ROLLBACK TO SAVEPOINT request; RELEASE SAVEPOINT request; SAVEPOINT request",
        })
        .await?;
        self.savepoint = Savepoint::None;
        Ok(())
    }

    /// Numbers the events of the batch, writes them, commits, and gives their frames.
    async fn commit_batch(&mut self, batch: &[Waiting]) -> Result<Vec<LogFrame>, AppError> {
        if !self.open {
            // The batch before took everything with it.
            return if batch.is_empty() { Ok(Vec::new()) } else { Err(AppError::internal(&"the batch was lost")) };
        }
        let Some(conn) = self.conn.as_mut() else { return Err(AppError::internal(&"the write lane is closed")) };
        match self.savepoint {
            Savepoint::None => {}
            Savepoint::Kept => conn.run("RELEASE SAVEPOINT request").await?,
            Savepoint::Abandoned => conn.run("ROLLBACK TO SAVEPOINT request; RELEASE SAVEPOINT request").await?,
        }
        let events: Vec<&Pending> = batch.iter().flat_map(|waiting| &waiting.events).collect();
        let frames = if events.is_empty() { Vec::new() } else { store::append(conn, &events).await? };
        conn.run("COMMIT").await?;
        self.open = false;
        self.savepoint = Savepoint::None;
        Ok(frames)
    }

    /// After a failure: nothing of the batch remains, and a broken connection is replaced.
    async fn reset(&mut self) {
        self.open = false;
        self.savepoint = Savepoint::None;
        if let Some(mut conn) = self.conn.take()
            && conn.run("ROLLBACK").await.is_err()
        {
            conn.discard().await;
        }
    }
}

impl Tx {
    /// When the commands of this transaction take place.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Adds an event to the log, to be numbered at the commit. Order is kept.
    ///
    /// `actor` is told to everybody who may receive the topic.
    pub fn emit(&mut self, topic: Topic, actor: Option<UserId>, event: Event) {
        let at = self.now();
        self.events.push(Pending { topic, actor, at, event });
    }

    /// Leaves the lane and waits until everything is durable.
    ///
    /// The answer is a point of the log that includes this transaction's events.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails; nothing is written then.
    pub async fn commit(mut self) -> Result<Seq, AppError> {
        let (done, outcome) = oneshot::channel();
        let events = std::mem::take(&mut self.events);
        self.lane.batch.push(Waiting { events, done });
        self.leaves = Savepoint::Kept;
        drop(self);
        outcome.await.unwrap_or_else(|_| Err(AppError::internal(&"the committer has stopped")))
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.lane.conn.as_ref().expect("a transaction has the lane's connection until it ends")
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        self.lane.conn.as_mut().expect("a transaction has the lane's connection until it ends")
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        self.lane.savepoint = self.leaves;
        self.work.notify_one();
    }
}

/// The head of the log as a reading transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn head(read: &mut ReadTx) -> Result<Seq, AppError> {
    if let Some(known) = *read.head() {
        return Ok(known);
    }
    let head = store::find_head(read).await?;
    *read.head() = Some(head);
    Ok(head)
}

/// Forgets what is older than `before`; a client whose cursor lies there fetches anew.
///
/// # Errors
/// When the database fails.
pub async fn forget(log: &Log, before: Timestamp) -> Result<u64, AppError> {
    let mut tx = log.begin().await?;
    let rows = store::delete_before(&mut tx, before).await?;
    tx.commit().await?;
    Ok(rows)
}

/// All SQL of the log.
pub(super) mod store {
    use super::*;

    #[derive(sqlx::FromRow)]
    struct Row {
        seq: Seq,
        topic: String,
        kind: String,
        frame: String,
    }

    impl Row {
        fn into_frame(self) -> Option<LogFrame> {
            let change = if self.kind.starts_with("topic:") {
                TopicChange::of(&serde_json::from_str::<Frame>(&self.frame).ok()?.event)
            } else {
                None
            };
            Some(LogFrame { seq: self.seq, topic: self.topic.parse().ok()?, text: self.frame.into(), change })
        }
    }

    pub async fn find_or_insert_head(conn: &mut Conn) -> Result<(String, Seq), sqlx::Error> {
        let log_id = uuid::Uuid::new_v4().to_string();
        on!(conn, c => sqlx::query("INSERT INTO log_head (id, log_id, seq) VALUES (1, $1, 0) ON CONFLICT (id) DO NOTHING")
            .bind(&log_id).execute(c).await.map(|_| ()))?;
        on!(conn, c => sqlx::query_as("SELECT log_id, seq FROM log_head WHERE id = 1").fetch_one(c).await)
    }

    pub async fn find_head(conn: &mut Conn) -> Result<Seq, sqlx::Error> {
        on!(conn, c => sqlx::query_scalar("SELECT seq FROM log_head WHERE id = 1").fetch_one(c).await)
    }

    /// The oldest event that is still kept; the next one to come when there is none.
    pub async fn find_oldest(conn: &mut Conn) -> Result<Seq, sqlx::Error> {
        on!(conn, c => sqlx::query_scalar("SELECT COALESCE((SELECT MIN(seq) FROM log), (SELECT seq + 1 FROM log_head WHERE id = 1))")
            .fetch_one(c).await)
    }

    /// Numbers events under the head row, which stays locked until the commit, and writes them.
    pub(super) async fn append(conn: &mut Conn, events: &[&super::Pending]) -> Result<Vec<LogFrame>, sqlx::Error> {
        let count = Seq::try_from(events.len()).unwrap_or(Seq::MAX);
        let head: Seq = on!(conn, c => sqlx::query_scalar("UPDATE log_head SET seq = seq + $1 WHERE id = 1 RETURNING seq")
            .bind(count).fetch_one(c).await)?;

        let mut topics: Vec<Topic> = events.iter().map(|pending| pending.topic).collect();
        topics.sort_unstable();
        topics.dedup();
        let granted = events.iter().filter_map(|pending| match &pending.event {
            Event::TopicGranted(granted) => Some(granted.topic),
            _ => None,
        });
        let asked: Vec<Topic> = topics.iter().copied().chain(granted).collect();
        let mut heads = find_topic_heads(conn, &asked).await?;

        let frames: Vec<(LogFrame, Seq)> = (head - count + 1..)
            .zip(events)
            .map(|(seq, pending)| {
                let mut event = pending.event.clone();
                if let Event::TopicGranted(granted) = &mut event {
                    granted.seq = heads.get(&granted.topic).copied().unwrap_or(0);
                }
                let prev = heads.insert(pending.topic, seq).unwrap_or(0);
                let change = TopicChange::of(&event);
                let text = frame_text(event, pending, seq, prev);
                (LogFrame { seq, topic: pending.topic, text, change }, prev)
            })
            .collect();

        for (rows, pendings) in frames.chunks(ROWS_PER_INSERT).zip(events.chunks(ROWS_PER_INSERT)) {
            build_on!(conn, "INSERT INTO log (seq, topic, prev, kind, actor, at, frame) ", q => {
                q.push_values(rows.iter().zip(pendings), |mut row, ((frame, prev), pending)| {
                    row.push_bind(frame.seq).push_bind(frame.topic.to_string()).push_bind(*prev)
                        .push_bind(pending.event.kind()).push_bind(pending.actor).push_bind(pending.at)
                        .push_bind(frame.text.as_str().to_owned());
                });
            }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })?;
        }
        build_on!(conn, "INSERT INTO topic_head (topic, seq) ", q => {
            q.push_values(&topics, |mut row, topic| {
                row.push_bind(topic.to_string()).push_bind(heads[topic]);
            });
            q.push(" ON CONFLICT (topic) DO UPDATE SET seq = excluded.seq");
        }, query, c => { let mut query = query; query.build().execute(c).await.map(|_| ()) })?;
        Ok(frames.into_iter().map(|(frame, _)| frame).collect())
    }

    /// The frame in the bytes that every receiver gets.
    fn frame_text(event: Event, pending: &super::Pending, seq: Seq, prev: Seq) -> Utf8Bytes {
        let frame = Frame { event, timestamp: pending.at, user_id: pending.actor, seq, topic: pending.topic, prev };
        // Strings, numbers and lists of them: there is nothing in an event that JSON cannot say.
        serde_json::to_string(&frame).expect("an event is JSON").into()
    }

    /// The newest event of each topic that has one.
    pub async fn find_topic_heads(conn: &mut Conn, topics: &[Topic]) -> Result<HashMap<Topic, Seq>, sqlx::Error> {
        let rows: Vec<(String, Seq)> = build_on!(conn, "SELECT topic, seq FROM topic_head WHERE topic IN (", q => {
            bind_list(&mut q, topics.iter().map(ToString::to_string));
            q.push(")");
        }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
        Ok(rows.into_iter().filter_map(|(topic, seq)| Some((topic.parse().ok()?, seq))).collect())
    }

    /// Frames after a cursor, in order, of some topics or of all.
    pub async fn list_after(
        conn: &mut Conn,
        after: Seq,
        topics: Option<&[Topic]>,
        limit: i64,
    ) -> Result<Vec<LogFrame>, sqlx::Error> {
        let rows: Vec<Row> = build_on!(conn, "SELECT seq, topic, kind, frame FROM log WHERE seq > ", q => {
            q.push_bind(after);
            if let Some(topics) = topics {
                q.push(" AND topic IN (");
                bind_list(&mut q, topics.iter().map(ToString::to_string));
                q.push(")");
            }
            q.push(" ORDER BY seq LIMIT ").push_bind(limit);
        }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
        Ok(rows.into_iter().filter_map(Row::into_frame).collect())
    }

    /// The topics that a person was let into after a cursor; `own` is the person's.
    pub async fn list_granted_after(conn: &mut Conn, own: Topic, after: Seq) -> Result<Vec<Topic>, sqlx::Error> {
        let rows: Vec<Row> = on!(conn, c => sqlx::query_as(
            "SELECT seq, topic, kind, frame FROM log WHERE topic = $1 AND seq > $2 AND kind = 'topic:granted'")
            .bind(own.to_string()).bind(after).fetch_all(c).await)?;
        let granted = rows.into_iter().filter_map(|row| match row.into_frame()?.change? {
            TopicChange::Granted(topic) => Some(topic),
            TopicChange::Revoked(_) => None,
        });
        Ok(granted.collect())
    }

    /// Deletes from the beginning up to the first event that is young enough. A system clock may have
    /// been set back, and what is kept must not have holes.
    pub async fn delete_before(conn: &mut Conn, before: Timestamp) -> Result<u64, sqlx::Error> {
        on!(conn, c => sqlx::query(
            "DELETE FROM log WHERE seq < COALESCE(
                 (SELECT seq FROM log WHERE at >= $1 ORDER BY seq LIMIT 1),
                 (SELECT seq + 1 FROM log_head WHERE id = 1))")
            .bind(before).execute(c).await.map(|done| done.rows_affected()))
    }
}
