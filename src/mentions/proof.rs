//! The proof of a pack: its own examples, run through the whole pack.
//!
//! A rule must win the notes that it gives as its matches, with the owner, task and due that it promises, and nothing
//! may be found in its look-alikes beyond what they say themselves. A gate must change what comes of its matches, and
//! must not touch its look-alikes. Every example runs with all rules and gates, so that a new rule cannot quietly take
//! another's example. The names of the verdicts are those of rule testers elsewhere: missing and noisy.

use super::{Found, resolve, resolve_traced};
use crate::items::Kind;
use crate::notes::{self, Setting};
use crate::rules::pack::{MatchExample, NoMatchExample, PackFile};
use crate::rules::{self, Engine, Obstacle, PackError, PackSource, Part, read_pack};
use crate::text::SourceText;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How an example came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it says.
    Passed,
    /// The rule does not win, or the gate does nothing, where it should.
    Missing(String),
    /// Something is found where nothing should be.
    Noisy(String),
    /// The rule wins, and says something else than it promises.
    Wrong(String),
    /// It would come out as it says, but for what the packs switch off.
    Off,
}

/// One example with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The rule, gate or answer.
    pub id: String,
    /// The file that it stands in.
    pub file: String,
    /// The example's text.
    pub text: String,
    /// How it came out.
    pub outcome: Outcome,
}

/// A guard or a gate, and how many examples need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The gate's id; of a guard that of its rule or gate with its reason, `name-will: a pronoun`.
    pub name: String,
    /// `gate` or `guard`.
    pub sort: &'static str,
    /// The file that it stands in.
    pub file: String,
    /// How many examples come out otherwise without it.
    pub examples: usize,
}

/// Packs, and how their examples came out.
#[derive(Debug)]
pub struct Proof<'s> {
    /// Every example with its outcome.
    pub verdicts: Vec<Verdict>,
    engine: Engine,
    files: Files<'s>,
}

/// Runs every example of these packs.
///
/// # Errors
/// All errors of the packs, where they cannot be loaded.
pub fn prove<'s>(sources: &[PackSource<'s>]) -> Result<Proof<'s>, Vec<PackError>> {
    let mut engine = rules::load(sources)?;
    let files = files(sources);
    // Loaded when an example fails that the others may have been meant to hold.
    let mut whole = None;
    let setting = setting(&files);
    let mut verdicts = Vec::new();
    for example in examples(&files) {
        let mut outcome = example.judge(&mut engine, &setting);
        if outcome != Outcome::Passed && files.iter().any(|(_, file)| !file.off.is_empty()) {
            if whole.is_none() {
                whole = Some(rules::load_all(sources)?);
            }
            let passes = whole
                .as_mut()
                .is_some_and(|whole| example.judge(whole, &setting) == Outcome::Passed);
            if passes {
                outcome = Outcome::Off;
            }
        }
        verdicts.push(Verdict {
            id: example.id.to_owned(),
            file: example.file.to_owned(),
            text: example.text.to_owned(),
            outcome,
        });
    }
    Ok(Proof {
        verdicts,
        engine,
        files,
    })
}

/// Takes away every guard and every gate of the packs, one at a time, and counts the examples that no longer come out
/// as they say. Only examples in which it had a say are run again.
pub fn cover(proof: Proof<'_>) -> Vec<Cover> {
    let Proof {
        verdicts,
        mut engine,
        files,
    } = proof;
    let setting = setting(&files);
    let mut concerned: BTreeMap<Part, Vec<Example<'_>>> = BTreeMap::new();
    for (example, verdict) in examples(&files).into_iter().zip(verdicts) {
        if verdict.outcome != Outcome::Passed {
            continue;
        }
        for part in parts_at_work(&engine, &setting, example.text) {
            concerned.entry(part).or_default().push(example);
        }
    }
    let mut covers = Vec::new();
    for part in engine.parts() {
        engine.switch(part, true);
        let mut examples = 0;
        for example in concerned.get(&part).into_iter().flatten() {
            examples += usize::from(example.judge(&mut engine, &setting) != Outcome::Passed);
        }
        engine.switch(part, false);
        let (name, sort) = engine.part_name(part);
        let id = name.split(": ").next().unwrap_or_default();
        covers.push(Cover {
            file: file_of(&files, part, id).to_owned(),
            name,
            sort,
            examples,
        });
    }
    covers
}

/// The guards and gates that had a say in how a text was read.
fn parts_at_work(engine: &Engine, setting: &Setting, text: &str) -> BTreeSet<Part> {
    let source = SourceText::new("example", text);
    let note = notes::parse_with(&source, setting);
    let mut parts = BTreeSet::new();
    for traced in resolve_traced(engine, &note, &source).traced {
        let candidate = traced.trial.candidate;
        match traced.trial.stopped {
            Some(Obstacle::Guard(guard)) => parts.insert(Part::Guard(candidate.rule, guard)),
            Some(Obstacle::Gate(gate)) => parts.insert(Part::Gate(gate)),
            _ => false,
        };
        parts.extend(candidate.relabels.into_iter().map(Part::Gate));
        let spared = candidate.spared.into_iter();
        parts.extend(spared.map(|(gate, guard)| Part::GateGuard(gate, guard)));
    }
    parts
}

