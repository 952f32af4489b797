//! The write lane and the log: what fails or is dropped leaves no trace, what is committed is
//! numbered in the order of the commits, and what is forgotten is said to be.

use super::helpers::{Client, Engine, LogRow, TestApp, hour, new_room};
use crate::accounts::model::Role;
use crate::error::AppError;
use crate::ids::{ReservationId, RoomId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Frame, RoomEvent, Seq, Topic};
use crate::reservations::model::NewReservation;
use crate::reservations::server as reservations;
use crate::rooms::model::{RoomState, RoomStatus, RoomWithState};
use crate::rooms::server as rooms;
use crate::server::db::{Db, on};
use crate::server::state::App;
use crate::time::{MINUTE, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

mod dropped;
mod order;
mod retention;

/// A future that is dropped in the middle: at the given one of its waits.
struct CutShort<F> {
    inner: Pin<Box<F>>,
    waits: usize,
}

impl<F: Future> Future for CutShort<F> {
    /// `None` when it was dropped before it was done.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.inner.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.waits == 0 => Poll::Ready(None),
            Poll::Pending => {
                self.waits -= 1;
                Poll::Pending
            }
        }
    }
}

fn cut_short<F: Future>(waits: usize, future: F) -> CutShort<F> {
    CutShort { inner: Box::pin(future), waits }
}

fn new_booking(room: RoomId, starts_at: Timestamp) -> NewReservation {
    NewReservation {
        room_id: room,
        title: "회의".into(),
        starts_at,
        ends_at: starts_at + 5 * MINUTE,
        attendee_ids: vec![],
        attendee_count: None,
        private: false,
    }
}

/// Writes a room and tells of it, all but the commit.
async fn write_room(tx: &mut Tx, name: &str) {
    let now = tx.now();
    let room = rooms::store::insert_room(tx, &new_room(name), now).await.expect("a room");
    let state = RoomState { status: RoomStatus::Available, current_reservation: None, next_reservation: None };
    let event = RoomEvent { room: RoomWithState { room, state }, previous_status: None, activity: None };
    tx.emit(Topic::Org, None, Event::RoomCreated(event));
}

/// The numbers are those of a log without holes, and each topic's events name the one before.
#[track_caller]
fn assert_unbroken(rows: &[LogRow]) {
    let mut heads: BTreeMap<&str, Seq> = BTreeMap::new();
    for (seq, row) in (1..).zip(rows) {
        assert_eq!(row.seq, seq);
        assert_eq!(row.prev, heads.insert(&row.topic, row.seq).unwrap_or(0), "{row:?}");
        let frame: Frame = serde_json::from_str(&row.frame).expect("a frame");
        let said = (frame.seq, frame.topic.to_string(), frame.prev, frame.event.kind(), frame.user_id, frame.timestamp);
        assert_eq!(said, (row.seq, row.topic.clone(), row.prev, row.kind.as_str(), row.actor, row.at));
    }
}

