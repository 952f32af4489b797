//! The shell of every page and the flat table of pages.

use crate::accounts::model::{Role, User};
use crate::accounts::view::LoginPage;
use crate::announcements::view::AnnouncementsAdminPage;
use crate::chat::view::{ChatAdminPage, ChatPage};
use crate::dashboard::view::DashboardPage;
use crate::json::JsonCodec;
use crate::notifications::view::NotificationsPage;
use crate::realtime::connection_status::provide_proof_panel;
use crate::realtime::live::{provide_connection, use_now};
use crate::reservations::view::{ApprovalsPage, MyReservationsPage, ReservationPage, TimelinePage};
use crate::rooms::view::RoomsAdminPage;
use crate::settings::view::SettingsPage;
use crate::text::Lang;
use crate::time::{Timestamp, ZoneOffsets};
use crate::timers::view::TimersPage;
use crate::ui::width::provide_width;
use crate::ui::{Empty, Icon, ToastRegion, browser, provide_toasts};
use frame::{Frame, PageFrame};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::server_fn::redirect::set_redirect_hook;
use leptos::wasm_split::wasm_split;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, LazyRoute, SsrMode, path};
use made_for::MadeFor;
use serde::{Deserialize, Serialize};

pub mod frame;
mod made_for;
pub mod preferences;

/// What the server knows of this page request; the first thing that both renders agree on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The signed-in person; nobody on the login page.
    pub user: Option<User>,
    pub lang: Lang,
    pub theme: Theme,
    /// The program's build: a socket of another build means that there is a newer page.
    pub build: String,
    /// The server's clock when it rendered the page.
    pub now: Timestamp,
    /// The zone in which screens tell the time: the organisation's, or the device's when the person
    /// wants that.
    pub zone: ZoneOffsets,
    /// Whether the device calls itself a phone: what the first render lays out for. See [`crate::ui::width`].
    pub phone: bool,
    /// The zone of the rooms, by which quiet hours go.
    pub organisation_zone: ZoneOffsets,
    /// The account that a visitor may try: only with `--demo`.
    pub demo: Option<DemoAccount>,
}

/// Light or dark, by the device's setting unless the person has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Shown on the login page of a demonstration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoAccount {
    pub email: String,
    pub password: String,
}

impl Theme {
    /// The value of the cookie and of the preferences form.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a cookie or form value; `None` for one that does not exist.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.tag() == tag)
    }
}

impl Page {
    /// Whether the signed-in person is an admin.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.role == Role::Admin)
    }
}

/// This request's [`Page`]: constant for the life of the document.
///
/// # Panics
/// Outside of [`App`], which provides it.
#[must_use]
pub fn use_page() -> Page {
    expect_context()
}

/// The day that it is in the zone in which screens tell the time: it turns at midnight, however long the
/// document has been open.
///
/// # Panics
/// Outside of [`App`], which provides the page.
#[must_use]
pub fn use_today() -> Memo<Date> {
    let Page { now, zone, .. } = use_page();
    let now = use_now(now);
    Memo::new(move |_| zone.date(now.get()))
}

/// The document around [`App`], written by the server.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let page = use_context::<Page>().unwrap_or_default();
    // The device's setting decides unless the person has chosen.
    let theme = (page.theme != Theme::System).then(|| page.theme.tag());
    let made_for = page.user.as_ref().map(|user| view! { <MadeFor person=user.id /> });
    view! {
        <!DOCTYPE html>
        <html lang=page.lang.tag() data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <HashedStylesheet options=options.clone() id="madang" />
                {made_for}
                <AutoReload options=options.clone() />
                <HydrationScripts options=options />
                <MetaTags />
            </head>
            <body>
                <App />
                <Broken lang=page.lang />
            </body>
        </html>
    }
}

/// Shown when the program in the browser has failed, by the style sheet alone: nothing else is left of it.
#[component]
fn Broken(lang: Lang) -> impl IntoView {
    let t = lang.texts();
    view! {
        <div class="banner error broken" role="alert">
            <Icon name="triangle-alert" />
            <p class="banner-text">
                <b>{t.broken_title}</b>
                <span class="banner-why">{t.broken_text}</span>
            </p>
            // Not by the router: it is part of what has failed.
            <a class="btn sm" href="" rel="external">{t.reload}</a>
        </div>
    }
}

