//! owed's own part of an agenda file: finding it, reading what people ticked in it, writing it
//! anew.
//!
//! The block stands between two comment lines. Everything outside them belongs to people and is
//! never touched. Inside, an entry is a list entry that carries its item's id in a comment (see `entry.rs`); what
//! else people wrote there is kept when the block is written anew: under the entry, or else below the block.

use super::entry::{self, Bullets, Piece, indent, pieces};
use super::lines::{BEGIN, END, Line, is_marker, lines};
use super::place;
use crate::items::{Certainty, ItemId, Kind, Mark, Mention, REMARK, Status};
use crate::reconcile::{Edit, Tick};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A file whose block cannot be told from the rest, so that writing could lose something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// A begin without an end.
    #[error("the block that begins on line {line} has no `{END} -->`")]
    NoEnd {
        /// 1-based.
        line: usize,
    },
    /// An end without a begin.
    #[error("line {line} ends a block that has no `{BEGIN} -->`")]
    NoBegin {
        /// 1-based.
        line: usize,
    },
    /// More than one block.
    #[error("there are two blocks, on lines {first} and {second}")]
    Two {
        /// 1-based.
        first: usize,
        /// 1-based.
        second: usize,
    },
}

/// Where the block has gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// In the place of the one that was there.
    Replaced,
    /// At the end of the section with this heading.
    Section(String),
    /// At the end of the file.
    End,
}

/// A file's text with the block in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The new text. Outside the block it is the old text, byte by byte, but for lines that were
    /// kept.
    pub text: String,
    /// Where the block is.
    pub placed: Placed,
    /// How many lines that people wrote inside the old block now stand below the new one.
    pub kept: usize,
}

/// Whether a file has a whole block.
pub fn has_block(text: &str) -> bool {
    matches!(find(&lines(text)), Ok(Some(_)))
}

/// What people wrote into a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Every entry of the block, in order, and then those that were taken out of it.
    pub ticks: Vec<Tick>,
    /// What stands under entries, in order, as mentions that do not have an id yet. Each belongs to the last tick
    /// above it.
    pub remarks: Vec<Mention>,
}

impl Read {
    /// Whether it says nothing that is not in the ledger already: no tick, no edit.
    pub fn is_silent(&self) -> bool {
        self.ticks
            .iter()
            .all(|tick| tick.mark == Mark::Open && tick.edits.is_empty())
    }
}

/// What people wrote into the block of a note of this path and meeting. A file without a whole block has nothing.
pub fn read_block(text: &str, path: &str, meeting: Option<Date>) -> Read {
    let lines = lines(text);
    let Ok(Some((begin, end))) = find(&lines) else {
        return Read::default();
    };
    let pieces = pieces(&lines, begin + 1, end);
    let number = |line: usize| u32::try_from(line + 1).unwrap_or(u32::MAX);
    let mut read = Read::default();
    let mut ids = BTreeSet::new();
    for piece in &pieces {
        let Some(comment) = piece.mark_comment() else {
            continue;
        };
        // That owed wrote it as done is no word of a person's.
        let mark = match piece.mark() {
            Mark::Done if comment.is_done => Mark::Open,
            mark => mark,
        };
        ids.insert(comment.id.clone());
        read.ticks.push(Tick {
            id: comment.id,
            mark,
            line: number(piece.line),
            edits: piece.edits(meeting),
        });
    }
    for (piece, _) in under(&pieces) {
        let last = piece.line + piece.lines.len() - 1;
        let lines = (number(piece.line), number(last));
        read.remarks
            .push(remark(piece.unboxed(), lines, path, meeting));
    }
    for piece in &pieces {
        if let Some(comment) = piece.mark_comment().filter(|it| !it.after.is_empty()) {
            let line = number(piece.line);
            read.remarks
                .push(remark(comment.after, (line, line), path, meeting));
        }
    }
    read.remarks.sort_by_key(|remark| remark.line);
    let written = entry::Written::of(lines[end].text);
    let removed = written.ids.into_iter().filter(|id| !ids.contains(id));
    read.ticks.extend(removed.map(|id| Tick {
        id,
        mark: Mark::Open,
        line: number(end),
        edits: vec![Edit::Removed],
    }));
    read
}

