//! What is opened in a note and never closed.

use super::BLOCK_MARKERS;
use super::html;
use super::lines::{self, LineKind, fence_of};
use crate::text::{SourceText, Span};

/// What a line opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Fenced code. It is read as text.
    Code,
    /// An HTML comment. It is read as text.
    Comment,
    /// owed's block. All below it is taken for the block.
    Block,
}

/// The lines that open something that no later line closes, in order.
pub fn unclosed(source: &SourceText) -> Vec<(Opened, Span)> {
    if html::is_html(source) {
        return unclosed_comments(source.text());
    }
    let mut found = Vec::new();
    let mut block = None;
    for line in lines::scan(source) {
        let body = line.body.of(source.text());
        match line.kind {
            LineKind::Block => {
                block = block.or(Some(line.body));
                if body.contains(BLOCK_MARKERS.1) {
                    block = None;
                }
            }
            LineKind::Code | LineKind::Fence | LineKind::FrontMatter => {}
            _ if fence_of(body).is_some() => found.push((Opened::Code, line.body)),
            _ if body.starts_with("<!--") && !body.contains("-->") => {
                found.push((Opened::Comment, line.body));
            }
            _ => {}
        }
    }
    found.extend(block.map(|line| (Opened::Block, line)));
    found
}

/// The comments of minutes in HTML that are never closed, owed's block among them. Signs of Markdown open nothing there.
fn unclosed_comments(text: &str) -> Vec<(Opened, Span)> {
    let mut found = Vec::new();
    let last = text.rfind("-->").unwrap_or(0);
    let mut at = 0;
    while let Some(open) = text[at..].find("<!--").map(|open| at + open) {
        let rest = &text[open..];
        let is_block = rest.starts_with(BLOCK_MARKERS.0);
        let close = if is_block {
            rest.find(BLOCK_MARKERS.1)
        } else {
            (open < last).then_some(0)
        };
        at = match close {
            Some(close) => {
                let end = rest[close..].find("-->").map(|end| close + end + 3);
                open + end.unwrap_or(rest.len())
            }
            None => {
                let opened = if is_block {
                    Opened::Block
                } else {
                    Opened::Comment
                };
                let line = rest.lines().next().unwrap_or(rest);
                found.push((opened, Span::new(open, open + line.len()).trimmed(text)));
                if is_block { text.len() } else { open + 4 }
            }
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Opened, unclosed};
    use crate::text::SourceText;

    #[test]
    fn what_is_never_closed() {
        let check = |text: &str, expected: &[(Opened, &str)]| {
            let path = if text.starts_with('<') && !text.starts_with("<!") {
                "x.html"
            } else {
                "x.md"
            };
            let source = SourceText::new(path, text);
            let found: Vec<(Opened, &str)> = unclosed(&source)
                .into_iter()
                .map(|(opened, span)| (opened, span.of(source.text())))
                .collect();
            assert_eq!(found, expected, "{text}");
        };
        check("```\nx\n```\n<!-- a\nb -->\n", &[]);
        check("a\n```rust\nx\n", &[(Opened::Code, "```rust")]);
        check("~~~\nx\n~~~\n<!-- a\n- b\n", &[(Opened::Comment, "<!-- a")]);
        check("<!-- owed:begin x -->\n- a\n<!-- owed:end -->\nb\n", &[]);
        check(
            "a\n<!-- owed:begin x -->\n- b\n\nc\n",
            &[(Opened::Block, "<!-- owed:begin x -->")],
        );
        check("<pre>\n```\n</pre><!-- a -->", &[]);
        check("<p>\n<!-- a\nb", &[(Opened::Comment, "<!-- a")]);
        check(
            "<p><!-- owed:begin x -->\n<!-- a -->",
            &[(Opened::Block, "<!-- owed:begin x -->")],
        );
    }
}
