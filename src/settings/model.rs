//! The settings of an account.

use crate::app::Theme;
use crate::json::from_object;
use crate::notifications::model::{Category, Channels, Preferences, QuietHours};
use crate::text::Lang;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// By whose clock times are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimeZoneDisplay {
    /// That of the rooms.
    #[default]
    Organisation,
    /// That of the device in use. The plan of a day keeps the clock of its rooms.
    Device,
}

impl TimeZoneDisplay {
    /// The value in the database.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Device => "device",
        }
    }

    /// The choice of a tag; `None` for one that does not exist.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Organisation, Self::Device].into_iter().find(|choice| choice.tag() == tag)
    }
}

/// How pages look for somebody. What is absent was never chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Appearance {
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, example = "ko"))]
    pub language: Option<Lang>,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, example = "dark"))]
    pub theme: Option<Theme>,
    pub time_zone: TimeZoneDisplay,
}

/// Everything that a person has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    #[serde(flatten)]
    pub appearance: Appearance,
    pub notifications: Preferences,
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_object(deserializer, |of| Ok(Self { appearance: of.whole()?, notifications: of.member("notifications")? }))
    }
}

/// A change of settings: what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SettingsPatch {
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub language: Option<Lang>,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub theme: Option<Theme>,
    pub time_zone: Option<TimeZoneDisplay>,
    pub notifications: Option<PreferencesPatch>,
}

/// A change of what somebody wants to be told: categories that are absent stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PreferencesPatch {
    #[serde(default)]
    pub categories: BTreeMap<Category, Channels>,
    pub quiet_hours: Option<QuietHours>,
}

impl SettingsPatch {
    /// The settings after the change.
    #[must_use]
    pub fn onto(self, before: &Settings) -> Settings {
        let appearance = Appearance {
            language: self.language.or(before.appearance.language),
            theme: self.theme.or(before.appearance.theme),
            time_zone: self.time_zone.unwrap_or(before.appearance.time_zone),
        };
        let mut notifications = before.notifications.clone();
        if let Some(patch) = self.notifications {
            notifications.categories.extend(patch.categories);
            if let Some(quiet_hours) = patch.quiet_hours {
                notifications.quiet_hours = quiet_hours;
            }
        }
        Settings { appearance, notifications: notifications.tidied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_leaves_out_stays() {
        let before = Settings::default();
        let patch: SettingsPatch = serde_json::from_str(
            r#"{"theme":"dark","notifications":{"categories":{"changes":{"inApp":true,"browser":false}}}}"#,
        )
        .unwrap();
        let after = patch.onto(&before);
        assert_eq!((after.appearance.theme, after.appearance.language), (Some(Theme::Dark), None));
        assert!(!after.notifications.channels(Category::Changes).browser);
        assert!(after.notifications.channels(Category::Reminders).browser);
        assert_eq!(after.notifications.quiet_hours, before.notifications.quiet_hours);
        assert_eq!(SettingsPatch::default().onto(&after), after);
        for choice in [TimeZoneDisplay::Organisation, TimeZoneDisplay::Device] {
            assert_eq!(TimeZoneDisplay::from_tag(choice.tag()), Some(choice));
        }
    }
}
