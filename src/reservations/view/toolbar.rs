//! The timeline's toolbar: the day, the filters, the live mark and the help.

use super::desk::{Desk, Panel};
use super::filters::{Filter, PEOPLE};
use crate::app::use_page;
use crate::realtime::connection_status::LiveMark;
use crate::reservations::live::DaySchedule;
use crate::rooms::model::KNOWN_EQUIPMENT;
use crate::rooms::view::equipment_icon;
use crate::text::{Lang, fill};
use crate::time::{date_text, parse_date};
use crate::ui::{Icon, Menu, browser};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The day before and after; the same day at the ends of the calendar.
pub fn neighbours(date: Date) -> (Date, Date) {
    (date.yesterday().unwrap_or(date), date.tomorrow().unwrap_or(date))
}

#[component]
pub fn Toolbar(
    desk: Desk,
    date: Date,
    /// The date that the address names: the filters leave it as it is.
    named: Option<Date>,
    filter: Memo<Filter>,
    choices: Choices,
) -> impl IntoView {
    let t = desk.t();
    let (before, after) = neighbours(date);
    view! {
        <div class="toolbar timeline-tools">
            <div class="date-nav">
                <a class="btn sm" href=move || filter.with(|f| f.href(None))>{t.today}</a>
                <a class="icon-btn" aria-label=t.previous_day href=move || filter.with(|f| f.href(Some(before)))>
                    <Icon name="chevron-left" />
                </a>
                <a class="icon-btn" aria-label=t.next_day href=move || filter.with(|f| f.href(Some(after)))>
                    <Icon name="chevron-right" />
                </a>
                <DatePick date filter />
            </div>
            <span class="toolbar-rule" aria-hidden="true"></span>
            <Chips lang=desk.lang named filter choices />
            <div class="toolbar-end">
                <LiveMark />
                <button
                    type="button"
                    class="icon-btn"
                    id="keys-open"
                    aria-label=t.keyboard_help
                    aria-haspopup="dialog"
                    on:click=move |_| desk.open(Panel::Keys)
                >
                    <Icon name="keyboard" />
                </button>
            </div>
        </div>
    }
}

/// The date in words with the browser's own date picker under it.
#[component]
pub fn DatePick(
    date: Date,
    filter: Memo<Filter>,
    /// The phone's header shows the month only: the days stand under it.
    #[prop(optional)]
    month_only: bool,
) -> impl IntoView {
    let lang = use_page().lang;
    let navigate = use_navigate();
    let choose = move |event| {
        if let Some(chosen) = parse_date(&event_target_value(&event)) {
            navigate(
                &filter.with_untracked(|f| f.href(Some(chosen))),
                NavigateOptions { scroll: false, ..Default::default() },
            );
        }
    };
    let words = if month_only {
        view! { <span>{lang.month(date)}</span><Icon name="chevron-down" class="xs" /> }.into_any()
    } else {
        view! { <span>{lang.month_day(date)}</span><small>{lang.weekday(date)}</small> }.into_any()
    };
    view! {
        <label class=if month_only { "date-pick only-phone" } else { "date-pick" }>
            {words}
            <input type="date" value=date_text(date) aria-label=lang.texts().choose_date on:change=choose />
        </label>
    }
}

/// What the filters can choose among; taken when the day is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    floors: Vec<String>,
    equipment: Vec<&'static str>,
}

impl Choices {
    #[must_use]
    pub fn of(schedule: &DaySchedule) -> Self {
        let mut floors: Vec<String> = schedule.rooms.iter().map(|room| room.floor.clone()).collect();
        floors.dedup();
        floors.retain(|floor| !floor.is_empty());
        let used = |code: &&str| schedule.rooms.iter().any(|room| room.equipment.iter().any(|e| e == code));
        Self { floors, equipment: KNOWN_EQUIPMENT.into_iter().filter(used).collect() }
    }
}

