//! Which items the next meeting looks at, and in which order.
//!
//! A list of everything is soon looked at by nobody. So a block has a budget: first what cannot wait, then what is
//! fresh, and the rest is a number.

use crate::items::{Item, ItemId, Proposal, ProposalKind, State};
use jiff::ToSpan;
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
    /// Those to look at, in order.
    pub items: Vec<Picking<'a>>,
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

impl Picked<'_> {
    /// How many are open, listed or not.
    pub fn open(&self) -> usize {
        self.items.len() + self.more + self.snoozed + self.later
    }
}

/// An item that is listed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Picking<'a> {
    /// Why it comes where it comes.
    pub need: Need,
    /// The item.
    pub item: &'a Item,
    /// The proposal to close it, where one waits.
    pub asked: Option<&'a Proposal>,
}

/// Why an item comes where it comes; what is earlier here comes earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Its due date has passed.
    Overdue,
    /// It is due by the meeting.
    Due,
    /// It was said at three meetings, or put off.
    Carried,
    /// It waits for a yes to close it.
    Asked,
    /// Everything else, the last spoken of first.
    Rest,
    /// It is due only in [`FAR`] days or later.
    Later,
    /// Nobody has spoken of it for [`IDLE`] days, nor is it due.
    Idle,
}

impl Need {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Need::Overdue => "overdue",
            Need::Due => "due",
            Need::Carried => "carried",
            Need::Asked => "asked",
            Need::Rest => "rest",
            Need::Later => "later",
            Need::Idle => "idle",
        }
    }
}

/// What the order of items is made of: all of an item that has to be known for it.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    /// The first day on which it may be due.
    first_due: Option<Date>,
    /// The last day on which it is in time.
    last_due: Option<Date>,
    /// "By next meeting".
    is_for_next_meeting: bool,
    last_said: Option<Date>,
    since: Option<Date>,
    /// Said at three meetings or more, or put off.
    is_carried_long: bool,
}

/// The days that items are held against.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    today: Date,
    meeting: Date,
    /// What is first due on this day or later is due in [`FAR`] days or later.
    far: Date,
    /// What was last spoken of on this day or before was not for [`IDLE`] days.
    idle: Date,
}

impl Days {
    /// Those of a day, for the meeting of the same or a later day.
    pub fn new(today: Date, meeting: Date) -> Self {
        Self {
            today,
            meeting,
            far: meeting.saturating_add(FAR.days()),
            idle: meeting.saturating_sub(IDLE.days()),
        }
    }
}

/// A place in the order of items: the need, then the last spoken of, then the oldest.
pub type Place = (Need, Reverse<Option<Date>>, Option<Date>);

impl Weight {
    /// That of an item.
    pub fn of(item: &Item) -> Self {
        let due = item.due.as_ref();
        Self {
            first_due: due.and_then(|due| due.date.into_iter().chain(due.alternative).min()),
            last_due: item.last_due(),
            is_for_next_meeting: due.is_some_and(|due| due.is_next_meeting()),
            last_said: item.last_said(),
            since: item.since,
            is_carried_long: item.times_said() >= 3 || item.times_slipped() > 0,
        }
    }

    /// Where it comes among others. `asked` says that it waits for a yes: see [`asks_to_close`].
    pub fn place(&self, asked: bool, days: &Days) -> Place {
        let last = self.last_said.max(self.last_due);
        let need = if last.is_some_and(|last| last <= days.idle) {
            Need::Idle
        } else if self.is_overdue(days.today) {
            Need::Overdue
        } else if self.is_due_by(days.meeting) {
            Need::Due
        } else if self.first_due >= Some(days.far) && !asked {
            Need::Later
        } else if self.is_carried_long {
            Need::Carried
        } else if asked {
            Need::Asked
        } else {
            Need::Rest
        };
        (need, Reverse(self.last_said), self.since)
    }

    /// Whether its due date, by the later reading, has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.last_due.is_some_and(|due| due < today)
    }

    /// Whether it is due by a meeting; "by next meeting", as it was last said before, means that one.
    fn is_due_by(&self, meeting: Date) -> bool {
        let is_for = self.is_for_next_meeting && self.last_said.is_none_or(|said| said < meeting);
        is_for || self.last_due.is_some_and(|due| due <= meeting)
    }
}

/// Picks from the items of one series.
pub fn pick<'a>(items: &'a [Item], table: &Table<'a>) -> Picked<'a> {
    let mut asked: BTreeMap<&ItemId, &Proposal> = BTreeMap::new();
    for proposal in table.proposals.iter().filter(|it| asks_to_close(it)) {
        asked.entry(&proposal.item).or_insert(proposal);
    }
    let days = Days::new(table.meeting, table.meeting);
    let mut picked = Picked::default();
    let mut open = Vec::new();
    for item in items {
        let since_then = table.previous.is_some_and(|day| item.closed >= Some(day))
            && item.closed <= Some(table.meeting);
        match item.state {
            State::Done if since_then => picked.done.push(item),
            State::Dropped if since_then => picked.dropped += 1,
            State::Done | State::Dropped => {}
            State::Open => {
                let asked = asked.get(&item.id).copied();
                let place = Weight::of(item).place(asked.is_some(), &days);
                open.push((
                    place,
                    Picking {
                        need: place.0,
                        item,
                        asked,
                    },
                ));
            }
        }
    }
    picked
        .done
        .sort_by_key(|item| (Reverse(item.closed), &item.id));
    open.retain(|(_, Picking { need, item, .. })| {
        let is_snoozed = item
            .snoozed
            .is_some_and(|snooze| snooze.holds(table.meeting, Some(table.meeting)));
        let is_far = *need == Need::Later;
        let counted = !table.keep.contains(&item.id) && (is_snoozed || is_far);
        if counted && is_snoozed {
            picked.snoozed += 1;
        } else if counted {
            picked.later += 1;
        }
        !counted
    });
    open.sort_by_key(|(place, it)| (*place, &it.item.id));
    let mut room = table.budget;
    for (_, it) in open {
        if room > 0 || table.keep.contains(&it.item.id) {
            room = room.saturating_sub(1);
            picked.items.push(it);
        } else {
            picked.more += 1;
            picked.idle += usize::from(it.need == Need::Idle);
        }
    }
    picked
}

/// Whether a proposal waits that would close its item, and does so for another reason than that nobody speaks of it.
pub fn asks_to_close(proposal: &Proposal) -> bool {
    let is_of_its_end = matches!(
        proposal.kind,
        ProposalKind::Finished | ProposalKind::Dropped
    );
    proposal.decided.is_none() && is_of_its_end && !proposal.is_of_sweep()
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
            texts(items.into_iter().map(|it| it.item).collect()),
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
