//! Writing: one operation, from its first change to its end.

use super::rows::{self, MENTION};
use super::tally::WordTally;
use super::{LedgerError, NoteRow, Operation, Undone, known, read};
use crate::due::Due;
use crate::items::{
    Change, Conflict, Home, Item, ItemId, Items, Mark, Mention, Proposal, ProposalId, State, normal,
};
use crate::reconcile::{Known, NoteRead};
use jiff::civil::Date;
use rusqlite::{CachedStatement, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

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

    /// What notes of one series can have to do with, which [`plan`](crate::reconcile::plan) asks for. What it costs
    /// grows with the notes and with those of later meetings, not with the ledger.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn known_for(&self, reads: &[NoteRead]) -> Result<Known, LedgerError> {
        known::known_for(&self.sql, reads)
    }

    /// One proposal, decided or not.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn proposal(&self, id: &ProposalId) -> Result<Option<Proposal>, LedgerError> {
        read::proposal(&self.sql, id)
    }

    /// Where a person has said that a mention belongs.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn home(&self, mention: &ItemId) -> Result<Option<Home>, LedgerError> {
        read::home(&self.sql, mention)
    }

    /// The items that a note speaks of, or has a box of that is not open.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn items_at(&self, path: &str) -> Result<Items, LedgerError> {
        known::items_at(&self.sql, path)
    }

    /// What a note said when it was last read.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn reading(&self, path: &str) -> Result<Option<NoteRead>, LedgerError> {
        read::reading(&self.sql, path)
    }

    /// One item, as this transaction has made it.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn item(&self, id: &ItemId) -> Result<Option<Item>, LedgerError> {
        read::item(&self.sql, id)
    }

    /// The proposals about an item, or about another that would join it, decided ones as well.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn proposals_of(&self, id: &ItemId) -> Result<Vec<Proposal>, LedgerError> {
        read::proposals_of(&self.sql, id)
    }

    /// The ids that lead to an item in one step.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn forwards_to(&self, id: &ItemId) -> Result<Vec<ItemId>, LedgerError> {
        read::forwards_to(&self.sql, id)
    }

    /// What the boxes of an item last said, by note.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn marks_of(&self, id: &ItemId) -> Result<Vec<(String, Mark)>, LedgerError> {
        read::marks(&self.sql, id)
    }

    /// What all notes of a series said when they were last read.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn readings_of(&self, series: &str) -> Result<Vec<NoteRead>, LedgerError> {
        read::readings_of(&self.sql, series)
    }

    /// See [`Ledger::aliases`](super::Ledger::aliases).
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn aliases(&self, series: &str) -> Result<BTreeMap<String, String>, LedgerError> {
        read::aliases(&self.sql, series)
    }

    /// See [`Ledger::series`](super::Ledger::series).
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn series(&self) -> Result<Vec<String>, LedgerError> {
        read::series(&self.sql)
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
        let mut items = read::concerned(&self.sql, changes)?;
        for change in changes {
            items.apply(change)?;
        }
        let mut words = WordTally::default();
        for change in changes {
            self.log(change)?;
            self.project(change, &mut words)?;
        }
        words.write(&self.sql)
    }

    /// Notes that a file was looked at again and says the same as before.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn touch_note(&mut self, note: &NoteRow) -> Result<(), LedgerError> {
        self.prepare("UPDATE notes SET size = ?2, modified = ?3 WHERE path = ?1")?
            .execute(params![note.path, note.size.cast_signed(), note.modified])?;
        Ok(())
    }

    /// Keeps a note as it was read, its mentions with their ids, in place of an earlier reading.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_note(&mut self, note: &NoteRow, reading: &NoteRead) -> Result<(), LedgerError> {
        self.prepare(
            "INSERT OR REPLACE INTO notes \
             (path, series, meeting, title, size, modified, hash, last_said, reading) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            note.path,
            note.series,
            date(note.meeting),
            note.title,
            note.size.cast_signed(),
            note.modified,
            note.hash,
            date(reading.days().max().flatten()).unwrap_or_default(),
            json(reading)?,
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
    /// Where these changes came from notes, and from nothing that somebody has decided, the notes are forgotten, so that
    /// the next scan reads them again.
    ///
    /// # Errors
    /// [`LedgerError::NothingToUndo`].
    pub fn undo_last(&mut self) -> Result<Undone, LedgerError> {
        let last = self
            .prepare(
                "SELECT id FROM operations \
                 WHERE id NOT IN (SELECT operation FROM undone) \
                 AND id NOT IN (SELECT by FROM undone) AND id IS NOT ?1 \
                 ORDER BY id DESC LIMIT 1",
            )?
            .query_row([self.row], |row| rows::operation(row, 0))
            .optional()?;
        self.undo(last.ok_or(LedgerError::NothingToUndo)?)
    }

    /// Takes one operation back in the same way, where what came after it leaves room for that.
    ///
    /// # Errors
    /// [`LedgerError::NothingToUndo`] where there is no such operation or it is taken back already, and
    /// [`LedgerError::Conflict`] where something that it changed was changed again since.
    pub fn undo(&mut self, operation: u64) -> Result<Undone, LedgerError> {
        let known = read::one_operation(&self.sql, operation)?.filter(|known| !known.undone);
        let known = known.ok_or(LedgerError::NothingToUndo)?;
        self.nothing_rests_on(operation)?;
        let changes: Vec<Change> = read::changes_of(&self.sql, operation)?
            .iter()
            .rev()
            .map(Change::inverse)
            .collect();
        self.apply(&changes)?;
        // What somebody has decided changes nothing of what the notes say.
        let decides = |change: &Change| {
            matches!(
                change,
                Change::HomeSet { .. } | Change::Decided { .. } | Change::AliasSet { .. }
            )
        };
        if !changes.iter().any(decides) {
            let paths: BTreeSet<&str> = changes.iter().filter_map(Change::path).collect();
            for path in paths {
                self.forget_note(path)?;
            }
        }
        let by = self.row()?;
        self.prepare("INSERT INTO undone (operation, by) VALUES (?1, ?2)")?
            .execute([operation.cast_signed(), by])?;
        Ok(Undone {
            operation,
            command: known.command,
            at: known.at,
            changes,
        })
    }

    /// Nothing that an operation changed was changed again since, nor did it take another back.
    fn nothing_rests_on(&self, operation: u64) -> Result<(), LedgerError> {
        let operation = operation.cast_signed();
        let took_back = self
            .prepare("SELECT 1 FROM undone WHERE by = ?1")?
            .exists([operation])?;
        if took_back {
            return Err(LedgerError::NothingToUndo);
        }
        let later = self
            .prepare(
                "SELECT item FROM changes WHERE operation > ?1 AND item <> '' \
                 AND item IN (SELECT item FROM changes WHERE operation = ?1) \
                 AND operation NOT IN (SELECT operation FROM undone) \
                 AND operation NOT IN (SELECT by FROM undone) LIMIT 1",
            )?
            .query_row([operation], |row| rows::id(row, 0))
            .optional()?;
        match later {
            Some(id) => Err(LedgerError::Conflict(Conflict {
                id: Some(id),
                reason: "it was changed again since",
            })),
            None => Ok(()),
        }
    }

    /// The number of the operation, once there is a change.
    pub fn number(&self) -> Option<u64> {
        self.row.map(i64::cast_unsigned)
    }

    /// Ends the operation and keeps it.
    ///
    /// # Errors
    /// The ledger cannot be written; nothing is changed then.
    pub fn commit(self) -> Result<(), LedgerError> {
        Ok(self.sql.commit()?)
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, LedgerError> {
        Ok(self.sql.prepare_cached(sql)?)
    }

    /// The row of the operation, made when it is first needed.
    fn row(&mut self) -> Result<i64, LedgerError> {
        if let Some(row) = self.row {
            return Ok(row);
        }
        let row = self
            .prepare("INSERT INTO operations (command, at, who) VALUES (?1, ?2, ?3)")?
            .insert(params![
                self.operation.command,
                self.operation.at.to_string(),
                self.operation.who
            ])?;
        self.row = Some(row);
        Ok(row)
    }

    fn log(&mut self, change: &Change) -> Result<(), LedgerError> {
        let row = self.row()?;
        let json = serde_json::to_string(change).map_err(LedgerError::damaged)?;
        self.prepare("INSERT INTO changes (operation, item, change) VALUES (?1, ?2, ?3)")?
            .execute(params![
                row,
                change.item_id().map_or("", ItemId::as_str),
                json
            ])?;
        Ok(())
    }

    /// Changes the items' tables as [`Items::apply`], which has found that the change fits, changes the items.
    fn project(&self, change: &Change, words: &mut WordTally) -> Result<(), LedgerError> {
        match change {
            Change::Added { item } => self.write_item(item),
            Change::Removed { item } => {
                for sql in [
                    "DELETE FROM item_owners WHERE item = ?1",
                    "DELETE FROM items WHERE id = ?1",
                ] {
                    self.prepare(sql)?.execute([item.id.as_str()])?;
                }
                Ok(())
            }
            Change::MentionAdded { id, mention } => self.insert_mention(id, mention, words),
            Change::MentionRemoved { id, mention } => self.delete_mention(id, mention, words),
            Change::MentionMoved { id, from, to } => {
                self.delete_mention(id, from, words)?;
                self.insert_mention(id, to, words)
            }
            Change::StateSet { id, to, closed, .. } => self.set_state(id, *to, *closed),
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
            Change::OwnersSet { id, .. }
            | Change::TextSet { id, .. }
            | Change::HeardAs { id, .. }
            | Change::Pinned { id, .. }
            | Change::Accepted { id, .. }
            | Change::Snoozed { id, .. }
            | Change::AgainSet { id, .. }
            | Change::Linked { id, .. }
            | Change::Unlinked { id, .. } => self.rewrite_item(id, change),
            Change::Forwarded { id, to, .. } => {
                let to = to.as_ref().map(|to| to.as_str().to_owned());
                self.set_one("forwards", ["id", "leads_to"], id.as_str(), to)
            }
            Change::HomeSet { mention, to, .. } => {
                let home = to.as_ref().map(serde_json::to_string).transpose();
                let home = home.map_err(LedgerError::damaged)?;
                self.set_one("homes", ["mention", "home"], mention.as_str(), home)
            }
            Change::Proposed { proposal } => self.write_proposal(proposal),
            Change::Withdrawn { proposal } => {
                self.prepare("DELETE FROM proposals WHERE id = ?1")?
                    .execute([proposal.id.as_str()])?;
                Ok(())
            }
            Change::Decided { proposal, to, .. } => {
                if let Some(mut proposal) = read::proposal(&self.sql, proposal)? {
                    proposal.decided = *to;
                    self.write_proposal(&proposal)?;
                }
                Ok(())
            }
            Change::AliasSet {
                series, name, to, ..
            } => {
                self.prepare("DELETE FROM aliases WHERE series = ?1 AND name = ?2")?
                    .execute([series, name])?;
                if let Some(person) = to {
                    self.prepare("INSERT INTO aliases (series, name, person) VALUES (?1, ?2, ?3)")?
                        .execute([series, name, person])?;
                }
                Ok(())
            }
            Change::LoginSet { person, to, .. } => {
                self.set_one("logins", ["person", "login"], person, to.clone())
            }
        }
    }

    /// Writes an item's row anew, as a change makes it; its mentions stay.
    fn rewrite_item(&self, id: &ItemId, change: &Change) -> Result<(), LedgerError> {
        let Some(item) = read::bare(&self.sql, id)? else {
            return Ok(());
        };
        let mut one = Items::from_items([item]);
        one.apply(change)?;
        if let Some(item) = one.get(id) {
            self.prepare("DELETE FROM item_owners WHERE item = ?1")?
                .execute([id.as_str()])?;
            self.write_item(item)?;
        }
        Ok(())
    }

    /// Sets or takes away the one value that a table has for a key.
    fn set_one(
        &self,
        table: &str,
        [key_column, column]: [&str; 2],
        key: &str,
        value: Option<String>,
    ) -> Result<(), LedgerError> {
        match value {
            Some(value) => self
                .prepare(&format!(
                    "INSERT OR REPLACE INTO {table} ({key_column}, {column}) VALUES (?1, ?2)"
                ))?
                .execute([key, &value])?,
            None => self
                .prepare(&format!("DELETE FROM {table} WHERE {key_column} = ?1"))?
                .execute([key])?,
        };
        Ok(())
    }

    fn write_proposal(&self, proposal: &Proposal) -> Result<(), LedgerError> {
        self.prepare(
            "INSERT OR REPLACE INTO proposals (id, item, other, path, decided, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            proposal.id.as_str(),
            proposal.item.as_str(),
            proposal.with.as_ref().map(ItemId::as_str),
            proposal.words.path,
            proposal.decided,
            serde_json::to_string(proposal).map_err(LedgerError::damaged)?,
        ])?;
        Ok(())
    }

    /// Writes an item's row and its owners, of which there are none before.
    fn write_item(&self, item: &Item) -> Result<(), LedgerError> {
        let [due_phrase, due_date, due_alternative] = due(item.due.as_ref());
        self.prepare(
            "INSERT INTO items (id, series, kind, certainty, owners, text, due_phrase, due_date, \
             due_alternative, state, since, key, closed, pinned, snoozed, again, links, carried, \
             accepted) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
             ?19) \
             ON CONFLICT (id) DO UPDATE SET kind = ?3, certainty = ?4, owners = ?5, text = ?6, \
             since = ?11, key = ?12, pinned = ?14, snoozed = ?15, again = ?16, links = ?17, \
             carried = ?18, accepted = ?19",
        )?
        .execute(params![
            item.id.as_str(),
            item.series,
            item.kind.as_str(),
            item.certainty.as_str(),
            json(&item.owners)?,
            item.text,
            due_phrase,
            due_date,
            due_alternative,
            item.state.as_str(),
            date(item.since),
            item.key().digest(),
            date(item.closed),
            json(&item.pinned)?,
            item.snoozed.as_ref().map(json).transpose()?,
            item.again.as_ref().map(ItemId::as_str),
            json(&item.links)?,
            item.is_carried(),
            item.accepted,
        ])?;
        let owners: BTreeSet<String> = item.owners.iter().map(|owner| normal(owner)).collect();
        for owner in owners {
            self.prepare("INSERT INTO item_owners (owner, state, item) VALUES (?1, ?2, ?3)")?
                .execute(params![owner, item.state.as_str(), item.id.as_str()])?;
        }
        Ok(())
    }

    fn insert_mention(
        &self,
        id: &ItemId,
        mention: &Mention,
        words: &mut WordTally,
    ) -> Result<(), LedgerError> {
        let series = self.series_of(id)?;
        let [due_phrase, due_date, due_alternative] = due(mention.due.as_ref());
        self.prepare(&format!(
            "INSERT INTO mentions (item, key, {MENTION}) VALUES \
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"
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
            json(&mention.owners)?,
            mention.text,
            due_phrase,
            due_date,
            due_alternative,
            mention.rule,
            mention.confidence,
            mention.quote,
            date(mention.meeting),
            mention.id.as_ref().map(ItemId::as_str),
            json(&mention.people)?,
            mention.topic,
        ])?;
        words.add(&series, id, mention, 1);
        Ok(())
    }

    fn series_of(&self, id: &ItemId) -> Result<String, LedgerError> {
        let mut statement = self.prepare("SELECT series FROM items WHERE id = ?1")?;
        Ok(statement.query_row([id.as_str()], |row| row.get(0))?)
    }

    fn delete_mention(
        &self,
        id: &ItemId,
        mention: &Mention,
        words: &mut WordTally,
    ) -> Result<(), LedgerError> {
        let mut statement = self.prepare(&format!(
            "SELECT {MENTION}, rowid FROM mentions WHERE item = ?1"
        ))?;
        let mut rows = statement.query([id.as_str()])?;
        while let Some(row) = rows.next()? {
            if rows::mention(row)? == *mention {
                let rowid: i64 = row.get("rowid")?;
                self.prepare("DELETE FROM mentions WHERE rowid = ?1")?
                    .execute([rowid])?;
                words.add(&self.series_of(id)?, id, mention, -1);
                return Ok(());
            }
        }
        Err(LedgerError::damaged(format!(
            "item {id} has lost a mention at {}:{}",
            mention.path, mention.line
        )))
    }

    fn set_state(
        &self,
        id: &ItemId,
        state: State,
        closed: Option<Date>,
    ) -> Result<(), LedgerError> {
        self.prepare("UPDATE items SET state = ?2, closed = ?3 WHERE id = ?1")?
            .execute(params![id.as_str(), state.as_str(), date(closed)])?;
        self.prepare("UPDATE item_owners SET state = ?2 WHERE item = ?1")?
            .execute([id.as_str(), state.as_str()])?;
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

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, LedgerError> {
    serde_json::to_string(value).map_err(LedgerError::damaged)
}
