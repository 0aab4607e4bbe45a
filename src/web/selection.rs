//! The items that a filter lets through, in their groups, and what is counted on the way.

use super::filter::{Filter, NOBODY, Order, Show};
use super::index::{Index, Row};
use crate::items::{ItemId, Proposal, State, normal};
use crate::views::count;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a page, or several, are cut from.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The items in order, each with the number of its group.
    pub(super) items: Vec<(ItemId, usize)>,
    /// The groups in order.
    pub(super) groups: Vec<Group>,
    /// What waits for a yes, in order of its meetings.
    pub(super) waiting: Vec<Arc<Proposal>>,
    /// Open, by the other choices of the filter.
    pub(super) open: usize,
    /// Of these, how many were to be done before today.
    pub(super) overdue: usize,
    /// Put off, by the other choices of the filter.
    pub(super) later: usize,
    /// Of the open ones, how many were dealt with on this board today.
    pub(super) looked: usize,
    /// Done since the last meeting before today, the newest first.
    pub(super) done_lately: Vec<ItemId>,
    /// Whoever has something open in the series, by name.
    pub(super) owners: Vec<Owner>,
}

/// Items under one heading.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) title: String,
    pub(super) count: usize,
}

/// Somebody who can be chosen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) name: String,
    pub(super) open: usize,
}

/// How soon an item needs the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// It was to be done before today.
    Overdue,
    /// It is to be done within a week.
    Soon,
    /// Said at three meetings or more, or put off before.
    Long,
    /// Everything else.
    Rest,
}

impl Need {
    pub(super) fn of(row: &Row, today: Date) -> Self {
        let days = row
            .due
            .map(|due| crate::views::when::days_between(today, due));
        match days {
            Some(..0) => Need::Overdue,
            Some(0..=7) => Need::Soon,
            _ if row.carried_long => Need::Long,
            _ => Need::Rest,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Need::Overdue => "Overdue",
            Need::Soon => "Due within a week",
            Need::Long => "Said three times, or put off",
            Need::Rest => "Everything else",
        }
    }
}

/// "Done since the last meeting" is looked for this many days back where no meeting is known, and shows this many.
const LATELY_DAYS: i64 = 14;
const LATELY_MOST: usize = 50;

impl Selection {
    pub(super) fn of(
        index: &Index,
        filter: &Filter,
        today: Date,
        looked: &BTreeSet<ItemId>,
    ) -> Self {
        let words = filter.words();
        let owner = normal(&filter.owner);
        let fits_series =
            |row: &Row| filter.series.is_empty() || row.series == filter.series.as_str();
        let fits = |row: &Row| {
            fits_series(row)
                && (owner.is_empty() || is_owner(row, &owner))
                && words.iter().all(|word| row.words.contains(word.as_str()))
        };
        let show = filter.show();
        let mut found = Self::default();
        let mut chosen: Vec<&Row> = Vec::new();
        let mut owners: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        let mut nobody = 0;
        let mut lately = Vec::new();
        for row in index.rows() {
            let is_open = row.state == State::Open;
            let is_later = is_open && is_put_off(row, index, today);
            if is_open && !is_later && fits_series(row) {
                // One name, one spelling: that of the first item that has it alone.
                for name in &row.owners {
                    let known = owners.entry(name).or_insert((0, ""));
                    known.0 += 1;
                    if known.1.is_empty() && row.owners.len() == 1 {
                        known.1 = &row.group;
                    }
                }
                nobody += usize::from(row.owners.is_empty());
            }
            if !fits(row) {
                continue;
            }
            let is_looked = looked.contains(&row.id);
            let is_on_the_table = (is_open && !is_later) || is_looked;
            found.open += usize::from(is_open && !is_later);
            found.later += usize::from(is_later);
            found.looked += usize::from(is_looked);
            found.overdue +=
                usize::from(is_open && !is_later && Need::of(row, today) == Need::Overdue);
            if row.state == State::Done && !is_looked && is_lately(row, index, today) {
                lately.push(row);
            }
            let is_chosen = match show {
                Show::Open => is_on_the_table,
                Show::Asked => false,
                Show::Later => is_later,
                Show::Done => row.state == State::Done,
                Show::Dropped => row.state == State::Dropped,
                Show::All => true,
            };
            if is_chosen {
                chosen.push(row);
            }
        }
        lately.sort_by_key(|row| (std::cmp::Reverse(row.closed), &row.id));
        let ids = lately.iter().map(|row| row.id.clone());
        found.done_lately = ids.take(LATELY_MOST).collect();
        found.waiting = index
            .waiting()
            .filter(|(_, row)| fits(row))
            .map(|(proposal, _)| Arc::clone(proposal))
            .collect();
        found.owners = owners
            .into_iter()
            .map(|(name, (open, shown))| Owner {
                name: if shown.is_empty() { name } else { shown }.to_owned(),
                open,
            })
            .collect();
        if nobody > 0 {
            found.owners.push(Owner {
                name: NOBODY.to_owned(),
                open: nobody,
            });
        }
        found.group(chosen, filter.order(), today);
        found
    }

