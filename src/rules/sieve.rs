//! Which rules a text cannot match, told by the words that it lacks.
//!
//! Most rules hang on a word: "will", "please", a verb of a lexicon. What a match cannot do without is read off the
//! rule's pattern: of the parts that stand in a row every one must be there, of alternatives one. One pass over a text
//! finds all these words at once, and only rules that miss none are tried. The idea is that of the literal prefilters
//! of the regex crate, which look for one pattern at a time and only at what it begins with.
//!
//! A rule that is left out could not have matched: what is found does not change, and a test tries every rule both ways.

use super::pattern::Pattern;
use super::words::{Case, DEPTH, Mark, Words};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Match, MatchKind};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, HirKind, Repetition};
use std::collections::BTreeMap;
use std::ops::Range;

/// A class of more characters than this is no list of words.
const CLASS: usize = 8;
/// A list of more words than this is not looked for. A lexicon counts as one.
const LIST: usize = 64;
/// So many parts of a pattern after another are looked at for one word.
const ROW: usize = 3;
/// How many lists a rule is held to, the rarest first.
const LISTS: usize = 3;
/// A list of which one place in so many has a word keeps no rule from a text: 99 of 100 clauses have one.
const COMMON: f64 = 1.0 / 20.0;

/// Words of which a match has at least one: in lower case, and each white space a space. One character stands for all
/// words of a lexicon, with a space before it or without.
pub(crate) type List = Vec<String>;

/// The lists of all rules, and the automaton that finds their words.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    /// Nothing where the words are too many for one automaton; then every rule is tried.
    words: Option<AhoCorasick>,
    /// For each word the lists that have it.
    lists_of: Vec<Bits>,
    /// For each rule its lists.
    rules: Vec<Bits>,
    /// A text without any word.
    none: Bits,
}

impl Sieve {
    /// Of the lists of every rule.
    pub(super) fn new<'l>(words: &Words, rules: impl Iterator<Item = &'l [List]>) -> Self {
        let rules: Vec<&[List]> = rules.collect();
        let mut lists: BTreeMap<&List, (usize, Vec<String>)> = BTreeMap::new();
        for list in rules.iter().copied().flatten() {
            let next = lists.len();
            if let Some(spelt) = spelt_out(list, words) {
                lists.entry(list).or_insert((next, spelt));
            }
        }
        let none = Bits::of(lists.len(), []);
        let mut looked_for: BTreeMap<&str, Bits> = BTreeMap::new();
        for (at, spelt) in lists.values() {
            for word in spelt {
                let lists = looked_for.entry(word).or_insert_with(|| none.clone());
                lists.set(*at);
            }
        }
        // What equals a letter or a space that it is not: with one of these in it, a text is not told by its words.
        for odd in ["\t", "\n", "\u{17F}", "\u{212A}"] {
            looked_for.insert(odd, Bits::of(lists.len(), 0..lists.len()));
        }
        let of_rule = |rule: &&[List]| {
            let known = rule.iter().filter_map(|list| Some(lists.get(list)?.0));
            Bits::of(lists.len(), known)
        };
        Self {
            words: AhoCorasickBuilder::new()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .build(looked_for.keys())
                .ok(),
            rules: rules.iter().map(of_rule).collect(),
            lists_of: looked_for.into_values().collect(),
            none,
        }
    }

    /// The words that a text has.
    pub(super) fn look(&self, text: &str) -> Looked {
        let words = self.words.as_ref();
        Looked(words.map(|words| words.find_overlapping_iter(text).collect()))
    }

    /// What a part of the text has of the words that were found.
    pub(super) fn met(&self, looked: &Looked, part: Range<usize>) -> Met {
        Met(looked.0.as_ref().map(|words| {
            let mut met = self.none.clone();
            // They are in the order of their ends.
            let first = words.partition_point(|word| word.end() <= part.start);
            let inside = words[first..]
                .iter()
                .take_while(|word| word.end() <= part.end)
                .filter(|word| word.start() >= part.start);
            for word in inside {
                met.add(&self.lists_of[word.pattern().as_usize()]);
            }
            met
        }))
    }

    /// Whether a rule may match a text that has these; false is certain.
    pub(super) fn may_match(&self, rule: usize, met: &Met) -> bool {
        met.0
            .as_ref()
            .is_none_or(|met| met.has_all(&self.rules[rule]))
    }
}

/// The words that a text has, with their places; nothing where they were not looked for.
#[derive(Debug, Default)]
pub(super) struct Looked(Option<Vec<Match>>);

