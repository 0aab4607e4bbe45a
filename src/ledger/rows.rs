//! Values to columns and back.

use super::{Entry, NoteRow};
use crate::due::Due;
use crate::items::{Item, ItemId, Mention};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Type;
use rusqlite::{Result, Row};
use serde::Deserialize;
use serde::de::value::{Error as WordError, StrDeserializer};
use std::str::FromStr;

/// The columns of [`item`], in order.
pub(super) const ITEM: &str = "i.id, i.series, i.kind, i.certainty, i.owners, i.text, \
     i.due_phrase, i.due_date, i.due_alternative, i.state, i.since, i.closed, i.pinned, i.snoozed, \
     i.again, i.links, i.accepted";

/// The columns of [`mention`], in order.
pub(super) const MENTION: &str = "path, line, end_line, kind, certainty, status, speaker, owners, \
     text, due_phrase, due_date, due_alternative, rule, confidence, quote, meeting, id, people, topic";

/// The columns of [`note`], in order.
pub(super) const NOTE: &str = "path, series, meeting, title, size, modified, hash";

/// The columns of [`entry`], in order.
pub(super) const ENTRY: &str = "o.id, o.at, o.command, o.who, c.change";

/// An item without its mentions.
pub(super) fn item(row: &Row<'_>) -> Result<Item> {
    Ok(Item {
        id: id(row, 0)?,
        series: row.get(1)?,
        kind: word(row, 2)?,
        certainty: word(row, 3)?,
        owners: json(row, 4)?,
        text: row.get(5)?,
        due: due(row, 6)?,
        state: word(row, 9)?,
        since: parsed(row, 10)?,
        closed: parsed(row, 11)?,
        pinned: json(row, 12)?,
        snoozed: row
            .get::<_, Option<String>>(13)?
            .map(|text| from_json(&text, 13))
            .transpose()?,
        again: optional_id(row, 14)?,
        links: json(row, 15)?,
        accepted: row.get(16)?,
        mentions: Vec::new(),
    })
}

pub(super) fn mention(row: &Row<'_>) -> Result<Mention> {
    Ok(Mention {
        id: optional_id(row, 16)?,
        people: json(row, 17)?,
        topic: row.get(18)?,
        path: row.get(0)?,
        line: row.get(1)?,
        end_line: row.get(2)?,
        kind: word(row, 3)?,
        certainty: word(row, 4)?,
        status: word(row, 5)?,
        speaker: row.get(6)?,
        owners: json(row, 7)?,
        text: row.get(8)?,
        due: due(row, 9)?,
        rule: row.get(12)?,
        confidence: row.get(13)?,
        quote: row.get(14)?,
        meeting: parsed(row, 15)?,
    })
}

pub(super) fn note(row: &Row<'_>) -> Result<NoteRow> {
    Ok(NoteRow {
        path: row.get(0)?,
        series: row.get(1)?,
        meeting: parsed(row, 2)?,
        title: row.get(3)?,
        size: row.get::<_, i64>(4)?.cast_unsigned(),
        modified: row.get(5)?,
        hash: row.get(6)?,
    })
}

pub(super) fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        operation: operation(row, 0)?,
        at: timestamp(row, 1)?,
        command: row.get(2)?,
        who: row.get(3)?,
        change: json(row, 4)?,
    })
}

pub(super) fn id(row: &Row<'_>, column: usize) -> Result<ItemId> {
    let text: String = row.get(column)?;
    ItemId::parse(&text).ok_or_else(|| unreadable(column, format!("`{text}` is no id")))
}

/// The number of an operation; they count up from 1.
pub(super) fn operation(row: &Row<'_>, column: usize) -> Result<u64> {
    Ok(row.get::<_, i64>(column)?.cast_unsigned())
}

pub(super) fn timestamp(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| unreadable(column, error))
}

/// One of the words of an enum, as serde spells it.
pub(super) fn word<T: for<'de> Deserialize<'de>>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    T::deserialize(StrDeserializer::<WordError>::new(&text))
        .map_err(|error| unreadable(column, error))
}

pub(super) fn json<T: for<'de> Deserialize<'de>>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    from_json(&text, column)
}

fn from_json<T: for<'de> Deserialize<'de>>(text: &str, column: usize) -> Result<T> {
    serde_json::from_str(text).map_err(|error| unreadable(column, error))
}

pub(super) fn optional_id(row: &Row<'_>, column: usize) -> Result<Option<ItemId>> {
    match row.get::<_, Option<String>>(column)? {
        Some(_) => id(row, column).map(Some),
        None => Ok(None),
    }
}

fn due(row: &Row<'_>, column: usize) -> Result<Option<Due>> {
    let Some(phrase) = row.get(column)? else {
        return Ok(None);
    };
    Ok(Some(Due {
        phrase,
        date: parsed(row, column + 1)?,
        alternative: parsed(row, column + 2)?,
    }))
}

/// A day, where there is one.
pub(super) fn day(row: &Row<'_>, column: usize) -> Result<Option<Date>> {
    parsed(row, column)
}

/// A day or a moment.
pub(super) fn parsed<T>(row: &Row<'_>, column: usize) -> Result<Option<T>>
where
    T: FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| T::from_str(&text))
        .transpose()
        .map_err(|error| unreadable(column, error))
}

fn unreadable(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
