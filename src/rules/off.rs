//! Rules, gates, answers and guards that a pack switches off.

use super::Engine;
use super::compile::{CompiledGuard, PackError, PackSource};
use super::pack::PackFile;
use crate::text::nearest;
use toml::Spanned;

/// Takes out of an engine what its packs switch off. An id that no pack has is an error, but only where `has_all_ids` says
/// that all of them could be read.
pub(super) fn apply(
    engine: &mut Engine,
    files: &[(PackSource<'_>, PackFile)],
    has_all_ids: bool,
    errors: &mut Vec<PackError>,
) {
    let ids = |of: fn(&PackFile) -> Vec<&Spanned<String>>| -> Vec<&str> {
        let all = files.iter().flat_map(|(_, file)| of(file));
        all.map(|id| id.get_ref().as_str()).collect()
    };
    let rules = ids(|file| file.rules.iter().map(|rule| &rule.id).collect());
    let gates = ids(|file| file.gates.iter().map(|gate| &gate.id).collect());
    let answers = ids(|file| file.answers.iter().map(|answer| &answer.id).collect());
    let guards: Vec<String> = files
        .iter()
        .flat_map(|(_, file)| {
            let rules = file.rules.iter().map(|rule| (&rule.id, &rule.unless));
            rules.chain(file.gates.iter().map(|gate| (&gate.id, &gate.unless)))
        })
        .flat_map(|(id, guards)| guards.iter().map(|guard| name(id.get_ref(), &guard.reason)))
        .collect();
    let guards: Vec<&str> = guards.iter().map(String::as_str).collect();
    for (source, file) in files {
        let mut check = |sort: &str, off: &[Spanned<String>], known: &[&str]| {
            for id in off {
                if known.contains(&id.get_ref().as_str()) || !has_all_ids {
                    continue;
                }
                let mut message = format!("there is no {sort} `{}`", id.get_ref());
                if let Some(meant) = nearest(id.get_ref(), known.iter().copied()) {
                    message.push_str(&format!("; is `{meant}` meant?"));
                }
                errors.push(PackError::at(*source, id.span(), message));
            }
        };
        check("rule", &file.off.rules, &rules);
        check("gate", &file.off.gates, &gates);
        check("answer", &file.off.answers, &answers);
        check("guard", &file.off.guards, &guards);
        let named = |off: &[Spanned<String>], id: &str| off.iter().any(|off| off.get_ref() == id);
        let off = &file.off;
        let guards_off = |id: &str, guards: &mut [CompiledGuard]| {
            for guard in guards {
                guard.off |= named(&off.guards, &name(id, &guard.reason));
            }
        };
        engine.rules.retain(|rule| !named(&off.rules, &rule.id));
        engine.answers.retain(|one| !named(&off.answers, &one.id));
        for rule in &mut engine.rules {
            guards_off(&rule.id, &mut rule.unless);
        }
        // Gates stay where they are: rules know them by their places.
        for gate in &mut engine.gates {
            gate.off |= named(&off.gates, &gate.id);
            guards_off(&gate.id, &mut gate.unless);
        }
    }
}

/// How a guard is named: its rule or gate, and its reason.
fn name(id: &str, reason: &str) -> String {
    format!("{id}: {reason}")
}

/// What can be switched off by itself, by indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// A rule's guard.
    Guard(usize, usize),
    /// A gate.
    Gate(usize),
    /// A gate's guard.
    GateGuard(usize, usize),
}

impl Engine {
    /// Every guard and gate that is not off.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for (at, rule) in self.rules.iter().enumerate() {
            parts.extend((0..rule.unless.len()).map(|guard| Part::Guard(at, guard)));
        }
        for (at, gate) in self.gates.iter().enumerate().filter(|(_, gate)| !gate.off) {
            parts.push(Part::Gate(at));
            parts.extend((0..gate.unless.len()).map(|guard| Part::GateGuard(at, guard)));
        }
        parts.retain(|part| !self.is_off(*part));
        parts
    }

    /// The gate of this id.
    pub(crate) fn gate(&self, id: &str) -> Option<Part> {
        let at = self.gates.iter().position(|gate| gate.id == id);
        at.map(Part::Gate)
    }

    /// Whether a part is switched off.
    pub(crate) fn is_off(&self, part: Part) -> bool {
        match part {
            Part::Guard(rule, guard) => self.rules[rule].unless[guard].off,
            Part::Gate(gate) => self.gates[gate].off,
            Part::GateGuard(gate, guard) => self.gates[gate].unless[guard].off,
        }
    }

    /// Switches a part off or on.
    pub(crate) fn switch(&mut self, part: Part, off: bool) {
        match part {
            Part::Guard(rule, guard) => self.rules[rule].unless[guard].off = off,
            Part::Gate(gate) => self.gates[gate].off = off,
            Part::GateGuard(gate, guard) => self.gates[gate].unless[guard].off = off,
        }
    }

    /// The name of a part, and what it is.
    pub(crate) fn part_name(&self, part: Part) -> (String, &'static str) {
        match part {
            Part::Guard(rule, guard) => {
                let rule = &self.rules[rule];
                (name(&rule.id, &rule.unless[guard].reason), "guard")
            }
            Part::Gate(gate) => (self.gates[gate].id.clone(), "gate"),
            Part::GateGuard(gate, guard) => {
                let gate = &self.gates[gate];
                (name(&gate.id, &gate.unless[guard].reason), "guard")
            }
        }
    }
}
