//! One place in a note where somebody says, asks for, reports or finishes a piece of work.

use super::{ItemId, Key, Words};
use crate::due::Due;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What kind of words a mention is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Kind {
    /// An explicit action: a marker, a box, an entry of an action list.
    Task,
    /// Somebody says, or is reported to have said, that they will do it.
    Commitment,
    /// Somebody asks for it, assigns it or says it is needed, and nobody has accepted.
    Request,
    /// Somebody's own concrete work that is under way.
    Progress,
    /// The words that report a piece of work finished or given up.
    Completion,
}

impl Kind {
    /// The word used in files, output and rules.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Task => "task",
            Kind::Commitment => "commitment",
            Kind::Request => "request",
            Kind::Progress => "progress",
            Kind::Completion => "completion",
        }
    }
}

/// How firmly it is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Certainty {
    /// "will", "to VERB", a task, a report.
    Definite,
    /// Hedged or conditional: "might", "would like to", "if nobody objects".
    Tentative,
}

impl Certainty {
    /// The word used in files, output and rules.
    pub fn as_str(self) -> &'static str {
        match self {
            Certainty::Definite => "definite",
            Certainty::Tentative => "tentative",
        }
    }
}

/// Whether the words themselves show it as done: a ticked box, "(done)", struck through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not shown as done.
    Open,
    /// Shown as done.
    Done,
}

impl Status {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Done => "done",
        }
    }
}

/// A resolved finding of one note, free of the note's text: what the ledger keeps and every view shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Its own id: that of the item which it would begin. The ledger gives it when it first hears the words, and keeps
    /// it while the line is moved or reworded, so that what a person decides about the mention holds; `None` before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ItemId>,
    /// The note's path, relative to the project root where it lies inside.
    pub path: String,
    /// First line of its words, 1-based.
    pub line: u32,
    /// Last line of its words, 1-based.
    pub end_line: u32,
    /// What kind of words.
    pub kind: Kind,
    /// How firmly.
    pub certainty: Certainty,
    /// Whether the words show it as done.
    pub status: Status,
    /// Whose voice the line is in, where known.
    pub speaker: Option<String>,
    /// Who is to do it, as written; `["we"]` for the group; empty where nobody is named or implied.
    pub owners: Vec<String>,
    /// The same people by the names that the note knows them by: "Ana Lind" for "@ana". Empty where it knows no others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// What is to be done, from its verb on.
    pub text: String,
    /// By when.
    pub due: Option<Due>,
    /// The id of the rule that found it.
    pub rule: String,
    /// Between 0 and 1.
    pub confidence: f32,
    /// The clause it stands in, as one line.
    pub quote: String,
    /// The topic it stands under, where there is one that tells anything: "archiving the tile loader", but not "Notes".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The date of the meeting whose notes these are, where known.
    pub meeting: Option<Date>,
}

/// What stands in the place of a rule for remarks.
pub const REMARK: &str = "remark";

impl Mention {
    /// Whether it is what somebody wrote under the item's entry in owed's block. It belongs to that item for its place,
    /// whatever its words.
    pub fn is_remark(&self) -> bool {
        self.rule == REMARK
    }

    /// Whether it is shown and kept without asking: a definite task or commitment.
    pub fn is_carried(&self) -> bool {
        matches!(self.kind, Kind::Task | Kind::Commitment) && self.certainty == Certainty::Definite
    }

    /// Who is to do it, by the names that the note knows them by where it knows any.
    pub fn who(&self) -> &[String] {
        if self.people.is_empty() {
            &self.owners
        } else {
            &self.people
        }
    }

    /// What it can be alike to another in: the words of what is to be done, and where these are few ("write those up"),
    /// those around them, too. Not those of its topic: what is said under one topic is many things.
    pub fn words(&self) -> Words {
        self.words_around(Words::of(&self.text))
    }

    /// The same, where the words of what is to be done are known.
    pub fn words_around(&self, words: Words) -> Words {
        if words.stems.len() > 2 || !words.references.is_empty() {
            return words;
        }
        let around = Words::of(&self.quote);
        // A name tells who, not what.
        let names = self.owners.iter().chain(&self.people).chain(&self.speaker);
        let names: BTreeSet<String> = names.flat_map(|name| Words::of(name).stems).collect();
        Words {
            stems: &words.stems | &(&around.stems - &names),
            numbers: words.numbers,
            ..around
        }
    }

    /// What it must share with another to speak of the same item in the same words. The note that it stands in knows the series.
    pub fn key(&self, series: &str) -> Key {
        Key::new(series, self.who(), &self.text)
    }

    /// The order of mentions: by [`Mention::place`], then by everything else, so that only equal mentions tie and
    /// neither the order of scanning nor an undo shows.
    pub fn order(&self, other: &Mention) -> Ordering {
        let rest = |mention: &Mention| {
            (
                (mention.status, mention.kind, mention.certainty),
                mention.speaker.clone(),
                mention.owners.clone(),
                mention.rule.clone(),
                mention.quote.clone(),
                mention.topic.clone(),
                mention
                    .due
                    .clone()
                    .map(|due| (due.phrase, due.date, due.alternative)),
            )
        };
        self.place()
            .cmp(&other.place())
            .then_with(|| rest(self).cmp(&rest(other)))
            .then_with(|| self.confidence.total_cmp(&other.confidence))
    }

    /// What mentions are put in order by: meeting, path, lines, words.
    pub fn place(&self) -> (Option<Date>, &str, u32, u32, &str) {
        (
            self.meeting,
            &self.path,
            self.line,
            self.end_line,
            &self.text,
        )
    }
}
