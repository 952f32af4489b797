//! Holding: while somebody concentrates, what can wait does, and is given together afterwards.
//!
//! A row says that somebody's notifications are held; it is written and deleted with what begins and
//! ends it, so each hold is given exactly once, whatever happens to the process. Personal ones wait
//! with the reason `held`; notices for everybody wait by their number.

use super::calls::join_held;
use super::marks::emit_unread;
use super::preferences::preferences_of;
use super::read::find_center;
use super::{Notice, notify, store};
use crate::accounts::server::Caller;
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::live::HeldEvent;
use crate::notifications::model::NotificationKind;
use crate::realtime::log::Tx;
use crate::realtime::protocol::{Event, Topic};
use crate::server::db::Conn;
use crate::server::state::App;

/// Holds somebody's notifications from now on, if they are not held already.
///
/// # Errors
/// When the database fails.
pub async fn begin_hold(tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    if store::insert_hold(tx, user).await? {
        tx.emit(Topic::User(user), Some(user), Event::NotificationHeld(HeldEvent { added: 0 }));
    }
    Ok(())
}

/// Whether somebody's notifications wait.
///
/// # Errors
/// When the database fails.
pub async fn is_held(conn: &mut Conn, user: UserId) -> Result<bool, AppError> {
    Ok(store::is_held(conn, user).await?)
}

/// Gives the caller what waits, on demand and so without a word; what comes from now on waits again.
/// Nothing when nothing is held.
///
/// # Errors
/// When the database fails.
pub async fn show_held(app: &App, caller: &Caller) -> Result<(), AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    if is_held(&mut tx, user).await? {
        join_held(&mut tx, user).await?;
        store::delete_hold(&mut tx, user).await?;
        store::insert_hold(&mut tx, user).await?;
        let center = find_center(&mut tx, user).await?;
        emit_unread(&mut tx, user, center, true);
    }
    tx.commit_with(204, &()).await?;
    Ok(())
}

/// Gives somebody what was held, with one notification that says how much that is; nothing when
/// nothing is held.
///
/// # Errors
/// When the database fails.
pub async fn end_hold(app: &App, tx: &mut Tx, user: UserId) -> Result<(), AppError> {
    if !is_held(tx, user).await? {
        return Ok(());
    }
    join_held(tx, user).await?;
    let preferences = preferences_of(tx, user).await?;
    let count = store::count_new(tx, user, &preferences).await?.held.unwrap_or_default();
    store::delete_hold(tx, user).await?;
    let center = find_center(tx, user).await?;
    emit_unread(tx, user, center, true);
    if count > 0 {
        let link = Some("/notifications".to_owned());
        let notice = Notice { link, ..Notice::from(NotificationKind::HeldDigest { count }) };
        notify(app, tx, None, &[user], notice).await?;
    }
    Ok(())
}
