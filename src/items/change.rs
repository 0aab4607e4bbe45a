//! Items and the changes that make them what they are.

use super::{Certainty, ItemId, Kind, Mention};
use crate::due::Due;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an item stands. Overdue, stale and "carried N times" are derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Still on the table.
    Open,
    /// Done.
    Done,
    /// Will not be done.
    Dropped,
}

impl State {
    /// The word used in files, output and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Dropped => "dropped",
        }
    }
}

/// The tracked thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its stable id.
    pub id: ItemId,
    /// The run of meetings it belongs to.
    pub series: String,
    /// What kind of words it began with.
    pub kind: Kind,
    /// How firmly it was put.
    pub certainty: Certainty,
    /// Who is to do it; empty where nobody is named.
    pub owners: Vec<String>,
    /// What is to be done.
    pub text: String,
    /// By when.
    pub due: Option<Due>,
    /// Where it stands.
    pub state: State,
    /// The date of the meeting where it was first said, where known.
    pub since: Option<Date>,
    /// The places in the notes that speak of it, in order of meeting, path and line.
    pub mentions: Vec<Mention>,
}

/// One step in an item's life. Applied by [`Items::apply`]; taken back by applying its [`Change::inverse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new item, without mentions.
    Added {
        /// The item; its mentions are empty.
        item: Item,
    },
    /// The item never was: the inverse of [`Change::Added`].
    Removed {
        /// The item as it was; its mentions are empty.
        item: Item,
    },
    /// A place in a note speaks of the item.
    MentionAdded {
        /// Which item.
        id: ItemId,
        /// Where, and in which words.
        mention: Mention,
    },
    /// That place no longer speaks of it.
    MentionRemoved {
        /// Which item.
        id: ItemId,
        /// The mention as it was.
        mention: Mention,
    },
    /// The same words, with something about them changed: their line, their box.
    MentionMoved {
        /// Which item.
        id: ItemId,
        /// The mention as it was.
        from: Mention,
        /// The mention as it is.
        to: Mention,
    },
    /// Opened, done or dropped.
    StateSet {
        /// Which item.
        id: ItemId,
        /// The state before.
        from: State,
        /// The state after.
        to: State,
        /// The reason that was given.
        why: Option<String>,
    },
    /// A new due date, an earlier one, or none.
    DueSet {
        /// Which item.
        id: ItemId,
        /// The due before.
        from: Option<Due>,
        /// The due after.
        to: Option<Due>,
    },
}

impl Change {
    /// The item that it is about.
    pub fn item_id(&self) -> &ItemId {
        match self {
            Change::Added { item } | Change::Removed { item } => &item.id,
            Change::MentionAdded { id, .. }
            | Change::MentionRemoved { id, .. }
            | Change::MentionMoved { id, .. }
            | Change::StateSet { id, .. }
            | Change::DueSet { id, .. } => id,
        }
    }

    /// The change that takes this one back.
    pub fn inverse(&self) -> Change {
        match self.clone() {
            Change::Added { item } => Change::Removed { item },
            Change::Removed { item } => Change::Added { item },
            Change::MentionAdded { id, mention } => Change::MentionRemoved { id, mention },
            Change::MentionRemoved { id, mention } => Change::MentionAdded { id, mention },
            Change::MentionMoved { id, from, to } => Change::MentionMoved {
                id,
                from: to,
                to: from,
            },
            Change::StateSet { id, from, to, .. } => Change::StateSet {
                id,
                from: to,
                to: from,
                why: Some("undo".to_owned()),
            },
            Change::DueSet { id, from, to } => Change::DueSet {
                id,
                from: to,
                to: from,
            },
        }
    }
}

/// A change that does not fit the items: it names an item that is not there, or a state that has moved on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the change does not fit item {id}: {reason}")]
pub struct Conflict {
    /// The item in question.
    pub id: ItemId,
    /// What does not fit.
    pub reason: &'static str,
}

/// A set of items in order of their ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    by_id: BTreeMap<ItemId, Item>,
}

impl Items {
    /// The set that these changes make, from nothing.
    ///
    /// # Errors
    /// The first change that does not fit what came before it.
    pub fn replay<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Result<Self, Conflict> {
        let mut items = Self::default();
        for change in changes {
            items.apply(change)?;
        }
        Ok(items)
    }

    /// Puts items in that are known to fit together, such as those of a ledger.
    pub fn from_items(items: impl IntoIterator<Item = Item>) -> Self {
        Self {
            by_id: items
                .into_iter()
                .map(|item| (item.id.clone(), item))
                .collect(),
        }
    }

    /// One item.
    pub fn get(&self, id: &ItemId) -> Option<&Item> {
        self.by_id.get(id)
    }

    /// All of them, in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Item> {
        self.by_id.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Applies one change.
    ///
    /// # Errors
    /// A [`Conflict`] where the change does not fit; the items are then as they were.
    pub fn apply(&mut self, change: &Change) -> Result<(), Conflict> {
        let conflict = |reason| Conflict {
            id: change.item_id().clone(),
            reason,
        };
        match change {
            Change::Added { item } => {
                if self.by_id.contains_key(&item.id) {
                    return Err(conflict("it is there already"));
                }
                self.by_id.insert(item.id.clone(), item.clone());
                return Ok(());
            }
            Change::Removed { item } => {
                match self.by_id.get(&item.id) {
                    None => return Err(conflict("it is not there")),
                    Some(known) if !known.mentions.is_empty() => {
                        return Err(conflict("notes still speak of it"));
                    }
                    Some(_) => self.by_id.remove(&item.id),
                };
                return Ok(());
            }
            _ => {}
        }
        let item = self
            .by_id
            .get_mut(change.item_id())
            .ok_or_else(|| conflict("it is not there"))?;
        match change {
            Change::Added { .. } | Change::Removed { .. } => {}
            Change::MentionAdded { mention, .. } => insert(&mut item.mentions, mention.clone()),
            Change::MentionRemoved { mention, .. } => {
                let at = item.mentions.iter().rposition(|known| known == mention);
                item.mentions
                    .remove(at.ok_or_else(|| conflict("it has no such mention"))?);
            }
            Change::MentionMoved { from, to, .. } => {
                let at = item.mentions.iter().rposition(|known| known == from);
                item.mentions
                    .remove(at.ok_or_else(|| conflict("it has no such mention"))?);
                insert(&mut item.mentions, to.clone());
            }
            Change::StateSet { from, to, .. } => {
                if item.state != *from {
                    return Err(conflict("its state is another"));
                }
                item.state = *to;
            }
            Change::DueSet { from, to, .. } => {
                if item.due != *from {
                    return Err(conflict("its due date is another"));
                }
                item.due.clone_from(to);
            }
        }
        Ok(())
    }
}

/// Keeps the mentions in order of meeting, path and line, so that neither the order of scanning nor an undo shows.
fn insert(mentions: &mut Vec<Mention>, mention: Mention) {
    let at = mentions.partition_point(|known| known.place() <= mention.place());
    mentions.insert(at, mention);
}
