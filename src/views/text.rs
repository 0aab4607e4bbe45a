//! Text of notes on its way to a screen: one line, of a known width, without anything that a
//! terminal would obey.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text as one line: every run of white space is one space, and control characters and marks
/// that turn the direction of writing are left out. A note can therefore neither move the cursor
/// nor disguise what it says.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if is_visible(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether a character shows itself and nothing else: no control character, no turn of the
/// direction of writing.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// How many columns a character takes.
pub(super) fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The text, cut with `…` where it takes more than `columns`.
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += char_width(c);
        if used + 1 > columns {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    if columns > 0 {
        out.push('…');
    }
    out
}

/// The text with spaces after it, so that it takes at least `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// An inline link to the web at the start of a Markdown text: its words, its address, and the
/// length of the whole.
pub(super) fn link(text: &str) -> Option<(&str, &str, usize)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, _) = rest.split_once(')')?;
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| address.starts_with(scheme))
        && !address.contains(|c: char| c.is_whitespace() || "()<>[]`\"\\".contains(c));
    let fits = is_address && !words.trim().is_empty() && !words.contains(['[', ']', '`', '<']);
    fits.then_some((
        words,
        address,
        "[](".len() + words.len() + address.len() + ")".len(),
    ))
}

/// The words of a note for a screen: on one line, and of a link only its words.
pub fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match link(from) {
            Some((words, _, length)) => {
                out.push_str(words);
                rest = &from[length..];
            }
            None => {
                out.push('[');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    one_line(&out)
}

/// Who is to do it, for a screen; "nobody" where there is no owner.
pub fn names(owners: &[String]) -> String {
    if owners.is_empty() {
        "nobody".to_owned()
    } else {
        one_line(&owners.join(", "))
    }
}

/// A number with its noun: "1 note", "2 notes".
pub fn count(n: usize, one: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::{count, fit, names, one_line, pad, width, words};

    #[test]
    fn one_line_obeys_nothing() {
        assert_eq!(one_line("  a\r\n\tb\u{1b}[31m c\u{202e} "), "a b[31m c");
        assert_eq!(one_line("a\u{2028}b\u{85}c"), "a b c");
    }

    #[test]
    fn fitting_counts_columns() {
        assert_eq!(fit("abcdef", 6), "abcdef");
        assert_eq!(fit("abcdef", 5), "abcd…");
        assert_eq!(fit("ab cdef", 4), "ab…");
        assert_eq!(fit("会議の件", 5), "会議…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(width(&pad("会", 5)), 5);
    }

    #[test]
    fn of_a_link_its_words() {
        let cases = [
            (
                "see [the plan](https://a.example/x), then [ ] b",
                "see the plan, then [ ] b",
            ),
            (
                "[a](ftp://x) [](https://x) [b](https://x y) [c",
                "[a](ftp://x) [](https://x) [b](https://x y) [c",
            ),
            ("[é](https://a.example)[2](http://b.example)", "é2"),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected);
        }
    }

    #[test]
    fn owners() {
        let of =
            |owners: &[&str]| names(&owners.iter().map(|&one| one.to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&[]), "nobody");
        assert_eq!(of(&["Ana", "Mirko\n"]), "Ana, Mirko");
    }

    #[test]
    fn counting() {
        assert_eq!(count(1, "note"), "1 note");
        assert_eq!(count(0, "note"), "0 notes");
    }
}
