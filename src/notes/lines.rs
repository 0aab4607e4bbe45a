//! Lines: what each begins with, before any meaning.
//!
//! Every line is looked at once, by hand, so that a note that no Markdown parser would accept still has its bullets:
//! tabs and mixed indents, numbered lists with two-space children, the odd bullets that come out of a word processor.

use crate::text::{SourceText, Span};

/// What a line is, by its first characters alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    Blank,
    /// Plain text, with or without a bullet.
    Text,
    /// `#` to `######`.
    Heading(u8),
    /// Opens or closes a fenced block.
    Fence,
    /// A row of a pipe table.
    Row,
    /// `---`, `***`, `===`: a rule, or the underline of a heading (its level).
    Rule(Option<u8>),
    /// Inside a fence or a comment: no rule looks at it.
    Code,
    /// Inside the front matter between `---` lines.
    FrontMatter,
    /// Between owed's own two markers.
    Block,
}

/// A line's outer shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub kind: LineKind,
    /// Columns of white space before the text, tabs to the next multiple of four; `>` counts as nothing.
    pub indent: u32,
    /// How many `>` stand before it.
    pub quote: u8,
    pub bullet: Option<Bullet>,
    /// The text after indent, bullet and box, without trailing white space.
    pub body: Span,
}

/// What introduces a list entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bullet {
    pub numbered: bool,
    /// `[ ]` is `Some(false)`, `[x]` is `Some(true)`.
    pub ticked: Option<bool>,
}

/// The markers between which owed keeps its own block in an agenda.
pub(super) const BLOCK_BEGIN: &str = "<!-- owed:begin";
pub(super) const BLOCK_END: &str = "<!-- owed:end";

/// Looks at every line of a source.
pub(super) fn scan(source: &SourceText) -> Vec<Line> {
    let mut lines = Vec::with_capacity(source.line_count());
    let closers = Closers::of(source);
    let mut fence: Option<(u8, usize)> = None;
    let mut comment = false;
    let mut block = false;
    let mut front_matter = false;
    for index in 0..source.line_count() {
        let span = source.line_span(index);
        let text = span.of(source.text());
        if index == 0 && text.trim_end() == "---" && closes_front_matter(source) {
            front_matter = true;
            lines.push(special(LineKind::FrontMatter, span));
            continue;
        }
        if front_matter {
            front_matter = !matches!(text.trim_end(), "---" | "...");
            lines.push(special(LineKind::FrontMatter, span));
            continue;
        }
        if block || text.contains(BLOCK_BEGIN) {
            block = !text.contains(BLOCK_END);
            lines.push(special(LineKind::Block, span));
            continue;
        }
        if comment {
            comment = !text.contains("-->");
            lines.push(special(LineKind::Code, span));
            continue;
        }
        let line = shape(source.text(), span);
        let body = line.body.of(source.text());
        if let Some((mark, length)) = fence {
            if fence_of(body).is_some_and(|(m, l)| m == mark && l >= length && bare(body, m)) {
                fence = None;
            }
            lines.push(Line {
                kind: LineKind::Code,
                ..line
            });
            continue;
        }
        if let Some(opened) = fence_of(body) {
            // A fence that never closes would hide the rest of the note.
            if closers.fence_after(index, opened) {
                fence = Some(opened);
                lines.push(Line {
                    kind: LineKind::Fence,
                    ..line
                });
                continue;
            }
        }
        if body.starts_with("<!--") && !body.contains("-->") {
            comment = closers.comment_after(index);
            if comment {
                lines.push(Line {
                    kind: LineKind::Code,
                    ..line
                });
                continue;
            }
        }
        lines.push(line);
    }
    lines
}

fn special(kind: LineKind, span: Span) -> Line {
    Line {
        kind,
        indent: 0,
        quote: 0,
        bullet: None,
        body: span,
    }
}

/// The longest front matter, in lines: those that scribes' tools write for machines name every attendee in several.
const FRONT_MATTER: usize = 2000;

/// Front matter is believed only where it closes; a leading `---` may be a mere rule.
fn closes_front_matter(source: &SourceText) -> bool {
    let has_key = |line: &str| {
        line.split_once(':')
            .is_some_and(|(key, _)| !key.trim().is_empty())
    };
    let last = source.line_count().min(FRONT_MATTER);
    let close = (1..last).find(|index| matches!(source.line(*index).trim_end(), "---" | "..."));
    close.is_some_and(|close| (1..close).any(|index| has_key(source.line(index))))
}

