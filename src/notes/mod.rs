//! Notes: from text to turns and clauses.
//!
//! Reading a note never fails: every text is a [`Note`], and what is odd about it is a notice. The way is
//! lines (`lines`) → blocks (`blocks`) → head and roster (`header`, `roster`) → turns with a speaker and a
//! zone (`turns`) → clauses (`clauses`). Nothing here knows a rule.

mod blocks;
mod cells;
mod clauses;
mod corrections;
mod days;
mod debate;
mod header;
mod html;
mod labels;
mod lines;
mod log;
mod plain;
mod roster;
#[cfg(test)]
mod testing;
mod told;
mod turn;
mod turns;
mod unclosed;
mod words;
mod zones;

pub use cells::Cells;
pub use clauses::Clause;
pub use header::{Header, series_of};
pub use plain::{CODE, Plain, URL};
pub(crate) use told::is_acronym;
pub use turn::{Entry, Speaker, Turn, Voice};
pub use unclosed::{Opened, unclosed};
pub(crate) use words::{is_no_name, starts_no_name};
pub use zones::Zone;

use crate::people::People;
use crate::text::SourceText;

/// The two HTML comments between which owed keeps its block in an agenda.
pub const BLOCK_MARKERS: (&str, &str) = (lines::BLOCK_BEGIN, lines::BLOCK_END);

/// A note, read.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it says of itself.
    pub header: Header,
    /// Who is a person in it.
    pub people: People,
    /// Its plain text, which turns and clauses point into.
    pub plain: Plain,
    /// Who says what where, in reading order.
    pub turns: Vec<Turn>,
    /// The clauses of all turns, in reading order.
    pub clauses: Vec<Clause>,
    /// Whether it is a log of a chat or a transcript.
    pub log: bool,
    /// Whether it is HTML.
    pub html: bool,
    /// Whether its words are other than its source's: entities of HTML, corrections of a scribe. Then what is quoted of
    /// it is [`Plain::written`].
    pub rewritten: bool,
}

impl Note {
    /// The clauses of one turn.
    pub fn clauses_of(&self, turn: &Turn) -> &[Clause] {
        &self.clauses[turn.clauses.clone()]
    }
}

/// What is known of a note beside its text.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The meeting's date, where the note does not tell it better.
    pub date: Option<jiff::civil::Date>,
    /// People known to the group.
    pub attendees: Vec<String>,
    /// People whom the project names, whether they were there or not; a handle may follow: "Ana Lind @alind".
    pub people: Vec<String>,
    /// The meeting's date as the project says that the file's name tells it; it counts more than what the note says.
    pub named_date: Option<jiff::civil::Date>,
}

/// Reads a note.
pub fn parse(source: &SourceText) -> Note {
    parse_with(source, &Setting::default())
}

/// Reads a note of which more is known than its text says.
pub fn parse_with(source: &SourceText, setting: &Setting) -> Note {
    let lines = lines::scan(source);
    let mut header = header::read(source, &lines);
    header.date = setting.named_date.or(header.date).or(setting.date);
    header.attendees.extend(setting.attendees.iter().cloned());
    let blocks = blocks::build(source, &lines);
    if blocks.html {
        header::read_title(source, &blocks, &mut header);
    }
    let roster = roster::collect(source, &blocks, &header.attendees, &setting.people);
    turns::build(source, header, &blocks, roster, &lines)
}
