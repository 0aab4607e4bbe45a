//! The items of a series as the notes tell them, meeting by meeting.
//!
//! What an item is follows from its mentions, taken in order of meetings, and from what people have set and decided.
//! The fold begins at some meeting: items lose what was said from there on, and hear it again in order. That is why the
//! order of scanning does not matter: a note that comes late makes the fold begin earlier.

use super::alike::{self, Aliases, Likeness};
use super::home;
use super::index::{Index, MEMORY};
use super::known::{Known, WordCounts};
use super::names;
use super::{Mark, NoteRead};
use crate::due::Due;
use crate::items::{
    Field, Home, Item, ItemId, Kind, Mention, Proposal, ProposalId, ProposalKind, Reason, State,
    Status, Words, normal,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a mention in the fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// It begins this item.
    Begins(ItemId),
    /// It joins this item.
    Joins(ItemId),
    /// It belongs to none: a person said so, or it reports what nobody had spoken of.
    Nowhere,
}

impl Heard {
    /// The item that it belongs to.
    pub(super) fn item(&self) -> Option<&ItemId> {
        match self {
            Heard::Begins(id) | Heard::Joins(id) => Some(id),
            Heard::Nowhere => None,
        }
    }
}

pub(super) struct Fold<'k> {
    series: &'k str,
    known: &'k Known,
    /// By their ids, as they are so far.
    pub(super) items: BTreeMap<ItemId, Item>,
    pub(super) proposals: BTreeMap<ProposalId, Proposal>,
    pub(super) marks: BTreeMap<(ItemId, String), Mark>,
    /// The items that hold mentions, by the ids of the mentions.
    holders: BTreeMap<ItemId, ItemId>,
    pub(super) index: Index,
    counts: WordCounts,
    /// The items that held mentions before, by the ids of the mentions.
    pub(super) held_before: BTreeMap<&'k ItemId, &'k ItemId>,
    /// The ids of all mentions that are heard.
    present: BTreeSet<ItemId>,
    /// What was reported of items so far, so that a list of reports that is copied into the next notes asks nothing twice.
    reported: BTreeSet<(ItemId, ProposalKind, String)>,
    /// Whether a box has set the state of an item for good.
    pub(super) set_by_hand: bool,
    /// The days of all meetings that are known.
    meetings: BTreeSet<Date>,
    /// The ids of those that were heard so far.
    heard: BTreeSet<ItemId>,
}

/// An item, the mention of it that words are held against, and what speaks for it.
pub(super) type About = (ItemId, Mention, Vec<Reason>);

impl<'k> Fold<'k> {
    /// The items as they were before a place; `is_later` tells of a mention whether it is heard again.
    pub(super) fn new(
        series: &'k str,
        known: &'k Known,
        present: BTreeSet<ItemId>,
        meetings: BTreeSet<Date>,
        is_later: impl Fn(&Mention) -> bool,
    ) -> Self {
        let aliases = known.items.aliases().filter(|(of, ..)| *of == series);
        let aliases = aliases.map(|(_, name, person)| (name.to_owned(), person.to_owned()));
        let mut fold = Self {
            series,
            known,
            items: BTreeMap::new(),
            proposals: BTreeMap::new(),
            marks: known
                .items
                .marks()
                .map(|(id, path, mark)| ((id.clone(), path.to_owned()), mark))
                .collect(),
            holders: BTreeMap::new(),
            index: Index::new(aliases.collect()),
            counts: WordCounts {
                common: Words::of(series).stems,
                ..known.counts.clone()
            },
            held_before: known.items.iter().flat_map(held).collect(),
            present,
            heard: BTreeSet::new(),
            reported: known
                .items
                .proposals()
                .filter(|it| !is_later(&it.words))
                .map(report_of)
                .collect(),
            set_by_hand: false,
            meetings,
        };
        for item in known.items.iter().filter(|item| item.series == series) {
            let mut kept = item.clone();
            let (later, mentions) = kept.mentions.into_iter().partition(&is_later);
            kept.mentions = mentions;
            let later: Vec<Mention> = later;
            for mention in &later {
                fold.counts.take(&mention.words());
            }
            if kept.mentions.is_empty() {
                continue;
            }
            for mention in kept.mentions.clone() {
                fold.note(&kept.id, &mention);
            }
            if later.is_empty() {
                kept.due = due(&kept, &fold.meetings);
            } else {
                settle(&mut kept, &fold.index.aliases, &fold.meetings);
            }
            fold.index.set_own_key(kept.key(), &kept.id);
            fold.items.insert(kept.id.clone(), kept);
        }
        fold
    }

