//! Where items live: a SQLite file, and the only SQL.
//!
//! Underneath is a log that is only added to: operations, and the changes that each made. The items are what the log
//! makes, kept beside it so that they can be asked for. A [`Transaction`] is one operation; everything that writes goes
//! through [`Transaction::apply`], and undo is one more operation with the inverse changes. This room knows nothing of
//! notes as text, nor of rules.

mod error;
mod exchange;
mod issues;
mod known;
mod links;
mod read;
mod rows;
mod schema;
mod tally;
mod transaction;

pub use error::LedgerError;
pub use exchange::{Deed, Errand, Followed, IssueRow, Stage};
pub use transaction::Transaction;

use crate::items::{Change, Item, ItemId, Items, Proposal, ProposalId, State};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// A ledger that is open.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
}

/// Which items to list; each part that is set narrows the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Items of this owner, whatever the case of the name.
    pub owner: Option<String>,
    /// Items of this series.
    pub series: Option<String>,
    /// Items first said at a meeting on this day or later.
    pub since: Option<Date>,
    /// Items in this state.
    pub state: Option<State>,
    /// Items closed on this day or later.
    pub closed_since: Option<Date>,
    /// Only what goes on agendas without asking: [`Item::is_carried`].
    pub carried: bool,
}

/// What is about to be done to a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The command line, without the program's name: "scan notes".
    pub command: String,
    /// Who gave it, where known.
    pub who: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// An operation that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRow {
    /// Its number; they count up from 1.
    pub id: u64,
    /// The command line, without the program's name.
    pub command: String,
    /// Who gave it, where known.
    pub who: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Whether it was taken back.
    pub undone: bool,
    /// The operations that it took back, where it is an undo.
    pub undoes: Vec<u64>,
    /// How many changes it made.
    pub changes: usize,
}

/// Where a series stands on a day. A note that was made for a day to come, with nothing said in it yet, is no meeting
/// that has been.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meetings {
    /// The last meeting that has been.
    pub last: Option<Date>,
    /// The first meeting to come, where a note was made for it.
    pub next: Option<Date>,
}

/// What a note tells of one meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingRow {
    /// The day, where known.
    pub day: Option<Date>,
    /// The path of the note.
    pub path: String,
    /// The note's title, where it has one.
    pub title: Option<String>,
    /// How many items it speaks of.
    pub items: usize,
}

/// One line of an item's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The number of the operation.
    pub operation: u64,
    /// When.
    pub at: Timestamp,
    /// The command line, without the program's name.
    pub command: String,
    /// Who gave it, where known.
    pub who: Option<String>,
    /// What changed.
    pub change: Change,
}

/// A note as it was when it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRow {
    /// Its path, as its mentions have it.
    pub path: String,
    /// The run of meetings it belongs to.
    pub series: String,
    /// The date of its meeting, where known.
    pub meeting: Option<Date>,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last modified, in nanoseconds since 1970.
    pub modified: i64,
    /// The SHA-256 of its bytes.
    pub hash: [u8; 32],
}

/// An operation that [`Transaction::undo_last`] took back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// Its number.
    pub operation: u64,
    /// Its command line, without the program's name.
    pub command: String,
    /// When it was done.
    pub at: Timestamp,
    /// The changes that took it back, in the order in which they were made.
    pub changes: Vec<Change>,
}

impl Ledger {
    /// Opens a ledger that is there. One of an earlier version is first copied to `PATH.bak-vN` and brought up to date.
    ///
    /// # Errors
    /// [`LedgerError::NotThere`], [`LedgerError::NotALedger`], [`LedgerError::Newer`], or the file cannot be read.
    pub fn open(path: &Path) -> Result<Ledger, LedgerError> {
        if !path.exists() {
            return Err(LedgerError::NotThere {
                path: path.to_owned(),
            });
        }
        Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// Opens a ledger, or makes it with the folders above it. Also tells whether it was made.
    ///
    /// # Errors
    /// As [`Ledger::open`], but for a file that is not there; or the folder cannot be made.
    pub fn open_or_create(path: &Path) -> Result<(Ledger, bool), LedgerError> {
        if path.exists() {
            return Ok((Self::open(path)?, false));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| LedgerError::Io {
                path: folder.to_owned(),
                source,
            })?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        Ok((Self::open_with(path, flags)?, true))
    }

    /// A ledger that ends with the process: for tests, and for runs that keep nothing.
    ///
    /// # Errors
    /// No memory is left.
    pub fn in_memory() -> Result<Ledger, LedgerError> {
        Self::prepared(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    /// A copy of a ledger that ends with the process: for runs that try something out.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn copy_of(path: &Path) -> Result<Ledger, LedgerError> {
        let original = Self::open(path)?;
        let mut copy = Connection::open_in_memory()?;
        rusqlite::backup::Backup::new(&original.connection, &mut copy)?.run_to_completion(
            1000,
            Duration::ZERO,
            None,
        )?;
        Self::prepared(copy, Path::new(":memory:"))
    }

    /// Writes a copy as one whole file, in place of one that is there.
    ///
    /// # Errors
    /// The ledger cannot be read, or the file not be written.
    pub fn write_copy(&self, path: &Path) -> Result<(), LedgerError> {
        if path.exists() {
            std::fs::remove_file(path).map_err(|source| LedgerError::Io {
                path: path.to_owned(),
                source,
            })?;
        }
        Ok(self
            .connection
            .backup("main", path, rusqlite::backup::NO_PROGRESS)?)
    }

    fn open_with(path: &Path, flags: OpenFlags) -> Result<Ledger, LedgerError> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(path, flags)
            .map_err(LedgerError::from)
            .and_then(|connection| Self::prepared(connection, path))
            .map_err(|error| match error {
                LedgerError::Database(error)
                    if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) =>
                {
                    LedgerError::NotALedger {
                        path: path.to_owned(),
                    }
                }
                error => error,
            })
    }

