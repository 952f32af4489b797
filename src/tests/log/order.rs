//! Commit order is the order of the numbers.

use super::{assert_unbroken, commits_on_postgres, new_booking, private, wal_commits};
use crate::accounts::model::Role;
use crate::realtime::protocol::{Event, Frame, Seq, Topic};
use crate::reservations::server as reservations;
use crate::server::application::open;
use crate::server::db::on;
use crate::tests::helpers::{Engine, START, TestApp, hour, on_both_engines};
use crate::time::MINUTE;
use futures_util::future::join_all;
use http::StatusCode;
use std::collections::{BTreeMap, BTreeSet};

on_both_engines! {
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
                read.end();
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
}
