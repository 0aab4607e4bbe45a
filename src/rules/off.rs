//! Rules, gates, answers and guards that a pack switches off.

use super::Engine;
use super::error::{PackError, PackSource};
use super::pack::PackFile;
use super::tables::CompiledGuard;
use crate::text::nearest;
use toml::Spanned;

/// Something that is switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SwitchedOff {
    /// `rule`, `gate`, `answer` or `guard`.
    pub sort: &'static str,
    /// Its id; of a guard that of its rule or gate with its reason.
    pub id: String,
    /// The file and line that switch it off.
    pub place: String,
}

/// Switches off in an engine what its packs name. An id that no pack has is an error, but only where it is known which
/// ids there are; `unread` are those of what could not be read.
pub(super) fn apply(
    engine: &mut Engine,
    files: &[(PackSource<'_>, PackFile)],
    unread: Option<&[String]>,
    errors: &mut Vec<PackError>,
) {
    let ids = |of: fn(&PackFile) -> Vec<&Spanned<String>>| -> Vec<&str> {
        let all = files.iter().flat_map(|(_, file)| of(file));
        let read = all.map(|id| id.get_ref().as_str());
        read.chain(unread.into_iter().flatten().map(String::as_str))
            .collect()
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
    // A guard of what could not be read may well be there.
    let of_unread = |guard: &&Spanned<String>| {
        let id = guard.get_ref().split(": ").next().unwrap_or_default();
        unread.is_some_and(|unread| unread.iter().any(|unread| unread == id))
    };
    let guards: Vec<&str> = guards.iter().map(String::as_str).collect();
    for (source, file) in files {
        let off = &file.off;
        for (sort, ids, all) in [
            ("rule", &off.rules, &rules),
            ("gate", &off.gates, &gates),
            ("answer", &off.answers, &answers),
            ("guard", &off.guards, &guards),
        ] {
            if unread.is_some() {
                let ids = ids.iter().filter(|id| sort != "guard" || !of_unread(id));
                known(*source, sort, ids, all, errors);
            }
            engine.off.extend(ids.iter().map(|id| SwitchedOff {
                sort,
                id: id.get_ref().clone(),
                place: place(*source, id.span().start),
            }));
        }
    }
    let off = std::mem::take(&mut engine.off);
    let named = |sort: &str, id: &str| off.iter().any(|off| off.sort == sort && off.id == id);
    let guards_off = |id: &str, guards: &mut [CompiledGuard]| {
        for guard in guards {
            guard.off = named("guard", &name(id, &guard.reason));
        }
    };
    for rule in &mut engine.rules {
        rule.off = named("rule", &rule.id);
        guards_off(&rule.id, &mut rule.unless);
    }
    for gate in &mut engine.gates {
        gate.off = named("gate", &gate.id);
        guards_off(&gate.id, &mut gate.unless);
    }
    for answer in &mut engine.answers {
        answer.off = named("answer", &answer.id);
    }
    engine.off = off;
}

/// An id that is named has to be there.
pub(super) fn known<'f>(
    source: PackSource<'_>,
    sort: &str,
    ids: impl IntoIterator<Item = &'f Spanned<String>>,
    all: &[&str],
    errors: &mut Vec<PackError>,
) {
    for id in ids {
        if all.contains(&id.get_ref().as_str()) {
            continue;
        }
        let mut message = format!("there is no {sort} `{}`", id.get_ref());
        if let Some(meant) = nearest(id.get_ref(), all.iter().copied()) {
            message.push_str(&format!("; is `{meant}` meant?"));
        }
        errors.push(PackError::at(source, id.span(), message));
    }
}

/// The file and line of a byte.
fn place(source: PackSource<'_>, at: usize) -> String {
    let before = source.text.get(..at).unwrap_or_default();
    format!("{}:{}", source.name, 1 + before.matches('\n').count())
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
        for (at, rule) in self.rules.iter().enumerate().filter(|(_, rule)| !rule.off) {
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