    /// Hears a mention that has its id.
    pub(super) fn hear(&mut self, mention: &Mention) -> Heard {
        let Some(own) = &mention.id else {
            return Heard::Nowhere;
        };
        self.heard.insert(own.clone());
        self.index.told(mention);
        match self.known.items.home(own) {
            Some(Home::Nowhere) => return Heard::Nowhere,
            Some(Home::Own) => return self.begin(mention, None),
            Some(Home::With { mention: other }) => {
                if let Some(id) = self.holders.get(other).cloned() {
                    return self.join(&id, mention);
                }
            }
            None => {}
        }
        if mention.kind == Kind::Completion {
            return self.report(mention);
        }
        let exact: Vec<&Item> = self
            .index
            .with_key(&names::key(self.series, mention, &self.index.aliases))
            .into_iter()
            .filter_map(|id| self.items.get(id))
            .collect();
        // What a person has closed or opened since keeps what it had.
        let had_it = exact.iter().find(|item| {
            item.pinned.contains(&Field::State)
                && self.held_before.get(own) == Some(&&item.id)
                && !home::is_ticked_above(item, mention)
        });
        if let Some(id) = had_it.map(|item| item.id.clone()) {
            return self.join(&id, mention);
        }
        if let Some(id) = home::home(&exact, mention) {
            return self.join(&id, mention);
        }
        let before = exact
            .iter()
            .filter(|item| item.state != State::Open)
            .max_by_key(|item| item.closed);
        let mut again = before.map(|item| item.id.clone());
        let promises = matches!(mention.kind, Kind::Task | Kind::Commitment);
        let fits = |item: &Item| {
            !promises
                || mention.status == Status::Done
                || is_on_table(item, mention, &self.held_before)
        };
        let alike = self.alike(mention);
        if let Some((item, _)) = alike.iter().find(|(_, it)| it.is_sure()) {
            if fits(item) {
                let id = item.id.clone();
                return self.join(&id, mention);
            }
            again = again.or_else(|| Some(item.id.clone()));
        }
        let likely = alike.iter().find(|(item, it)| fits(item) && it.is_likely());
        let about = match likely {
            Some((item, it)) => Some(self.about(mention, item, it)),
            None if promises && mention.kind != Kind::Task => self.just_above(mention),
            None => None,
        };
        let heard = self.begin(mention, again);
        if let (Heard::Begins(id), Some((with, beside, reasons))) = (&heard, about) {
            self.propose(
                ProposalKind::Same,
                id,
                Some(with),
                mention,
                &beside,
                reasons,
            );
        }
        heard
    }

    /// Hears a remark that somebody wrote under the entry of an item in owed's block: it is of that item, unless a
    /// person has said otherwise.
    pub(super) fn hear_remark(&mut self, mention: &Mention, entry: &ItemId) -> Heard {
        let Some(own) = &mention.id else {
            return Heard::Nowhere;
        };
        if self.known.items.home(own).is_some() {
            return self.hear(mention);
        }
        self.heard.insert(own.clone());
        match self
            .on_table(entry)
            .filter(|id| self.items.contains_key(id))
        {
            Some(id) => self.join(&id, mention),
            None => Heard::Nowhere,
        }
    }

    /// The item that an id leads to so far: one that was heard, or one that no note speaks of any more.
    pub(super) fn on_table(&self, id: &ItemId) -> Option<ItemId> {
        if self.present.contains(id) && !self.holders.contains_key(id) {
            return None;
        }
        let id = self.live(id)?;
        let is_heard_later = |item: &Item| {
            item.mentions
                .iter()
                .filter_map(|mention| mention.id.as_ref())
                .any(|own| self.present.contains(own))
        };
        let is_later =
            !self.items.contains_key(&id) && self.known.items.get(&id).is_some_and(is_heard_later);
        (!is_later).then_some(id)
    }

