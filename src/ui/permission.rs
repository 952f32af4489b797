//! Whether a browser may notify (contracts §1.8).

/// What the browser says of its notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// The browser has none.
    Unsupported,
    /// The person has not been asked yet.
    NotAsked,
    Granted,
    /// Refused; only the browser's own settings can undo it.
    Blocked,
}
