//! What is otherwise after the notes were heard: the changes that lead from the known items to those of the fold.

use super::fold::Fold;
use super::known::Known;
use super::{Mark, NoteRead};
use crate::items::{
    Change, Field, Item, ItemId, Kind, Mention, Proposal, ProposalKind, State, Status,
};
use std::collections::{BTreeMap, BTreeSet};

/// The changes, in an order in which each fits.
pub(super) fn changes(
    series: &str,
    known: &Known,
    fold: &Fold<'_>,
    reads: &[NoteRead],
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut later = Vec::new();
    let mut gone: BTreeMap<&ItemId, ItemId> = BTreeMap::new();
    for before in known.items.iter() {
        match fold.items.get(&before.id) {
            Some(after) if before.series == after.series => {
                mentions(before, after, &mut changes, &mut later);
            }
            Some(_) => {
                // Its notes belong to another series now, and it goes with them.
                let silent = Item {
                    mentions: Vec::new(),
                    ..before.clone()
                };
                mentions(before, &silent, &mut changes, &mut later);
                gone.insert(&before.id, before.id.clone());
            }
            None if before.series != series => {}
            None => {
                let silent = Item {
                    mentions: Vec::new(),
                    ..before.clone()
                };
                mentions(before, &silent, &mut changes, &mut later);
                let heir = fold.live(&before.id).filter(|heir| *heir != before.id);
                let heir = heir.or_else(|| heir_of(before, fold));
                if let Some(heir) = heir {
                    gone.insert(&before.id, heir);
                }
            }
        }
    }
    // Removed, forwarded, added, and only then held.
    let marks = marks(known, fold, &gone, &mut changes);
    for (id, heir) in &gone {
        if let Some(before) = known.items.get(id) {
            let item = Item {
                mentions: Vec::new(),
                ..before.clone()
            };
            changes.push(Change::Removed { item });
        }
        if *id != heir {
            changes.push(Change::Forwarded {
                id: (*id).clone(),
                from: None,
                to: Some(heir.clone()),
            });
        }
    }
    for after in fold.items.values() {
        let before = known
            .items
            .get(&after.id)
            .filter(|before| before.series == after.series);
        match before {
            Some(before) => fields(before, after, &mut later),
            None => {
                if let Some(to) = known.items.forward(&after.id) {
                    changes.push(Change::Forwarded {
                        id: after.id.clone(),
                        from: Some(to.clone()),
                        to: None,
                    });
                }
                // As its first words have it, so that its history tells what became of it.
                let mut added = match after.mentions.first() {
                    Some(first) => Item::begun_by(after.id.clone(), &after.series, first),
                    None => after.clone(),
                };
                added.mentions = Vec::new();
                changes.push(Change::Added {
                    item: added.clone(),
                });
                let said = after.mentions.iter().cloned();
                later.extend(said.map(|mention| Change::MentionAdded {
                    id: after.id.clone(),
                    mention,
                }));
                fields(&added, after, &mut later);
            }
        }
    }
    changes.extend(later);
    changes.extend(marks);
    proposals(known, fold, reads, &mut changes);
    changes
}

/// The item of the fold that holds a mention of an item that is no longer there.
fn heir_of(before: &Item, fold: &Fold<'_>) -> Option<ItemId> {
    before
        .mentions
        .iter()
        .filter_map(|mention| mention.id.as_ref())
        .find_map(|own| fold.holder(own))
}

/// What an item no longer holds, before anything else, and what it holds anew or otherwise.
fn mentions(before: &Item, after: &Item, changes: &mut Vec<Change>, later: &mut Vec<Change>) {
    if before.mentions == after.mentions {
        return;
    }
    let id = &before.id;
    let mut left: Vec<&Mention> = before.mentions.iter().collect();
    let mut new: Vec<&Mention> = Vec::new();
    for mention in &after.mentions {
        match left.iter().position(|it| *it == mention) {
            Some(at) => drop(left.remove(at)),
            None => new.push(mention),
        }
    }
    for mention in new {
        let twin = left.iter().position(|it| {
            it.id.is_some() && it.id == mention.id
                || it.id.is_none() && it.path == mention.path && it.text == mention.text
        });
        later.push(match twin {
            Some(at) => Change::MentionMoved {
                id: id.clone(),
                from: left.remove(at).clone(),
                to: mention.clone(),
            },
            None => Change::MentionAdded {
                id: id.clone(),
                mention: mention.clone(),
            },
        });
    }
    changes.extend(left.into_iter().map(|mention| Change::MentionRemoved {
        id: id.clone(),
        mention: mention.clone(),
    }));
}