/// The packs' files by their names.
type Files<'s> = Vec<(&'s str, PackFile)>;

fn files<'s>(sources: &[PackSource<'s>]) -> Files<'s> {
    let read = |source: &PackSource<'s>| (source.name, read_pack(*source).file);
    sources.iter().map(read).collect()
}

/// The file that has the last word on a part.
fn file_of<'f>(files: &'f Files<'_>, part: Part, id: &str) -> &'f str {
    let has = |file: &PackFile| match part {
        Part::Guard(..) => file.rules.iter().any(|rule| rule.id.get_ref() == id),
        Part::Gate(_) | Part::GateGuard(..) => {
            file.gates.iter().any(|gate| gate.id.get_ref() == id)
        }
    };
    let found = files.iter().rev().find(|(_, file)| has(file));
    found.map_or("", |(name, _)| name)
}

fn setting(files: &Files<'_>) -> Setting {
    let mut setting = Setting::default();
    for test in files.iter().filter_map(|(_, file)| file.test.as_ref()) {
        setting.date = test.date.get_ref().parse().ok();
        setting.attendees.clone_from(&test.roster);
    }
    setting
}

/// An example, with what it says of its text.
#[derive(Clone, Copy)]
struct Example<'p> {
    id: &'p str,
    file: &'p str,
    text: &'p str,
    promise: Promise<'p>,
}

#[derive(Clone, Copy)]
enum Promise<'p> {
    /// The rule or answer wins.
    Wins(&'p MatchExample),
    /// Nothing is found, or nothing but what it names.
    LooksAlike(&'p NoMatchExample),
    /// The gate changes the outcome.
    Stopped,
    /// The gate changes nothing, though something is found.
    LetPass,
}

/// The examples of all rules, answers and gates that no later file replaces.
fn examples<'p>(files: &'p Files<'_>) -> Vec<Example<'p>> {
    let mut all = Vec::new();
    let mut replaced: [HashSet<&str>; 3] = Default::default();
    for (name, file) in files.iter().rev() {
        let mut of_file = Vec::new();
        let [rules_seen, answers_seen, gates_seen] = &mut replaced;
        let rules = file.rules.iter();
        let rules = rules.filter(|rule| rules_seen.insert(rule.id.get_ref()));
        let answers = file.answers.iter();
        let answers = answers.filter(|answer| answers_seen.insert(answer.id.get_ref()));
        let rules = rules.map(|rule| (&rule.id, &rule.examples));
        let answers = answers.map(|answer| (&answer.id, &answer.examples));
        for (id, examples) in rules.chain(answers) {
            let example = |text: &'p toml::Spanned<String>, promise: Promise<'p>| Example {
                id: id.get_ref(),
                file: name,
                text: text.get_ref(),
                promise,
            };
            let wins = examples.matches.iter();
            of_file.extend(wins.map(|one| example(&one.text, Promise::Wins(one))));
            let alike = examples.no_match.iter();
            of_file.extend(alike.map(|one| example(&one.text, Promise::LooksAlike(one))));
        }
        for gate in &file.gates {
            if !gates_seen.insert(gate.id.get_ref()) {
                continue;
            }
            let example = |text: &'p String, promise: Promise<'p>| Example {
                id: gate.id.get_ref(),
                file: name,
                text,
                promise,
            };
            let stopped = gate.examples.matches.iter();
            of_file.extend(stopped.map(|text| example(text, Promise::Stopped)));
            let passed = gate.examples.no_match.iter();
            of_file.extend(passed.map(|text| example(text, Promise::LetPass)));
        }
        of_file.extend(std::mem::take(&mut all));
        all = of_file;
    }
    all
}

impl Example<'_> {
    /// How it comes out. The engine is left as it was.
    fn judge(&self, engine: &mut Engine, setting: &Setting) -> Outcome {
        let found = read(engine, setting, self.text);
        match self.promise {
            Promise::Wins(example) => judge_match(self.id, example, &found),
            Promise::LooksAlike(example) => judge_no_match(self.id, example, &found),
            Promise::Stopped if self.is_changed(engine, setting, &found) => Outcome::Passed,
            Promise::Stopped => {
                Outcome::Missing("the outcome is the same without the gate".to_owned())
            }
            Promise::LetPass if self.is_changed(engine, setting, &found) => {
                Outcome::Noisy("the gate changes the outcome".to_owned())
            }
            Promise::LetPass if found.is_empty() => {
                Outcome::Missing("nothing is found that the gate could let pass".to_owned())
            }
            Promise::LetPass => Outcome::Passed,
        }
    }

    /// Whether something else is found without the gate whose example it is.
    fn is_changed(&self, engine: &mut Engine, setting: &Setting, found: &[Found]) -> bool {
        let Some(gate) = engine.gate(self.id).filter(|gate| !engine.is_off(*gate)) else {
            return false;
        };
        engine.switch(gate, true);
        let without = read(engine, setting, self.text);
        engine.switch(gate, false);
        without != found
    }
}

