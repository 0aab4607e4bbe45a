//! The lines of a Markdown file, as far as owed's block needs to know them.

/// How the line begins that begins the block.
pub(super) const BEGIN: &str = "<!-- owed:begin";
/// How the line begins that ends the block.
pub(super) const END: &str = "<!-- owed:end";

/// Whether a line is a marker: a comment alone on its line.
pub(super) fn is_marker(text: &str, marker: &str) -> bool {
    let rest = text.trim().strip_prefix(marker);
    rest.and_then(|rest| rest.strip_suffix("-->"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// One line and where it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// Its first byte.
    pub(super) start: usize,
    /// One past its line break; the end of the text for a last line without one.
    pub(super) next: usize,
    /// Its text, without line break and byte order mark.
    pub(super) text: &'t str,
    /// Whether it stands in fenced code, in an HTML comment of several lines or in front matter,
    /// where Markdown means nothing.
    pub(super) inert: bool,
}

impl Line<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Cuts a text into lines.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive('\n') {
        let next = start + piece.len();
        let piece = piece.strip_suffix('\n').unwrap_or(piece);
        let piece = piece.strip_suffix('\r').unwrap_or(piece);
        lines.push(Line {
            start,
            next,
            text: piece.strip_prefix('\u{feff}').unwrap_or(piece),
            inert: false,
        });
        start = next;
    }
    mark_inert(&mut lines);
    lines
}

/// A region counts only where it ends: a fence that is never closed would hide the rest of the
/// file, and with it the block that is there.
fn mark_inert(lines: &mut [Line<'_>]) {
    let mut at = 0;
    while at < lines.len() {
        let last = region_end(lines, at);
        if let Some(last) = last {
            for line in &mut lines[at..=last] {
                line.inert = true;
            }
        }
        at = last.unwrap_or(at) + 1;
    }
}

/// The last line of the region without Markdown that starts on line `at`.
fn region_end(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let text = lines[at].text.trim();
    let mut later = lines.iter().enumerate().skip(at + 1);
    if at == 0 && text == "---" {
        return later
            .find(|(_, line)| matches!(line.text.trim_end(), "---" | "..."))
            .map(|(last, _)| last);
    }
    if let Some((mark, length)) = fence(text) {
        let closes = |text: &str| text.len() >= length && text.chars().all(|c| c == mark);
        return later
            .find(|(_, line)| closes(line.text.trim()))
            .map(|(last, _)| last);
    }
    let open = text.rfind("<!--")?;
    if text[open..].contains("-->") {
        return None;
    }
    // A comment that is never closed would end at a marker, which is a comment itself and must not
    // be lost in it.
    let is_any_marker = |text| is_marker(text, BEGIN) || is_marker(text, END);
    later
        .find(|(_, line)| line.text.contains("-->"))
        .filter(|(_, line)| !is_any_marker(line.text))
        .map(|(last, _)| last)
}

/// The character and the length of the mark that opens fenced code.
fn fence(text: &str) -> Option<(char, usize)> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    // "```x```" on one line is a code span.
    (length >= 3 && !text[length..].contains('`')).then_some((mark, length))
}

/// The text after a list marker (`-`, `*`, `+`, `1.`, `1)`), with the width of the indent before
/// it.
pub(super) fn list_entry(text: &str) -> Option<(usize, &str)> {
    let inner = text.trim_start();
    let indent = text.len() - inner.len();
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let after = if digits > 0 {
        inner[digits..].strip_prefix(['.', ')'])?
    } else {
        inner.strip_prefix(['-', '*', '+'])?
    };
    if !after.is_empty() && !after.starts_with([' ', '\t']) {
        return None;
    }
    Some((indent, after.trim()))
}

#[cfg(test)]
mod tests {
    use super::{lines, list_entry};

    #[test]
    fn what_markdown_does_not_reach() {
        let text = "---\ntitle: x\n---\na\n```\nb\n```\n<!-- c\nd -->\n<!-- e -->\n~~~ f\ng\n";
        let inert: Vec<bool> = lines(text).iter().map(|line| line.inert).collect();
        let expected = [
            true, true, true, false, true, true, true, true, true, false, false, false,
        ];
        assert_eq!(inert, expected);
    }

    #[test]
    fn lines_cover_the_text() {
        let text = "\u{feff}a\r\n\nb";
        let lines = lines(text);
        let texts: Vec<&str> = lines.iter().map(|line| line.text).collect();
        assert_eq!(texts, ["a", "", "b"]);
        assert_eq!(lines.last().map(|line| line.next), Some(text.len()));
        assert!(super::lines("").is_empty());
    }

    #[test]
    fn entries_of_lists() {
        assert_eq!(list_entry("  - [ ] a "), Some((2, "[ ] a")));
        assert_eq!(list_entry("12) a"), Some((0, "a")));
        assert_eq!(list_entry("*"), Some((0, "")));
        for text in ["**a**", "2025 was", "-a", "", "a"] {
            assert_eq!(list_entry(text), None, "{text}");
        }
    }
}
