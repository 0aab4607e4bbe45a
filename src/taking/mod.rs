//! Taking what notes and people say into the ledger: what `scan` does once it has read notes, and what every command
//! and page does that decides something about their mentions.

mod edit;
mod sweep;
mod waiting;
mod who;

pub use edit::{accept, join, name, names, reject, set_due, set_owners, set_text, snooze, split};
pub use sweep::{Idle, sweep};
pub use waiting::{Waiting, waiting};
pub use who::{By, Directory, Named, Person, Unknown, directory};

use crate::items::{
    Change, Field, Home, ItemId, Mark, Proposal, ProposalId, ProposalKind, Reason, State,
};
use crate::ledger::{LedgerError, NoteRow, Transaction};
use crate::reconcile::{Edit, NoteRead, Outcome, Plan, Tick, plan};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

/// A note that was read.
pub struct Fresh {
    /// What it says.
    pub read: NoteRead,
    /// What is kept of the file itself, to know it again.
    pub row: NoteRow,
}

/// What came of one note.
#[derive(Default)]
pub struct News {
    /// The note.
    pub path: String,
    /// What became of each of its mentions.
    pub outcomes: Vec<Outcome>,
    /// Boxes of its block whose items are not known.
    pub unknown_ticks: Vec<Tick>,
    /// The items whose state has changed.
    pub set: Vec<(ItemId, State)>,
    /// What people have changed about entries of the block, but for their boxes.
    pub edited: Vec<(ItemId, Field)>,
    /// What newly waits for a yes.
    pub proposals: Vec<Proposal>,
}

/// Takes notes into the ledger, and out of it those that are missing. `before` are the notes as they were known.
///
/// All notes of a series are one plan, so that what was said first is heard first whatever they are called.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn take(
    transaction: &mut Transaction<'_>,
    fresh: &[Fresh],
    missing: &[NoteRow],
    before: &BTreeMap<String, NoteRow>,
) -> Result<Vec<News>, LedgerError> {
    let renamed = renamed(fresh, missing, before);
    for (old, new) in &renamed {
        rename(transaction, old, new)?;
    }
    let mut reads: BTreeMap<&str, Vec<NoteRead>> = BTreeMap::new();
    let mut rows: BTreeMap<&str, &NoteRow> = BTreeMap::new();
    for note in fresh {
        reads
            .entry(&note.read.series)
            .or_default()
            .push(note.read.clone());
        rows.insert(&note.read.path, &note.row);
    }
    for row in missing
        .iter()
        .filter(|row| !renamed.contains_key(row.path.as_str()))
    {
        reads.entry(&row.series).or_default().push(silent(row));
    }
    // What a note has said in another series is taken out of that one, after it was taken into its new one with its ids.
    let mut moved: BTreeMap<&str, Vec<NoteRead>> = BTreeMap::new();
    for note in fresh {
        if let Some(row) = before
            .get(&note.read.path)
            .filter(|row| row.series != note.read.series)
        {
            moved.entry(&row.series).or_default().push(silent(row));
        }
    }
    let mut news: BTreeMap<String, News> = BTreeMap::new();
    let is_moved = |read: &NoteRead| {
        rows.get(read.path.as_str())
            .is_some_and(|row| row.series != read.series)
    };
    make_each(
        transaction,
        reads.values().chain(moved.values()),
        |transaction, plan| {
            for read in &plan.reads {
                match rows.get(read.path.as_str()) {
                    Some(row) if !is_moved(read) => transaction.set_note(row, read)?,
                    Some(_) => {}
                    None => transaction.forget_note(&read.path)?,
                }
            }
            tell(plan, &mut news);
            Ok(())
        },
    )?;
    let mut order: Vec<News> = Vec::new();
    let days: BTreeMap<&str, _> = fresh
        .iter()
        .map(|it| (it.read.path.as_str(), it.read.meeting))
        .collect();
    order.extend(news.into_values());
    order.sort_by(|a, b| {
        let key = |news: &News| (days.get(news.path.as_str()).copied(), news.path.clone());
        // What is missing comes last.
        (key(a).0.is_none(), key(a)).cmp(&(key(b).0.is_none(), key(b)))
    });
    Ok(order)
}

/// Keeps what a person says to a proposal, and does what follows from it.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn decide(
    transaction: &mut Transaction<'_>,
    id: &ProposalId,
    yes: bool,
    today: Date,
) -> Result<(), LedgerError> {
    decide_all(transaction, std::slice::from_ref(id), yes, today)
}

/// The same answer to several proposals; notes are heard again once, whatever their number.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn decide_all(
    transaction: &mut Transaction<'_>,
    ids: &[ProposalId],
    yes: bool,
    today: Date,
) -> Result<(), LedgerError> {
    let mut paths = BTreeSet::new();
    for id in ids {
        let Some(proposal) = transaction.proposal(id)? else {
            continue;
        };
        let changes = decision(transaction, &proposal, yes, today)?;
        transaction.apply(&changes)?;
        if yes && proposal.kind == ProposalKind::Unlinked {
            for url in issues_of(&proposal) {
                transaction.set_refused(&proposal.item, url, true)?;
                transaction.forget_followed(url)?;
            }
        }
        paths.insert(proposal.words.path);
    }
    hear_again(transaction, &paths)
}