/// What has changed about an item besides its mentions.
fn fields(before: &Item, after: &Item, out: &mut Vec<Change>) {
    let id = &before.id;
    if before.heard() != after.heard() {
        out.push(Change::HeardAs {
            id: id.clone(),
            from: before.heard(),
            to: after.heard(),
        });
    }
    if before.text != after.text {
        out.push(Change::TextSet {
            id: id.clone(),
            from: before.text.clone(),
            to: after.text.clone(),
        });
    }
    if before.owners != after.owners {
        out.push(Change::OwnersSet {
            id: id.clone(),
            from: before.owners.clone(),
            to: after.owners.clone(),
        });
    }
    if before.due != after.due {
        out.push(Change::DueSet {
            id: id.clone(),
            from: before.due.clone(),
            to: after.due.clone(),
        });
    }
    if (before.state, before.closed) != (after.state, after.closed) {
        out.push(before.put(after.state, after.closed, why(before, after)));
    }
    for field in [Field::Owners, Field::Text, Field::Due, Field::State] {
        let (from, to) = (
            before.pinned.contains(&field),
            after.pinned.contains(&field),
        );
        if from != to {
            out.push(Change::Pinned {
                id: id.clone(),
                field,
                from,
                to,
            });
        }
    }
    if before.accepted != after.accepted {
        out.push(Change::Accepted {
            id: id.clone(),
            from: before.accepted,
            to: after.accepted,
        });
    }
    if before.snoozed != after.snoozed {
        out.push(Change::Snoozed {
            id: id.clone(),
            from: before.snoozed,
            to: after.snoozed,
        });
    }
    if before.again != after.again {
        out.push(Change::AgainSet {
            id: id.clone(),
            from: before.again.clone(),
            to: after.again.clone(),
        });
    }
    for url in after.links.difference(&before.links) {
        out.push(Change::Linked {
            id: id.clone(),
            url: url.clone(),
        });
    }
}

/// Where the box is that opens or closes an item.
fn why(before: &Item, after: &Item) -> Option<String> {
    let place =
        |word: &str, mention: &Mention| format!("{word} in {}:{}", mention.path, mention.line);
    match after.state {
        State::Open => {
            let was_done = |mention: &&Mention| {
                mention.status == Status::Open
                    && before
                        .mentions
                        .iter()
                        .any(|it| it.id == mention.id && it.status == Status::Done)
            };
            let opened = after
                .mentions
                .iter()
                .find(was_done)
                .or(after.mentions.last());
            opened.map(|mention| place("unticked", mention))
        }
        State::Done | State::Dropped => {
            let ticked = after.mentions.iter().find(|mention| {
                mention.status == Status::Done && !before.mentions.iter().any(|it| it == *mention)
            });
            ticked.map(|mention| place("ticked", mention))
        }
    }
}