/// What the list entries of a file begin with where the block is, or is to go.
pub fn bullets(text: &str, wanted: Option<&str>) -> Bullets {
    let lines = lines(text);
    match find(&lines) {
        Ok(Some((begin, end))) => {
            let first = place::before(&lines, begin);
            place::bullets(&lines[begin..end])
                .map(|(bullets, counted)| {
                    let above = place::bullets(&lines[first..begin]).is_some_and(|it| it.1);
                    place::counted(bullets, counted || above)
                })
                .or_else(|| {
                    place::bullets(&lines[first..begin]).map(|(it, n)| place::counted(it, n))
                })
        }
        _ => {
            let section = place::section(&lines, wanted);
            section
                .and_then(|it| place::bullets(&lines[it.first..=it.last]))
                .map(|(it, counted)| place::counted(it, counted))
        }
    }
    .unwrap_or(Bullets::Mark('-'))
}

/// Puts a block, as [`super::agenda::render`] makes it, into a file's text: in the place of the one that is there; else
/// at the end of its agenda section, or of the section with the `wanted` heading; else at the end of the file. Its line
/// breaks and its indent are those of the place. What people wrote under an entry goes with the entry, and the rest of
/// what they wrote into the block below it. Writing the same block again changes nothing.
///
/// # Errors
/// A block in the file that is not whole, or is not the only one.
pub fn write_block(text: &str, block: &str, wanted: Option<&str>) -> Result<Written, BlockError> {
    let lines = lines(text);
    let newline = newline(text);
    let Some((begin, end)) = find(&lines)? else {
        return Ok(insert(text, &lines, block, wanted));
    };
    let old = pieces(&lines, begin + 1, end);
    let by_owed = entry::Written::of(lines[end].text);
    let (block, placed) = with_remarks(block, &old);
    let kept = kept(&old, &by_owed, &placed);
    let lead = leading(lines[begin].text);
    let block = indented(&block, lead, newline);
    let start = lines[begin].start + bom(text, begin);
    let after = lines[end].start + lines[end].text.len() + bom(text, end);
    let mut out = format!("{}{block}", &text[..start]);
    for line in &kept {
        out.push_str(newline);
        if !line.is_empty() {
            out.push_str(lead);
        }
        out.push_str(line);
    }
    let rest = &text[after..];
    let next_is_blank = lines.get(end + 1).is_none_or(Line::is_blank);
    if !kept.is_empty() && !next_is_blank {
        out.push_str(newline);
    }
    out.push_str(rest);
    Ok(Written {
        text: out,
        placed: Placed::Replaced,
        kept: kept.iter().filter(|line| !line.is_empty()).count(),
    })
}

/// The first line and the last line of the block.
fn find(lines: &[Line<'_>]) -> Result<Option<(usize, usize)>, BlockError> {
    let mut found: Option<(usize, Option<usize>)> = None;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.inert) {
        if is_marker(line.text, BEGIN) {
            if let Some((first, _)) = found {
                return Err(BlockError::Two {
                    first: first + 1,
                    second: at + 1,
                });
            }
            found = Some((at, None));
        } else if is_marker(line.text, END) {
            match &mut found {
                Some((_, end @ None)) => *end = Some(at),
                _ => return Err(BlockError::NoBegin { line: at + 1 }),
            }
        }
    }
    match found {
        None => Ok(None),
        Some((begin, Some(end))) => Ok(Some((begin, end))),
        Some((begin, None)) => Err(BlockError::NoEnd { line: begin + 1 }),
    }
}

