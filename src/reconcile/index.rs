//! By what the items of a series are found again: their keys, their words, and where they stand.

use super::alike::{self, Aliases, LEAST_EVIDENCE, Owners, Told};
use super::known::WordCounts;
use crate::items::{Item, ItemId, Key, Mention, Words};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// For how many days after it was spoken of an item can be meant by words that are not rare in the series.
pub const RECENT_DAYS: i64 = 60;

/// For how many days by words that are.
pub(super) const MEMORY: i64 = 200;

/// For how many notes, where the meetings have no days.
pub const RECENT_NOTES: usize = 12;

/// The weight of words that so many have that nobody looks for others by them.
const TOO_COMMON: f64 = 0.15;

/// Where words stand: see [`Position`](super::Position).
type Place = (Option<Date>, String);

/// The items so far, by what they can be found by.
#[derive(Default)]
pub(super) struct Index {
    /// By the keys of mentions, which stay.
    by_key: HashMap<Key, BTreeSet<ItemId>>,
    /// By the items' own keys, which change with what is said of them.
    by_own_key: HashMap<Key, BTreeSet<ItemId>>,
    own_keys: HashMap<ItemId, Key>,
    /// With the days on which it was said so.
    by_word: HashMap<String, BTreeSet<(Option<Date>, ItemId)>>,
    /// By how their words begin and where they were said.
    recent: HashMap<String, BTreeMap<Place, BTreeSet<ItemId>>>,
    /// Full names by the first names in them and where they were said.
    namesakes: HashMap<String, BTreeMap<Place, BTreeSet<String>>>,
    by_note: HashMap<String, BTreeSet<ItemId>>,
    /// The notes that speak of items without telling a day.
    undated: BTreeSet<String>,
    told: HashMap<ItemId, Rc<Told>>,
    /// Whom names stand for in the series.
    pub(super) aliases: Aliases,
}

impl Index {
    /// An index of nothing, in a series where names stand for people.
    pub(super) fn new(aliases: Aliases) -> Self {
        Self {
            aliases,
            ..Self::default()
        }
    }

    /// Finds an item by the key of one of its mentions.
    pub(super) fn add_key(&mut self, key: Key, id: &ItemId) {
        self.by_key.entry(key).or_default().insert(id.clone());
    }

    /// Finds an item by its key as it is now, and no longer by the one that it had: what it was on the way must not
    /// matter, for a fold that begins later does not know of it.
    pub(super) fn set_own_key(&mut self, key: Key, id: &ItemId) {
        if let Some(before) = self.own_keys.insert(id.clone(), key.clone())
            && let Some(ids) = self.by_own_key.get_mut(&before)
        {
            ids.remove(id);
        }
        self.by_own_key.entry(key).or_default().insert(id.clone());
    }

    /// Finds an item by one of its mentions.
    pub(super) fn add(&mut self, id: &ItemId, mention: &Mention) {
        let note = self.by_note.entry(mention.path.clone()).or_default();
        note.insert(id.clone());
        let told = self.told(mention);
        for word in told.words.all() {
            let with_word = self.by_word.entry(word.to_owned()).or_default();
            with_word.insert((mention.meeting, id.clone()));
        }
        for name in &told.names {
            if let Some((first, _)) = name.split_once(' ') {
                let places = self.namesakes.entry(first.to_owned()).or_default();
                let said = places.entry(place(mention)).or_default();
                said.insert(name.clone());
            }
        }
        if mention.meeting.is_none() {
            self.undated.insert(mention.path.clone());
        }
        for (root, _) in told.words.roots() {
            let places = self.recent.entry(root.to_owned()).or_default();
            let said = places.entry(place(mention)).or_default();
            said.insert(id.clone());
        }
    }

    /// The first place before a mention that it can speak of without rare words.
    pub(super) fn first_recent(&self, mention: &Mention) -> Place {
        if let Some(day) = mention.meeting {
            return (Some(day.saturating_sub(RECENT_DAYS.days())), String::new());
        }
        let before = self.undated.range(..mention.path.clone()).rev();
        let first = before.take(RECENT_NOTES).last();
        (None, first.unwrap_or(&mention.path).clone())
    }

    /// Whether notes have lately named others by a first name than the one with the full name: "ana" who is not "ana lind".
    pub(super) fn is_of_others(&self, mention: &Mention, name: &str, full: &str) -> bool {
        let is_other = |said: &String| !said.starts_with(full) && !full.starts_with(said.as_str());
        let lately = self.first_recent(mention)..=place(mention);
        let places = self.namesakes.get(name);
        places.is_some_and(|places| {
            places
                .range(lately)
                .any(|(_, said)| said.iter().any(is_other))
        })
    }

    /// The items with a key.
    pub(super) fn with_key(&self, key: &Key) -> BTreeSet<&ItemId> {
        let own = self.by_own_key.get(key).into_iter().flatten();
        own.chain(self.by_key.get(key).into_iter().flatten())
            .collect()
    }

    /// The items that a note speaks of.
    pub(super) fn in_note(&self, path: &str) -> impl Iterator<Item = &ItemId> {
        self.by_note.get(path).into_iter().flatten()
    }

    /// The items that a mention can be of: those with a rare word of it that is remembered, and of those that were spoken of lately the
    /// ones with telling words enough.
    pub(super) fn candidates(
        &self,
        mention: &Mention,
        words: &Words,
        counts: &WordCounts,
    ) -> BTreeSet<&ItemId> {
        let rare = words.all().filter(|word| counts.is_rare(word));
        let with_rare = rare.filter_map(|word| self.by_word.get(word)).flatten();
        let first = mention.meeting.map(|day| day.saturating_sub(MEMORY.days()));
        let remembered = with_rare.filter(|(said, _)| said.is_none() || *said >= first);
        let mut found: BTreeSet<&ItemId> = remembered.map(|(_, id)| id).collect();
        // What an item can share with the mention at most.
        let mut shared: BTreeMap<&ItemId, f64> = BTreeMap::new();
        let lately = self.first_recent(mention)..=place(mention);
        for (root, word) in words.roots() {
            let weight = counts.weight(word);
            let Some(places) = self.recent.get(root).filter(|_| weight > TOO_COMMON) else {
                continue;
            };
            for id in places.range(lately.clone()).flat_map(|(_, ids)| ids) {
                *shared.entry(id).or_default() += weight;
            }
        }
        let enough = shared
            .into_iter()
            .filter(|(_, weight)| *weight >= LEAST_EVIDENCE);
        found.extend(enough.map(|(id, _)| id));
        found
    }

    /// The words of a mention, kept once they were cut.
    pub(super) fn told(&mut self, mention: &Mention) -> Rc<Told> {
        let told = self.told_before(mention);
        if let Some(own) = &mention.id {
            self.told.entry(own.clone()).or_insert(Rc::clone(&told));
        }
        told
    }

    /// How the owners of a mention stand to those of an item.
    pub(super) fn owners(&self, mention: &Mention, item: &Item) -> Owners {
        let told_of = |other: &Mention| self.told_before(other);
        alike::owners(mention, &told_of(mention), item, told_of, &self.aliases)
    }

    /// The same of a mention that was added.
    pub(super) fn told_before(&self, mention: &Mention) -> Rc<Told> {
        let kept = mention.id.as_ref().and_then(|own| self.told.get(own));
        kept.map_or_else(|| Rc::new(Told::of(mention, &self.aliases)), Rc::clone)
    }
}

/// Where a mention stands.
pub(super) fn place(mention: &Mention) -> Place {
    (mention.meeting, mention.path.clone())
}
