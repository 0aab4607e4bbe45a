//! The plain text of a note: what rules look at, with the way back to the source.
//!
//! Markup is taken off, hard-wrapped lines are joined by a space, and what no rule may look into stands as one mark:
//! an address as [`URL`], a code span as [`CODE`]. Every stretch of plain text remembers which stretch of the source
//! it came from, so that a match in the plain text is a place in the note.

use super::corrections::Correction;
use super::html;
use crate::text::Span;

/// Stands for an address, `https://…`, in plain text.
pub const URL: char = '\u{2301}';
/// Stands for a code span in plain text.
pub const CODE: char = '\u{2302}';

/// How a stretch of plain text stands for its stretch of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Byte for byte.
    Verbatim,
    /// By other words, or a mark.
    Replaced,
    /// By the space between two pieces.
    Join,
}

/// A stretch of plain text and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    plain: usize,
    source: usize,
    /// Length in the source; equal to the length in plain text for a verbatim stretch.
    source_len: usize,
    kind: Kind,
}

impl Stretch {
    fn source_span(self) -> Span {
        Span::new(self.source, self.source + self.source_len)
    }
}

/// The plain text of a whole note.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    text: String,
    stretches: Vec<Stretch>,
    /// Where the last piece ended in the source.
    piece_end: usize,
}

impl Plain {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place in the source that a span of the plain text came from.
    ///
    /// A mark counts whole: half an address is the whole address. An empty span gives an empty place.
    pub fn source_span(&self, span: Span) -> Span {
        if span.is_empty() {
            let at = self.source_at(span.start, false);
            return Span::new(at, at);
        }
        Span::new(
            self.source_at(span.start, false),
            self.source_at(span.end, true),
        )
    }

    fn source_at(&self, plain: usize, is_end: bool) -> usize {
        // For an end, the stretch that the byte before it lies in decides.
        let probe = if is_end {
            plain.saturating_sub(1)
        } else {
            plain
        };
        let index = self
            .stretches
            .partition_point(|stretch| stretch.plain <= probe);
        let Some(stretch) = index.checked_sub(1).map(|index| self.stretches[index]) else {
            return 0;
        };
        match stretch.kind {
            Kind::Verbatim => stretch.source + (plain - stretch.plain).min(stretch.source_len),
            Kind::Replaced if !is_end => stretch.source,
            Kind::Replaced | Kind::Join => stretch.source_span().end,
        }
    }

    /// What lies in the source between the pieces that a span of the plain text came from: the end of a line and the
    /// beginning of the next, and in subtitles the times of the cues. No words of the span are in it.
    pub fn joins(&self, span: Span) -> impl Iterator<Item = Span> {
        let first = self
            .stretches
            .partition_point(|stretch| stretch.plain <= span.start);
        self.stretches[first..]
            .iter()
            .take_while(move |stretch| stretch.plain + 1 < span.end)
            .filter(|stretch| stretch.kind == Kind::Join)
            .map(|stretch| stretch.source_span())
    }

    /// The words of a span as a reader sees them: with addresses and code as the source has them, and with what was put in
    /// place of the source's words. Other markup is left out unless it is asked for.
    pub fn written(&self, source: &str, span: Span, with_markup: bool) -> String {
        let mut out = String::with_capacity(span.len());
        let mut taken: Option<usize> = None;
        let first = self
            .stretches
            .partition_point(|stretch| stretch.plain <= span.start)
            .saturating_sub(1);
        for (at, stretch) in self.stretches.iter().enumerate().skip(first) {
            let end = self
                .stretches
                .get(at + 1)
                .map_or(self.text.len(), |next| next.plain);
            let part = Span::new(stretch.plain.max(span.start), end.min(span.end));
            if stretch.plain >= span.end {
                break;
            }
            if part.is_empty() {
                // Words that were corrected away.
                taken = taken.map(|_| stretch.source_span().end);
                continue;
            }
            if let Some(gap) = taken.filter(|taken| with_markup && *taken < stretch.source) {
                out.push_str(Span::new(gap, stretch.source).of(source));
            }
            taken = Some(stretch.source_span().end);
            match part.of(&self.text).chars().next() {
                Some(URL | CODE) if stretch.kind != Kind::Verbatim => {
                    out.push_str(stretch.source_span().of(source));
                }
                _ => out.push_str(part.of(&self.text)),
            }
        }
        out
    }

    /// Where the next byte will stand.
    pub(super) fn position(&self) -> usize {
        self.text.len()
    }

    /// Ends a turn's text, so that no two turns touch.
    pub(super) fn close(&mut self, source: usize) {
        self.mark('\n', Span::new(source, source));
    }

