//! The logins of people on GitHub.

use super::config::Config;
use super::error::CommandError;
use crate::items::normal;
use crate::ledger::Ledger;
use std::collections::BTreeMap;

/// Who has which login: as `owed.toml` says, else as somebody has said with `owed people login`.
pub(super) struct Logins<'c> {
    config: &'c Config,
    /// By the names of people.
    said: BTreeMap<String, String>,
}

impl<'c> Logins<'c> {
    pub(super) fn read(config: &'c Config, ledger: &Ledger) -> Result<Self, CommandError> {
        let said = ledger.logins()?;
        Ok(Self { config, said })
    }

    /// The login of the person who is called so, where it is known.
    pub(super) fn of(&self, owner: &str) -> Option<&str> {
        let said = || {
            let mut said = self.said.iter();
            said.find(|(person, _)| normal(person) == normal(owner))
        };
        let told = self.config.login_of(owner);
        told.or_else(|| said().map(|(_, login)| login.as_str()))
    }

    /// The names of people by their logins in lower case.
    pub(super) fn names(&self) -> BTreeMap<String, String> {
        let said = self.said.iter();
        let said = said.map(|(person, login)| (login.to_lowercase(), person.clone()));
        let mut names: BTreeMap<String, String> = said.collect();
        names.extend(self.config.names_of_logins());
        names
    }
}
