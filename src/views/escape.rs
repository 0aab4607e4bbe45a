//! Words of a note as literal Markdown.
//!
//! What stands in a note was written by anybody. On the agenda it must show as it was written and
//! do nothing: notify nobody, load no picture, start no heading, open or close no HTML. Code spans
//! and links to the web stay what they are: nothing inside them acts.

use super::text::{link, one_line};

/// The text as Markdown that shows it literally, on one line.
pub(super) fn escape(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.as_str();
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let taken = if let Some(length) = code_span(rest).or_else(|| address(rest, before)) {
            out.push_str(&rest[..length]);
            length
        } else if let Some((words, address, length)) = link(rest).filter(|_| before != Some('!')) {
            out.push_str(&format!("[{}]({address})", escape(words)));
            length
        } else if let Some(length) = handle(rest, before) {
            out.push('`');
            out.push_str(&rest[..length]);
            out.push('`');
            length
        } else {
            push_escaped(&mut out, c, before, rest[c.len_utf8()..].chars().next());
            c.len_utf8()
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    out
}

/// One character outside code and addresses.
fn push_escaped(out: &mut String, c: char, before: Option<char>, after: Option<char>) {
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '<' => out.push_str("&lt;"),
        '>' if before == Some('-') => out.push_str("&gt;"),
        '&' if after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '#') => {
            out.push_str("&amp;");
        }
        '_' if in_word(before) && in_word(after) => out.push('_'),
        '\\' if !after.is_some_and(|c| c.is_ascii_punctuation()) => out.push('\\'),
        '\\' | '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', c]),
        _ => out.push(c),
    }
}

/// The length of a code span at the start of the text. One that holds half of an HTML comment is
/// none: programs that look for comments by their letters do not know of code.
fn code_span(text: &str) -> Option<usize> {
    let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
    if ticks == 0 {
        return None;
    }
    let fence = &text[..ticks];
    let mut at = ticks;
    loop {
        let start = at + text[at..].find(fence)?;
        let run = text[start..]
            .bytes()
            .take_while(|byte| *byte == b'`')
            .count();
        at = start + run;
        if run == ticks {
            break;
        }
    }
    let span = &text[..at];
    (!span.contains("<!--") && !span.contains("-->")).then_some(at)
}

/// The length of a web address at the start of the text.
fn address(text: &str, before: Option<char>) -> Option<usize> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?;
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let length = text
        .find(|c: char| c.is_whitespace() || "<>`\"\\|*[]".contains(c))
        .unwrap_or(text.len());
    (length > scheme.len()).then_some(length)
}

/// The length of an `@name` at the start of the text, which would call somebody.
fn handle(text: &str, before: Option<char>) -> Option<usize> {
    let name = text.strip_prefix('@')?;
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let length = name
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-_/".contains(c)))
        .unwrap_or(name.len());
    (length > 0).then_some(1 + length)
}

/// A path as the destination of a link: everything that could mean something there is written as
/// `%XX`.
pub(super) fn link_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escape, link_path};

    #[test]
    fn text_shows_and_does_nothing() {
        let cases = [
            ("write the guide", "write the guide"),
            ("ask @priya-k about it", "ask `@priya-k` about it"),
            ("mail ana@example.org", "mail ana@example.org"),
            ("@core/docs, please", "`@core/docs`, please"),
            (
                "rename snake_case to _this_",
                r"rename snake_case to \_this\_",
            ),
            ("**bold** and ~~gone~~", r"\*\*bold\*\* and \~\~gone\~\~"),
            ("<!-- owed:end --> x", "&lt;!-- owed:end --&gt; x"),
            ("close --> it, a > b", "close --&gt; it, a > b"),
            ("<img src=x> &lt; AT&T", "&lt;img src=x> &amp;lt; AT&amp;T"),
            (
                "![x](https://a.example/p.png)",
                r"!\[x\](https://a.example/p.png)",
            ),
            (
                "read [the @priya *plan*](https://a.example/x)",
                r"read [the `@priya` \*plan\*](https://a.example/x)",
            ),
            (
                "[x](javascript:y) [x](https://a.example \"t\")",
                r#"\[x\](javascript:y) \[x\](https://a.example "t")"#,
            ),
            ("use `Vec<_>` and `@x`", "use `Vec<_>` and `@x`"),
            ("odd ` tick", r"odd \` tick"),
            (
                "hide `<!-- owed:end -->`",
                r"hide \`&lt;!-- owed:end --&gt;\`",
            ),
            (
                "see https://a.example/b_c_d(1)",
                "see https://a.example/b_c_d(1)",
            ),
            ("a\n# b\n\n- [x] c", r"a # b - \[x\] c"),
            (r"path\*x C:\dir", r"path\\\*x C:\dir"),
        ];
        for (text, expected) in cases {
            assert_eq!(escape(text), expected, "{text}");
        }
    }

    #[test]
    fn destinations() {
        assert_eq!(link_path("../a b/(c)@1.md"), "../a%20b/%28c%29%401.md");
        assert_eq!(link_path("x/é:1.md"), "x/%C3%A9%3A1.md");
    }
}
