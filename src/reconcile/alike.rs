//! Whether two tellings in different words are of the same work.
//!
//! The measure is what both share of their telling words, each weighed by how rare it is in the series, in itself and
//! against what they have in all (Dice's coefficient over inverse document frequencies).

use super::index::RECENT_DAYS;
use super::known::WordCounts;
use super::names;
use crate::items::{Item, Kind, Mention, Reason, Words, is_group, normal};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How the owners of two sides stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owners {
    /// One person at least is on both sides.
    Same,
    /// One side names nobody, or the group, or by a name that could be the other's.
    Open,
    /// Other people.
    Other,
}

/// What a word counts that stands beside what is to be done.
const AROUND: f64 = 0.5;

/// What a part counts of what is written as one word, such as "tile-loader".
const PART: f64 = 0.6;

/// What both sides must share at least to be asked about, counted in words that no other mention has.
pub(super) const LEAST_EVIDENCE: f64 = 0.5;

/// What a mention is held against others by.
#[derive(Debug)]
pub(super) struct Told {
    /// All words that it can be alike in.
    pub(super) words: Words,
    /// Those of what is to be done alone.
    pub(super) task: Words,
    /// The words of [`STEPS`] in these, and the one that they begin with.
    steps: (u32, u32),
    /// Whose it is, by whom their names stand for.
    pub(super) names: Vec<String>,
    /// The words of these names, which say nothing of the work.
    of_names: BTreeSet<String>,
}

impl Told {
    pub(super) fn of(mention: &Mention, aliases: &Aliases) -> Self {
        let task = Words::of(&mention.text);
        let bits = |is_of: &dyn Fn(&str) -> bool| {
            (0..)
                .zip(STEPS)
                .fold(0, |bits, (at, step)| bits | (u32::from(is_of(step)) << at))
        };
        let names: Vec<String> = names_in(mention, aliases).collect();
        let of_names = names.iter().flat_map(|name| Words::of(name).stems);
        Self {
            words: mention.words_around(task.clone()),
            of_names: of_names.collect(),
            steps: (
                bits(&|step| task.stems.contains(step)),
                bits(&|step| task.first.as_deref() == Some(step)),
            ),
            names,
            task,
        }
    }
}

/// How alike a mention and an item are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likeness {
    /// How much they share, counted in words that no other mention of the series has.
    evidence: f64,
    /// How many words they share that not every group uses; what is written as one word counts once.
    telling: usize,
    /// What is shared of all words, from 0 to 1.
    dice: f64,
    /// What is shared of the shorter side, from 0 to 1.
    contained: f64,
    /// What is shared of what is to be done alone, without the words around it and however common, from 0 to 1, and how
    /// many words that are.
    task: (f64, usize),
    /// The sides are two steps of one piece of work, such as writing something and reviewing it; or they could be, as one
    /// has the word of a step somewhere.
    other_step: bool,
    could_be_other_step: bool,
    /// Both name the same issue or pull request; many things link to the same page.
    same_issue: bool,
    /// Both name issues or pull requests, and none is the same.
    other_issue: bool,
    owners: Owners,
    /// That the owners are the same is only a guess by their names.
    guessed: bool,
    /// The owners of the item are other people, whom the mention names.
    named: bool,
    /// Somebody has promised it or was given it to do, on one side at least.
    promised: bool,
    /// Both are said at the same meeting.
    same_meeting: bool,
    /// The item was last spoken of in so many words a good while ago.
    long_ago: bool,
    /// How many of the sides are the entry of an action list.
    listed: usize,
    /// Which mention of the item is most alike.
    pub(super) nearest: usize,
}

/// Names as they stand for people in a series.
pub(super) type Aliases = BTreeMap<String, String>;