    /// Takes over what somebody has changed about a box in an action list, even where a person has set the state:
    /// whoever ticks it is a person, too.
    pub(super) fn retick(&mut self, id: &ItemId, mention: &Mention) {
        let Some(item) = self
            .items
            .get_mut(id)
            .filter(|item| item.pinned.contains(&Field::State))
        else {
            return;
        };
        self.set_by_hand = true;
        let still_done = item.mentions.iter().any(|it| it.status == Status::Done);
        match (mention.status, item.state) {
            (Status::Done, State::Open) => {
                (item.state, item.closed) = (State::Done, mention.meeting);
            }
            (Status::Open, State::Done) if !still_done => {
                (item.state, item.closed) = (State::Open, None);
            }
            _ => {}
        }
    }

    /// The item that an id leads to now.
    pub(super) fn live(&self, id: &ItemId) -> Option<ItemId> {
        if self.items.contains_key(id) {
            return Some(id.clone());
        }
        if let Some(holder) = self.holders.get(id) {
            return Some(holder.clone());
        }
        let resolved = self.known.items.resolve(id)?;
        let holder = self.holders.get(resolved).unwrap_or(resolved);
        let is_there = self.items.contains_key(holder) || self.known.items.get(holder).is_some();
        is_there.then(|| holder.clone())
    }

    /// Whether the words of a proposal were heard again, or are `gone` from a note that was.
    pub(super) fn has_heard(&self, words: &Mention, gone: bool) -> bool {
        let Some(own) = &words.id else {
            return gone;
        };
        self.heard.contains(own) || (gone && !self.present.contains(own))
    }

    /// Whether an item was there before, be it under another id.
    pub(super) fn was_known(&self, id: &ItemId) -> bool {
        let held = |mention: &Mention| {
            mention
                .id
                .as_ref()
                .is_some_and(|own| self.held_before.contains_key(own))
        };
        self.known.items.get(id).is_some()
            || self
                .items
                .get(id)
                .is_some_and(|item| item.mentions.iter().any(held))
    }

    /// The item that holds a mention.
    pub(super) fn holder(&self, mention: &ItemId) -> Option<ItemId> {
        self.holders.get(mention).cloned()
    }

    /// The items that are alike in other words, the most alike first.
    pub(super) fn alike(&self, mention: &Mention) -> Vec<(&Item, Likeness)> {
        let told = self.index.told_before(mention);
        let candidates = self.index.candidates(mention, &told.words, &self.counts);
        let items = candidates.into_iter().filter_map(|id| self.items.get(id));
        let mut alike: Vec<(&Item, Likeness)> = items
            .filter(|item| is_remembered(item, mention))
            .filter_map(|item| Some((item, self.likeness(mention, item)?)))
            .filter(|(_, it)| it.is_sure() || it.is_likely() || it.is_report())
            .collect();
        // Of equally alike ones, what is open.
        let is_open = |item: &Item| item.state == State::Open;
        alike.sort_by(|(one, a), (other, b)| {
            let by_rank = b.rank().total_cmp(&a.rank());
            by_rank.then_with(|| is_open(other).cmp(&is_open(one)))
        });
        alike
    }

    /// How alike a mention and an item are; `None` where they share nothing.
    pub(super) fn likeness(&self, mention: &Mention, item: &Item) -> Option<Likeness> {
        let told = self.index.told_before(mention);
        let told_of = |other: &Mention| self.index.told_before(other);
        let (counts, aliases) = (&self.counts, &self.index.aliases);
        let is_of_others = |name: &str, full: &str| self.index.is_of_others(mention, name, full);
        alike::likeness(mention, &told, item, told_of, counts, aliases, is_of_others)
    }

    /// The item that a mention speaks of by its words, with what tells so.
    pub(super) fn about(&self, mention: &Mention, item: &Item, likeness: &Likeness) -> About {
        let beside = item.mentions.get(likeness.nearest).unwrap_or(mention);
        let told = self.index.told_before(mention);
        let with = self.index.told_before(beside);
        let reasons = likeness.reasons((mention, &told), &with, &self.counts);
        (item.id.clone(), beside.clone(), reasons)
    }

    fn begin(&mut self, mention: &Mention, again: Option<ItemId>) -> Heard {
        let Some(own) = mention.id.clone() else {
            return Heard::Nowhere;
        };
        // An item whose first line was deleted goes on with the next one.
        let goes_on =
            self.held_before.get(&own).copied().filter(|before| {
                !self.present.contains(*before) && !self.items.contains_key(*before)
            });
        let id = goes_on.cloned().unwrap_or(own);
        let mut item = Item::begun_by(id.clone(), self.series, mention);
        item.again = again;
        if let Some(before) = self.known.items.get(&id) {
            take_over(&mut item, before);
        }
        self.items.insert(id.clone(), item);
        self.hold(&id, mention);
        Heard::Begins(id)
    }

