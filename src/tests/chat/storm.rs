//! Cut, delayed and repeated connections, and killed servers: every client's list is the database's
//! order, nothing is lost, nothing is there twice, and nobody has read less than before.
//!
//! This is what contracts §5.5 and §7 promise together: a message that is sent again under its key is the one
//! of before, numbers within a room have no gap, a page resumes by its cursor (§7.3), and whatever comes at
//! least once on the wire is there exactly once on the screen (§7.5). It holds for the clients of every chat
//! contract at once, since they are all served from one log.

mod chat_v3;
mod network;
mod outbox;
mod page;
mod reading;
mod screen;
mod socketio;

use super::{channel, done};
use crate::chat::model::MessageSeq;
use crate::ids::UserId;
use crate::server::config::Config;
use crate::tests::helpers::{ENDLESS, Engine, PATIENCE, Proxy, TestApp, on_both_engines, until};
use chat_v3::Receiver;
use outbox::Outbox;
use page::Page;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use screen::{Screen, Shown};
use serde_json::json;
use socketio::{GATEWAY, STREAM, Talker};
use std::collections::BTreeMap;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often the server is killed.
const KILLS: usize = 3;
/// In each round every outbox lets one message out. A server lives for two: in the first all clients come back
/// to it, in the middle of the second it is killed.
const ROUNDS: usize = 2 * (KILLS + 1);
const SURFACES: [&str; 4] = ["page", "chat_v3", STREAM.surface, GATEWAY.surface];
/// How many people write, on each surface.
const WRITERS: usize = 3;
/// All messages: they are numbered up to this.
const TOTAL: MessageSeq = said_in(ROUNDS);

/// How many messages are let out in so many rounds.
const fn said_in(rounds: usize) -> MessageSeq {
    (SURFACES.len() * WRITERS * rounds) as MessageSeq
}

/// Waits until every screen shows a message of this round: each client has come to the server that runs now.
async fn all_take_part(screens: &mut [watch::Receiver<MessageSeq>], round: usize) {
    for screen in screens {
        let takes_part = screen.wait_for(|newest| *newest > said_in(round - 1));
        let newest = tokio::time::timeout(PATIENCE, takes_part).await;
        newest.unwrap_or_else(|_| panic!("round {round}: not in time")).expect("a client that goes on");
    }
}

/// What the tasks of a set give, in time; the test fails with the first that fails.
async fn all<T: 'static>(mut tasks: JoinSet<T>, what: &str) -> Vec<T> {
    let ended = async {
        let mut given = Vec::new();
        while let Some(ended) = tasks.join_next().await {
            given.push(ended.unwrap_or_else(|error| panic!("{what}: {error}")));
        }
        given
    };
    tokio::time::timeout(PATIENCE, ended).await.unwrap_or_else(|_| panic!("{what}: not in time"))
}

