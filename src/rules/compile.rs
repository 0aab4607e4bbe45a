//! From pack files to an engine: lexicons and macros expanded, patterns compiled, every error reported.

use super::embedded::is_embedded;
use super::pack::{Anchor, Effect, Gate, Guard, Need, OwnerFrom, PackFile, Rule, Unit, Where};
use super::pattern::Pattern;
use super::sieve::{List, Needs, Sieve};
use super::words::Words;
use super::{Engine, Role};
use crate::items::{Certainty, Kind};
use crate::notes::Zone;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// One file of a pack: its name for messages, and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackSource<'a> {
    /// Where it comes from.
    pub name: &'a str,
    /// Its TOML.
    pub text: &'a str,
}

/// What is wrong with a pack, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct PackError {
    /// The file's name.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// One sentence.
    pub message: String,
    /// The source line, and the columns to underline in it (characters, 0-based).
    pub excerpt: Option<(String, Range<usize>)>,
}

impl PackError {
    fn at(source: PackSource<'_>, span: Range<usize>, message: impl Into<String>) -> Self {
        let start = span.start.min(source.text.len());
        let line_start = source.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_text = source.text[line_start..]
            .lines()
            .next()
            .unwrap_or("")
            .to_owned();
        let column = source.text[line_start..start].chars().count();
        let length = source
            .text
            .get(span)
            .map_or(1, |text| text.lines().next().unwrap_or("").chars().count());
        let line = 1 + source.text[..start].matches('\n').count();
        Self {
            file: source.name.to_owned(),
            line,
            message: message.into(),
            excerpt: Some((line_text, column..column + length.max(1))),
        }
    }
}

/// A guard, ready to be tried.
#[derive(Clone, Debug)]
pub(crate) struct CompiledGuard {
    pub place: Where,
    pub regex: Pattern,
    pub reason: String,
}

/// A gate, ready to be tried.
#[derive(Clone, Debug)]
pub(crate) struct CompiledGate {
    pub id: String,
    pub title: String,
    pub place: Where,
    pub regex: Pattern,
    pub effect: Effect,
    /// Switched off, to prove what it does.
    pub off: bool,
    pub kinds: Vec<Kind>,
    pub unless: Vec<CompiledGuard>,
}

/// A rule, ready to be tried.
#[derive(Clone, Debug)]
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
    pub regex: Pattern,
    /// Words that a match cannot do without.
    pub lists: Vec<List>,
    pub owner: OwnerFrom,
    pub requires: Vec<Need>,
    pub unless: Vec<CompiledGuard>,
    pub ignore_gates: Vec<usize>,
    pub file: String,
}

/// An answer, ready to be tried.
#[derive(Clone, Debug)]
pub(crate) struct CompiledAnswer {
    pub id: String,
    pub title: String,
    pub role: Role,
    pub regex: Pattern,
}

