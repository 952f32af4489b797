//! One slot, many hands: exactly one gets it, whoever comes at the same moment and by whatever way.

use super::helpers::{
    Answer, Client, Engine, START, TestApp, assert_fields, assert_refused, at, hour, on_both_engines,
};
use crate::ids::{ReservationId, RoomId};
use crate::server::db::{Conn, Db, is_overlap, on};
use crate::time::{HOUR, Interval, MINUTE, Timestamp};
use futures_util::future::join_all;
use http::StatusCode;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Writers for each slot.
const WRITERS: usize = 8;

/// Pairs of bookings that hold their slots and share an instant of a room.
const OVERLAPS: &str = "SELECT COUNT(*) FROM reservations a JOIN reservations b
    ON a.room_id = b.room_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    WHERE a.status IN ('pending', 'approved') AND b.status IN ('pending', 'approved')";

impl TestApp {
    /// Eight people at their screens: four with two each.
    fn writers(&self) -> [&Client; WRITERS] {
        let Self { admin, minji, junho, seoyeon, .. } = self;
        [minji, junho, seoyeon, admin, minji, junho, seoyeon, admin]
    }

    async fn rooms(&self, count: usize) -> Vec<RoomId> {
        let mut rooms = Vec::new();
        for n in 0..count {
            rooms.push(self.room(&format!("방 {n}")).await.id);
        }
        rooms
    }
}

fn interval(booking: &Value) -> Interval {
    serde_json::from_value(booking.clone()).unwrap_or_else(|error| panic!("{error}: {booking}"))
}

fn path_of(booking: &Value) -> String {
    format!("/reservations/{}", booking["id"].as_str().unwrap_or_else(|| panic!("{booking}")))
}

/// Of writers of whom only one can win: the winner's booking, when everybody else was told what is in the way.
#[track_caller]
fn the_one_winner(answers: &[Answer]) -> Value {
    let won: Vec<&Value> =
        answers.iter().filter(|(status, _)| status.is_success()).map(|(_, booking)| booking).collect();
    let [winner] = won[..] else { panic!("{} winners: {answers:#?}", won.len()) };
    for (status, refusal) in answers.iter().filter(|(status, _)| !status.is_success()) {
        assert_eq!((*status, &refusal["code"]), (StatusCode::CONFLICT, &json!("RESERVATION_CONFLICT")), "{refusal}");
        let in_the_way: Vec<&Value> =
            refusal["conflictsWith"].as_array().expect("a list").iter().map(|c| &c["id"]).collect();
        assert_eq!(in_the_way, [&winner["id"]]);
    }
    winner.clone()
}

