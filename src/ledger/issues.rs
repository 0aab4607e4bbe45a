//! What the ledger keeps for the exchange with GitHub: the outbox, what was read of issues, what people refused.
//!
//! None of it is part of the log: what was sent to GitHub is not taken back by `undo`, and what was read there can be
//! read again. What an item is tied to is a [`Change::Linked`](crate::items::Change::Linked) of the item itself.

use super::exchange::{Errand, Followed, IssueRow, Stage};
use super::rows;
use super::transaction::{Transaction, json};
use super::{Ledger, LedgerError};
use crate::items::{Item, ItemId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};

const ERRAND: &str =
    "id, done_once, item, kind, target, stage, request, attempts, started, url, problem";

const ISSUE: &str = "repository, number, node, url, title, body, author, trusted, open, reason, pull, \
     merged, created, updated, marker, assignees, milestone, milestone_due";

const FOLLOWED: &str = "url, open, reason, gone, node, assignees, milestone, ours, checked";

impl Ledger {
    /// The outbox in the order in which it was written, done and failed errands included.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn outbox(&self) -> Result<Vec<Errand>, LedgerError> {
        let sql = format!("SELECT {ERRAND} FROM outbox ORDER BY id");
        all(&self.connection, &sql, errand)
    }

    /// One errand as it stands now.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn errand(&self, done_once: &str) -> Result<Option<Errand>, LedgerError> {
        let sql = format!("SELECT {ERRAND} FROM outbox WHERE done_once = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([done_once], errand).optional()?)
    }

    /// What was read of the issues of a repository (`host/owner/name` in lower case), by number.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn issues(&self, repository: &str) -> Result<Vec<IssueRow>, LedgerError> {
        self.issues_where("repository", repository)
    }

    /// The issues of all repositories that carry the marker of an item.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn issues_marked(&self, item: &ItemId) -> Result<Vec<IssueRow>, LedgerError> {
        self.issues_where("marker", item.as_str())
    }

    fn issues_where(&self, column: &str, value: &str) -> Result<Vec<IssueRow>, LedgerError> {
        let sql = format!("SELECT {ISSUE} FROM issues WHERE {column} = ?1 ORDER BY number");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([value], issue)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Up to when the issues of a repository were read, by GitHub's clock; `None` where they never were.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn read_until(&self, repository: &str) -> Result<Option<Timestamp>, LedgerError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT read_until FROM repositories WHERE repository = ?1")?;
        Ok(statement
            .query_row([repository], |row| rows::timestamp(row, 0))
            .optional()?)
    }

    /// What was last known of the issues that items are tied to, by address.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn followed(&self) -> Result<BTreeMap<String, Followed>, LedgerError> {
        let sql = format!("SELECT {FOLLOWED} FROM followed");
        let rows = all(&self.connection, &sql, followed)?;
        Ok(rows.into_iter().map(|row| (row.url.clone(), row)).collect())
    }

    /// Items that are tied to an address.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn linked_items(&self) -> Result<Vec<Item>, LedgerError> {
        let sql = "SELECT id FROM items WHERE links <> '[]' ORDER BY since, id";
        let ids = all(&self.connection, sql, |row| rows::id(row, 0))?;
        let items = ids
            .iter()
            .map(|id| self.item(id))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(items.into_iter().flatten().collect())
    }

    /// The issues that a person has said an item is not tied to; an empty address says that it is not to be filed.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn refused(&self) -> Result<BTreeMap<ItemId, BTreeSet<String>>, LedgerError> {
        let pairs = all(&self.connection, "SELECT item, url FROM refused", |row| {
            Ok((rows::id(row, 0)?, row.get::<_, String>(1)?))
        })?;
        let mut refused: BTreeMap<ItemId, BTreeSet<String>> = BTreeMap::new();
        for (item, url) in pairs {
            refused.entry(item).or_default().insert(url);
        }
        Ok(refused)
    }
}