    fn stretch(&mut self, kind: Kind, from: Span) {
        self.stretches.push(Stretch {
            plain: self.text.len(),
            source: from.start,
            source_len: from.len(),
            kind,
        });
    }

    fn mark(&mut self, mark: char, from: Span) {
        self.stretch(Kind::Replaced, from);
        self.text.push(mark);
    }

    fn verbatim(&mut self, source: &str, from: Span) {
        if from.is_empty() {
            return;
        }
        self.stretch(Kind::Verbatim, from);
        self.text.push_str(from.of(source));
    }

    fn replace(&mut self, place: Span, by: &str) {
        self.stretch(Kind::Replaced, place);
        self.text.push_str(by);
    }

    /// Sets a piece that begins at a byte of the source off from the one before it.
    fn join(&mut self, at: usize) {
        if !self.text.ends_with([' ', '\n']) && !self.text.is_empty() {
            self.stretch(Kind::Join, Span::new(self.piece_end.min(at), at));
            self.text.push(' ');
        }
    }

    /// Appends a piece of the source with its markup taken off.
    pub(super) fn push(&mut self, source: &str, piece: Span) {
        self.push_all(source, &[piece], |_| &[]);
    }

    /// Appends the pieces of a turn with their markup taken off and the corrections within them made. Pieces that are
    /// struck through are left out, unless all are: then they stand, and it returns true.
    pub(super) fn push_all<'c>(
        &mut self,
        source: &str,
        pieces: &[Span],
        corrections: impl Fn(Span) -> &'c [Correction],
    ) -> bool {
        let struck: Vec<Option<Span>> = pieces.iter().map(|piece| struck(source, *piece)).collect();
        let all = !pieces.is_empty() && struck.iter().all(Option::is_some);
        for (piece, struck) in pieces.iter().zip(struck) {
            match struck {
                Some(inner) if all => self.piece(source, *piece, inner, corrections(*piece)),
                Some(_) => {}
                None => self.piece(source, *piece, *piece, corrections(*piece)),
            }
        }
        all
    }

    /// Appends the words of one piece.
    fn piece(&mut self, source: &str, whole: Span, piece: Span, corrections: &[Correction]) {
        self.join(whole.start);
        self.piece_end = whole.end;
        let mut from = piece.start;
        for correction in corrections {
            if correction.place.start < from {
                continue;
            }
            strip(source, Span::new(from, correction.place.start), self);
            self.replace(correction.place, correction.by.of(source));
            from = correction.place.end;
        }
        strip(source, Span::new(from, piece.end.max(from)), self);
        let end = self.text.trim_end_matches(' ').len();
        if end < self.text.len() && !self.text[..end].ends_with('\n') && end > 0 {
            self.text.truncate(end);
            while self
                .stretches
                .last()
                .is_some_and(|stretch| stretch.plain >= end)
            {
                self.stretches.pop();
            }
        }
    }
}

/// Takes the markup off one piece.
fn strip(source: &str, piece: Span, out: &mut Plain) {
    let bytes = source.as_bytes();
    let mut run = piece.start;
    let mut at = piece.start;
    let end = piece.end;
    while at < end {
        let byte = bytes[at];
        // Most bytes are plain; only these can begin something else.
        if !matches!(
            byte,
            b'*' | b'_'
                | b'`'
                | b'['
                | b'!'
                | b'~'
                | b'<'
                | b'\\'
                | b'h'
                | b'w'
                | b'\t'
                | b'&'
                | 0xC2
                | 0xE2
        ) {
            at += 1;
            continue;
        }
        match find_special(source, piece, at) {
            Special::None => {
                at += 1;
                // Never split a character.
                while at < end && !source.is_char_boundary(at) {
                    at += 1;
                }
            }
            Special::Drop(length) => {
                out.verbatim(source, Span::new(run, at));
                at += length;
                run = at;
            }
            Special::Mark(mark, length) => {
                out.verbatim(source, Span::new(run, at));
                out.mark(mark, Span::new(at, at + length));
                at += length;
                run = at;
            }
            Special::Link { text, length } => {
                out.verbatim(source, Span::new(run, at));
                if !text.is_empty() {
                    // Link text may hold emphasis and code of its own.
                    strip(source, text, out);
                }
                at += length;
                run = at;
            }
        }
    }
    out.verbatim(source, Span::new(run, end));
}

