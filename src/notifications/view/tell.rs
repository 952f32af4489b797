//! What of the events the browser itself tells: decided by each tab alike, told by one.

use crate::accounts::model::Viewer;
use crate::notifications::live::NotificationCenter;
use crate::realtime::protocol::{Event, Frame, Topic};
use crate::text::Lang;
use crate::time::ZoneOffsets;
use crate::ui::system;

/// Tells what is new, when the person wants it told by the browser. `clock` is the organisation's
/// zone, by which quiet hours go; `zone` the one that the person reads.
pub fn tell(
    frame: &Frame,
    center: &NotificationCenter,
    viewer: Viewer,
    lang: Lang,
    clock: &ZoneOffsets,
    zone: &ZoneOffsets,
) {
    let Event::NotificationCreated(created) = &frame.event else { return };
    let entry = &created.notification;
    let wanted = match frame.topic {
        Topic::Org => {
            created.actor_id != Some(viewer.user_id)
                && !center.holds(frame.topic, created)
                && center.preferences.decide(entry.category(), entry.priority, frame.timestamp, clock).browser.is_told()
        }
        _ => created.browser,
    };
    if wanted {
        let title = entry.data.title(lang).to_owned();
        system::tell(entry.id.to_string(), title, entry.data.message(lang, zone), entry.action_url.clone());
    }
}
