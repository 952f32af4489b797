//! Equipment by its icon and name.

use super::draft::Part;
use super::form::RoomForm;
use crate::app::use_page;
use crate::error::Field;
use crate::rooms::model::{KNOWN_EQUIPMENT, pieces};
use crate::text::fill;
use crate::ui::{FieldError, For, Icon, browser, described_by};
use leptos::{ev, prelude::*};

/// The field for a piece of equipment that is not known.
const NEW_PIECE: &str = "room-equipment-new";

/// The icon of a piece of equipment; what is not of `KNOWN_EQUIPMENT` has none.
#[must_use]
pub fn equipment_icon(code: &str) -> Option<&'static str> {
    match code {
        "video" => Some("video"),
        "screen" => Some("presentation"),
        "whiteboard" => Some("pencil"),
        "projector" => Some("projector"),
        "phone" => Some("phone"),
        _ => None,
    }
}

/// A room's equipment, each piece with its icon and name.
#[component]
pub fn EquipmentList(equipment: Vec<String>) -> impl IntoView {
    let lang = use_page().lang;
    let piece = move |code: String| {
        let icon = equipment_icon(&code).map(|name| view! { <Icon name=name /> }.into_any());
        view! { <span>{icon} {lang.equipment(&code)}</span> }
    };
    let none = equipment.is_empty().then(|| view! { <span>{lang.texts().equipment_none}</span> }.into_any());
    view! { <span class="equip">{equipment.into_iter().map(piece).collect_view()} {none}</span> }
}

/// The equipment of the draft: what is known as switches, anything else in words.
#[component]
pub fn EquipmentField(form: RoomForm) -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let has = move |code: &str| form.draft.with(|draft| draft.equipment.iter().any(|piece| piece == code));
    let known = move |code: &'static str| {
        let toggle = move |_| {
            form.edit(|draft| match draft.equipment.iter().position(|piece| piece == code) {
                Some(at) => drop(draft.equipment.remove(at)),
                None => draft.equipment.push(code.to_owned()),
            });
        };
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || if has(code) { "true" } else { "false" }
                on:click=toggle
            >
                {equipment_icon(code).map(|name| view! { <Icon name=name /> }.into_any())}
                {lang.equipment(code)}
            </button>
        }
    };
    let others = move || {
        let is_other = |piece: &&String| !KNOWN_EQUIPMENT.contains(&piece.as_str());
        form.draft.with(|draft| draft.equipment.iter().filter(is_other).cloned().collect::<Vec<_>>())
    };
    let other = move |piece: String| {
        let label = fill(texts.remove_equipment, &[&piece]);
        let name = piece.clone();
        let remove = move |_| {
            form.edit(|draft| draft.equipment.retain(|known| *known != piece));
            // The pressed button is gone.
            browser::focus(NEW_PIECE);
        };
        view! {
            <span class="chip is-on">
                {name}
                <button type="button" class="chip-x" aria-label=label on:click=remove>
                    <Icon name="x" />
                </button>
            </span>
        }
    };
    let typed = RwSignal::new(String::new());
    let add = move || {
        let typed_text = typed.get_untracked();
        form.edit(|draft| {
            for piece in pieces(&typed_text) {
                if !draft.equipment.iter().any(|known| known == piece) {
                    draft.equipment.push(piece.to_owned());
                }
            }
        });
        typed.set(String::new());
        browser::focus(NEW_PIECE);
    };
    let add_on_enter = move |event: ev::KeyboardEvent| {
        // Enter ends a syllable that is being composed; only then it means this.
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            add();
        }
    };
    let error = Memo::new(move |_| form.error(Field::Equipment, Part::Equipment));
    view! {
        <fieldset class="field">
            <legend>{texts.equipment}</legend>
            <div class="chips">
                {KNOWN_EQUIPMENT.map(known)}
                <For each=others key=String::clone let:piece>
                    {other(piece)}
                </For>
            </div>
            <div class="chip-form">
                <input
                    class="input"
                    id=NEW_PIECE
                    aria-label=texts.add_equipment
                    placeholder=texts.add_equipment
                    autocomplete="off"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by(NEW_PIECE, error.with(Option::is_some), false)
                    bind:value=typed
                    on:keydown=add_on_enter
                />
                <button type="button" class="btn" on:click=move |_| add()>
                    {texts.add}
                </button>
            </div>
            <FieldError id=NEW_PIECE error=error.into() />
        </fieldset>
    }
}