/// The beginning of a text, in which what is opened closes or is taken for text: a mark that never closes must not cost
/// the rest of a long line.
pub(super) fn near(text: &str) -> &str {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The words of a piece that is struck through from end to end.
fn struck(source: &str, piece: Span) -> Option<Span> {
    let body = piece.of(source);
    if let Some((inner, end)) = html::struck(body) {
        return (end == body.len()).then(|| inner.shifted(piece.start));
    }
    let inner = body.strip_prefix("~~")?.strip_suffix("~~")?;
    let whole = !inner.is_empty() && !inner.contains("~~");
    whole.then(|| Span::new(piece.start + 2, piece.end - 2))
}

enum Special {
    None,
    Drop(usize),
    Mark(char, usize),
    Link { text: Span, length: usize },
}

fn find_special(source: &str, piece: Span, at: usize) -> Special {
    let bytes = source.as_bytes();
    let rest = &source[at..piece.end];
    let before = source[piece.start..at].chars().next_back();
    let word_before = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    match bytes[at] {
        b'*' | b'_' => {
            let mark = bytes[at];
            let length = rest.bytes().take_while(|byte| *byte == mark).count();
            let after = rest[length..].chars().next();
            let word_after = after.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let emphasis = if mark == b'_' {
                // `snake_case` is a word.
                length <= 3 && !(word_before && word_after)
            } else {
                // `2 * 3` and `char *` stay; `**` around words goes.
                length <= 3
                    && (before.is_some_and(|c| !c.is_whitespace())
                        || after.is_some_and(|c| !c.is_whitespace()))
            };
            if emphasis {
                Special::Drop(length)
            } else {
                Special::None
            }
        }
        b'`' => {
            let length = rest.bytes().take_while(|byte| *byte == b'`').count();
            let fence = &rest[..length];
            match near(&rest[length..]).find(fence) {
                Some(close) if close > 0 => Special::Mark(CODE, length + close + length),
                _ => Special::Drop(length),
            }
        }
        b'~' if rest.starts_with("~~") => match near(&rest[2..]).find("~~") {
            Some(close) if close > 0 => Special::Drop(close + 4),
            _ => Special::Drop(2),
        },
        b'!' if rest.starts_with("![") => match link_of(rest, 1) {
            Some((_, length)) => Special::Drop(length),
            None => Special::None,
        },
        b'[' => match link_of(rest, 0) {
            Some((text, length)) => Special::Link {
                text: text.shifted(at),
                length,
            },
            None => Special::None,
        },
        b'<' => angle(rest),
        b'\\' => match rest[1..].chars().next() {
            Some(c) if c.is_ascii_punctuation() => Special::Drop(1),
            _ => Special::None,
        },
        b'h' | b'w' if !word_before => match url_length(rest) {
            0 => Special::None,
            length => Special::Mark(URL, length),
        },
        b'\t' => Special::Mark(' ', 1),
        b'&' => entity(rest),
        0xC2 if rest.starts_with('\u{a0}') => Special::Mark(' ', 2),
        0xE2 if rest.starts_with('\u{200b}') => Special::Drop(3),
        0xE2 if rest.starts_with('\u{2019}') => Special::Mark('\'', 3),
        _ => Special::None,
    }
}

/// An entity of HTML.
fn entity(rest: &str) -> Special {
    match html::entity(rest) {
        Some(('\u{a0}', length)) => Special::Mark(' ', length),
        Some(('\u{2019}', length)) => Special::Mark('\'', length),
        Some((mark, length)) if mark != URL && mark != CODE => Special::Mark(mark, length),
        _ => Special::None,
    }
}

/// A link whose text begins at `skip`: the span of its text and its whole length, both within `rest`.
fn link_of(rest: &str, skip: usize) -> Option<(Span, usize)> {
    let bytes = rest.as_bytes();
    let mut depth = 0usize;
    let mut close = None;
    // A link's text is short; a stray bracket must not cost the rest of a long line.
    for (index, byte) in bytes.iter().enumerate().take(600).skip(skip) {
        match byte {
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    close = Some(index);
                    break;
                }
            }
            _ => {}
        }
    }
    let close = close?;
    let text = Span::new(skip + 1, close);
    match bytes.get(close + 1) {
        Some(b'(') => {
            let mut depth = 0usize;
            for (index, byte) in bytes.iter().enumerate().skip(close + 1).take(2000) {
                match byte {
                    b'(' => depth += 1,
                    b')' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some((text, index + 1));
                        }
                    }
                    _ => {}
                }
            }
            None
        }
        Some(b'[') => {
            let length = rest[close + 2..]
                .bytes()
                .take(200)
                .position(|byte| byte == b']')?;
            Some((text, close + 2 + length + 1))
        }
        _ => None,
    }
}

