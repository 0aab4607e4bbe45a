//! The versions of the ledger's file, and the way from each to the next.

use super::LedgerError;
use rusqlite::backup::NO_PROGRESS;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};

/// The migrations in order: the first makes version 1 from an empty file. One that was released is never changed; a
/// new one is added at the end.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
];

/// Marks the file as a ledger ("owed").
const APPLICATION_ID: u32 = 0x6f77_6564;

/// Brings the file to the latest version. An older one is first copied to `PATH.bak-vN`.
///
/// # Errors
/// [`LedgerError::Newer`] and [`LedgerError::NotALedger`]; the file is then as it was.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    migrations: &[&str],
) -> Result<(), LedgerError> {
    // Inside a transaction, so that all that is asked for is of the same moment.
    let moment = connection.transaction()?;
    let behind = outdated(&moment, path, migrations)?;
    moment.commit()?;
    if let Some(found) = behind {
        if found > 0 {
            back_up(connection, path, found)?;
        }
        // A migration may make a table anew, which is no time to watch over references to it.
        connection.pragma_update(None, "foreign_keys", false)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        // Another process may have been faster.
        if let Some(found) = outdated(&transaction, path, migrations)? {
            for sql in migrations.iter().skip(found as usize) {
                transaction.execute_batch(sql)?;
            }
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            let latest = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
            transaction.pragma_update(None, "user_version", latest)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// The version of the file where it is behind, 0 for an empty one; `None` where it is up to date.
fn outdated(
    transaction: &Transaction<'_>,
    path: &Path,
    migrations: &[&str],
) -> Result<Option<u32>, LedgerError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let number = |pragma| transaction.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let application = number("application_id")?;
    let found = number("user_version")?;
    let tables: u32 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_new = application == 0 && found == 0 && tables == 0;
    if !is_new && application != APPLICATION_ID {
        return Err(LedgerError::NotALedger {
            path: path.to_owned(),
        });
    }
    if found > known {
        return Err(LedgerError::Newer { found, known });
    }
    Ok((found < known).then_some(found))
}

/// Copies the ledger beside itself. The copy gets its name when it is whole.
fn back_up(connection: &Connection, path: &Path, version: u32) -> Result<(), LedgerError> {
    let named = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let backup = named(&format!(".bak-v{version}"));
    let unfinished = named(&format!(".bak-v{version}.unfinished"));
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| LedgerError::Io { path, source }
    };
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(at(&unfinished))?;
    }
    connection.backup("main", &unfinished, NO_PROGRESS)?;
    std::fs::rename(&unfinished, &backup).map_err(at(&backup))
}

#[cfg(test)]
mod tests {
    use super::{LedgerError, MIGRATIONS, migrate};
    use rusqlite::Connection;
    use std::path::Path;

    const ONE: &str = "CREATE TABLE a (x TEXT) STRICT; INSERT INTO a VALUES ('kept');";
    const TWO: &str = "ALTER TABLE a ADD COLUMN y TEXT;";
    const WRONG: &str = "ALTER TABLE a ADD COLUMN z TEXT; ALTER TABLE b ADD COLUMN z TEXT;";

    /// The version of a file, its rows, and its columns.
    fn look(path: &Path) -> (u32, String, usize) {
        let connection = Connection::open(path).expect("open");
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0));
        let statement = connection.prepare("SELECT * FROM a").expect("a table");
        let columns = statement.column_count();
        let value = connection.query_row("SELECT x FROM a", [], |row| row.get(0));
        (version.expect("a version"), value.expect("a row"), columns)
    }

    #[test]
    fn an_old_file_is_copied_and_brought_up_to_date() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let backup = folder.path().join("ledger.db.bak-v1");
        let mut connection = Connection::open(&path).expect("open");
        migrate(&mut connection, &path, &[ONE]).expect("make");
        assert!(!backup.exists(), "an empty file needs no copy");
        migrate(&mut connection, &path, &[ONE]).expect("nothing to do");
        assert!(!backup.exists());

        std::fs::write(folder.path().join("ledger.db.bak-v1.unfinished"), "x").expect("write");
        migrate(&mut connection, &path, &[ONE, TWO]).expect("migrate");
        assert_eq!(look(&path), (2, "kept".to_owned(), 2));
        assert_eq!(look(&backup), (1, "kept".to_owned(), 1));
        assert_eq!(std::fs::read_dir(folder.path()).expect("list").count(), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let mut connection = Connection::open(&path).expect("open");
        migrate(&mut connection, &path, &[ONE]).expect("make");
        let error = migrate(&mut connection, &path, &[ONE, WRONG]).expect_err("there is no b");
        assert!(matches!(error, LedgerError::Database(_)), "{error:?}");
        assert_eq!(look(&path), (1, "kept".to_owned(), 1));
    }

    #[test]
    fn the_outbox_comes_beside_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let mut connection = Connection::open(&path).expect("open");
        migrate(&mut connection, &path, &MIGRATIONS[..3]).expect("version 3");
        let note = "INSERT INTO operations (command, at) VALUES ('scan', '2025-05-08T12:00:00Z')";
        connection.execute_batch(note).expect("an operation");
        migrate(&mut connection, &path, &MIGRATIONS[..4]).expect("version 4");
        let count = |table: &str| -> u32 {
            let sql = format!("SELECT count(*) FROM {table}");
            connection
                .query_row(&sql, [], |row| row.get(0))
                .expect(table)
        };
        assert_eq!(count("operations"), 1);
        for table in ["outbox", "issues", "repositories", "followed", "refused"] {
            assert_eq!(count(table), 0, "{table}");
        }
    }

    #[test]
    fn the_schema_refers_to_what_is_there() {
        let mut connection = Connection::open_in_memory().expect("open");
        migrate(&mut connection, Path::new(":memory:"), MIGRATIONS).expect("make");
        let mut statement = connection
            .prepare("PRAGMA foreign_key_check")
            .expect("prepare");
        let wrong = statement.query_map([], |_| Ok(())).expect("check").count();
        assert_eq!(wrong, 0);
    }
}
