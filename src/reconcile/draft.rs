//! A plan in the making: the items as they will be, and the changes that make them so.

use super::Tick;
use crate::items::{Change, Item, ItemId, Items, Key, Mark, Mention, State, Status};
use std::collections::{BTreeMap, BTreeSet};

/// The items with every change so far applied, so that each decision sees what came before it.
pub(super) struct Draft<'r> {
    series: &'r str,
    items: Items,
    by_key: BTreeMap<Key, BTreeSet<ItemId>>,
    changes: Vec<Change>,
}

impl<'r> Draft<'r> {
    pub(super) fn new(known: &Items, series: &'r str) -> Self {
        let mut by_key: BTreeMap<Key, BTreeSet<ItemId>> = BTreeMap::new();
        for item in known.iter() {
            let mentioned = item
                .mentions
                .iter()
                .map(|mention| mention.key(&item.series));
            for key in mentioned.chain([item.key()]) {
                by_key.entry(key).or_default().insert(item.id.clone());
            }
        }
        Self {
            series,
            items: known.clone(),
            by_key,
            changes: Vec::new(),
        }
    }

    pub(super) fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.get(id)
    }

    /// The items with the key of a mention.
    pub(super) fn candidates(&self, mention: &Mention) -> Vec<&Item> {
        self.by_key
            .get(&mention.key(self.series))
            .into_iter()
            .flatten()
            .filter_map(|id| self.items.get(id))
            .collect()
    }

    /// The items that the changes so far are about.
    pub(super) fn touched(&self) -> BTreeSet<ItemId> {
        self.changes
            .iter()
            .filter_map(|change| change.item_id().cloned())
            .collect()
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// Makes a change. Every change here is drawn from the items themselves, so that it fits.
    pub(super) fn make(&mut self, change: Change) {
        let fits = self.items.apply(&change);
        debug_assert!(fits.is_ok(), "{fits:?}");
        if fits.is_ok() {
            self.changes.push(change);
        }
    }

    /// Makes the item that a mention begins, without the mention.
    pub(super) fn add(&mut self, mention: &Mention) -> ItemId {
        let id = self.free_id(mention);
        self.by_key
            .entry(mention.key(self.series))
            .or_default()
            .insert(id.clone());
        self.make(Change::Added {
            item: Item::begun_by(id.clone(), self.series, mention),
        });
        id
    }

    /// The id with the first ordinal that is not taken.
    fn free_id(&self, mention: &Mention) -> ItemId {
        let meeting = mention
            .meeting
            .map_or_else(|| mention.path.clone(), |date| date.to_string());
        let mut ordinal = 0;
        loop {
            let id = ItemId::from_content(
                self.series,
                &meeting,
                &mention.owners,
                &mention.text,
                ordinal,
            );
            if self.items.get(&id).is_none() {
                return id;
            }
            ordinal += 1;
        }
    }

    /// Closes an open item on the word of a mention.
    pub(super) fn close(&mut self, id: &ItemId, mention: &Mention) {
        let why = place("ticked", &mention.path, mention.line);
        self.set_state(id, State::Open, State::Done, why);
    }

    /// Opens a done item whose box is no longer ticked, unless another mention still shows it as done.
    pub(super) fn reopen(&mut self, id: &ItemId, mention: &Mention) {
        let still_done = self.item(id).is_some_and(|item| {
            item.mentions
                .iter()
                .any(|mention| mention.status == Status::Done)
        });
        if !still_done {
            let why = place("unticked", &mention.path, mention.line);
            self.set_state(id, State::Done, State::Open, why);
        }
    }

    /// Keeps what a box says.
    pub(super) fn mark(&mut self, id: &ItemId, path: &str, from: Mark, to: Mark) {
        self.make(Change::Ticked {
            id: id.clone(),
            path: path.to_owned(),
            from,
            to,
        });
    }

    /// Does what a box says to an open item.
    pub(super) fn heed(&mut self, tick: &Tick, path: &str) {
        let (word, to) = match tick.mark {
            Mark::Open => return,
            Mark::Done => ("ticked", State::Done),
            Mark::Dropped => ("struck", State::Dropped),
        };
        let why = place(word, path, tick.line);
        self.set_state(&tick.id, State::Open, to, why);
    }

    /// Changes the state of an item that is in state `from`.
    fn set_state(&mut self, id: &ItemId, from: State, to: State, why: String) {
        if let Some(item) = self.item(id).filter(|item| item.state == from) {
            let change = item.put(to, None, Some(why));
            self.make(change);
        }
    }
}

fn place(word: &str, path: &str, line: u32) -> String {
    format!("{word} in {path}:{line}")
}
