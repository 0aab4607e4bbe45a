//! What the board knows of every item without asking the ledger: just enough to choose, to order and to count.
//!
//! The ledger's log says which items have changed since a version, so that an index is brought up to date by reading
//! these alone, and only the shelves of their series are made anew: what a click costs grows neither with the ledger
//! nor with the number of people who look.

use super::filter::Filter;
use super::selection::Selection;
use crate::items::{Item, ItemId, Proposal, Snooze, State, normal};
use crate::ledger::{Filter as Wanted, Ledger, LedgerError, Meetings};
use crate::views::pick::{self, Weight};
use crate::views::{names, one_line};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

/// What is known of one item.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: ItemId,
    /// The owners, by their numbers among [`Index::owners`].
    pub(super) owners: Vec<u32>,
    /// All of them as one title, by its number among [`Index::groups`]; none where nobody is to do it.
    pub(super) group: Option<u32>,
    /// All words that a search looks at, in their normal form.
    pub(super) words: String,
    pub(super) state: State,
    /// What decides its place among others.
    pub(super) weight: Weight,
    pub(super) closed: Option<Date>,
    pub(super) snoozed: Option<Snooze>,
}

/// The items of one series.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    pub(super) series: String,
    /// Where it stands on the day of the index.
    pub(super) meetings: Meetings,
    /// In order of their ids.
    pub(super) rows: Vec<Row>,
}

/// Where a row stands: its shelf, and its place on it.
pub(super) type Spot = (u32, u32);

/// Names, each with its number.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    shown: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    /// The number of a name, given now where it has none. `key` is what makes two spellings one name; shown is the one
    /// that comes first, "Ana" before "ana", whatever came in first.
    fn number(names: &mut Arc<Names>, key: String, shown: &str) -> u32 {
        // Names that are known and well spelled are shared with the index before.
        if let Some(number) = names.find(&key) {
            if shown < names.shown(number) {
                shown.clone_into(&mut Arc::make_mut(names).shown[number as usize]);
            }
            return number;
        }
        let names = Arc::make_mut(names);
        let number = u32::try_from(names.shown.len()).unwrap_or(u32::MAX);
        names.shown.push(shown.to_owned());
        names.numbers.insert(key, number);
        number
    }

    /// The number that a name has.
    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// The name as it is shown.
    pub(super) fn shown(&self, number: u32) -> &str {
        self.shown.get(number as usize).map_or("", String::as_str)
    }

    pub(super) fn len(&self) -> usize {
        self.shown.len()
    }
}

/// An item as a card shows it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) item: Item,
    /// The beginning of its id that no other has.
    pub(super) short: String,
}

/// The items of a ledger at one version.
#[derive(Debug)]
pub(super) struct Index {
    /// [`Ledger::version`].
    pub(super) version: u64,
    /// [`Board::writes`](super::Board::writes) before it was read.
    pub(super) writes: i64,
    /// The day that it was made for.
    pub(super) day: Date,
    /// In order of their series.
    pub(super) shelves: Vec<Arc<Shelf>>,
    pub(super) owners: Arc<Names>,
    pub(super) groups: Arc<Names>,
    /// The place of each group in the order of titles.
    ranks: OnceLock<Vec<u32>>,
    /// What waits for a yes, in order of its meetings.
    waiting: Vec<Arc<Proposal>>,
    /// Items that were shown.
    known: Mutex<HashMap<ItemId, Arc<Known>>>,
    selections: Mutex<HashMap<Key, Arc<OnceLock<Selection>>>>,
}

/// What a selection depends on beside the items: the filter without its page, the day, and what was looked at.
type Key = (Filter, Date, u64);

/// Selections and shown items are kept up to these numbers, then forgotten all at once.
const SELECTIONS: usize = 64;
const KNOWN: usize = 10_000;

impl Index {
    /// The index of a ledger as it is on a day, after so many `writes`.
    pub(super) fn read(ledger: &Ledger, day: Date, writes: i64) -> Result<Self, LedgerError> {
        // The version first: what changes in between is read again with the next.
        let version = ledger.version()?;
        let carried = Wanted {
            carried: true,
            ..Wanted::default()
        };
        let mut index = Self {
            version,
            writes,
            day,
            shelves: Vec::new(),
            owners: Arc::default(),
            groups: Arc::default(),
            ranks: OnceLock::new(),
            waiting: ledger.proposals()?.into_iter().map(Arc::new).collect(),
            known: Mutex::default(),
            selections: Mutex::default(),
        };
        index.put(ledger, &BTreeSet::new(), &ledger.items(&carried)?)?;
        Ok(index)
    }