/// What follows from an answer.
fn decision(
    transaction: &Transaction<'_>,
    proposal: &Proposal,
    yes: bool,
    today: Date,
) -> Result<Vec<Change>, LedgerError> {
    let words = &proposal.words;
    let mut changes = vec![Change::Decided {
        proposal: proposal.id.clone(),
        id: proposal.item.clone(),
        from: proposal.decided,
        to: Some(yes),
    }];
    let close = |to: State| -> Result<Vec<Change>, LedgerError> {
        let Some(item) = transaction.item(&proposal.item)? else {
            return Ok(Vec::new());
        };
        let of_issue = proposal.reasons.iter().find_map(|reason| match reason {
            Reason::Issue { url, event } => Some(format!("{url} was {event}")),
            _ => None,
        });
        // What no note says was decided today, whenever the item was last spoken of.
        let (day, why) = match of_issue {
            Some(why) => (Some(today), why),
            None if proposal.is_of_words() => (
                words.meeting.or(Some(today)),
                format!("as {}:{} says", words.path, words.line),
            ),
            None => (Some(today), "as proposed".to_owned()),
        };
        let put = item.put(to, day, Some(why));
        Ok([Some(put), item.pin(Field::State)]
            .into_iter()
            .flatten()
            .collect())
    };
    match (yes, proposal.kind, &words.id, &proposal.beside.id) {
        (true, ProposalKind::Same, Some(own), Some(other)) => changes.push(Change::HomeSet {
            mention: own.clone(),
            from: transaction.home(own)?,
            to: Some(Home::With {
                mention: other.clone(),
            }),
        }),
        (true, ProposalKind::Finished, ..) => changes.extend(close(State::Done)?),
        (true, ProposalKind::Dropped, ..) => changes.extend(close(State::Dropped)?),
        (true, ProposalKind::Unlinked, ..) => {
            let item = transaction.item(&proposal.item)?;
            let links = item.map_or_else(BTreeSet::new, |item| item.links);
            let gone = issues_of(proposal).filter(|url| links.contains(*url));
            changes.extend(gone.map(|url| Change::Unlinked {
                id: proposal.item.clone(),
                url: url.to_owned(),
            }));
        }
        _ => {}
    }
    Ok(changes)
}

/// The issues whose fate a proposal is drawn from.
fn issues_of(proposal: &Proposal) -> impl Iterator<Item = &str> {
    proposal.reasons.iter().filter_map(|reason| match reason {
        Reason::Issue { url, .. } => Some(url.as_str()),
        _ => None,
    })
}

/// Lets the ledger hear notes again as they were last read, after a person has decided something about their mentions.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn hear_again(
    transaction: &mut Transaction<'_>,
    paths: &BTreeSet<String>,
) -> Result<(), LedgerError> {
    let mut reads: BTreeMap<String, Vec<NoteRead>> = BTreeMap::new();
    for path in paths {
        if let Some(read) = transaction.reading(path)? {
            reads.entry(read.series.clone()).or_default().push(read);
        }
    }
    for reads in reads.values() {
        make(transaction, reads)?;
    }
    Ok(())
}

fn make(transaction: &mut Transaction<'_>, reads: &[NoteRead]) -> Result<Plan, LedgerError> {
    let plan = plan(&transaction.known_for(reads)?, reads);
    transaction.apply(&plan.changes)?;
    Ok(plan)
}

/// Makes the plan of each series in turn, and hands it on once it is applied.
///
/// Where nothing is known yet of a series, as in an archive that is read for the first time, its plan is drawn on a second
/// thread while the one before it is written down: no other series can change anything about it.
fn make_each<'r>(
    transaction: &mut Transaction<'_>,
    all: impl Iterator<Item = &'r Vec<NoteRead>>,
    mut made: impl FnMut(&mut Transaction<'_>, Plan) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let mut write = |transaction: &mut Transaction<'_>, plan: Plan| {
        transaction.apply(&plan.changes)?;
        made(transaction, plan)
    };
    std::thread::scope(|scope| {
        let mut before: Option<ScopedJoinHandle<'_, Plan>> = None;
        let end =
            |drawn: ScopedJoinHandle<'_, Plan>| drawn.join().unwrap_or_else(|it| resume_unwind(it));
        for reads in all {
            let mut known = transaction.known_for(reads)?;
            if known.items.is_empty() && reads.iter().all(|read| read.ticks.is_empty()) {
                let next = scope.spawn(move || plan(&known, reads));
                if let Some(before) = before.replace(next) {
                    write(transaction, end(before))?;
                }
                continue;
            }
            if let Some(before) = before.take() {
                write(transaction, end(before))?;
                known = transaction.known_for(reads)?;
            }
            write(transaction, plan(&known, reads))?;
        }
        before.map_or(Ok(()), |last| write(transaction, end(last)))
    })
}

