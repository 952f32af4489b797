//! What an admin has typed into the form of an announcement, and how it meets another admin's save.

use super::form::name_of;
use crate::announcements::model::{Announcement, Audience, Kind};
use crate::ids::UserId;
use crate::time::{Timestamp, ZoneOffsets, date_time_text};

/// One field of the form. Those that are text come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Title,
    Message,
    Kind,
    Severity,
    Audience,
    Floor,
    Room,
    StartsAt,
    ExpiresAt,
    Options,
    People,
    Asks,
}

impl Part {
    /// How many of them are text.
    pub const TEXTS: usize = 10;
    const ALL: [Self; 12] = [
        Self::Title,
        Self::Message,
        Self::Kind,
        Self::Severity,
        Self::Audience,
        Self::Floor,
        Self::Room,
        Self::StartsAt,
        Self::ExpiresAt,
        Self::Options,
        Self::People,
        Self::Asks,
    ];

    /// Whether it may change once people have the announcement.
    fn stays_open(self) -> bool {
        matches!(self, Self::Title | Self::Message | Self::ExpiresAt)
    }
}

/// The form's content: as typed, so that a half-written time is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub texts: [String; Part::TEXTS],
    pub people: Vec<UserId>,
    pub asks: bool,
}

impl Default for Draft {
    fn default() -> Self {
        let mut draft = Self { texts: Default::default(), people: Vec::new(), asks: false };
        for (part, name) in [(Part::Kind, "notification"), (Part::Severity, "info"), (Part::Audience, "everyone")] {
            draft.texts[part as usize] = name.to_owned();
        }
        draft
    }
}

impl Draft {
    /// What the form of an announcement begins with.
    pub fn of(content: &Announcement, zone: &ZoneOffsets) -> Self {
        let time = |at: Timestamp| date_time_text(zone.local(at));
        let labels: Vec<&str> = content.ack_options.iter().map(|option| option.label.as_str()).collect();
        let mut draft = Self { asks: content.ack_required, ..Self::default() };
        let audience = match &content.audience {
            Audience::Everyone => "everyone",
            Audience::Users { user_ids } => {
                draft.people.clone_from(user_ids);
                "users"
            }
            Audience::Floor { floor } => {
                draft.texts[Part::Floor as usize].clone_from(floor);
                "floor"
            }
            Audience::Room { room_id } => {
                draft.texts[Part::Room as usize] = room_id.to_string();
                "room"
            }
        };
        let kind = if content.kind == Kind::Maintenance { "maintenance" } else { "notification" };
        for (part, text) in [
            (Part::Title, content.title.clone()),
            (Part::Message, content.body.clone()),
            (Part::Kind, kind.to_owned()),
            (Part::Severity, name_of(content.severity).to_owned()),
            (Part::Audience, audience.to_owned()),
            (Part::StartsAt, time(content.starts_at)),
            (Part::ExpiresAt, content.expires_at.map(time).unwrap_or_default()),
            (Part::Options, labels.join("\n")),
        ] {
            draft.texts[part as usize] = text;
        }
        draft
    }

    pub fn text(&self, part: Part) -> &str {
        self.texts.get(part as usize).map(String::as_str).unwrap_or_default()
    }

    /// Whether a field has the same content in both.
    pub fn agrees(&self, other: &Self, part: Part) -> bool {
        match part {
            Part::People => self.people == other.people,
            Part::Asks => self.asks == other.asks,
            text => self.text(text) == other.text(text),
        }
    }

    /// Takes a field's content from another draft.
    fn take(&mut self, other: &Self, part: Part) {
        match part {
            Part::People => self.people.clone_from(&other.people),
            Part::Asks => self.asks = other.asks,
            text => self.texts[text as usize].clone_from(&other.texts[text as usize]),
        }
    }

    /// Brings the form to another admin's save. What was not touched here follows, and what cannot change any more;
    /// what was touched stays. Says what both have changed differently.
    pub fn rebase(&mut self, base: &Self, theirs: &Self, is_sent: bool) -> Vec<Part> {
        let mut clashes = Vec::new();
        for part in Part::ALL {
            if self.agrees(base, part) || (is_sent && !part.stays_open()) {
                self.take(theirs, part);
            } else if !theirs.agrees(base, part) && !self.agrees(theirs, part) {
                clashes.push(part);
            }
        }
        clashes
    }

    /// The fields whose content differs.
    pub fn differences<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Part> + 'a {
        Part::ALL.into_iter().filter(move |part| !self.agrees(other, *part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(texts: &[(Part, &str)]) -> Draft {
        let mut draft = Draft::default();
        for (part, text) in texts {
            draft.texts[*part as usize] = (*text).to_owned();
        }
        draft
    }

    #[test]
    fn typing_survives_another_admins_save() {
        let base = draft(&[(Part::Message, "점검"), (Part::ExpiresAt, "2026-03-12T18:00")]);
        let mut mine = draft(&[(Part::Message, "점검이 있습니다"), (Part::ExpiresAt, "2026-03-12T18:00")]);
        let theirs = Draft {
            asks: true,
            ..draft(&[(Part::Title, "알림"), (Part::Message, "긴 점검"), (Part::ExpiresAt, "2026-03-12T19:00")])
        };
        assert_eq!(mine.rebase(&base, &theirs, false), [Part::Message]);
        let expected =
            [(Part::Title, "알림"), (Part::Message, "점검이 있습니다"), (Part::ExpiresAt, "2026-03-12T19:00")];
        assert_eq!(mine, Draft { asks: true, ..draft(&expected) });
    }

    #[test]
    fn what_cannot_change_once_it_is_out_follows_also_when_it_was_touched() {
        let base = draft(&[(Part::Message, "점검")]);
        let mut mine =
            Draft { people: vec![UserId(1)], ..draft(&[(Part::Message, "긴 점검"), (Part::Severity, "critical")]) };
        assert_eq!(mine.rebase(&base, &base, true), []);
        assert_eq!(mine, draft(&[(Part::Message, "긴 점검")]));
    }

    #[test]
    fn every_field_has_a_place_of_its_own() {
        for (at, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!(part as usize, at);
            assert_eq!(at < Part::TEXTS, !matches!(part, Part::People | Part::Asks));
        }
        let other = Draft { people: vec![UserId(1)], asks: true, ..draft(&[(Part::Title, "제목")]) };
        let differing: Vec<Part> = Draft::default().differences(&other).collect();
        assert_eq!(differing, [Part::Title, Part::People, Part::Asks]);
    }
}
