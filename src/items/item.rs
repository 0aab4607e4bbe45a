//! The tracked thing, and what people can set about it.

use super::{Certainty, Change, Heard, ItemId, Key, Kind, Mention, Status, Words};
use crate::due::Due;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Where an item stands. Overdue, stale and "carried N times" are derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Still on the table.
    Open,
    /// Done.
    Done,
    /// Will not be done.
    Dropped,
}

impl State {
    /// The word used in files, output and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Dropped => "dropped",
        }
    }
}

/// What a box in owed's own block says of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// `[ ]`, or no box at all.
    Open,
    /// `[x]`.
    Done,
    /// `[-]`.
    Dropped,
}

impl Mark {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::Open => "open",
            Mark::Done => "done",
            Mark::Dropped => "dropped",
        }
    }
}

/// Something about an item that a person has set. No scan overwrites it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Who is to do it.
    Owners,
    /// What is to be done.
    Text,
    /// By when.
    Due,
    /// Where it stands.
    State,
}

impl Field {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Owners => "owners",
            Field::Text => "text",
            Field::Due => "due",
            Field::State => "state",
        }
    }
}

/// Until when an item is out of sight. It stays open all the while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "until", rename_all = "snake_case")]
pub enum Snooze {
    /// Until this day, on which it is in sight again.
    Day {
        /// The day.
        day: Date,
    },
    /// Until the first meeting of its series after this day.
    NextMeeting {
        /// The day on which it was snoozed.
        after: Date,
    },
}

impl Snooze {
    /// Whether it still holds on a day, where the last meeting of the series was on another.
    pub fn holds(self, today: Date, last_meeting: Option<Date>) -> bool {
        match self {
            Snooze::Day { day } => today < day,
            Snooze::NextMeeting { after } => last_meeting.is_none_or(|last| last <= after),
        }
    }
}

/// The tracked thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its stable id.
    pub id: ItemId,
    /// The run of meetings it belongs to.
    pub series: String,
    /// What kind of words it began with; those of its first task or commitment where it has one.
    pub kind: Kind,
    /// How firmly it was put, in the same words.
    pub certainty: Certainty,
    /// Who is to do it; empty where nobody is named.
    pub owners: Vec<String>,
    /// What is to be done.
    pub text: String,
    /// By when.
    pub due: Option<Due>,
    /// Where it stands.
    pub state: State,
    /// The day on which it was done or dropped, where known; `None` for an open item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Date>,
    /// The date of the meeting where it was first said, where known.
    pub since: Option<Date>,
    /// What a person has set, which no scan overwrites.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub pinned: BTreeSet<Field>,
    /// Whether a person has looked at it and said that it is an item.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// Until when it is out of sight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed: Option<Snooze>,
    /// The earlier item, done or dropped, that this one promises again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<ItemId>,
    /// Addresses of what it is tied to elsewhere, such as an issue; no scan changes them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub links: BTreeSet<String>,
    /// The places in the notes that speak of it, in order of meeting, path and line. Empty where the notes no longer
    /// have any.
    pub mentions: Vec<Mention>,
}

impl Item {
    /// An open item that a mention begins, without the mention.
    pub fn begun_by(id: ItemId, series: &str, mention: &Mention) -> Self {
        Self {
            id,
            series: series.to_owned(),
            kind: mention.kind,
            certainty: mention.certainty,
            owners: mention.owners.clone(),
            text: mention.text.clone(),
            due: mention.due.clone(),
            state: State::Open,
            closed: None,
            since: mention.meeting,
            pinned: BTreeSet::new(),
            accepted: false,
            snoozed: None,
            again: None,
            links: BTreeSet::new(),
            mentions: Vec::new(),
        }
    }

    /// The item as if a note had said it: the words of an item that no note speaks of, for a proposal about it.
    pub fn as_mention(&self, path: &str, meeting: Option<Date>) -> Mention {
        Mention {
            id: Some(self.id.clone()),
            path: path.to_owned(),
            line: 1,
            end_line: 1,
            kind: self.kind,
            certainty: self.certainty,
            status: Status::Open,
            speaker: None,
            owners: self.owners.clone(),
            people: Vec::new(),
            text: self.text.clone(),
            due: self.due.clone(),
            rule: String::new(),
            confidence: 1.0,
            quote: self.text.clone(),
            topic: None,
            meeting,
        }
    }

