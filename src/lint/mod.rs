//! What the writer of a note can mend while everybody still remembers the meeting.
//!
//! A remark is advice about one place of a note: an action that names nobody, a name that could mean two people, a due
//! date in the past. It has a stable [`Code`], a place and a help. Nothing here changes what is found.

mod names;

use crate::items::{Kind, Mention, Status};
use crate::mentions::{Found, Reading};
use crate::notes::{self, Note, Opened, Zone};
use crate::text::{Notice, SourceText, Span};

/// What a remark is about. The words are a promise: settings and baselines name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// No one is named who does it.
    NoOwner,
    /// It is everybody's or somebody's.
    VagueOwner,
    /// More than two people are to do it.
    ManyOwners,
    /// The owner is not among the people of the note.
    UnknownName,
    /// The owner could be several people of the note.
    AmbiguousName,
    /// It has no due date; only asked for on demand.
    NoDue,
    /// Its due date lies before the meeting.
    PastDue,
    /// The note has no date, and due phrases count from it.
    NoDate,
    /// Bytes that are no text.
    Unreadable,
    /// Code, a comment or owed's block is opened and never closed.
    Unclosed,
}

impl Code {
    /// All of them.
    pub const ALL: [Code; 10] = [
        Code::NoOwner,
        Code::VagueOwner,
        Code::ManyOwners,
        Code::UnknownName,
        Code::AmbiguousName,
        Code::NoDue,
        Code::PastDue,
        Code::NoDate,
        Code::Unreadable,
        Code::Unclosed,
    ];

    /// The word that stands for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::NoOwner => "no-owner",
            Code::VagueOwner => "vague-owner",
            Code::ManyOwners => "many-owners",
            Code::UnknownName => "unknown-name",
            Code::AmbiguousName => "ambiguous-name",
            Code::NoDue => "no-due",
            Code::PastDue => "past-due",
            Code::NoDate => "no-date",
            Code::Unreadable => "unreadable",
            Code::Unclosed => "unclosed",
        }
    }

    /// What is wrong, in one sentence.
    pub fn title(self) -> &'static str {
        match self {
            Code::NoOwner => "An action names nobody who will do it.",
            Code::VagueOwner => "An action is everybody's or somebody's, which is nobody's.",
            Code::ManyOwners => "An action has more than two owners.",
            Code::UnknownName => "The owner of an action is not among the people of the note.",
            Code::AmbiguousName => "The owner of an action could be several people of the note.",
            Code::NoDue => "An action has no due date.",
            Code::PastDue => "An action is due before the day of the meeting.",
            Code::NoDate => "The note does not say on which day the meeting was.",
            Code::Unreadable => "A part of the note is no text.",
            Code::Unclosed => "Code, a comment or owed's block is opened and never closed.",
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Code::NoOwner => "name who does it: \"Ana to …\"",
            Code::VagueOwner => "name the one who will see to it",
            Code::ManyOwners => {
                "name one of them first and make the others' parts entries of their own"
            }
            Code::UnknownName => "write the name as in the list of attendees, or add it there",
            Code::AmbiguousName => "write more of the name",
            Code::NoDue => "say by when: \"by Friday\", \"before the next meeting\"",
            Code::PastDue => "check the date",
            Code::NoDate => "put the day into the file's name or the title: 2025-04-24",
            Code::Unreadable => "save the note as UTF-8",
            Code::Unclosed => "close it, or take the line out",
        }
    }
}

/// A place in a note, for people and for programs. Lines and columns count from 1, columns in characters; the end column is one past the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The first line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// One past the last column, in the last line.
    pub end_column: u32,
    /// The same, as bytes of the note's text.
    pub span: Span,
}

/// A remark about a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub code: Code,
    /// The note's path.
    pub path: String,
    /// Where; none for the note as a whole.
    pub place: Option<Place>,
    /// What is wrong here, in one sentence without a full stop.
    pub message: String,
    /// What can be done, likewise.
    pub help: String,
}

/// What is to be remarked on beyond what always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Actions without a due date.
    pub due: bool,
}

