//! Who wants what: the preferences of those who are about to be told something.

use crate::error::AppError;
use crate::ids::UserId;
use crate::notifications::model::Preferences;
use crate::server::db::Conn;
use crate::settings::server as settings;
use std::collections::HashMap;

/// The preferences of several people; absent ones have chosen nothing.
pub struct Wishes(HashMap<UserId, Preferences>);

impl Wishes {
    /// # Errors
    /// When the database fails.
    pub async fn of(conn: &mut Conn, people: &[UserId]) -> Result<Self, AppError> {
        Ok(Self(settings::list_notification_preferences(conn, people).await?))
    }

    /// What one of them has chosen.
    pub fn get(&self, user: UserId) -> Preferences {
        self.0.get(&user).cloned().unwrap_or_default()
    }
}

/// What one person has chosen.
///
/// # Errors
/// When the database fails.
pub async fn preferences_of(conn: &mut Conn, user: UserId) -> Result<Preferences, AppError> {
    Ok(Wishes::of(conn, &[user]).await?.get(user))
}
