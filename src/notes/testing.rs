//! Helpers of this room's tests.

use super::{Note, Turn, parse};
use crate::text::SourceText;

/// Holds the turns of a text, as `show` puts them, against what is expected.
pub(super) fn check(
    path: &str,
    text: &str,
    show: impl Fn(&Note, &Turn, &str) -> String,
    expected: &[&str],
) {
    let note = parse(&SourceText::new(path, text));
    let got: Vec<String> = note
        .turns
        .iter()
        .map(|turn| show(&note, turn, text))
        .collect();
    assert_eq!(got, expected, "of {text:?}");
}

/// A turn as `speaker: words`.
pub(super) fn said(note: &Note, turn: &Turn, text: &str) -> String {
    let name = turn.speaker.map_or("", |speaker| speaker.name.of(text));
    format!("{name}: {}", note.plain.written(text, turn.text, true))
}
