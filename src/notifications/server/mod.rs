//! Commands: tell people something, and what each does with their list; and what is read.

pub mod jobs;
mod preferences;
pub mod rest;
mod rules;
mod store;

pub use rules::*;

use super::live::{NotificationCenter, NotificationEvent, UnreadEvent};
use super::model::{
    Decided, Entries, Entry, Filter, Mark, NewMessage, NotificationId, NotificationKind, Preferences, Priority,
};
use crate::accounts::server::{self as accounts, Caller};
use crate::error::{AppError, Field, Rule};
use crate::ids::UserId;
use crate::realtime::log::{self, Tx};
use crate::realtime::protocol::{Event, Snapshot, Topic};
use crate::server::db::Conn;
use crate::server::state::App;
use crate::text::Lang;
use crate::time::{SECOND, Timestamp, ZoneOffsets};
use preferences::{Wishes, preferences_of};
use store::{Found, NewRow, Window};

/// How many entries one page of a list has at most.
pub const MAX_PAGE: u32 = 100;

/// Something to tell.
#[derive(Clone, Debug)]
pub struct Notice {
    pub kind: NotificationKind,
    pub priority: Priority,
    /// A path of this site, or an address on another one.
    pub link: Option<String>,
    pub expires_at: Option<Timestamp>,
    /// The same for all that is about one thing.
    pub group_key: Option<String>,
}

impl From<NotificationKind> for Notice {
    /// With the priority of its kind; about a booking, with a link to it and in its group.
    fn from(kind: NotificationKind) -> Self {
        let booking = kind.booking();
        let (link, group_key) = (booking.map(|booking| booking.link()), booking.map(|booking| booking.group_key()));
        Self { priority: kind.priority(), link, expires_at: None, group_key, kind }
    }
}

impl Notice {
    fn entry(self, now: Timestamp) -> Entry {
        Entry {
            id: new_id(now),
            data: self.kind,
            priority: self.priority,
            action_url: self.link,
            group_key: self.group_key,
            created_at: now,
            expires_at: self.expires_at,
            is_read: false,
            read_at: None,
            seen_at: None,
            archived_at: None,
        }
    }
}

/// A UUIDv7 of an instant of our own clock.
fn new_id(now: Timestamp) -> NotificationId {
    let (secs, millis) = (now.0.div_euclid(SECOND), now.0.rem_euclid(SECOND));
    let nanos = u32::try_from(millis * 1_000_000).unwrap_or(0);
    let at = uuid::Timestamp::from_unix(uuid::NoContext, u64::try_from(secs).unwrap_or(0), nanos);
    uuid::Uuid::new_v7(at).to_string().parse().expect("a UUID is an id")
}

/// Tells several people something, each by their own preferences and quiet hours, in the
/// transaction of what caused it. What was decided is kept, also when it is not to tell.
///
/// # Errors
/// When the database fails.
pub async fn notify(
    app: &App,
    tx: &mut Tx,
    actor: Option<UserId>,
    people: &[UserId],
    notice: Notice,
) -> Result<(), AppError> {
    let batch = people.iter().map(|person| (*person, notice.clone())).collect();
    notify_each(app, tx, actor, batch).await
}

/// [`notify`] with something for each: one statement reads all preferences, one writes all rows.
/// Nobody is told of what they did themselves.
///
/// # Errors
/// When the database fails.
pub async fn notify_each(
    app: &App,
    tx: &mut Tx,
    actor: Option<UserId>,
    mut batch: Vec<(UserId, Notice)>,
) -> Result<(), AppError> {
    batch.retain(|(person, _)| Some(*person) != actor);
    if batch.is_empty() {
        return Ok(());
    }
    let people: Vec<UserId> = batch.iter().map(|(person, _)| *person).collect();
    let wishes = Wishes::of(tx, &people).await?;
    let now = tx.now();
    let zone = app.zone_around(now);
    let rows: Vec<NewRow> = batch
        .into_iter()
        .map(|(user, notice)| {
            let entry = notice.entry(now);
            let decision = wishes.get(user).decide(entry.category(), entry.priority, now, &zone);
            NewRow { user, entry, decision }
        })
        .collect();
    store::insert_notifications(tx, &rows).await?;
    for NewRow { user, entry, decision } in rows {
        let (in_app, browser) = (decision.in_app.is_told(), decision.browser.is_told());
        if in_app || browser {
            let event = NotificationEvent { in_app, browser, ..event_of(entry, actor, &zone) };
            tx.emit(Topic::User(user), actor, Event::NotificationCreated(event));
        }
    }
    Ok(())
}