/// A note that says nothing any more.
fn silent(row: &NoteRow) -> NoteRead {
    NoteRead {
        path: row.path.clone(),
        series: row.series.clone(),
        meeting: row.meeting,
        title: None,
        mentions: Vec::new(),
        ticks: Vec::new(),
    }
}

/// Missing notes whose very words stand in a new one: old path → new path.
fn renamed<'n>(
    fresh: &'n [Fresh],
    missing: &'n [NoteRow],
    before: &BTreeMap<String, NoteRow>,
) -> BTreeMap<&'n str, &'n str> {
    let mut new: BTreeMap<[u8; 32], &str> = fresh
        .iter()
        .filter(|note| !before.contains_key(&note.row.path))
        .map(|note| (note.row.hash, note.row.path.as_str()))
        .collect();
    missing
        .iter()
        .filter_map(|row| Some((row.path.as_str(), new.remove(&row.hash)?)))
        .collect()
}

/// Gives the mentions of a note, and its boxes, to another path.
fn rename(transaction: &mut Transaction<'_>, old: &str, new: &str) -> Result<(), LedgerError> {
    let mut changes = Vec::new();
    let items = transaction.items_at(old)?;
    for item in items.iter() {
        for mention in item.mentions.iter().filter(|mention| mention.path == old) {
            let mut to = mention.clone();
            new.clone_into(&mut to.path);
            changes.push(Change::MentionMoved {
                id: item.id.clone(),
                from: mention.clone(),
                to,
            });
        }
    }
    let ticked = |id: &ItemId, path: &str, from, to| Change::Ticked {
        id: id.clone(),
        path: path.to_owned(),
        from,
        to,
    };
    for (id, _, mark) in items.marks().filter(|(_, path, _)| *path == old) {
        changes.push(ticked(id, old, mark, Mark::Open));
        changes.push(ticked(id, new, Mark::Open, mark));
    }
    transaction.apply(&changes)?;
    transaction.forget_note(old)?;
    Ok(())
}

/// Puts what came of a plan to the notes that it came from.
fn tell(plan: Plan, news: &mut BTreeMap<String, News>) {
    let first = plan.reads.first().map(|read| read.path.clone());
    let ticked: BTreeMap<&ItemId, &str> = plan
        .reads
        .iter()
        .flat_map(|read| read.ticks.iter().map(|tick| (&tick.id, read.path.as_str())))
        .collect();
    let mut edits: BTreeMap<(&ItemId, Field), &str> = BTreeMap::new();
    for read in &plan.reads {
        for tick in &read.ticks {
            let fields = tick.edits.iter().filter_map(Edit::field);
            edits.extend(fields.map(|field| ((&tick.id, field), read.path.as_str())));
        }
    }
    let said = plan.outcomes.iter();
    // The last of each item.
    let said: BTreeMap<&ItemId, &str> = said
        .map(|outcome| (&outcome.id, outcome.mention.path.as_str()))
        .collect();
    let of_item = |id: &ItemId| {
        let path = ticked.get(id).or_else(|| said.get(id));
        path.map(|path| (*path).to_owned())
            .or_else(|| first.clone())
    };
    for change in &plan.changes {
        if let Change::StateSet { id, to, .. } = change
            && let Some(path) = of_item(id)
        {
            entry(news, path).set.push((id.clone(), *to));
        }
        if let Some((id, field)) = edited(change)
            && let Some(path) = edits.get(&(id, field))
        {
            let edited = &mut entry(news, (*path).to_owned()).edited;
            if !edited.contains(&(id.clone(), field)) {
                edited.push((id.clone(), field));
            }
        }
    }
    for outcome in plan.outcomes {
        entry(news, outcome.mention.path.clone())
            .outcomes
            .push(outcome);
    }
    for (path, tick) in plan.unknown_ticks {
        entry(news, path).unknown_ticks.push(tick);
    }
    for proposal in plan.proposals {
        entry(news, proposal.words.path.clone())
            .proposals
            .push(proposal);
    }
}

/// What a change sets of an item that is not its state.
fn edited(change: &Change) -> Option<(&ItemId, Field)> {
    match change {
        Change::OwnersSet { id, .. } => Some((id, Field::Owners)),
        Change::DueSet { id, .. } => Some((id, Field::Due)),
        Change::TextSet { id, .. } => Some((id, Field::Text)),
        _ => None,
    }
}

fn entry(news: &mut BTreeMap<String, News>, path: String) -> &mut News {
    news.entry(path.clone()).or_insert_with(|| News {
        path,
        ..News::default()
    })
}
