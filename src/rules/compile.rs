//! From pack files to an engine: lexicons and macros expanded, patterns compiled, every error reported.

use super::pack::{
    Anchor, Effect, Gate, Guard, Lexicon, Need, OwnerFrom, PackFile, Rule, Unit, Where,
};
use super::{Engine, Role};
use crate::items::{Certainty, Kind};
use crate::notes::Zone;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// One file of a pack: its name for messages, and its text.
#[derive(Clone, Copy, Debug)]
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
    pub regex: Regex,
    pub reason: String,
}

/// A gate, ready to be tried.
#[derive(Clone, Debug)]
pub(crate) struct CompiledGate {
    pub id: String,
    pub title: String,
    pub place: Where,
    pub regex: Regex,
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
    pub regex: Regex,
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
    pub regex: Regex,
}

/// All rules of one unit: one pass tells which of them match.
#[derive(Clone, Debug)]
pub(crate) struct UnitSet {
    pub set: RegexSet,
    pub rules: Vec<usize>,
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
            words
                .fragments
                .insert(name.clone(), fragment.get_ref().clone());
        }
    }
    let mut engine = Engine::default();
    let mut gate_index: HashMap<String, usize> = HashMap::new();
    let compile = |source: PackSource<'_>,
                   pattern: &toml::Spanned<String>,
                   anchor: Option<Anchor>,
                   errors: &mut Vec<PackError>|
     -> Option<Regex> {
        match words.compile(pattern.get_ref(), anchor) {
            Ok(regex) => Some(regex),
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
            let names: HashSet<&str> = regex.capture_names().flatten().collect();
            if !names.contains("task") {
                errors.push(PackError::at(
                    *source,
                    rule.pattern.span(),
                    "the pattern has no capture named task",
                ));
            }
            if matches!(rule.owner, OwnerFrom::Known | OwnerFrom::Named) && !names.contains("owner")
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
            let compiled = compiled_rule(rule, regex, unless, ignore_gates, source.name);
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
        let rules: Vec<usize> = (0..engine.rules.len())
            .filter(|at| engine.rules[*at].unit == unit)
            .collect();
        let patterns = rules.iter().map(|at| engine.rules[*at].regex.as_str());
        // The lazy automaton must not lose its cache on every line; 16 MB holds some hundred patterns.
        match RegexSetBuilder::new(patterns)
            .case_insensitive(true)
            .size_limit(1 << 28)
            .dfa_size_limit(1 << 24)
            .build()
        {
            Ok(set) => engine.sets.push(UnitSet { set, rules }),
            Err(error) => errors.push(PackError {
                file: sources.first().map_or("", |source| source.name).to_owned(),
                line: 1,
                message: format!("the rules are too large together: {error}"),
                excerpt: None,
            }),
        }
    }
    match words.compile("{LEAD}", Some(Anchor::Start)) {
        Ok(lead) => engine.lead = Some(lead),
        // A pack without the macro has no leads.
        Err(_) if !words.fragments.contains_key("LEAD") => {}
        Err(message) => errors.push(PackError {
            file: sources.first().map_or("", |source| source.name).to_owned(),
            line: 1,
            message: format!("the macro LEAD: {message}"),
            excerpt: None,
        }),
    }
    if errors.is_empty() {
        Ok(engine)
    } else {
        Err(errors)
    }
}

fn compiled_gate(gate: &Gate, regex: Regex, unless: Vec<CompiledGuard>) -> CompiledGate {
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
    regex: Regex,
    unless: Vec<CompiledGuard>,
    ignore_gates: Vec<usize>,
    file: &str,
) -> CompiledRule {
    let zones = if rule.zones.is_empty() {
        vec![Zone::Notes, Zone::Agenda, Zone::Actions, Zone::LastActions]
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
        owner: rule.owner,
        requires: rule.requires.clone(),
        unless,
        ignore_gates,
        file: file.to_owned(),
    }
}

/// Lexicons and macros by name, as fragments of patterns.
#[derive(Debug, Default)]
struct Words {
    fragments: BTreeMap<String, String>,
}

