//! The words of a text as likeness sees them: in their stems, without those that every sentence has.

use super::common::{is_empty, is_generic};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// What a text has that another can share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Telling words in their stems.
    pub stems: BTreeSet<String>,
    /// Issues and pull requests as `#12`, other addresses as they are written.
    pub references: BTreeSet<String>,
    /// The repositories of these issues, as `owner/name` in lower case, where they are told. Two with the same number are
    /// two where the repositories differ.
    pub repositories: BTreeMap<String, BTreeSet<String>>,
    /// Numbers and versions. Two texts with other numbers speak of other things: "release 3.2", "release 3.3".
    pub numbers: BTreeSet<String>,
    /// The stems of what was written with a hyphen or underscore, as one word: "egraph" for "e-graph".
    pub joined: BTreeSet<String>,
    /// The stems that stand only as a part of such a word, with the word.
    pub parts: BTreeMap<String, String>,
    /// The stem of the first telling word, which is the verb of most tasks; `None` where a thing is named first: "our
    /// release schedule".
    pub first: Option<String>,
    /// The words in capitals, in lower case: "cm".
    pub abbreviations: BTreeSet<String>,
    /// The first letters of two and three words in a row: "cm" for "component model".
    pub initials: BTreeSet<String>,
}

/// How much two words tell together that only begin alike: "bool", "boolean".
const BEGIN_ALIKE: f64 = 0.6;

impl Words {
    /// The words of a text.
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        let mut row = [None, None];
        let mut alone = BTreeSet::new();
        for token in text.split(|c: char| c.is_whitespace() || "()<>[]\"'’`*,;".contains(c)) {
            let token = token.trim_end_matches(['.', ':', '!', '?']);
            alone.extend(words.take(token, &mut row));
        }
        words.parts.retain(|part, _| !alone.contains(part));
        words.first = first(text);
        words
    }

    /// Whether there is nothing to be alike in.
    pub fn is_empty(&self) -> bool {
        self.stems.is_empty() && self.references.is_empty()
    }

    /// Whether it has a word or reference that not every group uses of everything.
    pub fn is_telling(&self) -> bool {
        !self.references.is_empty() || self.stems.iter().any(|stem| !is_generic(stem))
    }

    /// How a text spells a word that is known by its stem.
    pub fn spelled(text: &str, stemmed: &str) -> Option<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase);
        words.into_iter().find(|word| stem(word) == stemmed)
    }

    /// Words and references.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.stems
            .iter()
            .chain(&self.references)
            .map(String::as_str)
    }

    /// Whether it has a word or reference.
    pub fn has(&self, word: &str) -> bool {
        self.stems.contains(word) || self.references.contains(word)
    }

    /// What a word is a part of that is written as one: "tile-loader".
    pub fn whole(&self, word: &str) -> Option<&str> {
        self.parts.get(word).map(String::as_str)
    }

    /// How well it has a word of another text: 1 where it has the word, written in one or in two, or as an abbreviation;
    /// less where it has one that begins alike; else 0.
    pub fn meets(&self, word: &str, of: &Words) -> f64 {
        if self.references.contains(word) && !self.same_repository(word, of) {
            return 0.0;
        }
        let has = self.has(word)
            || self.joined.contains(word)
            || (of.abbreviations.contains(word) && self.initials.contains(word))
            || of
                .whole(word)
                .is_some_and(|whole| self.stems.contains(whole));
        match has {
            true => 1.0,
            false if self.begins_alike(word) => BEGIN_ALIKE,
            false => 0.0,
        }
    }

    /// Whether an issue of this number can be that of another text: one of both does not tell its repository, or it is the
    /// same.
    fn same_repository(&self, number: &str, other: &Words) -> bool {
        let told = self
            .repositories
            .get(number)
            .zip(other.repositories.get(number));
        told.is_none_or(|(one, two)| !one.is_disjoint(two))
    }

    /// The issues, pull requests and other addresses that both name.
    pub fn same_references<'w>(&'w self, other: &'w Words) -> impl Iterator<Item = &'w String> {
        let both = self.references.intersection(&other.references);
        both.filter(|it| self.same_repository(it, other))
    }

    /// Whether it has a word that goes on where another ends.
    fn begins_alike(&self, word: &str) -> bool {
        let Some(root) = root(word).filter(|root| root.len() >= 4) else {
            return false;
        };
        let goes_on = |long: &str, short: &str| {
            long.strip_prefix(short)
                .is_some_and(|rest| short.len() >= 4 && rest.len() <= 4)
        };
        self.stems
            .range::<str, _>((Bound::Included(root), Bound::Unbounded))
            .take_while(|other| other.starts_with(root))
            .any(|other| goes_on(other, word) || goes_on(word, other))
    }

    /// Whether a stem is of a word that every group uses of everything, such as "update".
    pub fn is_generic(stem: &str) -> bool {
        is_generic(stem)
    }

    /// What others that are alike in one telling word have in common, with the word: how it begins, or a reference.
    pub fn roots(&self) -> impl Iterator<Item = (&str, &str)> {
        let telling = self.stems.iter().filter(|stem| !is_generic(stem));
        telling
            .chain(&self.joined)
            .filter_map(|stem| Some((root(stem)?, stem.as_str())))
            .chain(self.references.iter().map(|it| (it.as_str(), it.as_str())))
    }

    /// Takes an issue, and its repository where `before` ends in one: "ana/atlas", or an address that ends so.
    fn take_issue(&mut self, number: String, before: &str) {
        let mut parts = before.rsplit('/').filter(|part| !part.is_empty());
        if let (Some(name), Some(owner)) = (parts.next(), parts.next())
            && !owner.ends_with(':')
        {
            let repository = format!("{owner}/{name}").to_lowercase();
            let of_number = self.repositories.entry(number.clone()).or_default();
            of_number.insert(repository);
        }
        self.references.insert(number);
    }

    /// Takes the words of a token; gives its stem where it is one word.
    fn take(&mut self, token: &str, row: &mut [Option<char>; 2]) -> Option<String> {
        if token.contains("://") {
            match reference_number(token) {
                Some((repository, number)) => self.take_issue(number, repository),
                None => {
                    let address = token.trim_end_matches('/');
                    self.references.insert(address.to_owned());
                }
            }
            return None;
        }
        if let Some((repository, number)) = token.rsplit_once('#')
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.take_issue(format!("#{number}"), repository);
            return None;
        }
        if token.starts_with(|c: char| c.is_ascii_digit())
            && let Some(number) = version(token)
        {
            // A version tells what is spoken of as well as a word does.
            if number.contains('.') {
                self.stems.insert(format!("v{number}"));
            }
            self.numbers.insert(number);
            return None;
        }
        let mut parts = Vec::new();
        for word in token
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                self.numbers.insert(word.to_owned());
                continue;
            }
            let lower = word.to_lowercase();
            let is_short = (2..=4).contains(&word.len());
            if is_short && word.bytes().all(|byte| byte.is_ascii_uppercase()) {
                self.abbreviations.insert(lower.clone());
            }
            if let Some(first) = lower.chars().next() {
                if let [before, Some(last)] = *row {
                    self.initials.insert([last, first].iter().collect());
                    let three = before.map(|before| [before, last, first].iter().collect());
                    self.initials.extend(three);
                }
                *row = [row[1], Some(first)];
            }
            // A single letter is a part of something, or a name's.
            if !is_empty(&lower) && lower.chars().nth(1).is_some() {
                self.stems.insert(stem(&lower));
            }
            parts.push(lower);
        }
        if let [one] = &parts[..] {
            return Some(stem(one));
        }
        if parts.len() > 1 && !token.contains(['/', ':', '@']) {
            let whole = stem(&parts.concat());
            for part in &parts {
                self.parts.insert(stem(part), whole.clone());
            }
            self.joined.insert(whole);
        }
        None
    }
}

