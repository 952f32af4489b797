//! What changes of an entry while its row stands.

use crate::notifications::model::Entry;
use crate::text::Lang;
use crate::time::ZoneOffsets;
use leptos::prelude::*;

/// How an entry looks now.
#[derive(Clone, Default, PartialEq)]
pub struct Look {
    pub is_read: bool,
    /// Its sentence: what it quotes may have changed.
    pub words: String,
}

/// The look of an entry of a list; one that leaves the list keeps its last look until it is gone.
pub fn look_of(list: RwSignal<Vec<Entry>>, entry: &Entry, lang: Lang, zone: StoredValue<ZoneOffsets>) -> Memo<Look> {
    let id = entry.id.clone();
    Memo::new(move |last: Option<&Look>| {
        let now = list.with(|entries| {
            let entry = entries.iter().find(|entry| entry.id == id)?;
            Some(Look { is_read: entry.is_read, words: entry.data.message(lang, &zone.read_value()) })
        });
        now.or_else(|| last.cloned()).unwrap_or_default()
    })
}