/// The likeness of a mention and an item, by the mention of the item that is most alike; `None` where they share
/// nothing, or name other numbers. `is_of_others` tells whether a first name is at that place one of others than a full
/// name that begins with it.
pub(super) fn likeness(
    mention: &Mention,
    told: &Told,
    item: &Item,
    told_of: impl Fn(&Mention) -> Rc<Told> + Copy,
    counts: &WordCounts,
    aliases: &Aliases,
    is_of_others: impl Fn(&str, &str) -> bool,
) -> Option<Likeness> {
    let mut best: Option<(Shared, usize, Rc<Told>)> = None;
    // A remark lies where it lies for its place, and its words need not be of the work.
    let told_by_words = item
        .mentions
        .iter()
        .enumerate()
        .filter(|(_, it)| !it.is_remark());
    for (at, other) in told_by_words {
        let theirs = told_of(other);
        let numbers_differ = !told.words.numbers.is_empty()
            && !theirs.words.numbers.is_empty()
            && told.words.numbers.is_disjoint(&theirs.words.numbers);
        // Two things in one sentence are two things.
        let same_sentence = mention.path == other.path && mention.quote == other.quote;
        if numbers_differ || same_sentence {
            continue;
        }
        let shared = shared_words(told, &theirs, counts);
        let tells = shared.both() >= LEAST_EVIDENCE || shared.words >= 2;
        let is_best = |best: &Shared| (shared.dice(), shared.both()) > (best.dice(), best.both());
        if tells && best.as_ref().is_none_or(|(best, ..)| is_best(best)) {
            best = Some((shared, at, theirs));
        }
    }
    let (shared, at, theirs) = best?;
    let nearest = item.mentions.get(at)?;
    let task = self::shared(
        &told.task,
        &theirs.task,
        |_, _, word| counts.rarity(word),
        |it| counts.is_telling(it),
    );
    let issues = |words: &Words| words.references.iter().any(|it| is_issue(it));
    let same_issue = told
        .words
        .same_references(&theirs.words)
        .any(|it| is_issue(it));
    let ((owners, guessed), theirs_names) =
        owners_of(mention, told, item, told_of, aliases, is_of_others);
    // Whoever tells that it landed need not be who did it.
    let names_nobody = mention.kind == Kind::Completion && mention.owners.is_empty();
    let owners = if names_nobody {
        owners.min(Owners::Open)
    } else {
        owners
    };
    let ours: BTreeSet<String> = told.names.iter().cloned().collect();
    let named = owners == Owners::Other
        && (names_one_of(&mention.quote, &theirs_names) || names_one_of(&nearest.quote, &ours));
    Some(Likeness {
        evidence: shared.both(),
        telling: shared.telling,
        dice: shared.dice(),
        contained: shared.contained(),
        task: (task.dice(), task.words),
        other_step: told.steps.1 != theirs.steps.1,
        could_be_other_step: told.steps.0 != theirs.steps.0,
        same_issue,
        other_issue: !same_issue && issues(&told.words) && issues(&theirs.words),
        owners: if named { Owners::Open } else { owners },
        guessed,
        named,
        promised: is_promise(mention) || item.mentions.iter().any(is_promise),
        same_meeting: mention.meeting == nearest.meeting
            && (mention.meeting.is_some() || mention.path == nearest.path),
        long_ago: is_long_ago(mention, nearest),
        listed: usize::from(mention.kind == Kind::Task) + usize::from(nearest.kind == Kind::Task),
        nearest: at,
    })
}

/// What two mentions share of all their words.
fn shared_words(told: &Told, theirs: &Told, counts: &WordCounts) -> Shared {
    let sides = [told, theirs];
    let weight = |side: usize, words: &Words, word: &str| {
        if sides[side].of_names.contains(word) {
            return 0.0;
        }
        let around = if sides[side].task.has(word) {
            1.0
        } else {
            AROUND
        };
        let part = if words.whole(word).is_some() {
            PART
        } else {
            1.0
        };
        counts.weight(word) * around * part
    };
    shared(&told.words, &theirs.words, weight, |it| {
        counts.is_telling(it)
    })
}

/// What two texts share of their words, by weight.
struct Shared {
    /// Of the one and of the other.
    of: [f64; 2],
    /// What they have in all.
    all: [f64; 2],
    /// How many words of the one; what is written as one word counts once.
    words: usize,
    /// How many of these are telling.
    telling: usize,
}

