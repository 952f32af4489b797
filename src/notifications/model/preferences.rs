//! What a person wants to be told, how, and when not; and the decision that follows.

use super::Priority;
use crate::time::{Timestamp, ZoneOffsets};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::{fmt, str::FromStr};

/// What a person switches on and off as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Other people's new bookings.
    NewBookings,
    Invitations,
    /// Bookings that were moved or cancelled, or that one was taken off.
    Changes,
    Approvals,
    /// What starts soon.
    Reminders,
    Announcements,
    Messages,
    /// Messages in chat rooms that call the person.
    Chat,
    /// The ends of timers, goals, and what came while one concentrated.
    Timers,
}

impl Category {
    pub const ALL: [Self; 9] = [
        Self::NewBookings,
        Self::Invitations,
        Self::Changes,
        Self::Approvals,
        Self::Reminders,
        Self::Announcements,
        Self::Messages,
        Self::Chat,
        Self::Timers,
    ];

    /// The value on the wire and in the database.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::NewBookings => "new_bookings",
            Self::Invitations => "invitations",
            Self::Changes => "changes",
            Self::Approvals => "approvals",
            Self::Reminders => "reminders",
            Self::Announcements => "announcements",
            Self::Messages => "messages",
            Self::Chat => "chat",
            Self::Timers => "timers",
        }
    }

    /// The category of a tag; `None` for one that does not exist.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.tag() == tag)
    }

    /// New bookings ring the bell only (contracts §1.7), until somebody wants more; so do timers,
    /// whose end each browser tells by a choice of its own.
    fn channels(self) -> Channels {
        Channels { in_app: true, browser: !matches!(self, Self::NewBookings | Self::Timers) }
    }
}

/// A way to reach a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    /// The bell and its page.
    InApp,
    /// A notification of the browser or the system.
    Browser,
}

/// Which channels a category may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Channels {
    pub in_app: bool,
    pub browser: bool,
}

/// A wall-clock time of day, in minutes; `22:30` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(value_type = String, example = "22:30"))]
pub struct ClockTime(u16);

impl ClockTime {
    /// `None` for a time that no clock shows.
    #[must_use]
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self(hour * 60 + minute))
    }

    fn of(local: DateTime) -> Self {
        Self(u16::try_from(local.hour()).unwrap_or(0) * 60 + u16::try_from(local.minute()).unwrap_or(0))
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for ClockTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (hour, minute) = text.split_once(':')?;
            let is_number = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            if !is_number(hour) || !is_number(minute) {
                return None;
            }
            Self::new(hour.parse().ok()?, minute.parse().ok()?)
        };
        parse().ok_or("a time of day is like 22:30")
    }
}

impl Serialize for ClockTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClockTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// When the browser stays silent, by the organisation's clock. The bell's list fills all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    pub enabled: bool,
    pub from: ClockTime,
    /// An end that is not after `from` lies on the next day.
    pub to: ClockTime,
    /// The days on which they begin: 1 is Monday, 7 is Sunday.
    pub weekdays: Vec<u8>,
    /// Urgent ones come through.
    pub urgent_override: bool,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self {
            enabled: false,
            from: ClockTime(19 * 60),
            to: ClockTime(8 * 60),
            weekdays: (1..=7).collect(),
            urgent_override: true,
        }
    }
}

impl QuietHours {
    /// Whether they last at a reading of the clock.
    #[must_use]
    pub fn cover(&self, local: DateTime) -> bool {
        let begins_on = |local: DateTime| {
            let weekday = u8::try_from(local.date().weekday().to_monday_one_offset()).unwrap_or(0);
            self.weekdays.contains(&weekday)
        };
        let time = ClockTime::of(local);
        let today = self.enabled && begins_on(local);
        if self.from < self.to {
            return today && (self.from..self.to).contains(&time);
        }
        let yesterday = local.date().yesterday().is_ok_and(|date| begins_on(date.to_datetime(local.time())));
        (today && time >= self.from) || (self.enabled && yesterday && time < self.to)
    }
}

/// What a person wants to be told, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Every category; one that is absent is as it is by default.
    #[serde(default)]
    pub categories: BTreeMap<Category, Channels>,
    #[serde(default)]
    pub quiet_hours: QuietHours,
}

impl Default for Preferences {
    fn default() -> Self {
        let categories = Category::ALL.into_iter().map(|category| (category, category.channels())).collect();
        Self { categories, quiet_hours: QuietHours::default() }
    }
}

/// Why a channel was used, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "TEXT", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was told.
    Told,
    /// Urgent: told in spite of quiet hours.
    Urgent,
    /// The person has switched this off.
    SwitchedOff,
    QuietHours,
    /// The person did it.
    OwnAction,
    /// The person has silenced the chat room.
    Muted,
    /// The person concentrates: it waits.
    Held,
    /// It waited while the person concentrated, and was told afterwards, with the rest.
    Digest,
}

impl Reason {
    #[must_use]
    pub fn is_told(self) -> bool {
        matches!(self, Self::Told | Self::Urgent | Self::Digest)
    }

    fn held(self) -> Self {
        if self.is_told() { Self::Held } else { self }
    }
}

/// For each channel, why it was used or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    pub in_app: Reason,
    pub browser: Reason,
}

impl Decision {
    /// The same while the person concentrates: what would be told waits.
    #[must_use]
    pub fn held(self) -> Self {
        Self { in_app: self.in_app.held(), browser: self.browser.held() }
    }
}

impl Preferences {
    /// The channels of a category.
    #[must_use]
    pub fn channels(&self, category: Category) -> Channels {
        self.categories.get(&category).copied().unwrap_or_else(|| category.channels())
    }

    /// Whether the bell leaves a category out.
    #[must_use]
    pub fn is_muted(&self, category: Category) -> bool {
        !self.channels(category).in_app
    }

    /// The categories that the bell leaves out.
    #[must_use]
    pub fn muted(&self) -> Vec<Category> {
        Category::ALL.into_iter().filter(|category| self.is_muted(*category)).collect()
    }

    /// Whether and how to tell the person something at an instant; `zone` is the organisation's.
    #[must_use]
    pub fn decide(&self, category: Category, priority: Priority, at: Timestamp, zone: &ZoneOffsets) -> Decision {
        let channels = self.channels(category);
        let browser = if !channels.browser {
            Reason::SwitchedOff
        } else if !self.quiet_hours.cover(zone.local(at)) {
            Reason::Told
        } else if priority == Priority::Urgent && self.quiet_hours.urgent_override {
            Reason::Urgent
        } else {
            Reason::QuietHours
        };
        Decision { in_app: if channels.in_app { Reason::Told } else { Reason::SwitchedOff }, browser }
    }

    /// Every category in full, and each weekday once, in order.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for category in Category::ALL {
            self.categories.entry(category).or_insert_with(|| category.channels());
        }
        self.quiet_hours.weekdays.retain(|day| (1..=7).contains(day));
        self.quiet_hours.weekdays.sort_unstable();
        self.quiet_hours.weekdays.dedup();
        self
    }
}
