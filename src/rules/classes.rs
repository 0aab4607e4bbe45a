//! The classes of patterns, made small.

/// Rewrites the classes of a pattern to such as compile to small automata.
///
/// Rules look at plain text, in which every white space is a space, so `\s` is one. `\w` is ASCII; `\p{L}`, `\p{Lu}` and
/// `\p{N}` are the ASCII ones and every character beyond ASCII but the marks of plain text, dashes and quotes: which
/// of them make a name is decided where owners are. Such a class has both cases by itself: folding it again is what
/// takes the time of compiling it. `\b` is ASCII, or the automaton would give up at the first
/// character beyond.
pub(super) fn plain_classes(pattern: &str) -> String {
    const BEYOND: &str = r"\u{C0}-\u{200F}\u{2030}-\u{2300}\u{2303}-\u{10FFFF}";
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    // How many classes it stands in: one may hold others.
    let mut depth = 0_usize;
    // Right behind `[` or `[^`, a `]` is itself.
    let mut fresh = false;
    let mut opened = 0;
    while let Some(c) = rest.chars().next() {
        let in_class = depth > 0;
        let class = |inner: &str| match in_class {
            true => inner.to_owned(),
            false if inner.contains(BEYOND) => format!("(?-i:[{inner}])"),
            false => format!("[{inner}]"),
        };
        let (text, length) = if let Some(escaped) = rest.strip_prefix('\\') {
            if escaped.starts_with("p{Lu}") {
                (class(&format!("A-Z{BEYOND}")), 6)
            } else if escaped.starts_with("p{L}") {
                (class(&format!("A-Za-z{BEYOND}")), 5)
            } else if escaped.starts_with("p{N}") {
                (class("0-9"), 5)
            } else if escaped.starts_with('w') {
                (class("0-9A-Za-z_"), 2)
            } else if escaped.starts_with('s') {
                (class(r" \t\n"), 2)
            } else if escaped.starts_with('d') {
                (class("0-9"), 2)
            } else if escaped.starts_with('b') && !in_class {
                (r"(?-u:\b)".to_owned(), 2)
            } else {
                let length = 1 + escaped.chars().next().map_or(0, char::len_utf8);
                (rest[..length].to_owned(), length)
            }
        } else {
            match c {
                '[' => {
                    if !in_class {
                        opened = out.len();
                    }
                    depth += 1;
                    fresh = true;
                    let open = if rest.starts_with("[^") { "[^" } else { "[" };
                    out.push_str(open);
                    rest = &rest[open.len()..];
                    continue;
                }
                ']' if in_class && !fresh => {
                    depth -= 1;
                    rest = &rest[1..];
                    out.push(c);
                    if depth == 0 && out[opened..].contains(BEYOND) {
                        out.insert_str(opened, "(?-i:");
                        out.push(')');
                    }
                    continue;
                }
                _ => {}
            }
            (c.to_string(), c.len_utf8())
        };
        fresh = false;
        out.push_str(&text);
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain_classes;

    #[test]
    fn classes_stay_small() {
        assert_eq!(
            plain_classes(r"\w+\s[\]\w]"),
            r"[0-9A-Za-z_]+[ \t\n][\]0-9A-Za-z_]"
        );
        assert!(plain_classes(r"[\p{L}-]x").starts_with("(?-i:[A-Za-z"));
        assert_eq!(plain_classes(r"[]a][^]]"), r"[]a][^]]");
        assert_eq!(plain_classes(r"[^^]\w"), r"[^^][0-9A-Za-z_]");
        assert_eq!(
            plain_classes(r"[[:alpha:]\d&&[^\d]]\d"),
            r"[[:alpha:]0-9&&[^0-9]][0-9]"
        );
        assert!(plain_classes(r"[[a]\p{L}]").starts_with("(?-i:[[a]A-Za-z"));
    }
}
