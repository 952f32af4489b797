use super::*;
use crate::time::HOUR;

const NOW: Timestamp = Timestamp(1_000 * HOUR);

fn notice(message: &str) -> NewAnnouncement {
    NewAnnouncement { message: message.into(), ..NewAnnouncement::default() }
}

fn refused(new: NewAnnouncement, sent: Option<&Announcement>) -> Vec<(Field, Rule)> {
    match new.checked(sent, NOW) {
        Err(AppError::Validation { fields }) => fields.into_iter().map(|f| (f.field, f.rule)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_absent_has_its_usual_value() {
    let made = notice(" 점심이 왔습니다 ").checked(None, NOW).unwrap();
    assert_eq!((made.body.as_str(), made.title.as_str(), made.headline()), ("점심이 왔습니다", "", "점심이 왔습니다"));
    assert_eq!((made.kind, made.severity, made.audience), (Kind::Notification, Severity::Info, Audience::Everyone));
    assert_eq!((made.starts_at, made.expires_at), (NOW, None));
    assert!(!made.ack_required && made.ack_options.is_empty());

    let late = NewAnnouncement { starts_at: Some(NOW - HOUR), ..notice("a") };
    assert_eq!(late.checked(None, NOW).unwrap().starts_at, NOW, "what should have begun begins now");
}

#[test]
fn level_and_severity_say_the_same() {
    for (level, severity) in
        [(Level::Info, Severity::Info), (Level::Warning, Severity::Advisory), (Level::Error, Severity::Major)]
    {
        let made = NewAnnouncement { level: Some(level), ..notice("a") }.checked(None, NOW).unwrap();
        assert_eq!((made.severity, made.severity.level()), (severity, level));
    }
    assert_eq!(Severity::Critical.level(), Level::Error);
}

#[test]
fn what_is_critical_has_to_be_answered() {
    let fire = NewAnnouncement { severity: Some(Severity::Critical), ack_required: Some(false), ..notice("화재") };
    let made = fire.checked(None, NOW).unwrap();
    assert!(made.ack_required);
    assert_eq!(made.ack_options, [AckOption { id: "ok".into(), label: "확인했습니다".into() }]);
}

#[test]
fn broken_rules_are_named_at_their_fields() {
    let option = |id: &str, label: &str| AckOption { id: id.into(), label: label.into() };
    assert_eq!(refused(notice(" \n "), None), [(Field::Message, Rule::Required)]);
    assert_eq!(refused(notice("a\0b"), None), [(Field::Message, Rule::NulCharacter)]);
    assert!(notice(&"가".repeat(4_000)).checked(None, NOW).is_ok());
    assert_eq!(refused(notice(&"가".repeat(4_001)), None), [(Field::Message, Rule::MaxLength { max: 4_000 })]);
    for (expires_at, starts_at, rule) in [
        (NOW, None, Rule::InThePast),
        (NOW - 1, None, Rule::InThePast),
        (NOW + HOUR, Some(NOW + HOUR), Rule::EndsBeforeStart),
        (NOW + 2 * MAX_AHEAD_MS, None, Rule::TooFarAhead),
    ] {
        let new = NewAnnouncement { expires_at: Some(expires_at), starts_at, ..notice("a") };
        assert_eq!(refused(new, None), [(Field::ExpiresAt, rule)]);
    }
    let nobody = NewAnnouncement { audience: Some(Audience::Users { user_ids: vec![] }), ..notice("a") };
    assert_eq!(refused(nobody, None), [(Field::Audience, Rule::Required)]);
    for (options, rule) in [
        (vec![option("a", "A"), option("a", "B")], Rule::Duplicate),
        (vec![option("a", " ")], Rule::Required),
        (vec![option("a", &"x".repeat(41))], Rule::MaxLength { max: 40 }),
        ((0..6).map(|n| option(&n.to_string(), "A")).collect(), Rule::MaxItems { max: 5 }),
    ] {
        let new = NewAnnouncement { ack_required: Some(true), ack_options: Some(options), ..notice("a") };
        assert_eq!(refused(new, None), [(Field::AckOptions, rule)]);
    }
}

#[test]
fn of_what_was_sent_only_words_and_end_change() {
    let sent = NewAnnouncement { ack_required: Some(true), ..notice("a") }.checked(None, NOW - HOUR).unwrap();
    let reworded = NewAnnouncement { message: "b".into(), expires_at: Some(NOW + HOUR), ..NewAnnouncement::of(&sent) };
    assert_eq!(
        reworded.checked(Some(&sent), NOW).unwrap(),
        Announcement { body: "b".into(), expires_at: Some(NOW + HOUR), ..sent.clone() }
    );
    let other = NewAnnouncement {
        severity: Some(Severity::Major),
        audience: Some(Audience::Floor { floor: "3".into() }),
        ..NewAnnouncement::of(&sent)
    };
    assert_eq!(
        refused(other, Some(&sent)),
        [(Field::Severity, Rule::AlreadySent), (Field::Audience, Rule::AlreadySent)]
    );
}

#[test]
fn an_audience_has_the_shape_of_the_contract() {
    for (audience, json) in [
        (Audience::Everyone, r#"{"type":"everyone"}"#),
        (Audience::Users { user_ids: vec![UserId(3)] }, r#"{"type":"users","userIds":["3"]}"#),
        (Audience::Floor { floor: "7층".into() }, r#"{"type":"floor","floor":"7층"}"#),
        (Audience::Room { room_id: RoomId(1) }, r#"{"type":"room","roomId":"1"}"#),
    ] {
        assert_eq!(serde_json::to_string(&audience).unwrap(), json);
        assert_eq!(serde_json::from_str::<Audience>(json).unwrap(), audience);
    }
}
