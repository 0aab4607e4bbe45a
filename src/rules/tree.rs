//! Words and classes as trees of bytes: taken apart once, and put into every automaton that has them.
//!
//! What words, or characters, begin with alike is one way; what they end with alike is there once, too.

use super::words::Case;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use regex_syntax::utf8::{Utf8Sequence, Utf8Sequences};
use std::collections::BTreeMap;

/// The place behind a whole word or character.
pub(super) const END: usize = 0;

/// Steps from the first byte to [`END`].
#[derive(Debug)]
pub(super) struct Tree {
    /// The one at index `n` has the place `n + 1` and goes on at lower places only.
    pub steps: Vec<Step>,
    /// The place to begin at.
    pub start: usize,
}

/// What may come at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A byte of one of these ranges, which are in order: the first, the last, and the place to go on at.
    Bytes(Vec<(u8, u8, usize)>),
    /// White space, as much as there is, and the place to go on at.
    Spaces(usize),
    /// What comes at any of these places, the earlier before the later.
    Either(Vec<usize>),
}

impl Tree {
    /// Of words. Of two that begin alike the longer comes first.
    pub(super) fn of_words(words: &[String], case: Case) -> Self {
        let mut growing = Growing::default();
        let start = growing.words(&Node::of(words, case), case);
        Self {
            steps: growing.steps,
            start,
        }
    }

    /// Of the characters of some ranges, which are in order.
    pub(super) fn of_characters(ranges: &[ClassUnicodeRange]) -> Self {
        let mut growing = Growing::default();
        let start = growing.class(ranges, END);
        Self {
            steps: growing.steps,
            start,
        }
    }
}

/// Steps that are being added.
#[derive(Default)]
struct Growing {
    steps: Vec<Step>,
    /// Their places.
    known: BTreeMap<Step, usize>,
}

impl Growing {
    /// The place of a step, which may be there already.
    fn add(&mut self, step: Step) -> usize {
        if let Some(place) = self.known.get(&step) {
            return *place;
        }
        self.steps.push(step.clone());
        self.known.insert(step, self.steps.len());
        self.steps.len()
    }

    /// The words below a node.
    fn words(&mut self, node: &Node, case: Case) -> usize {
        let mut letters = Vec::new();
        let mut ways = Vec::new();
        for (c, below) in &node.next {
            let next = self.words(below, case);
            let mut utf8 = [0; 4];
            match c.encode_utf8(&mut utf8).as_bytes() {
                b" " => ways.push(self.add(Step::Spaces(next))),
                [byte] => letters.extend(cases(*byte, case).map(|byte| (byte, byte, next))),
                _ => {
                    let mut class = ClassUnicode::new([ClassUnicodeRange::new(*c, *c)]);
                    if case == Case::Any {
                        // Without the tables of Unicode, which are built in, it would be left as it is written.
                        let _ = class.try_case_fold_simple();
                    }
                    ways.push(self.class(&without_lookalikes(&class), next));
                }
            }
        }
        if !letters.is_empty() {
            letters.sort_unstable();
            ways.push(self.add(Step::Bytes(letters)));
        }
        // Whatever goes on comes first.
        if node.ends {
            ways.push(END);
        }
        match ways.as_slice() {
            [only] => *only,
            _ => self.add(Step::Either(ways)),
        }
    }

    /// A character of some ranges.
    fn class(&mut self, ranges: &[ClassUnicodeRange], end: usize) -> usize {
        let characters: Vec<Utf8Sequence> = ranges
            .iter()
            .flat_map(|range| Utf8Sequences::new(range.start(), range.end()))
            .collect();
        self.characters(&characters, 0, end)
    }

    /// The rest of characters that have the same bytes up to an index. They are in order, and what two of them may have
    /// there is the same or has nothing in common.
    fn characters(&mut self, characters: &[Utf8Sequence], at: usize, end: usize) -> usize {
        let byte = |character: &Utf8Sequence| character.as_slice()[at];
        let mut steps = Vec::new();
        for alike in characters.chunk_by(|one, next| byte(one) == byte(next)) {
            let next = if alike[0].len() == at + 1 {
                end
            } else {
                self.characters(alike, at + 1, end)
            };
            let byte = byte(&alike[0]);
            steps.push((byte.start, byte.end, next));
        }
        self.add(Step::Bytes(steps))
    }
}

/// The ranges of a class. The long s and the Kelvin sign stand in one because they fold to s and k; with them every word
/// with one of these letters would be a matter of several bytes.
pub(super) fn without_lookalikes(class: &ClassUnicode) -> Vec<ClassUnicodeRange> {
    let is_lookalike = |range: &ClassUnicodeRange| {
        range.start() == range.end() && matches!(range.start(), '\u{17F}' | '\u{212A}')
    };
    let ranges = class.ranges().iter().copied();
    ranges.filter(|range| !is_lookalike(range)).collect()
}

/// What may follow a beginning that words share.
#[derive(Default)]
struct Node {
    next: BTreeMap<char, Node>,
    /// Whether the beginning is itself a word.
    ends: bool,
}

impl Node {
    fn of(words: &[String], case: Case) -> Self {
        let mut tree = Self::default();
        for word in words {
            let mut node = &mut tree;
            for c in word.chars() {
                let c = match case {
                    Case::Any => c.to_ascii_lowercase(),
                    Case::AsWritten => c,
                };
                node = node.next.entry(c).or_default();
            }
            node.ends = true;
        }
        tree
    }
}

/// The letter, and its other case where it has one that counts.
fn cases(byte: u8, case: Case) -> impl Iterator<Item = u8> {
    let other = if byte.is_ascii_lowercase() {
        byte.to_ascii_uppercase()
    } else {
        byte.to_ascii_lowercase()
    };
    let other = (case == Case::Any && other != byte).then_some(other);
    std::iter::once(byte).chain(other)
}
