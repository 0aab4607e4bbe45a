//! Tasks in tables and in front matter: the work in one cell, its owner and its due in others.

use super::blocks::{Block, BlockKind, Blocks};
use super::lines::{Line, LineKind};
use super::plain::Plain;
use super::zones::{self, Zone};
use crate::text::{SourceText, Span};

/// What stands beside a task, in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Who is to do it.
    pub owner: Option<Span>,
    /// By when.
    pub due: Option<Span>,
    /// Whether it is marked as done.
    pub done: bool,
}

/// What a column holds, by the word over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Task,
    Owner,
    Due,
    Status,
    Other,
}

/// The rows of all action tables: the block that a row is, its task, and what stands beside it.
pub(super) fn of_tables(source: &SourceText, blocks: &Blocks) -> Vec<(usize, Span, Cells)> {
    let text = source.text();
    let mut out = Vec::new();
    let mut at = 0;
    let mut title = None;
    while at < blocks.blocks.len() {
        let block = &blocks.blocks[at];
        if let BlockKind::Heading(_) = block.kind {
            title = zones::of_title(blocks.span_of(block).of(text));
        }
        if block.kind != BlockKind::Row {
            at += 1;
            continue;
        }
        let run = blocks.blocks[at..]
            .iter()
            .take_while(|block| block.kind == BlockKind::Row)
            .count();
        let head = columns(
            text,
            &cells_of(text, blocks, block),
            title == Some(Zone::Actions),
        );
        let is_list = head.contains(&Column::Task)
            && (head.contains(&Column::Owner)
                || head.contains(&Column::Due)
                || title == Some(Zone::Actions))
            || head
                .iter()
                .filter(|column| **column == Column::Task)
                .count()
                == 1
                && is_follow_up(blocks.span_of(block).of(text));
        if is_list {
            for row in at + 1..at + run {
                let cells = cells_of(text, blocks, &blocks.blocks[row]);
                rows(text, &head, &cells, row, &mut out);
            }
        }
        at += run;
    }
    out
}

fn is_follow_up(head: &str) -> bool {
    let lower = head.to_lowercase();
    ["follow-up", "follow up", "followup", "action", "next step"]
        .iter()
        .any(|word| lower.contains(word))
}

fn cells_of(text: &str, blocks: &Blocks, row: &Block) -> Vec<Span> {
    if blocks.html {
        blocks.pieces_of(row).to_vec()
    } else {
        cells(text, blocks.span_of(row))
    }
}

/// The words over a column, in lower case and without markup.
fn word_over(text: &str, cell: Span) -> String {
    let mut plain = Plain::default();
    plain.push(text, cell);
    plain.text().trim().to_lowercase()
}

fn columns(text: &str, row: &[Span], in_actions: bool) -> Vec<Column> {
    let mut out: Vec<Column> = row
        .iter()
        .map(|cell| {
            let word = word_over(text, *cell);
            match word.as_str() {
                "action" | "actions" | "action item" | "action items" | "task" | "tasks"
                | "todo" | "to do" | "follow-up" | "follow up" | "followup" | "follow-ups"
                | "next step" | "next steps" | "action point" | "action required" => Column::Task,
                "what" | "item" | "description" | "deliverable" if in_actions => Column::Task,
                "owner" | "owners" | "who" | "assignee" | "assigned" | "assigned to"
                | "responsible" | "person" | "lead" | "by whom" | "name" | "assignees"
                | "champion" => Column::Owner,
                "due" | "due date" | "by when" | "deadline" | "when" | "due by" | "target"
                | "target date" | "eta" => Column::Due,
                "status" | "state" | "done" | "done?" => Column::Status,
                _ => Column::Other,
            }
        })
        .collect();
    // "What | Who | When" needs no heading to say what it is.
    let has = |column: Column, out: &[Column]| out.contains(&column);
    if !has(Column::Task, &out) && has(Column::Owner, &out) && has(Column::Due, &out) {
        let what = row.iter().position(|cell| {
            let word = word_over(text, *cell);
            matches!(word.as_str(), "what" | "item" | "description" | "work")
        });
        if let Some(what) = what {
            out[what] = Column::Task;
        }
    }
    out
}

