//! Reading, inside a transaction or outside.

use super::rows::{self, ENTRY, ITEM, MENTION, NOTE};
use super::{Entry, Filter, LedgerError, MeetingRow, Meetings, NoteRow, OperationRow};
use crate::items::{
    Change, Home, Item, ItemId, Items, Mark, Mention, Proposal, ProposalId, normal,
};
use crate::reconcile::NoteRead;
use jiff::civil::Date;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn items(connection: &Connection, filter: &Filter) -> Result<Vec<Item>, LedgerError> {
    let mut sql = format!("SELECT {ITEM} FROM items i");
    let mut conditions = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let state_column = if filter.owner.is_some() {
        "o.state"
    } else {
        "i.state"
    };
    if let Some(owner) = &filter.owner {
        // The cross join has the few items of the owner looked up one by one, whatever the planner has heard of them.
        sql = format!("SELECT {ITEM} FROM item_owners o CROSS JOIN items i ON i.id = o.item");
        conditions.push("o.owner = ?".to_owned());
        values.push(normal(owner).into());
    }
    if filter.carried {
        conditions.push("i.carried = 1".to_owned());
    }
    if let Some(state) = filter.state {
        conditions.push(format!("{state_column} = ?"));
        values.push(state.as_str().to_owned().into());
    }
    if let Some(series) = &filter.series {
        conditions.push("i.series = ?".to_owned());
        values.push(series.clone().into());
    }
    if let Some(since) = filter.since {
        conditions.push("i.since >= ?".to_owned());
        values.push(since.to_string().into());
    }
    if let Some(since) = filter.closed_since {
        conditions.push("i.closed >= ?".to_owned());
        values.push(since.to_string().into());
    }
    if !conditions.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&conditions.join(" AND "));
    }
    sql.push_str(" ORDER BY i.since, i.id");

    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), rows::item)?;
    let mut items = rows.collect::<Result<Vec<Item>, _>>()?;
    for item in &mut items {
        item.mentions = mentions(connection, &item.id)?;
    }
    Ok(items)
}

/// An item without its mentions.
pub(super) fn bare(connection: &Connection, id: &ItemId) -> Result<Option<Item>, LedgerError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {ITEM} FROM items i WHERE i.id = ?1"))?;
    Ok(statement.query_row([id.as_str()], rows::item).optional()?)
}

pub(super) fn item(connection: &Connection, id: &ItemId) -> Result<Option<Item>, LedgerError> {
    let Some(mut item) = bare(connection, id)? else {
        return Ok(None);
    };
    item.mentions = mentions(connection, id)?;
    Ok(Some(item))
}

fn mentions(connection: &Connection, id: &ItemId) -> Result<Vec<Mention>, LedgerError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {MENTION} FROM mentions WHERE item = ?1"))?;
    let rows = statement.query_map([id.as_str()], rows::mention)?;
    let mut mentions = rows.collect::<Result<Vec<Mention>, _>>()?;
    mentions.sort_by(Mention::order);
    Ok(mentions)
}

/// Adds these items, with what their boxes last said, but for those that are loaded. Those that are not there are left
/// out.
pub(super) fn load<'i>(
    connection: &Connection,
    ids: impl IntoIterator<Item = &'i ItemId>,
    items: &mut Items,
) -> Result<(), LedgerError> {
    for id in ids {
        if items.get(id).is_some() {
            continue;
        }
        let Some(item) = item(connection, id)? else {
            continue;
        };
        for (path, mark) in marks(connection, id)? {
            items.set_mark(id.clone(), path, mark);
        }
        items.insert(item);
    }
    Ok(())
}

