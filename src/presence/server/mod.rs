//! Commands: come and go, hide, choose a time; and what is told of it.

mod drawings;
pub mod rest;
mod roster;
mod store;

use super::model::{Drawing, MyPresence, PresentPerson, Stats, UserNotice};
use crate::accounts::model::Person;
use crate::accounts::server::Caller;
use crate::chat::server as chat;
use crate::error::AppError;
use crate::ids::{ChatRoomId, UserId};
use crate::level::Level;
use crate::realtime::protocol::{Event, Topic, View, Volatile};
use crate::realtime::volatile::{Item, Key, Seat, Watch, frame};
use crate::rooms::server::{moment, status};
use crate::server::jobs::{GATHER_MS, Job};
use crate::server::state::App;
use crate::text::{Lang, fill};
use crate::time::{MINUTE, SECOND, Timestamp};
use crate::timers::server::focus as timers;
use axum::extract::ws::Utf8Bytes;
use drawings::Drawings;
use roster::{Roster, SocketId, Transition};
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who is here goes out at most four times a second, the numbers once (design.md §2).
const PEOPLE_EVERY_MS: i64 = SECOND / 4;
const STATS_EVERY_MS: i64 = SECOND;
/// What a client may watch at once.
const MAX_VIEWS: usize = 32;

/// Tells who is here and the numbers.
pub static JOB: Job = Job { name: "presence", due, step: |app| Box::pin(step(app)), every_ms: MINUTE };

/// The numbers count rooms and bookings, who meets is in a meeting, and who runs a focus timer
/// concentrates.
fn due(event: &Event, now: Timestamp) -> Option<Timestamp> {
    status::due(event, now).or_else(|| timers::is_of_focus(event).then_some(now + GATHER_MS))
}

const STATS: Key = Key("stats", 0);
const PEOPLE: Key = Key("presence", 0);

/// The presence that a process knows of.
#[derive(Default)]
pub struct Presence {
    roster: Mutex<Roster>,
    drawings: Drawings,
    told: Mutex<Told>,
    /// One at a time decides whether a person is hidden: reading the choice and noting it are one.
    hiding: tokio::sync::Mutex<()>,
}

/// What has been told to everybody who watches, and when.
#[derive(Default)]
struct Told {
    people: Option<(u64, Timestamp)>,
    stats: Option<(Stats, Timestamp)>,
    /// The newest frame of changes, which most sockets lack alike.
    changes: Option<(u64, u64, Utf8Bytes)>,
}

impl Presence {
    /// When the next person or drawing is gone unless something happens.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Timestamp> {
        [self.roster().next_expiry(), self.drawings.next_expiry()].into_iter().flatten().min()
    }

    fn roster(&self) -> MutexGuard<'_, Roster> {
        self.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A person's socket counts for as long as this lives.
pub struct Attendance {
    app: App,
    user: UserId,
    socket: SocketId,
}

impl Drop for Attendance {
    fn drop(&mut self) {
        let (app, now) = (&self.app, self.app.now());
        app.presence.drawings.clear(&app.plane, self.user, self.socket, now);
        let transition = app.presence.roster().leave(self.user, self.socket, now);
        tell(app, transition);
    }
}

/// A socket has opened.
///
/// # Errors
/// When the database fails.
pub async fn arrive(app: &App, caller: &Caller, seat: &Seat) -> Result<Attendance, AppError> {
    let person = Person { id: caller.user.id, name: caller.user.name.clone() };
    let attendance = Attendance { app: app.clone(), user: person.id, socket: seat.id() };
    let known = app.presence.roster().knows(person.id);
    let transition = if known {
        // Whatever was chosen meanwhile has been noted already.
        app.presence.roster().join(&person, true, seat.id())
    } else {
        let _hiding = app.presence.hiding.lock().await;
        let hidden = is_hidden(app, person.id).await?;
        app.presence.roster().join(&person, hidden, seat.id())
    };
    tell(app, transition);
    Ok(attendance)
}

async fn is_hidden(app: &App, user: UserId) -> Result<bool, AppError> {
    let mut read = app.read().await?;
    let hidden = store::is_hidden(&mut read, user).await?;
    read.end();
    Ok(hidden)
}

/// Whether the caller is hidden from others.
///
/// # Errors
/// When the database fails.
pub async fn my_presence(app: &App, caller: &Caller) -> Result<MyPresence, AppError> {
    Ok(MyPresence { hidden: is_hidden(app, caller.user.id).await? })
}