    /// The index brought up to date, after so many `writes`.
    pub(super) fn follow(&self, ledger: &Ledger, writes: i64) -> Result<Self, LedgerError> {
        let day = self.day;
        let version = ledger.version()?;
        let changed: BTreeSet<ItemId> = ledger.changed_since(self.version)?.into_iter().collect();
        let stays = |it: &&Arc<Proposal>| !changed.contains(&it.item);
        let mut waiting: Vec<Arc<Proposal>> = self.waiting.iter().filter(stays).cloned().collect();
        let mut items = Vec::new();
        for id in &changed {
            items.extend(ledger.item(id)?.filter(Item::is_carried));
            let asked = ledger.proposals_of(id)?.into_iter();
            let asked = asked.filter(|it| it.decided.is_none() && it.item == *id);
            waiting.extend(asked.map(Arc::new));
        }
        waiting.sort_by(|a, b| a.words.order(&b.words).then_with(|| a.id.cmp(&b.id)));
        // A new id can make the short form of another longer.
        let has_new = items.iter().any(|item| self.spot(&item.id).is_none());
        let mut known = super::lock(&self.known).clone();
        if has_new {
            known.clear();
        }
        for id in &changed {
            known.remove(id);
        }
        let mut index = Self {
            version,
            writes,
            day,
            shelves: self.shelves.clone(),
            owners: Arc::clone(&self.owners),
            groups: Arc::clone(&self.groups),
            ranks: OnceLock::new(),
            waiting,
            known: Mutex::new(known),
            selections: Mutex::default(),
        };
        index.put(ledger, &changed, &items)?;
        // A note that was read changes no item, and yet says that a series has met. The board itself reads none, and
        // what a click costs must not grow with the notes.
        let commands = ledger.commands_since(self.version)?;
        let is_clicks = commands
            .iter()
            .all(|it| it.starts_with(super::acts::COMMAND));
        if commands.is_empty() || !is_clicks {
            for shelf in &mut index.shelves {
                let meetings = ledger.meetings(&shelf.series, day)?;
                if meetings != shelf.meetings {
                    Arc::make_mut(shelf).meetings = meetings;
                }
            }
        }
        Ok(index)
    }

    /// Takes some items off the shelves, and puts some on.
    fn put(
        &mut self,
        ledger: &Ledger,
        gone: &BTreeSet<ItemId>,
        items: &[Item],
    ) -> Result<(), LedgerError> {
        let mut by_series: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for item in items {
            let row = self.row_of(item);
            by_series.entry(item.series.clone()).or_default().push(row);
        }
        for shelf in &self.shelves {
            if gone.iter().any(|id| shelf.place(id).is_some()) {
                by_series.entry(shelf.series.clone()).or_default();
            }
        }
        for (series, mut rows) in by_series {
            let at = self
                .shelves
                .binary_search_by(|it| it.series.as_str().cmp(&series));
            if let Ok(at) = at {
                let stays = |row: &&Row| !gone.contains(&row.id);
                rows.extend(self.shelves[at].rows.iter().filter(stays).cloned());
            }
            rows.sort_by(|a, b| a.id.cmp(&b.id));
            let shelf = Arc::new(Shelf {
                meetings: ledger.meetings(&series, self.day)?,
                series,
                rows,
            });
            match at {
                Ok(at) => self.shelves[at] = shelf,
                Err(at) => self.shelves.insert(at, shelf),
            }
        }
        self.shelves.retain(|shelf| !shelf.rows.is_empty());
        Ok(())
    }

    fn row_of(&mut self, item: &Item) -> Row {
        let mut words = normal(&item.what());
        for more in item.owners.iter().chain([&item.series]) {
            words.push(' ');
            words.push_str(&normal(more));
        }
        words.push(' ');
        words.push_str(item.id.as_str());
        Row {
            id: item.id.clone(),
            owners: item
                .owners
                .iter()
                .map(|owner| Names::number(&mut self.owners, normal(owner), &one_line(owner)))
                .collect(),
            group: (!item.owners.is_empty()).then(|| {
                let title = names(&item.owners);
                Names::number(&mut self.groups, title.to_lowercase(), &title)
            }),
            words,
            state: item.state,
            weight: Weight::of(item),
            closed: item.closed,
            snoozed: item.snoozed,
        }
    }

