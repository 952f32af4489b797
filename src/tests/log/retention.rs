//! What is kept, how long, and what a cursor before it gets.

use super::assert_unbroken;
use crate::realtime::protocol::Topic;
use crate::server::jobs::tidy_up;
use crate::tests::helpers::{Engine, LogRow, START, TestApp, on_both_engines};
use crate::time::{HOUR, MINUTE};

on_both_engines! {
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
