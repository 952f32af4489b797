//! What admins enter, and what may become of it.

use super::{
    AckOption, Announcement, Audience, Kind, MAX_AHEAD_MS, MAX_LABEL_CHARS, MAX_MESSAGE_CHARS, MAX_NAMED, MAX_OPTIONS,
    MAX_TITLE_CHARS, Severity,
};
use crate::error::{AppError, Field, FieldError, Rule};
use crate::ids::AnnouncementId;
use crate::level::Level;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What an admin enters (contracts §9). What is absent has its usual value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewAnnouncement {
    pub message: String,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Follows from `severity` when that is given.
    #[serde(default)]
    pub level: Option<Level>,
    #[serde(default)]
    pub severity: Option<Severity>,
    #[serde(default)]
    pub audience: Option<Audience>,
    /// Now, unless it is given.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    #[serde(default)]
    pub ack_required: Option<bool>,
    /// The answers to choose from; one that says "read" unless others are given.
    #[serde(default)]
    pub ack_options: Option<Vec<AckOption>>,
}

/// A change of an announcement: its whole new content, and the version that the writer has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AnnouncementEdit {
    #[serde(flatten)]
    pub content: NewAnnouncement,
    /// Required.
    pub version: Option<i64>,
}

/// The id and the label of the one answer that there is unless others are given.
pub const READ: (&str, &str) = ("ok", "확인했습니다");

impl NewAnnouncement {
    /// The content that `before` has, to begin a form with.
    #[must_use]
    pub fn of(before: &Announcement) -> Self {
        Self {
            message: before.body.clone(),
            title: Some(before.title.clone()),
            kind: Some(before.kind),
            level: None,
            severity: Some(before.severity),
            audience: Some(before.audience.clone()),
            starts_at: Some(before.starts_at),
            expires_at: before.expires_at,
            ack_required: Some(before.ack_required),
            ack_options: Some(before.ack_options.clone()),
        }
    }

    /// The announcement that this makes, by the rules of contracts §8 and §9; the same answer in
    /// the form and on the server. `sent` is the one that people have already and that this
    /// changes: its words and its end may change, the rest may not.
    ///
    /// # Errors
    /// [`AppError::Validation`] with each field that breaks a rule.
    pub fn checked(self, sent: Option<&Announcement>, now: Timestamp) -> Result<Announcement, AppError> {
        let severity = self.severity.or(self.level.map(Severity::from)).unwrap_or(Severity::Info);
        let ack_required = self.ack_required.unwrap_or(false) || severity == Severity::Critical;
        let options = self.ack_options.filter(|options| !options.is_empty());
        let mut after = Announcement {
            id: sent.map_or(AnnouncementId(0), |sent| sent.id),
            kind: self.kind.unwrap_or_default(),
            severity,
            title: self.title.unwrap_or_default().trim().to_owned(),
            body: self.message.trim().to_owned(),
            starts_at: match sent {
                Some(sent) => self.starts_at.unwrap_or(sent.starts_at),
                None => self.starts_at.map_or(now, |start| start.max(now)),
            },
            expires_at: self.expires_at,
            ack_required,
            ack_options: match options {
                _ if !ack_required => Vec::new(),
                Some(options) => options,
                None => vec![AckOption { id: READ.0.into(), label: READ.1.into() }],
            },
            audience: self.audience.unwrap_or_default(),
            update_of: None,
            cancelled: false,
        };
        for option in &mut after.ack_options {
            option.label = option.label.trim().to_owned();
        }
        if let Audience::Users { user_ids } = &mut after.audience {
            user_ids.sort_unstable();
            user_ids.dedup();
        }
        let mut fields = after.violations(now);
        if let Some(sent) = sent {
            fields.extend(after.differences(sent));
        }
        if fields.is_empty() { Ok(after) } else { Err(AppError::Validation { fields }) }
    }
}

impl Announcement {
    fn violations(&self, now: Timestamp) -> Vec<FieldError> {
        let mut fields = Vec::new();
        let mut refuse = |field, rule| fields.push(FieldError { field, rule });
        if self.body.is_empty() {
            refuse(Field::Message, Rule::Required);
        }
        for (field, text, max) in
            [(Field::Message, &self.body, MAX_MESSAGE_CHARS), (Field::Title, &self.title, MAX_TITLE_CHARS)]
        {
            if text.chars().count() > max as usize {
                refuse(field, Rule::MaxLength { max });
            } else if text.contains('\0') {
                refuse(field, Rule::NulCharacter);
            }
        }
        if self.starts_at > now + MAX_AHEAD_MS {
            refuse(Field::StartsAt, Rule::TooFarAhead);
        }
        match self.expires_at {
            Some(end) if end <= now => refuse(Field::ExpiresAt, Rule::InThePast),
            Some(end) if end <= self.starts_at => refuse(Field::ExpiresAt, Rule::EndsBeforeStart),
            Some(end) if end > self.starts_at + MAX_AHEAD_MS => refuse(Field::ExpiresAt, Rule::TooFarAhead),
            _ => {}
        }
        match &self.audience {
            Audience::Users { user_ids } if user_ids.is_empty() => refuse(Field::Audience, Rule::Required),
            Audience::Users { user_ids } if user_ids.len() > MAX_NAMED as usize => {
                refuse(Field::Audience, Rule::MaxItems { max: MAX_NAMED });
            }
            _ => {}
        }
        if let Some(rule) = self.broken_options() {
            refuse(Field::AckOptions, rule);
        }
        fields
    }

    fn broken_options(&self) -> Option<Rule> {
        let options = &self.ack_options;
        let texts = || options.iter().flat_map(|option| [&option.id, &option.label]);
        if options.len() > MAX_OPTIONS as usize {
            Some(Rule::MaxItems { max: MAX_OPTIONS })
        } else if texts().any(String::is_empty) {
            Some(Rule::Required)
        } else if texts().any(|text| text.chars().count() > MAX_LABEL_CHARS as usize) {
            Some(Rule::MaxLength { max: MAX_LABEL_CHARS })
        } else if texts().any(|text| text.contains('\0')) {
            Some(Rule::NulCharacter)
        } else if (1..options.len()).any(|i| options[..i].iter().any(|before| before.id == options[i].id)) {
            Some(Rule::Duplicate)
        } else {
            None
        }
    }

    /// What differs from what people have already, among that which may not.
    fn differences(&self, sent: &Self) -> Vec<FieldError> {
        [
            (Field::Kind, self.kind != sent.kind),
            (Field::Severity, self.severity != sent.severity),
            (Field::StartsAt, self.starts_at != sent.starts_at),
            (Field::AckRequired, self.ack_required != sent.ack_required),
            (Field::AckOptions, self.ack_options != sent.ack_options),
            (Field::Audience, self.audience != sent.audience),
        ]
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| FieldError { field, rule: Rule::AlreadySent })
        .collect()
    }
}