/// Hides the caller from others on every screen, or shows them again.
///
/// # Errors
/// When the database fails.
pub async fn set_my_presence(app: &App, caller: &Caller, choice: MyPresence) -> Result<MyPresence, AppError> {
    let _hiding = app.presence.hiding.lock().await;
    let mut tx = app.begin(caller).await?;
    store::update_hidden(&mut tx, caller.user.id, choice.hidden).await?;
    tx.commit().await?;
    let transition = app.presence.roster().set_hidden(caller.user.id, choice.hidden);
    if choice.hidden {
        app.presence.drawings.hide(&app.plane, caller.user.id, app.now());
    }
    tell(app, transition);
    Ok(choice)
}

/// Nobody has been at a socket's tab for a while, or somebody is again.
pub fn set_away(app: &App, user: UserId, socket: SocketId, away: bool) {
    let transition = app.presence.roster().set_away(user, socket, away);
    tell(app, transition);
}

/// Those who have a chat room before them on any surface, and are not away from it.
#[must_use]
pub fn who_sees_chat(app: &App, room: ChatRoomId) -> HashSet<UserId> {
    let watching = app.plane.who_watches(Watch::Chat(room));
    let roster = app.presence.roster();
    watching.into_iter().filter(|(user, socket)| !roster.is_away(*user, *socket)).map(|(user, _)| user).collect()
}

/// Those of some people who have a socket open on any surface, hidden or not.
#[must_use]
pub fn who_is_connected(app: &App, people: impl Iterator<Item = UserId>) -> HashSet<UserId> {
    let roster = app.presence.roster();
    people.filter(|user| roster.is_connected(*user)).collect()
}

/// What is on a client's screen from now on; unknown names are passed over, and so are chat rooms
/// whose topic the client does not receive. Says whether it watches who is here.
pub fn watch(app: &App, user: UserId, seat: &Seat, names: &[String], topics: &[Topic]) -> bool {
    let mut watches = Vec::new();
    for view in names.iter().take(MAX_VIEWS).filter_map(|name| name.parse().ok()) {
        watches.push(match view {
            View::Presence => Watch::People,
            View::Timeline(date) => {
                let zone = app.zone_around(app.now());
                Watch::Day(zone.day(date))
            }
            View::Chat(id) if topics.contains(&Topic::Chat(id)) => Watch::Chat(id),
            View::Chat(_) => continue,
        });
    }
    let people = watches.contains(&Watch::People);
    app.presence.drawings.watch(seat, user, watches, app.now());
    if people {
        seat.put(PEOPLE, Item::People);
    }
    people
}

/// Shows others the time that a person is choosing, or takes it back. Hidden people show none.
///
/// # Errors
/// In words, for whoever debugs a client.
pub async fn draw(app: &App, caller: &Caller, socket: SocketId, drawing: Option<Drawing>) -> Result<(), &'static str> {
    let now = app.now();
    let Some(drawing) = drawing else {
        app.presence.drawings.clear(&app.plane, caller.user.id, socket, now);
        return Ok(());
    };
    if !drawing.is_possible(now) {
        return Err("draw: not a possible time");
    }
    let moment = moment(app).await.map_err(|_| "draw: not now")?;
    if !moment.rooms.contains(&drawing.room_id) {
        return Err("draw: no such room");
    }
    if app.presence.roster().shows(caller.user.id) {
        let person = Person { id: caller.user.id, name: caller.user.name.clone() };
        app.presence.drawings.show(&app.plane, socket, &person, drawing, now);
        // It may be the next to go.
        app.jobs.wake(&JOB, now + GATHER_MS);
    }
    Ok(())
}

/// Whether others see that a person is here.
#[must_use]
pub fn is_shown(app: &App, user: UserId) -> bool {
    app.presence.roster().shows(user)
}

/// Who is here, by name.
///
/// # Errors
/// When the database fails.
pub async fn people_here(app: &App) -> Result<Vec<PresentPerson>, AppError> {
    let moment = moment(app).await?;
    let focusing = timers::list_focusing(app).await?;
    let mut roster = app.presence.roster();
    roster.set_meeting(&moment.in_meeting);
    roster.set_focusing(focusing.into_keys().collect());
    Ok(roster.people())
}

