//! What notes say, held against the items that are known.
//!
//! [`plan`] is a pure function: the same items and the same notes give the same [`Plan`], and a plan that was applied
//! leaves nothing to do for the same notes. It takes the meetings of a series in order, from the first that the notes
//! can change anything at, and lets the items hear them again; what is then otherwise are the changes. So the order in
//! which notes are scanned does not matter. This room knows neither SQL nor the terminal.

mod alike;
mod carried;
mod diff;
mod fold;
mod heed;
mod home;
mod index;
mod known;
mod names;
mod pair;
mod reports;

pub use crate::items::Mark;
pub use index::{RECENT_DAYS, RECENT_NOTES};
pub use known::{Known, NoteRead, Position, WordCounts, first_position};
pub use names::keys;

use crate::due::Due;
use crate::items::{Change, Field, ItemId, Mention, Proposal, ProposalId, normal};
use fold::{Fold, Heard};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One entry of owed's own block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// The item it stands for.
    pub id: ItemId,
    /// What its box says.
    pub mark: Mark,
    /// Its line, 1-based.
    pub line: u32,
    /// What somebody has written otherwise than owed had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
}

/// What somebody has changed about an entry of owed's own block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    /// Who is to do it; empty for nobody.
    Owners {
        /// As they are written.
        owners: Vec<String>,
    },
    /// By when; `None` where it was taken out.
    Due {
        /// Counted from the day of the meeting.
        due: Option<Due>,
    },
    /// What is to be done.
    Text {
        /// As it is written.
        text: String,
    },
    /// The box of an item that owed had shown as done is empty again.
    Reopened,
    /// The whole entry is gone. The line is then that of the block's end.
    Removed,
}

impl Edit {
    /// What it sets of the item, where that is not its state.
    pub fn field(&self) -> Option<Field> {
        match self {
            Edit::Owners { .. } => Some(Field::Owners),
            Edit::Due { .. } => Some(Field::Due),
            Edit::Text { .. } => Some(Field::Text),
            Edit::Reopened | Edit::Removed => None,
        }
    }
}

/// What comes of notes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The changes to make, in order.
    pub changes: Vec<Change>,
    /// What became of each mention of the notes, by note and in document order, and then of the stored ones that are
    /// gone. A mention that belongs to no item has no outcome.
    pub outcomes: Vec<Outcome>,
    /// The boxes whose item is not known, with their note.
    pub unknown_ticks: Vec<(String, Tick)>,
    /// What newly waits for a yes.
    pub proposals: Vec<Proposal>,
    /// The notes as they are to be kept, their mentions with ids.
    pub reads: Vec<NoteRead>,
}

/// What became of one mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The item it speaks of.
    pub id: ItemId,
    /// What became of it.
    pub what: What,
    /// Whether the item goes on agendas: [`Item::is_carried`](crate::items::Item::is_carried).
    pub carried: bool,
    /// The mention as the note has it now; the stored one where it is gone.
    pub mention: Mention,
}

/// What can become of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// It makes a new item.
    New,
    /// It is one more mention of a known item.
    Again,
    /// It was known, and something about it other than its lines has changed.
    Changed,
    /// It was known, and the note no longer has it.
    Gone,
    /// It was known, and is as it was, but for its lines.
    Unchanged,
}

impl What {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            What::New => "new",
            What::Again => "again",
            What::Changed => "changed",
            What::Gone => "gone",
            What::Unchanged => "unchanged",
        }
    }
}

