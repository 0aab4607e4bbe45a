//! What a plan is drawn from, looked up so that it costs no more than the notes ask for.

use super::{LedgerError, read, rows};
use crate::due::Due;
use crate::items::{ItemId, Items, Key, Mention};
use crate::reconcile::{
    Known, NoteRead, Position, RECENT_DAYS, RECENT_NOTES, WordCounts, first_position, keys,
    possible_ids,
};
use jiff::ToSpan;
use jiff::civil::Date;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// See [`Transaction::known_for`](super::Transaction::known_for).
pub(super) fn known_for(connection: &Connection, reads: &[NoteRead]) -> Result<Known, LedgerError> {
    let Some(series) = reads.first().map(|read| read.series.as_str()) else {
        return Ok(Known::default());
    };
    let mut ids: BTreeSet<ItemId> = BTreeSet::new();
    let mut items = Items::default();
    for read in reads {
        collect(connection, AT_PATH, read.path.clone(), &mut ids)?;
        collect(connection, MARKED_AT_PATH, read.path.clone(), &mut ids)?;
    }
    read::load(connection, &ids, &mut items)?;
    let first = first_position(&items, reads).map(|(day, path)| (day, path.to_owned()));
    let first = first.as_ref().map(|(day, path)| (*day, path.as_str()));
    let later = later(connection, series, reads, first)?;
    recent(connection, series, first, &mut ids)?;
    for read in &later {
        collect(connection, AT_PATH, read.path.clone(), &mut ids)?;
        collect(connection, MARKED_AT_PATH, read.path.clone(), &mut ids)?;
    }

    for path in just_before(connection, series, first)? {
        collect(connection, AT_PATH, path, &mut ids)?;
    }

    let all: Vec<&NoteRead> = reads.iter().chain(&later).collect();
    let mentions = || all.iter().flat_map(|read| &read.mentions);
    let mut words: BTreeSet<String> = BTreeSet::new();
    let aliases = read::aliases(connection, series)?;
    let mut known_keys: BTreeSet<Key> = BTreeSet::new();
    for mention in mentions() {
        known_keys.extend(keys(series, mention, &aliases));
        words.extend(mention.words().all().map(str::to_owned));
    }
    for read in &all {
        for tick in &read.ticks {
            ids.extend(read::resolve(connection, &tick.id)?);
        }
    }
    for key in &known_keys {
        for sql in [
            "SELECT id FROM items WHERE key = ?1",
            "SELECT item FROM mentions WHERE key = ?1",
        ] {
            collect(connection, sql, key.digest(), &mut ids)?;
        }
    }
    let mut first_counts = counts(connection, series, &words)?;
    // Words are rare at the place where the fold begins, before what is heard again.
    read::load(connection, &ids, &mut items)?;
    let paths: BTreeSet<&str> = all.iter().map(|read| read.path.as_str()).collect();
    let heard_again = |mention: &&Mention| paths.contains(mention.path.as_str());
    for mention in items
        .iter()
        .flat_map(|item| &item.mentions)
        .filter(heard_again)
    {
        first_counts.take(&mention.words());
    }
    for word in words.iter().filter(|word| first_counts.is_rare(word)) {
        let mut statement =
            connection.prepare_cached("SELECT item FROM words WHERE series = ?1 AND word = ?2")?;
        let found = statement.query_map([series, word], |row| rows::id(row, 0))?;
        for id in found {
            ids.insert(id?);
        }
    }
    decisions(connection, &all, &mut ids, &mut items)?;
    for (name, person) in aliases {
        items.set_alias(series, &name, Some(person));
    }
    read::load(connection, &ids, &mut items)?;
    // Likeness weighs the words of both sides.
    for mention in items.iter().flat_map(|item| &item.mentions) {
        words.extend(mention.words().all().map(str::to_owned));
    }
    let counts = counts(connection, series, &words)?;
    let meetings = meetings(connection, series, reads, &items)?;
    let mut before = Vec::new();
    for read in reads {
        before.extend(read::reading(connection, &read.path)?);
    }
    Ok(Known {
        items,
        later,
        before,
        counts,
        meetings,
    })
}

