//! The server's twin of `idb.rs`: there is no browser's database, so nothing is kept.

use super::files::Chosen;

pub async fn all(_prefix: &str) -> Vec<String> {
    Vec::new()
}

pub async fn file(_key: &str) -> Option<Chosen> {
    None
}

pub async fn put(_key: &str, _text: &str, _file: Option<&Chosen>) {}

pub async fn remove(_key: &str) {}
