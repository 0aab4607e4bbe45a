//! Blocks: hard-wrapped lines joined, every bullet with its parent.

use super::corrections::{self, Correction};
use super::html;
use super::labels;
use super::lines::{Bullet, Line, LineKind};
use super::log::{self, LogLine};
use super::words;
use super::zones::{self, Zone};
use crate::text::{SourceText, Span};

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    Heading(u8),
    /// A list entry.
    Entry(Bullet),
    Paragraph,
    /// A line of a log, with the nick that wrote it.
    Said(Span),
    /// A row of a table.
    Row,
    /// owed's own block; no rule looks at it.
    Own,
}

/// A stretch of lines that belong together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub kind: BlockKind,
    pub indent: u32,
    pub quote: u8,
    /// First and last line, 0-based.
    pub first: usize,
    pub last: usize,
    /// Its text: a range of [`Blocks::pieces`].
    pub pieces: (usize, usize),
    /// The entry that it stands under, an index into [`Blocks::blocks`].
    pub parent: Option<usize>,
    /// Whether a blank line stands before it.
    pub spaced: bool,
}

/// The blocks of a note.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub blocks: Vec<Block>,
    /// The stretches of text of all blocks, in order.
    pub pieces: Vec<Span>,
    /// Whether the note is a log.
    pub log: bool,
    /// Whether somebody writes down in the log what others say: `<ana> Ben: text`.
    pub scribed: bool,
    /// What is to be read instead of what stands in a log, in order of their places.
    pub corrections: Vec<Correction>,
    /// Whether the note is HTML. The pieces of a row are its cells then.
    pub html: bool,
}

impl Blocks {
    pub(super) fn pieces_of(&self, block: &Block) -> &[Span] {
        &self.pieces[block.pieces.0..block.pieces.1]
    }

    /// The corrections within a piece.
    pub(super) fn corrections_of(&self, piece: Span) -> &[Correction] {
        let from = self
            .corrections
            .partition_point(|it| it.place.start < piece.start);
        let rest = &self.corrections[from..];
        &rest[..rest.partition_point(|it| it.place.end <= piece.end)]
    }

    /// What a name is to be read as; none where a correction mends a part of it, so that nobody knows what it is.
    pub(super) fn corrected(&self, name: Span) -> Option<Span> {
        let from = self
            .corrections
            .partition_point(|it| it.place.end <= name.start);
        match self.corrections.get(from) {
            Some(it) if it.place == name => Some(it.by).filter(|by| !by.is_empty()),
            Some(it) if it.place.overlaps(name) => None,
            _ => Some(name),
        }
    }

    /// The span from a block's first piece to its last.
    pub(super) fn span_of(&self, block: &Block) -> Span {
        match self.pieces_of(block) {
            [] => Span::default(),
            pieces => pieces[0].join(pieces[pieces.len() - 1]),
        }
    }
}