/// Everything in the tables has been told, and everything told is in the tables.
async fn assert_told(app: &TestApp) {
    let rows = app.log_rows().await;
    assert_unbroken(&rows);
    assert_eq!(app.head().await, i64::try_from(rows.len()).expect("few"));
    let mut told: BTreeMap<ReservationId, Value> = BTreeMap::new();
    let (mut rooms_told, mut notifications_told) = (0, 0);
    for row in rows {
        let frame: Frame = serde_json::from_str(&row.frame).expect("a frame");
        match frame.event {
            Event::ReservationCreated(e) => {
                let first = told.insert(e.reservation.id, json!(e.reservation));
                assert_eq!(first, None, "told twice");
            }
            Event::ReservationUpdated(e) | Event::ReservationCancelled(e) => {
                let before = told.insert(e.reservation.id, json!(e.reservation)).expect("made before it is changed");
                assert_eq!(before["version"], json!(e.reservation.version - 1), "no change went untold");
            }
            Event::RoomCreated(_) => rooms_told += 1,
            // Follows from a booking that begins now.
            Event::RoomStatusChanged(_) => {}
            // Those who booked at the same time elsewhere.
            Event::ReservationConflict(_) => {}
            Event::NotificationCreated(_) => notifications_told += i64::from(frame.topic != Topic::Org),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM rooms").await, rooms_told);
    assert_eq!(app.count("SELECT COUNT(*) FROM notifications").await, notifications_told);
    let mut kept = BTreeMap::new();
    let caller = app.caller(&app.admin, Role::Admin);
    let mut read = app.app.read().await.expect("a reader");
    let ids: Vec<ReservationId> =
        on!(&mut *read, c => sqlx::query_scalar("SELECT id FROM reservations").fetch_all(c).await).expect("ids");
    read.end();
    for id in ids {
        let booking = reservations::find_reservation(&app.app, &caller, id).await.expect("a booking");
        kept.insert(id, json!(booking));
    }
    assert_eq!(kept, told);
}

/// How often the database committed a change to the log: rows of one transaction share its number.
async fn commits_on_postgres(app: &TestApp, after: Seq) -> i64 {
    let mut read = app.app.read().await.expect("a reader");
    on!(&mut *read, c => sqlx::query_scalar("SELECT COUNT(DISTINCT xmin::text) FROM log WHERE seq > $1")
        .bind(after).fetch_one(c).await)
    .expect("a count")
}

/// Ends every connection to the database but the one that asks for it, as a restart of Postgres does.
async fn end_connections(app: &TestApp) {
    let Db::Postgres(pool) = &*app.app.db else { panic!("only Postgres has connections that end") };
    let sql = "SELECT COUNT(*) FILTER (WHERE pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended: i64 = sqlx::query_scalar(sql).fetch_one(pool).await.expect("permission");
    assert!(ended > 0, "at least that of the lane");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_lost_costs_only_the_requests_that_were_using_it() {
    let app = TestApp::spawn(Engine::Postgres).await;
    let room = app.room("한라산").await.id;
    app.minji.book(room, 1).await;

    // In the middle of a request.
    let mut tx = app.app.log.begin().await.expect("the lane");
    write_room(&mut tx, "유령").await;
    end_connections(&app).await;
    let outcome = tx.commit().await;
    assert!(matches!(outcome, Err(AppError::Internal { .. })), "{outcome:?}");
    app.minji.book(room, 2).await;

    // While nobody uses it.
    end_connections(&app).await;
    app.minji.book(room, 3).await;

    assert_eq!(app.count("SELECT COUNT(*) FROM rooms").await, 1);
    assert_told(&app).await;
}

/// How a transaction of a test ends.
enum End {
    Commit,
    Drop,
    /// One of its statements is refused.
    Fail,
}

async fn write_and(app: App, name: String, end: End) {
    let mut tx = app.log.begin().await.expect("the lane");
    write_room(&mut tx, &name).await;
    match end {
        End::Commit => drop(tx.commit().await.expect("committed")),
        End::Drop => drop(tx),
        End::Fail => {
            let now = tx.now();
            let twice = rooms::store::insert_room(&mut tx, &new_room(&name), now).await;
            assert!(twice.is_err(), "two rooms share a name");
        }
    }
}

fn private(room: RoomId, hours_from_start: i64) -> Value {
    let mut body = hour(room, hours_from_start);
    body["private"] = json!(true);
    body
}

/// Transactions that SQLite has appended to its write-ahead log: the last page of each carries the
/// size of the database (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>).
fn wal_commits(app: &TestApp) -> Option<i64> {
    let path = app.app.config.database_url.strip_prefix("sqlite://")?;
    let wal = std::fs::read(format!("{path}-wal")).expect("a write-ahead log");
    let number = |at: usize| u32::from_be_bytes(wal[at..at + 4].try_into().expect("four bytes"));
    let (page_size, salt) = (number(8) as usize, number(16));
    let frames = (32..wal.len()).step_by(24 + page_size);
    let commits = frames.take_while(|at| number(at + 8) == salt).filter(|at| number(at + 4) != 0).count();
    Some(i64::try_from(commits).expect("few"))
}

impl TestApp {
    /// A fresh sign-in: access tokens end after 15 minutes.
    async fn again(&self, name: &str) -> Client {
        Client::log_in(self.address, &format!("{name}@example.com")).await
    }
}
