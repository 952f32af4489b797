//! The one way in which things happen by themselves: at their moment, once, and none in another's way.

use super::helpers::{Engine, START, TestApp, at, hour, on_both_engines, until};
use crate::error::AppError;
use crate::realtime::protocol::{Event, Frame, Topic};
use crate::server::jobs::{Job, Jobs};
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs jobs beside the server's own, until the test ends.
fn run(app: &TestApp, jobs: &[&'static Job]) {
    let (app, jobs) = (app.app.clone(), Jobs::of(app.app.clock.clone(), jobs));
    tokio::spawn(async move { jobs.run(&app).await });
}

/// The program's jobs by a clock that is moved by hand.
fn run_all(app: &TestApp) {
    let app = app.app.clone();
    tokio::spawn(async move { app.jobs.run(&app).await });
}

/// A job that counts its steps, and names the same distance to the next one each time.
macro_rules! counting {
    ($job:ident, $steps:ident, $step:expr) => {
        static $steps: AtomicUsize = AtomicUsize::new(0);
        static $job: Job = Job {
            name: stringify!($job),
            due: |_, _| None,
            step: |app| {
                Box::pin(async move {
                    // Whoever sees the count may move the clock.
                    let now = app.now();
                    $steps.fetch_add(1, Ordering::SeqCst);
                    let step: fn(Timestamp) -> Result<Option<Timestamp>, AppError> = $step;
                    step(now)
                })
            },
            every_ms: DAY,
        };
    };
}

async fn counted(steps: &AtomicUsize, wanted: usize) {
    until("the steps", || async { steps.load(Ordering::SeqCst) == wanted }).await;
}

/// When everybody was told of a kind of event.
async fn told_at(app: &TestApp, head: i64, kind: &str) -> Vec<Timestamp> {
    let events = app.whole_events_after(head).await.into_iter();
    let told = events.filter(|event| event["topic"] == "org" && event["type"] == kind);
    told.map(|event| serde_json::from_value(event["timestamp"].clone()).expect("an instant")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_panics_or_never_ends_stops_no_other() {
    counting!(FAILS, FAILED, |_| Err(AppError::NotFound));
    counting!(PANICS, PANICKED, |_| panic!("on purpose"));
    counting!(WORKS, WORKED, |now| Ok(Some(now + SECOND)));
    static HANGS: Job =
        Job { name: "hangs", due: |_, _| None, step: |_| Box::pin(std::future::pending()), every_ms: DAY };
    let app = TestApp::spawn(Engine::Sqlite).await;
    run(&app, &[&FAILS, &PANICS, &HANGS, &WORKS]);
    until("three steps of each", || async {
        app.set_clock(app.app.now() + SECOND);
        [&FAILED, &PANICKED, &WORKED].iter().all(|steps| steps.load(Ordering::SeqCst) >= 3)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_has_nothing_to_do_does_nothing() {
    counting!(TICKS, TICKED, |now| Ok(Some(now + SECOND)));
    counting!(WAITS, WAITED, |_| Ok(Some(at(1))));
    counting!(RESTS, RESTED, |_| Ok(None));
    let app = TestApp::spawn(Engine::Sqlite).await;
    run(&app, &[&TICKS, &WAITS, &RESTS]);
    for steps in [&TICKED, &WAITED, &RESTED] {
        counted(steps, 1).await;
    }
    for second in 1..=50 {
        app.set_clock(START + second * SECOND);
        counted(&TICKED, usize::try_from(second).unwrap() + 1).await;
    }
    assert_eq!((WAITED.load(Ordering::SeqCst), RESTED.load(Ordering::SeqCst)), (1, 1));
    app.set_clock(at(1));
    counted(&WAITED, 2).await;
    assert_eq!(RESTED.load(Ordering::SeqCst), 1);
    app.set_clock(START + DAY);
    counted(&RESTED, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_has_every_job_look_again() {
    counting!(WAITS, WAITED, |now| Ok(Some(now + HOUR)));
    let app = TestApp::spawn(Engine::Sqlite).await;
    run(&app, &[&WAITS]);
    counted(&WAITED, 1).await;
    app.set_clock(START - DAY);
    counted(&WAITED, 2).await;
    // Counted from the old time it would come a day late.
    app.set_clock(START - DAY + HOUR);
    counted(&WAITED, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_moment_wakes_and_a_later_one_does_not() {
    counting!(WAITS, WAITED, |now| Ok(Some(now + HOUR)));
    let app = TestApp::spawn(Engine::Sqlite).await;
    let jobs = std::sync::Arc::new(Jobs::of(app.app.clock.clone(), &[&WAITS]));
    let running = (app.app.clone(), jobs.clone());
    tokio::spawn(async move { running.1.run(&running.0).await });
    counted(&WAITED, 1).await;
    jobs.wake(&WAITS, START + 2 * HOUR);
    jobs.wake(&WAITS, START + 10 * SECOND);
    jobs.wake(&WAITS, START + 20 * SECOND);
    app.set_clock(START + 10 * SECOND);
    counted(&WAITED, 2).await;
    app.set_clock(START + 10 * SECOND + HOUR);
    counted(&WAITED, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_wakes_only_once_it_is_committed() {
    static STEPS: AtomicUsize = AtomicUsize::new(0);
    static LISTENS: Job = Job {
        name: "listens",
        due: |event, now| matches!(event, Event::RoomUpdated(_)).then_some(now),
        step: |_| {
            STEPS.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(None) })
        },
        every_ms: DAY,
    };
    let app = TestApp::spawn(Engine::Sqlite).await;
    let jobs = std::sync::Arc::new(Jobs::of(app.app.clock.clone(), &[&LISTENS]));
    let db = std::sync::Arc::new(crate::server::db::Db::open(&app.database_url).await.expect("a database"));
    let opened = crate::realtime::log::Log::open(db, app.app.clock.clone(), jobs.clone()).await;
    let (log, _tail) = opened.expect("a log");
    let running = app.app.clone();
    tokio::spawn(async move { jobs.run(&running).await });
    counted(&STEPS, 1).await;
    app.emit(Topic::Org, 1, "").await;
    let told = app.whole_events_after(0).await.remove(0);
    let Frame { event, .. } = serde_json::from_value(told).expect("a frame");
    for commits in [false, true] {
        let mut tx = log.begin().await.expect("the lane");
        tx.emit(Topic::Org, None, event.clone());
        if commits {
            tx.commit().await.expect("committed");
        } else {
            drop(tx);
        }
    }
    counted(&STEPS, 2).await;
}

on_both_engines! {
    async fn what_is_announced_for_later_goes_out_at_its_start(app: TestApp) {
        run_all(&app);
        let head = app.head().await;
        let later = json!({"message": "나중", "startsAt": at(2)});
        let sooner = json!({"message": "먼저", "startsAt": at(1)});
        for body in [later, sooner] {
            assert_eq!(app.admin.post("/announcements", body).await.0, 201);
        }
        // A job that looked too early would say so in its event.
        for (now, sent) in [(at(1) - 1, vec![]), (at(1), vec![at(1)]), (at(2) - 1, vec![at(1)]), (at(2), vec![at(1), at(2)])] {
            app.set_clock(now);
            until("what is due has gone out", || async { told_at(&app, head, "system:notification").await == sent }).await;
        }
    }

    async fn a_booking_reminds_and_its_room_is_in_use_and_free_again(app: TestApp) {
        run_all(&app);
        let room = app.room("한라산").await.id;
        let booking = app.minji.book(room, 3).await;
        let head = app.head().await;
        // Moved to an hour earlier: the moments are earlier too.
        let mut patch = hour(room, 2);
        patch["version"] = json!(1);
        let path = format!("/reservations/{}", booking["id"].as_str().expect("an id"));
        assert_eq!(app.minji.patch(&path, patch).await.0, 200);
        app.set_clock(at(2) - 10 * MINUTE);
        app.wait_for("SELECT COUNT(*) FROM reminders", 1).await;
        for (now, changes) in [(at(2), vec![at(2)]), (at(3), vec![at(2), at(3)])] {
            app.set_clock(now);
            until("the status is told", || async { told_at(&app, head, "room:status_changed").await == changes }).await;
        }
    }

    async fn a_host_s_clock_that_jumps_loses_nothing_and_tells_nothing_twice(app: TestApp) {
        run_all(&app);
        let room = app.room("한라산").await.id;
        app.minji.book(room, 3).await;
        let body = json!({"message": "곧", "startsAt": at(1)});
        assert_eq!(app.admin.post("/announcements", body).await.0, 201);
        let head = app.head().await;
        let reminders = "SELECT COUNT(*) FROM reminders";
        // Forward, far back, and forward again: each moment passes twice.
        for _ in 0..2 {
            app.set_clock(at(3) - 10 * MINUTE);
            app.wait_for(reminders, 1).await;
            app.wait_for("SELECT COUNT(*) FROM announcements WHERE sent_at IS NOT NULL", 1).await;
            app.set_clock(START - DAY);
        }
        app.set_clock(at(3));
        until("the room is in use", || async { told_at(&app, head, "room:status_changed").await == [at(3)] }).await;
        assert_eq!(app.count(reminders).await, 1);
        assert_eq!(told_at(&app, head, "system:notification").await, [at(3) - 10 * MINUTE]);
        let told = "SELECT COUNT(*) FROM notifications WHERE data LIKE '%starts_soon%'";
        assert_eq!(app.count(told).await, 1);
    }

    async fn what_waits_for_a_decision_is_reminded_of_and_given_up(app: TestApp) {
        run_all(&app);
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await;
        app.minji.book(room.id, 5).await;
        app.set_clock(at(4));
        app.wait_for("SELECT COUNT(*) FROM reservations WHERE reminded_at IS NOT NULL", 1).await;
        app.set_clock(at(5) - 1);
        app.wait_for("SELECT COUNT(*) FROM reservations WHERE status = 'pending'", 1).await;
        app.set_clock(at(5));
        app.wait_for("SELECT COUNT(*) FROM reservations WHERE status = 'rejected'", 1).await;
    }
}
