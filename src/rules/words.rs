//! The words of a pack: lexicons and macros by name, and patterns that name them.

use super::classes::plain_classes;
use super::pack::Lexicon;
use super::pattern::reason;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{
    Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition,
};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Lexicons and macros by name.
///
/// A pattern is read with a *mark* in place of each name, a capture named after the fragment's index; the fragment is
/// put in when the pattern is compiled. So a lexicon of some hundred words is taken apart once and not with every
/// pattern that names it, and what a pattern needs can be told from its few own words.
#[derive(Debug, Default)]
pub(super) struct Words {
    fragments: Vec<Fragment>,
    index: BTreeMap<String, usize>,
}

#[derive(Debug)]
enum Fragment {
    /// A lexicon, or a form of its verbs.
    List {
        words: Vec<String>,
        tree: OnceLock<Hir>,
    },
    Macro {
        text: String,
        read: OnceLock<Result<Hir, String>>,
    },
}

/// What stands in place of a name.
pub(super) enum Mark<'w> {
    /// A list of words with its index.
    List(usize, &'w [String]),
    /// A macro with its index, as it was read: marks in it are not yet put in.
    Macro(usize, &'w Hir),
}

impl Words {
    pub(super) fn add_macro(&mut self, name: &str, fragment: &str) {
        self.add(
            name.to_owned(),
            Fragment::Macro {
                text: fragment.to_owned(),
                read: OnceLock::new(),
            },
        );
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    pub(super) fn add_lexicon(&mut self, name: &str, lexicon: &Lexicon) -> Result<(), String> {
        if lexicon.words.is_empty() {
            return Err(format!("the lexicon {name} has no words"));
        }
        let mut add = |name: String, words: Vec<String>| {
            let tree = OnceLock::new();
            self.add(name, Fragment::List { words, tree });
        };
        add(name.to_owned(), lexicon.words.clone());
        if lexicon.inflect {
            for (at, form) in ["s", "ed", "ing"].into_iter().enumerate() {
                let inflected =
                    lexicon
                        .words
                        .iter()
                        .map(|word| match lexicon.irregular.get(word) {
                            Some(forms) => forms[at].clone(),
                            None => inflect(word, form),
                        });
                add(format!("{name}:{form}"), inflected.collect());
            }
        }
        Ok(())
    }

    fn add(&mut self, name: String, fragment: Fragment) {
        self.index.insert(name, self.fragments.len());
        self.fragments.push(fragment);
    }

    /// Puts marks in place of `{NAME}`. `{2,3}` stays a repetition.
    pub(super) fn marked(&self, pattern: &str) -> Result<String, String> {
        let mut out = String::with_capacity(pattern.len());
        let mut rest = pattern;
        let mut count = 0;
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
            let fragment = self
                .index
                .get(name)
                .ok_or_else(|| format!("there is no lexicon or macro {{{name}}}"))?;
            // The content keeps the parser from taking the mark for nothing.
            out.push_str(&format!("(?P<_{fragment}_{count}>-)"));
            count += 1;
            rest = &tail[name.len() + 2..];
        }
        out.push_str(rest);
        Ok(out)
    }

    /// Reads a pattern that has marks.
    pub(super) fn read(&self, marked: &str) -> Result<Hir, String> {
        ParserBuilder::new()
            .case_insensitive(true)
            .build()
            .parse(&plain_classes(marked))
            .map_err(|error| reason(&error.to_string()))
    }

    /// What a capture stands for, where it is a mark; `None` for one of the pattern's own.
    pub(super) fn mark(&self, capture: &Capture) -> Option<Result<Mark<'_>, String>> {
        let name = capture.name.as_deref()?.strip_prefix('_')?;
        let at: usize = name.split_once('_')?.0.parse().ok()?;
        Some(match self.fragments.get(at)? {
            Fragment::List { words, .. } => Ok(Mark::List(at, words)),
            Fragment::Macro { text, read } => read
                .get_or_init(|| self.read(&self.marked(text)?))
                .as_ref()
                .map(|read| Mark::Macro(at, read))
                .map_err(Clone::clone),
        })
    }

    /// The words of a list, by its index.
    pub(super) fn list(&self, at: usize) -> Option<&[String]> {
        match self.fragments.get(at)? {
            Fragment::List { words, .. } => Some(words),
            Fragment::Macro { .. } => None,
        }
    }

    /// A pattern with the fragments in place of its marks.
    pub(super) fn filled(&self, pattern: &Hir) -> Result<Hir, String> {
        self.fill(pattern, 0, &mut 0)
    }

    fn fill(&self, pattern: &Hir, depth: usize, captures: &mut u32) -> Result<Hir, String> {
        if depth > 8 {
            return Err("macros are nested too deep; does one name itself?".to_owned());
        }
        let mut all = |parts: &[Hir]| -> Result<Vec<Hir>, String> {
            let fill = |part| self.fill(part, depth, captures);
            parts.iter().map(fill).collect()
        };
        Ok(match pattern.kind() {
            HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => pattern.clone(),
            HirKind::Class(Class::Bytes(_)) => pattern.clone(),
            HirKind::Class(Class::Unicode(class)) => {
                Hir::class(Class::Unicode(without_lookalikes(class)))
            }
            HirKind::Repetition(repetition) => Hir::repetition(Repetition {
                sub: Box::new(self.fill(&repetition.sub, depth, captures)?),
                ..repetition.clone()
            }),
            HirKind::Concat(parts) => Hir::concat(all(parts)?),
            HirKind::Alternation(branches) => Hir::alternation(all(branches)?),
            HirKind::Capture(capture) => match self.mark(capture).transpose()? {
                Some(Mark::List(at, words)) => self.tree(at, words),
                Some(Mark::Macro(_, read)) => self.fill(read, depth + 1, captures)?,
                None => {
                    *captures += 1;
                    Hir::capture(Capture {
                        index: *captures,
                        name: capture.name.clone(),
                        sub: Box::new(self.fill(&capture.sub, depth, captures)?),
                    })
                }
            },
        })
    }

    fn tree(&self, at: usize, words: &[String]) -> Hir {
        match self.fragments.get(at) {
            Some(Fragment::List { tree, .. }) => tree.get_or_init(|| any_of(words)).clone(),
            _ => any_of(words),
        }
    }
}