/// See [`Transaction::items_at`](super::Transaction::items_at).
pub(super) fn items_at(connection: &Connection, path: &str) -> Result<Items, LedgerError> {
    let mut ids = BTreeSet::new();
    collect(connection, AT_PATH, path.to_owned(), &mut ids)?;
    collect(connection, MARKED_AT_PATH, path.to_owned(), &mut ids)?;
    let mut items = Items::default();
    read::load(connection, &ids, &mut items)?;
    Ok(items)
}

const AT_PATH: &str = "SELECT item FROM mentions WHERE path = ?1";
const MARKED_AT_PATH: &str = "SELECT item FROM marks WHERE path = ?1";

fn collect(
    connection: &Connection,
    sql: &str,
    value: impl Into<Value>,
    ids: &mut BTreeSet<ItemId>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([value.into()], |row| rows::id(row, 0))?;
    for id in found {
        ids.insert(id?);
    }
    Ok(())
}

/// The other notes of the series that tell of a meeting at or after the first place that the notes can change.
fn later(
    connection: &Connection,
    series: &str,
    reads: &[NoteRead],
    first: Option<Position<'_>>,
) -> Result<Vec<NoteRead>, LedgerError> {
    let Some((day, path)) = first else {
        return Ok(Vec::new());
    };
    let day = day.map_or_else(String::new, |day| day.to_string());
    let mut statement = connection.prepare_cached(
        "SELECT reading FROM notes WHERE series = ?1 AND (last_said, path) >= (?2, ?3) ORDER BY path",
    )?;
    let found = statement.query_map(params![series, day, path], |row| rows::json(row, 0))?;
    let mut later = found.collect::<Result<Vec<NoteRead>, _>>()?;
    let paths: BTreeSet<&str> = reads.iter().map(|read| read.path.as_str()).collect();
    later.retain(|other| !paths.contains(other.path.as_str()));
    Ok(later)
}

