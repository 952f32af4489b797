//! Who is called by name in a message.

use crate::ids::{self, UserId};
use serde::{Deserialize, Serialize};

/// The words that call everybody in the room.
pub const EVERYBODY: [&str; 4] = ["전체", "모두", "all", "everyone"];

/// How many signs of a text may call somebody: more are no message to people.
const MOST_SIGNS: usize = 200;

/// Whom a message calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Mentions {
    /// By id.
    #[serde(with = "ids::integers")]
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<i64>))]
    pub user_ids: Vec<UserId>,
    /// Everybody in the room.
    pub everyone: bool,
}

impl Mentions {
    #[must_use]
    pub fn include(&self, user: UserId) -> bool {
        self.everyone || self.user_ids.contains(&user)
    }

    /// How many people other than the sender it calls, in a room of so many.
    #[must_use]
    pub fn people(&self, member_count: i64) -> i64 {
        if self.everyone { (member_count - 1).max(0) } else { i64::try_from(self.user_ids.len()).unwrap_or(i64::MAX) }
    }
}

/// Finds `@name` and `@전체` in a text. Of two names that fit, the longer one is meant; what follows
/// a Korean name (님, 이, 에게) does not matter, a Latin one ends at a letter's end.
#[must_use]
pub fn find_mentions(text: &str, members: &[(UserId, String)]) -> Mentions {
    let members = members.iter().map(|(id, name)| (Some(*id), name.as_str()));
    let mut names: Vec<(Option<UserId>, &str)> = members.chain(EVERYBODY.map(|word| (None, word))).collect();
    names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    let mut found = Mentions::default();
    // In an address of mail it calls nobody.
    let calls = |at: &usize| !text[..*at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
    for at in text.match_indices('@').map(|(at, _)| at).filter(calls).take(MOST_SIGNS) {
        let rest = &text[at + 1..];
        let fits = |name: &str| {
            rest.strip_prefix(name).is_some_and(|after| {
                let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                !(name.is_empty() || is_latin(name.chars().next_back()) && is_latin(after.chars().next()))
            })
        };
        let Some(longest) = names.iter().find(|(_, name)| fits(name)).map(|(_, name)| *name) else { continue };
        // Two people may have one name: both are called.
        for (id, _) in names.iter().filter(|(_, name)| *name == longest) {
            match id {
                Some(id) => found.user_ids.push(*id),
                None => found.everyone = true,
            }
        }
    }
    found.user_ids.sort_unstable();
    found.user_ids.dedup();
    found
}
