//! What a link to the timeline asks to be booked, and how the form takes it.

use super::form::Form;
use crate::accounts::model::Person;
use crate::ids::UserId;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// `/timeline?title=…&with=3,4`: a form with this title and these people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub title: String,
    pub people: Vec<UserId>,
}

impl Proposal {
    /// Nothing for an address that asks for nothing.
    #[must_use]
    pub fn of(query: &ParamsMap) -> Option<Self> {
        let (title, with) = (query.get("title"), query.get("with"));
        if title.is_none() && with.is_none() {
            return None;
        }
        let people = with.unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect();
        Some(Self { title: title.unwrap_or_default(), people })
    }
}

/// Puts the people of a proposal into the form, as soon as their names are known.
pub fn invite(form: Form, proposal: Option<Proposal>, everybody: RwSignal<Vec<Person>>) {
    let Some(Proposal { people, .. }) = proposal else { return };
    let me = form.desk.viewer.user_id;
    Effect::new(move |was_known: Option<bool>| {
        let known = everybody.get();
        if was_known != Some(true) && !known.is_empty() {
            let invited = known.iter().filter(|person| person.id != me && people.contains(&person.id));
            form.people.set(invited.cloned().collect());
        }
        was_known == Some(true) || !known.is_empty()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_proposes_a_title_and_people() {
        let of = |query: &[(&'static str, &str)]| {
            let mut map = ParamsMap::new();
            for (key, value) in query {
                map.insert(*key, (*value).to_owned());
            }
            Proposal::of(&map).map(|proposal| (proposal.title, proposal.people))
        };
        assert_eq!(
            of(&[("title", "주간 회의"), ("with", "3,x,,4")]),
            Some(("주간 회의".into(), vec![UserId(3), UserId(4)]))
        );
        assert_eq!(of(&[("with", "")]), Some((String::new(), Vec::new())));
        assert_eq!(of(&[("date", "2026-11-23")]), None);
    }
}
