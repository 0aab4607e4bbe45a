//! The changes that make items what they are.

use super::{
    Certainty, Field, Home, Item, ItemId, Kind, Mark, Mention, Proposal, ProposalId, Snooze, State,
};
use crate::due::Due;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One step in an item's life. Applied by [`Items::apply`](super::Items::apply); taken back by applying its [`Change::inverse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new item, without mentions.
    Added {
        /// The item; its mentions are empty.
        item: Item,
    },
    /// The item never was: the inverse of [`Change::Added`].
    Removed {
        /// The item as it was; its mentions are empty.
        item: Item,
    },
    /// A place in a note speaks of the item.
    MentionAdded {
        /// Which item.
        id: ItemId,
        /// Where, and in which words.
        mention: Mention,
    },
    /// That place no longer speaks of it.
    MentionRemoved {
        /// Which item.
        id: ItemId,
        /// The mention as it was.
        mention: Mention,
    },
    /// The same words, with something about them changed: their line, their box.
    MentionMoved {
        /// Which item.
        id: ItemId,
        /// The mention as it was.
        from: Mention,
        /// The mention as it is.
        to: Mention,
    },
    /// Opened, done or dropped.
    StateSet {
        /// Which item.
        id: ItemId,
        /// The state before.
        from: State,
        /// The state after.
        to: State,
        /// The day on which it was closed before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was_closed: Option<Date>,
        /// The day on which it is closed after.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closed: Option<Date>,
        /// The reason that was given.
        why: Option<String>,
    },
    /// A new due date, an earlier one, or none.
    DueSet {
        /// Which item.
        id: ItemId,
        /// The due before.
        from: Option<Due>,
        /// The due after.
        to: Option<Due>,
    },
    /// The box of the item in owed's own block of a note says something else than before. It is kept, so that a box
    /// is heeded when somebody ticks it and not again each time the note is read.
    Ticked {
        /// Which item.
        id: ItemId,
        /// The note.
        path: String,
        /// What the box said.
        from: Mark,
        /// What it says.
        to: Mark,
    },
    /// Other owners.
    OwnersSet {
        /// Which item.
        id: ItemId,
        /// The owners before.
        from: Vec<String>,
        /// The owners after.
        to: Vec<String>,
    },
    /// Other words for what is to be done.
    TextSet {
        /// Which item.
        id: ItemId,
        /// The words before.
        from: String,
        /// The words after.
        to: String,
    },
    /// Its first words are of another kind or of another day than they were: a promise has followed a request, a note
    /// was dated anew.
    HeardAs {
        /// Which item.
        id: ItemId,
        /// What it was before.
        from: Heard,
        /// What it is after.
        to: Heard,
    },
    /// A person has set something about it, or leaves it to the notes again.
    Pinned {
        /// Which item.
        id: ItemId,
        /// What was set.
        field: Field,
        /// Whether it was set by a person before.
        from: bool,
        /// Whether it is after.
        to: bool,
    },
    /// A person has looked at it and said that it is an item, or takes that back.
    Accepted {
        /// Which item.
        id: ItemId,
        /// Whether it was accepted before.
        from: bool,
        /// Whether it is after.
        to: bool,
    },
    /// Put out of sight for a while, or back.
    Snoozed {
        /// Which item.
        id: ItemId,
        /// Until when before.
        from: Option<Snooze>,
        /// Until when after.
        to: Option<Snooze>,
    },
    /// It promises an earlier item again, or does not.
    AgainSet {
        /// Which item.
        id: ItemId,
        /// The earlier item before.
        from: Option<ItemId>,
        /// The earlier item after.
        to: Option<ItemId>,
    },
    /// Tied to an address elsewhere, such as an issue.
    Linked {
        /// Which item.
        id: ItemId,
        /// The address.
        url: String,
    },
    /// No longer tied to it.
    Unlinked {
        /// Which item.
        id: ItemId,
        /// The address.
        url: String,
    },
    /// An id that no item has any more leads to the item that took its place.
    Forwarded {
        /// The old id.
        id: ItemId,
        /// Where it led before.
        from: Option<ItemId>,
        /// Where it leads after.
        to: Option<ItemId>,
    },
    /// A person has said where a mention belongs, or takes it back.
    HomeSet {
        /// The id of the mention.
        mention: ItemId,
        /// What was said before.
        from: Option<Home>,
        /// What is said after.
        to: Option<Home>,
    },
    /// Something waits for a person's yes.
    Proposed {
        /// The proposal, not yet decided.
        proposal: Proposal,
    },
    /// It does not wait any more, though nobody has decided: the words are gone, or are understood otherwise.
    Withdrawn {
        /// The proposal, not decided.
        proposal: Proposal,
    },
    /// A person has said yes or no, or takes that back.
    Decided {
        /// The proposal.
        proposal: ProposalId,
        /// The item that it is about.
        id: ItemId,
        /// What was said before.
        from: Option<bool>,
        /// What is said after.
        to: Option<bool>,
    },
    /// A name as written stands for this person in a series: another name of theirs, or themselves, where the name
    /// would be taken for somebody else's.
    AliasSet {
        /// The series.
        series: String,
        /// The name in its [`normal`](super::normal) form.
        name: String,
        /// Whom it stood for before.
        from: Option<String>,
        /// Whom it stands for after.
        to: Option<String>,
    },
    /// A person has this login on GitHub.
    LoginSet {
        /// The person, by the name that lists show.
        person: String,
        /// The login that was said before.
        from: Option<String>,
        /// The login that is said after.
        to: Option<String>,
    },
}

