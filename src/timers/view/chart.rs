//! Days as bars: focus, meetings and the rest on top of each other, and the goal as a line.

use crate::text::{Lang, fill};
use crate::time::{Interval, SECOND, Timestamp};
use crate::timers::model::DayTotal;
use crate::ui::width::use_is_phone;
use jiff::civil::Date;
use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    pub days: Vec<DayTotal>,
    /// Minutes of focus a day.
    pub goal: Option<u32>,
    /// Today, or the day that is looked at.
    pub marked: Date,
}

/// The drawing's height, and the places of its plot, in units of the drawing.
const HEIGHT: i64 = 270;
const LEFT: i64 = 48;
const RIGHT: i64 = 8;
const TOP: i64 = 24;
const BOTTOM: i64 = 30;
/// More days than this have no room for words.
const WORDY_DAYS: usize = 7;

/// Seconds from one line of the scale to the next, and how many there are: up to four, in full hours
/// unless the days are short.
fn scale(longest_secs: i64) -> (i64, i64) {
    let steps = [15 * 60, 30 * 60, 3_600, 2 * 3_600, 3 * 3_600, 4 * 3_600, 6 * 3_600];
    let step = steps.into_iter().find(|step| step * 4 >= longest_secs).unwrap_or(8 * 3_600);
    (step, (longest_secs.max(1) + step - 1) / step)
}

/// The chart. What it shows is in the table too, so here it is one picture with a summary.
#[component]
pub fn Chart(lang: Lang, bars: Memo<Bars>) -> impl IntoView {
    let is_phone = use_is_phone();
    move || {
        let width = if is_phone.get() { 360 } else { 720 };
        bars.with(|bars| draw(lang, bars, width))
    }
}

fn words(lang: Lang, secs: i64) -> String {
    lang.duration(Interval::new(Timestamp(0), Timestamp(secs * SECOND)))
}

fn draw(lang: Lang, bars: &Bars, width: i64) -> AnyView {
    let t = lang.texts();
    let goal_secs = bars.goal.map(|minutes| i64::from(minutes) * 60);
    let longest = bars.days.iter().map(DayTotal::total_secs).chain(goal_secs).max().unwrap_or(0);
    let (step, lines) = scale(longest.max(3_600));
    let plot = HEIGHT - TOP - BOTTOM;
    let height_of = |secs: i64| secs * plot / (step * lines);
    let y_of = |secs: i64| HEIGHT - BOTTOM - height_of(secs);
    let grid = (0..=lines).map(|line| {
        let y = y_of(line * step);
        let label = (line > 0).then(|| words(lang, line * step));
        view! {
            <line class="chart-line" x1=LEFT x2=width - RIGHT y1=y y2=y />
            <text class="chart-scale" x=LEFT - 8 y=y + 4>{label}</text>
        }
        .into_any()
    });
    let grid = grid.collect_view();
    let count = i64::try_from(bars.days.len()).unwrap_or(1).max(1);
    let is_wordy = bars.days.len() <= WORDY_DAYS;
    let day = |(n, day): (usize, &DayTotal)| {
        let n = i64::try_from(n).unwrap_or(0);
        let slot = (width - LEFT - RIGHT) * 10 / count;
        let bar = (slot * 11 / 20).min(440);
        let middle = LEFT + (n * slot + slot / 2) / 10;
        let (x, bar) = (middle - bar / 20, (bar / 10).max(2));
        let mut from = 0;
        let parts = [("bar-focus", day.focus_secs), ("bar-meeting", day.meeting_secs), ("bar-other", day.other_secs)];
        let parts = parts.map(|(class, secs)| {
            from += secs;
            let fill = match class {
                "bar-meeting" => "url(#chart-meeting)",
                "bar-other" => "url(#chart-other)",
                _ => "currentColor",
            };
            let height = height_of(secs);
            (height > 0).then(|| {
                view! { <rect class=class x=x y=y_of(from) width=bar height=height fill=fill rx="2" /> }.into_any()
            })
        });
        let total = day.total_secs();
        let sum = (is_wordy && total >= 60).then(|| {
            view! { <text class="chart-sum" x=middle y=y_of(total) - 6>{words(lang, total)}</text> }.into_any()
        });
        let name = if is_wordy {
            fill(t.timer_chart_day, &[&lang.weekday_short(day.date), &day.date.day()])
        } else if day.date.day() % 5 == 1 || count < 15 {
            day.date.day().to_string()
        } else {
            String::new()
        };
        let class = if day.date == bars.marked { "chart-day is-today" } else { "chart-day" };
        view! { {parts.into_iter().collect_view()} {sum} <text class=class x=middle y=HEIGHT - 10>{name}</text> }
            .into_any()
    };
    let days = bars.days.iter().enumerate().map(day).collect_view();
    let goal = goal_secs.map(|secs| {
        let (y, label) = (y_of(secs), fill(t.timer_chart_goal, &[&words(lang, secs)]));
        view! {
            <line class="chart-goal" x1=LEFT x2=width - RIGHT y1=y y2=y />
            <text class="chart-goal-text" x=width - RIGHT y=y - 6>{label}</text>
        }
        .into_any()
    });
    let sum = |of: fn(&DayTotal) -> i64| words(lang, bars.days.iter().map(of).sum());
    let summary = fill(t.timer_chart_summary, &[&sum(|day| day.focus_secs), &sum(|day| day.meeting_secs)]);
    view! {
        <svg class="chart" viewBox=format!("0 0 {width} {HEIGHT}") role="img" aria-label=summary>
            <defs>
                <pattern id="chart-meeting" width="6" height="6" patternUnits="userSpaceOnUse">
                    <rect class="pattern-meeting" width="6" height="6" />
                    <path class="pattern-line" d="M1 0v6" />
                </pattern>
                <pattern id="chart-other" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="pattern-other" width="6" height="6" />
                    <path class="pattern-line" d="M1 0v6" />
                </pattern>
            </defs>
            {grid}
            {days}
            {goal}
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_holds_the_longest_day_in_a_few_round_steps() {
        for (longest, expected) in [
            (0, (900, 1)),
            (50 * 60, (900, 4)),
            (3 * 3_600, (3_600, 3)),
            (5 * 3_600 + 2_400, (2 * 3_600, 3)),
            (24 * 3_600, (6 * 3_600, 4)),
        ] {
            let (step, lines) = scale(longest);
            assert_eq!((step, lines), expected, "{longest}");
            assert!(step * lines >= longest);
        }
    }
}