    pub(super) fn join(&mut self, id: &ItemId, mention: &Mention) -> Heard {
        // What began an item of its own before brings along what a person had set about it.
        let own = mention.id.as_ref().filter(|own| *own != id);
        if let Some(before) = own.and_then(|own| self.known.items.get(own))
            && let Some(item) = self.items.get_mut(id)
        {
            take_over(item, before);
            self.set_by_hand |= !before.pinned.is_empty();
        }
        self.hold(id, mention);
        Heard::Joins(id.clone())
    }

    fn hold(&mut self, id: &ItemId, mention: &Mention) {
        self.note(id, mention);
        let told = self.index.told(mention);
        self.counts.add(&told.words);
        if let Some(item) = self.items.get_mut(id) {
            let at = item
                .mentions
                .partition_point(|known| known.order(mention).is_le());
            item.mentions.insert(at, mention.clone());
            // A box that a new note has ticked is a person's word, too, and a later one.
            let is_news = mention
                .id
                .as_ref()
                .is_some_and(|own| !self.held_before.contains_key(own));
            let reopened = item.pinned.contains(&Field::State) && item.state == State::Open;
            if is_news && reopened && mention.status == Status::Done {
                self.set_by_hand = true;
                (item.state, item.closed) = (State::Done, mention.meeting);
            }
            settle(item, &self.index.aliases, &self.meetings);
            self.index.set_own_key(item.key(), id);
        }
    }

    fn note(&mut self, id: &ItemId, mention: &Mention) {
        if let Some(own) = &mention.id {
            self.holders.insert(own.clone(), id.clone());
        }
        if mention.is_remark() {
            return;
        }
        let key = names::key(self.series, mention, &self.index.aliases);
        self.index.add_key(key, id);
        self.index.add(id, mention);
    }

    pub(super) fn propose(
        &mut self,
        kind: ProposalKind,
        item: &ItemId,
        with: Option<ItemId>,
        words: &Mention,
        beside: &Mention,
        reasons: Vec<Reason>,
    ) {
        let id = ProposalId::from_content(kind, self.series, words, beside);
        let proposal = Proposal {
            id: id.clone(),
            kind,
            item: item.clone(),
            with,
            words: words.clone(),
            beside: beside.clone(),
            reasons,
            decided: None,
        };
        if kind == ProposalKind::Same || self.reported.insert(report_of(&proposal)) {
            self.proposals.entry(id).or_insert(proposal);
        }
    }
}

/// What a proposal takes as reported of its item.
fn report_of(proposal: &Proposal) -> (ItemId, ProposalKind, String) {
    let words = normal(&proposal.words.text);
    (proposal.item.clone(), proposal.kind, words)
}

/// Whether an item was on the table when a mention was said: it is open, was closed later, or had the mention when a
/// person closed it.
pub(super) fn is_on_table(
    item: &Item,
    mention: &Mention,
    held_before: &BTreeMap<&ItemId, &ItemId>,
) -> bool {
    let closed_later =
        item.closed.is_some() && mention.meeting.is_some() && item.closed >= mention.meeting;
    let had_it = item.pinned.contains(&Field::State)
        && mention
            .id
            .as_ref()
            .is_some_and(|own| held_before.get(own) == Some(&&item.id));
    let closed_by_hand = closed_later && item.pinned.contains(&Field::State);
    item.state == State::Open
        || ((closed_by_hand || had_it) && !home::is_ticked_above(item, mention))
}

/// The ids of an item's mentions, with its own.
fn held(item: &Item) -> impl Iterator<Item = (&ItemId, &ItemId)> {
    item.mentions
        .iter()
        .filter_map(|mention| Some((mention.id.as_ref()?, &item.id)))
}

/// Whether an item was spoken of not too long before a mention to be meant by it.
fn is_remembered(item: &Item, mention: &Mention) -> bool {
    let last = item.mentions.iter().filter_map(|it| it.meeting).max();
    match (last, mention.meeting) {
        (Some(last), Some(now)) => {
            (now - last).get_days() <= i32::try_from(MEMORY).unwrap_or(i32::MAX)
        }
        _ => true,
    }
}

