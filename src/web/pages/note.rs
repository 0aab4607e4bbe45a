//! The lines of a note around one of them.

use super::{Shell, Viewer};
use crate::ledger::LedgerError;
use crate::text::SourceText;
use crate::views::one_line;
use crate::web::Board;
use maud::{Markup, html};
use std::fs::File;
use std::io::Read;

/// Lines before and after the one that is asked for.
const AROUND: usize = 300;
/// The largest note that is shown, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// A note as it is on the disk now. None where the ledger has read no note of that name: a board shows no other file.
pub(crate) fn page(
    board: &Board,
    viewer: &Viewer,
    path: &str,
    line: usize,
) -> Result<Option<Markup>, LedgerError> {
    let note = board.read(|ledger| ledger.note(path))?;
    if !board.is_note(path, note.is_some()) {
        return Ok(None);
    }
    let source = read(board, path);
    let content = html! {
        h1 { (one_line(path)) }
        @match source {
            Ok(source) => (lines(&source, path, line)),
            Err(why) => p.notice id="notice" role="alert" { "The note cannot be shown: " (why) },
        }
    };
    let shell = Shell {
        title: &one_line(path),
        viewer,
        version: "",
    };
    Ok(Some(shell.around(&content)))
}

fn read(board: &Board, path: &str) -> Result<SourceText, String> {
    let mut bytes = Vec::new();
    File::open(board.settings.root.join(path))
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is too large".to_owned());
    }
    SourceText::from_bytes(path, bytes)
        .0
        .ok_or_else(|| "it is no text".to_owned())
}

fn lines(source: &SourceText, path: &str, wanted: usize) -> Markup {
    let all = source.line_count();
    let wanted = wanted.clamp(1, all.max(1));
    let first = wanted.saturating_sub(AROUND).max(1);
    let last = (wanted + AROUND).min(all);
    let at = |line: usize| super::line_address(path, u32::try_from(line).unwrap_or(u32::MAX));
    html! {
        @if first > 1 { p { a href=(at(first)) { "Earlier lines" } } }
        ol.note start=(first) {
            @for number in first..=last {
                li id={ "L" (number) } value=(number) {
                    code { (source.line(number - 1).trim_end_matches(['\r', '\n'])) }
                }
            }
        }
        @if last < all { p { a href=(at(last)) { "Later lines" } } }
    }
}
