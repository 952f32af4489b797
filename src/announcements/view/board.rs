//! Who has answered and who has not, as it happens.

use super::admin::Admin;
use super::label;
use crate::accounts::model::Person;
use crate::announcements::api::ack_board;
use crate::announcements::live::AckBoard;
use crate::announcements::model::Announcement;
use crate::app::use_page;
use crate::ids::AnnouncementId;
use crate::realtime::live::use_live;
use crate::realtime::protocol::Snapshot;
use crate::ui::{Avatar, later, load, loaded};
use leptos::prelude::*;

#[component]
pub fn Board(admin: Admin, announcement: Announcement) -> impl IntoView {
    let page = use_page();
    let (lang, texts) = (page.lang, page.lang.texts());
    let id = announcement.id;
    let announcement = StoredValue::new(announcement);
    // It stands inside of what the page has loaded, for which the server waits alone.
    let lists = later(move || async move {
        loaded(load(move || ack_board(id)), lang, 2, move |board| {
            view! { <Lists admin board announcement id /> }.into_any()
        })
    });
    view! {
        <section class="form-section ack-board" aria-label=texts.answers>
            <h3>{texts.answers}</h3>
            {lists}
        </section>
    }
}

#[component]
fn Lists(
    admin: Admin,
    board: Snapshot<AckBoard>,
    announcement: StoredValue<Announcement>,
    id: AnnouncementId,
) -> impl IntoView {
    let lang = use_page().lang;
    let texts = lang.texts();
    let live = use_live(board, move || ack_board(id));
    let people = |people: Vec<Person>| {
        let person = |person: Person| {
            view! { <li><Avatar id=person.id.0 name=person.name.clone() />{person.name}</li> }.into_any()
        };
        view! { <ul class="people">{people.into_iter().map(person).collect_view()}</ul> }.into_any()
    };
    let options = announcement.with_value(|a| a.ack_options.clone());
    let answered = options
        .into_iter()
        .map(|option| {
            let name = label(&option, lang);
            let chosen = Memo::new(move |_| {
                live.with(|board| {
                    let of_option = board.acks.values().filter(|ack| ack.option_id == option.id);
                    of_option.map(|ack| ack.person.clone()).collect::<Vec<_>>()
                })
            });
            view! {
                <h4>{name}<span class="count">{move || chosen.with(Vec::len)}</span></h4>
                {move || people(chosen.get())}
            }
            .into_any()
        })
        .collect_view();
    let waiting = Memo::new(move |_| {
        admin
            .everybody
            .with(|everybody| live.with(|board| board.waiting(everybody).into_iter().cloned().collect::<Vec<Person>>()))
    });
    let rest = move || {
        if waiting.with(Vec::is_empty) {
            view! { <p class="muted">{texts.nobody_waiting}</p> }.into_any()
        } else {
            people(waiting.get())
        }
    };
    view! {
        {answered}
        <h4>{texts.not_answered}<span class="count">{move || waiting.with(Vec::len)}</span></h4>
        {move || rest()}
    }
}