/// The day in three numbers, as it is right now.
///
/// # Errors
/// When the database fails.
pub async fn stats(app: &App) -> Result<Stats, AppError> {
    let moment = moment(app).await?;
    let connected_users = app.presence.roster().count();
    Ok(Stats { active_reservations: moment.active, connected_users, available_rooms: moment.available })
}

/// Puts the numbers before a socket that has just opened.
///
/// # Errors
/// When the database fails.
pub async fn greet(app: &App, seat: &Seat) -> Result<(), AppError> {
    let stats = stats(app).await?;
    seat.put(STATS, Item::Frame(frame(Volatile::Stats(stats), app.now())));
    Ok(())
}

/// What a socket lacks of who is here that was told up to a revision, and the revision after it;
/// nothing when it lacks nothing.
pub fn changes_since(app: &App, revision: Option<u64>) -> Option<(Utf8Bytes, u64)> {
    let (update, newest) = {
        let roster = app.presence.roster();
        let newest = roster.revision();
        if revision == Some(newest) {
            return None;
        }
        if let Some((from, to, text)) = &app.presence.told().changes
            && (Some(*from), *to) == (revision, newest)
        {
            return Some((text.clone(), newest));
        }
        (roster.update_since(revision), newest)
    };
    let text = frame(Volatile::Presence(update), app.now());
    if let Some(from) = revision {
        app.presence.told().changes = Some((from, newest, text.clone()));
    }
    Some((text, newest))
}

/// Tells of everybody's coming and going that the clock has brought, and of who is here and the
/// numbers when they have changed and their turn has come. Says when to look again at the latest.
///
/// # Errors
/// When the database fails.
pub async fn step(app: &App) -> Result<Option<Timestamp>, AppError> {
    let now = app.now();
    let moment = moment(app).await?;
    let focusing = timers::list_focusing(app).await?;
    let focus_until = focusing.values().min().copied();
    let gone = {
        let mut roster = app.presence.roster();
        roster.set_meeting(&moment.in_meeting);
        roster.set_focusing(focusing.into_keys().collect());
        roster.expire(now)
    };
    for transition in gone {
        tell(app, Some(transition));
    }
    app.presence.drawings.expire(&app.plane, now);
    let stats = stats(app).await?;
    let revision = app.presence.roster().revision();

    let mut told = app.presence.told();
    let mut next = focus_until.map_or(moment.until, |until| until.min(moment.until));
    match told.people {
        Some((last, _)) if last == revision => {}
        Some((_, at)) if waits(at, PEOPLE_EVERY_MS, now) => next = next.min(at + PEOPLE_EVERY_MS),
        _ => {
            told.people = Some((revision, now));
            app.plane.publish(PEOPLE, |audience| audience.watches.contains(&Watch::People).then_some(Item::People));
        }
    }
    match told.stats {
        Some((last, _)) if last == stats => {}
        Some((_, at)) if waits(at, STATS_EVERY_MS, now) => next = next.min(at + STATS_EVERY_MS),
        _ => {
            told.stats = Some((stats, now));
            let text = frame(Volatile::Stats(stats), now);
            app.plane.publish(STATS, |_| Some(Item::Frame(text.clone())));
        }
    }
    drop(told);
    Ok(Some(app.presence.next_expiry().map_or(next, |end| next.min(end))))
}

/// Whether it is too early for more. A clock that was set back makes nobody wait.
fn waits(last: Timestamp, every_ms: i64, now: Timestamp) -> bool {
    (0..every_ms).contains(&(now - last))
}

/// Tells every socket that somebody has come or gone, shown themselves or hidden, and has the rest told
/// in its turn.
fn tell(app: &App, transition: Option<Transition>) {
    app.jobs.wake(&JOB, app.now() + GATHER_MS);
    let Some(Transition { person, connected }) = transition else { return };
    chat::tell_presence(app, person.id);
    let texts = Lang::default().texts();
    let message = fill(if connected { texts.user_connected } else { texts.user_disconnected }, &[&person.name]);
    let notice = UserNotice { message, user_id: person.id, level: Level::Info };
    let volatile = if connected { Volatile::UserConnected(notice) } else { Volatile::UserDisconnected(notice) };
    let text = frame(volatile, app.now());
    app.plane.publish(Key("user", person.id.0), |_| Some(Item::Frame(text.clone())));
}
