//! The items that a filter lets through, in their groups, and what is counted on the way.

use super::filter::{Filter, NOBODY, Order, Show};
use super::index::{Index, Row, Shelf, Spot};
use crate::items::{ItemId, Proposal, State, normal};
use crate::views::pick::{Days, Need, Place};
use crate::views::{count, when};
use jiff::civil::Date;
use memchr::memmem::Finder;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a page, or several, are cut from.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The items in order, each with the number of its group.
    pub(super) items: Vec<(Spot, u32)>,
    /// The groups in order.
    pub(super) groups: Vec<Group>,
    /// What waits for a yes, in order of its meetings.
    pub(super) waiting: Vec<Arc<Proposal>>,
    /// Open, by the other choices of the filter.
    pub(super) open: usize,
    /// Of these, how many were to be done before today.
    pub(super) overdue: usize,
    /// Snoozed, by the other choices of the filter.
    pub(super) later: usize,
    /// How many were dealt with on this board today.
    pub(super) looked: usize,
    /// Done since the last meeting before today, the newest first.
    pub(super) done_lately: Vec<Spot>,
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

/// The heading over the items of one need.
fn heading(need: Need) -> &'static str {
    match need {
        Need::Overdue => "Overdue",
        Need::Due => "Due by this meeting",
        Need::Carried => "Said three times, or put off",
        Need::Asked => "Waiting for a yes",
        Need::Rest => "Everything else",
        Need::Later => "Due in a month or later",
        Need::Idle => "Not spoken of for half a year",
    }
}

/// What items are put in order by. The first decides the group: the rank of its title, or nothing where the need does.
/// Within a group they stand as on the agenda.
type Chosen = (u32, Place, Spot);

/// "Done since the last meeting" is looked for this many days back where no meeting is known, and shows this many.
const LATELY_DAYS: i64 = 14;
const LATELY_MOST: usize = 50;

/// A filter in the index's own numbers.
struct Test {
    /// Nobody chosen, somebody by their number, or somebody whom nobody knows.
    owner: Option<Choice>,
    /// Made once for all rows.
    words: Vec<Finder<'static>>,
}

enum Choice {
    Nobody,
    Number(u32),
    Unknown,
}

impl Test {
    fn of(index: &Index, filter: &Filter) -> Self {
        let owner = match normal(&filter.owner).as_str() {
            "" => None,
            NOBODY => Some(Choice::Nobody),
            name => Some(
                index
                    .owners
                    .find(name)
                    .map_or(Choice::Unknown, Choice::Number),
            ),
        };
        Self {
            owner,
            words: filter
                .words()
                .iter()
                .map(|word| Finder::new(word).into_owned())
                .collect(),
        }
    }

    fn fits(&self, row: &Row) -> bool {
        let is_owner = match self.owner {
            None => true,
            Some(Choice::Nobody) => row.owners.is_empty(),
            Some(Choice::Number(number)) => row.owners.contains(&number),
            Some(Choice::Unknown) => false,
        };
        is_owner
            && self
                .words
                .iter()
                .all(|word| word.find(row.words.as_bytes()).is_some())
    }
}

impl Selection {
    pub(super) fn of(
        index: &Index,
        filter: &Filter,
        today: Date,
        looked: &BTreeSet<ItemId>,
    ) -> Self {
        let test = Test::of(index, filter);
        let show = filter.show();
        let looked: BTreeSet<Spot> = looked.iter().filter_map(|id| index.spot(id)).collect();
        let asked = index.asked();
        let mut found = Self::default();
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut open_of = vec![0; index.owners.len()];
        let mut of_nobody = 0;
        let mut lately: Vec<(Reverse<Option<Date>>, Spot)> = Vec::new();
        for (shelf, it) in index.shelves_of(&filter.series) {
            let days = Days::new(today, it.meeting(today));
            for (at, row) in (0_u32..).zip(&it.rows) {
                let spot = (shelf, at);
                let is_open = row.state == State::Open;
                let is_later = is_open && it.is_snoozed(row, today);
                if is_open && !is_later {
                    for owner in &row.owners {
                        open_of[*owner as usize] += 1;
                    }
                    of_nobody += usize::from(row.owners.is_empty());
                }
                if !test.fits(row) {
                    continue;
                }
                let is_looked = looked.contains(&spot);
                let is_overdue = is_open && row.weight.is_overdue(today);
                found.open += usize::from(is_open && !is_later);
                found.overdue += usize::from(is_overdue && !is_later);
                found.later += usize::from(is_later);
                found.looked += usize::from(is_looked);
                if row.state == State::Done && !is_looked && is_lately(row, it, today) {
                    lately.push((Reverse(row.closed), spot));
                }
                let is_chosen = match show {
                    Show::Open => (is_open && !is_later) || is_looked,
                    Show::Asked => false,
                    Show::Later => is_later,
                    Show::Done => row.state == State::Done,
                    Show::Dropped => row.state == State::Dropped,
                    Show::All => true,
                };
                if is_chosen {
                    let rank = match (filter.order(), row.group) {
                        (Order::Need, _) => 0,
                        (Order::Owner, None) => u32::MAX,
                        (Order::Owner, Some(group)) => index.ranks()[group as usize],
                    };
                    let place = row.weight.place(asked.contains(&spot), &days);
                    chosen.push((rank, place, spot));
                }
            }
        }
        lately.sort_unstable();
        let spots = lately.into_iter().map(|(_, spot)| spot);
        found.done_lately = spots.take(LATELY_MOST).collect();
        found.waiting = index
            .waiting()
            .filter(|(_, shelf, row)| {
                (filter.series.is_empty() || shelf.series == filter.series) && test.fits(row)
            })
            .map(|(proposal, ..)| Arc::clone(proposal))
            .collect();
        found.name_owners(index, &open_of, of_nobody);
        chosen.sort_unstable();
        found.group(index, &chosen, filter.order());
        found
    }

