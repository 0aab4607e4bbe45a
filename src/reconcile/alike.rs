//! Whether two tellings in different words are of the same work.
//!
//! The measure is what both share of their telling words, each weighed by how rare it is in the series, against what
//! they have in all (Dice's coefficient over inverse document frequencies).

use super::known::WordCounts;
use super::names;
use crate::items::{Item, Kind, Mention, Reason, Words, normal};
use std::collections::BTreeMap;

/// How the owners of two sides stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owners {
    /// One person at least is on both sides.
    Same,
    /// One side names nobody, or the group.
    Open,
    /// Other people.
    Other,
}

/// How alike a mention and an item are.
#[derive(Clone, Debug)]
pub(super) struct Likeness {
    /// What is shared of all words, from 0 to 1.
    pub(super) dice: f64,
    /// What is shared of the shorter side, from 0 to 1.
    pub(super) contained: f64,
    /// What is shared of what is to be done alone, without the words around it, from 0 to 1, and how many words that are.
    pub(super) task: (f64, usize),
    /// The sides are two steps of one piece of work, such as writing something and reviewing it.
    pub(super) other_step: bool,
    /// The words on both sides, the most telling first.
    pub(super) shared: Vec<String>,
    /// An issue or address on both sides.
    pub(super) reference: Option<String>,
    pub(super) owners: Owners,
    /// Both are said at the same meeting.
    pub(super) same_meeting: bool,
    /// The mention of the item that is most alike.
    pub(super) nearest: Mention,
}

/// Names as they stand for people in a series.
pub(super) type Aliases = BTreeMap<String, String>;

/// The likeness of a mention and an item, by the mention of the item that is most alike; `None` where they share
/// nothing, or name other numbers.
pub(super) fn likeness(
    mention: &Mention,
    words: &Words,
    item: &Item,
    words_of: impl Fn(&Mention) -> Words,
    counts: &WordCounts,
    aliases: &Aliases,
) -> Option<Likeness> {
    let mut best: Option<Likeness> = None;
    for other in &item.mentions {
        let theirs = words_of(other);
        let numbers_differ = !words.numbers.is_empty()
            && !theirs.numbers.is_empty()
            && words.numbers.is_disjoint(&theirs.numbers);
        // Two things in one sentence are two things.
        let same_sentence = mention.path == other.path && mention.quote == other.quote;
        if numbers_differ || same_sentence {
            continue;
        }
        let weigh = |words: &Words| words.all().map(|word| counts.weight(word)).sum::<f64>();
        let mut shared: Vec<&str> = words.all().filter(|word| theirs.has(word)).collect();
        let both: f64 = shared.iter().map(|word| counts.weight(word)).sum();
        let (ours, its) = (weigh(words), weigh(&theirs));
        if shared.is_empty()
            || best
                .as_ref()
                .is_some_and(|best| 2.0 * both / (ours + its) <= best.dice)
        {
            continue;
        }
        shared.sort_by(|a, b| {
            counts
                .weight(b)
                .total_cmp(&counts.weight(a))
                .then_with(|| a.cmp(b))
        });
        best = Some(Likeness {
            dice: 2.0 * both / (ours + its),
            contained: both / ours.min(its),
            other_step: is_other_step(&mention.text, &other.text),
            task: task_likeness(mention, other, counts),
            reference: words
                .references
                .intersection(&theirs.references)
                .next()
                .cloned(),
            shared: shared.into_iter().map(str::to_owned).collect(),
            owners: owners(mention, item, aliases),
            same_meeting: mention.meeting == other.meeting
                && (mention.meeting.is_some() || mention.path == other.path),
            nearest: other.clone(),
        });
    }
    best
}

impl Likeness {
    /// Whether it is sure enough to take both for one item without asking.
    pub(super) fn is_sure(&self) -> bool {
        let (dice, shared) = self.task;
        match self.owners {
            _ if self.other_step => false,
            Owners::Other => false,
            Owners::Same if self.same_meeting => shared >= 2 && dice >= 0.5,
            Owners::Same => shared >= 2 && dice >= 0.7,
            Owners::Open if self.same_meeting => shared >= 2 && dice >= 0.7,
            Owners::Open => shared >= 3 && dice >= 0.9,
        }
    }

    /// Whether a person should be asked.
    pub(super) fn is_likely(&self) -> bool {
        let several = self.shared.len() >= 2;
        let alike = match self.owners {
            Owners::Same => self.dice >= 0.28 || self.contained >= 0.6,
            Owners::Open => self.dice >= 0.4 || self.contained >= 0.75,
            Owners::Other => return several && self.dice >= 0.5,
        };
        self.is_referred() || (several && alike)
    }

    /// Whether a report is likely to be of the item. Reports are short, and name the thing rather than the work.
    pub(super) fn is_report(&self) -> bool {
        let several = self.shared.len() >= 2;
        match self.owners {
            Owners::Same => self.is_referred() || (several && self.contained >= 0.5),
            Owners::Open => self.is_referred() || (several && self.contained >= 0.6),
            Owners::Other => several && self.contained >= 0.8,
        }
    }