/// Joins the lines of a note.
pub(super) fn build(source: &SourceText, lines: &[Line]) -> Blocks {
    let mut out = Blocks::default();
    if log::is_subtitles(source) {
        subtitles(source, lines, &mut out);
        return out;
    }
    if html::is_html(source) {
        return html::build(source);
    }
    out.log = log::is_log(source);
    let mut open: Vec<usize> = Vec::new();
    let mut spaced = true;
    let mut joinable = false;
    let mut said: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        match line.kind {
            LineKind::Blank => {
                spaced = true;
                joinable = false;
                continue;
            }
            LineKind::FrontMatter | LineKind::Fence | LineKind::Code => {
                joinable = false;
                continue;
            }
            LineKind::Block => {
                push(&mut out, BlockKind::Own, line, index, None, spaced);
                joinable = false;
                continue;
            }
            LineKind::Rule(level) => {
                if let (Some(level), true, Some(last)) = (level, joinable, out.blocks.last_mut()) {
                    let single = last.first == last.last && last.last + 1 == index;
                    if single && last.kind == BlockKind::Paragraph {
                        last.kind = BlockKind::Heading(level);
                        open.clear();
                    }
                }
                joinable = false;
                spaced = true;
                continue;
            }
            LineKind::Heading(level) => {
                open.clear();
                push(
                    &mut out,
                    BlockKind::Heading(level),
                    line,
                    index,
                    None,
                    spaced,
                );
                joinable = false;
                spaced = true;
                continue;
            }
            LineKind::Row => {
                push(&mut out, BlockKind::Row, line, index, None, spaced);
                joinable = false;
                spaced = false;
                continue;
            }
            LineKind::Text => {}
        }
        if out.log {
            match log::parse(source.text(), source.line_span(index)) {
                LogLine::Noise => continue,
                LogLine::Said { nick, .. } if log::is_bot(nick.of(source.text())) => continue,
                LogLine::Said { body, .. }
                    if corrections::parse(source.text(), body)
                        .is_some_and(|it| corrections::apply(source.text(), it, &mut out)) =>
                {
                    continue;
                }
                LogLine::Said { nick, body } => {
                    out.scribed |= is_scribe_command(body.of(source.text()));
                    let line = Line {
                        body,
                        indent: 0,
                        bullet: None,
                        ..*line
                    };
                    push(&mut out, BlockKind::Said(nick), &line, index, None, spaced);
                    said = Some(out.blocks.len() - 1);
                    joinable = false;
                    spaced = false;
                    continue;
                }
                LogLine::Other => {
                    // A wrapped line of the log belongs to the one before it.
                    if let (Some(at), false) = (said, spaced)
                        && line.bullet.is_none()
                        && at + 1 == out.blocks.len()
                    {
                        extend(&mut out, line, index);
                        continue;
                    }
                }
            }
        }
        match line.bullet {
            Some(bullet) => {
                while open
                    .last()
                    .is_some_and(|at| out.blocks[*at].indent >= line.indent)
                {
                    open.pop();
                }
                let parent = open.last().copied();
                push(
                    &mut out,
                    BlockKind::Entry(bullet),
                    line,
                    index,
                    parent,
                    spaced,
                );
                open.push(out.blocks.len() - 1);
            }
            None => {
                let body = line.body.of(source.text());
                let same_quote = out
                    .blocks
                    .last()
                    .is_some_and(|last| last.quote == line.quote);
                // A line with its owner in a column is a line of its own.
                let alone = labels::has_owner_column(body);
                // So are those that each tell of somebody else.
                let assigns = out
                    .pieces
                    .last()
                    .is_some_and(|last| is_assignment(last.of(source.text())))
                    && is_assignment(body);
                let wraps = joinable
                    && same_quote
                    && !alone
                    && !assigns
                    && !breaks(body)
                    && !(out
                        .blocks
                        .last()
                        .is_some_and(|last| last.kind == BlockKind::Row));
                if wraps {
                    extend(&mut out, line, index);
                    continue;
                }
                while open.last().is_some_and(|at| {
                    out.blocks[*at].indent >= line.indent
                        && (spaced || !joinable || line.indent == 0)
                }) {
                    open.pop();
                }
                let parent = open.last().copied();
                push(&mut out, BlockKind::Paragraph, line, index, parent, spaced);
                if alone {
                    joinable = false;
                    spaced = false;
                    continue;
                }
            }
        }
        joinable = true;
        spaced = false;
    }
    out.corrections
        .sort_by_key(|correction| correction.place.start);
    out
}