/// Tells everybody something, with one row for all; each screen decides for its viewer. Not for
/// what only some may know: whoever may receive `org` sees all of it.
///
/// # Errors
/// When the database fails.
pub async fn notify_everybody(
    app: &App,
    tx: &mut Tx,
    actor: Option<UserId>,
    notice: impl Into<Notice>,
) -> Result<NotificationId, AppError> {
    let now = tx.now();
    let entry = notice.into().entry(now);
    let id = entry.id.clone();
    store::insert_notice(tx, &entry, actor).await?;
    let event = event_of(entry, actor, &app.zone_around(now));
    tx.emit(Topic::Org, actor, Event::NotificationCreated(event));
    Ok(id)
}

fn event_of(entry: Entry, actor_id: Option<UserId>, zone: &ZoneOffsets) -> NotificationEvent {
    NotificationEvent {
        title: entry.data.title(Lang::Ko).to_owned(),
        message: entry.data.message(Lang::Ko, zone),
        notification: entry,
        actor_id,
        in_app: true,
        browser: true,
    }
}

/// What the caller's bell shows.
///
/// # Errors
/// When the database fails.
pub async fn notification_center(app: &App, caller: &Caller) -> Result<Snapshot<NotificationCenter>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let state = find_center(&mut read, caller.user.id).await?;
    read.end().await?;
    Ok(Snapshot { state, seq, log_id: app.log.id().into(), server_time: now })
}

async fn find_center(conn: &mut Conn, user: UserId) -> Result<NotificationCenter, AppError> {
    let preferences = preferences_of(conn, user).await?;
    let lasting = store::list_newest(conn, user, &preferences, false).await?;
    let passing = store::list_newest(conn, user, &preferences, true).await?;
    let counts = store::count_new(conn, user, &preferences).await?;
    Ok(NotificationCenter { lasting, counts, passing, preferences })
}

/// How many of the caller's notifications are unread.
///
/// # Errors
/// When the database fails.
pub async fn count_unread(app: &App, caller: &Caller) -> Result<u32, AppError> {
    let center = notification_center(app, caller).await?;
    Ok(center.state.unread(center.server_time))
}

/// A page of the caller's list, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_notifications(
    app: &App,
    caller: &Caller,
    filter: Filter,
    page: u32,
    limit: u32,
) -> Result<Entries, AppError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let offset = u64::from(page.max(1) - 1) * u64::from(limit);
    let mut read = app.read().await?;
    let entries = list_in(&mut read, app.now(), caller, filter, Window::Page { limit, offset }).await?;
    read.end().await?;
    Ok(entries)
}

/// The entries that come after one of them; the first ones when there is none. Unlike the number of
/// a page, this does not shift when something new comes.
///
/// # Errors
/// [`AppError::NotFound`] when that entry is not in the list any more.
pub async fn list_notifications_after(
    app: &App,
    caller: &Caller,
    filter: Filter,
    after: Option<&NotificationId>,
    limit: u32,
) -> Result<Entries, AppError> {
    let now = app.now();
    let limit = limit.clamp(1, MAX_PAGE);
    let mut read = app.read().await?;
    let last = match after {
        Some(id) => {
            let preferences = preferences_of(&mut read, caller.user.id).await?;
            Some(store::find_entry(&mut read, caller.user.id, &preferences, id, now).await?.ok_or(AppError::NotFound)?)
        }
        None => None,
    };
    let window = match &last {
        Some(found) => Window::After { entry: &found.entry, limit },
        None => Window::Page { limit, offset: 0 },
    };
    let entries = list_in(&mut read, now, caller, filter, window).await?;
    read.end().await?;
    Ok(entries)
}