    /// Whether both name the same issue or pull request; many things link to the same page.
    fn is_referred(&self) -> bool {
        self.reference
            .as_ref()
            .is_some_and(|it| it.starts_with('#'))
    }

    /// How good it is beside others.
    pub(super) fn rank(&self) -> f64 {
        let owners = match self.owners {
            Owners::Same => 0.2,
            Owners::Open => 0.05,
            Owners::Other => 0.0,
        };
        self.dice + owners + if self.is_referred() { 0.3 } else { 0.0 }
    }

    /// What speaks for taking both for one item.
    pub(super) fn reasons(&self, mention: &Mention) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if let Some(reference) = &self.reference {
            reasons.push(Reason::SameReference {
                reference: reference.clone(),
            });
        }
        let words: Vec<String> = self
            .shared
            .iter()
            .filter(|word| self.reference.as_ref() != Some(word))
            .take(5)
            .map(|word| Words::spelled(&mention.quote, word).unwrap_or_else(|| word.clone()))
            .collect();
        if !words.is_empty() {
            reasons.push(Reason::SharedWords { words });
        }
        if self.owners == Owners::Same {
            let owner = mention.who().first().cloned().unwrap_or_default();
            reasons.push(Reason::SameOwner { owner });
        }
        reasons
    }
}

/// What two mentions share of what is to be done, and how many words that are.
fn task_likeness(one: &Mention, other: &Mention, counts: &WordCounts) -> (f64, usize) {
    let (one, other) = (Words::of(&one.text), Words::of(&other.text));
    let weigh = |words: &Words| words.all().map(|word| counts.weight(word)).sum::<f64>();
    let shared: Vec<&str> = one.all().filter(|word| other.has(word)).collect();
    let both: f64 = shared.iter().map(|word| counts.weight(word)).sum();
    let all = weigh(&one) + weigh(&other);
    let dice = if all > 0.0 { 2.0 * both / all } else { 0.0 };
    (dice, shared.len())
}

/// Verbs that follow others upon the same thing, in their stems: who reviews a guide does not write it.
const STEPS: &[&str] = &[
    "announc",
    "ask",
    "benchmark",
    "deploi",
    "discus",
    "document",
    "merg",
    "present",
    "publish",
    "read",
    "releas",
    "review",
    "rever",
    "revert",
    "test",
];

/// Whether one text is of a step that the other is not of.
fn is_other_step(one: &str, other: &str) -> bool {
    let (one, other) = (Words::of(one), Words::of(other));
    STEPS
        .iter()
        .any(|step| one.stems.contains(*step) != other.stems.contains(*step))
}

/// How the owners of a mention stand to those of an item, as the item and all its mentions name them.
pub(super) fn owners(mention: &Mention, item: &Item, aliases: &Aliases) -> Owners {
    let mut ours: Vec<String> = names_in(mention, aliases).collect();
    if ours.is_empty() && mention.kind == Kind::Completion {
        // Who reports without naming anybody reports their own.
        ours.extend(people(mention.speaker.as_slice(), aliases));
    }
    let said = item
        .mentions
        .iter()
        .flat_map(|other| names_in(other, aliases));
    let theirs: Vec<String> = people(&item.owners, aliases).chain(said).collect();
    if ours.is_empty() || theirs.is_empty() {
        return Owners::Open;
    }
    let meets = |our: &String| theirs.iter().any(|their| is_same_name(our, their, aliases));
    if ours.iter().any(meets) {
        Owners::Same
    } else {
        Owners::Other
    }
}

/// The owners of a mention: the people whom they stand for, else as written and as their note knows them.
fn names_in<'a>(mention: &'a Mention, aliases: &'a Aliases) -> impl Iterator<Item = String> + 'a {
    let owners = mention.owners.iter().enumerate();
    let names = owners.flat_map(|(at, written)| {
        let known = mention.people.get(at).map(String::as_str);
        match names::person(written, known, aliases) {
            Some(person) => vec![normal(person)],
            None => [Some(written.as_str()), known]
                .into_iter()
                .flatten()
                .map(normal)
                .collect(),
        }
    });
    names.filter(|name| !is_group(name))
}

fn is_group(name: &str) -> bool {
    matches!(name, "we" | "" | "all" | "everyone")
}

/// The people among owners, by whom their names stand for.
fn people<'a>(owners: &'a [String], aliases: &'a Aliases) -> impl Iterator<Item = String> + 'a {
    let names = owners.iter().map(|owner| normal(owner));
    let people = names.filter(|name| !is_group(name));
    people.map(|name| match aliases.get(&name) {
        Some(person) => normal(person),
        None => name,
    })
}

/// "ana" and "ana lind" are one, but for an Ana of whom somebody has said that she is somebody else.
fn is_same_name(one: &str, other: &str, aliases: &Aliases) -> bool {
    let apart = |name: &str| aliases.get(name).is_some_and(|whom| normal(whom) == name);
    let begins = |long: &str, short: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with(' ') && !apart(short)))
    };
    begins(one, other) || begins(other, one)
}
