//! What can go wrong with a ledger.

use crate::items::{Conflict, ItemId};
use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why a ledger could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// No file at the path.
    #[error("there is no ledger at {}", path.display())]
    NotThere {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a ledger", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// It was written by a later version of owed.
    #[error("the ledger has version {found}, and this owed knows versions up to {known}")]
    Newer {
        /// The ledger's version.
        found: u32,
        /// The latest version that is known here.
        known: u32,
    },
    /// Another process holds it and did not let go in time.
    #[error("the ledger is in use by another process")]
    Busy,
    /// The file or its folder may not be written to.
    #[error("the ledger is read-only")]
    ReadOnly,
    /// No room on the disk.
    #[error("there is no room left for the ledger")]
    Full,
    /// Something in it cannot be read back.
    #[error("the ledger is damaged")]
    Damaged {
        /// What could not be read.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Its folder or its backup could not be written.
    #[error("cannot write {}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// No item's id begins so.
    #[error("no item has an id that begins with `{prefix}`")]
    NoSuchItem {
        /// What was asked for.
        prefix: String,
    },
    /// The ids of several items begin so.
    #[error("several items have ids that begin with `{prefix}`")]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// The first of these ids, at most [`LedgerError::CANDIDATES`].
        candidates: Vec<ItemId>,
    },
    /// A change does not fit the ledger.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Every operation is taken back already, or there was none.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Anything else that SQLite reports.
    #[error("the ledger could not be read or written")]
    Database(#[source] rusqlite::Error),
}

impl LedgerError {
    /// How many candidates [`LedgerError::Ambiguous`] names at most.
    pub const CANDIDATES: usize = 8;

    /// Something in the ledger that cannot be read back.
    pub(super) fn damaged(
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> LedgerError {
        LedgerError::Damaged {
            source: source.into(),
        }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => LedgerError::ReadOnly,
            Some(ErrorCode::DiskFull) => LedgerError::Full,
            Some(ErrorCode::DatabaseCorrupt) => LedgerError::damaged(error),
            Some(_) => LedgerError::Database(error),
            None => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => LedgerError::damaged(error),
                _ => LedgerError::Database(error),
            },
        }
    }
}
