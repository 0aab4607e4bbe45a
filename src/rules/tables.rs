//! From the tables of a pack file to what is tried: patterns compiled, every error reported.

use super::embedded::is_embedded;
use super::error::{PackError, PackSource};
use super::lists::List;
use super::pack::{
    About, Anchor, Answer, Effect, Gate, Guard, Need, OwnerFrom, Rule, TestSetup, Unit, Where,
};
use super::pattern::Pattern;
use super::words::Words;
use super::{Role, off};
use crate::items::{Certainty, Kind};
use crate::notes::Zone;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// A guard, ready to be tried.
#[derive(Debug)]
pub(crate) struct CompiledGuard {
    pub place: Where,
    pub pattern: Pattern,
    pub reason: String,
    /// Switched off, by a pack or to prove what it does.
    pub off: bool,
}

/// A gate, ready to be tried.
#[derive(Debug)]
pub(crate) struct CompiledGate {
    pub id: String,
    pub title: String,
    pub place: Where,
    pub pattern: Pattern,
    pub effect: Effect,
    /// Switched off, by a pack or to prove what it does.
    pub off: bool,
    pub kinds: Vec<Kind>,
    pub unless: Vec<CompiledGuard>,
}

/// A rule, ready to be tried.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub id: String,
    pub title: String,
    pub message: String,
    pub kind: Kind,
    pub certainty: Certainty,
    pub confidence: f32,
    pub priority: i32,
    pub zones: Vec<Zone>,
    pub unit: Unit,
    pub anchor: Anchor,
    pub pattern: Pattern,
    /// Words that a match cannot do without; read off the patterns when all rules are there.
    pub lists: Vec<List>,
    pub owner: OwnerFrom,
    pub about: About,
    pub requires: Vec<Need>,
    pub unless: Vec<CompiledGuard>,
    pub ignore_gates: Vec<usize>,
    /// Switched off by a pack.
    pub off: bool,
    pub file: String,
}

/// An answer, ready to be tried.
#[derive(Debug)]
pub(crate) struct CompiledAnswer {
    pub id: String,
    pub title: String,
    pub role: Role,
    pub pattern: Pattern,
    /// Switched off by a pack.
    pub off: bool,
}

/// The gates that rules may name.
pub(super) struct Gates<'g> {
    /// Those that could be compiled, as the engine has them.
    pub all: &'g [CompiledGate],
    /// The ids of all; nothing where a file could not be read whole.
    pub known: Option<Vec<&'g str>>,
}

/// Compiles the tables of one file.
pub(super) struct Compiler<'c> {
    source: PackSource<'c>,
    /// Patterns of the binary are compiled when they are needed; a test compiles them all.
    is_embedded: bool,
    words: &'c Arc<Words>,
    errors: &'c mut Vec<PackError>,
}

impl<'c> Compiler<'c> {
    pub(super) fn new(
        source: PackSource<'c>,
        words: &'c Arc<Words>,
        errors: &'c mut Vec<PackError>,
    ) -> Self {
        Self {
            source,
            is_embedded: is_embedded(source),
            words,
            errors,
        }
    }

    fn error(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.errors.push(PackError::at(self.source, span, message));
    }

