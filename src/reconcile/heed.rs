//! What people wrote into owed's own block of a note: ticks, and entries that they changed or took out.

use super::fold::Fold;
use super::{Edit, Known, Mark, NoteRead, Tick};
use crate::items::{Field, Item, ItemId, Proposal, ProposalKind, Reason, State};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Heeds the entries of owed's block in a note; gives those whose item is not known.
pub(super) fn heed(fold: &mut Fold<'_>, known: &Known, read: &NoteRead) -> Vec<Tick> {
    let mut unknown = Vec::new();
    let mut boxes: BTreeMap<ItemId, &Tick> = BTreeMap::new();
    let mut edits: Vec<(ItemId, &Edit)> = Vec::new();
    for tick in &read.ticks {
        match (fold.on_table(&tick.id), fold.live(&tick.id)) {
            (Some(id), _) => {
                edits.extend(news(known, read, tick).map(|edit| (id.clone(), edit)));
                // Where an item has several boxes, the first that is not open counts.
                let kept = boxes.entry(id).or_insert(tick);
                if kept.mark == Mark::Open {
                    *kept = tick;
                }
            }
            // An entry of what is only said later says nothing, unless the later words turn out to belong to what was
            // said before.
            (None, Some(_)) => {
                fold.set_by_hand |= tick.mark != Mark::Open || !tick.edits.is_empty();
            }
            (None, None) => unknown.push(tick.clone()),
        }
    }
    let named: BTreeSet<ItemId> = read
        .ticks
        .iter()
        .filter_map(|tick| fold.live(&tick.id))
        .collect();
    let of_here = fold.marks.keys().filter(|(_, path)| *path == read.path);
    let lost: Vec<ItemId> = of_here
        .filter(|(id, _)| fold.live(id).is_none_or(|id| !named.contains(&id)))
        .map(|(id, _)| id.clone())
        .collect();
    for id in lost {
        fold.marks.insert((id, read.path.clone()), Mark::Open);
    }
    for (id, tick) in boxes {
        heed_box(fold, known, &id, tick.mark, read);
    }
    for (id, edit) in edits {
        heed_edit(fold, known, &id, edit, read);
    }
    unknown
}

/// What was changed about an entry since the note was last read. A change is heeded once, so that what is set later by
/// other means stays.
fn news<'r>(
    known: &'r Known,
    read: &'r NoteRead,
    tick: &'r Tick,
) -> impl Iterator<Item = &'r Edit> {
    let notes = known.before.iter().chain(&known.later);
    let before: Vec<&Edit> = notes
        .filter(|before| before.path == read.path)
        .flat_map(|before| &before.ticks)
        .filter(|before| before.id == tick.id)
        .flat_map(|before| &before.edits)
        .collect();
    tick.edits.iter().filter(move |edit| !before.contains(edit))
}

/// Heeds a box; its item is one of the fold, or one that no note speaks of any more.
fn heed_box(fold: &mut Fold<'_>, known: &Known, id: &ItemId, mark: Mark, read: &NoteRead) {
    // The box may have been noted when the item had another id.
    let here =
        |(of, at): &&(ItemId, String)| *at == read.path && fold.on_table(of).as_ref() == Some(id);
    let noted = fold.marks.keys().find(here).cloned();
    let before = noted
        .and_then(|key| fold.marks.remove(&key))
        .unwrap_or(Mark::Open);
    fold.marks.insert((id.clone(), read.path.clone()), mark);
    let to = match mark {
        Mark::Done if before != mark => State::Done,
        Mark::Dropped if before != mark => State::Dropped,
        _ => return,
    };
    let closed = item(fold, known, id).is_some_and(|item| {
        let is_open = item.state == State::Open;
        if is_open {
            put(item, to, read.meeting);
        }
        is_open
    });
    fold.set_by_hand |= closed;
}

fn heed_edit(fold: &mut Fold<'_>, known: &Known, id: &ItemId, edit: &Edit, read: &NoteRead) {
    let Some(item) = item(fold, known, id) else {
        return;
    };
    let before = item.clone();
    match edit {
        Edit::Owners { owners } => {
            item.owners.clone_from(owners);
            item.pinned.insert(Field::Owners);
        }
        Edit::Due { due } => {
            item.due.clone_from(due);
            item.pinned.insert(Field::Due);
        }
        Edit::Text { text } => {
            item.text.clone_from(text);
            item.pinned.insert(Field::Text);
        }
        Edit::Reopened if item.state != State::Open => put(item, State::Open, None),
        Edit::Removed if item.state == State::Open => {
            let reason = Reason::EntryRemoved {
                path: read.path.clone(),
            };
            let proposal = Proposal::of_item(ProposalKind::Dropped, &before, reason, &read.path);
            let known = fold.proposals.entry(proposal.id.clone());
            known.or_insert(proposal);
            return;
        }
        Edit::Reopened | Edit::Removed => return,
    }
    let has_changed = *item != before;
    let (key, is_silent) = (item.key(), item.mentions.is_empty());
    fold.set_by_hand |= has_changed;
    // What no note speaks of is not found by its words, today or at the next scan, which heeds no edit of today.
    if !is_silent {
        fold.index.set_own_key(key, id);
    }
}

fn put(item: &mut Item, to: State, day: Option<Date>) {
    (item.state, item.closed) = (to, day);
    item.pinned.insert(Field::State);
}

/// An item of the fold. One that no note speaks of comes into it here.
fn item<'f>(fold: &'f mut Fold<'_>, known: &Known, id: &ItemId) -> Option<&'f mut Item> {
    if !fold.items.contains_key(id)
        && let Some(silent) = known.items.get(id).filter(|it| it.mentions.is_empty())
    {
        fold.items.insert(id.clone(), silent.clone());
    }
    fold.items.get_mut(id)
}