    fn group(&mut self, mut chosen: Vec<&Row>, order: Order, today: Date) {
        // A cached key: names are put in lower case once each, not for every comparison.
        match order {
            Order::Owner => chosen.sort_by_cached_key(|row| {
                let of_nobody = row.group.is_empty();
                let name = row.group.to_lowercase();
                (
                    (of_nobody, name),
                    Need::of(row, today),
                    row.due,
                    row.since,
                    &row.id,
                )
            }),
            Order::Need => {
                chosen.sort_by_key(|row| (Need::of(row, today), row.due, row.since, &row.id));
            }
        }
        for row in chosen {
            let title = match order {
                Order::Owner if row.group.is_empty() => "Nobody yet",
                Order::Owner => &row.group,
                Order::Need => Need::of(row, today).title(),
            };
            match self.groups.last_mut() {
                Some(last) if last.title.to_lowercase() == title.to_lowercase() => last.count += 1,
                _ => self.groups.push(Group {
                    title: title.to_owned(),
                    count: 1,
                }),
            }
            self.items.push((row.id.clone(), self.groups.len() - 1));
        }
    }

    /// What it comes to, in a line: "12 open, 3 of them overdue; 2 put off".
    pub(super) fn in_words(&self) -> String {
        let mut words = format!("{} open", self.open);
        if self.overdue > 0 {
            words.push_str(&format!(", {} overdue", self.overdue));
        }
        if !self.waiting.is_empty() {
            words.push_str(&format!(
                ", {} waiting for a yes",
                count(self.waiting.len(), "question")
            ));
        }
        if self.later > 0 {
            words.push_str(&format!("; {} put off", self.later));
        }
        words
    }
}

fn is_owner(row: &Row, owner: &str) -> bool {
    if owner == NOBODY {
        row.owners.is_empty()
    } else {
        row.owners.iter().any(|known| known == owner)
    }
}

fn is_put_off(row: &Row, index: &Index, today: Date) -> bool {
    let last = index.last_said.get(&row.series).copied();
    row.snoozed.is_some_and(|snooze| snooze.holds(today, last))
}

