//! Identifiers: 64-bit integers in the database, JSON strings on the wire, and JSON integers where the
//! chat contract has them (contracts §0).
//!
//! One type per table, so that a room can never be looked up by a user's number.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, num::ParseIntError, str::FromStr};

#[cfg(feature = "ssr")]
mod fresh;

/// How an id reads, whatever it is on the wire.
macro_rules! digits {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
        #[cfg_attr(feature = "ssr", sqlx(transparent), schema(value_type = String, example = "42"))]
        pub struct $name(pub i64);

        digits!($name);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("an id is a string of digits"))
            }
        }
    )+};
}

macro_rules! integer_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
        #[cfg_attr(feature = "ssr", sqlx(transparent), schema(value_type = i64, example = 42))]
        pub struct $name(pub i64);

        digits!($name);
    )+};
}

// Those of the chat contract, whose ids are JSON integers (contracts §5.3).
integer_ids! {
    /// A place where people write to each other: a channel, a group, two people, a meeting.
    ChatRoomId,
    /// A chat message, over all rooms.
    MessageId,
    /// Somebody's place in a chat room.
    MemberId,
    /// An uploaded file.
    FileId,
}

/// A person as the chat contract writes them: `#[serde(with = "ids::integer")]`.
pub mod integer {
    use super::{Deserialize, Deserializer, Serializer, UserId};

    /// # Errors
    /// The format's own.
    pub fn serialize<S: Serializer>(id: &UserId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(id.0)
    }

    /// # Errors
    /// For whatever is no integer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UserId, D::Error> {
        i64::deserialize(deserializer).map(UserId)
    }
}

/// People as the chat contract writes them: `#[serde(with = "ids::integers")]`.
pub mod integers {
    use super::{Deserialize, Deserializer, Serializer, UserId};

    /// # Errors
    /// The format's own.
    pub fn serialize<S: Serializer>(ids: &[UserId], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(ids.iter().map(|id| id.0))
    }

    /// # Errors
    /// For whatever is no list of integers.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<UserId>, D::Error> {
        Ok(Vec::<i64>::deserialize(deserializer)?.into_iter().map(UserId).collect())
    }
}

ids! {
    /// A person with an account.
    UserId,
    /// A signed-in browser or script: one row per device, revocable on its own.
    SessionId,
    /// A meeting room.
    RoomId,
    /// A booking of a room.
    ReservationId,
    /// A notice to everybody or to some.
    AnnouncementId,
    /// A line of what has happened lately.
    ActivityId,
    /// Something that a person wants to do.
    TodoId,
}

macro_rules! uuids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
        #[cfg_attr(feature = "ssr", sqlx(transparent), schema(value_type = String, example = "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a"))]
        #[serde(transparent)]
        pub struct $name(String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if is_uuid(text) { Ok(Self(text.to_ascii_lowercase())) } else { Err("an id is a UUID") }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

// UUIDv7: made with the event that they name, not by a table (contracts §0).
uuids! {
    /// A shared timer.
    TimerId,
    /// A notification, personal or for everybody alike.
    NotificationId,
}

/// The usual form: 32 digits and four dashes.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(n, byte)| match n {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_kept_in_small_letters() {
        let id: TimerId = "0192F0C1-2B3C-7D4E-8F5A-6B7C8D9E0F1A".parse().unwrap();
        assert_eq!(id.to_string(), "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a");
        for wrong in [
            "",
            "0192f0c12b3c7d4e8f5a6b7c8d9e0f1a",
            "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1g",
            "0192f0c1_2b3c-7d4e-8f5a-6b7c8d9e0f1a",
        ] {
            assert!(wrong.parse::<NotificationId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_id_is_a_string_on_the_wire() {
        assert_eq!(serde_json::to_string(&RoomId(42)).unwrap(), "\"42\"");
        assert_eq!(serde_json::from_str::<RoomId>("\"42\"").unwrap(), RoomId(42));
        for wrong in ["42", "\"\"", "\"x\"", "\"99999999999999999999\"", "null"] {
            assert!(serde_json::from_str::<RoomId>(wrong).is_err(), "{wrong}");
        }
    }
}
