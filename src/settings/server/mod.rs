//! Commands: read and change what a person has chosen.

pub mod rest;
mod store;

use super::model::{Appearance, Settings, SettingsPatch, TimeZoneDisplay};
use crate::accounts::server::Caller;
use crate::app::Theme;
use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::model::Preferences;
use crate::notifications::server as notifications;
use crate::server::db::Conn;
use crate::server::state::App;
use crate::text::Lang;
use std::collections::HashMap;

/// What the caller has chosen.
///
/// # Errors
/// When the database fails.
pub async fn find_settings(app: &App, caller: &Caller) -> Result<Settings, AppError> {
    let mut read = app.read().await?;
    let settings = store::find_settings(&mut read, caller.user.id).await?;
    read.end();
    Ok(settings)
}

/// Changes what the caller has chosen. The bell follows on all of their screens.
///
/// # Errors
/// When the database fails.
pub async fn update_settings(app: &App, caller: &Caller, patch: SettingsPatch) -> Result<Settings, AppError> {
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    let before = store::find_settings(&mut tx, user).await?;
    let after = patch.onto(&before);
    if after.notifications == before.notifications {
        store::put_settings(&mut tx, user, &after).await?;
    } else {
        notifications::with_changed_preferences(&mut tx, user, async |tx| {
            Ok(store::put_settings(tx, user, &after).await?)
        })
        .await?;
    }
    tx.commit().await?;
    Ok(after)
}

/// What several people want to be told; whoever has chosen nothing is absent.
///
/// # Errors
/// When the database fails.
pub async fn list_notification_preferences(
    conn: &mut Conn,
    people: &[UserId],
) -> Result<HashMap<UserId, Preferences>, AppError> {
    Ok(store::list_notification_preferences(conn, people).await?)
}

/// How pages look for somebody, out of the columns of `user_settings`.
#[must_use]
pub fn appearance(language: Option<&str>, theme: Option<&str>, time_zone: Option<&str>) -> Appearance {
    Appearance {
        language: language.and_then(Lang::from_tag),
        theme: theme.and_then(Theme::from_tag),
        time_zone: time_zone.and_then(TimeZoneDisplay::from_tag).unwrap_or_default(),
    }
}
