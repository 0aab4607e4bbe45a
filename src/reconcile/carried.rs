//! Entries of an action list that were carried over from the list before it, in other words.

use super::alike::Owners;
use super::fold::{Fold, Heard};
use super::index::place;
use crate::items::{ItemId, Kind, Mention, ProposalKind, Reason, State};
use std::collections::BTreeSet;

/// How many lines of the list before are looked at where only one side of the entry was carried over.
const BESIDE: u32 = 4;

/// Where an entry stood in the list before: its note and line.
type Place<'m> = (&'m str, u32);

/// Proposes for each new entry of a list that stands beside entries that were carried over the open item that stood in
/// the same place of the list before, where there is only one and this list has it nowhere else.
pub(super) fn propose(fold: &mut Fold<'_>, mentions: &[&Mention], heard: &[Heard]) {
    let list: Vec<(&Mention, &Heard)> = mentions
        .iter()
        .copied()
        .zip(heard)
        .filter(|(mention, _)| mention.kind == Kind::Task)
        .collect();
    let here: BTreeSet<&ItemId> = heard.iter().filter_map(Heard::item).collect();
    let mut found = Vec::new();
    for (at, (mention, became)) in list.iter().enumerate() {
        let Heard::Begins(id) = became else {
            continue;
        };
        let carried = |(other, became): &(&Mention, &Heard)| {
            let close = other.line.abs_diff(mention.line) <= BESIDE;
            became
                .item()
                .filter(|_| close)
                .and_then(|id| place_before(fold, id, other))
        };
        let above = list[..at].iter().rev().find_map(carried);
        let below = list[at + 1..].iter().find_map(carried);
        let (from, to) = match (&above, &below) {
            (Some(above), Some(below)) if above.0 == below.0 => (above.1, below.1),
            (Some(above), None) => (above.1, above.1 + BESIDE),
            (None, Some(below)) => (below.1.saturating_sub(BESIDE), below.1),
            _ => continue,
        };
        let Some((path, ..)) = above.as_ref().or(below.as_ref()) else {
            continue;
        };
        let mut between = fold.index.in_note(path).filter_map(|other| {
            let item = fold.items.get(other)?;
            let stood = item.mentions.iter().find(|it| {
                it.path == *path && it.kind == Kind::Task && (from + 1..to).contains(&it.line)
            })?;
            let fits = item.state == State::Open
                && !here.contains(other)
                && fold.index.owners(mention, item) == Owners::Same;
            fits.then_some((other, stood))
        });
        if let (Some((with, stood)), None) = (between.next(), between.next()) {
            found.push((id.clone(), with.clone(), *mention, stood.clone()));
        }
    }
    for (id, with, mention, stood) in found {
        let owner = mention.who().first().cloned().unwrap_or_default();
        let reasons = vec![Reason::CarriedOver, Reason::SameOwner { owner }];
        let waits = |kind| {
            fold.proposals
                .values()
                .any(|it| it.item == id && it.kind == kind)
        };
        if !waits(ProposalKind::Same) {
            fold.propose(
                ProposalKind::Same,
                &id,
                Some(with),
                mention,
                &stood,
                reasons,
            );
        }
    }
}

/// Where an item stood in the list before that of a mention.
fn place_before<'f>(fold: &'f Fold<'_>, id: &ItemId, mention: &Mention) -> Option<Place<'f>> {
    let lately = fold.index.first_recent(mention)..place(mention);
    let stood = |it: &&Mention| it.kind == Kind::Task && lately.contains(&place(it));
    let before = fold.items.get(id)?.mentions.iter().rfind(stood)?;
    Some((&before.path, before.line))
}