impl Transaction<'_> {
    /// Writes an errand down where its deed is not written down already. One that failed is written anew.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn add_errand(&mut self, errand: &Errand) -> Result<(), LedgerError> {
        self.prepare(
            "INSERT INTO outbox (done_once, item, kind, target, stage, request) \
             VALUES (?1, ?2, ?3, ?4, 'planned', ?5) \
             ON CONFLICT (done_once) DO UPDATE SET target = ?4, request = ?5, stage = 'planned', \
             attempts = 0, problem = NULL WHERE stage IN ('failed', 'planned')",
        )?
        .execute(params![
            errand.done_once,
            errand.item.as_str(),
            errand.deed.as_str(),
            errand.target,
            errand.request,
        ])?;
        Ok(())
    }

    /// Takes an errand up, which is now as good as sent. Tells whether it was there to be taken, as it was read: of two
    /// processes only one takes it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn take_up(&mut self, errand: &mut Errand, at: Timestamp) -> Result<bool, LedgerError> {
        let n = self
            .prepare(
                "UPDATE outbox SET stage = 'inflight', attempts = attempts + 1, started = ?2 \
                 WHERE done_once = ?1 AND stage = 'planned' AND attempts = ?3",
            )?
            .execute(params![errand.done_once, at.to_string(), errand.attempts])?;
        if n == 1 {
            errand.attempts += 1;
        }
        Ok(n == 1)
    }

    /// Keeps what came of an errand that was taken up: back to be done, done, or failed. Only that it is done is kept
    /// where another process has taken it up again since it was read, or has done it.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn put_down(
        &mut self,
        errand: &Errand,
        stage: Stage,
        url: Option<&str>,
        problem: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.prepare(
            "UPDATE outbox SET stage = ?2, url = ?3, problem = ?4 \
             WHERE done_once = ?1 AND (?2 = 'done' OR (stage <> 'done' AND attempts = ?5))",
        )?
        .execute(params![
            errand.done_once,
            stage.as_str(),
            url,
            problem,
            errand.attempts
        ])?;
        Ok(())
    }

    /// Forgets an errand that was never sent.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn drop_errand(&mut self, errand: &Errand) -> Result<(), LedgerError> {
        self.prepare("DELETE FROM outbox WHERE done_once = ?1 AND stage IN ('planned', 'failed')")?
            .execute([&errand.done_once])?;
        Ok(())
    }

    /// Keeps an issue as it was read, in place of an earlier reading.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_issue(&mut self, issue: &IssueRow) -> Result<(), LedgerError> {
        self.prepare(&format!(
            "INSERT OR REPLACE INTO issues ({ISSUE}) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
        ))?
        .execute(params![
            issue.repository,
            issue.number.cast_signed(),
            issue.node,
            issue.url,
            issue.title,
            issue.body,
            issue.author,
            issue.trusted,
            issue.open,
            issue.reason,
            issue.pull,
            issue.merged,
            issue.created.to_string(),
            issue.updated.to_string(),
            issue.marker.as_ref().map(ItemId::as_str),
            json(&issue.assignees)?,
            issue.milestone,
            issue.milestone_due.map(|day| day.to_string()),
        ])?;
        Ok(())
    }

    /// Forgets an issue that is no longer in its repository.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget_issue(&mut self, url: &str) -> Result<(), LedgerError> {
        self.prepare("DELETE FROM issues WHERE url = ?1")?
            .execute([url])?;
        Ok(())
    }

    /// Keeps up to when the issues of a repository were read, by GitHub's clock.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_read_until(&mut self, repository: &str, at: Timestamp) -> Result<(), LedgerError> {
        self.prepare(
            "INSERT OR REPLACE INTO repositories (repository, read_until) VALUES (?1, ?2)",
        )?
        .execute([repository, &at.to_string()])?;
        Ok(())
    }

    /// Gives what is to be done in a repository to the name that it has now. What was read of it is forgotten: every
    /// address in it is another.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn rename_repository(&mut self, old: &str, new: &str) -> Result<(), LedgerError> {
        for sql in [
            "DELETE FROM issues WHERE repository = ?1 AND ?1 <> ?2",
            "DELETE FROM repositories WHERE repository = ?1 AND ?1 <> ?2",
            "UPDATE outbox SET target = ?2 WHERE target = ?1 AND kind = 'open'",
        ] {
            self.prepare(sql)?.execute([old, new])?;
        }
        Ok(())
    }

    /// Keeps what is known of an issue that an item is tied to.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_followed(&mut self, row: &Followed) -> Result<(), LedgerError> {
        self.prepare(&format!(
            "INSERT OR REPLACE INTO followed ({FOLLOWED}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ))?
        .execute(params![
            row.url,
            row.open,
            row.reason,
            row.gone,
            row.node,
            json(&row.assignees)?,
            row.milestone,
            row.ours,
            row.checked.to_string(),
        ])?;
        Ok(())
    }

    /// Forgets what is known of an address that no item is tied to any more.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn forget_followed(&mut self, url: &str) -> Result<(), LedgerError> {
        self.prepare("DELETE FROM followed WHERE url = ?1")?
            .execute([url])?;
        Ok(())
    }

    /// Keeps that a person has said that an item is not tied to an issue or, with an empty address, not to be filed;
    /// or takes that back.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn set_refused(&mut self, item: &ItemId, url: &str, is: bool) -> Result<(), LedgerError> {
        let sql = if is {
            "INSERT OR IGNORE INTO refused (item, url) VALUES (?1, ?2)"
        } else {
            "DELETE FROM refused WHERE item = ?1 AND url = ?2"
        };
        self.prepare(sql)?.execute([item.as_str(), url])?;
        Ok(())
    }
}

