//! The lines of a note with marks under what was found in them: `^` under owners, `~` under the task, `-` under the
//! due phrase. A reader sees at once what was found, and in a whole note also what was missed.

use super::style::{self, paint};
use super::text::{char_width, is_visible, one_line};
use crate::due::Due;
use crate::items::{Certainty, Kind};
use crate::text::{SourceText, Span};
use anstyle::Style;

/// Something found in a note, with its places in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What kind of words.
    pub kind: Kind,
    /// How firmly.
    pub certainty: Certainty,
    /// Who is to do it.
    pub owners: Vec<String>,
    /// By when.
    pub due: Option<Due>,
    /// The id of the rule that found it.
    pub rule: String,
    /// Where the owners are named; empty where they are not.
    pub owner_spans: Vec<Span>,
    /// Where the task is said.
    pub task_span: Span,
    /// Where the due is said.
    pub due_span: Option<Span>,
}

impl Found {
    /// The lines that it stands on, from 0, both included.
    fn lines(&self, source: &SourceText) -> (usize, usize) {
        let spans = self.owner_spans.iter().chain(&self.due_span);
        let whole = spans.fold(self.task_span, |whole, span| whole.join(*span));
        let line = |at| source.line_number(at) as usize - 1;
        let last = if whole.is_empty() {
            whole.start
        } else {
            whole.end - 1
        };
        (line(whole.start), line(last))
    }

    /// The mark under a byte. A due phrase lies within its task, and is the finer mark.
    fn mark(&self, at: usize) -> Option<Mark> {
        let within = |span: &Span| span.start <= at && at < span.end;
        if self.due_span.as_ref().is_some_and(within) {
            Some(Mark::Due)
        } else if self.owner_spans.iter().any(within) {
            Some(Mark::Owner)
        } else {
            within(&self.task_span).then_some(Mark::Task)
        }
    }

    fn label(&self) -> String {
        let owners = if self.owners.is_empty() {
            "nobody".to_owned()
        } else {
            one_line(&self.owners.join(", "))
        };
        let due =
            self.due
                .as_ref()
                .map_or(String::new(), |due| match (due.date, due.alternative) {
                    (Some(date), Some(other)) => format!("; due {date} or {other}"),
                    (Some(date), None) => format!("; due {date}"),
                    (None, _) => format!("; due \"{}\"", one_line(&due.phrase)),
                });
        let (certainty, kind) = (self.certainty.as_str(), self.kind.as_str());
        format!(
            "{certainty} {kind}; owner {owners}{due}; rule {}",
            one_line(&self.rule)
        )
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Owner,
    Task,
    Due,
}

impl Mark {
    const fn sign(self) -> &'static str {
        match self {
            Mark::Owner => "^",
            Mark::Task => "~",
            Mark::Due => "-",
        }
    }

    const fn style(self) -> Style {
        match self {
            Mark::Owner => style::OWNER,
            Mark::Task => style::TASK,
            Mark::Due => style::DUE,
        }
    }
}

/// The lines of one finding with its marks, and a last line that says what it is. Where `columns` is given, a longer
/// line is broken, and the parts before the first mark and after the last are left out.
pub fn finding(source: &SourceText, found: &Found, columns: Option<usize>) -> String {
    let (first, last) = found.lines(source);
    let margin = (last + 1).to_string().len();
    let room = columns.map(|columns| columns.saturating_sub(margin + 5).max(20));
    let mut out = String::new();
    for at in first..=last {
        let cells = cells(source, at, Some(found));
        let rows = broken(&cells, room);
        let is_marked = |row: &&[Cell]| row.iter().any(|cell| cell.mark.is_some());
        let Some(from) = rows.iter().position(|row| is_marked(&row.as_ref())) else {
            push_line(
                &mut out,
                margin,
                Some(at + 1),
                rows.first().copied().unwrap_or(&[]),
                rows.len() > 1,
            );
            continue;
        };
        let to = rows
            .iter()
            .rposition(|row| is_marked(&row.as_ref()))
            .unwrap_or(from);
        for (index, row) in rows.iter().enumerate().take(to + 1).skip(from) {
            let number = (index == from).then_some(at + 1);
            push_line(&mut out, margin, number, row, index + 1 < rows.len());
            push_marks(&mut out, margin, row);
        }
    }
    push_label(&mut out, margin, found);
    out
}

