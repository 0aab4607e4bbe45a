//! Which rules a text cannot match, told by the words that it lacks.
//!
//! Most rules hang on a word: "will", "please", a verb of a lexicon. What a match cannot do without is read off the
//! rule's pattern ([`lists`](super::lists)). One pass over a text finds all these words at once, and only rules that miss
//! none are tried. The idea is that of the literal prefilters of the regex crate, which look for one pattern at a time and
//! only at what it begins with.
//!
//! A rule that is left out could not have matched: what is found does not change, and a test tries every rule both ways.

use super::bits::Bits;
use super::lists::{BOUND, List, spelt_out};
use super::words::Words;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Match, MatchKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// The lists of all rules, and the automaton that finds their words.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    /// Nothing where the words are too many for one automaton; then a text counts as one that has them all.
    words: Option<AhoCorasick>,
    /// For each word the lists that have it, and those that have it where it ends with its last letter.
    lists_of: Vec<[Bits; 2]>,
    /// For each rule its lists.
    rules: Vec<Bits>,
    /// For each list the rules of which it is the rarest.
    by_rarest: Vec<Vec<usize>>,
    /// The rules that need no word.
    without: Vec<usize>,
}

/// The words that a text has, with their places.
#[derive(Debug, Default)]
pub(super) struct Looked(Vec<Match>);

impl Sieve {
    /// Of the lists of every rule, the rarest first.
    pub(super) fn new<'l>(words: &Words, rules: impl Iterator<Item = &'l [List]>) -> Self {
        let mut lists: BTreeMap<&List, usize> = BTreeMap::new();
        let mut looked_for: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
        let mut numbers = Vec::new();
        for rule in rules {
            let mut known = Vec::new();
            for list in rule {
                if let Some(number) = lists.get(list) {
                    known.push(*number);
                } else if let Some(spelt) = spelt_out(list, words) {
                    let number = lists.len();
                    lists.insert(list, number);
                    known.push(number);
                    for word in spelt {
                        let bare = word.trim_end_matches(BOUND);
                        let at_end = usize::from(bare.len() < word.len());
                        looked_for.entry(bare.to_owned()).or_default()[at_end].push(number);
                    }
                }
            }
            numbers.push(known);
        }
        // What equals a letter or a space that it is not: with one of these in it, a text is not told by its words.
        for odd in ["\t", "\n", "\u{17F}", "\u{212A}"] {
            let [everywhere, _] = looked_for.entry(odd.to_owned()).or_default();
            *everywhere = (0..lists.len()).collect();
        }
        let mut sieve = Self {
            words: AhoCorasickBuilder::new()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .build(looked_for.keys())
                .ok(),
            by_rarest: vec![Vec::new(); lists.len()],
            ..Self::default()
        };
        for [everywhere, at_end] in looked_for.into_values() {
            let everywhere = Bits::of(lists.len(), everywhere);
            let mut whole = Bits::of(lists.len(), at_end);
            whole.add(&everywhere);
            sieve.lists_of.push([everywhere, whole]);
        }
        for (rule, known) in numbers.into_iter().enumerate() {
            match known.first() {
                Some(rarest) => sieve.by_rarest[*rarest].push(rule),
                None => sieve.without.push(rule),
            }
            sieve.rules.push(Bits::of(lists.len(), known));
        }
        sieve
    }

    /// Finds the words that a text has.
    pub(super) fn look(&self, text: &str, looked: &mut Looked) {
        looked.0.clear();
        if let Some(words) = &self.words {
            looked.0.extend(words.find_overlapping_iter(text));
        }
    }

    /// The lists of which a part of a text has a word.
    pub(super) fn met(&self, text: &str, looked: &Looked, part: Range<usize>, met: &mut Bits) {
        let size = self.by_rarest.len();
        if self.words.is_none() {
            *met = Bits::of(size, 0..size);
            return;
        }
        met.clear(size);
        let ends_at = |end: usize| {
            let next = text.as_bytes()[..part.end].get(end);
            next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        };
        // They are in the order of their ends.
        let first = looked.0.partition_point(|word| word.end() <= part.start);
        let inside = looked.0[first..]
            .iter()
            .take_while(|word| word.end() <= part.end)
            .filter(|word| word.start() >= part.start);
        for word in inside {
            let lists = &self.lists_of[word.pattern().as_usize()];
            met.add(&lists[usize::from(ends_at(word.end()))]);
        }
    }

    /// Of some rules those that may match a text that has met these lists, in order; the others cannot.
    pub(super) fn passing(&self, rules: &Bits, met: &Bits) -> Vec<usize> {
        let met_rarest = met.members().flat_map(|list| &self.by_rarest[list]);
        let may_match = |rule: &&usize| rules.has(**rule) && met.has_all(&self.rules[**rule]);
        let passing = self.without.iter().chain(met_rarest).filter(may_match);
        let mut passing: Vec<usize> = passing.copied().collect();
        passing.sort_unstable();
        passing
    }
}

#[cfg(test)]
mod tests {
    use crate::notes;
    use crate::rules::bits::Bits;
    use crate::rules::pack::PackFile;
    use crate::rules::{Engine, embedded_sources, engine};
    use crate::text::SourceText;

    fn embedded() -> Engine {
        engine().unwrap_or_else(|errors| unreachable!("the embedded packs: {errors:?}"))
    }

    /// Tries every rule on a text and says how many matched; none of them may have been left out.
    fn matching(engine: &Engine, text: &str) -> usize {
        let passing = passing(engine, text);
        let mut count = 0;
        for (at, rule) in engine.rules.iter().enumerate() {
            if rule.pattern.is_match(text) {
                count += 1;
                assert!(passing.contains(&at), "{} on {text:?}", rule.id);
            }
        }
        count
    }

    fn passing(engine: &Engine, text: &str) -> Vec<usize> {
        let (mut looked, mut met) = Default::default();
        engine.sieve.look(text, &mut looked);
        let whole = 0..text.len();
        engine.sieve.met(text, &looked, whole, &mut met);
        let all = Bits::of(engine.rules.len(), 0..engine.rules.len());
        engine.sieve.passing(&all, &met)
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
            let passing = passing(&engine, text).into_iter();
            passing
                .map(|at| engine.rules[at].id.as_str())
                .collect::<Vec<_>>()
        };
        assert!(!left("the harbour was closed").contains(&"i-will"));
        assert!(left("i will close it").contains(&"i-will"));
        // A verb is none inside of another word.
        assert!(left("to open it").contains(&"to-verb"));
        assert!(!left("to openers").contains(&"to-verb"));
        // No text is told by its words where one of its characters stands for another.
        assert_eq!(left("\u{212A}").len(), engine.rules.len());
    }
}
