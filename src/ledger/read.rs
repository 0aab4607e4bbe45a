//! Reading, inside a transaction or outside.

use super::rows::{self, ENTRY, ITEM, MENTION, NOTE};
use super::{Entry, Filter, LedgerError, NoteRow, OperationRow};
use crate::items::{Item, ItemId, Items, Key, Mention, normal};
use crate::reconcile::NoteRead;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::collections::BTreeSet;

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

pub(super) fn item(connection: &Connection, id: &ItemId) -> Result<Option<Item>, LedgerError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {ITEM} FROM items i WHERE i.id = ?1"))?;
    let item = statement.query_row([id.as_str()], rows::item).optional()?;
    let Some(mut item) = item else {
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

/// These items with what their boxes last said. Those that are not there are left out.
pub(super) fn with_marks<'i>(
    connection: &Connection,
    ids: impl IntoIterator<Item = &'i ItemId>,
) -> Result<Items, LedgerError> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(item(connection, id)?);
    }
    let mut items = Items::from_items(found.iter().cloned());
    let mut statement =
        connection.prepare_cached("SELECT path, mark FROM marks WHERE item = ?1")?;
    for item in found {
        let mut rows = statement.query([item.id.as_str()])?;
        while let Some(row) = rows.next()? {
            items.set_mark(
                item.id.clone(),
                row.get::<_, String>(0)?,
                rows::word(row, 1)?,
            );
        }
    }
    Ok(items)
}

/// The items that a note can have to do with: see [`crate::reconcile::plan`].
pub(super) fn known_for(connection: &Connection, read: &NoteRead) -> Result<Items, LedgerError> {
    let mut ids: BTreeSet<ItemId> = read.ticks.iter().map(|tick| tick.id.clone()).collect();
    let mut collect = |sql: &str, value: Value| -> Result<(), LedgerError> {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([value], |row| rows::id(row, 0))?;
        for id in rows {
            ids.insert(id?);
        }
        Ok(())
    };
    for sql in [
        "SELECT item FROM mentions WHERE path = ?1",
        "SELECT item FROM marks WHERE path = ?1",
    ] {
        collect(sql, read.path.clone().into())?;
    }
    let keys: BTreeSet<Key> = read
        .mentions
        .iter()
        .map(|mention| mention.key(&read.series))
        .collect();
    for key in keys {
        for sql in [
            "SELECT id FROM items WHERE key = ?1",
            "SELECT item FROM mentions WHERE key = ?1",
        ] {
            collect(sql, key.digest().into())?;
        }
    }
    with_marks(connection, &ids)
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

pub(super) fn notes(connection: &Connection) -> Result<Vec<NoteRow>, LedgerError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {NOTE} FROM notes ORDER BY path"))?;
    let rows = statement.query_map([], rows::note)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn last_operation(connection: &Connection) -> Result<Option<OperationRow>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT o.id, o.command, o.at, u.operation IS NOT NULL \
         FROM operations o LEFT JOIN undone u ON u.operation = o.id ORDER BY o.id DESC LIMIT 1",
    )?;
    let row = statement.query_row([], |row| {
        Ok(OperationRow {
            id: rows::operation(row, 0)?,
            command: row.get(1)?,
            at: rows::timestamp(row, 2)?,
            undone: row.get(3)?,
        })
    });
    Ok(row.optional()?)
}
