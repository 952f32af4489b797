//! What stands around every page of a signed-in person: sidebar, header, tabs on a phone.

use super::preferences::{LanguageSwitch, ThemeSwitch};
use super::use_page;
use crate::accounts::api::LogOut;
use crate::accounts::model::User;
use crate::announcements::view::NoticeRegion;
use crate::chat::view::{ChatLink, provide_chats};
use crate::notifications::view::{Bell, provide_bell};
use crate::realtime::connection_status::{ConnectionBanner, LiveMark, ProofDialog};
use crate::reservations::view::{ApprovalsLink, provide_approvals};
use crate::timers::view::{HeadTimer, SideTimer, provide_timers, title_count};
use crate::ui::{Avatar, AvatarSize, Icon, Logo, Menu, browser};
use leptos::children::ViewFnOnce;
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

const USER_MENU: &str = "user-menu";
const MORE_MENU: &str = "more-menu";

/// Whether a page has been shown in this document before.
#[derive(Clone, Copy)]
struct Visited(StoredValue<bool>);

/// The frame. It stays while pages come and go in it.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let texts = use_page().lang.texts();
    provide_context(Visited(StoredValue::new(false)));
    provide_bell();
    provide_approvals();
    provide_chats();
    provide_timers();
    view! {
        <a class="skip-link" href="#main">{texts.skip_to_content}</a>
        <div class="app">
            <div class="app-banners">
                <ConnectionBanner />
                <NoticeRegion />
            </div>
            <Sidebar />
            {children()}
            <Tabs />
        </div>
        <ProofDialog />
    }
}

/// The column of one page: its header and its main part.
#[component]
pub fn PageFrame(
    #[prop(into)] title: Signal<String>,
    /// What belongs right beside the title.
    #[prop(optional, into)]
    beside_title: ViewFnOnce,
    /// The page's primary actions, at the end of the header.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    /// Classes after `content`: `fill` for a page that scrolls inside.
    #[prop(optional)]
    class: &'static str,
    /// The page shows the 실시간 mark in its own toolbar; the header then has it on a phone only.
    #[prop(optional)]
    live_in_toolbar: bool,
    /// What floats over the page: a phone's main button.
    #[prop(optional, into)]
    floating: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let page = use_page();
    let app_name = page.lang.texts().app_name;
    // Coming from another page, focus begins at the heading; a loaded document begins at its top.
    // By its node, not by an id: the page that is left is still there for a moment.
    let heading = NodeRef::<html::H1>::new();
    let visited = use_context::<Visited>();
    Effect::new(move |_| {
        if let (Some(Visited(visited)), Some(heading)) = (visited, heading.get())
            && visited.try_update_value(|visited| std::mem::replace(visited, true)) == Some(true)
        {
            browser::focus_when_shown(heading.into());
        }
    });
    // The server reads the title while it streams, when this page's signals may be gone already.
    let first_title = title.get_untracked();
    let count = title_count();
    let document_title = move || {
        let title = title.try_get().unwrap_or_else(|| first_title.clone());
        [count().as_str(), &title, " · ", app_name].concat()
    };
    view! {
        <Title text=document_title />
        <div class="main">
            <header class="head">
                <h1 node_ref=heading tabindex="-1">
                    {title}
                </h1>
                {beside_title.run()}
                <div class="head-end">
                    {actions.run()}
                    <HeadTimer />
                    <LiveMark class=if live_in_toolbar { "only-phone" } else { "" } />
                    <Bell />
                    {page.user.map(|user| view! { <UserMenu user=user /> }.into_any())}
                </div>
            </header>
            <main class=["content ", class].concat() id="main" tabindex="-1">
                {children()}
            </main>
            {floating.run()}
        </div>
    }
}

