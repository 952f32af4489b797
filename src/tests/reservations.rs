//! Bookings: every command, every refusal, and what each person gets to see.

use super::helpers::{
    Answer, Browser, Client, Engine, START, TestApp, answer, assert_fields, assert_refused, at, hour, on_both_engines,
};
use crate::error::AppError;
use crate::ids::RoomId;
use crate::reservations::model::{MAX_AHEAD_MS, PRIVATE_TITLE};
use crate::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn booking(room: RoomId, from: Timestamp, to: Timestamp) -> Value {
    json!({"roomId": room, "title": "회의", "startsAt": from, "endsAt": to})
}

/// A value with some members replaced.
fn with(value: &Value, changes: Value) -> Value {
    let mut value = value.clone();
    for (member, change) in changes.as_object().expect("an object") {
        value[member] = change.clone();
    }
    value
}

fn id(booking: &Value) -> &str {
    booking["id"].as_str().expect("an id")
}

fn path(booking: &Value) -> String {
    format!("/reservations/{}", id(booking))
}

async fn command(client: &Client, booking: &Value, name: &str) -> Answer {
    client.post(&format!("{}/{name}", path(booking)), json!({})).await
}

/// The answer of a command that is not refused.
#[track_caller]
fn done((status, body): Answer) -> Value {
    assert!(status.is_success(), "{status}: {body}");
    body
}

async fn see(client: &Client, booking: &Value) -> Value {
    done(client.get(&path(booking)).await)
}

/// The ids that a query lists, in its order.
async fn listed(client: &Client, query: &str) -> Vec<String> {
    let list = done(client.get(&format!("/reservations{query}")).await);
    list["items"].as_array().expect("items").iter().map(|item| id(item).to_owned()).collect()
}

fn person(client: &Client, name: &str) -> Value {
    json!({"id": client.id, "name": name})
}

fn attendee(client: &Client, name: &str, response: &str) -> Value {
    json!({"id": client.id, "name": name, "response": response})
}

fn clash(booking: &Value) -> Value {
    json!({
        "id": booking["id"], "title": booking["title"], "startsAt": booking["startsAt"], "endsAt": booking["endsAt"],
        "organizer": booking["organizer"],
    })
}

/// What everybody may know of a private booking.
fn reduced(booking: &Value) -> Value {
    with(booking, json!({"organizer": null, "title": PRIVATE_TITLE, "attendees": [], "attendeeCount": 0}))
}

/// Topic, type and who did it.
fn headlines(events: &[Value]) -> Vec<(&str, &str, &str)> {
    events
        .iter()
        .map(|event| {
            let member = |name: &str| event[name].as_str().unwrap_or("");
            (member("topic"), member("type"), member("userId"))
        })
        .collect()
}

async fn approval_room(app: &TestApp, name: &str) -> RoomId {
    app.room_with(json!({"name": name, "capacity": 6, "requiresApproval": true})).await.id
}

/// Books every alternative of a refusal, one after the other, to see that each can be had.
async fn assert_bookable(client: &Client, wanted: &Value, alternatives: &Value) {
    for alternative in alternatives.as_array().expect("alternatives") {
        let taken = done(client.post("/reservations", with(wanted, alternative.clone())).await);
        done(command(client, &taken, "cancel").await);
    }
}