/// All lines of a note, each followed by the marks of everything found in it.
pub fn note(source: &SourceText, found: &[Found]) -> String {
    let margin = source.line_count().to_string().len();
    let mut out = String::new();
    for at in 0..source.line_count() {
        push_line(
            &mut out,
            margin,
            Some(at + 1),
            &cells(source, at, None),
            false,
        );
        for found in found {
            let (first, last) = found.lines(source);
            if (first..=last).contains(&at) {
                push_marks(&mut out, margin, &cells(source, at, Some(found)));
            }
            if at == last {
                push_label(&mut out, margin, found);
            }
        }
    }
    out
}

/// A character as it is shown.
struct Cell {
    shown: String,
    width: usize,
    mark: Option<Mark>,
}

fn cells(source: &SourceText, line: usize, found: Option<&Found>) -> Vec<Cell> {
    let start = source.line_span(line).start;
    let mut column = 0;
    source
        .line(line)
        .char_indices()
        .map(|(at, c)| {
            let shown = match c {
                '\t' => " ".repeat(4 - column % 4),
                c if is_visible(c) => c.to_string(),
                _ => '\u{fffd}'.to_string(),
            };
            let width = shown.chars().map(char_width).sum();
            column += width;
            let mark = found.and_then(|found| found.mark(start + at));
            Cell { shown, width, mark }
        })
        .collect()
}

/// The cells of a line in rows of at most `room` columns, broken after a space where there is one.
fn broken(cells: &[Cell], room: Option<usize>) -> Vec<&[Cell]> {
    let Some(room) = room else {
        return vec![cells];
    };
    let mut rows = Vec::new();
    let mut rest = cells;
    while !rest.is_empty() {
        let mut used = 0;
        let fits = rest
            .iter()
            .take_while(|cell| {
                used += cell.width;
                used <= room
            })
            .count();
        let mut cut = fits.max(1);
        if cut < rest.len()
            && let Some(space) = rest[..cut].iter().rposition(|cell| cell.shown == " ")
            && space > cut / 2
        {
            cut = space + 1;
        }
        let (row, after) = rest.split_at(cut);
        rows.push(row);
        rest = after;
    }
    rows
}

/// `12 | text`.
fn push_line(out: &mut String, margin: usize, number: Option<usize>, row: &[Cell], goes_on: bool) {
    let number = number.map_or(String::new(), |number| number.to_string());
    let text = runs(row, |cell| cell.shown.as_str().into());
    let more = if goes_on { "…" } else { "" };
    push_row(
        out,
        &format!("{number:>margin$} |"),
        &format!("{}{more}", text.trim_end()),
    );
}

fn push_marks(out: &mut String, margin: usize, row: &[Cell]) {
    let last = row.iter().rposition(|cell| cell.mark.is_some());
    let row = &row[..last.map_or(0, |last| last + 1)];
    if row.is_empty() {
        return;
    }
    let marks = runs(row, |cell| {
        cell.mark.map_or(" ", Mark::sign).repeat(cell.width).into()
    });
    push_row(out, &format!("{:margin$} |", ""), &marks);
}

fn push_label(out: &mut String, margin: usize, found: &Found) {
    push_row(out, &format!("{:margin$} =", ""), &found.label());
}

fn push_row(out: &mut String, head: &str, text: &str) {
    out.push_str(&paint(style::FAINT, head));
    if !text.is_empty() {
        out.push(' ');
        out.push_str(text);
    }
    out.push('\n');
}