/// The notes of the last meeting before the first place that the notes can change: what was to be done "by next meeting"
/// there is due at a meeting that the notes tell of.
fn just_before(
    connection: &Connection,
    series: &str,
    first: Option<Position<'_>>,
) -> Result<Vec<String>, LedgerError> {
    let Some((Some(day), _)) = first else {
        return Ok(Vec::new());
    };
    let mut statement = connection.prepare_cached(
        "SELECT path FROM notes WHERE series = ?1 AND last_said = \
         (SELECT max(last_said) FROM notes WHERE series = ?1 AND last_said < ?2)",
    )?;
    let found = statement.query_map(params![series, day.to_string()], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The days of a series' meetings. Of a note that holds several, the last; all of them where one of the items waits for
/// the meeting after one of the note's.
fn meetings(
    connection: &Connection,
    series: &str,
    reads: &[NoteRead],
    items: &Items,
) -> Result<BTreeSet<Date>, LedgerError> {
    let waits = |mention: &&Mention| mention.due.as_ref().is_some_and(Due::is_next_meeting);
    let waiting: BTreeSet<&str> = items
        .iter()
        .flat_map(|item| &item.mentions)
        .filter(waits)
        .map(|mention| mention.path.as_str())
        .collect();
    if waiting.is_empty() {
        // What the notes themselves say is all that is needed then.
        return Ok(BTreeSet::new());
    }
    let paths: BTreeSet<&str> = reads.iter().map(|read| read.path.as_str()).collect();
    let is_read = |path: &str| paths.contains(path);
    let mut statement = connection
        .prepare_cached("SELECT path, last_said FROM notes WHERE series = ?1 AND last_said > ''")?;
    let mut found = statement.query([series])?;
    let mut days = BTreeSet::new();
    while let Some(row) = found.next()? {
        if !is_read(&row.get::<_, String>(0)?) {
            days.extend(rows::day(row, 1)?);
        }
    }
    for path in waiting.into_iter().filter(|path| !is_read(path)) {
        if let Some(read) = read::reading(connection, path)? {
            days.extend(read.days().flatten());
        }
    }
    Ok(days)
}

/// The items that the notes shortly before a place speak of.
fn recent(
    connection: &Connection,
    series: &str,
    first: Option<Position<'_>>,
    ids: &mut BTreeSet<ItemId>,
) -> Result<(), LedgerError> {
    let Some((day, path)) = first else {
        return Ok(());
    };
    let Some(day) = day else {
        let mut statement = connection.prepare_cached(
            "SELECT path FROM notes WHERE series = ?1 AND path < ?2 AND EXISTS \
             (SELECT 1 FROM mentions WHERE path = notes.path AND meeting IS NULL) \
             ORDER BY path DESC LIMIT ?3",
        )?;
        let limit = i64::try_from(RECENT_NOTES).unwrap_or(i64::MAX);
        let paths = statement.query_map(params![series, path, limit], |row| row.get(0))?;
        for path in paths.collect::<Result<Vec<String>, _>>()? {
            collect(connection, AT_PATH, path, ids)?;
        }
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "SELECT item FROM mentions WHERE path IN (SELECT path FROM notes \
         WHERE series = ?1 AND last_said >= ?2 AND (last_said, path) < (?3, ?4))",
    )?;
    let first = day.saturating_sub(RECENT_DAYS.days()).to_string();
    let found = statement.query_map(params![series, first, day.to_string(), path], |row| {
        rows::id(row, 0)
    })?;
    for id in found {
        ids.insert(id?);
    }
    Ok(())
}

fn counts(
    connection: &Connection,
    series: &str,
    words: &BTreeSet<String>,
) -> Result<WordCounts, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT n FROM word_counts WHERE series = ?1 AND word = ?2")?;
    let mut n = |word: &str| -> Result<u32, LedgerError> {
        let n = statement
            .query_row([series, word], |row| row.get(0))
            .optional()?;
        Ok(n.unwrap_or(0))
    };
    let mut counts = WordCounts {
        total: n("")?,
        ..WordCounts::default()
    };
    if counts.total == 0 {
        return Ok(counts);
    }
    for word in words {
        let n = n(word)?;
        if n > 0 {
            counts.mentions.insert(word.clone(), n);
        }
    }
    Ok(counts)
}

/// What people have decided about the mentions of the notes, and what waits at them. Adds the ids of the items that this
/// names.
fn decisions(
    connection: &Connection,
    reads: &[&NoteRead],
    ids: &mut BTreeSet<ItemId>,
    items: &mut Items,
) -> Result<(), LedgerError> {
    read::load(connection, &*ids, items)?;
    let owned: Vec<NoteRead> = reads.iter().map(|read| (*read).clone()).collect();
    let mut own = possible_ids(&owned);
    for item in ids.iter().filter_map(|id| items.get(id)) {
        own.extend(
            item.mentions
                .iter()
                .filter_map(|mention| mention.id.clone()),
        );
    }
    for mention in &own {
        if let Some(home) = read::home(connection, mention)? {
            if let crate::items::Home::With { mention } = &home {
                collect(
                    connection,
                    "SELECT item FROM mentions WHERE id = ?1",
                    mention.as_str().to_owned(),
                    ids,
                )?;
            }
            items.set_home(mention.clone(), Some(home));
        }
        if let Some(to) = read::forward(connection, mention)? {
            ids.extend(read::resolve(connection, mention)?);
            items.set_forward(mention.clone(), Some(to));
        }
    }
    ids.extend(own);
    for read in reads {
        let mut statement =
            connection.prepare_cached("SELECT body FROM proposals WHERE path = ?1")?;
        let found = statement.query_map([&read.path], |row| rows::json(row, 0))?;
        for proposal in found {
            items.set_proposal(proposal?);
        }
    }
    let about: Vec<ItemId> = ids.iter().cloned().collect();
    for id in &about {
        for proposal in read::proposals_of(connection, id)? {
            ids.insert(proposal.item.clone());
            ids.extend(proposal.with.clone());
            items.set_proposal(proposal);
        }
    }
    for read in reads {
        for tick in &read.ticks {
            // An item may have changed its id more than once since it was written there.
            let mut at = tick.id.clone();
            let mut passed = BTreeSet::new();
            while passed.insert(at.clone())
                && let Some(to) = read::forward(connection, &at)?
            {
                items.set_forward(at, Some(to.clone()));
                at = to;
            }
        }
    }
    Ok(())
}