#[component]
fn Chips(lang: Lang, named: Option<Date>, filter: Memo<Filter>, choices: Choices) -> impl IntoView {
    let t = lang.texts();
    let href = move |changed: &dyn Fn(&mut Filter)| {
        filter.with(|f| {
            let mut other = f.clone();
            changed(&mut other);
            other.href(named)
        })
    };

    let people = move || {
        let chosen = filter.with(|f| f.people);
        let text = chosen.map_or(t.capacity_any.to_owned(), |n| fill(t.capacity_at_least, &[&n]));
        chip(
            "filter-people",
            "users",
            text,
            chosen.map(|_| (fill(t.clear_filter, &[&t.capacity_any]), href(&|f| f.people = None))),
        )
    };
    let people_items = move || {
        let chosen = filter.with(|f| f.people);
        let any = item(
            "menuitemradio",
            "filter-people",
            None,
            t.no_limit.to_owned(),
            chosen.is_none(),
            href(&|f| f.people = None),
        );
        let more = PEOPLE.map(|n| {
            let text = fill(t.capacity_at_least, &[&n]);
            item("menuitemradio", "filter-people", None, text, chosen == Some(n), href(&|f| f.people = Some(n)))
        });
        (any, more.into_iter().collect_view())
    };

    let equipment = move || {
        let chosen = filter.with(|f| f.equipment.clone());
        let names: Vec<String> = chosen.iter().map(|code| lang.equipment(code)).collect();
        let text = if names.is_empty() { t.equipment.to_owned() } else { names.join(", ") };
        let clear =
            (!names.is_empty()).then(|| (fill(t.clear_filter, &[&t.equipment]), href(&|f| f.equipment.clear())));
        chip("filter-equipment", "video", text, clear)
    };
    let all_equipment = StoredValue::new(choices.equipment);
    let equipment_items = move || {
        all_equipment
            .get_value()
            .into_iter()
            .map(|code| {
                let on = filter.with(|f| f.equipment.iter().any(|e| e == code));
                let to = filter.with(|f| f.toggled(code).href(named));
                item("menuitemcheckbox", "filter-equipment", equipment_icon(code), lang.equipment(code), on, to)
            })
            .collect_view()
    };

    let floor = move || {
        let chosen = filter.with(|f| f.floor.clone());
        let clear = chosen.is_some().then(|| (fill(t.clear_filter, &[&t.floor]), href(&|f| f.floor = None)));
        chip("filter-floor", "building-2", chosen.unwrap_or(t.all_floors.to_owned()), clear)
    };
    let floors = StoredValue::new(choices.floors);
    let floor_items = move || {
        let chosen = filter.with(|f| f.floor.clone());
        let any = item(
            "menuitemradio",
            "filter-floor",
            None,
            t.all_floors.to_owned(),
            chosen.is_none(),
            href(&|f| f.floor = None),
        );
        let each = floors.get_value().into_iter().map(|floor| {
            let to = href(&|f| f.floor = Some(floor.clone()));
            item("menuitemradio", "filter-floor", None, floor.clone(), chosen.as_ref() == Some(&floor), to)
        });
        (any, each.collect_view())
    };

    let free = move || {
        let to = href(&|f| f.free = !f.free);
        if filter.with(|f| f.free) {
            view! {
                <span class="chip is-on">
                    <span class="chip-main">{t.only_free}</span>
                    <a class="chip-x" href=to aria-label=fill(t.clear_filter, &[&t.only_free])><Icon name="x" /></a>
                </span>
            }
            .into_any()
        } else {
            view! { <a class="chip" href=to>{t.only_free}</a> }.into_any()
        }
    };

    view! {
        <div class="chips" role="group" aria-label=t.filters>
            {move || people()}
            {move || equipment()}
            {floor}
            {move || free()}
        </div>
        <Menu id="filter-people" label=t.minimum_people.to_owned()>{move || people_items()}</Menu>
        <Menu id="filter-equipment" label=t.equipment.to_owned()>{move || equipment_items()}</Menu>
        <Menu id="filter-floor" label=t.floor.to_owned()>{move || floor_items()}</Menu>
    }
}

/// A filter's chip; once set it also says how to clear it.
fn chip(menu: &'static str, icon: &'static str, text: String, clear: Option<(String, String)>) -> AnyView {
    match clear {
        None => view! {
            <button type="button" class="chip" popovertarget=menu aria-haspopup="menu">
                <Icon name=icon />
                {text}
                <Icon name="chevron-down" class="chev" />
            </button>
        }
        .into_any(),
        Some((label, href)) => view! {
            <span class="chip is-on">
                <button type="button" class="chip-main" popovertarget=menu aria-haspopup="menu">
                    <Icon name=icon />
                    {text}
                </button>
                <a class="chip-x" href=href aria-label=label><Icon name="x" /></a>
            </span>
        }
        .into_any(),
    }
}

fn item(
    role: &'static str,
    menu: &'static str,
    icon: Option<&'static str>,
    text: String,
    checked: bool,
    href: String,
) -> AnyView {
    view! {
        <a
            class="menu-item"
            role=role
            aria-checked=if checked { "true" } else { "false" }
            href=href
            on:click=move |_| browser::hide_popover(menu)
        >
            {icon.map(|name| view! { <Icon name=name /> }.into_any())}
            {text}
            <Icon name="check" class="end" />
        </a>
    }
    .into_any()
}

/// The week around the day, for the phone.
#[component]
pub fn Week(lang: Lang, date: Date, today: Signal<Date>, filter: Memo<Filter>) -> impl IntoView {
    let monday = (0..date.weekday().to_monday_zero_offset()).fold(date, |day, _| day.yesterday().unwrap_or(day));
    let days = std::iter::successors(Some(monday), |day| day.tomorrow().ok()).take(7);
    let day = move |day: Date| {
        view! {
            <a
                href=move || filter.with(|f| f.href(Some(day)))
                aria-current=(day == date).then_some("date")
                class=move || if today.get() == day { "today" } else { "" }
            >
                <small>{lang.weekday_short(day)}</small>
                <span class="sr-only">{lang.month(day)} " "</span>
                {day.day()}
            </a>
        }
    };
    view! {
        <nav class="week" aria-label=lang.texts().choose_date>
            {days.map(day).collect_view()}
        </nav>
    }
}
