//! How what items are tied to stands, as far as it is known.

use super::{IssueRow, Ledger, LedgerError};
use crate::items::{Item, LinkState};
use rusqlite::OptionalExtension;
use std::collections::BTreeMap;

impl IssueRow {
    /// Why it was closed, in GitHub's word, or `merged` or `unmerged` for a pull request; none while it is open.
    pub fn ended_as(&self) -> Option<String> {
        match (self.open, self.pull, self.merged) {
            (true, ..) => None,
            (_, true, true) => Some("merged".to_owned()),
            (_, true, false) => Some("unmerged".to_owned()),
            _ => self.reason.clone(),
        }
    }
}

impl Ledger {
    /// How the issue at an address stood when it was last seen; `None` where it never was.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn link_state(&self, url: &str) -> Result<Option<LinkState>, LedgerError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT gone, open, reason FROM followed WHERE url = ?1")?;
        let state = statement.query_row([url], |row| {
            Ok(match (row.get(0)?, row.get(1)?) {
                (true, _) => LinkState::Gone,
                (_, true) => LinkState::Open,
                _ => LinkState::closed(row.get::<_, Option<String>>(2)?.as_deref()),
            })
        });
        Ok(state.optional()?)
    }

    /// How the issues of some items stood when they were last seen, by address.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn link_states<'i>(
        &self,
        items: impl IntoIterator<Item = &'i Item>,
    ) -> Result<BTreeMap<String, LinkState>, LedgerError> {
        let mut states = BTreeMap::new();
        for url in items.into_iter().flat_map(|item| &item.links) {
            if let Some(state) = self.link_state(url)? {
                states.insert(url.clone(), state);
            }
        }
        Ok(states)
    }
}
