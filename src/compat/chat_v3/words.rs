//! The newest frames in this contract's words, so that a thousand sockets of a room need one translation.

use super::envelope;
use crate::chat::model::MessageSeq;
use crate::realtime::protocol::{Event, Frame, Seq};
use crate::realtime::tail::LogFrame;
use axum::extract::ws::Utf8Bytes;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many are kept.
const KEPT: usize = 512;

/// What a frame is to this contract: the number of the message that it brings, and its text; nothing
/// when it has no words for it.
pub type Translated = Option<(Option<MessageSeq>, Utf8Bytes)>;

/// See the module.
#[derive(Default)]
pub struct Words(Mutex<BTreeMap<Seq, Translated>>);

impl Words {
    /// A frame of a room's topic, translated.
    pub fn of(&self, frame: &LogFrame) -> Translated {
        let kept = |words: &Self| words.0.lock().unwrap_or_else(PoisonError::into_inner).get(&frame.seq).cloned();
        if let Some(known) = kept(self) {
            return known;
        }
        let translated = translate(&frame.text);
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        words.insert(frame.seq, translated.clone());
        while words.len() > KEPT {
            words.pop_first();
        }
        translated
    }
}

fn translate(text: &str) -> Translated {
    let frame: Frame = serde_json::from_str(text).ok()?;
    let seq = match &frame.event {
        Event::ChatMessage(message) => Some(message.seq),
        _ => None,
    };
    envelope::of_frame(&frame).map(|text| (seq, text))
}
