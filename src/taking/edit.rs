//! What people set about items, and where they say that mentions belong.

use super::hear_again;
use crate::due::Due;
use crate::items::{Change, Field, Home, Item, Kind, Mention, Snooze, State, normal};
use crate::ledger::{LedgerError, Transaction};
use crate::reconcile::NoteRead;
use std::collections::{BTreeMap, BTreeSet};

/// The changes that give an item these owners, whatever notes say.
pub fn set_owners(item: &Item, to: Vec<String>) -> Vec<Change> {
    let set = (item.owners != to).then(|| Change::OwnersSet {
        id: item.id.clone(),
        from: item.owners.clone(),
        to,
    });
    set.into_iter().chain(item.pin(Field::Owners)).collect()
}

/// The changes that give an item these words, whatever notes say.
pub fn set_text(item: &Item, to: String) -> Vec<Change> {
    let set = (item.text != to).then(|| Change::TextSet {
        id: item.id.clone(),
        from: item.text.clone(),
        to,
    });
    set.into_iter().chain(item.pin(Field::Text)).collect()
}

/// The changes that give an item this due, or none, whatever notes say.
pub fn set_due(item: &Item, to: Option<Due>) -> Vec<Change> {
    let set = (item.due != to).then(|| Change::DueSet {
        id: item.id.clone(),
        from: item.due.clone(),
        to,
    });
    set.into_iter().chain(item.pin(Field::Due)).collect()
}

/// The change that puts an item out of sight for a while, or back; `None` where it is so already.
pub fn snooze(item: &Item, to: Option<Snooze>) -> Option<Change> {
    (item.snoozed != to).then(|| Change::Snoozed {
        id: item.id.clone(),
        from: item.snoozed,
        to,
    })
}

/// The change that says of an item that it is one; `None` where somebody has said so.
pub fn accept(item: &Item) -> Option<Change> {
    (!item.accepted).then(|| Change::Accepted {
        id: item.id.clone(),
        from: false,
        to: true,
    })
}

/// Says that two items of one series are the same: what speaks of the later one speaks of the earlier.
///
/// Gives whether there was anything to join: items that no note speaks of cannot be.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn join(
    transaction: &mut Transaction<'_>,
    one: &Item,
    other: &Item,
) -> Result<bool, LedgerError> {
    let is_first =
        one.mentions.first().map(Mention::place) <= other.mentions.first().map(Mention::place);
    let (earlier, later) = if is_first { (one, other) } else { (other, one) };
    let Some(with) = first_own(&earlier.mentions) else {
        return Ok(false);
    };
    let own: Vec<&Mention> = speaking(&later.mentions).collect();
    let mut changes = Vec::new();
    for mention in &own {
        let home = Home::With {
            mention: with.clone(),
        };
        changes.extend(home_set(transaction, mention, home)?);
    }
    if changes.is_empty() {
        return Ok(false);
    }
    transaction.apply(&changes)?;
    hear_again(transaction, &paths(own))?;
    Ok(true)
}

/// Says that some mentions of an item are of another one: those at `apart` become an item of their own.
///
/// Gives whether there was anything to part: each side must have a mention.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn split(
    transaction: &mut Transaction<'_>,
    item: &Item,
    apart: impl Fn(&Mention) -> bool,
) -> Result<bool, LedgerError> {
    let (mut leave, mut stay): (Vec<&Mention>, Vec<&Mention>) =
        speaking(&item.mentions).partition(|mention| apart(mention));
    // Whoever has the first words keeps the item.
    if leave.first().map(|it| it.place()) < stay.first().map(|it| it.place()) {
        std::mem::swap(&mut leave, &mut stay);
    }
    let (Some(first), Some(kept)) = (
        leave.first().and_then(|it| it.id.clone()),
        stay.first().and_then(|it| it.id.clone()),
    ) else {
        return Ok(false);
    };
    let mut changes = Vec::new();
    for mention in &leave {
        let home = if mention.id.as_ref() == Some(&first) {
            Home::Own
        } else {
            Home::With {
                mention: first.clone(),
            }
        };
        changes.extend(home_set(transaction, mention, home)?);
    }
    // The same words would go over to the new item.
    for mention in stay.iter().skip(1) {
        let home = Home::With {
            mention: kept.clone(),
        };
        changes.extend(home_set(transaction, mention, home)?);
    }
    transaction.apply(&changes)?;
    hear_again(transaction, &paths(leave.into_iter().chain(stay)))?;
    Ok(true)
}

