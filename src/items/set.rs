//! A set of items, and what a change does to it.

use super::{Change, Home, Item, ItemId, Mark, Mention, Proposal, ProposalId};
use std::collections::BTreeMap;

/// A change that does not fit the items: it names an item that is not there, or a state that has moved on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the change does not fit{}: {reason}", of(id.as_ref()))]
pub struct Conflict {
    /// The item in question, where there is one.
    pub id: Option<ItemId>,
    /// What does not fit.
    pub reason: &'static str,
}

fn of(id: Option<&ItemId>) -> String {
    id.map_or_else(String::new, |id| format!(" item {id}"))
}

/// A set of items in order of their ids, with what owed's own blocks last said of them, what waits for a yes, and what
/// people have decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    by_id: BTreeMap<ItemId, Item>,
    /// Never holds [`Mark::Open`]: a box that is not ticked says nothing.
    marks: BTreeMap<(ItemId, String), Mark>,
    /// Ids that no item has any more, and where they lead.
    forwards: BTreeMap<ItemId, ItemId>,
    /// By the ids of mentions.
    homes: BTreeMap<ItemId, Home>,
    proposals: BTreeMap<ProposalId, Proposal>,
    /// By series and name.
    aliases: BTreeMap<(String, String), String>,
    /// By the names of people.
    logins: BTreeMap<String, String>,
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
            ..Self::default()
        }
    }

    /// Puts an item in, in place of one with its id.
    pub fn insert(&mut self, item: Item) {
        self.by_id.insert(item.id.clone(), item);
    }

    /// Notes where an id leads that no item has any more.
    pub fn set_forward(&mut self, id: ItemId, to: Option<ItemId>) {
        set(&mut self.forwards, id, to);
    }

    /// Notes where a person has said that a mention belongs.
    pub fn set_home(&mut self, mention: ItemId, home: Option<Home>) {
        set(&mut self.homes, mention, home);
    }

    /// Puts a proposal in, in place of one with its id.
    pub fn set_proposal(&mut self, proposal: Proposal) {
        self.proposals.insert(proposal.id.clone(), proposal);
    }

    /// Notes whom a name stands for in a series.
    pub fn set_alias(&mut self, series: &str, name: &str, to: Option<String>) {
        set(&mut self.aliases, (series.to_owned(), name.to_owned()), to);
    }

    /// Notes which login a person has.
    pub fn set_login(&mut self, person: &str, to: Option<String>) {
        set(&mut self.logins, person.to_owned(), to);
    }

    /// The id of the item that an id leads to: itself, or whatever has taken its place.
    pub fn resolve<'i>(&'i self, id: &'i ItemId) -> Option<&'i ItemId> {
        let mut at = id;
        // No chain is longer than there are forwards; one that went round in a circle leads nowhere.
        for _ in 0..=self.forwards.len() {
            match self.forwards.get(at) {
                Some(next) => at = next,
                None => return self.by_id.contains_key(at).then_some(at),
            }
        }
        None
    }

    /// Where an id leads that no item has any more.
    pub fn forward(&self, id: &ItemId) -> Option<&ItemId> {
        self.forwards.get(id)
    }

    /// Ids that no item has any more, and where each leads.
    pub fn forwards(&self) -> impl Iterator<Item = (&ItemId, &ItemId)> {
        self.forwards.iter()
    }

    /// Where a person has said that a mention belongs.
    pub fn home(&self, mention: &ItemId) -> Option<&Home> {
        self.homes.get(mention)
    }

    /// All that people have said about where mentions belong.
    pub fn homes(&self) -> impl Iterator<Item = (&ItemId, &Home)> {
        self.homes.iter()
    }

    /// One proposal, decided or not.
    pub fn proposal(&self, id: &ProposalId) -> Option<&Proposal> {
        self.proposals.get(id)
    }

    /// All proposals, decided or not, in order of their ids.
    pub fn proposals(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.values()
    }

    /// Whom a name in its [`normal`](super::normal) form stands for in a series, where a person has said so.
    pub fn alias(&self, series: &str, name: &str) -> Option<&str> {
        self.aliases
            .get(&(series.to_owned(), name.to_owned()))
            .map(String::as_str)
    }

    /// All that people have said about names: series, name, person.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.aliases
            .iter()
            .map(|((series, name), person)| (series.as_str(), name.as_str(), person.as_str()))
    }

    /// All that people have said about logins: person, login.
    pub fn logins(&self) -> impl Iterator<Item = (&str, &str)> {
        let logins = self.logins.iter();
        logins.map(|(person, login)| (person.as_str(), login.as_str()))
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
            id: change.item_id().cloned(),
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
                if self.forwards.contains_key(&item.id) {
                    return Err("its id leads to another");
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
            Change::StateSet {
                id,
                from,
                to,
                was_closed,
                closed,
                ..
            } => {
                let item = self.item_mut(id)?;
                if (item.state, item.closed) != (*from, *was_closed) {
                    return Err("its state is another");
                }
                item.state = *to;
                item.closed = *closed;
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
            Change::OwnersSet { id, from, to } => {
                replace(
                    &mut self.item_mut(id)?.owners,
                    from,
                    to,
                    "its owners are others",
                )?;
            }
            Change::TextSet { id, from, to } => {
                replace(
                    &mut self.item_mut(id)?.text,
                    from,
                    to,
                    "its words are others",
                )?;
            }
            Change::HeardAs { id, from, to } => {
                let item = self.item_mut(id)?;
                let mut heard = item.heard();
                replace(&mut heard, from, to, "it was heard otherwise")?;
                (item.kind, item.certainty, item.since) = (to.kind, to.certainty, to.since);
            }
            Change::Pinned {
                id,
                field,
                from,
                to,
            } => {
                let pinned = &mut self.item_mut(id)?.pinned;
                if pinned.contains(field) != *from {
                    return Err("another has set it");
                }
                if *to {
                    pinned.insert(*field);
                } else {
                    pinned.remove(field);
                }
            }
            Change::Accepted { id, from, to } => {
                let accepted = &mut self.item_mut(id)?.accepted;
                replace(accepted, from, to, "another has accepted it")?;
            }
            Change::Snoozed { id, from, to } => {
                let snoozed = &mut self.item_mut(id)?.snoozed;
                replace(snoozed, from, to, "it was snoozed otherwise")?;
            }
            Change::AgainSet { id, from, to } => {
                let again = &mut self.item_mut(id)?.again;
                replace(again, from, to, "it promises another again")?;
            }
            Change::Linked { id, url } => {
                if !self.item_mut(id)?.links.insert(url.clone()) {
                    return Err("it is linked already");
                }
            }
            Change::Unlinked { id, url } => {
                if !self.item_mut(id)?.links.remove(url) {
                    return Err("it has no such link");
                }
            }
            Change::Forwarded { id, from, to } => {
                if self.by_id.contains_key(id) {
                    return Err("there is an item with this id");
                }
                replace_in(
                    &mut self.forwards,
                    id.clone(),
                    from,
                    to,
                    "its id leads elsewhere",
                )?;
            }
            Change::HomeSet { mention, from, to } => {
                let otherwise = "another has said where it belongs";
                replace_in(&mut self.homes, mention.clone(), from, to, otherwise)?;
            }
            Change::Proposed { proposal } => {
                if self.proposals.contains_key(&proposal.id) {
                    return Err("it is proposed already");
                }
                self.set_proposal(proposal.clone());
            }
            Change::Withdrawn { proposal } => {
                if self.proposals.get(&proposal.id) != Some(proposal) {
                    return Err("there is no such proposal");
                }
                self.proposals.remove(&proposal.id);
            }
            Change::Decided {
                proposal, from, to, ..
            } => {
                let proposal = self.proposals.get_mut(proposal);
                let proposal = proposal.ok_or("there is no such proposal")?;
                replace(&mut proposal.decided, from, to, "it is decided otherwise")?;
            }
            Change::AliasSet {
                series,
                name,
                from,
                to,
            } => {
                let key = (series.clone(), name.clone());
                let otherwise = "the name stands for somebody else";
                replace_in(&mut self.aliases, key, from, to, otherwise)?;
            }
            Change::LoginSet { person, from, to } => {
                let otherwise = "the person has another login";
                replace_in(&mut self.logins, person.clone(), from, to, otherwise)?;
            }
        }
        Ok(())
    }

    fn item_mut(&mut self, id: &ItemId) -> Result<&mut Item, &'static str> {
        self.by_id.get_mut(id).ok_or("it is not there")
    }
}

/// Puts one value in the place of another; an error where something else stands there.
fn replace<T: Clone + PartialEq>(
    slot: &mut T,
    from: &T,
    to: &T,
    otherwise: &'static str,
) -> Result<(), &'static str> {
    if slot != from {
        return Err(otherwise);
    }
    slot.clone_from(to);
    Ok(())
}

/// The same in a map, where `None` is no entry.
fn replace_in<K: Ord, V: Clone + PartialEq>(
    map: &mut BTreeMap<K, V>,
    key: K,
    from: &Option<V>,
    to: &Option<V>,
    otherwise: &'static str,
) -> Result<(), &'static str> {
    if map.get(&key) != from.as_ref() {
        return Err(otherwise);
    }
    set(map, key, to.clone());
    Ok(())
}

fn set<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    };
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
