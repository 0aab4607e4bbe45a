//! What waits for a person's yes, and what a person has decided about mentions.

use super::{Item, ItemId, Mention, id};
use serde::{Deserialize, Serialize};

/// The id of a proposal: of the same shape as an [`ItemId`], made from its kind and the words of both sides, so that
/// the same proposal is known again whenever and wherever it comes up, and a new one when the words have changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProposalId(ItemId);

impl ProposalId {
    /// The id of a proposal that is drawn from some words, held against those of an item.
    pub fn from_content(
        kind: ProposalKind,
        series: &str,
        words: &Mention,
        beside: &Mention,
    ) -> Self {
        let meeting = |mention: &Mention| {
            mention
                .meeting
                .map_or_else(|| mention.path.clone(), |date| date.to_string())
        };
        Self(ItemId::hashed(&[
            "proposal",
            kind.as_str(),
            series,
            &meeting(words),
            &id::normal(&words.quote),
            &meeting(beside),
            &id::normal(&beside.quote),
        ]))
    }

    /// The id of a proposal that no words make, about an item that was last spoken of by these. Two items may be spoken
    /// of in one sentence, so that the words alone would not do.
    pub fn of_item(kind: ProposalKind, item: &ItemId, last: &Mention) -> Self {
        let meeting = last
            .meeting
            .map_or_else(|| last.path.clone(), |date| date.to_string());
        Self(ItemId::hashed(&[
            "proposal of an item",
            kind.as_str(),
            item.as_str(),
            &meeting,
            &id::normal(&last.quote),
        ]))
    }

    /// Reads an id that was written by [`ProposalId::as_str`]; `None` where it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        ItemId::parse(text).map(Self)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::fmt::Display for ProposalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProposalKind {
    /// The item is the same as another, earlier one, and joins it.
    Same,
    /// The item is done.
    Finished,
    /// The item will not be done.
    Dropped,
    /// The item is taken off its issue, which is there no longer.
    Unlinked,
}

impl ProposalKind {
    /// The word used in files, output and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            ProposalKind::Same => "same",
            ProposalKind::Finished => "finished",
            ProposalKind::Dropped => "dropped",
            ProposalKind::Unlinked => "unlinked",
        }
    }
}

/// Something that speaks for a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Both sides have these words, which are rare in the series; the rarest first.
    SharedWords {
        /// The words, as the side that it is drawn from spells them.
        words: Vec<String>,
    },
    /// Both sides name this person.
    SameOwner {
        /// The person.
        owner: String,
    },
    /// Both sides name the same issue, pull request or address.
    SameReference {
        /// As it is written.
        reference: String,
    },
    /// Both stand in an action list, beside entries that were carried over from the one to the other.
    CarriedOver,
    /// The words stand close to the item's in the same note.
    Near,
    /// This rule takes the words for a report.
    Rule {
        /// Its id.
        rule: String,
    },
    /// Nobody has spoken of it for long.
    Idle {
        /// Days since it was last spoken of.
        days: u32,
        /// Meetings of its series since then.
        meetings: u32,
    },
    /// What became of the issue that it is tied to.
    Issue {
        /// The address of the issue.
        url: String,
        /// What happened to it, in a few words: "closed as completed".
        event: String,
    },
    /// Somebody took its entry out of owed's block in this note.
    EntryRemoved {
        /// The note.
        path: String,
    },
}

impl Reason {
    /// Whether it is drawn from the words of notes, so that hearing them again decides whether it stands.
    pub fn is_of_words(&self) -> bool {
        !matches!(
            self,
            Reason::Idle { .. } | Reason::Issue { .. } | Reason::EntryRemoved { .. }
        )
    }
}

/// A step that waits for a person's yes.
///
/// A yes to [`ProposalKind::Same`] is kept as the [`Home`] of the words, one to
/// [`ProposalKind::Unlinked`] as its links, one to the others as the state of the item.
/// A no is kept with the proposal, which then never comes back unless its words change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its stable id.
    pub id: ProposalId,
    /// What is proposed.
    pub kind: ProposalKind,
    /// The item that it is about.
    pub item: ItemId,
    /// For [`ProposalKind::Same`] the earlier item that it would join.
    pub with: Option<ItemId>,
    /// The words that it is drawn from, with their place.
    pub words: Mention,
    /// The words of the item that they are held against.
    pub beside: Mention,
    /// What speaks for it.
    pub reasons: Vec<Reason>,
    /// What a person has said to it; `None` while it waits.
    pub decided: Option<bool>,
}

impl Proposal {
    /// A proposal that no words make, about an item: its last words stand beside its first; of an item that no note
    /// speaks of those that it has itself, at this path.
    pub fn of_item(kind: ProposalKind, item: &Item, reason: Reason, path: &str) -> Self {
        let made = item.as_mention(path, item.since);
        let words = item.mentions.last().unwrap_or(&made);
        let beside = item.mentions.first().unwrap_or(&made);
        Self {
            id: ProposalId::of_item(kind, &item.id, words),
            kind,
            item: item.id.clone(),
            with: None,
            words: words.clone(),
            beside: beside.clone(),
            reasons: vec![reason],
            decided: None,
        }
    }

    /// Whether a sweep made it, for nobody speaks of its item.
    pub fn is_of_sweep(&self) -> bool {
        self.idle().is_some()
    }

    /// For how many days and meetings nobody has spoken of its item, where a sweep made it.
    pub fn idle(&self) -> Option<(u32, u32)> {
        self.reasons.iter().find_map(|reason| match reason {
            Reason::Idle { days, meetings } => Some((*days, *meetings)),
            _ => None,
        })
    }

    /// The items that it is about: the one that waits, and the one that it would be the same as.
    pub fn items(&self) -> impl Iterator<Item = &ItemId> {
        [Some(&self.item), self.with.as_ref()].into_iter().flatten()
    }

    /// Whether it comes out of the words of notes. One that does not (a sweep's, an issue's) stands until it is
    /// answered or its item is closed, however often notes are read.
    pub fn is_of_words(&self) -> bool {
        self.reasons.is_empty() || self.reasons.iter().any(Reason::is_of_words)
    }
}

/// Where a person has said that a mention belongs. It is kept by the mention's id, and outlasts any scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "home", rename_all = "snake_case")]
pub enum Home {
    /// It begins an item of its own.
    Own,
    /// It speaks of the same item as an earlier mention.
    With {
        /// The id of the earlier mention.
        mention: ItemId,
    },
    /// It is no item: the line never comes back, unless its words change.
    Nowhere,
}
