//! Which issues of a repository an item may already be.

use super::reference::Reference;
use crate::items::{Field, Item, Mention, Reason, Words, normal};
use crate::ledger::IssueRow;
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};

/// The issues of a repository with their words.
#[derive(Debug, Default)]
pub struct Known {
    issues: Vec<IssueRow>,
    words: Vec<Words>,
    /// Which issues have a word in their title.
    having: BTreeMap<String, Vec<usize>>,
}

/// An issue that an item may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// Its address.
    pub url: String,
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Whether it is open.
    pub open: bool,
    /// What speaks for it.
    pub reasons: Vec<Reason>,
    /// Between 0 and 1.
    pub score: f64,
}

/// How much of both must be shared, and how much where the item's owner wrote the issue or has it.
const ENOUGH: f64 = 0.5;
const ENOUGH_WITH_OWNER: f64 = 0.35;
/// How many are named.
const MOST: usize = 5;
/// A word that more issues have than this is no trace; at least one of the words must be rarer.
const RARE: usize = 25;
/// How long a closed issue is still remembered.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 180);

impl Known {
    /// What the ledger has of a repository.
    pub fn new(issues: Vec<IssueRow>) -> Self {
        let words: Vec<Words> = issues.iter().map(|it| Words::of(&it.title)).collect();
        let mut having: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, words) in words.iter().enumerate() {
            for word in words.all() {
                having.entry(word.to_owned()).or_default().push(at);
            }
        }
        Self {
            issues,
            words,
            having,
        }
    }

    /// The issues that carry the marker of an item, the lowest number first.
    pub fn marked(&self, item: &Item) -> impl Iterator<Item = &IssueRow> {
        self.issues
            .iter()
            .filter(|issue| issue.marker.as_ref() == Some(&item.id))
    }

    /// One issue.
    pub fn issue(&self, reference: &Reference) -> Option<&IssueRow> {
        let key = reference.repository.key();
        self.issues
            .iter()
            .find(|it| it.number == reference.number && it.repository == key)
    }

    /// The issues that an item may be, the likeliest first. `logins` are those of its owners.
    pub fn likely(&self, item: &Item, logins: &[String]) -> Vec<Likely> {
        let said = item.mentions.last().map(Mention::words);
        let own = said
            .filter(|_| !item.pinned.contains(&Field::Text))
            .unwrap_or_else(|| Words::of(&item.text));
        let total: f64 = own.all().map(|word| self.weight(word)).sum();
        let newest = self.issues.iter().map(|issue| issue.updated).max();
        let rare: BTreeSet<usize> = own
            .all()
            .filter_map(|word| self.having.get(word))
            .filter(|having| having.len() <= RARE.max(self.issues.len() / 50))
            .flatten()
            .copied()
            .collect();
        let mut found: Vec<Likely> = rare
            .into_iter()
            .filter(|at| {
                let issue = &self.issues[*at];
                issue.open || newest.is_some_and(|newest| newest - RECENT <= issue.updated)
            })
            .filter_map(|at| self.held_against(at, &own, total, item, logins))
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
        found.truncate(MOST);
        found
    }

    fn held_against(
        &self,
        at: usize,
        own: &Words,
        total: f64,
        item: &Item,
        logins: &[String],
    ) -> Option<Likely> {
        let (issue, words) = (&self.issues[at], &self.words[at]);
        let mut shared: Vec<(&str, f64)> = words
            .all()
            .filter(|word| own.has(word))
            .map(|word| (word, self.weight(word)))
            .collect();
        if shared.len() < 2 {
            return None;
        }
        let common: f64 = shared.iter().map(|(_, weight)| weight).sum();
        let theirs: f64 = words.all().map(|word| self.weight(word)).sum();
        let score = 2.0 * common / (total + theirs);
        let is_theirs = |login: &&String| {
            let is = |other: &String| other.eq_ignore_ascii_case(login);
            is(&issue.author) || issue.assignees.iter().any(is)
        };
        let owner = logins.iter().find(is_theirs);
        let enough = if owner.is_some() {
            ENOUGH_WITH_OWNER
        } else {
            ENOUGH
        };
        if score < enough {
            return None;
        }
        shared.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let spelled =
            |word: &str| Words::spelled(&issue.title, word).unwrap_or_else(|| word.to_owned());
        let mut reasons = vec![Reason::SharedWords {
            words: shared
                .iter()
                .take(5)
                .map(|(word, _)| spelled(word))
                .collect(),
        }];
        if let Some(owner) = owner {
            reasons.push(Reason::SameOwner {
                owner: owner.clone(),
            });
        }
        if normal(&issue.title) == normal(&item.text) {
            // Nothing is as likely as the very words.
            return Some(self.made(at, reasons, 1.0));
        }
        Some(self.made(at, reasons, score))
    }

    fn made(&self, at: usize, reasons: Vec<Reason>, score: f64) -> Likely {
        let issue = &self.issues[at];
        Likely {
            url: issue.url.clone(),
            number: issue.number,
            title: issue.title.clone(),
            open: issue.open,
            reasons,
            score,
        }
    }

    /// How much a word tells: the rarer the more.
    fn weight(&self, word: &str) -> f64 {
        let having = self.having.get(word).map_or(0, Vec::len);
        #[expect(clippy::cast_precision_loss, reason = "no repository has 2^52 issues")]
        let share = (self.issues.len() + 2) as f64 / (having + 1) as f64;
        share.ln().max(0.1)
    }
}
