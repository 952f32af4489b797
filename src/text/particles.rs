//! Korean particles fit the sound before them. A catalogue writes both forms, `{}을(를)`, and the blank's value
//! decides; where its sound is not known, as of a Latin word, both stay, which is how Korean writes it then.

/// What a catalogue writes, what follows a consonant, and what follows a vowel.
const PARTICLES: [(&str, &str, &str); 4] =
    [("(으)로", "으로", "로"), ("은(는)", "은", "는"), ("을(를)", "을", "를"), ("와(과)", "과", "와")];

/// How a word ends for the ear.
#[derive(Clone, Copy, PartialEq)]
enum Sound {
    Vowel,
    /// A consonant, except for 로, which follows it like a vowel.
    Rieul,
    Consonant,
}

/// Appends what comes after a blank to the text with the filled blank.
pub(super) fn push_after(filled: &mut String, part: &str) {
    let rest = part.trim_start_matches('’');
    let last = filled.chars().rev().find(|c| !")]’”".contains(*c));
    let written = PARTICLES.iter().find_map(|(both, consonant, vowel)| {
        let after = rest.strip_prefix(both)?;
        Some((last.and_then(sound)?, *consonant, *vowel, after))
    });
    let Some((sound, consonant, vowel, after)) = written else { return filled.push_str(part) };
    let is_open = sound == Sound::Vowel || (sound == Sound::Rieul && vowel == "로");
    filled.push_str(&part[..part.len() - rest.len()]);
    filled.push_str(if is_open { vowel } else { consonant });
    filled.push_str(after);
}

/// The sound that a syllable or a digit ends in.
fn sound(last: char) -> Option<Sound> {
    const FINALS: u32 = 28;
    const RIEUL: u32 = 8;
    match last {
        '가'..='힣' => Some(match (last as u32 - '가' as u32) % FINALS {
            0 => Sound::Vowel,
            RIEUL => Sound::Rieul,
            _ => Sound::Consonant,
        }),
        '2' | '4' | '5' | '9' => Some(Sound::Vowel),
        '1' | '7' | '8' => Some(Sound::Rieul),
        '0' | '3' | '6' => Some(Sound::Consonant),
        _ => None,
    }
}