fn all<T>(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn errand(row: &Row<'_>) -> rusqlite::Result<Errand> {
    Ok(Errand {
        id: row.get(0)?,
        done_once: row.get(1)?,
        item: rows::id(row, 2)?,
        deed: rows::word(row, 3)?,
        target: row.get(4)?,
        stage: rows::word(row, 5)?,
        request: row.get(6)?,
        attempts: row.get(7)?,
        started: rows::parsed(row, 8)?,
        url: row.get(9)?,
        problem: row.get(10)?,
    })
}

fn issue(row: &Row<'_>) -> rusqlite::Result<IssueRow> {
    Ok(IssueRow {
        repository: row.get(0)?,
        number: row.get::<_, i64>(1)?.cast_unsigned(),
        node: row.get(2)?,
        url: row.get(3)?,
        title: row.get(4)?,
        body: row.get(5)?,
        author: row.get(6)?,
        trusted: row.get(7)?,
        open: row.get(8)?,
        reason: row.get(9)?,
        pull: row.get(10)?,
        merged: row.get(11)?,
        created: rows::timestamp(row, 12)?,
        updated: rows::timestamp(row, 13)?,
        marker: rows::optional_id(row, 14)?,
        assignees: rows::json(row, 15)?,
        milestone: row.get(16)?,
        milestone_due: rows::parsed(row, 17)?,
    })
}

fn followed(row: &Row<'_>) -> rusqlite::Result<Followed> {
    Ok(Followed {
        url: row.get(0)?,
        open: row.get(1)?,
        reason: row.get(2)?,
        gone: row.get(3)?,
        node: row.get(4)?,
        assignees: rows::json(row, 5)?,
        milestone: row.get(6)?,
        ours: row.get(7)?,
        checked: rows::timestamp(row, 8)?,
    })
}

#[cfg(test)]
mod tests {
    use crate::items::ItemId;
    use crate::ledger::exchange::{Deed, Errand, Stage};
    use crate::ledger::{Ledger, Operation};
    use jiff::Timestamp;

    fn operation() -> Operation {
        Operation {
            command: "issues open".to_owned(),
            who: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn errand() -> Errand {
        Errand {
            id: 0,
            done_once: "open 3qkfq7ja7sr6".to_owned(),
            item: ItemId::parse("3qkfq7ja7sr6").expect("an id"),
            deed: Deed::Open,
            target: "github.com/acme/tiles".to_owned(),
            stage: Stage::Planned,
            request: "{}".to_owned(),
            attempts: 0,
            started: None,
            url: None,
            problem: None,
        }
    }

    #[test]
    fn of_two_one_takes_an_errand_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let (mut one, _) = Ledger::open_or_create(&path).expect("make");
        let mut other = Ledger::open(&path).expect("open");
        let take = |ledger: &mut Ledger| {
            let mut transaction = ledger.begin(&operation()).expect("begin");
            let taken = transaction.take_up(&mut errand(), Timestamp::UNIX_EPOCH);
            transaction.commit().expect("commit");
            taken.expect("asked")
        };
        let mut transaction = one.begin(&operation()).expect("begin");
        transaction.add_errand(&errand()).expect("added");
        transaction.commit().expect("commit");
        assert_eq!([take(&mut one), take(&mut other)], [true, false]);
    }

    #[test]
    fn what_another_process_has_taken_up_or_done_is_not_put_back() {
        let mut ledger = Ledger::in_memory().expect("a ledger");
        let mut transaction = ledger.begin(&operation()).expect("begin");
        transaction.add_errand(&errand()).expect("added");
        let mut first = errand();
        let mut again = Errand {
            attempts: 1,
            ..errand()
        };
        // Both look for what was sent first; one finds nothing and sends it again, and only then the other finds nothing.
        let taken = transaction.take_up(&mut first, Timestamp::UNIX_EPOCH);
        assert!(taken.expect("asked"));
        transaction
            .put_down(&first, Stage::Planned, None, None)
            .expect("put down");
        let taken = transaction.take_up(&mut again, Timestamp::UNIX_EPOCH);
        assert!(taken.expect("asked"));
        transaction
            .put_down(&first, Stage::Planned, None, None)
            .expect("put down");
        let taken = transaction.take_up(&mut first, Timestamp::UNIX_EPOCH);
        assert!(!taken.expect("asked"), "it is on its way");
        transaction
            .put_down(&first, Stage::Done, Some("x"), None)
            .expect("put down");
        transaction
            .put_down(&again, Stage::Failed, None, Some("y"))
            .expect("put down");
        transaction.commit().expect("commit");
        let known = ledger.errand(&first.done_once).expect("read");
        let known = known.expect("it is there");
        assert_eq!(
            (known.stage, known.url.as_deref()),
            (Stage::Done, Some("x"))
        );
    }

    #[test]
    fn what_is_sent_or_done_is_not_written_down_again() {
        for (stage, again) in [
            (Stage::Planned, true),
            (Stage::Inflight, false),
            (Stage::Done, false),
            (Stage::Failed, true),
        ] {
            let mut ledger = Ledger::in_memory().expect("a ledger");
            let mut transaction = ledger.begin(&operation()).expect("begin");
            transaction.add_errand(&errand()).expect("added");
            let put = transaction.put_down(&errand(), stage, Some("x"), Some("y"));
            put.expect("put down");
            let other = Errand {
                request: "[]".to_owned(),
                ..errand()
            };
            transaction.add_errand(&other).expect("added");
            transaction.commit().expect("commit");
            let known = ledger.errand("open 3qkfq7ja7sr6").expect("read");
            let known = known.expect("it is there");
            let is_new = known.request == "[]" && known.stage == Stage::Planned;
            assert_eq!(is_new, again, "{stage:?}");
            assert!(again || known.stage == stage, "{stage:?}");
        }
    }
}
