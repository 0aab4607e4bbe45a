//! What is wrong with a pack, and where.

use std::ops::Range;

/// One file of a pack: its name for messages, and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackSource<'a> {
    /// Where it comes from.
    pub name: &'a str,
    /// Its TOML.
    pub text: &'a str,
}

/// What is wrong with a pack, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct PackError {
    /// The file's name.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// One sentence.
    pub message: String,
    /// The source line, and the columns to underline in it (characters, 0-based).
    pub excerpt: Option<(String, Range<usize>)>,
}

impl PackError {
    pub(super) fn at(
        source: PackSource<'_>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let start = span.start.min(source.text.len());
        let line_start = source.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_text = source.text[line_start..]
            .lines()
            .next()
            .unwrap_or("")
            .to_owned();
        let column = source.text[line_start..start].chars().count();
        let length = source
            .text
            .get(span)
            .map_or(1, |text| text.lines().next().unwrap_or("").chars().count());
        let line = 1 + source.text[..start].matches('\n').count();
        Self {
            file: source.name.to_owned(),
            line,
            message: message.into(),
            excerpt: Some((line_text, column..column + length.max(1))),
        }
    }
}
