//! What the bell and the lists show.

use super::preferences::preferences_of;
use super::store::{self, Window};
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::live::{Counts, NotificationCenter};
use crate::notifications::model::{Decided, Entries, Entry, Filter, NotificationId, Preferences};
use crate::realtime::log;
use crate::realtime::protocol::Snapshot;
use crate::server::db::Conn;
use crate::server::state::App;
use crate::time::Timestamp;

/// How many entries one page of a list has at most.
pub const MAX_PAGE: u32 = 100;

/// What the caller's bell shows.
///
/// # Errors
/// When the database fails.
pub async fn notification_center(app: &App, caller: &Caller) -> Result<Snapshot<NotificationCenter>, AppError> {
    let now = app.now();
    let mut read = app.read().await?;
    let seq = log::head(&mut read).await?;
    let state = find_center(&mut read, caller.user.id).await?;
    read.end();
    Ok(Snapshot { state, seq, log_id: app.log.id().into(), server_time: now })
}

pub(super) async fn find_center(conn: &mut Conn, user: UserId) -> Result<NotificationCenter, AppError> {
    let preferences = preferences_of(conn, user).await?;
    let lasting = store::list_newest(conn, user, &preferences, false).await?;
    let passing = store::list_newest(conn, user, &preferences, true).await?;
    let store::New { unread, unseen, held } = store::count_new(conn, user, &preferences).await?;
    Ok(NotificationCenter { lasting, counts: Counts { unread, unseen }, held, passing, preferences })
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
    read.end();
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
    read.end();
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
    read.end();
    Ok(decisions)
}

/// What a person wants to be told.
///
/// # Errors
/// When the database fails.
pub async fn find_preferences(conn: &mut Conn, user: UserId) -> Result<Preferences, AppError> {
    preferences_of(conn, user).await
}