/// Says that an item is none: its lines never make one again, unless their words change. It is taken out of the ledger;
/// where a box of owed's own still stands for it, or no note speaks of it, it is dropped instead.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn reject(transaction: &mut Transaction<'_>, item: &Item) -> Result<(), LedgerError> {
    let mut changes = Vec::new();
    for mention in &item.mentions {
        changes.extend(home_set(transaction, mention, Home::Nowhere)?);
    }
    transaction.apply(&changes)?;
    hear_again(transaction, &paths(&item.mentions))?;
    let Some(left) = transaction.item(&item.id)? else {
        return Ok(());
    };
    let mut changes = Vec::new();
    let waiting = transaction.proposals_of(&item.id)?;
    let waiting = waiting.into_iter().filter(|it| it.decided.is_none());
    changes.extend(waiting.map(|proposal| Change::Withdrawn { proposal }));
    let was_said = !item.mentions.is_empty();
    let is_free = left.mentions.is_empty() && transaction.marks_of(&item.id)?.is_empty();
    if was_said && is_free {
        changes.push(Change::Removed { item: left });
        for id in transaction.forwards_to(&item.id)? {
            changes.push(Change::Forwarded {
                id,
                from: Some(item.id.clone()),
                to: None,
            });
        }
    } else if left.state == State::Open {
        let why = Some("it is no item".to_owned());
        changes.push(left.put(State::Dropped, left.closed, why));
        changes.extend(left.pin(Field::State));
    }
    transaction.apply(&changes)
}

/// Says whom a name stands for in a series; `None` takes back what was said.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn name(
    transaction: &mut Transaction<'_>,
    series: &str,
    written: &str,
    person: Option<&str>,
) -> Result<(), LedgerError> {
    let aliases = transaction.aliases(series)?;
    let to = BTreeMap::from([(normal(written), person.map(str::to_owned))]);
    set_names(transaction, series, &aliases, to)
}

/// Says whom many names stand for in a series, by their [`normal`] forms; what was said of others stays.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn names(
    transaction: &mut Transaction<'_>,
    series: &str,
    names: &BTreeMap<String, String>,
) -> Result<(), LedgerError> {
    let aliases = transaction.aliases(series)?;
    let to = names
        .iter()
        .map(|(name, person)| (name.clone(), Some(person.clone())));
    set_names(transaction, series, &aliases, to.collect())
}

fn set_names(
    transaction: &mut Transaction<'_>,
    series: &str,
    aliases: &BTreeMap<String, String>,
    to: BTreeMap<String, Option<String>>,
) -> Result<(), LedgerError> {
    let mut changes = Vec::new();
    let mut touched: BTreeSet<String> = BTreeSet::new();
    for (name, to) in to {
        let from = aliases.get(&name).cloned();
        if from == to || name.is_empty() {
            continue;
        }
        touched.insert(name.clone());
        changes.push(Change::AliasSet {
            series: series.to_owned(),
            name,
            from,
            to,
        });
    }
    if changes.is_empty() {
        return Ok(());
    }
    transaction.apply(&changes)?;
    let names_one = |read: &NoteRead| {
        let names = read.mentions.iter().flat_map(|mention| {
            let owners = mention.owners.iter().chain(&mention.people);
            owners.chain(&mention.speaker)
        });
        names
            .into_iter()
            .any(|name| touched.contains(&normal(name)))
    };
    let reads = transaction.readings_of(series)?;
    let said = reads.into_iter().filter(names_one).map(|read| read.path);
    hear_again(transaction, &said.collect())
}

/// The change that says where a mention belongs; `None` where it has no id, or somebody has said so.
fn home_set(
    transaction: &Transaction<'_>,
    mention: &Mention,
    to: Home,
) -> Result<Option<Change>, LedgerError> {
    let Some(own) = &mention.id else {
        return Ok(None);
    };
    let from = transaction.home(own)?;
    Ok((from.as_ref() != Some(&to)).then(|| Change::HomeSet {
        mention: own.clone(),
        from,
        to: Some(to),
    }))
}

/// The mentions that can belong to an item of their own. What reports it finished follows its words, which are asked
/// about.
fn speaking(mentions: &[Mention]) -> impl Iterator<Item = &Mention> {
    mentions
        .iter()
        .filter(|mention| mention.kind != Kind::Completion)
}

fn first_own(mentions: &[Mention]) -> Option<crate::items::ItemId> {
    speaking(mentions).find_map(|mention| mention.id.clone())
}

fn paths<'m>(mentions: impl IntoIterator<Item = &'m Mention>) -> BTreeSet<String> {
    mentions
        .into_iter()
        .map(|mention| mention.path.clone())
        .collect()
}
