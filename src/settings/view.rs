//! The page of settings: each choice is kept as soon as it is made.

mod quiet;

use super::api;
use super::model::{PreferencesPatch, Settings, SettingsPatch, TimeZoneDisplay};
use crate::accounts::view::Devices;
use crate::app::frame::PageFrame;
use crate::app::preferences::{LanguageSwitch, ThemeSwitch};
use crate::app::use_page;
use crate::chat::view::ShowReading;
use crate::notifications::model::{Category, Channel, QuietHours};
use crate::notifications::view::{PermissionCard, Why};
use crate::presence::view::HidePresence;
use crate::text::{Lang, Texts, fill};
use crate::ui::{Toasts, browser, load, loaded, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use quiet::QuietForm;
use std::collections::BTreeMap;

#[component]
pub fn SettingsPage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let content = loaded(load(api::settings), page.lang, 6, |settings| view! { <Form settings /> }.into_any());
    view! {
        <PageFrame title=t.settings_title>
            <div class="page settings">
                {content}
                <section class="card" aria-labelledby="settings-presence">
                    <h2 id="settings-presence">{t.presence}</h2>
                    <HidePresence />
                </section>
                <section class="card" aria-labelledby="settings-chat">
                    <h2 id="settings-chat">{t.chat}</h2>
                    <ShowReading />
                </section>
                <section class="card" aria-labelledby="settings-devices">
                    <h2 id="settings-devices">{t.device_title}</h2>
                    <Devices />
                </section>
                <section class="card" aria-labelledby="settings-why">
                    <h2 id="settings-why">{t.why_title}</h2>
                    <Why />
                </section>
            </div>
        </PageFrame>
    }
}

/// What the parts of the page share; every field is a handle.
#[derive(Clone, Copy)]
struct Desk {
    lang: Lang,
    settings: RwSignal<Settings>,
    toasts: Toasts,
}

impl Desk {
    fn t(self) -> &'static Texts {
        self.lang.texts()
    }

    /// Keeps a choice. It shows at once, and goes back when it is refused.
    fn keep(self, patch: SettingsPatch) {
        let before = self.settings.get_untracked();
        self.settings.set(patch.clone().onto(&before));
        spawn_local(async move {
            match api::update_settings(patch).await {
                Ok(_) => self.toasts.success(self.t().settings_saved, None),
                Err(error) => {
                    let _ = self.settings.try_set(before);
                    self.toasts.refused(&error);
                }
            }
        });
    }

    fn keep_quiet(self, quiet_hours: QuietHours) {
        let notifications = PreferencesPatch { quiet_hours: Some(quiet_hours), ..PreferencesPatch::default() };
        self.keep(SettingsPatch { notifications: Some(notifications), ..SettingsPatch::default() });
    }

    /// Lets a category use a channel, or not.
    fn switch(self, category: Category, channel: Channel, on: bool) {
        let mut channels = self.settings.with_untracked(|settings| settings.notifications.channels(category));
        match channel {
            Channel::InApp => channels.in_app = on,
            Channel::Browser => channels.browser = on,
        }
        let categories = BTreeMap::from([(category, channels)]);
        let notifications = PreferencesPatch { categories, ..PreferencesPatch::default() };
        self.keep(SettingsPatch { notifications: Some(notifications), ..SettingsPatch::default() });
    }
}

#[component]
fn Form(settings: Settings) -> impl IntoView {
    let desk = Desk { lang: use_page().lang, settings: RwSignal::new(settings), toasts: use_toasts() };
    let t = desk.t();
    view! {
        <section class="card" aria-labelledby="settings-look">
            <h2 id="settings-look">{t.appearance}</h2>
            <div class="settings-row">
                <span aria-hidden="true">{t.language}</span>
                <LanguageSwitch class="seg" />
            </div>
            <div class="settings-row">
                <span aria-hidden="true">{t.theme}</span>
                <ThemeSwitch class="seg" />
            </div>
            <Zones desk />
        </section>
        <section class="card" id="notifications" aria-labelledby="settings-notifications">
            <h2 id="settings-notifications">{t.notification_settings}</h2>
            <PermissionCard />
            <Categories desk />
        </section>
        <section class="card" aria-labelledby="settings-quiet">
            <h2 id="settings-quiet">{t.quiet_hours}</h2>
            <p class="muted">{t.quiet_hours_hint}</p>
            <QuietForm desk />
        </section>
    }
}

#[component]
fn Zones(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let organisation = fill(t.time_zone_organisation, &[&use_page().organisation_zone.name]);
    let choice = move |choice: TimeZoneDisplay, label: String| {
        let is_chosen = move || desk.settings.with(|settings| settings.appearance.time_zone == choice);
        let choose = move |_| {
            spawn_local(async move {
                let patch = SettingsPatch { time_zone: Some(choice), ..SettingsPatch::default() };
                match api::update_settings(patch).await {
                    // Every time on every page is another one.
                    Ok(_) => browser::reload(),
                    Err(error) => desk.toasts.refused(&error),
                }
            });
        };
        view! {
            <label class="check">
                <input type="radio" class="dot-radio" name="time-zone" prop:checked=move || is_chosen() on:change=choose />
                <span>{label}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="settings-zones">
            <legend>{t.time_zone}</legend>
            {choice(TimeZoneDisplay::Organisation, organisation)}
            {choice(TimeZoneDisplay::Device, t.time_zone_device.to_owned())}
            <p class="muted">{t.time_zone_hint}</p>
        </fieldset>
    }
}

/// Each category by each channel.
#[component]
fn Categories(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let cell = move |category: Category, channel: Channel, name: &'static str| {
        let is_on = move || {
            let channels = desk.settings.with(|settings| settings.notifications.channels(category));
            match channel {
                Channel::InApp => channels.in_app,
                Channel::Browser => channels.browser,
            }
        };
        view! {
            <td>
                <input
                    type="checkbox"
                    class="switch"
                    role="switch"
                    aria-label=[desk.lang.category(category), " · ", name].concat()
                    prop:checked=move || is_on()
                    on:change:target=move |event| desk.switch(category, channel, event.target().checked())
                />
            </td>
        }
        .into_any()
    };
    let row = move |category: Category| {
        view! {
            <tr>
                <th scope="row">{desk.lang.category(category)}</th>
                {cell(category, Channel::InApp, t.channel_in_app)}
                {cell(category, Channel::Browser, t.channel_browser)}
            </tr>
        }
        .into_any()
    };
    view! {
        <table class="channels">
            <caption>{t.what_to_tell}</caption>
            <thead>
                <tr>
                    <th scope="col">
                        <span class="sr-only">{t.kind_of_notification}</span>
                    </th>
                    <th scope="col">{t.channel_in_app}</th>
                    <th scope="col">{t.channel_browser}</th>
                </tr>
            </thead>
            <tbody>{Category::ALL.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
