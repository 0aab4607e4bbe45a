//! Minutes in HTML: blocks out of tags.
//!
//! Like [`super::lines`], this is no parser: real minutes leave tags open and nest them wrongly. Tags that begin a block
//! end the one before it; tags within words stay where they are, for [`super::plain`] takes them off.

use super::blocks::{Block, BlockKind, Blocks};
use super::lines::{BLOCK_BEGIN, BLOCK_END, Bullet};
use super::plain::near;
use crate::text::{SourceText, Span};

/// Whether a source is HTML: by its name, by how it begins, or because most of its lines begin with a block's tag.
pub(super) fn is_html(source: &SourceText) -> bool {
    let path = source.path().to_lowercase();
    if path.ends_with(".html") || path.ends_with(".htm") {
        return true;
    }
    let lines = (0..source.line_count()).map(|index| source.line(index).trim());
    let mut lines = lines.filter(|line| !line.is_empty()).take(100).peekable();
    let begins = |line: &str, start: &str| {
        line.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    if lines
        .peek()
        .is_some_and(|first| begins(first, "<!doctype html") || begins(first, "<html"))
    {
        return true;
    }
    let (mut seen, mut tagged) = (0usize, 0usize);
    for line in lines {
        seen += 1;
        tagged += usize::from(tag_at(line, 0).is_some_and(|tag| tag.is_block()));
    }
    seen >= 3 && tagged * 3 >= seen * 2
}

/// A tag: its name in lower case, whether it ends an element, and its place.
pub(super) struct Tag<'t> {
    pub name: String,
    closing: bool,
    attributes: &'t str,
    /// Where the text goes on after it.
    pub end: usize,
}

/// The longest tag that is believed, in bytes.
const LONGEST_TAG: usize = 2000;

/// The tag that begins at a byte of a text.
pub(super) fn tag_at(text: &str, at: usize) -> Option<Tag<'_>> {
    let rest = text[at..].strip_prefix('<')?;
    let inner = rest.strip_prefix('/').unwrap_or(rest);
    let name = inner
        .bytes()
        .take(12)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let close = rest
        .bytes()
        .take(LONGEST_TAG)
        .position(|byte| byte == b'>')?;
    let skipped = rest.len() - inner.len() + name;
    Some(Tag {
        name: inner[..name].to_ascii_lowercase(),
        closing: inner.len() < rest.len(),
        attributes: &rest[skipped.min(close)..close],
        end: at + 1 + close + 1,
    })
}

/// A named or numbered character at the start of a text, `&mdash;`, `&#8217;`, and its length.
pub(super) fn entity(rest: &str) -> Option<(char, usize)> {
    let length = rest.bytes().take(12).position(|byte| byte == b';')?;
    let name = &rest[1..length];
    let numbered = name.strip_prefix('#').and_then(|number| {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let code = match hexadecimal {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        code.ok().and_then(char::from_u32)
    });
    let named = || {
        Some(match name {
            "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" | "ldquo" | "rdquo" => '"',
            "apos" | "lsquo" | "rsquo" => '\'',
            "mdash" => '—',
            "ndash" => '–',
            "hellip" => '…',
            "rarr" => '→',
            "bull" | "middot" => '•',
            _ => return None,
        })
    };
    let found = numbered.or_else(named)?;
    (!found.is_control()).then_some((found, length + 1))
}

/// Words that a tag at the start of a text strikes through, and where its element ends.
pub(super) fn struck(text: &str) -> Option<(Span, usize)> {
    let open = tag_at(text, 0).filter(|tag| tag.strikes() && !tag.closing)?;
    let inner = near(&text[open.end..]);
    let closes = |(at, _)| {
        let tag = tag_at(inner, at).filter(|tag| tag.closing && tag.name == open.name)?;
        Some((Span::new(open.end, open.end + at), open.end + tag.end))
    };
    inner.match_indices("</").find_map(closes)
}

impl Tag<'_> {
    fn strikes(&self) -> bool {
        matches!(self.name.as_str(), "s" | "del" | "strike")
    }

    fn level(&self) -> Option<u8> {
        let digit = self.name.strip_prefix('h')?.parse().ok()?;
        (1..=6).contains(&digit).then_some(digit)
    }

    fn is_block(&self) -> bool {
        const BLOCKS: [&str; 34] = [
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "br",
            "caption",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "fieldset",
            "footer",
            "form",
            "header",
            "hr",
            "html",
            "li",
            "head",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "ul",
        ];
        self.level().is_some() || self.hides() || BLOCKS.contains(&self.name.as_str())
    }

    /// Whether what it holds is no words of the meeting.
    fn hides(&self) -> bool {
        HIDING.contains(&self.name.as_str())
    }
}

