//! What `--demo` puts into an empty database (contracts §9, Program): people, rooms, the bookings of
//! today and tomorrow, and three chat rooms.

use crate::accounts::model::{Role, User};
use crate::accounts::server::{Caller, create_user};
use crate::chat::model::{NewChatRoom, NewMessage, RoomKind};
use crate::chat::server as chat;
use crate::error::AppError;
use crate::ids::{SessionId, UserId};
use crate::reservations::model::{Attendee, NewReservation, Response, Status};
use crate::reservations::server::{approval, store as reservations};
use crate::rooms::model::{NewRoom, Room};
use crate::rooms::server::store as rooms;
use crate::server::state::App;
use crate::settings::model::Appearance;
use jiff::civil::Date;

pub const PASSWORD: &str = "madang-demo";
pub const ADMIN: &str = "admin@madang.test";
pub const PEOPLE: [(&str, &str, Role); 5] = [
    (ADMIN, "관리자", Role::Admin),
    ("minji@madang.test", "김민지", Role::Employee),
    ("junho@madang.test", "박준호", Role::Employee),
    ("seoyeon@madang.test", "이서연", Role::Employee),
    ("doyun@madang.test", "최도윤", Role::Employee),
];

/// Name, floor, seats, equipment.
const ROOMS: [(&str, &str, u32, &[&str]); 8] = [
    ("한라산", "7층", 20, &["video", "screen", "whiteboard"]),
    ("백두산", "7층", 12, &["video", "screen"]),
    ("설악산", "5층", 10, &["video", "whiteboard"]),
    ("지리산", "5층", 8, &["video", "screen"]),
    ("북한산", "5층", 6, &["screen"]),
    ("태백산", "3층", 6, &["video"]),
    ("오대산", "3층", 4, &["whiteboard"]),
    ("속리산", "3층", 4, &["phone"]),
];
const NEEDS_APPROVAL: &str = "한라산";

/// Day from today, room, organiser (index into `PEOPLE`), attendees, title, start and end in
/// minutes of the day, private.
type Plan = (i64, usize, usize, &'static [usize], &'static str, i64, i64, bool);

const PLANS: [Plan; 20] = [
    (0, 0, 1, &[2, 3, 4], "신규 입사자 교육", 14 * 60, 16 * 60, false),
    (0, 1, 2, &[1, 4], "분기 예산 검토", 9 * 60, 11 * 60, false),
    (0, 1, 3, &[1], "한결물류 고객 미팅", 13 * 60, 15 * 60, false),
    (0, 2, 4, &[2], "개발 주간 공유", 9 * 60 + 30, 10 * 60 + 30, false),
    (0, 2, 1, &[2, 3], "주간 제품 회의", 14 * 60 + 30, 15 * 60 + 30, false),
    (0, 2, 2, &[], "지표 점검", 17 * 60, 18 * 60 + 30, false),
    (0, 3, 3, &[4], "채널 전략", 13 * 60, 14 * 60, false),
    (0, 3, 2, &[1], "배포 회고", 16 * 60, 17 * 60, false),
    (0, 4, 4, &[1], "1:1", 10 * 60, 10 * 60 + 30, true),
    (0, 4, 3, &[2], "브랜드 시안 리뷰", 13 * 60 + 30, 14 * 60 + 30, false),
    (0, 5, 2, &[], "QA 회고", 10 * 60, 11 * 60, false),
    (0, 5, 4, &[3], "1:1", 14 * 60, 14 * 60 + 30, true),
    (0, 6, 1, &[4], "짧은 공유", 11 * 60 + 30, 12 * 60, false),
    (0, 7, 3, &[], "통화", 17 * 60, 17 * 60 + 30, false),
    (1, 0, 3, &[1, 2, 4], "타운홀 리허설", 10 * 60, 11 * 60 + 30, false),
    (1, 1, 1, &[2], "데이터 세미나", 9 * 60 + 30, 11 * 60, false),
    (1, 2, 4, &[1, 3], "디자인 리뷰", 13 * 60, 14 * 60, false),
    (1, 3, 2, &[3], "채용 논의", 15 * 60, 16 * 60, true),
    (1, 5, 1, &[], "고객 인터뷰 정리", 10 * 60, 11 * 60, false),
    (1, 6, 2, &[1], "1:1", 16 * 60, 16 * 60 + 30, false),
];

/// Who makes it (index into `PEOPLE`), kind, name, topic, who else is in it.
const CHAT_ROOMS: [(usize, RoomKind, &str, &str, &[usize]); 3] = [
    (0, RoomKind::Channel, "전사-공지", "모두가 알아야 할 소식", &[1, 2, 3, 4]),
    (1, RoomKind::Channel, "제품-기획", "온보딩 개편과 다음 분기 계획", &[2, 3, 4]),
    (1, RoomKind::Direct, "", "", &[2]),
];

