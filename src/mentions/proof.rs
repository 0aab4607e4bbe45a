//! The proof of a pack: its own examples, run through the whole pack.
//!
//! A rule must win the notes that it gives as its matches, with the owner, task and due that it promises, and nothing
//! may be found in its look-alikes beyond what they say themselves. A gate must change what comes of its matches, and
//! must not touch its look-alikes. Every example runs with all rules and gates, so that a new rule cannot quietly take
//! another's example. The names of the verdicts are those of rule testers elsewhere: missing and noisy.

use super::{Found, resolve};
use crate::items::Kind;
use crate::notes::{self, Setting};
use crate::rules::pack::{MatchExample, NoMatchExample, PackFile};
use crate::rules::{self, Engine, PackError, PackSource};
use crate::text::SourceText;

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

/// Runs every example of these packs.
///
/// # Errors
/// All errors of the packs, where they cannot be loaded.
pub fn prove(sources: &[PackSource<'_>]) -> Result<Vec<Verdict>, Vec<PackError>> {
    let engine = rules::load(sources)?;
    let files: Vec<(&str, PackFile)> = sources
        .iter()
        .filter_map(|source| Some((source.name, toml::from_str(source.text).ok()?)))
        .collect();
    let mut setting = Setting::default();
    for test in files.iter().filter_map(|(_, file)| file.test.as_ref()) {
        setting.date = test.date.parse().ok();
        setting.attendees.clone_from(&test.roster);
    }
    let mut verdicts = Vec::new();
    for (name, file) in &files {
        let mut push = |id: &str, text: &str, outcome: Outcome| {
            let (id, file, text) = (id.to_owned(), (*name).to_owned(), text.to_owned());
            verdicts.push(Verdict {
                id,
                file,
                text,
                outcome,
            });
        };
        let rules = file
            .rules
            .iter()
            .filter(|rule| rule.on)
            .map(|rule| (rule.id.get_ref(), &rule.examples));
        let answers = file
            .answers
            .iter()
            .map(|answer| (answer.id.get_ref(), &answer.examples));
        for (id, examples) in rules.chain(answers) {
            for example in &examples.matches {
                let found = read(&engine, &setting, example.text.get_ref());
                push(id, example.text.get_ref(), judge_match(id, example, &found));
            }
            for example in &examples.no_match {
                let found = read(&engine, &setting, example.text.get_ref());
                push(
                    id,
                    example.text.get_ref(),
                    judge_no_match(id, example, &found),
                );
            }
        }
        for gate in &file.gates {
            let mut without = engine.clone();
            for known in &mut without.gates {
                if known.id == *gate.id.get_ref() {
                    known.off = true;
                }
            }
            let differs =
                |text: &str| read(&engine, &setting, text) != read(&without, &setting, text);
            for text in &gate.examples.matches {
                let outcome = if differs(text) {
                    Outcome::Passed
                } else {
                    Outcome::Missing("the outcome is the same without the gate".to_owned())
                };
                push(gate.id.get_ref(), text, outcome);
            }
            for text in &gate.examples.no_match {
                let outcome = if differs(text) {
                    Outcome::Noisy("the gate changes the outcome".to_owned())
                } else if read(&engine, &setting, text).is_empty() {
                    Outcome::Missing("nothing is found that the gate could let pass".to_owned())
                } else {
                    Outcome::Passed
                };
                push(gate.id.get_ref(), text, outcome);
            }
        }
    }
    Ok(verdicts)
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
    let allowed = |kind: Kind| example.kind == Some(kind);
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
    use super::{Outcome, prove};
    use crate::rules::embedded_sources;
    use crate::rules::pack::PackFile;

    #[test]
    fn every_rule_gives_proof() {
        for source in embedded_sources() {
            let file: PackFile = toml::from_str(source.text).expect("a pack file");
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
        let verdicts = prove(embedded_sources()).unwrap_or_default();
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
}
