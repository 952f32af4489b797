//! Rooms, people and equipment in words.

use super::{Lang, fill};

impl Lang {
    /// `누마루로 예약`, `별당으로 예약` or `Book …`: what the primary button will do.
    #[must_use]
    pub fn book_room(self, room: &str) -> String {
        let texts = self.texts();
        match self {
            Self::Ko if ends_in_consonant(room) => fill(texts.book_room, &[&[room, "으"].concat()]),
            _ => fill(texts.book_room, &[&room]),
        }
    }

    /// `6명` or `6 people`.
    #[must_use]
    pub fn people(self, count: u32) -> String {
        match (self, count) {
            (Self::Ko, n) => format!("{n}명"),
            (Self::En, 1) => "1 person".into(),
            (Self::En, n) => format!("{n} people"),
        }
    }

    /// A piece of equipment by its name in this language, or as it was written.
    #[must_use]
    pub fn equipment(self, code: &str) -> String {
        let known = match (self, code) {
            (Self::Ko, "video") => "화상",
            (Self::Ko, "screen") => "화면",
            (Self::Ko, "whiteboard") => "화이트보드",
            (Self::Ko, "projector") => "빔프로젝터",
            (Self::Ko, "phone") => "전화",
            (Self::En, "video") => "Video",
            (Self::En, "screen") => "Screen",
            (Self::En, "whiteboard") => "Whiteboard",
            (Self::En, "projector") => "Projector",
            (Self::En, "phone") => "Phone",
            _ => code,
        };
        known.to_owned()
    }
}

/// Whether a Korean word ends in a consonant other than ㄹ, so that 으로 follows instead of 로.
fn ends_in_consonant(word: &str) -> bool {
    const FINALS: u32 = 28;
    const RIEUL: u32 = 8;
    let last = word.chars().next_back().filter(|c| ('가'..='힣').contains(c));
    last.is_some_and(|c| !matches!((c as u32 - '가' as u32) % FINALS, 0 | RIEUL))
}
