//! The history in rows, and by tag.

use super::desk::Desk;
use super::today::span;
use crate::time::SECOND;
use crate::timers::model::DayTotal;
use leptos::prelude::*;

/// More tags than this are no overview.
const TAGS: usize = 8;

/// The same in rows, with the tags of each day.
pub fn table(own: Desk, days: Memo<Vec<DayTotal>>) -> AnyView {
    let (lang, t) = (own.lang, own.t());
    let row = move |day: DayTotal| {
        let tags = day.tags.iter().map(|tag| [tag.tag.as_str(), " ", &span(own, tag.secs * SECOND)].concat());
        let tags = tags.collect::<Vec<_>>().join(", ");
        let date = [lang.month_day(day.date).as_str(), " ", lang.weekday_short(day.date)].concat();
        view! {
            <tr>
                <th scope="row">{date}</th>
                <td class="num">{span(own, day.focus_secs * SECOND)}</td>
                <td class="num">{span(own, day.meeting_secs * SECOND)}</td>
                <td class="num">{span(own, day.other_secs * SECOND)}</td>
                <td class="num">{span(own, day.total_secs() * SECOND)}</td>
                <td>{tags}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <div class="table-wrap history-table" tabindex="0" role="region" aria-label=t.timer_as_table>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{t.date}</th>
                        <th scope="col">{t.timer_focus}</th>
                        <th scope="col">{t.timer_meeting}</th>
                        <th scope="col">{t.timer_plain}</th>
                        <th scope="col">{t.timer_total}</th>
                        <th scope="col">{t.timer_tags}</th>
                    </tr>
                </thead>
                <tbody>{move || days.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The time under each tag, the most first.
pub fn tags(own: Desk, days: Memo<Vec<DayTotal>>) -> AnyView {
    let totals = Memo::new(move |_| days.with(|days| by_tag(days)));
    let list = move || {
        totals.with(|totals| {
            let most = totals.first()?.1.max(1);
            let one = |(tag, secs): &(String, i64)| {
                let width = format!("--share:{}", secs * 100 / most);
                view! {
                    <li>
                        <span class="tag-name">{tag.clone()}</span>
                        <span class="tag-bar" style=width aria-hidden="true"></span>
                        <span class="muted">{span(own, secs * SECOND)}</span>
                    </li>
                }
                .into_any()
            };
            let lines = totals.iter().take(TAGS).map(one).collect_view();
            Some(
                view! {
                    <h3 class="history-by" id="history-tags">{own.t().timer_by_tag}</h3>
                    <ul class="history-tags" aria-labelledby="history-tags">{lines}</ul>
                }
                .into_any(),
            )
        })
    };
    list.into_any()
}

fn by_tag(days: &[DayTotal]) -> Vec<(String, i64)> {
    let mut totals: Vec<(String, i64)> = Vec::new();
    for tag in days.iter().flat_map(|day| &day.tags) {
        match totals.iter_mut().find(|(known, _)| *known == tag.tag) {
            Some((_, secs)) => *secs += tag.secs,
            None => totals.push((tag.tag.clone(), tag.secs)),
        }
    }
    totals.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timers::model::TagTotal;
    use jiff::civil::date;

    #[test]
    fn tags_add_up_over_the_days() {
        let day = |tags: &[(&str, i64)]| DayTotal {
            date: date(2026, 11, 21),
            focus_secs: 0,
            meeting_secs: 0,
            other_secs: 0,
            tags: tags.iter().map(|(tag, secs)| TagTotal { tag: (*tag).to_owned(), secs: *secs }).collect(),
        };
        let totals = by_tag(&[day(&[("가", 60), ("나", 30)]), day(&[("나", 40), ("다", 60)])]);
        assert_eq!(totals, [("나".to_owned(), 70), ("가".to_owned(), 60), ("다".to_owned(), 60)]);
    }
}