/// Gives an item what a person had set about another that it takes the place of; what was set about itself stays.
fn take_over(item: &mut Item, before: &Item) {
    for field in before.pinned.difference(&item.pinned.clone()) {
        match field {
            Field::Owners => item.owners.clone_from(&before.owners),
            Field::Text => item.text.clone_from(&before.text),
            Field::Due => item.due.clone_from(&before.due),
            Field::State => (item.state, item.closed) = (before.state, before.closed),
        }
        item.pinned.insert(*field);
    }
    item.snoozed = item.snoozed.or(before.snoozed);
    item.accepted |= before.accepted;
    item.links.extend(before.links.iter().cloned());
}

/// Makes an item what its mentions say, but for what a person has set.
fn settle(item: &mut Item, aliases: &Aliases, meetings: &BTreeSet<Date>) {
    let promises = |mention: &&Mention| mention.is_carried();
    let Some(first) = item.mentions.first() else {
        return;
    };
    item.since = first.meeting;
    let begun = item.mentions.iter().find(promises).unwrap_or(first);
    (item.kind, item.certainty) = (begun.kind, begun.certainty);
    if !item.pinned.contains(&Field::Text) {
        // An action list says it in more words than the talk before it.
        let listed = |mention: &&Mention| mention.is_carried() && mention.kind == Kind::Task;
        let said = item.mentions.iter().find(listed).unwrap_or(begun);
        item.text = said.text.clone();
    }
    if !item.pinned.contains(&Field::Owners) {
        let named = |it: &&Mention| !it.owners.is_empty() && it.owners != ["we"];
        let last = item
            .mentions
            .iter()
            .rev()
            .find(|it| it.is_carried() && named(it));
        let said = last
            .or_else(|| item.mentions.iter().find(named))
            .unwrap_or(begun);
        // By the full name last said of those whose first names they are, else in the first spelling.
        let names = names_of(said, aliases);
        let fuller = |it: &&Mention| names::are_fuller(&names_of(it, aliases), &names);
        let same = |it: &&Mention| names_of(it, aliases) == names;
        let full = item.mentions.iter().rev().find(fuller);
        let spelled = full.or_else(|| item.mentions.iter().find(same));
        item.owners = names::shown(spelled.unwrap_or(said), aliases);
    }
    item.due = due(item, meetings);
    if !item.pinned.contains(&Field::State) {
        let done = home::done_on(item);
        item.state = if done.is_some() {
            State::Done
        } else {
            State::Open
        };
        item.closed = done.flatten();
    }
}

/// By when an item is to be done: what a person has set, else what its mentions said last. "By next meeting" has its day
/// as soon as there is a note of that meeting, even one that was only made for it.
fn due(item: &Item, meetings: &BTreeSet<Date>) -> Option<Due> {
    if item.pinned.contains(&Field::Due) {
        return item.due.clone();
    }
    let (said, due) = home::said_due(item)?;
    let mut due = due.clone();
    if due.is_next_meeting()
        && let Some(said) = said
    {
        due.date = meetings.iter().find(|day| **day > said).copied();
    }
    Some(due)
}

fn names_of(mention: &Mention, aliases: &Aliases) -> BTreeSet<String> {
    let who = names::who(mention, aliases);
    who.iter().map(|name| normal(name)).collect()
}

/// What a note says of one meeting.
pub(super) type Sitting<'r> = (&'r NoteRead, Vec<&'r Mention>);

/// The mentions of notes in the order in which they are heard, with their notes: by meeting, and within a meeting by
/// note and line.
pub(super) fn in_order<'r>(reads: &[&'r NoteRead]) -> Vec<Sitting<'r>> {
    let mut sittings: BTreeMap<(Option<Date>, &str), Sitting<'r>> = BTreeMap::new();
    for read in reads {
        for mention in &read.mentions {
            let sitting = sittings.entry((mention.meeting, &read.path));
            sitting
                .or_insert_with(|| (read, Vec::new()))
                .1
                .push(mention);
        }
        let own = sittings.entry((read.meeting, &read.path));
        own.or_insert_with(|| (read, Vec::new()));
    }
    sittings.into_values().collect()
}