/// Whether the page at `href`, or one below it, is on screen.
pub fn is_current(href: &'static str) -> impl Fn() -> Option<&'static str> + Copy {
    let path = use_location().pathname;
    // The start page is below every other one.
    move || path.with(|path| if href == "/" { path == "/" } else { path.starts_with(href) }).then_some("page")
}

#[component]
fn Sidebar() -> impl IntoView {
    let page = use_page();
    let texts = page.lang.texts();
    let administration = page.is_admin().then(|| {
        view! {
            <h2 class="nav-group" id="nav-admin">{texts.administration}</h2>
            <ul aria-labelledby="nav-admin">
                <NavLink href="/admin/rooms" icon="door-open" label=texts.rooms_admin />
                <NavLink href="/admin/announcements" icon="megaphone" label=texts.announcements_admin />
                <NavLink href="/admin/chat" icon="shield" label=texts.chat_admin_page />
            </ul>
        }
    });
    view! {
        <aside class="side" aria-label=texts.app_name>
            <a class="brand" href="/">
                <Logo />
                <span class="brand-name">{texts.app_name}</span>
            </a>
            <nav aria-label=texts.navigation>
                <ul>
                    <NavLink href="/" icon="layout-dashboard" label=texts.dashboard />
                    <NavLink href="/timeline" icon="calendar-days" label=texts.timeline />
                    <NavLink href="/my-reservations" icon="calendar-check" label=texts.my_reservations />
                    <NavLink href="/timers" icon="timer" label=texts.timers />
                    <li>
                        <ChatLink class="nav-link" />
                    </li>
                    <li>
                        <ApprovalsLink class="nav-link" />
                    </li>
                </ul>
                {administration}
            </nav>
            <SideTimer />
        </aside>
    }
}

#[component]
fn NavLink(href: &'static str, icon: &'static str, label: &'static str) -> impl IntoView {
    view! {
        <li>
            <a class="nav-link" href=href aria-current=is_current(href)>
                <Icon name=icon />
                <span class="nav-label">{label}</span>
            </a>
        </li>
    }
}

/// The bottom tabs of a phone, and the sheet behind 더 보기.
#[component]
fn Tabs() -> impl IntoView {
    let page = use_page();
    let texts = page.lang.texts();
    let tab = |href: &'static str, icon: &'static str, label: &'static str| {
        view! {
            <a class="tab-link" href=href aria-current=is_current(href)>
                <Icon name=icon />
                {label}
            </a>
        }
    };
    let rooms_admin = page.is_admin().then(|| {
        view! {
            <a class="menu-item" href="/admin/rooms" on:click=move |_| browser::hide_popover(MORE_MENU)>
                <Icon name="door-open" />
                {texts.rooms_admin}
            </a>
            <a class="menu-item" href="/admin/announcements" on:click=move |_| browser::hide_popover(MORE_MENU)>
                <Icon name="megaphone" />
                {texts.announcements_admin}
            </a>
            <a class="menu-item" href="/admin/chat" on:click=move |_| browser::hide_popover(MORE_MENU)>
                <Icon name="shield" />
                {texts.chat_admin_page}
            </a>
        }
    });
    view! {
        <nav class="tabs" aria-label=texts.tabs_label>
            {tab("/", "home", texts.home)}
            {tab("/timeline", "calendar-days", texts.timeline)}
            {tab("/my-reservations", "calendar-check", texts.my_reservations)}
            <ChatLink class="tab-link" />
            <button
                type="button"
                class="tab-link"
                popovertarget=MORE_MENU
                aria-haspopup="dialog"
                aria-current=is_current("/admin")
            >
                <Icon name="menu" />
                {texts.more}
            </button>
        </nav>
        <Menu id=MORE_MENU label=texts.more role="dialog">
            {page.user.map(|user| view! { <UserCard user=user /> }.into_any())}
            <hr class="menu-rule" />
            <a class="menu-item" href="/timers" on:click=move |_| browser::hide_popover(MORE_MENU)>
                <Icon name="timer" />
                {texts.timers}
            </a>
            <ApprovalsLink class="menu-item" on_follow=Callback::new(move |()| browser::hide_popover(MORE_MENU)) />
            {rooms_admin}
            <Preferences />
            <hr class="menu-rule" />
            <SettingsItem menu=MORE_MENU />
            <LogOutItem />
        </Menu>
    }
}

#[component]
fn UserMenu(user: User) -> impl IntoView {
    let texts = use_page().lang.texts();
    view! {
        <button type="button" class="user-btn" popovertarget=USER_MENU aria-haspopup="dialog">
            <Avatar id=user.id.0 name=user.name.clone() size=AvatarSize::Medium />
            <span class="name">{user.name.clone()}</span>
            <Icon name="chevron-down" class="chev" />
            <span class="sr-only">{texts.user_menu}</span>
        </button>
        <Menu id=USER_MENU class="end user-menu" label=texts.user_menu role="dialog">
            <UserCard user=user />
            <hr class="menu-rule" />
            <Preferences />
            <hr class="menu-rule" />
            <SettingsItem menu=USER_MENU />
            <LogOutItem />
        </Menu>
    }
}

#[component]
fn UserCard(user: User) -> impl IntoView {
    view! {
        <div class="user-card">
            <Avatar id=user.id.0 name=user.name.clone() size=AvatarSize::Large />
            <p>
                <b>{user.name}</b>
                <span class="muted">{user.email}</span>
            </p>
        </div>
    }
}

#[component]
fn SettingsItem(menu: &'static str) -> impl IntoView {
    view! {
        <a class="menu-item" href="/settings" on:click=move |_| browser::hide_popover(menu)>
            <Icon name="settings" />
            {use_page().lang.texts().settings_title}
        </a>
    }
}

/// A plain form, so that it works before and without WASM; the answer is a new document.
#[component]
fn LogOutItem() -> impl IntoView {
    let texts = use_page().lang.texts();
    view! {
        <form method="post" action=LogOut::PATH>
            <button type="submit" class="menu-item">
                <Icon name="log-out" />
                {texts.log_out}
            </button>
        </form>
    }
}

/// Theme and language as blocks of a menu.
#[component]
fn Preferences() -> impl IntoView {
    let texts = use_page().lang.texts();
    view! {
        <div class="menu-block">
            <p class="muted" aria-hidden="true">{texts.theme}</p>
            <ThemeSwitch class="seg wide" />
        </div>
        <div class="menu-block">
            <p class="muted" aria-hidden="true">{texts.language}</p>
            <LanguageSwitch class="seg wide" />
        </div>
    }
}
