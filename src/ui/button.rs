//! Buttons that do more than the native one.

use super::Icon;
use super::Show;
use leptos::{ev, prelude::*};

/// A button that shows that its work is under way, and takes no second press meanwhile.
#[component]
pub fn BusyButton(
    /// Classes after `btn`, like `primary sm`.
    #[prop(optional)]
    class: &'static str,
    /// Whether the work is under way.
    #[prop(into)]
    busy: Signal<bool>,
    /// What the button says meanwhile, like 저장하는 중.
    #[prop(into)]
    busy_text: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Submits its form instead of calling `on_press`.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let press = move |event: ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        // Stays enabled while busy: a disabled button would lose focus.
        <button
            type=if submit { "submit" } else { "button" }
            class=["btn ", class].concat()
            aria-busy=move || busy.get().then_some("true")
            disabled=disabled
            on:click=press
        >
            <Show when=move || busy.get() fallback=move || children()>
                <Icon name="loader-circle" class="spin" />
                {busy_text}
            </Show>
        </button>
    }
}

/// A button that is only an icon; its label is what it does, in words.
#[component]
pub fn IconButton(
    icon: &'static str,
    #[prop(into)] label: Signal<String>,
    /// Classes after `icon-btn`, like `sm`.
    #[prop(optional)]
    class: &'static str,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=["icon-btn ", class].concat()
            aria-label=label
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon />
        </button>
    }
}

/// One of a row of tools: a small icon whose label the pointer sees too. It does something, opens a
/// popover, or both.
#[component]
pub fn ToolButton(
    icon: &'static str,
    #[prop(into)] label: Signal<String>,
    /// Classes after `icon-btn sm`.
    #[prop(optional)]
    class: &'static str,
    /// On a phone its label stands beside the icon.
    #[prop(optional)]
    is_named: bool,
    /// The id of the popover that it opens.
    #[prop(optional)]
    opens: Option<&'static str>,
    /// Of one that switches something on and off, whether it is on.
    #[prop(optional, into)]
    is_on: Option<Signal<bool>>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=["icon-btn sm ", class].concat()
            popovertarget=opens
            aria-pressed=move || is_on.map(|is_on| if is_on.get() { "true" } else { "false" })
            aria-label=label
            title=label
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon class="s" />
            {is_named.then(|| view! { <span class="only-phone">{label}</span> })}
        </button>
    }
}