/// The elements that hold no words of the meeting.
const HIDING: [&str; 4] = ["title", "script", "style", "template"];

/// Where the last of the elements that hide their words close: one that never closes must not hide the rest of the note,
/// and asking for it must not cost a look at the rest of the note each time.
fn last_closings(text: &str) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for (at, _) in text.match_indices("</") {
        let Some(tag) = tag_at(text, at).filter(|tag| tag.hides() || tag.name == "pre") else {
            continue;
        };
        match found.iter_mut().find(|(name, _)| *name == tag.name) {
            Some((_, last)) => *last = at,
            None => found.push((tag.name, at)),
        }
    }
    found
}

/// An open list.
struct List {
    numbered: bool,
    /// The entry that the list stands under.
    parent: Option<usize>,
    /// Its open entry: once it has words, the block that it is.
    entry: Option<usize>,
    /// Whether an entry has begun that has no words yet.
    begun: bool,
    ticked: Option<bool>,
}

struct Builder<'s> {
    source: &'s SourceText,
    out: Blocks,
    lists: Vec<List>,
    heading: Option<u8>,
    quote: u8,
    /// The block that words are added to.
    current: Option<usize>,
    /// The cells of the open row.
    row: Option<Vec<Span>>,
    /// Whether every line is a block, as in text that was pasted as it was.
    pasted: bool,
}

/// Makes the blocks of minutes in HTML. One pass: every byte is looked at once.
pub(super) fn build(source: &SourceText) -> Blocks {
    let text = source.text();
    let mut builder = Builder {
        source,
        out: Blocks {
            html: true,
            ..Blocks::default()
        },
        lists: Vec::new(),
        heading: None,
        quote: 0,
        current: None,
        row: None,
        pasted: false,
    };
    let closings = last_closings(text);
    let closes = |name: &str, after: usize| {
        let last = closings.iter().find(|(known, _)| known == name);
        last.is_some_and(|(_, last)| *last >= after)
    };
    let last_comment = text.rfind("-->");
    let mut hidden: Option<String> = None;
    let mut run = source.line_span(0).start;
    let mut at = run;
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        if text[open..].starts_with("<!--") && last_comment.is_some_and(|last| last >= open) {
            if hidden.is_none() {
                builder.words(Span::new(run, open));
            }
            let close = if text[open..].starts_with(BLOCK_BEGIN) {
                builder.current = None;
                text[open..].find(BLOCK_END).map(|end| open + end)
            } else {
                Some(open)
            };
            let end = close.and_then(|close| Some(close + text[close..].find("-->")?));
            at = end.map_or(text.len(), |end| end + 3);
            run = at;
            continue;
        }
        let Some(tag) = tag_at(text, open) else {
            at = open + 1;
            continue;
        };
        at = tag.end;
        if let Some(name) = &hidden {
            if tag.closing && tag.name == *name {
                hidden = None;
            }
            run = at;
            continue;
        }
        let is_box = tag.name == "input" && tag.attributes.contains("checkbox");
        if !tag.is_block() && !is_box {
            continue;
        }
        builder.words(Span::new(run, open));
        run = at;
        if is_box {
            if let Some(list) = builder.lists.last_mut() {
                let others = tag.attributes.replace("checkbox", "");
                list.ticked = Some(others.contains("checked"));
            }
        } else if tag.hides() || (tag.name == "pre" && is_code(text, at)) {
            if tag.name == "pre" {
                builder.current = None;
            }
            hidden = Some(tag.name).filter(|name| !tag.closing && closes(name, at));
        } else {
            builder.tag(&tag);
        }
    }
    if hidden.is_none() {
        builder.words(Span::new(run, text.len()));
    }
    builder.end_row();
    builder.out
}