/// Puts a first block in.
fn insert(text: &str, lines: &[Line<'_>], block: &str, wanted: Option<&str>) -> Written {
    let newline = newline(text);
    let section = place::section(lines, wanted);
    let (last, lead, placed) = match section {
        Some(it) => (Some(it.last), it.lead, Placed::Section(it.heading)),
        None => {
            let last = lines.iter().rposition(|line| !line.is_blank());
            (last, String::new(), Placed::End)
        }
    };
    let block = indented(block, &lead, newline);
    let at = last.map_or(bom(text, 0), |last| lines[last].next);
    let (before, after) = text.split_at(at);
    let mut out = before.to_owned();
    if last.is_some() {
        if !before.ends_with('\n') {
            out.push_str(newline);
        }
        out.push_str(newline);
    }
    out.push_str(&block);
    // The file ends as it ended: with a line break or without one.
    if last.is_none() || before.ends_with('\n') {
        out.push_str(newline);
    }
    let next = last.map_or(0, |last| last + 1);
    if lines.get(next).is_some_and(|line| !line.is_blank()) {
        out.push_str(newline);
    }
    out.push_str(after);
    Written {
        text: out,
        placed,
        kept: 0,
    }
}

/// The line break that most lines have.
fn newline(text: &str) -> &'static str {
    let all = text.matches('\n').count();
    if text.matches("\r\n").count() * 2 > all {
        "\r\n"
    } else {
        "\n"
    }
}

/// How many bytes of a byte order mark stand before the text of a line.
fn bom(text: &str, line: usize) -> usize {
    if line == 0 && text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    }
}

/// The pieces that stand below an entry of owed's and further in, each with the entry's index.
fn under<'p, 't>(pieces: &'p [Piece<'t>]) -> impl Iterator<Item = (&'p Piece<'t>, usize)> {
    let mut entry: Option<(usize, usize)> = None;
    pieces.iter().enumerate().filter_map(move |(at, piece)| {
        if piece.mark_comment().is_some() {
            entry = Some((at, piece.indent));
            return None;
        }
        match entry {
            Some((of, indent)) if piece.indent > indent => Some((piece, of)),
            _ => {
                entry = None;
                None
            }
        }
    })
}

/// A remark as a mention: its words, and before a colon its speaker.
fn remark(text: &str, (line, end_line): (u32, u32), path: &str, meeting: Option<Date>) -> Mention {
    let text = super::one_line(text);
    let (speaker, words) = match text.split_once(':') {
        Some((name, words)) if is_name(name) && words.starts_with(char::is_whitespace) => {
            let name = name.trim_matches(|c: char| c.is_whitespace() || "@*_`".contains(c));
            (Some(name.to_owned()), words.trim_matches(['*', ' ']))
        }
        _ => (None, text.as_str()),
    };
    Mention {
        id: None,
        path: path.to_owned(),
        line,
        end_line,
        kind: Kind::Progress,
        certainty: Certainty::Definite,
        status: Status::Open,
        speaker,
        owners: Vec::new(),
        people: Vec::new(),
        text: words.to_owned(),
        due: None,
        rule: REMARK.to_owned(),
        confidence: 1.0,
        quote: text.clone(),
        topic: None,
        meeting,
    }
}

/// "Ana", "**Ana Lind**", "@ana"; not "Note" nor "see also".
fn is_name(text: &str) -> bool {
    const LABELS: &[&str] = &[
        "action", "also", "answer", "decision", "done", "due", "edit", "example", "fyi", "idea",
        "issue", "link", "next", "note", "notes", "now", "owner", "pr", "question", "reason",
        "result", "see", "status", "todo", "update", "why",
    ];
    let text = text.trim().trim_matches(['*', '_']);
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_part = |word: &&str| {
        word.starts_with('@')
            || (word.starts_with(char::is_uppercase)
                && !word.contains(|c: char| "/#()[]".contains(c)))
    };
    (1..=4).contains(&words.len())
        && words.iter().all(is_part)
        && !LABELS.contains(&text.to_lowercase().as_str())
}