/// What the boxes of an item last said, by note.
pub(super) fn marks(
    connection: &Connection,
    id: &ItemId,
) -> Result<Vec<(String, Mark)>, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT path, mark FROM marks WHERE item = ?1")?;
    let rows = statement.query_map([id.as_str()], |row| Ok((row.get(0)?, rows::word(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All that these changes are held against: items, boxes, forwards, homes, proposals, names.
pub(super) fn concerned(connection: &Connection, changes: &[Change]) -> Result<Items, LedgerError> {
    let ids: BTreeSet<&ItemId> = changes.iter().filter_map(Change::item_id).collect();
    let mut items = Items::default();
    load(connection, ids.iter().copied(), &mut items)?;
    for id in ids {
        items.set_forward(id.clone(), forward(connection, id)?);
    }
    for change in changes {
        match change {
            Change::HomeSet { mention, .. } => {
                items.set_home(mention.clone(), home(connection, mention)?);
            }
            Change::Proposed {
                proposal: Proposal { id, .. },
            }
            | Change::Withdrawn {
                proposal: Proposal { id, .. },
            }
            | Change::Decided { proposal: id, .. } => {
                if let Some(proposal) = proposal(connection, id)? {
                    items.set_proposal(proposal);
                }
            }
            Change::AliasSet { series, name, .. } => {
                items.set_alias(series, name, alias(connection, series, name)?);
            }
            Change::LoginSet { person, .. } => {
                let login = logins(connection)?.remove(person);
                items.set_login(person, login);
            }
            _ => {}
        }
    }
    Ok(items)
}

pub(super) fn holder(
    connection: &Connection,
    mention: &ItemId,
) -> Result<Option<ItemId>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT item FROM mentions WHERE id = ?1")?;
    let holder = statement.query_row([mention.as_str()], |row| rows::id(row, 0));
    Ok(holder.optional()?)
}

pub(super) fn forward(connection: &Connection, id: &ItemId) -> Result<Option<ItemId>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT leads_to FROM forwards WHERE id = ?1")?;
    let to = statement.query_row([id.as_str()], |row| rows::id(row, 0));
    Ok(to.optional()?)
}

pub(super) fn home(connection: &Connection, mention: &ItemId) -> Result<Option<Home>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT home FROM homes WHERE mention = ?1")?;
    let home = statement.query_row([mention.as_str()], |row| rows::json(row, 0));
    Ok(home.optional()?)
}

fn alias(connection: &Connection, series: &str, name: &str) -> Result<Option<String>, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT person FROM aliases WHERE series = ?1 AND name = ?2")?;
    let person = statement.query_row([series, name], |row| row.get(0));
    Ok(person.optional()?)
}

pub(super) fn aliases(
    connection: &Connection,
    series: &str,
) -> Result<BTreeMap<String, String>, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT name, person FROM aliases WHERE series = ?1")?;
    let rows = statement.query_map([series], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn logins(connection: &Connection) -> Result<BTreeMap<String, String>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT person, login FROM logins")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn proposal(
    connection: &Connection,
    id: &ProposalId,
) -> Result<Option<Proposal>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT body FROM proposals WHERE id = ?1")?;
    let proposal = statement.query_row([id.as_str()], |row| rows::json(row, 0));
    Ok(proposal.optional()?)
}

/// The proposals that wait, or the decided ones as well, in order of their meetings.
pub(super) fn proposals(
    connection: &Connection,
    decided_too: bool,
) -> Result<Vec<Proposal>, LedgerError> {
    let sql = match decided_too {
        false => "SELECT body FROM proposals WHERE decided IS NULL",
        true => "SELECT body FROM proposals",
    };
    ordered_proposals(connection, sql, &[])
}

/// The proposals about an item, or about another that would join it; decided ones as well.
pub(super) fn proposals_of(
    connection: &Connection,
    id: &ItemId,
) -> Result<Vec<Proposal>, LedgerError> {
    let sql = "SELECT body FROM proposals WHERE item = ?1 \
               UNION SELECT body FROM proposals WHERE other = ?1";
    ordered_proposals(connection, sql, &[id.as_str()])
}

/// The proposals about an item that wait for a yes.
pub(super) fn waiting_for(
    connection: &Connection,
    id: &ItemId,
) -> Result<Vec<Proposal>, LedgerError> {
    let sql = "SELECT body FROM proposals WHERE item = ?1 AND decided IS NULL";
    ordered_proposals(connection, sql, &[id.as_str()])
}

fn ordered_proposals(
    connection: &Connection,
    sql: &str,
    values: &[&str],
) -> Result<Vec<Proposal>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| rows::json(row, 0))?;
    let mut proposals = rows.collect::<Result<Vec<Proposal>, _>>()?;
    proposals.sort_by(|a, b| a.words.order(&b.words).then_with(|| a.id.cmp(&b.id)));
    Ok(proposals)
}