/// All remarks about a note and what was found in it, in the order of their places.
pub fn check(source: &SourceText, note: &Note, reading: &Reading, wanted: Wanted) -> Vec<Remark> {
    let mut lint = Lint {
        source,
        note,
        remarks: Vec::new(),
    };
    lint.text();
    // What the last meeting's notes say is not this writer's to mend.
    let found = reading.found.iter().filter(|found| {
        found.mention.is_carried()
            && found.mention.status == Status::Open
            && !is_question(&found.mention)
            && note.turns[found.turn].zone != Zone::LastActions
    });
    let mut has_phrase = None;
    for found in found {
        lint.owners(found);
        lint.due(found, wanted);
        let has_due = found.mention.due.is_some();
        let undated = has_due && found.mention.meeting.is_none();
        has_phrase = has_phrase.or(found.due.filter(|_| undated));
    }
    if let Some(phrase) = has_phrase {
        let message = "this counts from the day of the meeting, which the note does not tell";
        lint.push(Code::NoDate, phrase, message.to_owned());
    }
    let mut remarks = lint.remarks;
    remarks.sort_by(|a, b| (a.place, a.code, &a.message).cmp(&(b.place, b.code, &b.message)));
    // One owner of two tasks is named once.
    remarks.dedup();
    remarks
}

/// A remark about a whole file, from what was noticed when it was read.
pub fn of_notice(path: &str, notice: &Notice) -> Remark {
    Remark {
        code: Code::Unreadable,
        path: path.to_owned(),
        place: None,
        message: notice.message.clone(),
        help: "nothing of the file was read; a note is text in UTF-8, up to 100 MB".to_owned(),
    }
}

struct Lint<'n> {
    source: &'n SourceText,
    note: &'n Note,
    remarks: Vec<Remark>,
}

impl Lint<'_> {
    fn push(&mut self, code: Code, span: Span, message: String) {
        self.push_with(code, span, message, code.help().to_owned());
    }

    fn push_with(&mut self, code: Code, span: Span, message: String, help: String) {
        self.remarks.push(Remark {
            code,
            path: self.source.path().to_owned(),
            place: Some(place(self.source, span)),
            message,
            help,
        });
    }

    /// What can be said of the text alone.
    fn text(&mut self) {
        // One remark for a line says enough.
        let mut told = 0;
        for span in self.source.unreadable() {
            let line = self.source.line_number(span.start);
            if line > told {
                self.push(
                    Code::Unreadable,
                    *span,
                    "bytes that are no UTF-8".to_owned(),
                );
            }
            told = line;
        }
        for (opened, line) in notes::unclosed(self.source) {
            let message = match opened {
                Opened::Code => "this code is never closed, and is read as text",
                Opened::Comment => "this comment is never closed, and is read as text",
                Opened::Block => "this block of owed is never closed: nothing below it is read",
            };
            self.push(Code::Unclosed, line, message.to_owned());
        }
    }

    fn due(&mut self, found: &Found, wanted: Wanted) {
        match (&found.mention.due, found.mention.meeting) {
            (None, _) if wanted.due => {
                self.push(Code::NoDue, found.task, "nothing says by when".to_owned());
            }
            (Some(due), Some(meeting)) => {
                if let Some(day) = due.last().filter(|day| *day < meeting) {
                    let message = format!("{day} lies before the meeting of {meeting}");
                    let help = match has_year(&due.phrase) {
                        true => Code::PastDue.help().to_owned(),
                        false => format!("{}; a year can be written out", Code::PastDue.help()),
                    };
                    self.push_with(
                        Code::PastDue,
                        found.due.unwrap_or(found.task),
                        message,
                        help,
                    );
                }
            }
            _ => {}
        }
    }
}

/// Whether words were put down as an action, not only said.
fn is_action(mention: &Mention) -> bool {
    mention.kind == Kind::Task
}

/// Whether it only asks, and names nobody to answer: "How many meetings?" in a list of actions.
fn is_question(mention: &Mention) -> bool {
    mention.owners.is_empty() && mention.quote.trim_end().ends_with('?')
}

/// Whether a due phrase says its year.
fn has_year(phrase: &str) -> bool {
    phrase
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() == 4)
}

fn place(source: &SourceText, span: Span) -> Place {
    let last = span.end.saturating_sub(1).max(span.start);
    let (line, end_line) = (source.line_number(span.start), source.line_number(last));
    let column = |line: u32, at: usize| {
        let start = source.line_span(line as usize - 1).start;
        let before = source.text().get(start..at).unwrap_or_default();
        u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
    };
    Place {
        line,
        column: column(line, span.start),
        end_line,
        end_column: column(end_line, span.end),
        span,
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_words_of_their_own() {
        let mut words: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
    }
}
