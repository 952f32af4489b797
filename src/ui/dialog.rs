//! Native dialogs: modal ones, and panels that leave the page usable.

use super::Show;
use super::{BusyButton, IconButton, browser};
use leptos::{ev, html, prelude::*};

/// How a dialog stands to the page behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogKind {
    /// The page waits.
    #[default]
    Modal,
    /// Stands beside the page, which stays usable; on a phone it is a modal sheet.
    Panel,
}

/// A `<dialog>` whose content exists only while it is open.
///
/// Focus goes to the element with `autofocus`, else to the first control, and back when it closes.
#[component]
pub fn Dialog(
    id: &'static str,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Esc or the close button: the owner of `open` decides.
    #[prop(into)]
    on_close: Callback<()>,
    #[prop(optional)] kind: DialogKind,
    /// Classes after `dialog` or `pop`, like `quickbook`.
    #[prop(optional)]
    class: &'static str,
    /// The id of the heading that names it.
    labelled_by: &'static str,
    /// Where a panel stands, in CSS pixels of the window.
    #[prop(optional, into)]
    at: Signal<Option<(i32, i32)>>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();

    // Remembers whether it was open, and what had focus before.
    Effect::new(move |before: Option<(bool, Option<browser::Focused>)>| {
        let (was_open, opener) = before.unwrap_or_default();
        let open = open.get();
        let Some(dialog) = node.get() else { return (was_open, opener) };
        match (was_open, open) {
            (false, true) => {
                let opener = browser::focused();
                if kind == DialogKind::Modal || browser::is_phone() {
                    // Fails only when it is open already.
                    let _ = dialog.show_modal();
                } else {
                    dialog.show();
                    browser::keep_on_screen(id);
                }
                (open, opener)
            }
            (true, false) => {
                dialog.close();
                if let Some(opener) = opener {
                    opener.restore();
                }
                (open, None)
            }
            _ => (open, opener),
        }
    });

    // A modal dialog reports Esc as `cancel`; a panel hears the key itself.
    let on_cancel = move |event: ev::Event| {
        event.prevent_default();
        on_close.run(());
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            on_close.run(());
        }
    };
    let base = match kind {
        DialogKind::Modal => "dialog ",
        DialogKind::Panel => "pop ",
    };
    view! {
        <dialog
            node_ref=node
            id=id
            class=[base, class].concat()
            aria-labelledby=labelled_by
            style=move || at.get().map(|(x, y)| format!("--x:{x}px;--y:{y}px"))
            on:cancel=on_cancel
            on:keydown=on_key
        >
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}

/// The head of a dialog: its name, and the button that closes it.
#[component]
pub fn DialogHead(
    /// The heading's id, for `labelled_by`.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    /// The close button's label.
    close_label: &'static str,
    #[prop(into)] on_close: Callback<()>,
    #[prop(optional)] kind: DialogKind,
) -> impl IntoView {
    let (class, button_class) = match kind {
        DialogKind::Modal => ("dialog-head", ""),
        DialogKind::Panel => ("pop-head", "sm"),
    };
    view! {
        <div class=class>
            <h2 id=id>{title}</h2>
            <IconButton icon="x" label=close_label class=button_class on_press=on_close />
        </div>
    }
}

/// The foot of a dialog that asks before something is done: the way back, and the button that does it.
#[component]
pub fn DialogAsk(
    /// What the way back is called.
    back: &'static str,
    #[prop(into)] on_back: Callback<()>,
    /// What is done, in words: they stand there meanwhile too.
    #[prop(into)]
    deed: Signal<String>,
    /// Whether it is under way.
    #[prop(into)]
    busy: Signal<bool>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="dialog-foot">
            <button type="button" class="btn" on:click=move |_| on_back.run(())>{back}</button>
            <BusyButton class="danger primary" busy busy_text=deed on_press=on_confirm>{deed}</BusyButton>
        </div>
    }
}