/// What comes of notes of one series, held against what is known.
pub fn plan(known: &Known, reads: &[NoteRead]) -> Plan {
    let Some(series) = reads.first().map(|read| read.series.clone()) else {
        return Plan::default();
    };
    let mut pairs = Vec::new();
    let mut named = Vec::new();
    let stored = pair::stored(&known.items);
    for read in reads {
        let before = stored.get(read.path.as_str());
        let found = pair::pair(before.map_or(&[], Vec::as_slice), read);
        let mut read = read.clone();
        for (mention, stored) in read.mentions.iter_mut().zip(&found.stored) {
            let stored = stored
                .as_ref()
                .and_then(|(id, stored)| own_id(known, id, stored));
            mention.id = stored.or(mention.id.take());
        }
        pairs.push(found);
        named.push(read);
    }
    give_ids(&series, known, &mut named);
    let (fold, heard, unknown_ticks) = hear(&series, known, &named, &pairs);

    let mut outcomes = Vec::new();
    for (read, found) in named.iter().zip(&pairs) {
        for (mention, stored) in read.mentions.iter().zip(&found.stored) {
            let Some(own) = &mention.id else {
                continue;
            };
            let id = match heard.get(own) {
                Some(Heard::Begins(id) | Heard::Joins(id)) => id,
                _ => continue,
            };
            let what = match stored {
                Some((_, stored)) if pair::same_but_for_lines(stored, mention) => What::Unchanged,
                Some(_) => What::Changed,
                None if matches!(heard.get(own), Some(Heard::Begins(_))) && !fold.was_known(id) => {
                    What::New
                }
                None => What::Again,
            };
            outcomes.push(outcome(&fold, known, id, what, mention));
        }
    }
    for (id, mention) in pairs.iter().flat_map(|found| &found.gone) {
        let id = fold.live(id).unwrap_or_else(|| id.clone());
        outcomes.push(outcome(&fold, known, &id, What::Gone, mention));
    }
    let mut changes = diff::changes(&series, known, &fold, &named);
    if fold.set_by_hand && !changes.is_empty() {
        // What a box has closed was closed from the beginning of the note on, which what was heard before it did not
        // know yet.
        settle(known, &named, &mut changes);
    }
    let mut proposals: BTreeMap<ProposalId, Proposal> = BTreeMap::new();
    for change in &changes {
        match change {
            Change::Proposed { proposal } => {
                proposals.insert(proposal.id.clone(), proposal.clone());
            }
            Change::Withdrawn { proposal } => {
                proposals.remove(&proposal.id);
            }
            _ => {}
        }
    }
    Plan {
        proposals: proposals.into_values().collect(),
        changes,
        outcomes,
        unknown_ticks,
        reads: named,
    }
}

/// The id of a stored mention. A ledger of version 1 gave mentions none; the first of an item has that of the item.
fn own_id(known: &Known, item: &ItemId, stored: &Mention) -> Option<ItemId> {
    let first = || {
        known
            .items
            .get(item)?
            .mentions
            .first()
            .filter(|first| *first == stored)
    };
    stored.id.clone().or_else(|| first().map(|_| item.clone()))
}

/// Adds what comes of the same notes once the changes are made.
fn settle(known: &Known, reads: &[NoteRead], changes: &mut Vec<Change>) {
    let mut after = known.clone();
    for change in changes.iter() {
        let fits = after.items.apply(change);
        debug_assert!(fits.is_ok(), "{fits:?}");
        match change {
            Change::MentionAdded { mention, .. } => after.counts.add(&mention.words()),
            Change::MentionRemoved { mention, .. } => after.counts.take(&mention.words()),
            Change::MentionMoved { from, to, .. } => {
                after.counts.take(&from.words());
                after.counts.add(&to.words());
            }
            _ => {}
        }
    }
    changes.extend(plan(&after, reads).changes);
}

fn outcome(fold: &Fold<'_>, known: &Known, id: &ItemId, what: What, mention: &Mention) -> Outcome {
    let item = fold.items.get(id).or_else(|| known.items.get(id));
    Outcome {
        id: id.clone(),
        what,
        carried: item.is_some_and(crate::items::Item::is_carried),
        mention: mention.clone(),
    }
}