    fn prepared(mut connection: Connection, path: &Path) -> Result<Ledger, LedgerError> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(128);
        // A plan must not depend on the values that are bound: SQLite would make it anew for each.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        schema::migrate(&mut connection, path, schema::MIGRATIONS)?;
        match connection.pragma_update(None, "journal_mode", "WAL") {
            // The mode is the file's. Whoever is in the way is setting it too, or it is set the next time.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
            result => result?,
        }
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // In KiB. The ids are hashes, so that the indexes are written all over the place.
        connection.pragma_update(None, "cache_size", -131_072)?;
        Ok(Ledger { connection })
    }

    /// The items that a filter lets through, in order of their first meeting and their id; those without a date first.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn items(&self, filter: &Filter) -> Result<Vec<Item>, LedgerError> {
        read::items(&self.connection, filter)
    }

    /// One item.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn item(&self, id: &ItemId) -> Result<Option<Item>, LedgerError> {
        read::item(&self.connection, id)
    }

    /// The id of the item that an id leads to: itself, or whatever has taken its place; `None` where there is none.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn resolve(&self, id: &ItemId) -> Result<Option<ItemId>, LedgerError> {
        read::resolve(&self.connection, id)
    }

    /// The item that holds a mention, by the mention's id.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn holder(&self, mention: &ItemId) -> Result<Option<ItemId>, LedgerError> {
        read::holder(&self.connection, mention)
    }

    /// The proposals that wait for a yes, in order of their meetings.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn proposals(&self) -> Result<Vec<Proposal>, LedgerError> {
        read::proposals(&self.connection, false)
    }

    /// The proposals about an item, or about another that would join it, decided ones as well.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn proposals_of(&self, id: &ItemId) -> Result<Vec<Proposal>, LedgerError> {
        read::proposals_of(&self.connection, id)
    }

    /// The proposals about an item that wait for a yes, in order of their meetings.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn waiting_for(&self, id: &ItemId) -> Result<Vec<Proposal>, LedgerError> {
        read::waiting_for(&self.connection, id)
    }

    /// One proposal, decided or not.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn proposal(&self, id: &ProposalId) -> Result<Option<Proposal>, LedgerError> {
        read::proposal(&self.connection, id)
    }

    /// Whom names stand for in a series, where people have said so, by the names' [`normal`](crate::items::normal)
    /// forms.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn aliases(&self, series: &str) -> Result<BTreeMap<String, String>, LedgerError> {
        read::aliases(&self.connection, series)
    }

    /// The logins of people on GitHub, by their names, where somebody has said so.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn logins(&self) -> Result<BTreeMap<String, String>, LedgerError> {
        read::logins(&self.connection)
    }

    /// Everything that the log makes: what [`Items::replay`] must come to, and what an export writes.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn everything(&self) -> Result<Items, LedgerError> {
        read::everything(&self.connection)
    }

    /// The one item whose id begins with `prefix`, in either case.
    ///
    /// # Errors
    /// [`LedgerError::NoSuchItem`] and [`LedgerError::Ambiguous`].
    pub fn find(&self, prefix: &str) -> Result<ItemId, LedgerError> {
        read::find(&self.connection, prefix)
    }

    /// The shortest beginning of an id that no other item's id has, of at least 4 characters.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn short(&self, id: &ItemId) -> Result<String, LedgerError> {
        read::short(&self.connection, id)
    }

    /// Everything that happened to an item, the oldest first; empty for an item that never was.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn history(&self, id: &ItemId) -> Result<Vec<Entry>, LedgerError> {
        read::history(&self.connection, id)
    }

    /// Everything that ever happened, the oldest first. [`Items::replay`] makes the items
    /// from it.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn log(&self) -> Result<Vec<Entry>, LedgerError> {
        read::log(&self.connection)
    }

    /// A note as it was when it was last read.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn note(&self, path: &str) -> Result<Option<NoteRow>, LedgerError> {
        read::note(&self.connection, path)
    }

    /// All notes that were read, in order of their paths.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn notes(&self) -> Result<Vec<NoteRow>, LedgerError> {
        read::notes(&self.connection)
    }

    /// The series whose notes were read, in order.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn series(&self) -> Result<Vec<String>, LedgerError> {
        read::series(&self.connection)
    }

    /// The series that have open items, in order.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn series_with_open(&self) -> Result<Vec<String>, LedgerError> {
        read::series_with_open(&self.connection)
    }

    /// The note of the last meeting of a series before a day, but for the one at a path.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn last_note(
        &self,
        series: &str,
        before: Date,
        but: Option<&str>,
    ) -> Result<Option<NoteRow>, LedgerError> {
        read::last_note(&self.connection, series, before, but)
    }

    /// The meetings of a series in their order, those without a day first. A note that holds several is there for each.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn meetings_of(&self, series: &str) -> Result<Vec<MeetingRow>, LedgerError> {
        read::meetings_of(&self.connection, series)
    }

    /// The last and the next meeting of a series, as seen on a day.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn meetings(&self, series: &str, today: Date) -> Result<Meetings, LedgerError> {
        read::meetings(&self.connection, series, today)
    }

    /// Everything that was done, the newest first; at most `limit` operations, or those of one item.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn operations(
        &self,
        limit: Option<usize>,
        of: Option<&ItemId>,
    ) -> Result<Vec<OperationRow>, LedgerError> {
        read::operations(&self.connection, limit, of)
    }

    /// What one operation has changed, in order.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn changes_of(&self, operation: u64) -> Result<Vec<Change>, LedgerError> {
        read::changes_of(&self.connection, operation)
    }

    /// What SQLite finds wrong with the file itself, a line each; empty where it is whole.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn check_file(&self) -> Result<Vec<String>, LedgerError> {
        read::check_file(&self.connection)
    }

    /// The operation that was done last, where there is one.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn last_operation(&self) -> Result<Option<OperationRow>, LedgerError> {
        read::last_operation(&self.connection)
    }

    /// One operation.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn operation(&self, id: u64) -> Result<Option<OperationRow>, LedgerError> {
        read::one_operation(&self.connection, id)
    }

    /// How many changes the log has: a number that grows with every change, whoever makes it.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn version(&self) -> Result<u64, LedgerError> {
        read::version(&self.connection)
    }

    /// A number that is another whenever another connection than this one has written anything: to the log, about notes
    /// that were read, about issues. It means nothing to another connection.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn writes_of_others(&self) -> Result<i64, LedgerError> {
        read::writes_of_others(&self.connection)
    }

    /// The items that changes after a [version](Ledger::version) are about, each once.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn changed_since(&self, version: u64) -> Result<Vec<ItemId>, LedgerError> {
        read::changed_since(&self.connection, version)
    }

    /// The commands that made changes after a [version](Ledger::version), each once.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn commands_since(&self, version: u64) -> Result<Vec<String>, LedgerError> {
        read::commands_since(&self.connection, version)
    }

    /// The note of a series about the meeting of a day; of several the first by path.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn note_of(&self, series: &str, day: Date) -> Result<Option<NoteRow>, LedgerError> {
        read::note_of(&self.connection, series, day)
    }

    /// Begins an operation, alone among all processes.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] where another process is writing and does not end within five seconds.
    pub fn begin(&mut self, operation: &Operation) -> Result<Transaction<'_>, LedgerError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Transaction::new(transaction, operation))
    }
}

