//! What the board knows of every item without asking the ledger: just enough to choose, to order and to count.
//!
//! The ledger's log says which items have changed since a version, so that an index is brought up to date by reading
//! these alone, however large the ledger is.

use super::filter::Filter;
use super::selection::Selection;
use crate::items::{Item, ItemId, Proposal, Snooze, State, normal};
use crate::ledger::{Filter as Wanted, Ledger, LedgerError};
use crate::views::names;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// What is known of one item.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: ItemId,
    pub(super) series: String,
    /// The owners in their normal form.
    pub(super) owners: Vec<String>,
    /// The owners as they are shown; empty where nobody is to do it.
    pub(super) group: String,
    /// All words that a search looks at, in their normal form.
    pub(super) words: String,
    pub(super) state: State,
    /// The last day on which it is in time, by the later reading.
    pub(super) due: Option<Date>,
    pub(super) since: Option<Date>,
    pub(super) closed: Option<Date>,
    pub(super) snoozed: Option<Snooze>,
    /// Said at three meetings or more, or put off once.
    pub(super) carried_long: bool,
}

impl Row {
    fn of(item: &Item) -> Self {
        let mut words = normal(&item.text);
        for more in item.owners.iter().chain([&item.series]) {
            words.push(' ');
            words.push_str(&normal(more));
        }
        words.push(' ');
        words.push_str(item.id.as_str());
        Self {
            id: item.id.clone(),
            series: item.series.clone(),
            owners: item.owners.iter().map(|owner| normal(owner)).collect(),
            group: if item.owners.is_empty() {
                String::new()
            } else {
                names(&item.owners)
            },
            words,
            state: item.state,
            due: item
                .due
                .as_ref()
                .and_then(|due| due.date.max(due.alternative)),
            since: item.since,
            closed: item.closed,
            snoozed: item.snoozed,
            carried_long: item.times_said() >= 3 || item.times_slipped() > 0,
        }
    }
}

/// The items of a ledger at one version.
#[derive(Debug)]
pub(super) struct Index {
    /// [`Ledger::version`].
    pub(super) version: u64,
    /// In order of their ids.
    rows: Vec<Arc<Row>>,
    /// What waits for a yes, in order of its meetings.
    waiting: Vec<Arc<Proposal>>,
    /// The last day of each series on which anything was said.
    pub(super) last_said: BTreeMap<String, Date>,
    selections: Mutex<HashMap<Key, Arc<Selection>>>,
}

/// What a selection depends on beside the items: the filter without its page, the day, and what was looked at.
type Key = (Filter, Date, u64);

/// Selections are kept up to this number, then forgotten all at once.
const SELECTIONS: usize = 64;

impl Index {
    /// The index of a ledger as it is now.
    pub(super) fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        // The version first: what changes in between is read again with the next.
        let version = ledger.version()?;
        let carried = Wanted {
            carried: true,
            ..Wanted::default()
        };
        let mut rows: Vec<Arc<Row>> = ledger
            .items(&carried)?
            .iter()
            .map(|item| Arc::new(Row::of(item)))
            .collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        let waiting = ledger.proposals()?.into_iter().map(Arc::new).collect();
        Self::made(ledger, version, rows, waiting)
    }

    /// The index brought up to date.
    pub(super) fn follow(&self, ledger: &Ledger) -> Result<Self, LedgerError> {
        let version = ledger.version()?;
        let changed: BTreeSet<ItemId> = ledger.changed_since(self.version)?.into_iter().collect();
        let stays = |row: &&Arc<Row>| !changed.contains(&row.id);
        let mut rows: Vec<Arc<Row>> = self.rows.iter().filter(stays).cloned().collect();
        let stays = |it: &&Arc<Proposal>| !changed.contains(&it.item);
        let mut waiting: Vec<Arc<Proposal>> = self.waiting.iter().filter(stays).cloned().collect();
        for id in &changed {
            if let Some(item) = ledger.item(id)?.filter(Item::is_carried) {
                rows.push(Arc::new(Row::of(&item)));
            }
            let asked = ledger.proposals_of(id)?.into_iter();
            waiting.extend(
                asked
                    .filter(|it| it.decided.is_none() && it.item == *id)
                    .map(Arc::new),
            );
        }
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        waiting.sort_by(|a, b| a.words.order(&b.words).then_with(|| a.id.cmp(&b.id)));
        Self::made(ledger, version, rows, waiting)
    }

    fn made(
        ledger: &Ledger,
        version: u64,
        rows: Vec<Arc<Row>>,
        waiting: Vec<Arc<Proposal>>,
    ) -> Result<Self, LedgerError> {
        let series: BTreeSet<&str> = rows.iter().map(|row| row.series.as_str()).collect();
        let mut last_said = BTreeMap::new();
        for name in series {
            if let Some(day) = ledger.last_note(name)?.and_then(|note| note.meeting) {
                last_said.insert(name.to_owned(), day);
            }
        }
        Ok(Self {
            version,
            rows,
            waiting,
            last_said,
            selections: Mutex::default(),
        })
    }

    /// All items, in order of their ids.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().map(Arc::as_ref)
    }

    /// What is known of an item; nothing where it is not carried.
    pub(super) fn row(&self, id: &ItemId) -> Option<&Row> {
        let at = self.rows.binary_search_by(|row| row.id.cmp(id)).ok()?;
        self.rows.get(at).map(Arc::as_ref)
    }

    /// What waits for a yes about items that are carried, in order of its meetings.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&Arc<Proposal>, &Row)> {
        self.waiting
            .iter()
            .filter_map(|proposal| Some((proposal, self.row(&proposal.item)?)))
    }

    /// What a filter shows. `looked` are the items that were dealt with on this board today, and `looked_version`
    /// a number that grows with them.
    pub(super) fn select(
        &self,
        filter: &Filter,
        today: Date,
        looked: &BTreeSet<ItemId>,
        looked_version: u64,
    ) -> Arc<Selection> {
        let key = (filter.first_page(), today, looked_version);
        let mut kept = self
            .selections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(&key) {
            return Arc::clone(found);
        }
        // Made under the lock: whoever asks for the same meanwhile waits for it instead of making it again.
        let made = Arc::new(Selection::of(self, filter, today, looked));
        if kept.len() >= SELECTIONS {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&made));
        made
    }
}
