//! Items and the changes that make them what they are.

use super::{Certainty, ItemId, Key, Kind, Mention};
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

/// What a box in owed's own block says of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// `[ ]`, or no box at all.
    Open,
    /// `[x]`.
    Done,
    /// `[-]`.
    Dropped,
}

impl Mark {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::Open => "open",
            Mark::Done => "done",
            Mark::Dropped => "dropped",
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

impl Item {
    /// What a mention must share to speak of this item.
    pub fn key(&self) -> Key {
        Key::new(&self.series, &self.owners, &self.text)
    }
}

/// One step in an item's life. Applied by [`Items::apply`]; taken back by applying its [`Change::inverse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "changes are few at a time, and a box in each pattern is a high price for some bytes"
)]
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
    /// The box of the item in owed's own block of a note says something else than before. It is kept, so that a box
    /// is heeded when somebody ticks it and not again each time the note is read.
    Ticked {
        /// Which item.
        id: ItemId,
        /// The note.
        path: String,
        /// What the box said.
        from: Mark,
        /// What it says.
        to: Mark,
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
            | Change::DueSet { id, .. }
            | Change::Ticked { id, .. } => id,
        }
    }

    /// The note that it was read from; `None` for what no note says by itself.
    pub fn path(&self) -> Option<&str> {
        match self {
            Change::MentionAdded { mention, .. } | Change::MentionRemoved { mention, .. } => {
                Some(&mention.path)
            }
            Change::MentionMoved { to, .. } => Some(&to.path),
            Change::Ticked { path, .. } => Some(path),
            Change::Added { .. }
            | Change::Removed { .. }
            | Change::StateSet { .. }
            | Change::DueSet { .. } => None,
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
            Change::Ticked { id, path, from, to } => Change::Ticked {
                id,
                path,
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

/// A set of items in order of their ids, with what owed's own blocks last said of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    by_id: BTreeMap<ItemId, Item>,
    /// Never holds [`Mark::Open`]: a box that is not ticked says nothing.
    marks: BTreeMap<(ItemId, String), Mark>,
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
            marks: BTreeMap::new(),
        }
    }

    /// Notes what the box of an item in the block of a note last said.
    pub fn set_mark(&mut self, id: ItemId, path: impl Into<String>, mark: Mark) {
        if mark == Mark::Open {
            self.marks.remove(&(id, path.into()));
        } else {
            self.marks.insert((id, path.into()), mark);
        }
    }

    /// What the box of an item in the block of a note last said.
    pub fn mark(&self, id: &ItemId, path: &str) -> Mark {
        self.marks
            .get(&(id.clone(), path.to_owned()))
            .copied()
            .unwrap_or(Mark::Open)
    }

    /// The boxes that are not open: item, path of the note, mark.
    pub fn marks(&self) -> impl Iterator<Item = (&ItemId, &str, Mark)> {
        self.marks
            .iter()
            .map(|((id, path), mark)| (id, path.as_str(), *mark))
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
        self.try_apply(change).map_err(|reason| Conflict {
            id: change.item_id().clone(),
            reason,
        })
    }

    fn try_apply(&mut self, change: &Change) -> Result<(), &'static str> {
        match change {
            Change::Added { item } => {
                if self.by_id.contains_key(&item.id) {
                    return Err("it is there already");
                }
                if !item.mentions.is_empty() {
                    return Err("its mentions are added one by one");
                }
                self.by_id.insert(item.id.clone(), item.clone());
            }
            Change::Removed { item } => {
                let known = self.by_id.get(&item.id).ok_or("it is not there")?;
                let ticked = self
                    .marks
                    .range((item.id.clone(), String::new())..)
                    .next()
                    .is_some_and(|((id, _), _)| *id == item.id);
                if ticked || !known.mentions.is_empty() {
                    return Err("notes still speak of it");
                }
                if known != item {
                    return Err("it has changed");
                }
                self.by_id.remove(&item.id);
            }
            Change::MentionAdded { id, mention } => {
                insert(&mut self.item_mut(id)?.mentions, mention.clone());
            }
            Change::MentionRemoved { id, mention } => {
                remove(&mut self.item_mut(id)?.mentions, mention)?;
            }
            Change::MentionMoved { id, from, to } => {
                let mentions = &mut self.item_mut(id)?.mentions;
                remove(mentions, from)?;
                insert(mentions, to.clone());
            }
            Change::StateSet { id, from, to, .. } => {
                let item = self.item_mut(id)?;
                if item.state != *from {
                    return Err("its state is another");
                }
                item.state = *to;
            }
            Change::DueSet { id, from, to } => {
                let item = self.item_mut(id)?;
                if item.due != *from {
                    return Err("its due date is another");
                }
                item.due.clone_from(to);
            }
            Change::Ticked { id, path, from, to } => {
                self.item_mut(id)?;
                if self.mark(id, path) != *from {
                    return Err("its box says something else");
                }
                self.set_mark(id.clone(), path, *to);
            }
        }
        Ok(())
    }

    fn item_mut(&mut self, id: &ItemId) -> Result<&mut Item, &'static str> {
        self.by_id.get_mut(id).ok_or("it is not there")
    }
}

fn insert(mentions: &mut Vec<Mention>, mention: Mention) {
    let at = mentions.partition_point(|known| known.order(&mention).is_le());
    mentions.insert(at, mention);
}

