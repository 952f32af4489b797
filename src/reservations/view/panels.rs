//! What opens over the screens of booking: the form, the details, the menu, questions, the keys.

use super::board::Board;
use super::desk::{Act, Desk, FormStart, Panel};
use super::details::DetailsBody;
use super::dom::Anchor;
use super::form_view::FormBody;
use super::help::KeysBody;
use super::menu::MenuBody;
use crate::ids::ReservationId;
use crate::reservations::model::MAX_REASON_CHARS;
use crate::ui::{BusyButton, Dialog, DialogHead, DialogKind, later};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

/// Every panel of a page; one is open at most. Their code comes when the page is alive: what was asked
/// for meanwhile opens then.
#[component]
pub fn Panels(desk: Desk, #[prop(optional_no_strip)] board: Option<Board>) -> impl IntoView {
    later(move || panels(desk, board))
}

/// The order matters for the focus: a panel that opens another stands before it, so that it has given
/// the focus back by then.
#[wasm_split(booking_panels, wasm_split_path = leptos::wasm_split)]
fn panels(desk: Desk, board: Option<Board>) -> AnyView {
    view! {
        <MenuPanel desk board />
        <DetailsPanel desk />
        <FormPanel desk board />
        <ConfirmPanel desk />
        <KeysPanel desk />
    }
    .into_any()
}

/// Where a panel stands, as a dialog takes it.
fn placed(at: Memo<Option<Anchor>>) -> Signal<Option<(i32, i32)>> {
    Signal::derive(move || at.get().map(|at| (at.x, at.y)))
}

fn closer(desk: Desk) -> Callback<()> {
    Callback::new(move |()| desk.close())
}

#[component]
fn FormPanel(desk: Desk, board: Option<Board>) -> impl IntoView {
    let t = desk.t();
    let start = Memo::new(move |_| -> Option<FormStart> {
        desk.panel.with(|panel| if let Some(Panel::Form(start)) = panel { Some((**start).clone()) } else { None })
    });
    let at = Memo::new(move |_| start.with(|start| start.as_ref().map(|start| start.at)));
    let title = Signal::derive(move || {
        let is_edit = start.with(|start| start.as_ref().is_some_and(|start| start.before.is_some()));
        if is_edit { t.edit_booking } else { t.quick_book }.to_owned()
    });
    let open = Signal::derive(move || start.with(Option::is_some));
    view! {
        <Dialog id="booking" kind=DialogKind::Panel class="quickbook" labelled_by="booking-heading" open at=placed(at) on_close=closer(desk)>
            <DialogHead id="booking-heading" title close_label=t.close kind=DialogKind::Panel on_close=closer(desk) />
            {move || start.get().map(|start| view! { <FormBody desk board start /> }.into_any())}
        </Dialog>
    }
}

#[component]
fn DetailsPanel(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let shown = Memo::new(move |_| {
        desk.panel.with(|panel| if let Some(Panel::Details { id, at }) = panel { Some((*id, *at)) } else { None })
    });
    let at = Memo::new(move |_| shown.get().map(|(_, at)| at));
    let title = Memo::new(move |last: Option<&String>| {
        let booking = shown.get().and_then(|(id, _)| desk.find(id));
        booking.map(|b| desk.title(&b)).or_else(|| last.cloned()).unwrap_or_else(|| t.details.to_owned())
    });
    let open = Signal::derive(move || shown.get().is_some());
    view! {
        <Dialog id="details" kind=DialogKind::Panel class="details" labelled_by="details-heading" open at=placed(at) on_close=closer(desk)>
            <DialogHead id="details-heading" title=title close_label=t.close kind=DialogKind::Panel on_close=closer(desk) />
            {move || shown.get().map(|(id, _)| view! { <DetailsBody desk id /> }.into_any())}
        </Dialog>
    }
}

#[component]
fn MenuPanel(desk: Desk, board: Option<Board>) -> impl IntoView {
    let t = desk.t();
    let shown = Memo::new(move |_| {
        desk.panel.with(|panel| if let Some(Panel::Menu { id, at }) = panel { Some((*id, *at)) } else { None })
    });
    let at = Memo::new(move |_| shown.get().map(|(_, at)| at));
    let open = Signal::derive(move || shown.get().is_some());
    let title =
        Memo::new(move |_| shown.get().and_then(|(id, _)| desk.find(id)).map(|b| desk.title(&b)).unwrap_or_default());
    view! {
        <Dialog id="block-menu" kind=DialogKind::Panel class="block-menu" labelled_by="block-menu-heading" open at=placed(at) on_close=closer(desk)>
            <h2 class="sr-only" id="block-menu-heading">{move || [&title.get(), " ", t.actions].concat()}</h2>
            {move || shown.get().map(|(id, _)| view! { <MenuBody desk board id /> }.into_any())}
        </Dialog>
    }
}

#[component]
fn ConfirmPanel(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let shown = Memo::new(move |_| {
        desk.panel.with(|panel| if let Some(Panel::Confirm { id, act }) = panel { Some((*id, *act)) } else { None })
    });
    let open = Signal::derive(move || shown.get().is_some());
    let title = Signal::derive(move || {
        match shown.get() {
            Some((_, Act::Delete)) => t.delete_booking_question,
            Some((_, Act::Reject)) => t.reject_question,
            _ => t.cancel_question,
        }
        .to_owned()
    });
    let what = move || {
        let booking = shown.get().and_then(|(id, _)| desk.find(id))?;
        Some([desk.title(&booking), booking.room.name.clone(), desk.clocks(booking.interval())].join(" · "))
    };
    let button = move |(id, act): (ReservationId, Act)| {
        let text = match act {
            Act::Delete => t.delete_booking,
            Act::Reject => t.reject,
            _ => t.cancel_confirm,
        };
        let busy = Signal::derive(move || desk.busy.get() == Some((id, act)));
        let press = Callback::new(move |()| match untrack(|| desk.find(id)) {
            Some(booking) => desk.perform(act, &booking),
            None => desk.close(),
        });
        view! { <BusyButton class="danger primary" busy busy_text=text.to_owned() on_press=press>{text}</BusyButton> }
    };
    let reason = move || {
        shown.get().filter(|(_, act)| *act == Act::Reject).map(|_| {
            view! {
                <div class="field">
                    <label for="reject-reason">{t.reason_optional}</label>
                    <textarea
                        class="input"
                        id="reject-reason"
                        rows="2"
                        maxlength=MAX_REASON_CHARS.to_string()
                        prop:value=move || desk.reason.get()
                        on:input:target=move |event| desk.reason.set(event.target().value())
                    ></textarea>
                </div>
            }
            .into_any()
        })
    };
    view! {
        <Dialog id="confirm" labelled_by="confirm-heading" open on_close=closer(desk)>
            <DialogHead id="confirm-heading" title close_label=t.close on_close=closer(desk) />
            <div class="dialog-body"><p>{move || what()}</p>{move || reason()}</div>
            <div class="dialog-foot">
                <button type="button" class="btn" autofocus=true on:click=move |_| desk.close()>{t.keep_booking}</button>
                {move || shown.get().map(button)}
            </div>
        </Dialog>
    }
}

#[component]
fn KeysPanel(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let open = Signal::derive(move || desk.panel.with(|panel| *panel == Some(Panel::Keys)));
    view! {
        <Dialog id="keys" class="lg" labelled_by="keys-heading" open on_close=closer(desk)>
            <DialogHead id="keys-heading" title=t.keys_title.to_owned() close_label=t.close on_close=closer(desk) />
            <KeysBody desk />
        </Dialog>
    }
}
