//! Why somebody was or was not told lately, channel by channel.

use crate::app::use_page;
use crate::notifications::api::list_decisions;
use crate::notifications::model::{Decided, Reason};
use crate::text::Lang;
use crate::time::ZoneOffsets;
use crate::ui::{Badge, Tone, load, loaded};
use leptos::prelude::*;

/// The newest decisions.
#[component]
pub fn Why() -> impl IntoView {
    let page = use_page();
    let (lang, zone) = (page.lang, StoredValue::new(page.zone));
    let t = lang.texts();
    let rows = move |list: Vec<Decided>| {
        if list.is_empty() {
            return view! { <p class="muted">{t.why_empty}</p> }.into_any();
        }
        let rows = list.into_iter().map(|decided| row(decided, lang, &zone.read_value())).collect_view();
        view! { <ul class="why">{rows}</ul> }.into_any()
    };
    loaded(load(list_decisions), lang, 3, rows)
}

fn row(decided: Decided, lang: Lang, zone: &ZoneOffsets) -> AnyView {
    let t = lang.texts();
    let local = zone.local(decided.created_at);
    let when = [&lang.month_day(local.date()), " ", &lang.clock(local)].concat();
    view! {
        <li>
            <div>
                <p class="entry-title">{decided.data.title(lang).to_owned()}</p>
                <p class="entry-text">{decided.data.message(lang, zone)}</p>
            </div>
            <time class="muted">{when}</time>
            <dl>
                {channel(t.channel_in_app, decided.decision.in_app, lang)}
                {channel(t.channel_browser, decided.decision.browser, lang)}
            </dl>
        </li>
    }
    .into_any()
}

fn channel(name: &'static str, reason: Reason, lang: Lang) -> AnyView {
    let tone = if reason.is_told() { Tone::Green } else { Tone::Plain };
    view! {
        <div>
            <dt>{name}</dt>
            <dd>
                <Badge tone=tone>{lang.reason(reason)}</Badge>
            </dd>
        </div>
    }
    .into_any()
}