/// What the first words of an item are; of its first task or commitment where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// What kind of words.
    pub kind: Kind,
    /// How firmly.
    pub certainty: Certainty,
    /// The day of the item's first meeting.
    pub since: Option<Date>,
}

impl Change {
    /// The item that it is about; for where a mention belongs, the mention. `None` for what is of a whole series.
    pub fn item_id(&self) -> Option<&ItemId> {
        match self {
            Change::Added { item } | Change::Removed { item } => Some(&item.id),
            Change::MentionAdded { id, .. }
            | Change::MentionRemoved { id, .. }
            | Change::MentionMoved { id, .. }
            | Change::StateSet { id, .. }
            | Change::DueSet { id, .. }
            | Change::Ticked { id, .. }
            | Change::OwnersSet { id, .. }
            | Change::TextSet { id, .. }
            | Change::HeardAs { id, .. }
            | Change::Pinned { id, .. }
            | Change::Accepted { id, .. }
            | Change::Snoozed { id, .. }
            | Change::AgainSet { id, .. }
            | Change::Linked { id, .. }
            | Change::Unlinked { id, .. }
            | Change::Forwarded { id, .. }
            | Change::Decided { id, .. } => Some(id),
            Change::HomeSet { mention, .. } => Some(mention),
            Change::Proposed { proposal } | Change::Withdrawn { proposal } => Some(&proposal.item),
            Change::AliasSet { .. } | Change::LoginSet { .. } => None,
        }
    }

    /// The note that it was read from; `None` for what no note says by itself.
    pub fn path(&self) -> Option<&str> {
        match self {
            Change::MentionAdded { mention, .. } | Change::MentionRemoved { mention, .. } => {
                Some(&mention.path)
            }
            Change::MentionMoved { to, .. } => Some(&to.path),
            Change::Ticked { path, .. } => Some(path),
            Change::Proposed { proposal } | Change::Withdrawn { proposal } => {
                Some(&proposal.words.path)
            }
            _ => None,
        }
    }

    /// The change that takes this one back.
    pub fn inverse(&self) -> Change {
        let mut inverse = self.clone();
        match &mut inverse {
            Change::MentionMoved { from, to, .. } => std::mem::swap(from, to),
            Change::StateSet {
                from,
                to,
                was_closed,
                closed,
                why,
                ..
            } => {
                std::mem::swap(from, to);
                std::mem::swap(was_closed, closed);
                *why = Some("undo".to_owned());
            }
            Change::DueSet { from, to, .. } => std::mem::swap(from, to),
            Change::Ticked { from, to, .. } => std::mem::swap(from, to),
            Change::OwnersSet { from, to, .. } => std::mem::swap(from, to),
            Change::TextSet { from, to, .. } => std::mem::swap(from, to),
            Change::HeardAs { from, to, .. } => std::mem::swap(from, to),
            Change::Pinned { from, to, .. } => std::mem::swap(from, to),
            Change::Accepted { from, to, .. } => std::mem::swap(from, to),
            Change::Snoozed { from, to, .. } => std::mem::swap(from, to),
            Change::AgainSet { from, to, .. } => std::mem::swap(from, to),
            Change::Forwarded { from, to, .. } => std::mem::swap(from, to),
            Change::HomeSet { from, to, .. } => std::mem::swap(from, to),
            Change::Decided { from, to, .. } => std::mem::swap(from, to),
            Change::AliasSet { from, to, .. } | Change::LoginSet { from, to, .. } => {
                std::mem::swap(from, to);
            }
            Change::Added { .. }
            | Change::Removed { .. }
            | Change::MentionAdded { .. }
            | Change::MentionRemoved { .. }
            | Change::Linked { .. }
            | Change::Unlinked { .. }
            | Change::Proposed { .. }
            | Change::Withdrawn { .. } => inverse = self.opposite(),
        }
        inverse
    }

    /// The change of the opposite kind with the same content.
    fn opposite(&self) -> Change {
        match self.clone() {
            Change::Added { item } => Change::Removed { item },
            Change::Removed { item } => Change::Added { item },
            Change::MentionAdded { id, mention } => Change::MentionRemoved { id, mention },
            Change::MentionRemoved { id, mention } => Change::MentionAdded { id, mention },
            Change::Linked { id, url } => Change::Unlinked { id, url },
            Change::Unlinked { id, url } => Change::Linked { id, url },
            Change::Proposed { proposal } => Change::Withdrawn { proposal },
            Change::Withdrawn { proposal } => Change::Proposed { proposal },
            other => other,
        }
    }
}
