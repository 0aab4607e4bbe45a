//! The words of a pack: lexicons and macros by name, and patterns that name them.

use super::pack::{Anchor, Lexicon};
use super::pattern::Pattern;
use crate::text::nearest;
use std::collections::BTreeMap;

/// Lexicons and macros by name, as fragments of patterns.
#[derive(Debug)]
pub(super) struct Words {
    fragments: BTreeMap<String, String>,
    /// Whether all packs could be read. What is missing otherwise may well be there.
    complete: bool,
}

impl Words {
    pub(super) fn new(complete: bool) -> Self {
        Self {
            fragments: BTreeMap::new(),
            complete,
        }
    }

    pub(super) fn add_macro(&mut self, name: &str, fragment: &str) {
        self.fragments.insert(name.to_owned(), fragment.to_owned());
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fragments.contains_key(name)
    }

    pub(super) fn add_lexicon(&mut self, name: &str, lexicon: &Lexicon) -> Result<(), String> {
        if lexicon.words.is_empty() {
            return Err(format!("the lexicon {name} has no words"));
        }
        let alternatives = |words: &mut dyn Iterator<Item = String>| {
            let mut words: Vec<String> = words
                .map(|word| regex::escape(&word).replace(' ', r"\s+"))
                .collect();
            // Longest first: "follow up on" must not stop at "follow".
            words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
            words.dedup();
            format!("(?:{})", words.join("|"))
        };
        self.fragments.insert(
            name.to_owned(),
            alternatives(&mut lexicon.words.iter().cloned()),
        );
        if lexicon.inflect {
            for (at, form) in ["s", "ed", "ing"].into_iter().enumerate() {
                let mut inflected =
                    lexicon
                        .words
                        .iter()
                        .map(|word| match lexicon.irregular.get(word) {
                            Some(forms) => forms[at].clone(),
                            None => inflect(word, form),
                        });
                self.fragments
                    .insert(format!("{name}:{form}"), alternatives(&mut inflected));
            }
        }
        Ok(())
    }

    /// Expands `{NAME}`. `{2,3}` stays a repetition.
    pub(super) fn compile(&self, pattern: &str, anchor: Option<Anchor>) -> Result<Pattern, String> {
        let body = plain_classes(&self.expand(pattern, 0)?);
        let whole = match anchor {
            None => body,
            Some(Anchor::Anywhere) => format!(r"(?-u:\b)(?:{body})"),
            Some(Anchor::Start) => format!("^(?:{body})"),
        };
        Ok(Pattern::new(whole))
    }

    fn missing(&self, name: &str) -> String {
        let mut message = format!("there is no lexicon or macro {{{name}}}");
        let known = self.fragments.keys().map(String::as_str);
        if let Some(meant) = nearest(name, known) {
            message.push_str(&format!("; is {{{meant}}} meant?"));
        }
        message
    }

