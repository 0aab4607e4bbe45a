//! How what is found compares with what should be found.
//!
//! Mentions are paired one to one where their lines overlap, those whose words are nearest first. A mention counts for
//! the main figure, `carried`, when it is a definite task or commitment; one that is found in the lines of an expected
//! mention of another sort is neither right nor extra there.

use jiff::civil::Date;
use owed::items::{Certainty, Kind, Mention};
use std::collections::BTreeMap;
use std::fmt;

/// A line of a file below `data/expected`.
#[derive(serde::Deserialize)]
pub(crate) struct Expected {
    line: u32,
    end_line: u32,
    kind: Kind,
    certainty: Certainty,
    pub(crate) owners: Vec<String>,
    text: String,
    due_date: Option<Date>,
}

impl Expected {
    fn is_carried(&self) -> bool {
        matches!(self.kind, Kind::Task | Kind::Commitment) && self.certainty == Certainty::Definite
    }

    fn shares_lines(&self, found: &Mention) -> bool {
        found.line <= self.end_line && self.line <= found.end_line
    }
}

/// One row of counts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) right: usize,
    pub(crate) extra: usize,
    pub(crate) missed: usize,
    /// Of the right ones, how many have the expected owners.
    owner: usize,
    /// Of the right ones that are expected to have a date, how many have it.
    due: usize,
    /// How many of the right ones are expected to have a date.
    due_of: usize,
    /// Of the right ones, how many have a date and should not.
    false_due: usize,
}

impl Counts {
    /// Counts a pair.
    fn pair(&mut self, found: &Mention, expected: &Expected) {
        self.right += 1;
        self.owner += usize::from(same_owners(&found.owners, &expected.owners));
        let date = found.due.as_ref().and_then(|due| due.date);
        if expected.due_date.is_some() {
            self.due_of += 1;
            self.due += usize::from(date == expected.due_date);
        } else {
            self.false_due += usize::from(date.is_some());
        }
    }

    /// Several rows as one.
    pub(crate) fn sum<'c>(rows: impl Iterator<Item = &'c Self>) -> Self {
        rows.fold(Self::default(), |mut sum, row| {
            sum.add(*row);
            sum
        })
    }

    /// Of what is found, how much is right.
    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.right + self.extra)
    }

    /// Of what is expected, how much is found.
    pub(crate) fn recall(&self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// Both in one figure.
    pub(crate) fn f1(&self) -> f64 {
        share(2 * self.right, 2 * self.right + self.extra + self.missed)
    }

    /// Of what is right, how much has the right owners.
    pub(crate) fn owner(&self) -> f64 {
        share(self.owner, self.right)
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.extra += other.extra;
        self.missed += other.missed;
        self.owner += other.owner;
        self.due += other.due;
        self.due_of += other.due_of;
        self.false_due += other.false_due;
    }
}

/// The counts of all notes.
#[derive(Default)]
pub(crate) struct Table {
    /// By kind, in the order of [`Kind`].
    kinds: BTreeMap<Kind, Counts>,
    /// What is carried, by group.
    pub(crate) groups: BTreeMap<String, Counts>,
    /// What is carried, by the rule that found it; nothing is missed by a single rule.
    pub(crate) rules: BTreeMap<String, Counts>,
}

impl Table {
    /// Adds a note of a group.
    pub(crate) fn add(&mut self, group: &str, found: &[Mention], expected: &[Expected]) {
        // Finished work is not listed in what is expected.
        let all: Vec<&Mention> = found
            .iter()
            .filter(|found| found.kind != Kind::Completion)
            .collect();
        let wanted: Vec<&Expected> = expected.iter().collect();
        let pairs = pairs(&all, &wanted);
        for (at, found) in all.iter().enumerate() {
            let counts = self.kinds.entry(found.kind).or_default();
            match pairs.get(&at).map(|at| wanted[*at]) {
                Some(one) if one.kind == found.kind => counts.pair(found, one),
                _ => counts.extra += 1,
            }
        }
        for (at, one) in wanted.iter().enumerate() {
            let by = pairs.iter().find(|(_, wanted)| **wanted == at);
            if by.is_none_or(|(found, _)| all[*found].kind != one.kind) {
                self.kinds.entry(one.kind).or_default().missed += 1;
            }
        }

        let carried: Vec<&Mention> = found.iter().filter(|found| found.is_carried()).collect();
        let wanted: Vec<&Expected> = expected.iter().filter(|one| one.is_carried()).collect();
        let pairs = self::pairs(&carried, &wanted);
        let counts = self.groups.entry(group.to_owned()).or_default();
        for (at, found) in carried.iter().enumerate() {
            let rule = self.rules.entry(found.rule.clone()).or_default();
            if let Some(one) = pairs.get(&at).map(|at| wanted[*at]) {
                counts.pair(found, one);
                rule.pair(found, one);
            } else if !expected.iter().any(|one| one.shares_lines(found)) {
                counts.extra += 1;
                rule.extra += 1;
            }
        }
        counts.missed += wanted.len() - pairs.len();
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        head(f, "carried, by group")?;
        let mut sum = Counts::default();
        for (group, counts) in &self.groups {
            row(f, group, *counts)?;
            sum.add(*counts);
        }
        row(f, "all groups", sum)?;
        writeln!(f)?;
        head(f, "all, by kind")?;
        for (kind, counts) in &self.kinds {
            row(f, kind.as_str(), *counts)?;
        }
        Ok(())
    }
}

