//! From pack files to an engine: lexicons and macros expanded, patterns compiled, every error reported.

use super::embedded::is_embedded;
use super::pack::{Anchor, Effect, Gate, Guard, Need, OwnerFrom, Rule, Unit, Where};
use super::pattern::Pattern;
use super::read::read;
use super::sieve::{List, Needs, Sieve};
use super::words::Words;
use super::{Engine, Role, off};
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
    pub(super) fn at(
        source: PackSource<'_>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
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
    /// Switched off, by a pack or to prove what it does.
    pub off: bool,
}

/// A gate, ready to be tried.
#[derive(Clone, Debug)]
pub(crate) struct CompiledGate {
    pub id: String,
    pub title: String,
    pub place: Where,
    pub regex: Pattern,
    pub effect: Effect,
    /// Switched off, by a pack or to prove what it does.
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
    load_with(sources, true)
}

/// The same with all that the packs switch off.
///
/// # Errors
/// Those of [`load`].
pub fn load_all(sources: &[PackSource<'_>]) -> Result<Engine, Vec<PackError>> {
    load_with(sources, false)
}

fn load_with(sources: &[PackSource<'_>], heed_off: bool) -> Result<Engine, Vec<PackError>> {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    let (mut has_all_words, mut has_all_ids) = (true, true);
    for source in sources {
        let read = read(*source);
        errors.extend(read.errors);
        files.push((*source, read.file));
        // What a table says that could not be read is not known; nothing is told to be missing then.
        has_all_words &= read.has_all_words;
        has_all_ids &= read.has_all_ids;
    }
    let mut words = Words::new(has_all_words);
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
                    off: false,
                })
            })
            .collect()
    };
    for (source, file) in &files {
        let mut seen: HashSet<&str> = HashSet::new();
        for gate in &file.gates {
            if !seen.insert(gate.id.get_ref()) {
                errors.push(twice(*source, &gate.id));
            }
            let regex = compile(*source, &gate.pattern, None, &mut errors);
            let unless = guards(*source, &gate.unless, &mut errors);
            let Some(regex) = regex else { continue };
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
    let gate_ids: HashSet<&str> = files
        .iter()
        .flat_map(|(_, file)| file.gates.iter().map(|gate| gate.id.get_ref().as_str()))
        .collect();
    let ignored =
        |source: PackSource<'_>, rule: &Rule, errors: &mut Vec<PackError>| -> Vec<usize> {
            for id in &rule.ignore_gates {
                if has_all_ids && !gate_ids.contains(id.get_ref().as_str()) {
                    let message = format!("there is no gate {}", id.get_ref());
                    errors.push(PackError::at(source, id.span(), message));
                }
            }
            let known = rule.ignore_gates.iter();
            known
                .filter_map(|id| gate_index.get(id.get_ref()).copied())
                .collect()
        };
    for (source, file) in &files {
        let mut seen: HashSet<&str> = HashSet::new();
        for rule in &file.rules {
            if !seen.insert(rule.id.get_ref()) {
                errors.push(twice(*source, &rule.id));
            }
            if !(0.0..=1.0).contains(rule.confidence.get_ref()) {
                let message = "a confidence lies between 0 and 1";
                errors.push(PackError::at(*source, rule.confidence.span(), message));
            }
            let regex = compile(*source, &rule.pattern, Some(rule.anchor), &mut errors);
            let unless = guards(*source, &rule.unless, &mut errors);
            let ignore_gates = ignored(*source, rule, &mut errors);
            let Some(regex) = regex else { continue };
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
            let lists = needs.of(&regex);
            let compiled = compiled_rule(rule, regex, lists, unless, ignore_gates, source.name);
            let known = engine
                .rules
                .iter_mut()
                .find(|known| known.id == compiled.id);
            match known {
                Some(known) => *known = compiled,
                None => engine.rules.push(compiled),
            }
        }
        let mut seen: HashSet<&str> = HashSet::new();
        for answer in &file.answers {
            if !seen.insert(answer.id.get_ref()) {
                errors.push(twice(*source, &answer.id));
            }
            if let Some(regex) = compile(*source, &answer.pattern, Some(Anchor::Start), &mut errors)
            {
                let compiled = CompiledAnswer {
                    id: answer.id.get_ref().clone(),
                    title: answer.title.clone(),
                    role: answer.role,
                    regex,
                };
                let known = engine
                    .answers
                    .iter_mut()
                    .find(|known| known.id == compiled.id);
                match known {
                    Some(known) => *known = compiled,
                    None => engine.answers.push(compiled),
                }
            }
        }
        errors.extend(
            file.test
                .iter()
                .filter(|test| test.date.get_ref().parse::<jiff::civil::Date>().is_err())
                .map(|test| {
                    let message = "this is no date; write it as 2025-11-12";
                    PackError::at(*source, test.date.span(), message)
                }),
        );
    }
    if heed_off {
        off::apply(&mut engine, &files, has_all_ids, &mut errors);
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
        // As they stand in the files, not as they were found.
        let place = |error: &PackError| sources.iter().position(|pack| pack.name == error.file);
        errors.sort_by_key(|error| (place(error), error.line));
        Err(errors)
    }
}

