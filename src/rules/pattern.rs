//! A pattern that is compiled when it is first tried.
//!
//! Of some hundred rules, gates and guards a short note needs a few: compiling them all would take most of the time of
//! reading it.

use super::pack::Anchor;
use super::words::Words;
use regex_automata::meta::{Builder, Config, Regex};
use regex_automata::util::captures::Captures;
use regex_syntax::hir::{Hir, Look};
use std::sync::{Arc, OnceLock};

/// The most that one pattern may take as an automaton, in bytes.
const LIMIT: usize = 1 << 24;
/// What an automaton may keep of the states that it has met, in bytes for each thread; then it begins anew.
const CACHE: usize = 1 << 20;

/// A pattern, compiled or not yet.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    words: Arc<Words>,
    /// As it was written, with marks for names.
    marked: String,
    anchor: Option<Anchor>,
    regex: OnceLock<Regex>,
}

impl Pattern {
    /// # Errors
    /// A name that there is not.
    pub(super) fn new(
        words: &Arc<Words>,
        written: &str,
        anchor: Option<Anchor>,
    ) -> Result<Self, String> {
        Ok(Self {
            words: Arc::clone(words),
            marked: words.marked(written)?,
            anchor,
            regex: OnceLock::new(),
        })
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        // Whoever compiled it first compiled the same.
        let _ = self.regex.set(self.build()?);
        Ok(())
    }

    /// The pattern with marks for names.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn read(&self) -> Result<Hir, String> {
        self.words.read(&self.marked)
    }

    pub(super) fn has_capture(&self, name: &str) -> bool {
        self.marked.contains(&format!("(?P<{name}>"))
    }

    pub(crate) fn get(&self) -> &Regex {
        self.regex.get_or_init(|| {
            // A project's own patterns are checked when they are loaded, and a test checks those of the binary.
            self.build()
                .or_else(|_| build(&Hir::fail()))
                .unwrap_or_else(|error| unreachable!("the empty class: {error}"))
        })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.get().is_match(text)
    }

    pub(super) fn captures(&self, text: &str) -> Option<Captures> {
        let regex = self.get();
        let mut captures = regex.create_captures();
        regex.captures(text, &mut captures);
        captures.is_match().then_some(captures)
    }

    fn build(&self) -> Result<Regex, String> {
        let body = self.words.filled(&self.read()?)?;
        build(&match self.anchor {
            None => body,
            Some(Anchor::Start) => Hir::concat(vec![Hir::look(Look::Start), body]),
            Some(Anchor::Anywhere) => Hir::concat(vec![Hir::look(Look::WordAscii), body]),
        })
    }
}

fn build(pattern: &Hir) -> Result<Regex, String> {
    let config = Config::new()
        .nfa_size_limit(Some(LIMIT))
        .hybrid_cache_capacity(CACHE);
    Builder::new()
        .configure(config)
        .build_from_hir(pattern)
        .map_err(|error| reason(&error.to_string()))
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
