//! A room's whole history, to take away.

use crate::app::use_page;
use crate::ids::ChatRoomId;
use crate::ui::Icon;
use leptos::prelude::*;

/// One link for each form; the browser saves what they lead to.
#[component]
pub fn Exports(
    id: ChatRoomId,
    /// Classes of each link.
    class: &'static str,
    /// `menuitem` in a menu.
    #[prop(optional)]
    role: &'static str,
) -> impl IntoView {
    let t = use_page().lang.texts();
    let role = (!role.is_empty()).then_some(role);
    let link = move |format: &'static str, label: &'static str| {
        let href = format!("/api/v1/chat/rooms/{id}/export?format={format}");
        view! {
            <a class=class role=role href=href download rel="external">
                <Icon name="download" />
                {label}
            </a>
        }
        .into_any()
    };
    view! {
        {link("json", t.chat_export_json)}
        {link("text", t.chat_export_text)}
    }
}
