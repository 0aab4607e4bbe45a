//! The words of a pack: lexicons and macros by name, and patterns that name them.

use super::classes::plain_classes;
use super::pack::Lexicon;
use super::pattern::reason;
use super::tree::Tree;
use crate::text::nearest;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, ClassUnicodeRange, Hir, HirKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Lexicons and macros by name.
///
/// A pattern is read with a *mark* in place of each name, a capture named after the fragment's index; the fragment is
/// put in when the pattern is compiled. So a lexicon of some hundred words is taken apart once and not with every
/// pattern that names it, and what a pattern needs can be told from its few own words.
#[derive(Debug, Default)]
pub(super) struct Words {
    fragments: Vec<Fragment>,
    index: BTreeMap<String, usize>,
    /// Whether all packs could be read. What is missing otherwise may well be there.
    complete: bool,
    /// The classes beyond ASCII that patterns have, as trees: there are few, and most patterns have one.
    classes: Mutex<BTreeMap<Vec<ClassUnicodeRange>, Arc<Tree>>>,
}

/// The words of a lexicon.
#[derive(Debug)]
pub(super) struct LexiconWords {
    words: Vec<String>,
    /// The same as a tree, for each case that counts; made when it is first needed.
    trees: [OnceLock<Tree>; 2],
}

impl LexiconWords {
    pub(super) fn tree(&self, case: Case) -> &Tree {
        self.trees[case as usize].get_or_init(|| Tree::of_words(&self.words, case))
    }
}

#[derive(Debug)]
enum Fragment {
    /// A lexicon, or a form of its verbs.
    Lexicon(LexiconWords),
    Macro {
        text: String,
        /// As it is read where any case will do, and where it must be as written.
        read: [OnceLock<Result<Hir, String>>; 2],
    },
}

impl Fragment {
    fn new_macro(text: &str) -> Self {
        Self::Macro {
            text: text.to_owned(),
            read: Default::default(),
        }
    }
}

/// What stands in place of a name.
pub(super) enum Mark<'w> {
    /// A lexicon with its index.
    Lexicon(usize, &'w LexiconWords, Case),
    /// A macro with its index, as it was read: marks in it are not yet put in.
    Macro(usize, &'w Hir, Case),
}

/// Which case of a letter counts where a mark stands: `(?-i:{NAME})` asks for the one that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Case {
    /// Either.
    Any,
    /// That of the fragment.
    AsWritten,
}

/// How deep macros may name each other.
pub(super) const DEPTH: usize = 8;
/// What is wrong where they are deeper.
pub(super) const TOO_DEEP: &str = "macros are nested too deep; does one name itself?";

impl Words {
    pub(super) fn new(complete: bool) -> Self {
        Self {
            complete,
            ..Self::default()
        }
    }

    /// Adds a macro, which takes the place of one of the same name, and gives its index.
    pub(super) fn add_macro(&mut self, name: &str, text: &str) -> usize {
        self.add(name.to_owned(), Fragment::new_macro(text))
    }

    /// Tries macros by their indices and gives what is wrong with them. Those that are wrong stand for nothing from then
    /// on, so that no pattern that names them is told to be wrong for it.
    pub(super) fn check_macros(
        &mut self,
        macros: impl Iterator<Item = usize>,
    ) -> Vec<(usize, String)> {
        let check = |at| Some((at, self.check_macro(at).err()?));
        let wrong: Vec<(usize, String)> = macros.filter_map(check).collect();
        for (at, _) in &wrong {
            self.fragments[*at] = Fragment::new_macro("");
        }
        wrong
    }

    fn check_macro(&self, at: usize) -> Result<(), String> {
        if let Fragment::Macro { text, .. } = &self.fragments[at] {
            self.read_macro(text, Case::Any)?;
        }
        let mut named = BTreeSet::from([at]);
        for _ in 0..DEPTH {
            named = named.iter().flat_map(|at| self.macros_in(*at)).collect();
        }
        if named.is_empty() {
            Ok(())
        } else {
            Err(TOO_DEEP.to_owned())
        }
    }