    /// Sees that no id is used twice.
    pub(super) fn once<'i>(&mut self, ids: impl Iterator<Item = &'i Spanned<String>>) {
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id.get_ref()) {
                let message = format!("the id `{}` is used twice in this file", id.get_ref());
                self.error(id.span(), message);
            }
        }
    }

    fn pattern(&mut self, pattern: &Spanned<String>, anchor: Option<Anchor>) -> Option<Pattern> {
        let (compiled, mut wrong) = Pattern::new(self.words, pattern.get_ref(), anchor);
        if !self.is_embedded {
            wrong.extend(compiled.check().err());
        }
        let fits = wrong.is_empty();
        for message in wrong {
            self.error(pattern.span(), message);
        }
        fits.then_some(compiled)
    }

    /// A rule, gate or answer needs examples of both sorts.
    fn proved(&mut self, id: &Spanned<String>, matches: usize, no_match: usize) {
        for (examples, sort) in [(matches, "match"), (no_match, "no_match")] {
            if examples == 0 {
                let name = id.get_ref();
                let message = format!("`{name}` has no example in `examples.{sort}`");
                self.error(id.span(), message);
            }
        }
    }

    /// Nothing but the owner is put into a message.
    fn message(&mut self, message: &Spanned<String>) {
        let fields = message.get_ref().split('{').skip(1);
        for (field, _) in fields.filter_map(|rest| rest.split_once('}')) {
            if field != "owner" {
                let wrong =
                    format!("nothing is put in for `{{{field}}}`; only `{{owner}}` is known");
                self.error(message.span(), wrong);
            }
        }
    }

    fn guards(&mut self, guards: &[Guard]) -> Vec<CompiledGuard> {
        let guard = |guard: &Guard| {
            Some(CompiledGuard {
                place: guard.place,
                pattern: self.pattern(&guard.pattern, None)?,
                reason: guard.reason.clone(),
                off: false,
            })
        };
        guards.iter().filter_map(guard).collect()
    }

    pub(super) fn gate(&mut self, gate: &Gate) -> Option<CompiledGate> {
        let examples = &gate.examples;
        self.proved(&gate.id, examples.matches.len(), examples.no_match.len());
        let pattern = self.pattern(&gate.pattern, None);
        let unless = self.guards(&gate.unless);
        Some(CompiledGate {
            id: gate.id.get_ref().clone(),
            title: gate.title.clone(),
            place: gate.place,
            pattern: pattern?,
            effect: gate.effect,
            off: false,
            kinds: gate.kinds.clone(),
            unless,
        })
    }

    pub(super) fn rule(&mut self, rule: &Rule, gates: &Gates<'_>) -> Option<CompiledRule> {
        let examples = &rule.examples;
        self.proved(&rule.id, examples.matches.len(), examples.no_match.len());
        self.message(&rule.message);
        if !(0.0..=1.0).contains(rule.confidence.get_ref()) {
            let message = "a confidence lies between 0 and 1";
            self.error(rule.confidence.span(), message);
        }
        let pattern = self.pattern(&rule.pattern, Some(rule.anchor));
        let unless = self.guards(&rule.unless);
        let ignore_gates = self.ignored(&rule.ignore_gates, gates);
        let pattern = pattern?;
        // To look into it, it must be read, and those of the binary are read by several threads later.
        let has_capture = |name| self.is_embedded || pattern.has_capture(name);
        let (has_task, has_owner) = (has_capture("task"), has_capture("owner"));
        if !has_task {
            let message = "the pattern has no capture named `task`";
            self.error(rule.pattern.span(), message);
        }
        if matches!(rule.owner, OwnerFrom::Known | OwnerFrom::Named) && !has_owner {
            let message = "the owner comes from a capture, and the pattern has none named `owner`";
            self.error(rule.pattern.span(), message);
        }
        let mut zones = if rule.zones.is_empty() {
            vec![Zone::Notes, Zone::Agenda, Zone::Actions, Zone::LastActions]
        } else {
            rule.zones.clone()
        };
        // What is said in a list of decisions is said in the notes.
        if zones.contains(&Zone::Notes) && !zones.contains(&Zone::Decisions) {
            zones.push(Zone::Decisions);
        }
        Some(CompiledRule {
            id: rule.id.get_ref().clone(),
            title: rule.title.clone(),
            message: rule.message.get_ref().clone(),
            kind: rule.kind,
            certainty: rule.certainty,
            confidence: *rule.confidence.get_ref(),
            priority: rule.priority,
            zones,
            unit: rule.unit,
            anchor: rule.anchor,
            lists: Vec::new(),
            pattern,
            owner: rule.owner,
            about: rule.about,
            requires: rule.requires.clone(),
            unless,
            ignore_gates,
            off: false,
            file: self.source.name.to_owned(),
        })
    }

    /// The places of gates that do not concern a rule.
    fn ignored(&mut self, ids: &[Spanned<String>], gates: &Gates<'_>) -> Vec<usize> {
        if let Some(known) = &gates.known {
            off::known(self.source, "gate", ids, known, self.errors);
        }
        let place = |id: &Spanned<String>| {
            let mut all = gates.all.iter();
            all.position(|gate| gate.id == *id.get_ref())
        };
        ids.iter().filter_map(place).collect()
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Option<CompiledAnswer> {
        let examples = &answer.examples;
        self.proved(&answer.id, examples.matches.len(), examples.no_match.len());
        Some(CompiledAnswer {
            id: answer.id.get_ref().clone(),
            title: answer.title.clone(),
            role: answer.role,
            pattern: self.pattern(&answer.pattern, Some(Anchor::Start))?,
            off: false,
        })
    }

    pub(super) fn test(&mut self, test: &TestSetup) {
        if test.date.get_ref().parse::<jiff::civil::Date>().is_err() {
            let message = "this is no date; write it as 2025-11-12";
            self.error(test.date.span(), message);
        }
    }
}
