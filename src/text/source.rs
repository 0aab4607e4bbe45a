//! The text of one file, read once.

use super::Span;

/// Something about a note that its writer may want to know; never a reason to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// 1-based line, where it has one.
    pub line: Option<u32>,
    /// One sentence without a full stop.
    pub message: String,
}

impl Notice {
    /// A notice about a whole file.
    pub fn file(message: impl Into<String>) -> Self {
        Self {
            line: None,
            message: message.into(),
        }
    }

    /// A notice about one line.
    pub fn line(line: u32, message: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            message: message.into(),
        }
    }
}

/// A file's text with its path and an index of its lines.
///
/// Lines end at `\n`; a `\r` before it belongs to the line's end, not to its text. A byte order mark is left out of
/// every line. Bytes that are no UTF-8 are replaced by U+FFFD when the text is made, so that every later span refers
/// to valid text.
#[derive(Clone, Debug)]
pub struct SourceText {
    path: String,
    text: String,
    line_starts: Vec<usize>,
    unreadable: Vec<Span>,
}

impl SourceText {
    /// Takes a text that is already valid UTF-8.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let first = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let mut line_starts = vec![first];
        line_starts.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(at, _)| at + 1),
        );
        Self {
            path: path.into(),
            text,
            line_starts,
            unreadable: Vec::new(),
        }
    }

    /// Takes a file's bytes. Text that is not UTF-8 is read with replacements and a notice; bytes that are no text at
    /// all (a NUL among the first 8 KiB) give `None` and a notice.
    pub fn from_bytes(path: impl Into<String>, bytes: Vec<u8>) -> (Option<Self>, Vec<Notice>) {
        let head = &bytes[..bytes.len().min(8192)];
        if head.contains(&0) {
            return (None, vec![Notice::file("not a text file, left out")]);
        }
        match String::from_utf8(bytes) {
            Ok(text) => (Some(Self::new(path, text)), Vec::new()),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes()[..at]
                    .iter()
                    .filter(|byte| **byte == b'\n')
                    .count();
                let (text, unreadable) = readable(error.as_bytes());
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                (
                    Some(Self {
                        unreadable,
                        ..Self::new(path, text)
                    }),
                    vec![Notice::line(
                        line,
                        "not UTF-8; unreadable bytes were replaced",
                    )],
                )
            }
        }
    }

    /// The path as the caller wrote it; `-` for standard input.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where bytes that are no UTF-8 were replaced, in order. A U+FFFD that the file itself has is none of these.
    pub fn unreadable(&self) -> &[Span] {
        &self.unreadable
    }

    /// How many lines there are. A text that ends in a line break has no further empty line.
    pub fn line_count(&self) -> usize {
        let last = self.line_starts.len() - 1;
        if self.line_starts[last] == self.text.len() {
            last
        } else {
            last + 1
        }
    }

    /// The span of a line (0-based), without its line break; empty past the end.
    pub fn line_span(&self, index: usize) -> Span {
        let Some(&start) = self.line_starts.get(index) else {
            return Span::new(self.text.len(), self.text.len());
        };
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |next| next - 1);
        let end = if end > start && self.text.as_bytes()[end - 1] == b'\r' {
            end - 1
        } else {
            end
        };
        Span::new(start, end)
    }

    /// The text of a line (0-based), without its line break.
    pub fn line(&self, index: usize) -> &str {
        self.line_span(index).of(&self.text)
    }

    /// The 1-based number of the line that holds a byte.
    pub fn line_number(&self, offset: usize) -> u32 {
        let index = self
            .line_starts
            .partition_point(|start| *start <= offset)
            .max(1);
        u32::try_from(index).unwrap_or(u32::MAX)
    }
}

/// Bytes as text, with U+FFFD in place of what is no UTF-8, and where that stands.
fn readable(bytes: &[u8]) -> (String, Vec<Span>) {
    let mut text = String::with_capacity(bytes.len());
    let mut unreadable: Vec<Span> = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().is_empty() {
            continue;
        }
        let start = text.len();
        text.push(char::REPLACEMENT_CHARACTER);
        match unreadable.last_mut().filter(|last| last.end == start) {
            Some(last) => last.end = text.len(),
            None => unreadable.push(Span::new(start, text.len())),
        }
    }
    (text, unreadable)
}

#[cfg(test)]
mod tests {
    use super::SourceText;

    #[test]
    fn lines_leave_breaks_and_marks_out() {
        let source = SourceText::new("x", "\u{feff}one\r\ntwo\n\nfour");
        let lines: Vec<&str> = (0..source.line_count())
            .map(|index| source.line(index))
            .collect();
        assert_eq!(lines, ["one", "two", "", "four"]);
        assert_eq!(
            source.line_number(source.text().find("two").unwrap_or(0)),
            2
        );
        assert_eq!(source.line_number(source.text().len()), 4);
    }

    #[test]
    fn a_final_break_adds_no_line() {
        assert_eq!(SourceText::new("x", "a\n").line_count(), 1);
        assert_eq!(SourceText::new("x", "").line_count(), 0);
    }

    #[test]
    fn bytes_that_are_no_text() {
        let (none, notices) = SourceText::from_bytes("x", b"a\0b".to_vec());
        assert!(none.is_none());
        assert_eq!(notices.len(), 1);
        let bytes = b"ok \xef\xbf\xbd\nb\xff\xfed\xc3";
        let (some, notices) = SourceText::from_bytes("x", bytes.to_vec());
        let source = some.expect("a text");
        assert_eq!(source.line(1), "b\u{fffd}\u{fffd}d\u{fffd}");
        let unreadable = source.unreadable().iter();
        let unreadable: Vec<&str> = unreadable.map(|span| span.of(source.text())).collect();
        assert_eq!(unreadable, ["\u{fffd}\u{fffd}", "\u{fffd}"]);
        assert_eq!(source.line_number(source.unreadable()[0].start), 2);
        assert_eq!(notices[0].line, Some(2));
    }
}