/// A new block with what people wrote under the entries of the old one, and the items that have an entry in it.
fn with_remarks(block: &str, old: &[Piece<'_>]) -> (String, BTreeSet<ItemId>) {
    let mut remarks: BTreeMap<ItemId, Vec<&Piece<'_>>> = BTreeMap::new();
    for (piece, of) in under(old) {
        if let Some(comment) = old[of].mark_comment() {
            remarks.entry(comment.id).or_default().push(piece);
        }
    }
    let mut after: BTreeMap<ItemId, &str> = BTreeMap::new();
    for piece in old {
        if let Some(comment) = piece.mark_comment().filter(|it| !it.after.is_empty()) {
            after.insert(comment.id, comment.after);
        }
    }
    let lines = lines(block);
    // Its marker lines are no part of its entries.
    let new = pieces(&lines, 1, lines.len().saturating_sub(1));
    let mut placed = BTreeSet::new();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    for piece in &new {
        let Some(comment) = piece.mark_comment() else {
            continue;
        };
        let end = piece.line + piece.lines.len();
        out.extend(lines[at..end].iter().map(|line| line.text.to_owned()));
        at = end;
        let column = piece.indent + piece.hang;
        if let Some(words) = after.get(&comment.id) {
            out.push(format!("{}- {words}", " ".repeat(column)));
        }
        let under = remarks.get(&comment.id).map_or(&[][..], Vec::as_slice);
        let least = under.iter().map(|piece| piece.indent).min().unwrap_or(0);
        for piece in under {
            // A paragraph without a bullet would go on in what stands above it.
            if !piece.is_entry {
                out.push(String::new());
            }
            out.extend(shifted(&piece.lines, least, column));
        }
        placed.insert(comment.id);
    }
    out.extend(lines[at..].iter().map(|line| line.text.to_owned()));
    (out.join("\n"), placed)
}

/// Lines with their first column at another.
fn shifted(lines: &[&str], from: usize, to: usize) -> impl Iterator<Item = String> {
    lines.iter().map(move |line| {
        let column = (to + indent(line)).saturating_sub(from);
        format!("{}{}", " ".repeat(column), line.trim_start())
    })
}

/// The lines to keep of an old block: what people wrote under or after an entry that is there no more, below the
/// entry's words as a plain bullet, and what they wrote between entries. A blank line goes before each group.
fn kept(pieces: &[Piece<'_>], by_owed: &entry::Written, placed: &BTreeSet<ItemId>) -> Vec<String> {
    let mut kept = Vec::new();
    let under: BTreeMap<usize, usize> = under(pieces).map(|(piece, of)| (piece.line, of)).collect();
    // What the last kept line belongs to: an entry, or nothing.
    let mut group: Option<Option<usize>> = None;
    for (at, piece) in pieces.iter().enumerate() {
        let comment = piece.mark_comment();
        let of = match &comment {
            Some(_) => Some(at),
            None => under.get(&piece.line).copied(),
        };
        let owner = of.and_then(|of| pieces[of].mark_comment());
        let is_placed = owner.is_some_and(|owner| placed.contains(&owner.id));
        let is_silent = comment.as_ref().is_some_and(|it| it.after.is_empty());
        let is_ours = of.is_none() && by_owed.has(piece);
        if is_placed || is_silent || is_ours {
            continue;
        }
        if group != Some(of) || piece.after_blank {
            kept.push(String::new());
        }
        if let Some(of) = of.filter(|_| group != Some(of)) {
            kept.push(format!("- {}", pieces[of].shown().what));
        }
        group = Some(of);
        match (comment, of) {
            (Some(comment), _) => kept.push(format!("  - {}", comment.after)),
            (None, Some(of)) => {
                let from = piece.indent.min(pieces[of].indent + pieces[of].hang);
                kept.extend(shifted(&piece.lines, from, 2));
            }
            (None, None) => kept.extend(shifted(&piece.lines, piece.indent, 0)),
        }
    }
    kept
}

/// The white space that a line begins with.
fn leading(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// A block with this white space before each line, and these line breaks.
fn indented(block: &str, lead: &str, newline: &str) -> String {
    let lines: Vec<String> = block
        .split('\n')
        .map(|line| match line {
            "" => String::new(),
            line => format!("{lead}{line}"),
        })
        .collect();
    lines.join(newline)
}

#[cfg(test)]
#[path = "block_tests.rs"]
mod tests;
