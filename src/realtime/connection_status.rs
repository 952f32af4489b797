//! What people see of the connection: the banner, the 실시간 mark, and the proof behind it.

use super::live::{Connection, LinkState, Proof, use_connection};
use crate::app::use_page;
use crate::text::{Lang, fill};
use crate::ui::{Badge, Dialog, DialogHead, DialogKind, Icon, Show, Tone, browser};
use leptos::{ev, leptos_dom::helpers::set_timeout, prelude::*};
use std::time::Duration;

/// A page that has just been loaded needs a moment to connect: no alarm before that.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);
/// The width of the proof, as in `realtime.css`.
const PROOF_WIDTH: i32 = 340;

impl LinkState {
    /// The label, icon and tint of contracts §1.8.
    fn look(self, lang: Lang) -> (&'static str, &'static str, Tone) {
        let texts = lang.texts();
        match self {
            Self::Connected => (texts.connected, "wifi", Tone::Green),
            Self::Connecting => (texts.connecting, "circle-alert", Tone::Outline),
            Self::Disconnected => (texts.disconnected, "wifi-off", Tone::RedSolid),
            Self::Error => (texts.connection_error, "circle-alert", Tone::RedSolid),
            Self::Unknown => (texts.connection_unknown, "wifi-off", Tone::Plain),
        }
    }

    /// The banner's class, by the state's documented name.
    fn class(self) -> &'static str {
        match self {
            Self::Connected => "banner connected",
            Self::Connecting => "banner connecting",
            Self::Disconnected => "banner disconnected",
            Self::Error => "banner error",
            Self::Unknown => "banner unknown",
        }
    }
}

/// Says at the top of the page that it is not live, and offers the new build when there is one.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let connection = use_connection();
    let settled = RwSignal::new(false);
    Effect::new(move |_| {
        set_timeout(
            move || {
                let _ = settled.try_set(true);
            },
            SETTLES_WITHIN,
        );
    });
    let is_shown = move || settled.get() && connection.state.get() != LinkState::Connected;
    view! {
        <div class="app-banner" role="status">
            <Show when=is_shown>
                <StateBanner connection=connection />
            </Show>
            <Show when=move || connection.new_build.get()>
                <NewBuildBanner />
            </Show>
        </div>
    }
}

#[component]
fn StateBanner(connection: Connection) -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let state = connection.state;
    let why = move || match state.get() {
        LinkState::Connected => String::new(),
        LinkState::Connecting => match connection.attempt.get() {
            0 => texts.checking_state.to_owned(),
            attempt => fill(texts.reconnecting_nth, &[&attempt]),
        },
        LinkState::Disconnected => {
            let as_of = connection.as_of().unwrap_or(page.now);
            let as_of = fill(texts.information_until, &[&lang.prose_time(page.zone.local(as_of))]);
            if browser::is_online() { as_of } else { [texts.browser_offline, " ", &as_of].concat() }
        }
        LinkState::Error => match connection.next_try_secs.get() {
            Some(secs) => [texts.cannot_reach_server, " ", &fill(texts.next_try_in, &[&secs])].concat(),
            None => texts.cannot_reach_server.to_owned(),
        },
        LinkState::Unknown => texts.checking_state.to_owned(),
    };
    view! {
        <div class=move || state.get().class()>
            {move || view! { <Icon name=state.get().look(lang).1 /> }}
            <div class="banner-text">
                <b>{texts.connection_line}</b>
                {move || {
                    let (label, _, tone) = state.get().look(lang);
                    view! { <span class=tone.badge_class()>{label}</span> }
                }}
                <span class="banner-why">{move || why()}</span>
            </div>
            <Show when=move || state.get() != LinkState::Connecting>
                <button type="button" class="btn sm" on:click=move |_| connection.reconnect_now()>
                    <Icon name="refresh-cw" />
                    {texts.reconnect_now}
                </button>
            </Show>
        </div>
    }
}

/// The server runs a newer build. Nothing reloads by itself: somebody may be typing.
#[component]
fn NewBuildBanner() -> impl IntoView {
    let texts = use_page().lang.texts();
    view! {
        <div class="banner update">
            <Icon name="refresh-cw" />
            <div class="banner-text">
                <b>{texts.new_version_title}</b>
                <span class="banner-why">{texts.new_version_text}</span>
            </div>
            <button type="button" class="btn sm" on:click=move |_| browser::reload()>
                {texts.reload}
            </button>
        </div>
    }
}

