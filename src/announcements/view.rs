//! The screens of announcements: the banners at the top of every page, and the admins' page.

mod admin;
mod banner;
mod board;
mod draft;
mod drawer;
mod fields;
mod form;

pub use admin::AnnouncementsAdminPage;
pub use banner::{AnswerBar, NoticeRegion, Putting, use_putting};

use super::model::{AckOption, READ, Severity};
use crate::text::Lang;
use crate::ui::Tone;

/// The weight's name, icon and tint.
fn look(severity: Severity, lang: Lang) -> (&'static str, &'static str, Tone) {
    let t = lang.texts();
    match severity {
        Severity::Info => (t.severity_info, "megaphone", Tone::Accent),
        Severity::Advisory => (t.severity_advisory, "info", Tone::Yellow),
        Severity::Major => (t.severity_major, "circle-alert", Tone::Red),
        Severity::Critical => (t.severity_critical, "triangle-alert", Tone::RedSolid),
    }
}

/// An answer's words; the usual one in the reader's language.
fn label(option: &AckOption, lang: Lang) -> String {
    if (option.id.as_str(), option.label.as_str()) == READ {
        lang.texts().answer_ok.to_owned()
    } else {
        option.label.clone()
    }
}
