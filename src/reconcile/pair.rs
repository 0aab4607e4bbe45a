//! Which mention of a note is which of those that were stored when it was read before.

use super::NoteRead;
use crate::items::{ItemId, Items, Key, Mention};
use std::collections::BTreeMap;

/// The mentions of a note beside the stored ones.
pub(super) struct Pairs {
    /// For each mention of the note, the stored one that it is.
    pub(super) stored: Vec<Option<(ItemId, Mention)>>,
    /// The stored ones that the note no longer has.
    pub(super) gone: Vec<(ItemId, Mention)>,
}

/// Ways in which two mentions with one key are alike, the closest first.
const LIKENESSES: [fn(&Mention, &Mention) -> bool; 5] = [
    |stored, read| stored == read,
    same_but_for_lines,
    |stored, read| stored.meeting == read.meeting && stored.status == read.status,
    |stored, read| stored.meeting == read.meeting,
    |_, _| true,
];

/// Pairs the mentions of a note with the stored ones of the same path and key: the most alike first, and among equally
/// alike ones the first line with the first.
pub(super) fn pair(known: &Items, read: &NoteRead) -> Pairs {
    let mut left: BTreeMap<Key, Vec<(ItemId, Mention)>> = BTreeMap::new();
    for item in known.iter() {
        for mention in item.mentions.iter().filter(|it| it.path == read.path) {
            let twins = left.entry(mention.key(&item.series)).or_default();
            twins.push((item.id.clone(), mention.clone()));
        }
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
    gone.sort_by(|(_, a), (_, b)| a.order(b));
    Pairs { stored, gone }
}

/// Whether nothing but the lines differs.
pub(super) fn same_but_for_lines(stored: &Mention, read: &Mention) -> bool {
    let mut moved = stored.clone();
    moved.line = read.line;
    moved.end_line = read.end_line;
    moved == *read
}