/// What boxes say otherwise: first those that are open again, or whose item is gone, then those of other items. Gives
/// the second part, which goes after the items are there.
fn marks(
    known: &Known,
    fold: &Fold<'_>,
    gone: &BTreeMap<&ItemId, ItemId>,
    changes: &mut Vec<Change>,
) -> Vec<Change> {
    let mut wanted: BTreeMap<(ItemId, String), Mark> = BTreeMap::new();
    for ((id, path), mark) in &fold.marks {
        let id = gone.get(id).unwrap_or(id).clone();
        let kept = wanted.entry((id, path.clone())).or_insert(*mark);
        if *kept == Mark::Open {
            *kept = *mark;
        }
    }
    let ticked = |id: &ItemId, path: &str, from, to| Change::Ticked {
        id: id.clone(),
        path: path.to_owned(),
        from,
        to,
    };
    for (id, path, mark) in known.items.marks() {
        let is_gone = gone.contains_key(id);
        let to = wanted
            .get(&(id.clone(), path.to_owned()))
            .copied()
            .unwrap_or(Mark::Open);
        if is_gone || to == Mark::Open {
            changes.push(ticked(id, path, mark, Mark::Open));
        }
    }
    let mut last = Vec::new();
    for ((id, path), mark) in wanted.iter().filter(|(_, mark)| **mark != Mark::Open) {
        let before = if gone.contains_key(id) {
            Mark::Open
        } else {
            known.items.mark(id, path)
        };
        if before != *mark {
            last.push(ticked(id, path, before, *mark));
        }
    }
    last
}

/// What newly waits for a yes, and what does not wait any more.
fn proposals(known: &Known, fold: &Fold<'_>, reads: &[NoteRead], changes: &mut Vec<Change>) {
    let heard: BTreeSet<&str> = reads
        .iter()
        .chain(&known.later)
        .map(|read| read.path.as_str())
        .collect();
    let mut waiting: BTreeMap<_, Proposal> = BTreeMap::new();
    let mut left_alone = BTreeSet::new();
    for proposal in known.items.proposals().filter(|it| it.decided.is_none()) {
        let is_gone = heard.contains(proposal.words.path.as_str());
        let is_heard_again = proposal.is_of_words() && fold.has_heard(&proposal.words, is_gone);
        let is_touched = proposal
            .items()
            .any(|id| known.items.get(id) != fold.items.get(id));
        if !is_heard_again && !is_touched {
            left_alone.insert(&proposal.id);
        }
        if !is_heard_again || fold.proposals.contains_key(&proposal.id) {
            waiting.insert(&proposal.id, proposal.clone());
        }
    }
    for (id, proposal) in &fold.proposals {
        waiting.insert(id, proposal.clone());
    }
    waiting.retain(|id, proposal| {
        let is_decided = known
            .items
            .proposal(id)
            .is_some_and(|it| it.decided.is_some());
        left_alone.contains(id) || (!is_decided && still_stands(proposal, known, fold))
    });
    for before in known.items.proposals().filter(|it| it.decided.is_none()) {
        if waiting.get(&before.id) != Some(before) {
            changes.push(Change::Withdrawn {
                proposal: before.clone(),
            });
        }
    }
    for (id, proposal) in waiting {
        if known.items.proposal(id) != Some(&proposal) {
            changes.push(Change::Proposed { proposal });
        }
    }
}

/// Whether there is still something to decide. What the fold has not heard of stands as it was.
fn still_stands(proposal: &mut Proposal, known: &Known, fold: &Fold<'_>) -> bool {
    let Some(item) = fold.live(&proposal.item) else {
        return true;
    };
    proposal.item = item;
    if let Some(with) = proposal.with.as_ref().and_then(|with| fold.live(with)) {
        proposal.with = Some(with);
    }
    let item = fold
        .items
        .get(&proposal.item)
        .or_else(|| known.items.get(&proposal.item));
    match proposal.kind {
        ProposalKind::Same => {
            let with = proposal.with.as_ref();
            let earlier =
                with.and_then(|with| fold.items.get(with).or_else(|| known.items.get(with)));
            // What is promised after the earlier item was closed is promised again. What closed it later does not matter:
            // a note in between may open it, and these words are not heard again then.
            let said = proposal.words.meeting;
            let is_open = earlier.is_some_and(|earlier| {
                let is_closed_later = said.is_some() && earlier.closed >= said;
                earlier.state == State::Open || is_closed_later
            });
            let promises = matches!(proposal.words.kind, Kind::Task | Kind::Commitment)
                && proposal.words.status == Status::Open;
            with != Some(&proposal.item) && (is_open || !promises)
        }
        ProposalKind::Finished | ProposalKind::Dropped | ProposalKind::Unlinked => {
            item.is_some_and(|item| item.state == State::Open)
        }
    }
}