/// The lists of which a text has a word; nothing where it was not looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Met(Option<Bits>);

/// A set of small numbers.
#[derive(Clone, Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    /// Of numbers below `size`.
    fn of(size: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut bits = Self(vec![0; size.div_ceil(64)]);
        for member in members {
            bits.set(member);
        }
        bits
    }

    fn set(&mut self, member: usize) {
        self.0[member / 64] |= 1 << (member % 64);
    }

    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    fn has_all(&self, other: &Self) -> bool {
        let mut pairs = self.0.iter().zip(&other.0);
        pairs.all(|(mine, theirs)| theirs & !mine == 0)
    }
}

/// Reads lists of words off patterns.
pub(super) struct ListReader<'w> {
    words: &'w Words,
    /// Macros, lowered, by their index and the case that counts in them.
    macros: BTreeMap<(usize, Case), Hir>,
    /// How common the words of each lexicon are together, by its index.
    lexicons: BTreeMap<usize, f64>,
}

/// The first of the characters that stand for lexicons here; a pattern that has one itself is not read.
const FIRST_MARK: u32 = 0xF0000;

/// The lexicon that a character stands for, an index.
fn lexicon_of(c: char) -> Option<usize> {
    Some(u32::from(c).checked_sub(FIRST_MARK)? as usize)
}

impl<'w> ListReader<'w> {
    pub(super) fn new(words: &'w Words) -> Self {
        Self {
            words,
            macros: BTreeMap::new(),
            lexicons: BTreeMap::new(),
        }
    }

    /// The lists of a pattern: every text that it matches has a word of each. None where the pattern asks for no word.
    pub(super) fn lists(&mut self, pattern: &Pattern) -> Vec<List> {
        let Ok(pattern) = pattern.as_written() else {
            return Vec::new();
        };
        let lowered = self.lowered(&pattern, 0);
        let mut lists = Vec::new();
        self.needed(&lowered, &mut lists);
        let mut lists: Vec<(f64, List)> = lists
            .into_iter()
            .map(|list| (self.commonness(&list), list))
            .collect();
        lists.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.cmp(other)));
        lists.dedup();
        lists.retain(|(commonness, _)| *commonness < COMMON);
        lists.truncate(LISTS);
        lists.into_iter().map(|(_, list)| list).collect()
    }

    /// Collects lists of words that a match needs.
    fn needed(&mut self, pattern: &Hir, out: &mut Vec<List>) {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(_) | HirKind::Class(_) => out.extend(self.begins_with(pattern)),
            HirKind::Capture(capture) => self.needed(&capture.sub, out),
            HirKind::Repetition(repetition) if repetition.min == 0 => {}
            HirKind::Repetition(repetition) => self.needed(&repetition.sub, out),
            HirKind::Alternation(branches) => {
                let mut all = Vec::new();
                for branch in branches {
                    let mut lists = Vec::new();
                    self.needed(branch, &mut lists);
                    let Some(rarest) = self.rarest(lists) else {
                        return;
                    };
                    all.extend(rarest);
                }
                out.extend(tidied(all));
            }
            HirKind::Concat(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    // Of what is repeated the last time counts: what follows it stands right behind.
                    let first = match part.kind() {
                        HirKind::Repetition(repetition) if repetition.min == 0 => continue,
                        HirKind::Repetition(repetition) => (*repetition.sub).clone(),
                        _ => part.clone(),
                    };
                    let rest = parts[at + 1..].iter().take(ROW).cloned();
                    let row = std::iter::once(first).chain(rest);
                    out.extend(self.begins_with(&Hir::concat(row.collect())));
                    if !matches!(part.kind(), HirKind::Literal(_) | HirKind::Class(_)) {
                        self.needed(part, out);
                    }
                }
            }
        }
    }

    /// The words with which a match begins, where they are few enough to list.
    fn begins_with(&mut self, pattern: &Hir) -> Option<List> {
        let mut extractor = Extractor::new();
        extractor
            .kind(ExtractKind::Prefix)
            .limit_class(CLASS)
            .limit_total(LIST);
        let found = extractor.extract(pattern);
        let mut list = Vec::new();
        for literal in found.literals()? {
            let beginning = std::str::from_utf8(literal.as_bytes()).ok()?;
            let parts = parts(beginning).into_iter().map(|part| vec![part]);
            list.extend(self.rarest(parts.collect())?);
        }
        tidied(list)
    }

    fn rarest(&mut self, lists: Vec<List>) -> Option<List> {
        let lists = lists.into_iter().map(|list| (self.commonness(&list), list));
        let rarest = lists.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        Some(rarest.1)
    }

    /// How often a text has a word of a list, roughly: to compare lists by.
    fn commonness(&mut self, list: &List) -> f64 {
        let words = self.words;
        let mut of = |c: char| match lexicon_of(c) {
            None => of_character(c),
            Some(at) => *self.lexicons.entry(at).or_insert_with(|| {
                let words = words.lexicon(at).unwrap_or_default().iter();
                words
                    .map(|word| word.chars().map(of_character).product::<f64>())
                    .sum()
            }),
        };
        list.iter()
            .map(|word| word.chars().map(&mut of).product::<f64>())
            .sum()
    }

    /// A pattern that matches whatever the pattern matches, in lower case and with spaces for all white space. A lexicon
    /// is one character, macros are put in. Captures are left out, so that what stands beside them is seen in one row.
    fn lowered(&mut self, pattern: &Hir, depth: usize) -> Hir {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => pattern.clone(),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) if !text.contains(|c| lexicon_of(c).is_some()) => {
                    Hir::literal(text.bytes().map(lower).collect::<Vec<u8>>())
                }
                _ => anything(),
            },
            HirKind::Class(Class::Bytes(_)) => anything(),
            HirKind::Class(Class::Unicode(class)) => lowered_class(class),
            // What may be missing is nothing that a match needs.
            HirKind::Repetition(repetition) if repetition.min == 0 => anything(),
            HirKind::Repetition(repetition) => Hir::repetition(Repetition {
                sub: Box::new(self.lowered(&repetition.sub, depth)),
                ..repetition.clone()
            }),
            HirKind::Concat(parts) => {
                Hir::concat(parts.iter().map(|part| self.lowered(part, depth)).collect())
            }
            HirKind::Alternation(branches) => {
                let lowered = branches.iter().map(|branch| self.lowered(branch, depth));
                Hir::alternation(lowered.collect())
            }
            HirKind::Capture(capture) => match self.words.mark(capture) {
                None => self.lowered(&capture.sub, depth),
                Some(Ok(Mark::Lexicon(at, _, _))) => u32::try_from(at)
                    .ok()
                    .and_then(|at| char::from_u32(FIRST_MARK.checked_add(at)?))
                    .map_or_else(anything, |mark| Hir::literal(mark.to_string().into_bytes())),
                Some(Ok(Mark::Macro(at, read, case))) if depth < DEPTH => {
                    self.lowered_macro((at, case), read, depth)
                }
                Some(_) => anything(),
            },
        }
    }

    /// A macro that asks for no word is as good as anything.
    fn lowered_macro(&mut self, at: (usize, Case), read: &Hir, depth: usize) -> Hir {
        if let Some(known) = self.macros.get(&at) {
            return known.clone();
        }
        let mut lowered = self.lowered(read, depth + 1);
        let mut lists = Vec::new();
        self.needed(&lowered, &mut lists);
        if lists.is_empty() {
            lowered = anything();
        }
        self.macros.insert(at, lowered.clone());
        lowered
    }
}

