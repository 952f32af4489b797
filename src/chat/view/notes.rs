//! What was done to others in a room, for those who manage it.

use super::desk::Desk;
use crate::chat::api::chat_audit;
use crate::chat::model::AuditEntry;
use crate::error::AppError;
use crate::text::{Texts, fill};
use crate::ui::{ErrorCard, Skeleton};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What was done, in words.
pub fn deed_words(action: &str, t: &'static Texts) -> &'static str {
    match action {
        "delete_message" => t.chat_did_delete,
        "remove_member" => t.chat_did_remove,
        "bar_member" => t.chat_did_bar,
        "unbar_member" => t.chat_did_unbar,
        "make_owner" => t.chat_did_make_owner,
        "make_admin" => t.chat_did_make_admin,
        "make_member" => t.chat_did_make_member,
        "archive_room" => t.chat_did_archive,
        _ => t.chat_did_reopen,
    }
}

/// The newest first.
#[component]
pub fn Notes(desk: Desk) -> impl IntoView {
    let t = desk.t();
    let found = RwSignal::new(None::<Result<Vec<AuditEntry>, AppError>>);
    let asked = StoredValue::new(0_u32);
    let load = move || {
        let number = asked.get_value().wrapping_add(1);
        asked.set_value(number);
        spawn_local(async move {
            let notes = chat_audit(desk.id).await;
            // An earlier answer that comes late is no news.
            if asked.try_get_value() == Some(number) {
                let _ = found.try_set(Some(notes));
            }
        });
    };
    // Whatever is done to somebody here changes one of these.
    let marks = Memo::new(move |_| {
        desk.room.with(|room| {
            let members = room.members.values().map(|member| (member.user_id, member.role, member.barred_until));
            let deleted = room.messages.iter().filter(|message| message.is_deleted()).count();
            (room.room.archived_at, members.collect::<Vec<_>>(), deleted)
        })
    });
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        marks.with(|_| ());
        load();
    });
    let retry = Callback::new(move |()| {
        found.set(None);
        load();
    });
    let content = move || match found.get() {
        None => view! { <Skeleton lines=4 label=t.loading /> }.into_any(),
        Some(Err(error)) => view! { <ErrorCard error lang=desk.lang on_retry=retry /> }.into_any(),
        Some(Ok(notes)) if notes.is_empty() => view! { <p class="muted">{t.chat_admin_no_notes}</p> }.into_any(),
        Some(Ok(notes)) => {
            let rows = notes.into_iter().map(|note| row(desk, note)).collect_view();
            view! { <ul class="review-messages">{rows}</ul> }.into_any()
        }
    };
    view! { <div class="chat-beside-body">{content}</div> }
}

fn row(desk: Desk, note: AuditEntry) -> AnyView {
    let (t, lang) = (desk.t(), desk.lang);
    let local = desk.zone.with_value(|zone| zone.local(note.at));
    let when = [lang.month_day(local.date()), lang.clock(local)].join(" ");
    let whom = note.user_name.map(|name| [t.chat_note_whom, ": ", &name, " · "].concat());
    let who = [t.chat_note_who, ": ", &note.actor_name].concat();
    let why = (!note.reason.is_empty()).then(|| view! { <p>{fill(t.told_reason, &[&note.reason])}</p> }.into_any());
    view! {
        <li>
            <p class="msg-head">
                <b>{deed_words(&note.action, t)}</b>
                <time class="muted" datetime=note.at.to_string()>{when}</time>
            </p>
            <p class="muted">{whom}{who}</p>
            {why}
        </li>
    }
    .into_any()
}
