//! The server's twin of `files.rs`: nobody chooses a file there.

use crate::ids::UserId;
use leptos::ev;

#[derive(Clone, Debug)]
pub struct Chosen;

#[derive(Clone, Debug, PartialEq)]
#[expect(dead_code, reason = "nothing is uploaded from the server")]
pub enum Progress {
    Percent(u32),
    Done(String),
    Refused(u16, String),
    Gone,
}

pub fn hold(_number: u32, _file: Chosen) {}

#[must_use]
pub fn held(_number: u32) -> Option<Chosen> {
    None
}

pub fn stop(_number: u32) {}

pub fn forget(_number: u32) {}

#[must_use]
pub fn described(_file: &Chosen) -> (String, i64) {
    (String::new(), 0)
}

#[must_use]
pub fn chosen_files(_event: &ev::Event) -> Vec<Chosen> {
    Vec::new()
}

pub fn allow_files(_event: &ev::DragEvent) {}

#[must_use]
pub fn dropped_files(_event: &ev::DragEvent) -> Vec<Chosen> {
    Vec::new()
}

#[must_use]
pub fn pasted_files(_event: &ev::ClipboardEvent) -> Vec<Chosen> {
    Vec::new()
}

pub fn upload(_number: u32, _url: &str, _key: &str, _of: UserId, _heard: impl Fn(Progress) + 'static) {}