/// Everything that the log makes.
pub(super) fn everything(connection: &Connection) -> Result<Items, LedgerError> {
    let mut statement = connection.prepare("SELECT id FROM items")?;
    let ids = statement.query_map([], |row| rows::id(row, 0))?;
    let ids = ids.collect::<Result<Vec<ItemId>, _>>()?;
    let mut items = Items::default();
    load(connection, &ids, &mut items)?;
    let mut statement = connection.prepare("SELECT id, leads_to FROM forwards")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        items.set_forward(rows::id(row, 0)?, Some(rows::id(row, 1)?));
    }
    let mut statement = connection.prepare("SELECT mention, home FROM homes")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        items.set_home(rows::id(row, 0)?, Some(rows::json(row, 1)?));
    }
    let mut statement = connection.prepare("SELECT series, name, person FROM aliases")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (series, name): (String, String) = (row.get(0)?, row.get(1)?);
        items.set_alias(&series, &name, Some(row.get(2)?));
    }
    for (person, login) in logins(connection)? {
        items.set_login(&person, Some(login));
    }
    for proposal in proposals(connection, true)? {
        items.set_proposal(proposal);
    }
    Ok(items)
}

/// The item that an id leads to, through what took its place.
pub(super) fn resolve(connection: &Connection, id: &ItemId) -> Result<Option<ItemId>, LedgerError> {
    let mut seen = BTreeSet::new();
    let mut at = id.clone();
    while seen.insert(at.clone()) {
        match forward(connection, &at)? {
            Some(next) => at = next,
            None => return Ok(bare(connection, &at)?.map(|item| item.id)),
        }
    }
    Ok(None)
}

pub(super) fn find(connection: &Connection, prefix: &str) -> Result<ItemId, LedgerError> {
    let prefix = prefix.trim().to_ascii_lowercase();
    if prefix.is_empty() {
        return Err(LedgerError::NoSuchItem { prefix });
    }
    // `{` follows `z`: everything that begins with the prefix lies below.
    let mut statement = connection
        .prepare_cached("SELECT id FROM items WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3")?;
    let rows = statement.query_map(
        params![
            prefix,
            format!("{prefix}{{"),
            LedgerError::CANDIDATES as i64
        ],
        |row| rows::id(row, 0),
    )?;
    let mut candidates = rows.collect::<Result<Vec<ItemId>, _>>()?;
    if candidates.is_empty() {
        // An old id, out of an agenda or an issue, leads to the item that took its place.
        let mut statement = connection.prepare_cached(
            "SELECT id FROM forwards WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 2",
        )?;
        let rows = statement.query_map(params![prefix, format!("{prefix}{{")], |row| {
            rows::id(row, 0)
        })?;
        if let [old] = rows.collect::<Result<Vec<ItemId>, _>>()?.as_slice() {
            candidates.extend(resolve(connection, old)?);
        }
    }
    match candidates.len() {
        0 => Err(LedgerError::NoSuchItem { prefix }),
        1 => Ok(candidates.remove(0)),
        _ => Err(LedgerError::Ambiguous { prefix, candidates }),
    }
}

pub(super) fn short(connection: &Connection, id: &ItemId) -> Result<String, LedgerError> {
    let mut length = 4;
    for sql in [
        "SELECT id FROM items WHERE id < ?1 ORDER BY id DESC LIMIT 1",
        "SELECT id FROM items WHERE id > ?1 ORDER BY id LIMIT 1",
    ] {
        let mut statement = connection.prepare_cached(sql)?;
        let neighbor = statement
            .query_row([id.as_str()], |row| rows::id(row, 0))
            .optional()?;
        if let Some(neighbor) = neighbor {
            length = length.max(1 + shared(id.as_str(), neighbor.as_str()));
        }
    }
    Ok(id.as_str().chars().take(length).collect())
}

/// How many characters two texts begin with in common.
fn shared(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .count()
}

