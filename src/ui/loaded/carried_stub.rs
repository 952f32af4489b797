//! The browser's twin of `carried.rs`: it writes no page.

use std::any::Any;

#[expect(clippy::extra_unused_type_parameters, reason = "the server's twin writes that type")]
pub fn write<T>(_: &(dyn Any + Send + Sync)) -> String {
    String::new()
}
