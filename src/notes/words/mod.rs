//! Closed lists of words that tell what a place in a note is.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Labels that name no person, in lower case, one a line: `note`, `verdict`, `q`.
static NO_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("no_names.txt").lines().collect());

/// Words with which no name of several words begins; what begins so is a clause: "it is:".
static NO_NAME_STARTS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("no_name_starts.txt").lines().collect());

/// Whether a label, in any case, is a word that names no person: "Note", "Option 2".
pub(crate) fn is_no_name(label: &str) -> bool {
    let lower = label.to_lowercase();
    let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '#'));
    bare.is_empty() || NO_NAMES.contains(bare) || NO_NAMES.contains(lower.as_str())
}

/// Whether a text of several words begins with a word with which no name begins.
pub(super) fn is_common_start(text: &str) -> bool {
    let Some((first, _)) = text.split_once(' ') else {
        return false;
    };
    NO_NAME_STARTS.contains(first.to_lowercase().replace('\u{2019}', "'").as_str())
}
