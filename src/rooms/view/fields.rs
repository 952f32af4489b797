//! The fields of the form of a room.

use super::Admin;
use super::draft::{Draft, Part};
use super::equipment::EquipmentField;
use super::form::RoomForm;
use crate::accounts::model::Person;
use crate::accounts::view::{PeoplePicker, use_everybody};
use crate::app::use_page;
use crate::error::Field;
use crate::ui::{Field as FieldFrame, Show, described_by};
use leptos::prelude::*;

/// The fields, judged as the person types.
#[component]
pub fn RoomFields(form: RoomForm) -> impl IntoView {
    let texts = use_page().lang.texts();
    let admin: Admin = expect_context();
    let floors = move || {
        admin.rooms.with(|directory| {
            let mut floors: Vec<String> = directory.rooms.iter().map(|room| room.floor.clone()).collect();
            floors.dedup();
            floors.into_iter().map(|floor| view! { <option value=floor></option> }.into_any()).collect_view()
        })
    };
    view! {
        <div class="form-section">
            <DraftField
                form=form
                id="room-name"
                part=Part::Name
                field=Field::Name
                read=|draft| &draft.name
                write=|draft, typed| draft.name = typed
            />
            <DraftField
                form=form
                id="room-location"
                part=Part::Location
                field=Field::Location
                read=|draft| &draft.location
                write=|draft, typed| draft.location = typed
            />
            <div class="fields-row">
                <DraftField
                    form=form
                    id="room-floor"
                    part=Part::Floor
                    field=Field::Floor
                    list="room-floors"
                    read=|draft| &draft.floor
                    write=|draft, typed| draft.floor = typed
                />
                <DraftField
                    form=form
                    id="room-capacity"
                    part=Part::Capacity
                    field=Field::Capacity
                    inputmode="numeric"
                    read=|draft| &draft.capacity
                    write=|draft, typed| draft.capacity = typed
                />
            </div>
            <datalist id="room-floors">{floors}</datalist>
            <EquipmentField form=form />
        </div>
        <div class="form-section">
            <h3>{texts.booking_rules}</h3>
            <DraftSwitch
                form=form
                label=form.label(Part::RequiresApproval)
                hint=texts.requires_approval_hint
                read=|draft| draft.requires_approval
                write=|draft, on| draft.requires_approval = on
            />
            <Show when=move || form.draft.with(|draft| draft.requires_approval)>
                <Approvers form=form />
            </Show>
            <DraftSwitch
                form=form
                label=form.label(Part::Maintenance)
                hint=texts.maintenance_hint
                read=|draft| draft.maintenance
                write=|draft, on| draft.maintenance = on
            />
        </div>
    }
}

/// One line of text of the draft.
#[component]
fn DraftField(
    form: RoomForm,
    id: &'static str,
    part: Part,
    field: Field,
    #[prop(optional)] list: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    read: fn(&Draft) -> &String,
    write: fn(&mut Draft, String),
) -> impl IntoView {
    let error = Memo::new(move |_| form.error(field, part));
    let has_error = move || error.with(Option::is_some);
    view! {
        <FieldFrame id=id label=form.label(part) error=error>
            <input
                class="input"
                id=id
                autocomplete="off"
                list=list
                inputmode=inputmode
                aria-invalid=move || has_error().then_some("true")
                aria-describedby=move || described_by(id, has_error(), false)
                prop:value=move || form.draft.with(|draft| read(draft).clone())
                on:input:target=move |event| form.edit(|draft| write(draft, event.target().value()))
            />
        </FieldFrame>
    }
}

/// A yes or no of the draft.
#[component]
fn DraftSwitch(
    form: RoomForm,
    label: &'static str,
    hint: &'static str,
    read: fn(&Draft) -> bool,
    write: fn(&mut Draft, bool),
) -> impl IntoView {
    view! {
        <label class="switch-row">
            <span>{label} <small>{hint}</small></span>
            <input
                type="checkbox"
                class="switch"
                role="switch"
                prop:checked=move || form.draft.with(read)
                on:change:target=move |event| form.edit(|draft| write(draft, event.target().checked()))
            />
        </label>
    }
}

/// Who decides besides admins.
#[component]
fn Approvers(form: RoomForm) -> impl IntoView {
    let texts = use_page().lang.texts();
    let everybody = use_everybody();
    // Their names come with the list of everybody.
    let chosen = Memo::new(move |_| {
        form.draft.with(|draft| {
            everybody.with(|people| {
                people.iter().filter(|person| draft.approver_ids.contains(&person.id)).cloned().collect::<Vec<_>>()
            })
        })
    });
    let change = move |people: Vec<Person>| {
        let mut ids: Vec<_> = people.iter().map(|person| person.id).collect();
        // In the order in which they are kept.
        ids.sort_unstable();
        form.edit(|draft| draft.approver_ids = ids);
    };
    let error = Memo::new(move |_| form.error(Field::ApproverIds, Part::Approvers));
    let hint = Signal::derive(move || Some(texts.approvers_hint.to_owned()));
    view! {
        <PeoplePicker
            id="room-approvers"
            label=form.label(Part::Approvers)
            placeholder=texts.choose_people
            everybody
            chosen
            on_change=change
            error
            hint
        />
    }
}
