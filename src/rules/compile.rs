//! From pack files to an engine, or to all that is wrong with them.

use super::bits::Bits;
use super::embedded::is_embedded;
use super::error::{PackError, PackSource};
use super::lists::ListReader;
use super::pack::{Anchor, PackFile, Unit};
use super::pattern::Pattern;
use super::read::read;
use super::sieve::Sieve;
use super::tables::{CompiledRule, Compiler, Gates};
use super::words::Words;
use super::{Engine, off};
use std::collections::BTreeMap;
use std::sync::Arc;

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
pub(crate) fn load_all(sources: &[PackSource<'_>]) -> Result<Engine, Vec<PackError>> {
    load_with(sources, false)
}

fn load_with(sources: &[PackSource<'_>], heed_off: bool) -> Result<Engine, Vec<PackError>> {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    let mut has_all_words = true;
    let mut unread = Some(Vec::new());
    for source in sources {
        let read = read(*source);
        errors.extend(read.errors);
        files.push((*source, read.file));
        // What a table says that could not be read is not known; nothing is told to be missing then.
        has_all_words &= read.has_all_words;
        let both = unread.zip(read.unread);
        unread = both.map(|(known, more)| [known, more].concat());
    }
    let words = Arc::new(words(&files, has_all_words, &mut errors));
    let mut engine = Engine::default();
    for (source, file) in &files {
        let mut compiler = Compiler::new(*source, &words, &mut errors);
        compiler.once(file.gates.iter().map(|gate| &gate.id));
        for gate in file.gates.iter().filter_map(|gate| compiler.gate(gate)) {
            put(&mut engine.gates, gate, |gate| &gate.id);
        }
    }
    let gates = Gates {
        all: &engine.gates,
        known: unread.as_ref().map(|unread| {
            let gates = files.iter().flat_map(|(_, file)| &file.gates);
            let read = gates.map(|gate| gate.id.get_ref().as_str());
            read.chain(unread.iter().map(String::as_str)).collect()
        }),
    };
    for (source, file) in &files {
        let mut compiler = Compiler::new(*source, &words, &mut errors);
        compiler.once(file.rules.iter().map(|rule| &rule.id));
        for rule in &file.rules {
            if let Some(rule) = compiler.rule(rule, &gates) {
                put(&mut engine.rules, rule, |rule| &rule.id);
            }
        }
        compiler.once(file.answers.iter().map(|answer| &answer.id));
        for answer in &file.answers {
            if let Some(answer) = compiler.answer(answer) {
                put(&mut engine.answers, answer, |answer| &answer.id);
            }
        }
        if let Some(test) = &file.test {
            compiler.test(test);
        }
    }
    if heed_off {
        off::apply(&mut engine, &files, unread.as_deref(), &mut errors);
    }
    place(&mut engine);
    read_lists(&words, &mut engine.rules);
    engine.sieve = Sieve::new(
        &words,
        engine.rules.iter().map(|rule| rule.lists.as_slice()),
    );
    // A pack without one of these macros does without.
    let fragment = |name: &str, anchor| {
        let named = words.has(name).then(|| format!("{{{name}}}"))?;
        let (pattern, missing) = Pattern::new(&words, &named, anchor);
        missing.is_empty().then_some(pattern)
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

/// Sorts the rules by where they look.
fn place(engine: &mut Engine) {
    let rules = &engine.rules;
    let some = |which: &dyn Fn(&CompiledRule) -> bool| {
        Bits::of(
            rules.len(),
            (0..rules.len()).filter(|at| which(&rules[*at])),
        )
    };
    let units = [Unit::Clause, Unit::Sentence, Unit::Turn];
    engine.by_unit = units.map(|unit| some(&|rule| rule.unit == unit));
    let zones = rules.iter().flat_map(|rule| &rule.zones);
    let last = zones.map(|zone| *zone as usize).max();
    let of_zone = |at: usize| {
        let is_tried =
            |rule: &CompiledRule| !rule.off && rule.zones.iter().any(|zone| *zone as usize == at);
        units.map(|unit| some(&|rule| rule.unit == unit && is_tried(rule)))
    };
    engine.by_zone = (0..last.map_or(0, |last| last + 1)).map(of_zone).collect();
}

/// Reads off every rule's pattern the words that a match needs. This is most of the work of loading, so two threads
/// share it.
fn read_lists(words: &Words, rules: &mut [CompiledRule]) {
    let half = rules.len().div_ceil(2).max(1);
    std::thread::scope(|scope| {
        for part in rules.chunks_mut(half) {
            scope.spawn(|| {
                let mut reader = ListReader::new(words);
                for rule in part {
                    rule.lists = reader.lists(&rule.pattern);
                }
            });
        }
    });
}

/// The lexicons and macros of all files. A macro that is wrong is told where it stands, and not where it is named.
fn words(
    files: &[(PackSource<'_>, PackFile)],
    complete: bool,
    errors: &mut Vec<PackError>,
) -> Words {
    let mut words = Words::new(complete);
    let mut own = BTreeMap::new();
    for (source, file) in files {
        for (name, lexicon) in &file.lexicon {
            if let Err(message) = words.add_lexicon(name, lexicon.get_ref()) {
                errors.push(PackError::at(*source, lexicon.span(), message));
            }
        }
        let is_embedded = is_embedded(*source);
        for (name, fragment) in &file.macros {
            let at = words.add_macro(name, fragment.get_ref());
            if !is_embedded {
                own.insert(at, (*source, fragment.span()));
            }
        }
    }
    for (at, message) in words.check_macros(own.keys().copied()) {
        if let Some((source, span)) = own.remove(&at) {
            errors.push(PackError::at(source, span, message));
        }
    }
    words
}

/// Puts one in the place of that with the same id, or at the end.
fn put<T>(all: &mut Vec<T>, one: T, id: fn(&T) -> &str) {
    match all.iter_mut().find(|known| id(known) == id(&one)) {
        Some(known) => *known = one,
        None => all.push(one),
    }
}

#[cfg(test)]
mod tests {
    use super::{PackSource, load};

    const EXAMPLES: &str = "examples.match = [{ text = 'x', task = 'x' }]\nexamples.no_match = [{ text = 'y', because = 'z' }]\n";

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
            "[[rule]]\nid = '{id}'\ntitle = 't'\nkind = 'task'\nconfidence = 0.5\npriority = 1\npattern = '{pattern}'\nowner = 'nobody'\nmessage = 'm'\n{more}{EXAMPLES}"
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
                "p.toml:4: the lexicon `NONE` has no words <[lexicon.NONE]>",
                "p.toml:12: the pattern does not compile: unclosed group <'(?P<task>x'>",
                "p.toml:23: there is no lexicon or macro {FRIUT}; is {FRUIT} meant? <'{FRIUT} (?P<task>x)'>",
                "p.toml:26: the pattern does not compile: unclosed character class <'['>",
                "p.toml:27: there is no gate `nope` <'nope'>",
                "p.toml:31: the id `b` is used twice in this file <'b'>",
                "p.toml:34: a confidence lies between 0 and 1 <5.0>",
                "p.toml:36: the pattern has no capture named `task` <'y'>",
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
                "p.toml:23: the pattern does not compile: unclosed group <'(?P<task>{FRUIT}'>",
                "p.toml:26: unknown variant `kitchen`, … <'kitchen'>",
                "p.toml:40: missing field `title` <[[gate]]>",
                "p.toml:48: the pattern does not compile: unclosed group <'(?P<task>x'>",
                "p.toml:55: there is no rule `nope` <'nope'>",
                "p.toml:56: unknown field `rule`, … <rule>",
            ]
        );
        // What is told of one table: all but further fields that are missing.
        let text = rule(
            "a",
            "(?P<task>{FRIUT}|{FRIUT}|{NUT}",
            "colour = 'red'\nzones = 3\n",
        )
        .replace("kind = 'task'", "kin = 'task'")
        .replace("owner = 'nobody'\n", "")
        .replace("'m'", "'{ownr} digs {owner}'");
        assert_eq!(
            wrong(&format!("schema = 1\n{text}[off]\nrules = ['a', 'aa']\n")),
            [
                "p.toml:5: unknown field `kin`, … <kin>",
                "p.toml:10: unknown field `colour`, … <colour>",
                "p.toml:11: invalid type: integer `3`, expected a sequence <3>",
                "p.toml:15: there is no rule `aa`; is `a` meant? <'aa'>",
            ]
        );
        let text = text
            .replace("kin = 'task'", "kind = 'task'\nowner = 'nobody'")
            .replace("colour = 'red'\nzones = 3\n", "");
        assert_eq!(
            wrong(&format!("schema = 1\n{text}")),
            [
                "p.toml:9: there is no lexicon or macro {FRIUT} <'(?P<task>{FRIUT}|{FRIUT}|{NUT}'>",
                "p.toml:9: there is no lexicon or macro {NUT} <'(?P<task>{FRIUT}|{FRIUT}|{NUT}'>",
                "p.toml:9: the pattern does not compile: unclosed group <'(?P<task>{FRIUT}|{FRIUT}|{NUT}'>",
                "p.toml:10: nothing is put in for `{ownr}`; only `{owner}` is known <'{ownr} digs {owner}'>",
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
    fn a_macro_is_told_once_where_it_stands() {
        let text = [
            "schema = 1\n[macro]\nLEAD = 'a('\nIDLE = '{QUINCE}'\nONE = '{TWO}'\nTWO = 'x{ONE}?'\nWELL = 'y'\n",
            &rule("a", "{LEAD}(?P<task>{ONE}+)", ""),
            &rule("b", "{LEAD}{WELL}(?P<task>[)", ""),
        ];
        assert_eq!(
            wrong(&text.concat()),
            [
                "p.toml:3: the pattern does not compile: unclosed group <'a('>",
                "p.toml:4: there is no lexicon or macro {QUINCE} <'{QUINCE}'>",
                "p.toml:5: macros are nested too deep; does one name itself? <'{TWO}'>",
                "p.toml:6: macros are nested too deep; does one name itself? <'x{ONE}?'>",
                "p.toml:25: the pattern does not compile: unclosed character class <'{LEAD}{WELL}(?P<task>[)'>",
            ]
        );
        let chain = |length: usize| {
            let links = (1..length).map(|at| format!("M{at} = '{{M{}}}'\n", at + 1));
            let links: String = links.collect();
            let rule = rule("a", "(?P<task>{M1})", "");
            wrong(&format!(
                "schema = 1\n[macro]\n{links}M{length} = 'x'\n{rule}"
            ))
        };
        assert!(chain(8).is_empty());
        assert_eq!(
            chain(9),
            ["p.toml:3: macros are nested too deep; does one name itself? <'{M2}'>"]
        );
    }

    #[test]
    fn a_rule_without_proof_is_an_error() {
        let text = rule("a", "(?P<task>x)", "").replace("[{ text = 'x', task = 'x' }]", "[]");
        let gate = "[[gate]]\nid = 'g'\ntitle = 't'\npattern = 'x'\neffect = 'veto'\n\
                    examples.match = ['x']\nexamples.no_match = []\n";
        assert_eq!(
            wrong(&format!("schema = 1\n{text}{gate}")),
            [
                "p.toml:3: `a` has no example in `examples.match` <'a'>",
                "p.toml:14: `g` has no example in `examples.no_match` <'g'>",
            ]
        );
    }

    #[test]
    fn what_is_switched_off_is_not_tried() {
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
        let list = engine.list();
        let rules: Vec<_> = list.iter().map(|rule| (rule.id, rule.off)).collect();
        assert_eq!(rules, [("a", None), ("b", Some("p.toml:3"))]);
        assert_eq!(engine.rule_count(), 1);
        assert_eq!(engine.off_place("guard", "a: no z"), Some("p.toml:4"));
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