    fn expand(&self, pattern: &str, depth: usize) -> Result<String, String> {
        if depth > 8 {
            return Err("macros are nested too deep; does one name itself?".to_owned());
        }
        let mut out = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let tail = &rest[open..];
            let name = tail[1..].split('}').next().unwrap_or("");
            let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
                && !rest[..open].ends_with(r"\p")
                && !rest[..open].ends_with(r"\P");
            if !is_name {
                out.push('{');
                rest = &tail[1..];
                continue;
            }
            match self.fragments.get(name) {
                Some(fragment) => {
                    out.push_str("(?:");
                    out.push_str(&self.expand(fragment, depth + 1)?);
                    out.push(')');
                }
                None if !self.complete => {}
                None => return Err(self.missing(name)),
            }
            rest = &tail[name.len() + 2..];
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Rewrites the classes of a pattern to such as compile to small automata.
///
/// Rules look at plain text, in which every white space is a space, so `\s` is one. `\w` is ASCII; `\p{L}`, `\p{Lu}` and
/// `\p{N}` are the ASCII ones and every character beyond ASCII but the marks of plain text, dashes and quotes: which
/// of them make a name is decided where owners are. Such a class has both cases by itself: folding it again is what
/// takes the time of compiling it. `\b` is ASCII, or the automaton would give up at the first
/// character beyond.
fn plain_classes(pattern: &str) -> String {
    const BEYOND: &str = r"\u{C0}-\u{200F}\u{2030}-\u{2300}\u{2303}-\u{10FFFF}";
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    let mut in_class = false;
    // Right behind `[` or `[^`, a `]` is itself.
    let mut fresh = false;
    let mut opened = 0;
    while let Some(c) = rest.chars().next() {
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
                '[' if !in_class => {
                    in_class = true;
                    fresh = true;
                    opened = out.len();
                    out.push(c);
                    rest = &rest[1..];
                    continue;
                }
                '^' if fresh => {
                    out.push(c);
                    rest = &rest[1..];
                    continue;
                }
                ']' if in_class && !fresh => {
                    in_class = false;
                    rest = &rest[1..];
                    out.push(c);
                    if out[opened..].contains(BEYOND) {
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

/// A regular verb's form; the first word of a phrasal verb is inflected.
fn inflect(verb: &str, form: &str) -> String {
    let (head, tail) = verb
        .split_once(' ')
        .map_or((verb, ""), |(head, tail)| (head, tail));
    let bytes = head.as_bytes();
    let vowel = |byte: u8| b"aeiou".contains(&byte);
    let last = bytes.last().copied().unwrap_or(b'x');
    let before = bytes.len().checked_sub(2).map_or(b'x', |at| bytes[at]);
    let third = bytes.len().checked_sub(3).map_or(b'a', |at| bytes[at]);
    let consonant_y = last == b'y' && !vowel(before);
    // stop → stopping, but open → opening: only after a single short vowel of a one-syllable verb.
    let syllables = bytes
        .windows(2)
        .filter(|pair| vowel(pair[0]) && !vowel(pair[1]))
        .count();
    let doubles = syllables == 1
        && vowel(before)
        && !vowel(third)
        && !vowel(last)
        && !b"wxy".contains(&last)
        && bytes.len() >= 3;
    let stem = &head[..head.len().saturating_sub(1)];
    let inflected = match form {
        "s" if consonant_y => format!("{stem}ies"),
        "s" if head.ends_with("ch")
            || head.ends_with("sh")
            || matches!(last, b's' | b'x' | b'z' | b'o') =>
        {
            format!("{head}es")
        }
        "s" => format!("{head}s"),
        "ed" if last == b'e' => format!("{head}d"),
        "ed" if consonant_y => format!("{stem}ied"),
        "ed" if doubles => format!("{head}{}ed", char::from(last)),
        "ed" => format!("{head}ed"),
        _ if last == b'e' && before != b'e' => format!("{stem}ing"),
        _ if doubles => format!("{head}{}ing", char::from(last)),
        _ => format!("{head}ing"),
    };
    if tail.is_empty() {
        inflected
    } else {
        format!("{inflected} {tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::{inflect, plain_classes};

    #[test]
    fn verbs_inflect() {
        let check = |verb: &str, forms: [&str; 3]| {
            assert_eq!(
                ["s", "ed", "ing"].map(|form| inflect(verb, form)),
                forms.map(str::to_owned)
            );
        };
        check("open", ["opens", "opened", "opening"]);
        check("file", ["files", "filed", "filing"]);
        check("push", ["pushes", "pushed", "pushing"]);
        check("tidy up", ["tidies up", "tidied up", "tidying up"]);
        check("ping", ["pings", "pinged", "pinging"]);
        check("plan", ["plans", "planned", "planning"]);
        check("review", ["reviews", "reviewed", "reviewing"]);
    }

    #[test]
    fn classes_stay_small() {
        assert_eq!(
            plain_classes(r"\w+\s[\]\w]"),
            r"[0-9A-Za-z_]+[ \t\n][\]0-9A-Za-z_]"
        );
        assert!(plain_classes(r"[\p{L}-]x").starts_with("(?-i:[A-Za-z"));
        assert_eq!(plain_classes(r"[]a][^]]"), r"[]a][^]]");
    }
}