fn rows(
    text: &str,
    head: &[Column],
    cells: &[Span],
    at: usize,
    out: &mut Vec<(usize, Span, Cells)>,
) {
    let of = |column: Column| {
        let index = head.iter().position(|known| *known == column)?;
        cells
            .get(index)
            .copied()
            .filter(|cell| !is_empty(cell.of(text)))
    };
    let Some(task) = of(Column::Task) else { return };
    let status = of(Column::Status)
        .map_or("", |cell| cell.of(text))
        .to_lowercase();
    let done = [
        "done",
        "complete",
        "closed",
        "dropped",
        "✅",
        "yes",
        "cancelled",
    ]
    .iter()
    .any(|word| status.starts_with(word))
        || task.of(text).starts_with("~~");
    let (owner, due) = (of(Column::Owner), of(Column::Due));
    for span in tasks(text, task, owner.is_none()) {
        out.push((at, span, Cells { owner, due, done }));
    }
}

/// The tasks of a cell: "Ana to draft it; Ben to check it" is two. Beside an owner only what names another is a task of
/// its own; what else follows a semicolon says more of the task. None ends within brackets, code or an entity.
fn tasks(text: &str, cell: Span, unowned: bool) -> Vec<Span> {
    let body = cell.of(text);
    let mut out = Vec::new();
    let (mut start, mut depth, mut code) = (0, 0i32, false);
    for (at, c) in body.char_indices() {
        match c {
            '`' => code = !code,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth <= 0 && !code && !ends_entity(&body[..=at]) => {
                let rest = &body[at + 1..];
                if rest.starts_with(' ') && (unowned || names_an_owner(rest)) {
                    out.push(Span::new(start, at));
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    out.push(Span::new(start, body.len()));
    let places = out.into_iter().map(|part| part.shifted(cell.start));
    places.map(|part| part.trimmed(text)).collect()
}

/// Whether a text ends with an entity of HTML, `&amp;`.
fn ends_entity(text: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '#';
    let before = text.trim_end_matches(';').trim_end_matches(name);
    before.ends_with('&') && before.len() + 1 < text.len()
}

/// Whether a text begins with who is to do something: "Ana to …", "@ben will …".
fn names_an_owner(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let name = |word: &&str| word.starts_with(|c: char| c.is_uppercase() || c == '@');
    words.next().as_ref().is_some_and(name)
        && words
            .find(|word| !name(word))
            .is_some_and(|word| matches!(word, "to" | "will"))
}

/// The cells of a row, without the bars and white space around them. `\|` is no bar.
fn cells(text: &str, row: Span) -> Vec<Span> {
    let body = row.of(text);
    let is_bar = |at: usize| at == 0 || body.as_bytes()[at - 1] != b'\\';
    let bars: Vec<usize> = body
        .match_indices('|')
        .map(|(at, _)| at)
        .filter(|at| is_bar(*at))
        .collect();
    let first = if body.starts_with('|') { None } else { Some(0) };
    let starts = first.into_iter().chain(bars.iter().map(|bar| bar + 1));
    let ends = bars
        .iter()
        .copied()
        .filter(|bar| *bar > 0)
        .chain([body.len()]);
    starts
        .zip(ends)
        .filter(|(start, end)| *start < body.len() || *end < body.len())
        .map(|(start, end)| Span::new(row.start + start, row.start + end).trimmed(text))
        .collect()
}

fn is_empty(cell: &str) -> bool {
    let lower = cell.trim().to_lowercase();
    !lower.chars().any(char::is_alphanumeric)
        || matches!(
            lower.as_str(),
            "n/a" | "none" | "tbd" | "tba" | "nobody" | "unassigned"
        )
}

/// The entries of `action_items:` in the front matter, as some recorders write it.
pub(super) fn of_front_matter(source: &SourceText, lines: &[Line]) -> Vec<(Span, Cells)> {
    let mut out: Vec<(Option<Span>, Cells)> = Vec::new();
    let mut inside = false;
    let text = source.text();
    for (index, _) in lines
        .iter()
        .enumerate()
        .take_while(|(_, line)| line.kind == LineKind::FrontMatter)
    {
        let span = source.line_span(index);
        let line = span.of(text);
        if !line.starts_with([' ', '-', '\t']) {
            let key = line
                .split(':')
                .next()
                .unwrap_or("")
                .trim()
                .to_lowercase()
                .replace('-', "_");
            inside = matches!(
                key.as_str(),
                "action_items" | "actions" | "todos" | "tasks" | "commitments"
            );
            continue;
        }
        if !inside {
            continue;
        }
        let body = line.trim_start();
        let fresh = body.starts_with("- ");
        let body = body.strip_prefix("- ").unwrap_or(body).trim_start();
        let start = span.end - body.len();
        let unquoted = |span: Span| {
            let inner = span.of(text);
            let trimmed = inner.trim_matches(['"', '\'']);
            let at = span.start + inner.find(trimmed).unwrap_or(0);
            Span::new(at, at + trimmed.len())
        };
        if fresh {
            out.push((None, Cells::default()));
        }
        let Some((task, cells)) = out.last_mut() else {
            continue;
        };
        let pair = body.split_once(':').filter(|(key, value)| {
            key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && (value.is_empty() || value.starts_with(' '))
        });
        match pair {
            Some((key, value)) => {
                let value_start = start + key.len() + 1;
                let place = unquoted(Span::new(value_start, span.end).trimmed(text));
                if is_empty(place.of(text)) && key != "task" {
                    continue;
                }
                match key.to_lowercase().as_str() {
                    "task" | "text" | "what" | "action" | "title" | "item" | "description" => {
                        *task = Some(place);
                    }
                    "owner" | "owners" | "assignee" | "assignees" | "who" => {
                        cells.owner = Some(place);
                    }
                    "due" | "due_date" | "by" | "by_date" | "deadline" => cells.due = Some(place),
                    "done" | "completed" => {
                        cells.done = value.trim() == "true" || value.trim() == "yes";
                    }
                    "status" => {
                        cells.done =
                            matches!(place.of(text), "done" | "closed" | "completed" | "complete");
                    }
                    _ => {}
                }
            }
            None if fresh => *task = Some(unquoted(Span::new(start, span.end).trimmed(text))),
            None => {}
        }
    }
    out.into_iter()
        .filter_map(|(task, cells)| {
            task.filter(|task| !task.is_empty())
                .map(|task| (task, cells))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::notes;
    use crate::text::SourceText;

    fn check(text: &str, expected: &[(&str, &str, &str, bool)]) {
        let source = SourceText::new("x.md", text);
        let note = notes::parse(&source);
        let got: Vec<(&str, &str, &str, bool)> = note
            .turns
            .iter()
            .filter_map(|turn| {
                let cells = turn.cells?;
                let of = |span: Option<crate::text::Span>| {
                    span.map_or("", |span| span.of(source.text()))
                };
                Some((
                    turn.text.of(note.plain.text()),
                    of(cells.owner),
                    of(cells.due),
                    cells.done,
                ))
            })
            .collect();
        assert_eq!(got, expected, "of {text:?}");
    }

    #[test]
    fn action_tables() {
        check(
            "| Owner | Action | Due | Status |\n|---|---|---|---|\n| Ana | send it | May 1 | done |\n| tbd | file it | - | open |",
            &[
                ("send it", "Ana", "May 1", true),
                ("file it", "", "", false),
            ],
        );
        check(
            "| What | Who | When |\n|---|---|---|\n| send it | Ana | Friday |",
            &[("send it", "Ana", "Friday", false)],
        );
        check(
            "| Who | Action |\n|---|---|\n| Ana | Rewrite it; it is old |\n| Ana | Cut it; Ben to check |\n| | a (b; c); `d; e` &amp; f |",
            &[
                ("Rewrite it; it is old", "Ana", "", false),
                ("Cut it", "Ana", "", false),
                ("Ben to check", "Ana", "", false),
                ("a (b; c)", "", "", false),
                ("\u{2302} & f", "", "", false),
            ],
        );
        check("| Name | Votes |\n|---|---|\n| Ana | 3 |", &[]);
        check(
            "| Topic | Decision | Follow-up |\n|-|-|-|\n| x | y | Ana to do z |\n| x | y | - |",
            &[("Ana to do z", "", "", false)],
        );
    }

    #[test]
    fn front_matter() {
        check(
            "---\naction_items:\n  - owner: Ana\n    task: \"tag it\"\n    due: 2025-02-07\n  - update the chart\nother: x\n---\n",
            &[
                ("tag it", "Ana", "2025-02-07", false),
                ("update the chart", "", "", false),
            ],
        );
    }
}