fn twice(source: PackSource<'_>, id: &toml::Spanned<String>) -> PackError {
    let message = format!("the id {} is used twice in this file", id.get_ref());
    PackError::at(source, id.span(), message)
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
    let mut zones = if rule.zones.is_empty() {
        vec![Zone::Notes, Zone::Agenda, Zone::Actions, Zone::LastActions]
    } else {
        rule.zones.clone()
    };
    // What is said in a list of decisions is said in the notes.
    if zones.contains(&Zone::Notes) && !zones.contains(&Zone::Decisions) {
        zones.push(Zone::Decisions);
    }
    CompiledRule {
        id: rule.id.get_ref().clone(),
        title: rule.title.clone(),
        message: rule.message.clone(),
        kind: rule.kind,
        certainty: rule.certainty,
        confidence: *rule.confidence.get_ref(),
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

    /// All that is wrong with a file, each with the text that is underlined.
    fn wrong(text: &str) -> Vec<String> {
        let source = PackSource {
            name: "p.toml",
            text,
        };
        let errors = load(&[source]).err().unwrap_or_default();
        let shown = errors.iter().map(|error| {
            let (line, columns) = error.excerpt.clone().unwrap_or_default();
            let under: String = line
                .chars()
                .skip(columns.start)
                .take(columns.len())
                .collect();
            // What would be known instead is a long list.
            let error = error.to_string();
            match error.split_once(", expected one of") {
                Some((error, _)) => format!("{error}, … <{under}>"),
                None => format!("{error} <{under}>"),
            }
        });
        shown.collect()
    }

    /// A rule with this id and pattern, and with these lines.
    fn rule(id: &str, pattern: &str, more: &str) -> String {
        format!(
            "[[rule]]\nid = '{id}'\ntitle = 't'\nkind = 'task'\nconfidence = 0.5\npriority = 1\npattern = '{pattern}'\nowner = 'nobody'\nmessage = 'm'\n{more}examples.match = []\nexamples.no_match = []\n"
        )
    }

    #[test]
    fn a_broken_pack_reports_every_error_with_its_place() {
        let guard = "unless = [{ pattern = '[', reason = 'r' }]\nignore_gates = ['nope']\n";
        let text = [
            "schema = 1\n[lexicon.FRUIT]\nwords = ['pear']\n[lexicon.NONE]\nwords = []\n",
            &rule("a", "(?P<task>x", ""),
            &rule("b", "{FRIUT} (?P<task>x)", guard),
            &rule("b", "y", "").replace("0.5", "5.0"),
            "[test]\ndate = 'monday'\nroster = []\n",
        ];
        assert_eq!(
            wrong(&text.concat()),
            [
                "p.toml:4: the lexicon NONE has no words <[lexicon.NONE]>",
                "p.toml:12: the pattern does not compile: unclosed group <'(?P<task>x'>",
                "p.toml:23: there is no lexicon or macro {FRIUT}; is {FRUIT} meant? <'{FRIUT} (?P<task>x)'>",
                "p.toml:26: the pattern does not compile: unclosed character class <'['>",
                "p.toml:27: there is no gate nope <'nope'>",
                "p.toml:31: the id b is used twice in this file <'b'>",
                "p.toml:34: a confidence lies between 0 and 1 <5.0>",
                "p.toml:36: the pattern has no capture named task <'y'>",
                "p.toml:42: this is no date; write it as 2025-11-12 <'monday'>",
            ]
        );
    }

    #[test]
    fn a_slip_in_one_table_hides_none_in_another() {
        let text = [
            "schema = 1\nrulez = 3\n[lexicon.FRUIT]\nword = ['pear']\n",
            &rule("a", "{FRUIT} (?P<task>x)", "colour = 'red'\n"),
            &rule("b", "(?P<task>{FRUIT}", "zones = ['kitchen']\n"),
            &rule("d", "(?<task>{FRUIT}?x)", ""),
            "[[gate]]\nid = 'g'\n",
            &rule("c", "(?P<task>x", "ignore_gates = ['g']\n"),
            "[off]\nrules = ['nope']\nrule = []\n",
        ];
        assert_eq!(
            wrong(&text.concat()),
            [
                "p.toml:2: there is no part `rulez`; is `rule` meant? <rulez>",
                "p.toml:4: unknown field `word`, … <word>",
                "p.toml:14: unknown field `colour`, … <colour>",
                "p.toml:26: unknown variant `kitchen`, … <'kitchen'>",
                "p.toml:40: missing field `title` <[[gate]]>",
                "p.toml:48: the pattern does not compile: unclosed group <'(?P<task>x'>",
                "p.toml:56: unknown field `rule`, … <rule>",
            ]
        );
        assert_eq!(
            wrong("schema = 1\nx = \ny = [\n"),
            [
                "p.toml:2: string values must be quoted, expected literal string <>",
                "p.toml:3: unclosed array, expected `]` <>",
            ]
        );
        assert_eq!(
            wrong("schema = 2\n"),
            ["p.toml:1: schema 2 is not known here; this version reads schema 1 <schema>"]
        );
        assert_eq!(
            wrong(""),
            ["p.toml:1: the file does not say its schema; write schema = 1 <>"]
        );
    }

    #[test]
    fn what_is_switched_off_is_not_there() {
        let whole = format!(
            "schema = 1\n{}{}",
            rule(
                "a",
                "(?P<task>x)",
                "unless = [{ pattern = 'z', reason = 'no z' }]\n"
            ),
            rule("b", "(?P<task>y)", "")
        );
        let source = |text| PackSource {
            name: "p.toml",
            text,
        };
        let off = "schema = 1\n[off]\nrules = ['b']\nguards = ['a: no z']\n";
        let engine = load(&[source(&whole), source(off)]).unwrap_or_default();
        let ids: Vec<&str> = engine.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["a"]);
        assert_eq!(engine.parts(), []);
        let off = "[off]\nrules = ['bb']\nanswers = ['yes']\nguards = ['a: no y']\n";
        assert_eq!(
            wrong(&whole.replace("schema = 1\n", &format!("schema = 1\n{off}"))),
            [
                "p.toml:3: there is no rule `bb`; is `b` meant? <'bb'>",
                "p.toml:4: there is no answer `yes` <'yes'>",
                "p.toml:5: there is no guard `a: no y`; is `a: no z` meant? <'a: no y'>",
            ]
        );
    }
}
