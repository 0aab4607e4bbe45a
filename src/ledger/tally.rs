//! How many mentions have a word: what likeness weighs by, and what it finds items by.

use super::LedgerError;
use crate::items::{ItemId, Mention};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// How many mentions more, or fewer, have a word: by series, by word, and by item.
///
/// What many changes do is counted first and written once, in the order in which the tables have it.
#[derive(Default)]
pub(super) struct WordTally(BTreeMap<String, BTreeMap<String, BTreeMap<ItemId, i64>>>);

impl WordTally {
    /// Counts the words of a mention that an item gets or loses.
    pub(super) fn add(&mut self, series: &str, id: &ItemId, mention: &Mention, by: i64) {
        if !self.0.contains_key(series) {
            self.0.insert(series.to_owned(), BTreeMap::new());
        }
        let Some(of_series) = self.0.get_mut(series) else {
            return;
        };
        // The empty word counts all mentions.
        for word in mention.words().all().chain([""]) {
            let of_word = of_series.entry(word.to_owned()).or_default();
            *of_word.entry(id.clone()).or_default() += by;
        }
    }

    /// Adds them to the tables.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub(super) fn write(&self, connection: &Connection) -> Result<(), LedgerError> {
        let mut all = connection.prepare_cached(
            "INSERT INTO word_counts (series, word, n) VALUES (?1, ?2, ?3) \
             ON CONFLICT (series, word) DO UPDATE SET n = n + ?3",
        )?;
        let mut one = connection.prepare_cached(
            "INSERT INTO words (series, word, item, n) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (series, word, item) DO UPDATE SET n = n + ?4",
        )?;
        let mut gone = connection.prepare_cached(
            "DELETE FROM words WHERE series = ?1 AND word = ?2 AND item = ?3 AND n <= 0",
        )?;
        for (series, words) in &self.0 {
            for (word, items) in words {
                let n: i64 = items.values().sum();
                all.execute(params![series, word, n])?;
                if word.is_empty() {
                    continue;
                }
                for (id, n) in items.iter().filter(|(_, n)| **n != 0) {
                    one.execute(params![series, word, id.as_str(), n])?;
                    if *n < 0 {
                        gone.execute(params![series, word, id.as_str()])?;
                    }
                }
            }
        }
        Ok(())
    }
}
