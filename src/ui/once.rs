//! What is asked of the server once.

use super::browser;

/// A key that nobody else has, and that sorts by the time at which it was made: what is asked under it may be asked
/// again and is done once (contracts §9, `Idempotency-Key`).
#[must_use]
pub fn new_key() -> String {
    /// The bits of a number below 1 that are random.
    const MANTISSA: u64 = (1 << 52) - 1;
    let now = browser::now_ms().unwrap_or_default();
    // As a whole number: to write a fraction as text takes kilobytes of WASM.
    let chance = (1.0 + browser::random()).to_bits() & MANTISSA;
    [now.to_string(), chance.to_string()].join("-")
}