/// Whether the proof is open, and where.
#[derive(Clone, Copy)]
pub struct ProofPanel {
    open: RwSignal<bool>,
    at: RwSignal<Option<(i32, i32)>>,
}

/// Makes [`LiveMark`] and [`ProofDialog`] work below here.
pub fn provide_proof_panel() {
    provide_context(ProofPanel { open: RwSignal::new(false), at: RwSignal::new(None) });
}

/// `실시간` while everything on screen is right at this moment, else since when it may not be.
/// Opens the proof.
#[component]
pub fn LiveMark(
    /// Classes after `live`, like `only-phone`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let connection = use_connection();
    let ProofPanel { open, at } = expect_context();
    let label = move || match connection.as_of() {
        None => texts.live.to_owned(),
        Some(as_of) => fill(texts.as_of, &[&lang.prose_time(page.zone.local(as_of))]),
    };
    let toggle = move |event: ev::MouseEvent| {
        at.set(browser::place_below(&event, PROOF_WIDTH));
        open.update(|open| *open = !*open);
    };
    view! {
        <button
            type="button"
            class=["live ", class].concat()
            class:is-stale=move || connection.state.get() != LinkState::Connected
            aria-haspopup="dialog"
            aria-controls="proof"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            on:click=toggle
        >
            {move || label()}
        </button>
    }
}

/// The evidence behind the mark, for whoever wants to check it.
#[component]
pub fn ProofDialog() -> impl IntoView {
    let texts = use_page().lang.texts();
    let ProofPanel { open, at } = expect_context();
    let on_close = Callback::new(move |()| open.set(false));
    view! {
        <Dialog id="proof" kind=DialogKind::Panel class="proof" labelled_by="proof-title" open=open at=at on_close=on_close>
            <DialogHead
                id="proof-title"
                title=texts.proof_title
                close_label=texts.close
                kind=DialogKind::Panel
                on_close=on_close
            />
            <ProofBody />
        </Dialog>
    }
}

#[component]
fn ProofBody() -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let zone = StoredValue::new(page.zone);
    let connection = use_connection();
    let proof = connection.proof;
    let fact = move |label: &'static str, value: fn(&Proof) -> Option<String>| {
        view! {
            <dt>{label}</dt>
            <dd>{move || proof.with(value).unwrap_or_else(|| texts.proof_none.to_owned())}</dd>
        }
    };
    let last_frame = move || {
        let at = proof.with(|proof| proof.last_frame_at);
        at.map_or_else(|| texts.proof_none.to_owned(), |at| zone.with_value(|zone| lang.exact_time(zone.local(at))))
    };
    view! {
        <div class="pop-body">
            <p class="muted">{texts.proof_intro}</p>
            <dl>
                <dt>{texts.connection_line}</dt>
                <dd>
                    {move || {
                        let (label, icon, tone) = connection.state.get().look(lang);
                        view! { <Badge tone=tone icon=icon>{label}</Badge> }
                    }}
                </dd>
                {fact(texts.proof_cursor, |proof| proof.cursor.map(|seq| seq.to_string()))}
                {fact(texts.proof_applied, |proof| Some(proof.applied.to_string()))}
                {fact(texts.proof_holes, |proof| Some(proof.holes.to_string()))}
                {fact(texts.proof_mended, |proof| Some(proof.mended.to_string()))}
                {fact(texts.proof_reconnects, |proof| Some(proof.reconnects.to_string()))}
                {fact(texts.proof_offset, |proof| proof.clock_offset_ms.map(|ms| format!("{ms} ms")))}
                <dt>{texts.proof_last_frame}</dt>
                <dd>{move || last_frame()}</dd>
                {fact(texts.proof_log, |proof| proof.log_id.as_deref().map(short))}
            </dl>
            <h3>{texts.proof_topics}</h3>
            <dl>
                {move || {
                    let topics = proof.with(|proof| proof.topics.clone());
                    let row = |(topic, seq): (super::protocol::Topic, i64)| {
                        view! {
                            <dt>
                                <code>{topic.to_string()}</code>
                            </dt>
                            <dd>{seq}</dd>
                        }
                    };
                    topics.into_iter().map(row).collect_view()
                }}
            </dl>
        </div>
    }
}

/// Enough of an identifier to compare two by eye.
fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
