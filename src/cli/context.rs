//! What every command gets.

use super::clock::Clock;
use super::config::Config;
use super::error::CommandError;
use super::files::{self, NoteFile, Search};
use super::output::Output;
use super::project::{FOLDER, Project};
use crate::items::{Item, ItemId};
use crate::ledger::{Ledger, LedgerError, Operation};
use crate::views::style::{self, paint};
use crate::views::{fit, names, one_line, words};
use jiff::civil::Date;
use std::path::PathBuf;

/// The surroundings of a command, and its output.
pub(super) struct Context {
    pub(super) project: Project,
    pub(super) config: Config,
    pub(super) clock: Clock,
    /// Who gives the command, where known.
    pub(super) who: Option<String>,
    pub(super) out: Output,
}

impl Context {
    /// The day on which the command runs.
    pub(super) fn today(&self) -> Date {
        self.clock.today()
    }

    /// The notes that paths mean; what cannot be looked into is told.
    ///
    /// # Errors
    /// A path that is not there, and where there is no note at all: who names the wrong folder would take silence for
    /// good news.
    pub(super) fn notes(&mut self, paths: &[PathBuf]) -> Result<Vec<NoteFile>, CommandError> {
        let Search { files, notices } = files::find(paths, &self.project)?;
        for (path, notice) in &notices {
            self.out.notice(path, notice);
        }
        if files.is_empty() {
            let paths: Vec<String> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            let none = format!("there are no notes in {}", paths.join(", "));
            return Err(CommandError::user(none).hint(
                "of a folder, files are read whose names end in .md, .txt, .log and the like; a file that is named is always read",
            ));
        }
        Ok(files)
    }

    /// The ledger, which must be there.
    pub(super) fn ledger(&self) -> Result<Ledger, CommandError> {
        Ok(Ledger::open(&self.project.ledger)?)
    }

    /// The ledger, made where there is none.
    pub(super) fn ledger_or_new(&mut self) -> Result<Ledger, CommandError> {
        let (ledger, made) = Ledger::open_or_create(&self.project.ledger)?;
        if made {
            if self.project.ledger_is_usual {
                self.keep_from_git();
            }
            self.out.message(&format!(
                "made the ledger {}",
                self.project.ledger.display()
            ));
        }
        Ok(ledger)
    }

    /// The ledger is a database of one machine, which would only give conflicts in a repository;
    /// the project's rules are for everybody. Where the file cannot be written, nothing is lost but
    /// tidiness.
    fn keep_from_git(&self) {
        let path = self.project.root.join(FOLDER).join(".gitignore");
        if !path.exists() {
            let _ = std::fs::write(path, "*\n!/rules/\n!/rules/*.toml\n");
        }
    }

    /// An entry of the ledger's log for a command that runs now.
    pub(super) fn operation(&self, command: impl Into<String>) -> Operation {
        Operation {
            command: command.into(),
            who: self.who.clone(),
            at: self.clock.now,
        }
    }
}

/// An item that is known to be there: its id has just been looked up.
pub(super) fn item(ledger: &Ledger, id: &ItemId) -> Result<Item, CommandError> {
    let missing = || LedgerError::NoSuchItem {
        prefix: id.to_string(),
    };
    Ok(ledger.item(id)?.ok_or_else(missing)?)
}

/// The items that ids mean, each once, in the order of the ids.
///
/// # Errors
/// One of the ids means none, or several.
pub(super) fn items(ledger: &Ledger, ids: &[String]) -> Result<Vec<Item>, CommandError> {
    let mut items: Vec<Item> = Vec::new();
    for prefix in ids {
        let id = ledger.find(prefix)?;
        if !items.iter().any(|item| item.id == id) {
            items.push(item(ledger, &id)?);
        }
    }
    Ok(items)
}

/// A command as the log has it, with the reason that was given.
pub(super) fn with_why(command: &str, why: Option<&str>) -> String {
    why.map_or_else(
        || command.to_owned(),
        |why| format!("{command} --why \"{}\"", one_line(why)),
    )
}

/// An item on one line: `3f2a  Ana: write the guide`.
pub(super) fn in_short(short: &str, item: &Item) -> String {
    words_in_short(short, &item.owners, &item.what())
}

/// The same for words that may be no item yet; without an id where there is none.
pub(super) fn words_in_short(short: &str, owners: &[String], text: &str) -> String {
    let id = if short.is_empty() {
        String::new()
    } else {
        format!("{}  ", paint(style::KEY, short))
    };
    format!(
        "{id}{}: {}",
        paint(style::OWNER, &names(owners)),
        fit(&words(text), 100)
    )
}
