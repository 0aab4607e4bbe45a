//! Rules: patterns that propose, gates that veto, and the engine that tries them.
//!
//! Rules are data. The packs under `rules/en/` are embedded in the binary; a project's own are read beside them. A
//! pack file is compiled once into an [`Engine`]; [`scan()`] runs the engine over a note and yields [`Candidate`]s,
//! which are matches and not yet believed. What is believed is decided in [`crate::mentions`].

mod automaton;
mod bits;
mod classes;
mod compile;
mod embedded;
mod error;
mod lists;
mod matcher;
mod off;
pub(crate) mod pack;
mod pattern;
mod read;
mod scan;
mod schema;
mod sieve;
mod tables;
mod tree;
mod words;

pub use compile::load;
pub use embedded::{embedded_sources, engine};
pub use error::{PackError, PackSource};
pub use pack::Need;
pub use scan::{Candidate, Obstacle, Trial, Trials, scan};
pub use schema::SCHEMA;

use bits::Bits;
use pattern::Pattern;

pub(crate) use off::{Part, SwitchedOff};
pub(crate) use read::read as read_pack;

pub(crate) use compile::load_all;
pub(crate) use tables::{CompiledAnswer, CompiledGate, CompiledRule};

use crate::notes::Zone;
use serde::Deserialize;

/// What an answer does to what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Role {
    /// "sure, will do": the asker's request is the answerer's commitment.
    Accept,
    /// "yes": the same where somebody was asked for it, by name or as "you"; else no more than an opinion.
    Agree,
    /// "not this week": it stays a request, of nobody.
    Refuse,
}

/// Compiled packs.
#[derive(Debug, Default)]
pub struct Engine {
    pub(crate) rules: Vec<CompiledRule>,
    pub(crate) gates: Vec<CompiledGate>,
    pub(crate) answers: Vec<CompiledAnswer>,
    /// What may stand before a clause's first telling word: the macro `LEAD`.
    pub(crate) lead: Option<Pattern>,
    /// What has the shape of a name and is none: the macro `NO_NAME`.
    pub(crate) no_name: Option<Pattern>,
    /// Where the next step of a list begins: the macro `STEP`.
    pub(crate) step: Option<Pattern>,
    /// The rules of each unit, by its number.
    pub(crate) by_unit: [Bits; 3],
    /// Of these the ones that may be tried in each zone, by its number.
    pub(crate) by_zone: Vec<[Bits; 3]>,
    /// Which rules need not be tried on a text.
    pub(crate) sieve: sieve::Sieve,
    /// What the packs switch off.
    pub(crate) off: Vec<SwitchedOff>,
}

/// A rule as a list shows it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RuleInfo<'e> {
    /// Its id.
    pub id: &'e str,
    /// One line for people.
    pub title: &'e str,
    /// `rule` or `gate`.
    pub sort: &'static str,
    /// What it finds; none for a gate.
    pub kind: Option<&'static str>,
    /// The file that it stands in.
    pub file: &'e str,
    /// The file and line that switch it off, where they do.
    pub off: Option<&'e str>,
}

impl Engine {
    /// The length of what stands before a text's first telling word: "ok, so", "FYI:".
    pub(crate) fn lead_length(&self, text: &str) -> usize {
        let lead = self.lead.as_ref().and_then(|lead| lead.find(text));
        lead.map_or(0, |lead| lead.end)
    }

    /// The rules that look at such a unit, as indices; with a zone those that look at it there and are not switched off.
    pub(crate) fn of_place(&self, unit: pack::Unit, zone: Option<Zone>) -> Option<&Bits> {
        match zone {
            None => self.by_unit.get(unit as usize),
            Some(zone) => self.by_zone.get(zone as usize)?.get(unit as usize),
        }
    }

    /// How many rules it tries.
    pub(crate) fn rule_count(&self) -> usize {
        self.rules.iter().filter(|rule| !rule.off).count()
    }

    /// What is switched off, and where.
    pub(crate) fn switched_off(&self) -> &[SwitchedOff] {
        &self.off
    }

    /// The file and line that switch something off, where they do; `sort` and `id` are those of [`SwitchedOff`].
    pub(crate) fn off_place(&self, sort: &str, id: &str) -> Option<&str> {
        let mut off = self.off.iter();
        let found = off.find(|off| off.sort == sort && off.id == id)?;
        Some(&found.place)
    }

    /// The id of a rule by its index in [`Candidate::rule`].
    pub(crate) fn rule_id(&self, rule: usize) -> &str {
        self.rules.get(rule).map_or("", |rule| &rule.id)
    }

    /// The pattern of a rule, gate or answer by its id, as one regular expression: lexicons and macros are put in.
    pub fn expanded(&self, id: &str) -> Option<String> {
        let rules = self.rules.iter().map(|rule| (&rule.id, &rule.pattern));
        let gates = self.gates.iter().map(|gate| (&gate.id, &gate.pattern));
        let answers = self
            .answers
            .iter()
            .map(|answer| (&answer.id, &answer.pattern));
        let mut all = rules.chain(gates).chain(answers);
        let (_, pattern) = all.find(|(known, _)| *known == id)?;
        pattern.expanded().ok()
    }

    /// The message of a rule by its index.
    pub(crate) fn rule_message(&self, rule: usize) -> &str {
        self.rules.get(rule).map_or("", |rule| &rule.message)
    }

    /// The reason of a rule's guard, by the indices of both.
    pub(crate) fn guard_reason(&self, rule: usize, guard: usize) -> &str {
        let rule = self.rules.get(rule);
        rule.and_then(|rule| rule.unless.get(guard))
            .map_or("", |guard| &guard.reason)
    }

    /// The id and title of a gate by its index.
    pub(crate) fn gate_title(&self, gate: usize) -> (&str, &str) {
        self.gates
            .get(gate)
            .map_or(("", ""), |gate| (&gate.id, &gate.title))
    }

    /// The title of a rule by its index.
    pub(crate) fn rule_title(&self, rule: usize) -> &str {
        self.rules.get(rule).map_or("", |rule| &rule.title)
    }

    /// Every rule, gate and answer, those that are switched off as well.
    pub fn list(&self) -> Vec<RuleInfo<'_>> {
        let rules = self.rules.iter().map(|rule| RuleInfo {
            id: &rule.id,
            title: &rule.title,
            sort: "rule",
            kind: Some(rule.kind.as_str()),
            file: &rule.file,
            off: self.off_place("rule", &rule.id),
        });
        let gates = self.gates.iter().map(|gate| RuleInfo {
            id: &gate.id,
            title: &gate.title,
            sort: "gate",
            kind: None,
            file: "",
            off: self.off_place("gate", &gate.id),
        });
        let answers = self.answers.iter().map(|answer| RuleInfo {
            id: &answer.id,
            title: &answer.title,
            sort: "answer",
            kind: None,
            file: "",
            off: self.off_place("answer", &answer.id),
        });
        rules.chain(gates).chain(answers).collect()
    }
}
