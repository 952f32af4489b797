//! The process's own log. It never holds tokens, bodies or query strings.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts writing to standard error: for people on a terminal, as JSON lines elsewhere.
/// `RUST_LOG` chooses what.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() { log.init() } else { log.json().init() }
}