fn shared(
    one: &Words,
    other: &Words,
    weight: impl Fn(usize, &Words, &str) -> f64,
    is_telling: impl Fn(&str) -> bool,
) -> Shared {
    let mut shared = Shared {
        of: [0.0; 2],
        all: [0.0; 2],
        words: 0,
        telling: 0,
    };
    for (at, (ours, theirs)) in [(one, other), (other, one)].into_iter().enumerate() {
        let mut wholes: BTreeSet<&str> = BTreeSet::new();
        for word in ours.all() {
            let weight = weight(at, ours, word);
            let met = theirs.meets(word, ours);
            shared.of[at] += met * weight;
            shared.all[at] += weight;
            if at == 0 && met > 0.0 {
                wholes.insert(ours.whole(word).unwrap_or(word));
            }
        }
        if at == 0 {
            shared.words = wholes.len();
            shared.telling = wholes.iter().filter(|it| is_telling(it)).count();
        }
    }
    shared
}

impl Shared {
    fn both(&self) -> f64 {
        self.of[0].min(self.of[1])
    }

    fn dice(&self) -> f64 {
        ratio(self.of[0] + self.of[1], self.all[0] + self.all[1])
    }

    fn contained(&self) -> f64 {
        ratio(self.of[0], self.all[0]).max(ratio(self.of[1], self.all[1]))
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl Likeness {
    /// Whether it is sure enough to take both for one item without asking.
    pub(super) fn is_sure(&self) -> bool {
        let (dice, shared) = self.task;
        // Two entries of one list are two things, unless they say the same.
        let two_entries = self.same_meeting && self.listed == 2 && dice < 0.8;
        match self.owners {
            _ if self.could_be_other_step || self.other_issue || two_entries => false,
            // A wrong merge is worse than a question.
            _ if self.guessed => false,
            Owners::Other => false,
            Owners::Same if self.same_meeting => shared >= 2 && dice >= 0.5,
            Owners::Same => shared >= 2 && dice >= 0.7,
            Owners::Open if self.same_meeting => shared >= 2 && dice >= 0.7,
            Owners::Open => shared >= 3 && dice >= 0.9,
        }
    }

    /// Whether a person should be asked.
    pub(super) fn is_likely(&self) -> bool {
        let several = self.telling >= 2;
        let least = match self.owners {
            // At one meeting people tell several things; only a list of actions tells them again.
            Owners::Same if self.same_meeting && self.listed != 1 => several.then_some(0.5),
            Owners::Same if self.other_step => several.then_some(0.3),
            Owners::Same if several => Some(0.2),
            Owners::Same if self.task.1 >= 2 => Some(0.35),
            // One word is of many things that somebody does.
            Owners::Same => Some(0.5),
            _ if self.other_step => None,
            // What nobody has promised is nobody's yet: whether two such are one makes no difference to anybody.
            _ if !self.promised => None,
            // A handle that begins like the name speaks for them, too.
            Owners::Open if self.guessed => Some(if several { 0.3 } else { 0.6 }),
            Owners::Open => Some(if several || self.task.1 >= 3 {
                0.4
            } else {
                0.8
            }),
            Owners::Other => (several && self.evidence >= 1.2).then_some(0.4),
        };
        let nobodys = !self.promised && self.owners != Owners::Same;
        self.same_issue || (!nobodys && self.is_rare()) || self.tells_enough(least)
    }

    /// Whether what is shared is so rare that a smaller part of what is said is enough.
    fn is_rare(&self) -> bool {
        let (evidence, contained) = match self.owners {
            _ if self.same_meeting || self.long_ago || self.other_issue => return false,
            Owners::Same => (0.85, 0.33),
            Owners::Open if self.named => (0.85, 0.33),
            Owners::Open => (1.5, 0.45),
            Owners::Other => return false,
        };
        self.evidence >= evidence && self.contained >= contained
    }

    /// Whether a report is likely to be of the item. Reports are short, and name the thing rather than the work.
    pub(super) fn is_report(&self) -> bool {
        let several = self.telling >= 2;
        let least = match self.owners {
            // At one meeting people tell several things.
            Owners::Same if self.same_meeting && self.listed == 0 => several.then_some(0.5),
            Owners::Same => Some(if several { 0.25 } else { 0.5 }),
            _ if !self.promised => None,
            Owners::Open if !self.named => Some(if several { 0.5 } else { 0.8 }),
            // To have worked with somebody finishes nothing of theirs.
            Owners::Open | Owners::Other => (several && self.evidence >= 1.6).then_some(0.6),
        };
        // A report closes: one word alone must be rarer than two.
        let rare = several || self.evidence >= 0.55;
        self.same_issue || self.is_rare() || (rare && self.tells_enough(least))
    }

    /// Whether what is shared is rare enough, and at least some part of the shorter side.
    fn tells_enough(&self, least_contained: Option<f64>) -> bool {
        // After months nobody means what they say half of.
        let least = least_contained.map(|least| if self.long_ago { least.max(0.5) } else { least });
        let enough = least.is_some_and(|least| self.contained >= least);
        enough
            && (self.telling >= 2 || !self.long_ago)
            && self.evidence >= LEAST_EVIDENCE
            && !self.other_issue
    }

    /// How good it is beside others.
    pub(super) fn rank(&self) -> f64 {
        let owners = match self.owners {
            Owners::Same => 0.2,
            Owners::Open => 0.05,
            Owners::Other => 0.0,
        };
        let issue = if self.same_issue { 0.5 } else { 0.0 };
        self.dice + self.evidence / 4.0 + owners + issue
    }

    /// What speaks for taking both for one item; `with` is its nearest mention.
    pub(super) fn reasons(
        &self,
        (mention, told): (&Mention, &Told),
        with: &Told,
        counts: &WordCounts,
    ) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut both = told.words.same_references(&with.words);
        let reference = both.next().cloned();
        reasons.extend(reference.map(|reference| Reason::SameReference { reference }));
        let mut shared: Vec<(f64, &String)> = told
            .words
            .stems
            .iter()
            .map(|word| {
                (
                    with.words.meets(word, &told.words) * counts.weight(word),
                    word,
                )
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        shared.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
        let spelled = |word: &String| Words::spelled(&mention.quote, word);
        let words: Vec<String> = shared
            .iter()
            .take(5)
            .map(|(_, word)| spelled(word).unwrap_or_else(|| (*word).clone()))
            .collect();
        if !words.is_empty() {
            reasons.push(Reason::SharedWords { words });
        }
        let owner = mention.who().first().or(mention.speaker.as_ref());
        if let Some(owner) = owner.filter(|_| self.owners == Owners::Same).cloned() {
            reasons.push(Reason::SameOwner { owner });
        }
        reasons
    }
}

/// Whether more than [`RECENT_DAYS`] lie between two mentions.
fn is_long_ago(mention: &Mention, before: &Mention) -> bool {
    let days = mention.meeting.zip(before.meeting);
    days.is_some_and(|(now, then)| i64::from((now - then).get_days()) > RECENT_DAYS)
}

fn is_promise(mention: &Mention) -> bool {
    matches!(mention.kind, Kind::Task | Kind::Commitment)
}

/// Whether a reference is of an issue or pull request.
fn is_issue(reference: &str) -> bool {
    reference.starts_with('#')
}

/// Verbs that follow others upon the same thing, in their stems: who reviews a guide does not write it.
const STEPS: &[&str] = &[
    "announc",
    "ask",
    "benchmark",
    "deploi",
    "discus",
    "docu",
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

/// How the owners of a mention stand to those of an item, as the item and all its mentions name them.
pub(super) fn owners(
    mention: &Mention,
    told: &Told,
    item: &Item,
    told_of: impl Fn(&Mention) -> Rc<Told>,
    aliases: &Aliases,
) -> Owners {
    owners_of(mention, told, item, told_of, aliases, |_, _| false)
        .0
        .0
}

/// The same and whether it is only a guess, with the names of the item's owners.
fn owners_of(
    mention: &Mention,
    told: &Told,
    item: &Item,
    told_of: impl Fn(&Mention) -> Rc<Told>,
    aliases: &Aliases,
    is_of_others: impl Fn(&str, &str) -> bool,
) -> ((Owners, bool), BTreeSet<String>) {
    let mut ours = told.names.clone();
    if ours.is_empty() && mention.kind == Kind::Completion {
        // Who reports without naming anybody reports their own.
        ours.extend(people(mention.speaker.as_slice(), aliases));
    }
    let mut theirs: BTreeSet<String> = people(&item.owners, aliases).collect();
    for other in &item.mentions {
        theirs.extend(told_of(other).names.iter().cloned());
    }
    let is_unclear = |name: &str, full: &str| {
        let is_first_name = full
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(' '));
        is_first_name && is_of_others(name, full)
    };
    // "Ana" beside "Ana Lind" adds nothing to it where there is an Ana Berg, too.
    let ours = ours
        .iter()
        .filter(|name| !ours.iter().any(|full| is_unclear(name, full)));
    let theirs_told: Vec<&String> = theirs
        .iter()
        .filter(|name| !theirs.iter().any(|full| is_unclear(name, full)))
        .collect();
    let pairs = ours.clone().flat_map(|our| {
        theirs_told.iter().map(|their| {
            let (owners, guessed) = meet(our, their, aliases);
            let either = is_unclear(our, their) || is_unclear(their, our);
            (owners, guessed || either)
        })
    });
    let (owners, guessed) = pairs.min().unwrap_or((Owners::Open, false));
    // "Ana" of an item that Ana Lind has spoken of is not sure to be Ana Berg.
    let is_another = |our: &String| {
        let of_first_name = |their: &&String| {
            let first = our.split_once(' ').map(|(first, _)| first);
            first.is_some() && their.split_once(' ').map(|(first, _)| first) == first
        };
        !theirs.contains(our) && theirs.iter().any(|their| of_first_name(&their))
    };
    let guessed = guessed || (owners == Owners::Same && ours.clone().any(is_another));
    ((owners, guessed), theirs)
}

/// Whether words name one of some people: "with Ana", "Ana is reviewing it".
fn names_one_of(quote: &str, people: &BTreeSet<String>) -> bool {
    let first = |name: &String| name.split(' ').next().unwrap_or_default().to_owned();
    let firsts: Vec<String> = people.iter().map(first).collect();
    normal(quote)
        .split(' ')
        .any(|word| firsts.iter().any(|name| name == word))
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

/// The people among owners, by whom their names stand for.
fn people<'a>(owners: &'a [String], aliases: &'a Aliases) -> impl Iterator<Item = String> + 'a {
    let names = owners.iter().map(|owner| normal(owner));
    let people = names.filter(|name| !is_group(name));
    people.map(|name| match aliases.get(&name) {
        Some(person) => normal(person),
        None => name,
    })
}

/// How two names stand to each other, and whether it is only a guess: "ana" and "ana lind" are one, and so perhaps are
/// "chidi" and the handle "chidiobi", which only a person can tell from "mark" and "markus". A handle that begins with the letter of another name,
/// such as "clind", could be anybody's, and an "ana" of whom somebody has said that she is herself is no Ana Lind.
fn meet(one: &str, other: &str, aliases: &Aliases) -> (Owners, bool) {
    let apart = |name: &str| aliases.get(name).is_some_and(|whom| normal(whom) == name);
    let (long, short) = if one.len() > other.len() {
        (one, other)
    } else {
        (other, one)
    };
    match long.strip_prefix(short) {
        Some("") => (Owners::Same, false),
        Some(_) if apart(short) => (Owners::Other, false),
        Some(rest) if rest.starts_with(' ') => (Owners::Same, false),
        Some(_) if short.len() >= 4 => (Owners::Same, true),
        _ if initials_meet(one, other) || initials_meet(other, one) => (Owners::Open, true),
        _ => (Owners::Other, false),
    }
}

/// Whether a handle could be made of a name: its first letter, and of a full name the last one too.
fn initials_meet(handle: &str, name: &str) -> bool {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    let is_handle = !handle.contains(' ') && handle.chars().next() == first.chars().next();
    is_handle && words.next_back().is_none_or(|last| handle.contains(last))
}
