//! The lines of a note with marks under what was found in them: `^` under owners, `~` under the
//! task, `-` under the due phrase. A reader sees at once what was found, and in a whole note also
//! what was missed.

use super::style::{self, paint};
use super::text::{char_width, is_visible, one_line};
use crate::items::{Mention, Status};
use crate::text::{SourceText, Span};
use anstyle::Style;

/// A mention with its places in the text of its note.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<'m> {
    /// The mention.
    pub mention: &'m Mention,
    /// Where its owners are named; empty where they are not.
    pub owners: Vec<Span>,
    /// Where its task is said.
    pub task: Span,
    /// Where its due is said.
    pub due: Option<Span>,
    /// What lies between the lines of its words and is never marked.
    pub joins: &'m [Span],
}

impl Found<'_> {
    /// The lines that it stands on, from 0, both included.
    fn lines(&self, source: &SourceText) -> (usize, usize) {
        let spans = self.owners.iter().chain(&self.due);
        let whole = spans.fold(self.task, |whole, span| whole.join(*span));
        let line = |at| source.line_number(at) as usize - 1;
        (
            line(whole.start),
            line(whole.end.saturating_sub(1).max(whole.start)),
        )
    }

    /// The mark under a byte. A due phrase may lie within its task, and is the finer mark.
    fn mark(&self, at: usize) -> Option<Mark> {
        let within = |span: &Span| span.start <= at && at < span.end;
        if self.joins.iter().any(within) {
            None
        } else if self.due.as_ref().is_some_and(within) {
            Some(Mark::Due)
        } else if self.owners.iter().any(within) {
            Some(Mark::Owner)
        } else {
            within(&self.task).then_some(Mark::Task)
        }
    }

    fn label(&self) -> String {
        let mention = self.mention;
        let (certainty, kind) = (mention.certainty.as_str(), mention.kind.as_str());
        let owners = if mention.owners.is_empty() {
            "nobody".to_owned()
        } else {
            one_line(&mention.owners.join(", "))
        };
        let due = match &mention.due {
            None => String::new(),
            Some(due) => match (due.date, due.alternative) {
                (Some(date), Some(other)) => format!("; due {date} or {other}"),
                (Some(date), None) => format!("; due {date}"),
                (None, _) => format!("; due \"{}\"", one_line(&due.phrase)),
            },
        };
        let done = if mention.status == Status::Done {
            "; done"
        } else {
            ""
        };
        let rule = one_line(&mention.rule);
        format!("{certainty} {kind}; owner {owners}{due}{done}; rule {rule}")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Owner,
    Task,
    Due,
    Place,
}

impl Mark {
    const fn sign(self) -> &'static str {
        match self {
            Mark::Owner | Mark::Place => "^",
            Mark::Task => "~",
            Mark::Due => "-",
        }
    }

    const fn style(self) -> Style {
        match self {
            Mark::Owner => style::OWNER,
            Mark::Task => style::TASK,
            Mark::Due => style::DUE,
            Mark::Place => style::WARN,
        }
    }
}

/// The lines of one finding with its marks, and a last line that says what it is. Where `columns`
/// is given, a longer line is broken, and the parts before the first mark and after the last are
/// left out.
pub fn finding(source: &SourceText, found: &Found<'_>, columns: Option<usize>) -> String {
    let mark = |at| found.mark(at);
    excerpt(source, found.lines(source), &mark, columns, &found.label())
}

/// The lines of one place with `^` under it, and a last line with what is said of it.
pub fn place(source: &SourceText, span: Span, columns: Option<usize>, label: &str) -> String {
    let mark = |at| (span.start <= at && at < span.end).then_some(Mark::Place);
    let line = |at| source.line_number(at) as usize - 1;
    let last = span.end.saturating_sub(1).max(span.start);
    let lines = (line(span.start), line(last));
    excerpt(source, lines, &mark, columns, &one_line(label))
}

/// The mark under each byte of a text.
type Marks<'m> = &'m dyn Fn(usize) -> Option<Mark>;

fn excerpt(
    source: &SourceText,
    (first, last): (usize, usize),
    marks: Marks<'_>,
    columns: Option<usize>,
    label: &str,
) -> String {
    let margin = (last + 1).to_string().len();
    let room = columns.map(|columns| columns.saturating_sub(margin + 5).max(20));
    let mut out = String::new();
    for at in first..=last {
        let cells = cells(source, at, Some(marks));
        let rows = broken(&cells, room);
        let is_marked = |row: &[Cell]| row.iter().any(|cell| cell.mark.is_some());
        let Some(from) = rows.iter().position(|row| is_marked(row)) else {
            push_line(
                &mut out,
                margin,
                Some(at + 1),
                rows.first().copied().unwrap_or(&[]),
                rows.len() > 1,
            );
            continue;
        };
        let to = rows.iter().rposition(|row| is_marked(row)).unwrap_or(from);
        for (index, row) in rows.iter().enumerate().take(to + 1).skip(from) {
            let number = (index == from).then_some(at + 1);
            push_line(&mut out, margin, number, row, index + 1 < rows.len());
            push_marks(&mut out, margin, row);
        }
    }
    push_label(&mut out, margin, label);
    out
}