    /// What its first words are.
    pub fn heard(&self) -> Heard {
        Heard {
            kind: self.kind,
            certainty: self.certainty,
            since: self.since,
        }
    }

    /// What a mention must share to speak of this item in the same words.
    pub fn key(&self) -> Key {
        Key::new(&self.series, &self.owners, &self.text)
    }

    /// Whether it goes on agendas and into lists without asking: it was once a definite task or commitment, or a
    /// person has set something about it. What was only asked for, hedged or reported under way is kept beside, so
    /// that a later promise finds where it came from.
    pub fn is_carried(&self) -> bool {
        let promised = matches!(self.kind, Kind::Task | Kind::Commitment)
            && self.certainty == Certainty::Definite;
        promised || self.accepted || !self.pinned.is_empty() || !self.links.is_empty()
    }

    /// The change that opens or closes it; an item that is open was closed on no day.
    pub fn put(&self, to: State, day: Option<Date>, why: Option<String>) -> Change {
        Change::StateSet {
            id: self.id.clone(),
            from: self.state,
            to,
            was_closed: self.closed,
            closed: day.filter(|_| to != State::Open),
            why,
        }
    }

    /// The change that keeps what a person has set from being overwritten by a scan; `None` where it is kept already.
    pub fn pin(&self, field: Field) -> Option<Change> {
        (!self.pinned.contains(&field)).then(|| Change::Pinned {
            id: self.id.clone(),
            field,
            from: false,
            to: true,
        })
    }

    /// At how many meetings it was spoken of; mentions without a date count as one meeting a note.
    pub fn times_said(&self) -> usize {
        let meetings: BTreeSet<(Option<Date>, &str)> = self
            .mentions
            .iter()
            .map(|it| (it.meeting, it.meeting.map_or(it.path.as_str(), |_| "")))
            .collect();
        meetings.len()
    }

    /// The day of the last meeting that spoke of it.
    pub fn last_said(&self) -> Option<Date> {
        let said = self.mentions.iter().filter_map(|it| it.meeting).max();
        said.max(self.since)
    }

    /// What is to be done, for people: its words, and where these tell nothing ("look into this") the topic that they
    /// were said under in brackets.
    pub fn what(&self) -> Cow<'_, str> {
        match self.topic() {
            Some(topic) => Cow::Owned(format!("{} ({topic})", self.text)),
            None => Cow::Borrowed(&self.text),
        }
    }

    /// The topic that it was said under, where its own words tell nothing.
    pub fn topic(&self) -> Option<&str> {
        let first = self.mentions.iter().find_map(|it| it.topic.as_deref());
        first.filter(|_| !Words::of(&self.text).is_telling())
    }

    /// The last day on which it is in time, where it has a due date.
    pub fn last_due(&self) -> Option<Date> {
        self.due.as_ref().and_then(Due::last)
    }

    /// How often a later mention put its due date off.
    pub fn times_slipped(&self) -> usize {
        let dates: Vec<Date> = self
            .mentions
            .iter()
            .filter_map(|mention| mention.due.as_ref()?.date)
            .collect();
        dates.windows(2).filter(|pair| pair[0] < pair[1]).count()
    }

    /// How often it went over to other owners from one mention to the next. A mention without owners says nothing.
    pub fn times_handed_on(&self) -> usize {
        let owners: Vec<BTreeSet<String>> = self
            .mentions
            .iter()
            .filter(|it| !it.owners.is_empty() && matches!(it.kind, Kind::Task | Kind::Commitment))
            .map(|it| it.owners.iter().map(|name| super::normal(name)).collect())
            .collect();
        owners
            .windows(2)
            .filter(|pair| pair[0].is_disjoint(&pair[1]))
            .count()
    }
}
