//! Which rules a text cannot match, told by the words that it lacks.
//!
//! Most rules hang on a word: "will", "please", a verb of a lexicon. What a match cannot do without is read off the
//! rule's pattern: of the parts that stand in a row every one must be there, of alternatives one. One pass over a text
//! finds all these words at once, and only rules that miss none are tried. The idea is that of the literal prefilters
//! of the regex crate, which look for one pattern at a time and only at what it begins with.
//!
//! A rule that is left out could not have matched: what is found does not change, and a test tries every rule both ways.

use super::pattern::Pattern;
use super::words::{Mark, Words};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, HirKind, Repetition};
use std::collections::BTreeMap;

/// A class of more characters than this is no list of words.
const CLASS: usize = 8;
/// A list of more words than this is not looked for. A lexicon counts as one.
const LIST: usize = 64;
/// So many parts of a pattern after another are looked at for one word.
const ROW: usize = 3;
/// How many lists a rule is held to, the rarest first.
const LISTS: usize = 3;

/// Words of which a match has at least one: in lower case, and each white space a space.
pub(crate) type List = Vec<String>;

/// The lists of all rules, and the automaton that finds their words.
#[derive(Clone, Debug, Default)]
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
    pub(super) fn new<'l>(rules: impl Iterator<Item = &'l [List]>) -> Self {
        let rules: Vec<&[List]> = rules.collect();
        let mut index: BTreeMap<&List, usize> = BTreeMap::new();
        for list in rules.iter().copied().flatten() {
            let next = index.len();
            index.entry(list).or_insert(next);
        }
        let none = Bits::of(index.len(), []);
        let mut words: BTreeMap<&str, Bits> = BTreeMap::new();
        for (list, at) in &index {
            for word in *list {
                words.entry(word).or_insert_with(|| none.clone()).set(*at);
            }
        }
        // What equals a letter or a space that it is not: with one of these in it, a text is not told by its words.
        for odd in ["\t", "\n", "\u{17F}", "\u{212A}"] {
            words.insert(odd, Bits::of(index.len(), 0..index.len()));
        }
        let rules = rules
            .iter()
            .map(|lists| Bits::of(index.len(), lists.iter().map(|list| index[list])))
            .collect();
        Self {
            words: AhoCorasickBuilder::new()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .build(words.keys())
                .ok(),
            lists_of: words.into_values().collect(),
            rules,
            none,
        }
    }

    /// What a text has.
    pub(super) fn look(&self, text: &str) -> Met {
        let words = self.words.as_ref().map(|words| {
            let mut met = self.none.clone();
            for word in words.find_overlapping_iter(text) {
                met.add(&self.lists_of[word.pattern().as_usize()]);
            }
            met
        });
        Met(words)
    }

    /// Whether a rule may match a text that has these; false is certain.
    pub(super) fn may_match(&self, rule: usize, met: &Met) -> bool {
        met.0
            .as_ref()
            .is_none_or(|met| met.has_all(&self.rules[rule]))
    }
}

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

/// The lists of a pattern: every text that it matches has a word of each. None where the pattern asks for no word.
pub(super) fn lists(words: &Words, pattern: &Pattern) -> Vec<List> {
    let Ok(pattern) = pattern.read() else {
        return Vec::new();
    };
    let mut lists = Vec::new();
    needed(&lowered(&pattern, words, 0), words, &mut lists);
    lists.sort_by(|a, b| commonness(a).total_cmp(&commonness(b)).then(a.cmp(b)));
    lists.dedup();
    lists.truncate(LISTS);
    lists
}

/// Collects lists of words that a match needs.
fn needed(pattern: &Hir, words: &Words, out: &mut Vec<List>) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(_) | HirKind::Class(_) => out.extend(begins_with(pattern.clone(), words)),
        HirKind::Capture(capture) => needed(&capture.sub, words, out),
        HirKind::Repetition(repetition) if repetition.min == 0 => {}
        HirKind::Repetition(repetition) => needed(&repetition.sub, words, out),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                let mut lists = Vec::new();
                needed(branch, words, &mut lists);
                let rarest = lists
                    .into_iter()
                    .min_by(|a, b| commonness(a).total_cmp(&commonness(b)));
                let Some(rarest) = rarest else { return };
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
                out.extend(begins_with(Hir::concat(row.collect()), words));
                needed(part, words, out);
            }
        }
    }
}

/// The words with which a match begins, where they are few enough to list.
fn begins_with(pattern: Hir, words: &Words) -> Option<List> {
    let mut extractor = Extractor::new();
    extractor
        .kind(ExtractKind::Prefix)
        .limit_class(CLASS)
        .limit_total(LIST);
    let found = extractor.extract(&pattern);
    let mut list = Vec::new();
    for literal in found.literals()? {
        list.extend(spelt_out(
            std::str::from_utf8(literal.as_bytes()).ok()?,
            words,
        )?);
    }
    tidied(list)
}