/// The cues of a subtitle file: a sentence that goes on in the next cue is one block.
fn subtitles(source: &SourceText, lines: &[Line], out: &mut Blocks) {
    out.log = true;
    let is_time = |index: usize| index < lines.len() && source.line(index).contains("-->");
    let mut timed = false;
    for (index, line) in lines.iter().enumerate() {
        let span = source.line_span(index);
        timed |= is_time(index);
        // The line above a cue's times is its name.
        let names_cue =
            is_time(index + 1) && (index == 0 || source.line(index - 1).trim().is_empty());
        if names_cue || span.of(source.text()).trim().is_empty() {
            continue;
        }
        match log::parse_subtitle(source.text(), span) {
            LogLine::Noise => {}
            LogLine::Said { nick, body } => {
                let goes_on = out.blocks.last().is_some_and(|last| {
                    let same = matches!(last.kind, BlockKind::Said(known) if known.of(source.text()) == nick.of(source.text()));
                    same && !out.span_of(last).of(source.text()).trim_end().ends_with(['.', '?', '!'])
                });
                let line = Line {
                    body,
                    bullet: None,
                    indent: 0,
                    ..*line
                };
                if goes_on {
                    extend(out, &line, index);
                } else {
                    push(out, BlockKind::Said(nick), &line, index, None, false);
                }
            }
            LogLine::Other => {
                let text = span.trimmed(source.text());
                let closing = if text.of(source.text()).ends_with("</v>") {
                    4
                } else {
                    0
                };
                let line = Line {
                    body: Span::new(text.start, text.end - closing),
                    ..*line
                };
                if !out.blocks.is_empty() {
                    extend(out, &line, index);
                } else if timed {
                    // Nobody has been named yet.
                    push(out, BlockKind::Paragraph, &line, index, None, false);
                }
            }
        }
    }
}

fn is_scribe_command(body: &str) -> bool {
    let lower = body.to_lowercase();
    ["scribe:", "scribenick:", "scribe+", "scribes:"]
        .iter()
        .any(|command| lower.starts_with(command))
}

/// Whether a line of text begins something of its own although no blank line stands before it: a speaker's label, a
/// marker such as `ACTION:`, a directive such as `#topic`.
fn breaks(body: &str) -> bool {
    body.starts_with("...")
        || body.starts_with('…')
        || body.starts_with('#')
        || labels::looks_like_label(body)
        || is_attendance(body)
}

/// `Ana will send it`, `Ben Ek to ask`: a line that begins with somebody and what they are to do.
fn is_assignment(body: &str) -> bool {
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    let names = body.split(' ').take_while(capital).count();
    let next = body.split(' ').nth(names);
    (1..=2).contains(&names) && matches!(next, Some("will" | "to")) && !words::is_common_start(body)
}

/// `In the call: Ana Lind, Ben Ek`, below a line with the day and the time.
fn is_attendance(body: &str) -> bool {
    let head = body.split_once(": ").map_or("", |(head, _)| head);
    (1..40).contains(&head.len()) && zones::of_title(head) == Some(Zone::Attendees)
}

fn push(
    out: &mut Blocks,
    kind: BlockKind,
    line: &Line,
    index: usize,
    parent: Option<usize>,
    spaced: bool,
) {
    let at = out.pieces.len();
    out.pieces.push(line.body);
    out.blocks.push(Block {
        kind,
        indent: line.indent,
        quote: line.quote,
        first: index,
        last: index,
        pieces: (at, at + 1),
        parent,
        spaced,
    });
}

fn extend(out: &mut Blocks, line: &Line, index: usize) {
    if let Some(last) = out.blocks.last_mut() {
        out.pieces.push(line.body);
        last.pieces.1 += 1;
        last.last = index;
    }
}

#[cfg(test)]
mod tests {
    use crate::notes::testing::{check, said};

    #[test]
    fn cues_are_joined_by_voice() {
        let cues = "1\n00:01 --> 00:04\nI will go\nAna: and Ben is going to\n\nb7-0\n00:04 --> 00:07\nfix it";
        check(
            "x.srt",
            cues,
            said,
            &[": I will go", "Ana: and Ben is going to fix it"],
        );
        let style = "WEBVTT\n\nSTYLE\n::cue { x }\n\n00:01 --> 00:04\n<v Ana>I will go</v>";
        check("x.vtt", style, said, &["Ana: I will go"]);
    }
}
