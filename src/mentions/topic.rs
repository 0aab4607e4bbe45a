//! The topic that a turn stands under: the entry at the head of its list, else its heading.

use crate::notes::{Note, Speaker, Turn};
use crate::text::{SourceText, Span};

/// What a turn stands under.
pub(super) struct Topic {
    /// Its words as one line, without the handle of who brought it.
    pub(super) words: String,
    /// Whose voice it is in.
    pub(super) speaker: Option<Speaker>,
    /// Where it stands, in the source.
    pub(super) place: Span,
}

/// The topic of a turn; `None` where it stands under nothing. `written` gives the words of a span of the plain text as
/// they are written.
pub(super) fn of(
    note: &Note,
    turn: &Turn,
    source: &SourceText,
    written: impl Fn(Span) -> String,
) -> Option<Topic> {
    let mut head = None;
    let mut above = turn.under;
    while let Some(at) = above {
        head = Some(&note.turns[at]);
        above = note.turns[at].under;
    }
    let (words, place) = match head {
        Some(head) => (written(head.text), note.plain.source_span(head.text)),
        None => (turn.topic?.of(source.text()).to_owned(), turn.topic?),
    };
    let words = words.trim_matches(|sign: char| matches!(sign, '#' | '*' | '_' | ':' | ' '));
    let words = match words.split_once(") ") {
        Some((handle, rest)) if handle.starts_with("(@") && !handle.contains(' ') => rest,
        _ => words,
    };
    let words = match words.rsplit_once(" (@") {
        Some((before, handle)) if handle.ends_with(')') && !handle.contains(' ') => before,
        _ => words,
    };
    let says_something = words.chars().any(char::is_alphanumeric);
    says_something.then(|| Topic {
        words: words.to_owned(),
        speaker: head.and_then(|head| head.speaker),
        place,
    })
}