impl Builder<'_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        if tag.name.starts_with('t')
            && tag.name != "title"
            && !matches!(tag.name.as_str(), "td" | "th")
        {
            self.end_row();
        }
        self.current = None;
        if let Some(level) = tag.level() {
            self.heading = (!tag.closing).then_some(level);
            self.lists.clear();
            return;
        }
        match (tag.name.as_str(), tag.closing) {
            ("ul" | "ol", false) => self.open_list(tag.name == "ol"),
            ("ul" | "ol", true) => {
                self.lists.pop();
            }
            ("li", false) => {
                if self.lists.is_empty() {
                    self.open_list(false);
                }
                if let Some(list) = self.lists.last_mut() {
                    (list.entry, list.begun, list.ticked) = (None, true, None);
                }
            }
            ("li", true) => {
                if let Some(list) = self.lists.last_mut() {
                    (list.entry, list.begun) = (None, false);
                }
            }
            ("pre", closing) => self.pasted = !closing,
            ("blockquote", false) => self.quote = self.quote.saturating_add(1),
            ("blockquote", true) => self.quote = self.quote.saturating_sub(1),
            ("tr", false) => self.row = Some(Vec::new()),
            ("td" | "th", false) => {
                let row = self.row.get_or_insert_default();
                row.push(Span::default());
            }
            _ => {}
        }
    }

    fn open_list(&mut self, numbered: bool) {
        let above = self.lists.last();
        self.lists.push(List {
            numbered,
            parent: above.and_then(|list| list.entry.or(list.parent)),
            entry: None,
            begun: false,
            ticked: None,
        });
    }

    /// Takes the words between two tags that begin blocks.
    fn words(&mut self, span: Span) {
        let text = self.source.text();
        let span = without_emphasis(text, span);
        if span.is_empty() {
            return;
        }
        if let Some(cell) = self.row.as_mut().and_then(|row| row.last_mut()) {
            *cell = if cell.is_empty() {
                span
            } else {
                cell.join(span)
            };
            return;
        }
        for piece in lines(text, span) {
            if self.pasted {
                self.current = None;
            }
            let at = self.current.unwrap_or_else(|| self.open(piece));
            self.current = Some(at);
            self.out.pieces.push(piece);
            let end = self.out.pieces.len();
            let last = self.line(piece.end - 1);
            let block = &mut self.out.blocks[at];
            (block.pieces.1, block.last) = (end, last);
        }
    }

    fn line(&self, at: usize) -> usize {
        (self.source.line_number(at) as usize).saturating_sub(1)
    }

    fn open(&mut self, span: Span) -> usize {
        let at = self.out.blocks.len();
        let (kind, parent) = match (self.heading, self.lists.last_mut()) {
            (Some(level), _) => (BlockKind::Heading(level), None),
            (None, Some(list)) if list.begun => {
                list.begun = false;
                list.entry = Some(at);
                let bullet = Bullet {
                    numbered: list.numbered,
                    ticked: list.ticked,
                };
                (BlockKind::Entry(bullet), list.parent)
            }
            (None, Some(list)) => (BlockKind::Paragraph, list.entry.or(list.parent)),
            (None, None) => (BlockKind::Paragraph, None),
        };
        let line = self.line(span.start);
        let pieces = self.out.pieces.len();
        self.out.blocks.push(Block {
            kind,
            indent: u32::try_from(self.lists.len()).unwrap_or(u32::MAX),
            quote: self.quote,
            first: line,
            last: line,
            pieces: (pieces, pieces),
            parent,
            spaced: true,
        });
        at
    }

    fn end_row(&mut self) {
        let Some(cells) = self.row.take().filter(|cells| !cells.is_empty()) else {
            return;
        };
        let full = |cell: &&Span| !cell.is_empty();
        let (Some(first), Some(last)) = (cells.iter().find(full), cells.iter().rfind(full)) else {
            return;
        };
        let (first, last) = (self.line(first.start), self.line(last.end - 1));
        let from = self.out.pieces.len();
        self.out.pieces.extend(cells);
        self.out.blocks.push(Block {
            kind: BlockKind::Row,
            indent: 0,
            quote: self.quote,
            first,
            last,
            pieces: (from, self.out.pieces.len()),
            parent: None,
            spaced: false,
        });
    }
}

/// Whether what a `<pre>` holds is code: `<pre><code>`.
fn is_code(text: &str, at: usize) -> bool {
    let inner = text[at..].trim_start();
    tag_at(inner, 0).is_some_and(|tag| tag.name == "code" && !tag.closing)
}

/// The lines of a span that have words. A tag, and what is struck through, stays whole.
fn lines(text: &str, span: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = span.start;
    let mut at = span.start;
    while let Some(next) = text[at..span.end].find(['<', '\n']) {
        at += next;
        if text[at..].starts_with('<') {
            let inner = &text[at..span.end];
            let whole = struck(inner).map(|(_, end)| end);
            at += whole.or(tag_at(inner, 0).map(|tag| tag.end)).unwrap_or(1);
        } else {
            out.push(Span::new(start, at));
            at += 1;
            start = at;
        }
    }
    out.push(Span::new(start, span.end));
    let trimmed = out.into_iter().map(|line| line.trimmed(text));
    trimmed.filter(|line| !line.is_empty()).collect()
}