/// The whole application, on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let page =
        SharedValue::<Page, JsonCodec>::new_with_encoding(|| use_context::<Page>().unwrap_or_default()).into_inner();
    provide_context(page.clone());
    provide_width(page.phone);
    provide_connection(page.user.as_ref().map(User::viewer), page.build.clone(), page.now);
    provide_proof_panel();
    let toasts = provide_toasts(page.lang);
    // Signing in and out change the page for good: such a redirect loads a new document.
    let _ = set_redirect_hook(browser::assign);

    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/login") view={Lazy::<Login>::new()} />
                <ParentRoute path=path!("") view=FramedOutlet>
                    <Route path=path!("/") view={Lazy::<Dashboard>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/timeline") view={Lazy::<Timeline>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/my-reservations") view={Lazy::<MyReservations>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/reservations/:id") view={Lazy::<Reservation>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/timers") view={Lazy::<Timers>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/approvals") view={Lazy::<Approvals>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/chat/:slug?") view={Lazy::<Chat>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/notifications") view={Lazy::<Notifications>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/settings") view={Lazy::<Settings>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/admin/rooms") view={Lazy::<RoomsAdmin>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/admin/announcements") view={Lazy::<AnnouncementsAdmin>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/admin/chat") view={Lazy::<ChatAdmin>::new()} ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
        <ToastRegion toasts=toasts />
    }
}

/// Pages whose code the browser fetches when they are first visited, by the beginning of their address: the part of
/// the program that holds them. Pages that people go between share one. What several parts need comes in a file for
/// each set of them, so that few parts mean few files: with one for each page, a page came in over three hundred.
macro_rules! lazy_pages {
    ($($part:ident: $($name:ident($address:literal) = $view:ident),+;)+) => {
        $($(
            struct $name;

            const _: () = {
                #[wasm_split($part, wasm_split_path = leptos::wasm_split, preload(fetch))]
                #[allow(non_snake_case, reason = "the names of its symbols must differ from page to page")]
                fn $view() -> AnyView {
                    self::$view().into_any()
                }

                impl LazyRoute for $name {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_page: Self) -> AnyView {
                        leptos::prefetch_lazy_fn_on_server(stringify!($part));
                        $view().await
                    }

                    async fn preload() {
                        fetch().await;
                    }
                }
            };
        )+)+

        /// Fetches the code of the page at this address. A page is hydrated in one go: were its code
        /// awaited in the middle, what the first half starts could change what the second half expects.
        pub async fn preload(path: &str) {
            $($(
                if path.starts_with($address) {
                    return <$name as LazyRoute>::preload().await;
                }
            )+)+
        }
    };
}

lazy_pages! {
    login: Login("/login") = LoginPage;
    booking:
        Timeline("/timeline") = TimelinePage,
        MyReservations("/my-reservations") = MyReservationsPage,
        Reservation("/reservations/") = ReservationPage,
        Approvals("/approvals") = ApprovalsPage;
    chat: Chat("/chat") = ChatPage;
    timers: Timers("/timers") = TimersPage;
    admin:
        RoomsAdmin("/admin/rooms") = AdminRooms,
        AnnouncementsAdmin("/admin/announcements") = AdminAnnouncements,
        ChatAdmin("/admin/chat") = AdminChat;
    own:
        Notifications("/notifications") = NotificationsPage,
        Settings("/settings") = SettingsPage,
        // Last: every address begins like this.
        Dashboard("/") = DashboardPage;
}

#[component]
fn FramedOutlet() -> impl IntoView {
    view! {
        <Frame>
            <Outlet />
        </Frame>
    }
}

/// The admin's table for admins, and a friendly refusal for everybody else.
#[component]
fn AdminRooms() -> impl IntoView {
    if use_page().is_admin() { RoomsAdminPage().into_any() } else { ForbiddenPage().into_any() }
}

/// The admins' page of announcements, and the same refusal.
#[component]
fn AdminAnnouncements() -> impl IntoView {
    if use_page().is_admin() { AnnouncementsAdminPage().into_any() } else { ForbiddenPage().into_any() }
}

/// The admins' page of chat, and the same refusal.
#[component]
fn AdminChat() -> impl IntoView {
    if use_page().is_admin() { ChatAdminPage().into_any() } else { ForbiddenPage().into_any() }
}

#[component]
fn NotFoundPage() -> impl IntoView {
    browser::set_status(404);
    let texts = use_page().lang.texts();
    let to_timeline = move || view! { <a class="btn primary sm" href="/timeline">{texts.go_to_timeline}</a> };
    view! {
        <Frame>
            <PageFrame title=texts.not_found_title>
                <Empty icon="search" title=texts.not_found_title text=texts.not_found_text action=to_timeline />
            </PageFrame>
        </Frame>
    }
}

#[component]
fn ForbiddenPage() -> impl IntoView {
    browser::set_status(403);
    let texts = use_page().lang.texts();
    let to_timeline = move || view! { <a class="btn sm" href="/timeline">{texts.go_to_timeline}</a> };
    view! {
        <PageFrame title=texts.forbidden_title>
            <Empty icon="lock" title=texts.forbidden_title text=texts.forbidden_text action=to_timeline />
        </PageFrame>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_survives_its_cookie() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::from_tag(theme.tag()), Some(theme));
        }
        assert_eq!(Theme::from_tag("sepia"), None);
    }
}
