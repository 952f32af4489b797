//! All SQL of settings.

use super::appearance;
use crate::ids::UserId;
use crate::notifications::model::Preferences;
use crate::server::db::{Conn, bind_list, build_on, on};
use crate::settings::model::Settings;
use std::collections::HashMap;

#[derive(sqlx::FromRow)]
struct Row {
    language: Option<String>,
    theme: Option<String>,
    time_zone: Option<String>,
    notifications: Option<String>,
}

fn preferences(json: Option<&str>) -> Preferences {
    // Written by `put_settings` only.
    json.and_then(|json| serde_json::from_str::<Preferences>(json).ok()).unwrap_or_default().tidied()
}

pub async fn find_settings(conn: &mut Conn, user: UserId) -> Result<Settings, sqlx::Error> {
    let row: Option<Row> = on!(conn, c => sqlx::query_as(
        "SELECT language, theme, time_zone, notifications FROM user_settings WHERE user_id = $1")
        .bind(user).fetch_optional(c).await)?;
    Ok(row.map_or_else(Settings::default, |row| Settings {
        appearance: appearance(row.language.as_deref(), row.theme.as_deref(), row.time_zone.as_deref()),
        notifications: preferences(row.notifications.as_deref()),
    }))
}

pub async fn put_settings(conn: &mut Conn, user: UserId, settings: &Settings) -> Result<(), sqlx::Error> {
    let look = settings.appearance;
    let notifications = serde_json::to_string(&settings.notifications).expect("preferences are JSON");
    on!(conn, c => sqlx::query(
        "INSERT INTO user_settings (user_id, language, theme, time_zone, notifications) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id) DO UPDATE SET language = excluded.language, theme = excluded.theme,
             time_zone = excluded.time_zone, notifications = excluded.notifications")
        .bind(user).bind(look.language.map(|lang| lang.tag())).bind(look.theme.map(|theme| theme.tag()))
        .bind(look.time_zone.tag()).bind(notifications).execute(c).await.map(|_| ()))
}

pub async fn list_notification_preferences(
    conn: &mut Conn,
    people: &[UserId],
) -> Result<HashMap<UserId, Preferences>, sqlx::Error> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(UserId, String)> = build_on!(conn,
        "SELECT user_id, notifications FROM user_settings WHERE notifications IS NOT NULL AND user_id IN (", q => {
            bind_list(&mut q, people.iter().copied());
            q.push(")");
        }, query, c => { let mut query = query; query.build_query_as().fetch_all(c).await })?;
    Ok(rows.into_iter().map(|(user, json)| (user, preferences(Some(&json)))).collect())
}
