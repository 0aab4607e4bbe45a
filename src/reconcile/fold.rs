//! The items of a series as the notes tell them, meeting by meeting.
//!
//! What an item is follows from its mentions, taken in order of meetings, and from what people have set and decided.
//! The fold begins at some meeting: items lose what was said from there on, and hear it again in order. That is why the
//! order of scanning does not matter: a note that comes late makes the fold begin earlier.

use super::alike::{self, Aliases, Likeness};
use super::home;
use super::known::{Known, WordCounts};
use super::names;
use super::{Mark, NoteRead, Tick};
use crate::due::Due;
use crate::items::{
    Field, Home, Item, ItemId, Key, Kind, Mention, Proposal, ProposalId, ProposalKind, Reason,
    State, Status, Words, normal,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How many days after it was last spoken of an item can be meant by other words.
const MEMORY: i64 = 200;

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

pub(super) struct Fold<'k> {
    series: &'k str,
    known: &'k Known,
    aliases: Aliases,
    /// By their ids, as they are so far.
    pub(super) items: BTreeMap<ItemId, Item>,
    pub(super) proposals: BTreeMap<ProposalId, Proposal>,
    pub(super) marks: BTreeMap<(ItemId, String), Mark>,
    /// The items that hold mentions, by the ids of the mentions.
    holders: BTreeMap<ItemId, ItemId>,
    by_key: BTreeMap<Key, BTreeSet<ItemId>>,
    by_word: BTreeMap<String, BTreeSet<ItemId>>,
    words: BTreeMap<(String, String), Words>,
    counts: WordCounts,
    /// The items that held mentions before, by the ids of the mentions.
    held_before: BTreeMap<&'k ItemId, &'k ItemId>,
    /// The ids of all mentions that are heard.
    present: BTreeSet<ItemId>,
    /// Whether a box has set the state of an item for good.
    pub(super) set_by_hand: bool,
    /// The days of all meetings that are known.
    meetings: BTreeSet<Date>,
    /// The ids of those that were heard so far.
    heard: BTreeSet<ItemId>,
}

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
        let mut fold = Self {
            series,
            known,
            aliases: aliases
                .map(|(_, name, person)| (name.to_owned(), person.to_owned()))
                .collect(),
            items: BTreeMap::new(),
            proposals: BTreeMap::new(),
            marks: known
                .items
                .marks()
                .map(|(id, path, mark)| ((id.clone(), path.to_owned()), mark))
                .collect(),
            holders: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_word: BTreeMap::new(),
            words: BTreeMap::new(),
            counts: known.counts.clone(),
            held_before: known.items.iter().flat_map(held).collect(),
            present,
            heard: BTreeSet::new(),
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
                fold.index(&kept.id, &mention);
            }
            if later.is_empty() {
                kept.due = due(&kept, &fold.meetings);
            } else {
                settle(&mut kept, &fold.aliases, &fold.meetings);
            }
            fold.by_key
                .entry(kept.key())
                .or_default()
                .insert(kept.id.clone());
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
            .by_key
            .get(&names::key(self.series, mention, &self.aliases))
            .into_iter()
            .flatten()
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
        let mut likely = None;
        if let Some((id, likeness)) = self.most_alike(mention, |_| true) {
            let is_open = self
                .items
                .get(&id)
                .is_some_and(|item| is_on_table(item, mention, &self.held_before));
            let promises = matches!(mention.kind, Kind::Task | Kind::Commitment);
            let fits = is_open || !promises || mention.status == Status::Done;
            match likeness.is_sure() {
                true if fits => return self.join(&id, mention),
                true => again = again.or(Some(id)),
                false if fits && likeness.is_likely() => likely = Some((id, likeness)),
                false => {}
            }
        }
        let heard = self.begin(mention, again);
        if let (Heard::Begins(id), Some((with, likeness))) = (&heard, likely) {
            self.propose(
                ProposalKind::Same,
                id,
                Some(with),
                mention,
                &likeness.nearest,
                likeness.reasons(mention),
            );
        }
        heard
    }

    /// Heeds a box of owed's own block in the note of a meeting; its item is one of the fold, or none that is heard.
    pub(super) fn heed(&mut self, tick: &Tick, path: &str, meeting: Option<Date>) {
        // The box may have been noted when the item had another id.
        let here = |(id, at): &&(ItemId, String)| {
            at == path && self.on_table(id).as_ref() == Some(&tick.id)
        };
        let noted = self.marks.keys().find(here).cloned();
        let before = noted
            .and_then(|key| self.marks.remove(&key))
            .unwrap_or(Mark::Open);
        self.marks
            .insert((tick.id.clone(), path.to_owned()), tick.mark);
        let to = match tick.mark {
            Mark::Done if before != tick.mark => State::Done,
            Mark::Dropped if before != tick.mark => State::Dropped,
            _ => return,
        };
        if let Some(item) = self.items.get_mut(&tick.id)
            && item.state == State::Open
        {
            (item.state, item.closed) = (to, meeting);
            item.pinned.insert(Field::State);
            self.set_by_hand = true;
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

    /// A report that something is finished, or will not be done: proposes to close the item that it speaks of. It
    /// joins the item where there is no doubt which one.
    fn report(&mut self, mention: &Mention) -> Heard {
        let kind = if mention.rule.starts_with("dropped-") {
            ProposalKind::Dropped
        } else {
            ProposalKind::Finished
        };
        let rule = Reason::Rule {
            rule: mention.rule.clone(),
        };
        let held_before = self.held_before.clone();
        let open = |item: &Item| is_on_table(item, mention, &held_before);
        let alike = self
            .most_alike(mention, open)
            .filter(|(_, it)| it.is_sure() || it.is_report());
        let Some((id, likeness)) = alike else {
            if Words::of(&mention.text).is_empty()
                && let Some((id, beside)) = self.just_above(mention)
            {
                self.propose(kind, &id, None, mention, &beside, vec![Reason::Near, rule]);
            }
            return Heard::Nowhere;
        };
        let mut reasons = likeness.reasons(mention);
        reasons.push(rule);
        self.propose(kind, &id, None, mention, &likeness.nearest, reasons);
        if likeness.is_sure() {
            self.join(&id, mention)
        } else {
            Heard::Nowhere
        }
    }

    /// The open item that the line above speaks of, for reports such as "did that".
    fn just_above(&self, mention: &Mention) -> Option<(ItemId, Mention)> {
        let above = |other: &&Mention| {
            other.path == mention.path
                && other.meeting == mention.meeting
                && other.line <= mention.line
                && mention.line - other.line <= 2
        };
        self.items
            .values()
            .filter(|item| item.state == State::Open)
            .filter_map(|item| {
                item.mentions
                    .iter()
                    .rev()
                    .find(above)
                    .map(|it| (&item.id, it))
            })
            .filter(|(id, _)| {
                let item = self.items.get(*id);
                item.is_some_and(|item| {
                    alike::owners(mention, item, &self.aliases) != alike::Owners::Other
                })
            })
            .max_by_key(|(_, it)| (it.line, it.end_line))
            .map(|(id, it)| (id.clone(), it.clone()))
    }

    /// The item that is most alike in other words.
    fn most_alike(
        &mut self,
        mention: &Mention,
        fits: impl Fn(&Item) -> bool,
    ) -> Option<(ItemId, Likeness)> {
        let words = self.words_of(mention);
        let rare = words.all().filter(|word| self.counts.is_rare(word));
        let candidates: BTreeSet<ItemId> = rare
            .filter_map(|word| self.by_word.get(word))
            .flatten()
            .cloned()
            .collect();
        let mut best: Option<(ItemId, Likeness)> = None;
        for id in candidates {
            let Some(item) = self
                .items
                .get(&id)
                .filter(|item| fits(item) && is_remembered(item, mention))
            else {
                continue;
            };
            let words_of = |other: &Mention| {
                let key = (other.text.clone(), other.quote.clone());
                self.words.get(&key).cloned().unwrap_or_default()
            };
            let alike =
                alike::likeness(mention, &words, item, words_of, &self.counts, &self.aliases);
            let Some(alike) = alike else {
                continue;
            };
            // Of equally alike ones, what is open, and then what was said last.
            let rank = |item: &Item, it: &Likeness| (it.rank(), item.state == State::Open);
            let is_better = best.as_ref().is_none_or(|(other, known)| {
                let other = self.items.get(other).map(|other| rank(other, known));
                other.is_none_or(|other| rank(item, &alike) > other)
            });
            if is_better {
                best = Some((id, alike));
            }
        }
        best
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

    fn join(&mut self, id: &ItemId, mention: &Mention) -> Heard {
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
        self.index(id, mention);
        let words = self.words_of(mention);
        self.counts.add(&words);
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
            settle(item, &self.aliases, &self.meetings);
        }
    }

    fn index(&mut self, id: &ItemId, mention: &Mention) {
        if let Some(own) = &mention.id {
            self.holders.insert(own.clone(), id.clone());
        }
        self.by_key
            .entry(names::key(self.series, mention, &self.aliases))
            .or_default()
            .insert(id.clone());
        for word in self.words_of(mention).all() {
            self.by_word
                .entry(word.to_owned())
                .or_default()
                .insert(id.clone());
        }
    }

    fn words_of(&mut self, mention: &Mention) -> Words {
        self.words
            .entry((mention.text.clone(), mention.quote.clone()))
            .or_insert_with(|| mention.words())
            .clone()
    }

    fn propose(
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
        self.proposals.entry(id).or_insert(proposal);
    }
}

/// Whether an item was on the table when a mention was said: it is open, was closed later, or had the mention when a
/// person closed it.
fn is_on_table(item: &Item, mention: &Mention, held_before: &BTreeMap<&ItemId, &ItemId>) -> bool {
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
        // In the first spelling.
        let same = |it: &&Mention| names_of(it, aliases) == names_of(said, aliases);
        let first = item.mentions.iter().find(same).unwrap_or(said);
        item.owners = names::shown(first, aliases);
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
