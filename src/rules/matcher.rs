//! The automata of one pattern.
//!
//! `regex` builds for every pattern what pays for itself over gigabytes: an automaton for each direction, one without
//! choices where there can be one, searchers for literals. Here the texts are clauses, each tried by a few of a hundred
//! patterns, and building is what takes the time. So one automaton is built, and three engines of `regex-automata`
//! run it: lazily as a DFA to see whether it matches at all, with backtracking to see where, and step by step in the
//! few texts that are too long for that.

use regex_automata::hybrid::dfa;
use regex_automata::nfa::thompson::{NFA, backtrack, pikevm};
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input, MatchKind};
use std::ops::Range;

/// What the lazy DFA may keep of the states that it has met, in bytes for each thread; then it begins anew. Half as much
/// again reads a twentieth faster, and takes 5 MB more over an archive.
const CACHE: usize = 1 << 18;

/// What matches one pattern, the leftmost place and the earlier alternatives first.
#[derive(Debug)]
pub(super) struct Matcher {
    dfa: dfa::DFA,
    backtracker: backtrack::BoundedBacktracker,
    anchored: Anchored,
    scratch: Pool<Scratch, Box<dyn Fn() -> Scratch + Send + Sync>>,
}

/// What a search writes in; one for each thread that searches.
#[derive(Debug)]
struct Scratch {
    dfa: dfa::Cache,
    backtracker: backtrack::Cache,
}

impl Matcher {
    /// # Errors
    /// What the engines cannot do with it.
    pub(super) fn new(nfa: NFA) -> Result<Self, String> {
        let dfa = lazy_dfa(&nfa)?;
        let anchored = anchored(&nfa);
        let backtracker =
            backtrack::BoundedBacktracker::new_from_nfa(nfa).map_err(|error| error.to_string())?;
        let scratch = {
            let (dfa, backtracker) = (dfa.clone(), backtracker.clone());
            Pool::new(Box::new(move || Scratch {
                dfa: dfa.create_cache(),
                backtracker: backtracker.create_cache(),
            }) as Box<dyn Fn() -> Scratch + Send + Sync>)
        };
        Ok(Self {
            dfa,
            backtracker,
            anchored,
            scratch,
        })
    }

    fn nfa(&self) -> &NFA {
        self.dfa.get_nfa()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut scratch = self.scratch.get();
        let input = self.input(text, 0);
        matches(&self.dfa, &mut scratch.dfa, &input)
            .unwrap_or_else(|| self.search(&mut scratch, &input, &mut []))
    }

    /// The place of the first match.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        // Where the start is known, the DFA tells the end.
        if self.anchored == Anchored::Yes {
            let mut scratch = self.scratch.get();
            let input = self.input(text, 0);
            if let Ok(end) = self.dfa.try_search_fwd(&mut scratch.dfa, &input) {
                return end.map(|end| 0..end.offset());
            }
        }
        self.captures_at(text, 0)?.whole()
    }

    /// The places of the whole match and of each capture, searched for from an offset on.
    pub(super) fn captures_at(&self, text: &str, from: usize) -> Option<Captures<'_>> {
        let mut scratch = self.scratch.get();
        let input = self.input(text, from);
        let mut slots = vec![None; self.nfa().group_info().slot_len()];
        self.search(&mut scratch, &input, &mut slots)
            .then_some(Captures {
                matcher: self,
                slots,
            })
    }

    fn input<'t>(&self, text: &'t str, from: usize) -> Input<'t> {
        Input::new(text).range(from..).anchored(self.anchored)
    }

    fn search(&self, scratch: &mut Scratch, input: &Input<'_>, slots: &mut [Slot]) -> bool {
        let cache = &mut scratch.backtracker;
        if let Ok(found) = self.backtracker.try_search_slots(cache, input, slots) {
            return found.is_some();
        }
        let Ok(steps) = pikevm::PikeVM::new_from_nfa(self.nfa().clone()) else {
            return false;
        };
        steps
            .search_slots(&mut steps.create_cache(), input, slots)
            .is_some()
    }
}

fn lazy_dfa(nfa: &NFA) -> Result<dfa::DFA, String> {
    dfa::DFA::builder()
        .configure(
            dfa::Config::new()
                .match_kind(MatchKind::LeftmostFirst)
                .cache_capacity(CACHE)
                .skip_cache_capacity_check(true)
                // What is beyond ASCII at a word's bound, the DFA leaves to the others.
                .unicode_word_boundary(true),
        )
        .build_from_nfa(nfa.clone())
        .map_err(|error| error.to_string())
}

