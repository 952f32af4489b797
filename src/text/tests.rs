//! The texts in both languages.

use super::*;
use crate::time::{HOUR, Interval, MINUTE, Timestamp};
use jiff::civil::{date, datetime};

macro_rules! list {
    ($($group:ident { $($name:ident),+ $(,)? })+) => {
        fn all(texts: &Texts) -> Vec<(&'static str, &'static str)> {
            vec![$($((stringify!($name), texts.$name)),+),+]
        }
    };
}

texts!(list);

#[test]
fn a_day_is_said_as_each_language_says_it() {
    let day = date(2026, 3, 12);
    assert_eq!((Lang::Ko.day(day), Lang::Ko.day_short(day)), ("3월 12일 목요일".into(), "3월 12일 (목)".into()));
    assert_eq!((Lang::En.day(day), Lang::En.day_short(day)), ("Thursday, March 12".into(), "Thu, March 12".into()));
}

#[test]
fn every_text_is_read_somewhere() {
    fn read(folder: &std::path::Path, sources: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut sources = String::new();
    read(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut sources);
    let is_read = |name: &str| {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '(');
        sources.split(&format!(".{name}")).skip(1).any(ends)
    };
    let unused: Vec<_> = all(Lang::Ko.texts()).into_iter().map(|(name, _)| name).filter(|n| !is_read(n)).collect();
    assert_eq!(unused, [""; 0]);
}

#[test]
fn both_languages_say_everything_with_the_same_blanks() {
    for ((name, korean), (_, english)) in all(Lang::Ko.texts()).into_iter().zip(all(Lang::En.texts())) {
        assert!(!korean.is_empty() && !english.is_empty(), "{name} is empty");
        let blanks = |text: &str| text.matches("{}").count();
        assert!(english.split('|').all(|form| blanks(form) == blanks(korean)), "blanks of {name}");
    }
}

#[test]
fn times_read_as_people_write_them() {
    let at = datetime(2026, 3, 12, 14, 30, 0, 0);
    assert_eq!((Lang::Ko.prose_time(at), Lang::En.prose_time(at)), ("오후 02:30".into(), "2:30 PM".into()));
    let second = datetime(2026, 3, 12, 14, 30, 5, 0);
    assert_eq!(
        (Lang::Ko.exact_time(second), Lang::En.exact_time(second)),
        ("오후 02:30:05".into(), "2:30:05 PM".into())
    );
    let midnight = datetime(2026, 3, 12, 0, 5, 0, 0);
    assert_eq!(
        (Lang::Ko.prose_time(midnight), Lang::En.prose_time(midnight)),
        ("오전 12:05".into(), "12:05 AM".into())
    );
    assert_eq!(
        (Lang::Ko.month_day(date(2026, 3, 12)), Lang::En.weekday(date(2026, 3, 12))),
        ("3월 12일".into(), "Thursday")
    );
    let span = Interval::new(Timestamp(0), Timestamp(HOUR + 30 * MINUTE));
    assert_eq!((Lang::Ko.duration(span), Lang::En.duration(span)), ("1시간 30분".into(), "1 h 30 min".into()));
}

#[test]
fn the_language_is_the_one_that_weighs_most_among_those_that_we_speak() {
    for (header, lang) in [
        ("de-DE,en-US;q=0.8,ko;q=0.5", Lang::En),
        ("en;q=0.3, ko;q=0.31", Lang::Ko),
        ("ko;q=0.5,en", Lang::En),
        ("ko ; Q = 0.5 , EN-us ; q=0.501", Lang::En),
        ("ko-KR,en", Lang::Ko),
        ("en,ko", Lang::En),
        ("ko;q=0,*;q=0.1", Lang::En),
        ("en;q=0,*", Lang::Ko),
        ("*,en;q=0.9", Lang::Ko),
        ("*;q=0.5,en", Lang::En),
        ("ko;q=0,en;q=0.0", Lang::Ko),
        // What is malformed says nothing.
        ("en;q=2,ko;q=0.1", Lang::Ko),
        ("en;q=-1", Lang::Ko),
        ("en;q=0.1234,ko;q=0.001", Lang::Ko),
        ("en;quality=1", Lang::Ko),
        ("english,kor", Lang::Ko),
        ("", Lang::Ko),
        ("x,가나다", Lang::Ko),
    ] {
        assert_eq!(Lang::negotiate(header), lang, "{header}");
    }
}

#[test]
fn a_korean_particle_fits_the_word_before_it() {
    let korean = Lang::Ko.texts();
    for (room, text) in [
        ("누마루", "누마루로 예약"),
        ("한라산", "한라산으로 예약"),
        ("교실", "교실로 예약"),
        ("3호", "3호로 예약"),
        ("회의실 3", "회의실 3으로 예약"),
        ("회의실 7", "회의실 7로 예약"),
        ("회의실(대)", "회의실(대)로 예약"),
        ("Lounge", "Lounge(으)로 예약"),
        ("", "(으)로 예약"),
    ] {
        assert_eq!(fill(korean.book_room, &[&room]), text);
    }
    assert_eq!(fill(Lang::En.texts().book_room, &[&"한라산"]), "Book 한라산");
    assert_eq!(fill("‘{}’은(는) {}을(를), {}와(과)", &[&"교실", &"칠판", &"누마루"]), "‘교실’은 칠판을, 누마루와");
}

#[test]
fn blanks_are_filled_in_order() {
    assert_eq!(fill("{}개 중 {}개", &[&4, &2]), "4개 중 2개");
    assert_eq!(fill("{} and {}", &[&1]), "1 and ");
}

#[test]
fn one_is_said_otherwise_than_more() {
    let english = Lang::En.texts();
    let said = |text, n: u32| fill(text, &[&n]);
    assert_eq!((said(english.rooms_count, 1), said(english.rooms_count, 0)), ("1 room".into(), "0 rooms".into()));
    assert_eq!(said(english.rooms_count, 21), "21 rooms");
    assert_eq!(said(Lang::Ko.texts().rooms_count, 1), "1개");
}