/// The cells as text, every run of one mark in its style.
fn runs<'c>(row: &'c [Cell], text: impl Fn(&'c Cell) -> std::borrow::Cow<'c, str>) -> String {
    row.chunk_by(|a, b| a.mark == b.mark)
        .map(|run| {
            let joined: String = run.iter().map(&text).collect();
            match run[0].mark {
                Some(mark) => paint(mark.style(), &joined),
                None => joined,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Found, finding, note};
    use crate::due::Due;
    use crate::items::{Certainty, Kind};
    use crate::text::{SourceText, Span};
    use crate::views::plain;
    use jiff::civil::date;

    /// What is found where `{owner}`, `<task>` and `(due)` stand in the text, with the text itself.
    fn marked(text: &str) -> (SourceText, Found) {
        let mut found = Found {
            kind: Kind::Commitment,
            certainty: Certainty::Definite,
            owners: vec!["Ana".to_owned()],
            due: None,
            rule: "en.will".to_owned(),
            owner_spans: Vec::new(),
            task_span: Span::default(),
            due_span: None,
        };
        let mut clean = String::new();
        let mut starts = Vec::new();
        for c in text.chars() {
            match c {
                '{' | '<' | '(' => starts.push(clean.len()),
                '}' | '>' | ')' => {
                    let span = Span::new(starts.pop().expect("opened"), clean.len());
                    match c {
                        '}' => found.owner_spans.push(span),
                        '>' => found.task_span = span,
                        _ => found.due_span = Some(span),
                    }
                }
                c => clean.push(c),
            }
        }
        (SourceText::new("x.md", clean), found)
    }

    #[test]
    fn marks_lie_under_the_words() {
        let (source, mut found) =
            marked("intro\n\t* {Ana}: will <open an issue (by Friday)>.\nend\n");
        found.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        insta::assert_snapshot!(plain(&finding(&source, &found, None)), @"
        2 |     * Ana: will open an issue by Friday.
          |       ^^^       ~~~~~~~~~~~~~~---------
          = definite commitment; owner Ana; due 2025-05-02; rule en.will
        ");
    }

    #[test]
    fn wide_characters_and_wrapped_lines() {
        let (source, mut found) =
            marked("- {林さん}: <draft the 計画\n  for the new site>\n- é\u{301} x");
        found.owners = Vec::new();
        found.due = Some(Due {
            phrase: "next meeting".to_owned(),
            date: None,
            alternative: None,
        });
        insta::assert_snapshot!(plain(&note(&source, &[found])), @r#"
        1 | - 林さん: draft the 計画
          |   ^^^^^^  ~~~~~~~~~~~~~~
        2 |   for the new site
          | ~~~~~~~~~~~~~~~~~~
          = definite commitment; owner nobody; due "next meeting"; rule en.will
        3 | - é́ x
        "#);
    }

    #[test]
    fn long_lines_are_broken() {
        let filler = "word ".repeat(12);
        let text = format!("{filler}{{Ana}} will <write {filler}> {filler}");
        let (source, found) = marked(&text);
        insta::assert_snapshot!(plain(&finding(&source, &found, Some(50))), @"
        1 | word word word word Ana will write word …
          |                     ^^^      ~~~~~~~~~~~
          | word word word word word word word word …
          | ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
          | word word word  word word word word word…
          | ~~~~~~~~~~~~~~~
          = definite commitment; owner Ana; rule en.will
        ");
    }

    #[test]
    fn a_whole_note_shows_every_line() {
        let (source, first) =
            marked("# Core\n\n{Ana} will <write> it\r\n\u{1b}[31mBen will read it\n");
        let mut second = first.clone();
        second.owner_spans.clear();
        second.task_span = Span::new(
            source.text().find("read").expect("there"),
            source.text().len() - 1,
        );
        insta::assert_snapshot!(plain(&note(&source, &[first, second])), @"
        1 | # Core
        2 |
        3 | Ana will write it
          | ^^^      ~~~~~
          = definite commitment; owner Ana; rule en.will
        4 | �[31mBen will read it
          |               ~~~~~~~
          = definite commitment; owner Ana; rule en.will
        ");
    }
}
