//! The words that a match of a pattern cannot do without, read off the pattern.
//!
//! Of the parts that stand in a row every one must be there, of alternatives one. What comes of it are lists of words: a
//! text that has no word of one of the lists is not matched.

use super::pattern::Pattern;
use super::words::{Case, DEPTH, Mark, Words};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{
    Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, HirKind, Look, Repetition,
};
use std::collections::BTreeMap;

/// A class of more characters than this is no list of words.
const CLASS: usize = 8;
/// A list of more words than this is not looked for. A lexicon counts as one.
const LIST: usize = 64;
/// So many parts of a pattern after another are looked at for one word.
const ROW: usize = 4;
/// How many lists a pattern is held to, the rarest first.
const LISTS: usize = 5;
/// How many lists alternatives give, of which each has a word of every alternative.
const OF_ALTERNATIVES: usize = 3;
/// A list of which one place in so many has a word keeps no rule from a text: 99 of 100 clauses have one.
const COMMON: f64 = 1.0 / 20.0;

/// Words of which a match has at least one: in lower case, and each white space a space. One character stands for all
/// words of a lexicon, with a space beside it or without. [`BOUND`] at its end says that no letter follows.
pub(crate) type List = Vec<String>;

/// What stands at the end of a word behind which no other letter, digit or `_` stands.
pub(super) const BOUND: char = '\u{E000}';

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
        self.rarest(lists, LISTS)
    }

    /// The rarest of these lists in order, without those that a text meets anyway where it meets one before.
    fn rarest(&mut self, lists: Vec<List>, most: usize) -> Vec<List> {
        let rated = lists.into_iter().map(|list| (self.commonness(&list), list));
        let mut rated: Vec<(f64, List)> = rated.filter(|(common, _)| *common < COMMON).collect();
        rated.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.cmp(other)));
        let mut kept: Vec<List> = Vec::new();
        for (_, list) in rated {
            if kept.len() < most && !kept.iter().any(|rarer| implies(rarer, &list)) {
                kept.push(list);
            }
        }
        kept
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
                let lists = branches.iter().map(|branch| {
                    let mut lists = Vec::new();
                    self.needed(branch, &mut lists);
                    self.rarest(lists, OF_ALTERNATIVES)
                });
                let lists: Vec<Vec<List>> = lists.collect();
                // A branch that needs fewer lists needs its last one again.
                for at in 0..OF_ALTERNATIVES {
                    let list = |lists: &Vec<List>| lists.get(at).or(lists.last()).cloned();
                    let all: Option<Vec<List>> = lists.iter().map(list).collect();
                    out.extend(all.and_then(|all| tidied(all.concat())));
                }
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
            let rated = parts(beginning)
                .into_iter()
                .map(|part| (self.commonness(std::slice::from_ref(&part)), part));
            list.push(rated.min_by(|(a, _), (b, _)| a.total_cmp(b))?.1);
        }
        tidied(list)
    }

    /// How often a text has a word of a list, roughly: to compare lists by.
    fn commonness(&mut self, list: &[String]) -> f64 {
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
            HirKind::Look(Look::WordAscii) => Hir::literal(BOUND.to_string().into_bytes()),
            HirKind::Empty | HirKind::Look(_) => pattern.clone(),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) if !text.contains(|c| c == BOUND || lexicon_of(c).is_some()) => {
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

/// Whether a text that has a word of one list has one of the other.
fn implies(list: &List, other: &List) -> bool {
    list.iter()
        .all(|word| other.iter().any(|other| word.contains(other.as_str())))
}

/// What stands in a beginning besides lexicons, and the lexicons. A space beside a lexicon stays with it, and the bound
/// behind: its words then do not count inside other words.
fn parts(beginning: &str) -> Vec<String> {
    let beginning = without_bounds(beginning);
    let mut parts = Vec::new();
    let mut rest = beginning.as_str();
    while let Some((at, mark)) = rest.char_indices().find(|(_, c)| lexicon_of(*c).is_some()) {
        let (before, behind) = (&rest[..at], &rest[at + mark.len_utf8()..]);
        let space = if before.ends_with(' ') { " " } else { "" };
        let end = behind.chars().next();
        let end = end.filter(|c| matches!(*c, ' ' | BOUND));
        let end = end.map(String::from).unwrap_or_default();
        parts.push(before.to_owned());
        parts.push(format!("{space}{mark}{end}"));
        rest = behind.trim_start_matches(BOUND);
    }
    parts.push(rest.to_owned());
    parts.retain(|part| !part.is_empty() && is_known_in_each_case(part));
    parts
}

/// A beginning without the bounds that say nothing more: all but one at its end, behind a word.
fn without_bounds(beginning: &str) -> String {
    let mut bare = beginning.replace(BOUND, "");
    let ends_a_word = |c: char| is_letter(c) || lexicon_of(c).is_some();
    if beginning.ends_with(BOUND) && bare.ends_with(ends_a_word) {
        bare.push(BOUND);
    }
    bare
}

/// Whether a bound counts a character among those of words.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The words of a list, with those of its lexicons; nothing where the automaton cannot look for one of them.
pub(super) fn spelt_out(list: &[String], words: &Words) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for word in list {
        let mut marks = word.char_indices();
        let Some((at, mark)) = marks.find(|(_, c)| lexicon_of(*c).is_some()) else {
            all.push(word.clone());
            continue;
        };
        let (before, behind) = (&word[..at], &word[at + mark.len_utf8()..]);
        let lexicon = words.lexicon(lexicon_of(mark)?)?;
        all.extend(lexicon.iter().map(|word| match word.find(' ') {
            // A space in a word of a lexicon is any white space, and any number.
            Some(space) => format!("{before}{}", &word[..=space]),
            None if behind == " " || word.ends_with(is_letter) => format!("{before}{word}{behind}"),
            None => format!("{before}{word}"),
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
    let is_beyond = |range: &ClassUnicodeRange| {
        lexicon_of(range.end()).is_some() || (range.start()..=range.end()).contains(&BOUND)
    };
    if class.iter().any(is_beyond) {
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
