//! A pattern that is compiled when it is first tried.
//!
//! Of some hundred rules, gates and guards a short note needs a few: compiling them all would take most of the time of
//! reading it.

use super::automaton;
use super::matcher::{Captures, Filter, Matcher};
use super::pack::Anchor;
use super::words::{Case, Words};
use regex_automata::nfa::thompson::NFA;
use regex_syntax::hir::{Hir, HirKind};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A pattern, compiled or not yet.
#[derive(Debug)]
pub(crate) struct Pattern {
    words: Arc<Words>,
    written: String,
    /// As it was written, with marks for names.
    marked: String,
    read: OnceLock<Result<Hir, String>>,
    anchor: Option<Anchor>,
    /// Nothing where it could not be made.
    filter: OnceLock<Option<Filter>>,
    matcher: OnceLock<Matcher>,
}

impl Pattern {
    /// A pattern, with what is to be said of names in it that there are not.
    pub(super) fn new(
        words: &Arc<Words>,
        written: &str,
        anchor: Option<Anchor>,
    ) -> (Self, Vec<String>) {
        let (marked, missing) = words.marked(written);
        let pattern = Self {
            words: Arc::clone(words),
            written: written.to_owned(),
            marked,
            read: OnceLock::new(),
            anchor,
            filter: OnceLock::new(),
            matcher: OnceLock::new(),
        };
        (pattern, missing)
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        // Whoever compiled it first compiled the same.
        let _ = self.matcher.set(self.build()?);
        Ok(())
    }

    /// The pattern with marks for names.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn read(&self) -> Result<&Hir, String> {
        let read = self
            .read
            .get_or_init(|| self.words.read(&self.marked, Case::Any));
        read.as_ref().map_err(Clone::clone)
    }

    /// The same as if case counted, where that makes no difference: a letter is then no class of two.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn as_written(&self) -> Result<Hir, String> {
        self.words.read(&self.marked, Case::AsWritten)
    }

    /// Whether it has a capture of this name; those in macros do not count.
    pub(super) fn has_capture(&self, name: &str) -> bool {
        self.read().is_ok_and(|pattern| has_capture(pattern, name))
    }

    fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| {
            // A project's own patterns are checked when they are loaded, and a test checks those of the binary.
            self.build()
                .or_else(|_| Matcher::new(NFA::never_match()))
                .unwrap_or_else(|error| unreachable!("the pattern that never matches: {error}"))
        })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.filtered(text)
            .unwrap_or_else(|| self.matcher().is_match(text))
    }

    pub(super) fn captures(&self, text: &str) -> Option<Captures<'_>> {
        match self.filtered(text) {
            Some(false) => None,
            _ => self.matcher().captures_at(text, 0),
        }
    }

    /// Whether it matches; `None` where the filter cannot tell.
    fn filtered(&self, text: &str) -> Option<bool> {
        let filter = self.filter.get_or_init(|| {
            let (nfa, exact) =
                automaton::build_loose(&self.words, self.read().ok()?, self.anchor).ok()?;
            Filter::new(&nfa, exact).ok()
        });
        filter.as_ref()?.is_match(text)
    }

    /// The place of the first match.
    pub(crate) fn find(&self, text: &str) -> Option<Range<usize>> {
        self.matcher().find(text)
    }

    /// The places of all matches that do not overlap.
    pub(crate) fn find_all(&self, text: &str) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        if self.filtered(text) == Some(false) {
            return all;
        }
        let mut from = 0;
        while let Some(place) = self
            .matcher()
            .captures_at(text, from)
            .and_then(|found| found.whole())
        {
            // Behind an empty match the search goes on at the next character.
            let next = text[place.end..]
                .chars()
                .next()
                .filter(|_| place.is_empty());
            from = place.end + next.map_or(0, char::len_utf8);
            let done = place.is_empty() && next.is_none();
            all.push(place);
            if done {
                break;
            }
        }
        all
    }

    /// The whole pattern as one regular expression, with lexicons and macros put in.
    ///
    /// # Errors
    /// A name that there is not, or macros that are nested too deep.
    pub(super) fn expanded(&self) -> Result<String, String> {
        let body = self.words.expanded(&self.written)?;
        Ok(match self.anchor {
            None => format!("(?i){body}"),
            Some(Anchor::Start) => format!("(?i)^(?:{body})"),
            Some(Anchor::Anywhere) => format!(r"(?i)(?-u:\b)(?:{body})"),
        })
    }

    fn build(&self) -> Result<Matcher, String> {
        Matcher::new(automaton::build(&self.words, self.read()?, self.anchor)?)
            .map_err(|error| reason(&error))
    }
}

fn has_capture(pattern: &Hir, name: &str) -> bool {
    match pattern.kind() {
        HirKind::Capture(capture) => {
            capture.name.as_deref() == Some(name) || has_capture(&capture.sub, name)
        }
        HirKind::Repetition(repetition) => has_capture(&repetition.sub, name),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().any(|part| has_capture(part, name))
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// Why a pattern does not compile: the last line of what the parser says.
pub(super) fn reason(error: &str) -> String {
    let lines = error.lines().rev().map(str::trim);
    let last = lines.filter(|line| !line.is_empty()).find_map(|line| {
        Some(line.strip_prefix("error: ").unwrap_or(line)).filter(|line| *line != ")")
    });
    format!(
        "the pattern does not compile: {}",
        last.unwrap_or("it is no pattern")
    )
}