/// Leaves the long s and the Kelvin sign out where they stand only because they fold to s and k: with them, every word
/// with one of these letters is a matter of several bytes.
fn without_lookalikes(class: &ClassUnicode) -> ClassUnicode {
    let mut class = class.clone();
    let lookalikes = ['\u{17F}', '\u{212A}'].map(|c| ClassUnicodeRange::new(c, c));
    let mut ascii = class.clone();
    ascii.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7F')]));
    let mut beyond = class.clone();
    beyond.difference(&ascii);
    beyond.difference(&ClassUnicode::new(lookalikes));
    if beyond.ranges().is_empty() {
        class = ascii;
    }
    class
}

/// A pattern for any of these words, the longest that fits: "follow up on" does not stop at "follow". A space is any
/// white space.
///
/// Words that begin alike share their beginning. An automaton that had to follow some hundred words side by side from
/// each place on would take most of the time of a scan.
fn any_of(words: &[String]) -> Hir {
    let mut tree = Node::default();
    for word in words {
        let mut node = &mut tree;
        for c in word.chars() {
            node = node.next.entry(c).or_default();
        }
        node.ends = true;
    }
    tree.pattern()
}

/// What may follow a beginning that words share.
#[derive(Debug, Default)]
struct Node {
    next: BTreeMap<char, Node>,
    /// Whether the beginning is itself a word.
    ends: bool,
}

impl Node {
    fn pattern(&self) -> Hir {
        let branch = |(c, node): (&char, &Self)| Hir::concat(vec![letter(*c), node.pattern()]);
        let mut branches: Vec<Hir> = self.next.iter().map(branch).collect();
        if self.ends {
            // Whatever goes on comes first.
            branches.push(Hir::empty());
        }
        if branches.is_empty() {
            Hir::empty()
        } else {
            Hir::alternation(branches)
        }
    }
}

/// A letter of a word, in both cases.
fn letter(c: char) -> Hir {
    let class = |chars: &mut dyn Iterator<Item = char>| {
        let ranges = chars.map(|c| ClassUnicodeRange::new(c, c));
        Hir::class(Class::Unicode(ClassUnicode::new(ranges)))
    };
    if c == ' ' {
        return Hir::repetition(Repetition {
            min: 1,
            max: None,
            greedy: true,
            sub: Box::new(class(&mut [' ', '\t', '\n'].into_iter())),
        });
    }
    if c.is_ascii() {
        return class(&mut [c.to_ascii_lowercase(), c.to_ascii_uppercase()].into_iter());
    }
    class(&mut c.to_lowercase().chain(c.to_uppercase()).chain([c]))
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
    use super::super::matcher::Matcher;
    use super::{any_of, inflect};

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
    fn the_longest_word_wins() {
        let words = ["go", "follow", "follow up on", "follow-up", "a.b"].map(str::to_owned);
        let pattern = Matcher::new(&any_of(&words))
            .unwrap_or_else(|error| unreachable!("the pattern of words: {error}"));
        let check = |text: &str, found: Option<&str>| {
            let place = pattern.captures_at(text, 0).and_then(|found| found.whole());
            assert_eq!(place.map(|place| &text[place]), found, "{text}");
        };
        check("Follow  up\ton it", Some("Follow  up\ton"));
        check("follow up", Some("follow"));
        check("follow-up", Some("follow-up"));
        check("a.b", Some("a.b"));
        check("axb", None);
        check("GO", Some("GO"));
    }
}
