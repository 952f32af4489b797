//! Rooms, people and equipment in words.

use super::Lang;

impl Lang {
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
