//! Where one is signed in, for the settings: a device that is lost is signed out here.

use crate::accounts::api::{list_devices, sign_out_device, sign_out_other_devices};
use crate::accounts::model::Device;
use crate::app::use_page;
use crate::error::AppError;
use crate::ids::SessionId;
use crate::text::fill;
use crate::ui::{Badge, BusyButton, For, Loading, Tone, browser, load, loaded, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

const LIST: &str = "devices";

#[component]
pub fn Devices() -> impl IntoView {
    let devices = load(list_devices);
    loaded(devices, use_page().lang, 2, move |list| view! { <List list devices /> }.into_any())
}

/// What is being signed out.
#[derive(Clone, Copy, PartialEq)]
enum Goes {
    One(SessionId),
    Others,
}

#[component]
fn List(list: Vec<Device>, devices: Loading<Vec<Device>>) -> impl IntoView {
    let page = use_page();
    let (lang, t) = (page.lang, page.lang.texts());
    let toasts = use_toasts();
    let busy = RwSignal::new(None::<Goes>);
    let sign_out = move |goes: Goes| {
        busy.set(Some(goes));
        spawn_local(async move {
            let outcome = match goes {
                Goes::One(id) => sign_out_device(id).await,
                Goes::Others => sign_out_other_devices().await,
            };
            let _ = busy.try_set(None);
            match outcome {
                // One that has ended by itself is as gone as it should be.
                Ok(()) | Err(AppError::NotFound) => {
                    toasts.success(t.device_signed_out, None);
                    // Its button goes.
                    browser::focus(LIST);
                    devices.refetch();
                }
                Err(error) => toasts.refused(&error),
            }
        });
    };
    let has_others = list.iter().any(|device| !device.current);
    let row = move |device: Device| {
        let Device { id, name, last_seen_at, current, .. } = device;
        let name = if name.is_empty() { t.device_unknown.to_owned() } else { name };
        let at = page.zone.local(last_seen_at);
        let when = fill(t.device_last_used, &[&lang.month_day(at.date()), &lang.prose_time(at)]);
        let action = if current {
            view! { <Badge tone=Tone::Accent icon="check">{t.device_current}</Badge> }.into_any()
        } else {
            let is_busy = Signal::derive(move || busy.get() == Some(Goes::One(id)));
            let whose = [": ", &name, ", ", &when].concat();
            view! {
                <BusyButton class="sm" busy=is_busy busy_text=t.device_signing_out on_press=move |()| sign_out(Goes::One(id))>
                    {t.log_out}
                    <span class="sr-only">{whose.clone()}</span>
                </BusyButton>
            }
            .into_any()
        };
        view! {
            <li class="device">
                <p>
                    <b>{name}</b>
                    " "
                    <span class="muted">{when}</span>
                </p>
                {action}
            </li>
        }
        .into_any()
    };
    let others = has_others.then(|| {
        let is_busy = Signal::derive(move || busy.get() == Some(Goes::Others));
        view! {
            <BusyButton class="sm" busy=is_busy busy_text=t.device_signing_out on_press=move |()| sign_out(Goes::Others)>
                {t.device_sign_out_others}
            </BusyButton>
        }
        .into_any()
    });
    view! {
        <p class="muted">{t.device_hint}</p>
        <ul class="devices" id=LIST tabindex="-1">
            <For each=move || list.clone() key=|device| device.id.0 children=row />
        </ul>
        {others}
    }
}
