//! A person as a coloured disc with a syllable of the name.

use leptos::prelude::*;

/// How large the disc is: 24, 28 or 36 px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    #[default]
    Small,
    Medium,
    Large,
}

/// The disc of a person. The name stands beside it, so it is decoration.
#[component]
pub fn Avatar(
    /// The person's number: gives the hue, the same on every screen.
    id: i64,
    name: String,
    #[prop(optional)] size: AvatarSize,
) -> impl IntoView {
    let size_class = match size {
        AvatarSize::Small => "",
        AvatarSize::Medium => " md",
        AvatarSize::Large => " lg",
    };
    let syllables = if size == AvatarSize::Large { 2 } else { 1 };
    view! {
        <span class=format!("avatar {}{size_class}", hue_class(id)) aria-hidden="true">
            {short_name(&name, syllables)}
        </span>
    }
}

/// One of the twelve hue classes.
#[must_use]
pub fn hue_class(id: i64) -> String {
    format!("hue-{}", id.rem_euclid(12))
}

/// What fits into the disc: the given name's last syllables in Korean, initials in other scripts,
/// which the style sheet writes large.
fn short_name(name: &str, letters: usize) -> String {
    let is_hangul = |c: char| ('가'..='힣').contains(&c);
    if name.chars().any(is_hangul) {
        let syllables: Vec<char> = name.chars().filter(|c| is_hangul(*c)).collect();
        let from = syllables.len().saturating_sub(letters);
        syllables[from..].iter().collect()
    } else {
        let initials = name.split_whitespace().filter_map(|word| word.chars().next());
        initials.take(letters).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_shows_the_given_name_or_initials() {
        assert_eq!((short_name("김민서", 1), short_name("김민서", 2)), ("서".into(), "민서".into()));
        assert_eq!((short_name("ada lovelace", 1), short_name("ada lovelace", 2)), ("a".into(), "al".into()));
        assert_eq!((short_name("", 1), short_name("민", 2)), (String::new(), "민".into()));
    }

    #[test]
    fn every_id_has_one_of_twelve_hues() {
        assert_eq!((hue_class(0), hue_class(23), hue_class(-1)), ("hue-0".into(), "hue-11".into(), "hue-11".into()));
    }
}
