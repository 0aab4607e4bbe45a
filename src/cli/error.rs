//! What a command says when it cannot go on.

use super::config::ConfigError;
use crate::ledger::LedgerError;
use crate::views::block::BlockError;
use crate::views::one_line;
use crate::web::WebError;
use std::fmt::Display;
use std::io;

/// Whose matter an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorKind {
    /// Something about the call: a wrong id, a missing path.
    User,
    /// Something about `owed.toml`.
    Config,
    /// Something about a server or the way there.
    Remote,
    /// Something about owed or the machine under it.
    Internal,
    /// A check that found something: exit code 1.
    Check,
    /// Nobody reads the output any more, which is no error.
    BrokenPipe,
}

/// An error with what its reader can do about it.
#[derive(Debug)]
pub(super) struct CommandError {
    pub(super) kind: ErrorKind,
    pub(super) error: String,
    /// What is wrong in detail, where it takes more than a line: as it is shown.
    pub(super) details: Vec<String>,
    pub(super) hints: Vec<String>,
}

impl CommandError {
    pub(super) fn new(kind: ErrorKind, error: impl Display) -> Self {
        Self {
            kind,
            error: one_line(&error.to_string()),
            details: Vec::new(),
            hints: Vec::new(),
        }
    }

    pub(super) fn user(error: impl Display) -> Self {
        Self::new(ErrorKind::User, error)
    }

    pub(super) fn config(error: impl Display) -> Self {
        Self::new(ErrorKind::Config, error)
    }

    pub(super) fn remote(error: impl Display) -> Self {
        Self::new(ErrorKind::Remote, error)
    }

    /// An error with its causes, the outermost first.
    pub(super) fn chain(kind: ErrorKind, error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        Self::new(kind, text)
    }

    /// With one more hint.
    pub(super) fn hint(mut self, hint: impl Display) -> Self {
        self.hints.push(one_line(&hint.to_string()));
        self
    }

    /// A file that cannot be read or written.
    pub(super) fn file(path: &std::path::Path, does: &str, error: &io::Error) -> Self {
        Self::user(format!("cannot {does} {}: {error}", path.display()))
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(ErrorKind::BrokenPipe, error);
        }
        Self::new(
            ErrorKind::Internal,
            format!("cannot write the output: {error}"),
        )
    }
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        Self::chain(ErrorKind::Config, &error)
            .hint("`owed init` in an empty folder writes an owed.toml that shows every key")
    }
}

impl From<BlockError> for CommandError {
    fn from(error: BlockError) -> Self {
        Self::user(error)
            .hint("take the extra marker lines out of the file; owed then puts its block in anew")
    }
}

impl From<LedgerError> for CommandError {
    fn from(error: LedgerError) -> Self {
        let kind = match error {
            LedgerError::Damaged { .. } | LedgerError::Conflict(_) | LedgerError::Database(_) => {
                ErrorKind::Internal
            }
            _ => ErrorKind::User,
        };
        let made = Self::chain(kind, &error);
        match error {
            LedgerError::NotThere { .. } => made
                .hint("`owed scan PATH…` makes it; with --ledger, one that is elsewhere is used"),
            LedgerError::NotALedger { .. } => made.hint("name the ledger's file with --ledger"),
            LedgerError::Newer { .. } => {
                made.hint("update owed, or restore a ledger.db.bak-v… next to it")
            }
            LedgerError::Busy => made.hint("try again when the other owed has finished"),
            LedgerError::NoSuchItem { .. } => made.hint("`owed list --all` shows the ids"),
            LedgerError::Ambiguous { candidates, .. } => {
                let ids: Vec<&str> = candidates
                    .iter()
                    .map(crate::items::ItemId::as_str)
                    .collect();
                made.hint(format!("it could be {}", ids.join(", ")))
            }
            LedgerError::Damaged { .. } => {
                made.hint("move the file away and scan the notes again: the items get the same ids")
            }
            _ => made,
        }
    }
}

impl From<WebError> for CommandError {
    fn from(error: WebError) -> Self {
        let error = match error {
            WebError::Ledger(error) => return error.into(),
            error => error,
        };
        match &error {
            WebError::NoAddress { .. } => Self::chain(ErrorKind::User, &error).hint(
                "give an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for all that reach it",
            ),
            WebError::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                Self::chain(ErrorKind::User, &error)
                    .hint("another board may be running there; --port 0 takes any port that is free")
            }
            WebError::Listen { .. } => Self::chain(ErrorKind::User, &error)
                .hint("--bind names an address of this machine, --port a port above 1023"),
            _ => Self::chain(ErrorKind::Internal, &error),
        }
    }
}

impl From<clap::Error> for CommandError {
    /// clap writes paragraphs: the error, tips, the usage. The first is the error, the others are
    /// hints.
    fn from(error: clap::Error) -> Self {
        let text = error.render().to_string();
        let mut paragraphs = text.split("\n\n").map(one_line);
        let first = paragraphs.next().unwrap_or_default();
        let mut made = Self::user(first.trim_start_matches("error: "));
        for paragraph in paragraphs.filter(|paragraph| !paragraph.is_empty()) {
            if let Some(usage) = paragraph.strip_prefix("Usage: ") {
                made = made.hint(format!("usage: {usage}"));
            } else if let Some(tip) = paragraph.strip_prefix("tip: ") {
                made = made.hint(tip);
            } else if paragraph.starts_with('[') {
                made = made.hint(paragraph);
            }
        }
        if made.hints.is_empty() {
            made = made.hint("--help shows how the command is used");
        }
        made
    }
}
