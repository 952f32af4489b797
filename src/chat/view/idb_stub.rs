//! The server's twin of `idb.rs`: there is no browser's database, so nothing is kept.

pub async fn all(_prefix: &str) -> Vec<String> {
    Vec::new()
}

pub async fn put(_key: &str, _value: &str) {}

pub async fn remove(_key: &str) {}