/// The words for a beginning in which a lexicon may stand: its own, or what stands before or behind it, whatever is
/// rarer. A space before a lexicon stays with its words, which then do not count inside other words.
fn spelt_out(beginning: &str, words: &Words) -> Option<List> {
    let mut choices: Vec<List> = Vec::new();
    let mut rest = beginning;
    while let Some(at) = rest.find(|c| listed(c, words).is_some()) {
        let before = &rest[..at];
        let mark = rest[at..].chars().next()?;
        let space = if before.ends_with(' ') { " " } else { "" };
        let spelt = listed(mark, words)?.iter().map(|word| {
            // A space in a word of a lexicon is any white space.
            let end = word.find(' ').map_or(word.len(), |space| space + 1);
            format!("{space}{}", &word[..end]).to_ascii_lowercase()
        });
        choices.push(vec![before.to_owned()]);
        choices.push(spelt.collect());
        rest = &rest[at + mark.len_utf8()..];
    }
    choices.push(vec![rest.to_owned()]);
    choices
        .into_iter()
        .filter(|list| list.iter().all(|word| !word.is_empty() && plain(word)))
        .min_by(|a, b| commonness(a).total_cmp(&commonness(b)))
}

/// In order and without what another word is part of anyway; nothing where a word is empty, for every text has that.
fn tidied(mut list: List) -> Option<List> {
    list.sort();
    list.dedup();
    (!list.is_empty() && list.iter().all(|word| !word.is_empty())).then_some(list)
}

/// Whether a word has no letter whose other case the automaton does not know.
fn plain(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii() || !c.is_alphabetic())
}

/// How often a text has a word of a list, roughly: to compare lists by.
fn commonness(list: &List) -> f64 {
    let of = |byte: u8| match byte {
        b' ' => 0.17,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0.06,
        b'a'..=b'z' => 0.02,
        b'.' | b',' | b'-' | b':' | b'\'' => 0.01,
        _ => 0.003,
    };
    list.iter()
        .map(|word| word.bytes().map(of).product::<f64>())
        .sum()
}

/// The first of the characters that stand for lists of words here; they stand in no note.
const FIRST_MARK: u32 = 0xF0000;

/// The words of the list that a character stands for.
fn listed(mark: char, words: &Words) -> Option<&[String]> {
    let at = u32::from(mark).checked_sub(FIRST_MARK)?;
    words.list(at as usize)
}

/// A pattern that matches whatever the pattern matches, in lower case and with spaces for all white space. A list is one
/// character, macros are put in. Captures are left out, so that what stands beside them is seen in one row.
fn lowered(pattern: &Hir, words: &Words, depth: usize) -> Hir {
    let anything = || {
        Hir::repetition(Repetition {
            min: 0,
            max: None,
            greedy: true,
            sub: Box::new(Hir::dot(Dot::AnyChar)),
        })
    };
    let all = |parts: &[Hir]| -> Vec<Hir> {
        let lowered = |part| lowered(part, words, depth);
        parts.iter().map(lowered).collect()
    };
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => pattern.clone(),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            // The pattern's own character would be misread.
            Ok(text) if text.contains(|c| listed(c, words).is_some()) => anything(),
            _ => Hir::literal(
                literal
                    .0
                    .iter()
                    .map(|byte| lower(*byte))
                    .collect::<Vec<u8>>(),
            ),
        },
        HirKind::Class(Class::Bytes(_)) => anything(),
        HirKind::Class(Class::Unicode(class)) => Hir::class(Class::Unicode(lowered_class(class))),
        // What may be missing is nothing that a match needs.
        HirKind::Repetition(repetition) if repetition.min == 0 => anything(),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(lowered(&repetition.sub, words, depth)),
            ..repetition.clone()
        }),
        HirKind::Concat(parts) => Hir::concat(all(parts)),
        HirKind::Alternation(branches) => Hir::alternation(all(branches)),
        HirKind::Capture(capture) => match words.mark(capture) {
            None => lowered(&capture.sub, words, depth),
            Some(Ok(Mark::Macro(read))) if depth < 8 => lowered(read, words, depth + 1),
            Some(Ok(Mark::List(at, _))) => u32::try_from(at)
                .ok()
                .and_then(|at| char::from_u32(FIRST_MARK.checked_add(at)?))
                .map_or_else(anything, |mark| Hir::literal(mark.to_string().into_bytes())),
            Some(_) => anything(),
        },
    }
}

fn lowered_class(class: &ClassUnicode) -> ClassUnicode {
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
    all
}

fn lower(byte: u8) -> u8 {
    match byte {
        b'\t' | b'\n' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}