pub(super) fn history(connection: &Connection, id: &ItemId) -> Result<Vec<Entry>, LedgerError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ENTRY} FROM changes c JOIN operations o ON o.id = c.operation \
         WHERE c.item = ?1 ORDER BY c.seq"
    ))?;
    let rows = statement.query_map([id.as_str()], rows::entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn log(connection: &Connection) -> Result<Vec<Entry>, LedgerError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ENTRY} FROM changes c JOIN operations o ON o.id = c.operation ORDER BY c.seq"
    ))?;
    let rows = statement.query_map([], rows::entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn note(connection: &Connection, path: &str) -> Result<Option<NoteRow>, LedgerError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {NOTE} FROM notes WHERE path = ?1"))?;
    Ok(statement.query_row([path], rows::note).optional()?)
}

/// A note as it said when it was last read.
pub(super) fn reading(
    connection: &Connection,
    path: &str,
) -> Result<Option<NoteRead>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT reading FROM notes WHERE path = ?1")?;
    Ok(statement
        .query_row([path], |row| rows::json(row, 0))
        .optional()?)
}

pub(super) fn notes(connection: &Connection) -> Result<Vec<NoteRow>, LedgerError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {NOTE} FROM notes ORDER BY path"))?;
    let rows = statement.query_map([], rows::note)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What all notes of a series said when they were last read.
pub(super) fn readings_of(
    connection: &Connection,
    series: &str,
) -> Result<Vec<NoteRead>, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT reading FROM notes WHERE series = ?1 ORDER BY path")?;
    let rows = statement.query_map([series], |row| rows::json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn series(connection: &Connection) -> Result<Vec<String>, LedgerError> {
    each_series(connection, "notes")
}

pub(super) fn series_with_open(connection: &Connection) -> Result<Vec<String>, LedgerError> {
    let mut open = connection.prepare_cached(
        "SELECT 1 FROM items WHERE series = ?1 AND carried IN (0, 1) AND state = 'open'",
    )?;
    let mut found = Vec::new();
    for series in each_series(connection, "items")? {
        if open.exists([&series])? {
            found.push(series);
        }
    }
    Ok(found)
}

/// The series of a table, from one to the next by its index: a `DISTINCT` would look at every row.
fn each_series(connection: &Connection, table: &str) -> Result<Vec<String>, LedgerError> {
    let mut next = connection.prepare_cached(&format!(
        "SELECT series FROM {table} WHERE series > ?1 ORDER BY series LIMIT 1"
    ))?;
    let mut all: Vec<String> = Vec::new();
    loop {
        let last = all.last().map_or("", String::as_str);
        match next.query_row([last], |row| row.get(0)).optional()? {
            Some(series) => all.push(series),
            None => return Ok(all),
        }
    }
}

pub(super) fn last_note(
    connection: &Connection,
    series: &str,
    before: Date,
    but: Option<&str>,
) -> Result<Option<NoteRow>, LedgerError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {NOTE} FROM notes WHERE series = ?1 AND meeting < ?2 AND path IS NOT ?3 \
         ORDER BY meeting DESC, path DESC LIMIT 1"
    ))?;
    let row = statement.query_row(params![series, before.to_string(), but], rows::note);
    Ok(row.optional()?)
}

