//! owed's own part of an agenda file: finding it, reading what people ticked in it, writing it
//! anew.
//!
//! The block stands between two comment lines. Everything outside them belongs to people and is
//! never touched. Inside, an entry is a list entry that carries its item's id in a comment; what
//! else people wrote there is kept, below the block, when the block is written anew.

use super::agenda::{DETAILS, NOTHING};
use super::lines::{BEGIN, END, Line, is_marker, lines, list_entry};
use super::place;
use crate::items::{ItemId, Mark};
use crate::reconcile::Tick;

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

/// What people ticked: every entry of the block, with its mark, in order. A file without a whole
/// block has none.
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

/// Puts a block, as [`super::agenda::render`] makes it, into a file's text: in the place of the one
/// that is there; else at the end of its agenda section, or of the section with the `wanted`
/// heading; else at the end of the file. Its line breaks are those of the file. Writing the same
/// block again changes nothing.
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

/// Puts a first block in.
fn insert(text: &str, lines: &[Line<'_>], block: &str, wanted: Option<&str>) -> Written {
    let newline = newline(text);
    let section = place::section(lines, wanted);
    let (last, placed) = match section {
        Some(section) => (Some(section.last), Placed::Section(section.heading)),
        None => (lines.iter().rposition(|line| !line.is_blank()), Placed::End),
    };
    let at = last.map_or(bom(text, 0), |last| lines[last].next);
    let (before, after) = text.split_at(at);
    let mut out = before.to_owned();
    if last.is_some() {
        if !before.ends_with('\n') {
            out.push_str(newline);
        }
        out.push_str(newline);
    }
    out.push_str(block);
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

/// An entry or a paragraph inside the block, with the lines that go on in it.
struct Piece<'t> {
    /// Its first line, from 0.
    line: usize,
    indent: usize,
    after_blank: bool,
    is_entry: bool,
    lines: Vec<&'t str>,
    /// Its words on one line, without a list marker.
    text: String,
}

fn pieces<'t>(lines: &[Line<'t>], from: usize, to: usize) -> Vec<Piece<'t>> {
    let mut pieces: Vec<Piece<'t>> = Vec::new();
    let mut open = false;
    let mut after_blank = false;
    for (line, at) in lines[from..to].iter().zip(from..) {
        let entry = list_entry(line.text);
        if line.is_blank() {
            (open, after_blank) = (false, true);
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
                after_blank,
                is_entry: entry.is_some(),
                lines: vec![line.text],
                text: entry.map_or(line.text, |(_, text)| text).trim().to_owned(),
            });
            (open, after_blank) = (true, false);
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
        let inner = self
            .text
            .strip_prefix('[')
            .and_then(|text| text.split_once(']'));
        match inner {
            Some((mark, rest)) if mark.chars().count() <= 1 => (Some(mark.trim()), rest.trim()),
            _ => (None, &self.text),
        }
    }

    /// A tick wins over a strike: people strike what is done, too.
    fn mark(&self) -> Mark {
        let (mark, words) = self.boxed();
        let is_struck = ["~~", "<s>", "<del>"]
            .iter()
            .any(|strike| words.starts_with(strike));
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
        let words = words
            .rsplit_once("<!-- owed:")
            .map_or(words, |(words, _)| words);
        words
            .rsplit_once(DETAILS)
            .map_or(words, |(words, _)| words)
            .trim()
    }

    /// Whether it is a title or the name of a group, as we write them.
    fn is_frame(&self) -> bool {
        let bold = self
            .text
            .strip_prefix("**")
            .and_then(|text| text.strip_suffix("**"));
        bold.is_some_and(|inner| !inner.contains("**")) || self.text == NOTHING
    }
}