#[cfg(test)]
mod tests {
    use super::{Ledger, LedgerError, Operation};
    use jiff::Timestamp;
    use std::time::Duration;

    fn operation() -> Operation {
        Operation {
            command: "scan".to_owned(),
            who: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn one_writer_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let (mut first, _) = Ledger::open_or_create(&path).expect("make");
        let mut second = Ledger::open(&path).expect("open");
        let no_wait = second.connection.busy_timeout(Duration::ZERO);
        no_wait.expect("a timeout");

        let transaction = first.begin(&operation()).expect("begin");
        let error = second.begin(&operation()).expect_err("it is taken");
        assert!(matches!(error, LedgerError::Busy), "{error:?}");
        drop(transaction);
        assert!(second.begin(&operation()).is_ok());
    }

    #[test]
    fn a_file_that_may_not_be_written_to() {
        let mut ledger = Ledger::in_memory().expect("a ledger");
        let query_only = ledger.connection.pragma_update(None, "query_only", true);
        query_only.expect("a pragma");
        let error = ledger.begin(&operation()).expect_err("it is read-only");
        assert!(matches!(error, LedgerError::ReadOnly), "{error:?}");
    }

    #[test]
    fn a_commit_is_on_the_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let (ledger, _) = Ledger::open_or_create(&path).expect("make");
        let pragma = |name| {
            ledger
                .connection
                .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
                .expect(name)
        };
        assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
        assert_eq!(pragma("synchronous"), 2.into());
        assert_eq!(pragma("foreign_keys"), 1.into());
    }
}
