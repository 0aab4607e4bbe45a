//! Closed lists of words that tell what a place in a note is.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Labels that name no person, in lower case and without hyphens, one a line: `note`, `verdict`, `q`. Their plurals name
/// none, either.
static NO_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("no_names.txt").lines().collect());

/// Words with which no name of several words begins; what begins so is a clause: "it is:".
static NO_NAME_STARTS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("no_name_starts.txt").lines().collect());

/// How long a singular must be for its plural to be believed: "as" is none of "a".
const SINGULAR: usize = 3;

/// Whether a label, in any case, is a word that names no person: "Note", "Option 2".
pub(crate) fn is_no_name(label: &str) -> bool {
    let lower = label.to_lowercase();
    let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '#'));
    let known = |word: &str| {
        let singular = match word.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => word.strip_suffix('s').unwrap_or_default().to_owned(),
        };
        NO_NAMES.contains(word) || (singular.len() >= SINGULAR && NO_NAMES.contains(&*singular))
    };
    bare.is_empty()
        || [bare, &lower, &bare.replace('-', "")]
            .into_iter()
            .any(known)
}

/// Whether a text of several words begins with a word with which no name begins.
pub(super) fn is_common_start(text: &str) -> bool {
    text.split_once(' ')
        .is_some_and(|(first, _)| starts_no_name(first))
}

/// Whether a word is one with which no name begins.
pub(crate) fn starts_no_name(word: &str) -> bool {
    NO_NAME_STARTS.contains(word.to_lowercase().replace('\u{2019}', "'").as_str())
}

#[cfg(test)]
mod tests {
    use super::is_no_name;

    #[test]
    fn spellings_of_a_word_that_names_nobody() {
        for label in ["Note", "Notes", "Repositories", "Take-aways", "Option 2"] {
            assert!(is_no_name(label), "{label}");
        }
        for label in ["Ana", "James", "Als", "Anne-Marie"] {
            assert!(!is_no_name(label), "{label}");
        }
    }
}