impl Words {
    fn add_lexicon(&mut self, name: &str, lexicon: &Lexicon) -> Result<(), String> {
        if lexicon.words.is_empty() {
            return Err(format!("the lexicon {name} has no words"));
        }
        let alternatives = |words: &mut dyn Iterator<Item = String>| {
            let mut words: Vec<String> = words
                .map(|word| regex::escape(&word).replace(' ', r"\s+"))
                .collect();
            // Longest first: "follow up on" must not stop at "follow".
            words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
            words.dedup();
            format!("(?:{})", words.join("|"))
        };
        self.fragments.insert(
            name.to_owned(),
            alternatives(&mut lexicon.words.iter().cloned()),
        );
        if lexicon.inflect {
            for (at, form) in ["s", "ed", "ing"].into_iter().enumerate() {
                let mut inflected =
                    lexicon
                        .words
                        .iter()
                        .map(|word| match lexicon.irregular.get(word) {
                            Some(forms) => forms[at].clone(),
                            None => inflect(word, form),
                        });
                self.fragments
                    .insert(format!("{name}:{form}"), alternatives(&mut inflected));
            }
        }
        Ok(())
    }

    /// Expands `{NAME}` and compiles. `{2,3}` stays a repetition.
    fn compile(&self, pattern: &str, anchor: Option<Anchor>) -> Result<Regex, String> {
        let body = plain_classes(&self.expand(pattern, 0)?);
        let whole = match anchor {
            None => body,
            Some(Anchor::Anywhere) => format!(r"(?-u:\b)(?:{body})"),
            Some(Anchor::Start) => format!("^(?:{body})"),
        };
        RegexBuilder::new(&whole)
            .case_insensitive(true)
            .size_limit(1 << 24)
            .dfa_size_limit(1 << 22)
            .build()
            .map_err(|error| {
                let text = error.to_string();
                let reason = text
                    .lines()
                    .rev()
                    .find(|line| !line.trim().is_empty())
                    .unwrap_or("");
                format!(
                    "the pattern does not compile: {}",
                    reason.trim_start_matches("error: ")
                )
            })
    }