/// Reads the files of one or more packs as one engine. A later rule or gate with the id of an earlier one replaces it;
/// a later lexicon or macro of the same name does too.
///
/// # Errors
/// All of them, each with its place.
pub fn load(sources: &[PackSource<'_>]) -> Result<Engine, Vec<PackError>> {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    for source in sources {
        match toml::from_str::<PackFile>(source.text) {
            Ok(file) if file.schema != 1 => {
                errors.push(PackError::at(
                    *source,
                    0..0,
                    format!(
                        "schema {} is not known here; this version reads schema 1",
                        file.schema
                    ),
                ));
            }
            Ok(file) => files.push((*source, file)),
            Err(error) => errors.push(PackError::at(
                *source,
                error.span().unwrap_or(0..0),
                error.message().to_owned(),
            )),
        }
    }
    let mut words = Words::default();
    for (source, file) in &files {
        for (name, lexicon) in &file.lexicon {
            if let Err(message) = words.add_lexicon(name, lexicon.get_ref()) {
                errors.push(PackError::at(*source, lexicon.span(), message));
            }
        }
        for (name, fragment) in &file.macros {
            words.add_macro(name, fragment.get_ref());
        }
    }
    let words = Arc::new(words);
    let mut needs = Needs::new(&words);
    let mut engine = Engine::default();
    let mut gate_index: HashMap<String, usize> = HashMap::new();
    let compile = |source: PackSource<'_>,
                   pattern: &toml::Spanned<String>,
                   anchor: Option<Anchor>,
                   errors: &mut Vec<PackError>|
     -> Option<Pattern> {
        let compiled = Pattern::new(&words, pattern.get_ref(), anchor).and_then(|pattern| {
            // Those of the binary are compiled when they are needed; a test compiles them all.
            if !is_embedded(source) {
                pattern.check()?;
            }
            Ok(pattern)
        });
        match compiled {
            Ok(pattern) => Some(pattern),
            Err(message) => {
                errors.push(PackError::at(source, pattern.span(), message));
                None
            }
        }
    };
    let guards = |source: PackSource<'_>,
                  list: &[Guard],
                  errors: &mut Vec<PackError>|
     -> Vec<CompiledGuard> {
        list.iter()
            .filter_map(|guard| {
                let regex = compile(source, &guard.pattern, None, errors)?;
                Some(CompiledGuard {
                    place: guard.place,
                    regex,
                    reason: guard.reason.clone(),
                })
            })
            .collect()
    };
    for (source, file) in &files {
        let mut seen: HashSet<&str> = HashSet::new();
        for gate in &file.gates {
            if !seen.insert(gate.id.get_ref()) {
                errors.push(PackError::at(
                    *source,
                    gate.id.span(),
                    format!("the id {} is used twice in this file", gate.id.get_ref()),
                ));
            }
            let Some(regex) = compile(*source, &gate.pattern, None, &mut errors) else {
                continue;
            };
            let unless = guards(*source, &gate.unless, &mut errors);
            let compiled = compiled_gate(gate, regex, unless);
            match gate_index.get(&compiled.id) {
                Some(at) => engine.gates[*at] = compiled,
                None => {
                    gate_index.insert(compiled.id.clone(), engine.gates.len());
                    engine.gates.push(compiled);
                }
            }
        }
    }
    for (source, file) in &files {
        let mut seen: HashSet<&str> = HashSet::new();
        for rule in &file.rules {
            if !seen.insert(rule.id.get_ref()) {
                errors.push(PackError::at(
                    *source,
                    rule.id.span(),
                    format!("the id {} is used twice in this file", rule.id.get_ref()),
                ));
            }
            let Some(regex) = compile(*source, &rule.pattern, Some(rule.anchor), &mut errors)
            else {
                continue;
            };
            if !regex.has_capture("task") {
                errors.push(PackError::at(
                    *source,
                    rule.pattern.span(),
                    "the pattern has no capture named task",
                ));
            }
            if matches!(rule.owner, OwnerFrom::Known | OwnerFrom::Named)
                && !regex.has_capture("owner")
            {
                errors.push(PackError::at(
                    *source,
                    rule.pattern.span(),
                    "the owner comes from a capture, and the pattern has none named owner",
                ));
            }
            let unless = guards(*source, &rule.unless, &mut errors);
            let mut ignore_gates = Vec::new();
            for id in &rule.ignore_gates {
                match gate_index.get(id.get_ref()) {
                    Some(at) => ignore_gates.push(*at),
                    None => errors.push(PackError::at(
                        *source,
                        id.span(),
                        format!("there is no gate {}", id.get_ref()),
                    )),
                }
            }
            let lists = needs.of(&regex);
            let compiled = compiled_rule(rule, regex, lists, unless, ignore_gates, source.name);
            let place = engine
                .rules
                .iter()
                .position(|known| known.id == compiled.id);
            match (place, rule.on) {
                (Some(at), true) => engine.rules[at] = compiled,
                (Some(at), false) => drop(engine.rules.remove(at)),
                (None, true) => engine.rules.push(compiled),
                (None, false) => {}
            }
        }
        for answer in &file.answers {
            if let Some(regex) = compile(*source, &answer.pattern, Some(Anchor::Start), &mut errors)
            {
                let compiled = CompiledAnswer {
                    id: answer.id.get_ref().clone(),
                    title: answer.title.clone(),
                    role: answer.role,
                    regex,
                };
                engine.answers.push(compiled);
            }
        }
    }
    for unit in [Unit::Clause, Unit::Sentence, Unit::Turn] {
        let rules = 0..engine.rules.len();
        let of_unit = rules.filter(|at| engine.rules[*at].unit == unit);
        engine.by_unit.push(of_unit.collect());
    }
    engine.sieve = Sieve::new(
        &words,
        engine.rules.iter().map(|rule| rule.lists.as_slice()),
    );
    let mut fragment = |name: &str, anchor: Option<Anchor>| {
        // A pack without the macro does without.
        if !words.has(name) {
            return None;
        }
        Pattern::new(&words, &format!("{{{name}}}"), anchor)
            .and_then(|pattern| {
                if !sources.iter().all(|source| is_embedded(*source)) {
                    pattern.check()?;
                }
                Ok(pattern)
            })
            .map_err(|message| {
                errors.push(PackError {
                    file: sources.first().map_or("", |source| source.name).to_owned(),
                    line: 1,
                    message: format!("the macro {name}: {message}"),
                    excerpt: None,
                });
            })
            .ok()
    };
    engine.lead = fragment("LEAD", Some(Anchor::Start));
    engine.step = fragment("STEP", None);
    engine.no_name = fragment("NO_NAME", None);
    if errors.is_empty() {
        Ok(engine)
    } else {
        Err(errors)
    }
}