fn anything() -> Hir {
    Hir::repetition(Repetition {
        min: 0,
        max: None,
        greedy: true,
        sub: Box::new(Hir::dot(Dot::AnyChar)),
    })
}

/// What stands in a beginning besides lexicons, and the lexicons. A space before a lexicon stays with it: its words then
/// do not count inside other words.
fn parts(beginning: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = beginning;
    while let Some((at, mark)) = rest.char_indices().find(|(_, c)| lexicon_of(*c).is_some()) {
        let before = &rest[..at];
        let space = if before.ends_with(' ') { " " } else { "" };
        parts.push(before.to_owned());
        parts.push(format!("{space}{mark}"));
        rest = &rest[at + mark.len_utf8()..];
    }
    parts.push(rest.to_owned());
    parts.retain(|part| !part.is_empty() && is_known_in_each_case(part));
    parts
}

/// The words of a list, with those of its lexicons; nothing where the automaton cannot look for one of them.
fn spelt_out(list: &List, words: &Words) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for word in list {
        let Some(at) = word.chars().last().and_then(lexicon_of) else {
            all.push(word.clone());
            continue;
        };
        let space = if word.starts_with(' ') { " " } else { "" };
        all.extend(words.lexicon(at)?.iter().map(|word| {
            // A space in a word of a lexicon is any white space, and any number.
            let end = word.find(' ').map_or(word.len(), |space| space + 1);
            format!("{space}{}", &word[..end])
        }));
    }
    all.iter()
        .all(|word| is_known_in_each_case(word))
        .then_some(all)
}

