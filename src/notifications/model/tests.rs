use super::*;
use crate::ids::ReservationId;
use crate::level::Level;
use crate::text::Lang;
use crate::time::{DAY, HOUR, MINUTE, ZoneOffsets};
use jiff::civil::datetime;

fn seoul() -> ZoneOffsets {
    ZoneOffsets { name: "Asia/Seoul".into(), spans: vec![(Timestamp(0), 9 * 3600)] }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn quiet(from: &str, to: &str, weekdays: &[u8]) -> QuietHours {
    QuietHours {
        enabled: true,
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        weekdays: weekdays.to_vec(),
        urgent_override: true,
    }
}

#[test]
fn quiet_hours_are_half_open_and_belong_to_the_day_they_begin_on() {
    // 2026-11-23 is a Monday.
    let night = quiet("22:00", "07:00", &[1]);
    for (local, covered) in [
        (datetime(2026, 11, 23, 21, 59, 0, 0), false),
        (datetime(2026, 11, 23, 22, 0, 0, 0), true),
        (datetime(2026, 11, 24, 6, 59, 59, 0), true),
        (datetime(2026, 11, 24, 7, 0, 0, 0), false),
        // Sunday night is not Monday's.
        (datetime(2026, 11, 23, 6, 0, 0, 0), false),
        (datetime(2026, 11, 24, 22, 0, 0, 0), false),
    ] {
        assert_eq!(night.cover(local), covered, "{local}");
    }
    let noon = quiet("12:00", "13:00", &[1]);
    assert!(noon.cover(datetime(2026, 11, 23, 12, 0, 0, 0)) && !noon.cover(datetime(2026, 11, 23, 13, 0, 0, 0)));
    let day = quiet("09:00", "09:00", &[1]);
    assert!(day.cover(datetime(2026, 11, 23, 9, 0, 0, 0)) && day.cover(datetime(2026, 11, 24, 8, 59, 0, 0)));
    assert!(!day.cover(datetime(2026, 11, 24, 9, 0, 0, 0)));
    assert!(!QuietHours { enabled: false, ..night }.cover(datetime(2026, 11, 23, 23, 0, 0, 0)));
}

#[test]
fn each_channel_is_decided_with_its_reason() {
    let mut wishes = Preferences { quiet_hours: quiet("19:00", "08:00", &[1, 2, 3, 4, 5]), ..Preferences::default() };
    let (day, night) = (at("2026-11-23T03:00:00Z"), at("2026-11-23T12:00:00Z"));
    let decide = |wishes: &Preferences, category, priority, at| {
        let decision = wishes.decide(category, priority, at, &seoul());
        (decision.in_app, decision.browser)
    };
    use Category::{Changes, NewBookings};
    use Reason::{SwitchedOff, Told};
    assert_eq!(decide(&wishes, Changes, Priority::Normal, day), (Told, Told));
    assert_eq!(decide(&wishes, Changes, Priority::High, night), (Told, Reason::QuietHours));
    assert_eq!(decide(&wishes, Changes, Priority::Urgent, night), (Told, Reason::Urgent));
    assert_eq!(decide(&wishes, NewBookings, Priority::Low, day), (Told, SwitchedOff), "contracts §1.7");
    wishes.quiet_hours.urgent_override = false;
    wishes.categories.insert(Changes, Channels { in_app: false, browser: true });
    assert_eq!(decide(&wishes, Changes, Priority::Urgent, night), (SwitchedOff, Reason::QuietHours));
    assert_eq!(wishes.muted(), [Changes]);
}

#[test]
fn preferences_travel_as_json_and_what_is_absent_is_the_default() {
    let read: Preferences =
        serde_json::from_str(r#"{"categories":{"changes":{"inApp":false,"browser":false}}}"#).unwrap();
    assert!(read.is_muted(Category::Changes) && !read.is_muted(Category::Invitations));
    let whole = read.tidied();
    assert_eq!(whole.categories.len(), Category::ALL.len());
    let text = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<Preferences>(&text).unwrap(), whole);
    for category in Category::ALL {
        assert_eq!(serde_json::to_value(category).unwrap(), category.tag());
    }
    for wrong in ["24:00", "7:00", "07:60", "0700", "-1:00", "+1:00"] {
        assert!(wrong.parse::<ClockTime>().is_err(), "{wrong}");
    }
}

#[test]
fn ids_are_uuids() {
    let id = "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a";
    assert_eq!(id.parse::<NotificationId>().unwrap().to_string(), id);
    for wrong in ["", "42", "0192f0c12b3c7d4e8f5a6b7c8d9e0f1a", "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1ä"] {
        assert!(wrong.parse::<NotificationId>().is_err(), "{wrong}");
    }
}

#[test]
fn a_notification_reads_as_the_contract_says() {
    let booking = Booking {
        id: ReservationId(7),
        title: "주간 회의".into(),
        room: "별당".into(),
        starts_at: at("2026-03-16T01:00:00Z"),
        ends_at: at("2026-03-16T02:00:00Z"),
    };
    let created = NotificationKind::BookingCreated { booking: booking.clone() };
    assert_eq!(created.title(Lang::Ko), "새 예약");
    assert_eq!(created.message(Lang::Ko, &seoul()), "별당에 새로운 예약이 생성되었습니다.");
    assert_eq!(created.message(Lang::En, &seoul()), "A new booking was created in 별당.");
    let decided = NotificationKind::ApprovalDecided { booking, approved: true, by: "관리자".into(), reason: None };
    assert_eq!(decided.message(Lang::Ko, &seoul()), "별당 3월 16일 10:00–11:00 예약이 승인되었습니다.");
    let system = NotificationKind::Announcement { message: "x".into(), level: Level::Info, maintenance: false };
    assert_eq!((system.title(Lang::Ko), system.title(Lang::En)), ("시스템 알림", "System notice"));
}

#[test]
fn times_ago_are_those_of_the_readers_calendar() {
    // 10:00 in Seoul.
    let now = at("2026-03-16T01:00:00Z");
    let ago = |ms: i64, lang: Lang| lang.ago(now - ms, now, &seoul());
    for (ms, korean, english) in [
        (0, "방금", "just now"),
        (-HOUR, "방금", "just now"),
        (MINUTE, "1분 전", "1 minute ago"),
        (59 * MINUTE, "59분 전", "59 minutes ago"),
        (HOUR, "1시간 전", "1 hour ago"),
        (9 * HOUR, "9시간 전", "9 hours ago"),
        (11 * HOUR, "어제", "yesterday"),
        (2 * DAY, "2일 전", "2 days ago"),
        (8 * DAY, "3월 8일", "March 8"),
    ] {
        assert_eq!((ago(ms, Lang::Ko), ago(ms, Lang::En)), (korean.into(), english.into()), "{ms}");
    }
}

#[test]
fn a_message_is_checked_field_by_field() {
    let good = NewMessage {
        user_ids: vec![UserId(1)],
        user_id: None,
        title: "제목".into(),
        message: "<script>alert(1)</script>".into(),
        kind: NotificationType::Custom,
        priority: Priority::Normal,
        expires_at: None,
        action_url: Some("/timeline".into()),
    };
    let now = Timestamp(1_000);
    assert_eq!(good.check(now), Ok(()), "markup is text like any other");
    for url in ["javascript:alert(1)", "//evil.example", "/\\evil.example", "http://a.example", "/a\nb"] {
        assert!(NewMessage { action_url: Some(url.into()), ..good.clone() }.check(now).is_err(), "{url}");
    }
    for wrong in [
        NewMessage { user_ids: vec![], ..good.clone() },
        NewMessage { title: String::new(), ..good.clone() },
        NewMessage { message: "가".repeat(10_000), ..good.clone() },
        NewMessage { message: "\0".into(), ..good.clone() },
        NewMessage { expires_at: Some(now), ..good.clone() },
    ] {
        assert!(wrong.check(now).is_err(), "{wrong:?}");
    }
    let twice = NewMessage { user_ids: vec![UserId(1), UserId(2), UserId(1)], user_id: Some(UserId(3)), ..good };
    assert_eq!(twice.tidied().user_ids, [UserId(1), UserId(2), UserId(3)]);
}
