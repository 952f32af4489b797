//! The write lane and the log: what fails or is dropped leaves no trace, what is committed is
//! numbered in the order of the commits, and what is forgotten is said to be.

use super::helpers::{Client, Engine, LogRow, START, TestApp, hour, new_room, on_both_engines};
use crate::accounts::model::Role;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::{ReservationId, RoomId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Frame, RoomEvent, Seq, Topic};
use crate::reservations::model::{NewReservation, ReservationPatch};
use crate::reservations::server as reservations;
use crate::rooms::model::{RoomState, RoomStatus, RoomWithState};
use crate::rooms::server as rooms;
use crate::server::application::open;
use crate::server::db::{Db, on};
use crate::server::jobs::tidy_up;
use crate::server::state::App;
use crate::time::{HOUR, MINUTE, Timestamp};
use futures_util::future::join_all;
use http::StatusCode;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::task::{Context, Poll};

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
    read.end().await.expect("ended");
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

on_both_engines! {
    async fn readers_that_are_dropped_half_way_leave_their_connections_as_they_were(app: TestApp) {
        for turns in 0..200 {
            // Each is dropped a little later on its way.
            let dropped = async {
                for _ in 0..turns % 20 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                read = app.app.read() => drop(read),
                () = dropped => {}
            }
        }
        let reading = (0..50).map(|_| async {
            let mut read = app.app.read().await?;
            let head = crate::realtime::log::head(&mut read).await?;
            read.end().await?;
            Ok::<_, crate::error::AppError>(head)
        });
        for head in futures_util::future::join_all(reading).await {
            assert_eq!(head, Ok(0));
        }
    }

    async fn a_transaction_that_is_dropped_leaves_no_trace(app: TestApp) {
        let room = app.room("한라산").await;
        let mut tx = app.app.log.begin().await.expect("the lane");
        write_room(&mut tx, "유령").await;
        drop(tx);

        let booking = app.minji.book(room.id, 1).await;
        assert_eq!(app.head().await, 3, "the room, the booking, and everybody's notice of it");
        assert_eq!(app.count("SELECT COUNT(*) FROM rooms").await, 1);
        assert_eq!(booking["version"], json!(1));
        assert_told(&app).await;
    }

    async fn a_dropped_transaction_in_the_middle_of_a_batch_takes_only_itself(app: TestApp) {
        for round in 0..20 {
            let before = app.app.log.begin().await.expect("the lane");
            // They stand in line while the lane is taken, and go through it in one batch.
            let first = tokio::spawn(write_and(app.app.clone(), format!("첫째 {round}"), End::Commit));
            tokio::task::yield_now().await;
            let dropped = tokio::spawn(write_and(app.app.clone(), format!("유령 {round}"), End::Drop));
            let failed = tokio::spawn(write_and(app.app.clone(), format!("고장 {round}"), End::Fail));
            let last = tokio::spawn(write_and(app.app.clone(), format!("막내 {round}"), End::Commit));
            tokio::task::yield_now().await;
            before.commit().await.expect("an empty transaction");
            for task in [first, dropped, failed, last] {
                task.await.expect("no panic");
            }
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM rooms WHERE name LIKE '첫째%'").await, 20);
        assert_eq!(app.count("SELECT COUNT(*) FROM rooms WHERE name LIKE '막내%'").await, 20);
        assert_eq!(app.count("SELECT COUNT(*) FROM rooms").await, 40);
        assert_told(&app).await;
    }

    async fn a_refused_request_does_not_hurt_those_that_share_its_batch(app: TestApp) {
        let room = app.room("한라산").await;
        app.minji.book(room.id, 0).await;
        // Every third wants a slot that is taken, every third names an attendee who does not exist.
        let answers = join_all((1..=48).map(|n| {
            let (mut body, client) = (hour(room.id, n), [&app.minji, &app.junho, &app.seoyeon][(n % 3) as usize]);
            match n % 3 {
                0 => body = hour(room.id, 0),
                1 => body["attendeeIds"] = json!(["999999"]),
                _ => {}
            }
            client.post("/reservations", body)
        }))
        .await;
        for (n, (status, body)) in (1..).zip(&answers) {
            let expected = [StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CREATED][n % 3];
            assert_eq!(*status, expected, "{n}: {body}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 17);
        assert_told(&app).await;
    }

    async fn requests_that_are_dropped_anywhere_leave_the_tables_and_the_log_in_agreement(app: TestApp) {
        let mut random = StdRng::seed_from_u64(7);
        let room = app.room("한라산").await.id;
        let callers: Vec<Caller> =
            [&app.minji, &app.junho, &app.seoyeon].map(|client| app.caller(client, Role::Employee)).into();
        let admin = app.caller(&app.admin, Role::Admin);
        let (mut slot, mut dropped, mut finished) = (0, 0, 0);
        for round in 0..100 {
            // Two that are dropped at one of their first 40 waits, beside two that run to their end.
            let mut bookings = Vec::new();
            for caller in callers.iter().chain([&admin]) {
                slot += 1;
                let mut new = new_booking(room, START + slot * 5 * MINUTE);
                new.attendee_ids = vec![app.minji.id, app.junho.id];
                bookings.push((caller, new));
            }
            let waits: Vec<usize> = (0..4).map(|n| if n < 2 { random.random_range(0..40) } else { usize::MAX }).collect();
            let booked = join_all(bookings.into_iter().zip(&waits).map(|((caller, new), waits)| {
                cut_short(*waits, reservations::book_room(&app.app, caller, new))
            }))
            .await;
            for outcome in &booked {
                match outcome {
                    Some(outcome) => drop(outcome.as_ref().expect("the slot is free")),
                    None => dropped += 1,
                }
            }
            finished += booked.iter().flatten().count();

            // The same for those that change and cancel what has just been booked, and for new rooms.
            let of_admin = booked[3].as_ref().and_then(|outcome| outcome.as_ref().ok()).expect("ran to its end");
            let of_seoyeon = booked[2].as_ref().and_then(|outcome| outcome.as_ref().ok()).expect("ran to its end");
            let patch = ReservationPatch {
                title: Some("다른 회의".into()),
                attendee_ids: Some(vec![app.seoyeon.id]),
                version: Some(1),
                ..ReservationPatch::default()
            };
            let mut wait = || random.random_range(0..40);
            let (edited, cancelled, created) = tokio::join!(
                cut_short(wait(), reservations::edit_reservation(&app.app, &admin, of_admin.id, patch)),
                cut_short(wait(), reservations::cancel_reservation(&app.app, &callers[2], of_seoyeon.id)),
                cut_short(wait(), rooms::create_room(&app.app, &admin, new_room(&format!("방 {round}")))),
            );
            let mut note = |failed: Option<AppError>, done: bool| {
                assert_eq!(failed, None);
                *(if done { &mut finished } else { &mut dropped }) += 1;
            };
            note(edited.as_ref().and_then(|outcome| outcome.as_ref().err().cloned()), edited.is_some());
            note(cancelled.as_ref().and_then(|outcome| outcome.as_ref().err().cloned()), cancelled.is_some());
            note(created.as_ref().and_then(|outcome| outcome.as_ref().err().cloned()), created.is_some());
        }
        assert!(dropped > 100 && finished > 250, "{dropped} dropped, {finished} finished");

        let last = app.room("마지막 방").await;
        app.minji.book(last.id, 1).await;
        assert_told(&app).await;
        // What finished is there; of what was dropped, that which had already left the lane.
        assert!(app.count("SELECT COUNT(*) FROM reservations").await >= 200);
    }

    async fn commit_order_is_the_order_of_the_numbers_under_64_writers(app: TestApp) {
        const WRITERS: i64 = 64;
        const EACH: i64 = 10;
        // Each booking is told, and that everybody is told of it.
        const EVENTS: i64 = 2 * WRITERS * EACH;
        let mut socket = app.seoyeon.socket("").await;
        socket.hello().await;
        let mut halls = Vec::new();
        for n in 0..4 {
            halls.push(app.room(&format!("방 {n}")).await.id);
        }
        let first = app.head().await;

        let done = std::sync::atomic::AtomicBool::new(false);
        let writing = async {
            let ids = join_all((0..WRITERS).map(|writer| {
                let (app, halls) = (&app, &halls);
                async move {
                    let caller = app.caller(&app.minji, Role::Employee);
                    let mut mine = Vec::new();
                    for n in 0..EACH {
                        let slot = writer / 4 * EACH + n;
                        let room = halls[usize::try_from(writer % 4).expect("small")];
                        // Ahead: one that begins now would have its room's status told too.
                        let new = new_booking(room, START + (slot + 1) * 5 * MINUTE);
                        mine.push(reservations::book_room(&app.app, &caller, new).await.expect("free").id);
                    }
                    mine
                }
            }))
            .await;
            done.store(true, std::sync::atomic::Ordering::SeqCst);
            ids
        };
        let reading = async {
            let mut seen = BTreeSet::new();
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                let mut read = app.app.read().await.expect("a reader");
                let sql = "SELECT (SELECT seq FROM log_head), MAX(seq), COUNT(*) FROM log";
                let (head, newest, count): (i64, i64, i64) =
                    on!(&mut *read, c => sqlx::query_as(sql).fetch_one(c).await).expect("a row");
                // Had a later number been committed before an earlier one, there would be a hole now.
                assert_eq!((head, newest), (count, count));
                seen.insert(head);
                read.end().await.expect("ended");
            }
            seen
        };
        let (ids, seen) = tokio::join!(writing, reading);
        assert!(seen.len() > 1, "the reader looked in between");

        let rows = app.log_rows().await;
        assert_unbroken(&rows);
        let warnings = rows.iter().filter(|row| row.kind == "reservation:conflict").count();
        let warnings = Seq::try_from(warnings).expect("few");
        assert_eq!(app.head().await, first + EVENTS + warnings);
        let mut seq_of = BTreeMap::new();
        for row in &rows {
            if let Event::ReservationCreated(e) = serde_json::from_str::<Frame>(&row.frame).expect("a frame").event {
                seq_of.insert(e.reservation.id, row.seq);
            }
        }
        for mine in ids {
            let mine: Vec<Seq> = mine.iter().map(|id| seq_of[id]).collect();
            assert!(mine.is_sorted(), "what a writer did later stands later: {mine:?}");
        }
        let own = Topic::User(app.seoyeon.id).to_string();
        let hers = rows.iter().filter(|row| row.topic == "org" || row.topic == own);
        let hers: Vec<Seq> = hers.map(|row| row.seq).collect();
        let last = *hers.last().expect("bookings");
        let received: Vec<Seq> = socket.durable_until(last).await.iter().map(|f| f.seq).collect();
        assert_eq!(received, hers);
    }

    async fn many_requests_share_a_commit(app: TestApp) {
        let room = app.room("한라산").await.id;
        let before = app.head().await;
        let commits_before = wal_commits(&app);
        let booked = join_all((1..=64).map(|n| app.minji.post("/reservations", hour(room, n)))).await;
        assert!(booked.iter().all(|(status, _)| *status == StatusCode::CREATED), "{booked:?}");
        let commits = match wal_commits(&app) {
            Some(commits) => commits - commits_before.expect("SQLite as before"),
            None => commits_on_postgres(&app, before).await,
        };
        assert!((1..=32).contains(&commits), "{commits} commits for 64 requests");
    }

    async fn numbering_continues_after_a_restart(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await.id;
        app.minji.book(room, 1).await;
        let (status, _) = app.minji.post("/reservations", private(room, 2)).await;
        assert_eq!(status, StatusCode::CREATED);
        let (head, log_id) = (app.head().await, app.app.log.id().to_owned());

        app = app.restart().await;
        assert_eq!((app.head().await, app.app.log.id()), (head, log_id.as_str()));
        let (status, _) = app.minji.post("/reservations", private(room, 3)).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(app.head().await, head + 3);
        assert_unbroken(&app.log_rows().await);
    }

    async fn what_another_process_has_written_is_told_before_what_comes_after_it(app: TestApp) {
        let room = app.room("한라산").await.id;
        let mut socket = app.junho.socket("").await;
        socket.hello().await;
        let other = open(app.app.config.clone(), app.app.clock.clone()).await.expect("a second process");
        let caller = app.caller(&app.minji, Role::Employee);
        // More than one page of the log.
        for n in 0..600 {
            reservations::book_room(&other, &caller, new_booking(room, START + n * 5 * MINUTE)).await.expect("free");
        }
        app.minji.book(room, 100).await;
        let received: Vec<Seq> = socket.durable_until(602).await.iter().map(|frame| frame.seq).collect();
        assert_eq!(received, (2..=602).collect::<Vec<_>>());
        assert_unbroken(&app.log_rows().await);
    }

    async fn what_is_older_than_the_configured_hours_is_forgotten_and_a_cursor_there_means_nothing(app: TestApp) {
        let mut app = app;
        app = app.restart_with(|config| config.log_hours = 2).await;
        let room = app.room("한라산").await.id;
        app.minji.book(room, 30).await;
        app.set_clock(START + HOUR);
        let minji = app.again("minji").await;
        minji.book(room, 31).await;
        minji.book(room, 32).await;
        let all = app.log_rows().await;
        // Each booking is two events: itself, and everybody's notice of it.
        assert_eq!(all.len(), 7);

        app.set_clock(START + 2 * HOUR);
        tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.log_rows().await, all, "exactly two hours are kept");
        app.set_clock(START + 2 * HOUR + 1);
        tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.log_rows().await, all[3..]);

        let log = app.app.log.id().to_owned();
        for restarted in [false, true] {
            let minji = app.again("minji").await;
            for (after, resumed) in [(0, false), (1, false), (2, false), (3, true), (4, true), (7, true)] {
                let mut socket = minji.socket(&format!("&after={after}&log={log}")).await;
                let hello = socket.hello().await;
                assert_eq!((hello.resumed, hello.seq), (resumed, 7), "after {after}");
                if resumed {
                    for row in all.iter().filter(|row| row.seq > after) {
                        assert_eq!(socket.text().await, row.frame);
                    }
                }
            }
            if !restarted {
                app = app.restart_with(|config| config.log_hours = 2).await;
            }
        }

        // Nothing is left, and the numbers go on all the same.
        app.set_clock(START + 10 * HOUR);
        tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.log_rows().await, []);
        let minji = app.again("minji").await;
        for (after, resumed) in [(6, false), (7, true)] {
            let hello = minji.socket(&format!("&after={after}&log={log}")).await.hello().await;
            assert_eq!((hello.resumed, hello.topics[&Topic::Org]), (resumed, 7), "after {after}");
        }
        minji.book(room, 33).await;
        let rows = app.log_rows().await;
        assert_eq!(rows.iter().map(|row| (row.seq, row.prev)).collect::<Vec<_>>(), [(8, 7), (9, 8)]);
    }

    async fn forgetting_leaves_no_hole_when_the_clock_was_set_back(app: TestApp) {
        let room = app.room("한라산").await.id;
        app.minji.book(room, 300).await;
        app.set_clock(START - HOUR);
        let minji = app.again("minji").await;
        minji.book(room, 301).await;
        app.set_clock(START + HOUR);
        let minji = app.again("minji").await;
        minji.book(room, 302).await;

        // Only the second booking is old enough, but it stands between two that are not.
        app.set_clock(START + 23 * HOUR + 30 * MINUTE);
        tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.log_rows().await.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
        // Now the first two are, and the third is not.
        app.set_clock(START + 24 * HOUR + 30 * MINUTE);
        tidy_up(&app.app).await.expect("tidied");
        assert_eq!(app.log_rows().await.iter().map(|row| row.seq).collect::<Vec<_>>(), [6, 7]);
    }

    async fn a_history_longer_than_the_ring_is_served_across_its_edge(app: TestApp) {
        // The ring holds ten minutes. Between what the viewer may see lies more than a page of what
        // they may not.
        let (org, own, others) = (Topic::Org, Topic::User(app.junho.id), Topic::User(app.minji.id));
        app.emit(org, 700, "").await;
        app.emit(others, 1_300, "").await;
        app.emit(own, 3, "").await;
        app.set_clock(START + 11 * MINUTE);
        app.emit(others, 600, "").await;
        let edge = app.emit(org, 300, "").await;
        app.set_clock(START + 12 * MINUTE);
        let head = app.emit(own, 200, "").await;
        let rows = app.log_rows().await;
        assert_unbroken(&rows);
        let seen: Vec<&LogRow> =
            rows.iter().filter(|row| row.topic == org.to_string() || row.topic == own.to_string()).collect();

        let log = app.app.log.id();
        for after in [0, 1, 511, 512, 699, 700, 1_999, 2_000, 2_003, 2_004, edge - 300, edge - 1, edge, head - 1, head] {
            let mut socket = app.junho.socket(&format!("&after={after}&log={log}")).await;
            assert!(socket.hello().await.resumed, "after {after}");
            for row in seen.iter().filter(|row| row.seq > after) {
                assert_eq!(socket.text().await, row.frame, "after {after}");
            }
        }
    }
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