/// Whether the automaton knows a word in either case: it knows the other case only of ASCII letters.
fn is_known_in_each_case(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii() || !c.is_alphabetic())
}

/// In order; nothing where a word is empty, for every text has that.
fn tidied(mut list: List) -> Option<List> {
    list.sort();
    list.dedup();
    (!list.is_empty() && list.iter().all(|word| !word.is_empty())).then_some(list)
}

fn of_character(c: char) -> f64 {
    match c {
        ' ' => 0.17,
        'e' | 't' | 'a' | 'o' | 'i' | 'n' | 's' | 'r' => 0.06,
        'a'..='z' => 0.02,
        '.' | ',' | '-' | ':' | '\'' => 0.01,
        _ => 0.003,
    }
}

fn lowered_class(class: &ClassUnicode) -> Hir {
    // No list of words, as nearly all classes with characters beyond ASCII.
    let beyond = class
        .ranges()
        .last()
        .is_some_and(|range| lexicon_of(range.end()).is_some());
    if beyond {
        return Hir::dot(Dot::AnyChar);
    }
    let mut all = class.clone();
    for range in class.iter() {
        let ascii = (range.start()..=range.end()).take_while(char::is_ascii);
        for c in ascii.filter_map(|c| u8::try_from(c).ok()).map(lower) {
            all.push(ClassUnicodeRange::new(char::from(c), char::from(c)));
        }
    }
    // Texts with one of the last two are not told by their words.
    let dropped = [
        ('A', 'Z'),
        ('\t', '\n'),
        ('\u{17F}', '\u{17F}'),
        ('\u{212A}', '\u{212A}'),
    ];
    let dropped = dropped.map(|(first, last)| ClassUnicodeRange::new(first, last));
    all.difference(&ClassUnicode::new(dropped));
    Hir::class(Class::Unicode(all))
}

fn lower(byte: u8) -> u8 {
    match byte {
        b'\t' | b'\n' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use crate::notes;
    use crate::rules::pack::PackFile;
    use crate::rules::{Engine, embedded_sources, engine};
    use crate::text::SourceText;

    fn embedded() -> Engine {
        engine().unwrap_or_else(|errors| unreachable!("the embedded packs: {errors:?}"))
    }

    /// Tries every rule on a text and says how many matched; none of them may have been left out.
    fn matching(engine: &Engine, text: &str) -> usize {
        let met = engine.sieve.met(&engine.sieve.look(text), 0..text.len());
        let mut count = 0;
        for (at, rule) in engine.rules.iter().enumerate() {
            if rule.pattern.is_match(text) {
                count += 1;
                assert!(engine.sieve.may_match(at, &met), "{} on {text:?}", rule.id);
            }
        }
        count
    }

    #[test]
    fn no_rule_that_matches_is_left_out() {
        let engine = embedded();
        let mut matches = 0;
        for source in embedded_sources() {
            let file: PackFile = toml::from_str(source.text)
                .unwrap_or_else(|error| unreachable!("{}: {error}", source.name));
            let rules = file.rules.iter().map(|rule| &rule.examples);
            let answers = file.answers.iter().map(|answer| &answer.examples);
            for examples in rules.chain(answers) {
                let positive = examples.matches.iter().map(|example| &example.text);
                let negative = examples.no_match.iter().map(|example| &example.text);
                for text in positive.chain(negative) {
                    let note = notes::parse(&SourceText::new("note.md", text.get_ref().as_str()));
                    for clause in &note.clauses {
                        for span in [clause.span, clause.sentence] {
                            let text = span.of(note.plain.text());
                            matches += matching(&engine, text);
                            matches += matching(&engine, &text.to_uppercase());
                            matches += matching(&engine, &text.replace(' ', "\t"));
                        }
                    }
                }
            }
        }
        assert!(matches > 1000, "{matches} matches are too few to tell");
    }

    #[test]
    fn rules_without_their_words_are_left_out() {
        let engine = embedded();
        let left = |text: &str| {
            let met = engine.sieve.met(&engine.sieve.look(text), 0..text.len());
            let tried = |at: &usize| engine.sieve.may_match(*at, &met);
            (0..engine.rules.len())
                .filter(tried)
                .map(|at| engine.rules[at].id.as_str())
                .collect::<Vec<_>>()
        };
        assert!(!left("the harbour was closed").contains(&"i-will"));
        assert!(left("i will close it").contains(&"i-will"));
        // No text is told by its words where one of its characters stands for another.
        assert_eq!(left("\u{212A}").len(), engine.rules.len());
    }
}
