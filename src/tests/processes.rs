//! Several processes over one database.

use super::helpers::{Engine, TestApp};
use crate::chat::model::{NewChatRoom, NewMessage, RoomKind};
use crate::chat::server::{self as chat, store};
use crate::error::AppError;
use crate::ids::ChatRoomId;
use crate::realtime::protocol::{Event, Topic};
use crate::server::application;
use crate::server::state::App;
use futures_util::future::join_all;
use std::sync::Arc;
use tokio::sync::Notify;

/// How many wait for a lock of somebody else's.
const WAITING: &str = "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE NOT l.granted AND d.datname = current_database()";

/// A second process on the same database.
async fn another(app: &TestApp) -> App {
    application::open(app.app.config.clone(), app.app.clock.clone()).await.expect("a second process")
}

async fn rooms(app: &TestApp) -> [ChatRoomId; 2] {
    let minji = app.caller(&app.minji, crate::accounts::model::Role::Employee);
    let mut rooms = Vec::new();
    for name in ["가", "나"] {
        let new = NewChatRoom { name: name.into(), kind: Some(RoomKind::Channel), ..NewChatRoom::default() };
        rooms.push(chat::create_room(&app.app, &minji, new).await.expect("a room").room.id);
    }
    [rooms[0], rooms[1]]
}

/// Locks one room and then the other, in one transaction. `between` lies between the two.
async fn lock_both(
    app: &App,
    [first, second]: [ChatRoomId; 2],
    between: impl Future<Output = ()>,
) -> Result<(), AppError> {
    let mut tx = app.log.begin().await?;
    store::take_next_seq(&mut tx, first).await?;
    between.await;
    store::take_next_seq(&mut tx, second).await?;
    tx.commit().await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_lock_the_same_rows_in_another_order_wait_for_each_other() {
    let app = TestApp::spawn(Engine::Postgres).await;
    let [a, b] = rooms(&app).await;
    let other = another(&app).await;
    let (locked, has_second) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let second = tokio::spawn({
        let (locked, has_second) = (locked.clone(), has_second.clone());
        async move {
            locked.notified().await;
            lock_both(&other, [b, a], async { has_second.notify_one() }).await
        }
    });
    let first = lock_both(&app.app, [a, b], async {
        locked.notify_one();
        // The other one has its first row, or stands in line for its turn.
        tokio::select! {
            () = has_second.notified() => {}
            () = app.wait_for(WAITING, 1) => {}
        }
    });
    first.await.expect("the first process's rows");
    second.await.expect("a task").expect("the second process's rows");
    assert_eq!(app.count("SELECT CAST(SUM(last_seq) AS BIGINT) FROM chat_rooms").await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_number_the_messages_of_two_rooms_without_gaps() {
    let mut app = TestApp::spawn(Engine::Postgres).await;
    app = app.restart_with(|config| config.flood.messages = 10_000).await;
    let rooms = rooms(&app).await;
    let other = another(&app).await;
    let minji = app.caller(&app.minji, crate::accounts::model::Role::Employee);
    let senders = (0..80).map(|n| {
        let (app, minji) = (if n % 2 == 0 { &app.app } else { &other }, &minji);
        // Each process goes through the rooms in its own order.
        let room = rooms[(n / 2 + n) % 2];
        let new = NewMessage { message: n.to_string(), ..NewMessage::default() };
        async move { chat::send_message(app, minji, room, new).await.map(|sent| (room, sent.seq)) }
    });
    let sent: Result<Vec<_>, AppError> = join_all(senders).await.into_iter().collect();
    let mut sent = sent.expect("every message");
    sent.sort_unstable_by_key(|(room, seq)| (room.0, *seq));
    let expected: Vec<_> = rooms.into_iter().flat_map(|room| (1..=40).map(move |seq| (room, seq))).collect();
    assert_eq!(sent, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_process_begins_after_what_another_is_about_to_write() {
    let app = TestApp::spawn(Engine::Postgres).await;
    let [room, _] = rooms(&app).await;
    let before = app.head().await;
    let mut tx = app.app.log.begin().await.expect("the write lane");
    let renamed = store::find_open_room(&mut tx, room).await.expect("a look").expect("a room");
    tx.emit(Topic::Chat(room), None, Event::ChatRoomUpdated(renamed));
    let (config, clock) = (app.app.config.clone(), app.app.clock.clone());
    let opening = tokio::spawn(application::open(config, clock));
    app.wait_for(WAITING, 1).await;
    tx.commit().await.expect("a commit");
    let other = opening.await.expect("a task").expect("a second process");
    assert_eq!((other.tail.head(), app.head().await), (before + 1, before + 1));
}