fn remove(mentions: &mut Vec<Mention>, mention: &Mention) -> Result<(), &'static str> {
    let at = mentions
        .iter()
        .rposition(|known| known == mention)
        .ok_or("it has no such mention")?;
    mentions.remove(at);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Change, Item, Items, Mark, State};
    use crate::due::Due;
    use crate::items::{Certainty, ItemId, Kind, Mention, Status};

    fn item() -> Item {
        Item {
            id: ItemId::from_content("core", "2025-05-01", &[], "fix the build", 0),
            series: "core".to_owned(),
            kind: Kind::Task,
            certainty: Certainty::Definite,
            owners: Vec::new(),
            text: "fix the build".to_owned(),
            due: None,
            state: State::Open,
            since: None,
            mentions: Vec::new(),
        }
    }

    fn mention(line: u32, quote: &str) -> Mention {
        Mention {
            path: "a.md".to_owned(),
            line,
            end_line: line,
            kind: Kind::Task,
            certainty: Certainty::Definite,
            status: Status::Open,
            speaker: None,
            owners: Vec::new(),
            text: "fix the build".to_owned(),
            due: None,
            rule: "box".to_owned(),
            confidence: 1.0,
            quote: quote.to_owned(),
            meeting: None,
        }
    }

    /// One change of each kind that fits an item with the mention of line 2.
    fn fitting() -> Vec<Change> {
        let id = item().id;
        let due = Due {
            phrase: "in June".to_owned(),
            date: None,
            alternative: None,
        };
        vec![
            Change::MentionAdded {
                id: id.clone(),
                mention: mention(1, "above"),
            },
            Change::MentionRemoved {
                id: id.clone(),
                mention: mention(2, "first"),
            },
            Change::MentionMoved {
                id: id.clone(),
                from: mention(2, "first"),
                to: mention(3, "below"),
            },
            Change::StateSet {
                id: id.clone(),
                from: State::Open,
                to: State::Dropped,
                why: Some("out of scope".to_owned()),
            },
            Change::DueSet {
                id: id.clone(),
                from: None,
                to: Some(due),
            },
            Change::Ticked {
                id,
                path: "agenda.md".to_owned(),
                from: Mark::Open,
                to: Mark::Done,
            },
        ]
    }

    fn known() -> Items {
        let id = item().id;
        let changes = [
            Change::Added { item: item() },
            Change::MentionAdded {
                id,
                mention: mention(2, "first"),
            },
        ];
        Items::replay(&changes).expect("they fit")
    }

    #[test]
    fn an_inverse_takes_its_change_back() {
        for change in fitting() {
            let mut items = known();
            items.apply(&change).expect("it fits");
            assert_ne!(items, known(), "{change:?} does nothing");
            items.apply(&change.inverse()).expect("it fits");
            assert_eq!(items, known(), "{change:?}");
        }
        let mut items = Items::default();
        let added = Change::Added { item: item() };
        items.apply(&added).expect("it fits");
        items.apply(&added.inverse()).expect("it fits");
        assert!(items.is_empty());
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let removed = Change::Removed { item: item() };
        let mut wrong = vec![Change::Added { item: item() }, removed.clone()];
        wrong.extend(
            fitting()
                .iter()
                .filter(|it| !matches!(it, Change::MentionRemoved { .. }))
                .map(Change::inverse),
        );
        for change in wrong {
            let mut items = known();
            let conflict = items.apply(&change).expect_err("it does not fit");
            assert_eq!(&conflict.id, change.item_id());
            assert_eq!(items, known(), "{change:?}");
        }
        for change in fitting().into_iter().chain([removed]) {
            let conflict = Items::default().apply(&change);
            assert!(
                conflict.is_err(),
                "{change:?} fits an item that is not there"
            );
        }
    }

    #[test]
    fn an_item_that_is_still_spoken_of_or_has_changed_is_not_removed() {
        let mut bare = Items::from_items([item()]);
        let mut ticked = bare.clone();
        ticked.set_mark(item().id, "agenda.md", Mark::Dropped);
        let mut closed = bare.clone();
        closed
            .apply(&Change::StateSet {
                id: item().id,
                from: State::Open,
                to: State::Done,
                why: None,
            })
            .expect("it fits");
        let removed = Change::Removed { item: item() };
        for mut items in [known(), ticked, closed] {
            assert!(items.apply(&removed).is_err());
        }
        assert!(bare.apply(&removed).is_ok());
    }

    #[test]
    fn the_order_of_mentions_is_not_that_of_their_adding() {
        let id = item().id;
        let added = |mention| Change::MentionAdded {
            id: id.clone(),
            mention,
        };
        let changes = [
            added(mention(2, "b")),
            added(mention(1, "c")),
            added(mention(2, "a")),
        ];
        let mut one = Items::from_items([item()]);
        let mut other = one.clone();
        for change in &changes {
            one.apply(change).expect("it fits");
        }
        for change in changes.iter().rev() {
            other.apply(change).expect("it fits");
        }
        assert_eq!(one, other);
    }

    #[test]
    fn a_change_reads_back_from_json() {
        for change in fitting() {
            let json = serde_json::to_string(&change).expect("it can be written");
            let back: Change = serde_json::from_str(&json).expect("it can be read");
            assert_eq!(back, change);
        }
        let json = serde_json::to_string(&fitting()[5]).expect("it can be written");
        let id = item().id;
        assert_eq!(
            json,
            format!(
                r#"{{"change":"ticked","id":"{id}","path":"agenda.md","from":"open","to":"done"}}"#
            )
        );
    }
}