pub(super) fn meetings_of(
    connection: &Connection,
    series: &str,
) -> Result<Vec<MeetingRow>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(m.meeting, n.meeting) AS day, n.path, n.title, count(DISTINCT m.item) \
         FROM notes n LEFT JOIN mentions m ON m.path = n.path WHERE n.series = ?1 \
         GROUP BY n.path, day ORDER BY day, n.path",
    )?;
    let rows = statement.query_map([series], |row| {
        Ok(MeetingRow {
            day: rows::day(row, 0)?,
            path: row.get(1)?,
            title: row.get(2)?,
            items: usize::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn meetings(
    connection: &Connection,
    series: &str,
    today: Date,
) -> Result<Meetings, LedgerError> {
    let day = |sql: &str| -> Result<Option<Date>, LedgerError> {
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_row([series, &today.to_string()], |row| rows::day(row, 0))?)
    };
    // A reading without mentions is written so by serde.
    Ok(Meetings {
        last: day("SELECT max(meeting) FROM notes WHERE series = ?1 \
             AND (meeting <= ?2 OR instr(reading, '\"mentions\":[]') = 0)")?,
        next: day("SELECT min(meeting) FROM notes WHERE series = ?1 \
             AND meeting > ?2 AND instr(reading, '\"mentions\":[]') > 0")?,
    })
}

pub(super) fn forwards_to(
    connection: &Connection,
    id: &ItemId,
) -> Result<Vec<ItemId>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT id FROM forwards WHERE leads_to = ?1")?;
    let rows = statement.query_map([id.as_str()], |row| rows::id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const OPERATION: &str = "o.id, o.command, o.at, o.who, \
     EXISTS (SELECT 1 FROM undone u WHERE u.operation = o.id), \
     (SELECT json_group_array(u.operation) FROM undone u WHERE u.by = o.id), \
     (SELECT count(*) FROM changes c WHERE c.operation = o.id)";

fn operation(row: &rusqlite::Row<'_>) -> rusqlite::Result<OperationRow> {
    Ok(OperationRow {
        id: rows::operation(row, 0)?,
        command: row.get(1)?,
        at: rows::timestamp(row, 2)?,
        who: row.get(3)?,
        undone: row.get(4)?,
        undoes: rows::json(row, 5)?,
        changes: usize::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
    })
}

pub(super) fn operations(
    connection: &Connection,
    limit: Option<usize>,
    of: Option<&ItemId>,
) -> Result<Vec<OperationRow>, LedgerError> {
    let about = match of {
        Some(_) => "WHERE o.id IN (SELECT operation FROM changes WHERE item = ?2)",
        None => "WHERE ?2 IS NULL",
    };
    let sql = format!("SELECT {OPERATION} FROM operations o {about} ORDER BY o.id DESC LIMIT ?1");
    let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(-1));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![limit, of.map(ItemId::as_str)], operation)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn one_operation(
    connection: &Connection,
    id: u64,
) -> Result<Option<OperationRow>, LedgerError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {OPERATION} FROM operations o WHERE o.id = ?1"
    ))?;
    let row = statement.query_row([id.cast_signed()], operation);
    Ok(row.optional()?)
}

pub(super) fn changes_of(
    connection: &Connection,
    operation: u64,
) -> Result<Vec<Change>, LedgerError> {
    let mut statement = connection
        .prepare_cached("SELECT change FROM changes WHERE operation = ?1 ORDER BY seq")?;
    let rows = statement.query_map([operation.cast_signed()], |row| rows::json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn check_file(connection: &Connection) -> Result<Vec<String>, LedgerError> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut wrong = found.collect::<Result<Vec<String>, _>>()?;
    wrong.retain(|line| line != "ok");
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let found = statement.query_map([], |row| {
        let (table, other): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!(
            "a row of {table} names one of {other} that is not there"
        ))
    })?;
    for line in found {
        wrong.push(line?);
    }
    Ok(wrong)
}

pub(super) fn last_operation(connection: &Connection) -> Result<Option<OperationRow>, LedgerError> {
    Ok(operations(connection, Some(1), None)?.into_iter().next())
}

pub(super) fn version(connection: &Connection) -> Result<u64, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT MAX(seq) FROM changes")?;
    let last: Option<i64> = statement.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0).cast_unsigned())
}

pub(super) fn writes_of_others(connection: &Connection) -> Result<i64, LedgerError> {
    let mut statement = connection.prepare_cached("PRAGMA data_version")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

pub(super) fn changed_since(
    connection: &Connection,
    version: u64,
) -> Result<Vec<ItemId>, LedgerError> {
    // What is of a whole series has no item.
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT item FROM changes WHERE seq > ?1 AND item <> ''")?;
    let rows = statement.query_map([version.cast_signed()], |row| rows::id(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn commands_since(
    connection: &Connection,
    version: u64,
) -> Result<Vec<String>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT o.command FROM operations o JOIN changes c ON c.operation = o.id \
         WHERE c.seq > ?1 ORDER BY o.id",
    )?;
    let rows = statement.query_map([version.cast_signed()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn note_of(
    connection: &Connection,
    series: &str,
    day: Date,
) -> Result<Option<NoteRow>, LedgerError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {NOTE} FROM notes WHERE series = ?1 AND meeting = ?2 ORDER BY path LIMIT 1"
    ))?;
    let row = statement.query_row([series, &day.to_string()], rows::note);
    Ok(row.optional()?)
}
