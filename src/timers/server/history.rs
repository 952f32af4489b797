//! What was done when, and how much somebody wants to do.

use super::store;
use crate::accounts::server::Caller;
use crate::error::{AppError, Field, Rule};
use crate::realtime::protocol::{Event, Topic};
use crate::server::state::App;
use crate::text::Lang;
use crate::time::{DAY, Interval, SECOND};
use crate::timers::model::{GoalEvent, History, Timer, TimerKind, ms_within};
use jiff::civil::Date;

/// The longest span of days asked for at once.
const MAX_SPAN_MS: i64 = 62 * DAY;

/// The caller's timers of some days, both included; the last seven unless they are named.
///
/// # Errors
/// [`AppError::Validation`] for days in the wrong order or more than 62 of them.
pub async fn history(app: &App, caller: &Caller, from: Option<Date>, to: Option<Date>) -> Result<History, AppError> {
    let now = app.now();
    let today = app.zone_for(caller, now).date(now);
    let to = to.unwrap_or(today);
    let from = from.unwrap_or_else(|| to.saturating_sub(jiff::Span::new().days(6)));
    let noon = app.zone_for(caller, now).instant(to.at(12, 0, 0, 0));
    let zone = app.zone_for(caller, noon);
    let span = Interval::new(zone.day(from).starts_at, zone.day(to).ends_at);
    if from > to {
        return Err(AppError::field(Field::To, Rule::EndsBeforeStart));
    }
    // A day of 25 hours may be among them.
    if span.duration_ms() > MAX_SPAN_MS + DAY / 24 {
        return Err(AppError::field(Field::To, Rule::SpanTooWide));
    }
    let mut read = app.read().await?;
    let timers = store::list_history(&mut read, caller.user.id, span.starts_at, span.ends_at).await?;
    let goal_minutes = store::find_goal(&mut read, caller.user.id).await?;
    read.end();
    Ok(History { zone, from, to, timers, goal_minutes })
}

/// [`history`] as a table for spreadsheets.
///
/// # Errors
/// As [`history`].
pub async fn csv(
    app: &App,
    caller: &Caller,
    from: Option<Date>,
    to: Option<Date>,
    lang: Lang,
) -> Result<String, AppError> {
    let now = app.now();
    let history = history(app, caller, from, to).await?;
    let span = Interval::new(history.zone.day(history.from).starts_at, history.zone.day(history.to).ends_at);
    // Spreadsheets take the mark for UTF-8.
    let mut table = String::from("\u{feff}");
    table.push_str(match lang {
        Lang::Ko => "날짜,시작,끝,제목,종류,태그,배정(초),경과(초),상태\r\n",
        Lang::En => "date,start,end,title,kind,tags,allocated_seconds,elapsed_seconds,status\r\n",
    });
    for timer in &history.timers {
        let start = history.zone.local(timer.started_at);
        let end = timer.ended_at.map(|at| history.zone.local(at).strftime("%Y-%m-%d %H:%M:%S").to_string());
        let cells = [
            start.date().to_string(),
            start.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            end.unwrap_or_default(),
            timer.title.clone().unwrap_or_default(),
            kind_name(timer, lang).to_owned(),
            timer.tags.join(" "),
            timer.allocated_duration.to_string(),
            (ms_within(timer, span, caller.user.id, now) / SECOND).to_string(),
            serde_json::to_value(timer.status).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default(),
        ];
        table.push_str(&cells.map(|text| cell(&text)).join(","));
        table.push_str("\r\n");
    }
    Ok(table)
}

fn kind_name(timer: &Timer, lang: Lang) -> &'static str {
    match (timer.kind, lang) {
        (TimerKind::Plain, Lang::Ko) => "타이머",
        (TimerKind::Focus, Lang::Ko) => "집중",
        (TimerKind::Break, Lang::Ko) => "휴식",
        (TimerKind::Meeting, Lang::Ko) => "회의",
        (TimerKind::Plain, Lang::En) => "timer",
        (TimerKind::Focus, Lang::En) => "focus",
        (TimerKind::Break, Lang::En) => "break",
        (TimerKind::Meeting, Lang::En) => "meeting",
    }
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', '"', '\n', '\r']) {
        text.to_owned()
    } else {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    }
}

/// How many minutes a day the caller wants to concentrate, or that they do not want to say.
///
/// # Errors
/// [`AppError::Validation`].
pub async fn set_goal(app: &App, caller: &Caller, goal: GoalEvent) -> Result<GoalEvent, AppError> {
    goal.check()?;
    let user = caller.user.id;
    let mut tx = app.begin(caller).await?;
    store::put_goal(&mut tx, user, goal.minutes).await?;
    tx.emit(Topic::User(user), Some(user), Event::TimerGoalChanged(goal));
    tx.commit().await?;
    Ok(goal)
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (text, written) in [
            ("회의", "회의"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("-2", "\"'-2\""),
            ("@x", "\"'@x\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
