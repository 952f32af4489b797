//! All notifications: filters, more as one scrolls, and what can be done with each.

mod desk;
mod list;

use super::FirstLook;
use crate::app::frame::PageFrame;
use crate::app::use_page;
use crate::notifications::api;
use crate::notifications::model::{Category, Filter};
use crate::text::Lang;
use crate::ui::{ErrorCard, Skeleton, load_by};
use desk::AT_ONCE;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use list::List;

#[component]
pub fn NotificationsPage() -> impl IntoView {
    let page = use_page();
    let t = page.lang.texts();
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        query.with(|query| Filter {
            unread: query.get("show").as_deref() == Some("unread"),
            archived: query.get("show").as_deref() == Some("archived"),
            category: query.get("category").as_deref().and_then(Category::from_tag),
        })
    });
    let first =
        load_by(move || address(filter.get()), move || api::list_notifications(filter.get_untracked(), None, AT_ONCE));
    let bell = use_context::<FirstLook>();
    let content = move || {
        let center = bell.and_then(|FirstLook(bell)| bell.get());
        let (loaded, center) = (first.get()?, center?);
        Some(match (loaded, center) {
            (Ok(entries), Ok(center)) => view! { <List entries center filter=filter.get_untracked() /> }.into_any(),
            (Err(error), _) | (_, Err(error)) => {
                let retry = Callback::new(move |()| first.refetch());
                view! { <ErrorCard error lang=page.lang on_retry=retry /> }.into_any()
            }
        })
    };
    view! {
        <PageFrame title=t.notifications>
            <div class="page">
                <Filters filter lang=page.lang />
                <Transition fallback=move || view! { <Skeleton lines=6 label=t.loading /> }>{content}</Transition>
            </div>
        </PageFrame>
    }
}

/// The address of a filter.
fn address(filter: Filter) -> String {
    let show = if filter.archived { Some("show=archived") } else { filter.unread.then_some("show=unread") };
    let category = filter.category.map(|category| ["category=", category.tag()].concat());
    let query: Vec<&str> = show.into_iter().chain(category.as_deref()).collect();
    if query.is_empty() { "/notifications".to_owned() } else { ["/notifications?", &query.join("&")].concat() }
}

#[component]
fn Filters(filter: Memo<Filter>, lang: Lang) -> impl IntoView {
    let t = lang.texts();
    let navigate = use_navigate();
    let choose = move |event: leptos::ev::Event| {
        let category = Category::from_tag(&event_target_value(&event));
        navigate(&address(Filter { category, ..filter.get_untracked() }), NavigateOptions::default());
    };
    let tab = move |label: &'static str, unread: bool, archived: bool| {
        let href = move || address(Filter { unread, archived, ..filter.get() });
        let is_current = move || {
            let filter = filter.get();
            ((filter.unread, filter.archived) == (unread, archived)).then_some("page")
        };
        view! { <a href=move || href() aria-current=move || is_current()>{label}</a> }.into_any()
    };
    let option = move |category: Category| {
        let is_chosen = move || filter.get().category == Some(category);
        view! { <option value=category.tag() selected=move || is_chosen()>{lang.category(category)}</option> }
            .into_any()
    };
    view! {
        <div class="notes-tools">
            <nav class="tablist" aria-label=t.notifications>
                {tab(t.filter_all, false, false)} {tab(t.filter_unread, true, false)}
                {tab(t.filter_archived, false, true)}
            </nav>
            <label class="notes-kind">
                <span class="sr-only">{t.kind_of_notification}</span>
                <select class="input" on:change=choose>
                    <option value="" selected=move || filter.get().category.is_none()>{t.all_categories}</option>
                    {Category::ALL.into_iter().map(option).collect_view()}
                </select>
            </label>
        </div>
    }
}