async fn list_in(
    conn: &mut Conn,
    now: Timestamp,
    caller: &Caller,
    filter: Filter,
    window: Window<'_>,
) -> Result<Entries, AppError> {
    let user = caller.user.id;
    let preferences = preferences_of(conn, user).await?;
    let found = store::list_entries(conn, user, &preferences, filter, window, now).await?;
    let total_count = store::count_entries(conn, user, &preferences, filter, now).await?;
    let unread_count = find_center(conn, user).await?.unread(now);
    Ok(Entries { entries: found.into_iter().map(|found| found.entry).collect(), total_count, unread_count })
}

/// Why the caller was or was not told, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_decisions(app: &App, caller: &Caller, page: u32, limit: u32) -> Result<Vec<Decided>, AppError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let offset = u64::from(page.max(1) - 1) * u64::from(limit);
    let zone = app.zone_around(app.now());
    let mut read = app.read().await?;
    let preferences = preferences_of(&mut read, caller.user.id).await?;
    let of_notice = |entry: &Entry| preferences.decide(entry.category(), entry.priority, entry.created_at, &zone);
    let decisions = store::list_decisions(&mut read, caller.user.id, limit, offset, of_notice).await?;
    read.end().await?;
    Ok(decisions)
}

/// Does something with one of the caller's notifications; whatever is so already stays so, and is
/// no news. Gives the notification and how many are unread now.
///
/// # Errors
/// [`AppError::NotFound`] when the caller has no such notification.
pub async fn mark_notification(
    app: &App,
    caller: &Caller,
    id: &NotificationId,
    mark: Mark,
) -> Result<(Entry, u32), AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let preferences = preferences_of(&mut tx, user).await?;
    let mut found = store::find_entry(&mut tx, user, &preferences, id, now).await?.ok_or(AppError::NotFound)?;
    let before = found.entry.clone();
    apply_mark(&mut found.entry, mark, now);
    if mark == Mark::Deleted {
        store::delete_entries(&mut tx, user, std::slice::from_ref(&found)).await?;
    } else if found.entry != before {
        store::update_entry(&mut tx, user, &found).await?;
    }
    let center = find_center(&mut tx, user).await?;
    let count = center.unread(now);
    let Found { entry, .. } = found;
    if mark == Mark::Deleted || entry != before {
        let stays = matches!(mark, Mark::Read | Mark::Unread);
        if mark != Mark::Deleted {
            let event = event_of(entry.clone(), None, &app.zone_around(now));
            tx.emit(Topic::User(user), Some(user), Event::NotificationUpdated(event));
        }
        emit_unread(&mut tx, user, center, !stays);
    }
    tx.commit().await?;
    Ok((entry, count))
}

fn apply_mark(entry: &mut Entry, mark: Mark, now: Timestamp) {
    match mark {
        Mark::Read if !entry.is_read => {
            entry.is_read = true;
            entry.read_at = Some(now);
        }
        Mark::Unread => {
            entry.is_read = false;
            entry.read_at = None;
        }
        Mark::Archived => entry.archived_at = entry.archived_at.or(Some(now)),
        Mark::Restored => entry.archived_at = None,
        Mark::Read | Mark::Deleted => {}
    }
}

/// Tells every screen of a person what is new in their bell: the counts, or the whole of it when
/// its list has changed too.
fn emit_unread(tx: &mut Tx, user: UserId, center: NotificationCenter, whole: bool) {
    let event =
        UnreadEvent { count: center.unread(tx.now()), counts: center.counts, center: whole.then(|| Box::new(center)) };
    tx.emit(Topic::User(user), Some(user), Event::NotificationUnread(event));
}

