//! A turn: a stretch in one voice.

use super::cells::Cells;
use super::zones::Zone;
use crate::text::Span;
use jiff::civil::Date;
use std::ops::Range;

/// How a turn has its speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// By a label of its own, or a nick.
    Own,
    /// By the label of the entry or heading that it stands under, or of the paragraph that it goes on from.
    Inherited,
    /// By the label of the entry before it: good enough for "I", not for a dropped subject.
    Beside,
}

/// Whose voice a turn is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The name, in the source.
    pub name: Span,
    /// How the turn has it.
    pub voice: Voice,
}

/// What a turn is as an entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The state of its box, where it has one.
    pub ticked: Option<bool>,
    /// Whether it is numbered.
    pub numbered: bool,
    /// How many entries it stands under.
    pub depth: u32,
    /// Whether entries stand under it.
    pub parent: bool,
}

/// A stretch in one voice: an entry, a paragraph, a line of a log.
#[derive(Clone, Debug)]
pub struct Turn {
    /// What kind of place it is.
    pub zone: Zone,
    /// Whose voice, where known.
    pub speaker: Option<Speaker>,
    /// As an entry of a list.
    pub entry: Option<Entry>,
    /// Its text without the speaker's label, in the note's plain text.
    pub text: Span,
    /// Its clauses: a range of [`Note::clauses`](super::Note::clauses).
    pub clauses: Range<usize>,
    /// First and last line, 0-based.
    pub lines: (usize, usize),
    /// Whether all of it is struck through. Parts that are, are left out of its text.
    pub struck: bool,
    /// The turn that it stands under: an index into [`Note::turns`](super::Note::turns).
    pub under: Option<usize>,
    /// The heading that it stands under, in the source.
    pub topic: Option<Span>,
    /// Whom it addresses: `<ana> ben: text`, in the source.
    pub to: Option<Span>,
    /// Whether a scribe's tool recorded it as an action in the midst of the talk.
    pub recorded: bool,
    /// The day of its meeting: of the dated section that it stands in, else of the note.
    pub day: Option<Date>,
    /// What a row of an action table or an entry of the front matter says beside the task.
    pub cells: Option<Cells>,
}

/// The longest turn, in bytes. Turns are looked at whole and by their parts, so that what is longer, a file without line
/// breaks, is cut.
const LONGEST: usize = 4096;

/// Where a turn that begins with `text[span]` ends: with the span, or where it is too long at the end of a sentence or
/// word.
pub(super) fn end_of_turn(text: &str, span: Span) -> usize {
    if span.len() <= LONGEST {
        return span.end;
    }
    let mut end = span.start + LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let inner = &text[span.start..end];
    let cut = inner.rfind(". ").or_else(|| inner.rfind(' '));
    cut.map_or(end, |cut| span.start + cut + 1)
}