/// `<https://…>` is an address, `<br>` and `<!-- … -->` are nothing, `<T>` stays.
fn angle(rest: &str) -> Special {
    if rest.starts_with("<!--") {
        return near(rest)
            .find("-->")
            .map_or(Special::None, |close| Special::Drop(close + 3));
    }
    if let Some((_, length)) = html::struck(rest) {
        return Special::Drop(length);
    }
    let inner = &rest[1..];
    if ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| inner.starts_with(scheme))
    {
        let close = inner.bytes().take(400).position(|byte| byte == b'>');
        return close.map_or(Special::None, |close| Special::Mark(URL, close + 2));
    }
    let Some(tag) = html::tag_at(rest, 0) else {
        return Special::None;
    };
    const TAGS: [&str; 40] = [
        "a",
        "b",
        "big",
        "cite",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "td",
        "th",
        "tr",
        "u",
        "ul",
    ];
    if !TAGS.contains(&tag.name.as_str()) {
        return Special::None;
    }
    match tag.name.as_str() {
        "br" | "li" | "p" | "td" | "th" | "div" => Special::Mark(' ', tag.end),
        _ => Special::Drop(tag.end),
    }
}

/// The length of the address at the start of a text; 0 where there is none.
pub(super) fn url_length(rest: &str) -> usize {
    let scheme = ["https://", "http://", "www."]
        .iter()
        .find(|scheme| rest.starts_with(**scheme));
    let Some(scheme) = scheme else { return 0 };
    let rest = near(rest);
    let mut length = rest
        .char_indices()
        .find(|(_, c)| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|' | '”' | '“'))
        .map_or(rest.len(), |(at, _)| at);
    // Punctuation at the end belongs to the sentence; a bracket does unless it was opened inside.
    loop {
        let url = &rest[..length];
        let Some(last) = url.chars().next_back() else {
            break;
        };
        let closing = match last {
            ')' => url.matches('(').count() < url.matches(')').count(),
            ']' => url.matches('[').count() < url.matches(']').count(),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '’' => true,
            _ => false,
        };
        if !closing {
            break;
        }
        length -= last.len_utf8();
    }
    if length > scheme.len() { length } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{CODE, Plain, URL};
    use crate::text::Span;

    /// Strips a text and checks the outcome; `word`, where given, must map back to itself in the source.
    fn check(source: &str, expected: &str) {
        let mut plain = Plain::default();
        plain.push(source, Span::new(0, source.len()));
        let expected = expected
            .replace("<url>", &URL.to_string())
            .replace("<code>", &CODE.to_string());
        assert_eq!(plain.text(), expected, "of {source:?}");
        for word in expected
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 2)
        {
            let at = expected.find(word).unwrap_or(0);
            let span = plain.source_span(Span::new(at, at + word.len()));
            assert_eq!(span.of(source), word, "in {source:?}");
        }
    }

    #[test]
    fn markup_is_taken_off() {
        check("**Ana**: will _really_ go", "Ana: will really go");
        check("snake_case and 2 * 3 stay", "snake_case and 2 * 3 stay");
        check(
            "see [the *docs*](https://x.y/a_(b)) now",
            "see the docs now",
        );
        check("an image ![alt](x.png) here", "an image  here");
        check("~~old~~ new", " new");
        check("<del>old</del> new <s>older</s>", " new");
        check("<DEL>old</del> new <s class=x>older</s >", " new");
        check(
            "a &mdash; b&#8217;s &lt;c&#x3e; &unknown; R&D",
            "a — b's <c> &unknown; R&D",
        );
        check("a `b will c` d", "a <code> d");
        check(
            "open <https://x.y> or https://a.b/c_d, then",
            "open <url> or <url>, then",
        );
        check("\\[a\\] &amp; b<br>c", "[a] & b c");
        check("it’s Vec<T>", "it's Vec<T>");
    }

    #[test]
    fn a_turn_is_struck_where_all_of_it_is() {
        let check = |pieces: &[&str], expected: &str, all: bool| {
            let source = pieces.join("\n");
            let mut at = 0;
            let place = |piece: &&str| {
                at += piece.len() + 1;
                Span::new(at - piece.len() - 1, at - 1)
            };
            let places: Vec<Span> = pieces.iter().map(place).collect();
            let mut plain = Plain::default();
            assert_eq!(plain.push_all(&source, &places, |_| &[]), all, "{source}");
            assert_eq!(plain.text(), expected, "of {source}");
        };
        check(&["write it", "~~and that~~", "now"], "write it now", false);
        check(&["~~write it~~", "<DEL>now</DEL>"], "write it now", true);
    }

    #[test]
    fn marks_map_back_whole() {
        let source = "see https://x.y/z, ok";
        let mut plain = Plain::default();
        plain.push(source, Span::new(0, source.len()));
        let at = plain.text().find(URL).unwrap_or(0);
        let span = plain.source_span(Span::new(at, at + URL.len_utf8()));
        assert_eq!(span.of(source), "https://x.y/z");
    }
}
