//! owed's own part of an agenda file: finding it, reading what people ticked in it, writing it anew.
//!
//! The block stands between two comment lines. Everything outside them belongs to people and is never touched. Inside,
//! an entry is a list entry that carries its item's id in a comment; what else people wrote there is kept, below the
//! block, when the block is written anew.

use super::agenda::{DETAILS, NOTHING};
use super::lines::{Line, lines, list_entry};
use super::place;
use crate::items::ItemId;
use crate::reconcile::{Mark, Tick};

/// How the line begins that begins the block.
pub const BEGIN: &str = "<!-- owed:begin";
/// How the line begins that ends the block.
pub const END: &str = "<!-- owed:end";

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
    /// The new text. Outside the block it is the old text, byte by byte, but for lines that were kept.
    pub text: String,
    /// Where the block is.
    pub placed: Placed,
    /// How many lines that people wrote inside the old block now stand below the new one.
    pub kept: usize,
}

/// What people ticked: every entry of the block, with its mark, in order. A file without a whole block has none.
pub fn read_block(text: &str) -> Vec<Tick> {
    let lines = lines(text);
    let Ok(Some((begin, end))) = find(&lines) else {
        return Vec::new();
    };
    pieces(&lines, begin + 1, end)
        .iter()
        .filter_map(|piece| {
            let (id, _) = piece.id()?;
            Some(Tick {
                id,
                mark: piece.mark(),
                line: u32::try_from(piece.line + 1).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

/// Puts a block, as [`super::agenda::render`] makes it, into a file's text: in the place of the one that is there; else
/// at the end of its agenda section, or of the section with the `wanted` heading; else at the end of the file. Its line
/// breaks are those of the file. Writing the same block again changes nothing.
///
/// # Errors
/// A block in the file that is not whole, or is not the only one.
pub fn write_block(text: &str, block: &str, wanted: Option<&str>) -> Result<Written, BlockError> {
    let lines = lines(text);
    let newline = newline(text);
    let block = block.replace('\n', newline);
    let Some((begin, end)) = find(&lines)? else {
        return Ok(insert(text, &lines, &block, wanted));
    };
    let kept = kept(&pieces(&lines, begin + 1, end));
    let start = lines[begin].start + bom(text, begin);
    let after = lines[end].start + lines[end].text.len() + bom(text, end);
    let mut out = format!("{}{block}", &text[..start]);
    for line in &kept {
        out.push_str(newline);
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

/// A marker is a comment alone on its line.
fn is_marker(text: &str, marker: &str) -> bool {
    let rest = text.trim().strip_prefix(marker);
    rest.and_then(|rest| rest.strip_suffix("-->"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Puts a first block in.
fn insert(text: &str, lines: &[Line<'_>], block: &str, wanted: Option<&str>) -> Written {
    let newline = newline(text);
    let section = place::section(lines, wanted);
    let (last, placed) = match section {
        Some(section) => (Some(section.last), Placed::Section(section.heading)),
        None => (lines.iter().rposition(|line| !line.is_blank()), Placed::End),
    };
    let at = last.map_or(0, |last| lines[last].next);
    let (before, after) = text.split_at(at);
    let mut out = before.to_owned();
    if !before.is_empty() {
        if !before.ends_with('\n') {
            out.push_str(newline);
        }
        out.push_str(newline);
    }
    out.push_str(block);
    // The file ends as it ended: with a line break or without one.
    if before.is_empty() || before.ends_with('\n') {
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

/// An entry or a paragraph inside the block, with the lines that go on in it.
struct Piece<'t> {
    /// Its first line, from 0.
    line: usize,
    indent: usize,
    is_entry: bool,
    lines: Vec<&'t str>,
    /// Its words on one line, without a list marker.
    text: String,
}

fn pieces<'t>(lines: &[Line<'t>], from: usize, to: usize) -> Vec<Piece<'t>> {
    let mut pieces: Vec<Piece<'t>> = Vec::new();
    let mut open = false;
    for (line, at) in lines[from..to].iter().zip(from..) {
        let entry = list_entry(line.text);
        if line.is_blank() {
            open = false;
        } else if open && entry.is_none() {
            if let Some(piece) = pieces.last_mut() {
                piece.lines.push(line.text);
                piece.text.push(' ');
                piece.text.push_str(line.text.trim());
            }
        } else {
            pieces.push(Piece {
                line: at,
                indent: indent(line.text),
                is_entry: entry.is_some(),
                lines: vec![line.text],
                text: entry.map_or(line.text, |(_, text)| text).trim().to_owned(),
            });
            open = true;
        }
    }
    pieces
}

impl Piece<'_> {
    /// The id that it carries, and what stands after it.
    fn id(&self) -> Option<(ItemId, &str)> {
        if !self.is_entry {
            return None;
        }
        let (_, after) = self.text.rsplit_once("<!-- owed:")?;
        let (id, after) = after.split_once("-->")?;
        Some((ItemId::parse(id.trim())?, after.trim()))
    }

    /// The box, where it begins with one, and the words after it.
    fn boxed(&self) -> (Option<&str>, &str) {
        let inner = self.text.strip_prefix('[').and_then(|text| text.split_once(']'));
        match inner {
            Some((mark, rest)) if mark.chars().count() <= 1 => (Some(mark.trim()), rest.trim()),
            _ => (None, &self.text),
        }
    }

    /// A tick wins over a strike: people strike what is done, too.
    fn mark(&self) -> Mark {
        let (mark, words) = self.boxed();
        let is_struck = ["~~", "<s>", "<del>"].iter().any(|strike| words.starts_with(strike));
        match mark {
            Some("x" | "X" | "✓" | "✔") => Mark::Done,
            Some("-") => Mark::Dropped,
            _ if is_struck => Mark::Dropped,
            _ => Mark::Open,
        }
    }

    /// The words of an entry of ours, without what we know about them.
    fn words(&self) -> &str {
        let (_, words) = self.boxed();
        let words = words.rsplit_once("<!-- owed:").map_or(words, |(words, _)| words);
        words.rsplit_once(DETAILS).map_or(words, |(words, _)| words).trim()
    }

    /// Whether it is a title or the name of a group, as we write them.
    fn is_frame(&self) -> bool {
        let bold = self.text.strip_prefix("**").and_then(|text| text.strip_suffix("**"));
        bold.is_some_and(|inner| !inner.contains("**")) || self.text == NOTHING
    }
}

/// The lines to keep of an old block: what people wrote under or after an entry, below the entry's words as a plain
/// bullet, and what they wrote between entries. A blank line goes before each group.
fn kept(pieces: &[Piece<'_>]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut entry: Option<&Piece<'_>> = None;
    let mut entry_is_kept = false;
    let mut was_kept = false;
    for piece in pieces {
        if let Some((_, remark)) = piece.id() {
            entry = Some(piece);
            entry_is_kept = !remark.is_empty();
            was_kept = entry_is_kept;
            if entry_is_kept {
                kept.extend([String::new(), format!("- {}", piece.words()), format!("  - {remark}")]);
            }
            continue;
        }
        if piece.is_frame() {
            entry = None;
            was_kept = false;
            continue;
        }
        let parent = entry.filter(|entry| piece.indent > entry.indent);
        // Below an entry its lines stay two columns inside the bullet; elsewhere they lose the indent of the list.
        let shift = match parent {
            Some(parent) => {
                if !entry_is_kept {
                    kept.extend([String::new(), format!("- {}", parent.words())]);
                    entry_is_kept = true;
                }
                (parent.indent + 2).min(piece.indent)
            }
            None => {
                if !was_kept {
                    kept.push(String::new());
                }
                entry = None;
                piece.indent
            }
        };
        let pad = if parent.is_some() { "  " } else { "" };
        kept.extend(piece.lines.iter().map(|line| format!("{pad}{}", dedent(line, shift))));
        was_kept = true;
    }
    kept
}

/// The columns of white space before a line; a tab takes four.
fn indent(line: &str) -> usize {
    line.chars()
        .take_while(|c| c.is_whitespace())
        .map(|c| if c == '\t' { 4 } else { 1 })
        .sum()
}

/// The line with so many columns of white space taken off.
fn dedent(line: &str, columns: usize) -> String {
    let left = indent(line).saturating_sub(columns);
    format!("{}{}", " ".repeat(left), line.trim_start())
}
