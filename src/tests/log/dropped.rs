//! What a dropped or refused request leaves behind: nothing.

use super::{End, assert_told, cut_short, new_booking, write_and, write_room};
use crate::accounts::model::Role;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::reservations::model::ReservationPatch;
use crate::reservations::server as reservations;
use crate::rooms::server as rooms;
use crate::tests::helpers::{Engine, START, SocketIo, TestApp, hour, new_room, on_both_engines};
use crate::time::MINUTE;
use futures_util::future::join_all;
use http::StatusCode;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tokio::sync::oneshot;

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
            read.end();
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

    async fn what_a_killed_process_was_writing_is_not_there_and_holds_up_nobody(app: TestApp) {
        // Sockets of Socket.IO know each other, and would keep each other and all they know.
        let _socket = SocketIo::of(&app.junho).await;
        let (server, (begun, has_begun)) = (app.app.clone(), oneshot::channel());
        app.spawn_inside(async move {
            let mut tx = server.log.begin().await.expect("the lane");
            write_room(&mut tx, "유령").await;
            begun.send(()).expect("somebody waits for it");
            std::future::pending::<()>().await;
            drop(tx);
        });
        has_begun.await.expect("a transaction");
        let app = app.restart().await;
        app.room("한라산").await;
        assert_eq!(app.count("SELECT COUNT(*) FROM rooms").await, 1);
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
}