/// Who writes what in each of them.
const CHAT_MESSAGES: [&[(usize, &str)]; 3] = [
    &[
        (0, "마당을 시작합니다. 회의실 예약과 대화를 한곳에서 하세요."),
        (1, "환영합니다! 궁금한 점은 여기에 남겨 주세요."),
    ],
    &[
        (2, "온보딩 시안 2차를 올렸습니다. 1안은 **단계 축소**, 2안은 **체크리스트** 방식입니다."),
        (3, "2안이 구현 범위가 더 작습니다. 이번 스프린트에 넣을 수 있습니다."),
        (4, "그럼 오늘 회의에서 2안으로 확정하고 일정만 맞추겠습니다."),
        (2, "@김민지 고객 인터뷰 요약도 5분만 다뤄 주실 수 있을까요?"),
    ],
    &[(1, "내일 회의실 자료 제가 준비할게요."), (2, "고맙습니다. 저는 지표를 정리해 두겠습니다.")],
];

/// Fills the database, unless somebody has an account in it already.
///
/// # Errors
/// When the database fails.
pub async fn fill(app: &App) -> Result<(), AppError> {
    if !crate::accounts::server::list_people(app).await?.is_empty() {
        return Ok(());
    }
    let mut people = Vec::new();
    for (email, name, role) in PEOPLE {
        people.push(create_user(app, email, name, role, PASSWORD).await?);
    }
    let now = app.now();
    let zone = app.zone_around(now);
    let today = zone.date(now);

    let mut tx = app.log.begin().await?;
    let mut made = Vec::new();
    for (name, floor, capacity, equipment) in ROOMS {
        let room = NewRoom {
            name: name.into(),
            location: "본관".into(),
            floor: floor.into(),
            capacity,
            equipment: equipment.iter().map(|&e| e.to_owned()).collect(),
            requires_approval: name == NEEDS_APPROVAL,
            approver_ids: Vec::new(),
            maintenance: false,
        };
        made.push(rooms::insert_room(&mut tx, &room, now).await?);
    }
    for plan in &PLANS {
        let Ok(date) = today.checked_add(jiff::Span::new().days(plan.0)) else { continue };
        let new = booking(plan, &made, &people, &zone, date);
        // What is past was decided long ago.
        let waits = made[plan.1].requires_approval && new.starts_at > now;
        let status = if waits { Status::Pending } else { Status::Approved };
        let decide_by = waits.then(|| approval::deadline(app, new.starts_at, now));
        let id = reservations::insert_reservation(&mut tx, &new, people[plan.2], status, decide_by, now).await?;
        let attendees: Vec<Attendee> = new
            .attendee_ids
            .iter()
            .map(|id| Attendee { id: *id, name: String::new(), response: Response::Accepted })
            .collect();
        reservations::insert_attendees(&mut tx, id, &attendees).await?;
    }
    tx.commit().await?;
    chat_rooms(app, &people).await
}

/// Three chat rooms in which people have written already.
async fn chat_rooms(app: &App, people: &[UserId]) -> Result<(), AppError> {
    for (room, messages) in CHAT_ROOMS.iter().zip(CHAT_MESSAGES) {
        let (author, kind, name, topic, members) = *room;
        let new = NewChatRoom {
            name: name.into(),
            topic: topic.into(),
            kind: Some(kind),
            member_ids: members.iter().map(|&index| people[index]).collect(),
            ..NewChatRoom::default()
        };
        let made = chat::create_room(app, &caller(app, people, author), new).await?;
        for (author, message) in messages {
            let new = NewMessage { message: (*message).into(), ..NewMessage::default() };
            chat::send_message(app, &caller(app, people, *author), made.room.id, new).await?;
        }
    }
    Ok(())
}

/// One of the people, as if they had signed in.
fn caller(app: &App, people: &[UserId], index: usize) -> Caller {
    let (email, name, role) = PEOPLE[index];
    Caller {
        user: User { id: people[index], name: name.into(), email: email.into(), role },
        session: SessionId(0),
        expires_at: app.now(),
        by_access_token: false,
        appearance: Appearance::default(),
        zone: None,
        once: None,
    }
}

fn booking(
    plan: &Plan,
    rooms: &[Room],
    people: &[UserId],
    zone: &crate::time::ZoneOffsets,
    date: Date,
) -> NewReservation {
    let (_, room, _, attendees, title, from, to, private) = *plan;
    let at = |minutes: i64| {
        let hour = i8::try_from(minutes / 60).unwrap_or(0);
        zone.instant(date.at(hour, i8::try_from(minutes % 60).unwrap_or(0), 0, 0))
    };
    NewReservation {
        room_id: rooms[room].id,
        title: title.into(),
        starts_at: at(from),
        ends_at: at(to),
        attendee_ids: attendees.iter().map(|&index| people[index]).collect(),
        attendee_count: None,
        private,
    }
}