    /// The shelf of a series, or all of them for an empty name; each with its number.
    pub(super) fn shelves_of(&self, series: &str) -> impl Iterator<Item = (u32, &Shelf)> {
        let numbered = (0_u32..).zip(self.shelves.iter().map(Arc::as_ref));
        numbered.filter(move |(_, shelf)| series.is_empty() || shelf.series == series)
    }

    /// What stands at a spot.
    pub(super) fn at(&self, (shelf, row): Spot) -> Option<(&Shelf, &Row)> {
        let shelf = self.shelves.get(shelf as usize)?;
        Some((shelf, shelf.rows.get(row as usize)?))
    }

    /// Where an item stands; nowhere where it is not carried.
    pub(super) fn spot(&self, id: &ItemId) -> Option<Spot> {
        (0_u32..)
            .zip(&self.shelves)
            .find_map(|(shelf, it)| Some((shelf, it.place(id)?)))
    }

    /// The place of each group in the order of titles, whatever their case.
    pub(super) fn ranks(&self) -> &[u32] {
        self.ranks.get_or_init(|| {
            let mut order: Vec<(String, usize)> = (0..self.groups.len())
                .map(|at| (self.groups.shown[at].to_lowercase(), at))
                .collect();
            order.sort();
            let mut ranks = vec![0; order.len()];
            for (rank, (_, at)) in (0_u32..).zip(&order) {
                ranks[*at] = rank;
            }
            ranks
        })
    }

    /// The items with a question about their end that waits for a yes.
    pub(super) fn asked(&self) -> BTreeSet<Spot> {
        let asking = self.waiting.iter().filter(|it| pick::asks_to_close(it));
        asking.filter_map(|it| self.spot(&it.item)).collect()
    }

    /// What waits for a yes about items that are carried, in order of its meetings.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&Arc<Proposal>, &Shelf, &Row)> {
        self.waiting.iter().filter_map(|proposal| {
            let (shelf, row) = self.at(self.spot(&proposal.item)?)?;
            Some((proposal, shelf, row))
        })
    }

    /// An item as a card shows it, from the ledger where it was not shown before; none where it has gone meanwhile.
    pub(super) fn known(
        &self,
        ledger: &Ledger,
        id: &ItemId,
    ) -> Result<Option<Arc<Known>>, LedgerError> {
        if let Some(known) = super::lock(&self.known).get(id) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(item) = ledger.item(id)? else {
            return Ok(None);
        };
        let short = ledger.short(id)?;
        let made = Arc::new(Known { item, short });
        let mut known = super::lock(&self.known);
        // What was read from a later version than this index must not be taken for this one's.
        if ledger.version()? == self.version {
            if known.len() >= KNOWN {
                known.clear();
            }
            known.insert(id.clone(), Arc::clone(&made));
        }
        Ok(Some(made))
    }

    /// What a filter shows. `looked` are the items that were dealt with on this board today, and `looked_version`
    /// a number that grows with them.
    pub(super) fn select(
        &self,
        filter: &Filter,
        today: Date,
        looked: &BTreeSet<ItemId>,
        looked_version: u64,
    ) -> Selected {
        let key = (filter.first_page(), today, looked_version);
        let cell = {
            let mut kept = super::lock(&self.selections);
            if kept.len() >= SELECTIONS && !kept.contains_key(&key) {
                kept.clear();
            }
            Arc::clone(kept.entry(key).or_default())
        };
        // Whoever asks for the same meanwhile waits for it instead of making it again; others do not wait.
        cell.get_or_init(|| Selection::of(self, filter, today, looked));
        Selected(cell)
    }
}

/// A selection that is made.
pub(super) struct Selected(Arc<OnceLock<Selection>>);

impl std::ops::Deref for Selected {
    type Target = Selection;

    fn deref(&self) -> &Selection {
        self.0.get_or_init(Selection::default)
    }
}

impl Shelf {
    /// Whether one of its rows is out of sight on a day.
    pub(super) fn is_snoozed(&self, row: &Row, today: Date) -> bool {
        let last = self.meetings.last;
        row.snoozed.is_some_and(|snooze| snooze.holds(today, last))
    }

    /// The day of the meeting at hand: today, if the series meets today or nobody knows when it will, else the next.
    pub(super) fn meeting(&self, today: Date) -> Date {
        match (self.meetings.last, self.meetings.next) {
            (Some(last), _) if last == today => today,
            (_, Some(next)) => next,
            (_, None) => today,
        }
    }

    fn place(&self, id: &ItemId) -> Option<u32> {
        let at = self.rows.binary_search_by(|row| row.id.cmp(id)).ok()?;
        u32::try_from(at).ok()
    }
}
