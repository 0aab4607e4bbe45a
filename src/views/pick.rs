//! Which items the next meeting looks at, and in which order.
//!
//! A list of everything is soon looked at by nobody. So a block has a budget: first what cannot wait, then what is
//! fresh, and the rest is a number.

use super::when;
use crate::items::{Item, ItemId, Proposal, ProposalKind, State};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many days ahead a due must be for its item to be counted and not listed.
pub const FAR: i64 = 30;
/// How many days after it was last spoken of an item comes after all others.
pub const IDLE: i64 = 180;

/// What is known of the run of meetings, beside its items.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// The day of the meeting that the items are picked for.
    pub meeting: Date,
    /// The day of the meeting before it, where there was one.
    pub previous: Option<Date>,
    /// What waits for a yes.
    pub proposals: &'a [Proposal],
    /// How many items are listed.
    pub budget: usize,
    /// Items that are listed in any case: people have written something under their entries.
    pub keep: &'a BTreeSet<ItemId>,
}

/// The items for a meeting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picked<'a> {
    /// Those to look at, in order, each with the proposal to close it where one waits.
    pub items: Vec<(&'a Item, Option<&'a Proposal>)>,
    /// How many more are open, beyond the budget.
    pub more: usize,
    /// How many of these nobody has spoken of for [`IDLE`] days.
    pub idle: usize,
    /// How many are out of sight for a while.
    pub snoozed: usize,
    /// How many are due only in [`FAR`] days or later.
    pub later: usize,
    /// Those done since the meeting before, the latest first.
    pub done: Vec<&'a Item>,
    /// How many were dropped since then.
    pub dropped: usize,
}

/// Why an item comes where it comes; what is earlier here comes earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Overdue,
    DueNow,
    Carried,
    Asked,
    Rest,
    Idle,
}

/// Picks from the items of one series.
pub fn pick<'a>(items: &'a [Item], table: &Table<'a>) -> Picked<'a> {
    let mut asked: BTreeMap<&ItemId, &Proposal> = BTreeMap::new();
    for proposal in table.proposals.iter().filter(|it| closes(it)) {
        asked.entry(&proposal.item).or_insert(proposal);
    }
    let mut picked = Picked::default();
    let mut open = Vec::new();
    for item in items {
        let since_then = table.previous.is_some_and(|day| item.closed >= Some(day))
            && item.closed <= Some(table.meeting);
        match item.state {
            State::Done if since_then => picked.done.push(item),
            State::Dropped if since_then => picked.dropped += 1,
            State::Done | State::Dropped => {}
            State::Open => open.push((item, asked.get(&item.id).copied())),
        }
    }
    picked
        .done
        .sort_by_key(|item| (Reverse(item.closed), &item.id));
    open.retain(|(item, ask)| {
        let kept = table.keep.contains(&item.id);
        let is_snoozed = item
            .snoozed
            .is_some_and(|snooze| snooze.holds(table.meeting, Some(table.meeting)));
        let is_far =
            first_due(item).is_some_and(|due| when::days_between(table.meeting, due) >= FAR);
        let counted = !kept && (is_snoozed || (is_far && ask.is_none()));
        if counted && is_snoozed {
            picked.snoozed += 1;
        } else if counted {
            picked.later += 1;
        }
        !counted
    });
    open.sort_by_cached_key(|(item, ask)| {
        (
            rank(item, *ask, table.meeting),
            Reverse(item.last_said()),
            item.since,
            item.id.clone(),
        )
    });
    let mut room = table.budget;
    for (item, ask) in open {
        if room > 0 || table.keep.contains(&item.id) {
            room = room.saturating_sub(1);
            picked.items.push((item, ask));
        } else {
            picked.more += 1;
            picked.idle += usize::from(is_idle(item, table.meeting));
        }
    }
    picked
}

/// Whether a proposal would close its item, and does so for another reason than that nobody speaks of it.
fn closes(proposal: &Proposal) -> bool {
    let is_of_its_end = matches!(
        proposal.kind,
        ProposalKind::Finished | ProposalKind::Dropped
    );
    proposal.decided.is_none() && is_of_its_end && !proposal.is_of_sweep()
}