/// Whether it was done after the last meeting before today.
fn is_lately(row: &Row, index: &Index, today: Date) -> bool {
    let Some(closed) = row.closed else {
        return false;
    };
    match index.last_said.get(&row.series) {
        Some(last) if *last < today => closed >= *last,
        _ => crate::views::when::days_between(closed, today) <= LATELY_DAYS,
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, Group, Index, Selection};
    use crate::due::Due;
    use crate::items::{Certainty, Change, Field, Item, ItemId, Kind, Mention, Status};
    use crate::items::{Snooze, State};
    use crate::ledger::{Ledger, Operation};
    use jiff::Timestamp;
    use jiff::civil::{Date, date};
    use std::collections::BTreeSet;

    const TODAY: Date = date(2025, 5, 8);

    fn change(ledger: &mut Ledger, changes: &[Change]) {
        let operation = Operation {
            command: "scan".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        };
        let mut transaction = ledger.begin(&operation).expect("begun");
        transaction.apply(changes).expect("applied");
        transaction.commit().expect("committed");
    }

    fn item(owners: &[&str], text: &str, due: Option<Date>) -> (Item, [Change; 2]) {
        let owners: Vec<String> = owners.iter().map(|owner| (*owner).to_owned()).collect();
        let mention = Mention {
            id: None,
            path: "core/2025-04-24.md".to_owned(),
            line: 3,
            end_line: 3,
            kind: Kind::Task,
            certainty: Certainty::Definite,
            status: Status::Open,
            speaker: None,
            owners: owners.clone(),
            people: Vec::new(),
            text: text.to_owned(),
            due: due.map(|date| Due {
                phrase: "then".to_owned(),
                date: Some(date),
                alternative: None,
            }),
            rule: "box".to_owned(),
            confidence: 1.0,
            quote: text.to_owned(),
            meeting: Some(date(2025, 4, 24)),
        };
        let id = ItemId::from_content("core", "2025-04-24", &owners, text, 0);
        let item = Item::begun_by(id.clone(), "core", &mention);
        let changes = [
            Change::Added { item: item.clone() },
            Change::MentionAdded { id, mention },
        ];
        (item, changes)
    }

    fn titles(selection: &Selection) -> Vec<String> {
        let in_short = |group: &Group| format!("{}: {}", group.title, group.count);
        selection.groups.iter().map(in_short).collect()
    }

    #[test]
    fn groups_counts_and_what_follows() {
        let mut ledger = Ledger::in_memory().expect("a ledger");
        let (late, changes) = item(&["Ana"], "write the guide", Some(date(2025, 5, 1)));
        change(&mut ledger, &changes);
        for (owners, text, due) in [
            (&["ana"][..], "mend the build", None),
            (&["Mirko", "Ana"], "book a room", Some(date(2025, 5, 12))),
            (&[], "pick a date", None),
        ] {
            change(&mut ledger, &item(owners, text, due).1);
        }
        let index = Index::read(&ledger).expect("read");
        let select = |index: &Index, query: &str| {
            index.select(&Filter::parse(query), TODAY, &BTreeSet::new(), 0)
        };
        let all = select(&index, "");
        assert_eq!(titles(&all), ["Ana: 2", "Mirko, Ana: 1", "Nobody yet: 1"]);
        assert_eq!(all.items[0].0, late.id, "what is overdue comes first");
        assert_eq!(all.in_words(), "4 open, 1 overdue");
        let owners: Vec<_> = all.owners.iter().map(|it| (&*it.name, it.open)).collect();
        assert_eq!(owners, [("Ana", 3), ("mirko", 1), ("nobody", 1)]);
        assert_eq!(
            titles(&select(&index, "by=need")),
            ["Overdue: 1", "Due within a week: 1", "Everything else: 2"]
        );
        for (query, expected) in [
            ("owner=ANA", 3),
            ("owner=nobody", 1),
            ("q=ana+build", 1),
            ("q=guide+room", 0),
            ("series=core", 4),
            ("series=docs", 0),
            ("state=done", 0),
            ("state=all", 4),
        ] {
            assert_eq!(select(&index, query).items.len(), expected, "{query}");
        }

        // One is put off, another done; the index follows by the log.
        let closed = late.put(State::Done, Some(TODAY), None);
        let room = all.items[2].0.clone();
        let off = Change::Snoozed {
            id: room.clone(),
            from: None,
            to: Some(Snooze::Day {
                day: date(2025, 6, 1),
            }),
        };
        let pin = late.pin(Field::State).expect("not pinned before");
        change(&mut ledger, &[closed, pin, off]);
        let next = index.follow(&ledger).expect("read");
        let now = select(&next, "");
        assert_eq!(now.in_words(), "2 open; 1 put off");
        assert_eq!(now.done_lately, std::slice::from_ref(&late.id));
        assert_eq!(select(&next, "state=later").items, [(room, 0)]);
        let fresh = Index::read(&ledger).expect("read");
        let ids = |index: &Index| -> Vec<ItemId> { index.rows().map(|it| it.id.clone()).collect() };
        assert_eq!((ids(&next), next.version), (ids(&fresh), fresh.version));
        // What was dealt with today stays in its place.
        let looked = BTreeSet::from([late.id.clone()]);
        let kept = next.select(&Filter::default(), TODAY, &looked, 1);
        assert_eq!(kept.items[0].0, late.id);
        assert_eq!((kept.items.len(), kept.open, kept.looked), (3, 2, 1));
    }
}