on_both_engines! {
    async fn of_eight_who_want_the_same_slot_exactly_one_gets_it(app: TestApp) {
        let rooms = app.rooms(4).await;
        let slots: Vec<(RoomId, i64)> = rooms.iter().flat_map(|room| (1..=10).map(|h| (*room, h))).collect();
        let answers = join_all(slots.iter().map(|(room, h)| {
            join_all(app.writers().map(|writer| writer.post("/reservations", hour(*room, *h))))
        }))
        .await;

        for ((room, h), answers) in slots.iter().zip(&answers) {
            let winner = the_one_winner(answers);
            assert_eq!((&winner["room"]["id"], interval(&winner).starts_at), (&json!(room), at(*h)));
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 40);
        assert_eq!(app.count(OVERLAPS).await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM log WHERE kind = 'reservation:created'").await, 40);
    }

    async fn of_eight_whose_slots_partly_overlap_exactly_one_gets_it(app: TestApp) {
        let rooms = app.rooms(4).await;
        // Each begins ten minutes after the one before and lasts ten minutes longer or shorter than
        // it: all of them share the instant 75 minutes after the first start.
        let slots: Vec<(RoomId, i64)> = rooms.iter().flat_map(|room| (0..10).map(|n| (*room, 1 + 4 * n))).collect();
        let answers = join_all(slots.iter().map(|(room, h)| {
            join_all((0i64..).zip(app.writers()).map(|(n, writer)| {
                let starts_at = at(*h) + n * 10 * MINUTE;
                let ends_at = starts_at + 80 * MINUTE + (n % 2) * 10 * MINUTE;
                let body = json!({"roomId": room, "title": "회의", "startsAt": starts_at, "endsAt": ends_at});
                writer.post("/reservations", body)
            }))
        }))
        .await;

        for answers in &answers {
            the_one_winner(answers);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 40);
        assert_eq!(app.count(OVERLAPS).await, 0);
    }

    async fn of_any_slots_those_that_clash_with_nothing_are_accepted_and_no_others(app: TestApp) {
        let room = app.room("한라산").await.id;
        let mut random = StdRng::seed_from_u64(20_261_123);
        let wanted: Vec<Interval> = (0..200)
            .map(|_| {
                let starts_at = START + random.random_range(0..24 * 60) * MINUTE;
                Interval::new(starts_at, starts_at + random.random_range(5..90) * MINUTE)
            })
            .collect();
        let answers = join_all(wanted.iter().zip(app.writers().iter().cycle()).map(|(slot, writer)| {
            let body = json!({"roomId": room, "title": "회의", "startsAt": slot.starts_at, "endsAt": slot.ends_at});
            writer.post("/reservations", body)
        }))
        .await;

        let accepted: Vec<Interval> =
            answers.iter().filter(|(status, _)| status.is_success()).map(|(_, booking)| interval(booking)).collect();
        for (n, one) in accepted.iter().enumerate() {
            assert!(accepted[n + 1..].iter().all(|other| !one.overlaps(*other)), "{one:?}");
        }
        for (slot, (status, refusal)) in wanted.iter().zip(&answers).filter(|(_, (status, _))| !status.is_success()) {
            assert_eq!((*status, &refusal["code"]), (StatusCode::CONFLICT, &json!("RESERVATION_CONFLICT")), "{refusal}");
            assert!(accepted.iter().any(|other| other.overlaps(*slot)), "{slot:?} was free");
        }
        assert_eq!(app.count(OVERLAPS).await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, i64::try_from(accepted.len()).expect("few"));
    }

    async fn of_eight_bookings_moved_into_one_slot_exactly_one_arrives(app: TestApp) {
        let (from, to) = (app.room("한라산").await.id, app.room("백두산").await.id);
        let writers = app.writers();
        let mut bookings = Vec::new();
        for (h, writer) in (1..).zip(writers) {
            bookings.push(writer.book(from, h).await);
        }
        let answers = join_all((0i64..).zip(writers.iter().zip(&bookings)).map(|(n, (writer, booking))| {
            // Five minutes apart, so that they overlap without being the same.
            let starts_at = at(20) + n * 5 * MINUTE;
            let body = json!({"roomId": to, "startsAt": starts_at, "endsAt": starts_at + HOUR, "version": 1});
            let path = path_of(booking);
            async move { writer.patch(&path, body).await }
        }))
        .await;

        let winner = the_one_winner(&answers);
        assert_eq!((&winner["room"]["id"], &winner["version"]), (&json!(to), &json!(2)));
        for booking in bookings.iter().filter(|booking| booking["id"] != winner["id"]) {
            let (_, stayed) = app.admin.get(&path_of(booking)).await;
            assert_eq!(&stayed, booking, "who lost stays where they were");
        }
        assert_eq!(app.count(OVERLAPS).await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM log WHERE kind = 'reservation:updated'").await, 1);
    }

    async fn of_eight_edits_of_one_version_the_first_wins_and_the_others_are_stale(app: TestApp) {
        let room = app.room("한라산").await.id;
        let booking = app.minji.book(room, 1).await;
        let path = path_of(&booking);
        for version in 1..=5 {
            let answers = join_all((0..WRITERS).map(|n| {
                let writer = if n % 2 == 0 { &app.minji } else { &app.admin };
                writer.patch(&path, json!({"title": format!("{version}판의 {n}번째 제목"), "version": version}))
            }))
            .await;
            let won: Vec<&Answer> = answers.iter().filter(|(status, _)| *status == StatusCode::OK).collect();
            let [(_, winner)] = won[..] else { panic!("{answers:#?}") };
            let codes: BTreeSet<_> =
                answers.iter().filter(|(status, _)| *status != StatusCode::OK).map(|(s, b)| (*s, b["code"].as_str())).collect();
            assert_eq!(codes, BTreeSet::from([(StatusCode::CONFLICT, Some("STALE_VERSION"))]));
            assert_eq!(winner["version"], json!(version + 1));
            assert_eq!(&app.minji.get(&path).await.1, winner);
        }
    }

    async fn one_version_of_a_room_is_changed_once(app: TestApp) {
        let room = app.room("한라산").await;
        let path = format!("/rooms/{}", room.id);
        let answers =
            join_all((1..=WRITERS).map(|n| app.admin.patch(&path, json!({"capacity": 10 + n, "version": 1})))).await;
        let statuses: Vec<u16> = answers.iter().map(|(status, _)| status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{answers:#?}");
        assert!(answers.iter().filter(|(s, _)| *s != 200).all(|(s, b)| *s == 409 && b["code"] == "STALE_VERSION"));
        assert_eq!(app.admin.get(&path).await.1["version"], json!(2));
    }

    async fn a_room_is_deleted_or_booked_but_not_both(app: TestApp) {
        for n in 0..8 {
            let room = app.room(&format!("없어질 방 {n}")).await.id;
            let path = format!("/rooms/{room}");
            let bookings = join_all((1..).zip(app.writers()).map(|(h, writer)| writer.post("/reservations", hour(room, h))));
            let (deleted, answers) = tokio::join!(app.admin.delete(&path), bookings);
            let (booked, refused): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|(status, _)| status.is_success());
            if deleted.0 == StatusCode::NO_CONTENT {
                assert_eq!(booked.len(), 0, "{answers:#?}");
                for refused in refused {
                    assert_fields(refused, &[("roomId", "UNKNOWN")]);
                }
            } else {
                assert_refused(&deleted, 409, "ROOM_HAS_RESERVATIONS");
                let in_the_way = deleted.1["reservations"].as_array().expect("a list");
                let is_booked = |one: &Value| booked.iter().any(|(_, booking)| booking["id"] == one["id"]);
                assert!(!in_the_way.is_empty() && in_the_way.iter().all(is_booked), "{deleted:?}");
                assert_eq!(refused.len(), 0, "what came after the refusal stands too: {answers:#?}");
                assert_eq!(app.minji.get(&path).await.0, StatusCode::OK);
            }
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations r JOIN rooms ON rooms.id = r.room_id
            WHERE rooms.deleted_at IS NOT NULL").await, 0);
    }

    async fn a_meeting_that_is_ended_and_extended_at_once_has_ended(app: TestApp) {
        let mut app = app;
        let mut meetings = Vec::new();
        for room in app.rooms(8).await {
            meetings.push(app.minji.book(room, 1).await);
        }
        let now = at(1) + 20 * MINUTE;
        app.later(now).await;
        for meeting in &meetings {
            let [end, extend] = ["end", "extend"].map(|command| format!("{}/{command}", path_of(meeting)));
            let (ended, extended) = tokio::join!(
                app.minji.post(&end, json!({})),
                app.admin.post(&extend, json!({"endsAt": at(3)})),
            );
            assert_eq!(ended.0, StatusCode::OK, "{ended:?}");
            if extended.0 != StatusCode::OK {
                assert_refused(&extended, 409, "RESERVATION_CLOSED");
            }
            let (_, stands) = app.minji.get(&path_of(meeting)).await;
            assert_eq!((&stands["status"], &stands["endsAt"]), (&json!("completed"), &json!(now)));
        }
    }

    async fn what_is_moved_and_approved_at_once_is_one_of_them(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "capacity": 6, "requiresApproval": true})).await.id;
        for n in 0..8 {
            let pending = app.minji.book(room, 1 + 4 * n).await;
            let path = path_of(&pending);
            let approve = format!("{path}/approve");
            let elsewhere = json!({"startsAt": at(2 + 4 * n), "endsAt": at(3 + 4 * n), "version": 1});
            let (moved, approved) =
                tokio::join!(app.minji.patch(&path, elsewhere), app.admin.post(&approve, json!({"version": 1})));
            let (won, lost) = if moved.0 == StatusCode::OK { (moved, approved) } else { (approved, moved) };
            assert_eq!(won.0, StatusCode::OK, "{won:?}");
            assert_refused(&lost, 409, "STALE_VERSION");
            assert_eq!(app.minji.get(&path).await.1, won.1);
        }
    }

    async fn the_database_itself_refuses_an_overlapping_row_that_another_connection_has_just_inserted(app: TestApp) {
        let raw = Raw::open(&app).await;
        for (n, (starts, ends)) in (0i64..).zip([(0, 60), (30, 90), (-30, 30), (10, 20), (-10, 70), (59, 61), (-1, 1)]) {
            let base = at(10 * (n + 1));
            let mut first = raw.begin().await;
            insert(&mut first, raw.room, base, base + HOUR).await.expect("the slot is free");
            // When it comes before the commit, it waits for it: a row that nobody can see yet is in the way too.
            let second = raw.insert(base + starts * MINUTE, base + ends * MINUTE);
            let commit = async {
                first.run("COMMIT").await.expect("committed");
            };
            let (refused, ()) = tokio::join!(second, commit);
            let error = refused.expect_err("the slot is taken");
            assert!(is_overlap(&error), "{error}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 7);
        assert_eq!(app.count(OVERLAPS).await, 0);
    }

    async fn a_slot_whose_first_taker_rolls_back_is_free_again(app: TestApp) {
        let raw = Raw::open(&app).await;
        let mut first = raw.begin().await;
        insert(&mut first, raw.room, at(1), at(2)).await.expect("the slot is free");
        let second = raw.insert(at(1), at(2));
        let roll_back = async {
            first.run("ROLLBACK").await.expect("rolled back");
        };
        let (inserted, ()) = tokio::join!(second, roll_back);
        inserted.expect("nobody has the slot any more");
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 1);
    }

    async fn rows_that_touch_or_hold_no_slot_do_not_stand_in_the_way(app: TestApp) {
        let raw = Raw::open(&app).await;
        for (starts_at, ends_at) in [(at(2), at(3)), (at(1), at(2)), (at(3), at(4))] {
            raw.insert(starts_at, ends_at).await.expect("half-open intervals that touch do not overlap");
        }
        raw.run("UPDATE reservations SET status = 'cancelled' WHERE starts_at = $1", at(2)).await.expect("cancelled");
        raw.insert(at(2), at(3)).await.expect("a cancelled booking holds no slot");
        let error = raw
            .run("UPDATE reservations SET status = 'approved' WHERE starts_at = $1", at(2))
            .await
            .expect_err("its slot has been given away");
        assert!(is_overlap(&error), "{error}");
        assert_eq!(app.count(OVERLAPS).await, 0);
    }

    async fn the_database_itself_refuses_to_move_a_row_onto_another(app: TestApp) {
        let raw = Raw::open(&app).await;
        for base in (1..=7).map(|n| at(10 * n)) {
            raw.insert(base, base + HOUR).await.expect("free");
            raw.insert(base + 2 * HOUR, base + 3 * HOUR).await.expect("free");
            let mut first = raw.begin().await;
            update(&mut first, base, base + 90 * MINUTE, base + 2 * HOUR).await.expect("free");
            let second = raw.update(base + 2 * HOUR, base + HOUR, base + 100 * MINUTE);
            let commit = async {
                first.run("COMMIT").await.expect("committed");
            };
            let (refused, ()) = tokio::join!(second, commit);
            let error = refused.expect_err("the slot is taken");
            assert!(is_overlap(&error), "{error}");
        }
        assert_eq!(app.count(OVERLAPS).await, 0);
    }

    async fn of_two_connections_that_write_at_the_same_instant_one_is_refused(app: TestApp) {
        let (one, other) = (Raw::open(&app).await, Raw::open(&app).await);
        for n in 0..40 {
            let base = at(3 * n);
            let (first, second) =
                tokio::join!(one.insert(base, base + HOUR), other.insert_into(one.room, base + 30 * MINUTE, base + 90 * MINUTE));
            let error = match (first, second) {
                (Ok(()), Err(error)) | (Err(error), Ok(())) => error,
                both => panic!("slot {n}: {both:?}"),
            };
            // Postgres may find each waiting for the other, and then ends one of them.
            let deadlock = error.as_database_error().is_some_and(|e| e.code().as_deref() == Some("40P01"));
            assert!(is_overlap(&error) || deadlock, "{error}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 40);
        assert_eq!(app.count(OVERLAPS).await, 0);
    }
}

/// Connections past the write lane, as another program would have them, and a room to write into.
struct Raw {
    db: Db,
    /// SQLite gives each pool one writer: a second one needs a second pool.
    second: Db,
    room: RoomId,
}

impl Raw {
    async fn open(app: &TestApp) -> Self {
        let url = &app.app.config.database_url;
        let open = async || Db::open(url).await.expect("the database");
        let rooms = app.count("SELECT COUNT(*) FROM rooms").await;
        Self { db: open().await, second: open().await, room: app.room(&format!("방 {rooms}")).await.id }
    }

    async fn conn(&self) -> Conn {
        self.db.writer().await.expect("a connection")
    }

    /// A transaction that has already taken what it needs to write.
    async fn begin(&self) -> Conn {
        let mut conn = self.second.writer().await.expect("a connection");
        let begin = match conn {
            Conn::Sqlite(_) => "BEGIN IMMEDIATE",
            Conn::Postgres(_) => "BEGIN",
        };
        conn.run(begin).await.expect("a transaction");
        conn
    }

    async fn insert(&self, starts_at: Timestamp, ends_at: Timestamp) -> Result<(), sqlx::Error> {
        self.insert_into(self.room, starts_at, ends_at).await
    }

    async fn insert_into(&self, room: RoomId, starts_at: Timestamp, ends_at: Timestamp) -> Result<(), sqlx::Error> {
        insert(&mut self.conn().await, room, starts_at, ends_at).await
    }

    async fn update(&self, of: Timestamp, starts_at: Timestamp, ends_at: Timestamp) -> Result<(), sqlx::Error> {
        update(&mut self.conn().await, of, starts_at, ends_at).await
    }

    async fn run(&self, sql: &'static str, starts_at: Timestamp) -> Result<(), sqlx::Error> {
        on!(&mut self.conn().await, c => sqlx::query(sql).bind(starts_at).execute(c).await.map(|_| ()))
    }
}

async fn insert(conn: &mut Conn, room: RoomId, starts_at: Timestamp, ends_at: Timestamp) -> Result<(), sqlx::Error> {
    let inserted: Result<ReservationId, _> = on!(conn, c => sqlx::query_scalar(
        "INSERT INTO reservations
             (room_id, organizer_id, title, starts_at, ends_at, status, head_count, private, version, created_at, updated_at)
         VALUES ($1, 1, '회의', $2, $3, 'approved', 1, FALSE, 1, 0, 0) RETURNING id")
        .bind(room).bind(starts_at).bind(ends_at).fetch_one(c).await);
    inserted.map(|_| ())
}

/// Moves the row that starts at `of`.
async fn update(conn: &mut Conn, of: Timestamp, starts_at: Timestamp, ends_at: Timestamp) -> Result<(), sqlx::Error> {
    on!(conn, c => sqlx::query("UPDATE reservations SET starts_at = $2, ends_at = $3 WHERE starts_at = $1")
        .bind(of).bind(starts_at).bind(ends_at).execute(c).await.map(|_| ()))
}
