//! A pattern that is compiled when it is first tried.
//!
//! One pass tells which rules match a clause, and most guards and gates are never asked: compiling them all would take
//! most of the time of reading a short note.

use regex::{Captures, Regex, RegexBuilder};
use std::sync::OnceLock;

/// A pattern, compiled or not yet.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    regex: OnceLock<Regex>,
}

impl Pattern {
    pub(super) fn new(source: String) -> Self {
        Self {
            source,
            regex: OnceLock::new(),
        }
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        let regex = build(&self.source).map_err(|error| {
            let text = error.to_string();
            let lines = text.lines().rev().map(str::trim);
            let reason = lines.filter(|line| !line.is_empty()).find_map(|line| {
                Some(line.strip_prefix("error: ").unwrap_or(line)).filter(|line| *line != ")")
            });
            format!(
                "the pattern does not compile: {}",
                reason.unwrap_or("it is no pattern")
            )
        })?;
        // Whoever compiled it first compiled the same.
        let _ = self.regex.set(regex);
        Ok(())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.source
    }

    pub(super) fn has_capture(&self, name: &str) -> bool {
        self.source.contains(&format!("(?P<{name}>"))
    }

    pub(crate) fn get(&self) -> &Regex {
        self.regex.get_or_init(|| {
            // A project's own patterns are checked when they are loaded, and a test checks those of the binary.
            build(&self.source)
                .or_else(|_| Regex::new("[^\\s\\S]"))
                .unwrap_or_else(|error| unreachable!("the empty class: {error}"))
        })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.get().is_match(text)
    }

    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.get().captures(text)
    }
}

fn build(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source)
        .case_insensitive(true)
        .size_limit(1 << 24)
        .dfa_size_limit(1 << 22)
        .build()
}
