//! What happens to a room and stands among its messages (type `system`, contracts §5.3).

use crate::text::{Lang, fill};
use crate::time::{Timestamp, ZoneOffsets};
use serde::{Deserialize, Serialize};

/// What somebody has done to a room. Who comes and goes is told in private rooms only: in a channel
/// it is no news, and a meeting's people are those of its booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoomChange {
    Renamed {
        name: String,
    },
    /// Empty when it is about nothing any more.
    Topic {
        topic: String,
    },
    /// Somebody else was let in.
    Added {
        name: String,
    },
    Left,
    Removed {
        name: String,
    },
    /// The booking of the room is at another time or in another place.
    Moved {
        starts_at: Timestamp,
        ends_at: Timestamp,
        /// The meeting room.
        room: String,
    },
}

impl RoomChange {
    /// What is read of it; `by` is who has done it.
    #[must_use]
    pub fn words(&self, by: &str, lang: Lang, zone: &ZoneOffsets) -> String {
        let t = lang.texts();
        match self {
            Self::Renamed { name } => fill(t.chat_change_renamed, &[&by, name]),
            Self::Topic { topic } if topic.is_empty() => fill(t.chat_change_topic_off, &[&by]),
            Self::Topic { topic } => fill(t.chat_change_topic, &[&by, topic]),
            Self::Added { name } => fill(t.chat_change_added, &[&by, name]),
            Self::Left => fill(t.chat_change_left, &[&by]),
            Self::Removed { name } => fill(t.chat_change_removed, &[&by, name]),
            Self::Moved { starts_at, ends_at, room } => {
                fill(t.chat_change_moved, &[&by, &lang.date_and_clocks(*starts_at, *ends_at, zone), room])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_said_in_both_languages() {
        let zone = ZoneOffsets { name: "UTC".to_owned(), spans: vec![(Timestamp(0), 0)] };
        let name = || "이서연".to_owned();
        let moved =
            RoomChange::Moved { starts_at: Timestamp(0), ends_at: Timestamp(3_600_000), room: "별당".to_owned() };
        for (change, ko, en) in [
            (
                RoomChange::Renamed { name: name() },
                "민지 님이 방 이름을 ‘이서연’으로 바꿨습니다.",
                "민지 renamed the room “이서연”.",
            ),
            (
                RoomChange::Topic { topic: name() },
                "민지 님이 주제를 ‘이서연’으로 바꿨습니다.",
                "민지 set the topic to “이서연”.",
            ),
            (RoomChange::Topic { topic: String::new() }, "민지 님이 주제를 지웠습니다.", "민지 cleared the topic."),
            (RoomChange::Added { name: name() }, "민지 님이 이서연 님을 초대했습니다.", "민지 added 이서연."),
            (RoomChange::Left, "민지 님이 나갔습니다.", "민지 left."),
            (RoomChange::Removed { name: name() }, "민지 님이 이서연 님을 내보냈습니다.", "민지 removed 이서연."),
            (
                moved,
                "민지 님이 예약을 옮겼습니다. 1월 1일 00:00–01:00 · 별당",
                "민지 moved the booking. January 1 00:00–01:00 · 별당",
            ),
        ] {
            assert_eq!(change.words("민지", Lang::Ko, &zone), ko);
            assert_eq!(change.words("민지", Lang::En, &zone), en);
        }
    }
}
