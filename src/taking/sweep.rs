//! Items that nobody has spoken of for long: what is proposed to be dropped.

use crate::items::{Change, Item, ItemId, Proposal, ProposalId, ProposalKind, Reason, State};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// From when on an item is idle: both must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Days since it was last spoken of.
    pub days: u32,
    /// Meetings of its series since then.
    pub meetings: u32,
}

/// The proposals that are to be made and those that are to go, as the item was spoken of again. A proposal that waits
/// or was answered is not made again. `meetings` are the days of all meetings by series, `known` the proposals about
/// these items, decided ones as well.
pub fn sweep(
    items: &[Item],
    meetings: &BTreeMap<String, BTreeSet<Date>>,
    known: &[Proposal],
    idle: Idle,
    today: Date,
) -> Vec<Change> {
    let ids: BTreeSet<&ProposalId> = known.iter().map(|it| &it.id).collect();
    let waiting = |id: &ItemId| {
        let of_it = known
            .iter()
            .filter(move |it| it.item == *id && it.decided.is_none());
        let is_of_its_end =
            |it: &&Proposal| matches!(it.kind, ProposalKind::Finished | ProposalKind::Dropped);
        of_it.filter(is_of_its_end).collect()
    };
    let mut changes = Vec::new();
    for item in items.iter().filter(|it| it.state == State::Open) {
        let reason = reason(item, meetings, idle, today);
        let waiting: Vec<&Proposal> = waiting(&item.id);
        let Some(reason) = reason else {
            let stale = waiting.into_iter().filter(|it| it.is_of_sweep());
            changes.extend(stale.map(|proposal| Change::Withdrawn {
                proposal: proposal.clone(),
            }));
            continue;
        };
        if !waiting.is_empty() {
            continue;
        }
        let proposal = Proposal::of_item(ProposalKind::Dropped, item, reason, "");
        if !ids.contains(&proposal.id) {
            changes.push(Change::Proposed { proposal });
        }
    }
    changes
}

/// Why an item is idle; `None` where it is not.
fn reason(
    item: &Item,
    meetings: &BTreeMap<String, BTreeSet<Date>>,
    idle: Idle,
    today: Date,
) -> Option<Reason> {
    let last = item.last_said()?;
    let is_long =
        |day: Date| (today - day).get_days() >= i32::try_from(idle.days).unwrap_or(i32::MAX);
    // Words may be of a meeting that is still to come.
    let held = || {
        let days = meetings.get(&item.series).into_iter();
        days.flat_map(|days| days.range(..=today))
    };
    let since = held().filter(|day| **day > last).count();
    let since = u32::try_from(since).unwrap_or(u32::MAX);
    let last_meeting = held().next_back().copied();
    let is_snoozed = item
        .snoozed
        .is_some_and(|snooze| snooze.holds(today, last_meeting));
    let is_idle = is_long(last)
        && since >= idle.meetings
        && item.last_due().is_none_or(is_long)
        && !is_snoozed;
    is_idle.then(|| Reason::Idle {
        days: u32::try_from((today - last).get_days()).unwrap_or(0),
        meetings: since,
    })
}
