//! People and what they may do.

use crate::ids::{SessionId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest e-mail address and password taken at the login; longer ones cannot be right.
pub const MAX_EMAIL_CHARS: usize = 254;
pub const MAX_PASSWORD_CHARS: usize = 256;

/// The header in which a page names the person it was made for, by their id. It never says who calls (contracts §6,
/// C1): with a session of anybody else it makes the request [`Unauthenticated`](crate::error::AppError::Unauthenticated).
pub const MADE_FOR: &str = "madang-as";

/// What a person may do. Admins also manage rooms and other people's bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Employee,
    Admin,
}

/// The signed-in person, as `GET /me` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
}

impl User {
    /// What decides which events and details this person gets.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        Viewer { user_id: self.id, role: self.role }
    }
}

/// A colleague, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Person {
    pub id: UserId,
    pub name: String,
}

/// Through whose eyes a thing is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub user_id: UserId,
    pub role: Role,
}

impl Viewer {
    #[must_use]
    pub fn is_admin(self) -> bool {
        self.role == Role::Admin
    }
}

/// A device on which a person is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Device {
    pub id: SessionId,
    /// What its browser says that it is, as `Chrome · Windows`; empty for scripts and whatever says nothing known.
    pub name: String,
    pub created_at: Timestamp,
    /// To within five minutes.
    pub last_seen_at: Timestamp,
    /// Whether it is the one that asks.
    #[cfg_attr(feature = "ssr", sqlx(default))]
    pub current: bool,
}

/// What the login form sends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Credentials {
    pub email: String,
    pub password: String,
    /// Stay signed in for 30 days instead of 12 idle hours.
    #[serde(default)]
    pub remember: bool,
}