/// All lines of a note, each followed by the marks of everything found in it.
pub fn note(source: &SourceText, found: &[Found<'_>]) -> String {
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
                let mark = |at| found.mark(at);
                push_marks(&mut out, margin, &cells(source, at, Some(&mark)));
            }
            if at == last {
                push_label(&mut out, margin, &found.label());
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

fn cells(source: &SourceText, line: usize, marks: Option<Marks<'_>>) -> Vec<Cell> {
    let start = source.line_span(line).start;
    let text = source.line(line);
    let words = Span::new(0, text.len()).trimmed(text);
    let mut column = 0;
    text.char_indices()
        .map(|(at, c)| {
            let shown = match c {
                '\t' => " ".repeat(4 - column % 4),
                c if is_visible(c) => c.to_string(),
                _ => '\u{fffd}'.to_string(),
            };
            let width = shown.chars().map(char_width).sum();
            column += width;
            let mark = marks.filter(|_| words.range().contains(&at));
            let mark = mark.and_then(|mark| mark(start + at));
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

fn push_label(out: &mut String, margin: usize, label: &str) {
    push_row(out, &format!("{:margin$} =", ""), label);
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
    use crate::items::{Mention, Status};
    use crate::text::{SourceText, Span};
    use crate::views::plain;
    use crate::views::testing::item;
    use jiff::civil::date;

    /// What is found where `{owner}`, `<task>` and `(due)` stand in a text, and the text itself.
    fn marked<'m>(mention: &'m Mention, text: &str) -> (SourceText, Found<'m>) {
        let mut found = Found {
            mention,
            owners: Vec::new(),
            task: Span::default(),
            due: None,
            joins: &[],
        };
        let mut clean = String::new();
        let mut starts = Vec::new();
        for c in text.chars() {
            match c {
                '{' | '<' | '(' => starts.push(clean.len()),
                '}' | '>' | ')' => {
                    let span = Span::new(starts.pop().expect("opened"), clean.len());
                    match c {
                        '}' => found.owners.push(span),
                        '>' => found.task = span,
                        _ => found.due = Some(span),
                    }
                }
                c => clean.push(c),
            }
        }
        (SourceText::new("x.md", clean), found)
    }

    fn ana() -> Mention {
        let mut item = item(&["Ana"], "write", date(2025, 4, 24));
        item.mentions.remove(0)
    }

    #[test]
    fn marks_lie_under_the_words() {
        let mut mention = ana();
        mention.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: Some(date(2025, 5, 9)),
        });
        let text = "intro\n\t* {Ana}: will <open an issue (by Friday)>.\nend\n";
        let (source, found) = marked(&mention, text);
        insta::assert_snapshot!(plain(&finding(&source, &found, None)), @"
        2 |     * Ana: will open an issue by Friday.
          |       ^^^       ~~~~~~~~~~~~~~---------
          = definite commitment; owner Ana; due 2025-05-02 or 2025-05-09; rule en.will
        ");
    }

    #[test]
    fn wide_characters_and_wrapped_lines() {
        let mut mention = ana();
        mention.owners = Vec::new();
        mention.status = Status::Done;
        mention.due = Some(Due {
            phrase: "next meeting".to_owned(),
            date: None,
            alternative: None,
        });
        let text = "- {林さん}: <draft the 計画\n  for the new site>\n- é\u{301} x";
        let (source, found) = marked(&mention, text);
        insta::assert_snapshot!(plain(&note(&source, &[found])), @r#"
        1 | - 林さん: draft the 計画
          |   ^^^^^^  ~~~~~~~~~~~~~~
        2 |   for the new site
          |   ~~~~~~~~~~~~~~~~
          = definite commitment; owner nobody; due "next meeting"; done; rule en.will
        3 | - é́ x
        "#);
    }

    #[test]
    fn long_lines_are_broken() {
        let filler = "word ".repeat(12);
        let mention = ana();
        let text = format!("{filler}{{Ana}} will <write {filler}> {filler}");
        let (source, found) = marked(&mention, &text);
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
        let mention = ana();
        let text = "# Core\n\n{Ana} will <write> it\r\n\u{1b}[31mBen will read it\n";
        let (source, first) = marked(&mention, text);
        let second = Found {
            owners: Vec::new(),
            task: Span::new(
                source.text().find("read").expect("there"),
                source.text().len() - 1,
            ),
            ..first.clone()
        };
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
