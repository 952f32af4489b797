use super::*;
use crate::error::{AppError, Field, FieldError, Rule};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thing {
    small_number: u8,
    number: i64,
    share: f64,
    yes: bool,
    text: String,
    none: Option<String>,
    #[serde(default)]
    absent: Vec<i32>,
    pairs: Vec<(String, i32)>,
    map: BTreeMap<Word, u32>,
    word: Word,
    choice: Choice,
    wrapped: Wrapped,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    One,
    TwoThree,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    None,
    One(i64),
    Two(i64, i64),
    Named { text: String },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapped(i32);

fn thing() -> Value {
    json!({
        "smallNumber": 255, "number": i64::MIN, "share": 3, "yes": true, "text": "마당 \"\u{1F600}\"", "none": null,
        "pairs": [["a", -1], ["b", 2]], "map": {"two_three": 23, "one": 1}, "word": "two_three", "choice": {"two": [1, 2]},
        "wrapped": 7,
        "unknown": {"deep": [1, {"er": null}]},
    })
}

#[test]
fn what_our_types_are_made_of_is_read_as_serde_json_reads_it() {
    let text = thing().to_string();
    assert_eq!(read::<Thing>(&text), Ok(serde_json::from_str(&text).unwrap()));
}

#[test]
fn what_is_of_another_shape_is_not_read() {
    for (member, wrong) in [
        ("smallNumber", json!(256)),
        ("smallNumber", json!(-1)),
        ("smallNumber", json!(1.5)),
        ("smallNumber", json!("1")),
        ("number", json!(u64::MAX)),
        ("share", json!("3")),
        ("yes", json!(1)),
        ("text", json!(null)),
        ("text", json!(["x"])),
        ("none", json!(1)),
        ("pairs", json!([["a"]])),
        ("pairs", json!([["a", 1, 2]])),
        ("pairs", json!({})),
        ("map", json!({"four": 4})),
        ("map", json!([])),
        ("word", json!("four")),
        ("word", json!({"four": null})),
        ("choice", json!({"one": [1]})),
        ("choice", json!({})),
        ("wrapped", json!([7])),
    ] {
        let mut thing = thing();
        thing[member] = wrong.clone();
        assert_eq!(read::<Thing>(&thing.to_string()), Err(Unreadable), "{member}: {wrong}");
    }
    let mut thing = thing();
    thing.as_object_mut().unwrap().remove("text");
    assert_eq!(read::<Thing>(&thing.to_string()), Err(Unreadable), "without text");
    for wrong in ["", "{", "[]", "null", "{} {}", "nope"] {
        assert_eq!(read::<Thing>(wrong), Err(Unreadable), "{wrong}");
    }
}

#[test]
fn a_choice_is_read_in_all_its_forms() {
    for (text, choice) in [
        (r#""none""#, Choice::None),
        (r#"{"one":1}"#, Choice::One(1)),
        (r#"{"two":[1,2]}"#, Choice::Two(1, 2)),
        (r#"{"named":{"text":"x"}}"#, Choice::Named { text: "x".into() }),
    ] {
        assert_eq!(read::<Choice>(text), Ok(choice), "{text}");
    }
}

/// A place for each refusal that travels: a new one does not compile until it is here.
fn place(error: &AppError) -> usize {
    match error {
        AppError::Unauthenticated => 0,
        AppError::InvalidCredentials => 1,
        AppError::RateLimitExceeded { .. } => 2,
        AppError::Forbidden => 3,
        AppError::ForbiddenOrigin => 4,
        AppError::NotFound => 5,
        AppError::MethodNotAllowed => 6,
        AppError::Validation { .. } => 7,
        AppError::MalformedRequest { .. } => 8,
        AppError::PayloadTooLarge => 9,
        AppError::ReservationConflict(_) => 10,
        AppError::RoomHasReservations { .. } => 11,
        AppError::StaleVersion => 12,
        AppError::ReservationClosed => 13,
        AppError::AnnouncementClosed => 14,
        AppError::AlreadyMember => 15,
        AppError::ChatRoomArchived => 16,
        AppError::MentionsUnconfirmed { .. } => 17,
        AppError::TimerAlreadyCompleted => 18,
        AppError::TimerNotRunning => 19,
        AppError::TimerNotPaused => 20,
        AppError::IdempotencyMismatch => 21,
        AppError::Internal { .. } => 22,
        AppError::Unreachable => 23,
        AppError::WritingBarred { .. } => 24,
        AppError::UploadQuotaExceeded => 25,
        AppError::AlreadyAnswered { .. } => unreachable!("it does not travel"),
    }
}
const PLACES: usize = 26;

#[test]
fn refusals_survive_the_wire() {
    let rules = [
        Rule::Required,
        Rule::MaxLength { max: 3 },
        Rule::MaxChanges { max: 7 },
        Rule::Range { min: 1, max: 9 },
        Rule::NotLater,
        Rule::AlreadySent,
    ];
    let fields = rules.into_iter().map(|rule| FieldError { field: Field::ActionUrl, rule }).collect();
    let errors = [
        AppError::Unauthenticated,
        AppError::InvalidCredentials,
        AppError::RateLimitExceeded { retry_after_secs: 5 },
        AppError::Forbidden,
        AppError::ForbiddenOrigin,
        AppError::NotFound,
        AppError::MethodNotAllowed,
        AppError::Validation { fields },
        AppError::MalformedRequest { line: 1, column: 2 },
        AppError::PayloadTooLarge,
        AppError::ReservationConflict(Box::default()),
        AppError::RoomHasReservations { reservations: vec![] },
        AppError::StaleVersion,
        AppError::ReservationClosed,
        AppError::AnnouncementClosed,
        AppError::AlreadyMember,
        AppError::ChatRoomArchived,
        AppError::MentionsUnconfirmed { people: 12 },
        AppError::TimerAlreadyCompleted,
        AppError::TimerNotRunning,
        AppError::TimerNotPaused,
        AppError::IdempotencyMismatch,
        AppError::Internal { error_id: "7".into() },
        AppError::Unreachable,
        AppError::WritingBarred { until: crate::time::Timestamp(1) },
        AppError::UploadQuotaExceeded,
    ];
    assert_eq!(errors.iter().map(place).collect::<Vec<_>>(), (0..PLACES).collect::<Vec<_>>());
    for error in errors {
        let text = serde_json::to_string(&error).unwrap();
        assert_eq!(read::<AppError>(&text), Ok(error.clone()));
        assert_eq!(serde_json::from_str::<AppError>(&text).unwrap(), error);
        let outcome = serde_json::to_string(&Err::<(), _>(&error)).unwrap();
        assert_eq!(Object::parse(&outcome).unwrap().outcome::<u8>(), Ok(Err(error)));
    }
    assert_eq!(Object::parse(r#"{"Ok":5}"#).unwrap().outcome::<u8>(), Ok(Ok(5)));
    assert_eq!(Object::parse(r#"{"Ok":"5"}"#).unwrap().outcome::<u8>(), Err(Unreadable));
    assert_eq!(read::<AppError>(r#"{"code":"NEW_IN_THE_NEXT_BUILD"}"#), Err(Unreadable));
}

#[test]
fn a_number_names_a_member_in_digits() {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    struct Number(i64);
    let text = r#"{"-1":"a","12":"b"}"#;
    let read_map = read::<BTreeMap<Number, String>>(text);
    assert_eq!(read_map, Ok(serde_json::from_str(text).unwrap()));
    assert_eq!(read::<BTreeMap<Number, String>>(r#"{"x":"a"}"#), Err(Unreadable));
}