fn head(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    writeln!(
        f,
        "{name:<18}  right  extra  missed  owner right  due right  false due  precision  recall"
    )
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, counts: Counts) -> fmt::Result {
    let Counts {
        right,
        extra,
        missed,
        owner,
        due,
        due_of,
        false_due,
    } = counts;
    let due = format!("{due}/{due_of}");
    let precision = percent(right, right + extra);
    let recall = percent(right, right + missed);
    writeln!(
        f,
        "{name:<18}  {right:>5}  {extra:>5}  {missed:>6}  {owner:>11}  {due:>9}  {false_due:>9}  \
         {precision:>9}  {recall:>6}"
    )
}

fn share(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}

fn percent(part: usize, of: usize) -> String {
    if of == 0 {
        return "-".to_owned();
    }
    format!("{:.0}%", 100.0 * part as f64 / of as f64)
}

/// Which found mention is which expected one, by their places in the two lists.
fn pairs(found: &[&Mention], expected: &[&Expected]) -> BTreeMap<usize, usize> {
    let mut possible = Vec::new();
    for (at, one) in found.iter().enumerate() {
        for (wanted_at, wanted) in expected.iter().enumerate() {
            if wanted.shares_lines(one) {
                let kind = if one.kind == wanted.kind { 0.25 } else { 0.0 };
                let nearness = overlap(&one.text, &wanted.text) + kind;
                let apart = one.line.abs_diff(wanted.line);
                possible.push((nearness, apart, at, wanted_at));
            }
        }
    }
    possible.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| (a.1, a.2, a.3).cmp(&(b.1, b.2, b.3)))
    });
    let mut pairs = BTreeMap::new();
    let mut taken = vec![false; expected.len()];
    for (.., at, wanted) in possible {
        if !pairs.contains_key(&at) && !taken[wanted] {
            taken[wanted] = true;
            pairs.insert(at, wanted);
        }
    }
    pairs
}

/// The words of a text, without case and signs.
fn words(text: &str) -> Vec<String> {
    let word = |c: char| !c.is_alphanumeric();
    let words = text.split(word).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// How much two texts share, between 0 and 1: the F1 of their words.
fn overlap(one: &str, other: &str) -> f64 {
    let (one, mut other) = (words(one), words(other));
    let of = one.len() + other.len();
    let mut shared = 0;
    for word in &one {
        if let Some(at) = other.iter().position(|other| other == word) {
            other.swap_remove(at);
            shared += 1;
        }
    }
    if of == 0 {
        return 0.0;
    }
    2.0 * f64::from(shared) / of as f64
}

const GROUP: &[&str] = &[
    "we",
    "us",
    "group",
    "the group",
    "team",
    "the team",
    "everyone",
    "all",
];

/// Whether two lists name the same people. Nobody and the group are both no person.
fn same_owners(found: &[String], expected: &[String]) -> bool {
    let people = |owners: &[String]| -> Vec<Vec<String>> {
        let people = owners.iter().map(|owner| words(owner));
        let is_group = |owner: &Vec<String>| GROUP.contains(&owner.join(" ").as_str());
        people.filter(|owner| !is_group(owner)).collect()
    };
    let (found, expected) = (people(found), people(expected));
    let all_in = |some: &[Vec<String>], others: &[Vec<String>]| {
        let known = |one: &Vec<String>| others.iter().any(|other| same_person(one, other));
        some.iter().all(known)
    };
    found.len() == expected.len() && all_in(&found, &expected) && all_in(&expected, &found)
}

/// Whether two names, as words, are of one person: a first name or initials stand for the full name.
fn same_person(one: &[String], other: &[String]) -> bool {
    let short = |short: &[String], full: &[String]| {
        let initials: String = full.iter().filter_map(|word| word.chars().next()).collect();
        short.len() == 1 && full.len() > 1 && (short[0] == full[0] || short[0] == initials)
    };
    one == other || short(one, other) || short(other, one)
}

#[test]
fn names_and_words_are_compared() {
    let owners = |text: &str| -> Vec<String> {
        let names = text.split(',').filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    let same = |one: &str, other: &str| same_owners(&owners(one), &owners(other));
    assert!(same("Ana", "Ana Lind") && same("AL", "Ana Lind") && same("@ana", "Ana"));
    assert!(same("", "we") && same("Ben,Ana Lind", "Ana,Ben"));
    assert!(!same("Ana", "Ben") && !same("Ana", "") && !same("we", "Ana"));
    assert!(!same("Ana Lind", "Ana West") && !same("Ana,Ben", "Ana"));
    assert!((overlap("write the *guide*", "Write guide") - 0.8).abs() < 1e-9);
    assert!(overlap("", "").abs() < 1e-9);
}