/// See [`Words::first`].
fn first(text: &str) -> Option<String> {
    let tokens = text.split_whitespace();
    let mut words = tokens
        .filter(|token| !token.contains("://") && !token.contains('#'))
        .flat_map(|token| token.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_lowercase);
    let names_a_thing = |word: &str| {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        is_number || THINGS_BEGIN.contains(&word)
    };
    let tells = |word: &String| names_a_thing(word) || !is_empty(word) && word.len() > 1;
    let first = words.find(tells)?;
    (!names_a_thing(&first)).then(|| stem(&first))
}

/// What stands before a thing.
const THINGS_BEGIN: &[&str] = &[
    "a", "an", "any", "each", "her", "his", "its", "my", "our", "some", "that", "the", "their",
    "these", "this", "those", "your",
];

/// How a word begins, by which those are looked up that may begin alike.
fn root(word: &str) -> Option<&str> {
    word.char_indices()
        .nth(4)
        .map_or(Some(word), |(end, _)| word.get(..end))
}

/// A number or version: "3.2", "4-0-x" as "4.0"; `None` for other tokens.
fn version(token: &str) -> Option<String> {
    let token = token.trim_end_matches(['x', 'X']);
    let mut parts = token.split(['.', '-']).filter(|part| !part.is_empty());
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    parts
        .clone()
        .all(is_number)
        .then(|| parts.by_ref().collect::<Vec<_>>().join("."))
}

/// The issue or pull request that an address ends in, as `#12`, with what stands before it: its repository's address.
fn reference_number(address: &str) -> Option<(&str, String)> {
    let path = address.split(['?', '#']).next()?.trim_end_matches('/');
    let (rest, number) = path.rsplit_once('/')?;
    let (repository, kind) = rest.rsplit_once('/')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && matches!(kind, "issues" | "pull" | "pulls" | "merge_requests"))
        .then(|| (repository, format!("#{number}")))
}