/// Marks everything in the caller's list as read; gives how many were not.
///
/// # Errors
/// When the database fails.
pub async fn mark_all_read(app: &App, caller: &Caller) -> Result<u32, AppError> {
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = find_center(&mut tx, caller.user.id).await?;
    if before.unread(now) > 0 {
        store::update_all_read(&mut tx, caller.user.id, now).await?;
        tell_of_change(&mut tx, caller.user.id, &before).await?;
    }
    tx.commit().await?;
    Ok(before.unread(now))
}

/// Notes that the caller has opened the list: nothing in it is unseen any more.
///
/// # Errors
/// When the database fails.
pub async fn mark_all_seen(app: &App, caller: &Caller) -> Result<u32, AppError> {
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = find_center(&mut tx, caller.user.id).await?;
    if before.unseen(now) > 0 {
        store::update_all_seen(&mut tx, caller.user.id, now).await?;
        tell_of_change(&mut tx, caller.user.id, &before).await?;
    }
    tx.commit().await?;
    Ok(before.unseen(now))
}

/// Deletes what a filter lets through; gives how many those were.
///
/// # Errors
/// When the database fails.
pub async fn delete_notifications(app: &App, caller: &Caller, filter: Filter) -> Result<u32, AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let now = tx.now();
    let before = find_center(&mut tx, user).await?;
    let deleted = if filter == Filter::default() {
        let count = store::count_entries(&mut tx, user, &before.preferences, filter, now).await?;
        store::delete_list(&mut tx, user).await?;
        count
    } else {
        let found = store::list_entries(&mut tx, user, &before.preferences, filter, Window::All, now).await?;
        store::delete_entries(&mut tx, user, &found).await?;
        u32::try_from(found.len()).unwrap_or(u32::MAX)
    };
    tell_of_change(&mut tx, user, &before).await?;
    tx.commit().await?;
    Ok(deleted)
}

/// Tells a person's screens when their bell is not what it was.
async fn tell_of_change(tx: &mut Tx, user: UserId, before: &NotificationCenter) -> Result<(), AppError> {
    let center = find_center(tx, user).await?;
    if center != *before {
        emit_unread(tx, user, center, true);
    }
    Ok(())
}

/// Changes what a person wants to be told, by a write of another capability, and tells their
/// screens.
///
/// # Errors
/// Those of `write`.
pub(crate) async fn with_changed_preferences<F>(tx: &mut Tx, user: UserId, write: F) -> Result<(), AppError>
where
    F: AsyncFnOnce(&mut Tx) -> Result<(), AppError>,
{
    let before = find_center(tx, user).await?;
    write(tx).await?;
    tell_of_change(tx, user, &before).await
}

/// Sends a message to named people (contracts §3.6, `createNotification`).
///
/// # Errors
/// [`AppError::Forbidden`] for everybody but admins, [`AppError::Validation`].
pub async fn send_message(app: &App, caller: &Caller, new: NewMessage) -> Result<u32, AppError> {
    caller.require_admin()?;
    let new = new.tidied();
    new.check(app.now())?;
    let mut tx = app.begin(caller).await?;
    let people = accounts::find_people(&mut tx, &new.user_ids).await?;
    if people.len() != new.user_ids.len() {
        return Err(AppError::field(Field::UserIds, Rule::Unknown));
    }
    let from = caller.user.id;
    let kind = NotificationKind::Message { title: new.title, message: new.message, notification_type: new.kind, from };
    let notice =
        Notice { kind, priority: new.priority, link: new.action_url, expires_at: new.expires_at, group_key: None };
    // A message to oneself is meant.
    notify(app, &mut tx, None, &new.user_ids, notice).await?;
    let sent = u32::try_from(people.len()).unwrap_or(u32::MAX);
    tx.commit_with(201, &rest::Sent { sent }).await?;
    Ok(sent)
}

/// What a person wants to be told.
///
/// # Errors
/// When the database fails.
pub async fn find_preferences(conn: &mut Conn, user: UserId) -> Result<Preferences, AppError> {
    preferences_of(conn, user).await
}