fn read(engine: &Engine, setting: &Setting, text: &str) -> Vec<Found> {
    let source = SourceText::new("example", text);
    let note = notes::parse_with(&source, setting);
    resolve(engine, &note, &source).found
}

fn judge_match(id: &str, example: &MatchExample, found: &[Found]) -> Outcome {
    let Some(one) = found
        .iter()
        .rev()
        .find(|one| one.mention.rule == id && one.mention.text == example.task)
        .or_else(|| found.iter().rev().find(|one| one.mention.rule == id))
        .or_else(|| {
            found
                .iter()
                .find(|one| one.mention.text == example.task && example.kind.is_some())
        })
    else {
        return Outcome::Missing(format!("found instead: {}", summary(found)));
    };
    let mention = &one.mention;
    let due = mention.due.as_ref().map(|due| match due.date {
        Some(date) => date.to_string(),
        None => due.phrase.clone(),
    });
    let mut wrong = Vec::new();
    if mention.owners != example.owner {
        wrong.push(format!(
            "owners {:?} instead of {:?}",
            mention.owners, example.owner
        ));
    }
    if mention.text != example.task {
        wrong.push(format!(
            "task {:?} instead of {:?}",
            mention.text, example.task
        ));
    }
    if due != example.due {
        wrong.push(format!("due {due:?} instead of {:?}", example.due));
    }
    if example
        .certainty
        .is_some_and(|certainty| certainty != mention.certainty)
    {
        wrong.push(format!(
            "{} instead of the other",
            mention.certainty.as_str()
        ));
    }
    if example.kind.is_some_and(|kind| kind != mention.kind) {
        wrong.push(format!("kind {}", mention.kind.as_str()));
    }
    if wrong.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Wrong(wrong.join("; "))
    }
}

fn judge_no_match(id: &str, example: &NoMatchExample, found: &[Found]) -> Outcome {
    // A report begins no item, whatever it looks like.
    let allowed = |kind: Kind| example.kind == Some(kind) || kind == Kind::Completion;
    let noisy = found
        .iter()
        .any(|one| one.mention.rule == id || !allowed(one.mention.kind));
    if noisy {
        Outcome::Noisy(format!("{}: {}", example.because, summary(found)))
    } else {
        Outcome::Passed
    }
}

fn summary(found: &[Found]) -> String {
    if found.is_empty() {
        return "nothing".to_owned();
    }
    let one = |one: &Found| {
        format!(
            "{} {:?} ({})",
            one.mention.kind.as_str(),
            one.mention.text,
            one.mention.rule
        )
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Outcome, cover, files, prove};
    use crate::rules::embedded_sources;

    #[test]
    fn every_rule_gives_proof() {
        for (_, file) in files(embedded_sources()) {
            let rules = file
                .rules
                .iter()
                .map(|rule| (rule.id.get_ref(), &rule.examples));
            let answers = file
                .answers
                .iter()
                .map(|answer| (answer.id.get_ref(), &answer.examples));
            for (id, examples) in rules.chain(answers) {
                assert!(examples.matches.len() >= 2, "{id} has two matches");
                assert!(examples.no_match.len() >= 2, "{id} has two look-alikes");
            }
            for gate in &file.gates {
                let examples = &gate.examples;
                assert!(
                    examples.matches.len() >= 2 && examples.no_match.len() >= 2,
                    "{}",
                    gate.id.get_ref()
                );
            }
        }
    }

    #[test]
    fn the_embedded_packs_prove_themselves() {
        let proof = prove(embedded_sources());
        let verdicts = proof.map(|proof| proof.verdicts).unwrap_or_default();
        assert!(verdicts.len() > 100, "the packs have examples");
        let failed: Vec<String> = verdicts
            .iter()
            .filter(|verdict| verdict.outcome != Outcome::Passed)
            .map(|verdict| {
                format!(
                    "{} {:?}\n    {:?}",
                    verdict.id, verdict.text, verdict.outcome
                )
            })
            .collect();
        assert!(
            failed.is_empty(),
            "{} of {}:\n{}",
            failed.len(),
            verdicts.len(),
            failed.join("\n")
        );
    }

    #[test]
    fn every_guard_and_gate_is_needed() {
        let covers = prove(embedded_sources()).map(cover).unwrap_or_default();
        let guards = covers.iter().filter(|cover| cover.sort == "guard").count();
        assert!(guards > 50 && guards < covers.len(), "all are tried");
        let idle: Vec<String> = covers
            .iter()
            .filter(|cover| cover.examples == 0)
            .map(|cover| format!("{}: {} {}", cover.file, cover.sort, cover.name))
            .collect();
        assert!(
            idle.is_empty(),
            "{} of {} could go and no example would tell:\n{}",
            idle.len(),
            covers.len(),
            idle.join("\n")
        );
    }
}
