//! Puts everything together and serves it.

use crate::accounts::server::{Gate, Tokens, authenticate, signing_key};
use crate::app;
use crate::chat::server::Chat;
use crate::chat::server::files::Files;
use crate::compat::chat_v3::{refusal, socket as chat_socket, trust, words::Words};
use crate::compat::socketio;
use crate::compat::timers_ws;
use crate::error::AppError;
use crate::realtime::log::Log;
use crate::realtime::socket;
use crate::server::clock::Clock;
use crate::server::config::Config;
use crate::server::db::Db;
use crate::server::jobs::Jobs;
use crate::server::problem::Problem;
use crate::server::state::{self, App};
use crate::server::{demo, middleware, openapi, pages, render, tls};
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Router, middleware::from_fn, middleware::from_fn_with_state};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use leptos::prelude::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// Largest body of a request (contracts §7.8).
const MAX_BODY: usize = 64 * 1024;
/// A client whose body stands still for so long has gone without a word.
const BODY_PATIENCE: Duration = Duration::from_secs(30);
/// How long open requests may take to end when the process is asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// A server that is ready to run.
pub struct Application {
    pub app: App,
    listeners: Vec<TcpListener>,
}

impl Application {
    /// Opens the database and the addresses.
    ///
    /// # Errors
    /// What stands in the way, in words for the operator.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, String> {
        config.check()?;
        if config.compat_trust_user_id {
            tracing::warn!("COMPAT_TRUST_USER_ID: whoever reaches this address can act as anybody");
        }
        let app = open(config, clock).await?;
        if app.config.demo {
            demo::fill(&app).await.map_err(|error| format!("--demo: {error}"))?;
        }
        let mut listeners = Vec::new();
        for address in &app.config.listen {
            let listener = TcpListener::bind(address).await.map_err(|error| format!("--listen {address}: {error}"))?;
            listeners.push(listener);
        }
        Ok(Self { app, listeners })
    }

    /// The addresses that it listens on; the ports are real ones even where 0 was asked for.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// Serves until the process is asked to stop.
    ///
    /// # Errors
    /// When a listener fails.
    pub async fn run(self) -> Result<(), String> {
        let Self { app, listeners } = self;
        let router = router(&app);
        let mut tasks = JoinSet::new();
        // A clock that stands still has nobody who follows it: tests set it, and step.
        if app.clock.runs() {
            let app = app.clone();
            tasks.spawn(async move {
                app.jobs.run(&app).await;
                Ok(())
            });
        }
        for listener in listeners {
            let service = router.clone().into_make_service_with_connect_info::<SocketAddr>();
            let stopping = app.stopping.clone();
            let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
                // A frame is small and wanted now.
                let _ = stream.set_nodelay(true);
            });
            tasks.spawn(async move {
                let served = axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned());
                served.await.map_err(|error| error.to_string())
            });
        }
        app.stopping.cancelled().await;
        let ended = tokio::time::timeout(STOP_WITHIN, async {
            while let Some(ended) = tasks.join_next().await {
                ended.map_err(|error| error.to_string())??;
            }
            // They have left their connections, and still say goodbye.
            drop(app.sockets.write().await);
            Ok(())
        });
        let outcome = ended.await.unwrap_or(Ok(()));
        app.close().await;
        outcome
    }
}

/// Opens what all requests share.
///
/// # Errors
/// What stands in the way, in words for the operator.
pub async fn open(config: Config, clock: Clock) -> Result<App, String> {
    tls::use_ring();
    let because =
        |error: &dyn std::fmt::Display| format!("--database-url {}: {error}", without_password(&config.database_url));
    let db = Arc::new(Db::open(&config.database_url).await.map_err(|error| because(&error))?);
    let key = signing_key(&db, config.secret.as_deref()).await.map_err(|error| because(&error))?;
    let jobs = Arc::new(Jobs::new(clock.clone()));
    let (log, tail) = Log::open(db.clone(), clock.clone(), jobs.clone()).await.map_err(|error| because(&error))?;
    Ok(App::new(state::Inner {
        leptos: leptos_options(),
        build: build_id(),
        tokens: Tokens::new(&key),
        gate: Gate::default(),
        timer_limits: timers_ws::Limits::default(),
        stopping: CancellationToken::new(),
        sockets: Arc::default(),
        chat: Chat::new(config.flood),
        files: Files::new(&config.files, config.s3.clone()),
        words: Words::default(),
        config,
        clock,
        db,
        log,
        tail,
        jobs,
        plane: Default::default(),
        presence: Default::default(),
        moment: Default::default(),
        days: Default::default(),
    }))
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}…{}", &url[..scheme + 3], &url[at..]),
        _ => url.to_owned(),
    }
}