    /// The macros that a macro names.
    fn macros_in(&self, at: usize) -> Vec<usize> {
        let mut named = Vec::new();
        if let Fragment::Macro { text, .. } = &self.fragments[at] {
            // A name that there is not is told by itself.
            replaced(text, &mut |name| {
                let at = self.index.get(name).copied();
                let is_macro = |at: &usize| matches!(self.fragments[*at], Fragment::Macro { .. });
                named.extend(at.filter(is_macro));
                String::new()
            });
        }
        named
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    pub(super) fn add_lexicon(&mut self, name: &str, lexicon: &Lexicon) -> Result<(), String> {
        if lexicon.words.is_empty() {
            return Err(format!("the lexicon `{name}` has no words"));
        }
        let mut add = |name: String, words: Vec<String>| {
            let trees = Default::default();
            self.add(name, Fragment::Lexicon(LexiconWords { words, trees }));
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

    fn add(&mut self, name: String, fragment: Fragment) -> usize {
        let at = self.fragments.len();
        self.index.insert(name, at);
        self.fragments.push(fragment);
        at
    }

    fn missing(&self, name: &str) -> String {
        let mut message = format!("there is no lexicon or macro {{{name}}}");
        let known = self.index.keys().map(String::as_str);
        if let Some(meant) = nearest(name, known) {
            message.push_str(&format!("; is {{{meant}}} meant?"));
        }
        message
    }

    /// Puts marks in place of `{NAME}`. With it comes what is to be said of names that there are not.
    pub(super) fn marked(&self, pattern: &str) -> (String, Vec<String>) {
        let mut count = 0;
        let mut missing: Vec<String> = Vec::new();
        let marked = replaced(pattern, &mut |name| {
            let Some(fragment) = self.index.get(name) else {
                let message = self.missing(name);
                if self.complete && !missing.contains(&message) {
                    missing.push(message);
                }
                // Nothing, but something that can be repeated.
                return "(?:)".to_owned();
            };
            count += 1;
            // The content keeps the parser from taking the mark for nothing, and tells whether case matters there.
            format!("(?P<_{fragment}_{count}>a)")
        });
        (marked, missing)
    }

    /// Reads a macro.
    fn read_macro(&self, text: &str, case: Case) -> Result<Hir, String> {
        match self.marked(text) {
            (marked, missing) if missing.is_empty() => self.read(&marked, case),
            (_, missing) => Err(missing.join("; ")),
        }
    }

    /// Reads a pattern that has marks.
    pub(super) fn read(&self, marked: &str, case: Case) -> Result<Hir, String> {
        ParserBuilder::new()
            .case_insensitive(case == Case::Any)
            .build()
            .parse(&plain_classes(marked))
            .map_err(|error| reason(&error.to_string()))
    }

    /// What a capture stands for, where it is a mark; `None` for one of the pattern's own.
    pub(super) fn mark(&self, capture: &Capture) -> Option<Result<Mark<'_>, String>> {
        let name = capture.name.as_deref()?.strip_prefix('_')?;
        let at: usize = name.split_once('_')?.0.parse().ok()?;
        // Where case does not matter the parser made a class of the letter.
        let case = match capture.sub.kind() {
            HirKind::Literal(_) => Case::AsWritten,
            _ => Case::Any,
        };
        Some(match self.fragments.get(at)? {
            Fragment::Lexicon(lexicon) => Ok(Mark::Lexicon(at, lexicon, case)),
            Fragment::Macro { text, read } => read[case as usize]
                .get_or_init(|| self.read_macro(text, case))
                .as_ref()
                .map(|read| Mark::Macro(at, read, case))
                .map_err(Clone::clone),
        })
    }

    /// The words of a lexicon, by its index.
    pub(super) fn lexicon(&self, at: usize) -> Option<&[String]> {
        match self.fragments.get(at)? {
            Fragment::Lexicon(lexicon) => Some(&lexicon.words),
            Fragment::Macro { .. } => None,
        }
    }

    /// The tree of a class, by its ranges.
    pub(super) fn class(&self, ranges: Vec<ClassUnicodeRange>) -> Arc<Tree> {
        // Whoever was interrupted has added a whole tree or none.
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = classes.entry(ranges);
        let made = entry.or_insert_with_key(|ranges| Arc::new(Tree::of_characters(ranges)));
        Arc::clone(made)
    }

    /// A pattern with the fragments in place of their names.
    ///
    /// # Errors
    /// A name that there is not, or macros that are nested too deep.
    pub(super) fn expanded(&self, pattern: &str) -> Result<String, String> {
        Ok(plain_classes(&self.expand(pattern, 0)?))
    }

    fn expand(&self, pattern: &str, depth: usize) -> Result<String, String> {
        if depth > DEPTH {
            return Err(TOO_DEEP.to_owned());
        }
        let mut wrong = None;
        let expanded = replaced(pattern, &mut |name| {
            let expanded = self.fragment(name, depth);
            expanded.unwrap_or_else(|error| {
                wrong.get_or_insert(error);
                String::new()
            })
        });
        wrong.map_or(Ok(expanded), Err)
    }

    fn fragment(&self, name: &str, depth: usize) -> Result<String, String> {
        let fragment = self.index.get(name).and_then(|at| self.fragments.get(*at));
        match fragment {
            None => Err(self.missing(name)),
            Some(Fragment::Macro { text, .. }) => {
                Ok(format!("(?:{})", self.expand(text, depth + 1)?))
            }
            Some(Fragment::Lexicon(lexicon)) => {
                let words = lexicon.words.iter();
                let mut words: Vec<String> = words
                    .map(|word| regex_syntax::escape(word).replace(' ', r"\s+"))
                    .collect();
                // Longest first: "follow up on" must not stop at "follow".
                words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
                Ok(format!("(?:{})", words.join("|")))
            }
        }
    }
}

/// Puts something in place of each `{NAME}`, by the name. `{2,3}` stays a repetition.
fn replaced(pattern: &str, with: &mut dyn FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let tail = &rest[open..];
        let name = tail[1..].split_once('}').map_or("", |(name, _)| name);
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
            && !rest[..open].ends_with(r"\p")
            && !rest[..open].ends_with(r"\P");
        if !is_name {
            out.push('{');
            rest = &tail[1..];
            continue;
        }
        out.push_str(&with(name));
        rest = &tail[name.len() + 2..];
    }
    out.push_str(rest);
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
    use super::inflect;

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
}
