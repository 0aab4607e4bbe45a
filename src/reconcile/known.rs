//! What a plan is drawn from, beside the notes that were read.

use crate::items::{Items, Mention, Words};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

use super::Tick;

/// What one note says now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteRead {
    /// The note's path, as its mentions have it.
    pub path: String,
    /// The run of meetings it belongs to.
    pub series: String,
    /// The date of its meeting, where known. A mention has its own, as one note may hold several meetings.
    pub meeting: Option<Date>,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// All its mentions in document order, whatever their kind.
    pub mentions: Vec<Mention>,
    /// The boxes of owed's own block in it.
    pub ticks: Vec<Tick>,
}

impl NoteRead {
    /// The entry of owed's block that a remark stands under.
    pub fn entry_above(&self, remark: &Mention) -> Option<&Tick> {
        let above = self.ticks.iter().filter(|tick| tick.line <= remark.line);
        above.max_by_key(|tick| tick.line)
    }

    /// The days of the meetings that it tells of, its own among them.
    pub fn days(&self) -> impl Iterator<Item = Option<Date>> {
        self.mentions
            .iter()
            .map(|mention| mention.meeting)
            .chain([self.meeting])
    }
}

/// How many mentions of a series have a word, and how many mentions there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordCounts {
    /// By words in their stems, and references.
    pub mentions: HashMap<String, u32>,
    /// All mentions.
    pub total: u32,
    /// Words that tell nothing in this series, whatever their number: those of its own name.
    pub common: BTreeSet<String>,
}

impl WordCounts {
    /// The counts over all mentions of a series' items.
    pub fn of(items: &Items, series: &str) -> Self {
        let mut counts = Self::default();
        let mentions = items
            .iter()
            .filter(|item| item.series == series)
            .flat_map(|item| &item.mentions);
        for mention in mentions {
            counts.add(&mention.words());
        }
        counts
    }

    /// Counts a mention with these words.
    pub fn add(&mut self, words: &Words) {
        self.total += 1;
        for word in words.all() {
            *self.mentions.entry(word.to_owned()).or_default() += 1;
        }
    }

    /// Counts it no more.
    pub fn take(&mut self, words: &Words) {
        self.total = self.total.saturating_sub(1);
        for word in words.all() {
            if let Some(n) = self.mentions.get_mut(word) {
                *n = n.saturating_sub(1);
            }
        }
    }

    /// How many mentions have a word.
    pub fn get(&self, word: &str) -> u32 {
        self.mentions.get(word).copied().unwrap_or(0)
    }

    /// Whether a word is rare enough to look for others by it. The bound keeps what is looked at from growing with the
    /// series: a word that more mentions have tells little.
    pub fn is_rare(&self, word: &str) -> bool {
        self.get(word) <= 25
    }

    /// How much a word tells: the more, the rarer it is in the series. A series that has just begun is taken for one
    /// with a few mentions more, so that its first words are not all equally rare.
    ///
    /// 1 is a word that no other mention has; what every group says of everything counts for a third.
    pub fn weight(&self, word: &str) -> f64 {
        let rarity = self.rarity(word);
        if !self.is_telling(word) {
            rarity / 3.0
        } else {
            rarity
        }
    }

    /// Whether a word is neither of those that every group uses of everything nor one of the series' own.
    pub fn is_telling(&self, word: &str) -> bool {
        !Words::is_generic(word) && !self.common.contains(word)
    }

    /// How rare a word is, without regard to what it is: 1 where no other mention has it.
    pub fn rarity(&self, word: &str) -> f64 {
        let total = f64::from(self.total) + 20.0;
        (1.0 + total / (f64::from(self.get(word)) + 1.0)).ln() / (1.0 + total).ln()
    }
}

/// What is known before some notes of one series are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The items that the notes can have to do with, with their boxes, proposals and what people have decided. Items
    /// beyond these change nothing.
    pub items: Items,
    /// The other notes of the series that tell of meetings at or after the first of the notes, as they were read.
    pub later: Vec<NoteRead>,
    /// The notes themselves as they were when they were last read; what people had written into owed's block then was
    /// heeded then.
    pub before: Vec<NoteRead>,
    /// The words of the series.
    pub counts: WordCounts,
    /// The days of the series' meetings, as far as its notes tell them, those that are to come included.
    pub meetings: BTreeSet<Date>,
}

/// Where words stand in the run of meetings: by day, those without one first, and then by note.
pub type Position<'p> = (Option<Date>, &'p str);

/// The first place that notes can change anything at: of all that they say now and said before.
pub fn first_position<'p>(items: &'p Items, reads: &'p [NoteRead]) -> Option<Position<'p>> {
    let now = reads
        .iter()
        .flat_map(|read| read.days().map(|day| (day, read.path.as_str())));
    let paths: BTreeSet<&str> = reads.iter().map(|read| read.path.as_str()).collect();
    let before = items
        .iter()
        .flat_map(|item| &item.mentions)
        .map(|mention| (mention.meeting, mention.path.as_str()))
        .filter(|(_, path)| paths.contains(path));
    now.chain(before).min()
}