/// A span without the white space around it and the tags at its start, so that a label is seen under its emphasis. What
/// strikes words through stays.
fn without_emphasis(text: &str, span: Span) -> Span {
    let mut span = span.trimmed(text);
    while let Some(tag) = tag_at(&text[..span.end], span.start) {
        if tag.strikes() && !tag.closing {
            break;
        }
        span = Span::new(tag.end, span.end).trimmed(text);
    }
    span
}

#[cfg(test)]
mod tests {
    use super::super::blocks::BlockKind;
    use super::{build, is_html};
    use crate::text::SourceText;

    /// Holds the blocks of a text, as `kind depth parent: words`, against what is expected.
    fn check(text: &str, expected: &[&str]) {
        let source = SourceText::new("x.html", text);
        let blocks = build(&source);
        let shape = |block: &super::Block| {
            let kind = match block.kind {
                BlockKind::Heading(level) => format!("h{level}"),
                BlockKind::Entry(bullet) => match bullet.ticked {
                    None => "-".to_owned(),
                    Some(false) => "[ ]".to_owned(),
                    Some(true) => "[x]".to_owned(),
                },
                BlockKind::Row => "row".to_owned(),
                _ => "p".to_owned(),
            };
            let words: Vec<&str> = blocks
                .pieces_of(block)
                .iter()
                .map(|piece| piece.of(text))
                .collect();
            let parent = block
                .parent
                .map(|parent| format!(" <{parent}"))
                .unwrap_or_default();
            format!("{kind}{parent}: {}", words.join("|"))
        };
        let got: Vec<String> = blocks.blocks.iter().map(shape).collect();
        assert_eq!(got, expected, "of {text:?}");
    }

    #[test]
    fn blocks_out_of_tags() {
        check(
            "<html><head><title>x</title></head><h1>Weekly</h1>\n<p>a<br/><b>Ana:</b> b <i>c</i>\nd</p>",
            &["h1: Weekly", "p: a", "p: Ana:</b> b <i>c</i>|d"],
        );
        check(
            "<ul><li>a<ul><li>b</ul></li><li><input type=checkbox checked> c<p>d</ul>e",
            &["-: a", "- <0: b", "[x]: c", "p <2: d", "p: e"],
        );
        check(
            "<table><tr><th>Owner<th>Action</tr><tr><td></td><td>do <b>it</b></td></tr></table>",
            &["row: Owner|Action", "row: |do <b>it</b>"],
        );
    }

    #[test]
    fn what_is_no_talk() {
        check(
            "a <!-- <li>b --> c<style>d</style><script>if (1<2) e</script>",
            &["p: a|c"],
        );
        check("<head><title>x</title><p>a", &["p: a"]);
        check("<p>a<style>b<p>c", &["p: a|b", "p: c"]);
        check("<p>a<pre><code>b</code></pre>c", &["p: a", "p: c"]);
        check(
            "<pre>Ana: a\nBen: b</pre>c",
            &["p: Ana: a", "p: Ben: b", "p: c"],
        );
        check(
            "a<!-- owed:begin x --><li>b<!-- owed:end -->c",
            &["p: a", "p: c"],
        );
        check("a<!-- owed:begin x --><li>b", &["p: a"]);
    }

    #[test]
    fn lines_cut_no_tag() {
        check(
            "a <b\nid='c\nd'>e</b>\nf <del\n>g\nh</DEL> i",
            &["p: a <b\nid='c\nd'>e</b>|f <del\n>g\nh</DEL> i"],
        );
        check("1 < 2 <unclosed", &["p: 1 < 2 <unclosed"]);
    }

    #[test]
    fn the_look_of_html() {
        let is = |text: &str| is_html(&SourceText::new("x.md", text));
        assert!(is("<!DOCTYPE html>\n<p>a"));
        assert!(is("<h2>Weekly</h2>\n<ul>\n<li>a\n<li>b\n</ul>"));
        assert!(!is("# Weekly\n\n<details>\n- a\n- b\n</details>"));
        assert!(!is("<ana> hello\n<ben> hello\n<p> hello\n"));
    }
}
