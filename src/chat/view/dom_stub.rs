//! The server's twin of `dom.rs`: there is no screen.

use crate::chat::model::MessageSeq;
use leptos::ev;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sight {
    pub to_top: i32,
    pub to_bottom: i32,
    pub first: Option<(MessageSeq, i32)>,
    pub last: Option<MessageSeq>,
}

#[must_use]
pub fn look(_log: &str) -> Option<Sight> {
    None
}

#[must_use]
pub fn place(_log: &str, _seq: MessageSeq) -> Option<(MessageSeq, i32)> {
    None
}

pub fn keep(_log: &str, _anchor: (MessageSeq, i32)) {}

pub fn to_end(_log: &str) {}

pub fn show(_log: &str, _seq: MessageSeq, _tint: bool) -> bool {
    false
}

pub fn focus_message(_log: &str, _seq: MessageSeq) {}

pub fn press(_log: &str, _seq: MessageSeq, _button: &str) {}

#[must_use]
pub fn message_of(_event: &ev::Event) -> Option<MessageSeq> {
    None
}

#[must_use]
pub fn is_message(_event: &ev::Event) -> bool {
    false
}

#[must_use]
pub fn caret(_id: &str) -> usize {
    0
}

pub fn set_text(_id: &str, _text: &str, _caret: usize) {}

#[must_use]
pub fn copy(_id: &str) -> bool {
    false
}

pub fn click(_id: &str) {}
