//! Corrections in a log: `s/old/new/` mends the nearest line above that has the old words.

use super::blocks::{BlockKind, Blocks};
use crate::text::Span;

/// Words of a log and what is to be read instead, both in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Correction {
    pub place: Span,
    pub by: Span,
}

/// What a line asks to be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Command {
    old: Span,
    new: Span,
    /// `s/old/new/g`: in all the lines above.
    all: bool,
}

/// How many lines up the old words are looked for.
const LINES: usize = 60;

/// The longest part of a command, in bytes.
const LONGEST: usize = 200;

/// How far into a line the old words are looked for, in characters.
const DEEPEST: usize = 1000;

/// Reads `s/old/new/`, `s|old|new|` and `s/old/new/g`; the last sign may be missing.
pub(super) fn parse(text: &str, body: Span) -> Option<Command> {
    let line = body.of(text).trim_end();
    let sign = line.strip_prefix('s')?.chars().next()?;
    if !matches!(sign, '/' | '|') || line.len() > 3 * LONGEST {
        return None;
    }
    let mut parts = line[2..].split(sign);
    let (old, new, flags) = (parts.next()?, parts.next()?, parts.next().unwrap_or(""));
    let fits = !old.trim().is_empty() && old != new && parts.next().is_none();
    if !fits || !matches!(flags, "" | "g" | "G") {
        return None;
    }
    let start = body.start + 2;
    let then = start + old.len() + 1;
    Some(Command {
        old: Span::new(start, start + old.len()),
        new: Span::new(then, then + new.len()),
        all: !flags.is_empty(),
    })
}

/// Corrects the lines above. Says whether any had the words.
pub(super) fn apply(text: &str, command: Command, blocks: &mut Blocks) -> bool {
    let old = command.old.of(text);
    let mut found = false;
    for block in blocks.blocks.iter().rev().take(LINES) {
        if !matches!(block.kind, BlockKind::Said(_)) {
            continue;
        }
        for piece in &blocks.pieces[block.pieces.0..block.pieces.1] {
            if parse(text, *piece).is_some() {
                continue;
            }
            let line = piece.of(text);
            let deepest = line.char_indices().nth(DEEPEST);
            let line = deepest.map_or(line, |(end, _)| &line[..end]);
            let Some(at) = line.find(old) else {
                continue;
            };
            let place = Span::new(piece.start + at, piece.start + at + old.len());
            let near = blocks.corrections.iter().rev().take(LINES);
            if near.into_iter().any(|known| known.place.overlaps(place)) {
                continue;
            }
            blocks.corrections.push(Correction {
                place,
                by: command.new,
            });
            found = true;
            if !command.all {
                return true;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::notes::testing::{check, said};
    use crate::notes::{Note, Turn};

    fn words(note: &Note, turn: &Turn, text: &str) -> String {
        note.plain.written(text, turn.text, true)
    }

    #[test]
    fn the_nearest_line_above_is_mended() {
        check(
            "x.txt",
            "<a> scribe: a\n<a> Ana: the sceham is new\n<a> ... the sceham!\n<b> s/sceham/schema/\n<b> ok",
            words,
            &["the sceham is new", "the schema!", "ok"],
        );
        check(
            "x.txt",
            "<a> foo x\n<b> foo y\n<a> s|foo|foobar|g",
            words,
            &["foobar x", "foobar y"],
        );
        check(
            "x.txt",
            "<a> look at x/* tody\n<a> s/tody/today/",
            words,
            &["look at x/* today"],
        );
        check(
            "x.txt",
            "<a> do not go\n<a> s/ not//\n<b> hi",
            words,
            &["do go", "hi"],
        );
    }

    #[test]
    fn labels_are_mended() {
        let log = |command: &str| format!("<a> scribe: a\n<a> Mirko: I will go\n<b> {command}");
        check("x.txt", &log("s/Mirko/Lena/"), said, &["Lena: I will go"]);
        check(
            "x.txt",
            &log("s/Mirko: I/Lena: we/"),
            said,
            &[": I will go"],
        );
        check("x.txt", &log("s/irk/ill/"), said, &[": I will go"]);
    }

    #[test]
    fn what_corrects_nothing_is_talk() {
        check(
            "x.txt",
            "<a> see s/he\n<b> s/foo/bar/\n<a> a/b/c/",
            words,
            &["see s/he", "s/foo/bar/", "a/b/c/"],
        );
    }
}