on_both_engines! {
    async fn a_booking_answers_all_that_is_known_of_it(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        let (junho, seoyeon) = (app.junho.id, app.seoyeon.id);
        let (status, booked) = app
            .minji
            .post(
                "/reservations",
                json!({
                    "roomId": room.id, "title": " 주간 회의 ",
                    "startsAt": "2026-11-23T10:00:00+09:00", "endsAt": "2026-11-23T02:00:00Z",
                    "attendeeIds": [seoyeon, app.minji.id, junho, seoyeon], "attendeeCount": 5, "unknown": true
                }),
            )
            .await;
        assert_eq!(
            (status.as_u16(), &booked),
            (
                201,
                &json!({
                    "id": booked["id"], "room": {"id": room.id, "name": "한라산"},
                    "organizer": person(&app.minji, "minji"),
                    "title": "주간 회의", "startsAt": "2026-11-23T01:00:00.000Z", "endsAt": "2026-11-23T02:00:00.000Z",
                    "status": "approved",
                    "attendees": [
                        attendee(&app.seoyeon, "seoyeon", "invited"), attendee(&app.junho, "junho", "invited")
                    ],
                    "attendeeCount": 5, "private": false, "version": 1,
                    "createdAt": "2026-11-23T00:00:00.000Z", "updatedAt": "2026-11-23T00:00:00.000Z"
                })
            )
        );
        assert!(booked["id"].is_string());
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "reservation:created",
                "data": {"reservation": booked, "roomId": room.id, "userId": app.minji.id},
                "timestamp": START, "userId": app.minji.id, "seq": head + 1, "topic": "org", "prev": head
            })]
        );
        let head = app.head().await;
        for client in [&app.admin, &app.minji, &app.junho] {
            assert_eq!(see(client, &booked).await, booked);
            let list = done(client.get("/reservations").await);
            assert_eq!(list, json!({"items": [booked], "seq": head}));
        }
        assert_refused(&app.minji.get("/reservations/999").await, 404, "NOT_FOUND");
    }

    async fn a_taken_slot_is_refused_with_what_is_in_the_way_and_what_is_free(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "floor": "3층", "capacity": 6})).await;
        let small = app.room_with(json!({"name": "작은 방", "floor": "3층", "capacity": 2})).await;
        let other = app.room_with(json!({"name": "백두산", "floor": "3층", "capacity": 8})).await;
        let closed =
            app.room_with(json!({"name": "닫힌 방", "floor": "3층", "capacity": 6, "maintenance": true})).await;
        let second = app.junho.book(room.id, 3).await;
        let first = app.seoyeon.book(room.id, 2).await;
        let head = app.head().await;

        let wanted = with(&booking(room.id, at(2) + 30 * MINUTE, at(3) + 30 * MINUTE), json!({"attendeeCount": 3}));
        let refused = app.minji.post("/reservations", wanted.clone()).await;
        assert_refused(&refused, 409, "RESERVATION_CONFLICT");
        assert_eq!(refused.1["conflictsWith"], json!([clash(&first), clash(&second)]), "earliest first");
        assert_eq!(
            refused.1["alternatives"],
            json!([
                {"roomId": other.id, "startsAt": wanted["startsAt"], "endsAt": wanted["endsAt"]},
                {"roomId": room.id, "startsAt": at(1), "endsAt": at(2)},
                {"roomId": room.id, "startsAt": at(4), "endsAt": at(5)},
            ]),
            "where everybody fits and nothing is closed; then the same room, just before and just after"
        );
        assert_eq!(app.head().await, head, "nothing was written");
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 2);
        assert_bookable(&app.minji, &wanted, &refused.1["alternatives"]).await;

        // For two people the small room is the tightest fit.
        let wanted = with(&wanted, json!({"attendeeCount": 2}));
        let refused = app.minji.post("/reservations", wanted.clone()).await;
        assert_eq!(refused.1["alternatives"][0]["roomId"], json!(small.id));
        assert_eq!(refused.1["alternatives"].as_array().map(Vec::len), Some(3));
        assert!(!refused.1["alternatives"].to_string().contains(&format!("\"{}\"", closed.id)));
        assert_bookable(&app.minji, &wanted, &refused.1["alternatives"]).await;
    }

    async fn alternatives_keep_the_rules_of_time(app: TestApp) {
        let room = app.room("한라산").await;
        let offers = async |wanted: &Value| {
            let refused = app.minji.post("/reservations", wanted.clone()).await;
            assert_refused(&refused, 409, "RESERVATION_CONFLICT");
            assert_bookable(&app.minji, wanted, &refused.1["alternatives"]).await;
            refused.1["alternatives"].clone()
        };
        // Right now: nothing before the five minutes of grace.
        app.junho.book(room.id, 0).await;
        let now = booking(room.id, at(0), at(1));
        assert_eq!(offers(&now).await[0], json!({"roomId": room.id, "startsAt": at(1), "endsAt": at(2)}));

        // At the far edge: nothing beyond it.
        let last = START + MAX_AHEAD_MS;
        done(app.junho.post("/reservations", booking(room.id, last, last + HOUR)).await);
        let edge = booking(room.id, last, last + HOUR);
        assert_eq!(offers(&edge).await[0], json!({"roomId": room.id, "startsAt": last - HOUR, "endsAt": last}));

        // Between two others there is room for a short one only.
        app.junho.book(room.id, 10).await;
        done(app.junho.post("/reservations", booking(room.id, at(11) + 30 * MINUTE, at(15))).await);
        let wide = offers(&booking(room.id, at(10), at(11))).await;
        assert_eq!(wide[0], json!({"roomId": room.id, "startsAt": at(9), "endsAt": at(10)}));
        let narrow = offers(&booking(room.id, at(11), at(11) + 45 * MINUTE)).await;
        assert_eq!(narrow[0], json!({"roomId": room.id, "startsAt": at(9) + 15 * MINUTE, "endsAt": at(10)}));
    }

    async fn touching_bookings_do_not_clash_and_all_others_do(app: TestApp) {
        let room = app.room("한라산").await;
        let taken = app.minji.book(room.id, 4).await;
        let head = app.head().await;
        for (why, from, to) in [
            ("the same", at(4), at(5)),
            ("within", at(4) + 15 * MINUTE, at(4) + 30 * MINUTE),
            ("around", at(3), at(6)),
            ("its beginning", at(3), at(4) + 1),
            ("its end", at(5) - 1, at(6)),
            ("same start", at(4), at(4) + 5 * MINUTE),
            ("same end", at(5) - 5 * MINUTE, at(5)),
            ("the longest, to far after", at(5) - 1, at(5) - 1 + DAY),
        ] {
            let refused = app.junho.post("/reservations", booking(room.id, from, to)).await;
            assert_eq!((refused.0.as_u16(), &refused.1["conflictsWith"]), (409, &json!([clash(&taken)])), "{why}");
        }
        assert_eq!(app.head().await, head);
        app.junho.book(room.id, 3).await;
        app.junho.book(room.id, 5).await;
        let elsewhere = app.room("백두산").await;
        app.junho.book(elsewhere.id, 4).await;
    }

    async fn long_bookings_are_found_from_both_ends(app: TestApp) {
        let room = app.room("한라산").await;
        let long = done(app.minji.post("/reservations", booking(room.id, at(24), at(48))).await);
        for (from, to) in [(at(24), at(25)), (at(47), at(48)), (at(48) - 1, at(72) - 1), (at(1), at(24) + 1)] {
            let refused = app.junho.post("/reservations", booking(room.id, from, to)).await;
            assert_eq!((refused.0.as_u16(), &refused.1["conflictsWith"]), (409, &json!([clash(&long)])), "{from}");
        }
        done(app.junho.post("/reservations", booking(room.id, at(48), at(72))).await);
        done(app.junho.post("/reservations", booking(room.id, at(0), at(24))).await);
        let query = |from, to| format!("?from={from}&to={to}");
        assert_eq!(listed(&app.minji, &query(at(48) - 1, at(48))).await, [id(&long)]);
        assert_eq!(listed(&app.minji, &query(at(24), at(24) + 1)).await, [id(&long)]);
    }

    async fn of_simultaneous_bookings_of_a_slot_one_is_made(app: TestApp) {
        let room = app.room("한라산").await;
        let clients = [&app.minji, &app.junho, &app.seoyeon, &app.admin];
        let racing = clients.iter().cycle().take(12).map(|client| client.post("/reservations", hour(room.id, 1)));
        let answers = join_all(racing).await;
        let made: Vec<_> = answers.iter().filter(|(status, _)| status.as_u16() == 201).collect();
        assert_eq!(made.len(), 1);
        for refused in answers.iter().filter(|(status, _)| status.as_u16() != 201) {
            assert_refused(refused, 409, "RESERVATION_CONFLICT");
            assert_eq!(refused.1["conflictsWith"], json!([clash(&made[0].1)]));
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM reservations").await, 1);
    }

    async fn a_pending_booking_holds_its_slot_until_it_is_given_up(app: TestApp) {
        let room = approval_room(&app, "한라산").await;
        for (who, name) in [(&app.admin, "reject"), (&app.minji, "cancel"), (&app.admin, "cancel")] {
            let pending = app.minji.book(room, 1).await;
            assert_eq!(pending["status"], "pending");
            let refused = app.junho.post("/reservations", hour(room, 1)).await;
            assert_eq!((refused.0.as_u16(), &refused.1["conflictsWith"]), (409, &json!([clash(&pending)])));
            let head = app.head().await;
            let after = done(command(who, &pending, name).await);
            let (status, kind) = match name {
                "reject" => ("rejected", "reservation:updated"),
                _ => ("cancelled", "reservation:cancelled"),
            };
            assert_eq!(after, with(&pending, json!({"status": status, "version": 2})));
            assert_eq!(headlines(&app.events_after(head).await), [("org", kind, who.id.to_string().as_str())]);
            assert_eq!(see(&app.junho, &pending).await, after);
            let freed = app.junho.book(room, 1).await;
            done(command(&app.junho, &freed, "cancel").await);
        }
    }

    async fn admins_decide_about_pending_bookings(app: TestApp) {
        let room = approval_room(&app, "한라산").await;
        assert_eq!(app.admin.book(room, 1).await["status"], "approved", "an admin need not ask");
        let pending = app.minji.book(room, 2).await;
        for client in [&app.minji, &app.junho] {
            assert_refused(&command(client, &pending, "approve").await, 403, "FORBIDDEN");
            assert_refused(&command(client, &pending, "reject").await, 403, "FORBIDDEN");
        }
        let head = app.head().await;
        app.set_clock(START + MINUTE);
        let approved = done(command(&app.admin, &pending, "approve").await);
        let now = START + MINUTE;
        assert_eq!(approved, with(&pending, json!({"status": "approved", "version": 2, "updatedAt": now})));
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "reservation:updated",
                "data": {"reservation": approved, "roomId": room, "userId": app.admin.id},
                // The last event was the admin's: that approval is asked for.
                "timestamp": now, "userId": app.admin.id, "seq": head + 1, "topic": "org", "prev": head - 1
            })]
        );
        for name in ["approve", "reject"] {
            assert_refused(&command(&app.admin, &approved, name).await, 409, "RESERVATION_CLOSED");
            assert_refused(&app.admin.post(&format!("/reservations/999/{name}"), json!({})).await, 404, "NOT_FOUND");
        }
        assert_eq!(app.head().await, head + 2, "the decision, and that it is told");

        let racing = app.minji.book(room, 3).await;
        let decisions = (0..8).map(|n| command(&app.admin, &racing, if n % 2 == 0 { "approve" } else { "reject" }));
        let decided = join_all(decisions).await.into_iter().filter(|(status, _)| status.is_success()).count();
        assert_eq!(decided, 1, "one decision stands");
    }

    async fn moving_an_approved_booking_asks_again_where_approval_is_needed(app: TestApp) {
        let (approval, plain) = (approval_room(&app, "한라산").await, app.room("백두산").await.id);
        let pending = app.minji.book(approval, 1).await;
        let approved = done(command(&app.admin, &pending, "approve").await);
        let edit = async |client: &Client, version: i64, change: Value| {
            let after = done(client.patch(&path(&approved), with(&change, json!({"version": version}))).await);
            assert_eq!(after["version"], json!(version + 1));
            after["status"].clone()
        };
        assert_eq!(edit(&app.minji, 2, json!({"title": "새 제목"})).await, "approved");
        assert_eq!(edit(&app.minji, 3, json!({"startsAt": at(2), "endsAt": at(3)})).await, "pending", "another time");
        assert_eq!(edit(&app.minji, 4, json!({"title": "다시"})).await, "pending");
        assert_eq!(
            edit(&app.admin, 5, json!({"startsAt": at(3), "endsAt": at(4)})).await,
            "approved",
            "an admin moved it"
        );
        assert_eq!(edit(&app.minji, 6, json!({"roomId": plain})).await, "approved", "there nobody is asked");
        assert_eq!(edit(&app.minji, 7, json!({"startsAt": at(5), "endsAt": at(6)})).await, "approved");
        assert_eq!(edit(&app.minji, 8, json!({"roomId": approval})).await, "pending", "into the room");
        assert_eq!(edit(&app.minji, 9, json!({"roomId": plain})).await, "approved", "out of it again");
    }

    async fn an_edit_changes_what_it_names_and_nothing_else(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let before = done(
            app.minji.post("/reservations", with(&hour(room.id, 2), json!({"attendeeIds": [app.junho.id]}))).await,
        );
        app.set_clock(START + 10 * MINUTE);
        let mut expected = before;
        let head = app.head().await;
        for (version, change, effect) in [
            (1, json!({}), json!({})),
            (2, json!({"title": " 새 제목 "}), json!({"title": "새 제목"})),
            (3, json!({"endsAt": at(4)}), json!({"endsAt": at(4)})),
            (4, json!({"startsAt": at(3)}), json!({"startsAt": at(3)})),
            (5, json!({"startsAt": at(5), "endsAt": at(6)}), json!({"startsAt": at(5), "endsAt": at(6)})),
            (6, json!({"roomId": other.id}), json!({"room": {"id": other.id, "name": "백두산"}})),
            (7, json!({"attendeeCount": 4}), json!({"attendeeCount": 4})),
            (8, json!({"title": null, "roomId": null, "attendeeIds": null, "private": null}), json!({})),
        ] {
            let (status, after) = app.minji.patch(&path(&expected), with(&change, json!({"version": version}))).await;
            expected =
                with(&expected, with(&effect, json!({"version": version + 1, "updatedAt": START + 10 * MINUTE})));
            assert_eq!((status.as_u16(), &after), (200, &expected), "{change}");
            assert_eq!(see(&app.junho, &after).await, expected);
        }
        let events = app.events_after(head).await;
        assert_eq!(events.len(), 8);
        assert_eq!(events[7]["type"], "reservation:updated");
        assert_eq!(events[7]["data"], json!({"reservation": expected, "roomId": other.id, "userId": app.minji.id}));
        app.junho.book(room.id, 2).await;
    }

    async fn moving_a_booking_onto_another_is_refused(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let mine = app.minji.book(room.id, 1).await;
        let (next, elsewhere) = (app.junho.book(room.id, 2).await, app.seoyeon.book(other.id, 1).await);
        let head = app.head().await;
        for (change, obstacle) in [
            (json!({"startsAt": at(2), "endsAt": at(3)}), &next),
            (json!({"endsAt": at(2) + 1}), &next),
            (json!({"roomId": other.id}), &elsewhere),
        ] {
            let refused = app.minji.patch(&path(&mine), with(&change, json!({"version": 1}))).await;
            assert_refused(&refused, 409, "RESERVATION_CONFLICT");
            assert_eq!(refused.1["conflictsWith"], json!([clash(obstacle)]), "{change}");
        }
        assert_eq!(app.head().await, head);
        assert_eq!(see(&app.minji, &mine).await, mine);

        let refused = app.minji.patch(&path(&mine), json!({"startsAt": at(2), "endsAt": at(3), "version": 1})).await;
        let alternatives = refused.1["alternatives"].as_array().expect("alternatives").clone();
        assert_eq!(alternatives.len(), 3);
        let mut version = 1;
        for alternative in alternatives {
            done(app.minji.patch(&path(&mine), with(&alternative, json!({"version": version}))).await);
            version += 1;
        }
        let back = json!({"roomId": room.id, "startsAt": at(1) + 15 * MINUTE, "endsAt": at(2), "version": version});
        done(app.minji.patch(&path(&mine), back).await);
        let over_itself = json!({"startsAt": at(1), "endsAt": at(2) - 15 * MINUTE, "version": version + 1});
        done(app.minji.patch(&path(&mine), over_itself).await);
    }

    async fn attendees_keep_their_answers_and_their_order(app: TestApp) {
        let room = app.room("한라산").await;
        let (junho, seoyeon, admin) = (app.junho.id, app.seoyeon.id, app.admin.id);
        let booked = done(
            app.minji.post("/reservations", with(&hour(room.id, 1), json!({"attendeeIds": [junho, seoyeon]}))).await,
        );
        assert_eq!(booked["attendeeCount"], 3);
        app.execute("UPDATE attendees SET response = 'accepted' WHERE position = 0").await;
        app.execute("UPDATE attendees SET response = 'declined' WHERE position = 1").await;

        let edit = async |version: i64, change: Value| {
            let after = done(app.minji.patch(&path(&booked), with(&change, json!({"version": version}))).await);
            assert_eq!(see(&app.junho, &booked).await, after);
            (after["attendees"].clone(), after["attendeeCount"].clone())
        };
        let accepted = attendee(&app.junho, "junho", "accepted");
        let declined = attendee(&app.seoyeon, "seoyeon", "declined");
        let invited = attendee(&app.admin, "admin", "invited");
        assert_eq!(edit(1, json!({"title": "새 제목"})).await, (json!([accepted, declined]), json!(3)));
        let everybody = json!({"attendeeIds": [seoyeon, admin, app.minji.id, junho]});
        assert_eq!(edit(2, everybody).await, (json!([declined, invited, accepted]), json!(4)), "in the new order");
        assert_eq!(edit(3, json!({"attendeeIds": [junho]})).await, (json!([accepted]), json!(2)));
        let again = attendee(&app.seoyeon, "seoyeon", "invited");
        assert_eq!(
            edit(4, json!({"attendeeIds": [junho, seoyeon]})).await,
            (json!([accepted, again]), json!(3)),
            "asked anew"
        );
        assert_eq!(edit(5, json!({"attendeeIds": []})).await, (json!([]), json!(1)));
        assert_eq!(app.count("SELECT COUNT(*) FROM attendees").await, 0);
    }

    async fn attendees_must_exist(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        let head = app.head().await;
        for ids in
            [json!(["999"]), json!([app.junho.id, "999"]), json!(["-1"]), json!(["0"]), json!([i64::MAX.to_string()])]
        {
            let unknown = [("attendeeIds", "UNKNOWN")];
            let new = with(&hour(room.id, 3), json!({"attendeeIds": ids}));
            assert_fields(&app.minji.post("/reservations", new).await, &unknown);
            assert_fields(&app.minji.patch(&path(&booked), json!({"attendeeIds": ids, "version": 1})).await, &unknown);
        }
        let crowd: Vec<String> = (1000..1501).map(|id: i32| id.to_string()).collect();
        let big = app.room_with(json!({"name": "강당", "capacity": 1000})).await;
        let new = with(&hour(big.id, 3), json!({"attendeeIds": crowd}));
        assert_fields(&app.minji.post("/reservations", new).await, &[("attendeeIds", "MAX_ITEMS")]);
        assert_eq!(app.head().await, head + 1, "the big room only");
    }

    async fn a_room_seats_no_more_than_its_capacity(app: TestApp) {
        let room = app.room_with(json!({"name": "한라산", "capacity": 3})).await;
        let (junho, seoyeon, admin) = (app.junho.id, app.seoyeon.id, app.admin.id);
        let full = with(&hour(room.id, 1), json!({"attendeeIds": [junho, seoyeon]}));
        for (people, count) in [
            (json!({}), 1),
            (json!({"attendeeCount": 1}), 1),
            (json!({"attendeeCount": 3}), 3),
            (json!({"attendeeIds": [junho], "attendeeCount": 1}), 2),
            (json!({"attendeeIds": [junho, seoyeon]}), 3),
            (json!({"attendeeIds": [app.minji.id, junho, junho]}), 2),
            (json!({"attendeeCount": null}), 1),
        ] {
            let booked = done(app.minji.post("/reservations", with(&hour(room.id, 5), people.clone())).await);
            assert_eq!(booked["attendeeCount"], count, "{people}");
            done(command(&app.minji, &booked, "cancel").await);
        }
        let booked = done(app.minji.post("/reservations", full).await);
        for (people, rule) in [
            (json!({"attendeeIds": [junho, seoyeon, admin]}), "OVER_CAPACITY"),
            (json!({"attendeeCount": 4}), "OVER_CAPACITY"),
            (json!({"attendeeCount": 10_000}), "OVER_CAPACITY"),
            (json!({"attendeeCount": 0}), "RANGE"),
            (json!({"attendeeCount": 10_001}), "RANGE"),
        ] {
            let fields = [("attendeeCount", rule)];
            let refused = app.minji.post("/reservations", with(&hour(room.id, 5), people.clone())).await;
            assert_fields(&refused, &fields);
            if rule == "OVER_CAPACITY" {
                assert_eq!(refused.1["fields"]["attendeeCount"]["capacity"], 3);
            }
            assert_fields(&app.minji.patch(&path(&booked), with(&people, json!({"version": 1}))).await, &fields);
        }

        // A room that has shrunk leaves alone what does not ask for more of it.
        done(app.admin.patch(&format!("/rooms/{}", room.id), json!({"capacity": 2, "version": 1})).await);
        done(
            app.minji
                .patch(&path(&booked), json!({"title": "그대로", "startsAt": at(2), "endsAt": at(3), "version": 1}))
                .await,
        );
        let more = json!({"attendeeCount": 4, "version": 2});
        assert_fields(&app.minji.patch(&path(&booked), more).await, &[("attendeeCount", "OVER_CAPACITY")]);
        let fewer = done(app.minji.patch(&path(&booked), json!({"attendeeIds": [junho], "version": 2})).await);
        assert_eq!(fewer["attendeeCount"], 2, "a head count that followed from the attendees follows again");
        let small = app.room_with(json!({"name": "백두산", "capacity": 1})).await;
        let there = json!({"roomId": small.id, "version": 3});
        assert_fields(&app.minji.patch(&path(&booked), there).await, &[("attendeeCount", "OVER_CAPACITY")]);
    }

    async fn only_the_organiser_and_admins_may_change_a_booking(app: TestApp) {
        let room = app.room("한라산").await;
        let attended = with(&hour(room.id, 0), json!({"attendeeIds": [app.seoyeon.id]}));
        let private = with(&attended, json!({"startsAt": at(1), "endsAt": at(2), "private": true}));
        let commands = [
            ("PATCH", "", json!({"title": "남의 것", "version": 1})),
            ("POST", "/cancel", json!({})),
            ("POST", "/end", json!({})),
            ("POST", "/extend", json!({"endsAt": at(6)})),
            ("POST", "/approve", json!({})),
            ("POST", "/reject", json!({})),
            ("DELETE", "", json!({})),
        ];
        for new in [attended, private] {
            let booked = done(app.minji.post("/reservations", new).await);
            let head = app.head().await;
            for (method, suffix, body) in &commands {
                // A stranger, and somebody who is invited but does not organise.
                for client in [&app.junho, &app.seoyeon] {
                    let request = client.request(method, &format!("{}{suffix}", path(&booked))).json(body);
                    let refused = answer(request).await;
                    assert_eq!(
                        (refused.0.as_u16(), &refused.1["code"]),
                        (403, &json!("FORBIDDEN")),
                        "{method} {suffix}"
                    );
                }
            }
            assert_eq!(app.head().await, head);
            assert_eq!(see(&app.minji, &booked).await, booked);
            done(command(&app.minji, &booked, "cancel").await);
        }

        // An admin may do all of it with a booking of somebody else.
        let booked = app.minji.book(room.id, 0).await;
        let edited = done(app.admin.patch(&path(&booked), json!({"title": "관리자가", "version": 1})).await);
        assert_eq!(edited["organizer"], booked["organizer"], "it stays the organiser's");
        done(app.admin.post(&format!("{}/extend", path(&booked)), json!({"endsAt": at(2)})).await);
        assert_eq!(done(command(&app.admin, &booked, "end").await)["status"], "completed");
        assert_eq!(app.admin.delete(&path(&booked)).await.0, 204);
        let booked = app.minji.book(room.id, 1).await;
        assert_eq!(done(command(&app.admin, &booked, "cancel").await)["status"], "cancelled");
    }

    async fn whoever_edits_names_the_version_they_have_seen(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        assert_fields(&app.minji.patch(&path(&booked), json!({"title": "x"})).await, &[("version", "REQUIRED")]);
        for version in [-1, 0, 2, i64::MIN, i64::MAX] {
            let refused = app.minji.patch(&path(&booked), json!({"title": "x", "version": version})).await;
            assert_refused(&refused, 409, "STALE_VERSION");
        }
        assert_eq!(see(&app.minji, &booked).await, booked);
        let here = path(&booked);
        let edits = (0..8).map(|n| {
            let client = if n % 2 == 0 { &app.minji } else { &app.admin };
            client.patch(&here, json!({"title": format!("제목 {n}"), "version": 1}))
        });
        let answers = join_all(edits).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(status, _)| status.is_success());
        assert_eq!((won.len(), lost.len()), (1, 7));
        for refused in &lost {
            assert_refused(refused, 409, "STALE_VERSION");
        }
        assert_eq!(see(&app.minji, &booked).await, won[0].1);
    }

    async fn what_is_closed_stays_closed(app: TestApp) {
        let mut app = app;
        let (room, approval) = (app.room("한라산").await, approval_room(&app, "백두산").await);
        let cancelled = app.minji.book(room.id, 0).await;
        done(command(&app.minji, &cancelled, "cancel").await);
        let completed = app.minji.book(room.id, 0).await;
        done(command(&app.minji, &completed, "end").await);
        let rejected = app.minji.book(approval, 2).await;
        done(command(&app.admin, &rejected, "reject").await);
        let (over, undecided) = (app.minji.book(room.id, 1).await, app.minji.book(approval, 1).await);
        app.later(at(2)).await;

        let head = app.head().await;
        for (why, booked) in [
            ("cancelled", &cancelled),
            ("completed", &completed),
            ("rejected", &rejected),
            ("over", &over),
            ("never decided", &undecided),
        ] {
            let before = see(&app.admin, booked).await;
            for client in [&app.minji, &app.admin] {
                let mut answers = vec![
                    client.patch(&path(booked), json!({"title": "x", "version": before["version"]})).await,
                    client.patch(&path(booked), json!({"title": "x", "version": 99})).await,
                    client.post(&format!("{}/extend", path(booked)), json!({"endsAt": at(9)})).await,
                    command(client, booked, "cancel").await,
                    command(client, booked, "end").await,
                ];
                if client.id == app.admin.id {
                    answers.push(command(client, booked, "approve").await);
                    answers.push(command(client, booked, "reject").await);
                }
                for refused in answers {
                    assert_eq!((refused.0.as_u16(), &refused.1["code"]), (409, &json!("RESERVATION_CLOSED")), "{why}");
                }
            }
            assert_eq!(see(&app.admin, booked).await, before);
        }
        assert_eq!(app.head().await, head);
        for booked in [&cancelled, &completed, &rejected, &over] {
            assert_eq!(app.admin.delete(&path(booked)).await.0, 204, "the record can be cleared");
        }
    }

    async fn a_meeting_under_way_can_end_early(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        let (booked, touching) = (app.minji.book(room.id, 1).await, app.minji.book(room.id, 2).await);
        assert_refused(&command(&app.minji, &booked, "end").await, 409, "RESERVATION_CLOSED");
        app.later(at(1) - 1).await;
        assert_refused(&command(&app.minji, &booked, "end").await, 409, "RESERVATION_CLOSED");
        app.later(at(1) + 20 * MINUTE).await;
        let head = app.head().await;
        let now = at(1) + 20 * MINUTE;
        let ended = done(command(&app.minji, &booked, "end").await);
        assert_eq!(ended, with(&booked, json!({"status": "completed", "endsAt": now, "version": 2, "updatedAt": now})));
        assert_eq!(
            headlines(&app.events_after(head).await),
            [("org", "reservation:updated", app.minji.id.to_string().as_str())]
        );
        assert_refused(&command(&app.minji, &booked, "end").await, 409, "RESERVATION_CLOSED");
        let rest = done(app.junho.post("/reservations", booking(room.id, now, at(2))).await);
        assert_eq!(rest["status"], "approved", "the rest of its time is free");
        let seen = listed(&app.seoyeon, &format!("?from={}&to={}", at(1), at(3))).await;
        assert_eq!(seen, [id(&booked), id(&rest), id(&touching)], "and plans still show it");

        // In its first moment a meeting has no length to keep.
        app.later(at(2)).await;
        let ended = done(command(&app.minji, &touching, "end").await);
        assert_eq!(ended["endsAt"], json!(at(2) + 1));
        let approval = approval_room(&app, "백두산").await;
        let pending = app.minji.book(approval, 2).await;
        assert_refused(&command(&app.admin, &pending, "end").await, 409, "RESERVATION_CLOSED");
    }

    async fn a_booking_can_be_extended_as_far_as_it_is_free(app: TestApp) {
        let mut app = app;
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let booked = app.minji.book(room.id, 1).await;
        let next = app.junho.book(room.id, 3).await;
        let extend = async |app: &TestApp, to: Timestamp| {
            app.minji.post(&format!("{}/extend", path(&booked)), json!({"endsAt": to})).await
        };
        for to in [at(0), at(1), at(2) - 1, at(2)] {
            assert_fields(&extend(&app, to).await, &[("endsAt", "ENDS_BEFORE_START")]);
        }
        app.later(at(1) + 59 * MINUTE).await;
        let refused = extend(&app, at(3) + 1).await;
        assert_refused(&refused, 409, "RESERVATION_CONFLICT");
        assert_eq!(refused.1["conflictsWith"], json!([clash(&next)]));
        assert_eq!(refused.1["alternatives"][0], json!({"roomId": other.id, "startsAt": at(1), "endsAt": at(3) + 1}));
        app.strike(at(1) + 59 * MINUTE).await;
        let head = app.head().await;
        let extended = done(extend(&app, at(3)).await);
        let now = at(1) + 59 * MINUTE;
        assert_eq!(extended, with(&booked, json!({"endsAt": at(3), "version": 2, "updatedAt": now})));
        assert_eq!(
            headlines(&app.events_after(head).await),
            [("org", "reservation:updated", app.minji.id.to_string().as_str())]
        );

        done(command(&app.junho, &next, "cancel").await);
        assert_fields(&extend(&app, at(25) + 1).await, &[("endsAt", "TOO_LONG")]);
        assert_eq!(done(extend(&app, at(25)).await)["endsAt"], json!(at(25)), "24 hours in all");
        let tomorrow = app.minji.book(other.id, 30).await;
        done(app.admin.patch(&format!("/rooms/{}", other.id), json!({"maintenance": true, "version": 1})).await);
        let longer = app.minji.post(&format!("{}/extend", path(&tomorrow)), json!({"endsAt": at(32)})).await;
        assert_fields(&longer, &[("roomId", "MAINTENANCE")]);
    }

    async fn an_admin_removes_a_booking_from_the_record(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = done(
            app.minji.post("/reservations", with(&hour(room.id, 1), json!({"attendeeIds": [app.junho.id]}))).await,
        );
        assert_refused(&app.minji.delete(&path(&booked)).await, 403, "FORBIDDEN");
        let head = app.head().await;
        let (status, body) = app.admin.delete(&path(&booked)).await;
        assert_eq!((status.as_u16(), body), (204, Value::Null));
        assert_eq!(
            app.events_after(head).await,
            [json!({
                "type": "reservation:deleted",
                "data": {"reservation": booked, "roomId": room.id, "userId": app.admin.id},
                // The last event was Junho's invitation.
                "timestamp": START, "userId": app.admin.id, "seq": head + 1, "topic": "org", "prev": head - 1
            })]
        );
        assert_refused(&app.minji.get(&path(&booked)).await, 404, "NOT_FOUND");
        assert_refused(&app.admin.delete(&path(&booked)).await, 404, "NOT_FOUND");
        assert_refused(&command(&app.minji, &booked, "cancel").await, 404, "NOT_FOUND");
        assert_eq!(listed(&app.minji, "?mine=true").await, [""; 0]);
        assert_eq!(app.count("SELECT COUNT(*) FROM attendees").await, 0);
        assert_ne!(app.junho.book(room.id, 1).await["id"], booked["id"], "ids are not used again");
    }

    async fn lists_show_what_touches_an_interval(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let first = app.minji.book(room.id, 1).await;
        let second = app.junho.book(other.id, 2).await;
        let invited = with(&hour(room.id, 30), json!({"attendeeIds": [app.minji.id]}));
        let third = done(app.seoyeon.post("/reservations", invited).await);
        let gone = app.minji.book(other.id, 1).await;
        done(command(&app.minji, &gone, "cancel").await);
        let (first, second, third, gone) = (id(&first), id(&second), id(&third), id(&gone));
        let range = |from: Timestamp, to: Timestamp| format!("?from={from}&to={to}");

        assert_eq!(listed(&app.junho, "").await, [first, second], "a day from now on");
        assert_eq!(listed(&app.junho, &range(at(0), at(1))).await, [""; 0]);
        assert_eq!(listed(&app.junho, &range(at(0), at(1) + 1)).await, [first]);
        assert_eq!(listed(&app.junho, &range(at(2) - 1, at(2))).await, [first]);
        assert_eq!(listed(&app.junho, &range(at(2), at(3))).await, [second]);
        let week = range(at(0), at(7 * 24));
        assert_eq!(listed(&app.junho, &week).await, [first, second, third], "earliest first");
        assert_eq!(listed(&app.junho, &format!("{week}&roomId={}", other.id)).await, [second]);
        assert_eq!(listed(&app.junho, &format!("{week}&roomId=999")).await, [""; 0]);
        assert_eq!(listed(&app.junho, &format!("{week}&mine=true")).await, [second]);
        assert_eq!(listed(&app.junho, &format!("{week}&mine=false&roomId={}", room.id)).await, [first, third]);
        let mine = [first, gone, third];
        assert_eq!(
            listed(&app.minji, &format!("{week}&mine=true")).await,
            mine,
            "with what was cancelled, and invitations"
        );
        assert_eq!(listed(&app.junho, &format!("?from={}", at(30))).await, [third]);
        assert_eq!(listed(&app.junho, &format!("?to={}", at(2))).await, [mine[0]]);

        let longest = range(at(0), at(0) + 62 * DAY);
        assert_eq!(listed(&app.junho, &longest).await.len(), 3);
        for (query, rule) in [
            (range(at(0), at(0) + 62 * DAY + 1), "SPAN_TOO_WIDE"),
            (range(Timestamp(0), at(1)), "SPAN_TOO_WIDE"),
            (range(at(1), at(1)), "ENDS_BEFORE_START"),
            (range(at(2), at(1)), "ENDS_BEFORE_START"),
            (format!("?to={}", at(0)), "ENDS_BEFORE_START"),
        ] {
            assert_fields(&app.junho.get(&format!("/reservations{query}")).await, &[("to", rule)]);
        }
    }

    async fn a_private_booking_shows_its_time_and_room_only(app: TestApp) {
        let room = app.room("한라산").await;
        let head = app.head().await;
        let new =
            with(&hour(room.id, 1), json!({"title": "연봉 협상", "attendeeIds": [app.junho.id], "private": true}));
        let full = done(app.minji.post("/reservations", new).await);
        assert_eq!((&full["title"], &full["attendeeCount"]), (&json!("연봉 협상"), &json!(2)));

        let (minji, junho) = (format!("user:{}", app.minji.id), format!("user:{}", app.junho.id));
        let actor = app.minji.id.to_string();
        let audience = |kind: &'static str| {
            [
                ("org", kind, ""),
                (minji.as_str(), kind, actor.as_str()),
                (junho.as_str(), kind, actor.as_str()),
                ("admin", kind, actor.as_str()),
            ]
        };
        let told = |events: &[Value], kind: &'static str, full: &Value| {
            assert_eq!(headlines(events), audience(kind));
            assert_eq!(events[0]["data"], json!({"reservation": reduced(full), "roomId": room.id, "userId": ""}));
            for event in &events[1..] {
                assert_eq!(event["data"], json!({"reservation": full, "roomId": room.id, "userId": app.minji.id}));
            }
        };
        told(&app.events_after(head).await, "reservation:created", &full);

        let overlapping = booking(room.id, at(1) + 30 * MINUTE, at(2) + 30 * MINUTE);
        for (client, seen) in [
            (&app.seoyeon, reduced(&full)),
            (&app.junho, full.clone()),
            (&app.minji, full.clone()),
            (&app.admin, full.clone()),
        ] {
            assert_eq!(see(client, &full).await, seen);
            assert_eq!(done(client.get("/reservations").await)["items"], json!([seen]));
            let refused = client.post("/reservations", overlapping.clone()).await;
            assert_refused(&refused, 409, "RESERVATION_CONFLICT");
            assert_eq!(refused.1["conflictsWith"], json!([clash(&seen)]));
        }
        assert_eq!(listed(&app.seoyeon, "?mine=true").await, [""; 0]);
        assert_eq!(listed(&app.junho, "?mine=true").await, [id(&full)]);

        let head = app.head().await;
        let cancelled = done(command(&app.minji, &full, "cancel").await);
        told(&app.events_after(head).await, "reservation:cancelled", &cancelled);
        assert_eq!(see(&app.seoyeon, &full).await, reduced(&cancelled));
        let head = app.head().await;
        assert_eq!(app.admin.delete(&path(&full)).await.0, 204);
        let events = app.events_after(head).await;
        assert_eq!(events[0]["data"], json!({"reservation": reduced(&cancelled), "roomId": room.id, "userId": ""}));
        assert_eq!(events[3]["data"], json!({"reservation": cancelled, "roomId": room.id, "userId": app.admin.id}));
    }

    async fn a_booking_becomes_private_and_public_again(app: TestApp) {
        let room = app.room("한라산").await;
        let public = done(
            app.minji.post("/reservations", with(&hour(room.id, 1), json!({"attendeeIds": [app.junho.id]}))).await,
        );
        let head = app.head().await;
        let change = json!({"private": true, "attendeeIds": [app.seoyeon.id], "version": 1});
        let private = done(app.minji.patch(&path(&public), change).await);
        assert_eq!(see(&app.junho, &public).await, reduced(&private), "no longer invited");
        assert_eq!(see(&app.seoyeon, &public).await, private);
        let events = app.events_after(head).await;
        let (minji, junho, seoyeon) = (app.minji.id.to_string(), app.junho.id, app.seoyeon.id);
        assert_eq!(
            headlines(&events),
            [
                ("org", "reservation:updated", ""),
                (format!("user:{minji}").as_str(), "reservation:updated", minji.as_str()),
                (format!("user:{seoyeon}").as_str(), "reservation:updated", minji.as_str()),
                (format!("user:{junho}").as_str(), "reservation:updated", ""),
                ("admin", "reservation:updated", minji.as_str()),
            ]
        );
        let little = json!({"reservation": reduced(&private), "roomId": room.id, "userId": ""});
        assert_eq!(
            (&events[0]["data"], &events[3]["data"]),
            (&little, &little),
            "whoever was taken off learns no more"
        );

        let head = app.head().await;
        let public = done(app.minji.patch(&path(&public), json!({"private": false, "version": 2})).await);
        assert_eq!(see(&app.junho, &public).await, public);
        let events = app.events_after(head).await;
        assert_eq!(headlines(&events), [("org", "reservation:updated", minji.as_str())]);
        assert_eq!(events[0]["data"]["reservation"], public);
    }

    async fn a_room_under_maintenance_takes_no_bookings(app: TestApp) {
        let (room, other) = (app.room("한라산").await, app.room("백두산").await);
        let (there, elsewhere) = (app.minji.book(room.id, 1).await, app.minji.book(other.id, 1).await);
        done(app.admin.patch(&format!("/rooms/{}", room.id), json!({"maintenance": true, "version": 1})).await);
        let closed = [("roomId", "MAINTENANCE")];
        for client in [&app.minji, &app.admin] {
            assert_fields(&client.post("/reservations", hour(room.id, 4)).await, &closed);
            assert_fields(&client.patch(&path(&elsewhere), json!({"roomId": room.id, "version": 1})).await, &closed);
            let later = json!({"startsAt": at(5), "endsAt": at(6), "version": 1});
            assert_fields(&client.patch(&path(&there), later).await, &closed);
        }
        let titled = done(app.minji.patch(&path(&there), json!({"title": "그대로", "version": 1})).await);
        assert_eq!(titled["version"], 2, "what does not ask for the room anew is fine");
        done(
            app.minji
                .patch(&path(&there), json!({"roomId": other.id, "startsAt": at(3), "endsAt": at(4), "version": 2}))
                .await,
        );
        done(app.admin.patch(&format!("/rooms/{}", room.id), json!({"maintenance": false, "version": 2})).await);
        app.minji.book(room.id, 4).await;
    }

    async fn times_are_judged_by_the_servers_clock(app: TestApp) {
        let mut app = app;
        let room = app.room("한라산").await;
        for now in [START, START + 7 * DAY + 3 * MINUTE + 7 * SECOND] {
            app.later(now).await;
            let attempt = async |from: Timestamp, to: Timestamp| {
                let booked = app.minji.post("/reservations", booking(room.id, from, to)).await;
                if booked.0.is_success() {
                    done(command(&app.minji, &booked.1, "cancel").await);
                }
                booked
            };
            for (from, to) in [
                (now, now + HOUR),
                (now - 5 * MINUTE, now + HOUR),
                (now - 5 * MINUTE, now + 1),
                (now, now + 5 * MINUTE),
                (now, now + DAY),
                (now + MAX_AHEAD_MS, now + MAX_AHEAD_MS + DAY),
            ] {
                assert_eq!(attempt(from, to).await.0, 201, "{from} {to}");
            }
            for (from, to, field, rule) in [
                (now - 5 * MINUTE - 1, now + HOUR, "startsAt", "IN_THE_PAST"),
                (now - DAY, now - DAY + HOUR, "startsAt", "IN_THE_PAST"),
                (now + MAX_AHEAD_MS + 1, now + MAX_AHEAD_MS + HOUR, "startsAt", "TOO_FAR_AHEAD"),
                (now, now + 5 * MINUTE - 1, "endsAt", "TOO_SHORT"),
                (now, now + DAY + 1, "endsAt", "TOO_LONG"),
                (now + HOUR, now + HOUR, "endsAt", "ENDS_BEFORE_START"),
                (now + HOUR, now, "endsAt", "ENDS_BEFORE_START"),
            ] {
                assert_fields(&attempt(from, to).await, &[(field, rule)]);
            }
        }

        // What a change leaves alone is not judged again.
        let now = app.app.now();
        let running = done(app.minji.post("/reservations", booking(room.id, now, now + HOUR)).await);
        app.later(now + 30 * MINUTE).await;
        let edit = async |version: i64, change: Value| {
            app.minji.patch(&path(&running), with(&change, json!({"version": version}))).await
        };
        done(edit(1, json!({"title": "진행 중"})).await);
        done(edit(2, json!({"startsAt": now, "endsAt": now + 2 * HOUR})).await);
        done(edit(3, json!({"endsAt": now + 31 * MINUTE})).await);
        assert_fields(&edit(4, json!({"endsAt": now + 30 * MINUTE})).await, &[("endsAt", "IN_THE_PAST")]);
        assert_fields(&edit(4, json!({"startsAt": now + 1})).await, &[("startsAt", "IN_THE_PAST")]);
        done(edit(4, json!({"startsAt": now + 25 * MINUTE, "endsAt": now + 40 * MINUTE})).await);
    }

    async fn titles_are_short_and_not_empty(app: TestApp) {
        let room = app.room("한라산").await;
        let booked = app.minji.book(room.id, 1).await;
        let longest = "😀".repeat(200);
        for (title, rule) in [
            (String::new(), "REQUIRED"),
            (" \t\u{3000}".to_owned(), "REQUIRED"),
            (format!("{longest}x"), "MAX_LENGTH"),
            ("x".repeat(60_000), "MAX_LENGTH"),
        ] {
            let new = with(&hour(room.id, 3), json!({"title": title}));
            assert_fields(&app.minji.post("/reservations", new).await, &[("title", rule)]);
            assert_fields(
                &app.minji.patch(&path(&booked), json!({"title": title, "version": 1})).await,
                &[("title", rule)],
            );
        }
        let new = with(&hour(room.id, 3), json!({"title": longest}));
        let kept = done(app.minji.post("/reservations", new).await);
        assert_eq!(see(&app.junho, &kept).await["title"], json!(longest));
        for title in
            ["'; DROP TABLE reservations; --", "<script>alert(1)</script>", "\"\\\u{202e}", "한\n글", "%s {} $1"]
        {
            let new = with(&hour(room.id, 5), json!({"title": title}));
            let kept = done(app.minji.post("/reservations", new).await);
            assert_eq!(see(&app.junho, &kept).await["title"], json!(title));
            done(command(&app.minji, &kept, "cancel").await);
        }
        let wrong = json!({"roomId": "999", "title": "", "startsAt": at(2), "endsAt": at(1), "attendeeCount": 0});
        let expected =
            [("roomId", "UNKNOWN"), ("title", "REQUIRED"), ("endsAt", "ENDS_BEFORE_START"), ("attendeeCount", "RANGE")];
        assert_fields(&app.minji.post("/reservations", wrong).await, &expected);
    }

    async fn server_functions_are_a_second_door_to_the_same_commands(app: TestApp) {
        let room = app.room("한라산").await;
        let browser = app.browser("minji", false).await;
        let call = async |browser: &Browser, name: &str, arguments: Value| {
            browser.post(&format!("/fn/{name}"), arguments).await
        };
        let head = app.head().await;
        let (status, booked) = call(&browser, "book_room", json!({"new": hour(room.id, 1)})).await;
        assert_eq!(status, 200, "{booked}");
        assert_eq!(booked, see(&app.minji, &booked).await);
        assert_eq!(
            headlines(&app.events_after(head).await),
            [("org", "reservation:created", app.minji.id.to_string().as_str())]
        );
        assert_eq!(call(&browser, "find_reservation", json!({"id": booked["id"]})).await.1, booked);

        let refusal = |refused: &Answer| {
            let error: AppError = serde_json::from_value(refused.1.clone()).expect("a refusal");
            assert_eq!(refused.0, error.status(), "the status that REST would answer");
            refused.1.clone()
        };
        let by_rest = app.minji.post("/reservations", hour(room.id, 1)).await.1;
        let by_function = refusal(&call(&browser, "book_room", json!({"new": hour(room.id, 1)})).await);
        assert_eq!(
            by_function,
            json!({
                "code": "RESERVATION_CONFLICT",
                "conflictsWith": by_rest["conflictsWith"], "alternatives": by_rest["alternatives"]
            })
        );
        assert_eq!(by_function["conflictsWith"], json!([clash(&booked)]));
        let untitled = with(&hour(room.id, 3), json!({"title": ""}));
        assert_eq!(
            refusal(&call(&browser, "book_room", json!({"new": untitled})).await),
            json!({
                "code": "VALIDATION", "fields": [{"field": "title", "rule": {"rule": "REQUIRED"}}]
            })
        );
        assert_eq!(
            refusal(&call(&browser, "create_room", json!({"new": {"name": "x", "capacity": 1}})).await),
            json!({"code": "FORBIDDEN"})
        );
        assert_eq!(
            refusal(&call(&browser, "find_reservation", json!({"id": "999"})).await),
            json!({"code": "NOT_FOUND"})
        );
        let stale = json!({"id": booked["id"], "patch": {"title": "x", "version": 9}});
        assert_eq!(refusal(&call(&browser, "edit_reservation", stale).await), json!({"code": "STALE_VERSION"}));
        assert_eq!(app.head().await, head + 2);
        assert_eq!(call(&browser, "cancel_reservation", json!({"id": booked["id"]})).await.1["status"], "cancelled");

        // Without a session each says so by itself; a page would be sent to the login.
        for (name, arguments) in [
            ("book_room", json!({"new": hour(room.id, 5)})),
            ("day_schedule", json!({"date": null})),
            ("my_reservations", json!({})),
            ("room_directory", json!({})),
            ("delete_room", json!({"id": room.id, "cancel_reservations": true})),
        ] {
            let request = reqwest::Client::new()
                .post(app.url(&format!("/fn/{name}")))
                .header("origin", app.url(""))
                .json(&arguments);
            assert_eq!(refusal(&answer(request).await), json!({"code": "UNAUTHENTICATED"}), "{name}");
        }
        assert_eq!(app.head().await, head + 3);
    }
}
