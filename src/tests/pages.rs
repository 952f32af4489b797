//! What pages read: days that are kept in memory, and one state for all that a page shows.

use crate::accounts::model::Role;
use crate::realtime::log;
use crate::realtime::protocol::Topic;
use crate::reservations::model::{Reply, Reservation, Response};
use crate::reservations::server as reservations;
use crate::tests::helpers::{Client, Engine, TestApp, hour, on_both_engines};
use serde_json::{Value, json};

/// Today's bookings, as somebody's timeline has them.
async fn today(app: &TestApp, client: &Client) -> Vec<Reservation> {
    let snapshot = reservations::day_schedule(&app.app, &app.caller(client, Role::Employee), None).await;
    let snapshot = snapshot.expect("a day");
    assert_eq!(snapshot.seq, app.head().await);
    snapshot.state.reservations.into_values().collect()
}

async fn titles(app: &TestApp, client: &Client) -> Vec<String> {
    today(app, client).await.into_iter().map(|booking| booking.title).collect()
}

/// Writes where no event tells of it: whoever does not see that has not read the database.
async fn write_behind_the_log(app: &TestApp) {
    app.execute("UPDATE reservations SET title = 'unseen'").await;
}

on_both_engines! {
    async fn a_day_is_read_once_until_something_happens_to_it(app: TestApp) {
        let room = app.room("한라산").await;
        app.minji.book(room.id, 1).await;
        let before = titles(&app, &app.minji).await;
        write_behind_the_log(&app).await;
        assert_eq!(titles(&app, &app.junho).await, before, "it is kept for everybody");
        app.emit(Topic::User(app.junho.user.id), 3, "").await;
        assert_eq!(titles(&app, &app.minji).await, before, "what happens elsewhere leaves it alone");
        let booked = app.junho.book(room.id, 2).await;
        assert_eq!(titles(&app, &app.minji).await, ["unseen".to_owned(), booked["title"].as_str().unwrap().to_owned()]);
        let (status, _) = app.admin.patch(&format!("/rooms/{}", room.id), json!({"name": "백두산", "version": 1})).await;
        assert_eq!(status, 200);
        assert!(today(&app, &app.minji).await.iter().all(|booking| booking.room.name == "백두산"));
    }

    async fn what_only_admins_are_told_of_a_private_booking_changes_the_day_too(app: TestApp) {
        let room = app.room("한라산").await;
        let mut body = hour(room.id, 1);
        (body["private"], body["attendeeIds"]) = (json!(true), json!([app.junho.id]));
        let (status, booked): (_, Value) = app.minji.post("/reservations", body).await;
        assert_eq!(status, 201, "{booked}");
        assert_eq!(today(&app, &app.minji).await[0].attendees[0].response, Response::Invited);
        assert!(today(&app, &app.seoyeon).await[0].is_reduced(), "the day is kept whole, and shown to each as they may see it");
        let id = today(&app, &app.junho).await[0].id;
        let caller = app.caller(&app.junho, Role::Employee);
        reservations::answer_invitation(&app.app, &caller, id, Reply::Accepted).await.expect("yes");
        assert_eq!(today(&app, &app.minji).await[0].attendees[0].response, Response::Accepted);
    }

    async fn the_tail_says_that_it_was_quiet_only_of_what_it_holds(app: TestApp) {
        let before = app.head().await;
        let after = app.emit(Topic::Admin, 2, "").await;
        let quiet = |from, to, topic| app.app.tail.is_quiet(from, to, &[topic]);
        assert!(quiet(before, after, Topic::Org));
        assert!(!quiet(before, after, Topic::Admin) && !quiet(after - 1, after, Topic::Admin));
        assert!(quiet(after, after, Topic::Admin) && quiet(before, before, Topic::Admin));
        assert!(!quiet(after, after + 1, Topic::Org), "of what another process has written it knows nothing yet");
        let app = app.restart().await;
        assert!(!app.app.tail.is_quiet(before, after, &[Topic::Org]), "nor of what was written before it began");
    }

    async fn reads_of_a_page_that_overlap_see_one_state(app: TestApp) {
        let page = app.app.for_page();
        let mut first = page.read().await.expect("a read");
        let head = log::head(&mut first).await.expect("a head");
        // It asks for its turn, which the first still has.
        let mut second = std::pin::pin!(page.read());
        tokio::select! {
            biased;
            _ = &mut second => panic!("it did not wait for its turn"),
            () = std::future::ready(()) => {}
        }
        app.room("한라산").await;
        first.end();
        let mut second = second.await.expect("a read");
        assert_eq!(log::head(&mut second).await, Ok(head));
        assert_eq!(crate::rooms::server::list_all(&mut second).await.map(|rooms| rooms.len()), Ok(0));
        second.end();
        let mut third = page.read().await.expect("a read");
        assert!(log::head(&mut third).await.expect("a head") > head, "the transaction has ended with its last read");
    }

    async fn a_read_that_is_dropped_half_way_takes_its_transaction_along(app: TestApp) {
        let page = app.app.for_page();
        for _ in 0..50 {
            let dropped = page.read().await.expect("a read");
            let waiting = {
                let page = page.clone();
                tokio::spawn(async move {
                    let mut read = page.read().await.expect("a read");
                    let head = log::head(&mut read).await.expect("a head");
                    read.end();
                    head
                })
            };
            drop(dropped);
            assert_eq!(waiting.await.expect("an outcome"), app.head().await);
        }
    }
}
