//! What somebody does with their own list.

use super::preferences::preferences_of;
use super::read::find_center;
use super::store::{self, Found, Window};
use super::tell::event_of;
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::live::{NotificationCenter, UnreadEvent};
use crate::notifications::model::{Entry, Filter, Mark, NotificationId};
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;
use crate::time::Timestamp;

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

/// Tells every screen of a person what is new in their bell: the counts, or the whole of it when
/// its list has changed too.
pub(super) fn emit_unread(tx: &mut Tx, user: UserId, center: NotificationCenter, whole: bool) {
    let event =
        UnreadEvent { count: center.unread(tx.now()), counts: center.counts, center: whole.then(|| Box::new(center)) };
    tx.emit(Topic::User(user), Some(user), Event::NotificationUnread(event));
}

/// Tells a person's screens when their bell is not what it was.
pub(super) async fn tell_of_change(tx: &mut Tx, user: UserId, before: &NotificationCenter) -> Result<(), AppError> {
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
