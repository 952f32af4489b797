//! What people ask of timers, and what is possible.

use super::agenda::{NewPoint, broken_points, tidy_points};
use super::{TimerKind, TimerRole};
use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::{ChatRoomId, ReservationId, UserId};
use serde::{Deserialize, Serialize};

/// The longest timer: a day (contracts §4.5).
pub const MAX_SECS: u32 = 86_400;
/// Longest ids of clients' own.
const MAX_ID_CHARS: u32 = 64;
const MAX_TITLE_CHARS: u32 = 200;
const MAX_DESCRIPTION_CHARS: u32 = 4_000;
const MAX_TAGS: u32 = 10;
const MAX_TAG_CHARS: u32 = 40;
const MAX_ROUNDS: u32 = 12;
/// How many people one timer has at most.
pub const MAX_PEOPLE: u32 = 200;

/// A timer to start. Deployed clients also send the names with underscores (contracts §4.5).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewTimer {
    /// Seconds, 1 to 86,400.
    #[serde(alias = "allocated_duration")]
    pub allocated_duration: i64,
    #[serde(default, alias = "schedule_id")]
    pub schedule_id: Option<String>,
    #[serde(default, alias = "todo_id")]
    pub todo_id: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// `meeting` for one whose `scheduleId` is a booking of the caller's, else `plain`.
    #[serde(default)]
    pub kind: Option<TimerKind>,
    /// Yes for a focus timer, unless it is given.
    #[serde(default)]
    pub hold_notifications: Option<bool>,
    /// Makes it the first round of work of a series.
    #[serde(default)]
    pub cycle: Option<CycleChoice>,
    /// Who watches it from the beginning.
    #[serde(default)]
    pub user_ids: Vec<UserId>,
    /// A chat room whose members watch it, whoever they are at the time.
    #[serde(default)]
    pub chat_room_id: Option<ChatRoomId>,
    /// A booking whose people watch it, whoever they are at the time.
    #[serde(default)]
    pub reservation_id: Option<ReservationId>,
    /// What its people are going to talk about; a series has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<NewPoint>,
}

/// The series that a focus timer begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CycleChoice {
    /// Seconds of each rest.
    pub rest: u32,
    /// Rounds of work in all, 2 to 12.
    pub rounds: u32,
}

/// What to change about a timer. What is absent stays; an empty text takes it away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimerPatch {
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    #[serde(default)]
    pub todo_id: Option<String>,
    #[serde(default)]
    pub hold_notifications: Option<bool>,
    /// Seconds: more than have elapsed.
    #[serde(default)]
    pub allocated_duration: Option<i64>,
    /// The version that the change is meant for.
    #[serde(default)]
    pub version: Option<i64>,
}

/// More time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Extension {
    /// Up to a day in all.
    pub seconds: i64,
    /// The version that the change is meant for.
    #[serde(default)]
    pub version: Option<i64>,
}

/// Who else is to see a timer: people, those of a chat room, those of a booking. While it is active
/// it follows room and booking: who comes into them comes onto it, who leaves them goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Share {
    #[serde(default)]
    pub user_ids: Vec<UserId>,
    /// Its members, when the caller is one.
    #[serde(default)]
    pub chat_room_id: Option<ChatRoomId>,
    /// Its organiser and attendees.
    #[serde(default)]
    pub reservation_id: Option<ReservationId>,
    /// What those who are named may do; watch, unless it is given. The others watch.
    #[serde(default)]
    pub role: TimerRole,
}