    fn expand(&self, pattern: &str, depth: usize) -> Result<String, String> {
        if depth > 8 {
            return Err("macros are nested too deep; does one name itself?".to_owned());
        }
        let mut out = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let tail = &rest[open..];
            let name = tail[1..].split('}').next().unwrap_or("");
            let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
                && !rest[..open].ends_with(r"\p")
                && !rest[..open].ends_with(r"\P");
            if !is_name {
                out.push('{');
                rest = &tail[1..];
                continue;
            }
            let fragment = self
                .fragments
                .get(name)
                .ok_or_else(|| format!("there is no lexicon or macro {{{name}}}"))?;
            out.push_str("(?:");
            out.push_str(&self.expand(fragment, depth + 1)?);
            out.push(')');
            rest = &tail[name.len() + 2..];
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Rewrites the classes of a pattern to such as compile to small automata.
///
/// Rules look at plain text, in which every white space is a space, so `\s` is one. `\w` is ASCII; `\p{L}`, `\p{Lu}` and
/// `\p{N}` are the ASCII ones and every character beyond ASCII but the marks of plain text, dashes and quotes: which
/// of them make a name is decided where owners are. Such a class has both cases by itself: folding it again is what
/// takes the time of compiling it. `\b` is ASCII, or the automaton would give up at the first
/// character beyond.
fn plain_classes(pattern: &str) -> String {
    const BEYOND: &str = r"\u{C0}-\u{200F}\u{2030}-\u{2300}\u{2303}-\u{10FFFF}";
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    let mut in_class = false;
    // Right behind `[` or `[^`, a `]` is itself.
    let mut fresh = false;
    let mut opened = 0;
    while let Some(c) = rest.chars().next() {
        let class = |inner: &str| match in_class {
            true => inner.to_owned(),
            false if inner.contains(BEYOND) => format!("(?-i:[{inner}])"),
            false => format!("[{inner}]"),
        };
        let (text, length) = if let Some(escaped) = rest.strip_prefix('\\') {
            if escaped.starts_with("p{Lu}") {
                (class(&format!("A-Z{BEYOND}")), 6)
            } else if escaped.starts_with("p{L}") {
                (class(&format!("A-Za-z{BEYOND}")), 5)
            } else if escaped.starts_with("p{N}") {
                (class("0-9"), 5)
            } else if escaped.starts_with('w') {
                (class("0-9A-Za-z_"), 2)
            } else if escaped.starts_with('s') {
                (class(r" \t\n"), 2)
            } else if escaped.starts_with('d') {
                (class("0-9"), 2)
            } else if escaped.starts_with('b') && !in_class {
                (r"(?-u:\b)".to_owned(), 2)
            } else {
                let length = 1 + escaped.chars().next().map_or(0, char::len_utf8);
                (rest[..length].to_owned(), length)
            }
        } else {
            match c {
                '[' if !in_class => {
                    in_class = true;
                    fresh = true;
                    opened = out.len();
                    out.push(c);
                    rest = &rest[1..];
                    continue;
                }
                '^' if fresh => {
                    out.push(c);
                    rest = &rest[1..];
                    continue;
                }
                ']' if in_class && !fresh => {
                    in_class = false;
                    rest = &rest[1..];
                    out.push(c);
                    if out[opened..].contains(BEYOND) {
                        out.insert_str(opened, "(?-i:");
                        out.push(')');
                    }
                    continue;
                }
                _ => {}
            }
            (c.to_string(), c.len_utf8())
        };
        fresh = false;
        out.push_str(&text);
        rest = &rest[length..];
    }
    out
}

/// A regular verb's form; the first word of a phrasal verb is inflected.
fn inflect(verb: &str, form: &str) -> String {
    let (head, tail) = verb
        .split_once(' ')
        .map_or((verb, ""), |(head, tail)| (head, tail));
    let bytes = head.as_bytes();
    let vowel = |byte: u8| b"aeiou".contains(&byte);
    let last = bytes.last().copied().unwrap_or(b'x');
    let before = bytes.len().checked_sub(2).map_or(b'x', |at| bytes[at]);
    let third = bytes.len().checked_sub(3).map_or(b'a', |at| bytes[at]);
    let consonant_y = last == b'y' && !vowel(before);
    // stop → stopping, but open → opening: only after a single short vowel of a one-syllable verb.
    let syllables = bytes
        .windows(2)
        .filter(|pair| vowel(pair[0]) && !vowel(pair[1]))
        .count();
    let doubles = syllables == 1
        && vowel(before)
        && !vowel(third)
        && !vowel(last)
        && !b"wxy".contains(&last)
        && bytes.len() >= 3;
    let stem = &head[..head.len().saturating_sub(1)];
    let inflected = match form {
        "s" if consonant_y => format!("{stem}ies"),
        "s" if head.ends_with("ch")
            || head.ends_with("sh")
            || matches!(last, b's' | b'x' | b'z' | b'o') =>
        {
            format!("{head}es")
        }
        "s" => format!("{head}s"),
        "ed" if last == b'e' => format!("{head}d"),
        "ed" if consonant_y => format!("{stem}ied"),
        "ed" if doubles => format!("{head}{}ed", char::from(last)),
        "ed" => format!("{head}ed"),
        _ if last == b'e' && before != b'e' => format!("{stem}ing"),
        _ if doubles => format!("{head}{}ing", char::from(last)),
        _ => format!("{head}ing"),
    };
    if tail.is_empty() {
        inflected
    } else {
        format!("{inflected} {tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::{PackSource, inflect, load};

    #[test]
    fn verbs_inflect() {
        let check = |verb: &str, forms: [&str; 3]| {
            assert_eq!(
                ["s", "ed", "ing"].map(|form| inflect(verb, form)),
                forms.map(str::to_owned)
            );
        };
        check("open", ["opens", "opened", "opening"]);
        check("file", ["files", "filed", "filing"]);
        check("push", ["pushes", "pushed", "pushing"]);
        check("tidy up", ["tidies up", "tidied up", "tidying up"]);
        check("ping", ["pings", "pinged", "pinging"]);
        check("plan", ["plans", "planned", "planning"]);
        check("review", ["reviews", "reviewed", "reviewing"]);
    }

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