/// A word without its ending, so that "prototype", "prototyped" and "prototyping" are one. English, and rough: the
/// stem is no word, and what it makes alike by mistake costs a proposal.
pub(super) fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.to_owned();
    }
    let mut stem = plural(word);
    for (ending, least) in [("ing", 3), ("ed", 3), ("ation", 4), ("ion", 4), ("ly", 4)] {
        if let Some(rest) = stem.strip_suffix(ending)
            && rest.len() >= least
            && rest.contains(['a', 'e', 'i', 'o', 'u', 'y'])
        {
            stem = undoubled(rest);
            break;
        }
    }
    for (ending, least) in [("ment", 4), ("er", 4)] {
        if let Some(rest) = stem.strip_suffix(ending).filter(|it| it.len() >= least) {
            stem = rest.to_owned();
            break;
        }
    }
    if let Some(rest) = stem.strip_suffix("ate").filter(|rest| rest.len() >= 4) {
        stem = rest.to_owned();
    } else if let Some(rest) = stem.strip_suffix("at").filter(|rest| rest.len() >= 4) {
        stem = rest.to_owned();
    }
    if stem.ends_with("ific") {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem.replace("isa", "iza")
}

fn plural(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ies").filter(|rest| rest.len() >= 2) {
        return format!("{rest}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let keeps = ["ss", "us", "is"]
        .iter()
        .any(|ending| word.ends_with(ending));
    match word.strip_suffix('s').filter(|_| !keeps) {
        Some(rest) => rest.to_owned(),
        None => word.to_owned(),
    }
}

/// "mapp" → "map", but "fill" stays.
fn undoubled(stem: &str) -> String {
    let bytes = stem.as_bytes();
    match bytes {
        [.., a, b] if a == b && !b"lsz".contains(a) && stem.len() > 3 => {
            stem[..stem.len() - 1].to_owned()
        }
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BEGIN_ALIKE, Words};

    fn stems(text: &str) -> String {
        Words::of(text)
            .stems
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn words_of_grammar_tell_nothing() {
        assert_eq!(
            stems("we are still working on it, and have made some more progress"),
            ""
        );
        assert_eq!(stems("continuing to try these things next week"), "");
    }

    #[test]
    fn tellings_of_one_thing_have_the_same_stems() {
        for (one, other) in [
            ("prototype the cache", "prototyping caches"),
            ("migrate the docs", "migration of the docs"),
            ("merged the `tile_loader`", "merge tile-loader"),
            ("mapping the entries", "map each of the entries"),
            ("documentation", "document"),
            ("verification of rules", "verify the rule"),
            ("creation", "creating"),
            ("fixes", "fix"),
            ("a checker of rules", "checking the rule"),
            ("the replacement", "replace it"),
        ] {
            let (one, other) = (stems(one), stems(other));
            assert_eq!(one, other);
        }
        assert_ne!(stems("status"), stems("state"));
    }

    #[test]
    fn a_word_is_known_in_other_shapes() {
        for (word, of, in_text, how) in [
            ("cach", "the cache", "caching", 1.0),
            ("egraph", "egraphs", "the e-graph", 1.0),
            ("graph", "the e-graph", "egraphs", 1.0),
            ("regmod", "regmod", "remove `reg_mod`", 1.0),
            ("tm", "support TM", "the tile model", 1.0),
            ("tm", "support tm", "the tile model", 0.0),
            ("bool", "bools", "boolean types", BEGIN_ALIKE),
            ("til", "tiles", "the titles", 0.0),
            ("form", "forms", "formidable things", 0.0),
        ] {
            let met = Words::of(in_text).meets(word, &Words::of(of));
            assert_eq!(met, how, "{word} of {of:?} in {in_text:?}");
        }
    }

    #[test]
    fn a_part_knows_its_whole_unless_it_also_stands_alone() {
        let words = Words::of("move tile-loader and `map_view` to the view");
        assert_eq!(words.whole("tile"), None, "stems are asked for");
        assert_eq!(words.whole("til"), Some("tileload"));
        assert_eq!(words.whole("map"), Some("mapview"));
        assert_eq!(words.whole("view"), None);
    }

    #[test]
    fn what_every_group_does_tells_little() {
        assert!(!Words::of("update the docs and have a look").is_telling());
        assert!(Words::of("update the atlas").is_telling());
        assert!(Words::of("review #12").is_telling());
    }

    #[test]
    fn the_first_word_is_a_verb_or_none() {
        for (text, expected) in [
            ("release the atlas", Some("releas")),
            ("#12: review the legend", Some("review")),
            ("reviewing", Some("review")),
            ("should our release plan change?", None),
            ("the release of the atlas", None),
            ("3.2 release", None),
            ("print/bind release copies", Some("print")),
        ] {
            assert_eq!(Words::of(text).first.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn references_and_numbers_are_apart_from_words() {
        let words =
            Words::of("review https://code.example/tiles/pull/267, see core#12 before release 3.2");
        let references: Vec<&str> = words.references.iter().map(String::as_str).collect();
        assert_eq!(references, ["#12", "#267"]);
        assert!(words.numbers.contains("3.2"));
        assert_eq!(
            stems("review https://code.example/tiles/pull/267"),
            "review"
        );
    }
}