on_both_engines! {
    async fn every_clients_list_is_the_databases_order(app: TestApp) {
        let calm = |config: &mut Config| {
            config.patience = ENDLESS;
            config.flood.messages = 10_000;
        };
        let mut app = app.restart_with(calm).await;
        let room = channel(&app).await;
        for member in [&app.seoyeon, &app.admin] {
            done(app.minji.post(&format!("/chat/rooms/{room}/members"), json!({"user_id": member.id.0})).await);
        }
        let seed: u64 = rand::random();
        // Whatever fails, wherever: this is shown with it.
        println!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let proxy = Proxy::before(app.address, random.random()).await;

        // Who writes, and how far they mark as read what their screens show.
        let people = [
            (&app.minji, true, TOTAL), (&app.junho, true, TOTAL / 2), (&app.seoyeon, true, 0),
            (&app.admin, false, TOTAL * 3 / 5),
        ];
        assert_eq!(people.iter().filter(|(_, writes, _)| *writes).count(), WRITERS);
        let marked: BTreeMap<UserId, MessageSeq> = people.iter().map(|(client, _, up_to)| (client.id, *up_to)).collect();
        let mut pages = Vec::new();
        for (client, ..) in people {
            // Every page is there before anything is said.
            pages.push(Page::open(client, Screen::of("page", client.through(proxy.address), room)).await);
        }
        let (rounds, let_out) = watch::channel(0);
        let mut wanted: Vec<String> = Vec::new();
        let mut newest = Vec::new();
        let (mut senders, mut listeners, mut talkers, mut markers) =
            (JoinSet::new(), JoinSet::new(), JoinSet::new(), JoinSet::new());
        for (n, ((client, writes, up_to), page)) in people.into_iter().zip(pages).enumerate() {
            let mut outbox = |surface: &str| {
                let texts: Vec<String> = (0..ROUNDS).filter(|_| writes).map(|k| format!("{n}-{surface}-{k}")).collect();
                wanted.extend(texts.iter().cloned());
                Outbox::of(texts, let_out.clone())
            };
            let screen = |surface| Screen::of(surface, client.through(proxy.address), room);
            let receiver = Receiver::of(screen("chat_v3"));
            let stream = Talker::of(STREAM, screen(STREAM.surface), proxy.address, outbox(STREAM.surface));
            let gateway = Talker::of(GATEWAY, screen(GATEWAY.surface), proxy.address, outbox(GATEWAY.surface));
            senders.spawn(page::send(page.screen.client.clone(), room, outbox("page")));
            senders.spawn(chat_v3::send(receiver.screen.client.clone(), room, outbox("chat_v3")));
            for device in [&page.screen, &receiver.screen, &stream.screen, &gateway.screen] {
                newest.push(device.newest.subscribe());
                markers.spawn(reading::mark(device.client.clone(), room, device.newest.subscribe(), up_to));
            }
            listeners.spawn(page.watch());
            listeners.spawn(receiver.watch());
            talkers.spawn(stream.talk());
            talkers.spawn(gateway.talk());
        }
        for kill in 1..=KILLS {
            let round = 2 * kill;
            rounds.send_replace(round - 1);
            all_take_part(&mut newest, round - 1).await;
            let before = reading::pointers(&app, room).await;
            rounds.send_replace(round);
            // In the middle of it, not asked to stop.
            let enough = said_in(round - 1) + random.random_range(1..=said_in(1) / 2);
            until("the storm goes on", || async { app.count("SELECT COUNT(*) FROM chat_messages").await >= enough }).await;
            app = app.restart_with(calm).await;
            proxy.lead_to(app.address);
            let after = reading::pointers(&app, room).await;
            assert!(before.iter().all(|(user, read)| after[user] >= *read), "{before:?} became {after:?}; seed {seed}");
        }
        rounds.send_replace(ROUNDS - 1);
        all_take_part(&mut newest, ROUNDS - 1).await;
        // What is left comes in peace, as nothing would ever end otherwise.
        proxy.calm_down();
        rounds.send_replace(ROUNDS);
        let mut sent: Vec<Shown> = all(senders, &format!("what is sent; seed {seed}")).await.into_iter().flatten().collect();
        let mut screens = all(listeners, &format!("what is seen; seed {seed}")).await;
        for (screen, receipts) in all(talkers, &format!("what is said; seed {seed}")).await {
            sent.extend(receipts);
            screens.push(screen);
        }
        all(markers, &format!("what is read; seed {seed}")).await;

        // It was a storm, and on every surface somebody wrote and listened in it.
        let faults = proxy.faults();
        assert!(faults.cuts > 0 && faults.delays > 0 && faults.repeats > 0, "{faults:?}; seed {seed}");
        for surface in SURFACES {
            let sent_there = sent.iter().filter(|message| message.text.contains(surface)).count();
            assert_eq!(sent_there, WRITERS * ROUNDS, "{surface}");
            let heard_there: usize = screens.iter().filter(|screen| screen.surface == surface).map(|screen| screen.heard).sum();
            assert!(heard_there > 0, "{surface}: nothing came over a socket; seed {seed}");
        }

        let mut database = Screen::of("the database", app.minji.clone(), room);
        database.read_on().await.expect("the list");
        let stored = database.shown;
        let mut texts: Vec<&String> = stored.iter().map(|message| &message.text).collect();
        // Each sender's own order is kept.
        for outbox in wanted.chunks(ROUNDS) {
            let own: Vec<&String> = texts.iter().copied().filter(|text| outbox.contains(text)).collect();
            assert_eq!(own, outbox.iter().collect::<Vec<_>>(), "seed {seed}");
        }
        texts.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(texts, wanted.iter().collect::<Vec<_>>(), "nothing is lost, nothing is there twice; seed {seed}");
        for receipt in &sent {
            assert!(stored.contains(receipt), "{receipt:?} was answered and is not there; seed {seed}");
        }
        for screen in screens {
            assert_eq!(screen.shown, stored, "{}: its list is the database's; seed {seed}", screen.whose);
        }
        reading::check(&app, room, &marked).await;
    }
}
