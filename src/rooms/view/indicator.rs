//! RoomStatusIndicator: a room's state as everybody reads it (contracts §1.8).
//!
//! It is given a state that was derived from bookings and the server's clock; it never looks at
//! the device's.

use crate::app::use_page;
use crate::rooms::model::{Occupancy, RoomState, RoomStatus};
use crate::text::{Lang, fill};
use crate::time::{Timestamp, ZoneOffsets};
use leptos::prelude::*;

/// How much of the state is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IndicatorForm {
    /// Badge and words.
    #[default]
    Whole,
    /// 사용 중, 사용 가능 or 점검 중.
    Badge,
    /// Until when and what, or what comes next.
    Words,
    /// One short line beside a grid, the words as its tooltip.
    Short,
}

/// Nothing while the state is not known: a day that is not today has none.
#[component]
pub fn RoomStatusIndicator(
    #[prop(into)] state: Signal<Option<RoomState>>,
    #[prop(optional)] form: IndicatorForm,
) -> impl IntoView {
    let page = use_page();
    let (lang, zone) = (page.lang, StoredValue::new(page.zone));
    let words = move |state: &RoomState| zone.with_value(|zone| status_words(lang, zone, state));
    move || {
        let state = state.get()?;
        let badge = || view! { <span class=badge_class(state.status)>{status_name(lang, state.status)}</span> };
        Some(match form {
            IndicatorForm::Whole => view! {
                <span class="room-status">
                    {badge()} <span class="room-status-words">{words(&state)}</span>
                </span>
            }
            .into_any(),
            IndicatorForm::Badge => badge().into_any(),
            IndicatorForm::Words => words(&state).into_any(),
            IndicatorForm::Short => {
                let text = match &state.current_reservation {
                    Some(current) if state.status == RoomStatus::InUse => {
                        let until = zone.with_value(|zone| lang.clock(zone.local(current.end_time)));
                        fill(lang.texts().until, &[&until])
                    }
                    _ => status_name(lang, state.status).to_owned(),
                };
                view! { <span class=short_class(state.status) title=words(&state)>{text}</span> }.into_any()
            }
        })
    }
}

/// Shape and word, never colour alone.
fn badge_class(status: RoomStatus) -> &'static str {
    match status {
        RoomStatus::Available => "room-badge",
        RoomStatus::InUse => "room-badge busy",
        RoomStatus::Maintenance => "room-badge blocked",
    }
}

fn short_class(status: RoomStatus) -> &'static str {
    match status {
        RoomStatus::Available => "room-state",
        RoomStatus::InUse => "room-state busy",
        RoomStatus::Maintenance => "room-state blocked",
    }
}

fn status_name(lang: Lang, status: RoomStatus) -> &'static str {
    let texts = lang.texts();
    match status {
        RoomStatus::Available => texts.available,
        RoomStatus::InUse => texts.in_use,
        RoomStatus::Maintenance => texts.maintenance,
    }
}

/// The state in one sentence.
#[must_use]
pub fn status_words(lang: Lang, zone: &ZoneOffsets, state: &RoomState) -> String {
    let texts = lang.texts();
    let time = |at: Timestamp| lang.prose_time(zone.local(at));
    let title = |occupancy: &Occupancy| {
        // An attendee count of nobody is the reduced form of a private booking.
        if occupancy.private && occupancy.attendee_count == 0 {
            texts.reserved_private.to_owned()
        } else {
            occupancy.title.clone()
        }
    };
    match (&state.status, &state.current_reservation, &state.next_reservation) {
        (RoomStatus::Maintenance, ..) => texts.maintenance_hint.to_owned(),
        (RoomStatus::InUse, Some(current), _) => {
            let mut parts = vec![fill(texts.until, &[&time(current.end_time)]), title(current)];
            if current.attendee_count > 0 {
                parts.push(lang.people(current.attendee_count));
            }
            parts.join(" · ")
        }
        (_, _, Some(next)) => fill(texts.next_reservation, &[&title(next), &time(next.start_time)]),
        _ => texts.free_rest_of_day.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ReservationId;
    use crate::time::HOUR;

    #[test]
    fn the_words_are_those_of_the_contract() {
        // 05:30 in UTC is 14:30 in Seoul.
        let zone = ZoneOffsets { name: "Asia/Seoul".into(), spans: vec![(Timestamp(0), 9 * 3_600)] };
        let at = Timestamp(5 * HOUR + HOUR / 2);
        let meeting = Occupancy {
            id: ReservationId(1),
            title: "주간 회의".into(),
            start_time: at,
            end_time: at,
            attendee_count: 5,
            private: false,
        };
        let state = |status, current: Option<&Occupancy>, next: Option<&Occupancy>| {
            let state = RoomState { status, current_reservation: current.cloned(), next_reservation: next.cloned() };
            status_words(Lang::Ko, &zone, &state)
        };
        let hidden = Occupancy { private: true, attendee_count: 0, title: "예약됨".into(), ..meeting.clone() };
        assert_eq!(state(RoomStatus::InUse, Some(&meeting), None), "오후 02:30까지 · 주간 회의 · 5명");
        assert_eq!(state(RoomStatus::Available, None, Some(&meeting)), "다음: 주간 회의 (오후 02:30)");
        assert!(!state(RoomStatus::InUse, Some(&hidden), None).contains("명"));
        assert_eq!(state(RoomStatus::Available, None, None), Lang::Ko.texts().free_rest_of_day);
        assert_eq!(status_name(Lang::Ko, RoomStatus::InUse), "사용 중");
        assert_eq!(status_name(Lang::Ko, RoomStatus::Available), "사용 가능");
    }
}