fn anchored(nfa: &NFA) -> Anchored {
    if nfa.is_always_start_anchored() {
        Anchored::Yes
    } else {
        Anchored::No
    }
}

/// Whether there is a match; `None` where the DFA cannot tell.
fn matches(dfa: &dfa::DFA, cache: &mut dfa::Cache, input: &Input<'_>) -> Option<bool> {
    let input = input.clone().earliest(true);
    let found = dfa.try_search_fwd(cache, &input);
    found.ok().map(|end| end.is_some())
}

/// What tells of most texts that a pattern does not match them: a DFA of a smaller automaton, which matches more.
///
/// Where a pattern counts, "at most ten words", its own DFA has a state for every count and place, never has met them all,
/// and spends its time on making states. Nineteen of twenty texts that rules are tried on do not match, and a pattern that
/// matches none of them needs no other automaton.
#[derive(Debug)]
pub(super) struct Filter {
    dfa: dfa::DFA,
    anchored: Anchored,
    /// Whether it matches nothing more than the pattern.
    exact: bool,
    scratch: Pool<dfa::Cache, Box<dyn Fn() -> dfa::Cache + Send + Sync>>,
}

impl Filter {
    /// # Errors
    /// What the DFA cannot do with the automaton.
    pub(super) fn new(nfa: &NFA, exact: bool) -> Result<Self, String> {
        let dfa = lazy_dfa(nfa)?;
        let made = dfa.clone();
        Ok(Self {
            dfa,
            anchored: anchored(nfa),
            exact,
            scratch: Pool::new(Box::new(move || made.create_cache())),
        })
    }

    /// Whether the pattern matches; `None` where this cannot tell.
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        let input = Input::new(text).anchored(self.anchored);
        let found = matches(&self.dfa, &mut self.scratch.get(), &input)?;
        (self.exact || !found).then_some(found)
    }
}

type Slot = Option<regex_automata::util::primitives::NonMaxUsize>;

/// The places of a match.
pub(super) struct Captures<'m> {
    matcher: &'m Matcher,
    slots: Vec<Slot>,
}

impl Captures<'_> {
    /// The whole match.
    pub(super) fn whole(&self) -> Option<Range<usize>> {
        self.group(0)
    }

    /// A capture by its name.
    pub(super) fn named(&self, name: &str) -> Option<Range<usize>> {
        let groups = self.matcher.nfa().group_info();
        self.group(groups.to_index(regex_automata::PatternID::ZERO, name)?)
    }

    fn group(&self, group: usize) -> Option<Range<usize>> {
        let place = |slot: usize| self.slots.get(slot).copied().flatten();
        Some(place(2 * group)?.get()..place(2 * group + 1)?.get())
    }
}

#[cfg(test)]
mod tests {
    use super::Matcher;
    use crate::rules::automaton::build;
    use crate::rules::words::Words;

    fn matcher(pattern: &str) -> Matcher {
        regex_syntax::parse(pattern)
            .map_err(|error| error.to_string())
            .and_then(|pattern| build(&Words::default(), &pattern, None))
            .and_then(Matcher::new)
            .unwrap_or_else(|error| unreachable!("{pattern}: {error}"))
    }

    /// The regex crate finds the same.
    #[test]
    fn the_leftmost_match_and_its_captures() {
        let long = format!("{} b ab", "a".repeat(300_000));
        for pattern in [
            "^(?P<task>a+)(b|)",
            r"(?-u:\b)(a|ab)(?P<task>.*?)c",
            r"\bé(?P<task>\w*)",
            "(?P<task>x*)",
            r"b\s(?P<task>a)",
        ] {
            let (ours, theirs) = (matcher(pattern), regex::Regex::new(pattern));
            let theirs = theirs.unwrap_or_else(|error| unreachable!("{pattern}: {error}"));
            for text in ["", "aab", "xx abbc abc", "ein éclair", "caé b ab", &long] {
                let expected = theirs.captures(text).map(|found| {
                    let task = found.name("task").map(|task| task.range());
                    (found.get(0).map(|whole| whole.range()), task)
                });
                let found = ours.captures_at(text, 0);
                assert_eq!(
                    found.map(|found| (found.whole(), found.named("task"))),
                    expected,
                    "{pattern} on {} bytes",
                    text.len()
                );
                assert_eq!(ours.is_match(text), theirs.is_match(text), "{pattern}");
                let place = theirs.find(text).map(|place| place.range());
                assert_eq!(ours.find(text), place, "{pattern}");
            }
        }
    }
}