/// Where the last fences and comments of a note close. Asking whether something closes must not look through the rest
/// of the note each time: a note may open a hundred thousand fences and close none.
struct Closers {
    /// By mark and length: the last line with a bare fence of that length or more.
    fences: [[Option<usize>; LONGEST_FENCE + 1]; 2],
    comment: Option<usize>,
}

/// The longest fence that is believed, in bytes. Nobody writes a longer one; it would be a drawn line.
const LONGEST_FENCE: usize = 40;

impl Closers {
    fn of(source: &SourceText) -> Self {
        let mut closers = Self {
            fences: [[None; LONGEST_FENCE + 1]; 2],
            comment: None,
        };
        for index in 0..source.line_count() {
            let line = source.line(index);
            let body = line.trim_start_matches([' ', '\t', '>']).trim_end();
            if let Some((mark, length)) = fence_of(body).filter(|(mark, _)| bare(body, *mark)) {
                let lines = &mut closers.fences[usize::from(mark == b'~')];
                for line in lines.iter_mut().take(length + 1) {
                    *line = Some(index);
                }
            }
            if line.contains("-->") {
                closers.comment = Some(index);
            }
        }
        closers
    }

    fn fence_after(&self, index: usize, (mark, length): (u8, usize)) -> bool {
        let last = self.fences[usize::from(mark == b'~')].get(length);
        last.is_some_and(|last| last.is_some_and(|last| last > index))
    }

    fn comment_after(&self, index: usize) -> bool {
        self.comment.is_some_and(|last| last > index)
    }
}

pub(super) fn fence_of(body: &str) -> Option<(u8, usize)> {
    let mark = *body.as_bytes().first()?;
    if mark != b'`' && mark != b'~' {
        return None;
    }
    let length = body.bytes().take_while(|byte| *byte == mark).count();
    let info = &body[length..];
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, length))
}

fn bare(body: &str, mark: u8) -> bool {
    body.bytes().all(|byte| byte == mark)
}

/// The shape of one line on its own.
fn shape(text: &str, span: Span) -> Line {
    let bytes = text.as_bytes();
    let mut at = span.start;
    let mut indent = 0u32;
    let mut quote = 0u8;
    while at < span.end {
        match bytes[at] {
            b' ' => indent += 1,
            b'\t' => indent = (indent / 4 + 1) * 4,
            b'>' if quote < u8::MAX => {
                quote += 1;
                indent = 0;
            }
            // A no-break space, as word processors indent with it.
            0xC2 if bytes.get(at + 1) == Some(&0xA0) && at + 1 < span.end => {
                indent += 1;
                at += 1;
            }
            _ => break,
        }
        at += 1;
    }
    let end = at + without_break(&text[at..span.end]).len();
    let mut line = Line {
        kind: LineKind::Text,
        indent,
        quote,
        bullet: None,
        body: Span::new(at, end),
    };
    let body = line.body.of(text);
    if body.is_empty() {
        line.kind = LineKind::Blank;
        return line;
    }
    if let Some(level) = rule_of(body) {
        line.kind = LineKind::Rule(level);
        return line;
    }
    if let Some((level, start)) = heading_of(body) {
        line.kind = LineKind::Heading(level);
        let inner = body[start..].trim_end_matches('#').trim_end().len();
        line.body = Span::new(at + start, at + start + inner);
        return line;
    }
    // Kramdown's attributes: `{: #section1 .no_toc}`.
    if body.starts_with("{:") && body.ends_with('}') {
        line.kind = LineKind::Code;
        return line;
    }
    if body.starts_with('|') && body[1..].contains('|') {
        line.kind = LineKind::Row;
        return line;
    }
    if let Some((bullet, length)) = bullet_of(body) {
        let rest = &body[length..];
        let (ticked, box_length) = box_of(rest);
        line.bullet = Some(Bullet { ticked, ..bullet });
        let start = length + box_length;
        let start = start + (body[start..].len() - body[start..].trim_start().len());
        line.body = Span::new(at + start, end);
        // A heading inside a list entry is an entry all the same.
        if let Some((_, skip)) = heading_of(line.body.of(text)) {
            line.body.start += skip;
        }
    } else if let (Some(ticked), length) = box_of(body) {
        // A box without a bullet, as some editors paste it.
        line.bullet = Some(Bullet {
            numbered: false,
            ticked: Some(ticked),
        });
        let start = length + (body[length..].len() - body[length..].trim_start().len());
        line.body = Span::new(at + start, end);
    }
    line
}