impl NewTimer {
    /// Trims the texts and drops what is empty or repeated.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for text in [&mut self.title, &mut self.description, &mut self.schedule_id, &mut self.todo_id] {
            *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        self.tags = tidy_tags(self.tags);
        self.agenda = tidy_points(self.agenda);
        self
    }

    /// # Errors
    /// [`AppError::Validation`] with each field that breaks a rule.
    pub fn check(&self) -> Result<(), AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field, rule| fields.push(FieldError { field, rule });
        if !(1..=i64::from(MAX_SECS)).contains(&self.allocated_duration) {
            refuse(Field::AllocatedDuration, Rule::Range { min: 1, max: MAX_SECS });
        }
        for (field, text, max) in [
            (Field::Title, &self.title, MAX_TITLE_CHARS),
            (Field::Description, &self.description, MAX_DESCRIPTION_CHARS),
            (Field::ScheduleId, &self.schedule_id, MAX_ID_CHARS),
            (Field::TodoId, &self.todo_id, MAX_ID_CHARS),
        ] {
            if let Some(rule) = text.as_deref().and_then(|text| broken_by(text, max)) {
                refuse(field, rule);
            }
        }
        if let Some(rule) = broken_tags(&self.tags) {
            refuse(Field::Tags, rule);
        }
        if let Some(cycle) = self.cycle {
            if !(2..=MAX_ROUNDS).contains(&cycle.rounds) {
                refuse(Field::Cycle, Rule::Range { min: 2, max: MAX_ROUNDS });
            } else if !(1..=MAX_SECS).contains(&cycle.rest) {
                refuse(Field::Cycle, Rule::Range { min: 1, max: MAX_SECS });
            } else if !matches!(self.kind, None | Some(TimerKind::Focus)) {
                // Work and rest take turns: there is nothing else to cycle.
                refuse(Field::Kind, Rule::Unknown);
            }
        }
        let of_series = (self.cycle.is_some() && !self.agenda.is_empty()).then_some(Rule::Unknown);
        if let Some(rule) = broken_points(&self.agenda).or(of_series) {
            refuse(Field::Agenda, rule);
        }
        if self.user_ids.len() >= MAX_PEOPLE as usize {
            refuse(Field::UserIds, Rule::MaxItems { max: MAX_PEOPLE });
        }
        if fields.is_empty() { Ok(()) } else { Err(AppError::Validation { fields }) }
    }
}

impl TimerPatch {
    /// Trims the texts and drops empty or repeated tags.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for text in [&mut self.title, &mut self.description, &mut self.todo_id] {
            *text = text.take().map(|text| text.trim().to_owned());
        }
        self.tags = self.tags.map(tidy_tags);
        self
    }

    /// # Errors
    /// [`AppError::Validation`] with each text that breaks a rule; the length is for the timer to say.
    pub fn check(&self) -> Result<(), AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field, rule| fields.push(FieldError { field, rule });
        for (field, text, max) in [
            (Field::Title, &self.title, MAX_TITLE_CHARS),
            (Field::Description, &self.description, MAX_DESCRIPTION_CHARS),
            (Field::TodoId, &self.todo_id, MAX_ID_CHARS),
        ] {
            if let Some(rule) = text.as_deref().and_then(|text| broken_by(text, max)) {
                refuse(field, rule);
            }
        }
        if let Some(rule) = self.tags.as_deref().and_then(broken_tags) {
            refuse(Field::Tags, rule);
        }
        if fields.is_empty() { Ok(()) } else { Err(AppError::Validation { fields }) }
    }
}

fn tidy_tags(tags: Vec<String>) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::new();
    for tag in tags {
        let tag = tag.trim();
        if !tag.is_empty() && !tidy.iter().any(|known| known == tag) {
            tidy.push(tag.to_owned());
        }
    }
    tidy
}

fn broken_tags(tags: &[String]) -> Option<Rule> {
    if tags.len() > MAX_TAGS as usize {
        return Some(Rule::MaxItems { max: MAX_TAGS });
    }
    tags.iter().find_map(|tag| broken_by(tag, MAX_TAG_CHARS))
}

pub(super) fn broken_by(text: &str, max: u32) -> Option<Rule> {
    if text.chars().count() > max as usize {
        Some(Rule::MaxLength { max })
    } else {
        text.contains('\0').then_some(Rule::NulCharacter)
    }
}