fn rank(item: &Item, ask: Option<&Proposal>, meeting: Date) -> Rank {
    // "By next meeting" was said at an earlier one.
    let is_next_time = item.due.as_ref().is_some_and(|due| due.is_next_meeting());
    let is_due_now = item.last_due().is_some_and(|due| due <= meeting) || is_next_time;
    if is_idle(item, meeting) {
        Rank::Idle
    } else if when::is_overdue(item, meeting) {
        Rank::Overdue
    } else if is_due_now {
        Rank::DueNow
    } else if item.times_said() >= 3 || item.times_slipped() > 0 {
        Rank::Carried
    } else if ask.is_some() {
        Rank::Asked
    } else {
        Rank::Rest
    }
}

/// Whether nobody has spoken of it for long, nor is it due.
fn is_idle(item: &Item, meeting: Date) -> bool {
    let last = item.last_said().max(item.last_due());
    last.is_some_and(|last| when::days_between(last, meeting) >= IDLE)
}

fn first_due(item: &Item) -> Option<Date> {
    let due = item.due.as_ref()?;
    due.date.into_iter().chain(due.alternative).min()
}

#[cfg(test)]
mod tests {
    use super::{Picked, Table, pick};
    use crate::due::Due;
    use crate::items::{Item, Snooze, State};
    use crate::views::testing::{item, mention};
    use jiff::civil::{Date, date};
    use std::collections::BTreeSet;

    fn due(phrase: &str, day: Option<Date>) -> Option<Due> {
        Some(Due {
            phrase: phrase.to_owned(),
            date: day,
            alternative: None,
        })
    }

    fn of(text: &str, change: impl FnOnce(&mut Item)) -> Item {
        let mut item = item(&["Ana"], text, date(2025, 4, 24));
        change(&mut item);
        item
    }

    fn picked(items: &[Item], budget: usize, keep: &[&str]) -> String {
        let keep: BTreeSet<_> = items
            .iter()
            .filter(|item| keep.contains(&item.text.as_str()))
            .map(|item| item.id.clone())
            .collect();
        let table = Table {
            meeting: date(2025, 5, 8),
            previous: Some(date(2025, 4, 24)),
            proposals: &[],
            budget,
            keep: &keep,
        };
        let Picked {
            items,
            more,
            idle,
            snoozed,
            later,
            done,
            dropped,
        } = pick(items, &table);
        let texts = |items: Vec<&Item>| {
            let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
            texts.join(", ")
        };
        format!(
            "{} | {more} more, {idle} idle, {snoozed} snoozed, {later} later | {} | {dropped}",
            texts(items.into_iter().map(|(item, _)| item).collect()),
            texts(done),
        )
    }

    fn all() -> Vec<Item> {
        let said = |path: &str| mention(path, 3);
        vec![
            of("rest", |_| {}),
            of("carried", |it| {
                it.mentions.push(said("notes/core/2025/core-04-10.md"));
                it.mentions.push(said("notes/core/2025/core-03-27.md"));
            }),
            of("now", |it| {
                it.due = due("by 8 May", Some(date(2025, 5, 8)));
            }),
            of("next", |it| {
                it.due = due("for the next meeting", None);
            }),
            of("overdue", |it| {
                it.due = due("by May", Some(date(2025, 5, 1)));
            }),
            of("far", |it| {
                it.due = due("by July", Some(date(2025, 7, 1)));
            }),
            of("snoozed", |it| {
                it.snoozed = Some(Snooze::Day {
                    day: date(2025, 5, 9),
                });
            }),
            of("back", |it| {
                it.snoozed = Some(Snooze::NextMeeting {
                    after: date(2025, 5, 1),
                });
            }),
            of("idle", |it| {
                it.since = Some(date(2024, 1, 4));
                it.mentions.clear();
                it.due = due("by May", Some(date(2024, 5, 1)));
            }),
            of("done", |it| {
                (it.state, it.closed) = (State::Done, Some(date(2025, 4, 25)));
            }),
            of("done long ago", |it| {
                (it.state, it.closed) = (State::Done, Some(date(2025, 4, 23)));
            }),
            of("dropped", |it| {
                (it.state, it.closed) = (State::Dropped, Some(date(2025, 4, 25)));
            }),
        ]
    }

    #[test]
    fn what_cannot_wait_comes_first() {
        let all = all();
        insta::assert_snapshot!(picked(&all, 12, &[]), @"overdue, now, next, carried, rest, back, idle | 0 more, 0 idle, 1 snoozed, 1 later | done | 1");
        insta::assert_snapshot!(picked(&all, 2, &["far", "idle"]), @"overdue, now, far, idle | 4 more, 0 idle, 1 snoozed, 0 later | done | 1");
        insta::assert_snapshot!(picked(&[], 2, &[]), @" | 0 more, 0 idle, 0 snoozed, 0 later |  | 0");
    }
}
