//! The lines of a note with marks under what was found in them: `^` under owners, `~` under the
//! task, `-` under the due phrase. A reader sees at once what was found, and in a whole note also
//! what was missed.

use super::style::{self, paint};
use super::text::{char_width, is_visible, names, one_line};
use super::when;
use crate::items::{Mention, Status};
use crate::text::{SourceText, Span};
use anstyle::Style;
use std::iter;
use std::ops::RangeInclusive;

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
    /// What of it is shown: its task, with owners and due where they stand near.
    fn place(&self) -> Span {
        let near = around(self.task);
        let others = self.due.iter().chain(&self.owners);
        others
            .filter(|span| near.overlaps(**span))
            .fold(self.task, |place, span| place.join(*span))
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
        let owners = names(&mention.owners);
        let due = mention.due.as_ref().map_or(String::new(), |due| {
            let phrase = || format!("\"{}\"", one_line(&due.phrase));
            format!("; due {}", when::exact(due).unwrap_or_else(phrase))
        });
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
    const fn sign(self) -> char {
        match self {
            Mark::Owner | Mark::Place => '^',
            Mark::Task => '~',
            Mark::Due => '-',
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

/// How many bytes of a line are shown before and after what is underlined in it. A line may hold thousands of findings,
/// and each shows its part of it.
const AROUND: usize = 400;

/// A place with what stands around it. Its ends may lie within a character, or behind the text.
fn around(place: Span) -> Span {
    Span::new(place.start.saturating_sub(AROUND), place.end + AROUND)
}

/// The lines on which a place stands, from 0.
fn lines(source: &SourceText, place: Span) -> RangeInclusive<usize> {
    let line = |at| source.line_number(at) as usize - 1;
    line(place.start)..=line(place.end.saturating_sub(1).max(place.start))
}

/// The lines of one finding with its marks, and a last line that says what it is. Of a long line the part around the
/// finding is shown. Where `columns` is given, a longer line is broken, and the parts before the first mark and after the
/// last are left out.
pub fn finding(source: &SourceText, found: &Found<'_>, columns: Option<usize>) -> String {
    let mark = |at| found.mark(at);
    excerpt(source, found.place(), &mark, columns, &found.label())
}

/// The lines of one place with `^` under it, and a last line with what is said of it.
pub fn place(source: &SourceText, span: Span, columns: Option<usize>, label: &str) -> String {
    let mark = |at| (span.start <= at && at < span.end).then_some(Mark::Place);
    excerpt(source, span, &mark, columns, &one_line(label))
}

/// The mark under each byte of a text.
type Marks<'m> = &'m dyn Fn(usize) -> Option<Mark>;

fn excerpt(
    source: &SourceText,
    place: Span,
    marks: Marks<'_>,
    columns: Option<usize>,
    label: &str,
) -> String {
    let lines = lines(source, place);
    let margin = (lines.end() + 1).to_string().len();
    let room = columns.map(|columns| columns.saturating_sub(margin + 5).max(20));
    let mut out = String::new();
    for at in lines {
        let cells = cells(source, at, around(place), Some(marks));
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

/// All lines of a note, each followed by the marks of everything found in it. Where a line is long, the part around a
/// finding is shown again above its marks.
pub fn note(source: &SourceText, found: &[Found<'_>]) -> String {
    let margin = source.line_count().to_string().len();
    let places = found
        .iter()
        .map(|found| (found, lines(source, found.place())));
    let mut places: Vec<_> = places.collect();
    places.sort_by_key(|(_, lines)| *lines.start());
    let mut coming = places.into_iter().peekable();
    let mut here = Vec::new();
    let mut out = String::new();
    for at in 0..source.line_count() {
        let text = source.line_span(at);
        let row = cells(source, at, text, None);
        push_line(&mut out, margin, Some(at + 1), &row, false);
        while let Some(place) = coming.next_if(|(_, lines)| *lines.start() <= at) {
            here.push(place);
        }
        for (found, lines) in &here {
            let around = around(found.place());
            let row = cells(source, at, around, Some(&|at| found.mark(at)));
            if !around.contains(text) && row.iter().any(|cell| cell.mark.is_some()) {
                push_line(&mut out, margin, None, &row, false);
            }
            push_marks(&mut out, margin, &row);
            if at == *lines.end() {
                push_label(&mut out, margin, &found.label());
            }
        }
        here.retain(|(_, lines)| at < *lines.end());
    }
    out
}

/// A character as it is shown. A tab is a space of its width.
struct Cell {
    shown: char,
    width: usize,
    mark: Option<Mark>,
}

impl Cell {
    /// What stands in place of the words that are left out.
    const CUT: Cell = Cell {
        shown: '…',
        width: 1,
        mark: None,
    };
}

/// The characters of a line that lie in a part of the text, with `…` where the line goes on.
fn cells(source: &SourceText, line: usize, part: Span, marks: Option<Marks<'_>>) -> Vec<Cell> {
    let whole = source.line_span(line);
    let (mut start, mut end) = (part.start.max(whole.start), part.end.min(whole.end));
    while !source.text().is_char_boundary(start) {
        start -= 1;
    }
    while !source.text().is_char_boundary(end) {
        end += 1;
    }
    let text = source.text().get(start..end).unwrap_or_default();
    let words = Span::new(0, text.len()).trimmed(text);
    let mut column = 0;
    let shown = text.char_indices().map(|(at, c)| {
        let (shown, width) = match c {
            '\t' => (' ', 4 - column % 4),
            c if is_visible(c) => (c, char_width(c)),
            _ => (char::REPLACEMENT_CHARACTER, 1),
        };
        column += width;
        let mark = marks.filter(|_| words.range().contains(&at));
        let mark = mark.and_then(|mark| mark(start + at));
        Cell { shown, width, mark }
    });
    let before = (whole.start < start).then_some(Cell::CUT);
    let after = (end < whole.end).then_some(Cell::CUT);
    before.into_iter().chain(shown).chain(after).collect()
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
            && let Some(space) = rest[..cut].iter().rposition(|cell| cell.shown == ' ')
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
    let text = runs(row, |cell, out| match cell.shown {
        ' ' => out.extend(iter::repeat_n(' ', cell.width)),
        shown => out.push(shown),
    });
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
    let marks = runs(row, |cell, out| {
        let sign = cell.mark.map_or(' ', Mark::sign);
        out.extend(iter::repeat_n(sign, cell.width));
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
fn runs(row: &[Cell], push: impl Fn(&Cell, &mut String)) -> String {
    row.chunk_by(|a, b| a.mark == b.mark)
        .map(|run| {
            let mut joined = String::new();
            run.iter().for_each(|cell| push(cell, &mut joined));
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
    fn of_a_long_line_the_part_around_a_finding_is_shown() {
        let mention = ana();
        let text = format!(
            "{{Ana}} {}é will <write> it {}é\n",
            "w ".repeat(300),
            "é".repeat(300)
        );
        let (source, found) = marked(&mention, &text);
        let shown = plain(&finding(&source, &found, None));
        let rows: Vec<&str> = shown.lines().collect();
        assert!(rows[0].starts_with("1 | …w w w "), "{}", rows[0]);
        assert!(rows[0].ends_with("éé…"), "{}", rows[0]);
        assert_eq!(rows[1].trim_start_matches([' ', '|']), "~~~~~");
        let column = |row: &str, of: &str| row.find(of).map(|at| row[..at].chars().count());
        assert_eq!(column(rows[0], "write"), column(rows[1], "~"));
        assert!(rows[2].contains("owner Ana"));
        let whole = plain(&note(&source, &[found]));
        let line = format!("1 | {}\n", source.line(0));
        let part = rows[0].replace('1', " ");
        assert_eq!(whole, format!("{line}{part}\n{}\n{}\n", rows[1], rows[2]));
    }

    #[test]
    fn an_owner_far_above_is_not_shown_with_the_task() {
        let mention = ana();
        for (between, from) in [(2, 1), (200, 202)] {
            let text = format!("{{Ana}}:\n{}- <write>", "- one\n".repeat(between));
            let (source, found) = marked(&mention, &text);
            let shown = plain(&finding(&source, &found, None));
            assert!(
                shown.trim_start().starts_with(&format!("{from} | ")),
                "{shown}"
            );
        }
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
