//! Which mention of a note is which of those that were stored when it was read before.

use super::NoteRead;
use crate::items::{Item, ItemId, Items, Key, Kind, Mention, Words};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The mentions of a note beside the stored ones.
pub(super) struct Pairs {
    /// For each mention of the note, the stored one that it is.
    pub(super) stored: Vec<Option<(ItemId, Mention)>>,
    /// The stored ones that the note no longer has.
    pub(super) gone: Vec<(ItemId, Mention)>,
}

/// Ways in which two mentions with one key are alike, the closest first.
const LIKENESSES: [fn(&Mention, &Mention) -> bool; 5] = [
    |stored, read| stored.line == read.line && same_but_for_lines(stored, read),
    same_but_for_lines,
    |stored, read| stored.meeting == read.meeting && stored.status == read.status,
    |stored, read| stored.meeting == read.meeting,
    |_, _| true,
];

/// The stored mentions by their note, with their items.
pub(super) fn stored(known: &Items) -> BTreeMap<&str, Vec<(&Item, &Mention)>> {
    let mut by_note: BTreeMap<&str, Vec<(&Item, &Mention)>> = BTreeMap::new();
    for item in known.iter() {
        for mention in &item.mentions {
            let of_note = by_note.entry(&mention.path).or_default();
            of_note.push((item, mention));
        }
    }
    by_note
}

/// Pairs the mentions of a note with the stored ones of the same path and key: the most alike first, and among equally
/// alike ones the first line with the first. `before` are the stored ones of the note.
pub(super) fn pair(before: &[(&Item, &Mention)], read: &NoteRead) -> Pairs {
    if before.is_empty() {
        return Pairs {
            stored: vec![None; read.mentions.len()],
            gone: Vec::new(),
        };
    }
    let mut left: BTreeMap<Key, Vec<(ItemId, Mention)>> = BTreeMap::new();
    for (item, mention) in before {
        let twins = left.entry(mention.key(&item.series)).or_default();
        twins.push((item.id.clone(), (*mention).clone()));
    }
    for twins in left.values_mut() {
        twins.sort_by_key(|(_, mention)| (mention.line, mention.end_line));
    }
    let keys: Vec<Key> = read
        .mentions
        .iter()
        .map(|mention| mention.key(&read.series))
        .collect();
    let mut stored = vec![None; read.mentions.len()];
    for alike in LIKENESSES {
        for (at, mention) in read.mentions.iter().enumerate() {
            let Some(twins) = left.get_mut(&keys[at]).filter(|_| stored[at].is_none()) else {
                continue;
            };
            if let Some(twin) = twins.iter().position(|(_, twin)| alike(twin, mention)) {
                stored[at] = Some(twins.remove(twin));
            }
        }
    }
    let mut gone: Vec<(ItemId, Mention)> = left.into_values().flatten().collect();
    pair_reworded(read, &mut stored, &mut gone);
    gone.sort_by(|(_, a), (_, b)| a.order(b));
    Pairs { stored, gone }
}

/// Pairs what is left by likeness: a line in other words, or of another owner, keeps its item. The most alike come
/// first.
fn pair_reworded(
    read: &NoteRead,
    stored: &mut [Option<(ItemId, Mention)>],
    gone: &mut Vec<(ItemId, Mention)>,
) {
    let mut likely = Vec::new();
    for (at, mention) in read
        .mentions
        .iter()
        .enumerate()
        .filter(|(at, _)| stored[*at].is_none())
    {
        let words = Words::of(&mention.text);
        for (old, (_, twin)) in gone.iter().enumerate() {
            if twin.meeting != mention.meeting
                || (twin.kind == Kind::Completion) != (mention.kind == Kind::Completion)
            {
                continue;
            }
            let theirs = Words::of(&twin.text);
            let shared = words.all().filter(|word| theirs.has(word)).count();
            let all = words.all().count() + theirs.all().count();
            // In hundredths, so that it can be sorted.
            let alike = (200 * shared).checked_div(all).unwrap_or(0);
            let same_owners = twin.who() == mention.who();
            let enough = match (same_owners, twin.line == mention.line) {
                (true, true) => 25,
                (true, false) => 50,
                (false, true) => 60,
                (false, false) => 80,
            };
            if alike >= enough {
                likely.push((Reverse(alike), twin.line.abs_diff(mention.line), at, old));
            }
        }
    }
    likely.sort_unstable();
    let mut used = BTreeSet::new();
    for (_, _, at, old) in likely {
        if stored[at].is_none() && used.insert(old) {
            stored[at] = Some(gone[old].clone());
        }
    }
    let mut old = 0;
    gone.retain(|_| {
        old += 1;
        !used.contains(&(old - 1))
    });
}

/// Whether nothing but the lines differs, or the ledger's own id.
pub(super) fn same_but_for_lines(stored: &Mention, read: &Mention) -> bool {
    let mut moved = stored.clone();
    moved.id.clone_from(&read.id);
    moved.line = read.line;
    moved.end_line = read.end_line;
    moved == *read
}
