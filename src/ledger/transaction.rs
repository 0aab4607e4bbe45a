//! Writing: one operation, from its first change to its end.

use super::rows::{self, MENTION};
use super::{LedgerError, NoteRow, Operation, Undone, read};
use crate::due::Due;
use crate::items::{Change, Item, ItemId, Items, Mark, Mention, State, normal};
use crate::reconcile::NoteRead;
use jiff::civil::Date;
use rusqlite::{CachedStatement, OptionalExtension, params};
use std::collections::BTreeSet;

/// An operation under way. No other process can write until it ends. What is dropped without
/// [`commit`](Transaction::commit) never was, which is how a dry run works.
#[derive(Debug)]
pub struct Transaction<'l> {
    sql: rusqlite::Transaction<'l>,
    operation: Operation,
    /// Its row, once there is a change: an operation without any leaves none.
    row: Option<i64>,
}

impl<'l> Transaction<'l> {
    pub(super) fn new(sql: rusqlite::Transaction<'l>, operation: &Operation) -> Self {
        Self {
            sql,
            operation: operation.clone(),
            row: None,
        }
    }

    /// The items that a note can have to do with, which [`plan`](crate::reconcile::plan) asks for. What it costs grows
    /// with the note, not with the ledger.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn known_for(&self, read: &NoteRead) -> Result<Items, LedgerError> {
        read::known_for(&self.sql, read)
    }

    /// One item, as this transaction has made it.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn item(&self, id: &ItemId) -> Result<Option<Item>, LedgerError> {
        read::item(&self.sql, id)
    }

    /// A note as it was when it was last read.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn note(&self, path: &str) -> Result<Option<NoteRow>, LedgerError> {
        read::note(&self.sql, path)
    }

    /// Makes changes, all of them or none: they go to the log, and the items follow.
    ///
    /// # Errors
    /// [`LedgerError::Conflict`] at the first change that does not fit; nothing is changed then. After any other error
    /// the transaction should be dropped.
    pub fn apply(&mut self, changes: &[Change]) -> Result<(), LedgerError> {
        let ids: BTreeSet<&ItemId> = changes.iter().map(Change::item_id).collect();
        let mut items = read::with_marks(&self.sql, ids)?;
        for change in changes {
            items.apply(change)?;
        }
        for change in changes {
            self.log(change)?;
            self.project(change)?;
        }
        Ok(())
    }

    /// Keeps a note as it was read, in place of an earlier reading.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_note(&mut self, note: &NoteRow) -> Result<(), LedgerError> {
        self.prepare(
            "INSERT OR REPLACE INTO notes (path, series, meeting, title, size, modified, hash) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            note.path,
            note.series,
            date(note.meeting),
            note.title,
            note.size.cast_signed(),
            note.modified,
            note.hash,
        ])?;
        Ok(())
    }

    /// Forgets that a note was read, so that it is read again; for one that is no longer there, for good. Its mentions
    /// stay: a plan for it without mentions takes them away.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget_note(&mut self, path: &str) -> Result<(), LedgerError> {
        self.prepare("DELETE FROM notes WHERE path = ?1")?
            .execute([path])?;
        Ok(())
    }

    /// Takes the last operation back that is not taken back already: its changes are undone by new ones, the newest
    /// first. Operations that took others back are passed over, so that to undo twice goes two steps back.
    ///
    /// The notes that these changes came from are forgotten, so that the next scan reads them again.
    ///
    /// # Errors
    /// [`LedgerError::NothingToUndo`].
    pub fn undo_last(&mut self) -> Result<Undone, LedgerError> {
        let last = self
            .prepare(
                "SELECT id, command, at FROM operations \
                 WHERE id NOT IN (SELECT operation FROM undone) \
                 AND id NOT IN (SELECT by FROM undone) AND id IS NOT ?1 \
                 ORDER BY id DESC LIMIT 1",
            )?
            .query_row([self.row], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?,
                    rows::timestamp(row, 2)?,
                ))
            })
            .optional()?;
        let (operation, command, at) = last.ok_or(LedgerError::NothingToUndo)?;
        let changes = self
            .prepare("SELECT change FROM changes WHERE operation = ?1 ORDER BY seq DESC")?
            .query_map([operation], |row| rows::json::<Change>(row, 0))?
            .map(|change| change.map(|change| change.inverse()))
            .collect::<Result<Vec<Change>, _>>()?;
        self.apply(&changes)?;
        let paths: BTreeSet<&str> = changes.iter().filter_map(Change::path).collect();
        for path in paths {
            self.forget_note(path)?;
        }
        let by = self.row()?;
        self.prepare("INSERT INTO undone (operation, by) VALUES (?1, ?2)")?
            .execute([operation, by])?;
        Ok(Undone {
            operation: operation.cast_unsigned(),
            command,
            at,
            changes,
        })
    }

    /// Ends the operation and keeps it.
    ///
    /// # Errors
    /// The ledger cannot be written; nothing is changed then.
    pub fn commit(self) -> Result<(), LedgerError> {
        Ok(self.sql.commit()?)
    }

    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, LedgerError> {
        Ok(self.sql.prepare_cached(sql)?)
    }

    /// The row of the operation, made when it is first needed.
    fn row(&mut self) -> Result<i64, LedgerError> {
        if let Some(row) = self.row {
            return Ok(row);
        }
        let row = self
            .prepare("INSERT INTO operations (command, at) VALUES (?1, ?2)")?
            .insert(params![
                self.operation.command,
                self.operation.at.to_string()
            ])?;
        self.row = Some(row);
        Ok(row)
    }

    fn log(&mut self, change: &Change) -> Result<(), LedgerError> {
        let row = self.row()?;
        let json = serde_json::to_string(change).map_err(LedgerError::damaged)?;
        self.prepare("INSERT INTO changes (operation, item, change) VALUES (?1, ?2, ?3)")?
            .execute(params![row, change.item_id().as_str(), json])?;
        Ok(())
    }

    /// Changes the items' tables as [`Items::apply`], which has found that the change fits, changes the items.
    fn project(&self, change: &Change) -> Result<(), LedgerError> {
        match change {
            Change::Added { item } => self.insert_item(item),
            Change::Removed { item } => {
                for sql in [
                    "DELETE FROM item_owners WHERE item = ?1",
                    "DELETE FROM items WHERE id = ?1",
                ] {
                    self.prepare(sql)?.execute([item.id.as_str()])?;
                }
                Ok(())
            }
            Change::MentionAdded { id, mention } => self.insert_mention(id, mention),
            Change::MentionRemoved { id, mention } => self.delete_mention(id, mention),
            Change::MentionMoved { id, from, to } => {
                self.delete_mention(id, from)?;
                self.insert_mention(id, to)
            }
            Change::StateSet { id, to, .. } => self.set_state(id, *to),
            Change::DueSet { id, to, .. } => {
                let [phrase, date, alternative] = due(to.as_ref());
                self.prepare(
                    "UPDATE items SET due_phrase = ?2, due_date = ?3, due_alternative = ?4 \
                     WHERE id = ?1",
                )?
                .execute(params![id.as_str(), phrase, date, alternative])?;
                Ok(())
            }
            Change::Ticked { id, path, to, .. } => self.set_mark(id, path, *to),
        }
    }

    fn insert_item(&self, item: &Item) -> Result<(), LedgerError> {
        let [due_phrase, due_date, due_alternative] = due(item.due.as_ref());
        self.prepare(
            "INSERT INTO items (id, series, kind, certainty, owners, text, due_phrase, due_date, \
             due_alternative, state, since, key) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            item.id.as_str(),
            item.series,
            item.kind.as_str(),
            item.certainty.as_str(),
            names(&item.owners)?,
            item.text,
            due_phrase,
            due_date,
            due_alternative,
            item.state.as_str(),
            date(item.since),
            item.key().digest(),
        ])?;
        let owners: BTreeSet<String> = item.owners.iter().map(|owner| normal(owner)).collect();
        for owner in owners {
            self.prepare("INSERT INTO item_owners (owner, state, item) VALUES (?1, ?2, ?3)")?
                .execute(params![owner, item.state.as_str(), item.id.as_str()])?;
        }
        Ok(())
    }

    fn insert_mention(&self, id: &ItemId, mention: &Mention) -> Result<(), LedgerError> {
        let series: String = self
            .prepare("SELECT series FROM items WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))?;
        let [due_phrase, due_date, due_alternative] = due(mention.due.as_ref());
        self.prepare(&format!(
            "INSERT INTO mentions (item, key, {MENTION}) VALUES \
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
        ))?
        .execute(params![
            id.as_str(),
            mention.key(&series).digest(),
            mention.path,
            mention.line,
            mention.end_line,
            mention.kind.as_str(),
            mention.certainty.as_str(),
            mention.status.as_str(),
            mention.speaker,
            names(&mention.owners)?,
            mention.text,
            due_phrase,
            due_date,
            due_alternative,
            mention.rule,
            mention.confidence,
            mention.quote,
            date(mention.meeting),
        ])?;
        Ok(())
    }

    fn delete_mention(&self, id: &ItemId, mention: &Mention) -> Result<(), LedgerError> {
        let mut statement = self.prepare(&format!(
            "SELECT {MENTION}, rowid FROM mentions WHERE item = ?1"
        ))?;
        let mut rows = statement.query([id.as_str()])?;
        while let Some(row) = rows.next()? {
            if rows::mention(row)? == *mention {
                let rowid: i64 = row.get("rowid")?;
                self.prepare("DELETE FROM mentions WHERE rowid = ?1")?
                    .execute([rowid])?;
                return Ok(());
            }
        }
        Err(LedgerError::damaged(format!(
            "item {id} has lost a mention at {}:{}",
            mention.path, mention.line
        )))
    }

    fn set_state(&self, id: &ItemId, state: State) -> Result<(), LedgerError> {
        for sql in [
            "UPDATE items SET state = ?2 WHERE id = ?1",
            "UPDATE item_owners SET state = ?2 WHERE item = ?1",
        ] {
            self.prepare(sql)?.execute([id.as_str(), state.as_str()])?;
        }
        Ok(())
    }

    fn set_mark(&self, id: &ItemId, path: &str, mark: Mark) -> Result<(), LedgerError> {
        if mark == Mark::Open {
            self.prepare("DELETE FROM marks WHERE item = ?1 AND path = ?2")?
                .execute([id.as_str(), path])?;
        } else {
            self.prepare("INSERT OR REPLACE INTO marks (item, path, mark) VALUES (?1, ?2, ?3)")?
                .execute([id.as_str(), path, mark.as_str()])?;
        }
        Ok(())
    }
}

fn date(date: Option<Date>) -> Option<String> {
    date.map(|date| date.to_string())
}

fn due(due: Option<&Due>) -> [Option<String>; 3] {
    [
        due.map(|due| due.phrase.clone()),
        date(due.and_then(|due| due.date)),
        date(due.and_then(|due| due.alternative)),
    ]
}

fn names(names: &[String]) -> Result<String, LedgerError> {
    serde_json::to_string(names).map_err(LedgerError::damaged)
}
