//! Words of notes as Markdown that does nothing on GitHub.
//!
//! What stands in a note was written by anybody. In an issue it must show as it was written and call nobody, refer to
//! nothing, close nothing, and stay inside its quote. GitHub looks for `@names`, `#12`, `GH-12`, commit ids and
//! addresses of issues in the text as it is rendered, so that neither backslashes nor entities help; in code it looks
//! for none of them. A word with any of these in it is therefore written as code, and everything else is escaped.

/// The text on one line, as Markdown that shows it literally.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for word in text.split_whitespace() {
        let word = shown(word);
        if word.is_empty() {
            continue;
        }
        let first = out.is_empty();
        if !first {
            out.push(' ');
        }
        if is_live(&word) {
            push_code(&mut out, &word);
        } else {
            push_escaped(&mut out, &word, first);
        }
    }
    out
}

/// The text on one line for a title, which is no Markdown but for code, of at most `most` characters.
pub(super) fn inert_title(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let word = shown(word).replace('`', "'");
        if word.is_empty() {
            continue;
        }
        let mut next = String::new();
        if is_live(&word) {
            push_code(&mut next, &word);
        } else {
            next.push_str(&word);
        }
        let space = usize::from(!out.is_empty());
        let size = next.chars().count();
        // One character is kept for the mark that something was left out.
        if length + space + size + 1 > most {
            if out.is_empty() {
                let room = most.saturating_sub(1);
                out.extend(
                    word.chars()
                        .filter(|c| !"@#".contains(*c))
                        .take(room.min(38)),
                );
            }
            out.push('…');
            return out;
        }
        if space == 1 {
            out.push(' ');
        }
        out.push_str(&next);
        length += space + size;
    }
    out
}

/// Whether GitHub might make something of a word.
fn is_live(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
    for (at, byte) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1);
        match byte {
            b'@' if next.is_some_and(|next| is_word(next) || *next == b'-') => return true,
            b'#' if next.is_some_and(u8::is_ascii_digit) => return true,
            _ => {}
        }
    }
    let lower = word.to_lowercase();
    if lower.contains("gh-") && lower.contains(|c: char| c.is_ascii_digit()) {
        return true;
    }
    if lower.contains("://") || lower.starts_with("www.") {
        return [
            "/issues/",
            "/pull/",
            "/pulls/",
            "/commit/",
            "/commits/",
            "/discussions/",
            "/compare/",
            "/releases/",
        ]
        .iter()
        .any(|part| lower.contains(part))
            || has_commit(&lower);
    }
    has_commit(&lower)
}

/// Whether a word has 7 to 64 hexadecimal digits in a row, as the id of a commit of either kind.
fn has_commit(lower: &str) -> bool {
    lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|part| {
            part.len() >= 7 && part.len() <= 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

/// The word without what does not show: control characters, marks that turn the direction of writing, and signs of no
/// width, behind which something else could hide.
fn shown(word: &str) -> String {
    word.chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        })
        .collect()
}

/// A word as code. Marks around it stay outside.
fn push_code(out: &mut String, word: &str) {
    let word = word.replace('`', "'");
    let start = word.len() - word.trim_start_matches(['(', '"', '\'']).len();
    let end = word
        .trim_end_matches([',', '.', ';', ':', '!', '?', ')', '"', '\''])
        .len();
    let (start, end) = if start < end {
        (start, end)
    } else {
        (0, word.len())
    };
    out.push_str(&word[..start]);
    out.push('`');
    out.push_str(&word[start..end]);
    out.push('`');
    out.push_str(&word[end..]);
}

/// A word outside code. Signs that mean something only at the start of a line are escaped there.
fn push_escaped(out: &mut String, word: &str, first: bool) {
    let number = word.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in word.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' => out.extend(['\\', c]),
            '#' | '+' | '-' | '=' if first && at == 0 => out.extend(['\\', c]),
            '.' | ')' if first && number > 0 && at == number => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{inert, inert_title};

    #[test]
    fn nothing_acts() {
        for (text, expected) in [
            ("write the guide", "write the guide"),
            ("ask @mira-k, please", "ask `@mira-k`, please"),
            ("(@mira)", "(`@mira`)"),
            ("mail ana@example.org", "mail `ana@example.org`"),
            ("Fixes #1 and closes GH-2", "Fixes `#1` and closes `GH-2`"),
            ("see acme/tiles#12.", "see `acme/tiles#12`."),
            ("revert 3f2a91c0 now", "revert `3f2a91c0` now"),
            ("<!-- x --> <b>", "&lt;!-- x --&gt; &lt;b&gt;"),
            ("a\n\n# b\n> c ``` d", r"a # b &gt; c \`\`\` d"),
            ("# heading", r"\# heading"),
            ("1. one", r"1\. one"),
            ("- [x] done", r"\- \[x\] done"),
            ("&#64;ana", "`&#64;ana`"),
            ("@\u{200b}ana", "`@ana`"),
            (
                "https://github.com/a/b/issues/1",
                "`https://github.com/a/b/issues/1`",
            ),
            ("https://example.org/plan_b", r"https://example.org/plan\_b"),
            ("`@a` x", "'`@a`' x"),
            (
                "![x](https://a.example/p.png)",
                r"!\[x\](https://a.example/p.png)",
            ),
        ] {
            assert_eq!(inert(text), expected, "{text}");
        }
    }

    #[test]
    fn titles_are_cut_between_words() {
        assert_eq!(
            inert_title("ask @mira about `x`", 256),
            "ask `@mira` about 'x'"
        );
        assert_eq!(inert_title("one two three", 9), "one two…");
        assert_eq!(inert_title(&"é".repeat(300), 256).chars().count(), 39);
        assert_eq!(inert_title("", 10), "");
    }
}