/// The lines to keep of an old block: what people wrote under or after an entry, below the entry's
/// words as a plain bullet, and what they wrote between entries. A blank line goes before each
/// group.
fn kept(pieces: &[Piece<'_>]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut entry: Option<&Piece<'_>> = None;
    // What the last kept line belongs to: the line of an entry, or nothing.
    let mut group: Option<Option<usize>> = None;
    for piece in pieces {
        if piece.is_frame() {
            (entry, group) = (None, None);
            continue;
        }
        let id = piece.id();
        if id.is_some() {
            (entry, group) = (Some(piece), None);
        } else if entry.is_some_and(|entry| piece.indent <= entry.indent) {
            entry = None;
        }
        if id.as_ref().is_some_and(|(_, remark)| remark.is_empty()) {
            continue;
        }
        let of = entry.map(|entry| entry.line);
        if group != Some(of) || piece.after_blank {
            kept.push(String::new());
        }
        if let Some(entry) = entry.filter(|_| group != Some(of)) {
            kept.push(format!("- {}", entry.words()));
        }
        group = Some(of);
        match (id, entry) {
            (Some((_, remark)), _) => kept.push(format!("  - {remark}")),
            // What is below an entry stays two columns inside its bullet.
            (None, Some(entry)) => {
                let off = (entry.indent + 2).min(piece.indent);
                kept.extend(
                    piece
                        .lines
                        .iter()
                        .map(|line| format!("  {}", dedent(line, off))),
                );
            }
            (None, None) => kept.extend(piece.lines.iter().map(|line| dedent(line, piece.indent))),
        }
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

#[cfg(test)]
mod tests {
    use super::{BlockError, Placed, read_block, write_block};
    use crate::items::Mark;
    use crate::views::agenda::{Options, render};
    use crate::views::testing::item;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// A block with two items of Ana's.
    fn block() -> String {
        let items = [
            item(&["Ana"], "write the guide", date(2025, 4, 24)),
            item(
                &["Ana"],
                "ask <!-- owed:end --> about keys",
                date(2025, 4, 10),
            ),
        ];
        let options = Options {
            meeting: Some(date(2025, 5, 8)),
            title: "Open items",
            directory: "/p/notes/core/2025",
            root: "/p",
        };
        render(&items, &options)
    }

    fn write(text: &str) -> (String, Placed) {
        let written = write_block(text, &block(), None).expect("fits");
        (written.text, written.placed)
    }

    fn in_section(heading: &str) -> Placed {
        Placed::Section(heading.to_owned())
    }

    /// `BLOCK` in `expected` stands for the block; line breaks are those of `expected`.
    #[track_caller]
    fn check(text: &str, expected: &str, placed: &Placed) {
        let newline = if expected.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let expected = expected.replace("BLOCK", &block().replace('\n', newline));
        let (first, place) = write(text);
        assert_eq!(first, expected);
        assert_eq!(place, *placed);
        assert_eq!(write(&first), (first.clone(), Placed::Replaced));
    }

    #[test]
    fn the_first_block_goes_into_the_agenda() {
        check(
            "# Core\n\n## Agenda\n\n1. Welcome\n1. Other items\n   1. _yours_\n\n## Attendees\n\n- Ana\n",
            "# Core\n\n## Agenda\n\n1. Welcome\n1. Other items\n   1. _yours_\n\nBLOCK\n\n## Attendees\n\n- Ana\n",
            &in_section("Agenda"),
        );
        check(
            "## Agenda\n- a\n## Notes\n",
            "## Agenda\n- a\n\nBLOCK\n\n## Notes\n",
            &in_section("Agenda"),
        );
        check("## Agenda", "## Agenda\n\nBLOCK", &in_section("Agenda"));
        check(
            "## Agenda\n\n\n---\n\n# N\n",
            "## Agenda\n\nBLOCK\n\n\n---\n\n# N\n",
            &in_section("Agenda"),
        );
    }

    #[test]
    fn without_an_agenda_it_goes_to_the_end() {
        check("# Core\n", "# Core\n\nBLOCK\n", &Placed::End);
        check("# Core", "# Core\n\nBLOCK", &Placed::End);
        check("# Core\n\n\n", "# Core\n\nBLOCK\n\n\n", &Placed::End);
        check("", "BLOCK\n", &Placed::End);
        check("\n", "BLOCK\n\n", &Placed::End);
        check("\u{feff}\n", "\u{feff}BLOCK\n\n", &Placed::End);
    }

    #[test]
    fn line_breaks_stay() {
        check(
            "\u{feff}## Agenda\r\n\r\n* a\r\n\r\n## Notes\r\n",
            "\u{feff}## Agenda\r\n\r\n* a\r\n\r\nBLOCK\r\n\r\n## Notes\r\n",
            &in_section("Agenda"),
        );
        let (text, _) = write("a\r\nb\nc\n");
        assert!(text.starts_with("a\r\nb\nc\n\n<!-- owed:begin"), "{text}");
    }

    #[test]
    fn marks_are_read_back() {
        let ticked = |box_: &str| {
            let text = block().replacen("- [ ]", box_, 1);
            read_block(&text)
                .into_iter()
                .map(|tick| tick.mark)
                .collect::<Vec<_>>()
        };
        for (box_, mark) in [
            ("- [ ]", Mark::Open),
            ("- [x]", Mark::Done),
            ("- [X]", Mark::Done),
            ("* [-]", Mark::Dropped),
            ("- [?]", Mark::Open),
            ("1. [x]", Mark::Done),
            ("-", Mark::Open),
        ] {
            assert_eq!(ticked(box_), [mark, Mark::Open], "{box_}");
        }
        let struck = block().replacen("write the guide", "~~write the guide~~", 1);
        assert_eq!(read_block(&struck)[1].mark, Mark::Dropped);
        let both = struck.replace("- [ ]", "- [x]");
        assert_eq!(read_block(&both)[1].mark, Mark::Done);
        assert_eq!(read_block(&struck)[1].line, 6);
        assert_eq!(read_block("- [x] a <!-- owed:vnv2en78dr6a -->\n"), []);
    }

    #[test]
    fn an_entry_may_be_wrapped() {
        let wrapped = block()
            .replace("  - [ ] write", "  * [x] write")
            .replace(" — since", " —\n    since")
            .replace(" <!-- owed:v", "\n    <!-- owed:v");
        let marks: Vec<Mark> = read_block(&wrapped).iter().map(|tick| tick.mark).collect();
        assert_eq!(marks, [Mark::Open, Mark::Done]);
        assert_eq!(write(&wrapped).0, block());
    }

    #[test]
    fn what_people_wrote_is_kept_below() {
        let ours = block();
        let written_in = ours
            .replace(
                "vnv2en78dr6a -->",
                "vnv2en78dr6a --> done in #12\n    - Ben: thanks!\n      - really",
            )
            .replace(
                "<!-- owed:end -->",
                "- [ ] Chidi: a new one\nand\n\nsome text\n<!-- owed:end -->",
            );
        let text = format!("# Core\n\n{written_in}\n## Notes\n");
        let written = write_block(&text, &ours, None).expect("fits");
        let kept = "- write the guide\n  - done in #12\n  - Ben: thanks!\n    - really\n\n\
                    - [ ] Chidi: a new one\nand\n\nsome text\n";
        assert_eq!(
            written.text,
            format!("# Core\n\n{ours}\n\n{kept}\n## Notes\n")
        );
        assert_eq!(written.kept, 7);
        assert_eq!(write(&written.text).0, written.text);
    }

    #[test]
    fn a_block_that_is_not_whole_is_left_alone() {
        let cases = [
            ("a\n<!-- owed:begin -->\nb\n", BlockError::NoEnd { line: 2 }),
            ("a\n\n<!-- owed:end -->\n", BlockError::NoBegin { line: 3 }),
            (
                "<!-- owed:begin -->\n<!-- owed:end -->\n<!-- owed:begin x -->\n",
                BlockError::Two {
                    first: 1,
                    second: 3,
                },
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(write_block(text, &block(), None), Err(expected));
            assert_eq!(read_block(text), []);
        }
    }

    #[test]
    fn markers_in_code_are_text() {
        let text = "```\n<!-- owed:begin -->\n<!-- owed:end -->\n```\nuse <!-- owed:begin --> so\n";
        let (written, placed) = write(text);
        assert_eq!(placed, Placed::End);
        assert_eq!(written, format!("{text}\n{}\n", block()));
    }

    fn agenda_line() -> impl Strategy<Value = String> {
        const FIXED: &[&str] = &[
            "## Agenda",
            "# Notes",
            "",
            "- a",
            "1. b",
            "---",
            "```",
            "<!--",
            "-->",
            "===",
            "**Agenda**",
            "Agenda:",
            "    code",
            "<!-- owed:begin -->",
            "<!-- owed:end -->",
            "  - [x] a <!-- owed:vnv2en78dr6a -->",
            "\u{feff}x",
            "> q",
            "~~~",
        ];
        prop_oneof![
            proptest::sample::select(FIXED).prop_map(str::to_owned),
            "[ -~]{0,12}",
            "\\PC{0,6}",
        ]
    }

    fn text() -> impl Strategy<Value = String> {
        let line = (
            agenda_line(),
            proptest::sample::select(["\n", "\r\n"].as_slice()),
        );
        (proptest::collection::vec(line, 0..14), agenda_line()).prop_map(|(lines, last)| {
            let lines: String = lines.into_iter().map(|(line, end)| line + end).collect();
            lines + &last
        })
    }

    proptest! {
        /// Taking the block out again leaves the file as it was, but for blank lines around the
        /// block.
        #[test]
        fn nothing_else_changes(text in text()) {
            let Ok(written) = write_block(&text, &block(), None) else {
                return Ok(());
            };
            let again = write_block(&written.text, &block(), None).map(|again| again.text);
            prop_assert_eq!(again.as_ref(), Ok(&written.text));
            prop_assert_eq!(read_block(&written.text).len(), 2);
            if written.placed != Placed::Replaced {
                let lf = block();
                let crlf = lf.replace('\n', "\r\n");
                let found = written.text.find(&lf).map(|at| (at, lf.len()));
                let found = found.or_else(|| written.text.find(&crlf).map(|at| (at, crlf.len())));
                let (at, length) = found.expect("the block is in the text");
                let (before, after) = (&written.text[..at], &written.text[at + length..]);
                let cut = before.trim_end_matches(['\r', '\n']).len();
                prop_assert!(text.starts_with(&before[..cut]));
                let rest = after.trim_start_matches(['\r', '\n']);
                prop_assert!(text.ends_with(rest));
                let blank = text[cut..text.len() - rest.len()].trim_matches(['\r', '\n']);
                prop_assert_eq!(blank, "");
            }
        }
    }
}