/// A line without the white space at its end and the backslash with which Markdown breaks it.
fn without_break(line: &str) -> &str {
    let line = line.trim_end();
    match line.strip_suffix('\\') {
        Some(rest) if !rest.ends_with('\\') => rest.trim_end(),
        _ => line,
    }
}

fn heading_of(body: &str) -> Option<(u8, usize)> {
    let level = body.bytes().take_while(|byte| *byte == b'#').count();
    if level == 0 || level > 6 {
        return None;
    }
    let rest = &body[level..];
    // `#action` and `#12` are no headings; `##Notes` is meant as one.
    let spaced = rest.is_empty() || rest.starts_with([' ', '\t']);
    if !spaced && (level == 1 || !rest.starts_with(|c: char| c.is_alphabetic())) {
        return None;
    }
    Some((level as u8, level + (rest.len() - rest.trim_start().len())))
}

/// A line of three or more of the same of `-*_=~^`: a rule, or the underline of the heading above it.
fn rule_of(body: &str) -> Option<Option<u8>> {
    let mark = *body.as_bytes().first()?;
    if !b"-*_=~^".contains(&mark) {
        return None;
    }
    let count = body.bytes().filter(|byte| *byte == mark).count();
    let only = body.bytes().all(|byte| byte == mark || byte == b' ');
    if !only || count < 3 {
        return None;
    }
    let unbroken = count == body.len();
    Some(match mark {
        b'=' if unbroken => Some(1),
        b'-' if unbroken => Some(2),
        b'~' | b'^' if unbroken => Some(3),
        _ => None,
    })
}

/// The bullet at the start of a body and its length with the white space after it.
fn bullet_of(body: &str) -> Option<(Bullet, usize)> {
    let first = body.chars().next()?;
    let bullet = Bullet {
        numbered: false,
        ticked: None,
    };
    let after = |length: usize| {
        let rest = &body[length..];
        length + (rest.len() - rest.trim_start().len())
    };
    let spaced = |length: usize| {
        body[length..]
            .chars()
            .next()
            .is_none_or(char::is_whitespace)
    };
    match first {
        '-' | '+' | '*' if spaced(1) => Some((bullet, after(1))),
        // `*text` without a space, as pasted; but not `*emphasis*` or `**bold**`.
        '*' if !body[1..].contains('*') && body[1..].starts_with(char::is_alphanumeric) => {
            Some((bullet, 1))
        }
        '•' | '◦' | '▪' | '●' | '○' | '■' | '‣' | '⁃' | '∙' | '–' | '—' | '➢' | '➤'
            if first.len_utf8() == body.len() || !"–—".contains(first) || spaced(3) =>
        {
            Some((bullet, after(first.len_utf8())))
        }
        '0'..='9' => {
            let digits = body.bytes().take_while(u8::is_ascii_digit).count();
            let close = matches!(body.as_bytes().get(digits), Some(b'.' | b')'));
            (close && digits <= 3 && spaced(digits + 1)).then(|| {
                (
                    Bullet {
                        numbered: true,
                        ticked: None,
                    },
                    after(digits + 1),
                )
            })
        }
        // `a.`, `i)`: only with a bracket or in lower case, so that initials stay text.
        'a'..='z' => {
            let letters = body.bytes().take_while(u8::is_ascii_lowercase).count();
            let close = body.as_bytes().get(letters);
            let roman = letters <= 3 && body[..letters].bytes().all(|b| b"ivx".contains(&b));
            let fits = (letters == 1 && matches!(close, Some(b')' | b'.')))
                || (roman && close == Some(&b')'));
            (fits && spaced(letters + 1)).then(|| {
                (
                    Bullet {
                        numbered: true,
                        ticked: None,
                    },
                    after(letters + 1),
                )
            })
        }
        _ => None,
    }
}

/// The box at the start of a text: its state and length.
fn box_of(rest: &str) -> (Option<bool>, usize) {
    let bytes = rest.as_bytes();
    let mark = match bytes {
        [b'[', b']', ..] => return after_box(rest, false, 2),
        [b'[', mark, b']', ..] => *mark,
        _ => {
            for (sign, ticked) in [("☐", false), ("☑", true), ("✅", true), ("☒", true)] {
                if rest.starts_with(sign) {
                    return (Some(ticked), sign.len());
                }
            }
            return (None, 0);
        }
    };
    match mark {
        b' ' | b'_' => after_box(rest, false, 3),
        b'x' | b'X' | b'-' | b'~' => after_box(rest, true, 3),
        _ => (None, 0),
    }
}