/// Lets the items hear everything from the first place on that the notes can change anything at.
fn hear<'k>(
    series: &'k str,
    known: &'k Known,
    reads: &[NoteRead],
    pairs: &[pair::Pairs],
) -> (Fold<'k>, BTreeMap<ItemId, Heard>, Vec<(String, Tick)>) {
    let paths: BTreeSet<&str> = reads
        .iter()
        .chain(&known.later)
        .map(|read| read.path.as_str())
        .collect();
    let fresh: BTreeSet<&str> = reads.iter().map(|read| read.path.as_str()).collect();
    let first = first_position(&known.items, reads).map(|(day, path)| (day, path.to_owned()));
    let from = first.as_ref().map(|(day, path)| (*day, path.as_str()));
    let is_later = |mention: &Mention| {
        let at = Some((mention.meeting, mention.path.as_str()));
        fresh.contains(mention.path.as_str())
            || (at >= from && paths.contains(mention.path.as_str()))
    };
    // Boxes that somebody has changed since their note was last read.
    let mut reticked: BTreeSet<&ItemId> = BTreeSet::new();
    for (read, found) in reads.iter().zip(pairs) {
        for (mention, stored) in read.mentions.iter().zip(&found.stored) {
            if stored
                .as_ref()
                .is_some_and(|(_, stored)| stored.status != mention.status)
            {
                reticked.extend(&mention.id);
            }
        }
    }

    let said = reads
        .iter()
        .chain(&known.later)
        .flat_map(|read| &read.mentions);
    let present: BTreeSet<ItemId> = said.filter_map(|mention| mention.id.clone()).collect();
    let days = reads
        .iter()
        .chain(&known.later)
        .flat_map(|read| read.days().flatten());
    let meetings = known.meetings.iter().copied().chain(days).collect();
    let mut fold = Fold::new(series, known, present, meetings, is_later);
    let mut heard = BTreeMap::new();
    let mut unknown = Vec::new();
    let later = known
        .later
        .iter()
        .filter(|read| !fresh.contains(read.path.as_str()));
    let all: Vec<&NoteRead> = reads.iter().chain(later).collect();
    let mut last_sitting: BTreeMap<&str, Option<Date>> = BTreeMap::new();
    for read in &all {
        last_sitting.insert(&read.path, read.days().max().flatten());
    }
    for (read, mentions) in fold::in_order(&all) {
        let day = mentions
            .first()
            .map_or(read.meeting, |mention| mention.meeting);
        if Some((day, read.path.as_str())) < from && !fresh.contains(read.path.as_str()) {
            continue;
        }
        let mut became_of = Vec::new();
        for mention in &mentions {
            let mention = *mention;
            let entry = read.entry_above(mention).filter(|_| mention.is_remark());
            let became = match entry {
                Some(entry) => fold.hear_remark(mention, &entry.id),
                None => fold.hear(mention),
            };
            if let (Heard::Begins(id) | Heard::Joins(id), Some(own)) = (&became, &mention.id)
                && reticked.contains(own)
            {
                fold.retick(id, mention);
            }
            became_of.push(became.clone());
            if let Some(own) = &mention.id {
                heard.insert(own.clone(), became);
            }
        }
        carried::propose(&mut fold, &mentions, &became_of);
        if last_sitting.get(read.path.as_str()) == Some(&day) {
            unknown.extend(
                heed::heed(&mut fold, known, read)
                    .into_iter()
                    .map(|tick| (read.path.clone(), tick)),
            );
        }
    }
    (fold, heard, unknown)
}

/// Gives an id to each mention that has none: that of the item which it would begin. Twins of one meeting are told
/// apart by their order.
fn give_ids(series: &str, known: &Known, reads: &mut [NoteRead]) {
    let stored = known.items.iter().flat_map(|item| &item.mentions);
    let here: BTreeSet<String> = reads.iter().map(|read| read.path.clone()).collect();
    let elsewhere = stored
        .filter(|mention| !here.contains(&mention.path))
        .filter_map(|it| it.id.clone());
    let later = known
        .later
        .iter()
        .flat_map(|read| &read.mentions)
        .filter_map(|it| it.id.clone());
    let mut taken: BTreeSet<ItemId> = elsewhere.chain(later).collect();
    taken.extend(
        reads
            .iter()
            .flat_map(|read| &read.mentions)
            .filter_map(|it| it.id.clone()),
    );
    let mut order: Vec<(Option<Date>, String, usize, usize)> = Vec::new();
    for (note, read) in reads.iter().enumerate() {
        for (at, mention) in read.mentions.iter().enumerate() {
            order.push((mention.meeting, read.path.clone(), note, at));
        }
    }
    order.sort();
    // Where the count of a twin begins, so that many twins are not counted from the first each time.
    let mut next: BTreeMap<(Option<Date>, Vec<String>, String), usize> = BTreeMap::new();
    for (_, _, note, at) in order {
        let mention = &mut reads[note].mentions[at];
        if mention.id.is_some() {
            continue;
        }
        let meeting = mention
            .meeting
            .map_or_else(|| "undated".to_owned(), |date| date.to_string());
        let twins = (
            mention.meeting,
            mention.owners.clone(),
            normal(&mention.text),
        );
        let ordinal = next.entry(twins).or_default();
        let id = loop {
            let id =
                ItemId::from_content(series, &meeting, &mention.owners, &mention.text, *ordinal);
            *ordinal += 1;
            if taken.insert(id.clone()) {
                break id;
            }
        };
        mention.id = Some(id);
    }
}

/// The ids that the mentions of notes can get, twins among them, so that a ledger can tell what it knows of them.
pub fn possible_ids(reads: &[NoteRead]) -> BTreeSet<ItemId> {
    let mut ids = BTreeSet::new();
    let mut twins: BTreeMap<(Option<Date>, &[String], String), usize> = BTreeMap::new();
    for read in reads {
        for mention in &read.mentions {
            ids.extend(mention.id.clone());
            let ordinal = twins
                .entry((mention.meeting, &mention.owners, normal(&mention.text)))
                .or_default();
            let meeting = mention
                .meeting
                .map_or_else(|| "undated".to_owned(), |date| date.to_string());
            ids.insert(ItemId::from_content(
                &read.series,
                &meeting,
                &mention.owners,
                &mention.text,
                *ordinal,
            ));
            *ordinal += 1;
        }
    }
    ids
}
