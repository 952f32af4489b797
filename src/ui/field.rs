//! Labelled controls whose error stands under them in a sentence.

use super::Icon;
use leptos::prelude::*;

/// The value of `aria-describedby` for the control of a [`Field`] with this id.
#[must_use]
pub fn described_by(id: &str, has_error: bool, has_hint: bool) -> Option<String> {
    match (has_error, has_hint) {
        (true, _) => Some([id, "-error"].concat()),
        (false, true) => Some([id, "-hint"].concat()),
        (false, false) => None,
    }
}

/// A label above its control, and below it an error or else a hint.
///
/// The control gets the id, `aria-invalid`, and `aria-describedby` by [`described_by`].
#[component]
pub fn Field(
    /// The control's id.
    id: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    /// Classes after `field`.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let hint_id = [id, "-hint"].concat();
    view! {
        <div class=["field ", class].concat()>
            <label for=id>{label}</label>
            {children()}
            <FieldError id=id error=error />
            {move || {
                let hint = hint.get().filter(|_| error.with(Option::is_none));
                hint.map(|hint| view! { <p class="field-hint" id=hint_id.clone()>{hint}</p> }.into_any())
            }}
        </div>
    }
}

/// The sentence under a control that breaks a rule.
#[component]
pub fn FieldError(
    /// The control's id.
    id: &'static str,
    error: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        error.get().map(|error| {
            view! {
                <p class="field-error" id=[id, "-error"].concat()>
                    <Icon name="circle-alert" />
                    {error}
                </p>
            }
        })
    }
}

/// A one-line text field bound to a signal.
#[component]
pub fn TextField(
    id: &'static str,
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    /// The input's `type`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] placeholder: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    /// The id of a `<datalist>` with suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    view! {
        <Field id=id label=label error=error hint=hint>
            <input
                class="input"
                id=id
                name=id
                type=kind
                placeholder=placeholder
                autocomplete="off"
                list=list
                autofocus=autofocus
                aria-required=required.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by(id, error.with(Option::is_some), hint.with(Option::is_some))
                bind:value=value
            />
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_before_a_hint() {
        assert_eq!(described_by("name", true, true).as_deref(), Some("name-error"));
        assert_eq!(described_by("name", false, true).as_deref(), Some("name-hint"));
        assert_eq!(described_by("name", false, false), None);
    }
}
