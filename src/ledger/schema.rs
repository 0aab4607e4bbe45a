//! The versions of the ledger's file, and the way from each to the next.

use super::LedgerError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// The migrations in order: the first makes version 1 from an empty file. One that was released is never changed; a
/// new one is added at the end.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("migrations/1.sql")];

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
    if let Some(found) = outdated(connection, path, migrations)? {
        if found > 0 {
            back_up(connection, path, found)?;
        }
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
    connection: &Connection,
    path: &Path,
    migrations: &[&str],
) -> Result<Option<u32>, LedgerError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let application = number("application_id")?;
    let found = number("user_version")?;
    let tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
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
    connection.execute("VACUUM INTO ?1", [unfinished.to_string_lossy()])?;
    std::fs::rename(&unfinished, &backup).map_err(at(&backup))
}