/// Where the site lies: `LEPTOS_SITE_ROOT`, else `site` beside the program as `make dist` puts it,
/// else beside the program's folder as builds put it.
fn leptos_options() -> LeptosOptions {
    let program = std::env::current_exe().unwrap_or_default();
    let site_root = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from).or_else(|| {
        let beside = program.ancestors().skip(1).take(2).map(|folder| folder.join("site"));
        beside.into_iter().find(|site| site.is_dir())
    });
    LeptosOptions::builder()
        .output_name("madang")
        .site_root(site_root.unwrap_or_else(|| "target/site".into()).to_string_lossy().into_owned())
        .reload_port(reload_port().unwrap_or_default())
        .hash_files(hash_file().is_some_and(|file| file.is_file()))
        .build()
}

/// Where pages hear that the program was built anew, while cargo-leptos runs it (`make dev`).
pub fn reload_port() -> Option<u32> {
    std::env::var_os("LEPTOS_WATCH")?;
    std::env::var("LEPTOS_RELOAD_PORT").ok()?.parse().ok()
}

/// The names of the hashed files of the site, written beside the program by the build.
fn hash_file() -> Option<PathBuf> {
    Some(std::env::current_exe().ok()?.parent()?.join("hash.txt"))
}

/// Changes with every build of the site: its hashed names, else the version.
fn build_id() -> String {
    use sha2::{Digest, Sha256};
    match hash_file().and_then(|file| std::fs::read(file).ok()) {
        Some(names) => crate::server::request::hex(&Sha256::digest(&names))[..12].to_owned(),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// All routes.
pub fn router(app: &App) -> Router {
    let pages = {
        let routes = generate_route_list(app::App);
        let context = {
            let app = app.clone();
            move || pages::provide(&app)
        };
        let shell = {
            let options = app.leptos.clone();
            move || app::shell(options.clone())
        };
        // Server functions answer for themselves; pages send whoever is not signed in to the login.
        Router::<App>::new()
            .leptos_routes_with_context(app, routes, context, shell)
            .layer(from_fn_with_state(render::PATIENCE, render::begin_again))
    };

    let site = PathBuf::from(&*app.leptos.site_root);
    let forever = SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    let pkg = ServiceBuilder::new()
        .layer(forever)
        .service(ServeDir::new(site.join(&*app.leptos.site_pkg_dir)).precompressed_br().precompressed_gzip());
    let assets = ServeDir::new(&site).append_index_html_on_directories(false);

    Router::new()
        .merge(pages.layer(from_fn(middleware::require_login)).layer(from_fn(middleware::state_refusal)))
        .route("/preferences", post(pages::set_preferences))
        .route("/ws", get(socket::upgrade))
        .route("/ws/chat/{room}", get(chat_socket::upgrade))
        .merge(socketio::routes(app))
        .route("/v1/ws/timers", get(timers_ws::upgrade))
        .merge(timers_ws::playground(app))
        .nest("/api/v1", openapi::api(app))
        // What is nested does not include its own address with a slash.
        .route("/api/v1/", any(openapi::not_found))
        .nest_service("/pkg", pkg)
        .fallback_service(assets.fallback(page_not_found(app)))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_PATIENCE))
        .layer(from_fn_with_state(app.clone(), trust::believe))
        .layer(from_fn_with_state(app.clone(), authenticate))
        .layer(from_fn_with_state(app.clone(), middleware::guard_origin))
        .layer(from_fn_with_state(app.clone(), middleware::note_address))
        .layer(cors(app))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            let error = AppError::internal(&"a handler panicked");
            Problem { error, lang: crate::text::Lang::default() }.into_response()
        }))
        .layer(from_fn(middleware::explain))
        .layer(from_fn(refusal::shape))
        .layer(from_fn_with_state(app.clone(), middleware::protect))
        .layer(compression())
        .with_state(app.clone())
}

/// Any address without a page renders the application, which says so with status 404.
fn page_not_found(app: &App) -> Router {
    let context = {
        let app = app.clone();
        move || pages::provide(&app)
    };
    let options = app.leptos.clone();
    let render = leptos_axum::render_app_to_stream_with_context(context, move || app::shell(options.clone()));
    Router::new().fallback(render).layer(from_fn_with_state(render::PATIENCE, render::begin_again))
}

/// The origins of other pages that may call with their user's cookie.
fn cors(app: &App) -> CorsLayer {
    let origins: Vec<HeaderValue> = app.config.origins().filter_map(|origin| origin.parse().ok()).collect();
    if origins.is_empty() {
        return CorsLayer::new();
    }
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION, HeaderName::from_static("idempotency-key")])
}

fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(tower_http::CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("application/wasm")))
}

async fn ready(State(app): State<App>) -> Response {
    if app.db.is_reachable().await {
        "ok".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached").into_response()
    }
}