fn compiled_gate(gate: &Gate, regex: Pattern, unless: Vec<CompiledGuard>) -> CompiledGate {
    CompiledGate {
        id: gate.id.get_ref().clone(),
        title: gate.title.clone(),
        place: gate.place,
        regex,
        effect: gate.effect,
        off: false,
        kinds: gate.kinds.clone(),
        unless,
    }
}

fn compiled_rule(
    rule: &Rule,
    regex: Pattern,
    lists: Vec<List>,
    unless: Vec<CompiledGuard>,
    ignore_gates: Vec<usize>,
    file: &str,
) -> CompiledRule {
    let zones = if rule.zones.is_empty() {
        vec![
            Zone::Notes,
            Zone::Agenda,
            Zone::Actions,
            Zone::LastActions,
            Zone::Decisions,
        ]
    } else {
        rule.zones.clone()
    };
    CompiledRule {
        id: rule.id.get_ref().clone(),
        title: rule.title.clone(),
        message: rule.message.clone(),
        kind: rule.kind,
        certainty: rule.certainty,
        confidence: rule.confidence,
        priority: rule.priority,
        zones,
        unit: rule.unit,
        anchor: rule.anchor,
        regex,
        lists,
        owner: rule.owner,
        requires: rule.requires.clone(),
        unless,
        ignore_gates,
        file: file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{PackSource, load};

    #[test]
    fn a_broken_pack_reports_every_error_with_its_place() {
        let rule = |id: &str, pattern: &str| {
            format!(
                "[[rule]]\nid = '{id}'\ntitle = 't'\nkind = 'task'\nconfidence = 0.5\npriority = 1\npattern = '{pattern}'\nowner = 'nobody'\nmessage = 'm'\nexamples.match = []\nexamples.no_match = []\n"
            )
        };
        let text = format!(
            "schema = 1\n{}{}{}",
            rule("a", "(?P<task>x"),
            rule("b", "{NOPE} (?P<task>x)"),
            rule("b", "y")
        );
        let errors = load(&[PackSource {
            name: "p.toml",
            text: &text,
        }])
        .err()
        .unwrap_or_default();
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "p.toml:8: the pattern does not compile: unclosed group",
                "p.toml:19: there is no lexicon or macro {NOPE}",
                "p.toml:25: the id b is used twice in this file",
                "p.toml:30: the pattern has no capture named task",
            ]
        );
    }
}