/// `[x](url)` is a link, not a box.
fn after_box(rest: &str, ticked: bool, length: usize) -> (Option<bool>, usize) {
    match rest.as_bytes().get(length) {
        None | Some(b' ' | b'\t' | b'*' | b'@' | b'`' | b'~') => (Some(ticked), length),
        _ => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::{LineKind, scan};
    use crate::text::SourceText;

    fn shapes(text: &str) -> String {
        let source = SourceText::new("x.md", text);
        let mut out = String::new();
        for line in scan(&source) {
            let kind = match line.kind {
                LineKind::Blank => "blank".to_owned(),
                LineKind::Text => "text".to_owned(),
                LineKind::Heading(level) => format!("h{level}"),
                LineKind::Fence => "fence".to_owned(),
                LineKind::Row => "row".to_owned(),
                LineKind::Rule(level) => format!("rule{}", level.unwrap_or(0)),
                LineKind::Code => "code".to_owned(),
                LineKind::FrontMatter => "front".to_owned(),
                LineKind::Block => "block".to_owned(),
            };
            let bullet = match line.bullet {
                None => "",
                Some(bullet) => match (bullet.numbered, bullet.ticked) {
                    (true, _) => " 1.",
                    (_, None) => " -",
                    (_, Some(false)) => " [ ]",
                    (_, Some(true)) => " [x]",
                },
            };
            let body = line.body.of(source.text());
            out.push_str(&format!(
                "{kind}{bullet} {}{} {body}\n",
                line.indent,
                ">".repeat(line.quote.into())
            ));
        }
        out
    }

    fn check(text: &str, expected: &[&str]) {
        let shapes = shapes(text);
        let got: Vec<&str> = shapes.lines().map(str::trim_end).collect();
        assert_eq!(got, expected, "of {text:?}");
    }

    #[test]
    fn a_backslash_breaks_a_line() {
        check(
            "- a\\\nb \\\nc\\\\",
            &["text - 0 a", "text 0 b", "text 0 c\\\\"],
        );
    }

    #[test]
    fn bullets_of_many_hands() {
        check(
            "- a\n\t* b\n  + c",
            &["text - 0 a", "text - 4 b", "text - 2 c"],
        );
        check(
            "1. a\n   1) b\na) c\nii) d",
            &["text 1. 0 a", "text 1. 3 b", "text 1. 0 c", "text 1. 0 d"],
        );
        check(
            "● a\n\u{a0}\u{a0}◦ b\n*c d\n– e",
            &["text - 0 a", "text - 2 b", "text - 0 c d", "text - 0 e"],
        );
        check(
            "*so* it is\n**Ana**: x\n-- no",
            &["text 0 *so* it is", "text 0 **Ana**: x", "text 0 -- no"],
        );
    }

    #[test]
    fn boxes() {
        check(
            "- [ ] a\n* [x] b\n[ ] c\n- [] d",
            &[
                "text [ ] 0 a",
                "text [x] 0 b",
                "text [ ] 0 c",
                "text [ ] 0 d",
            ],
        );
        check(
            "- [x](y) a\n- [Ana] b",
            &["text - 0 [x](y) a", "text - 0 [Ana] b"],
        );
    }

    #[test]
    fn headings_and_rules() {
        check(
            "# A\n##B ##\n#action x\n#12",
            &["h1 0 A", "h2 0 B", "text 0 #action x", "text 0 #12"],
        );
        check(
            "A\n===\n---\n* * *",
            &["text 0 A", "rule1 0 ===", "rule2 0 ---", "rule0 0 * * *"],
        );
        check("> > a\n>b", &["text 1>> a", "text 0> b"]);
    }

    #[test]
    fn fences_hide_only_when_they_close() {
        check(
            "```\nx\n```\ny",
            &["fence 0 ```", "code 0 x", "code 0 ```", "text 0 y"],
        );
        check("```\nx", &["text 0 ```", "text 0 x"]);
        check(
            "<!-- a\nb -->\nc",
            &["code 0 <!-- a", "code 0 b -->", "text 0 c"],
        );
        check(
            "---\ndate: x\n---\ny",
            &["front 0 ---", "front 0 date: x", "front 0 ---", "text 0 y"],
        );
        check("---\nx\n", &["rule2 0 ---", "text 0 x"]);
    }

    #[test]
    fn owed_s_own_block() {
        check(
            "<!-- owed:begin -->\n- [ ] a\n<!-- owed:end -->\nb",
            &[
                "block 0 <!-- owed:begin -->",
                "block 0 - [ ] a",
                "block 0 <!-- owed:end -->",
                "text 0 b",
            ],
        );
    }
}