    fn name_owners(&mut self, index: &Index, open_of: &[usize], of_nobody: usize) {
        let mut owners: Vec<Owner> = (0_u32..)
            .zip(open_of)
            .filter(|(_, open)| **open > 0)
            .map(|(number, open)| Owner {
                name: index.owners.shown(number).to_owned(),
                open: *open,
            })
            .collect();
        owners.sort_by_cached_key(|owner| owner.name.to_lowercase());
        if of_nobody > 0 {
            owners.push(Owner {
                name: NOBODY.to_owned(),
                open: of_nobody,
            });
        }
        self.owners = owners;
    }

    fn group(&mut self, index: &Index, chosen: &[Chosen], order: Order) {
        let same = |a: &Chosen, b: &Chosen| match order {
            Order::Owner => a.0 == b.0,
            Order::Need => a.1.0 == b.1.0,
        };
        for (number, places) in (0_u32..).zip(chosen.chunk_by(same)) {
            let first = places.first();
            let row = first.and_then(|place| index.at(place.2));
            let title = match (order, row.and_then(|(_, row)| row.group)) {
                (Order::Owner, None) => "Nobody yet",
                (Order::Owner, Some(group)) => index.groups.shown(group),
                (Order::Need, _) => first.map_or("", |place| heading(place.1.0)),
            };
            self.groups.push(Group {
                title: title.to_owned(),
                count: places.len(),
            });
            self.items
                .extend(places.iter().map(|place| (place.2, number)));
        }
    }

    /// What it comes to, in a line: "12 open, 3 overdue; 2 snoozed".
    pub(super) fn in_words(&self) -> String {
        let mut words = format!("{} open", self.open);
        if self.overdue > 0 {
            words.push_str(&format!(", {} overdue", self.overdue));
        }
        if !self.waiting.is_empty() {
            let questions = count(self.waiting.len(), "question");
            words.push_str(&format!(", {questions} waiting for a yes"));
        }
        if self.later > 0 {
            words.push_str(&format!("; {} snoozed", self.later));
        }
        words
    }
}

/// Whether it was done after the last meeting before today.
fn is_lately(row: &Row, shelf: &Shelf, today: Date) -> bool {
    let Some(closed) = row.closed else {
        return false;
    };
    match shelf.meetings.last {
        Some(last) if last < today => closed >= last,
        _ => when::days_between(closed, today) <= LATELY_DAYS,
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
            who: None,
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
            topic: None,
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
        let index = Index::read(&ledger, TODAY, 0).expect("read");
        let select = |index: &Index, query: &str| {
            index.select(&Filter::parse(query), TODAY, &BTreeSet::new(), 0)
        };
        let all = select(&index, "");
        assert_eq!(titles(&all), ["Ana: 2", "Mirko, Ana: 1", "Nobody yet: 1"]);
        let id = |index: &Index, spot| index.at(spot).map(|(_, row)| row.id.clone());
        let first = id(&index, all.items[0].0);
        assert_eq!(
            first.as_ref(),
            Some(&late.id),
            "what is overdue comes first"
        );
        assert_eq!(all.in_words(), "4 open, 1 overdue");
        let owners: Vec<_> = all.owners.iter().map(|it| (&*it.name, it.open)).collect();
        assert_eq!(owners, [("Ana", 3), ("Mirko", 1), ("nobody", 1)]);
        assert_eq!(
            titles(&select(&index, "by=need")),
            ["Overdue: 1", "Everything else: 3"]
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

        // One is snoozed, another done; the index follows by the log.
        let closed = late.put(State::Done, Some(TODAY), None);
        let room = id(&index, all.items[2].0).expect("an item");
        let off = Change::Snoozed {
            id: room.clone(),
            from: None,
            to: Some(Snooze::Day {
                day: date(2025, 6, 1),
            }),
        };
        let pin = late.pin(Field::State).expect("not pinned before");
        change(&mut ledger, &[closed, pin, off]);
        let next = index.follow(&ledger, 1).expect("read");
        let now = select(&next, "");
        assert_eq!(now.in_words(), "2 open; 1 snoozed");
        assert_eq!(id(&next, now.done_lately[0]).as_ref(), Some(&late.id));
        let off = select(&next, "state=later");
        assert_eq!(id(&next, off.items[0].0), Some(room));
        let fresh = Index::read(&ledger, TODAY, 0).expect("read");
        let ids = |index: &Index| -> Vec<ItemId> {
            let shelves = index.shelves_of("");
            shelves
                .flat_map(|(_, shelf)| shelf.rows.iter().map(|row| row.id.clone()))
                .collect()
        };
        assert_eq!((ids(&next), next.version), (ids(&fresh), fresh.version));
        // What was dealt with today stays in its place.
        let looked = BTreeSet::from([late.id.clone()]);
        let kept = next.select(&Filter::default(), TODAY, &looked, 1);
        assert_eq!(id(&next, kept.items[0].0).as_ref(), Some(&late.id));
        assert_eq!((kept.items.len(), kept.open, kept.looked), (3, 2, 1));
    }
}
