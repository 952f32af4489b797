use super::*;
use crate::accounts::model::{Role, Viewer};
use crate::error::{AppError, Rule};
use unicode_segmentation::UnicodeSegmentation;

#[test]
fn characters_are_counted_as_people_count_them() {
    for (text, count) in [
        ("", 0),
        ("안녕하세요", 5),
        ("한국", 2),
        ("한국", 2),
        ("각", 1),
        ("👍🏽", 1),
        ("👨‍👩‍👧‍👦 가족", 4),
        ("🇰🇷🇰🇷", 2),
        ("🇰🇷🇰", 2),
        ("é", 1),
        ("e\u{301}", 1),
        ("❤️", 1),
        ("a\r\nb", 3),
        ("1️⃣", 1),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("ㅋㅋㅋ", 3),
        ("สวัสดี", 4),
    ] {
        assert_eq!(text.graphemes(true).count(), count, "{text:?}");
        assert_eq!(count_characters(text), count, "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn the_count_is_that_of_unicode_for_what_people_write(text in "([가-힣ㄱ-ㅎㅏ-ㅣa-zA-Z0-9 .,!?\n一-龥ぁ-ん]|👍🏽|👨‍👩‍👧|🇰🇷|❤️|😀|[ᄀ-ᄒ][ᅡ-ᅵ][ᆨ-ᇂ]?|e\u{301}){0,80}") {
        assert_eq!(count_characters(&text), text.graphemes(true).count(), "{text:?}");
    }

    #[test]
    fn an_excerpt_is_one_short_line_of_whole_characters(text in "\\PC{0,300}") {
        let excerpt = excerpt(&text);
        assert!(count_characters(&excerpt) <= 101, "{excerpt:?}");
        assert!(!excerpt.contains('\n'));
    }
}

fn names() -> Vec<(UserId, String)> {
    (1..).map(UserId).zip(["김민지", "박준호", "김민", "Jun", "김민지"].map(str::to_owned)).collect()
}

fn called(text: &str) -> (Vec<i64>, bool) {
    let found = find_mentions(text, &names());
    (found.user_ids.iter().map(|id| id.0).collect(), found.everyone)
}

#[test]
fn people_are_called_by_their_names() {
    assert_eq!(called("@박준호님 확인 부탁드려요"), (vec![2], false));
    assert_eq!(called("@김민지 @김민 둘 다"), (vec![1, 3, 5], false), "the longer name is meant; both who have it are");
    assert_eq!(called("@전체 공지"), (vec![], true));
    assert_eq!(called("@all hands"), (vec![], true));
    assert_eq!(called("@Jun, hi"), (vec![4], false));
    assert_eq!(called(&["a@b.kr ".repeat(300).as_str(), "@김민"].concat()), (vec![3], false));
    assert_eq!(called(&["@".repeat(300).as_str(), "김민"].concat()), (vec![], false), "that is no message to people");
    assert_eq!(called("@June"), (vec![], false), "a Latin name ends where its word ends");
    assert_eq!(called("mail minji@Jun"), (vec![], false), "an address of mail calls nobody");
    assert_eq!(called("@@박준호 @"), (vec![2], false));
    assert_eq!(called("no one"), (vec![], false));
}

#[test]
fn calling_everybody_counts_the_others() {
    let everyone = Mentions { user_ids: vec![UserId(1)], everyone: true };
    assert_eq!((everyone.people(30), everyone.people(0)), (29, 0));
    assert_eq!(Mentions { user_ids: vec![UserId(1)], everyone: false }.people(30), 1);
}

#[test]
fn a_slug_has_something_that_is_no_digit() {
    for good in ["general", "stream-123", "전사-공지", "a", "123a"] {
        assert!(check_slug(good).is_ok(), "{good}");
    }
    let invisible = ["\u{3164}", "a\u{3164}", "\u{115F}\u{1160}", "\u{FFA0}"];
    for bad in
        ["", "123", "-a", "a-", "A", "a b", "a/b", "a_b", "..", "a\0", &"a".repeat(81)].into_iter().chain(invisible)
    {
        assert!(check_slug(bad).is_err(), "{bad}");
    }
    for (name, slug) in [
        ("제품 기획", "제품-기획"),
        ("  Design!! Team ", "design-team"),
        ("2026", ""),
        ("!!", ""),
        ("İstanbul", "i-stanbul"),
        ("\u{3164}", ""),
        ("가\u{3164}나", "가-나"),
    ] {
        assert_eq!(slug_of(name), slug, "{name}");
    }
}

#[test]
fn an_emoji_is_one_and_no_text() {
    for good in ["👍", "❤️", "👍🏽", "🇰🇷", "👨‍👩‍👧", "1️⃣", "#\u{20E3}", "✅", "ℹ️", "㊗️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
    {
        assert!(check_emoji(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "a",
        "가",
        "👍👍",
        " ",
        "1",
        "<",
        "\u{0}",
        "👍a",
        "\n",
        "\u{200B}",
        "\u{202E}",
        "\u{2060}",
        "\u{FE0F}",
        "\u{301}",
        "1\u{FE0F}",
        "🇰",
        "🇰🇷🇰",
        "👍\u{202E}",
        "、",
    ] {
        assert!(check_emoji(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn what_shows_nothing_is_as_good_as_nothing() {
    for blank in [
        "",
        " \n\t",
        "\u{3164}",
        "\u{115F}\u{1160}",
        "\u{FFA0}",
        "\u{200B}",
        "\u{2060}",
        "\u{FEFF}",
        "\u{AD}",
        "\u{180E}",
        "\u{2800}",
        "\u{202E} \u{2066}",
        "\u{200D}\u{FE0F}",
        "\u{7}",
        " \u{3164} ",
    ] {
        assert!(is_blank(blank), "{blank:?}");
        let required = |field| Err(AppError::field(field, Rule::Required));
        assert_eq!(check_text(blank), required(Field::Message), "{blank:?}");
        assert_eq!(check_name(blank), required(Field::Name), "{blank:?}");
        assert_eq!(refused(text(blank)), (Field::Message, Rule::Required), "{blank:?}");
        let file = NewMessage { file_url: Some("https://example.com/a.png".into()), ..text(blank) };
        assert_eq!(file.checked().map(|new| new.message), Ok(String::new()), "{blank:?}");
    }
    for shown in ["a", "\u{3164}a", "👨‍👩‍👧", "❤️", "ᄀ", "\0"] {
        assert!(!is_blank(shown), "{shown:?}");
    }
    assert!(check_text("말\u{200B}").is_ok() && check_text("\u{202E}말").is_ok(), "people paste what they paste");
}

#[test]
fn a_name_is_read_as_it_is_written() {
    for turned in ["공지\u{202E}gnp", "\u{2066}a", "a\u{2069}"] {
        assert_eq!(check_name(turned), Err(AppError::field(Field::Name, Rule::UnfitCharacter)), "{turned:?}");
        let patch = ChatRoomPatch { name: Some(turned.into()), ..ChatRoomPatch::default() };
        assert!(patch.checked().is_err(), "{turned:?}");
    }
    assert!(check_name("공지 👨‍👩‍👧").is_ok());
}

#[track_caller]
fn refused(new: NewMessage) -> (Field, Rule) {
    match new.checked() {
        Err(AppError::Validation { fields }) => (fields[0].field, fields[0].rule.clone()),
        other => panic!("{other:?}"),
    }
}

use crate::error::Field;

fn text(message: &str) -> NewMessage {
    NewMessage { message: message.into(), ..NewMessage::default() }
}

#[test]
fn a_message_says_something_and_not_too_much() {
    assert_eq!(refused(text(" \n ")), (Field::Message, Rule::Required));
    assert_eq!(refused(text("a\0b")), (Field::Message, Rule::NulCharacter));
    assert_eq!(refused(text(&"가".repeat(4_001))), (Field::Message, Rule::MaxLength { max: 4_000 }));
    assert!(text(&"👨‍👩‍👧".repeat(4_000)).checked().is_ok(), "a family is one character");
    let marks = "a".to_owned() + &"\u{301}".repeat(40_000);
    assert_eq!(refused(text(&marks)), (Field::Message, Rule::MaxLength { max: 4_000 }));
    assert_eq!(text("  안녕 ").checked().map(|new| new.message), Ok("안녕".to_owned()));
}

#[test]
fn a_file_is_ours_or_comes_over_https() {
    let file = |url: &str| NewMessage { file_url: Some(url.into()), ..NewMessage::default() };
    for good in ["https://example.com/a.png", "/api/v1/chat/files/7"] {
        assert!(file(good).checked().is_ok(), "{good}");
    }
    for bad in [
        "http://example.com",
        "javascript:alert(1)",
        "//example.com",
        "/etc/passwd",
        "https://a b",
        "https://a\"b",
        "data:x",
    ] {
        assert_eq!(refused(file(bad)), (Field::FileUrl, Rule::Unknown), "{bad}");
    }
    let image = NewMessage { message_type: Some(MessageType::Image), ..text("x") };
    assert_eq!(refused(image), (Field::FileUrl, Rule::Required));
    let system = NewMessage { message_type: Some(MessageType::System), ..text("x") };
    assert_eq!(refused(system), (Field::MessageType, Rule::Unknown));
    let numbered = NewMessage { client_msg_id: Some("x".repeat(65)), ..text("x") };
    assert_eq!(refused(numbered), (Field::ClientMsgId, Rule::MaxLength { max: 64 }));
}

#[test]
fn a_room_is_managed_by_its_admins_and_an_open_one_by_the_organisations_too() {
    let room = |kind| ChatRoom {
        id: ChatRoomId(1),
        kind,
        slug: "a".into(),
        name: "a".into(),
        topic: String::new(),
        reservation_id: None,
        member_count: 2,
        version: 1,
        created_at: Timestamp(0),
        archived_at: None,
    };
    let employee = Viewer { user_id: UserId(1), role: Role::Employee };
    let admin = Viewer { user_id: UserId(2), role: Role::Admin };
    for (kind, role, viewer, may) in [
        (RoomKind::Channel, Some(MemberRole::Member), employee, false),
        (RoomKind::Channel, Some(MemberRole::Admin), employee, true),
        (RoomKind::Private, Some(MemberRole::Owner), employee, true),
        (RoomKind::Channel, None, admin, true),
        (RoomKind::Live, None, admin, true),
        (RoomKind::Private, None, admin, false),
        (RoomKind::Direct, None, admin, false),
        (RoomKind::Channel, None, employee, false),
    ] {
        assert_eq!(room(kind).may_manage(role, viewer), may, "{kind:?} {role:?} {viewer:?}");
    }
}
