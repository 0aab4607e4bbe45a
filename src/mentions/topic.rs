//! The topic that a turn stands under: the entry at the head of its list, else its heading.

use super::task;
use crate::items::Words;
use crate::notes::{Note, Speaker, Turn};
use crate::people::Match;
use crate::text::{SourceText, Span};

/// How much of a topic goes with what is said under it, in characters.
const LONGEST: usize = 80;

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
    let head = head(note, turn);
    let (words, place) = match head {
        Some(head) => (written(head.text), note.plain.source_span(head.text)),
        None => (turn.topic?.of(source.text()).to_owned(), turn.topic?),
    };
    let words = bare(&words);
    let says_something = words.chars().any(char::is_alphanumeric);
    says_something.then(|| Topic {
        words: words.to_owned(),
        speaker: head.and_then(|head| head.speaker),
        place,
    })
}

/// The words of the topic that tell what a turn is about, be it the head of its list or its heading: neither the name of
/// whose round it is, nor "Notes".
pub(super) fn telling(note: &Note, turn: &Turn, source: &SourceText) -> Option<String> {
    let head = head(note, turn).map(|head| task::one_line(head.text.of(note.plain.text())));
    let heading = turn.topic.map(|place| {
        let whole = task::whole_links(source.text(), place);
        unlinked(&task::one_line(whole.of(source.text())))
    });
    let mut topics = head.into_iter().chain(heading);
    topics.find_map(|words| {
        let words = untimed(bare(&words));
        let is_name = note.people.find(words) != Match::Nobody;
        let tells = !is_name && Words::of(words).is_telling();
        tells.then(|| shortened(words))
    })
}

/// Of links only their words.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['[', ']']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let closed = (!from.starts_with('[')).then(|| open.pop()).flatten();
        let address = from.strip_prefix("](").and_then(|rest| rest.find(')'));
        match (closed, address) {
            (Some(begin), Some(length)) => {
                out.remove(begin);
                rest = &from["]()".len() + length..];
            }
            _ => {
                if from.starts_with('[') {
                    open.push(out.len());
                }
                out.push_str(&from[..1]);
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// A topic without the time that is planned for it: "the legend (10m, Ana)".
fn untimed(words: &str) -> &str {
    let minutes = |inner: &str| {
        let after = inner.trim_start_matches(|c: char| c.is_ascii_digit());
        after.len() < inner.len() && after.trim_start().starts_with('m')
    };
    match words.rsplit_once(" (") {
        Some((before, inner)) if minutes(inner) => before,
        _ => words,
    }
}

/// Of a topic that is a whole paragraph its first words.
fn shortened(words: &str) -> String {
    if words.chars().count() <= LONGEST {
        return words.to_owned();
    }
    let mut out = String::new();
    for word in words.split(' ') {
        if out.chars().count() + word.chars().count() >= LONGEST {
            break;
        }
        out.push_str(word);
        out.push(' ');
    }
    out.truncate(out.trim_end().len());
    out + "…"
}

/// The entry at the head of the list that a turn stands in.
fn head<'n>(note: &'n Note, turn: &Turn) -> Option<&'n Turn> {
    let above = |turn: &Turn| turn.under.and_then(|at| note.turns.get(at));
    std::iter::successors(above(turn), |turn| above(turn)).last()
}

/// The words of a topic without signs and without the handle of who brought it.
fn bare(words: &str) -> &str {
    let words = words.trim_matches(|sign: char| matches!(sign, '#' | '*' | '_' | ':' | ' '));
    let words = match words.split_once(") ") {
        Some((handle, rest)) if handle.starts_with("(@") && !handle.contains(' ') => rest,
        _ => words,
    };
    match words.rsplit_once(" (@") {
        Some((before, handle)) if handle.ends_with(')') && !handle.contains(' ') => before,
        _ => words,
    }
}
